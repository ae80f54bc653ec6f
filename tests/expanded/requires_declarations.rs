///
/// **Requires** a `User`. `Active` is not asked: signs out.
#[allow(clippy::type_complexity)]
async fn edit(
    _: ag::Authorized<
        ag::right::Waive<
            Active,
            ag::__private::Spelt<(ag::__private::Chunk<2148284330455306037619>, ())>,
        >,
        User,
    >,
) {}
///
/// **Requires** policy `Active` (concealed).
#[allow(clippy::type_complexity)]
async fn edit(
    ag::Concealed { proof: mut user, .. }: ag::Concealed<Authorized<Active, User>>,
) {}
///
/// **Requires** policy `Active` (concealed).
#[allow(clippy::type_complexity)]
async fn edit(_: ag::Concealed<ag::Authorized<Active>>) {}
///
/// **Requires** policy `CanEdit` on `Report`.
#[allow(clippy::type_complexity)]
async fn edit(_: ag::Granted<CanEdit, Report>) {}
///
/// **Requires** policy `CanEdit` on `Report`.
#[allow(clippy::type_complexity)]
async fn edit(report: Granted<CanEdit, Report, User>, Path(id): Path<u64>) {}
///
/// **Requires** policy `CanEdit` on `Report` (concealed).
#[allow(clippy::type_complexity)]
async fn edit(
    ag::Concealed {
        proof: ref report,
        ..
    }: ag::Concealed<ag::Granted<super::CanEdit, Report>>,
) {}
///
/// **Requires** policy `CanEdit` on `Report` (concealed from who lacks `CanRead`).
#[allow(clippy::type_complexity)]
async fn edit(
    ag::ConcealedFrom {
        proof: report,
        ..
    }: ag::ConcealedFrom<CanRead, Granted<CanEdit, Report, User>>,
) {}
///
/// **Requires** role `editor` and policy `CanEdit` on `Report`.
#[allow(clippy::type_complexity)]
async fn edit(
    ag::Given {
        proof: report,
        ..
    }: ag::Given<
        <Role as ag::__private::Nth<
            {
                <Role>::this_enum_needs_derive_authgate_Role(
                    ag::__private::Asked::Name("editor"),
                )
            },
        >>::Marker,
        Granted<CanEdit, Report>,
    >,
) {}
///
/// **Requires** role `editor` in `Org` and policy `CanEdit` on `Report` (concealed).
#[allow(clippy::type_complexity)]
async fn edit(
    _: ag::Given<
        ag::In<
            Org,
            <Role as ag::__private::Nth<
                {
                    <Role>::this_enum_needs_derive_authgate_Role(
                        ag::__private::Asked::Name("editor"),
                    )
                },
            >>::Marker,
        >,
        ag::Concealed<Granted<CanEdit, Report>>,
        true,
    >,
) {}
///
/// **Requires** role `editor` and policy `CanEdit` on `Report` (concealed from who lacks `CanRead`).
#[allow(clippy::type_complexity)]
async fn edit(
    ag::Given {
        proof: ag::ConcealedFrom { proof: mut report, .. },
        ..
    }: ag::Given<
        <Role as ag::__private::Nth<
            {
                <Role>::this_enum_needs_derive_authgate_Role(
                    ag::__private::Asked::Name("editor"),
                )
            },
        >>::Marker,
        ag::ConcealedFrom<CanRead, Granted<CanEdit, Report>>,
    >,
) {}
///
/// **Requires** role `editor` and not policy `Self::Suspended`.
#[allow(clippy::type_complexity)]
async fn edit(
    _: ag::Authorized<
        ag::All<
            (
                <Role as ag::__private::Nth<
                    {
                        <Role>::this_enum_needs_derive_authgate_Role(
                            ag::__private::Asked::Name("editor"),
                        )
                    },
                >>::Marker,
                ag::Not<Self::Suspended>,
            ),
        >,
    >,
) {}
