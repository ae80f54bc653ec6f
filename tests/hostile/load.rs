//! Many bad tokens at once: every request gets a response.

use authgate_tests::app::app;
use authgate_tests::ask::ask_with;
use tokio::task::JoinSet;

use crate::raw::{Claims, HEADER, good, signed_by, token};

/// Fails closed: no panic, no 500 and no hang for any request.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_concurrent_bad_token_is_401() {
    let (app, ran) = app();
    let bad = [
        "a.b.c".to_owned(),
        ".".repeat(4000),
        signed_by(HEADER, Claims::good().json(), |_| vec![0; 32]),
        token(r#"{"alg":"none"}"#, Claims::good().json()),
        token(HEADER, Claims::good().with("exp", "1").json()),
        token(HEADER, Claims::good().with("x", &"[".repeat(3000)).json()),
        token(HEADER, Claims::good().with("aud", "\"other\"").json()),
    ];
    let mut tasks = JoinSet::new();
    for task in 0..64 {
        let (app, bad) = (app.clone(), bad.clone());
        tasks.spawn(async move {
            for round in 0..200 {
                let answer = ask_with(&app, "GET /me", &bad[(task + round) % bad.len()]).await;
                assert_eq!(answer.status, 401);
                assert_eq!(answer.challenges(), [r#"Bearer realm="api", error="invalid_token""#]);
            }
            200
        });
    }
    let answered: usize = tasks.join_all().await.into_iter().sum();
    assert_eq!((answered, ran.times()), (64 * 200, 0));
    assert_eq!(ask_with(&app, "GET /me", &good()).await.status, 200, "and a good one is let in afterwards");
}
