#[derive(authgate::Permission)]
enum Permission {
    ReportsRead,
    #[permission(implies(ReportsRead))]
    ReportsWrite,
}

#[derive(authgate::Role)]
enum Role {
    #[role(grants(ReportsRead))]
    Viewer,
}

#[derive(authgate::Scope)]
enum Scope {
    #[scope(allows(ReportsRead))]
    Read,
}

#[derive(authgate::Principal)]
#[principal(role = Role, scope = Scope, permission = Permission, limited, limited)]
struct User {
    #[principal(id)]
    sub: String,
    #[principal(roles)]
    roles: authgate::Roles<Role>,
    #[principal(scopes)]
    scope: Option<authgate::Scopes<Scope>>,
}

fn main() {}
