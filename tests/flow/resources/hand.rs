//! Proofs on resources that the path does not identify.

use authgate::credentials::Credentials;
use authgate::denial::Reason;
use authgate::resource::Loaded;
use authgate::{Authenticated, Decision, Granted, Policy};
use authgate_tests::app::role;
use authgate_tests::token::token_of;

use super::{App, CanAsk, CanEdit, CanRead, CanReopen, Patch, Report, User, token_for, vera};

async fn caller(state: &App, token: &str) -> Authenticated<User> {
    let credentials = Credentials::bearer(token).expect("ASCII");
    state.gate.unauthenticated(credentials).authenticate().await.expect("a good token")
}

/// Accepts only a report that was checked.
fn save(report: Granted<CanEdit, Report>) -> Report {
    report.into_resource()
}

#[tokio::test]
async fn authorize_on_applies_the_policy_to_a_loaded_resource() {
    let state = App::new();
    let mine = caller(&state, &vera())
        .await
        .authorize_on::<CanEdit, _>(Loaded::from_store(Report::new(1, "vera")))
        .unwrap();
    assert_eq!((mine.principal().sub.as_str(), mine.context().scheme()), ("vera", "Bearer"));
    let mine = mine.edit(Patch { title: "new".to_owned() });
    assert_eq!(save(mine).title, "new");
    let denial = caller(&state, &vera())
        .await
        .authorize_on::<CanEdit, _>(Loaded::from_store(Report::new(2, "ada")))
        .unwrap_err();
    assert_eq!((denial.reason().code(), denial.status().as_u16()), ("policy_denied", 403));
    let admin = caller(&state, &token_of(&["admin"])).await.authorize::<role::Admin>().unwrap();
    assert!(
        admin.authorize_on::<CanEdit, _>(Loaded::from_store(Report::new(2, "ada"))).is_err(),
        "a role grants no right over a resource"
    );
}

#[tokio::test]
async fn authorize_on_async_passes_the_state_to_the_policy() {
    let state = App::new();
    for (name, status) in
        [("allowed", None), ("anybody", Some(403)), ("undecided", Some(503)), ("panics", Some(500))]
    {
        let caller = caller(&state, &token_for(name, &[])).await;
        let granted = caller
            .authorize_on_async::<CanAsk, _, _>(Loaded::from_store(Report::new(2, "ada")), &state)
            .await;
        assert_eq!(granted.err().map(|denial| denial.status().as_u16()), status, "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn authorize_on_async_timeout_is_unavailable() {
    let state = App::new();
    let caller = caller(&state, &token_for("slow", &[])).await;
    let granted =
        caller.authorize_on_async::<CanAsk, _, _>(Loaded::from_store(Report::new(2, "ada")), &state).await;
    assert_eq!(granted.unwrap_err().reason(), Reason::Unavailable);
}

#[tokio::test]
async fn proof_authorizes_another_resource_for_the_same_caller() {
    let state = App::new();
    let read = caller(&state, &vera())
        .await
        .authorize_on::<CanRead, _>(Loaded::from_store(Report::new(3, "ada")))
        .unwrap();
    let other = read.authorize_on::<CanEdit, _>(Loaded::from_store(Report::new(1, "vera"))).unwrap();
    assert_eq!((read.id, other.id, other.principal().sub.as_str()), (3, 1, "vera"));
    assert_eq!(
        read.authorize_on::<CanEdit, _>(Loaded::from_store(Report::new(2, "ada"))).unwrap_err().status(),
        403
    );
    let denial = other.authorize::<CanReopen>().unwrap_err();
    assert_eq!(denial.reason().code(), "archived");
    assert_eq!(read.gone().reason(), Reason::NotFound);
    assert_eq!(read.authorize::<CanEdit>().unwrap_err().reason().code(), "policy_denied");
    let mine = caller(&state, &vera())
        .await
        .authorize_on::<CanRead, _>(Loaded::from_store(Report::new(1, "vera")))
        .unwrap();
    assert_eq!(save(mine.authorize::<CanEdit>().unwrap()).id, 1);
}

struct Broken;

impl Policy<Report> for Broken {
    type Principal = User;

    fn decide(_: &User, _: &Report) -> Decision {
        panic!("the policy is broken")
    }
}

#[tokio::test]
async fn panic_in_policy_is_a_failed_denial() {
    let state = App::new();
    let denial = caller(&state, &vera())
        .await
        .authorize_on::<Broken, _>(Loaded::from_store(Report::new(1, "vera")))
        .unwrap_err();
    assert_eq!((denial.reason(), denial.status().as_u16()), (Reason::Failed, 500));
    let mine = caller(&state, &vera())
        .await
        .authorize_on::<CanRead, _>(Loaded::from_store(Report::new(1, "vera")))
        .unwrap();
    assert_eq!(
        mine.authorize_on::<Broken, _>(Loaded::from_store(Report::new(1, "vera"))).unwrap_err().reason(),
        Reason::Failed
    );
    assert_eq!(mine.authorize::<Broken>().unwrap_err().reason(), Reason::Failed);
}

#[tokio::test]
async fn debug_output_contains_no_caller_or_resource() {
    let state = App::new();
    let mine = caller(&state, &vera())
        .await
        .authorize_on::<CanRead, _>(Loaded::from_store(Report::new(1, "vera")))
        .unwrap();
    assert_eq!(format!("{mine:?}"), r#"Granted { scheme: "Bearer", .. }"#);
}
