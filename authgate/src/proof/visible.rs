//! Lists that show a caller only the resources that the caller may see.
//!
//! A policy returns a [`Filter`] for a caller. The filter is evaluated for a resource in memory,
//! and is written as SQL for a query. A list and a single read can therefore not disagree.
//!
//! ```
//! use authgate::visible::{Column, Filter, Listable, Placeholders, Related, ListPolicy};
//! use authgate::{Decision, Policy};
//!
//! #[derive(authgate::Principal)]
//! pub struct User { #[principal(id)] pub sub: String }
//!
//! pub struct Report {
//!     owner: String,
//!     open: bool,
//!     shared_with: Vec<String>,
//! }
//!
//! const OWNER: Column<Report> = Column::new("owner", |report| report.owner.as_str().into());
//! const OPEN: Column<Report> = Column::new("open", |report| report.open.into());
//! const SHARED: Related<Report> = Related::new("shares", "report", "reports.id", "reader", |report| {
//!     report.shared_with.iter().map(|reader| reader.as_str().into()).collect()
//! });
//!
//! /// Held by the owner and the readers it is shared with, and by every user if it is open.
//! pub struct CanRead;
//!
//! impl ListPolicy<Report> for CanRead {
//!     type Principal = User;
//!
//!     fn filter(user: &User) -> Filter<Report> {
//!         OWNER.is(&user.sub).or(OPEN.is(true)).or(SHARED.has(&user.sub))
//!     }
//! }
//!
//! /// The policy for lists of reports, if no other is named.
//! impl Listable for Report {
//!     type By = CanRead;
//! }
//!
//! let ada = User { sub: "ada".into() };
//! let report = Report { owner: "ed".into(), open: false, shared_with: vec!["ada".into()] };
//! assert_eq!(CanRead::decide(&ada, &report), Decision::Allow); // `CanRead` is a `Policy` by this alone
//!
//! let sql = CanRead::filter(&ada).sql(Placeholders::QuestionMark);
//! assert_eq!(
//!     sql.text,
//!     "((owner IS NOT NULL AND owner = ?) OR (open IS NOT NULL AND open = ?) OR EXISTS (SELECT 1 FROM shares \
//!      WHERE shares.report = reports.id AND shares.reader = ?))"
//! );
//! ```

mod column;
mod list;
mod filter;
mod page;
mod sql;
mod value;

pub use column::{Column, Related};
pub use filter::Filter;
pub use list::VisibleList;
pub use page::Page;
pub use sql::{Placeholders, Sql};
pub use value::ColumnValue;

use crate::proof::resource::Policy;
use crate::right::Decision;

/// A policy that can be written as a filter, for lists.
///
/// It is also a [`Policy`] over each resource.
///
/// # Examples
///
/// ```
/// use authgate::visible::{Column, Filter, ListPolicy, Listable};
///
/// #[derive(authgate::Principal)]
/// pub struct User {
///     #[principal(id)]
///     sub: String,
/// }
///
/// pub struct Report {
///     owner: String,
/// }
///
/// const OWNER: Column<Report> = Column::new("owner", |report| report.owner.as_str().into());
///
/// /// Held by the owner.
/// pub struct CanRead;
///
/// impl ListPolicy<Report> for CanRead {
///     type Principal = User;
///
///     fn filter(user: &User) -> Filter<Report> {
///         OWNER.is(&user.sub)
///     }
/// }
///
/// impl Listable for Report {
///     type By = CanRead;
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a policy over `{T}`",
    label = "does not decide access to `{T}`",
    note = "implement `authgate::Policy<{T}>` for it, or, for lists, `authgate::visible::ListPolicy<{T}>`, which is also a \
            policy; declare a policy that waits (`authgate::resource::AsyncPolicy`) as `Granted<Async<{Self}>, {T}, User>`"
)]
pub trait ListPolicy<T: Listable>: Send + 'static {
    /// The principal that can hold the right.
    type Principal;

    /// Returns the resources over which the caller has the right.
    fn filter(principal: &Self::Principal) -> Filter<T>;
}

/// A resource that can be listed. It names the default policy, which `VisibleList<Report>` uses.
///
/// # Examples
///
/// ```
/// use authgate::visible::{Filter, ListPolicy, Listable};
///
/// #[derive(authgate::Principal)]
/// pub struct User {
///     #[principal(id)]
///     sub: String,
/// }
///
/// pub struct Notice {
///     text: String,
/// }
///
/// pub struct CanRead;
///
/// impl ListPolicy<Notice> for CanRead {
///     type Principal = User;
///
///     fn filter(_: &User) -> Filter<Notice> {
///         Filter::everything()
///     }
/// }
///
/// impl Listable for Notice {
///     type By = CanRead;
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not name the policy of its lists",
    label = "cannot be listed",
    note = "write `impl authgate::visible::Listable for {Self}` with `type By = CanRead;`, where `CanRead` is a `ListPolicy<{Self}>`"
)]
pub trait Listable: Sized + Send + Sync + 'static {
    /// The default policy for lists.
    type By;
}

#[diagnostic::do_not_recommend]
impl<R: ListPolicy<T>, T: Listable> Policy<T> for R {
    type Principal = R::Principal;

    fn decide(principal: &R::Principal, resource: &T) -> Decision {
        Decision::allow_if(R::filter(principal).matches(resource))
    }
}
