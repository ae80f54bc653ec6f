//! The kinds of right. A closed list: what a denial says, and how `All` looks into its parts, depend on it.

use crate::denial::Lack;

/// Roles.
#[derive(Debug)]
pub struct Role;

/// Scopes.
#[derive(Debug)]
pub struct Scope;

/// Schemes by which a caller has proved who he is.
#[derive(Debug)]
pub struct ByScheme;

/// Combinations of which all parts must hold.
#[derive(Debug)]
pub struct All;

/// What is common to the members of a set.
pub trait Kind: 'static {
    /// The word for one, as in the access table: `role`.
    const WORD: &'static str;
    /// What a denial says where one is missing.
    const MISSING: Lack;
}

impl Kind for Role {
    const WORD: &'static str = "role";
    const MISSING: Lack = Lack::Role;
}

impl Kind for Scope {
    const WORD: &'static str = "scope";
    const MISSING: Lack = Lack::Scope;
}

/// The kinds are the same.
#[derive(Debug)]
pub struct Yes;

/// The kinds differ.
#[derive(Debug)]
pub struct No;

/// Whether two kinds are the same, as a type.
pub trait SameKind<K> {
    /// [`Yes`] or [`No`].
    type Out;
}

macro_rules! same_kind {
    ($($one:ident $other:ident $out:ident;)*) => { $(impl SameKind<$other> for $one { type Out = $out; })* };
}

same_kind! {
    Role Role Yes; Role Scope No; Scope Scope Yes; Scope Role No; All Role No; All Scope No;
    ByScheme Role No; ByScheme Scope No;
}
