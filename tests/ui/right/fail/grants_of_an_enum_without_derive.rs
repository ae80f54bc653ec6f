enum Permission {
    ReportsRead,
    ReportsWrite,
}

#[derive(authgate::Role)]
enum Role {
    #[role(grants(ReportsRead, ReportsWrite))]
    Viewer,
    #[role(grants(ReportsWrite))]
    Editor,
}

fn main() {}
