//! The kinds of right. A closed list: what a denial says, and how `All` looks into its parts, depend on it.

use crate::right::Lack;

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

/// Schemes by which a caller has proved who he is.
#[derive(Debug)]
pub struct ByScheme;

/// How recent a login is.
#[derive(Debug)]
pub struct Freshness;

/// Authentication context classes.
#[derive(Debug)]
pub struct ContextClass;

/// Authentication methods.
#[derive(Debug)]
pub struct LoginMethod;

/// What is held within a tenant.
#[derive(Debug)]
pub struct Tenanted;

/// What is not asked.
#[derive(Debug)]
pub struct Waived;

/// What must not hold.
#[derive(Debug)]
pub struct Negated;

/// Requirements of the application's own, told apart by digits that the derive makes of their names.
#[derive(Debug)]
pub struct Own<D>(PhantomData<fn() -> D>);

/// What is common to the members of a set.
pub trait Kind: 'static {
    /// The word for one, as in the access table: `role`.
    const WORD: &'static str;
    /// What a denial says where one is missing.
    const MISSING: Lack;
    /// Whether a string holds several names, separated by U+0020, as for scopes (RFC 6749 section 3.3). Otherwise a string
    /// is one name.
    const SPACE_SEPARATED: bool = false;
}

impl Kind for Role {
    const WORD: &'static str = "role";
    const MISSING: Lack = Lack::Role;
}

impl Kind for Permission {
    const WORD: &'static str = "permission";
    const MISSING: Lack = Lack::Permission;
}

impl Kind for Scope {
    const WORD: &'static str = "scope";
    const MISSING: Lack = Lack::Scope;
    const SPACE_SEPARATED: bool = true;
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

/// Whether two lists of digits, `(D3, (Da, ()))`, are the same, as a type.
pub trait SameDigits<E> {
    /// [`Yes`] or [`No`].
    type Out;
}

/// The rest of two lists, where what came before is the same.
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

/// Whether two digits are the same, as a type.
pub trait SameDigit<E> {
    /// [`Yes`] or [`No`].
    type Out;
}

/// The digits of base four, few enough to tell each from each.
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
