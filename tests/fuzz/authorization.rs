use http::HeaderValue;

use crate::app::{App, NAME, PASSWORD};
use crate::oracle::{self, Judgement, assert_agree};

/// Field values, one per line. Two bytes that cannot occur in a value stand for valid credentials:
/// `0x01` for a token, and `0x02` for a user name and password in the base64 of Basic.
///
/// A request is authenticated if and only if it has one line with one valid credential.
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
        assert_agree(&judged, answer.authenticated_subject(&["Bearer", "Digest", "Basic"]));
    });
}

/// Judges `auth-scheme 1*SP credential` (RFC 9110 section 11.4). Servers may leave whitespace
/// around it.
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
