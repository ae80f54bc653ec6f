//! The routes that a kind of caller can call: "what can an editor do?"

mod words;

use std::collections::BTreeSet;

use super::asked::EffectiveRules;
use super::lock::{Access, Lock, RouteLine};
use crate::Rule;

/// A kind of caller under a lock, such as the holders of a role.
///
/// The roles of the caller are known, and so are the permissions that these roles grant. The caller
/// has no other roles and permissions. Everything else that a rule requires is unknown.
///
/// # Examples
///
/// ```
/// use authgate::access::caller::{Caller, MayCall};
/// use authgate::access::lock::Lock;
///
/// let lock = Lock::parse(
///     "access.lock v1\nrole viewer\nrole editor > viewer\nscope write\n\
///      GET /reports role:viewer\nPUT /reports role:editor & scope:write\n",
/// )?;
/// let viewer = Caller::of_role(&lock, "viewer").expect("the lock declares it");
/// let may: Vec<_> = lock.routes().iter().map(|route| viewer.may(route.access())).collect();
/// assert_eq!(may, [MayCall::Yes, MayCall::No]);
///
/// let editor = Caller::of_role(&lock, "editor").expect("the lock declares it");
/// let words = "the credential has the scope write".to_owned();
/// assert_eq!(editor.may(lock.routes()[1].access()), MayCall::If(words));
/// # Ok::<(), authgate::access::lock::LockError>(())
/// ```
#[derive(Debug)]
pub struct Caller<'a> {
    given: Given<'a>,
    roles: BTreeSet<&'a str>,
    permissions: BTreeSet<&'a str>,
    asked: EffectiveRules<'a>,
    /// `true` if permissions also depend on the credential.
    is_limited: bool,
    /// `true` if the lock has several types of principals.
    several: bool,
}

/// The properties of a [`Caller`].
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
    /// The caller is anonymous.
    Nothing,
    /// The caller is authenticated, and has no role.
    Identity,
    /// The caller is authenticated, and has one role.
    Role(&'a str),
}

/// The answer to whether a caller may call a route.
///
/// # Examples
///
/// ```
/// use authgate::access::caller::MayCall;
///
/// fn shown(verdict: &MayCall) -> String {
///     match verdict {
///         MayCall::Yes => "yes".to_owned(),
///         MayCall::If(condition) => format!("if {condition}"),
///         _ => "no".to_owned(),
///     }
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum MayCall {
    /// The caller may call it.
    Yes,
    /// The caller may call it under this condition.
    If(String),
    /// The caller may not call it.
    No,
}

impl<'a> Caller<'a> {
    /// Creates a caller with this role and no other. Returns `None` if the lock does not declare
    /// it.
    #[must_use]
    pub fn of_role(lock: &'a Lock, role: &str) -> Option<Self> {
        lock.right("role", role).map(|role| Self::given(Given::Role(role.name()), lock))
    }

    /// Creates all kinds of callers: anonymous, authenticated without a role, and with each role of
    /// the lock, in its order.
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
        let role = if let Given::Role(role) = given { Some(role) } else { None };
        let principals: BTreeSet<_> =
            lock.routes().iter().flat_map(|route| route.access().principals()).collect();
        Self {
            given,
            roles: lock.held("role", role),
            permissions: lock.granted(role),
            asked: EffectiveRules::on(lock.routes().iter().map(RouteLine::access)),
            is_limited: lock.limits_permissions(),
            several: principals.len() > 1,
        }
    }

    /// Returns the properties of the caller.
    #[must_use]
    pub const fn has(&self) -> Given<'a> {
        self.given
    }

    /// Returns whether the caller may call a route of the lock.
    #[must_use]
    pub fn may(&self, access: &Access) -> MayCall {
        match access {
            Access::Public { .. } => return MayCall::Yes,
            Access::Ungated { .. } => {
                return MayCall::If("the ungated router behind the path allows the caller".to_owned());
            }
            _ if self.given == Given::Nothing => return MayCall::No,
            Access::Either { alternatives } => return self.may_one_of(alternatives),
            _ => {}
        }
        let Some(rule) = self.asked.of(access) else { return MayCall::Yes };
        match rule.decide(&mut |leaf| self.has_leaf(leaf)) {
            Some(true) => self.principal_is(access, None),
            Some(false) => MayCall::No,
            None => self.principal_is(access, Some(words::of(&rule, &|leaf| self.has_leaf(leaf)))),
        }
    }

    /// Returns whether the caller may call a route with these alternatives.
    fn may_one_of(&self, alternatives: &[Access]) -> MayCall {
        let mut conditions = Vec::new();
        for access in alternatives {
            match self.may(access) {
                MayCall::Yes => return MayCall::Yes,
                MayCall::If(condition) => conditions.push(condition),
                MayCall::No => {}
            }
        }
        if conditions.is_empty() { MayCall::No } else { MayCall::If(conditions.join(", or ")) }
    }

    /// Adds the principal type to the condition. It is needed if a table has several types, and the
    /// rule names no role of the caller.
    fn principal_is(&self, access: &Access, words: Option<String>) -> MayCall {
        let is_own = |leaf: &Rule| match leaf {
            Rule::Held { right, .. } => right.kind() == "role" && self.roles.contains(right.name()),
            _ => false,
        };
        let is_named = access.rule().is_some_and(|rule| rule.leaves().into_iter().any(is_own));
        let principal = access.principal().filter(|_| self.several && !is_named);
        let principal = principal.map(|principal| format!("the caller is a {principal}"));
        let conditions: Vec<_> = principal.into_iter().chain(words).collect();
        if conditions.is_empty() { MayCall::Yes } else { MayCall::If(conditions.join(", and ")) }
    }

    fn has_leaf(&self, leaf: &Rule) -> Option<bool> {
        let Rule::Held { right, tenant } = leaf else { return None };
        let has = match right.kind() {
            "role" => self.roles.contains(right.name()),
            "permission" => self.permissions.contains(right.name()),
            _ => return None,
        };
        // The right may be held in another tenant, and the scopes of a credential may exclude it.
        let depends = tenant.is_some() || (right.kind() == "permission" && self.is_limited);
        if has && depends { None } else { Some(has) }
    }
}
