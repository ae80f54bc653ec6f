//! Probes, metrics, and the style sheet.

use std::time::Duration;

use authgate::public;
use authgate_redis::Shared;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use metrics_exporter_prometheus::PrometheusHandle;

use crate::db::Db;
use crate::error::problem;
use crate::layout;

#[public(reason = "liveness probe")]
pub async fn health() -> &'static str {
    "ok"
}

/// Responds with 503 while the database or Redis does not respond. Other requests then get 503,
/// too.
#[public(reason = "readiness probe")]
pub async fn ready(State(db): State<Db>, State(redis): State<Option<Shared>>) -> (StatusCode, &'static str) {
    let query = sqlx::query("SELECT 1").execute(&db);
    if !matches!(tokio::time::timeout(Duration::from_secs(1), query).await, Ok(Ok(_))) {
        return (StatusCode::SERVICE_UNAVAILABLE, "the database does not respond");
    }
    match redis {
        Some(redis) if redis.health().await.is_err() => {
            (StatusCode::SERVICE_UNAVAILABLE, "Redis does not respond")
        }
        _ => (StatusCode::OK, "ready"),
    }
}

#[public(reason = "counts without names; the proxy lets only Prometheus reach it")]
pub async fn metrics(State(handle): State<PrometheusHandle>) -> String {
    handle.run_upkeep();
    handle.render()
}

#[public(reason = "crawlers read it first")]
pub async fn robots() -> &'static str {
    "User-agent: *\nDisallow: /\n"
}

#[public(reason = "the style of all pages")]
pub async fn style() -> impl IntoResponse {
    let fields = [(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, "public, max-age=3600")];
    (fields, include_str!("style.css"))
}

#[public(reason = "paths that do not exist")]
pub async fn not_found(headers: HeaderMap) -> Response {
    let sentence = "There is nothing here, or you may not see it.";
    let accept = headers.get("accept").and_then(|value| value.to_str().ok()).unwrap_or_default();
    if accept.contains("text/html") {
        (StatusCode::NOT_FOUND, layout::error(StatusCode::NOT_FOUND, sentence, None)).into_response()
    } else {
        problem(StatusCode::NOT_FOUND, sentence)
    }
}
