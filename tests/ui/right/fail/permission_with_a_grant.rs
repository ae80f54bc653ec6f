#[derive(authgate::Permission)]
enum Permission {
    ReportsRead,
    #[permission(grants(ReportsRead))]
    ReportsWrite,
}

fn main() {}
