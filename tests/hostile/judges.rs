//! Compares the verdicts of authgate, jsonwebtoken and jwt-compact on the same tokens, with
//! equivalent configurations. Every difference must have a reason in the tables below, and every
//! reason must occur.

mod mutation;
mod signatures;
mod verdict;

use std::collections::{BTreeMap, BTreeSet};

use authgate_tests::app::app;
use authgate_tests::ask::ask_with;

use mutation::{Dice, Made, make};
use verdict::{Judge, Verdict};

/// Mutations that authgate rejects and another library accepts, with the rule.
const STRICTER: &[(&str, &[Judge], &str)] = {
    use Judge::{JsonWebToken as J, JwtCompact as C};
    &[
        ("typ of another kind", &[J, C], "RFC 8725 section 3.11, kinds of JWT exclude each other"),
        ("crit", &[J, C], "RFC 7515 section 4.1.11"),
        ("crit empty", &[J, C], "RFC 7515 section 4.1.11: must not be sent, and may be rejected"),
        ("crit null", &[J, C], "RFC 7515 section 4.1.11: present and not understood"),
        ("b64 false", &[J, C], "RFC 7797 section 7"),
        ("cty JWT", &[J], "RFC 7519 section 5.2: nested, and not unwrapped here"),
        ("unknown header twice", &[J, C], "RFC 7515 section 4"),
        ("unknown claim twice", &[J, C], "RFC 7519 section 4"),
        (
            "kid of no key",
            &[J, C],
            "RFC 8725 section 3.10: the other verifiers get the key by hand and do not select",
        ),
        ("cnf", &[J, C], "RFC 9449 section 7.2"),
        ("sub empty", &[J, C], "RFC 8725 section 3.8"),
        ("jti number", &[J, C], "RFC 7519 section 4.1.7: a string"),
        ("roles number", &[J, C], "RFC 7519 section 4: the principal's own claim"),
        ("iss array with ours", &[J], "RFC 9068 section 4, iss is one string"),
    ]
};

/// Mutations that authgate accepts and another library rejects. They must never grant an additional
/// right.
const LAXER: &[(&str, &[Judge], &str)] = {
    use Judge::{JsonWebToken as J, JwtCompact as C};
    &[
        (
            "exp far away",
            &[C, J],
            "RFC 7519 section 4.1.4: any JSON number is a NumericDate, and this one is later than now",
        ),
        (
            "unknown claim too deep",
            &[C],
            "RFC 7519 section 4: ignored without being built, so that depth costs nothing",
        ),
        ("iat string", &[C], "RFC 7519 section 4.1.6: no decision reads it"),
        ("unknown claim out of range", &[C], "RFC 7519 section 4: ignored, and JSON (RFC 8259) has no range"),
        ("unknown claim a lone surrogate", &[C], "RFC 7519 section 4: ignored, and in RFC 8259's grammar"),
    ]
};

const TOKENS: usize = 6000;

#[tokio::test]
async fn verdicts_match_other_libraries_or_are_documented() {
    let (app, _) = app();
    let mut dice = Dice::new(0x5eed);
    let mut unexplained = BTreeMap::<String, String>::new();
    let (mut used, mut let_in, mut refused) = (BTreeSet::new(), 0, 0);
    for _ in 0..TOKENS {
        let made = make(&mut dice);
        let status = ask_with(&app, "GET /me", &made.token).await.status.as_u16();
        assert!(matches!(status, 200 | 401), "{status} {:?}", made.mutations);
        let ours = if status == 200 { Verdict::Taken } else { Verdict::Refused };
        if status == 200 {
            let_in += 1;
        } else {
            refused += 1;
        }
        for judge in [Judge::JsonWebToken, Judge::JwtCompact] {
            let theirs = judge.judges(&made.token);
            if theirs == ours {
                continue;
            }
            let all = if ours == Verdict::Refused { STRICTER } else { LAXER };
            match reasons(all, judge, &made)[..] {
                [] => {
                    let text = format!("{judge:?} {theirs:?}, authgate {ours:?} ({status})");
                    unexplained.insert(format!("{:?}", made.mutations), text);
                }
                [at] => {
                    used.insert((ours == Verdict::Refused, at, judge));
                }
                // With two possible reasons, neither counts as needed.
                _ => {}
            }
        }
    }
    assert!(unexplained.is_empty(), "{unexplained:#?}");
    assert!(let_in > TOKENS / 8 && refused > TOKENS / 8, "{let_in} let in, {refused} refused");
    let mut idle = Vec::new();
    for (stricter, reasons) in [(true, STRICTER), (false, LAXER)] {
        for (at, (mutation, judges, _)) in reasons.iter().enumerate() {
            idle.extend(
                judges
                    .iter()
                    .filter(|judge| !used.contains(&(stricter, at, **judge)))
                    .map(|judge| (mutation, judge)),
            );
        }
    }
    assert!(idle.is_empty(), "reasons that nothing needs: {idle:?}");
}

fn reasons(all: &[(&str, &[Judge], &str)], judge: Judge, made: &Made) -> Vec<usize> {
    let fits = |(mutation, judges, _): &(&str, &[Judge], &str)| {
        made.mutations.iter().any(|it| it == mutation) && judges.contains(&judge)
    };
    all.iter().enumerate().filter(|(_, reason)| fits(reason)).map(|(at, _)| at).collect()
}
