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
///
/// On the enum:
///
/// - `module = ".."`: the module's name; by default the enum's in snake case.
/// - `rename_all = ".."`: how names follow from variants: `snake_case`, `kebab-case`, `lowercase`,
///   `SCREAMING_SNAKE_CASE`, `camelCase` or `PascalCase`.
/// - `crate = path`: where authgate is, if it is not called `::authgate`.
///
/// The enum has at least one and at most 128 variants, all without fields, and no generic parameters.
#[proc_macro_derive(Role, attributes(role))]
pub fn derive_role(item: TokenStream) -> TokenStream {
    set::derive(set::Kind::Role, item.into()).into()
}

/// Makes an enum a set of scopes, with a marker type for each. All is as for [`Role`](macro@Role), and the attribute
/// is called `scope`.
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
/// - `role = Role`, `scope = Scope`: the sets whose rights it holds.
/// - `foreign`, directly after one of these: the set is another crate's, or is another principal's by default. Its
///   rights are then asked for with the principal, `Authorized<role::Admin, ApiKey>`.
/// - `crate = path`: where authgate is, if it is not called `::authgate`.
///
/// On its fields: `id`, which can be displayed and goes to logs; `roles`, of type `authgate::Roles<..>`; `scopes`, of
/// type `authgate::Scopes<..>`.
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
/// - `in = Org`: the roles and permissions of the same list are asked for in this tenant.
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
