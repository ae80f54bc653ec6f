#[path = "../../prelude.rs"]
mod prelude;
#[path = "../report.rs"]
mod report;

use authgate::Resource;
use report::App;

pub struct Invoice;

pub struct Number(u64);

impl Resource<App> for Invoice {
    type Key = Number;
    type Error = std::io::Error;

    async fn load(_: Number, _: &App) -> Result<Option<Self>, std::io::Error> {
        Ok(None)
    }
}

fn main() {}
