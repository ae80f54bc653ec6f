//! Basic credentials of every kind, over real HTTP. Each row is sent as the bytes of an
//! `Authorization` line.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use authgate::Gate;
use authgate::scheme::{Basic, Login};
use authgate_tests::app::{App, Ran, User, routes};
use authgate_tests::http::Server;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE};

use Outcome::{Ambiguous, Bad, LetIn, Malformed, Missing, Rejected, TooLarge};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    LetIn,
    Missing,
    Malformed,
    Rejected,
    Ambiguous,
    /// Rejected by the HTTP library, before authgate is called.
    Bad,
    TooLarge,
}

impl Outcome {
    const fn status(self) -> u16 {
        match self {
            LetIn => 200,
            Missing | Malformed | Rejected => 401,
            Ambiguous | Bad => 400,
            TooLarge => 431,
        }
    }

    const fn reason(self) -> Option<&'static str> {
        Some(match self {
            Missing => "credentials_missing",
            Malformed => "credentials_malformed",
            Rejected => "credentials_rejected",
            Ambiguous => "credentials_ambiguous",
            LetIn | Bad | TooLarge => return None,
        })
    }
}

type Row = (&'static str, Vec<u8>, Outcome, &'static str);

const FORM: &str = "RFC 7617 section 2";
const BASE64: &str = "RFC 4648 sections 3.2, 3.3, 3.5, 4";
const CONTROL: &str = "RFC 7617 section 2";
const UTF8: &str = "RFC 7617 section 2.1";
const COLON: &str = "RFC 7617 section 2";
const CREDENTIALS: &str = "RFC 9110 section 11.4: a value without an auth-scheme";
const SCHEME: &str = "RFC 9110 section 11.1";
const ONE: &str = "RFC 9110 section 5.3";

/// Returns `Basic base64(bytes)`.
fn basic(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    format!("Basic {}", STANDARD.encode(bytes)).into_bytes()
}

fn text(text: impl Into<String>) -> Vec<u8> {
    text.into().into_bytes()
}

fn syntax_rows() -> Vec<Row> {
    let good = STANDARD.encode("vera:secret");
    vec![
        ("good", basic("vera:secret"), LetIn, FORM),
        ("lower case", text(format!("basic {good}")), LetIn, SCHEME),
        ("upper case", text(format!("BASIC {good}")), LetIn, SCHEME),
        ("many spaces", text(format!("Basic      {good}")), LetIn, FORM),
        ("space around", text(format!("  Basic {good} \t")), LetIn, "RFC 9110 section 5.5"),
        ("empty", text(""), Missing, "RFC 9110 section 11.4"),
        ("the scheme alone", text("Basic"), Malformed, FORM),
        ("the scheme and a space", text("Basic "), Malformed, FORM),
        ("a tab between", text(format!("Basic\t{good}")), Malformed, FORM),
        ("a colon between", text(format!("Basic: {good}")), Malformed, FORM),
        ("no space between", text(format!("Basic{good}")), Malformed, CREDENTIALS),
        ("another scheme", text(format!("Basics {good}")), Missing, SCHEME),
        ("no scheme", text(good.clone()), Malformed, CREDENTIALS),
        ("Bearer", text(format!("Bearer {good}")), Missing, SCHEME),
        ("Cyrillic scheme", text(format!("B\u{430}sic {good}")), Malformed, CREDENTIALS),
        ("in clear", text("Basic vera:secret"), Malformed, FORM),
        ("in quotes", text(format!("Basic \"{good}\"")), Malformed, FORM),
        ("as a parameter", text(format!("Basic credentials={good}")), Malformed, FORM),
        ("twice encoded", basic(&good), Malformed, COLON),
        ("a second word", text(format!("Basic {good} x")), Malformed, FORM),
        ("a parameter after", text(format!("Basic {good}, realm=\"api\"")), Malformed, FORM),
        ("two in a line", text(format!("Basic {good}, Basic {good}")), Ambiguous, ONE),
        ("a Bearer after", text(format!("Basic {good}, Bearer x")), Ambiguous, ONE),
        ("two lines", text(format!("Basic {good}\r\nAuthorization: Basic {good}")), Ambiguous, ONE),
        ("two lines, one empty", text(format!("Basic {good}\r\nAuthorization:")), Ambiguous, ONE),
        ("no padding", text(format!("Basic {}", good.trim_end_matches('='))), Malformed, BASE64),
        (
            "no padding, two",
            text(format!("Basic {}", STANDARD_NO_PAD.encode("vera:secrets1"))),
            Malformed,
            BASE64,
        ),
        ("too much padding", text(format!("Basic {good}=")), Malformed, BASE64),
        ("padding alone", text("Basic ===="), Malformed, BASE64),
        ("padding within", text("Basic dmVy=YTpz"), Malformed, BASE64),
        ("stray bits", text("Basic dmVyYTpzZWNyZXR="), Malformed, BASE64),
        ("stray bits before padding", text("Basic YTpiYx=="), Malformed, BASE64),
        (
            "URL-safe",
            text(format!("Basic {}", URL_SAFE.encode("vera:\u{3fe}\u{3ff}>>>???"))),
            Malformed,
            BASE64,
        ),
        ("a space within", text("Basic dmVyYTpz ZWNyZXQ="), Malformed, BASE64),
        ("a byte outside", text("Basic dmVyYTpz\u{e9}WNyZXQ="), Malformed, BASE64),
        ("a byte that is not UTF-8", b"Basic \xff\xfe".to_vec(), Malformed, BASE64),
        ("one letter", text("Basic a"), Malformed, BASE64),
        ("a fold", text(format!("Basic\r\n {good}")), Bad, "RFC 9112 section 5.2"),
        ("a NUL in the line", text(format!("Basic {good}\0")), Bad, "RFC 9110 section 5.5"),
    ]
}

fn credential_rows() -> Vec<Row> {
    vec![
        ("no colon", basic("vera"), Malformed, COLON),
        ("nothing", basic(""), Malformed, COLON),
        ("an empty name", basic(":secret"), Malformed, COLON),
        ("a colon alone", basic(":"), Malformed, COLON),
        ("an empty password", basic("vera:"), Rejected, COLON),
        ("a colon in the password", basic("vera:sec:ret"), Rejected, COLON),
        ("a colon before the password", basic("vera::secret"), Rejected, COLON),
        ("colons alone", basic("vera::::"), Rejected, COLON),
        ("a wrong password", basic("vera:Secret"), Rejected, FORM),
        ("a longer password", basic("vera:secret "), Rejected, FORM),
        ("a shorter password", basic("vera:secre"), Rejected, FORM),
        ("an unknown user", basic("eve:secret"), Rejected, FORM),
        ("another case", basic("Vera:secret"), Rejected, "RFC 7617 section 2.1: UsernameCasePreserved"),
        ("a space before the name", basic(" vera:secret"), Rejected, FORM),
        ("a space after the name", basic("vera :secret"), Rejected, FORM),
        ("full-width letters", basic("\u{ff56}era:secret"), Rejected, UTF8),
        ("Cyrillic letters", basic("ver\u{430}:secret"), Rejected, UTF8),
        ("a zero-width space", basic("vera\u{200b}:secret"), Rejected, UTF8),
        ("a byte order mark", basic("\u{feff}vera:secret"), Rejected, UTF8),
        ("a right-to-left mark", basic("\u{202e}vera:secret"), Rejected, UTF8),
        ("composed", basic("ren\u{e9}:secret"), LetIn, UTF8),
        ("decomposed", basic("rene\u{301}:secret"), Rejected, "RFC 7617 section 2.1: the client sends NFC"),
        ("ISO-8859-1", basic(b"ren\xe9:secret"), Malformed, UTF8),
        ("UTF-16", basic(b"\xff\xfev\0e\0r\0a\0:\0s\0"), Malformed, UTF8),
        ("overlong", basic(b"ver\xc1\xa1:secret"), Malformed, UTF8),
        ("a surrogate", basic(b"\xed\xa0\x80:secret"), Malformed, UTF8),
        ("cut off within a character", basic(b"vera:\xd0"), Malformed, UTF8),
        ("a NUL in the name", basic("vera\0:secret"), Malformed, CONTROL),
        ("a NUL in the password", basic("vera:secret\0"), Malformed, CONTROL),
        ("a NUL before the colon", basic("\0:secret"), Malformed, CONTROL),
        ("a line feed", basic("vera:secret\n"), Malformed, CONTROL),
        ("a line of a log", basic("vera\r\nINFO admin:secret"), Malformed, CONTROL),
        ("a tab", basic("vera:\tsecret"), Malformed, CONTROL),
        ("an escape", basic("vera:\u{1b}[2J"), Malformed, CONTROL),
        ("DEL", basic("vera:secret\u{7f}"), Malformed, CONTROL),
        ("C1", basic("vera\u{85}:secret"), Malformed, CONTROL),
        ("the last of C1", basic("vera:secret\u{9f}"), Malformed, CONTROL),
        ("SQL", basic("' OR 1=1 --:x"), Rejected, FORM),
        ("a path", basic("../../etc/passwd:x"), Rejected, FORM),
        ("a comment of htpasswd", basic("#vera:secret"), Rejected, FORM),
        ("long", basic(format!("vera:{}", "x".repeat(6000))), Rejected, "8 KiB at most"),
        ("too long", basic(format!("vera:{}", "x".repeat(6200))), Malformed, "8 KiB at most"),
        ("much too long", basic(format!("{}:x", "x".repeat(150_000))), Malformed, "8 KiB at most"),
        ("no base64, too long", text(format!("Basic {}", "?".repeat(200_000))), Malformed, "8 KiB at most"),
        ("commas", text(format!("Basic {}", ",".repeat(20_000))), Malformed, "RFC 9110 section 5.6.1"),
        ("beyond all", text(format!("Basic {}", "A".repeat(1_000_000))), TooLarge, "RFC 6585 section 5"),
    ]
}

#[tokio::test]
async fn every_row_gets_the_expected_response() {
    let (ran, asked) = (Ran::default(), Arc::new(AtomicUsize::new(0)));
    let counted = Arc::clone(&asked);
    let users = move |name: String, password: String| {
        counted.fetch_add(1, Ordering::Relaxed);
        async move {
            match (name.as_str(), password.as_str()) {
                ("vera" | "ren\u{e9}", "secret") => Login::Verified(User::new(&name, &[], &[])),
                ("vera" | "ren\u{e9}", _) => Login::Wrong,
                _ => Login::Unknown,
            }
        }
    };
    let gate = Gate::builder().scheme(Basic::new(users).realm("api")).build().expect("complete");
    let server = Server::of(routes().with_state(App { gate, ran: ran.clone() })).await;
    let rows: Vec<Row> = syntax_rows().into_iter().chain(credential_rows()).collect();
    assert!(rows.len() >= 80, "{} rows: some were lost", rows.len());
    let mut faults = Vec::new();
    for (what, line, outcome, rule) in &rows {
        let (before, before_asked) = (ran.times(), asked.load(Ordering::Relaxed));
        let answer = server.get("/me", [b"Authorization: ", line.as_slice(), b"\r\n"].concat()).await;
        let reason = outcome.reason().map(|_| answer.reason());
        let is_asked = asked.load(Ordering::Relaxed) - before_asked;
        let mut expect = |holds: bool, said: &str| {
            if !holds {
                faults.push(format!("{what} ({rule}): {said}: {} {reason:?} {}", answer.status, answer.head));
            }
        };
        expect(answer.status == outcome.status(), "the status");
        expect(reason.as_deref() == outcome.reason(), "the reason");
        expect(ran.times() - before == usize::from(*outcome == LetIn), "the handler");
        expect(is_asked == usize::from(matches!(outcome, LetIn | Rejected)), "the users");
        if outcome.reason().is_some() {
            let challenge = [r#"Basic realm="api", charset="UTF-8""#];
            expect(
                answer.lines("www-authenticate") == challenge,
                "the challenge (RFC 9110 section 11.6.1, RFC 7617 section 2)",
            );
            expect(answer.lines("cache-control") == ["no-store"], "the caching");
            let sent = String::from_utf8_lossy(line);
            let told = sent.split(' ').any(|part| part.len() > 8 && answer.body.contains(part));
            expect(!told && !answer.body.contains("secret"), "the answer repeats the credential");
        }
    }
    assert!(faults.is_empty(), "{} of {} rows:\n{}", faults.len(), rows.len(), faults.join("\n"));
}
