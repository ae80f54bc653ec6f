//! A CORS layer that keeps the challenge of a 401 from scripts.

use authgate::{Authenticated, Router, routing::get};
use authgate_tests::app::{App, User};
use http::header::{ACCEPT_RANGES, WWW_AUTHENTICATE};
use tower_http::cors::{AllowOrigin, Any, CorsLayer};

use super::{app, probe_own_lock};

async fn me(_: Authenticated<User>) {}

#[tokio::test]
async fn layer_that_hides_the_challenge_is_a_warning_and_no_failure() {
    let any = || CorsLayer::new().allow_origin(Any);
    let one = || {
        let origin = AllowOrigin::exact("https://app.example".parse().unwrap());
        CorsLayer::new().allow_origin(origin).allow_credentials(true)
    };
    let some = || {
        let origins = ["https://app.example".parse().unwrap(), "https://b.example".parse().unwrap()];
        CorsLayer::new().allow_origin(AllowOrigin::list(origins))
    };
    for (layer, warns) in [
        (None, false),
        (Some(any()), true),
        (Some(one()), true),
        (Some(some()), true),
        (Some(some().expose_headers([ACCEPT_RANGES])), true),
        (Some(any().expose_headers(Any)), false),
        (Some(any().expose_headers([ACCEPT_RANGES, WWW_AUTHENTICATE])), false),
        (Some(one().expose_headers([WWW_AUTHENTICATE])), false),
        (Some(some().expose_headers([WWW_AUTHENTICATE])), false),
        (Some(CorsLayer::permissive()), false),
    ] {
        let about = format!("{layer:?}");
        let router = Router::<App>::new().route("/me", get(me));
        let router = match layer {
            Some(layer) => router.layer(layer),
            None => router,
        };
        let report = probe_own_lock(router, app()).await;
        assert_eq!(report.failures(), [], "{about}");
        let warnings: Vec<_> = report.warnings().collect();
        assert_eq!(warnings.len(), usize::from(warns), "{about}");
        assert_eq!(report.to_string().contains("expose_headers([WWW_AUTHENTICATE])"), warns, "{about}");
        report.assert_clean();
    }
}
