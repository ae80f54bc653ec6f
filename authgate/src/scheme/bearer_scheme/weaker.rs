//! The settings of a [`Bearer`] that are weaker than the default.

use super::{Bearer, TakesAudience};
use crate::dangerous::{Dangerous, Weaker};
use crate::jws::{Audience, TokenType, Verifier};

impl<C> Dangerous<Bearer<C>> {
    fn set(self, setting: &'static str, set: impl FnOnce(&mut Verifier)) -> Bearer<C> {
        let Self { mut builder, reason } = self;
        set(builder.verifier_mut());
        builder.weaker.push(Weaker::new(setting, reason));
        builder
    }

    /// Accepts tokens without `exp`, which stay valid forever if they leak. An `exp` that is
    /// present is still checked.
    #[must_use]
    pub fn without_expiry(self) -> Bearer<C> {
        self.set("without_expiry", |verifier| verifier.expiry_optional = true)
    }

    /// Accepts tokens with any `typ`. This includes other kinds of tokens, such as ID tokens and
    /// logout tokens, if their claims match.
    #[must_use]
    pub fn any_type(self) -> Bearer<C> {
        self.set("any_type", |verifier| verifier.token_type = TokenType::Any)
    }
}

impl<C: TakesAudience> Dangerous<Bearer<C>> {
    /// Accepts tokens with any `aud`, or without one. This includes tokens intended for other
    /// services of the issuer.
    #[must_use]
    pub fn any_audience(self) -> Bearer<C::Then> {
        self.set("any_audience", |verifier| verifier.audience = Audience::Any).into_state()
    }
}
