//! A small part of an OpenFGA server: the relations of an object, and the request `Check`.

use std::error::Error;

use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;

#[derive(Deserialize)]
struct Check {
    tuple_key: Tuple,
}

#[derive(Deserialize)]
struct Tuple {
    user: String,
    relation: String,
    object: String,
}

/// The relationships that were written.
const WRITTEN: [[&str; 3]; 4] = [
    ["user:ada", "editor", "document:1"],
    ["user:eve", "viewer", "document:1"],
    ["user:eve", "editor", "document:2"],
    ["user:ada", "author", "library:main"],
];

/// The relations of the authorization model, each with those that include it.
fn including(relation: &str) -> Option<&'static [&'static str]> {
    match relation {
        "viewer" => Some(&["viewer", "editor"]),
        "editor" => Some(&["editor"]),
        "author" => Some(&["author"]),
        _ => None,
    }
}

async fn check(Path(_store): Path<String>, Json(asked): Json<Check>) -> (StatusCode, Json<Value>) {
    let Tuple { user, relation, object } = asked.tuple_key;
    let Some(including) = including(&relation) else {
        return (StatusCode::BAD_REQUEST, Json(json!({ "code": "validation_error" })));
    };
    let is_written = |relation: &&str| WRITTEN.contains(&[user.as_str(), relation, object.as_str()]);
    (StatusCode::OK, Json(json!({ "allowed": including.iter().any(is_written) })))
}

/// Serves it on an unused port, and returns the URL.
pub async fn serve() -> Result<String, Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    let app = Router::new().route("/stores/{store}/check", post(check));
    tokio::spawn(async move { axum::serve(listener, app).await });
    Ok(url)
}
