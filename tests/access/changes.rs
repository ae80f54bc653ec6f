//! The changes between two locks.

use authgate::access::changes::{Changes, Verdict};
use authgate::access::lock::{Access, Lock};
use proptest::prelude::*;

use crate::world::{callers, may, principal, two_locks, waived};

const RIGHTS: &str = "role viewer\nrole editor > viewer\nrole admin > editor\nscope s\n";

fn lock(rights: &str, routes: &[&str]) -> Lock {
    Lock::parse(&format!(
        "access.lock v1\n{rights}{}",
        routes.iter().map(|line| format!("{line}\n")).collect::<String>()
    ))
    .unwrap()
}

fn changes(old: &[&str], new: &[&str]) -> Changes {
    Changes::between(&lock(RIGHTS, old), &lock(RIGHTS, new))
}

#[track_caller]
fn assert_changes(old: &[&str], new: &[&str], expected: &str) {
    assert_eq!(changes(old, new).to_string(), expected, "{old:?} -> {new:?}");
}

#[test]
fn policy_or_requirement_of_another_type_is_a_change() {
    let with = |types: &str| {
        lock(&format!("{RIGHTS}{types}"), &["GET /x policy:Owns on Note", "GET /y plan:Active"])
    };
    let owns = "policy Owns = app::strict::Owns on app::Note\n";
    let before = with(&format!("{owns}plan Active = app::strict::Active\n"));
    for (after, expected) in [
        (
            with("policy Owns = app::loose::Owns on app::Note\nplan Active = app::strict::Active\n"),
            "policy Owns = app::strict::Owns on app::Note -> policy Owns = app::loose::Owns on app::Note\n\
             CHANGED GET /x  policy:Owns on Note (+policy:Owns on Note = app::loose::Owns on app::Note",
        ),
        (
            with(&format!("{owns}plan Active = app::loose::Active\n")),
            "plan Active = app::strict::Active -> plan Active = app::loose::Active\n\
             CHANGED GET /y  plan:Active (+plan:Active = app::loose::Active, -plan:Active",
        ),
    ] {
        let changes = Changes::between(&before, &after);
        assert!(changes.to_string().starts_with(expected), "{changes}");
        assert_eq!(changes.worst(), Some(Verdict::Changed));
    }
    // A lock that does not declare the types says nothing of them.
    let changes = Changes::between(&with(""), &before);
    assert_eq!(changes.worst(), None, "{changes}");
}

/// An excluded right has another meaning if other spellings of the tenant's name are the same
/// tenant.
#[test]
fn change_of_a_canonical_tenant_is_reported() {
    let route = &["GET /x !role:viewer in Org"][..];
    let (exact, canonical) = (lock(RIGHTS, route), lock(&format!("{RIGHTS}tenant Org canonical\n"), route));
    let lost = Changes::between(&canonical, &exact);
    assert_eq!(lost.to_string(), "tenant Org canonical -> (none)\n");
    assert!(!lost.is_empty());
    assert_eq!(Changes::between(&exact, &canonical).to_string(), "(none) -> tenant Org canonical\n");
    assert!(Changes::between(&canonical, &canonical).is_empty());
}

#[test]
fn change_is_reported_by_its_meaning() {
    for (old, new, expected) in [
        (
            "DELETE /reports/{id} role:admin",
            "DELETE /reports/{id} role:editor",
            "WIDENED DELETE /reports/{id}  role:admin -> role:editor (+editor)\n",
        ),
        ("GET /x role:editor", "GET /x role:admin", "NARROWED GET /x  role:editor -> role:admin (-editor)\n"),
        ("GET /x role:admin", "GET /x scope:s", "CHANGED GET /x  role:admin -> scope:s (+scope:s, -admin)\n"),
        (
            "GET /x policy:A on T",
            "GET /x policy:B on T",
            "CHANGED GET /x  policy:A on T -> policy:B on T (+policy:B on T, -policy:A on T)\n",
        ),
        (
            "GET /x role:admin",
            "GET /x role:admin conceal",
            "CHANGED GET /x  role:admin -> role:admin conceal\n",
        ),
        (
            "GET /x role:admin | role:editor",
            "GET /x role:editor",
            "SAME MEANING GET /x  role:admin | role:editor -> role:editor\n",
        ),
        (
            "GET /x authenticated U",
            "GET /x public \"why\"",
            "NEWLY PUBLIC GET /x  authenticated U -> public \"why\" (+any caller)\n",
        ),
        (
            "GET /x role:admin",
            "GET /x ungated \"why\"",
            "NEWLY PUBLIC GET /x  role:admin -> ungated \"why\" (+any caller)\n",
        ),
        (
            "GET /x public \"why\"",
            "GET /x ungated \"why\"",
            "CHANGED GET /x  public \"why\" -> ungated \"why\"\n",
        ),
        (
            "GET /x public \"why\"",
            "GET /x public \"because\"",
            "SAME MEANING GET /x  public \"why\" -> public \"because\"\n",
        ),
        (
            "GET /x public \"why\"",
            "GET /x role:admin",
            "NARROWED GET /x  public \"why\" -> role:admin (-any caller)\n",
        ),
        ("GET /x role:admin", "GET /x  role:admin # a comment", ""),
        ("GET /x/{id} role:admin", "GET /x/{name} role:admin", ""),
        (
            "GET /x/{id} role:admin",
            "GET /x/{name} role:editor",
            "WIDENED GET /x/{name}  role:admin -> role:editor (+editor)\n",
        ),
        (
            "GET \"/a b\" role:admin",
            "GET \"/a b\" role:editor",
            "WIDENED GET \"/a b\"  role:admin -> role:editor (+editor)\n",
        ),
        (
            "404 /{*} role:admin",
            "404 /{*} public \"none\"",
            "NEWLY PUBLIC 404 /{*}  role:admin -> public \"none\" (+any caller)\n",
        ),
    ] {
        assert_changes(&[old], &[new], expected);
    }
    assert_changes(&[], &["GET /x role:admin"], "NEW GET /x  role:admin\n");
    assert_changes(&[], &["GET /x public \"why\""], "NEWLY PUBLIC GET /x  public \"why\" (+any caller)\n");
    assert_changes(&["GET /x role:admin"], &[], "GONE GET /x  role:admin\n");
}

#[test]
fn route_is_compared_with_the_entry_that_handled_its_requests() {
    for (old, new, expected) in [
        // A line for all other methods of the path.
        (
            &["* /x role:admin"][..],
            &["GET /x role:editor", "* /x role:admin"][..],
            "WIDENED GET /x  role:admin (by * /x) -> role:editor (+editor)\n",
        ),
        (
            &["* /x role:admin"],
            &["GET /x role:admin", "* /x role:admin"],
            "SAME MEANING GET /x  role:admin (by * /x) -> role:admin\n",
        ),
        (
            &["GET /x role:admin", "* /x role:editor"],
            &["* /x role:editor"],
            "WIDENED GET /x  role:admin -> role:editor (by * /x) (+editor)\n",
        ),
        (
            &["GET /x role:admin", "* /x public \"why\""],
            &["* /x public \"why\""],
            "NEWLY PUBLIC GET /x  role:admin -> public \"why\" (by * /x) (+any caller)\n",
        ),
        // `GET` responds to `HEAD`, and takes precedence over `*`.
        (
            &["GET /x role:admin", "* /x role:viewer"],
            &["GET /x role:admin", "HEAD /x role:editor", "* /x role:viewer"],
            "WIDENED HEAD /x  role:admin (by GET /x) -> role:editor (+editor)\n",
        ),
        (
            &["GET /x role:viewer", "HEAD /x role:editor"],
            &["GET /x role:viewer"],
            "WIDENED HEAD /x  role:editor -> role:viewer (by GET /x) (+viewer)\n",
        ),
        // A line for all paths below.
        (
            &["* /files/{*} ungated \"why\""],
            &["GET /files/a/{b} role:admin", "* /files/{*} ungated \"why\""],
            "NARROWED GET /files/a/{b}  ungated \"why\" (by * /files/{*}) -> role:admin (-any caller)\n",
        ),
        (
            &["* /orgs/{org}/{*} role:admin"],
            &["GET /orgs/acme/a role:editor", "* /orgs/{org}/{*} role:admin"],
            "WIDENED GET /orgs/acme/a  role:admin (by * /orgs/{org}/{*}) -> role:editor (+editor)\n",
        ),
        (
            &["POST /files/a role:admin", "* /files/{*} role:admin"],
            &["POST /files/a role:admin", "* /files/{*} role:editor"],
            "WIDENED * /files/{*}  role:admin -> role:editor (+editor)\n",
        ),
        (
            &["GET /files/a role:admin", "* /files/{*} role:editor"],
            &["* /files/{*} role:editor"],
            "WIDENED GET /files/a  role:admin -> role:editor (by * /files/{*}) (+editor)\n",
        ),
        // The path itself has lines, so other methods got 405.
        (
            &["POST /files/a role:admin", "* /files/{*} role:admin"],
            &["GET /files/a role:editor", "POST /files/a role:admin", "* /files/{*} role:admin"],
            "NEW GET /files/a  role:editor\n",
        ),
        // The wildcard may not match the exact path, so only a widened rule counts.
        (
            &["* /files/{*} role:admin"],
            &["GET /files role:editor", "* /files/{*} role:admin"],
            "WIDENED GET /files  role:admin (by * /files/{*}) -> role:editor (+editor)\n",
        ),
        (
            &["* /files/{*} public \"why\""],
            &["GET /files public \"why\"", "* /files/{*} public \"why\""],
            "NEWLY PUBLIC GET /files  public \"why\" (+any caller)\n",
        ),
        (
            &["GET /{*path} public \"why\""],
            &["GET /api public \"why\"", "GET /{*path} public \"why\""],
            "NEWLY PUBLIC GET /api  public \"why\" (+any caller)\n",
        ),
        // The parameter had no resource with this name, and fallbacks do not count.
        (
            &["GET /reports/{id} role:admin"],
            &["GET /reports/{id} role:admin", "GET /reports/export role:viewer"],
            "NEW GET /reports/export  role:viewer\n",
        ),
        (
            &["404 /{*} role:admin", "405 /x role:admin"],
            &["404 /{*} role:admin", "405 /x role:admin", "GET /x role:viewer"],
            "NEW GET /x  role:viewer\n",
        ),
        // The more specific path, which axum prefers.
        (
            &["* /a/{*} role:viewer", "* /a/b/{*} role:admin"],
            &["* /a/{*} role:viewer", "* /a/b/{*} role:admin", "GET /a/b/c role:editor"],
            "WIDENED GET /a/b/c  role:admin (by * /a/b/{*}) -> role:editor (+editor)\n",
        ),
    ] {
        assert_changes(old, new, expected);
    }
}

#[test]
fn hierarchy_change_is_reported_once_and_at_each_affected_route() {
    let routes = ["GET /a role:viewer", "GET /b role:editor", "GET /c authenticated U"];
    let old = lock("role viewer\nrole editor > viewer\n", &routes);
    let new =
        lock("role viewer\nrole auditor\nrole editor > viewer, auditor\nrole owner > editor\n", &routes);
    assert_eq!(
        Changes::between(&old, &new).to_string(),
        "role editor > viewer -> role editor > viewer, auditor\n\
         (none) -> role auditor\n\
         (none) -> role owner > editor\n\
         WIDENED GET /a  role:viewer (+owner)\n\
         WIDENED GET /b  role:editor (+owner)\n"
    );
    assert_eq!(Changes::between(&new, &old).worst(), Some(Verdict::Narrowed));
}

#[test]
fn waiver_widens_only_its_route() {
    let plain = ["GET /a role:viewer", "GET /b role:admin"];
    let waived = ["GET /a role:viewer & waived(plan:paid) \"they pay here\"", "GET /b role:admin"];
    assert_changes(
        &plain,
        &waived,
        "WIDENED GET /a  role:viewer -> role:viewer & waived(plan:paid) \"they pay here\" (+viewer)\n",
    );
    assert_changes(
        &waived,
        &plain,
        "CHANGED  requirement of the gate: no route waives plan:paid any longer, so the lock does not show whether the gate \
             still requires it\n\
         NARROWED GET /a  role:viewer & waived(plan:paid) \"they pay here\" -> role:viewer (-viewer)\n",
    );
    assert_eq!(changes(&waived, &plain).worst(), Some(Verdict::Changed));
}

#[test]
fn changes_are_sorted_by_verdict_regardless_of_line_order() {
    let old = ["GET /a role:viewer", "GET /b role:admin", "GET /c role:admin", "GET /d role:admin"];
    let new = ["GET /e role:admin", "GET /d public \"why\"", "GET /b role:viewer", "GET /a role:admin"];
    let expected: Vec<_> =
        changes(&old, &new).routes().iter().map(|change| (change.verdict, change.path.clone())).collect();
    let verdicts: Vec<_> = expected.iter().map(|(verdict, path)| format!("{verdict} {path}")).collect();
    assert_eq!(verdicts, ["NEWLY PUBLIC /d", "WIDENED /b", "NEW /e", "NARROWED /a", "GONE /c"]);
    let (mut old, mut new) = (old, new);
    old.reverse();
    new.reverse();
    assert_eq!(changes(&old, &new).to_string(), {
        let (mut old, mut new) = (old, new);
        old.reverse();
        new.reverse();
        changes(&old, &new).to_string()
    });
}

#[test]
fn rules_too_large_to_compare_are_changed() {
    let names: Vec<_> = (0..1200).map(|at| format!("role r{at}\n")).collect();
    let all = |with: &str| (0..1200).map(|at| format!("role:r{at}")).collect::<Vec<_>>().join(with);
    let one = |rule: String| lock(&names.concat(), &[&format!("GET /x {rule}")]);
    let changes = Changes::between(&one(all(" & ")), &one(all(" | ")));
    assert_eq!(changes.worst(), Some(Verdict::Changed));
    assert!(changes.to_string().ends_with("(the rules name too many rights to be compared)\n"));
    assert!(Changes::between(&one(all(" & ")), &one(all(" & "))).is_empty());
}

#[test]
fn comparison_of_very_long_paths_terminates() {
    let deep = "/a".repeat(100_000);
    let many: Vec<_> = (0..40).map(|at| format!("GET {deep}/{at} role:admin")).collect();
    let many: Vec<_> = many.iter().map(String::as_str).collect();
    assert_eq!(changes(&[&format!("GET {deep} role:admin")], &many).routes().len(), 41);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 30, ..ProptestConfig::default() })]
    #[test]
    fn verdict_matches_an_exhaustive_check_of_callers((old, new) in two_locks(2)) {
        let (old, new) = (Lock::parse(&old).unwrap(), Lock::parse(&new).unwrap());
        let changes = Changes::between(&old, &new);
        for at in 0..2 {
            let (before, now) = (old.routes()[at].access(), new.routes()[at].access());
            let path = format!("/{at}");
            let verdict = changes.routes().iter().find(|change| change.path == path).map(|change| change.verdict);
            let expected = naive_verdict(&old, before, &new, now);
            let is_told = expected != Verdict::Same || before != now;
            prop_assert_eq!(verdict, is_told.then_some(expected), "{} -> {}", before, now);
        }
    }
}

/// Computes the verdict in the simplest way.
fn naive_verdict(old: &Lock, before: &Access, new: &Lock, now: &Access) -> Verdict {
    let word = |access: &Access| access.to_string().split(' ').next().unwrap().to_owned();
    let is_open = |access: &Access| ["public", "ungated"].contains(&word(access).as_str());
    let conceals = |access: &Access| access.to_string().ends_with(" conceal");
    if is_open(now) {
        return match (is_open(before), word(before) == word(now)) {
            (false, _) => Verdict::NewlyPublic,
            (true, true) => Verdict::Same,
            (true, false) => Verdict::Changed,
        };
    }
    let asked = waived([old, new]);
    let types = [principal(old, before), principal(new, now)];
    let types = if types.contains(&None) { [None, None] } else { types };
    let rules = [before, now].into_iter().filter_map(Access::rule).chain(asked.as_ref());
    let (mut more, mut fewer) = (false, false);
    for caller in callers(rules, types[0].is_some()).iter().map(Some).chain([None]) {
        let might = may(old, before, caller, asked.as_ref(), types[0]);
        let may = may(new, now, caller, asked.as_ref(), types[1]);
        more |= may && !might;
        fewer |= might && !may;
    }
    match (more, fewer) {
        _ if is_open(before) => Verdict::Narrowed,
        _ if conceals(before) != conceals(now) => Verdict::Changed,
        (false, false) => Verdict::Same,
        (true, false) => Verdict::Widened,
        (false, true) => Verdict::Narrowed,
        (true, true) => Verdict::Changed,
    }
}
