//! The keys that sign tokens, for benchmarks only. They are constants, so that counted instructions
//! do not include key generation.

use std::sync::LazyLock;

use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RsaKeyPair,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

pub(crate) const SECRET: &[u8] = b"a secret of at least 32 bytes, for the benchmark";

// Separate statics, so that counting one algorithm does not include parsing the keys of the others.
pub(crate) static RSA: LazyLock<RsaKeyPair> = LazyLock::new(|| {
    let der = STANDARD.decode(RSA_DER).expect("base64");
    RsaKeyPair::from_der(&der).expect("a key")
});
pub(crate) static EC: LazyLock<EcdsaKeyPair> = LazyLock::new(|| {
    let der = STANDARD.decode(EC_DER).expect("base64");
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &der).expect("a key")
});
pub(crate) static ED: LazyLock<Ed25519KeyPair> =
    LazyLock::new(|| Ed25519KeyPair::from_seed_unchecked(ED_SEED).expect("a key"));

pub(crate) fn rsa_pem() -> String {
    pem(&RSA.public_key().as_der().expect("encodes"))
}

pub(crate) fn ec_pem() -> String {
    pem(&EC.public_key().as_der().expect("encodes"))
}

pub(crate) fn ed_pem() -> String {
    pem(&ED.public_key().as_der().expect("encodes"))
}

fn pem(der: &PublicKeyX509Der<'_>) -> String {
    format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", STANDARD.encode(der.as_ref()))
}

/// PKCS #1, 2048 bits.
const RSA_DER: &str = "\
     MIIEowIBAAKCAQEApvvOKHY4L4ZVl/s/qF4FKAahrS9ui/dPxlcuvhGO3ziCddOwAppNulK/m2xOsXme3Ns6t6RSwtJBT+rm1mFu\
     ab896Xsh1xCmOSroFKK5xeh6P7LuIIA29MTkacnyniU/7CYXVzoFLfK7tLiF7hZFAp+hMraW3qeaAqI+2xDuIeRl9NcUq+xVbD+y\
     AC/z7js1Z5mPm+v0CHoKM1lixm9mQxagg3Oad07eMdJ8jLxqejD1UZjWv2X/C5fhceXp9Ldt5l8V5z2oThLFMHGhQtYqxU9eJ1Ah\
     nRqiI1YuOc/pcWvdmSuTDFz2Rlj/CbYBWXARNoTjhN69JsP8gO05OSb/qQIDAQABAoIBAALAqzZUNJA7/lSMtLuZc9ZOva2K1vSs\
     X/6crfg+IS/MJle7j0Q2YkpMVjzr/SQZ0CTt4ZA+FOCB8h0CJJ9WEymKbdfXysgDzemqq7wOA/1KMXG0CQ7fbjMnZ73YBrgqqbIX\
     3VH3x+FpBe/FtuzPeysUPJEHHNeQxbjTZIaHR0BRv7WwXgF3gX7S3IciezMmW838nEktIhE2VWFJRzHocDbOHpmT23Z23Mqdopvw\
     cWWXyDa71MMVg9RNEIN25UUX2wADsX6ZhOS0xObypFjHTzMyBj0fltYa2YJKE4pqLTkl3DX0CIIVuBfER/3Sy8EMFbjlzpz8T+vB\
     hoxQUNKTj80CgYEA2FMH7aFJm7PqT/HFLNIbe1Y+Po5dZw4pq6DGBNQ+YBUFGfnbp38ku+oDjNXhskyiiooIevh5qn0gUHuSorI8\
     YJAik7cWeyu/pMeIO8IGamU6Fn/BQqkzV6kcgAFb4dYIUpCitbpnDxaiuRyYezGwxNvhwo7a++4Z7SlobkavN5MCgYEAxZwalFI8\
     SXqjazhHT9ixoN4nMu4Zbs0yInlNMMzCVUSosQaaJrWUZB9D8XlPdofMEtKckCqKU6b6fkZSePIexaWIsLi4UX6BML+XLd/+mK7H\
     7UHcwziyihvanoskQjfYH5Mt/350tzRc1kqbxJfKVQv/bHGRzBsEWaDuSdPO+VMCgYEAlwE+445XB62LvsqSTTtNm8cUJC7U3H9y\
     bzAHio9uCzwhF4Tm5AFI7zPnzoPuzLvaKsM4MD8LDwvRZt0b+x5YLz/uIxcHRmu/l5MBclV6jQKkjdgYXCQohuSx1FkefoMdxCTa\
     r+iy0EGIzZc8iaKiNokXCu0VyA7pYjgpgfEtlqkCgYAVjY0omD+TFBk23JCKmOvmy9Qire2ANEk/kVNl+y9G9ZIgnMO7bRqeQPq8\
     H6sXFoCfnPEOmFU2AoRXuXvNTTsl+4QJIlyYJuAYXQ00J7YxGP8dVY2qjUiL37XcjPiLcGPWLctajoRUZxWpGcIbkyKyW/ij708j\
     n969l9vlmYB9mQKBgAlfFmeORQxX6LcGSQFZXsIa3KYWruvD1cCzqvQQ8REX3N4ktp2gwHy0vGCIsranEzzq00XarU7mQvrdX4m4\
     DHiEYT8YEWTa6RwN9E5utXe95jHzUjYghibHc9imuwDq6O8fY3uVhA4+WOpBhl0n64RaVxajvvcAG55aBxkT20cx";

/// PKCS #8, P-256.
const EC_DER: &str = "\
     MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgFPT+LfRUEPtnBUvdLg3VUC5C2ogdRt+BQDtTjF73GKChRANCAATo\
     EvKEEN0Q8tQkdtbhtg2zWvHzAABKQbXkT/IF2YiqtcRUrgfNityN2n1XmSSz8hQUxE26GCxliLyDZ0PjDbLl";

const ED_SEED: &[u8] = b"a seed of exactly thirty-two oct";
