//! Raw identifiers, acronyms, and custom cases and modules.
#![deny(warnings)]
#![allow(non_camel_case_types)]

use authgate::right::RightSet;

#[derive(authgate::Role)]
#[allow(dead_code)]
enum r#Type {
    r#struct,
    APIReader,
    OAuth2Admin,
}

#[derive(authgate::Scope)]
#[scope(rename_all = "kebab-case", module = "rights")]
#[allow(dead_code)]
enum Scope {
    ReadReports,
    #[scope(name = "{}")]
    Braces,
}

#[derive(authgate::Principal)]
#[principal(role = r#Type, scope = Scope)]
struct r#struct {
    #[principal(id)]
    r#type: u64,
    #[principal(roles)]
    r#roles: authgate::Roles<r#Type>,
    #[principal(scopes)]
    scopes: authgate::Scopes<Scope>,
}

#[authgate::requires(role = r#Type::r#struct, scope = "{}")]
async fn r#match() {}

fn main() {
    assert_eq!(r#Type::NAMES, ["struct", "api_reader", "oauth2_admin"]);
    assert_eq!(<r#Type as RightSet>::NAME, "Type");
    assert_eq!(Scope::NAMES, ["read-reports", "{}"]);
    let _ = (r#type::r#struct, r#type::APIReader, rights::ReadReports);
    let _ = r#match;
    let caller = r#struct { r#type: 7, roles: authgate::Roles::none(), scopes: authgate::Scopes::none() };
    assert_eq!(*authgate::Principal::id(&caller), 7);
    assert_eq!(<r#struct as authgate::Principal>::NAME, "struct");
}
