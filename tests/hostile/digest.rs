//! Malformed and forged Digest credentials (RFC 7616). Each row names its rule.

use authgate_tests::ask::{request, send};
use authgate_tests::digest::{Sent, app, challenge, written};
use http::HeaderValue;
use http::header::AUTHORIZATION;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

const LINE: &str = "GET /me";

/// Description, credential, status, reason and rule.
type Row = (&'static str, Vec<u8>, u16, &'static str, &'static str);

const MALFORMED: &str = "credentials_malformed";
const REJECTED: &str = "credentials_rejected";
const AMBIGUOUS: &str = "credentials_ambiguous";

/// Returns rows with a valid response where possible, so that only the error of the row decides.
fn rows(challenge: &str) -> Vec<Row> {
    let good = || Sent::by_alice(challenge, LINE);
    let nonce = written(challenge, "nonce").expect("a nonce").trim_matches('"').to_owned();
    let mut rows: Vec<Row> = Vec::new();
    let mut row = |what, credential: &dyn AsRef<[u8]>, status, reason, rule| {
        rows.push((what, credential.as_ref().to_vec(), status, reason, rule));
    };

    // The list of parameters: RFC 9110 sections 5.6 and 11.
    let list = "RFC 9110 sections 5.6.1, 5.6.4 and 11.2";
    row("nothing at all", &"Digest", 401, MALFORMED, list);
    row("no parameter", &"Digest ", 401, MALFORMED, list);
    row("commas alone", &"Digest ,,,", 401, MALFORMED, list);
    row("one word", &"Digest abc", 401, MALFORMED, list);
    row("base64, as of Basic", &"Digest YWxpY2U6c2VjcmV0", 401, MALFORMED, list);
    row("JSON", &"Digest {\"username\":\"alice\"}", 401, MALFORMED, list);
    row("semicolons", &good().credential().replace(',', ";"), 401, MALFORMED, list);
    row("no commas", &good().credential().replace(',', ""), 401, MALFORMED, list);
    row("a quote that does not end", &good().put("response", "\"abc").credential(), 401, MALFORMED, list);
    row("a backslash at the end", &good().put("response", "\"abc\\").credential(), 401, MALFORMED, list);
    row("a quote in a token", &good().with("nc", "0000\"0001").credential(), 401, MALFORMED, list);
    row("text after a quote", &good().with("cnonce", "\"a\"b").credential(), 401, MALFORMED, list);
    row("a name without a value", &good().with_appended(", stale="), 401, MALFORMED, list);
    row("a value without a name", &good().with_appended(", =x"), 401, MALFORMED, list);
    row("an unquoted uri", &good().with("uri", "/me").credential(), 401, MALFORMED, list);
    row("a tab in the auth-scheme", &good().credential().replacen(' ', "\t", 1), 401, MALFORMED, list);

    // Each parameter occurs once.
    for name in ["username", "realm", "nonce", "uri", "response", "qop", "nc", "cnonce", "algorithm"] {
        let once = good().credential();
        let value = written(&once, name).expect("there").to_owned();
        row(
            "twice",
            &good().with_appended(&format!(", {name}={value}")),
            401,
            MALFORMED,
            "RFC 9110 section 11.2",
        );
        let upper = format!(", {}={value}", name.to_uppercase());
        row("twice in another case", &good().with_appended(&upper), 401, MALFORMED, "RFC 9110 section 11.2");
        // Without an algorithm, the default is MD5, which this application rejects.
        let reason = if name == "algorithm" { REJECTED } else { MALFORMED };
        row("left out", &good().without(name).credential(), 401, reason, "RFC 7616 section 3.4");
    }
    row("an unknown one twice", &good().with_appended(", x=1, X=2"), 401, MALFORMED, "RFC 9110 section 11.2");
    row(
        "too many",
        &good().with_appended(&(0..99).map(|n| format!(", x{n}=1")).collect::<String>()),
        401,
        MALFORMED,
        "own",
    );

    // Two credentials: RFC 9110 section 5.3.
    row(
        "two credentials",
        &good().with_appended(&format!(", {}", good().credential())),
        400,
        AMBIGUOUS,
        "RFC 9110 section 5.3",
    );
    row(
        "Basic besides",
        &good().with_appended(", Basic YWxpY2U6c2VjcmV0"),
        400,
        AMBIGUOUS,
        "RFC 9110 section 5.3",
    );
    row("a word besides", &good().with_appended(", auth"), 400, AMBIGUOUS, "RFC 9110 section 5.3");

    // User names.
    let name = "RFC 7616 section 3.4";
    row("both names", &good().with_appended(", username*=UTF-8''alice"), 401, MALFORMED, name);
    let extended = |value: &str| good().without("username").put("username*", value).credential();
    for (what, value) in [
        ("quoted", "\"UTF-8''alice\""),
        ("of no charset", "''alice"),
        ("of another charset", "ISO-8859-1''alice"),
        ("of one quote", "UTF-8'alice"),
        ("cut in an octet", "UTF-8''alic%6"),
        ("of no octet", "UTF-8''alic%zz"),
        ("of no UTF-8", "UTF-8''alice%ff"),
        ("overlong", "UTF-8''%c1%a1lice"),
        ("with NUL", "UTF-8''alice%00"),
        ("with a line break", "UTF-8''alice%0d%0aX:%20y"),
        ("empty", "UTF-8''"),
    ] {
        row(what, &extended(value), 401, MALFORMED, "RFC 8187 section 3.2.1");
    }
    row(
        "a tab in a name",
        &good().with("username", "\"alice\t\"").credential(),
        401,
        MALFORMED,
        "RFC 7617 section 2",
    );
    row("an empty name", &good().put("username", "\"\"").credential(), 401, MALFORMED, name);
    row(
        "hashed and in clear",
        &good().put("userhash", "true").credential(),
        401,
        MALFORMED,
        "RFC 7616 section 3.4.4",
    );
    row(
        "a hash of another length",
        &good().put("username", "\"0123\"").put("userhash", "true").credential(),
        401,
        MALFORMED,
        "RFC 7616 section 3.4.4",
    );
    row(
        "a hash of nobody",
        &good().put("username", &format!("\"{:064}\"", 0)).put("userhash", "true").credential(),
        401,
        REJECTED,
        "RFC 7616 section 3.4.4",
    );
    row(
        "a hash that is not said to be",
        &good().hashed().without("userhash").credential(),
        401,
        REJECTED,
        "RFC 7616 section 3.4.4",
    );
    row("userhash of neither", &good().put("userhash", "maybe").credential(), 401, MALFORMED, name);
    row(
        "a name of 64 KiB",
        &good().put("username", &format!("\"{}\"", "a".repeat(65_536))).credential(),
        401,
        REJECTED,
        "own",
    );
    row("a name that queries", &good().put("username", "\"' OR 1=1 --\"").credential(), 401, REJECTED, "own");
    row("a name of two users", &good().put("username", "\"alice:api\"").credential(), 401, REJECTED, "own");
    row(
        "another's name",
        &good().put("username", "\"bob\"").credential(),
        401,
        REJECTED,
        "RFC 7616 section 3.6",
    );

    // Realm and URI.
    row(
        "another realm",
        &good().with("realm", "\"other\"").credential(),
        401,
        REJECTED,
        "RFC 7616 section 3.6",
    );
    row("an empty realm", &good().with("realm", "\"\"").credential(), 401, REJECTED, "RFC 7616 section 3.6");
    for uri in [
        "\"\"",
        "\"/\"",
        "\"/me?\"",
        "\"/me/\"",
        "\"//me\"",
        "\"/%6de\"",
        "\"/x/../me\"",
        "\"http://evil.example/me\"",
        "\"http://\"",
        "\"/me#\"",
        "\"*\"",
    ] {
        row("another uri", &good().with("uri", uri).credential(), 401, MALFORMED, "RFC 7616 section 3.4.6");
    }
    row(
        "a uri of 64 KiB",
        &good().with("uri", &format!("\"/{}\"", "a".repeat(65_536))).credential(),
        401,
        MALFORMED,
        "RFC 7616 section 3.4.6",
    );

    // The algorithm.
    for algorithm in
        ["MD5", "md5", "MD5-sess", "SHA-256-sess", "SHA-512-256", "SHA-512", "SHA", "none", "\"\""]
    {
        row(
            "another algorithm",
            &good().with("algorithm", algorithm).credential(),
            401,
            REJECTED,
            "RFC 7616 sections 3.7, 3.6 and 3.9.2",
        );
    }

    // qop, nc and cnonce.
    for qop in ["auth-int", "\"auth,auth-int\"", "\"auth, auth\"", "AUTH", "\"\"", "none"] {
        row(
            "another qop",
            &good().with("qop", qop).credential(),
            401,
            MALFORMED,
            "RFC 7616 sections 3.3 and 3.4",
        );
    }
    row(
        "as of RFC 2069",
        &good().without("qop").without("nc").without("cnonce").credential(),
        401,
        MALFORMED,
        "RFC 7616 section 3.4",
    );
    for nc in
        ["1", "00000000", "0000000g", "000000001", "-0000001", "+0000001", "\"\"", "\"0000 001\"", "0x000001"]
    {
        row("no count", &good().with("nc", nc).credential(), 401, MALFORMED, "RFC 7616 section 3.4");
    }
    row(
        "a cnonce of 64 KiB",
        &good().with("cnonce", &"a".repeat(65_536)).credential(),
        401,
        MALFORMED,
        "RFC 7616 section 3.5",
    );
    row(
        "a cnonce beyond ASCII",
        &good().with("cnonce", "\"\u{44f}\"").credential(),
        401,
        MALFORMED,
        "RFC 7616 section 3.4",
    );

    // Nonces.
    let whose = "RFC 7616 section 5.4";
    let (half, _) = nonce.split_at(nonce.len() / 2);
    let changed = format!("{}{}", if nonce.starts_with('A') { "B" } else { "A" }, &nonce[1..]);
    for nonce in [
        "".to_owned(),
        "x".to_owned(),
        half.to_owned(),
        changed,
        format!("{nonce}="),
        format!("{nonce}A"),
        nonce.repeat(2),
        nonce.replace(['A', 'B'], "%41"),
        "A".repeat(nonce.len()),
        "=".repeat(8),
        "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v".to_owned(),
        "A".repeat(65_536),
    ] {
        row(
            "the nonce of another client",
            &good().with("nonce", &format!("\"{nonce}\"")).credential(),
            401,
            REJECTED,
            whose,
        );
    }
    row("a nonce beyond ASCII", &good().with("nonce", "\"\u{44f}\"").credential(), 401, MALFORMED, whose);

    // Responses.
    let digits = "RFC 7616 section 3.4.1";
    for response in ["\"\"", "\"0\"", "\"00000000000000000000000000000000\"", "xyz"] {
        row(
            "a response of another length",
            &good().put("response", response).credential(),
            401,
            MALFORMED,
            digits,
        );
    }
    row(
        "a response of no digits",
        &good().put("response", &"z".repeat(64)).credential(),
        401,
        MALFORMED,
        digits,
    );
    row(
        "a response of zeros",
        &good().put("response", &"0".repeat(64)).credential(),
        401,
        REJECTED,
        "RFC 7616 section 3.6",
    );
    row(
        "a response of 64 KiB",
        &good().put("response", &"0".repeat(65_536)).credential(),
        401,
        MALFORMED,
        digits,
    );

    // Bytes that are not ASCII.
    let latin = good().credential().replace("alice", "\u{e9}");
    let latin: Vec<u8> = latin.chars().map(|it| u8::try_from(u32::from(it)).expect("Latin")).collect();
    row("a name in ISO 8859-1", &latin, 401, MALFORMED, "RFC 7616 section 4");
    row("a byte order mark", &good().credential().replacen(' ', " \u{feff}", 1), 401, MALFORMED, list);
    row("bytes that are not text", &b"Digest \xff\xfe\xc3\x28", 401, MALFORMED, "RFC 9110 section 5.5");
    row("a separator beyond ASCII", &good().credential().replacen(", ", ",\u{a0}", 1), 401, MALFORMED, list);
    rows
}

#[tokio::test]
async fn malformed_and_forged_credentials_are_rejected() {
    let app = app();
    let line = challenge(&app).await;
    let (rows, mut wrong) = (rows(&line), Vec::new());
    assert!(rows.len() >= 130, "{}", rows.len());
    for (what, credential, status, reason, rule) in rows {
        let mut request = request(LINE, &[]);
        let value = HeaderValue::from_bytes(&credential).expect("a field value");
        request.headers_mut().insert(AUTHORIZATION, value);
        let answer = send(&app, request).await;
        if (answer.status.as_u16(), answer.reason().as_str()) != (status, reason) {
            let shown: String = String::from_utf8_lossy(&credential).chars().take(400).collect();
            wrong.push(format!(
                "{what} ({rule}): {} {}, not {status} {reason}: {shown}",
                answer.status,
                answer.reason()
            ));
        }
        let challenges = answer.challenges();
        assert!(
            challenges.len() == 1 && !challenges[0].contains("stale"),
            "RFC 7616 section 3.3, {what}: {challenges:?}"
        );
        assert!(written(challenges[0], "nonce").is_some(), "RFC 7616 section 3.3, {what}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // These requests have not affected the nonce.
    Sent::by_alice(&line, LINE).ask(&app, LINE).await.assert_is(200, "alice");
}

/// Unusual but valid credentials are accepted. The rows above therefore fail for the stated reason.
#[tokio::test]
async fn unusual_but_valid_credentials_are_accepted() {
    let app = app();
    let line = challenge(&app).await;
    let mut count = 0;
    let mut good = || {
        count += 1;
        Sent::by_alice(&line, LINE).nth(count)
    };
    for credential in [
        good().credential(),
        good().credential().replace("Digest", "dIGEST"),
        good().credential().replace(", ", " ,\t,  "),
        good().credential().replace('=', " = "),
        good().credential().replace("username", "USERNAME").replace("qop", "Qop"),
        good().with_appended(","),
        good().with_appended(", opaque=\"\", x=\"\\\"\", stale=false"),
        good().put("qop", "\"auth\"").credential(),
        good().put("algorithm", "\"sha-256\"").credential(),
        good().put("username", "\"\\a\\l\\ice\"").credential(),
        good().put("userhash", "false").credential(),
        good().hashed().credential(),
        good().without("username").put("username*", "utf-8'en'%61lice").credential(),
        good().with("cnonce", &"a".repeat(256)).credential(),
    ] {
        let answer = authgate_tests::ask::ask(&app, LINE, &[("authorization", &credential)]).await;
        assert_eq!(answer.status.as_u16(), 200, "{credential}");
    }
}

/// RFC 9110 sections 5.4 and 5.5: control characters and oversized fields are rejected before the
/// gate is called.
#[tokio::test]
async fn invalid_field_value_over_a_socket_is_400() {
    let app = app();
    let credential = Sent::by_alice(&challenge(&app).await, LINE).credential();
    for bad in ["\0", "\u{1}", "\u{7f}", "\r", "\u{b}"] {
        let credential = credential.replacen("alice", &format!("al{bad}ice"), 1);
        assert_eq!(status_of(app.clone(), &credential).await, 400, "{bad:?}");
    }
    assert_eq!(
        status_of(app.clone(), &credential.replacen(", ", ",\r\n ", 1)).await,
        400,
        "RFC 9112 section 5.2"
    );
    assert_eq!(status_of(app.clone(), &format!("{credential}, x={}", "a".repeat(65_536))).await, 200);
    assert_eq!(
        status_of(app.clone(), &format!("{credential}, x={}", "a".repeat(2 << 20))).await,
        431,
        "RFC 9110 section 5.4"
    );
}

/// Sends a request to a new server and returns the status.
async fn status_of(app: axum::Router, credential: &str) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, app).await });
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    let request = format!("{LINE} HTTP/1.1\r\nHost: x\r\nAuthorization: {credential}\r\n\r\n");
    // A server that has already responded may not read the whole request.
    drop(stream.write_all(request.as_bytes()).await);
    let mut status = [0; 12];
    stream.read_exact(&mut status).await.expect("a response");
    String::from_utf8_lossy(&status[9..]).parse().expect("a number")
}
