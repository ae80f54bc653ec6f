//! A lock that was written is read back unchanged, and no input causes a panic.

use authgate::access::lock::Lock;
use authgate::access::{Builtin, Held, InTenant, Own, Rule, Value};
use proptest::prelude::*;
use proptest::sample::select;

/// Names that need quoting or look like syntax.
const NASTY: [&str; 40] = [
    "admin",
    "reports:write",
    "a b",
    " ",
    "",
    "\"",
    "\\",
    "#",
    "# x",
    "a#b",
    ">",
    "a > b",
    "&",
    "a & role:b",
    "|",
    ",",
    "a,b",
    "(",
    ")",
    "!",
    "!x",
    "in",
    "as",
    "on",
    "conceal",
    "grants",
    "allows",
    "public",
    "role",
    "access.lock v2",
    "<<<<<<< HEAD",
    "na\u{ef}ve",
    "\u{202e}nimda",
    "a\u{301}\u{301}",
    "\u{301}a",
    "\u{200b}",
    "tab\tand\nbreak\r\0",
    "it's",
    "X on Y",
    "<",
];

/// Types as the compiler prints them.
const TYPES: [&str; 14] = [
    "User",
    "app::User",
    "Child<Org, Report>",
    "Of<Vec<Of<u8>>>",
    "(u8, String)",
    "&User",
    "[u8; 4]",
    "as",
    "on",
    "conceal",
    "dyn Any + Send",
    "Of<-1>",
    "r#type",
    "{{closure}}",
];

const PATHS: [&str; 12] = [
    "/",
    "/a",
    "/reports/{id}",
    "/files/{*path}",
    "/files/{*}",
    "/a b",
    "/#",
    "/a{{b}}",
    "/\"",
    "/na\u{ef}ve",
    "/\\",
    "/public \"x\"",
];

fn name() -> impl Strategy<Value = String> {
    prop_oneof![select(&NASTY[..]).prop_map(str::to_owned), any::<String>()]
}

/// Returns a context class, which contains no spaces.
fn class() -> impl Strategy<Value = String> {
    name().prop_map(|name| format!("c{}", name.replace(' ', "")))
}

fn type_name() -> impl Strategy<Value = String> {
    select(&TYPES[..]).prop_map(str::to_owned)
}

fn rule() -> impl Strategy<Value = Rule> {
    let own = prop_oneof![Just("policy"), Just("plan"), Just("waived"), Just("public"), Just("x-y_1")];
    let leaf = prop_oneof![
        (select(&["role", "scope", "permission"][..]), name(), prop::option::of(type_name())).prop_map(
            |(kind, name, tenant)| Rule::Held {
                right: Held::read(kind, name),
                tenant: tenant.map(|tenant| InTenant::read(tenant.into())),
            }
        ),
        (select(&[Builtin::Scheme, Builtin::Issuer, Builtin::Factor][..]), name())
            .prop_map(|(builtin, name)| Rule::Builtin(builtin, Value::Text(name.into()))),
        any::<u64>().prop_map(|seconds| Rule::Builtin(Builtin::Fresh, Value::Seconds(seconds))),
        prop::collection::vec(class(), 1..3)
            .prop_map(|values| Rule::Builtin(Builtin::Acr, Value::Text(values.join(" ").into()))),
        (own, name()).prop_map(|(kind, name)| Rule::Own(Own::read(kind, name))),
        (type_name(), type_name())
            .prop_map(|(policy, on)| Rule::Policy { policy: policy.into(), on: on.into() }),
    ];
    leaf.prop_recursive(5, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(Rule::all),
            prop::collection::vec(inner.clone(), 1..4).prop_map(Rule::any),
            inner.clone().prop_map(|part| Rule::Not(part.into())),
            (inner, name())
                .prop_map(|(part, reason)| Rule::Waived { requirement: part.into(), reason: reason.into() }),
        ]
    })
}

fn quoted(name: &str) -> String {
    format!("{name:?}")
}

/// Returns the text of a lock with this rule and only the rights that it names.
fn declaring(rule: &Rule, access: &str, path: &str) -> String {
    let mut rights = std::collections::BTreeSet::new();
    collect_names(rule, &mut rights);
    let rights: String = rights.iter().map(|(kind, name)| format!("{kind} {}\n", quoted(name))).collect();
    format!("access.lock v1\n{rights}PATCH {} {access}\n", quoted(path))
}

fn collect_names(rule: &Rule, rights: &mut std::collections::BTreeSet<(String, String)>) {
    match rule {
        Rule::Held { right, .. } => {
            rights.insert((right.kind().to_owned(), right.name().to_owned()));
        }
        Rule::Builtin(Builtin::Factor, name) => {
            rights.insert(("factor".to_owned(), name.text().to_owned()));
        }
        Rule::Waived { requirement, .. } => collect_names(requirement, rights),
        _ => rule.parts().iter().for_each(|part| collect_names(part, rights)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_rule_round_trips(
        rule in rule(),
        principal in prop::option::of(type_name()),
        conceal in any::<bool>(),
        path in select(&PATHS[..]),
    ) {
        let rule = rule.normal();
        let mut access = rule.to_string();
        if let Some(principal) = principal {
            access.push_str(&format!(" as {}", quoted(&principal)));
        }
        if conceal {
            access.push_str(" conceal");
        }
        let text = declaring(&rule, &access, path);
        let lock = Lock::parse(&text).map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
        prop_assert_eq!(lock.routes()[0].access().rule(), Some(&rule));
        prop_assert_eq!(lock.routes()[0].path(), path);
        prop_assert_eq!(Lock::parse(&lock.to_string()), Ok(lock));
    }

    #[test]
    fn any_right_round_trips(names in prop::collection::btree_set(name(), 1..6), principal in type_name(), reason in any::<String>()) {
        let names: Vec<_> = names.iter().map(|name| quoted(name)).collect();
        let all = names.join(" , ");
        let mut text = "access.lock v1\n".to_owned();
        for (at, name) in names.iter().enumerate() {
            // A right implies the rights after it, so that there is no cycle.
            let after = names[at + 1..].join(" , ");
            let implied = if after.is_empty() { String::new() } else { format!(">{after}") };
            text.push_str(&format!(
                "permission {name} {implied}\nrole {name} {implied} grants {all}\nscope {name} allows {all}\nfactor {name}\n"
            ));
        }
        text.push_str(&format!("tenant {} canonical\n", quoted(&principal)));
        text.push_str(&format!("GET / authenticated {}\n* / public {reason:?}\n405 / ungated {reason:?}\n", quoted(&principal)));
        let lock = Lock::parse(&text).map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
        prop_assert_eq!(lock.rights().len(), 4 * names.len() + 1);
        prop_assert_eq!(lock.rights()[1].grants().len(), names.len());
        let written = lock.to_string();
        prop_assert_eq!(&Lock::parse(&written).unwrap(), &lock);
        prop_assert_eq!(lock.rewrite(&written).unwrap(), written);
    }

    #[test]
    fn parse_never_panics(text in any::<String>(), line in ".{0,80}") {
        for text in [text.clone(), format!("access.lock v1\n{text}\n"), format!("access.lock v1\nGET / {line}\n")] {
            if let Ok(lock) = Lock::parse(&text) {
                prop_assert_eq!(Lock::parse(&lock.to_string()).map(|lock| lock.to_string()), Ok(lock.to_string()));
            }
        }
    }

    #[test]
    fn mutated_lock_never_panics_and_round_trips_if_parsed(
        mutations in prop::collection::vec((any::<prop::sample::Index>(), select(&MARKS[..]), any::<bool>()), 1..5),
    ) {
        let mut chars: Vec<char> = GOOD.chars().collect();
        for (at, mark, replaces) in mutations {
            let at = at.index(chars.len());
            chars.splice(at..at + usize::from(replaces), mark.chars());
        }
        let text: String = chars.into_iter().collect();
        if let Ok(lock) = Lock::parse(&text) {
            let written = lock.to_string();
            let again = Lock::parse(&written).map_err(|error| TestCaseError::fail(format!("{error}\n{written}")))?;
            prop_assert_eq!(again.to_string(), written);
            let rewritten = lock.rewrite(&text).unwrap();
            let again = Lock::parse(&rewritten).map_err(|error| TestCaseError::fail(format!("{error}\n{rewritten}")))?;
            prop_assert_eq!(&again, &lock);
            prop_assert_eq!(again.rewrite(&rewritten).unwrap(), rewritten);
        }
    }
}

const MARKS: [&str; 24] = [
    "",
    " ",
    "\n",
    "\"",
    "\\",
    "#",
    " # ",
    "(",
    ")",
    "!",
    "&",
    "|",
    ">",
    "<",
    ",",
    ":",
    "{",
    "}",
    "\r",
    "\u{feff}",
    "role",
    " in ",
    "tenant",
    " canonical",
];

const GOOD: &str = "\
access.lock v1 # of the application
role viewer
role editor > viewer grants write, \"a b\"
# a comment
scope reports:write allows write
permission write
permission \"a b\" > write
tenant Org canonical # of names in lower case

factor otp
GET     /health                  public \"load \\\"balancer\\\" # probe\"
GET     /me                      authenticated Of<User, u8>
PUT     /reports/{id}            role:editor & scope:reports:write & !scheme:Basic # why
POST    /reports/{id}            (role:editor in Org & (fresh:300s | acr:a,b)) | policy:CanEdit on Report as User conceal
*       /static/{*}              ungated \"assets\"
404     /{*}                     waived(factor:otp) \"none\" & permission:\"a b\"
";

#[test]
fn good_lock_parses() {
    let lock = Lock::parse(GOOD).unwrap();
    assert_eq!((lock.rights().len(), lock.routes().len()), (7, 6));
    assert_eq!(lock.rights()[2].comments(), ["a comment"]);
    assert_eq!(lock.routes()[2].comments(), ["why"]);
}

/// Too many lines for a quadratic algorithm.
#[test]
fn large_lock_is_parsed_written_and_rewritten() {
    let roles: String = (0..1_000).map(|at| format!("role r{at}\n")).collect();
    let routes: String = (0..10_000).map(|at| format!("GET /{at}/{{id}} role:r{}\n", at % 1_000)).collect();
    let text = format!("access.lock v1\n{roles}{routes}");
    let lock = Lock::parse(&text).unwrap();
    assert_eq!((lock.rights().len(), lock.routes().len()), (1_000, 10_000));
    assert_eq!(lock.rewrite(&text).unwrap(), lock.to_string());
}
