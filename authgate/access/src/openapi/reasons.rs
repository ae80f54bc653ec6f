//! Which denials an operation can answer with.

use std::collections::{BTreeMap, BTreeSet};

use crate::openapi::{DescribedGate, DescribedScheme};
use crate::{Ambient, Builtin, Declaration, DenialMessage, ForbiddenReason, PrincipalType, Reason, Rule};

/// The reasons of one status.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Reasons {
    pub(super) codes: BTreeSet<&'static str>,
    /// Whether a requirement or policy of the application's own may give others.
    pub(super) open: bool,
}

/// The denials, by status.
pub(super) type Denials = BTreeMap<u16, Reasons>;

/// Where a browser is sent to sign in.
pub(super) const SEE_OTHER: u16 = 303;

/// What callers are denied with who ask for a right, on a route that takes these of the gate's schemes.
pub(super) fn denials(
    gate: &DescribedGate,
    taken: &[&DescribedScheme],
    declaration: &Declaration,
    required: &[&'static Rule],
    method: &str,
) -> Denials {
    let mut denials = Denials::new();
    let mut add = |reason: Reason| {
        denials.entry(reason.status()).or_default().codes.insert(reason.code());
    };
    add(Reason::NoCredentials);
    add(Reason::Ambiguous);
    // A scheme may find any fault, and be unable to say.
    Reason::ALL
        .into_iter()
        .filter(|reason| matches!(reason, Reason::InvalidCredentials(_)))
        .for_each(&mut add);
    add(Reason::Unavailable);
    let is_unsafe = !matches!(method, "get" | "head" | "options");
    if is_unsafe && taken.iter().any(|scheme| scheme.ambient != Ambient::No) {
        add(Reason::CrossSite);
    }
    let mut of_everybody = Lacks::default();
    required.iter().for_each(|right| of_everybody.add(right, taken, gate.principal));
    let mut of_right = Lacks::default();
    let mut conceals = false;
    if let Declaration::Authorized { right, conceal, .. } = declaration {
        of_right.add(right, taken, gate.principal);
        conceals = *conceal;
    }
    if of_right.is_over_a_thing || (conceals && of_right.lacks()) {
        add(Reason::NotFound);
    }
    if of_right.may_fail || of_everybody.may_fail {
        add(Reason::Failed);
    }
    if of_right.login || of_everybody.login {
        add(Reason::Forbidden(ForbiddenReason::Login));
    }
    // Who may know of a thing is told that he may not do this to it.
    let told = [Some(of_everybody), Some(of_right).filter(|right| !conceals || right.is_over_a_thing)];
    for lacks in told.into_iter().flatten().filter(Lacks::lacks) {
        let forbidden = denials.entry(403).or_default();
        forbidden.codes.extend(lacks.codes);
        forbidden.open |= lacks.open;
    }
    if gate.has_login_page && taken.iter().any(|scheme| scheme.ambient == Ambient::Cookie) {
        denials.entry(SEE_OTHER).or_default();
    }
    denials
}

/// What a known caller may lack.
#[derive(Default)]
struct Lacks {
    codes: BTreeSet<&'static str>,
    open: bool,
    login: bool,
    is_over_a_thing: bool,
    /// Whether code of the application's decides.
    may_fail: bool,
}

impl Lacks {
    fn lacks(&self) -> bool {
        self.open || !self.codes.is_empty()
    }

    fn lack(&mut self, lack: ForbiddenReason) {
        self.codes.insert(Reason::Forbidden(lack).code());
    }

    fn add(&mut self, right: &'static Rule, taken: &[&DescribedScheme], principal: PrincipalType) {
        let knows_login = taken.iter().any(|scheme| scheme.knows_login);
        match right {
            Rule::Held { right: held, .. } => {
                // One that is implemented by hand answers for itself.
                let by_hand = principal.sets().is_empty();
                self.may_fail |= by_hand;
                match held.kind() {
                    "role" => self.lack(ForbiddenReason::Role),
                    "scope" => self.lack(ForbiddenReason::Scope),
                    _ => {
                        self.lack(ForbiddenReason::Permission);
                        let limits = |set: &crate::SetOfRights| {
                            set.kind() == "scope" && set.permissions() == held.set_type()
                        };
                        if by_hand || principal.sets().iter().any(limits) {
                            self.lack(ForbiddenReason::Scope);
                        }
                    }
                }
            }
            Rule::Builtin(Builtin::Scheme, name) => {
                if taken.iter().any(|scheme| !scheme.name.eq_ignore_ascii_case(name.text())) {
                    self.lack(ForbiddenReason::Scheme);
                }
            }
            Rule::Builtin(builtin, _) if builtin.is_about_login() => {
                if knows_login {
                    self.login = true;
                } else {
                    self.lack(ForbiddenReason::Scheme);
                }
            }
            Rule::Builtin(builtin, _) => self.lack(builtin.row().lack),
            Rule::Own(own) => {
                self.codes.insert(own.refusal().code());
                self.by_the_application(knows_login);
            }
            Rule::Policy { .. } => {
                self.lack(ForbiddenReason::Policy(&DenialMessage::DENIED));
                self.by_the_application(knows_login);
                self.is_over_a_thing = true;
            }
            Rule::Not(part) => {
                let mut of_part = Self::default();
                of_part.add(part.get(), taken, principal);
                self.may_fail |= of_part.may_fail;
                self.is_over_a_thing |= of_part.is_over_a_thing;
                self.lack(ForbiddenReason::Excluded);
            }
            Rule::All(parts) | Rule::Any(parts) => {
                parts.iter().for_each(|part| self.add(part.get(), taken, principal));
            }
            Rule::Waived { .. } => {}
        }
    }

    /// It may say no for whatever reason there is.
    const fn by_the_application(&mut self, knows_login: bool) {
        self.open = true;
        self.login |= knows_login;
        self.may_fail = true;
    }
}
