//! Compares the verdicts for every algorithm, on signatures that target the algorithm's known
//! weaknesses.
//!
//! jsonwebtoken verifies with aws-lc, and jwt-compact with independent implementations in Rust.

mod forged;
mod keyed;

use std::collections::{BTreeMap, BTreeSet};

use authgate::Gate;
use authgate::scheme::Bearer;
use authgate_tests::app::{App, Ran, User, routes};
use authgate_tests::ask::ask_with;
use authgate_tests::token::{AUDIENCE, ISSUER};

use super::mutation::Dice;
use super::verdict::{Judge, Verdict};
use crate::signer::{Signer, algorithms};
use forged::{Forgery, applies, forge};
use keyed::Keyed;

/// Changed signatures that all three libraries accept, with the reason.
const SIGNATURES_THAT_HOLD: &[(Forgery, &str)] = &[
    (Forgery::None, "it is good"),
    (Forgery::Negated, "RFC 7518 section 3.4 asks for no low s: of every ECDSA signature there are two"),
    (
        Forgery::ZeroInFront,
        "a number with a leading zero is written with it (RFC 7518 section 3.4, RFC 8017 section 4.1)",
    ),
];

/// Forgeries on which authgate and another library differ, with the rule.
const DIFFERENCES: &[(Forgery, &[Judge], &str)] = &[(
    Forgery::NewName,
    &[Judge::JsonWebToken, Judge::JwtCompact],
    "RFC 9864 calls EdDSA on this curve Ed25519, and the judges do not know that name",
)];

/// The number of tokens for each algorithm and forgery.
const TIMES: usize = 3;

#[tokio::test]
async fn signature_verdicts_match_other_libraries_or_are_documented() {
    let (signer, other) = (Signer::new(), Signer::new());
    let mut dice = Dice::new(0x51c4);
    let (mut unexplained, mut used) = (BTreeMap::new(), BTreeSet::new());
    let (mut judged, mut held) = (0, BTreeSet::new());
    for algorithm in algorithms() {
        let keyed = Keyed::new(&signer, algorithm);
        let keys = signer.keys(algorithm).remove(0);
        let bearer = Bearer::jwt(keys).issuer(ISSUER).audience(AUDIENCE).realm("api");
        let gate = Gate::<User>::builder().scheme(bearer).build().expect("complete");
        let app = routes().with_state(App { gate, ran: Ran::default() });
        for forgery in Forgery::ALL.into_iter().filter(|it| applies(*it, algorithm)) {
            for _ in 0..TIMES {
                let token = forge(forgery, algorithm, &signer, &other, &mut dice);
                let status = ask_with(&app, "GET /me", &token).await.status.as_u16();
                assert!(matches!(status, 200 | 401), "{status} {algorithm} {forgery:?}");
                let ours = if status == 200 { Verdict::Taken } else { Verdict::Refused };
                let holds = SIGNATURES_THAT_HOLD.iter().any(|(it, _)| *it == forgery);
                let differs = DIFFERENCES.iter().find(|(it, ..)| *it == forgery);
                assert_eq!(
                    ours == Verdict::Taken,
                    holds || differs.is_some(),
                    "{algorithm} {forgery:?}: {status}"
                );
                if holds {
                    held.insert(forgery);
                }
                for judge in [Judge::JsonWebToken, Judge::JwtCompact] {
                    judged += 1;
                    let theirs = keyed.judged(judge, &token);
                    let explained = differs.is_some_and(|(_, judges, _)| judges.contains(&judge));
                    match (theirs == ours, explained) {
                        (true, _) => {}
                        (false, true) => drop(used.insert((forgery, judge))),
                        (false, false) => {
                            unexplained.insert(
                                (algorithm.to_string(), forgery, judge),
                                format!("{theirs:?}, authgate {ours:?}"),
                            );
                        }
                    }
                }
            }
        }
    }
    assert!(unexplained.is_empty(), "{unexplained:#?}");
    assert_eq!(held.len(), SIGNATURES_THAT_HOLD.len(), "reasons that nothing needs");
    let needed = DIFFERENCES.iter().map(|(_, judges, _)| judges.len()).sum::<usize>();
    assert_eq!(used.len(), needed, "reasons that nothing needs: {used:?}");
    assert!(judged > 500, "{judged}");
}

/// Each forgery applies to at least one algorithm.
#[test]
fn every_forgery_applies_to_an_algorithm() {
    for forgery in Forgery::ALL {
        assert!(algorithms().any(|algorithm| applies(forgery, algorithm)), "{forgery:?}");
    }
}
