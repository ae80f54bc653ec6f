//! Small models: random locks over a few rights, every possible caller, and the decision, computed
//! in the simplest way.

use std::collections::BTreeSet;

use authgate::access::lock::{Access, Lock};
use authgate::access::{Builtin, Own, Rule};
use proptest::prelude::*;
use proptest::sample::subsequence;

type Set = BTreeSet<&'static str>;

/// A caller with its rights and its login.
#[derive(Clone, Debug, Default)]
pub(crate) struct Caller {
    pub(crate) principal: &'static str,
    pub(crate) roles: Set,
    pub(crate) in_tenant: Set,
    pub(crate) permissions: Set,
    /// The permissions that the caller holds directly in the tenant.
    pub(crate) permissions_in_tenant: Set,
    /// `None` if the credential has no scope claim.
    pub(crate) scopes: Option<Set>,
    pub(crate) factors: Set,
    pub(crate) scheme: &'static str,
    pub(crate) issuer: &'static str,
    pub(crate) age: u64,
    pub(crate) acr: &'static str,
    /// The policies and requirements that allow the caller.
    pub(crate) yes: Set,
}

const LEAVES: [&str; 19] = [
    "role:a",
    "role:b",
    "role:c",
    "role:a in T",
    "role:b in T",
    "permission:p",
    "permission:q",
    "permission:p in T",
    "scope:s",
    "scope:t",
    "factor:f",
    "scheme:A",
    "scheme:B",
    "issuer:x",
    "issuer:y",
    "fresh:60s",
    "fresh:300s",
    "acr:g",
    "acr:g,h",
];
const OWN: [&str; 3] = ["policy:X on D", "policy:Y on D", "plan:pro"];

/// Returns a random rule over these leaves, as text.
fn rule(leaves: Vec<&'static str>) -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(leaves).prop_map(str::to_owned);
    leaf.prop_recursive(3, 10, 3, |inner| {
        let joined = |with: &'static str| {
            prop::collection::vec(inner.clone(), 2..4).prop_map(move |parts| format!("({})", parts.join(with)))
        };
        prop_oneof![3 => joined(" & "), 3 => joined(" | "), 1 => inner.clone().prop_map(|part| format!("!{part}"))]
    })
}

fn access(leaves: Vec<&'static str>) -> impl Strategy<Value = String> {
    let types = prop::sample::select(vec!["", " as U", " as V"]);
    let waiver = prop_oneof![6 => Just(""), 1 => Just(" & waived(plan:paid) \"w\"")];
    let ruled = (rule(leaves), waiver, types, prop::bool::weighted(0.1));
    prop_oneof![
        1 => Just("public \"why\"".to_owned()),
        1 => Just("ungated \"why\"".to_owned()),
        1 => Just("authenticated U".to_owned()),
        1 => Just("authenticated V".to_owned()),
        12 => ruled.prop_map(|(rule, waiver, of_type, conceal)| {
            format!("{rule}{waiver}{of_type}{}", if conceal { " conceal" } else { "" })
        }),
    ]
}

/// Returns the lines of the rights, with random implications but no cycles.
fn rights() -> impl Strategy<Value = String> {
    let some = |names: Vec<&'static str>| {
        let most = names.len();
        subsequence(names, 0..=most).prop_map(|names| names.join(", "))
    };
    let permissions = || some(vec!["p", "q"]);
    (some(vec!["a"]), some(vec!["a", "b"]), permissions(), permissions(), some(vec!["s"]), permissions(), some(vec!["q"]), any::<bool>())
        .prop_map(|(b, c, grants_a, grants_c, t, allows, p, limited)| {
            let part = |word: &str, names: &str| if names.is_empty() { String::new() } else { format!(" {word} {names}") };
            format!(
                "role a{}\nrole b{}\nrole c{}{}\nscope s{}\nscope t{}\npermission p{}\npermission q\nfactor f\n",
                part("grants", &grants_a),
                part(">", &b),
                part(">", &c),
                part("grants", &grants_c),
                if limited { part("allows", &allows) } else { String::new() },
                part(">", &t),
                part(">", &p),
            )
        })
}

/// Returns the texts of two locks that have the same routes `GET /0`, .. and use the same leaves.
pub(crate) fn two_locks(routes: usize) -> impl Strategy<Value = (String, String)> {
    let all: Vec<_> = LEAVES.into_iter().chain(OWN).collect();
    subsequence(all, 1..=5).prop_flat_map(move |leaves| {
        let lock = || {
            (rights(), prop::collection::vec(access(leaves.clone()), routes)).prop_map(|(rights, routes)| {
                let lines: Vec<_> =
                    routes.iter().enumerate().map(|(at, access)| format!("GET /{at} {access}\n")).collect();
                format!("access.lock v1\n{rights}{}", lines.concat())
            })
        };
        (lock(), lock(), any::<bool>()).prop_map(|(old, new, same_rights)| {
            if !same_rights {
                return (old, new);
            }
            let (rights, _) = old.split_once("GET").unwrap();
            let (_, routes) = new.split_once("GET").unwrap();
            (old.clone(), format!("{rights}GET{routes}"))
        })
    })
}

/// Returns every caller that these rules can distinguish.
pub(crate) fn callers<'a>(rules: impl IntoIterator<Item = &'a Rule>, by_type: bool) -> Vec<Caller> {
    let text: String = rules.into_iter().map(|rule| format!("{rule} ")).collect();
    let mut all = vec![Caller::default()];
    let asks = |words: &[&str]| words.iter().any(|word| text.contains(word));
    expand(&mut all, asks(&["role:", "permission:"]), &subsets(&["a", "b", "c"]), |caller, set| {
        caller.roles = set.clone();
    });
    expand(&mut all, asks(&[" in T"]), &subsets(&["a", "b", "c"]), |caller, set| {
        caller.in_tenant = set.clone();
    });
    expand(&mut all, asks(&["permission:"]), &subsets(&["p", "q"]), |caller, set| {
        caller.permissions = set.clone();
    });
    expand(
        &mut all,
        asks(&["permission:p in T", "permission:q in T"]),
        &subsets(&["p", "q"]),
        |caller, set| {
            caller.permissions_in_tenant = set.clone();
        },
    );
    let mut scopes: Vec<_> = subsets(&["s", "t"]).into_iter().map(Some).collect();
    scopes.push(None);
    expand(&mut all, asks(&["permission:", "scope:"]), &scopes, |caller, set| caller.scopes = set.clone());
    expand(&mut all, asks(&["factor:"]), &subsets(&["f"]), |caller, set| caller.factors = set.clone());
    expand(&mut all, asks(&["issuer:"]), &["x", "y", "z"], |caller, name| caller.issuer = name);
    expand(&mut all, asks(&["scheme:"]), &["A", "B", "C"], |caller, name| caller.scheme = name);
    expand(&mut all, asks(&["fresh:"]), &[10, 100, 1000], |caller, age| caller.age = *age);
    expand(&mut all, asks(&["acr:"]), &["g", "h", "i"], |caller, class| caller.acr = class);
    expand(&mut all, by_type, &["U", "V", "W"], |caller, name| caller.principal = name);
    for own in OWN.into_iter().chain(["plan:paid"]) {
        expand(&mut all, asks(&[own]), &[false, true], |caller, yes| {
            if *yes {
                caller.yes.insert(own);
            }
        });
    }
    all
}

fn expand<T>(all: &mut Vec<Caller>, asked: bool, values: &[T], set: impl Fn(&mut Caller, &T)) {
    if asked {
        *all = all
            .iter()
            .flat_map(|caller| {
                values.iter().map(|value| {
                    let mut caller = caller.clone();
                    set(&mut caller, value);
                    caller
                })
            })
            .collect();
    }
}

fn subsets(names: &[&'static str]) -> Vec<Set> {
    (0..1usize << names.len())
        .map(|bits| {
            names.iter().enumerate().filter(|(at, _)| bits >> at & 1 == 1).map(|(_, name)| *name).collect()
        })
        .collect()
}

/// Returns the requirement that is waived in one of two locks.
pub(crate) fn waived(locks: [&Lock; 2]) -> Option<Rule> {
    let says = locks.iter().any(|lock| lock.to_string().contains("waived("));
    says.then(|| Rule::Own(Own::read("plan", "paid".to_owned())))
}

/// Returns `true` if the caller is allowed. `None` is an anonymous caller.
pub(crate) fn may(
    lock: &Lock,
    access: &Access,
    caller: Option<&Caller>,
    asked: Option<&Rule>,
    principal: Option<&str>,
) -> bool {
    if access.is_open() {
        return true;
    }
    let Some(caller) = caller else { return false };
    let waives = access.to_string().contains("waived(");
    principal.is_none_or(|name| caller.principal == name)
        && access.rule().is_none_or(|rule| holds(lock, rule, caller))
        && (waives || asked.is_none_or(|asked| holds(lock, asked, caller)))
}

/// Returns the principal type of a route, if the lock determines it.
pub(crate) fn principal<'a>(lock: &'a Lock, access: &'a Access) -> Option<&'a str> {
    let named = |access: &'a Access| match access {
        Access::Authenticated { principal } => Some(principal.as_str()),
        Access::Authorized { principal, .. } => principal.as_deref(),
        _ => None,
    };
    let all: BTreeSet<_> = lock.routes().iter().filter_map(|route| named(route.access())).collect();
    named(access).or(if all.len() == 1 { all.first().copied() } else { None })
}

fn holds(lock: &Lock, rule: &Rule, caller: &Caller) -> bool {
    match rule {
        Rule::All(parts) => parts.iter().all(|part| holds(lock, part, caller)),
        Rule::Any(parts) => parts.iter().any(|part| holds(lock, part, caller)),
        Rule::Not(part) => !holds(lock, part, caller),
        Rule::Waived { .. } => true,
        Rule::Builtin(Builtin::Scheme, name) => caller.scheme == name.text(),
        Rule::Builtin(Builtin::Issuer, name) => caller.issuer == name.text(),
        Rule::Builtin(Builtin::Fresh, most) => caller.age <= most.seconds(),
        Rule::Builtin(Builtin::Acr, classes) => classes.alternatives().any(|class| caller.acr == class),
        Rule::Builtin(Builtin::Factor, name) => caller.factors.contains(name.text()),
        Rule::Held { right, tenant } => {
            let (kind, name) = (right.kind(), right.name());
            let roles = if tenant.is_some() { &caller.in_tenant } else { &caller.roles };
            match kind {
                "role" => with_implied(lock, "role", roles).contains(name),
                "scope" => {
                    caller.scopes.as_ref().is_some_and(|set| with_implied(lock, "scope", set).contains(name))
                }
                _ => {
                    let mut granted = granted_permissions(lock, "role", roles);
                    let own =
                        if tenant.is_some() { &caller.permissions_in_tenant } else { &caller.permissions };
                    granted.extend(own.iter().map(|name| (*name).to_owned()));
                    let limited = lock.rights().iter().any(|right| !right.allows().is_empty());
                    let has = |set: BTreeSet<String>| {
                        let set: BTreeSet<_> = set.iter().map(String::as_str).collect();
                        with_implied(lock, "permission", &set).contains(name)
                    };
                    let allowed = match &caller.scopes {
                        Some(scopes) if limited => has(granted_permissions(lock, "scope", scopes)),
                        _ => true,
                    };
                    has(granted) && allowed
                }
            }
        }
        other => caller.yes.contains(other.to_string().as_str()),
    }
}

/// Adds the implied rights.
fn with_implied(lock: &Lock, kind: &str, set: &BTreeSet<&str>) -> BTreeSet<String> {
    let mut all: BTreeSet<String> = set.iter().map(|name| (*name).to_owned()).collect();
    loop {
        let before = all.len();
        for right in lock.rights() {
            if right.kind() == kind && all.contains(right.name()) {
                all.extend(right.implies().iter().cloned());
            }
        }
        if all.len() == before {
            return all;
        }
    }
}

/// Returns the permissions that the rights grant or allow.
fn granted_permissions(lock: &Lock, kind: &str, set: &BTreeSet<&str>) -> BTreeSet<String> {
    let all = with_implied(lock, kind, set);
    let rights = lock.rights().iter().filter(|right| right.kind() == kind && all.contains(right.name()));
    rights.flat_map(|right| right.grants().iter().chain(right.allows()).cloned()).collect()
}
