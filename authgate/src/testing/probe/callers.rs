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
use crate::testing::stage::Staged;
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
    pub(super) login: Login,
    pub(super) scheme: usize,
}

/// Returns the callers without a valid credential.
pub(super) fn unknown(stage: &dyn Staged) -> Vec<Caller> {
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
            callers.extend(Flaw::ALL.map(|flaw| Caller {
                who: flaw.text().to_owned(),
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

/// Builds the authenticated callers for a route with this access.
pub(super) struct Known<'a> {
    stage: &'a dyn Staged,
    tenant: Option<&'a str>,
    another_tenant: &'static str,
    roles: Vec<Named>,
    tenant_roles: Vec<Named>,
    scopes: Vec<Named>,
    permissions: Vec<Named>,
    /// Is `true` if a credential without a scope claim is not limited by scopes.
    unlimited_without: bool,
    /// Is `true` if scopes never limit the principal's permissions.
    is_unlimited: bool,
    /// The test's sample of the principal. The next field contains its rights.
    sample: Option<&'a dyn Any>,
    sampled: Vec<Gift>,
    /// The login that satisfies every login requirement of the rule.
    login: Login,
    callers: Vec<Caller>,
}

impl<'a> Known<'a> {
    pub(super) fn of(
        stage: &'a dyn Staged,
        names: &Writer,
        lock: &Lock,
        access: &Access,
        target: &'a Target,
        sample: Option<&'a dyn Any>,
    ) -> Vec<Caller> {
        let mut known = Self {
            stage,
            tenant: target.tenant.as_deref(),
            another_tenant: target.another_tenant,
            sample,
            sampled: sample.and_then(|sample| stage.given(sample)).unwrap_or_default(),
            is_unlimited: !stage.principal().sets().iter().any(limits),
            unlimited_without: false,
            roles: Vec::new(),
            tenant_roles: Vec::new(),
            scopes: Vec::new(),
            permissions: Vec::new(),
            login: Login { ago: Some(Duration::ZERO), ..Login::default() },
            callers: Vec::new(),
        };
        for set in stage.principal().sets() {
            let kind = set.kind();
            let members = set.names().iter().map(|name| Named {
                gift: Gift { kind, name: (*name).to_owned(), tenant: None },
                lock: names.member(kind, set.set_type(), name),
            });
            let takes = |named: &Named| stage.takes(&named.gift, sample);
            match kind {
                "role" => {
                    let in_tenant = |named: &Named| {
                        stage.takes(&Gift { tenant: Some(String::new()), ..named.gift.clone() }, sample)
                    };
                    known.tenant_roles.extend(members.clone().filter(in_tenant));
                    known.roles.extend(members.filter(takes));
                }
                "scope" => known.scopes.extend(members.filter(takes)),
                _ => known.permissions.extend(members.filter(takes)),
            }
        }
        known.unlimited_without = known.scopes.is_empty() || stage.takes(&Gift::no_scopes(), sample);
        let (mut scopes, mut asks) = (Vec::new(), Asks::default());
        if let Some(rule) = access.rule() {
            rule.leaves().into_iter().for_each(|leaf| asks.add(leaf, &mut scopes));
        }
        known.login.acr = asks.acr.clone();
        known.login.issuer = asks.issuer.clone();
        known.login.factors.clone_from(&asks.factors);
        // Scopes limit permissions if the lock states so.
        let limited = asks.permissions && lock.limits_permissions();
        let bears = |scope: &Named| limited || scopes.contains(&scope.lock);
        known.ask(&asks, limited, &bears);
        known.callers
    }

    fn all(&self) -> Holding {
        let Self { roles, tenant_roles, scopes, permissions, .. } = self;
        let (roles, tenant_roles, scopes) = (roles.clone(), tenant_roles.clone(), scopes.clone());
        Holding { roles, tenant_roles, scopes, permissions: permissions.clone(), ..Holding::default() }
    }

    fn ask(&mut self, asks: &Asks, limited: bool, bears: &dyn Fn(&Named) -> bool) {
        let Self { roles, tenant_roles, scopes, permissions, login, .. } = self;
        let (roles, tenant_roles, scopes, permissions, best) =
            (roles.clone(), tenant_roles.clone(), scopes.clone(), permissions.clone(), login.clone());
        self.add("a caller without rights", &Holding::default(), &best, 0);
        for role in &roles {
            let who = format!("role {}", role.lock);
            let holding = Holding { roles: vec![role.clone()], scopes: scopes.clone(), ..Holding::default() };
            self.add(&who, &holding, &best, 0);
            if !scopes.is_empty() {
                let without = Holding { scopes: Vec::new(), ..holding.clone() };
                self.add(&format!("{who}, without scopes"), &without, &best, 0);
            }
            for scope in scopes.iter().filter(|scope| bears(scope)) {
                let rest = scopes.iter().filter(|other| other.lock != scope.lock).cloned().collect();
                let less = Holding { scopes: rest, ..holding.clone() };
                self.add(&format!("{who}, without scope {}", scope.lock), &less, &best, 0);
            }
        }
        for role in tenant_roles.iter().filter(|_| asks.tenant) {
            let who = format!("role {}", role.lock);
            let tenant_roles = vec![role.clone()];
            let holding = Holding { tenant_roles, scopes: scopes.clone(), ..Holding::default() };
            self.add(&format!("{who} in the tenant"), &holding, &best, 0);
            let elsewhere = Holding { elsewhere: true, ..holding };
            self.add(&format!("{who} in another tenant"), &elsewhere, &best, 0);
        }
        if limited && !scopes.is_empty() && self.stage.takes(&Gift::no_scopes(), self.sample) {
            let all = Holding { scopes: Vec::new(), ..self.all() };
            self.add("every right but scopes", &all, &best, 0);
            self.add(
                "every right, by a credential for no scopes",
                &Holding { no_scopes: true, ..all },
                &best,
                0,
            );
        }
        for scope in &scopes {
            let holding = Holding { scopes: vec![scope.clone()], ..Holding::default() };
            self.add(&format!("scope {} alone", scope.lock), &holding, &best, 0);
        }
        for permission in &permissions {
            let own = vec![permission.clone()];
            let holding = Holding { permissions: own, scopes: scopes.clone(), ..Holding::default() };
            self.add(&format!("permission {}", permission.lock), &holding, &best, 0);
        }
        let all = self.all();
        self.add(EVERYTHING, &all, &best, 0);
        if asks.fresh {
            let long = Some(Duration::from_secs(10 * 365 * 24 * 3600));
            self.add("every right, after an old login", &all, &Login { ago: long, ..best.clone() }, 0);
            self.add("every right, at an unknown time", &all, &Login { ago: None, ..best.clone() }, 0);
        }
        if best.acr.is_some() {
            let (none, other) = (None, Some("urn:authgate:probe".to_owned()));
            self.add("every right, without a class of login", &all, &Login { acr: none, ..best.clone() }, 0);
            self.add(
                "every right, by another class of login",
                &all,
                &Login { acr: other, ..best.clone() },
                0,
            );
        }
        let mint = self.stage.schemes().first().and_then(|scheme| scheme.mint.as_ref());
        let others = mint.into_iter().flat_map(|mint| &mint.issuers);
        for issuer in others.filter(|issuer| best.issuer.as_ref().is_some_and(|best| best != *issuer)) {
            let login = Login { issuer: Some(issuer.clone()), ..best.clone() };
            self.add(&format!("every right, by a credential of {issuer}"), &all, &login, 0);
        }
        for method in &best.factors {
            let factors = best.factors.iter().filter(|other| *other != method).cloned().collect();
            let login = Login { factors, ..best.clone() };
            self.add(&format!("every right, without the factor {method}"), &all, &login, 0);
        }
        for (scheme, staged) in self.stage.schemes().iter().enumerate().skip(1) {
            self.add(&format!("every right, by {}", staged.name), &all, &best, scheme);
            self.add(&format!("no rights, by {}", staged.name), &Holding::default(), &best, scheme);
        }
    }

    fn add(&mut self, who: &str, holding: &Holding, login: &Login, scheme: usize) {
        let Holding { roles, tenant_roles, scopes, permissions, elsewhere, no_scopes } = holding;
        // The caller also holds the rights of the sample.
        let sampled = |all: &[Named], tenant: Option<&str>| -> Vec<String> {
            let is_given = |named: &&Named| {
                let gift = Gift { tenant: tenant.map(str::to_owned), ..named.gift.clone() };
                self.sampled.contains(&gift)
            };
            all.iter().filter(is_given).map(|named| named.lock.clone()).collect()
        };
        let lock = |named: &[Named], all: &[Named]| {
            let own = named.iter().map(|named| named.lock.clone());
            own.chain(sampled(all, None)).collect::<Vec<_>>()
        };
        let named = [roles.as_slice(), scopes, permissions].concat();
        let mut gifts: Vec<Gift> = named.into_iter().map(|named| named.gift).collect();
        let tenant = if *elsewhere { Some(self.another_tenant) } else { self.tenant };
        gifts.extend(
            tenant_roles
                .iter()
                .zip(tenant.iter().cycle())
                .map(|(role, tenant)| Gift { tenant: Some((*tenant).to_owned()), ..role.gift.clone() }),
        );
        if *no_scopes {
            gifts.push(Gift::no_scopes());
        }
        let in_tenant = match (self.tenant, elsewhere) {
            (None, _) => Vec::new(),
            (Some(tenant), true) => sampled(&self.tenant_roles, Some(tenant)),
            (Some(tenant), false) => {
                let own = tenant_roles.iter().map(|named| named.lock.clone());
                own.chain(sampled(&self.tenant_roles, Some(tenant))).collect()
            }
        };
        let scopes = lock(scopes, &self.scopes);
        let scheme_name = self.stage.schemes().get(scheme).map_or("", |scheme| scheme.name);
        let mint = self.stage.schemes().get(scheme).and_then(|scheme| scheme.mint.as_ref());
        let issuer = mint.map(|mint| mint.issuer(login).to_owned()).or_else(|| login.issuer.clone());
        let facts = Facts {
            roles: lock(roles, &self.roles),
            tenant_roles: in_tenant,
            is_unlimited: self.is_unlimited || (scopes.is_empty() && self.unlimited_without && !no_scopes),
            scopes,
            permissions: lock(permissions, &self.permissions),
            login_age: login.ago.map(|ago| ago.as_secs()),
            acr: login.acr.clone(),
            factors: login.factors.clone(),
            scheme: scheme_name.to_owned(),
            issuer,
        };
        let presents = Presents::Good(Box::new(Good { gifts, facts, login: login.clone(), scheme }));
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
    acr: Option<String>,
    issuer: Option<String>,
    factors: Vec<String>,
}

impl Asks {
    fn add(&mut self, leaf: &Rule, scopes: &mut Vec<String>) {
        match leaf {
            Rule::Builtin(builtin, value) => {
                let text = || value.text().to_owned();
                match builtin {
                    Builtin::Fresh => self.fresh = true,
                    Builtin::Acr => {
                        let first = || value.alternatives().next().map(str::to_owned);
                        self.acr = self.acr.take().or_else(first);
                    }
                    Builtin::Issuer => drop(self.issuer.get_or_insert_with(text)),
                    Builtin::Factor if !self.factors.contains(&text()) => self.factors.push(text()),
                    _ => {}
                }
            }
            Rule::Held { right, tenant } => {
                self.tenant |= tenant.is_some();
                match right.kind() {
                    "scope" => scopes.push(right.name().to_owned()),
                    "permission" => self.permissions = true,
                    _ => {}
                }
            }
            _ => {}
        }
    }
}
