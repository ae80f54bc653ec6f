//! Derive and attribute macros for authgate. Depend on `authgate`, which re-exports them.
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

/// Derives a set of roles from an enum, with a marker type for each role.
///
/// # Examples
///
/// ```ignore
/// #[derive(authgate::Role)]
/// pub enum Role {
///     Viewer,
///     #[role(implies(Viewer))]
///     Editor,
///     #[role(implies(Editor), name = "administrator")]
///     Admin,
/// }
///
/// async fn purge(admin: Authorized<role::Admin>) { .. }
///
/// #[requires(role = "administrator")]
/// async fn the_same() { .. }
/// ```
///
/// The derive generates a module named after the enum. In the example, the module `role` contains
/// the marker types `role::Viewer`, `role::Editor` and `role::Admin`. Module and types have the
/// visibility of the enum. `Display`, `FromStr`, `Serialize` and `Deserialize` use the name that
/// tokens carry.
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

/// Derives a set of scopes from an enum, with a marker type for each scope.
///
/// The attribute is named `scope` and takes the same keys as [`Role`](macro@Role), except `grants`.
/// On a variant, `allows(ReportsWrite, ..)` lists the permissions that a credential with this scope
/// may use.
///
/// # Examples
///
/// ```ignore
/// #[derive(authgate::Scope)]
/// pub enum Scope {
///     #[scope(name = "reports:read")]
///     ReadReports,
///     #[scope(name = "reports:write", implies(ReadReports))]
///     WriteReports,
/// }
///
/// async fn publish(writer: Authorized<scope::WriteReports>) { .. }
/// ```
#[proc_macro_derive(Scope, attributes(scope))]
pub fn derive_scope(item: TokenStream) -> TokenStream {
    set::derive(set::Kind::Scope, item.into()).into()
}

/// Derives a set of permissions from an enum, with a marker type for each permission.
///
/// Handlers require permissions, and roles grant them. The attribute is named `permission` and
/// takes the same keys as [`Role`](macro@Role), except `grants` and `permissions`.
///
/// # Examples
///
/// ```ignore
/// #[derive(authgate::Permission)]
/// pub enum Permission {
///     #[permission(name = "reports:read")]
///     ReportsRead,
///     #[permission(name = "reports:write", implies(ReportsRead))]
///     ReportsWrite,
/// }
///
/// #[derive(authgate::Role)]
/// pub enum Role {
///     #[role(grants(ReportsRead))]
///     Viewer,
///     #[role(grants(ReportsWrite))]
///     Editor,
/// }
///
/// async fn publish(by: Authorized<permission::ReportsWrite>) { .. }
/// ```
#[proc_macro_derive(Permission, attributes(permission))]
pub fn derive_permission(item: TokenStream) -> TokenStream {
    set::derive(set::Kind::Permission, item.into()).into()
}

/// Derives `Right` for a custom requirement. The application implements `Requirement`, which
/// contains the decision.
///
/// # Examples
///
/// ```ignore
/// #[derive(authgate::Right)]
/// #[right(principal = User, kind = "account", name = "active", reason = "account_suspended",
///         detail = "Your account is suspended; write to support.")]
/// pub struct Active;
///
/// impl authgate::Requirement<User> for Active {
///     fn decide(user: &User, _: &authgate::Context) -> authgate::Decision {
///         authgate::Decision::allow_if(!user.suspended)
///     }
/// }
///
/// async fn post(by: Authorized<All<(role::Editor, Active)>>) { .. }
/// ```
///
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

/// Derives `Principal` for a struct: the authenticated caller and the rights it holds.
///
/// # Examples
///
/// ```ignore
/// #[derive(authgate::Principal, serde::Deserialize)]
/// #[principal(role = Role, scope = Scope)]
/// pub struct User {
///     #[principal(id)]
///     pub sub: String,
///     #[principal(roles)]
///     #[serde(default)]
///     roles: authgate::Roles<Role>,
///     #[principal(scopes)]
///     #[serde(default)]
///     scope: authgate::Scopes<Scope>,
/// }
/// ```
///
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
/// - `tenant_roles`: a field of type `authgate::TenantRoles<..>`, for roles that apply only within
///   a tenant.
/// - `scopes`: a field of type `authgate::Scopes<..>`.
/// - `permissions`: a field of type `authgate::Permissions<..>`, for permissions held in addition
///   to those that the roles grant.
/// - `sample = expression`: the value of the field in test principals, if its type does not
///   implement `Default`.
#[proc_macro_derive(Principal, attributes(principal))]
pub fn derive_principal(item: TokenStream) -> TokenStream {
    principal::derive(item.into()).into()
}

/// Declares the rights that the caller of a handler must hold. All of them are required.
///
/// # Examples
///
/// ```ignore
/// #[requires(role = "admin")]                                   // the name that tokens carry
/// async fn purge(State(db): State<Db>) -> StatusCode { .. }
///
/// #[requires(role = Role::Editor, scope = Scope::WriteReports)] // enum variants
/// async fn publish(editor: Authorized<_>, body: Json<Report>) -> StatusCode { .. }
/// ```
///
/// The declaration is the type of the first parameter, which this attribute writes. It completes a
/// first parameter of type `Authorized<_>`, or inserts such a parameter. A misspelled name is a
/// compile error. The rule is added to the documentation of the function.
///
/// # Required rights
///
/// - `role = ..`, `scope = ..`, `permission = ..`: a right. A name in quotes refers to the enum
///   named `Role`, `Scope` or `Permission` in scope. A path to a variant can name any enum.
/// - `in = Org`: requires the roles and permissions of the same list in this tenant. It does not
///   apply to nested lists, which must repeat it. To require other rights outside the tenant, put
///   `in` and its rights into a separate list:
///   `any(all(role = "admin", in = Org), role = "support")`.
/// - `policy = Active`: a custom requirement.
/// - `scheme = ApiKey`: the scheme that must have authenticated the caller.
/// - `fresh = "5m"` (units s, m, h, d), `acr = "urn:gold"`, `factor = "otp"`: the maximum age and
///   the required strength of the login.
/// - `all(..)`, `any(..)`, `not(..)`: a nested list, of at most 12 entries and at most 8 levels.
///   The entries of `#[requires(..)]` itself are combined as in `all(..)`.
/// - `policy = CanEdit, on = Report`: a policy on the resource that the path identifies. The type
///   of the first parameter is `Granted<CanEdit, Report>`.
///
/// # Options
///
/// - `conceal`: responds with 404 instead of 403 to callers that lack the rights. With
///   `conceal = CanRead`, callers that `CanRead` allows on the resource get 403.
/// - `waive = Active, reason = ".."`: skips a requirement that the gate applies to every route.
/// - `principal = User`: the principal type, if the rights do not determine it.
/// - `crate = path`: the path to authgate. Defaults to `::authgate`.
///
/// Place the attribute above attributes that read the signature, such as `#[axum::debug_handler]`.
#[proc_macro_attribute]
pub fn requires(attribute: TokenStream, item: TokenStream) -> TokenStream {
    requires::requires(attribute.into(), &item.into()).into()
}

/// Declares that a handler is public, with a reason that appears in the access table.
///
/// The gate ignores credentials on a public route unless the handler takes
/// `Option<Authenticated<User>>`.
///
/// # Examples
///
/// ```ignore
/// #[public(reason = "load balancer probe")]
/// async fn health() -> &'static str { "ok" }
/// ```
///
/// # Attributes
///
/// - `reason = ".."`: one line of at most 256 bytes.
/// - `crate = path`: the path to authgate. Defaults to `::authgate`.
#[proc_macro_attribute]
pub fn public(attribute: TokenStream, item: TokenStream) -> TokenStream {
    public::public(attribute.into(), &item.into()).into()
}
