//! The kinds of rights. The list is closed, because denials and [`Implies`](crate::right::Implies)
//! depend on it.

use crate::right::ForbiddenReason;

use std::marker::PhantomData;

/// Roles.
#[derive(Debug)]
pub struct Role;

/// Scopes.
#[derive(Debug)]
pub struct Scope;

/// Permissions.
#[derive(Debug)]
pub struct Permission;

/// Schemes by which the caller was authenticated.
#[derive(Debug)]
pub struct ByScheme;

/// The age of a login.
#[derive(Debug)]
pub struct Freshness;

/// Authentication context classes.
#[derive(Debug)]
pub struct ContextClass;

/// Authentication methods.
#[derive(Debug)]
pub struct LoginMethod;

/// Rights held within a tenant.
#[derive(Debug)]
pub struct Tenanted;

/// Requirements of the gate that a route waives.
#[derive(Debug)]
pub struct Waived;

/// Rights that must not be held.
#[derive(Debug)]
pub struct Negated;

/// The application's own requirements. `D` encodes the type's name as digits, which gives each
/// requirement a different kind.
#[derive(Debug)]
pub struct Own<D>(PhantomData<fn() -> D>);

/// Kinds of rights of the caller: not a combination, a waiver or a policy.
pub trait OfCaller {}

macro_rules! of_caller {
    ($($kind:ty),*) => {
        $(impl OfCaller for $kind {})*
    };
}
of_caller!(Role, Scope, Permission, ByScheme, Freshness, ContextClass, LoginMethod, Tenanted);

impl<D> OfCaller for Own<D> {}

/// The properties that the members of a set share.
pub trait Kind: 'static {
    /// The name of the kind in the access table: `role`.
    const WORD: &'static str;
    /// The [`ForbiddenReason`] of a denial if a member is missing.
    const MISSING: ForbiddenReason;
    /// Is `true` if U+0020 separates several names in a string, as for scopes (RFC 6749 section
    /// 3.3). Otherwise a string is one name.
    const SPACE_SEPARATED: bool = false;
}

impl Kind for Role {
    const WORD: &'static str = "role";
    const MISSING: ForbiddenReason = ForbiddenReason::Role;
}

impl Kind for Permission {
    const WORD: &'static str = "permission";
    const MISSING: ForbiddenReason = ForbiddenReason::Permission;
}

impl Kind for Scope {
    const WORD: &'static str = "scope";
    const MISSING: ForbiddenReason = ForbiddenReason::Scope;
    const SPACE_SEPARATED: bool = true;
}

/// The kinds are the same.
#[derive(Debug)]
pub struct Yes;

/// The kinds differ.
#[derive(Debug)]
pub struct No;

/// Compares two kinds at the type level.
pub trait SameKind<K> {
    /// [`Yes`] or [`No`].
    type Out;
}

macro_rules! same_kind {
    ($($one:ident: $($other:ident)*;)*) => {
        $(
            impl SameKind<$one> for $one {
                type Out = Yes;
            }
            $(
                impl SameKind<$other> for $one {
                    type Out = No;
                }
                impl SameKind<$one> for $other {
                    type Out = No;
                }
            )*
            impl<D> SameKind<Own<D>> for $one {
                type Out = No;
            }
            impl<D> SameKind<$one> for Own<D> {
                type Out = No;
            }
        )*
    };
}

same_kind! {
    Role: Scope Permission ByScheme Freshness ContextClass LoginMethod Tenanted Waived Negated;
    Scope: Permission ByScheme Freshness ContextClass LoginMethod Tenanted Waived Negated;
    Permission: ByScheme Freshness ContextClass LoginMethod Tenanted Waived Negated;
    ByScheme: Freshness ContextClass LoginMethod Tenanted Waived Negated;
    Freshness: ContextClass LoginMethod Tenanted Waived Negated;
    ContextClass: LoginMethod Tenanted Waived Negated;
    LoginMethod: Tenanted Waived Negated;
    Tenanted: Waived Negated;
    Waived: Negated;
    Negated: ;
}

impl<D: SameDigits<E>, E> SameKind<Own<E>> for Own<D> {
    type Out = D::Out;
}

/// Compares two lists of digits, such as `(D3, (D0, ()))`, at the type level.
pub trait SameDigits<E> {
    /// [`Yes`] or [`No`].
    type Out;
}

/// Compares the remaining digits of two lists if the digits before them are the same.
pub trait Then<One, Other> {
    /// [`Yes`] or [`No`].
    type Out;
}

impl SameDigits<()> for () {
    type Out = Yes;
}

impl<One: SameDigit<Other>, Other, Rest, OtherRest> SameDigits<(Other, OtherRest)> for (One, Rest)
where
    One::Out: Then<Rest, OtherRest>,
{
    type Out = <One::Out as Then<Rest, OtherRest>>::Out;
}

impl<One: SameDigits<Other>, Other> Then<One, Other> for Yes {
    type Out = One::Out;
}

impl<One, Other> Then<One, Other> for No {
    type Out = Self;
}

/// Compares two digits at the type level.
pub trait SameDigit<E> {
    /// [`Yes`] or [`No`].
    type Out;
}

/// Defines the digits of base four. A small base keeps the number of pairwise impls low.
macro_rules! digits {
    ($($one:ident: $($other:ident)*;)*) => {
        $(
            #[doc = "A digit of a name."]
            #[derive(Debug)]
            pub struct $one;
            impl SameDigit<$one> for $one {
                type Out = Yes;
            }
            $(
                impl SameDigit<$other> for $one {
                    type Out = No;
                }
            )*
        )*
    };
}

digits! {
    D0: D1 D2 D3;
    D1: D0 D2 D3;
    D2: D0 D1 D3;
    D3: D0 D1 D2;
}
