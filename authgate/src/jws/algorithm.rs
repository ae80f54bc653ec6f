use std::fmt;

/// Defines the enum from the list of the JOSE names.
macro_rules! algorithms {
    ($(#[$attribute:meta])* pub enum $Enum:ident { $($(#[$doc:meta])* $Name:ident,)* }) => {
        $(#[$attribute])*
        pub enum $Enum {
            $($(#[$doc])* $Name,)*
        }

        impl $Enum {
            /// All algorithms. The enabled features determine which of them a build can verify.
            pub const ALL: &[Self] = &[$(Self::$Name),*];

            const fn name(self) -> &'static str {
                match self {
                    $(Self::$Name => stringify!($Name),)*
                }
            }
        }
    };
}

algorithms! {
    /// A signature algorithm for tokens (RFC 7518 section 3.1, RFC 8037, RFC 9864).
    ///
    /// Each key has exactly one algorithm, which is fixed when the key is loaded. A token cannot
    /// select another one (RFC 8725 section 3.1). `none` is not supported.
    ///
    /// # Examples
    ///
    /// ```
    /// use authgate::scheme::{Algorithm, KeyError, Keys};
    ///
    /// /// The key of an issuer that signs with RSASSA-PSS.
    /// fn key(pem: &str) -> Result<Keys, KeyError> {
    ///     Keys::pem_for(Algorithm::PS256, pem)
    /// }
    /// ```
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    #[non_exhaustive]
    pub enum Algorithm {
        /// HMAC with SHA-256.
        HS256,
        /// HMAC with SHA-384.
        HS384,
        /// HMAC with SHA-512.
        HS512,
        /// RSASSA-PKCS1-v1_5 with SHA-256.
        RS256,
        /// RSASSA-PKCS1-v1_5 with SHA-384.
        RS384,
        /// RSASSA-PKCS1-v1_5 with SHA-512.
        RS512,
        /// RSASSA-PSS with SHA-256.
        PS256,
        /// RSASSA-PSS with SHA-384.
        PS384,
        /// RSASSA-PSS with SHA-512.
        PS512,
        /// ECDSA on P-256 with SHA-256.
        ES256,
        /// ECDSA on P-384 with SHA-384.
        ES384,
        /// Ed25519. Tokens and keys may name it `EdDSA` or `Ed25519` (RFC 9864). Ed448 is not
        /// supported.
        EdDSA,
    }
}

impl Algorithm {
    /// Returns the algorithm with this JOSE name. Names are case-sensitive.
    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "Ed25519" => Some(Self::EdDSA),
            name => Self::ALL.iter().copied().find(|algorithm| algorithm.name() == name),
        }
    }
}

/// Formats the JOSE name.
impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn algorithm_names_are_case_sensitive_and_round_trip() {
        for name in [
            "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256",
            "ES384", "EdDSA",
        ] {
            assert_eq!(Algorithm::named(name).unwrap().to_string(), name);
            assert_eq!(Algorithm::named(&name.to_lowercase()), None);
        }
        assert_eq!(Algorithm::named("Ed25519"), Some(Algorithm::EdDSA));
        for name in ["none", "None", "", "HS256 ", "ES512", "Ed448", "ES256K", "RSA-OAEP"] {
            assert_eq!(Algorithm::named(name), None, "{name}");
        }
    }
}
