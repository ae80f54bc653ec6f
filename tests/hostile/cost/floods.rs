//! The same again and again: nothing is left of any request, to the byte. `cargo bench -p authgate --bench load` asks ten
//! million times, and looks at the process as a whole.

use authgate_tests::app::app;

use super::meter::Asked;
use crate::raw::{Claims, HEADER, base64url, good, signed_by, token};

/// A `kid` that nobody knows is looked for among the keys that there are, and nowhere else; it is not remembered. The
/// bound: nothing that stays, and the last costs what the first did.
#[test]
fn unknown_key_ids_leave_nothing_behind() {
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
    let kept: i64 = (1..20_000).map(|number| ask(number).kept_by_one(&app)).sum();
    assert_eq!((kept, ran.times()), (0, 0));
    assert_eq!(ask(20_000).cost(&app), cost);
}

/// Of each kind many, one after the other and mixed. The bound: nothing that stays.
#[test]
fn a_thousand_requests_of_each_kind_leave_nothing_behind() {
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
        let kept: i64 = (0..1000).map(|_| asked.kept_by_one(&app)).sum();
        assert_eq!(kept, 0, "{what}");
    }
    let kept: i64 = (0..1000).map(|round| kinds[round % kinds.len()].1.kept_by_one(&app)).sum();
    assert_eq!(kept, 0, "mixed");
}
