use authgate::Scope;

#[derive(Scope)]
enum Scope {
    #[scope(name = "reports read")]
    ReadReports,
}

fn main() {}
