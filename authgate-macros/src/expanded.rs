//! Snapshot tests of the generated code, in `expanded/*.rs`. `AUTHGATE_BLESS=1` rewrites the
//! files.

use std::path::Path;

use proc_macro2::TokenStream;
use quote::quote;

use crate::set::{self, Kind};
use crate::{principal, public, requires, right};

#[expect(clippy::needless_pass_by_value, reason = "the macros return it by value")]
fn expands(name: &str, tokens: TokenStream) {
    let file = syn::parse2(tokens.clone())
        .unwrap_or_else(|error| panic!("{name} does not parse: {error}\n{tokens}"));
    let expanded = prettyplease::unparse(&file);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("expanded").join(name).with_extension("rs");
    if std::env::var_os("AUTHGATE_BLESS").is_some() {
        std::fs::write(&path, expanded).unwrap();
        return;
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        expanded == committed,
        "{name} expands to something else; AUTHGATE_BLESS=1 accepts it:\n{expanded}"
    );
}

fn a_set() -> TokenStream {
    set::derive(
        Kind::Role,
        quote! {
            #[role(crate = ag, module = "roles")]
            pub(super) enum Role {
                Viewer,
                #[role(implies(Viewer))]
                Editor,
                #[role(implies(Editor), name = "root")]
                Admin,
            }
        },
    )
}

fn a_principal() -> TokenStream {
    let user = quote! {
        #[principal(role = Role, scope = domain::Scope, foreign, crate = ag)]
        pub struct User {
            #[principal(id)]
            pub sub: String,
            #[principal(roles)]
            roles: Roles<Role>,
            #[principal(scopes)]
            scope: Scopes<domain::Scope>,
        }
    };
    principal::derive(user)
}

fn bundles() -> TokenStream {
    let role = set::derive(
        Kind::Role,
        quote! {
            #[role(crate = ag)]
            enum Role {
                #[role(grants(ReportsRead))]
                Viewer,
                #[role(implies(Viewer), grants(ReportsWrite, ReportsShare))]
                Editor,
                Guest,
            }
        },
    );
    let user = principal::derive(quote! {
        #[principal(role = Role, scope = Scope, permission = Permission, limited, crate = ag)]
        pub struct User {
            #[principal(id)]
            pub sub: String,
            #[principal(roles)]
            roles: Roles<Role>,
            #[principal(tenant_roles)]
            orgs: TenantRoles<Role>,
            #[principal(scopes)]
            scope: Option<Scopes<Scope>>,
            #[principal(permissions)]
            permissions: Permissions<Permission>,
        }
    });
    quote!(#role #user)
}

fn requirements() -> TokenStream {
    let active = right::derive(quote! {
        #[right(principal = User, kind = "account", name = "active", reason = "account_suspended")]
        #[right(detail = "Your account is suspended.", crate = ag)]
        pub struct Active;
    });
    let anybody = right::derive(quote! {
        #[right(crate = ag)]
        pub struct Weekday;
    });
    quote!(#active #anybody)
}

fn rules() -> TokenStream {
    let hidden = quote! {
        /// Deletes everything.
        #[tracing::instrument(skip_all)]
        pub async fn purge<T>(State(db): State<Db>) -> StatusCode where T: Send {
            db.purge().await
        }
    };
    let hidden = requires::requires(quote!(role = "admin", principal = User, crate = ag), &hidden);
    let completed = quote! {
        fn publish(editor: Authorized<_>, body: Json<Report>) -> Answer {
            store.publish(&editor, body)
        }
    };
    let rule = quote!(role = auth::Role::Editor, scope = "reports:write", crate = ag);
    let completed = requires::requires(rule, &completed);
    quote!(#hidden #completed)
}

/// A rule with every key, and with nested lists.
fn an_algebra() -> TokenStream {
    let handler = quote! {
        async fn publish(mut editor: Authorized<_>, body: Json<Report>) -> StatusCode {
            #![allow(unused)]
            store.publish(&mut editor, body).await
        }
    };
    let rule = quote!(
        scheme = ApiKey,
        fresh = "5m",
        all(acr = "urn:gold  urn:silver", factor = "otp"),
        any(
            factor = MyFactor,
            all(role = "editor", permission = Permission::Publish, scope = "reports:write", in = Org),
            any(role = "admin", acr = Gold)
        ),
        not(any(scheme = ApiKey, scheme = Basic)),
        not(role = "contractor"),
        policy = Active,
        waive = Verified, reason = "the verification page.",
        crate = ag
    );
    requires::requires(rule, &handler)
}

/// One handler for each form of declaration.
fn declarations() -> TokenStream {
    let of = |rule: TokenStream, parameters: TokenStream| {
        requires::requires(quote!(#rule, crate = ag), &quote!(async fn edit(#parameters) {}))
    };
    let over = quote!(policy = CanEdit, on = Report);
    let all = [
        of(quote!(waive = Active, reason = "signs out", principal = User), quote!()),
        of(quote!(policy = Active, conceal), quote!(mut user: Authorized<_, User>)),
        of(quote!(policy = Active, conceal), quote!()),
        of(over.clone(), quote!()),
        of(quote!(#over, principal = User), quote!(report: Granted<_>, Path(id): Path<u64>)),
        of(quote!(#over, conceal), quote!(ref report: ag::Granted<super::CanEdit, _>)),
        of(quote!(#over, conceal = CanRead), quote!(report: Granted<_, _, User>)),
        of(quote!(#over, role = "editor"), quote!(report: Granted<CanEdit, Report>)),
        of(quote!(#over, role = "editor", in = Org, conceal), quote!(_: Granted<_, _>)),
        of(quote!(role = "editor", #over, conceal = CanRead), quote!(mut report: Granted<_, _>)),
        of(quote!(any(role = "admin", #over)), quote!(report: Granted<_, Report>)),
        of(quote!(any(role = "admin", #over), conceal), quote!(by: Authorized<_>)),
        of(quote!(scope = "write", any(#over, not(policy = Owns, on = Report)), principal = User), quote!()),
        // A constant cannot evaluate a type that contains `Self`.
        of(quote!(role = "editor", not(policy = Self::Suspended)), quote!()),
    ];
    quote!(#(#all)*)
}

fn a_reason() -> TokenStream {
    let probe = quote! {
        async fn health() -> &'static str {
            "ok"
        }
    };
    public::public(quote!(reason = "load balancer probe", crate = ag), &probe)
}

#[test]
fn expansions_match_committed_files() {
    let mistaken = quote! {
        fn purge(admin: Authorized<_>) -> impl IntoResponse {
            admin.sub.clone()
        }
    };
    expands("role", a_set());
    expands("principal", a_principal());
    expands("bundles", bundles());
    expands("right", requirements());
    expands("requires", rules());
    expands("requires_algebra", an_algebra());
    expands("requires_declarations", declarations());
    expands("public", a_reason());
    expands("mistake", requires::requires(quote!(rol = "admin", crate = ag), &mistaken));
}

#[test]
fn crate_option_replaces_every_path_to_the_crate() {
    for tokens in
        [a_set(), a_principal(), bundles(), requirements(), rules(), an_algebra(), declarations(), a_reason()]
    {
        let text = tokens.to_string();
        assert!(!text.contains("authgate ::") && text.contains("ag ::"), "{text}");
    }
}
