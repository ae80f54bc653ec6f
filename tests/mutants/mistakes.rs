//! The mistakes.

/// The check that detects a mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Catches {
    /// The unchanged example, in which no check finds anything.
    Nothing,
    Compiler,
    /// The lock differs from the reviewed one, and the router matches the new lock.
    Lock,
    /// The lock matches the reviewed one, but the router does not match the lock.
    Probe,
    Both,
}

impl Catches {
    pub(crate) const fn words(self) -> &'static [&'static str] {
        match self {
            Self::Nothing => &["nothing"],
            Self::Compiler => &["compiler"],
            Self::Lock => &["lock"],
            Self::Probe => &["probe"],
            Self::Both => &["lock", "probe"],
        }
    }
}

/// A mistake, as pairs of a text and its replacement.
pub(crate) struct Mistake {
    pub(crate) name: &'static str,
    pub(crate) what: &'static str,
    pub(crate) edits: &'static [(&'static str, &'static str)],
    pub(crate) caught_by: Catches,
    /// The expected compiler error, if the compiler detects the mistake.
    pub(crate) told: &'static str,
}

const fn mistake(
    name: &'static str,
    what: &'static str,
    caught_by: Catches,
    edits: &'static [(&'static str, &'static str)],
) -> Mistake {
    Mistake { name, what, edits, caught_by, told: "" }
}

const fn compile_error(
    name: &'static str,
    what: &'static str,
    told: &'static str,
    edits: &'static [(&'static str, &'static str)],
) -> Mistake {
    Mistake { name, what, edits, caught_by: Catches::Compiler, told }
}

/// The end of the routes.
const END: &str = r#"        .route("/orgs/{org}/documents/{id}/share", post(share))
"#;

/// The attribute of the handler that reads a document.
const READ: &str = "#[requires(role = \"member\", in = Org, policy = CanRead, on = Child<Org, Document>, conceal)]\nasync fn read(";
const LIST: &str = "#[requires(role = \"member\", in = Org, conceal)]\nasync fn list(";
const CREATE: &str = "#[requires(role = \"member\", in = Org, conceal)]\nasync fn create(";

pub(crate) const MISTAKES: &[Mistake] = &[
    mistake("no_mistake", "the unchanged example", Catches::Nothing, &[]),
    // A wrong role.
    mistake(
        "a_role_swapped",
        "deleting requires an admin and a member",
        Catches::Both,
        &[("#[requires(role = \"member\", in = Org, fresh", "#[requires(role = \"admin\", in = Org, fresh")],
    ),
    mistake(
        "an_or_for_an_and",
        "creating requires a member, or a login within five minutes",
        Catches::Both,
        &[
            (CREATE, "async fn create("),
            (
                "    member: Authorized<_>,\n    State(store): State<Store>,\n    Json(draft): Json<Draft>,\n) -> Result<(StatusCode, Json<Document>), Failed> {\n    Ok((StatusCode::CREATED, Json(store.create(&member, draft).await?)))",
                "    member: Authorized<authgate::right::Any<(authgate::right::In<Org, role::Member>, authgate::right::Fresh<300>)>, User>,\n    State(store): State<Store>,\n    Json(draft): Json<Draft>,\n) -> Result<(StatusCode, Json<Document>), Failed> {\n    let _ = (member, draft, store);\n    unreachable!()",
            ),
        ],
    ),
    mistake(
        "a_hierarchy_grown",
        "a member implies an admin",
        Catches::Both,
        &[(
            "    Member,\n    #[role(implies(Member))]\n    Admin,",
            "    #[role(implies(Admin))]\n    Member,\n    Admin,",
        )],
    ),
    mistake(
        "a_login_that_may_be_old",
        "deleting no longer requires a fresh login",
        Catches::Both,
        &[("in = Org, fresh = \"5m\", policy = CanDelete", "in = Org, policy = CanDelete")],
    ),
    mistake(
        "a_policy_swapped",
        "sharing requires only the right to read",
        Catches::Lock,
        &[
            (
                "policy = CanShare, on = Child<Org, Document>, conceal = CanRead)]",
                "policy = CanRead, on = Child<Org, Document>, conceal = CanRead)]",
            ),
            ("    store.share(&document, share).await?;\n", "    let _ = (document, share, store);\n"),
        ],
    ),
    mistake(
        "a_tenant_forgotten",
        "listing requires only authentication",
        Catches::Both,
        &[
            (LIST, "async fn list("),
            (
                "    member: Authorized<_>,\n    State(store): State<Store>,\n) -> Result<Json<Granted<CanRead, Page<Document>>>, Failed> {\n    Ok(Json(store.documents(member).await?))",
                "    member: Authenticated<User>,\n    State(store): State<Store>,\n) -> Result<Json<Granted<CanRead, Page<Document>>>, Failed> {\n    let _ = (member, store);\n    unreachable!()",
            ),
        ],
    ),
    // A missing declaration.
    compile_error(
        "a_declaration_removed",
        "a handler takes the path without a proof",
        "this handler does not declare who may call it",
        &[(
            "async fn me(user: Authenticated<User>) -> Json<Value> {\n    Json(json!({ \"sub\": user.sub, \"orgs\": user.orgs }))",
            "async fn me() -> Json<Value> {\n    Json(json!({}))",
        )],
    ),
    compile_error(
        "an_attribute_removed",
        "a handler has lost its `#[requires]`",
        "the placeholder `_` is not allowed within types",
        &[(LIST, "async fn list(")],
    ),
    mistake(
        "a_declaration_made_optional",
        "a handler takes an optional caller",
        Catches::Both,
        &[(
            "async fn me(user: Authenticated<User>) -> Json<Value> {\n    Json(json!({ \"sub\": user.sub, \"orgs\": user.orgs }))",
            "#[public(reason = \"it asks inside\")]\nasync fn me(user: Option<Authenticated<User>>) -> Json<Value> {\n    Json(json!({ \"sub\": user.map(|user| user.sub.clone()) }))",
        )],
    ),
    // A route without a check.
    mistake(
        "a_route_made_public",
        "every caller may call `/me`",
        Catches::Both,
        &[(
            "async fn me(user: Authenticated<User>) -> Json<Value> {\n    Json(json!({ \"sub\": user.sub, \"orgs\": user.orgs }))",
            "#[public(reason = \"why not\")]\nasync fn me() -> Json<Value> {\n    Json(json!({}))",
        )],
    ),
    mistake(
        "a_route_added",
        "a public route without a review",
        Catches::Both,
        &[(
            END,
            "        .route(\"/orgs/{org}/documents/{id}/share\", post(share))\n        .route(\"/debug\", get(health))\n",
        )],
    ),
    mistake(
        "a_part_ungated",
        "`/me` belongs to a plain axum router",
        Catches::Both,
        &[(
            "        .route(\"/me\", get(me))\n",
            "        .ungated(\"/me\", \"moved\", axum::Router::new())\n",
        )],
    ),
    compile_error(
        "a_plain_router_merged",
        "the routes of a plain axum router are merged",
        "expected an `authgate::Router` with the state",
        &[(
            END,
            "        .route(\"/orgs/{org}/documents/{id}/share\", post(share))\n        .merge(axum::Router::new())\n",
        )],
    ),
    mistake("a_route_gone", "`/me` is removed", Catches::Both, &[("        .route(\"/me\", get(me))\n", "")]),
    // A missing challenge, and other changes to responses.
    mistake(
        "the_challenge_dropped",
        "a layer removes `WWW-Authenticate`",
        Catches::Probe,
        &[(
            END,
            "        .route(\"/orgs/{org}/documents/{id}/share\", post(share))\n        .layer(axum::middleware::map_response(|mut response: Response| async move {\n            response.headers_mut().remove(\"www-authenticate\");\n            response\n        }))\n",
        )],
    ),
    mistake(
        "a_denial_with_200",
        "a layer turns every 401 into a page with 200",
        Catches::Probe,
        &[(
            END,
            "        .route(\"/orgs/{org}/documents/{id}/share\", post(share))\n        .layer(axum::middleware::map_response(|response: Response| async move {\n            if response.status() == StatusCode::UNAUTHORIZED { \"please sign in\".into_response() } else { response }\n        }))\n",
        )],
    ),
    mistake(
        "a_denial_that_is_kept",
        "a layer allows caching of every response",
        Catches::Probe,
        &[(
            END,
            "        .route(\"/orgs/{org}/documents/{id}/share\", post(share))\n        .layer(axum::middleware::map_response(|mut response: Response| async move {\n            response.headers_mut().insert(\"cache-control\", axum::http::HeaderValue::from_static(\"max-age=60\"));\n            response\n        }))\n",
        )],
    ),
    mistake(
        "a_hidden_thing_told",
        "a layer marks a 404 for an existing resource",
        Catches::Probe,
        &[(
            END,
            "        .route(\"/orgs/{org}/documents/{id}/share\", post(share))\n        .layer(axum::middleware::from_fn(|request: axum::extract::Request, next: axum::middleware::Next| async move {\n            let known = request.uri().path().ends_with(\"/2\");\n            let mut response = next.run(request).await;\n            if known {\n                response.headers_mut().insert(\"x-known\", axum::http::HeaderValue::from_static(\"1\"));\n            }\n            response\n        }))\n",
        )],
    ),
    mistake(
        "concealment_dropped",
        "a caller who may not read learns that the resource exists",
        Catches::Both,
        &[(
            READ,
            "#[requires(role = \"member\", in = Org, policy = CanRead, on = Child<Org, Document>)]\nasync fn read(",
        )],
    ),
    // A handler that runs before its check.
    compile_error(
        "a_body_read_first",
        "the body is read before authentication",
        "error",
        &[
            (
                "    member: Authorized<_>,\n    State(store): State<Store>,\n    Json(draft): Json<Draft>,\n",
                "    State(store): State<Store>,\n    member: Authorized<authgate::right::In<Org, role::Member>>,\n    Json(draft): Json<Draft>,\n",
            ),
            (CREATE, "async fn create("),
        ],
    ),
    mistake(
        "a_layer_that_answers",
        "a layer answers `/me` before authentication",
        Catches::Probe,
        &[(
            END,
            "        .route(\"/orgs/{org}/documents/{id}/share\", post(share))\n        .layer(axum::middleware::from_fn(|request: axum::extract::Request, next: axum::middleware::Next| async move {\n            if request.uri().path() == \"/me\" { \"cached\".into_response() } else { next.run(request).await }\n        }))\n",
        )],
    ),
    mistake(
        "a_path_looked_at_first",
        "a layer rejects a content type before authentication",
        Catches::Probe,
        &[(
            END,
            "        .route(\"/orgs/{org}/documents/{id}/share\", post(share))\n        .layer(axum::middleware::from_fn(|request: axum::extract::Request, next: axum::middleware::Next| async move {\n            if request.headers().get(\"content-type\").is_some_and(|kind| kind != \"application/json\") {\n                return StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response();\n            }\n            next.run(request).await\n        }))\n",
        )],
    ),
];
