//! Tokens that were taken back before their end.

mod revoked_ids;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

pub use revoked_ids::RevokedIds;

use crate::right::{Context, Fault};
use crate::scheme::{Identity, Verdict};

/// What knows which tokens were taken back before their end: [`RevokedIds`], a closure, or a database.
///
/// It is asked last, of a token that is good in everything else, and on every request, whether a cache has the token or not.
/// It tells a token by its [`Context::token_id`] (`jti`); what it makes of one that has none is its own to say, with
/// [`WithoutId`](Standing::WithoutId) where such a token could never be taken back. Where several issuers are trusted, an id
/// is one token's among all of them (RFC 7519 section 4.1.7).
///
/// A closure over the context is one, too: `true` is revoked.
///
/// ```
/// use authgate::Context;
/// use authgate::scheme::bearer::{Revocations, Standing};
/// # struct Pool;
/// # impl Pool { async fn is_revoked(&self, id: &str) -> Result<bool, std::io::Error> { Ok(false) } }
///
/// struct Database {
///     pool: Pool,
/// }
///
/// impl Revocations for Database {
///     async fn standing(&self, context: &Context) -> Standing {
///         let Some(id) = context.token_id() else { return Standing::WithoutId };
///         match self.pool.is_revoked(id).await {
///             Ok(false) => Standing::Good,
///             Ok(true) => Standing::Revoked,
///             Err(_) => Standing::Undecided,
///         }
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not know which tokens are revoked",
    label = "no list of revoked tokens",
    note = "give an `authgate::scheme::bearer::RevokedIds`, a closure `|context: &Context| ..` that says whether a token is \
            revoked, or implement `authgate::scheme::bearer::Revocations` for `{Self}`, such as one that asks a database"
)]
pub trait Revocations: Send + Sync + 'static {
    /// How the token stands. Where it cannot be found out, the answer is [`Undecided`](Standing::Undecided), and never
    /// [`Good`](Standing::Good). One that takes longer than the gate's timeout is undecided, too. A panic is 500.
    fn standing(&self, context: &Context) -> impl Future<Output = Standing> + Send;

    /// The same where nothing has to be waited for, which costs no allocation; by default `None`, and
    /// [`standing`](Self::standing) is asked.
    fn standing_at_once(&self, context: &Context) -> Option<Standing> {
        let _ = context;
        None
    }

    /// Whether [`standing_at_once`](Self::standing_at_once) never returns `None`: a request is then decided without room being
    /// made to wait in. By default `false`. Asked when the gate is built; a `None` in spite of it is taken for
    /// [`Undecided`](Standing::Undecided).
    fn never_waits(&self) -> bool {
        false
    }
}

/// How a token stands that is good in everything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Standing {
    /// It was not taken back.
    Good,
    /// It was: 401 `credentials_revoked`.
    Revoked,
    /// It has no id by which it could ever be: 401 `credentials_malformed`.
    WithoutId,
    /// It could not be found out: 503.
    Undecided,
}

impl Standing {
    pub(super) fn verdict<P>(self, identity: impl FnOnce() -> Identity<P>) -> Verdict<P> {
        match self {
            Self::Good => Verdict::Identified(identity()),
            Self::Revoked => Verdict::Refused(Fault::Revoked),
            Self::WithoutId => Verdict::Refused(Fault::Malformed),
            Self::Undecided => Verdict::Undecided,
        }
    }
}

#[diagnostic::do_not_recommend]
impl<F: Fn(&Context) -> bool + Send + Sync + 'static> Revocations for F {
    async fn standing(&self, context: &Context) -> Standing {
        if self(context) { Standing::Revoked } else { Standing::Good }
    }

    fn standing_at_once(&self, context: &Context) -> Option<Standing> {
        Some(if self(context) { Standing::Revoked } else { Standing::Good })
    }

    fn never_waits(&self) -> bool {
        true
    }
}

#[diagnostic::do_not_recommend]
impl<R: Revocations> Revocations for Arc<R> {
    fn standing(&self, context: &Context) -> impl Future<Output = Standing> + Send {
        R::standing(self, context)
    }

    fn standing_at_once(&self, context: &Context) -> Option<Standing> {
        R::standing_at_once(self, context)
    }

    fn never_waits(&self) -> bool {
        R::never_waits(self)
    }
}

/// [`Revocations`] of whatever type.
pub(super) trait Ask: Send + Sync {
    fn at_once(&self, context: &Context) -> Option<Standing>;

    fn never_waits(&self) -> bool;

    fn later<'a>(&'a self, context: &'a Context) -> Pin<Box<dyn Future<Output = Standing> + Send + 'a>>;
}

impl<R: Revocations> Ask for R {
    fn at_once(&self, context: &Context) -> Option<Standing> {
        self.standing_at_once(context)
    }

    fn never_waits(&self) -> bool {
        Revocations::never_waits(self)
    }

    fn later<'a>(&'a self, context: &'a Context) -> Pin<Box<dyn Future<Output = Standing> + Send + 'a>> {
        Box::pin(self.standing(context))
    }
}
