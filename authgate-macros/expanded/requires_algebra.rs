///
/// **Requires** policy `Active`, (role `admin`, (role `editor` in `Org`, permission `Permission::Publish` in `Org` and scope `reports:write`), a login by `MyFactor` or a login of class `Gold`), not role `contractor`, not (the scheme `ApiKey` or the scheme `Basic`), the scheme `ApiKey`, a login of at most 5 minutes ago, a login of class `urn:gold` or `urn:silver` and a login by `otp`. `Verified` is waived: the verification page.
#[allow(clippy::type_complexity)]
async fn publish(
    mut editor: ag::Authorized<
        ag::right::All<
            (
                Active,
                ag::right::Any<
                    (
                        <Role as ag::__private::Nth<
                            {
                                <Role>::this_enum_needs_derive_authgate_Role(
                                    ag::__private::RightRef::Name("admin"),
                                )
                            },
                        >>::Marker,
                        ag::right::All<
                            (
                                ag::right::In<
                                    Org,
                                    <Role as ag::__private::Nth<
                                        {
                                            <Role>::this_enum_needs_derive_authgate_Role(
                                                ag::__private::RightRef::Name("editor"),
                                            )
                                        },
                                    >>::Marker,
                                >,
                                ag::right::In<
                                    Org,
                                    <Permission as ag::__private::Nth<
                                        {
                                            <Permission>::derive_authgate_Permission_is_what_this_enum_lacks(
                                                ag::__private::RightRef::Variant(&<Permission>::Publish),
                                            )
                                        },
                                    >>::Marker,
                                >,
                                <Scope as ag::__private::Nth<
                                    {
                                        <Scope>::scopes_need_derive_authgate_Scope_on_this_enum(
                                            ag::__private::RightRef::Name("reports:write"),
                                        )
                                    },
                                >>::Marker,
                            ),
                        >,
                        ag::right::Factor<MyFactor>,
                        ag::right::Acr<Gold>,
                    ),
                >,
                ag::right::Not<
                    <Role as ag::__private::Nth<
                        {
                            <Role>::this_enum_needs_derive_authgate_Role(
                                ag::__private::RightRef::Name("contractor"),
                            )
                        },
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
    body: Json<Report>,
) -> StatusCode {
    #![allow(unused)]
    #[allow(clippy::used_underscore_binding)]
    ag::__private::written::<_, Authorized<_>>(&editor);
    const _: () = if true && ag::__private::Names::<Role>::position("admin").is_some()
        && ag::__private::Names::<Role>::position("editor").is_some()
        && ag::__private::Names::<Scope>::position("reports:write").is_some()
        && ag::__private::Names::<Role>::position("contractor").is_some()
    {
        ag::__private::sound(
            <ag::right::All<
                (
                    Active,
                    ag::right::Any<
                        (
                            <Role as ag::__private::Nth<
                                {
                                    <Role>::this_enum_needs_derive_authgate_Role(
                                        ag::__private::RightRef::NameOrFirst("admin"),
                                    )
                                },
                            >>::Marker,
                            ag::right::All<
                                (
                                    ag::right::In<
                                        Org,
                                        <Role as ag::__private::Nth<
                                            {
                                                <Role>::this_enum_needs_derive_authgate_Role(
                                                    ag::__private::RightRef::NameOrFirst("editor"),
                                                )
                                            },
                                        >>::Marker,
                                    >,
                                    ag::right::In<
                                        Org,
                                        <Permission as ag::__private::Nth<
                                            {
                                                <Permission>::derive_authgate_Permission_is_what_this_enum_lacks(
                                                    ag::__private::RightRef::Variant(&<Permission>::Publish),
                                                )
                                            },
                                        >>::Marker,
                                    >,
                                    <Scope as ag::__private::Nth<
                                        {
                                            <Scope>::scopes_need_derive_authgate_Scope_on_this_enum(
                                                ag::__private::RightRef::NameOrFirst("reports:write"),
                                            )
                                        },
                                    >>::Marker,
                                ),
                            >,
                            ag::right::Factor<MyFactor>,
                            ag::right::Acr<Gold>,
                        ),
                    >,
                    ag::right::Not<
                        <Role as ag::__private::Nth<
                            {
                                <Role>::this_enum_needs_derive_authgate_Role(
                                    ag::__private::RightRef::NameOrFirst("contractor"),
                                )
                            },
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
            > as ag::right::Right>::RULE,
        );
    };
    store.publish(&mut editor, body).await
}
