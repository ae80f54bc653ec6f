//! Checks that each role of a field occurs once, and that each set has a field.

use proc_macro2::{Ident, Span};
use quote::ToTokens as _;

use super::attr::{OnField, SetPath};
use super::input::{Field, Input};
use crate::crate_path::CratePath;
use crate::mistakes::Mistakes;

/// A principal that passed all checks.
pub(super) struct Principal<'a> {
    pub(super) authgate: &'a CratePath,
    pub(super) ident: &'a Ident,
    pub(super) fields: &'a [Field],
    pub(super) id: &'a Field,
    pub(super) subjects: Subjects<'a>,
    pub(super) role: Option<RolesHeld<'a>>,
    /// The roles in tenants, if they are another set.
    pub(super) tenant_role: Option<Held<'a>>,
    pub(super) scope: Option<Held<'a>>,
    pub(super) permission: Option<PermissionsHeld<'a>>,
}

/// How subjects of several issuers are distinguished.
pub(super) enum Subjects<'a> {
    Undeclared,
    /// The field that contains the issuer.
    OfIssuer(&'a Field),
    /// A subject is the same caller at every issuer.
    Shared,
}

/// A set of rights, and the field that holds them.
pub(super) struct Held<'a> {
    pub(super) set: &'a SetPath,
    pub(super) field: &'a Field,
}

/// Global roles, tenant roles or both, each in a separate field.
pub(super) struct RolesHeld<'a> {
    pub(super) set: &'a SetPath,
    pub(super) everywhere: Option<&'a Field>,
    pub(super) in_tenants: Option<&'a Field>,
}

/// Permissions that the roles grant.
pub(super) struct PermissionsHeld<'a> {
    pub(super) set: &'a SetPath,
    /// The field of permissions held in addition to those that the roles grant.
    pub(super) field: Option<&'a Field>,
    /// `true` if scopes limit all permissions.
    pub(super) limited: bool,
}

/// Returns `None` if a required attribute is missing. The error is then in `mistakes`.
pub(super) fn check<'a>(input: &'a Input, mistakes: &mut Mistakes) -> Option<Principal<'a>> {
    let Input { ident, attribute, .. } = input;
    let id = one(input, "id", |field| field.id, mistakes);
    if id.is_none() {
        let text = "no field identifies the caller: put `#[principal(id)]` on the field that does";
        mistakes.at(ident, text);
    }
    let subjects = subjects(input, mistakes);
    let (role, tenant_role) = (roles(input, mistakes), tenant_roles(input, mistakes));
    let scope = scopes(input, mistakes);
    let permission = permissions(input, mistakes);
    Some(Principal {
        authgate: &attribute.authgate,
        ident,
        fields: &input.fields,
        id: id?,
        subjects,
        role,
        tenant_role,
        scope,
        permission,
    })
}

fn subjects<'a>(input: &'a Input, mistakes: &mut Mistakes) -> Subjects<'a> {
    match (one(input, "issuer", |field| field.issuer, mistakes), input.attribute.shared_subjects) {
        (None, None) => Subjects::Undeclared,
        (Some(field), None) => Subjects::OfIssuer(field),
        (None, Some(_)) => Subjects::Shared,
        (Some(field), Some(span)) => {
            let text = format!(
                "`{}` is `#[principal(issuer)]`: remove `shared_subjects` or that attribute",
                field.ident
            );
            mistakes.push(syn::Error::new(span, text));
            Subjects::Undeclared
        }
    }
}

fn roles<'a>(input: &'a Input, mistakes: &mut Mistakes) -> Option<RolesHeld<'a>> {
    let everywhere = one(input, "roles", |field| field.roles, mistakes);
    let has_tenant_set = input.attribute.tenant_role.is_some();
    let in_tenants = one(input, "tenant_roles", |field| field.tenant_roles, mistakes);
    let in_tenants = in_tenants.filter(|_| !has_tenant_set);
    let Some(set) = &input.attribute.role else {
        if let Some(field) = everywhere {
            of_no_enum(field, field.attribute.roles, "roles", "role = Role", mistakes);
        } else if let Some(field) = in_tenants {
            of_no_enum(field, field.attribute.tenant_roles, "roles", "role = Role", mistakes);
        }
        return None;
    };
    if everywhere.is_none() && in_tenants.is_none() {
        let mut text =
            "no field holds these roles: put `#[principal(roles)]` on a field of type `Roles<..>`".to_owned();
        if !has_tenant_set {
            text.push_str(", or `#[principal(tenant_roles)]` on one of type `TenantRoles<..>`");
        }
        mistakes.push(syn::Error::new(set.key.span(), text));
        return None;
    }
    Some(RolesHeld { set, everywhere, in_tenants })
}

/// Returns the roles in tenants, if they are another set than the roles held everywhere.
fn tenant_roles<'a>(input: &'a Input, mistakes: &mut Mistakes) -> Option<Held<'a>> {
    let set = input.attribute.tenant_role.as_ref()?;
    let text = |set: &SetPath| set.path.to_token_stream().to_string();
    if input.attribute.role.as_ref().is_some_and(|role| text(role) == text(set)) {
        let text = "`role` and `tenant_role` name one set: remove `tenant_role`, and put \
                    `#[principal(tenant_roles)]` on a field of type `TenantRoles<..>`";
        mistakes.push(syn::Error::new(set.key.span(), text));
        return None;
    }
    // A second field is reported with the roles.
    let field = input.fields.iter().find(|field| field.attribute.tenant_roles.is_some());
    if field.is_none() {
        let text = "no field holds these roles: put `#[principal(tenant_roles)]` on a field of type \
                    `TenantRoles<..>`";
        mistakes.push(syn::Error::new(set.key.span(), text));
    }
    Some(Held { set, field: field? })
}

fn scopes<'a>(input: &'a Input, mistakes: &mut Mistakes) -> Option<Held<'a>> {
    let field = one(input, "scopes", |field| field.scopes, mistakes);
    match (&input.attribute.scope, field) {
        (Some(set), Some(field)) => return Some(Held { set, field }),
        (Some(set), None) => {
            let text =
                "no field holds these scopes: put `#[principal(scopes)]` on a field of type `Scopes<..>`";
            mistakes.push(syn::Error::new(set.key.span(), text));
        }
        (None, Some(field)) => {
            of_no_enum(field, field.attribute.scopes, "scopes", "scope = Scope", mistakes);
        }
        (None, None) => {}
    }
    None
}

fn permissions<'a>(input: &'a Input, mistakes: &mut Mistakes) -> Option<PermissionsHeld<'a>> {
    let field = one(input, "permissions", |field| field.permissions, mistakes);
    let Some(set) = &input.attribute.permission else {
        if let Some(field) = field {
            of_no_enum(
                field,
                field.attribute.permissions,
                "permissions",
                "permission = Permission",
                mistakes,
            );
        }
        return None;
    };
    let any = |mark: fn(&OnField) -> Option<Span>| {
        input.fields.iter().any(|field| mark(&field.attribute).is_some())
    };
    let of_roles = input.attribute.role.is_some()
        || input.attribute.tenant_role.is_some()
        || any(|field| field.roles)
        || any(|field| field.tenant_roles);
    if field.is_none() && !of_roles {
        let text = "nothing grants these permissions: name the roles that do, `role = Role`, or put \
                    `#[principal(permissions)]` on a field of type `Permissions<..>`";
        mistakes.push(syn::Error::new(set.key.span(), text));
        return None;
    }
    let limited = input.attribute.limited;
    if let Some(limited) = limited
        && input.attribute.scope.is_none()
        && !any(|field| field.scopes)
    {
        let text = "nothing limits these permissions: name the scopes that do, `scope = Scope`, and put \
                    `#[principal(scopes)]` on a field";
        mistakes.push(syn::Error::new(limited, text));
        return None;
    }
    Some(PermissionsHeld { set, field, limited: limited.is_some() })
}

/// Returns the field with this key, and reports any further field with it.
fn one<'a>(
    input: &'a Input,
    what: &str,
    mark: impl Fn(&OnField) -> Option<Span>,
    mistakes: &mut Mistakes,
) -> Option<&'a Field> {
    let mut marked = input.fields.iter().filter_map(|field| Some((field, mark(&field.attribute)?)));
    let (first, _) = marked.next()?;
    for (_, span) in marked {
        let text = format!("duplicate `#[principal({what})]`, already on `{}`: remove one", first.ident);
        mistakes.push(syn::Error::new(span, text));
    }
    Some(first)
}

fn of_no_enum(field: &Field, mark: Option<Span>, what: &str, key: &str, mistakes: &mut Mistakes) {
    let text = format!("the enum of these {what} is missing: write `#[principal({key})]` on the struct");
    mistakes.push(syn::Error::new(mark.unwrap_or_else(|| field.ident.span()), text));
}
