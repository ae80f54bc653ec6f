/// Deletes everything.
#[tracing::instrument(skip_all)]
///
/// **Requires** role `admin`.
#[allow(clippy::type_complexity)]
pub async fn purge<T>(
    _: ag::Authorized<
        <Role as ag::__private::Nth<
            {
                <Role>::this_enum_needs_derive_authgate_Role(
                    ag::__private::RightRef::Name("admin"),
                )
            },
        >>::Marker,
        User,
    >,
    State(db): State<Db>,
) -> StatusCode
where
    T: Send,
{
    db.purge().await
}
///
/// **Requires** role `auth::Role::Editor` and scope `reports:write`.
#[allow(clippy::type_complexity)]
fn publish(
    editor: ag::Authorized<
        ag::right::All<
            (
                <auth::Role as ag::__private::Nth<
                    {
                        <auth::Role>::this_enum_needs_derive_authgate_Role(
                            ag::__private::RightRef::Variant(&<auth::Role>::Editor),
                        )
                    },
                >>::Marker,
                <Scope as ag::__private::Nth<
                    {
                        <Scope>::scopes_need_derive_authgate_Scope_on_this_enum(
                            ag::__private::RightRef::Name("reports:write"),
                        )
                    },
                >>::Marker,
            ),
        >,
    >,
    body: Json<Report>,
) -> Answer {
    #[allow(clippy::used_underscore_binding)]
    ag::__private::written::<_, Authorized<_>>(&editor);
    ag::__private::answers::<Answer>();
    store.publish(&editor, body)
}
