//! The rule of a route, as data: written by the compiler, or read from a lock.

mod builtin;
mod canonical;
mod compare;
mod display;
mod held;
mod normal;
mod own;
mod type_text;
pub(crate) mod words;

use std::borrow::Cow;
use std::ops::Deref;

pub use builtin::{Builtin, Row, Value, Values, age, in_words};
pub use canonical::Canonical;
pub use held::{Held, InTenant};
pub use own::Own;
pub use type_text::TypeText;

use crate::const_text::is_blank;

/// A rule: what a caller must meet.
///
/// A right states its rule in a constant. A lock contains the same rule without what only the
/// compiler knows, such as the type of a role. Two rules are equal if a lock writes them alike.
/// [`is`](Self::is) also compares the types.
///
/// # Examples
///
/// ```
/// use authgate::access::Rule;
/// use authgate::access::lock::Lock;
///
/// let lock = Lock::parse("access.lock v1\nrole admin\nGET /a role:admin & fresh:300s\n")?;
/// let rule = lock.routes()[0].access().rule().expect("the route has a rule");
/// assert!(matches!(rule, Rule::All(parts) if parts.len() == 2));
/// # Ok::<(), authgate::access::lock::LockError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Rule {
    // The order of the variants and of their fields is that of the parts of a rule in the lock.
    /// A role, scope or permission, held everywhere or within a tenant.
    Held {
        /// The right.
        right: Held,
        /// The tenant in which it must be held.
        tenant: Option<InTenant>,
    },
    /// A custom requirement.
    Own(Own),
    /// A built-in requirement on the credential or the login.
    Builtin(Builtin, Value),
    /// Not the part.
    Not(Part),
    /// All of the parts.
    All(Cow<'static, [Part]>),
    /// At least one of the parts.
    Any(Cow<'static, [Part]>),
    /// The decision of a policy on a resource.
    Policy {
        /// The policy.
        policy: TypeText,
        /// The type of the resource.
        on: TypeText,
    },
    /// Always met. The route waives a requirement that the gate applies to every caller.
    Waived {
        /// Why.
        reason: Cow<'static, str>,
        /// The requirement.
        requirement: Part,
    },
}

/// A rule inside another.
///
/// # Examples
///
/// ```
/// use authgate::access::{Builtin, Rule, Value};
///
/// let fresh = Rule::Builtin(Builtin::Fresh, Value::Seconds(300));
/// let not_fresh = Rule::Not(fresh.into());
/// assert_eq!(not_fresh.to_string(), "!fresh:300s");
/// ```
#[derive(Clone, Debug)]
pub struct Part(Inner);

#[derive(Clone, Debug)]
enum Inner {
    Const(&'static Rule),
    Owned(Box<Rule>),
}

impl Part {
    /// Refers to the rule of a right.
    #[must_use]
    pub const fn of(rule: &'static Rule) -> Self {
        Self(Inner::Const(rule))
    }

    /// Returns the rule. Like `Deref`, in const evaluation.
    #[must_use]
    pub const fn get(&self) -> &Rule {
        match &self.0 {
            Inner::Const(rule) => rule,
            Inner::Owned(rule) => rule,
        }
    }

    pub(crate) fn into_rule(self) -> Rule {
        match self.0 {
            Inner::Const(rule) => rule.clone(),
            Inner::Owned(rule) => *rule,
        }
    }
}

impl From<Rule> for Part {
    fn from(rule: Rule) -> Self {
        Self(Inner::Owned(Box::new(rule)))
    }
}

impl Deref for Part {
    type Target = Rule;

    fn deref(&self) -> &Rule {
        self.get()
    }
}

/// Like `Deref`, in const evaluation.
#[expect(clippy::ptr_arg, reason = "const evaluation cannot dereference a `Cow`")]
pub(crate) const fn text<'a>(text: &'a Cow<'static, str>) -> &'a str {
    match text {
        Cow::Borrowed(text) => text,
        Cow::Owned(text) => text.as_str(),
    }
}

impl Rule {
    /// Creates the rule that all parts must hold.
    #[must_use]
    pub fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        Self::All(parts.into_iter().map(Part::from).collect())
    }

    /// Creates the rule that one of the parts must hold.
    #[must_use]
    pub fn any(parts: impl IntoIterator<Item = Self>) -> Self {
        Self::Any(parts.into_iter().map(Part::from).collect())
    }

    /// Returns the parts of a combination. Empty for other rules.
    #[must_use]
    pub const fn parts(&self) -> &[Part] {
        match self {
            Self::All(parts) | Self::Any(parts) => match parts {
                Cow::Borrowed(parts) => parts,
                Cow::Owned(parts) => parts.as_slice(),
            },
            Self::Not(part) => std::slice::from_ref(part),
            _ => &[],
        }
    }

    /// Returns the members of a kind that the rule requires: `held("scope")` for the scopes of an
    /// operation. Excluded members are left out.
    #[must_use]
    pub fn held<'a>(&'a self, kind: &'a str) -> Box<dyn Iterator<Item = &'a Held> + 'a> {
        match self {
            Self::Held { right, .. } => {
                Box::new(Some(right).into_iter().filter(move |held| held.kind() == kind))
            }
            Self::Not(_) => Box::new(std::iter::empty()),
            _ => Box::new(self.parts().iter().flat_map(move |part| part.held(kind))),
        }
    }

    /// Evaluates the rule where only some leaves are known. Returns `None` if the result depends on
    /// the others.
    pub fn decide<'a>(&'a self, leaf: &mut impl FnMut(&'a Self) -> Option<bool>) -> Option<bool> {
        // The value of a part that decides about the whole.
        let decisive = match self {
            Self::All(_) => false,
            Self::Any(_) => true,
            Self::Not(part) => return part.get().decide(leaf).map(|holds| !holds),
            Self::Waived { .. } => return Some(true),
            _ => return leaf(self),
        };
        let mut whole = Some(!decisive);
        for part in self.parts() {
            match part.get().decide(leaf) {
                Some(holds) if holds == decisive => return Some(decisive),
                Some(_) => {}
                None => whole = None,
            }
        }
        whole
    }

    /// Returns the leaves, in order. A waiver is a leaf, what it waives is not.
    #[must_use]
    pub fn leaves(&self) -> Vec<&Self> {
        match self {
            Self::All(_) | Self::Any(_) | Self::Not(_) => {
                self.parts().iter().flat_map(|part| part.get().leaves()).collect()
            }
            leaf => vec![leaf],
        }
    }

    /// Returns the leaves, and those of the waived requirements.
    #[cfg(feature = "documents")]
    pub(crate) fn leaves_and_waived(&self) -> Vec<&Self> {
        let mut all = self.leaves();
        for leaf in all.clone() {
            if let Self::Waived { requirement, .. } = leaf {
                all.extend(requirement.get().leaves_and_waived());
            }
        }
        all
    }

    /// Returns `true` if a leaf names a tenant.
    #[doc(hidden)]
    #[must_use]
    pub const fn names_a_tenant(&self) -> bool {
        self.has(Ask::Tenant)
    }

    /// Returns `true` if a waiver is not for the whole rule.
    pub(crate) const fn waives_in_a_part(&self) -> bool {
        let applies_to_all = matches!(self, Self::All(_));
        let mut rest = self.parts();
        while let [part, others @ ..] = rest {
            let part = part.get();
            let is_wrong = if applies_to_all { part.waives_in_a_part() } else { part.has(Ask::Waiver) };
            if is_wrong {
                return true;
            }
            rest = others;
        }
        false
    }

    /// Returns `true` if the rule or a part of it has a property.
    pub(crate) const fn has(&self, ask: Ask) -> bool {
        let is_it = match ask {
            Ask::Scheme => matches!(self, Self::Builtin(Builtin::Scheme, _)),
            Ask::Tenant => matches!(self, Self::Held { tenant: Some(_), .. }),
            Ask::Negation => matches!(self, Self::Not(_)),
            Ask::Waiver => matches!(self, Self::Waived { .. }),
            Ask::BlankReason => matches!(self, Self::Waived { reason, .. } if is_blank(text(reason))),
            Ask::BlankValue => {
                matches!(self, Self::Builtin(_, Value::Text(value)) if is_blank(text(value)))
            }
        };
        let mut rest = self.parts();
        while let [part, others @ ..] = rest {
            if part.get().has(ask) {
                return true;
            }
            rest = others;
        }
        is_it
    }

    /// Returns `true` if a credential of this scheme can meet the rule.
    #[doc(hidden)]
    #[must_use]
    pub fn can_be_had_by(&self, scheme: &str) -> bool {
        self.decide(&mut |leaf| match leaf {
            Self::Builtin(Builtin::Scheme, name) => Some(name.text().eq_ignore_ascii_case(scheme)),
            _ => None,
        }) != Some(false)
    }

    /// Returns the requirements that the rule waives, alone or in a conjunction.
    #[cfg(feature = "documents")]
    pub(crate) fn waived(&self) -> Vec<&Self> {
        match self {
            Self::Waived { requirement, .. } => vec![requirement.get()],
            Self::All(parts) => parts.iter().flat_map(|part| part.get().waived()).collect(),
            _ => Vec::new(),
        }
    }

    /// Returns `true` if the rule waives this requirement.
    #[doc(hidden)]
    #[must_use]
    pub fn waives(&self, asked: &Self) -> bool {
        match self {
            Self::Waived { requirement, .. } => requirement.is(asked),
            Self::All(parts) => parts.iter().any(|part| part.waives(asked)),
            _ => false,
        }
    }
}

/// A property of a rule or of one of its parts, since const evaluation has no closures.
#[derive(Clone, Copy)]
pub(crate) enum Ask {
    /// It names a scheme.
    Scheme,
    /// It names a tenant.
    Tenant,
    /// It excludes a part.
    Negation,
    Waiver,
    /// The reason of a waiver is blank.
    BlankReason,
    /// The value of a built-in requirement is blank.
    BlankValue,
}
