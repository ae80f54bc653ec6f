//! What somebody may: "what can an editor do?"

mod words;

use std::collections::BTreeSet;

use super::asked::Asked;
use super::lock::{Access, Lock};
use crate::Rule;

/// Somebody of whom is asked what he may do, under a lock.
///
/// Of a caller it is known which roles he has, and which permissions they grant, and that he has no others. Whether he has
/// anything else that a rule asks for is not known.
///
/// # Examples
///
/// ```
/// use authgate::access::caller::{Caller, Verdict};
/// use authgate::access::lock::Lock;
///
/// let lock = Lock::parse(
///     "access.lock v1\nrole viewer\nrole editor > viewer\nscope write\n\
///      GET /reports role:viewer\nPUT /reports role:editor & scope:write\n",
/// )?;
/// let viewer = Caller::of_role(&lock, "viewer").expect("the lock declares it");
/// let may: Vec<_> = lock.routes().iter().map(|route| viewer.may(route.access())).collect();
/// assert_eq!(may, [Verdict::May, Verdict::MayNot]);
///
/// let editor = Caller::of_role(&lock, "editor").expect("the lock declares it");
/// let words = "the credential has the scope write".to_owned();
/// assert_eq!(editor.may(lock.routes()[1].access()), Verdict::If(words));
/// # Ok::<(), authgate::access::lock::LockError>(())
/// ```
#[derive(Debug)]
pub struct Caller<'a> {
    given: Given<'a>,
    roles: BTreeSet<&'a str>,
    permissions: BTreeSet<&'a str>,
    asked: Asked<'a>,
    /// Whether permissions depend on the credential, too.
    is_limited: bool,
    /// Whether the lock has several types of principals.
    several: bool,
}

/// What somebody was given.
///
/// # Examples
///
/// ```
/// use authgate::access::caller::{Caller, Given};
/// use authgate::access::lock::Lock;
///
/// let lock = Lock::parse("access.lock v1\nrole viewer\nGET /reports role:viewer\n")?;
/// let given: Vec<_> = Caller::all(&lock).iter().map(Caller::has).collect();
/// assert_eq!(given, [Given::Nothing, Given::Identity, Given::Role("viewer")]);
/// # Ok::<(), authgate::access::lock::LockError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Given<'a> {
    /// Nothing: nobody knows who he is.
    Nothing,
    /// A credential that says who he is, and no role.
    Identity,
    /// One role, besides.
    Role(&'a str),
}

/// Whether a caller may call a route.
///
/// # Examples
///
/// ```
/// use authgate::access::caller::Verdict;
///
/// fn shown(verdict: &Verdict) -> String {
///     match verdict {
///         Verdict::May => "yes".to_owned(),
///         Verdict::If(condition) => format!("if {condition}"),
///         _ => "no".to_owned(),
///     }
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Verdict {
    /// He may.
    May,
    /// He may if what is said here is so.
    If(String),
    /// He may not.
    MayNot,
}

impl<'a> Caller<'a> {
    /// Somebody who was given this role and no other; `None` where the lock declares none of this name.
    #[must_use]
    pub fn of_role(lock: &'a Lock, role: &str) -> Option<Self> {
        lock.right("role", role).map(|role| Self::given(Given::Role(role.name()), lock))
    }

    /// Everybody of whom can be asked: nobody in particular, somebody, and the holders of each role, in the lock's order.
    #[must_use]
    pub fn all(lock: &'a Lock) -> Vec<Self> {
        let roles = lock.rights().iter().filter(|right| right.kind() == "role");
        [Given::Nothing, Given::Identity]
            .into_iter()
            .chain(roles.map(|role| Given::Role(role.name())))
            .map(|given| Self::given(given, lock))
            .collect()
    }

    fn given(given: Given<'a>, lock: &'a Lock) -> Self {
        let role = match given {
            Given::Role(role) => Some(role),
            _ => None,
        };
        let principals: BTreeSet<_> =
            lock.routes().iter().filter_map(|route| principal(route.access())).collect();
        Self {
            given,
            roles: lock.held("role", role),
            permissions: lock.granted(role),
            asked: Asked::by(lock),
            is_limited: lock.limits_permissions(),
            several: principals.len() > 1,
        }
    }

    /// What he was given.
    #[must_use]
    pub const fn has(&self) -> Given<'a> {
        self.given
    }

    /// Whether he may call a route of the lock.
    #[must_use]
    pub fn may(&self, access: &Access) -> Verdict {
        match access {
            Access::Public { .. } => return Verdict::May,
            Access::Ungated { .. } => {
                return Verdict::If("what is behind it lets him: authgate does not see it".to_owned());
            }
            _ if self.given == Given::Nothing => return Verdict::MayNot,
            _ => {}
        }
        let Some(rule) = self.asked.of(access) else { return Verdict::May };
        match rule.decide(&mut |leaf| self.has_leaf(leaf)) {
            Some(true) => self.principal_is(access, None),
            Some(false) => Verdict::MayNot,
            None => self.principal_is(access, Some(words::of(&rule, &|leaf| self.has_leaf(leaf)))),
        }
    }

    /// Where a table has several types of principals, he has to be of the route's. A role of his that the rule names says that
    /// he can be.
    fn principal_is(&self, access: &Access, words: Option<String>) -> Verdict {
        let mut is_named = false;
        if let Some(rule) = access.rule() {
            rule.for_each_leaf(&mut |leaf| {
                is_named |= matches!(leaf, Rule::Held { right, .. } if right.kind() == "role" && self.roles.contains(right.name()));
            });
        }
        let principal = principal(access).filter(|_| self.several && !is_named);
        match (principal, words) {
            (None, None) => Verdict::May,
            (None, Some(words)) => Verdict::If(words),
            (Some(principal), None) => Verdict::If(format!("he is a {principal}")),
            (Some(principal), Some(words)) => Verdict::If(format!("he is a {principal}, and {words}")),
        }
    }

    fn has_leaf(&self, leaf: &Rule) -> Option<bool> {
        let Rule::Held { right, tenant } = leaf else { return None };
        let has = match right.kind() {
            "role" => self.roles.contains(right.name()),
            "permission" => self.permissions.contains(right.name()),
            _ => return None,
        };
        // What he holds, he holds in some tenant perhaps; and a credential may be narrower than he is.
        let depends = tenant.is_some() || (right.kind() == "permission" && self.is_limited);
        if has && depends { None } else { Some(has) }
    }
}

fn principal(access: &Access) -> Option<&str> {
    match access {
        Access::Authenticated { principal } => Some(principal),
        Access::Authorized { principal, .. } => principal.as_deref(),
        Access::Public { .. } | Access::Ungated { .. } => None,
    }
}
