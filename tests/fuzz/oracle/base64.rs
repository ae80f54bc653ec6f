//! Base64, one bit at a time.

const URL: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

pub(crate) fn encode(bytes: &[u8]) -> String {
    let encoded = bytes.chunks(3).flat_map(|chunk| {
        let bits = chunk.iter().fold(0_usize, |bits, byte| bits << 8 | usize::from(*byte))
            << (8 * (3 - chunk.len()));
        (0..=chunk.len()).map(move |at| char::from(URL[bits >> (18 - 6 * at) & 63]))
    });
    encoded.collect()
}

/// Decodes base64url. Returns `None` for input that `encode` cannot produce.
pub(crate) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    decode_with(URL, text)
}

/// Decodes base64 with padding.
pub(crate) fn decode_padded(text: &[u8]) -> Option<Vec<u8>> {
    let padding = text.iter().rev().take_while(|byte| **byte == b'=').count();
    let fits = text.len() % 4 == 0 && padding <= 2;
    fits.then(|| decode_with(STANDARD, &text[..text.len() - padding]))?
}

fn decode_with(alphabet: &[u8; 64], text: &[u8]) -> Option<Vec<u8>> {
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0_usize, 0);
    for letter in text {
        bits = bits << 6 | alphabet.iter().position(|known| known == letter)?;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count).ok()?);
            bits &= (1 << count) - 1;
        }
    }
    // The remaining bits must be zero, and fewer than one character.
    (bits == 0 && count < 6).then_some(bytes)
}

/// Encodes base64 with padding.
pub(crate) fn encode_padded(bytes: &[u8]) -> String {
    let mut text = encode(bytes).replace('-', "+").replace('_', "/");
    while text.len() % 4 != 0 {
        text.push('=');
    }
    text
}
