//! The callers of the probe.

use std::any::Any;
use std::time::Duration;

use http::header::{AUTHORIZATION, HeaderName, HeaderValue};

use super::facts::Facts;
use super::target::Target;
use crate::access::lock::{Access, Lock, Writer};
use crate::access::{Builtin, Rule};
use crate::right::SetOfRights;
use crate::testing::principal::Login;
use crate::testing::sample::Gift;
use crate::testing::stage::AnyReplacementGate;
use crate::testing::token::Flaw;

/// A caller, with the credentials that it presents.
pub(super) struct Caller {
    pub(super) who: String,
    pub(super) presents: Presents,
}

/// The credentials of a caller.
pub(super) enum Presents {
    Nothing,
    /// Header fields that do not contain a well-formed credential.
    Garbage(Vec<(HeaderName, HeaderValue)>),
    /// A token with a flaw.
    Flawed {
        scheme: usize,
        flaw: Flaw,
    },
    /// A valid credential of a caller with these rights.
    Good(Box<Good>),
}

/// A valid credential of a caller with these rights.
pub(super) struct Good {
    pub(super) gifts: Vec<Gift>,
    pub(super) facts: Facts,
    pub(super) scheme: usize,
}

/// Returns the callers without a valid credential.
pub(super) fn unknown(stage: &dyn AnyReplacementGate) -> Vec<Caller> {
    let mut callers = vec![Caller { who: "anonymous".to_owned(), presents: Presents::Nothing }];
    let mut garbage = |who: &str, fields: Vec<(HeaderName, HeaderValue)>| {
        callers.push(Caller { who: who.to_owned(), presents: Presents::Garbage(fields) });
    };
    let field =
        |value: &'static [u8]| HeaderValue::from_bytes(value).ok().map(|value| (AUTHORIZATION, value));
    for (who, value) in [
        ("an empty Authorization", &b""[..]),
        ("an unknown scheme", b"Probe x"),
        ("Bearer without a token", b"Bearer"),
        ("a malformed token", b"Bearer x"),
        ("a malformed token with three parts", b"Bearer a.b.c"),
        ("Basic with invalid base64", b"Basic !!!"),
        ("Basic without a colon", b"Basic cHJvYmU="),
        ("Digest without parameters", b"Digest"),
        ("an Authorization that is not text", b"Bearer \xff\xfe"),
    ] {
        garbage(who, field(value).into_iter().collect());
    }
    let two = [field(b"Bearer x"), field(b"Basic cHJvYmU=")];
    garbage("two Authorization fields", two.into_iter().flatten().collect());
    for name in stage.schemes().iter().flat_map(|scheme| &scheme.fields) {
        if *name != AUTHORIZATION {
            let value = HeaderValue::from_static("authgate-probe");
            garbage(&format!("an invalid value in {name}"), vec![(name.clone(), value)]);
        }
    }
    for (scheme, staged) in stage.schemes().iter().enumerate() {
        if staged.mint.is_some() {
            callers.extend(Flaw::ALL.map(|(flaw, who)| Caller {
                who: who.to_owned(),
                presents: Presents::Flawed { scheme, flaw },
            }));
        }
    }
    callers
}

/// A right, by its names in the principal's set and in the lock.
#[derive(Clone)]
struct Named {
    gift: Gift,
    lock: String,
}

impl Named {
    fn gift_in(&self, tenant: &str) -> Gift {
        Gift { tenant: Some(tenant.to_owned()), ..self.gift.clone() }
    }
}

/// Builds the authenticated callers for a route with this access.
pub(super) struct Known<'a> {
    stage: &'a dyn AnyReplacementGate,
    tenant: Option<&'a str>,
    another_tenant: &'static str,
    /// All rights that a principal can have.
    all: Holding,
    /// Is `true` if a credential without a scope claim is not limited by scopes.
    unlimited_without: bool,
    /// Is `true` if scopes never limit the principal's permissions.
    is_unlimited: bool,
    /// The test's sample of the principal. The next field contains its rights.
    sample: Option<&'a dyn Any>,
    sampled: Vec<Gift>,
    asks: Asks,
    callers: Vec<Caller>,
}

impl<'a> Known<'a> {
    pub(super) fn of(
        stage: &'a dyn AnyReplacementGate,
        names: &Writer,
        lock: &Lock,
        access: &Access,
        target: &'a Target,
        sample: Option<&'a dyn Any>,
    ) -> Vec<Caller> {
        let mut all = Holding::default();
        for set in stage.principal().sets() {
            let kind = set.kind();
            let members = set.names().iter().map(|name| Named {
                gift: Gift { kind, set: set.set_type().full(), name: (*name).to_owned(), tenant: None },
                lock: names.member(kind, set.set_type(), name),
            });
            let takes = |named: &Named| stage.takes(&named.gift, sample);
            match kind {
                "role" => {
                    let in_tenant = |named: &Named| stage.takes(&named.gift_in(""), sample);
                    all.tenant_roles.extend(members.clone().filter(in_tenant));
                    all.roles.extend(members.filter(takes));
                }
                "scope" => all.scopes.extend(members.filter(takes)),
                _ => all.permissions.extend(members.filter(takes)),
            }
        }
        let mut asks = Asks::default();
        asks.login.ago = Some(Duration::ZERO);
        if let Some(rule) = access.rule() {
            rule.leaves().into_iter().for_each(|leaf| asks.add(leaf));
        }
        let mut known = Self {
            stage,
            tenant: target.tenant.as_deref(),
            another_tenant: target.another_tenant,
            sample,
            sampled: sample.and_then(|sample| stage.given(sample)).unwrap_or_default(),
            is_unlimited: !stage.principal().sets().iter().any(limits),
            unlimited_without: all.scopes.is_empty() || stage.takes(&Gift::no_scopes(), sample),
            all,
            asks,
            callers: Vec::new(),
        };
        known.add_by_rights(lock.limits_permissions());
        known.add_by_login();
        known.callers
    }

    fn add_by_rights(&mut self, limits_permissions: bool) {
        let (all, none) = (self.all.clone(), Holding::default());
        // Scopes limit permissions if the lock states so.
        let limited = self.asks.permissions && limits_permissions;
        self.add("a caller without rights", &none);
        for role in &all.roles {
            let who = format!("role {}", role.lock);
            let holding = Holding { roles: vec![role.clone()], scopes: all.scopes.clone(), ..none.clone() };
            self.add(&who, &holding);
            if !all.scopes.is_empty() {
                let without = Holding { scopes: Vec::new(), ..holding.clone() };
                self.add(&format!("{who}, without scopes"), &without);
            }
            for scope in &all.scopes {
                if limited || self.asks.scopes.contains(&scope.lock) {
                    let mut less = holding.clone();
                    less.scopes.retain(|other| other.lock != scope.lock);
                    self.add(&format!("{who}, without scope {}", scope.lock), &less);
                }
            }
        }
        for role in all.tenant_roles.iter().filter(|_| self.asks.tenant).cloned().collect::<Vec<_>>() {
            let who = format!("role {}", role.lock);
            let holding = Holding { tenant_roles: vec![role], scopes: all.scopes.clone(), ..none.clone() };
            self.add(&format!("{who} in the tenant"), &holding);
            let elsewhere = Holding { elsewhere: true, ..holding };
            self.add(&format!("{who} in another tenant"), &elsewhere);
        }
        if limited && !all.scopes.is_empty() && self.stage.takes(&Gift::no_scopes(), self.sample) {
            let all = Holding { scopes: Vec::new(), ..all.clone() };
            self.add("every right but scopes", &all);
            let no_scopes = Holding { no_scopes: true, ..all };
            self.add("every right, by a credential for no scopes", &no_scopes);
        }
        for scope in &all.scopes {
            let holding = Holding { scopes: vec![scope.clone()], ..none.clone() };
            self.add(&format!("scope {} alone", scope.lock), &holding);
        }
        for permission in &all.permissions {
            let permissions = vec![permission.clone()];
            let holding = Holding { permissions, scopes: all.scopes.clone(), ..none.clone() };
            self.add(&format!("permission {}", permission.lock), &holding);
        }
        self.add(EVERYTHING, &all);
    }

    /// Adds callers with all rights whose logins differ.
    fn add_by_login(&mut self) {
        let best = self.asks.login.clone();
        if self.asks.fresh {
            let long = Some(Duration::from_secs(10 * 365 * 24 * 3600));
            self.add_login("after an old login", &Login { ago: long, ..best.clone() });
            self.add_login("at an unknown time", &Login { ago: None, ..best.clone() });
        }
        if best.acr.is_some() {
            let other = Some("urn:authgate:probe".to_owned());
            self.add_login("without a class of login", &Login { acr: None, ..best.clone() });
            self.add_login("by another class of login", &Login { acr: other, ..best.clone() });
        }
        let mint = self.stage.schemes().first().and_then(|scheme| scheme.mint.as_ref());
        let others = mint.into_iter().flat_map(|mint| &mint.issuers);
        for issuer in others.filter(|issuer| best.issuer.as_ref().is_some_and(|best| best != *issuer)) {
            let login = Login { issuer: Some(issuer.clone()), ..best.clone() };
            self.add_login(&format!("by a credential of {issuer}"), &login);
        }
        for method in &best.factors {
            let mut login = best.clone();
            login.factors.retain(|other| other != method);
            self.add_login(&format!("without the factor {method}"), &login);
        }
        for (scheme, staged) in self.stage.schemes().iter().enumerate().skip(1) {
            let all = self.all.clone();
            self.add_by(&format!("every right, by {}", staged.name), &all, &best, scheme);
            self.add_by(&format!("no rights, by {}", staged.name), &Holding::default(), &best, scheme);
        }
    }

    fn add(&mut self, who: &str, holding: &Holding) {
        let login = self.asks.login.clone();
        self.add_by(who, holding, &login, 0);
    }

    fn add_login(&mut self, how: &str, login: &Login) {
        let all = self.all.clone();
        self.add_by(&format!("every right, {how}"), &all, login, 0);
    }

    fn add_by(&mut self, who: &str, holding: &Holding, login: &Login, scheme: usize) {
        let Holding { roles, tenant_roles, scopes, permissions, elsewhere, no_scopes } = holding;
        // The caller also holds the rights of the sample.
        let lock = |own: &[Named], all: &[Named], tenant: Option<&str>| -> Vec<String> {
            let is_sampled = |named: &&Named| {
                let gift = tenant.map_or_else(|| named.gift.clone(), |tenant| named.gift_in(tenant));
                self.sampled.contains(&gift)
            };
            own.iter().chain(all.iter().filter(is_sampled)).map(|named| named.lock.clone()).collect()
        };
        let named = roles.iter().chain(scopes).chain(permissions);
        let mut gifts: Vec<Gift> = named.map(|named| named.gift.clone()).collect();
        if let Some(tenant) = if *elsewhere { Some(self.another_tenant) } else { self.tenant } {
            gifts.extend(tenant_roles.iter().map(|role| role.gift_in(tenant)));
        }
        if *no_scopes {
            gifts.push(Gift::no_scopes());
        }
        let in_tenant = if *elsewhere { &[] } else { tenant_roles.as_slice() };
        let in_tenant = |tenant| lock(in_tenant, &self.all.tenant_roles, Some(tenant));
        let scopes = lock(scopes, &self.all.scopes, None);
        let staged = self.stage.schemes().get(scheme);
        let mint = staged.and_then(|scheme| scheme.mint.as_ref());
        let issuer = mint.map(|mint| mint.issuer(login).to_owned()).or_else(|| login.issuer.clone());
        let facts = Facts {
            roles: lock(roles, &self.all.roles, None),
            tenant_roles: self.tenant.map(in_tenant).unwrap_or_default(),
            is_unlimited: self.is_unlimited || (scopes.is_empty() && self.unlimited_without && !no_scopes),
            scopes,
            permissions: lock(permissions, &self.all.permissions, None),
            login: Login { issuer, ..login.clone() },
            scheme: staged.map_or("", |scheme| scheme.name),
        };
        let presents = Presents::Good(Box::new(Good { gifts, facts, scheme }));
        self.callers.push(Caller { who: who.to_owned(), presents });
    }
}

/// Returns `true` if the set contains scopes that limit permissions.
fn limits(set: &SetOfRights) -> bool {
    set.kind() == "scope" && set.permissions().is_some()
}

/// The caller with all rights.
pub(super) const EVERYTHING: &str = "a caller with every right";

/// The rights of a caller.
#[derive(Clone, Default)]
struct Holding {
    roles: Vec<Named>,
    tenant_roles: Vec<Named>,
    scopes: Vec<Named>,
    permissions: Vec<Named>,
    /// Is `true` if the tenant is not the tenant of the request.
    elsewhere: bool,
    /// Is `true` if the credential has an empty scope claim.
    no_scopes: bool,
}

/// The requirements of a rule for which the callers must vary.
#[derive(Default)]
struct Asks {
    fresh: bool,
    tenant: bool,
    permissions: bool,
    scopes: Vec<String>,
    /// The login that satisfies every login requirement of the rule.
    login: Login,
}

impl Asks {
    fn add(&mut self, leaf: &Rule) {
        match leaf {
            Rule::Builtin(builtin, value) => {
                let Login { acr, issuer, factors, .. } = &mut self.login;
                let text = || value.text().to_owned();
                match builtin {
                    Builtin::Fresh => self.fresh = true,
                    Builtin::Acr => {
                        let first = || value.alternatives().next().map(str::to_owned);
                        *acr = acr.take().or_else(first);
                    }
                    Builtin::Issuer => drop(issuer.get_or_insert_with(text)),
                    Builtin::Factor if !factors.contains(&text()) => factors.push(text()),
                    _ => {}
                }
            }
            Rule::Held { right, tenant } => {
                self.tenant |= tenant.is_some();
                match right.kind() {
                    "scope" => self.scopes.push(right.name().to_owned()),
                    "permission" => self.permissions = true,
                    _ => {}
                }
            }
            _ => {}
        }
    }
}
