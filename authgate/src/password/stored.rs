//! Stored hashes: their kinds, their maximum costs, and the verification of a password.

use std::fmt;

use argon2::password_hash::phc::{Output, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};

use super::HashError;

/// bcrypt's maximum cost: 2^16 rounds take several seconds.
const MAX_BCRYPT_COST: u32 = 16;
const MIN_BCRYPT_COST: u32 = 4;
/// argon2's maximum memory, in KiB: 256 MiB.
const MOST_MEMORY: u32 = 256 * 1024;
/// argon2's maximum memory times passes, in KiB: 1 GiB takes about a second.
const MOST_WORK: u64 = 1024 * 1024;
/// argon2's minimum output, in bytes. A shorter one may match by chance.
const SHORTEST_OUTPUT: usize = 16;
/// The number of password bytes that bcrypt reads.
const BCRYPT_READS: usize = 72;

/// A supported hash.
pub(crate) enum Stored {
    Bcrypt { text: Box<str>, cost: u32 },
    Argon2 { hash: Box<PasswordHash>, params: Params },
}

impl Stored {
    pub(crate) fn parse(text: &str) -> Result<Self, HashError> {
        match text.as_bytes() {
            [b'$', b'2', b'a' | b'b' | b'y', b'$', ..] => bcrypt(text),
            _ if text.starts_with("$argon2") => argon2(text),
            _ => Err(HashError::new(format!(
                "is {}, which is not supported: create a new one with `htpasswd -B -C 12` (bcrypt) or \
                 `Passwords::hash` (argon2id)",
                kind_of(text)
            ))),
        }
    }

    /// Returns a hash of the same kind and cost that belongs to no user.
    pub(crate) fn decoy(&self) -> Self {
        match self {
            Self::Bcrypt { cost, .. } => {
                // All zeros: 22 characters of salt, and 31 of a hash for which no password is
                // known.
                Self::Bcrypt { text: format!("$2b${cost:02}${}", ".".repeat(53)).into(), cost: *cost }
            }
            Self::Argon2 { hash, params } => {
                let nothing = |bytes: Option<usize>| vec![0; bytes.unwrap_or(SHORTEST_OUTPUT)];
                let salt = nothing(hash.salt.map(|salt| salt.len()));
                let output = nothing(hash.hash.as_ref().map(Output::len));
                let hash = PasswordHash {
                    salt: Salt::new(&salt).ok(),
                    hash: Output::new(&output).ok(),
                    ..hash.as_ref().clone()
                };
                Self::Argon2 { hash: Box::new(hash), params: params.clone() }
            }
        }
    }

    /// Returns the decoy for hashes created by [`make`].
    pub(crate) fn decoy_of_default() -> Self {
        let hash = PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: (&Params::DEFAULT).try_into().unwrap_or_default(),
            salt: Salt::new(&[0; Salt::RECOMMENDED_LENGTH]).ok(),
            hash: Output::new(&[0; Params::DEFAULT_OUTPUT_LEN]).ok(),
        };
        Self::Argon2 { hash: Box::new(hash), params: Params::DEFAULT }
    }

    /// Returns `true` if the hash is of this password. Blocks for the duration of a hash.
    pub(crate) fn is_of(&self, password: &[u8]) -> bool {
        match self {
            Self::Bcrypt { text, .. } => {
                password.len() <= BCRYPT_READS && bcrypt::verify(password, text).unwrap_or(false)
            }
            Self::Argon2 { hash, .. } => Argon2::default().verify_password(password, hash.as_ref()).is_ok(),
        }
    }

    /// Describes the cost of the hash, such as `bcrypt of cost 12`.
    pub(crate) fn cost(&self) -> impl fmt::Display {
        match self {
            Self::Bcrypt { cost, .. } => format!("bcrypt of cost {cost}"),
            Self::Argon2 { hash, .. } => format!("{} with {}", hash.algorithm, hash.params),
        }
    }

    pub(crate) fn costs_as(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Bcrypt { cost, .. }, Self::Bcrypt { cost: other, .. }) => cost == other,
            (Self::Argon2 { params, .. }, Self::Argon2 { params: other, .. }) => {
                (params.m_cost(), params.t_cost()) == (other.m_cost(), other.t_cost())
            }
            _ => false,
        }
    }

    /// Appends the hash in its stored form, as the input of a MAC.
    pub(crate) fn write_to(&self, out: &mut String) {
        // Writing to a string does not fail.
        let _ = match self {
            Self::Bcrypt { text, .. } => fmt::write(out, format_args!("{text}")),
            Self::Argon2 { hash, .. } => fmt::write(out, format_args!("{hash}")),
        };
    }
}

/// Formats only the cost.
impl fmt::Debug for Stored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Stored({})", self.cost())
    }
}

/// Creates an argon2id hash with OWASP's parameters. Returns `None` if the system has no random
/// numbers.
pub(crate) fn make(password: &[u8]) -> Option<String> {
    let mut salt = [0; Salt::RECOMMENDED_LENGTH];
    getrandom::fill(&mut salt).ok()?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::DEFAULT);
    argon2.hash_password_with_salt(password, &salt).ok().map(|hash| hash.to_string())
}

fn bcrypt(text: &str) -> Result<Stored, HashError> {
    let broken = || HashError::new("is not valid bcrypt: check that it is complete");
    let parts: bcrypt::HashParts = text.parse().map_err(|_| broken())?;
    let cost = parts.get_cost();
    if !(MIN_BCRYPT_COST..=MAX_BCRYPT_COST).contains(&cost) || text.get(4..6) != Some(&format!("{cost:02}")) {
        return Err(HashError::new(format!(
            "is bcrypt of cost {cost}, not of {MIN_BCRYPT_COST} to {MAX_BCRYPT_COST}: create a new one with \
             `htpasswd -B -C 12`"
        )));
    }
    Ok(Stored::Bcrypt { text: text.into(), cost })
}

fn argon2(text: &str) -> Result<Stored, HashError> {
    let broken = || HashError::new("is not valid argon2: check that it is complete");
    let hash = PasswordHash::new(text).map_err(|_| broken())?;
    Algorithm::try_from(hash.algorithm.as_str()).map_err(|_| broken())?;
    let Some(version) = hash.version else {
        return Err(HashError::new(
            "is argon2 without a version (`$v=19$`), which means the superseded version 16: create a new one",
        ));
    };
    Version::try_from(version).map_err(|_| broken())?;
    let params = Params::try_from(&hash).map_err(|_| broken())?;
    let output = hash.hash.as_ref().map(Output::len);
    if hash.salt.is_none() || output.is_none_or(|bytes| bytes < SHORTEST_OUTPUT) {
        return Err(HashError::new(format!(
            "is argon2 without a salt, or with fewer than {SHORTEST_OUTPUT} bytes of hash: create a new one"
        )));
    }
    let (memory, passes) = (params.m_cost(), params.t_cost());
    if memory > MOST_MEMORY || u64::from(memory) * u64::from(passes) > MOST_WORK {
        return Err(HashError::new(format!(
            "is argon2 with m={memory},t={passes}, which is too expensive: expected at most m={MOST_MEMORY} (256 \
             MiB), and at most {MOST_WORK} for m times t"
        )));
    }
    Ok(Stored::Argon2 { hash: Box::new(hash), params })
}

/// Describes the kind of an unsupported hash, never the hash itself: `$apr1$..` -> `MD5 (apr1)`.
fn kind_of(text: &str) -> &'static str {
    const KINDS: [(&str, &str); 10] = [
        ("$apr1$", "MD5 (apr1)"),
        ("$1$", "MD5-crypt"),
        ("{SHA}", "SHA-1 without a salt"),
        ("{SSHA}", "SHA-1"),
        ("$5$", "SHA-256-crypt"),
        ("$6$", "SHA-512-crypt"),
        ("$y$", "yescrypt"),
        ("$scrypt$", "scrypt"),
        ("$pbkdf2", "PBKDF2"),
        ("$2", "bcrypt of a broken version"),
    ];
    match KINDS.iter().find(|(start, _)| text.starts_with(start)) {
        Some((_, kind)) => kind,
        None if text.is_empty() => "empty",
        None => "plain text, DES-crypt or an unknown format",
    }
}

#[cfg(test)]
mod tests;
