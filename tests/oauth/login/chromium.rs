//! Login in Chromium. The application and the provider are different sites: `localhost` and
//! `127.0.0.1`. Chromium accepts secure cookies from both.

use authgate::oidc::LoginBuilder;

use super::world::World;
use crate::run::python;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "requires Chromium, Node.js and a provider, which .ci/oauth installs"]
async fn user_signs_in_and_out_in_a_browser() {
    let world = World::at("localhost", |login| login).await;
    python("browser.py", &["login_by_provider", &world.origin]).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "requires Chromium, Node.js and a provider, which .ci/oauth installs"]
async fn cross_site_form_signs_in_in_a_browser() {
    let world = World::at("localhost", LoginBuilder::form_post).await;
    python("browser.py", &["login_by_form", &world.origin]).await;
}
