//! Derive and attribute macros for authgate. Depend on `authgate`, which re-exports them.
//!
//! The documentation of each macro in `authgate` starts with a description and examples. The text
//! here follows it there, and is what editors show.
//!
//! Each macro runs in stages, one file per stage. `attr` and `input` parse, `check` validates, and
//! `expand` generates code and cannot fail. All errors in an item are reported together, each at
//! the token that causes it. After an error, the macro still emits a harmless version of the item,
//! so that code using the item does not report further errors.

mod crate_path;
#[cfg(test)]
mod expanded;
mod handler;
mod keys;
mod mistakes;
mod nearest;
mod principal;
mod public;
mod requires;
mod right;
mod set;

use proc_macro::TokenStream;

/// # Generated items
///
/// `#[derive(Role)]` generates a module named after the enum, with a marker type for each variant:
/// the type `role::Admin` for the variant `Role::Admin`. Module and types have the visibility of
/// the enum. `Display`, `FromStr`, `Serialize` and `Deserialize` use the name that tokens carry.
///
/// # Attributes on a variant
///
/// - `name = ".."`: the name that tokens carry. Defaults to the variant name in snake case
///   (`api_reader` for `APIReader`).
/// - `implies(Viewer, ..)`: the roles included in this role, together with every role that they
///   imply.
/// - `grants(ReportsWrite, ..)`: the permissions granted by this role. They are variants of the
///   enum named `Permission` in scope. A role also grants the permissions of every role that it
///   implies.
///
/// # Attributes on the enum
///
/// - `module = ".."`: the name of the generated module. Defaults to the enum name in snake case.
/// - `rename_all = ".."`: the case convention that derives names from variants: `snake_case`,
///   `kebab-case`, `lowercase`, `SCREAMING_SNAKE_CASE`, `camelCase` or `PascalCase`.
/// - `permissions = path`: the permission enum, if it is not the `Permission` in scope. With
///   `permissions` but without any `grants`, the roles grant none of these permissions.
/// - `crate = path`: the path to authgate. Defaults to `::authgate`.
///
/// The enum must have between 1 and 128 variants, all without fields, and must not be generic.
#[proc_macro_derive(Role, attributes(role))]
pub fn derive_role(item: TokenStream) -> TokenStream {
    set::derive(set::Kind::Role, item.into()).into()
}

/// # Attributes
///
/// The attribute is named `scope` and takes the same keys as [`Role`](macro@Role), except `grants`.
/// On a variant, `allows(ReportsWrite, ..)` lists the permissions that a credential with this scope
/// may use.
#[proc_macro_derive(Scope, attributes(scope))]
pub fn derive_scope(item: TokenStream) -> TokenStream {
    set::derive(set::Kind::Scope, item.into()).into()
}

/// # Attributes
///
/// The attribute is named `permission` and
/// takes the same keys as [`Role`](macro@Role), except `grants` and `permissions`.
#[proc_macro_derive(Permission, attributes(permission))]
pub fn derive_permission(item: TokenStream) -> TokenStream {
    set::derive(set::Kind::Permission, item.into()).into()
}

/// # Attributes
///
/// - `principal = User`: the principal that the requirement applies to. Without it, the requirement
///   can be combined with rights of any principal that `Requirement` is implemented for.
/// - `kind = ".."`, `name = ".."`: the requirement's entry in the access table, such as
///   `account:active`. The kind is a lowercase word. The name may contain letters, digits, `_`,
///   `-`, `.` and `:`. They default to `policy` and the type name.
/// - `reason = ".."`, `detail = ".."`: the error sent to the client when the requirement denies the
///   request. `reason` is a code for programs and `detail` is a sentence for people. Set both or
///   neither. The default reason is `policy_denied`.
/// - `crate = path`: the path to authgate. Defaults to `::authgate`.
///
/// The type must not be generic.
#[proc_macro_derive(Right, attributes(right))]
pub fn derive_right(item: TokenStream) -> TokenStream {
    right::derive(item.into()).into()
}

/// # Attributes on the struct
///
/// - `role = Role`, `scope = Scope`, `permission = Permission`: the sets whose rights the principal
///   can hold. Permissions are granted by roles.
/// - `limited`, directly after `permission = ..`: restricts permissions to those that the
///   credential's scopes allow. With a field of type `Option<Scopes<..>>`, a missing or `null`
///   claim means that the credential is not limited. With a field of type `Scopes<..>`, a missing
///   claim allows nothing.
/// - `foreign`, directly after a set: the set is defined in another crate, or belongs to another
///   principal by default. Handlers must then name the principal:
///   `Authorized<role::Admin, ApiKey>`.
/// - `shared_subjects`: if a gate trusts several issuers, the same subject is the same caller at
///   every issuer.
/// - `crate = path`: the path to authgate. Defaults to `::authgate`.
///
/// # Attributes on a field
///
/// - `id`: the identifier of the caller. It must implement `Display` and appears in logs.
/// - `issuer`: the verified issuer of the credential, set by the gate. The type is `String`,
///   `Box<str>`, `Arc<str>` or an `Option` of one of these.
/// - `roles`: a field of type `authgate::Roles<..>`.
/// - `tenant_roles`: a field of type `authgate::right::TenantRoles<..>`, for roles that apply only
///   within a tenant.
/// - `scopes`: a field of type `authgate::Scopes<..>`.
/// - `permissions`: a field of type `authgate::Permissions<..>`, for permissions held in addition
///   to those that the roles grant.
/// - `sample = expression`: the value of the field in test principals, if its type does not
///   implement `Default`.
#[proc_macro_derive(Principal, attributes(principal))]
pub fn derive_principal(item: TokenStream) -> TokenStream {
    principal::derive(item.into()).into()
}

/// # Keys
///
/// In every list:
///
/// - `role = ..`, `scope = ..`, `permission = ..`: a right, by its name or by its variant.
/// - `in = Org`: the tenant in which the roles and permissions of the same list must be held.
/// - `policy = Active`: a custom requirement.
/// - `scheme = ApiKey`: the scheme that must have authenticated the caller.
/// - `issuer = "https://id.example"`: the issuer of the credential.
/// - `fresh = "5m"`: the maximum age of the login.
/// - `acr = "urn:gold"`: the authentication context classes of the login, one of which is required.
/// - `factor = "otp"`: the authentication method of the login.
/// - `all(..)`, `any(..)`, `not(..)`: a nested list.
///
/// For the whole rule:
///
/// - `policy = CanEdit, on = Report`: a policy on the resource that the path names.
/// - `conceal`, `conceal = CanRead`: responds with 404 instead of 403.
/// - `waive = Active, reason = ".."`: skips a requirement that the gate applies to every route.
/// - `principal = User`: the principal type, if the rights do not determine it.
/// - `crate = path`: the path to authgate. Defaults to `::authgate`.
#[proc_macro_attribute]
pub fn requires(attribute: TokenStream, item: TokenStream) -> TokenStream {
    requires::requires(attribute.into(), &item.into()).into()
}

/// # Attributes
///
/// - `reason = ".."`: one line of at most 256 bytes.
/// - `crate = path`: the path to authgate. Defaults to `::authgate`.
#[proc_macro_attribute]
pub fn public(attribute: TokenStream, item: TokenStream) -> TokenStream {
    public::public(attribute.into(), &item.into()).into()
}
