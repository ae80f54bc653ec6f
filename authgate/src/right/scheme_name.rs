/// A scheme that is named by its type where one is chosen: `#[requires(role = "admin", scheme = ApiKey)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an authentication scheme with a name",
    label = "no scheme",
    note = "name a scheme such as `authgate::scheme::Bearer`, or a type of yours that implements \
            `authgate::scheme::Named` besides `Scheme<..>`"
)]
pub trait Named {
    /// The auth-scheme's name (RFC 9110 section 11.1), the same as that of its [`challenge`](crate::scheme::Scheme::challenge).
    const NAME: &'static str;
}
