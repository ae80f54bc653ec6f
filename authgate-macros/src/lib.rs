//! The derive and attribute macros of authgate. Depend on `authgate`, which re-exports them.
//!
//! Each macro is a few stages, a file each: what is written (`attr`, `input`), whether it is sound (`check`), and what
//! is emitted (`expand`), which cannot fail. All mistakes of an item are told at once, each at the token at fault, and
//! the item is emitted all the same, in a form that does no harm, so that its uses are not told as well.

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

/// Makes an enum a set of roles, with a marker type for each.
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
/// Beside the enum stands a module, `role`, with the types `role::Viewer`, `role::Editor` and `role::Admin`, as visible
/// as the enum. The enum is written and read as the name that tokens carry: `Display`, `FromStr`, serde.
///
/// On a variant:
///
/// - `name = ".."`: the name that tokens carry; by default the variant's in snake case (`api_reader` for `APIReader`).
/// - `implies(Viewer, ..)`: whoever holds this role holds those, and what they imply.
/// - `grants(ReportsWrite, ..)`: the permissions that come with it, variants of the enum called `Permission` in scope. A
///   role grants what the roles grant that it implies.
///
/// On the enum:
///
/// - `module = ".."`: the module's name; by default the enum's in snake case.
/// - `rename_all = ".."`: how names follow from variants: `snake_case`, `kebab-case`, `lowercase`,
///   `SCREAMING_SNAKE_CASE`, `camelCase` or `PascalCase`.
/// - `permissions = path`: the enum of the permissions, where it is not the one called `Permission` in scope. Without a
///   `grants` anywhere, its roles grant none of them.
/// - `crate = path`: where authgate is, if it is not called `::authgate`.
///
/// The enum has at least one and at most 128 variants, all without fields, and no generic parameters.
#[proc_macro_derive(Role, attributes(role))]
pub fn derive_role(item: TokenStream) -> TokenStream {
    set::derive(set::Kind::Role, item.into()).into()
}

/// Makes an enum a set of scopes, with a marker type for each. All is as for [`Role`](macro@Role), and the attribute
/// is called `scope`. What a credential with a scope may be used for stands on the variant: `allows(ReportsWrite, ..)`.
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

/// Makes an enum a set of permissions, with a marker type for each: what handlers ask for, and roles are bundles of. All is
/// as for [`Role`](macro@Role), but for `grants`, and the attribute is called `permission`.
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

/// Makes a type a requirement of the application's own: everything but what it decides.
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
/// - `principal = User`: whose it is. Without it, it stands beside rights of any principal that it is implemented for.
/// - `kind = ".."`, `name = ".."`: how it goes in the access table, `account:active`; a word in small letters, and letters,
///   digits, `_`, `-`, `.` and `:`. By default `policy`, and the type's own name.
/// - `reason = ".."`, `detail = ".."`: what the client is told where it says no: a code for programs, a sentence for
///   people. Both or neither; by default `policy_denied`.
/// - `crate = path`: where authgate is, if it is not called `::authgate`.
///
/// The type has no generic parameters.
#[proc_macro_derive(Right, attributes(right))]
pub fn derive_right(item: TokenStream) -> TokenStream {
    right::derive(item.into()).into()
}

/// Makes a struct a principal: who calls, and which rights he holds.
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
/// On the struct:
///
/// - `role = Role`, `scope = Scope`, `permission = Permission`: the sets whose rights it holds. Permissions are held as the
///   roles grant them.
/// - `limited`, directly after `permission = ..`: and only as far as the scopes allow them. A field of type
///   `Option<Scopes<..>>` says with `None` (no claim, or `null`) that the credential is not limited; with a plain
///   `Scopes<..>` no claim allows nothing.
/// - `foreign`, directly after one of these: the set is another crate's, or is another principal's by default. Its
///   rights are then asked for with the principal, `Authorized<role::Admin, ApiKey>`.
/// - `shared_subjects`: where a gate trusts several issuers, a subject is the same caller at each of them.
/// - `crate = path`: where authgate is, if it is not called `::authgate`.
///
/// On its fields: `id`, which can be displayed and goes to logs; `issuer`, of type `String`, `Box<str>`, `Arc<str>` or an
/// `Option` of one of these, which the gate fills with the verified issuer of the credential; `roles`, of type `authgate::Roles<..>`; `tenant_roles`, of
/// type `authgate::TenantRoles<..>`, for roles that hold within a tenant and nowhere else; `scopes`, of type
/// `authgate::Scopes<..>`; `permissions`, of type `authgate::Permissions<..>`, for those that are held whatever the roles
/// grant.
#[proc_macro_derive(Principal, attributes(principal))]
pub fn derive_principal(item: TokenStream) -> TokenStream {
    principal::derive(item.into()).into()
}

/// Declares which rights a handler's caller must hold. All of them must be held.
///
/// ```ignore
/// #[requires(role = "admin")]                                          // by the name that tokens carry
/// async fn purge(State(db): State<Db>) -> StatusCode { .. }
///
/// #[requires(role = Role::Editor, scope = Scope::WriteReports)]        // by the variant
/// async fn publish(editor: Authorized<_>, body: Json<Report>) -> StatusCode { .. }
/// ```
///
/// The declaration is the first parameter's type, and this attribute writes it: it completes a first parameter
/// `Authorized<_>`, or puts one before the others. A misspelt name is a compile error. The rule goes into the
/// function's documentation.
///
/// - `role = ..`, `scope = ..`, `permission = ..`: a name in quotes is one of the type called `Role` (`Scope`,
///   `Permission`) that is in scope where the attribute stands; a path to a variant may lead anywhere.
/// - `in = Org`: the roles and permissions of the same list are asked for in this tenant. Lists in it say it again; where some
///   are to be held everywhere, the others have a list of their own: `any(all(role = "admin", in = Org), role = "support")`.
/// - `policy = Active`: a requirement of the application's own.
/// - `scheme = ApiKey`: by which scheme the caller has proved who he is.
/// - `fresh = "5m"` (units s, m, h, d), `acr = "urn:gold"`, `factor = "otp"`: how recent and how strong the login is.
/// - `all(..)`, `any(..)`, `not(..)`: lists of these, of up to twelve and eight deep. What stands in `#[requires(..)]` itself
///   must all hold.
/// - `policy = CanEdit, on = Report`: a policy over the thing that the path names; the first parameter is
///   `Granted<CanEdit, Report>`.
/// - `conceal`: who may not is told that there is nothing (404); `conceal = CanRead`: unless he has that over the thing.
/// - `waive = Active, reason = ".."`: what the gate asks of everybody is not asked here.
/// - `principal = User`: whose right it is, where the set does not say.
/// - `crate = path`: where authgate is, if it is not called `::authgate`.
///
/// It stands above attributes that read the signature, such as `#[axum::debug_handler]`.
#[proc_macro_attribute]
pub fn requires(attribute: TokenStream, item: TokenStream) -> TokenStream {
    requires::requires(attribute.into(), &item.into()).into()
}

/// Declares that everybody may call a handler, and says why. The reason goes into the access table.
///
/// ```ignore
/// #[public(reason = "load balancer probe")]
/// async fn health() -> &'static str { "ok" }
/// ```
///
/// No credentials are looked at, unless the handler takes `Option<Authenticated<User>>`.
///
/// - `reason = ".."`: one line of up to 256 bytes.
/// - `crate = path`: where authgate is, if it is not called `::authgate`.
#[proc_macro_attribute]
pub fn public(attribute: TokenStream, item: TokenStream) -> TokenStream {
    public::public(attribute.into(), &item.into()).into()
}
