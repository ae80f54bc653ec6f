use crate::app::App;
use crate::bytes::Bytes;
use crate::oracle::{self, Signer, assert_agree, judge};

/// A token: the raw input, a correctly signed token with the header and claims of the input, or a
/// valid token with changed bytes.
///
/// The application accepts the token if and only if the oracle does, and with the same subject.
pub fn jws(data: &[u8]) {
    thread_local! {
        static APP: App = App::of_bearer(oracle::keys());
    }
    let mut bytes = Bytes::new(data);
    let token = match bytes.byte() {
        0 => bytes.rest().to_vec(),
        kind @ 1..=3 => {
            let header = bytes.some();
            Signer::ALL[usize::from(kind) - 1].token(header, bytes.rest())
        }
        _ => changed(bytes),
    };
    APP.with(|app| {
        let line = [b"Bearer ", token.as_slice()].concat();
        // A comma separates two credentials. Another target tests that.
        if http::HeaderValue::from_bytes(&line).is_ok() && !token.contains(&b',') {
            // Spaces after the auth-scheme and whitespace at the end of a field value are not part
            // of the token.
            let spaces = token.iter().take_while(|byte| **byte == b' ').count();
            assert_agree(&judge(token[spaces..].trim_ascii_end()), app.authenticated_subject(&token));
        }
    });
}

fn changed(mut bytes: Bytes<'_>) -> Vec<u8> {
    let mut token = oracle::good();
    while !bytes.is_empty() {
        let (at, how, byte) = (bytes.byte(), bytes.byte(), bytes.byte());
        let at = usize::from(at) * token.len() / 256;
        match how % 4 {
            0 => token[at] = byte,
            1 => token.insert(at, byte),
            2 => token[at] ^= 1 << (byte % 8),
            _ => token.truncate(at + 1),
        }
    }
    token
}
