// Shared by the cases of rights that wait.

use authgate::right::{AsyncRequirement, Requirement};
use authgate::{Context, Decision};

use crate::prelude::User;

#[derive(Clone)]
pub struct App {
    pub gate: authgate::Gate<User>,
}

impl axum::extract::FromRef<App> for authgate::Gate<User> {
    fn from_ref(app: &App) -> Self {
        app.gate.clone()
    }
}

#[derive(authgate::Right)]
#[right(principal = User, kind = "relation", name = "exporter")]
pub struct MayExport;

impl AsyncRequirement<User, App> for MayExport {
    async fn decide(user: &User, _: &Context, _: &App) -> Decision {
        Decision::allow_if(user.sub == "ada")
    }
}

#[derive(authgate::Right)]
#[right(principal = User, kind = "account", name = "active")]
pub struct Active;

impl Requirement<User> for Active {
    fn decide(user: &User, _: &Context) -> Decision {
        Decision::allow_if(user.sub == "ada")
    }
}
