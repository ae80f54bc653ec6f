use super::set::kind::Kind;
use super::{Decision, HasRights, Requirement, Right, RightSet};
use crate::right::{Context, Rule, held};

/// The position of a member in its set, as a type. The compiler decides [`Implies`](super::Implies)
/// by it.
#[derive(Debug)]
pub struct At<const INDEX: usize>;

/// The value of an [`At`].
///
/// The trait is sealed. With a new position type, another crate could redefine what rights imply.
/// It could then turn a proof of the lowest right into a proof of the highest.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a position in a set of rights",
    label = "not a position from a derive",
    note = "let `#[derive(authgate::Role)]` or `#[derive(authgate::Scope)]` generate the markers"
)]
pub trait Index: sealed::Sealed + 'static {
    /// The position, from zero.
    const VALUE: usize;
}

impl<const INDEX: usize> Index for At<INDEX> {
    const VALUE: usize = INDEX;
}

mod sealed {
    pub trait Sealed {}
    impl<const INDEX: usize> Sealed for super::At<INDEX> {}
}

/// A type that represents one member of a set: `role::Admin` for `Role::Admin`. Emitted by the
/// derives.
///
/// Its name is read from the set, so a marker cannot claim the name of another right.
///
/// # Examples
///
/// ```
/// use authgate::Authorized;
/// use authgate::right::{Marker, RightOf};
///
/// #[derive(authgate::Role)]
/// pub enum Role {
///     Viewer,
///     Admin,
/// }
///
/// #[derive(authgate::Principal)]
/// #[principal(role = Role)]
/// pub struct User {
///     #[principal(id)]
///     sub: String,
///     #[principal(roles)]
///     roles: authgate::Roles<Role>,
/// }
///
/// /// A function of a service layer for any role of a user.
/// fn greet<M: Marker + RightOf<Principal = User>>(caller: &Authorized<M, User>) -> String {
///     format!("Hello, {}", caller.sub)
/// }
///
/// async fn hello(admin: Authorized<role::Admin>) -> String {
///     greet(&admin)
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a role, a scope or a permission",
    label = "not a marker type",
    note = "name a marker of `#[derive(authgate::Role)]`, `Scope` or `Permission`: `role::Admin`, not the variant \
            `Role::Admin`; combine several in `authgate::right::All<(..)>`",
    note = "a custom requirement must name its principal: `#[right(principal = User)]` on it, or `Authorized<{Self}, \
            User>`",
    note = "a policy over a resource needs the resource: `policy = CanEdit, on = Report`"
)]
pub trait Marker: 'static {
    /// The set that contains the member.
    type Set: RightSet;
    /// The position of the member in the set.
    type Index: Index;
}

/// Maps a position in a set to its marker. `#[requires]` uses it to get from a name to a type.
/// Implemented by the derives.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a set of roles, scopes or permissions",
    label = "not an enum of rights",
    note = "write `#[derive(authgate::Role)]`, `Scope` or `Permission` on the enum"
)]
pub trait Nth<const INDEX: usize> {
    /// The marker.
    type Marker: Marker<Set = Self>;
}

/// Maps the name of a member, or that of its variant, to its marker. Implemented by the derives for
/// rust-analyzer alone, which does not evaluate the position for [`Nth`].
#[doc(hidden)]
pub trait Spelt<const IS_VARIANT: bool, Text>: RightSet {
    /// The marker.
    type Marker: Marker<Set = Self>;
    /// Is defined where the variant is.
    fn member();
}

impl<M: Marker> Right for M {
    const RULE: &'static Rule =
        &Rule::Held { right: held::<M::Set>(<M::Index as Index>::VALUE), tenant: None };
}

#[diagnostic::do_not_recommend]
impl<M: Marker, P: HasRights<M::Set>> Requirement<P> for M {
    fn decide(principal: &P, _context: &Context) -> Decision {
        principal.holds::<M>()
    }

    fn scopes(names: &mut Vec<&'static str>) {
        names.extend(Self::RULE.held("scope").map(crate::access::Held::name));
        names.extend(<P as HasRights<M::Set>>::least_scope::<M>());
    }
}

/// Allows if a bit is left under the mask.
#[inline]
pub(super) const fn by_mask<M: Marker>(left: u128) -> Decision {
    if left == 0 { Decision::Deny(<<M::Set as RightSet>::Kind as Kind>::MISSING) } else { Decision::Allow }
}

/// Returns the members that grant the member at `index`, by their closures.
pub(crate) const fn granted_by(closure: &[u128], index: usize) -> u128 {
    assert!(index < closure.len(), "the index of this marker is not in its set: let the derive generate it");
    let mut sufficient = 0;
    let mut holder = 0;
    while holder < closure.len() {
        #[expect(clippy::indexing_slicing, reason = "const: `holder` is below the length")]
        if closure[holder] >> index & 1 == 1 {
            sufficient |= 1 << holder;
        }
        holder += 1;
    }
    sufficient
}
