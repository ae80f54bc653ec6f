//! Sets of rights: an enum of roles, scopes or permissions, and the bit sets of its members that a
//! principal holds.

pub mod kind;
mod names;

use std::fmt::{self, Debug, Display};
use std::marker::PhantomData;

use names::Names;

use super::Invariant;

/// An enum whose variants are rights of one kind.
///
/// Implemented by `#[derive(authgate::Role)]`, `Scope` and `Permission`. Do not implement it by
/// hand: authorization relies on it.
///
/// # Examples
///
/// ```
/// use authgate::right::RightSet;
///
/// #[derive(authgate::Role)]
/// pub enum Role {
///     Viewer,
///     Admin,
/// }
///
/// assert_eq!(Role::NAMES, ["viewer", "admin"]);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a set of roles, scopes or permissions",
    label = "not an enum of rights",
    note = "write `#[derive(authgate::Role)]`, `Scope` or `Permission` on the enum"
)]
pub trait RightSet: Sized + Send + Sync + 'static {
    /// The kind of the rights: roles, scopes or permissions.
    type Kind: kind::Kind;
    /// The name of the enum.
    const NAME: &'static str;
    /// The names in tokens, in the order of the variants.
    const NAMES: &'static [&'static str];
    /// The members that each member grants, including itself. Bit `j` of entry `i` is set if member
    /// `i` implies member `j`.
    const CLOSURE: &'static [u128];

    /// The error of a rule whose set no principal names.
    #[doc(hidden)]
    const UNOWNED: () = ();

    /// Returns the position among the variants.
    fn index(&self) -> usize;

    /// Returns the variant at a position.
    fn at(index: usize) -> Option<Self>;
}

/// A [`RightSet`] of roles.
///
/// # Examples
///
/// ```
/// use authgate::Roles;
/// use authgate::right::RoleSet;
///
/// /// Formats the roles of any set.
/// fn list<R: RoleSet>(roles: Roles<R>) -> String {
///     roles.names().collect::<Vec<_>>().join(", ")
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a set of roles",
    label = "not an enum of roles",
    note = "write `#[derive(authgate::Role)]` on the enum"
)]
pub trait RoleSet: RightSet<Kind = kind::Role> {}
#[diagnostic::do_not_recommend]
impl<R: RightSet<Kind = kind::Role>> RoleSet for R {}

/// A [`RightSet`] of scopes.
///
/// # Examples
///
/// ```
/// use authgate::Scopes;
/// use authgate::right::ScopeSet;
///
/// /// Formats the scopes of any set.
/// fn list<S: ScopeSet>(scopes: Scopes<S>) -> String {
///     scopes.names().collect::<Vec<_>>().join(", ")
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a set of scopes",
    label = "not an enum of scopes",
    note = "write `#[derive(authgate::Scope)]` on the enum"
)]
pub trait ScopeSet: RightSet<Kind = kind::Scope> {}
#[diagnostic::do_not_recommend]
impl<S: RightSet<Kind = kind::Scope>> ScopeSet for S {}

/// A [`RightSet`] of permissions.
///
/// # Examples
///
/// ```
/// use authgate::Permissions;
/// use authgate::right::PermissionSet;
///
/// /// Formats the permissions of any set.
/// fn list<P: PermissionSet>(permissions: Permissions<P>) -> String {
///     permissions.names().collect::<Vec<_>>().join(", ")
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a set of permissions",
    label = "not an enum of permissions",
    note = "write `#[derive(authgate::Permission)]` on the enum"
)]
pub trait PermissionSet: RightSet<Kind = kind::Permission> {}
#[diagnostic::do_not_recommend]
impl<P: RightSet<Kind = kind::Permission>> PermissionSet for P {}

/// The error returned when a role, scope or permission is parsed from an unknown name.
///
/// # Examples
///
/// ```
/// use authgate::right::ParseRightError;
///
/// #[derive(Debug, authgate::Role)]
/// pub enum Role {
///     Viewer,
///     Admin,
/// }
///
/// let error: ParseRightError = "amdin".parse::<Role>().unwrap_err();
/// println!("{error}");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseRightError {
    kind: &'static str,
    names: &'static [&'static str],
}

impl ParseRightError {
    #[doc(hidden)]
    #[must_use]
    pub const fn of<T: RightSet>() -> Self {
        Self { kind: <T::Kind as kind::Kind>::WORD, names: T::NAMES }
    }
}

impl Display for ParseRightError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown {}: expected one of {}", self.kind, self.names.join(", "))
    }
}

impl std::error::Error for ParseRightError {}

/// The roles that a principal holds: a bit set over `R`.
///
/// Deserializes from the forms that tokens use: an array of names, a string, or `null`. A string is
/// one name and is never split or trimmed: `"Report admin"` is not `admin`. An unknown name grants
/// nothing. It is logged and is not an error, since an issuer may know roles that this service does
/// not. Serializes as an array. For roles within another claim, see
/// [`claim_path!`](crate::claim_path), and for roles that are the keys of an object
/// [`names_from_keys`](crate::right::names_from_keys).
///
/// # Examples
///
/// ```
/// use authgate::Roles;
///
/// #[derive(authgate::Role)]
/// pub enum Role {
///     Viewer,
///     #[role(implies(Viewer))]
///     Admin,
/// }
///
/// let roles: Roles<Role> = serde_json::from_str(r#"["admin"]"#)?;
/// assert!(roles.grants(Role::Viewer));
/// assert!(!roles.contains(Role::Viewer));
/// # Ok::<(), serde_json::Error>(())
/// ```
pub struct Roles<R> {
    bits: u128,
    set: Invariant<R>,
}

/// The scopes that a credential is limited to: a bit set over `S`.
///
/// Deserializes from the forms that tokens use: a string of names separated by spaces (RFC 6749
/// section 3.3, RFC 8693 section 4.2), an array of names, or `null`. Only U+0020 separates names.
/// An unknown name grants nothing and is not an error. Serializes as the string.
///
/// # Examples
///
/// ```
/// use authgate::Scopes;
///
/// #[derive(authgate::Scope)]
/// pub enum Scope {
///     #[scope(name = "reports:write")]
///     WriteReports,
/// }
///
/// let scopes: Scopes<Scope> = serde_json::from_str(r#""openid reports:write""#)?;
/// assert!(scopes.contains(Scope::WriteReports));
/// # Ok::<(), serde_json::Error>(())
/// ```
pub struct Scopes<S> {
    bits: u128,
    set: Invariant<S>,
}

/// The permissions that a principal holds directly, in addition to those that its roles grant: a
/// bit set over `P`.
///
/// Deserializes from the forms that tokens use: an array of names, a string, or `null`. As for
/// [`Roles`], a string is one name. Issuers send permissions as an array, and no standard separates
/// them by spaces. An unknown name grants nothing and is not an error. Serializes as an array.
///
/// # Examples
///
/// ```
/// use authgate::Permissions;
///
/// #[derive(authgate::Permission)]
/// pub enum Permission {
///     Read,
///     Write,
/// }
///
/// let permissions: Permissions<Permission> = serde_json::from_str(r#"["write"]"#)?;
/// assert!(permissions.contains(Permission::Write));
/// # Ok::<(), serde_json::Error>(())
/// ```
pub struct Permissions<P> {
    bits: u128,
    set: Invariant<P>,
}

macro_rules! members {
    ($name:ident, $item:literal) => {
        impl<T: RightSet> $name<T> {
            /// Returns an empty set.
            #[must_use]
            pub const fn none() -> Self {
                Self { bits: 0, set: PhantomData }
            }

            /// Adds a member.
            pub fn insert(&mut self, member: T) {
                self.bits |= bit(&member);
            }

            /// Removes a member. It stays granted if another member implies it.
            pub fn remove(&mut self, member: T) {
                self.bits &= !bit(&member);
            }

            #[doc = concat!("Returns `true` if this ", $item, " is in the set, regardless of implications.")]
            #[must_use]
            pub fn contains(&self, member: T) -> bool {
                self.bits & bit(&member) != 0
            }

            #[doc = concat!("Returns `true` if the ", $item, " is in the set or implied by a member of the set, as in a check.")]
            #[must_use]
            pub fn grants(&self, member: T) -> bool {
                self.bits & super::marker::granted_by(T::CLOSURE, member.index()) != 0
            }

            /// Returns `true` if the set is empty.
            #[must_use]
            pub const fn is_empty(&self) -> bool {
                self.bits == 0
            }

            /// Returns the number of members, without the members that they imply.
            #[must_use]
            pub const fn len(&self) -> usize {
                self.bits.count_ones() as usize
            }

            /// Returns the members in the order of the variants, without the members that they
            /// imply.
            pub fn iter(&self) -> impl Iterator<Item = T> + use<T> {
                let bits = self.bits;
                (0..T::NAMES.len()).filter(move |index| bits >> index & 1 == 1).filter_map(T::at)
            }

            /// Returns the members' names in the order of the variants.
            pub fn names(&self) -> impl Iterator<Item = &'static str> + use<T> {
                let bits = self.bits;
                T::NAMES.iter().enumerate().filter(move |(index, _)| bits >> index & 1 == 1).map(|(_, name)| *name)
            }
        }

        impl<T> $name<T> {
            /// Returns one bit per member, in the order of the variants, as in
            /// [`HasRights::held`](super::HasRights::held).
            #[must_use]
            pub const fn bits(&self) -> u128 {
                self.bits
            }
        }

        impl<T> Clone for $name<T> {
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<T> Copy for $name<T> {}

        impl<T> Default for $name<T> {
            fn default() -> Self {
                Self { bits: 0, set: PhantomData }
            }
        }

        impl<T> PartialEq for $name<T> {
            fn eq(&self, other: &Self) -> bool {
                self.bits == other.bits
            }
        }

        impl<T> Eq for $name<T> {}

        impl<T: RightSet> Debug for $name<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_set().entries(self.names()).finish()
            }
        }

        impl<T: RightSet> Display for $name<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                for (position, name) in self.names().enumerate() {
                    if position > 0 {
                        f.write_str(" ")?;
                    }
                    f.write_str(name)?;
                }
                Ok(())
            }
        }

        impl<T: RightSet> FromIterator<T> for $name<T> {
            fn from_iter<I: IntoIterator<Item = T>>(members: I) -> Self {
                Self { bits: members.into_iter().fold(0, |bits, member| bits | bit(&member)), set: PhantomData }
            }
        }

        impl<T: RightSet> Extend<T> for $name<T> {
            fn extend<I: IntoIterator<Item = T>>(&mut self, members: I) {
                members.into_iter().for_each(|member| self.insert(member));
            }
        }

        impl<'de, T: RightSet> serde::Deserialize<'de> for $name<T> {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let bits = deserializer.deserialize_any(Names::<T>::new())?;
                Ok(Self { bits, set: PhantomData })
            }
        }
    };
}

members!(Roles, "role");
members!(Scopes, "scope");
members!(Permissions, "permission");

impl<R: RightSet> serde::Serialize for Roles<R> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.names())
    }
}

impl<P: RightSet> serde::Serialize for Permissions<P> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.names())
    }
}

impl<T: RightSet> serde::Serialize for Scopes<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

fn bit<T: RightSet>(member: &T) -> u128 {
    // A set has at most 128 members: the derives reject the 129th.
    1u128.checked_shl(u32::try_from(member.index()).unwrap_or(u32::MAX)).unwrap_or(0)
}
