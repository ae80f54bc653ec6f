//! Repeated requests leave no memory allocated, not even one byte.
//! `cargo bench -p authgate --bench load` sends ten million requests and measures the whole
//! process.

use authgate_tests::app::app;

use super::meter::Asked;
use crate::raw::{Claims, HEADER, base64url, good, signed_by, token};

/// An unknown `kid` is only looked up among the existing keys, and is not remembered. Bound:
/// nothing stays allocated, and the last request costs as much as the first.
#[test]
fn unknown_key_ids_leave_no_memory_allocated() {
    let (app, ran) = app();
    let payload = base64url(Claims::good().json());
    let ask = |number: u32| {
        let header = base64url(format!(r#"{{"alg":"HS256","kid":"{number:08}"}}"#));
        Asked::new("GET /me").bearer(&format!("{header}.{payload}.AAAA"))
    };
    let first = ask(0);
    let answer = first.answer(&app);
    answer.assert_denied(401, "credentials_rejected", &[r#"Bearer realm="api", error="invalid_token""#]);
    let cost = first.cost(&app);
    let kept: i64 = (1..20_000).map(|number| ask(number).retained_bytes(&app)).sum();
    assert_eq!((kept, ran.times()), (0, 0));
    assert_eq!(ask(20_000).cost(&app), cost);
}

/// Many requests of each kind, in sequence and mixed. Bound: nothing stays allocated.
#[test]
fn repeated_requests_leave_no_memory_allocated() {
    let (app, _) = app();
    let get = |token: &str| Asked::new("GET /me").bearer(token);
    let delete = Asked::new("DELETE /reports/1").bearer(&good());
    let kinds = [
        ("good", get(&good()), 200),
        ("anonymous", Asked::new("GET /me"), 401),
        ("forged", get(&signed_by(HEADER, Claims::good().json(), |_| vec![7; 32])), 401),
        ("expired", get(&token(HEADER, Claims::good().with("exp", "1").json())), 401),
        ("malformed", get("a.b.c"), 401),
        ("two", get(&good()).bearer(&good()), 400),
        ("without the role", delete, 403),
        ("nowhere", Asked::new("GET /nowhere"), 404),
    ];
    for (what, asked, status) in &kinds {
        assert_eq!(asked.answer(&app).status, *status, "{what}");
    }
    for (what, asked, _) in &kinds {
        let kept: i64 = (0..1000).map(|_| asked.retained_bytes(&app)).sum();
        assert_eq!(kept, 0, "{what}");
    }
    let kept: i64 = (0..1000).map(|round| kinds[round % kinds.len()].1.retained_bytes(&app)).sum();
    assert_eq!(kept, 0, "mixed");
}
