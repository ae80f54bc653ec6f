///
/// **Requires** a `User`. `Active` is waived: signs out.
#[allow(clippy::type_complexity)]
async fn edit(
    _: ag::Authorized<
        ag::right::Waive<
            Active,
            ag::__private::EncodedStr<(ag::__private::Chunk<2148284330455306037619>, ())>,
        >,
        User,
    >,
) {}
///
/// **Requires** policy `Active` (concealed).
#[allow(clippy::type_complexity)]
async fn edit(user: ag::resource::Concealed<ag::Authorized<Active, User>>) {
    #[allow(clippy::shadow_reuse, clippy::used_underscore_binding)]
    let mut user = ag::resource::Concealed::into_inner(user);
    #[allow(clippy::used_underscore_binding)]
    ag::__private::written::<_, Authorized<_, User>>(&user);
}
///
/// **Requires** policy `Active` (concealed).
#[allow(clippy::type_complexity)]
async fn edit(_: ag::resource::Concealed<ag::Authorized<Active>>) {}
///
/// **Requires** policy `CanEdit` on `Report`.
#[allow(clippy::type_complexity)]
async fn edit(_: ag::Granted<CanEdit, Report>) {}
///
/// **Requires** policy `CanEdit` on `Report`.
#[allow(clippy::type_complexity)]
async fn edit(report: ag::Granted<CanEdit, Report, User>, Path(id): Path<u64>) {
    #[allow(clippy::used_underscore_binding)]
    ag::__private::written::<_, Granted<_, _, _>>(&report);
}
///
/// **Requires** policy `CanEdit` on `Report` (concealed).
#[allow(clippy::type_complexity)]
async fn edit(proof: ag::resource::Concealed<ag::Granted<CanEdit, Report>>) {
    #[allow(clippy::shadow_reuse, clippy::used_underscore_binding)]
    let proof = ag::resource::Concealed::into_inner(proof);
    #[allow(clippy::used_underscore_binding)]
    ag::__private::written::<_, ag::Granted<super::CanEdit, _>>(&proof);
    let ref report = proof;
}
///
/// **Requires** policy `CanEdit` on `Report` (concealed from callers without `CanRead`).
#[allow(clippy::type_complexity)]
async fn edit(
    report: ag::resource::ConcealedUnless<CanRead, ag::Granted<CanEdit, Report, User>>,
) {
    #[allow(clippy::shadow_reuse, clippy::used_underscore_binding)]
    let report = ag::resource::ConcealedUnless::into_inner(report);
    #[allow(clippy::used_underscore_binding)]
    ag::__private::written::<_, Granted<_, _, User>>(&report);
}
///
/// **Requires** role `editor` and policy `CanEdit` on `Report`.
#[allow(clippy::type_complexity)]
async fn edit(
    report: ag::resource::With<
        <Role as ag::__private::Nth<
            { <Role>::this_enum_lacks_derive_authgate_Role.named("editor") },
        >>::Marker,
        ag::Granted<CanEdit, Report>,
    >,
) {
    #[allow(clippy::shadow_reuse, clippy::used_underscore_binding)]
    let report = ag::resource::With::into_inner(report);
    #[allow(clippy::used_underscore_binding)]
    ag::__private::written::<_, Granted<CanEdit, Report>>(&report);
}
///
/// **Requires** role `editor` in `Org` and policy `CanEdit` on `Report` (concealed).
#[allow(clippy::type_complexity)]
async fn edit(
    proof: ag::resource::With<
        ag::right::In<
            Org,
            <Role as ag::__private::Nth<
                { <Role>::this_enum_lacks_derive_authgate_Role.named("editor") },
            >>::Marker,
        >,
        ag::resource::Concealed<ag::Granted<CanEdit, Report>>,
        true,
    >,
) {
    #[allow(clippy::shadow_reuse, clippy::used_underscore_binding)]
    let proof = ag::resource::Concealed::into_inner(
        ag::resource::With::into_inner(proof),
    );
    #[allow(clippy::used_underscore_binding)]
    ag::__private::written::<_, Granted<_, _>>(&proof);
}
///
/// **Requires** role `editor` and policy `CanEdit` on `Report` (concealed from callers without `CanRead`).
#[allow(clippy::type_complexity)]
async fn edit(
    report: ag::resource::With<
        <Role as ag::__private::Nth<
            { <Role>::this_enum_lacks_derive_authgate_Role.named("editor") },
        >>::Marker,
        ag::resource::ConcealedUnless<CanRead, ag::Granted<CanEdit, Report>>,
    >,
) {
    #[allow(clippy::shadow_reuse, clippy::used_underscore_binding)]
    let mut report = ag::resource::ConcealedUnless::into_inner(
        ag::resource::With::into_inner(report),
    );
    #[allow(clippy::used_underscore_binding)]
    ag::__private::written::<_, Granted<_, _>>(&report);
}
///
/// **Requires** (role `admin` or policy `CanEdit` on `Report`).
#[allow(clippy::type_complexity)]
async fn edit(
    report: ag::Granted<
        ag::right::Any<
            (
                <Role as ag::__private::Nth<
                    { <Role>::this_enum_lacks_derive_authgate_Role.named("admin") },
                >>::Marker,
                ag::resource::On<CanEdit>,
            ),
        >,
        Report,
    >,
) {
    #[allow(clippy::used_underscore_binding)]
    ag::__private::written::<_, Granted<_, Report>>(&report);
}
///
/// **Requires** (role `admin` or policy `CanEdit` on `Report`) (concealed).
#[allow(clippy::type_complexity)]
async fn edit(
    by: ag::resource::Concealed<
        ag::resource::AuthorizedOn<
            ag::right::Any<
                (
                    <Role as ag::__private::Nth<
                        { <Role>::this_enum_lacks_derive_authgate_Role.named("admin") },
                    >>::Marker,
                    ag::resource::On<CanEdit>,
                ),
            >,
            Report,
        >,
    >,
) {
    #[allow(clippy::shadow_reuse, clippy::used_underscore_binding)]
    let by = ag::resource::AuthorizedOn::into_inner(
        ag::resource::Concealed::into_inner(by),
    );
    #[allow(clippy::used_underscore_binding)]
    ag::__private::written::<_, Authorized<_, _>>(&by);
}
///
/// **Requires** scope `write` and (policy `CanEdit` on `Report` or not policy `Owns` on `Report`).
#[allow(clippy::type_complexity)]
async fn edit(
    _: ag::resource::With<
        <Scope as ag::__private::Nth<
            { <Scope>::scopes_lack_derive_authgate_Scope_on_this_enum.named("write") },
        >>::Marker,
        ag::resource::AuthorizedOn<
            ag::right::Any<
                (ag::resource::On<CanEdit>, ag::right::Not<ag::resource::On<Owns>>),
            >,
            Report,
            User,
        >,
    >,
) {
    const _: () = {
        #[allow(unused_imports)]
        use ag::__private::AuthgateDerive as _;
        if true && <Scope>::scopes_lack_derive_authgate_Scope_on_this_enum.has("write") {
            ag::__private::sound(
                <<Scope as ag::__private::Nth<
                    {
                        <Scope>::scopes_lack_derive_authgate_Scope_on_this_enum
                            .likely("write")
                    },
                >>::Marker as ag::right::Right>::RULE,
            );
            ag::__private::sound(
                <ag::right::Any<
                    (ag::resource::On<CanEdit>, ag::right::Not<ag::resource::On<Owns>>),
                > as ag::__private::DeclaredPolicy<Report>>::RULE,
            );
        }
    };
}
///
/// **Requires** role `editor` and not policy `Self::Suspended`.
#[allow(clippy::type_complexity)]
async fn edit(
    _: ag::Authorized<
        ag::right::All<
            (
                <Role as ag::__private::Nth<
                    {
                        use ag::__private::AuthgateDerive as _;
                        <Role>::this_enum_needs_derive_authgate_Role.named("editor")
                    },
                >>::Marker,
                ag::right::Not<Self::Suspended>,
            ),
        >,
    >,
) {}
