//! Checks a right without consuming the caller.

use authgate::ProofRef;
use authgate::credentials::Credentials;
use authgate::denial::{ForbiddenReason, Reason};
use authgate_tests::app::{User, gate, role};
use authgate_tests::token::token_of;

#[tokio::test]
async fn authorize_ref_keeps_the_caller_after_a_denial() {
    let credentials = Credentials::bearer(&token_of(&["editor"])).expect("ASCII");
    let caller = gate().unauthenticated(credentials).authenticate().await.expect("a good token");
    let denial = caller.authorize_ref::<role::Admin>().expect_err("an editor");
    assert_eq!(denial.reason(), Reason::Forbidden(ForbiddenReason::Role));
    let viewer: ProofRef<'_, role::Viewer, User> = caller.authorize_ref().expect("an editor views");
    assert_eq!(viewer.sub, "vera");
    let editor: ProofRef<'_, role::Editor, User> = caller.authorize_ref().expect("an editor edits");
    let weaker: ProofRef<'_, role::Viewer, User> = editor.weaken();
    assert_eq!(weaker.sub, "vera");
}
