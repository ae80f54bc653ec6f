use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use super::check::{Held, Principal};

pub(super) fn expand(principal: &Principal<'_>) -> TokenStream {
    let Principal { authgate, ident, id, role, scope } = principal;
    let name = ident.to_string().replace("r#", "");
    let (field, ty) = (&id.ident, &id.ty);
    let roles = role.iter().map(|held| expand_held(principal, held, "RolesOf"));
    let scopes = scope.iter().map(|held| expand_held(principal, held, "ScopesOf"));
    quote! {
        #[automatically_derived]
        impl #authgate::Principal for #ident {
            type Id = #ty;
            const NAME: &'static ::core::primitive::str = #name;
            fn id(&self) -> &#ty {
                &self.#field
            }
        }
        #(#roles)*
        #(#scopes)*
    }
}

fn expand_held(principal: &Principal<'_>, held: &Held<'_>, of: &str) -> TokenStream {
    let Principal { authgate, ident, .. } = principal;
    let (set, field, ty) = (&held.set.path, &held.field.ident, &held.field.ty);
    let of = Ident::new(of, Span::call_site());
    let span = set.span();
    let at = authgate.at(span);
    let owner = (!held.set.foreign).then(|| {
        quote_spanned! {span=>
            #[automatically_derived]
            impl #at::right::HeldBy for #set {
                type Principal = #ident;
            }
        }
    });
    let holds = quote_spanned!(span=> #at::right::Holds<#set>);
    let bits = quote_spanned!(ty.span()=> <#ty as #authgate::__private::#of<#set>>::bits);
    quote! {
        #owner
        #[automatically_derived]
        impl #holds for #ident {
            fn held(&self) -> ::core::primitive::u128 {
                #bits(&self.#field)
            }
        }
    }
}
