// Shared by the cases with longer rules.

struct Org;
struct Report;
struct CanEdit;
struct CanRead;
struct Active;

impl authgate::right::Tenant for Org {
    const FROM: authgate::right::TenantFrom = authgate::right::TenantFrom::PathParameter("org");
}

impl authgate::right::Right for Active {
    const RULE: &'static authgate::access::Rule = &authgate::access::Rule::Own(
        authgate::access::Own::new("policy", "active", &authgate::denial::DenialMessage::DENIED),
    );
}

impl authgate::Policy<Report> for CanEdit {
    type Principal = User;

    fn decide(_: &User, _: &Report) -> authgate::Decision {
        authgate::Decision::Allow
    }
}

impl authgate::Policy<Report> for CanRead {
    type Principal = User;

    fn decide(_: &User, _: &Report) -> authgate::Decision {
        authgate::Decision::Allow
    }
}
