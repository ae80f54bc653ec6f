//! Samples of principals, and rights that are added by name. The derive uses this module to fill
//! the fields that it does not know.
//!
//! Method resolution selects how a field is filled: an impl for a `Slot` has precedence over an
//! impl for a reference to it. A field that cannot be filled is therefore an error only when a
//! sample is requested.

use std::any::type_name;
use std::fmt;
use std::marker::PhantomData;

use crate::right::{Permissions, RightSet, Roles, Scopes, TenantRoles};
use crate::test_hooks::{Hooks, SampleHooks};

/// A field of the type `T`.
#[derive(Debug)]
pub struct Slot<T>(PhantomData<fn() -> T>);

impl<T> Slot<T> {
    /// A slot.
    pub const NEW: Self = Self(PhantomData);
}

/// The error of a sample that cannot be made, because a field cannot be filled or cannot hold a
/// right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfilled(String);

impl Unfilled {
    fn underived<P>() -> Self {
        let of = type_name::<P>();
        Self(format!(
            "`{of}` implements `Principal` by hand, so that the test must create it: sign in \
             `authgate::testing::test_principal_with(|| ..)`, and pass it to a probe as \
             `.principal(test_principal_with(|| ..))`; or derive it"
        ))
    }

    pub(crate) fn ungiven<P>(gift: &Gift) -> Self {
        let (of, Gift { kind, name, .. }) = (type_name::<P>(), gift);
        let inside = if gift.tenant.is_some() { " in a tenant" } else { "" };
        Self(format!("no field of `{of}` holds the {kind} `{name}`{inside}"))
    }

    fn field<T>(of: &str, field: &str) -> Self {
        let ty = type_name::<T>();
        Self(format!(
            "cannot create a sample of `{of}`, because its field `{field}: {ty}` has no `Default`: write a value for \
             tests on the field, `#[principal(sample = ..)]`"
        ))
    }
}

impl SampleHooks for Hooks {
    type Unfilled = Unfilled;
    type Gift = Gift;

    fn no_sample<P>() -> Unfilled {
        Unfilled::underived::<P>()
    }
}

impl fmt::Display for Unfilled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unfilled {}

/// Fills a field by `Default`.
pub trait ByDefault<T> {
    /// Returns the value of the field.
    ///
    /// # Errors
    ///
    /// Never returns an error.
    fn fill(&self, of: &str, field: &str) -> Result<T, Unfilled>;
}

impl<T: Default> ByDefault<T> for Slot<T> {
    fn fill(&self, _: &str, _: &str) -> Result<T, Unfilled> {
        Ok(T::default())
    }
}

/// Reports a field that cannot be filled.
pub trait NotAtAll<T> {
    /// Returns an error.
    ///
    /// # Errors
    ///
    /// Returns [`Unfilled`], which names the field.
    fn fill(&self, of: &str, field: &str) -> Result<T, Unfilled>;
}

impl<T> NotAtAll<T> for &Slot<T> {
    fn fill(&self, of: &str, field: &str) -> Result<T, Unfilled> {
        Err(Unfilled::field::<T>(of, field))
    }
}

/// Fills the identifier from text.
pub trait ByName<T> {
    /// Returns the caller's identifier.
    ///
    /// # Errors
    ///
    /// Never returns an error.
    fn fill_id(&self, of: &str, field: &str) -> Result<T, Unfilled>;
}

impl<T: From<&'static str>> ByName<T> for &Slot<T> {
    fn fill_id(&self, _: &str, _: &str) -> Result<T, Unfilled> {
        Ok(T::from("tester"))
    }
}

/// Fills an identifier that cannot be made from text.
pub trait Unnamed<T> {
    /// Returns the caller's identifier.
    ///
    /// # Errors
    ///
    /// Returns [`Unfilled`] if the type has no `Default`.
    fn fill_id(&self, of: &str, field: &str) -> Result<T, Unfilled>;
}

impl<T> Unnamed<T> for &&Slot<T>
where
    Slot<T>: ByDefault<T>,
{
    fn fill_id(&self, of: &str, field: &str) -> Result<T, Unfilled> {
        Slot::<T>::NEW.fill(of, field)
    }
}

impl<T> Unnamed<T> for Slot<T> {
    fn fill_id(&self, of: &str, field: &str) -> Result<T, Unfilled> {
        Err(Unfilled::field::<T>(of, field))
    }
}

/// A right that is added to a principal by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gift {
    pub(crate) kind: &'static str,
    /// The type of the set, since two sets may have a member of one name.
    pub(crate) set: &'static str,
    pub(crate) name: String,
    pub(crate) tenant: Option<String>,
}

impl Gift {
    /// An empty scope claim. Only a field that can be without a claim accepts it.
    pub(crate) const fn no_scopes() -> Self {
        Self { kind: "scope", set: "", name: String::new(), tenant: None }
    }

    /// Returns the kind: `role`, `scope` or `permission`, and `tenant` for a role in a tenant.
    #[must_use]
    pub fn kind(&self) -> &str {
        if self.tenant.is_some() { "tenant" } else { self.kind }
    }
}

/// A field that can hold rights.
pub trait GiftOf<T> {
    /// Adds the right. Returns `false` if the set of the field does not contain it.
    fn put(&self, field: &mut T, gift: &Gift) -> bool;
}

/// A field that can hold roles in tenants.
pub trait GiftInTenant<T> {
    /// Adds the right, as [`GiftOf::put`] does.
    fn put(&self, field: &mut T, gift: &Gift) -> bool;
}

/// A field of another type. The derive reports the wrong type.
pub trait NoGift<T> {
    /// Returns `false`.
    fn put(&self, field: &mut T, gift: &Gift) -> bool;
}

impl<T> NoGift<T> for &Slot<T> {
    fn put(&self, _: &mut T, _: &Gift) -> bool {
        false
    }
}

fn member<S: RightSet>(gift: &Gift) -> Option<S> {
    let is_of_set = gift.set == type_name::<S>();
    S::NAMES.iter().position(|known| is_of_set && *known == gift.name).and_then(S::at)
}

macro_rules! takes {
    ($($field:ident)*) => {
        $(
            impl<S: RightSet> GiftOf<$field<S>> for Slot<$field<S>> {
                fn put(&self, field: &mut $field<S>, gift: &Gift) -> bool {
                    member(gift).map(|member| field.insert(member)).is_some()
                }
            }
        )*
    };
}

takes!(Roles Scopes Permissions);

impl<S: RightSet> GiftOf<Option<Scopes<S>>> for Slot<Option<Scopes<S>>> {
    fn put(&self, field: &mut Option<Scopes<S>>, gift: &Gift) -> bool {
        if *gift == Gift::no_scopes() {
            field.get_or_insert_default();
            return true;
        }
        member(gift).map(|member| field.get_or_insert_default().insert(member)).is_some()
    }
}

impl<S: RightSet> GiftInTenant<TenantRoles<S>> for Slot<TenantRoles<S>> {
    fn put(&self, field: &mut TenantRoles<S>, gift: &Gift) -> bool {
        let Some(tenant) = &gift.tenant else { return false };
        member(gift).map(|member| field.insert(tenant.clone(), member)).is_some()
    }
}
