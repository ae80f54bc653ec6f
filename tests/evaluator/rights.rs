//! The rights in the random rules, and random callers.

use std::time::{Duration, SystemTime};

use authgate::access::{Own, Rule};
use authgate::denial::DenialMessage;
use authgate::right::{ConstStr, Requirement, Right};
use authgate::scheme::SchemeName;
use authgate::{Context, Decision, Roles, Scopes};

#[derive(Clone, Copy, Debug, PartialEq, Eq, authgate::Role)]
pub(crate) enum Role {
    Guest,
    #[role(implies(Guest), grants(Look))]
    Viewer,
    #[role(implies(Viewer), grants(Publish))]
    Editor,
    #[role(grants(Inspect))]
    Auditor,
    #[role(implies(Editor, Auditor))]
    Admin,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, authgate::Scope)]
pub(crate) enum Scope {
    Read,
    #[scope(implies(Read))]
    Write,
    Share,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, authgate::Permission)]
pub(crate) enum Permission {
    Look,
    #[permission(implies(Correct))]
    Publish,
    Correct,
    Inspect,
}

#[derive(Debug, authgate::Principal)]
#[principal(role = Role, scope = Scope, permission = Permission)]
pub(crate) struct Caller {
    #[principal(id)]
    id: String,
    #[principal(roles)]
    roles: Roles<Role>,
    #[principal(scopes)]
    scopes: Scopes<Scope>,
    active: Option<bool>,
    premium: Option<bool>,
}

/// Allows active accounts. Undecided if the state of the account is unknown.
pub(crate) struct Active;

/// Allows accounts with a paid plan.
pub(crate) struct Premium;

const SUSPENDED: DenialMessage = DenialMessage::new("account_suspended", "Your account is suspended.");

impl Right for Active {
    const RULE: &'static Rule = &Rule::Own(Own::new("policy", "Active", &SUSPENDED));
}

impl Right for Premium {
    const RULE: &'static Rule = &Rule::Own(Own::new("policy", "Premium", &DenialMessage::DENIED));
}

impl Requirement<Caller> for Active {
    fn decide(caller: &Caller, _: &Context) -> Decision {
        caller.active.map_or(Decision::Unavailable, Decision::allow_if)
    }
}

impl Requirement<Caller> for Premium {
    fn decide(caller: &Caller, _: &Context) -> Decision {
        caller.premium.map_or(Decision::Unavailable, Decision::allow_if)
    }
}

pub(crate) struct Gold;

impl ConstStr for Gold {
    const TEXT: &'static str = "gold platinum";
}

pub(crate) struct OtherScheme;

impl SchemeName for OtherScheme {
    const NAME: &'static str = "Other";
}

pub(crate) struct ThisScheme;

impl SchemeName for ThisScheme {
    const NAME: &'static str = "Number";
}

/// The facts about a caller, as the model represents them.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    pub(crate) roles: Vec<Role>,
    pub(crate) scopes: Vec<Scope>,
    pub(crate) active: Option<bool>,
    pub(crate) premium: Option<bool>,
    /// The seconds since the login.
    pub(crate) age: Option<u64>,
    pub(crate) class: Option<&'static str>,
    pub(crate) methods: Vec<&'static str>,
}

impl Facts {
    pub(crate) fn random(number: u64) -> Self {
        let mut dice = Dice::new(number);
        let maybe = |dice: &mut Dice| [Some(true), Some(true), Some(false), None][dice.below(4)];
        Self {
            roles: dice.some_of(&[Role::Guest, Role::Viewer, Role::Editor, Role::Auditor, Role::Admin], 3),
            scopes: dice.some_of(&[Scope::Read, Scope::Write, Scope::Share], 2),
            active: maybe(&mut dice),
            premium: maybe(&mut dice),
            age: [None, Some(5), Some(1000), Some(100_000)][dice.below(4)],
            class: [None, Some("gold"), Some("platinum"), Some("silver")][dice.below(4)],
            methods: dice.some_of(&["pwd", "otp", "hwk"], 2),
        }
    }

    pub(crate) fn caller(&self) -> Caller {
        Caller {
            id: "somebody".to_owned(),
            roles: self.roles.iter().copied().collect(),
            scopes: self.scopes.iter().copied().collect(),
            active: self.active,
            premium: self.premium,
        }
    }

    pub(crate) fn context(&self) -> Context {
        let at = self.age.map(|age| SystemTime::now() - Duration::from_secs(age));
        Context::of("Number")
            .with_authenticated_at(at)
            .with_acr(self.class.map(Into::into))
            .with_amr(self.methods.iter().map(|method| (*method).into()))
    }
}

/// A deterministic random number generator (splitmix64).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, count: usize) -> usize {
        usize::try_from(self.next() % count as u64).expect("small")
    }

    /// Returns each element with a probability of one in `one_in`.
    fn some_of<T: Copy>(&mut self, all: &[T], one_in: usize) -> Vec<T> {
        all.iter().filter(|_| self.below(one_in) == 0).copied().collect()
    }
}
