use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use super::{Revocation, RevocationStatus, RevocationStore, Revocations};
use crate::error::BackendError;
use crate::jws::Leeway;
use crate::right::Context;

/// Revoked tokens, in memory: single tokens by their id (`jti`), all tokens of a subject (`sub`),
/// and all tokens of a login session (`sid`), each of one issuer.
///
/// Clones share the set: keep a clone to revoke tokens at run time. A revocation applies to all
/// later requests. A token without an id could never be revoked alone, so it is rejected with 401
/// `credentials_malformed`.
///
/// An entry of the usual length takes about 200 bytes. The set belongs to one process and is lost
/// on restart. For several processes, or for revocations that must survive a restart, use another
/// [`RevocationStore`], such as that of the package `authgate-redis` or `authgate-postgres`.
///
/// The set relies on the system clock. If the clock is set back, an expired token whose entry was
/// dropped becomes valid again.
///
/// # Examples
///
/// ```
/// use std::time::{Duration, SystemTime};
///
/// use authgate::scheme::bearer::InMemoryRevocations;
/// use authgate::scheme::{Bearer, Keys};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let revoked = InMemoryRevocations::new();
/// let bearer = Bearer::jwt(Keys::hs256("a secret of at least 32 bytes, from a vault")?)
///     .issuer("https://issuer.example")
///     .audience("https://api.example")
///     .revoked_by(revoked.clone());
///
/// // At sign-out: `caller.context().token_id()`, and its `expires_at()`.
/// let end = SystemTime::now() + Duration::from_secs(600);
/// revoked.revoke_token("https://issuer.example", "id-1", end);
/// // After a password change: all tokens that exist now, which expire within ten minutes.
/// revoked.revoke_subject("https://issuer.example", "user-42", end);
/// assert_eq!(revoked.len(), 2);
/// # Ok(()) }
/// ```
#[derive(Clone, Default)]
pub struct InMemoryRevocations {
    entries: Arc<RwLock<Entries>>,
}

/// The kind of name in a revocation.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Named {
    Token,
    Subject,
    Session,
}

#[derive(Default)]
struct Entries {
    /// Maps the issuer to its entries.
    kept: HashMap<Box<str>, OfIssuer>,
    /// The number of entries.
    count: usize,
    /// The number of entries that triggers the next sweep.
    sweep_at: usize,
}

type OfIssuer = HashMap<(Named, Box<str>), Entry>;

struct Entry {
    /// The time after which no verifier accepts the tokens.
    until: SystemTime,
    /// Tokens that were issued later are not revoked.
    issued_before: Option<SystemTime>,
}

/// A smaller set is not swept.
const FEW: usize = 1024;

impl InMemoryRevocations {
    /// Creates an empty set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Revokes the token of an issuer with this id ([`Revocation::Token`]). `end` is the expiry of
    /// the token (`exp`, [`Context::expires_at`]).
    ///
    /// For a token without an expiry, pass a time far in the future. If the id is already in the
    /// set, the later of both times counts.
    ///
    /// Drops the entries of expired tokens whenever the set has doubled in size, so the set has at
    /// most about twice as many entries as there are revocations that still matter.
    pub fn revoke_token(&self, issuer: &str, id: &str, end: SystemTime) {
        self.add(Revocation::Token { issuer, id }, end);
    }

    /// Revokes the tokens of a subject that an issuer has issued until now
    /// ([`Revocation::Subject`]). `end` is the latest expiry of such a token.
    pub fn revoke_subject(&self, issuer: &str, subject: &str, end: SystemTime) {
        self.add(Revocation::Subject { issuer, subject }, end);
    }

    /// Revokes all tokens of a login session at an issuer ([`Revocation::Session`]). `end` is the
    /// latest expiry of such a token.
    pub fn revoke_session(&self, issuer: &str, session: &str, end: SystemTime) {
        self.add(Revocation::Session { issuer, session }, end);
    }

    fn add(&self, revoked: Revocation<'_>, end: SystemTime) {
        let (issuer, named, id) = match revoked {
            Revocation::Token { issuer, id } => (issuer, Named::Token, id),
            Revocation::Subject { issuer, subject } => (issuer, Named::Subject, subject),
            Revocation::Session { issuer, session } => (issuer, Named::Session, session),
        };
        let issued_before = (named == Named::Subject).then(SystemTime::now);
        // A verifier accepts tokens within the leeway. The extra second covers fractional expiry
        // times.
        let kept = Duration::from_secs(u64::from(Leeway::MOST) + 1);
        let until = end.checked_add(kept).unwrap_or(end);
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        let of_issuer = entries.kept.entry(issuer.into()).or_default();
        let before = of_issuer.len();
        let entry = of_issuer.entry((named, id.into())).or_insert(Entry { until, issued_before });
        entry.until = entry.until.max(until);
        entry.issued_before = entry.issued_before.max(issued_before);
        let added = of_issuer.len() - before;
        entries.count += added;
        if entries.count >= entries.sweep_at.max(FEW) {
            entries.sweep(SystemTime::now());
        }
    }

    /// Returns the number of entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.read().unwrap_or_else(PoisonError::into_inner).count
    }

    /// Returns `true` if nothing is revoked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn look_up(&self, context: &Context) -> RevocationStatus {
        let token = context.token_id();
        let unless_revoked =
            if token.is_some() { RevocationStatus::Good } else { RevocationStatus::WithoutId };
        let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        let Some(of_issuer) = entries.kept.get(context.issuer().unwrap_or_default()) else {
            return unless_revoked;
        };
        let named = [
            (Named::Token, token),
            (Named::Subject, context.subject()),
            (Named::Session, context.session_id()),
        ];
        let is_revoked = |(named, id): (Named, Option<&str>)| {
            let entry = id.and_then(|id| of_issuer.get(&(named, Box::from(id))));
            entry.is_some_and(|entry| entry.applies_to(context.issued_at()))
        };
        if named.into_iter().any(is_revoked) { RevocationStatus::Revoked } else { unless_revoked }
    }
}

impl Entry {
    fn applies_to(&self, issued: Option<SystemTime>) -> bool {
        match (self.issued_before, issued) {
            (Some(before), Some(issued)) => issued <= before,
            _ => true,
        }
    }
}

impl Entries {
    fn sweep(&mut self, now: SystemTime) {
        for of_issuer in self.kept.values_mut() {
            of_issuer.retain(|_, entry| now < entry.until);
        }
        self.kept.retain(|_, of_issuer| !of_issuer.is_empty());
        self.count = self.kept.values().map(HashMap::len).sum();
        self.sweep_at = self.count.saturating_mul(2);
        self.kept.values_mut().for_each(|of_issuer| of_issuer.shrink_to(of_issuer.len().saturating_mul(2)));
    }
}

impl Revocations for InMemoryRevocations {
    async fn status(&self, context: &Context) -> RevocationStatus {
        self.look_up(context)
    }

    fn status_now(&self, context: &Context) -> Option<RevocationStatus> {
        Some(self.look_up(context))
    }
}

impl RevocationStore for InMemoryRevocations {
    async fn revoke(&self, revoked: Revocation<'_>, end: SystemTime) -> Result<(), BackendError> {
        self.add(revoked, end);
        Ok(())
    }
}

/// Prints the number of entries.
impl fmt::Debug for InMemoryRevocations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InMemoryRevocations").field("len", &self.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::right::Statements;

    const ISSUER: &str = "https://issuer.example";

    fn status(revoked: &InMemoryRevocations, id: &str) -> RevocationStatus {
        revoked.look_up(&Context::of("Bearer").with_token_id(Arc::from(id)).with_issuer(Arc::from(ISSUER)))
    }

    fn ago(seconds: u64) -> SystemTime {
        SystemTime::now() - Duration::from_secs(seconds)
    }

    /// Adds ids until the set is swept.
    fn fill(revoked: &InMemoryRevocations) {
        (0..FEW).for_each(|number| revoked.revoke_token(ISSUER, &format!("id-{number}"), ago(3600)));
    }

    #[test]
    fn keeps_an_id_until_its_token_expires_with_maximum_leeway() {
        let revoked = InMemoryRevocations::new();
        revoked.revoke_token(ISSUER, "expired", ago(u64::from(Leeway::MOST) + 10));
        revoked.revoke_token(ISSUER, "in leeway", ago(u64::from(Leeway::MOST) - 10));
        fill(&revoked);
        assert_eq!(status(&revoked, "expired"), RevocationStatus::Good);
        assert_eq!(status(&revoked, "in leeway"), RevocationStatus::Revoked);
    }

    #[test]
    fn an_earlier_expiry_does_not_shorten_a_revocation() {
        let revoked = InMemoryRevocations::new();
        revoked.revoke_token(ISSUER, "a", SystemTime::now() + Duration::from_secs(60));
        revoked.revoke_token(ISSUER, "a", ago(3600));
        fill(&revoked);
        assert_eq!(status(&revoked, "a"), RevocationStatus::Revoked);
    }

    #[test]
    fn token_without_jti_has_status_without_id() {
        assert_eq!(InMemoryRevocations::new().look_up(&Context::of("Bearer")), RevocationStatus::WithoutId);
    }

    #[test]
    #[cfg_attr(miri, ignore = "takes minutes in Miri")]
    fn does_not_grow_with_expired_tokens() {
        let revoked = InMemoryRevocations::new();
        let kept = SystemTime::now() + Duration::from_secs(3600);
        for number in 0..20_000 {
            let end = if number % 100 == 0 { kept } else { ago(3600) };
            revoked.revoke_token(ISSUER, &format!("id-{number}"), end);
        }
        assert!(revoked.len() <= 2 * FEW, "{}", revoked.len());
        for number in (0..20_000).step_by(100) {
            assert_eq!(status(&revoked, &format!("id-{number}")), RevocationStatus::Revoked, "{number}");
        }
    }

    #[test]
    fn subject_and_session_are_revoked_at_their_issuer_only() {
        let revoked = InMemoryRevocations::new();
        let end = SystemTime::now() + Duration::from_secs(600);
        revoked.revoke_subject(ISSUER, "ada", end);
        revoked.revoke_session(ISSUER, "s-1", end);
        revoked.revoke_token(ISSUER, "ada", end);
        let of = |issuer: &str, id: &str, subject, session_id, issued| {
            let statements = Statements { subject, session_id, ..Statements::default() };
            let context = Context::of("Bearer").with_token_id(Arc::from(id)).with_issuer(Arc::from(issuer));
            revoked.look_up(&context.with_statements(statements).with_issued_at(issued))
        };
        let (good, gone) = (RevocationStatus::Good, RevocationStatus::Revoked);
        let later = SystemTime::now() + Duration::from_secs(5);
        for (issuer, id, subject, session, issued, expected) in [
            (ISSUER, "1", Some("ada"), None, None, gone),
            (ISSUER, "1", Some("ada"), None, Some(ago(10)), gone),
            (ISSUER, "1", Some("ada"), None, Some(later), good),
            (ISSUER, "1", Some("eve"), None, None, good),
            (ISSUER, "1", Some("s-1"), None, None, good),
            (ISSUER, "1", None, Some("s-1"), Some(later), gone),
            (ISSUER, "1", None, Some("ada"), None, good),
            (ISSUER, "ada", None, None, None, gone),
            (ISSUER, "s-1", None, None, None, good),
            ("https://other.example", "ada", Some("ada"), Some("s-1"), None, good),
        ] {
            assert_eq!(
                of(issuer, id, subject, session, issued),
                expected,
                "{issuer} {id} {subject:?} {session:?}"
            );
        }
    }
}
