//! Compares the evaluator with a naive model, for random rules and random callers.
//!
//! Rules are types, so random rules are generated as source code. `rules.rs` is the output of a
//! generator with a fixed seed, and a test checks that it is current. `AUTHGATE_BLESS=1` writes the
//! file again.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::type_complexity,
    reason = "shared functions of tests fail with a panic"
)]

mod generate;
mod model;
mod rights;
mod rules;

use authgate::credentials::{Credentials, RequestCredentials};
use authgate::denial::Challenge;
use authgate::right::Requirement;
use authgate::scheme::{Answer, Identity, Outcome, Scheme};
use authgate::{Authenticated, Decision, Denial, Gate};

use model::{Seen, judge};
use rights::{Caller, Facts};

/// The number of callers for each rule.
const CALLERS: u64 = 320;

/// A scheme that identifies the caller by a number.
struct Numbered;

impl Scheme<Caller> for Numbered {
    fn challenge(&self) -> Challenge {
        Challenge::new("Number").realm("model")
    }

    fn authenticate(&self, presented: &RequestCredentials<'_>) -> Answer<Caller> {
        let number = presented.authorization().credential_of("Number").expect("presented");
        let facts = Facts::random(std::str::from_utf8(number).expect("digits").parse().expect("a number"));
        Outcome::Authenticated(Identity::new(facts.caller(), facts.context())).into()
    }
}

async fn caller(number: u64) -> Authenticated<Caller> {
    let gate = Gate::builder().scheme(Numbered).build().expect("complete");
    let credentials = format!("Number {number}").parse().expect("a field value");
    let credentials = Credentials::authorization(credentials);
    gate.unauthenticated(credentials).authenticate().await.expect("identified")
}

/// Evaluates a rule through the public API and compares the result with the model.
fn ask<R: Requirement<Caller>>(caller: &Authenticated<Caller>, facts: &Facts) -> Result<(), String> {
    let expected = judge(R::RULE, facts);
    let told = |what: &str| format!("{what}: {} for {facts:?}", R::RULE);
    match (caller.authorize_ref::<R>(), &expected.decision) {
        (Ok(_), Decision::Allow) => Ok(()),
        (Ok(_), other) => Err(told(&format!("allowed, and not {other:?}"))),
        (Err(_), Decision::Allow) => Err(told("refused, and not allowed")),
        (Err(denial), _) => compare_denial(&denial, &expected).map_err(|what| told(&what)),
    }
}

fn compare_denial(denial: &Denial, expected: &Seen) -> Result<(), String> {
    let evaluated = denial.evaluated().ok_or("nothing is told of why")?;
    if !expected.is(evaluated) {
        return Err(format!("evaluated to {evaluated}"));
    }
    match expected.reason() {
        reason if denial.reason() == reason => Ok(()),
        reason => Err(format!("for {}, and not {reason}", denial.reason())),
    }
}

#[tokio::test]
async fn every_rule_evaluates_like_the_model() {
    let rules = rules::all();
    let (mut cases, mut allowed) = (0, 0);
    for number in 0..CALLERS {
        let (facts, caller) = (Facts::random(number), caller(number).await);
        for rule in &rules {
            if let Err(what) = rule(&caller, &facts) {
                panic!("caller {number}, {what}");
            }
            cases += 1;
        }
        allowed +=
            rules::expressions().iter().filter(|rule| judge(rule, &facts).decision.is_allowed()).count();
    }
    assert!(cases >= 100_000, "{cases} cases");
    // Both results must be frequent.
    assert!((cases / 5..cases * 4 / 5).contains(&allowed), "{allowed} of {cases} allowed");
}

#[test]
fn committed_rules_match_the_generator() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/evaluator/rules.rs");
    let generated = generate::file();
    if std::env::var_os("AUTHGATE_BLESS").is_some() {
        std::fs::write(path, generated).expect("written");
        return;
    }
    let committed = std::fs::read_to_string(path).expect("read");
    assert!(committed == generated, "AUTHGATE_BLESS=1 writes it anew");
}
