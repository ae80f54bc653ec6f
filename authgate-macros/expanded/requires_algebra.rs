#[allow(unexpected_cfgs)]
///
/// **Requires** policy `Active`, (role `admin`, (role `editor` in `Org`, permission `Permission::Publish` in `Org` and scope `reports:write`), a login by `MyFactor` or a login of class `Gold`), not role `contractor`, not (the scheme `ApiKey` or the scheme `Basic`), the scheme `ApiKey`, a login of at most 5 minutes ago, a login of class `urn:gold` or `urn:silver` and a login by `otp`. `Verified` is waived: the verification page.
#[allow(clippy::type_complexity)]
async fn publish(
    #[cfg(rust_analyzer)]
    mut editor: ag::Authorized<
        ag::right::All<
            (
                Active,
                ag::right::Any<
                    (
                        <Role as ag::__private::Spelt<
                            false,
                            (ag::__private::Chunk<474215179361>, ()),
                        >>::Marker,
                        ag::right::All<
                            (
                                ag::right::In<
                                    Org,
                                    <Role as ag::__private::Spelt<
                                        false,
                                        (ag::__private::Chunk<125823020000357>, ()),
                                    >>::Marker,
                                >,
                                ag::right::In<
                                    Org,
                                    <Permission as ag::__private::Spelt<
                                        true,
                                        (ag::__private::Chunk<29400294205060432>, ()),
                                    >>::Marker,
                                >,
                                <Scope as ag::__private::Spelt<
                                    false,
                                    (ag::__private::Chunk<8038072152840187091005715015026>, ()),
                                >>::Marker,
                            ),
                        >,
                        ag::right::Factor<MyFactor>,
                        ag::right::Acr<Gold>,
                    ),
                >,
                ag::right::Not<
                    <Role as ag::__private::Spelt<
                        false,
                        (ag::__private::Chunk<540405754293396616146787>, ()),
                    >>::Marker,
                >,
                ag::right::Not<
                    ag::right::Any<
                        (ag::right::ViaScheme<ApiKey>, ag::right::ViaScheme<Basic>),
                    >,
                >,
                ag::right::ViaScheme<ApiKey>,
                ag::right::Fresh<300>,
                ag::right::Acr<
                    ag::__private::EncodedStr<
                        (
                            ag::__private::Chunk<
                                144104151821436638682231811567560585845,
                            >,
                            (ag::__private::Chunk<7497078>, ()),
                        ),
                    >,
                >,
                ag::right::Factor<ag::right::factor::ByOtp>,
                ag::right::Waive<
                    Verified,
                    ag::__private::EncodedStr<
                        (
                            ag::__private::Chunk<
                                146793563361253574312702500900937492596,
                            >,
                            (ag::__private::Chunk<51013061013536>, ()),
                        ),
                    >,
                >,
            ),
        >,
    >,
    #[cfg(not(rust_analyzer))]
    mut editor: ag::__private::compiled!(
        ag::Authorized < ag::right::All < (Active, ag::right::Any < (< Role as
        ag::__private::Nth < { use ag::__private::AuthgateDerive as _; < Role >
        ::this_enum_lacks_derive_authgate_Role.named("admin") } >> ::Marker,
        ag::right::All < (ag::right::In < Org, < Role as ag::__private::Nth < { use
        ag::__private::AuthgateDerive as _; < Role >
        ::this_enum_lacks_derive_authgate_Role.named("editor") } >> ::Marker >,
        ag::right::In < Org, < Permission as ag::__private::Nth < { use
        ag::__private::AuthgateDerive as _; < Permission >
        ::derive_authgate_Permission_is_missing_on_this_enum.variant({ let variant :
        Permission = < Permission > ::Publish; variant as ::core::primitive::usize }) }
        >> ::Marker >, < Scope as ag::__private::Nth < { use
        ag::__private::AuthgateDerive as _; < Scope >
        ::scopes_lack_derive_authgate_Scope_on_this_enum.named("reports:write") } >>
        ::Marker,) >, ag::right::Factor < MyFactor >, ag::right::Acr < Gold >,) >,
        ag::right::Not < < Role as ag::__private::Nth < { use
        ag::__private::AuthgateDerive as _; < Role >
        ::this_enum_lacks_derive_authgate_Role.named("contractor") } >> ::Marker >,
        ag::right::Not < ag::right::Any < (ag::right::ViaScheme < ApiKey >,
        ag::right::ViaScheme < Basic >,) > >, ag::right::ViaScheme < ApiKey >,
        ag::right::Fresh < 300 >, ag::right::Acr < ag::__private::EncodedStr <
        (ag::__private::Chunk < 144104151821436638682231811567560585845 >,
        (ag::__private::Chunk < 7497078 >, ())) > >, ag::right::Factor <
        ag::right::factor::ByOtp >, ag::right::Waive < Verified,
        ag::__private::EncodedStr < (ag::__private::Chunk <
        146793563361253574312702500900937492596 >, (ag::__private::Chunk < 51013061013536
        >, ())) > >,) > >
    ),
    body: Json<Report>,
) -> StatusCode {
    #![allow(unused)]
    #[cfg(rust_analyzer)]
    let _ = <Role as ag::__private::Spelt<
        false,
        (ag::__private::Chunk<474215179361>, ()),
    >>::member;
    #[cfg(rust_analyzer)]
    let _ = <Role as ag::__private::Spelt<
        false,
        (ag::__private::Chunk<125823020000357>, ()),
    >>::member;
    #[cfg(rust_analyzer)]
    let _ = <Permission>::Publish;
    #[cfg(rust_analyzer)]
    let _ = <Scope as ag::__private::Spelt<
        false,
        (ag::__private::Chunk<8038072152840187091005715015026>, ()),
    >>::member;
    #[cfg(rust_analyzer)]
    let _ = <Role as ag::__private::Spelt<
        false,
        (ag::__private::Chunk<540405754293396616146787>, ()),
    >>::member;
    #[allow(clippy::used_underscore_binding)]
    ag::__private::written::<_, Authorized<_>>(&editor);
    #[cfg(not(rust_analyzer))]
    const _: () = ag::__private::compiled!(
        { #[allow(unused_imports)] use ag::__private::AuthgateDerive as _; if true && <
        Role > ::this_enum_lacks_derive_authgate_Role.has("admin") && < Role >
        ::this_enum_lacks_derive_authgate_Role.has("editor") && < Scope >
        ::scopes_lack_derive_authgate_Scope_on_this_enum.has("reports:write") && < Role >
        ::this_enum_lacks_derive_authgate_Role.has("contractor") { ag::__private::sound(<
        ag::right::All < (Active, ag::right::Any < (< Role as ag::__private::Nth < { use
        ag::__private::AuthgateDerive as _; < Role >
        ::this_enum_lacks_derive_authgate_Role.likely("admin") } >> ::Marker,
        ag::right::All < (ag::right::In < Org, < Role as ag::__private::Nth < { use
        ag::__private::AuthgateDerive as _; < Role >
        ::this_enum_lacks_derive_authgate_Role.likely("editor") } >> ::Marker >,
        ag::right::In < Org, < Permission as ag::__private::Nth < { use
        ag::__private::AuthgateDerive as _; < Permission >
        ::derive_authgate_Permission_is_missing_on_this_enum.variant({ let variant :
        Permission = < Permission > ::Publish; variant as ::core::primitive::usize }) }
        >> ::Marker >, < Scope as ag::__private::Nth < { use
        ag::__private::AuthgateDerive as _; < Scope >
        ::scopes_lack_derive_authgate_Scope_on_this_enum.likely("reports:write") } >>
        ::Marker,) >, ag::right::Factor < MyFactor >, ag::right::Acr < Gold >,) >,
        ag::right::Not < < Role as ag::__private::Nth < { use
        ag::__private::AuthgateDerive as _; < Role >
        ::this_enum_lacks_derive_authgate_Role.likely("contractor") } >> ::Marker >,
        ag::right::Not < ag::right::Any < (ag::right::ViaScheme < ApiKey >,
        ag::right::ViaScheme < Basic >,) > >, ag::right::ViaScheme < ApiKey >,
        ag::right::Fresh < 300 >, ag::right::Acr < ag::__private::EncodedStr <
        (ag::__private::Chunk < 144104151821436638682231811567560585845 >,
        (ag::__private::Chunk < 7497078 >, ())) > >, ag::right::Factor <
        ag::right::factor::ByOtp >, ag::right::Waive < Verified,
        ag::__private::EncodedStr < (ag::__private::Chunk <
        146793563361253574312702500900937492596 >, (ag::__private::Chunk < 51013061013536
        >, ())) > >,) > as ag::right::Right > ::RULE); } }
    );
    store.publish(&mut editor, body).await
}
