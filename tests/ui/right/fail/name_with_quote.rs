use authgate::Scope;

#[derive(Scope)]
enum Scope {
    #[scope(name = "reports\"read")]
    ReadReports,
    #[scope(name = "reports\nwrite")]
    WriteReports,
}

fn main() {}
