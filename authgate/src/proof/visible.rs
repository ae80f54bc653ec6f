//! Lists that are narrowed to the caller, in the query: by the very value that decides single reads.
//!
//! A policy says for a caller which things he may see, as a [`Filter`]: a value that can be asked of a thing in memory, and
//! written as SQL. So a list and a single read cannot disagree.
//!
//! ```
//! use authgate::visible::{Column, Filter, Listed, Placeholders, Related, Visibility};
//! use authgate::{Decision, Policy};
//! # #[derive(authgate::Principal)]
//! # pub struct User { #[principal(id)] pub sub: String }
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
//! /// The owner, with whom it is shared, and everybody if it is open.
//! pub struct CanRead;
//!
//! impl Visibility<Report> for CanRead {
//!     type Principal = User;
//!
//!     fn filter(user: &User) -> Filter<Report> {
//!         OWNER.is(&user.sub).or(OPEN.is(true)).or(SHARED.has(&user.sub))
//!     }
//! }
//!
//! /// By which policy reports are listed, if no other is named.
//! impl Listed for Report {
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
pub use list::Visible;
pub use page::Page;
pub use sql::{Placeholders, Sql};
pub use value::Value;

use crate::proof::resource::Policy;
use crate::right::Decision;

/// A policy that can say which things a caller has it over, without seeing them: what lists are made of.
///
/// It is a [`Policy`] over each of them by that.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a policy over `{T}`",
    label = "nothing says who has `{Self}` over `{T}`",
    note = "implement `authgate::Policy<{T}>` for it; where there are lists, `authgate::Visibility<{T}>` in its place, which is a \
            policy as well; of one that has to ask somebody (`authgate::AsyncPolicy`), name the principal: \
            `Granted<{Self}, {T}, User>`"
)]
pub trait Visibility<T: Listed>: 'static {
    /// Whose right it is.
    type Principal;

    /// Those that this caller has it over.
    fn filter(principal: &Self::Principal) -> Filter<T>;
}

/// That there are lists of these things, and by which policy if no other is named: so that `Visible<Report>` need not.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say by which policy it is listed",
    label = "no lists of this",
    note = "write `impl authgate::visible::Listed for {Self}` with `type By = CanRead;`, where `CanRead` is a `Visibility<{Self}>`"
)]
pub trait Listed: Sized + Send + Sync + 'static {
    /// The policy.
    type By;
}

#[diagnostic::do_not_recommend]
impl<R: Visibility<T>, T: Listed> Policy<T> for R {
    type Principal = R::Principal;

    fn decide(principal: &R::Principal, resource: &T) -> Decision {
        Decision::allow_if(R::filter(principal).matches(resource))
    }
}
