//! The macros of authgate.

mod crate_path;
mod handler;
mod keys;
mod mistakes;
mod nearest;
mod principal;
mod public;
mod requires;
mod set;

use proc_macro::TokenStream;

/// Roles.
#[proc_macro_derive(Role, attributes(role))]
pub fn derive_role(item: TokenStream) -> TokenStream {
    set::derive(set::Kind::Role, item.into()).into()
}

/// Scopes.
#[proc_macro_derive(Scope, attributes(scope))]
pub fn derive_scope(item: TokenStream) -> TokenStream {
    set::derive(set::Kind::Scope, item.into()).into()
}

/// Principal.
#[proc_macro_derive(Principal, attributes(principal))]
pub fn derive_principal(item: TokenStream) -> TokenStream {
    principal::derive(item.into()).into()
}

/// Requires.
#[proc_macro_attribute]
pub fn requires(attribute: TokenStream, item: TokenStream) -> TokenStream {
    requires::requires(attribute.into(), item.into()).into()
}

/// Public.
#[proc_macro_attribute]
pub fn public(attribute: TokenStream, item: TokenStream) -> TokenStream {
    public::public(attribute.into(), item.into()).into()
}
