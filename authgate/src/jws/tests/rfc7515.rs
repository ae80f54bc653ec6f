//! The examples of RFC 7515 appendix A. Their claims are from RFC 7519 section 3.1 and have no
//! audience.

use serde_json::json;

use super::token::{Principal, at};
use crate::jws::{Audience, Issuer, Keys, Verifier};
use crate::right::CredentialError;

/// `{"iss":"joe",\r\n "exp":1300819380,\r\n "http://example.com/is_root":true}`
const CLAIMS: &str =
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
const EXPIRES: u64 = 1_300_819_380;

fn trusting(keys: Keys) -> Verifier {
    Verifier::new([Issuer::with_keys("joe", keys)], Audience::Any)
}

fn judged(keys: Keys, header: &str, signature: &str) -> Result<Principal, CredentialError> {
    let token = format!("{header}.{CLAIMS}.{signature}");
    trusting(keys).verify(token.as_bytes(), at(EXPIRES)).map(|(principal, _)| principal)
}

/// The example is valid up to the last second, and any changed token is rejected.
fn holds(keys: &Keys, header: &str, signature: &str) {
    let principal = judged(keys.clone(), header, signature).unwrap();
    assert_eq!(principal["http://example.com/is_root"], json!(true));
    let token = format!("{header}.{CLAIMS}.{signature}");
    let late = trusting(keys.clone()).verify::<Principal>(token.as_bytes(), at(EXPIRES + 31));
    assert_eq!(late.err(), Some(CredentialError::Expired));
    let first = if signature.starts_with('A') { 'B' } else { 'A' };
    let altered = format!("{first}{}", &signature[1..]);
    assert_eq!(judged(keys.clone(), header, &altered), Err(CredentialError::Rejected));
}

fn hs256_key() -> Keys {
    use base64::Engine as _;
    let secret = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
    Keys::hs256(base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(secret).unwrap()).unwrap()
}

#[test]
fn a1_hs256_is_verified() {
    let header = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9";
    holds(&hs256_key(), header, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
}

#[cfg(feature = "asymmetric")]
#[test]
fn a2_rs256_is_verified() {
    let n = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZ\
             S-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2\
             R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcD\
             TW9gb54h4FRWyuXpoQ";
    let set = json!({ "keys": [{ "kty": "RSA", "n": n, "e": "AQAB" }] }).to_string();
    let signature = "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9\
                     uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB\
                     _eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rq\
                     Vt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
    holds(&Keys::jwks(set).unwrap(), "eyJhbGciOiJSUzI1NiJ9", signature);
}

#[cfg(feature = "asymmetric")]
#[test]
fn a3_es256_is_verified() {
    let set = json!({ "keys": [{
        "kty": "EC",
        "crv": "P-256",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    }] });
    let signature = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
    holds(&Keys::jwks(set.to_string()).unwrap(), "eyJhbGciOiJFUzI1NiJ9", signature);
}

/// ES512 is rejected with any keys.
#[test]
fn a4_es512_is_rejected() {
    let token = "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA.AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDK\
                 B34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn";
    let judged = trusting(hs256_key()).verify::<Principal>(token.as_bytes(), at(EXPIRES));
    assert_eq!(judged.err(), Some(CredentialError::Rejected));
}

/// An unsecured token as in the example, and one whose signature is valid for the key.
#[test]
fn a5_unsecured_token_is_rejected() {
    for signature in ["", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"] {
        assert_eq!(judged(hs256_key(), "eyJhbGciOiJub25lIn0", signature), Err(CredentialError::Rejected));
    }
}
