//! Bundles: from another module, in a function, with unusual names, and without any `grants`.
#![deny(warnings)]

mod perms {
    #[derive(authgate::Permission, Clone, Copy, Debug, PartialEq)]
    pub enum P {
        Read,
        #[permission(implies(Read), name = "write-all")]
        Write,
        r#Type,
    }
}

#[derive(authgate::Role)]
#[role(permissions = perms::P)]
pub enum M {
    #[role(grants(Read, r#Type))]
    Viewer,
    #[role(implies(Viewer), grants(Write), grants(Read))]
    Editor,
    Guest,
}

#[derive(authgate::Role)]
#[role(permissions = crate::perms::P)]
pub enum Idle {
    Nobody,
}

#[derive(authgate::Principal)]
#[principal(role = M, permission = perms::P)]
pub struct User {
    #[principal(id)]
    pub sub: String,
    #[principal(roles)]
    pub roles: authgate::Roles<M>,
    #[principal(tenant_roles)]
    pub orgs: authgate::right::TenantRoles<M>,
}

fn main() {
    use authgate::Decision;
    use authgate::right::{Grants, HasRights, HasRightsIn};

    assert_eq!(<M as Grants<perms::P>>::GRANTS, [0b101, 0b111, 0]);
    assert_eq!(<Idle as Grants<perms::P>>::GRANTS, [0]);
    let roles = [M::Editor].into_iter().collect();
    let user = User { sub: "vera".into(), roles, orgs: [("acme".to_owned(), roles)].into_iter().collect() };
    assert_eq!(HasRights::<perms::P>::held(&user), 0b111);
    assert_eq!(user.holds::<perms::p::Read>(), Decision::Allow);
    assert!(!user.holds_in::<perms::p::Read>("globex").is_allowed());
    let _ = (M::Viewer, M::Guest, Idle::Nobody);

    #[derive(authgate::Permission)]
    enum Permission {
        Go,
    }
    #[derive(authgate::Role)]
    enum Local {
        #[role(grants(Go))]
        Here,
    }
    assert_eq!(<Local as Grants<Permission>>::GRANTS, [1]);
    let _ = (Local::Here, Permission::Go);
}
