//! Generates the marker types, the facts about the set and the names.

mod editor;
mod gives;
mod implications;
mod names;
mod visibility;

use proc_macro2::{Literal, TokenStream};
use quote::{quote, quote_spanned};

use super::check::{Right, Set};
pub(crate) use editor::spelt;

pub(super) fn expand(set: &Set) -> TokenStream {
    let (markers, facts, names, lookup) = (markers(set), facts(set), names::expand(set), lookup(set));
    let (gives, as_right, editor) = (gives::expand(set), as_right(set), editor::expand(set));
    quote!(#markers #facts #names #lookup #gives #as_right #editor)
}

/// Names the principal of `Authorized<Role>`, which lacks the variant. The only error is then that
/// the enum is not a right.
fn as_right(set: &Set) -> TokenStream {
    let Set { authgate, ident, .. } = set;
    quote! {
        #[automatically_derived]
        #[doc(hidden)]
        impl #authgate::__private::RightOf for #ident
        where
            for<'a> #authgate::__private::SetRef<'a, Self>: #authgate::__private::OwnedSet,
        {
            type Principal =
                <#authgate::__private::SetRef<'static, Self> as #authgate::__private::OwnedSet>::Principal;
        }
    }
}

/// Generates the marker types in a module next to the enum. The impls are outside of the module,
/// because `super` does not lead to an enum in a function body.
fn markers(set: &Set) -> TokenStream {
    let Set { kind, ident, visibility, module, rights, .. } = set;
    let deeper = visibility::deeper(visibility);
    let docs = format!(" The {}s of [`{ident}`] as types, for signatures.", kind.word());
    let docs = docs.replace("r#", "");
    let markers = rights.iter().map(|Right { ident, name, .. }| {
        let docs = format!(" The {} `{name}` as a type.", kind.word());
        quote! {
            #[doc = #docs]
            #[derive(::core::fmt::Debug)]
            #deeper struct #ident;
        }
    });
    quote! {
        #[doc = #docs]
        #[allow(dead_code, non_camel_case_types, unreachable_pub)]
        #visibility mod #module {
            #(#markers)*
        }
    }
}

fn facts(set: &Set) -> TokenStream {
    let Set { authgate, ident, module, rights, .. } = set;
    let members = rights.iter().enumerate().map(|(at, right)| {
        let (at, marker) = (Literal::usize_unsuffixed(at), &right.ident);
        quote! {
            #[automatically_derived]
            impl #authgate::__private::Marker for #module::#marker {
                type Set = #ident;
                type Index = #authgate::__private::At<#at>;
            }
            #[automatically_derived]
            impl #authgate::__private::Nth<#at> for #ident {
                type Marker = #module::#marker;
            }
        }
    });
    let implications = implications::expand(set);
    let set = right_set(set);
    quote!(#(#members)* #implications #set)
}

fn right_set(set: &Set) -> TokenStream {
    let Set { kind, authgate, ident, rights, .. } = set;
    let name = ident.to_string().replace("r#", "");
    let (span, word) = (ident.span(), kind.word());
    let at_enum = authgate.at(span);
    let unowned = quote_spanned!(span=> #at_enum::__private::no_principal(#name, #word));
    let kind = kind.ident(proc_macro2::Span::call_site());
    let names = rights.iter().map(|right| &right.name);
    let closures = rights.iter().map(|right| Literal::u128_unsuffixed(right.closure));
    let positions = positions(set);
    let at = rights.iter().enumerate().filter(|(_, right)| right.unit).map(|(at, Right { ident, .. })| {
        let at = Literal::usize_unsuffixed(at);
        quote!(#at => ::core::option::Option::Some(Self::#ident))
    });
    quote! {
        #[automatically_derived]
        impl #authgate::right::RightSet for #ident {
            type Kind = #authgate::__private::kind::#kind;
            const NAME: &'static ::core::primitive::str = #name;
            const NAMES: &'static [&'static ::core::primitive::str] = &[#(#names),*];
            const CLOSURE: &'static [::core::primitive::u128] = &[#(#closures),*];
            const UNOWNED: () = #unowned;
            fn index(&self) -> ::core::primitive::usize {
                match *self { #positions }
            }
            fn at(index: ::core::primitive::usize) -> ::core::option::Option<Self> {
                match index {
                    #(#at,)*
                    _ => ::core::option::Option::None,
                }
            }
        }
    }
}

/// Generates the constants in which `#[requires]` finds a position. If the enum lacks the derive,
/// the compiler error contains the name of a constant.
fn lookup(set: &Set) -> TokenStream {
    let Set { kind, authgate, ident, visibility, .. } = set;
    let span = proc_macro2::Span::call_site();
    let (lookup, owned) = (kind.lookup(span), kind.owned_lookup(span));
    quote! {
        #[automatically_derived]
        #[doc(hidden)]
        #[allow(dead_code, non_upper_case_globals, unreachable_pub, unused_imports, clippy::all, clippy::pedantic)]
        impl #ident {
            #[doc(hidden)]
            #visibility const #lookup: #authgate::__private::Lookup = #authgate::__private::Lookup::of::<Self>();
            #[doc(hidden)]
            #visibility const #owned: #authgate::__private::OwnedLookup<Self> = {
                use #authgate::__private::NoOwner as _;
                #authgate::__private::OwnedLookup::new(#authgate::__private::Owner::<Self>::OWNED)
            };
        }
    }
}

/// Generates the match arms from a variant to its position.
fn positions(set: &Set) -> TokenStream {
    let arms = set.rights.iter().enumerate().map(|(at, Right { ident, unit, .. })| {
        let at = Literal::usize_unsuffixed(at);
        if *unit { quote!(Self::#ident => #at) } else { quote!(Self::#ident { .. } => #at) }
    });
    let others = (!set.complete).then(|| quote!(_ => 0)).into_iter();
    let arms = arms.chain(others);
    quote!(#(#arms),*)
}
