#[path = "../../prelude.rs"]
mod prelude;
#[path = "../report.rs"]
mod report;

use authgate::resource::Async;
use authgate::{Authenticated, Denial, Granted};
use prelude::User;
use report::{App, CanAsk, Report};

async fn grant(user: Authenticated<User>, sent: Report, app: &App) -> Result<Granted<Async<CanAsk>, Report, User>, Denial> {
    user.authorize_on_async(sent, app).await
}

fn main() {}
