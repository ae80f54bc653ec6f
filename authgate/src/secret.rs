//! MACs and hashes of secrets, as a type that is compared in constant time, and a `Debug` that
//! omits secrets.

use std::fmt;
use std::hash::{Hash, Hasher};

use ctutils::CtEq as _;

/// Implements `Debug` with the listed fields only. Other fields, such as secrets, callbacks and
/// principals, are never printed.
///
/// `debug_only!([U] Digest<U> { realm: server.realm, algorithms })` prints
/// `Digest { realm: "api", algorithms: [Sha256], .. }`, and `debug_only!([T] All<T>)` prints `All`.
macro_rules! debug_only {
    (
        $(#[$attribute:meta])*
        [$($parameter:tt)*] $Type:ident $(<$($argument:tt),+>)?
        { $($name:ident $(: $($path:ident).+)?),* }
    ) => {
        $(#[$attribute])*
        impl<$($parameter)*> std::fmt::Debug for $Type $(<$($argument),+>)? {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($Type))
                    $(.field(stringify!($name), debug_only!(@field self $name $($($path).+)?)))*
                    .finish_non_exhaustive()
            }
        }
    };
    ($(#[$attribute:meta])* [$($parameter:tt)*] $Type:ident $(<$($argument:tt),+>)?) => {
        $(#[$attribute])*
        impl<$($parameter)*> std::fmt::Debug for $Type $(<$($argument),+>)? {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(stringify!($Type))
            }
        }
    };
    (@field $this:ident $name:ident) => { &$this.$name };
    (@field $this:ident $name:ident $($path:ident).+) => { &$this.$($path).+ };
}
pub(crate) use debug_only;

/// Bytes that are derived from a secret, such as a MAC or the digest of a key. `==`, and therefore
/// a lookup in a map, compares in constant time. Any other comparison must take the
/// [`bytes`](Self::bytes) out.
///
/// Signatures and tags that a client sends do not use this type. They are never compared here,
/// because the MAC or the public key verifies them. Types that hold a secret itself have no `==`,
/// except for the tokens in the cache of verified tokens.
#[derive(Clone, Copy)]
pub(crate) struct Tag<B>(B);

impl<B> Tag<B> {
    pub(crate) const fn new(bytes: B) -> Self {
        Self(bytes)
    }

    pub(crate) const fn bytes(&self) -> &B {
        &self.0
    }
}

impl<B: AsRef<[u8]>> PartialEq for Tag<B> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes().as_ref().ct_eq(other.bytes().as_ref()).into()
    }
}

impl<B: AsRef<[u8]>> Eq for Tag<B> {}

impl<B: AsRef<[u8]>> Hash for Tag<B> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.bytes().as_ref().hash(state);
    }
}

impl<B> fmt::Debug for Tag<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tag(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_equal_iff_all_bytes_are_equal() {
        for place in 0..32 {
            for bit in 0..8 {
                let mut bytes = [7; 32];
                bytes[place] ^= 1 << bit;
                assert!(Tag::new(bytes) != Tag::new([7; 32]));
            }
        }
        assert!(Tag::new([7; 32]) == Tag::new([7; 32]));
        assert!(Tag::new(vec![7; 31]) != Tag::new(vec![7; 32]) && Tag::new(vec![]) == Tag::new(vec![]));
        assert_eq!(format!("{:?}", Tag::new([7; 32])), "Tag(..)");
    }

    /// Fails to compile if one of these types has `==`, which makes two `Comparable` ambiguous.
    macro_rules! assert_no_equality {
        ($($secret:ty),+ $(,)?) => {{
            trait Comparable<Which> {
                fn is_not() {}
            }
            struct Yes;
            impl<T: ?Sized> Comparable<()> for T {}
            impl<T: ?Sized + PartialEq> Comparable<Yes> for T {}
            $( <$secret as Comparable<_>>::is_not(); )+
        }};
    }

    /// Types that hold a secret can verify a credential, but cannot be compared.
    #[test]
    fn types_with_secrets_do_not_implement_partial_eq() {
        assert_no_equality!(
            crate::scheme::Keys,
            crate::scheme::Bearer,
            crate::credentials::Credentials,
            crate::Gate<()>
        );
        #[cfg(feature = "digest")]
        assert_no_equality!(
            crate::scheme::digest::Ha1,
            crate::scheme::digest::InMemoryDigestUsers<()>,
            crate::scheme::Digest<()>
        );
        #[cfg(feature = "api-key")]
        assert_no_equality!(crate::scheme::api_key::NewKey, crate::scheme::api_key::InMemoryApiKeys<()>);
        #[cfg(feature = "password")]
        assert_no_equality!(crate::password::Htpasswd<()>, crate::password::Passwords);
        #[cfg(feature = "session")]
        assert_no_equality!(crate::session::Account<()>);
    }
}
