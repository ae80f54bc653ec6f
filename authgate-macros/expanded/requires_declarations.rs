#[allow(unexpected_cfgs)]
///
/// **Requires** a `User`. `Active` is waived: signs out.
#[allow(clippy::type_complexity)]
async fn edit(
    #[cfg(rust_analyzer)]
    _: ag::Authorized<
        ag::right::Waive<
            Active,
            ag::__private::EncodedStr<(ag::__private::Chunk<2148284330455306037619>, ())>,
        >,
        User,
    >,
    #[cfg(not(rust_analyzer))]
    _: ag::__private::compiled!(
        ag::Authorized < ag::right::Waive < Active, ag::__private::EncodedStr <
        (ag::__private::Chunk < 2148284330455306037619 >, ()) > >, User >
    ),
) {}
#[allow(unexpected_cfgs)]
///
/// **Requires** policy `Active` (concealed).
#[allow(clippy::type_complexity)]
async fn edit(
    #[cfg(rust_analyzer)]
    user: ag::resource::Concealed<ag::Authorized<Active, User>>,
    #[cfg(not(rust_analyzer))]
    user: ag::__private::compiled!(
        ag::resource::Concealed < ag::Authorized < Active, User > >
    ),
) {
    #[allow(clippy::shadow_reuse, clippy::used_underscore_binding)]
    let mut user = ag::resource::Concealed::into_inner(user);
    #[allow(clippy::used_underscore_binding)]
    ag::__private::written::<_, Authorized<_, User>>(&user);
}
#[allow(unexpected_cfgs)]
///
/// **Requires** policy `Active` (concealed).
#[allow(clippy::type_complexity)]
async fn edit(
    #[cfg(rust_analyzer)]
    _: ag::resource::Concealed<ag::Authorized<Active>>,
    #[cfg(not(rust_analyzer))]
    _: ag::__private::compiled!(ag::resource::Concealed < ag::Authorized < Active > >),
) {}
#[allow(unexpected_cfgs)]
///
/// **Requires** policy `CanEdit` on `Report`.
#[allow(clippy::type_complexity)]
async fn edit(
    #[cfg(rust_analyzer)]
    _: ag::Granted<CanEdit, Report>,
    #[cfg(not(rust_analyzer))]
    _: ag::__private::compiled!(ag::Granted < CanEdit, Report >),
) {}
#[allow(unexpected_cfgs)]
///
/// **Requires** policy `CanEdit` on `Report`.
#[allow(clippy::type_complexity)]
async fn edit(
    #[cfg(rust_analyzer)]
    report: ag::Granted<CanEdit, Report, User>,
    #[cfg(not(rust_analyzer))]
    report: ag::__private::compiled!(ag::Granted < CanEdit, Report, User >),
    Path(id): Path<u64>,
) {
    #[allow(clippy::used_underscore_binding)]
    ag::__private::written::<_, Granted<_, _, _>>(&report);
}
#[allow(unexpected_cfgs)]
///
/// **Requires** policy `CanEdit` on `Report` (concealed).
#[allow(clippy::type_complexity)]
async fn edit(
    #[cfg(rust_analyzer)]
    proof: ag::resource::Concealed<ag::Granted<CanEdit, Report>>,
    #[cfg(not(rust_analyzer))]
    proof: ag::__private::compiled!(
        ag::resource::Concealed < ag::Granted < CanEdit, Report > >
    ),
) {
    #[allow(clippy::shadow_reuse, clippy::used_underscore_binding)]
    let proof = ag::resource::Concealed::into_inner(proof);
    #[allow(clippy::used_underscore_binding)]
    ag::__private::written::<_, ag::Granted<super::CanEdit, _>>(&proof);
    let ref report = proof;
}
#[allow(unexpected_cfgs)]
///
/// **Requires** policy `CanEdit` on `Report` (concealed from callers without `CanRead`).
#[allow(clippy::type_complexity)]
async fn edit(
    #[cfg(rust_analyzer)]
    report: ag::resource::ConcealedUnless<CanRead, ag::Granted<CanEdit, Report, User>>,
    #[cfg(not(rust_analyzer))]
    report: ag::__private::compiled!(
        ag::resource::ConcealedUnless < CanRead, ag::Granted < CanEdit, Report, User > >
    ),
) {
    #[allow(clippy::shadow_reuse, clippy::used_underscore_binding)]
    let report = ag::resource::ConcealedUnless::into_inner(report);
    #[allow(clippy::used_underscore_binding)]
    ag::__private::written::<_, Granted<_, _, User>>(&report);
}
#[allow(unexpected_cfgs)]
///
/// **Requires** role `editor` and policy `CanEdit` on `Report`.
#[allow(clippy::type_complexity)]
async fn edit(
    #[cfg(rust_analyzer)]
    report: ag::resource::With<
        <Role as ag::__private::Spelt<
            false,
            (ag::__private::Chunk<125823020000357>, ()),
        >>::Marker,
        ag::Granted<CanEdit, Report>,
    >,
    #[cfg(not(rust_analyzer))]
    report: ag::__private::compiled!(
        ag::resource::With < < Role as ag::__private::Nth < { < Role >
        ::this_enum_lacks_derive_authgate_Role.named("editor") } >> ::Marker, ag::Granted
        < CanEdit, Report > >
    ),
) {
    #[cfg(rust_analyzer)]
    let _ = <Role as ag::__private::Spelt<
        false,
        (ag::__private::Chunk<125823020000357>, ()),
    >>::member;
    #[allow(clippy::shadow_reuse, clippy::used_underscore_binding)]
    let report = ag::resource::With::into_inner(report);
    #[allow(clippy::used_underscore_binding)]
    ag::__private::written::<_, Granted<CanEdit, Report>>(&report);
}
#[allow(unexpected_cfgs)]
///
/// **Requires** role `editor` in `Org` and policy `CanEdit` on `Report` (concealed).
#[allow(clippy::type_complexity)]
async fn edit(
    #[cfg(rust_analyzer)]
    proof: ag::resource::With<
        ag::right::In<
            Org,
            <Role as ag::__private::Spelt<
                false,
                (ag::__private::Chunk<125823020000357>, ()),
            >>::Marker,
        >,
        ag::resource::Concealed<ag::Granted<CanEdit, Report>>,
        true,
    >,
    #[cfg(not(rust_analyzer))]
    proof: ag::__private::compiled!(
        ag::resource::With < ag::right::In < Org, < Role as ag::__private::Nth < { < Role
        > ::this_enum_lacks_derive_authgate_Role.named("editor") } >> ::Marker >,
        ag::resource::Concealed < ag::Granted < CanEdit, Report > >, true >
    ),
) {
    #[cfg(rust_analyzer)]
    let _ = <Role as ag::__private::Spelt<
        false,
        (ag::__private::Chunk<125823020000357>, ()),
    >>::member;
    #[allow(clippy::shadow_reuse, clippy::used_underscore_binding)]
    let proof = ag::resource::Concealed::into_inner(
        ag::resource::With::into_inner(proof),
    );
    #[allow(clippy::used_underscore_binding)]
    ag::__private::written::<_, Granted<_, _>>(&proof);
}
#[allow(unexpected_cfgs)]
///
/// **Requires** role `editor` and policy `CanEdit` on `Report` (concealed from callers without `CanRead`).
#[allow(clippy::type_complexity)]
async fn edit(
    #[cfg(rust_analyzer)]
    report: ag::resource::With<
        <Role as ag::__private::Spelt<
            false,
            (ag::__private::Chunk<125823020000357>, ()),
        >>::Marker,
        ag::resource::ConcealedUnless<CanRead, ag::Granted<CanEdit, Report>>,
    >,
    #[cfg(not(rust_analyzer))]
    report: ag::__private::compiled!(
        ag::resource::With < < Role as ag::__private::Nth < { < Role >
        ::this_enum_lacks_derive_authgate_Role.named("editor") } >> ::Marker,
        ag::resource::ConcealedUnless < CanRead, ag::Granted < CanEdit, Report > > >
    ),
) {
    #[cfg(rust_analyzer)]
    let _ = <Role as ag::__private::Spelt<
        false,
        (ag::__private::Chunk<125823020000357>, ()),
    >>::member;
    #[allow(clippy::shadow_reuse, clippy::used_underscore_binding)]
    let mut report = ag::resource::ConcealedUnless::into_inner(
        ag::resource::With::into_inner(report),
    );
    #[allow(clippy::used_underscore_binding)]
    ag::__private::written::<_, Granted<_, _>>(&report);
}
#[allow(unexpected_cfgs)]
///
/// **Requires** (role `admin` or policy `CanEdit` on `Report`).
#[allow(clippy::type_complexity)]
async fn edit(
    #[cfg(rust_analyzer)]
    report: ag::Granted<
        ag::right::Any<
            (
                <Role as ag::__private::Spelt<
                    false,
                    (ag::__private::Chunk<474215179361>, ()),
                >>::Marker,
                ag::resource::On<CanEdit>,
            ),
        >,
        Report,
    >,
    #[cfg(not(rust_analyzer))]
    report: ag::__private::compiled!(
        ag::Granted < ag::right::Any < (< Role as ag::__private::Nth < { < Role >
        ::this_enum_lacks_derive_authgate_Role.named("admin") } >> ::Marker,
        ag::resource::On < CanEdit >,) >, Report >
    ),
) {
    #[cfg(rust_analyzer)]
    let _ = <Role as ag::__private::Spelt<
        false,
        (ag::__private::Chunk<474215179361>, ()),
    >>::member;
    #[allow(clippy::used_underscore_binding)]
    ag::__private::written::<_, Granted<_, Report>>(&report);
}
#[allow(unexpected_cfgs)]
///
/// **Requires** (role `admin` or policy `CanEdit` on `Report`) (concealed).
#[allow(clippy::type_complexity)]
async fn edit(
    #[cfg(rust_analyzer)]
    by: ag::resource::Concealed<
        ag::resource::AuthorizedOn<
            ag::right::Any<
                (
                    <Role as ag::__private::Spelt<
                        false,
                        (ag::__private::Chunk<474215179361>, ()),
                    >>::Marker,
                    ag::resource::On<CanEdit>,
                ),
            >,
            Report,
        >,
    >,
    #[cfg(not(rust_analyzer))]
    by: ag::__private::compiled!(
        ag::resource::Concealed < ag::resource::AuthorizedOn < ag::right::Any < (< Role
        as ag::__private::Nth < { < Role > ::this_enum_lacks_derive_authgate_Role
        .named("admin") } >> ::Marker, ag::resource::On < CanEdit >,) >, Report > >
    ),
) {
    #[cfg(rust_analyzer)]
    let _ = <Role as ag::__private::Spelt<
        false,
        (ag::__private::Chunk<474215179361>, ()),
    >>::member;
    #[allow(clippy::shadow_reuse, clippy::used_underscore_binding)]
    let by = ag::resource::AuthorizedOn::into_inner(
        ag::resource::Concealed::into_inner(by),
    );
    #[allow(clippy::used_underscore_binding)]
    ag::__private::written::<_, Authorized<_, _>>(&by);
}
#[allow(unexpected_cfgs)]
///
/// **Requires** scope `write` and (policy `CanEdit` on `Report` or not policy `Owns` on `Report`).
#[allow(clippy::type_complexity)]
async fn edit(
    #[cfg(rust_analyzer)]
    _: ag::resource::With<
        <Scope as ag::__private::Spelt<
            false,
            (ag::__private::Chunk<435744764535>, ()),
        >>::Marker,
        ag::resource::AuthorizedOn<
            ag::right::Any<
                (ag::resource::On<CanEdit>, ag::right::Not<ag::resource::On<Owns>>),
            >,
            Report,
            User,
        >,
    >,
    #[cfg(not(rust_analyzer))]
    _: ag::__private::compiled!(
        ag::resource::With < < Scope as ag::__private::Nth < { < Scope >
        ::scopes_lack_derive_authgate_Scope_on_this_enum.named("write") } >> ::Marker,
        ag::resource::AuthorizedOn < ag::right::Any < (ag::resource::On < CanEdit >,
        ag::right::Not < ag::resource::On < Owns > >,) >, Report, User > >
    ),
) {
    #[cfg(rust_analyzer)]
    let _ = <Scope as ag::__private::Spelt<
        false,
        (ag::__private::Chunk<435744764535>, ()),
    >>::member;
    #[cfg(not(rust_analyzer))]
    const _: () = ag::__private::compiled!(
        { #[allow(unused_imports)] use ag::__private::AuthgateDerive as _; if true && <
        Scope > ::scopes_lack_derive_authgate_Scope_on_this_enum.has("write") {
        ag::__private::sound(< < Scope as ag::__private::Nth < { < Scope >
        ::scopes_lack_derive_authgate_Scope_on_this_enum.likely("write") } >> ::Marker as
        ag::right::Right > ::RULE); ag::__private::sound(< ag::right::Any <
        (ag::resource::On < CanEdit >, ag::right::Not < ag::resource::On < Owns > >,) >
        as ag::__private::DeclaredPolicy < Report >> ::RULE); } }
    );
}
#[allow(unexpected_cfgs)]
///
/// **Requires** role `editor` and not policy `Self::Suspended`.
#[allow(clippy::type_complexity)]
async fn edit(
    #[cfg(rust_analyzer)]
    _: ag::Authorized<
        ag::right::All<
            (
                <Role as ag::__private::Spelt<
                    false,
                    (ag::__private::Chunk<125823020000357>, ()),
                >>::Marker,
                ag::right::Not<Self::Suspended>,
            ),
        >,
    >,
    #[cfg(not(rust_analyzer))]
    _: ag::__private::compiled!(
        ag::Authorized < ag::right::All < (< Role as ag::__private::Nth < { use
        ag::__private::AuthgateDerive as _; < Role >
        ::this_enum_needs_derive_authgate_Role.named("editor") } >> ::Marker,
        ag::right::Not < Self::Suspended >,) > >
    ),
) {
    #[cfg(rust_analyzer)]
    let _ = <Role as ag::__private::Spelt<
        false,
        (ag::__private::Chunk<125823020000357>, ()),
    >>::member;
}
