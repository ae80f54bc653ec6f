// Shared by all cases, which include it by path.

#[derive(authgate::Role)]
pub enum Role {
    Viewer,
    #[role(implies(Viewer))]
    Editor,
    #[role(implies(Editor))]
    Admin,
}

#[derive(authgate::Scope)]
pub enum Scope {
    #[scope(name = "reports:write")]
    WriteReports,
}

#[derive(authgate::Principal, serde::Deserialize)]
#[principal(role = Role, scope = Scope)]
pub struct User {
    #[principal(id)]
    pub sub: String,
    #[principal(roles)]
    roles: authgate::Roles<Role>,
    #[principal(scopes)]
    scope: authgate::Scopes<Scope>,
}
