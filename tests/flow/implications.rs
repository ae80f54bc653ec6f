//! A proof is accepted wherever a function requires something that the proof implies. These tests
//! pass proofs to service functions that require parts, alternatives and implied roles.

use authgate::credentials::Credentials;
use authgate::right::{All, Any, Factor, Fresh, Not, Requirement, ViaScheme, factor};
use authgate::scheme::Bearer;
use authgate::{Authenticated, Authorized, Proof, ProofRef};
use authgate_tests::app::{User, gate, role, scope};
use authgate_tests::token::{now, token};
use serde_json::{Value, json};

async fn authenticated(claims: &Value) -> Authenticated<User> {
    let credentials = Credentials::bearer(&token(claims)).unwrap();
    gate().unauthenticated(credentials).authenticate().await.unwrap()
}

/// Returns a caller with every right, who just logged in with a one-time password.
async fn caller() -> Authenticated<User> {
    let scope = "reports:read reports:write";
    authenticated(&json!({ "roles": ["admin"], "scope": scope, "auth_time": now(), "amr": ["otp"] })).await
}

async fn proof<R: Requirement<User>>() -> Authorized<R, User> {
    caller().await.authorize::<R>().unwrap()
}

// A service layer. Each function declares the right that it needs.

fn edit(by: &impl Proof<role::Editor>) -> &str {
    &by.principal().sub
}

fn view(by: ProofRef<'_, role::Viewer>) -> &str {
    by.context().scheme()
}

fn write(by: &impl Proof<scope::WriteReports>) -> usize {
    by.principal().sub.len()
}

fn with_fresh_login<const SECONDS: u64>(by: &impl Proof<Fresh<SECONDS>, User>) -> bool {
    by.context().authenticated_at().is_some()
}

fn by_token(by: &impl Proof<ViaScheme<Bearer>, User>) -> &str {
    by.context().scheme()
}

type EitherOf = Any<(role::Editor, scope::WriteReports)>;

fn either(by: &impl Proof<EitherOf>) -> &str {
    &by.principal().sub
}

type Mixed = Any<(role::Admin, All<(role::Editor, scope::WriteReports)>)>;

fn mixed(by: &impl Proof<Mixed>) -> &str {
    &by.principal().sub
}

fn no_viewer(by: &impl Proof<Not<role::Viewer>>) -> &str {
    &by.principal().sub
}

#[tokio::test]
async fn all_implies_each_part_in_any_order() {
    let proof = proof::<All<(role::Admin, scope::WriteReports, Fresh<300>, ViaScheme<Bearer>)>>().await;
    assert_eq!((edit(&proof), view(proof.as_proof()), write(&proof)), ("vera", "Bearer", 4));
    assert!(with_fresh_login::<300>(&proof));
    assert_eq!(by_token(&proof), "Bearer");
    let proof =
        self::proof::<All<(ViaScheme<Bearer>, Fresh<300>, scope::WriteReports, role::Editor)>>().await;
    assert_eq!((edit(&proof), view(proof.as_proof()), write(&proof)), ("vera", "Bearer", 4));
    assert!(with_fresh_login::<300>(&proof));
}

#[tokio::test]
async fn all_with_two_parts_of_one_set_implies_both() {
    let proof = proof::<All<(role::Viewer, role::Editor)>>().await;
    assert_eq!((edit(&proof), view(proof.as_proof())), ("vera", "Bearer"));
    let proof = self::proof::<All<(scope::ReadReports, role::Viewer, scope::WriteReports)>>().await;
    assert_eq!(write(&proof), 4);
}

#[tokio::test]
async fn part_implies_any() {
    let admin = proof::<role::Admin>().await;
    assert_eq!((either(&admin), mixed(&admin)), ("vera", "vera"));
    let writer = proof::<scope::WriteReports>().await;
    assert_eq!(either(&writer), "vera");
    // A conjunction proves every `Any` that contains one of its parts.
    let both = proof::<All<(scope::WriteReports, role::Editor)>>().await;
    assert_eq!(either(&both), "vera");
    let weaker: Authorized<EitherOf> = both.weaken();
    assert_eq!(either(&weaker), "vera");
}

#[tokio::test]
async fn any_implies_what_every_alternative_implies() {
    let proof = proof::<Any<(role::Admin, role::Editor)>>().await;
    assert_eq!((edit(&proof), view(proof.as_proof())), ("vera", "Bearer"));
    let proof = self::proof::<All<(Any<(role::Editor, role::Admin)>, Fresh<60>)>>().await;
    assert_eq!(edit(&proof), "vera");
    assert!(with_fresh_login::<60>(&proof));
}

#[tokio::test]
async fn rule_implies_itself() {
    let proof = proof::<Mixed>().await;
    assert_eq!(mixed(&proof), "vera");
    type Nested = All<(role::Editor, Any<(Fresh<60>, Factor<factor::ByOtp>)>)>;
    let proof = self::proof::<Nested>().await;
    let same: ProofRef<'_, Nested> = proof.as_proof();
    assert_eq!(edit(&same), "vera");
}

#[tokio::test]
async fn split_returns_a_proof_for_each_part() {
    let proof =
        proof::<All<(role::Editor, Any<(role::Admin, scope::ReadReports)>, Fresh<60>, Fresh<300>)>>().await;
    let (editor, alternative, minute, minutes) = proof.split();
    assert_eq!((edit(&editor), alternative.sub.as_str()), ("vera", "vera"));
    assert!(with_fresh_login::<60>(&minute) && with_fresh_login::<300>(&minutes));
    let (editor, ..) = proof
        .as_proof::<All<(role::Editor, Any<(role::Admin, scope::ReadReports)>, Fresh<60>, Fresh<300>)>>()
        .split();
    assert_eq!(edit(&editor), "vera");
}

#[tokio::test]
async fn not_denies_holders_and_proves_the_exclusion() {
    let denial = caller().await.authorize::<Not<role::Viewer>>().unwrap_err();
    assert_eq!((denial.status().as_u16(), denial.reason().code()), (403, "excluded"));
    let nobody = authenticated(&json!({ "sub": "nobody" })).await;
    assert_eq!(no_viewer(&nobody.authorize::<Not<role::Viewer>>().unwrap()), "nobody");
}
