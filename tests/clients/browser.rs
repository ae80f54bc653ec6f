use authgate::routing::{get, post};
use authgate::scheme::{Basic, Login};
use authgate::{Authenticated, Gate, Router};
use authgate_tests::app::{Role, User};

use crate::examples::{basic, digest, mixed, mixed_with_cors, serve, session};
use crate::run::python;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "requires Chromium, which .ci/clients installs"]
async fn remembers_a_password() {
    for url in [basic().await, digest().await] {
        python("browser.py", &["remembered", &url]).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "requires Chromium, which .ci/clients installs"]
async fn signs_in_returns_to_the_page_and_signs_out() {
    for url in [session().await, mixed().await] {
        python("browser.py", &["session", &url]).await;
    }
}

async fn me(user: Authenticated<User>) -> String {
    user.sub.clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "requires Chromium, which .ci/clients installs"]
async fn cross_site_form_with_a_remembered_password_is_403() {
    let users = |name: String, password: String| async move {
        let right = (name.as_str(), password.as_str()) == ("reader", "wonderland");
        if right { Login::Verified(User::new("reader", &[Role::Viewer], &[])) } else { Login::Unknown }
    };
    let gate = Gate::builder().scheme(Basic::new(users).realm("api")).build().unwrap();
    let routes = Router::new().route("/me", get(me)).route("/notes", post(me));
    let url = serve(routes.with_state(gate)).await;
    python("browser.py", &["cross_site_form", &url]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "requires Chromium, which .ci/clients installs"]
async fn cross_origin_script_can_read_a_denial() {
    python("browser.py", &["cors", &mixed_with_cors().await]).await;
}
