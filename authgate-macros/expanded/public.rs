///
/// **Public**: load balancer probe.
#[allow(clippy::type_complexity)]
async fn health(
    _: ag::__private::Public<
        (
            ag::__private::Chunk<152114186868132344590572094597281967980>,
            (ag::__private::Chunk<6644335>, ()),
        ),
    >,
) -> &'static str {
    "ok"
}
