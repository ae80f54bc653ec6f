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
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Rule {
    /// A role, scope or permission, held everywhere or within a tenant.
    Held {
        /// The right.
        right: Held,
        /// The tenant in which it must be held.
        tenant: Option<InTenant>,
    },
    /// A built-in requirement on the credential or the login.
    Builtin(Builtin, Value),
    /// A custom requirement.
    Own(Own),
    /// The decision of a policy on a resource.
    Policy {
        /// The policy.
        policy: TypeText,
        /// The type of the resource.
        on: TypeText,
    },
    /// Always met. The route waives a requirement that the gate applies to every caller.
    Waived {
        /// The requirement.
        requirement: Part,
        /// Why.
        reason: Cow<'static, str>,
    },
    /// All of the parts.
    All(Cow<'static, [Part]>),
    /// At least one of the parts.
    Any(Cow<'static, [Part]>),
    /// Not the part.
    Not(Part),
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

    /// Returns `true` for `all(..)`, `any(..)` and `not(..)`.
    pub(crate) const fn is_combination(&self) -> bool {
        matches!(self, Self::All(_) | Self::Any(_) | Self::Not(_))
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
        match self {
            Self::All(parts) => several(parts, leaf, false),
            Self::Any(parts) => several(parts, leaf, true),
            Self::Not(part) => part.get().decide(leaf).map(|holds| !holds),
            Self::Waived { .. } => Some(true),
            _ => leaf(self),
        }
    }

    /// Calls `leaf` for each leaf, in order. A waiver is a leaf, what it waives is not.
    pub fn for_each_leaf<'a>(&'a self, leaf: &mut impl FnMut(&'a Self)) {
        if self.is_combination() {
            self.parts().iter().for_each(|part| part.get().for_each_leaf(leaf));
        } else {
            leaf(self);
        }
    }

    /// Returns `true` if a leaf names a scheme.
    #[doc(hidden)]
    #[must_use]
    pub const fn names_a_scheme(&self) -> bool {
        matches!(self, Self::Builtin(Builtin::Scheme, _)) || self.has_part(Ask::Scheme)
    }

    /// Returns `true` if a leaf names a tenant.
    #[doc(hidden)]
    #[must_use]
    pub const fn names_a_tenant(&self) -> bool {
        matches!(self, Self::Held { tenant: Some(_), .. }) || self.has_part(Ask::Tenant)
    }

    /// Returns `true` if a part is excluded.
    pub(crate) const fn negates(&self) -> bool {
        matches!(self, Self::Not(_)) || self.has_part(Ask::Negation)
    }

    /// Returns `true` if a waiver is not for the whole rule.
    pub(crate) const fn waives_in_a_part(&self) -> bool {
        match self {
            Self::All(_) => self.has_part(Ask::WaiverInPart),
            _ => self.has_part(Ask::Waiver),
        }
    }

    const fn names_a_waiver(&self) -> bool {
        matches!(self, Self::Waived { .. }) || self.has_part(Ask::Waiver)
    }

    /// Returns the first leaf with a blank text: the reason of a waiver, or a value.
    pub(crate) const fn blank_text(&self) -> Option<&Self> {
        let text = match self {
            Self::Waived { reason, .. } => Some(text(reason)),
            Self::Builtin(_, Value::Text(value)) => Some(text(value)),
            _ => None,
        };
        if let Some(text) = text
            && is_blank(text)
        {
            return Some(self);
        }
        let mut parts = self.parts();
        while let [part, rest @ ..] = parts {
            if let Some(blank) = part.get().blank_text() {
                return Some(blank);
            }
            parts = rest;
        }
        None
    }

    const fn has_part(&self, ask: Ask) -> bool {
        let mut rest = self.parts();
        while let [part, others @ ..] = rest {
            let part = part.get();
            let so = match ask {
                Ask::Scheme => part.names_a_scheme(),
                Ask::Tenant => part.names_a_tenant(),
                Ask::Negation => part.negates(),
                Ask::Waiver => part.names_a_waiver(),
                Ask::WaiverInPart => part.waives_in_a_part(),
            };
            if so {
                return true;
            }
            rest = others;
        }
        false
    }

    /// Returns `true` if a credential of this scheme can meet the rule.
    #[doc(hidden)]
    #[must_use]
    pub fn can_be_had_by(&self, scheme: &str) -> bool {
        let is_it = |rule: &Self| match rule {
            Self::Builtin(Builtin::Scheme, name) => Some(name.text().eq_ignore_ascii_case(scheme)),
            _ => None,
        };
        match self {
            Self::All(parts) => parts.iter().all(|part| part.can_be_had_by(scheme)),
            Self::Any(parts) => parts.iter().any(|part| part.can_be_had_by(scheme)),
            Self::Not(part) => is_it(part) != Some(true),
            leaf => is_it(leaf) != Some(false),
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

/// A question about all parts, since const evaluation has no closures.
#[derive(Clone, Copy)]
enum Ask {
    Scheme,
    Tenant,
    Negation,
    Waiver,
    WaiverInPart,
}

/// Returns `decisive` if a part has this value. Otherwise the result is unknown if a part is.
fn several<'a>(
    parts: &'a [Part],
    leaf: &mut impl FnMut(&'a Rule) -> Option<bool>,
    decisive: bool,
) -> Option<bool> {
    let mut all = Some(!decisive);
    for part in parts {
        match part.get().decide(leaf) {
            Some(holds) if holds == decisive => return Some(decisive),
            Some(_) => {}
            None => all = None,
        }
    }
    all
}
