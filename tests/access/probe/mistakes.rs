//! Routers with one mistake each.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use authgate::testing::Report;
use authgate::{Authenticated, Authorized, Router, public, requires, routing::get};
use authgate_tests::app::{App, Role, Scope, User, role, routes};
use axum::extract::Request;
use axum::middleware::{Next, from_fn, map_response};
use axum::response::Response;
use http::{HeaderValue, StatusCode};

use super::{app, failures, probe_own_lock, probed};

#[requires(role = "admin")]
async fn purge() {}

#[public(reason = "any caller")]
async fn open() {}

#[public(reason = "any caller")]
async fn open_with_optional_caller(_: Option<Authenticated<User>>) {}

async fn me(_: Authenticated<User>) {}

async fn edit(_: Authorized<role::Editor>) {}

const RIGHTS: &str = "access.lock v1\nrole viewer\nrole editor > viewer\nrole admin > editor\n\
                      scope reports:read\nscope reports:write\n";

/// Probes a router with one route against this line of a lock.
async fn probe_route(router: Router<App>, line: &str) -> Report {
    probed(router, app(), &format!("{RIGHTS}{line}\n")).await
}

fn assert_failure(report: &Report, who: &str, expected: &str, got: &str) {
    assert!(failures(report).contains(&(who, expected, got)), "{report}");
}

#[tokio::test]
async fn weaker_role_is_reported() {
    let report = probe_route(Router::new().route("/x", get(edit)), "GET /x role:admin").await;
    let who: Vec<_> = failures(&report).into_iter().map(|(who, ..)| who).collect();
    assert!(who.iter().all(|who| who.contains("editor")), "{report}");
    assert_failure(&report, "role editor", "403", "admitted");
    let text = report.to_string();
    assert!(text.starts_with("GET     /x                       role:admin   ("), "{text}");
    assert!(text.contains("probe/mistakes.rs:"), "{text}");
    assert!(
        text.contains("    expected 403, got admitted: role editor; role editor, without scopes\n"),
        "{text}"
    );
    assert!(text.contains(" responses differ from "), "{text}");
}

#[tokio::test]
async fn stronger_role_is_reported() {
    let report = probe_route(Router::new().route("/x", get(purge)), "GET /x role:editor").await;
    assert_failure(&report, "role editor", "admitted", "403 role_missing");
    assert!(!failures(&report).iter().any(|(who, ..)| who.contains("viewer")), "{report}");
}

#[tokio::test]
async fn public_route_is_reported_for_every_locked_rule() {
    for line in ["GET /x authenticated User", "GET /x role:viewer", "GET /x role:admin conceal"] {
        for router in
            [Router::new().route("/x", get(open)), Router::new().route("/x", get(open_with_optional_caller))]
        {
            let report = probe_route(router, line).await;
            assert_failure(&report, "anonymous", "401", "admitted");
        }
    }
}

#[tokio::test]
async fn unexpected_authentication_is_reported() {
    let report = probe_route(Router::new().route("/x", get(me)), "GET /x public \"any caller\"").await;
    assert_failure(&report, "anonymous", "admitted", "401 credentials_missing");
}

#[tokio::test]
async fn unexpected_ungated_router_is_reported() {
    let router = Router::new().ungated("/files", "moved", axum::Router::new());
    let report = probe_route(router, "* /files/{*} role:admin").await;
    assert_failure(&report, "all callers", "a gate", "no gate");
}

#[tokio::test]
async fn routes_missing_in_lock_or_router_are_reported() {
    let report = probe_route(Router::new().route("/x", get(me)), "GET /y authenticated User").await;
    assert_failure(&report, "all callers", "the route in the lock", "no route in the router");
    assert_failure(&report, "all callers", "no route in the lock", "a route in the router");
}

#[tokio::test]
async fn additional_implication_is_reported() {
    let lock = "access.lock v1\nrole viewer\nrole editor\nrole admin > editor\nscope reports:read\n\
                scope reports:write\nGET /x role:viewer\n";
    #[requires(role = "viewer")]
    async fn view() {}
    let report = probed(Router::new().route("/x", get(view)), app(), lock).await;
    assert_failure(&report, "role editor", "403", "admitted");
}

#[tokio::test]
async fn unchecked_scope_is_reported() {
    let report =
        probe_route(Router::new().route("/x", get(edit)), "GET /x role:editor & scope:reports:write").await;
    assert_failure(&report, "role editor, without scope reports:write", "403", "admitted");
    assert_failure(&report, "role editor, without scopes", "403", "admitted");
}

#[tokio::test]
async fn unchecked_login_age_or_strength_is_reported() {
    for (rule, who) in [
        ("fresh:300s", "every right, after an old login"),
        ("fresh:300s", "every right, at an unknown time"),
        ("acr:gold", "every right, without a class of login"),
        ("acr:gold", "every right, by another class of login"),
        ("factor:otp", "every right, without the factor otp"),
    ] {
        let rights =
            if rule.starts_with("factor") { format!("{RIGHTS}factor otp\n") } else { RIGHTS.to_owned() };
        let lock = format!("{rights}GET /x role:editor & {rule}\n");
        let report = probed(Router::new().route("/x", get(edit)), app(), &lock).await;
        assert_failure(&report, who, "401 for a step-up", "admitted");
    }
}

#[tokio::test]
async fn any_instead_of_all_is_reported() {
    #[requires(any(role = "editor", scope = "reports:write"))]
    async fn either() {}
    let report =
        probe_route(Router::new().route("/x", get(either)), "GET /x role:editor & scope:reports:write").await;
    assert_failure(&report, "scope reports:write alone", "403", "admitted");
    assert_failure(&report, "role editor, without scopes", "403", "admitted");
}

async fn probe_changed_responses(change: fn(Response) -> Response) -> Report {
    let layer = map_response(move |response: Response| async move { change(response) });
    probe_own_lock(Router::new().route("/x", get(edit)).layer(layer), app()).await
}

#[tokio::test]
async fn responses_changed_by_a_layer_are_reported() {
    let no_challenge = |mut response: Response| {
        response.headers_mut().remove("www-authenticate");
        response
    };
    assert_failure(
        &probe_changed_responses(no_challenge).await,
        "anonymous",
        "401",
        "401 without a challenge",
    );
    let other = |mut response: Response| {
        response.headers_mut().insert("www-authenticate", HeaderValue::from_static("Negotiate"));
        response
    };
    let told = "401 with a challenge of Negotiate, which the route does not accept";
    assert_failure(&probe_changed_responses(other).await, "anonymous", "401", told);
    let kept = |mut response: Response| {
        response.headers_mut().remove("cache-control");
        response
    };
    assert_failure(&probe_changed_responses(kept).await, "role viewer", "403", "403 that caches may store");
    let fine = |response: Response| if response.status() == 401 { Response::default() } else { response };
    assert_failure(&probe_changed_responses(fine).await, "anonymous", "401", "200, not from authgate");
    let softened = |mut response: Response| {
        *response.status_mut() = StatusCode::OK;
        response
    };
    let report = probe_changed_responses(softened).await;
    assert_failure(&report, "anonymous", "401", "200 credentials_missing");
    assert_failure(&report, "role viewer", "403", "200 role_missing");
    let no_error = |mut response: Response| {
        if response.status() == 401 {
            response.headers_mut().insert("www-authenticate", HeaderValue::from_static("Bearer realm=\"x\""));
        }
        response
    };
    let told = "401 without an `error` for an invalid token";
    assert_failure(&probe_changed_responses(no_error).await, "an expired token", "401", told);
}

#[tokio::test]
async fn panic_is_reported_and_does_not_stop_the_probe() {
    let layer = from_fn(|request: Request, next: Next| async move {
        assert!(request.headers().contains_key("authorization"), "what is wrong with the layer");
        next.run(request).await
    });
    let report = probe_own_lock(Router::new().route("/x", get(edit)).layer(layer), app()).await;
    assert_failure(&report, "anonymous", "401", "a panic");
    assert!(!failures(&report).iter().any(|(who, ..)| *who == "role admin"), "{report}");
}

/// The probe stops waiting for a hanging route once per route, not once per caller.
#[tokio::test(start_paused = true)]
async fn hanging_route_costs_one_timeout() {
    let layer = from_fn(|_: Request, _: Next| std::future::pending::<Response>());
    let router = Router::new().route("/x", get(edit).post(me)).layer(layer);
    let started = tokio::time::Instant::now();
    let report = probe_own_lock(router, app()).await;
    assert_failure(&report, "anonymous", "401", "no response within 10 s");
    assert_eq!(report.failures().len(), 2, "{report}");
    assert!(started.elapsed() < Duration::from_secs(25), "{:?}", started.elapsed());
}

#[tokio::test]
async fn layer_that_rebuilds_the_request_is_reported() {
    // A layer that builds a new request drops the probe's marker, so the caller is anonymous.
    let layer = from_fn(|request: Request, next: Next| async move {
        let mut anew = Request::new(axum::body::Body::empty());
        *anew.uri_mut() = request.uri().clone();
        next.run(anew).await
    });
    let report = probe_own_lock(Router::new().route("/x", get(open)).layer(layer), app()).await;
    assert_failure(&report, "anonymous", "admitted", "200, not from authgate");
}

#[tokio::test]
async fn layer_that_changes_the_uri_after_routing_passes() {
    let layer = from_fn(|mut request: Request, next: Next| async move {
        *request.uri_mut() = "/y".parse().unwrap();
        next.run(request).await
    });
    let inner: Router<App> = Router::new().route("/x", get(me)).route("/y", get(me));
    let router: Router<App> = Router::new().fallback(open).nest("/a", inner.layer(layer));
    // The route is selected before the layer runs, so the layer has no effect.
    probe_own_lock(router, app()).await.assert_clean();
}

#[tokio::test]
async fn unreadable_lock_is_reported() {
    for (lock, told) in [
        ("access.lock v9\n", "version"),
        ("access.lock v1\nGET /x role:nobody\n", "nobody"),
        ("access.lock v1\n<<<<<<< ours\n", "conflict"),
        ("", "access.lock v1"),
    ] {
        let report = probed(routes(), app(), lock).await;
        let [(who, expected, got)] = failures(&report)[..] else { panic!("{report}") };
        assert_eq!((who, expected), ("the lock", "a reviewed lock"));
        assert!(got.contains(told), "{got}");
        assert_eq!(report.requests(), 0);
    }
    let report = authgate::testing::probe(routes(), app(), "no/such.lock").await;
    assert!(report.to_string().contains("No such file"), "{report}");
}

#[tokio::test]
async fn empty_report_is_not_clean() {
    let report = probed(Router::<App>::new(), app(), "access.lock v1\n").await;
    let assert = catch_unwind(AssertUnwindSafe(|| report.assert_clean()));
    assert!(assert.is_err(), "{report}");
}
