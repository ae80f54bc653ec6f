use http::request::Parts;

use crate::credentials::RequestCredentials;
use crate::denial::Denial;
use crate::gate::{Gate, HasGate, gate_of};
use crate::handler::Admit;
use crate::proof::{App, Authenticated, Entered, Prove, Remember, check, prove};
use crate::right::{AcceptedSchemes, Principal, Reason, Rule, Site};

/// One side of an [`Either`](super::Either): a proof, and the gate that authenticates its callers.
/// It is not exported.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a side of `Either`",
    label = "not a proof for a gate of this state",
    note = "each side is `Authenticated<..>`, `Authorized<..>` or `Granted<..>` of another principal, as in \
            `Either<Authenticated<User>, Authenticated<Machine>>`, and the state has a gate for each principal"
)]
pub trait Alternative<S>: Admit<S, Denied = Denial> + Send {
    /// The principal of the callers.
    type Of: Principal;

    /// The right of the callers. `None` if every authenticated caller is allowed.
    const RIGHT: Option<&'static Rule>;

    /// Returns the gate that decides on the request.
    fn deciding_gate(parts: &Parts, state: &S) -> Gate<Self::Of>;

    /// Authenticates the caller, until a scheme must be awaited. A denial is not logged.
    fn enter(parts: &mut Parts, state: &S, remember: Remember) -> Entered<Authenticated<Self::Of>, Self::Of>;

    /// Completes the proof of an authenticated caller.
    fn complete(
        caller: Authenticated<Self::Of>,
        parts: &mut Parts,
        state: &S,
        site: Option<Site>,
    ) -> impl Future<Output = Result<Self, Denial>> + Send;
}

/// Returns the schemes that a side accepts.
pub(super) const fn accepted<G: Alternative<S>, S>() -> AcceptedSchemes {
    match G::RIGHT {
        Some(right) => AcceptedSchemes::by(right),
        None => AcceptedSchemes::ALL,
    }
}

fn enter<P: Principal, S: HasGate<P>>(
    parts: &mut Parts,
    state: &S,
    right: Option<&'static Rule>,
    remember: Remember,
) -> Entered<Authenticated<P>, P> {
    let accepted = right.map_or(AcceptedSchemes::ALL, AcceptedSchemes::by);
    Authenticated::begin(parts, state, accepted, right, remember)
}

impl<P: Principal, S: HasGate<P> + Sync> Alternative<S> for Authenticated<P> {
    type Of = P;

    const RIGHT: Option<&'static Rule> = None;

    fn deciding_gate(parts: &Parts, state: &S) -> Gate<P> {
        gate_of(parts, state)
    }

    fn enter(parts: &mut Parts, state: &S, remember: Remember) -> Entered<Self, P> {
        enter(parts, state, None, remember)
    }

    async fn complete(
        caller: Self,
        parts: &mut Parts,
        state: &S,
        site: Option<Site>,
    ) -> Result<Self, Denial> {
        Self::unless_denied(Ok(caller), parts, state, site)
    }
}

// For other types, the error is that of `Alternative`.
#[diagnostic::do_not_recommend]
impl<G, S> Alternative<S> for G
where
    G: Prove<App<G, S>> + Admit<S, Denied = Denial>,
    S: HasGate<G::Principal> + Sync,
{
    type Of = G::Principal;

    const RIGHT: Option<&'static Rule> = Some(G::RIGHT);

    fn deciding_gate(parts: &Parts, state: &S) -> Gate<G::Principal> {
        gate_of(parts, state)
    }

    fn enter(
        parts: &mut Parts,
        state: &S,
        remember: Remember,
    ) -> Entered<Authenticated<G::Principal>, G::Principal> {
        enter(parts, state, Some(G::RIGHT), remember)
    }

    async fn complete(
        caller: Authenticated<G::Principal>,
        parts: &mut Parts,
        state: &S,
        site: Option<Site>,
    ) -> Result<Self, Denial> {
        let checked = check::<G, App<G, S>>(caller, parts, site)?;
        prove(Box::new(checked), parts, state, site).await
    }
}

/// Builds the denial of a gate that did not read the credential.
pub(super) fn refuse<G: Alternative<S>, S>(reason: Reason, parts: &Parts, state: &S) -> Denial {
    let gate = G::deciding_gate(parts, state);
    gate.refuse(&RequestCredentials::of(parts), accepted::<G, S>(), reason, None)
}
