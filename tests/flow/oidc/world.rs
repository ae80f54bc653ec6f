//! An application whose users sign in by a provider, and the provider.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use authgate::oidc::{CookieKey, Login, LoginBuilder};
use authgate::right::{Acr, ConstStr, Factor, Fresh, factor};
use authgate::routing::{get, post};
use authgate::scheme::Issuer;
use authgate::session::{Session, Sessions};
use authgate::{Authenticated, Authorized, Gate, Router, public};
use authgate_tests::app::User;
use authgate_tests::ask::Answer;
use authgate_tests::jar::Jar;
use authgate_tests::provider::{PROVIDER, Provider, SigningKey};
use authgate_tests::session::Store;
use authgate_tests::token::now;
use aws_lc_rs::digest::{SHA256, digest};
use axum::body::Bytes;
use axum::http::{Request, Response, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

pub(super) const ORIGIN: &str = "https://app.example";
pub(super) const TOKEN: &str = "https://id.example/token";
pub(super) const KEY: &str = "a secret of at least 32 random bytes, for tests";
pub(super) const SESSION: &str = "__Host-session";

/// A request for the provider's page, as the browser sends it.
pub(super) type Asked = HashMap<String, String>;

/// The provider, and the codes that it has issued.
#[derive(Clone)]
pub(super) struct Idp {
    pub(super) provider: Provider,
    pub(super) key: Arc<SigningKey>,
    /// For each code: the request, and the answer of the token endpoint.
    codes: Arc<Mutex<HashMap<String, (Asked, Value)>>>,
}

pub(super) fn metadata() -> Value {
    json!({
        "issuer": PROVIDER,
        "jwks_uri": "https://id.example/jwks",
        "authorization_endpoint": "https://id.example/auth",
        "token_endpoint": TOKEN,
        "end_session_endpoint": "https://id.example/logout",
        "authorization_response_iss_parameter_supported": true,
    })
}

impl Idp {
    pub(super) fn new() -> Self {
        let key = Arc::new(SigningKey::new("one"));
        let provider = Provider::new(&[&key]);
        let idp = Self { provider, key, codes: Arc::default() };
        idp.describe(&metadata());
        let answering = idp.clone();
        idp.provider.serve_with(TOKEN, move |request| answering.exchange(request));
        idp
    }

    pub(super) fn describe(&self, metadata: &Value) {
        self.provider.serve_json(&format!("{PROVIDER}/.well-known/openid-configuration"), metadata);
    }

    /// Answers as RFC 6749 section 4.1.3 and RFC 7636 section 4.6 require.
    fn exchange(&self, request: &Request<Bytes>) -> Response<Bytes> {
        let answer = |status: StatusCode, body: Value| {
            let mut response = Response::new(Bytes::from(body.to_string()));
            *response.status_mut() = status;
            response
        };
        let form = parsed(std::str::from_utf8(request.body()).unwrap());
        let field = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
        let basic = format!("Basic {}", STANDARD.encode("web:web+secret%26"));
        let is_basic = request.headers().get("authorization").is_some_and(|value| *value == *basic);
        let is_post = field("client_secret") == "web secret&" && field("client_id") == "web";
        if !is_basic && !is_post {
            return answer(StatusCode::UNAUTHORIZED, json!({ "error": "invalid_client" }));
        }
        let Some((asked, tokens)) = self.codes.lock().unwrap().remove(field("code")) else {
            return answer(StatusCode::BAD_REQUEST, json!({ "error": "invalid_grant" }));
        };
        let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, field("code_verifier").as_bytes()));
        if challenge != asked["code_challenge"] || field("redirect_uri") != asked["redirect_uri"] {
            return answer(StatusCode::BAD_REQUEST, json!({ "error": "invalid_grant" }));
        }
        answer(StatusCode::OK, tokens)
    }

    /// Returns the claims of an ID token for this request.
    pub(super) fn claims(asked: &Asked, over: &Value) -> Value {
        let mut claims = json!({
            "iss": PROVIDER, "aud": "web", "sub": "ada", "sid": "s-1", "nonce": asked["nonce"],
            "iat": now(), "exp": now() + 300, "auth_time": now(), "acr": "silver", "amr": ["pwd"],
            "roles": ["editor"],
        });
        for (name, value) in over.as_object().unwrap() {
            if value.is_null() {
                claims.as_object_mut().unwrap().remove(name);
            } else {
                claims[name] = value.clone();
            }
        }
        claims
    }

    /// Issues a code for which the token endpoint gives this answer.
    pub(super) fn code(&self, asked: &Asked, answer: &Value) -> String {
        let mut codes = self.codes.lock().unwrap();
        let code = format!("code-{}-{}", codes.len(), &asked["state"]);
        codes.insert(code.clone(), (asked.clone(), answer.clone()));
        code
    }

    /// Signs in, and returns the target of the callback.
    pub(super) fn answer(&self, asked: &Asked, over: &Value) -> String {
        self.answer_with(asked, &self.key.sign(&json!({}), &Self::claims(asked, over)))
    }

    /// Returns the target of the callback for this ID token.
    pub(super) fn answer_with(&self, asked: &Asked, id_token: &str) -> String {
        let tokens =
            json!({ "access_token": "an access token", "token_type": "Bearer", "id_token": id_token });
        format!("/callback?{}", self.response(asked, &tokens))
    }

    /// Returns the parameters of the answer.
    pub(super) fn response(&self, asked: &Asked, tokens: &Value) -> String {
        let code = self.code(asked, tokens);
        format!("code={code}&state={}&iss=https%3A%2F%2Fid.example", asked["state"])
    }
}

/// Parses a query or a form.
pub(super) fn parsed(text: &str) -> Asked {
    let decode = |text: &str| {
        let mut bytes = Vec::new();
        let mut rest = text.bytes();
        while let Some(byte) = rest.next() {
            match byte {
                b'+' => bytes.push(b' '),
                b'%' => {
                    let digits = [rest.next().unwrap(), rest.next().unwrap()];
                    bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
                }
                other => bytes.push(other),
            }
        }
        String::from_utf8(bytes).unwrap()
    };
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (decode(name), decode(value))).collect()
}

pub(super) struct Gold;

impl ConstStr for Gold {
    const TEXT: &'static str = "gold";
}

async fn me(user: Authenticated<User>) -> String {
    let context = user.context();
    let (issuer, sid) = (context.issuer().unwrap_or("-"), context.session_id().unwrap_or("-"));
    format!("{} {issuer} {sid} {}", user.sub, context.subject().unwrap_or("-"))
}

async fn fresh(_: Authorized<Fresh<300>, User>) {}
async fn gold(_: Authorized<Acr<Gold>, User>) {}
async fn otp(_: Authorized<Factor<factor::ByOtp>, User>) {}
async fn change(_: Authenticated<User>) {}

#[public(reason = "any visitor may have a cart")]
async fn buy(session: Session) {
    session.insert("cart", "a book").await.unwrap();
}

#[public(reason = "any visitor may have a cart")]
async fn cart(session: Session) -> String {
    session.get("cart").await.unwrap().unwrap_or_else(|| "nothing".to_owned())
}

pub(super) fn routes() -> Router<Gate<User>> {
    Router::new()
        .route("/me", get(me))
        .route("/fresh", get(fresh))
        .route("/gold", get(gold))
        .route("/otp", get(otp))
        .route("/change", post(change))
        .route("/buy", post(buy))
        .route("/cart", get(cart))
}

/// An application, its store and its provider.
#[derive(Clone)]
pub(super) struct Site {
    pub(super) app: axum::Router,
    pub(super) store: Store,
    pub(super) idp: Idp,
}

/// Returns the settings that the tests change.
pub(super) fn settings(idp: &Idp) -> LoginBuilder {
    settings_of(Issuer::discover(PROVIDER).fetched_by(idp.provider.clone()))
}

pub(super) fn settings_of(provider: Issuer) -> LoginBuilder {
    Login::with(provider).client("web", "web secret&").origin(ORIGIN).cookie_key(CookieKey::new(KEY).unwrap())
}

impl Site {
    pub(super) fn new() -> Self {
        Self::with(|login| login)
    }

    pub(super) fn with(set: impl FnOnce(LoginBuilder) -> LoginBuilder) -> Self {
        Self::of(&Idp::new(), &Store::default(), set)
    }

    /// Creates an application with this provider and session store, which several processes share.
    pub(super) fn of(idp: &Idp, store: &Store, set: impl FnOnce(LoginBuilder) -> LoginBuilder) -> Self {
        let login = set(settings(idp)).claims::<User>().unwrap();
        Self::of_login(idp, store, &login)
    }

    pub(super) fn of_login(idp: &Idp, store: &Store, login: &Login<User>) -> Self {
        let sessions = Sessions::new(store.clone());
        let gate = Gate::builder().scheme(sessions.scheme(login.clone()).realm("app")).build().unwrap();
        let routes = routes().merge(login.routes(&sessions)).layer(sessions.layer());
        Self { app: routes.with_state(gate), store: store.clone(), idp: idp.clone() }
    }

    /// Starts a login, and returns the request to the provider.
    pub(super) async fn start(&self, jar: &mut Jar, query: &str) -> Asked {
        let answer = jar.ask(&self.app, &format!("GET /login{query}")).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        asked(&answer)
    }

    /// Signs in with these claims overridden, and returns the answer of the callback.
    pub(super) async fn sign_in(&self, jar: &mut Jar, query: &str, over: &Value) -> Answer {
        let asked = self.start(jar, query).await;
        jar.ask(&self.app, &format!("GET {}", self.idp.answer(&asked, over))).await
    }

    /// Returns a browser with a signed-in user.
    pub(super) async fn signed_in(&self) -> Jar {
        let mut jar = Jar::default();
        let answer = self.sign_in(&mut jar, "", &json!({})).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (303, Some("/")), "{}", answer.body);
        jar
    }

    pub(super) async fn status(&self, jar: &mut Jar, line: &str) -> u16 {
        jar.ask(&self.app, line).await.status.as_u16()
    }
}

/// Returns the request to the provider that a redirect leads to.
pub(super) fn asked(answer: &Answer) -> Asked {
    let (endpoint, query) = answer.header("location").unwrap().split_once('?').unwrap();
    assert_eq!(endpoint, "https://id.example/auth");
    parsed(query)
}

/// Returns the number of cookies of logins in progress.
pub(super) fn open_logins(jar: &Jar) -> usize {
    jar.line().matches("__Host-login-").count()
}

/// The fields of a browser that navigates.
pub(super) const NAVIGATES: &[(&str, &str)] =
    &[("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document"), ("accept", "text/html")];
