/// Deletes everything.
#[tracing::instrument(skip_all)]
#[allow(unexpected_cfgs)]
///
/// **Requires** role `admin`.
#[allow(clippy::type_complexity)]
pub async fn purge<T>(
    _: ag::Authorized<
        <Role as ag::__private::Nth<
            { <Role>::this_enum_lacks_derive_authgate_Role.named("admin") },
        >>::Marker,
        User,
    >,
    State(db): State<Db>,
) -> StatusCode
where
    T: Send,
{
    #[cfg(rust_analyzer)]
    let _ = <Role as ag::__private::Spelt<
        false,
        (ag::__private::Chunk<474215179361>, ()),
    >>::member;
    db.purge().await
}
#[allow(unexpected_cfgs)]
///
/// **Requires** role `auth::Role::Editor` and scope `reports:write`.
#[allow(clippy::type_complexity)]
fn publish(
    #[cfg(rust_analyzer)]
    editor: ag::Authorized<
        ag::right::All<
            (
                <auth::Role as ag::__private::Spelt<
                    true,
                    (ag::__private::Chunk<125823020000325>, ()),
                >>::Marker,
                <Scope as ag::__private::Spelt<
                    false,
                    (ag::__private::Chunk<8038072152840187091005715015026>, ()),
                >>::Marker,
            ),
        >,
    >,
    #[cfg(not(rust_analyzer))]
    editor: ag::__private::compiled!(
        ag::Authorized < ag::right::All < (< auth::Role as ag::__private::Nth < { use
        ag::__private::AuthgateDerive as _; < auth::Role >
        ::this_enum_needs_derive_authgate_Role.variant({ let variant : auth::Role = <
        auth::Role > ::Editor; variant as ::core::primitive::usize }) } >> ::Marker, <
        Scope as ag::__private::Nth < { use ag::__private::AuthgateDerive as _; < Scope >
        ::scopes_lack_derive_authgate_Scope_on_this_enum.named("reports:write") } >>
        ::Marker,) > >
    ),
    body: Json<Report>,
) -> Answer {
    #[cfg(rust_analyzer)]
    let _ = <auth::Role>::Editor;
    #[cfg(rust_analyzer)]
    let _ = <Scope as ag::__private::Spelt<
        false,
        (ag::__private::Chunk<8038072152840187091005715015026>, ()),
    >>::member;
    #[allow(clippy::used_underscore_binding)]
    ag::__private::written::<_, Authorized<_>>(&editor);
    ag::__private::answers::<Answer>();
    store.publish(&editor, body)
}
