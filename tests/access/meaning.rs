//! The meaning of rules, compared with every possible caller.

use authgate::access::lock::{Access, Lock};
use authgate::access::meaning::{Meaning, Relation, is_possible, newly, relation};
use proptest::prelude::*;

use crate::world::{callers, may, principal, two_locks, waived};

fn lock(rights: &str, access: &str) -> Lock {
    let rights: String = rights.split("; ").map(|line| format!("{line}\n")).collect();
    Lock::parse(&format!("access.lock v1\n{}GET /x {access}\n", rights.trim_start())).unwrap()
}

fn access(lock: &Lock) -> &Access {
    lock.routes()[0].access()
}

/// Compares two rules under the same rights.
fn compare(rights: &str, old: &str, new: &str) -> (Relation, Vec<String>, Vec<String>) {
    let (old, new) = (lock(rights, old), lock(rights, new));
    compare_locks(&old, &new)
}

fn compare_locks(old: &Lock, new: &Lock) -> (Relation, Vec<String>, Vec<String>) {
    let meaning = Meaning::between(old, new);
    (
        meaning.relation(access(old), access(new)),
        meaning.newly(access(old), access(new)),
        meaning.no_longer(access(old), access(new)),
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]
    #[test]
    fn relation_matches_an_exhaustive_check_of_callers((old, new) in two_locks(2)) {
        let (old, new) = (Lock::parse(&old).unwrap(), Lock::parse(&new).unwrap());
        for at in 0..2 {
            let (before, now) = (old.routes()[at].access(), new.routes()[at].access());
            let asked = waived([&old, &new]);
            let types = [principal(&old, before), principal(&new, now)];
            let types = if types.contains(&None) { [None, None] } else { types };
            let rules = [before, now].into_iter().filter_map(Access::rule).chain(asked.as_ref());
            let (mut more, mut fewer, mut possible) = (false, false, false);
            for caller in callers(rules, types[0].is_some()).iter().map(Some).chain([None]) {
                let before = may(&old, before, caller, asked.as_ref(), types[0]);
                let now = may(&new, now, caller, asked.as_ref(), types[1]);
                more |= now && !before;
                fewer |= before && !now;
                possible |= now;
            }
            let expected = match (more, fewer) {
                (false, false) => Relation::Same,
                (true, false) => Relation::Wider,
                (false, true) => Relation::Narrower,
                (true, true) => Relation::Neither,
            };
            let meaning = Meaning::between(&old, &new);
            prop_assert_eq!(meaning.relation(before, now), expected, "{} -> {}", before, now);
            prop_assert_eq!(meaning.newly(before, now).is_empty(), !more);
            prop_assert_eq!(meaning.no_longer(before, now).is_empty(), !fewer);
            prop_assert_eq!(meaning.is_possible(now), Some(possible));
        }
    }
}

const STAFF: &str = "role viewer; role editor > viewer; role admin > editor; role contractor; role owner > admin; \
                     scope s; scope t; factor otp";

#[test]
fn relation_names_the_callers_that_gain_or_lose_access() {
    use Relation::{Narrower, Neither, Same, Wider};
    for (old, new, expected, newly, no_longer) in [
        ("role:admin", "role:editor", Wider, "editor", ""),
        ("role:admin", "role:viewer", Wider, "viewer", ""),
        ("role:editor", "role:admin", Narrower, "", "editor"),
        ("role:editor", "role:contractor", Neither, "contractor", "editor"),
        ("role:admin | role:viewer", "role:viewer", Same, "", ""),
        ("role:admin & !role:contractor", "role:admin", Wider, "admin & contractor", ""),
        (
            "role:admin",
            "role:editor & !role:contractor",
            Neither,
            "editor without contractor",
            "admin & contractor",
        ),
        (
            "role:admin",
            "!role:contractor",
            Neither,
            "any authenticated caller without contractor",
            "admin & contractor",
        ),
        ("role:admin & scope:s", "role:admin & scope:t", Neither, "admin & scope:t", "admin & scope:s"),
        ("role:admin & scope:s", "role:admin | scope:s", Wider, "admin; scope:s", ""),
        ("role:admin", "authenticated U", Wider, "any authenticated caller", ""),
        ("role:admin", "public \"why\"", Wider, "any caller", ""),
        ("public \"why\"", "ungated \"because\"", Same, "", ""),
        ("ungated \"why\"", "authenticated U", Narrower, "", "any caller"),
        ("authenticated U", "authenticated V", Neither, "any V", "any U"),
        ("role:admin as U", "role:admin as V", Neither, "admin as V", "admin as U"),
        ("role:admin as U", "role:admin", Same, "", ""),
        ("fresh:60s", "fresh:300s", Wider, "fresh:300s", ""),
        ("role:admin & fresh:60s", "role:admin", Wider, "admin", ""),
        ("scheme:Bearer", "scheme:bearer", Same, "", ""),
        ("scheme:Bearer & scheme:Basic", "role:owner & !role:owner", Same, "", ""),
        ("acr:gold", "acr:silver,gold", Wider, "acr:silver", ""),
        ("policy:A on T", "policy:B on T", Neither, "policy:B on T", "policy:A on T"),
        ("role:admin in Org", "role:admin", Neither, "admin", "admin in Org"),
        ("role:admin", "role:admin & waived(own:active) \"w\"", Wider, "admin", ""),
        (
            "factor:otp",
            "factor:otp | scope:s | scope:t | role:viewer | acr:x | policy:A on T",
            Wider,
            "viewer; scope:s; scope:t; acr:x; and 1 more",
            "",
        ),
    ] {
        let (relation, now, before) = compare(STAFF, old, new);
        assert_eq!(
            (relation, now.join("; ").as_str(), before.join("; ").as_str()),
            (expected, newly, no_longer),
            "{old} -> {new}"
        );
    }
}

#[test]
fn hierarchy_change_changes_the_meaning_of_a_rule() {
    let compare = |old: &str, new: &str, access: &str| compare_locks(&lock(old, access), &lock(new, access));
    let (old, owner) =
        ("role admin; scope s; permission p", "role admin; role owner > admin; scope s; permission p");
    assert_eq!(compare(old, owner, "role:admin"), (Relation::Wider, vec!["owner".to_owned()], vec![]));
    assert_eq!(compare(old, owner, "!role:admin").0, Relation::Narrower);
    let granted = "role admin grants p; scope s; permission p";
    assert_eq!(compare(old, granted, "permission:p"), (Relation::Wider, vec!["admin".to_owned()], vec![]));
    let limited = "role admin; scope s allows p; permission p";
    assert_eq!(compare(old, limited, "permission:p").0, Relation::Narrower);
    assert_eq!(compare(old, limited, "role:admin").0, Relation::Same);
}

#[test]
fn rules_too_large_to_compare_are_not_the_same() {
    let names: Vec<_> = (0..1100).map(|at| format!("role r{at}")).collect();
    let rule =
        |from: usize, with: &str| (from..1100).map(|at| format!("role:r{at}")).collect::<Vec<_>>().join(with);
    let rights = names.join("; ");
    assert_eq!(compare(&rights, &rule(0, " | "), &rule(0, " & ")).0, Relation::TooLarge);
    let many = lock(&rights, &rule(0, " & "));
    assert_eq!(is_possible(&many, access(&many)), None);
    // A thousand names are possible if each occurs once.
    assert_eq!(compare(&rights, &rule(200, " | "), &rule(201, " | ")).0, Relation::Narrower);
    assert_eq!(compare(&rights, &rule(200, " & "), &rule(201, " & ")).0, Relation::Wider);
    // Pairs of distant variables are the worst case for decision diagrams.
    let pairs = |pairs: usize| {
        (0..pairs).map(|at| format!("(role:r{at} & role:r{})", at + pairs)).collect::<Vec<_>>().join(" | ")
    };
    let apart = |count: usize| format!("({}) & ({})", rule_of(count * 2), pairs(count));
    assert_eq!(compare(&rights, &apart(10), &pairs(10)).0, Relation::Same);
    assert_eq!(compare(&rights, &apart(40), &pairs(40)).0, Relation::TooLarge);
}

/// Returns a rule that names all roles in order, which determines the order of the variables.
fn rule_of(count: usize) -> String {
    (0..count).map(|at| format!("role:r{at}")).collect::<Vec<_>>().join(" | ")
}

#[test]
fn relation_newly_and_is_possible_work_without_a_meaning() {
    let (old, new) = (lock(STAFF, "role:admin"), lock(STAFF, "role:editor"));
    assert_eq!(relation((&old, access(&old)), (&new, access(&new))), Relation::Wider);
    assert_eq!(newly((&old, access(&old)), (&new, access(&new))), ["editor"]);
    let never = lock(STAFF, "role:admin & !role:viewer");
    assert_eq!(is_possible(&never, access(&never)), Some(false));
}

#[test]
fn caller_with_a_scope_is_limited_by_the_scope_claim() {
    let rights = "role a grants p; scope s; scope t allows p; permission p";
    let is_possible = |rule: &str| {
        let lock = lock(rights, rule);
        is_possible(&lock, access(&lock))
    };
    // A caller with `s` has a scope claim, so only `t` allows `p`.
    assert_eq!(is_possible("permission:p & scope:s & !scope:t"), Some(false));
    assert_eq!(is_possible("permission:p & !scope:s & !scope:t"), Some(true));
    assert_eq!(
        compare(rights, "permission:p & scope:s", "permission:p & scope:s & scope:t").0,
        Relation::Same
    );
}
