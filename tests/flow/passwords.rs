//! Passwords checked against stored hashes, and the users of an htpasswd file.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use authgate::Gate;
use authgate::password::{Htpasswd, PasswordError, Passwords};
use authgate::scheme::{Basic, Login, Users as _};
use authgate_tests::app::{App, Ran, User, routes};
use authgate_tests::ask::ask;
use tokio::time::timeout;
use tracing::Level;

use crate::events::capture::capture;

/// Returns a hash of this cost that no password matches.
fn bcrypt(cost: u32) -> String {
    format!("$2b${cost:02}${}", ".".repeat(53))
}

/// Long enough for slow machines.
const PATIENCE: Duration = Duration::from_secs(60);

/// Allows one hash at a time and no queue. The duration of a hash is measured first, so that
/// attempts start in the order of the calls.
async fn one_slot_passwords() -> Passwords {
    let passwords = Passwords::new().at_once(1).waiting(0).patience(PATIENCE);
    assert_eq!(passwords.verify("first", None, "x").await, Ok(false));
    passwords
}

/// The bcrypt hash of `right`, with cost 8.
const RIGHT: &str = "$2b$08$N9qo8uLOickgx2ZMRZoMyeopD/Ds7M4I7i05ozg/nGHtBa1lVoBB6";

async fn hash(password: &str) -> String {
    Passwords::new().hash(password).await.unwrap()
}

fn user(name: &str) -> User {
    User::new(name, &[], &[])
}

#[tokio::test]
async fn hash_is_salted_and_verifies_only_its_password() {
    let passwords = Passwords::new();
    let stored = passwords.hash("пароль:42").await.unwrap();
    assert_ne!(passwords.hash("пароль:42").await.unwrap(), stored, "the salt is another");
    assert_eq!(passwords.verify("vera", Some(&stored), "пароль:42").await, Ok(true));
    for wrong in ["", "пароль:4", "пароль:42 ", "ПАРОЛЬ:42"] {
        assert_eq!(passwords.verify("vera", Some(&stored), wrong).await, Ok(false), "{wrong}");
    }
}

#[tokio::test(start_paused = true)]
async fn unfit_password_is_rejected_without_hashing() {
    let stored = hash(&"x".repeat(1024)).await;
    assert_eq!(one_slot_passwords().await.verify("vera", Some(&stored), &"x".repeat(1024)).await, Ok(true));
    let passwords = one_slot_passwords().await;
    let longer = "x".repeat(1025);
    // Another attempt occupies the only slot. The following attempts do not need one.
    let (busy, longer, nul) = tokio::join!(
        passwords.verify("ada", None, "x"),
        passwords.verify("vera", Some(&stored), &longer),
        passwords.verify("vera", Some(&stored), "x\0y"),
    );
    assert_eq!((busy, longer, nul), (Ok(false), Ok(false), Ok(false)));
    for unfit in ["", "a\0b", &"x".repeat(1025)] {
        assert_eq!(passwords.hash(unfit).await, Err(PasswordError::Unfit));
    }
}

/// Neither the slots that are used nor the response reveals whether the user exists.
#[tokio::test(start_paused = true)]
async fn unknown_user_costs_a_hash_like_a_wrong_password() {
    let (passwords, stored) = (one_slot_passwords().await, hash("right").await);
    for first in [Some(stored.as_str()), None] {
        for second in [Some(stored.as_str()), None] {
            let (first, second) = tokio::join!(
                passwords.verify("ada", first, "wrong"),
                passwords.verify("bob", second, "wrong")
            );
            assert_eq!((first, second), (Ok(false), Err(PasswordError::Busy)), "both want a place");
        }
    }
    assert!(matches!(passwords.login("vera", Some((&stored, user("vera"))), "wrong").await, Login::Wrong));
    assert!(matches!(
        passwords.login("vera", Some((&stored, user("vera"))), "right").await,
        Login::Verified(_)
    ));
    let passwords = one_slot_passwords().await;
    assert!(matches!(passwords.login("eve", None::<(String, User)>, "right").await, Login::Unknown));
}

/// If unknown names could fill the queue for known names, all of these logins would fail.
#[tokio::test(start_paused = true)]
async fn valid_login_succeeds_during_a_flood_of_unknown_names() {
    let passwords = Passwords::new().at_once(1).like(&bcrypt(8)).unwrap();
    let stored = RIGHT;
    let flood = (0..200).map(|number| {
        let passwords = passwords.clone();
        tokio::spawn(async move { passwords.verify(&format!("unknown{number}"), None, "x").await })
    });
    let flood: Vec<_> = flood.collect();
    // First logins behind the flood, one for each user.
    for number in 0..5 {
        let right = passwords.verify(&format!("known{number}"), Some(stored), "right").await;
        assert_eq!(right, Ok(true), "{number}");
    }
    for answer in flood {
        assert!(matches!(answer.await.unwrap(), Ok(false) | Err(PasswordError::Busy)));
    }
}

#[tokio::test(start_paused = true)]
async fn repeated_login_succeeds_during_a_flood_of_known_names() {
    let passwords = Passwords::new().at_once(1).waiting(2).like(&bcrypt(8)).unwrap();
    let stored = RIGHT;
    assert_eq!(passwords.verify("vera", Some(stored), "right").await, Ok(true));
    let flood = (0..200).map(|number| {
        let passwords = passwords.clone();
        tokio::spawn(async move { passwords.verify(&format!("known{number}"), Some(&bcrypt(8)), "x").await })
    });
    let flood: Vec<_> = flood.collect();
    tokio::task::yield_now().await;
    assert_eq!(passwords.verify("vera", Some(stored), "wrong").await, Err(PasswordError::Busy), "it is full");
    assert_eq!(passwords.verify("vera", Some(stored), "right").await, Ok(true));
    for answer in flood {
        assert!(matches!(answer.await.unwrap(), Ok(false) | Err(PasswordError::Busy)));
    }
}

#[tokio::test]
async fn cancelled_verification_holds_its_slot_until_the_hash_is_done() {
    let passwords = one_slot_passwords().await.like(&bcrypt(13)).unwrap();
    // Measures the decoy hash.
    assert_eq!(passwords.verify("ada", None, "x").await, Ok(false));
    let gone = timeout(Duration::from_millis(20), passwords.verify("bob", Some(&bcrypt(13)), "x")).await;
    assert!(gone.is_err());
    let clone = passwords.clone();
    let (eve, adam) = tokio::join!(passwords.verify("eve", None, "x"), clone.verify("adam", None, "x"));
    let busy = Err(PasswordError::Busy);
    assert_eq!((&eve, &adam), (&busy, &busy), "a clone shares the bounds");
}

#[tokio::test(start_paused = true)]
async fn queue_is_bounded_by_the_waiting_limit() {
    let passwords = Passwords::new().at_once(1).waiting(2).patience(PATIENCE);
    let one = |name: &'static str| passwords.verify(name, None, "x");
    assert_eq!(one("").await, Ok(false));
    let (a, b, c, d) = tokio::join!(one("a"), one("b"), one("c"), one("d"));
    assert_eq!((a, b, c, d), (Ok(false), Ok(false), Ok(false), Err(PasswordError::Busy)));
    assert_eq!(one("a").await, Ok(false), "and all places are free again");
}

#[tokio::test(start_paused = true)]
async fn hash_slower_than_patience_is_computed_if_a_slot_is_free() {
    for (password, is_right) in [("right", true), ("wrong", false)] {
        let passwords = Passwords::new().at_once(1).patience(Duration::ZERO).like(&bcrypt(8)).unwrap();
        assert_eq!(passwords.verify("vera", Some(RIGHT), password).await, Ok(is_right));
    }
}

#[tokio::test(start_paused = true)]
async fn remembered_password_is_verified_without_hashing() {
    let passwords = one_slot_passwords().await.remember(Duration::from_secs(60));
    let (stored, changed) = (hash("right").await, hash("right").await);
    assert_eq!(passwords.verify("vera", Some(&stored), "right").await, Ok(true));
    // The only slot is occupied.
    let (_, right, wrong, other) = tokio::join!(
        passwords.verify("ada", None, "right"),
        passwords.verify("vera", Some(&stored), "right"),
        passwords.verify("vera", Some(&stored), "wrong"),
        passwords.verify("eve", Some(&changed), "wrong"),
    );
    let busy = Err(PasswordError::Busy);
    assert_eq!((right, &wrong, &other), (Ok(true), &busy, &busy));
    // The cached password ends with its hash.
    assert_eq!(passwords.verify("vera", Some(&bcrypt(4)), "right").await, Ok(false));
}

#[tokio::test]
async fn unusable_stored_hash_is_unavailable() {
    let passwords = Passwords::new();
    for stored in ["", "secret", "$apr1$salt$qDwx1y3B1qWDSQ9uWWJ2b1", "$2b$31$"] {
        let error = passwords.verify("vera", Some(stored), "secret").await.unwrap_err();
        assert!(matches!(error, PasswordError::Hash(_)) && !error.to_string().contains("qDwx"), "{error}");
        let login = passwords.login("vera", Some((stored, user("vera"))), "secret").await;
        assert!(matches!(login, Login::Unavailable), "{login:?}");
    }
    assert!(passwords.like("secret").is_err());
}

/// An application with such narrow bounds that the second of two concurrent logins is rejected.
async fn one_slot_app() -> axum::Router {
    let users =
        Htpasswd::text(&format!("vera:{}", bcrypt(8)), user).unwrap().passwords(one_slot_passwords().await);
    let gate = Gate::builder().scheme(Basic::new(users).realm("api")).build().unwrap();
    let app = routes().with_state(App { gate, ran: Ran::default() });
    assert_eq!(ask(&app, "GET /me", &FAILING[0]).await.status, 401);
    app
}

/// Credentials for `vera:x` and `nobody:x`.
const FAILING: [[(&str, &str); 1]; 2] =
    [[("authorization", "Basic dmVyYTp4")], [("authorization", "Basic bm9ib2R5Ong=")]];

/// A password that cannot be verified is 503 instead of 401.
#[tokio::test(start_paused = true)]
async fn full_password_queue_is_503() {
    let app = one_slot_app().await;
    let [vera, nobody] = &FAILING;
    for (first, second) in [(vera, nobody), (nobody, vera)] {
        let (first, second) = tokio::join!(ask(&app, "GET /me", first), ask(&app, "GET /me", second));
        first.assert_denied(401, "credentials_rejected", &[r#"Basic realm="api", charset="UTF-8""#]);
        assert!(second.headers.contains_key("retry-after"));
        second.assert_denied(503, "busy", &[]);
    }
}

/// Overload is not an error of the gate and must not flood the log.
#[tokio::test(start_paused = true)]
async fn overload_logs_one_authentication_warning() {
    let app = one_slot_app().await;
    let [vera, nobody] = &FAILING;
    let (refused, events) = capture(async {
        let mut refused = 0;
        for _ in 0..5 {
            let (_, second) = tokio::join!(ask(&app, "GET /me", vera), ask(&app, "GET /me", nobody));
            refused += usize::from(second.status == 503);
        }
        refused
    })
    .await;
    assert_eq!(refused, 5);
    let warnings: Vec<_> = events.iter().filter(|event| event.level <= Level::WARN).collect();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert_eq!((warnings[0].target, warnings[0].level), ("authgate::authentication", Level::WARN));
    assert_eq!(warnings[0].field("cause"), Some("password_queue_full"));
}

/// A file that is deleted after the test.
struct Temporary(PathBuf);

impl Temporary {
    fn new(name: &str) -> Self {
        Self(std::env::temp_dir().join(format!("authgate-{}-{name}", std::process::id())))
    }

    fn write(&self, text: impl AsRef<[u8]>) {
        fs::write(&self.0, text).unwrap();
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        drop(fs::remove_file(&self.0));
    }
}

#[tokio::test]
async fn reads_the_users_of_a_file_once() {
    let passwords = Passwords::new().patience(PATIENCE);
    let line =
        async |name: &str, password: &str| format!("{name}:{}\n", passwords.hash(password).await.unwrap());
    let file = Temporary::new("users");
    file.write(line("vera", "one").await + &line("eve", "one").await);
    // The application decides whether a user in the file may still log in.
    let read = || Htpasswd::file(&file.0, |name| (name != "eve").then(|| user(name))).unwrap();
    let users: Htpasswd<User> = read().passwords(passwords.clone());
    assert_eq!(login(&users, "vera", "one").await, "vera");
    assert_eq!(login(&users, "vera", "two").await, "wrong");
    assert_eq!(login(&users, "eve", "one").await, "unknown");
    assert_eq!(login(&users, "ada", "one").await, "unknown");

    file.write(line("vera", "two").await);
    assert_eq!(login(&users, "vera", "one").await, "vera");
    let users = read().passwords(passwords.clone());
    assert_eq!(login(&users, "vera", "two").await, "vera");
}

async fn login(users: &Htpasswd<User>, name: &str, password: &str) -> String {
    match users.login(name, password).await {
        Login::Verified(user) => user.sub,
        Login::Wrong => "wrong".into(),
        _ => "unknown".into(),
    }
}

#[test]
fn invalid_htpasswd_file_is_an_error_with_the_cause() {
    let said = |path: PathBuf| Htpasswd::file(path, user).unwrap_err().to_string();
    let error = said(PathBuf::from("/nowhere/users"));
    assert!(error.contains("/nowhere/users cannot be read") && error.contains("htpasswd -c -B"), "{error}");
    assert!(said(std::env::temp_dir()).contains("is not a file"));
    let file = Temporary::new("mistakes");
    for (text, what) in [
        (b"\xff".to_vec(), "is not UTF-8"),
        (vec![b'#'; 4 * 1024 * 1024 + 1], "is longer than 4194304 bytes"),
        ("vera:$apr1$salt$qDwx1y3B1qWDSQ9uWWJ2b1".into(), "line 1: the hash of \"vera\" is MD5 (apr1)"),
        (format!("#\nvera:{}\nvera:{0}", bcrypt(4)).into(), "line 3: duplicate user \"vera\""),
        (format!("vera:{}", bcrypt(17)).into(), "bcrypt of cost 17"),
    ] {
        file.write(text);
        let error = said(file.0.clone());
        assert!(error.contains(what) && !error.contains("qDwx"), "{error}");
    }
    assert!(!format!("{:?}", Htpasswd::text(&format!("vera:{}", bcrypt(4)), user).unwrap()).contains("vera"));
}
