use http::HeaderValue;

use crate::app::{App, NAME, PASSWORD};
use crate::oracle::{self, Judgement, assert_agree};

/// Field values, a line each. Bytes that no value can have stand for credentials that are good: `0x01` for a token, `0x02`
/// for a name and password in Basic's base64.
///
/// Who is let in has sent one line with one credential, and a good one; and who has sent that is let in.
pub fn authorization(data: &[u8]) {
    thread_local! {
        static APP: (App, Vec<u8>) = (App::of_all(), oracle::good());
    }
    APP.with(|(app, token)| {
        let password = oracle::base64::encode(format!("{NAME}:{PASSWORD}").as_bytes());
        let filled: Vec<u8> = data
            .iter()
            .flat_map(|byte| match byte {
                1 => token.as_slice(),
                2 => password.as_bytes(),
                other => std::slice::from_ref(other),
            })
            .copied()
            .collect();
        let lines = filled.split(|byte| *byte == b'\n').map(HeaderValue::from_bytes);
        let Ok(lines) = lines.collect::<Result<Vec<_>, _>>() else { return };
        let judged = match &lines[..] {
            [line] => of_line(line.as_bytes()),
            _ => Judgement::Refused,
        };
        let answer = app.ask(&lines);
        if answer.status == 400 {
            assert!(lines.len() > 1 || filled.contains(&b','), "one credential is not ambiguous");
        } else if lines.len() > 1 {
            panic!("two lines are ambiguous, and not {}", answer.status);
        }
        assert_agree(&judged, answer.taken_for(&["Bearer", "Digest", "Basic"]));
    });
}

/// `auth-scheme 1*SP credential` (RFC 9110 section 11.4), with space around it as servers leave it.
fn of_line(line: &[u8]) -> Judgement {
    let line = line.trim_ascii();
    let Some(space) = line.iter().position(|byte| *byte == b' ') else { return Judgement::Refused };
    let (scheme, rest) = line.split_at(space);
    let credential = &rest[rest.iter().take_while(|byte| **byte == b' ').count()..];
    if scheme.eq_ignore_ascii_case(b"Bearer") {
        oracle::judge(credential)
    } else if scheme.eq_ignore_ascii_case(b"Basic") {
        let good = format!("{NAME}:{PASSWORD}");
        let is_good = oracle::base64::decode_padded(credential) == Some(good.into_bytes());
        is_good.then(|| NAME.to_owned()).into()
    } else {
        Judgement::Refused
    }
}
