use super::builtin::allow_or;
use super::implies::{Atom, Kinded};
use super::set::kind::{D0, D1, Own};
use super::{Beside, ConstStr, Decision, Invariant, Requirement, Right, by_text};
use crate::access::Builtin;
use crate::right::{Context, ForbiddenReason, Rule};
use crate::secret::debug_only;

/// Requires a credential that one issuer has issued: `All<(role::Admin, FromIssuer<Partner>)>`,
/// where `Partner` is a [`ConstStr`]. `#[requires(role = "admin", issuer = "https://partner.example")]`
/// expands to it.
///
/// The issuer is [`Context::issuer`](crate::Context::issuer), compared by bytes. A credential
/// without an issuer, such as an API key, does not meet it. A caller with another issuer gets 403
/// `issuer_not_accepted`.
///
/// # Examples
///
/// ```
/// use authgate::right::{All, ConstStr, FromIssuer};
/// use authgate::{Authorized, Roles};
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
/// pub struct Partner;
///
/// impl ConstStr for Partner {
///     const TEXT: &'static str = "https://partner.example";
/// }
///
/// async fn purge(by: Authorized<All<(role::Admin, FromIssuer<Partner>)>>) {}
/// ```
pub struct FromIssuer<W>(Invariant<W>);

debug_only!([W] FromIssuer<W>);

impl<W: ConstStr> Right for FromIssuer<W> {
    const RULE: &'static Rule = &by_text(Builtin::Issuer, W::TEXT);
}

impl<W: ConstStr, P> Requirement<P> for FromIssuer<W> {
    fn decide(_principal: &P, context: &Context) -> Decision {
        allow_or(ForbiddenReason::Issuer, context.issuer() == Some(W::TEXT))
    }
}

impl<W, P> Beside<P> for FromIssuer<W> {}

// It entails itself only. Derived requirements have longer lists of digits.
impl<W> Kinded for FromIssuer<W> {
    type Kind = Own<(D0, (D1, ()))>;
}
impl<W> Atom for FromIssuer<W> {}
