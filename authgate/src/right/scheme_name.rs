/// The name of a scheme, for routes that select a scheme by type:
/// `#[requires(role = "admin", scheme = ApiKey)]`.
///
/// # Examples
///
/// ```
/// use authgate::scheme::SchemeName;
///
/// /// `Authorization: Ticket <number>`
/// pub struct Ticket;
///
/// impl SchemeName for Ticket {
///     const NAME: &'static str = "Ticket";
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "expected an authentication scheme with a name, found `{Self}`",
    label = "not an `authgate::scheme::SchemeName`",
    note = "name a scheme such as `authgate::scheme::Bearer`, or a custom type that implements \
            `authgate::scheme::SchemeName` and `Scheme<..>`"
)]
pub trait SchemeName {
    /// The auth-scheme (RFC 9110 section 11.1). It must equal the auth-scheme of the
    /// [`challenge`](crate::scheme::Scheme::challenge).
    const NAME: &'static str;
}
