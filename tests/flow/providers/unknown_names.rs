//! Names that the service does not know grant nothing, and are logged at most once per minute.

use tracing::Level;

use super::*;
use crate::events::capture::capture;

/// A separate set, because the names of a set are logged once per process and minute.
#[derive(authgate::Role)]
enum Rank {
    Captain,
}

#[derive(authgate::Principal, Deserialize)]
#[principal(role = Rank)]
struct Sailor {
    #[principal(id)]
    sub: String,
    #[principal(roles)]
    roles: Roles<Rank>,
}

#[requires(role = Rank::Captain, principal = Sailor)]
async fn sail(captain: authgate::Authorized<_>) -> String {
    captain.sub.clone()
}

#[tokio::test]
async fn unknown_names_are_logged_once_a_minute_on_one_line() {
    let app = Router::new()
        .route("/sail", get(sail))
        .with_state(gate::<Sailor>(bearer("https://a.example", "api")));
    let ask = |roles: Value| {
        let claims = json!({ "iss": "https://a.example", "aud": "api", "sub": "ada", "exp": now() + 60, "roles": roles });
        let (app, token) = (app.clone(), signed(None, &claims));
        async move { capture(async { ask_with(&app, "GET /sail", &token).await }).await }
    };
    let names = |events: &[crate::events::capture::Event]| -> Vec<String> {
        let unknown = events.iter().filter(|event| event.field("message") == Some("ignored an unknown name"));
        unknown
            .map(|event| {
                assert_eq!(
                    (event.level, event.field("kind"), event.field("set")),
                    (Level::DEBUG, Some("role"), Some("Rank"))
                );
                event.field("name").unwrap().to_owned()
            })
            .collect()
    };
    let (answer, events) = ask(json!(["cook", "captain", "boat\nswain\u{1b}[2J", "cook"])).await;
    answer.assert_is(200, "ada");
    assert_eq!(names(&events), ["cook", "boat\\nswain\\u{1b}[2J"]);
    let (_, events) = ask(json!(["cook", "captain", "mate"])).await;
    assert_eq!(names(&events), ["mate"]);

    let mut logged = 3;
    for part in 0..5 {
        let many: Vec<_> = (0..2_000).map(|number| format!("r{}", part * 2_000 + number)).collect();
        let (answer, events) = ask(json!(many)).await;
        assert_eq!(answer.reason(), "role_missing");
        logged += names(&events).len();
    }
    // Twice, if the minute ends meanwhile.
    assert!(logged == 256 || (257..=512).contains(&logged), "{logged}");
}
