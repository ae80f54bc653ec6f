use std::fmt::{self, Display};

use super::grants::union;
use super::marker::{Index as _, by_mask, granted_by};
use super::{Acr, Decision, Factor, Fresh, In, Marker, RightSet, ViaScheme, Waive};
use crate::right::SetOfRights;
use crate::test_hooks::{Gift, Hooks, SampleHooks, Unfilled};

/// The caller that a credential identifies, with the roles and scopes it holds.
///
/// Implemented by `#[derive(authgate::Principal)]`.
///
/// # Examples
///
/// ```
/// use authgate::Principal;
///
/// pub struct Machine {
///     number: u64,
/// }
///
/// // By hand. A derived principal can also hold rights.
/// impl Principal for Machine {
///     type Id = u64;
///
///     const NAME: &'static str = "Machine";
///
///     fn id(&self) -> &u64 {
///         &self.number
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a principal",
    label = "does not identify the caller",
    note = "write `#[derive(authgate::Principal)]` on the struct, and `#[principal(id)]` on the field that names the caller"
)]
pub trait Principal: Sized + Send + Sync + 'static {
    /// The type of the caller's identifier.
    type Id: Display + ?Sized;

    /// The name of the type, for the access table.
    const NAME: &'static str;

    /// The place of the definition. Empty if the trait is implemented by hand.
    #[doc(hidden)]
    const PLACE: &'static str = "";

    /// The sets of rights that the principal holds, for the access table.
    #[doc(hidden)]
    const SETS: &'static [SetOfRights] = &[];

    /// Calls `see` with the members that the principal holds: the position of their set in
    /// [`SETS`](Self::SETS), the tenant if they are held in one, and one bit per member.
    #[doc(hidden)]
    fn __each_held(&self, see: &mut dyn FnMut(usize, Option<&str>, u128)) {
        let _ = see;
    }

    /// The declaration about subjects that several issuers use.
    #[doc(hidden)]
    const SUBJECTS: Subjects = Subjects::Undeclared;

    /// Sets the field that holds the issuer.
    #[doc(hidden)]
    fn __set_issuer(&mut self, issuer: &str) {
        let _ = issuer;
    }

    /// Returns a principal without rights, for tests.
    ///
    /// # Errors
    ///
    /// Returns an error if no sample can be created.
    #[doc(hidden)]
    fn __sample() -> Result<Self, Unfilled> {
        Err(Hooks::no_sample::<Self>())
    }

    /// Sets the identifier.
    #[doc(hidden)]
    fn __name(&mut self, id: Self::Id)
    where
        Self::Id: Sized,
    {
        drop(id);
    }

    /// Adds a right. Returns `false` if no field can hold it.
    #[doc(hidden)]
    fn __give(&mut self, gift: &Gift) -> bool {
        let _ = gift;
        false
    }

    /// Returns the identifier that is unique among all callers. It is written to the operator's log
    /// and never sent to the client.
    fn id(&self) -> &Self::Id;
}

/// Returns `true` if the id of the principal is not empty. A token with the `sub` `""` identifies
/// no caller.
pub(crate) fn has_non_empty_id<P: Principal>(principal: &P) -> bool {
    struct Written(bool);
    impl fmt::Write for Written {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            self.0 |= !text.is_empty();
            Ok(())
        }
    }
    let mut written = Written(false);
    fmt::write(&mut written, format_args!("{}", principal.id())).is_ok() && written.0
}

/// The relation between subjects and issuers that a principal declares. A subject is unique only
/// within its issuer (RFC 7519 section 4.1.2).
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "only the derive uses it")]
pub enum Subjects {
    Undeclared,
    /// A field of the principal holds the issuer.
    OfIssuer,
    /// A subject identifies the same caller at each issuer.
    Shared,
}

/// Names the principal that holds the rights of a set, so that `Authorized<role::Admin>` does not
/// have to.
///
/// Implemented for the enum by `#[derive(Principal)]`.
///
/// # Examples
///
/// ```
/// use authgate::Roles;
/// use authgate::right::OwnedBy;
///
/// #[derive(authgate::Role)]
/// pub enum Role {
///     Viewer,
///     #[role(implies(Viewer))]
///     Admin,
/// }
///
/// #[derive(authgate::Principal)]
/// #[principal(role = Role)]
/// pub struct User {
///     #[principal(id)]
///     sub: String,
///     #[principal(roles)]
///     roles: Roles<Role>,
/// }
///
/// fn principal_of_role(user: <Role as OwnedBy>::Principal) -> User {
///     user
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "no principal has the rights of `{Self}`",
    label = "no principal names this set",
    note = "write `#[principal(role = {Self})]` (or `scope = {Self}`) on the struct that derives \
            `authgate::Principal`; if the set is shared or from another crate, name the principal: `Authorized<.., \
            User>`, or `principal = User` in `#[requires]`"
)]
pub trait OwnedBy {
    /// The principal that holds the rights.
    type Principal;
}

/// Reads the rights of a set that a principal holds. Implemented by `#[derive(Principal)]`.
///
/// # Examples
///
/// ```
/// use authgate::Roles;
/// use authgate::right::HasRights;
///
/// #[derive(authgate::Role)]
/// pub enum Role {
///     Viewer,
///     #[role(implies(Viewer))]
///     Admin,
/// }
///
/// #[derive(authgate::Principal)]
/// #[principal(role = Role)]
/// pub struct User {
///     #[principal(id)]
///     sub: String,
///     #[principal(roles)]
///     roles: Roles<Role>,
/// }
///
/// let ada = User { sub: "ada".into(), roles: Roles::from_iter([Role::Admin]) };
/// assert_eq!(HasRights::<Role>::held(&ada), 0b10);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not have rights of `{Set}`",
    label = "this principal does not name `{Set}`",
    note = "write `#[principal(role = {Set})]` or `#[principal(scope = {Set})]` on `{Self}`; add `foreign` if the \
            set belongs to another principal or another crate"
)]
pub trait HasRights<Set> {
    /// Returns the members held, one bit each, in the order of the variants. Implied members are
    /// not included.
    fn held(&self) -> u128;

    /// Adds the members that the given members imply.
    #[doc(hidden)]
    #[must_use]
    fn with_implied(members: u128) -> u128
    where
        Set: RightSet,
    {
        union(Set::CLOSURE, members)
    }

    /// Decides whether a member is held, by a mask of all members that grant it.
    #[doc(hidden)]
    #[inline]
    fn holds<M: Marker<Set = Set>>(&self) -> Decision
    where
        Set: RightSet,
    {
        by_mask::<M>(self.held() & const { granted_by(<M::Set as RightSet>::CLOSURE, M::Index::VALUE) })
    }

    /// Returns the scope that a credential needs for the right, if scopes limit it.
    #[doc(hidden)]
    #[must_use]
    fn least_scope<M: Marker<Set = Set>>() -> Option<&'static str> {
        None
    }
}

/// A right that names its principal.
///
/// # Examples
///
/// ```
/// use authgate::Roles;
/// use authgate::right::RightOf;
///
/// #[derive(authgate::Role)]
/// pub enum Role {
///     Viewer,
///     #[role(implies(Viewer))]
///     Admin,
/// }
///
/// #[derive(authgate::Principal)]
/// #[principal(role = Role)]
/// pub struct User {
///     #[principal(id)]
///     sub: String,
///     #[principal(roles)]
///     roles: Roles<Role>,
/// }
///
/// fn principal_of_admin(user: <role::Admin as RightOf>::Principal) -> User {
///     user
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not name its principal",
    label = "expected a principal",
    note = "name the principal: `Authorized<{Self}, User>`; all parts of an `All` or `Any` are rights of one \
            principal, which the first part names: put a role there, or a right whose derive names its principal",
    note = "a policy over a resource needs the resource: `policy = CanEdit, on = Report`"
)]
pub trait RightOf {
    /// The principal.
    type Principal;
}

#[diagnostic::do_not_recommend]
impl<T, M: Marker + RightOf> RightOf for In<T, M> {
    type Principal = M::Principal;
}

impl<M: Marker> RightOf for M
where
    M::Set: OwnedBy,
{
    type Principal = <M::Set as OwnedBy>::Principal;
}

/// A right that may be combined in one rule with rights of the principal `P`: a right of `P`, or a
/// right of any principal.
///
/// # Examples
///
/// ```
/// use authgate::right::{All, Beside, Fresh, RightOf};
/// use authgate::Roles;
///
/// #[derive(authgate::Role)]
/// pub enum Role {
///     Viewer,
///     #[role(implies(Viewer))]
///     Admin,
/// }
///
/// #[derive(authgate::Principal)]
/// #[principal(role = Role)]
/// pub struct User {
///     #[principal(id)]
///     sub: String,
///     #[principal(roles)]
///     roles: Roles<Role>,
/// }
///
/// /// A right together with a recent login.
/// type Recently<R> = All<(R, Fresh<300>)>;
///
/// fn is_right_of_user<R: Beside<User>>() {}
///
/// is_right_of_user::<role::Admin>();
/// is_right_of_user::<Fresh<300>>();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a right of `{P}`",
    label = "cannot be combined with a right of `{P}`",
    note = "use rights of one principal in a rule"
)]
pub trait Beside<P> {}

#[diagnostic::do_not_recommend]
impl<M: Marker + RightOf<Principal = P>, P> Beside<P> for M {}

#[diagnostic::do_not_recommend]
impl<T, M: Marker + RightOf<Principal = P>, P> Beside<P> for In<T, M> {}

// Without a bound on `S`: the error for a type that is not a scheme appears where it is named.
impl<S, P> Beside<P> for ViaScheme<S> {}
impl<const SECONDS: u64, P> Beside<P> for Fresh<SECONDS> {}
impl<W, P> Beside<P> for Acr<W> {}
impl<W, P> Beside<P> for Factor<W> {}
impl<R, W, P> Beside<P> for Waive<R, W> {}
