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
    PrincipalType::new(P::NAME, TypeName::of::<P>(), P::SETS)
}

const fn set<S: RightSet>() -> SetOfRights {
    SetOfRights::plain(S::Kind::WORD, TypeName::of::<S>(), S::NAMES, S::CLOSURE)
}

/// The sets `S` of a principal `P`, of whom the permissions `Q` are: what the derive writes down.
///
/// Of what is no set, the constants are those of [`NoSet`], so that it is told where the principal is said to hold it and not
/// here again: constants of a type itself go before those of a trait.
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
    /// Scopes that limit them.
    pub const ALLOWING: SetOfRights =
        set::<S>().permitting(TypeName::of::<Q>(), Q::NAMES, Q::CLOSURE, P::ALLOWS);
}

/// In the place of what is no set.
pub trait NoSet {
    /// Nothing.
    const ALONE: SetOfRights = NOTHING;
    /// Nothing.
    const GRANTING: SetOfRights = NOTHING;
    /// Nothing.
    const ALLOWING: SetOfRights = NOTHING;
}

impl<S, P, Q> NoSet for SetOf<S, P, Q> {}

const NOTHING: SetOfRights = SetOfRights::plain("", TypeName::of::<()>(), &[], &[]);
