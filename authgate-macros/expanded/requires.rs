/// Deletes everything.
#[tracing::instrument(skip_all)]
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
                        use ag::__private::AuthgateDerive as _;
                        <auth::Role>::this_enum_needs_derive_authgate_Role
                            .variant({
                                let variant: auth::Role = <auth::Role>::Editor;
                                variant as ::core::primitive::usize
                            })
                    },
                >>::Marker,
                <Scope as ag::__private::Nth<
                    {
                        use ag::__private::AuthgateDerive as _;
                        <Scope>::scopes_lack_derive_authgate_Scope_on_this_enum
                            .named("reports:write")
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
