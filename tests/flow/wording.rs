//! The texts of denials: the application's name and the language.

use authgate::gate::GateBuilder;
use authgate::routing::get;
use authgate::{Authenticated, Gate, Reason, Router, Wording};
use authgate_tests::app::{User, bearer};
use authgate_tests::ask::ask;

async fn me(user: Authenticated<User>) -> String {
    user.sub.clone()
}

fn serve(gate: impl FnOnce(GateBuilder<User>) -> GateBuilder<User>) -> axum::Router {
    let gate = gate(Gate::builder().scheme(bearer())).build().unwrap();
    Router::new().route("/me", get(me)).with_state(gate)
}

fn german(gate: GateBuilder<User>) -> GateBuilder<User> {
    gate.wording(|reason, languages| match (languages.best(&["en", "de"])?, reason) {
        ("de", Reason::Missing) => {
            Some(Wording::new("de", "Nicht angemeldet", "Bitte <melden> Sie sich an."))
        }
        _ => None,
    })
}

const HTML: (&str, &str) = ("accept", "text/html");

#[tokio::test]
async fn a_page_has_the_applications_name() {
    let page = ask(&serve(|gate| gate.app_name("Fisch & Söhne")), "GET /me", &[HTML]).await;
    assert!(page.body.contains("<title>401 Unauthorized · Fisch &amp; Söhne</title>"), "{}", page.body);
    assert!(
        page.body.contains("color-scheme: light dark") && !page.body.contains("<script"),
        "{}",
        page.body
    );
}

#[tokio::test]
async fn each_form_is_in_the_clients_language() {
    let app = serve(german);
    const GERMAN: (&str, &str) = ("accept-language", "de-AT, en;q=0.5");
    let problem = ask(&app, "GET /me", &[GERMAN]).await;
    problem.assert_denied(401, "credentials_missing", &["Bearer realm=\"api\""]);
    assert!(problem.body.contains(r#""title":"Nicht angemeldet""#), "{}", problem.body);
    let page = ask(&app, "GET /me", &[GERMAN, HTML]).await;
    assert!(page.body.contains("<html lang=\"de\">"), "{}", page.body);
    assert!(page.body.contains("Bitte &lt;melden&gt; Sie sich an."), "{}", page.body);
    let text = ask(&app, "GET /me", &[GERMAN, ("accept", "text/plain")]).await;
    assert_eq!(text.body, "Nicht angemeldet: Bitte <melden> Sie sich an.\n");
    for answer in [&problem, &page, &text] {
        assert_eq!(answer.header("content-language"), Some("de"));
        assert_eq!(answer.header("vary"), Some("accept, authorization, accept-language"));
    }
}

#[tokio::test]
async fn what_is_not_translated_is_in_english() {
    let app = serve(german);
    let wrong = [("accept-language", "de"), ("authorization", "Bearer abc")];
    for fields in [&[("accept-language", "fr")][..], &[("accept-language", "en, de;q=0.9")], &[], &wrong] {
        let answer = ask(&app, "GET /me", fields).await;
        assert_eq!((answer.status.as_u16(), answer.header("content-language")), (401, None));
        assert!(answer.body.contains(r#""title":"Unauthorized""#), "{}", answer.body);
    }
}

#[tokio::test]
async fn a_hook_that_panics_has_nothing_to_say() {
    let app = serve(|gate| gate.wording(|_, _| panic!("a mistake of the application")));
    ask(&app, "GET /me", &[]).await.assert_denied(401, "credentials_missing", &["Bearer realm=\"api\""]);
}
