mod held;
mod own;

use std::borrow::Cow;
use std::fmt;

pub use held::Held;
pub use own::Own;

use crate::TenantFrom;
use crate::TypeName;
use crate::const_text::is_blank;

/// A right as data: what the access table shows and what decides which right implies which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Expression {
    /// A member of a set: a role, a scope or a permission.
    Held(Held),
    /// A role or a permission, held within a tenant.
    In {
        /// The type that finds the tenant of a request.
        tenant: TypeName,
        /// Where it finds it.
        from: TenantFrom,
        /// How names of tenants are brought into the form in which they are compared.
        canonical: Canonical,
        /// What has to be held there.
        held: Held,
    },
    /// A credential of the scheme of this name.
    Scheme(&'static str),
    /// A login not longer ago than so many seconds.
    Fresh(u64),
    /// A login of one of these authentication context classes, separated by spaces, the most welcome first.
    Acr(&'static str),
    /// A login by this authentication method (RFC 8176).
    Factor(&'static str),
    /// What a requirement of the application's own says.
    Own(Own),
    /// What a policy says of a resource.
    Policy {
        /// The policy.
        policy: TypeName,
        /// The resource's type.
        on: TypeName,
    },
    /// Nothing: what the gate asks of everybody is not asked here.
    Waived {
        /// What is not asked.
        requirement: &'static Self,
        /// Why.
        reason: &'static str,
    },
    /// All of the parts.
    All(&'static [&'static Self]),
    /// One of the parts.
    Any(&'static [&'static Self]),
    /// Not the part.
    Not(&'static Self),
}

/// The [`CANONICAL`](crate::right::Tenant::CANONICAL) of a tenant. Two are equal if both or neither have a canonical form, since
/// functions cannot be compared.
#[derive(Clone, Copy)]
pub struct Canonical(Option<Form>);

/// `Acme` -> `acme`.
type Form = fn(&str) -> Option<Cow<'_, str>>;

impl Canonical {
    /// Creates it from the constant of a tenant.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(form: Option<Form>) -> Self {
        Self(form)
    }

    /// Names are compared by bytes.
    pub const NONE: Self = Self(None);

    /// The canonical form of a name, `Acme` -> `acme`. `None` if it has none.
    #[doc(hidden)]
    #[must_use]
    pub fn of(self, name: &str) -> Option<Cow<'_, str>> {
        match self.0 {
            None => Some(Cow::Borrowed(name)),
            Some(canonical) => canonical(name).filter(|name| !name.is_empty()),
        }
    }

    /// Returns `true` if names have a canonical form.
    #[must_use]
    pub const fn is_some(self) -> bool {
        self.0.is_some()
    }
}

impl PartialEq for Canonical {
    fn eq(&self, other: &Self) -> bool {
        self.is_some() == other.is_some()
    }
}

impl Eq for Canonical {}

impl fmt::Debug for Canonical {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Canonical").field(&self.is_some()).finish()
    }
}

impl Expression {
    /// The parts that it is made of, and none for what has none.
    #[doc(hidden)]
    #[must_use]
    pub const fn parts(&self) -> &[&'static Self] {
        match self {
            Self::All(parts) | Self::Any(parts) => parts,
            Self::Not(part) => std::slice::from_ref(part),
            _ => &[],
        }
    }

    /// The members that the expression asks for, of a kind: `held("scope")` for the scopes of an operation.
    #[must_use]
    pub fn held<'a>(&'a self, kind: &'a str) -> Box<dyn Iterator<Item = Held> + 'a> {
        match self {
            Self::Held(held) | Self::In { held, .. } => {
                Box::new(Some(*held).into_iter().filter(move |held| held.kind() == kind))
            }
            Self::Not(_) => Box::new(std::iter::empty()),
            _ => Box::new(self.parts().iter().flat_map(move |part| part.held(kind))),
        }
    }

    /// Whether it asks for a scheme anywhere.
    #[doc(hidden)]
    #[must_use]
    pub const fn names_a_scheme(&self) -> bool {
        matches!(self, Self::Scheme(_)) || self.any_part(Ask::Scheme)
    }

    /// Whether it asks for a tenant anywhere.
    #[doc(hidden)]
    #[must_use]
    pub const fn names_a_tenant(&self) -> bool {
        matches!(self, Self::In { .. }) || self.any_part(Ask::Tenant)
    }

    /// Whether a part excludes something.
    pub(crate) const fn negates(&self) -> bool {
        matches!(self, Self::Not(_)) || self.any_part(Ask::Negation)
    }

    /// Whether something is waived elsewhere than for the whole rule.
    pub(crate) const fn waives_in_a_part(&self) -> bool {
        match self {
            Self::All(_) => self.any_part(Ask::WaiverInPart),
            _ => self.any_part(Ask::Waiver),
        }
    }

    const fn names_a_waiver(&self) -> bool {
        matches!(self, Self::Waived { .. }) || self.any_part(Ask::Waiver)
    }

    /// The first part whose text is blank: the reason of a waiver, the class or the method of a login.
    pub(crate) const fn blank_text(&self) -> Option<&Self> {
        if let Self::Waived { reason: text, .. } | Self::Acr(text) | Self::Factor(text) = self
            && is_blank(text)
        {
            return Some(self);
        }
        let mut parts = self.parts();
        while let [part, rest @ ..] = parts {
            if let Some(blank) = part.blank_text() {
                return Some(blank);
            }
            parts = rest;
        }
        None
    }

    const fn any_part(&self, ask: Ask) -> bool {
        let mut rest = self.parts();
        while let [part, others @ ..] = rest {
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

    /// Whether somebody whose credential is of this scheme can have it, if he has all the rest.
    #[doc(hidden)]
    #[must_use]
    pub fn can_be_had_by(&self, scheme: &str) -> bool {
        match self {
            Self::Scheme(name) => name.eq_ignore_ascii_case(scheme),
            Self::All(parts) => parts.iter().all(|part| part.can_be_had_by(scheme)),
            Self::Any(parts) => parts.iter().any(|part| part.can_be_had_by(scheme)),
            Self::Not(Self::Scheme(name)) => !name.eq_ignore_ascii_case(scheme),
            _ => true,
        }
    }

    /// Whether it waives that.
    #[doc(hidden)]
    #[must_use]
    pub fn waives(&self, asked: &Self) -> bool {
        match self {
            Self::Waived { requirement, .. } => *requirement == asked,
            Self::All(parts) => parts.iter().any(|part| part.waives(asked)),
            _ => false,
        }
    }
}

/// What can be asked of all parts.
#[derive(Clone, Copy)]
enum Ask {
    Scheme,
    Tenant,
    Negation,
    Waiver,
    WaiverInPart,
}

/// In the grammar of the access lock: `role:editor & scope:reports:write`.
impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Held(held) => write!(f, "{}:{}", held.kind(), held.name()),
            Self::In { tenant, held, .. } => write!(f, "{}:{} in {tenant}", held.kind(), held.name()),
            Self::Scheme(name) => write!(f, "scheme:{name}"),
            Self::Fresh(seconds) => write!(f, "fresh:{seconds}s"),
            // One value a word, so that the line can be read back.
            Self::Acr(values) => write!(f, "acr:{}", values.replace(' ', ",")),
            Self::Factor(method) => write!(f, "factor:{method}"),
            Self::Own(own) => write!(f, "{}:{}", own.kind(), own.name()),
            Self::Policy { policy, on } => write!(f, "policy:{policy} on {on}"),
            Self::Waived { requirement, reason } => write!(f, "waived({requirement}) {reason:?}"),
            Self::All(parts) => joined(f, parts, " & "),
            Self::Any(parts) => joined(f, parts, " | "),
            Self::Not(part) => {
                f.write_str("!")?;
                part.as_part(f)
            }
        }
    }
}

fn joined(f: &mut fmt::Formatter<'_>, parts: &[&Expression], between: &str) -> fmt::Result {
    for (position, part) in parts.iter().enumerate() {
        if position > 0 {
            f.write_str(between)?;
        }
        part.as_part(f)?;
    }
    Ok(())
}

impl Expression {
    /// In parentheses, where it is a mix.
    fn as_part(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All(_) | Self::Any(_) => write!(f, "({self})"),
            _ => write!(f, "{self}"),
        }
    }
}
