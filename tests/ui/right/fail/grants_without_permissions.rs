#[derive(authgate::Role)]
enum Role {
    #[role(grants(ReportsRead, ReportsWrite))]
    Viewer,
    #[role(grants(ReportsShare))]
    Editor,
}

fn main() {}
