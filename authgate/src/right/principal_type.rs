//! The facts of a principal and of its sets, as data.

use std::marker::PhantomData;

use authgate_access::{Held, PrincipalType, SetOfRights, TypeName};

use crate::right::{Bundled, Principal, RightSet, kind::Kind as _};

/// Returns the member at a position of a set as data.
pub(crate) const fn held<S: RightSet>(index: usize) -> Held {
    Held::new(S::Kind::WORD, S::NAME, TypeName::of::<S>(), S::NAMES, S::CLOSURE, index)
}

/// Returns a principal type as data.
pub(crate) const fn principal_type<P: Principal>() -> PrincipalType {
    PrincipalType::new(P::NAME, P::PLACE, TypeName::of::<P>(), P::SETS)
}

const fn set<S: RightSet>() -> SetOfRights {
    SetOfRights::plain(S::Kind::WORD, TypeName::of::<S>(), S::NAMES, S::CLOSURE)
}

/// The set `S` of a principal `P` with the permissions `Q`, for the derive.
///
/// For a type that is not a set, the constants are those of [`NoSet`]. The error is then reported
/// only where the principal names the type. Inherent constants take precedence over those of a
/// trait.
#[derive(Debug)]
pub struct SetOf<S, P = (), Q = ()>(PhantomData<Made<S, P, Q>>);

type Made<S, P, Q> = fn() -> (S, P, Q);

impl<S: RightSet> SetOf<S> {
    /// The set alone.
    pub const ALONE: SetOfRights = set::<S>();
}

impl<S: RightSet, P: Bundled<Q>, Q: RightSet> SetOf<S, P, Q> {
    /// Roles that grant the permissions.
    pub const GRANTING: SetOfRights =
        set::<S>().permitting(TypeName::of::<Q>(), Q::NAMES, Q::CLOSURE, P::GRANTS);
    /// Roles in tenants that grant them.
    pub const GRANTING_IN_TENANTS: SetOfRights =
        set::<S>().permitting(TypeName::of::<Q>(), Q::NAMES, Q::CLOSURE, P::TENANT_GRANTS);
    /// Scopes that limit them.
    pub const ALLOWING: SetOfRights =
        set::<S>().permitting(TypeName::of::<Q>(), Q::NAMES, Q::CLOSURE, P::ALLOWS);
}

/// The constants for a type that is not a set.
pub trait NoSet {
    /// An empty set.
    const ALONE: SetOfRights = NOTHING;
    /// An empty set.
    const GRANTING: SetOfRights = NOTHING;
    /// An empty set.
    const GRANTING_IN_TENANTS: SetOfRights = NOTHING;
    /// An empty set.
    const ALLOWING: SetOfRights = NOTHING;
}

impl<S, P, Q> NoSet for SetOf<S, P, Q> {}

const NOTHING: SetOfRights = SetOfRights::plain("", TypeName::of::<()>(), &[], &[]);
