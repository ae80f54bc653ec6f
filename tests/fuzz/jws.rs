use crate::app::App;
use crate::bytes::Bytes;
use crate::oracle::{self, Signer, assert_agree, judge};

/// A token: as it comes; of a header and claims as they come, rightly signed; or a good one with bytes changed.
///
/// It is let in where the oracle says so, and nowhere else; and then as the one whom the oracle has found in it.
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
        // A comma is another credential, and not the token's, which is for another target to look at.
        if http::HeaderValue::from_bytes(&line).is_ok() && !token.contains(&b',') {
            // After the auth-scheme come spaces, and at the end of a field value any space is none of it.
            let spaces = token.iter().take_while(|byte| **byte == b' ').count();
            assert_agree(&judge(token[spaces..].trim_ascii_end()), app.taken_for(&token));
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
