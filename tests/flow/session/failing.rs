//! A store or account lookup that fails is 503 with `Retry-After`, and changes no session.
use authgate_tests::ask::Answer;
use authgate_tests::jar::Jar;
use authgate_tests::session::{COOKIE, Mood, Site};

#[track_caller]
fn assert_undecided(answer: &Answer) {
    answer.assert_denied(503, "undecided", &[]);
    assert!(answer.header("retry-after").is_some());
    assert_eq!(answer.header("set-cookie"), None);
}

#[tokio::test]
async fn store_read_failure_is_503() {
    for mood in [Mood::CannotLoad, Mood::Hangs] {
        let site = Site::new();
        let mut jar = site.signed_in("vera").await;
        site.store.be(mood);
        assert_undecided(&jar.ask(&site.app, "GET /me").await);
        assert_undecided(&jar.ask(&site.app, "GET /greet").await);
        Jar::default().ask(&site.app, "GET /greet").await.assert_is(200, "stranger");
        site.store.be(Mood::Well);
        jar.ask(&site.app, "GET /me").await.assert_is(200, "vera");
    }
}

#[tokio::test]
async fn sign_in_is_503_if_the_store_fails() {
    for mood in [Mood::CannotLoad, Mood::CannotWrite, Mood::Hangs] {
        let site = Site::new();
        let mut jar = Jar::default();
        jar.post(&site.app, "/buy", "").await;
        site.store.be(mood);
        assert_undecided(&jar.post(&site.app, "/login", "who=vera").await);
        site.store.be(Mood::Well);
        jar.ask(&site.app, "GET /greet").await.assert_is(200, "stranger");
        assert_eq!(jar.post(&site.app, "/login", "who=vera").await.status, 303);
        jar.ask(&site.app, "GET /me").await.assert_is(200, "vera");
    }
}

/// A 200 would claim that the session has ended.
#[tokio::test]
async fn sign_out_is_503_if_the_store_fails() {
    for mood in [Mood::CannotWrite, Mood::Hangs] {
        let site = Site::new();
        let mut jar = site.signed_in("vera").await;
        site.store.be(mood);
        let answer = jar.post(&site.app, "/logout", "").await;
        assert_undecided(&answer);
        site.store.be(Mood::Well);
        jar.ask(&site.app, "GET /me").await.assert_is(200, "vera");
        assert_eq!(jar.post(&site.app, "/logout", "").await.status, 200);
        assert_eq!(site.store.sessions(), 0);
    }
}

#[tokio::test]
async fn unsaved_session_data_is_503() {
    let site = Site::new();
    let mut jar = site.signed_in("vera").await;
    site.store.be(Mood::CannotWrite);
    assert_undecided(&jar.post(&site.app, "/buy", "").await);
    assert_undecided(&Jar::default().post(&site.app, "/buy", "").await);
}

#[tokio::test]
async fn failed_session_extension_does_not_deny_the_request() {
    let site = Site::new();
    let mut jar = site.signed_in("vera").await;
    site.store.make_idle(std::time::Duration::from_secs(600));
    site.store.be(Mood::CannotWrite);
    jar.ask(&site.app, "GET /me").await.assert_is(200, "vera");
}

/// A failed operation is not completed by a second write when the response is sent.
#[tokio::test]
async fn failed_sign_in_or_sign_out_is_not_completed_later() {
    let site = Site::new();
    let mut jar = Jar::default();
    site.store.be(Mood::CannotWriteOnce);
    assert_undecided(&jar.post(&site.app, "/login", "who=vera").await);
    assert_eq!((jar.get(COOKIE), site.store.sessions()), (None, 0));
    let mut jar = site.signed_in("vera").await;
    jar.post(&site.app, "/buy", "").await;
    site.store.be(Mood::CannotWriteOnce);
    assert_undecided(&jar.post(&site.app, "/logout", "").await);
    jar.ask(&site.app, "GET /me").await.assert_is(200, "vera");
    jar.ask(&site.app, "GET /cart").await.assert_is(200, "a book");
}

/// An unreadable session stays unreadable, so its owner must be able to sign in again.
#[tokio::test]
async fn unreadable_session_is_401_and_does_not_block_sign_in() {
    let site = Site::new();
    let mut jar = site.signed_in("vera").await;
    site.store.be(Mood::Garbled);
    jar.ask(&site.app, "GET /me").await.assert_denied(401, "credentials_missing", &["Cookie realm=\"app\""]);
    assert_eq!(jar.post(&site.app, "/login", "who=vera").await.status, 503, "nor can a new one be read");
    site.store.be(Mood::Well);
    site.store.spoil();
    let answer = jar.ask(&site.app, "GET /me").await;
    answer.assert_denied(401, "credentials_rejected", &["Cookie realm=\"app\""]);
    assert_eq!(jar.post(&site.app, "/login", "who=vera").await.status, 303);
    jar.ask(&site.app, "GET /me").await.assert_is(200, "vera");
}

#[tokio::test]
async fn account_lookup_failure_is_503() {
    let site = Site::new();
    let mut jar = site.signed_in("vera").await;
    site.people.change(|people| *people = None);
    assert_undecided(&jar.ask(&site.app, "GET /me").await);
    assert_undecided(&jar.post(&site.app, "/login", "who=vera").await);
    assert_eq!(site.store.sessions(), 1, "nobody is signed out by it");
}

#[tokio::test]
async fn missing_session_layer_is_503() {
    let site = Site::with(|sessions| sessions, false);
    let mut jar = Jar::default();
    assert_undecided(&jar.post(&site.app, "/login", "who=vera").await);
    jar.set(COOKIE, "AAAAAAAAAAAAAAAAAAAAAA");
    assert_undecided(&jar.ask(&site.app, "GET /me").await);
}

#[tokio::test]
async fn invalid_configuration_is_a_config_error() {
    use authgate::Gate;
    use authgate::session::Sessions;
    use authgate_tests::session::People;
    for (sessions, realm, part) in [
        (Sessions::in_memory(), "", "the realm"),
        (Sessions::in_memory(), "a\"b", "the realm"),
        (Sessions::in_memory().named("a b"), "app", "invalid cookie name"),
        (
            Sessions::in_memory().dangerous("").without_secure(),
            "app",
            "the reason of `without_secure` is blank",
        ),
    ] {
        let built = Gate::builder().scheme(sessions.scheme(People::default()).realm(realm)).build();
        let error = built.unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }
}
