//! Lists of the resources that a caller may see.

use std::fmt;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::super::granted::Granted;
use super::super::prove::{Asked, Prove, States};
use super::super::{Authenticated, Authorized};
use crate::denial::Denial;
use crate::proof::resource::IsLoaded;
use crate::proof::resource::policy_rule;
use crate::proof::visible::{Filter, ListPolicy, Listable, Page, Placeholders, Sql};
use crate::right::{Context, Invariant, Principal, Reason, Refused, Rule, TypeName};

/// A caller, with a filter for the resources `T` that the caller may see by the policy `R`. As the
/// first parameter of a handler, it admits any authenticated caller.
///
/// Narrow the query by [`sql`](Self::sql). [`page`](Self::page) turns the rows that it finds into a
/// proof.
///
/// # Examples
///
/// ```
/// use authgate::visible::{Column, Filter, ListPolicy, Listable, Placeholders, VisibleList};
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
///
/// async fn list(reports: VisibleList<Report>) -> String {
///     let sql = reports.sql(Placeholders::QuestionMark);
///     format!("SELECT owner FROM reports WHERE {}", sql.text) // bind `sql.values`
/// }
/// ```
pub struct VisibleList<T: Listable, R = <T as Listable>::By, P = <R as ListPolicy<T>>::Principal> {
    filter: Filter<T>,
    caller: Arc<Authenticated<P>>,
    pub(in super::super) invariant: Invariant<(T, R, P)>,
}

impl<T: Listable, R: ListPolicy<T, Principal = P>, P: Principal> VisibleList<T, R, P> {
    fn of(caller: Authenticated<P>) -> Result<Self, Denial> {
        match catch_unwind(AssertUnwindSafe(|| R::filter(&caller.principal))) {
            Ok(filter) => Ok(Self { filter, caller: Arc::new(caller), invariant: PhantomData }),
            Err(_) => {
                Err(caller.deny(Refused { reason: Reason::Failed, why: None }, policy_rule::<R, Page<T>>()))
            }
        }
    }

    /// Returns the principal.
    #[must_use]
    pub fn principal(&self) -> &P {
        &self.caller.principal
    }

    /// Returns how and when the caller was authenticated.
    #[must_use]
    pub fn context(&self) -> &Context {
        &self.caller.context
    }

    /// Returns the filter for the resources that the caller may see.
    pub const fn filter(&self) -> &Filter<T> {
        &self.filter
    }

    /// Returns the condition for the `WHERE` clause of the query.
    #[must_use]
    pub fn sql(&self, placeholders: Placeholders) -> Sql {
        self.filter.sql(placeholders)
    }

    /// Returns the proof over the rows that the query found. They must come from the application's
    /// store, as a [`Loaded`](crate::resource::Loaded).
    ///
    /// Each row is checked again. A row that a single read would deny is left out and logged as an
    /// error. The cause is a query without the filter, or a database that compares values
    /// differently from Rust.
    #[must_use]
    pub fn page(self, rows: impl IsLoaded<Vec<T>>) -> Granted<R, Page<T>, P> {
        let rows = rows.value();
        let found = rows.len();
        let rows: Vec<T> = rows.into_iter().filter(|row| self.filter.matches(row)).collect();
        let left_out = found - rows.len();
        if left_out > 0 {
            let (policy, on) = (TypeName::of::<R>(), TypeName::of::<T>());
            tracing::error!(target: "authgate::gate", %policy, %on, left_out, "a query returned rows that the caller may not see");
        }
        Granted::new(Page::new(rows), self.caller)
    }
}

impl<P: Principal> Authenticated<P> {
    /// Returns the resources that the caller may see, by the policy [`Listable::By`].
    ///
    /// # Errors
    ///
    /// Returns [`Denial`] with [`Reason::Failed`] if the policy panics. The caller then sees
    /// nothing.
    pub fn visible<T: Listable>(self) -> Result<VisibleList<T, T::By, P>, Denial>
    where
        T::By: ListPolicy<T, Principal = P>,
    {
        self.visible_by()
    }

    /// Returns the resources that the caller may see, by the policy `R`.
    ///
    /// # Errors
    ///
    /// Returns [`Denial`] with [`Reason::Failed`] if the policy panics.
    pub fn visible_by<R: ListPolicy<T, Principal = P>, T: Listable>(
        self,
    ) -> Result<VisibleList<T, R, P>, Denial> {
        let observed = self.observed();
        let list = VisibleList::<T, R, P>::of(self).map_err(|denial| denial.log(None))?;
        if let Some(observed) = observed {
            observed.tell_allowed(Some(<VisibleList<T, R, P> as States>::RIGHT), None);
        }
        Ok(list)
    }
}

impl<Q, P: Principal> Authorized<Q, P> {
    /// Returns the resources that the caller may see, as [`Authenticated::visible`] does.
    ///
    /// # Errors
    ///
    /// Returns [`Denial`] with [`Reason::Failed`] if the policy panics.
    pub fn visible<T: Listable>(self) -> Result<VisibleList<T, T::By, P>, Denial>
    where
        T::By: ListPolicy<T, Principal = P>,
    {
        self.into_authenticated().visible()
    }
}

impl<T: Listable, R: 'static, P: Principal> States for VisibleList<T, R, P> {
    type Principal = P;

    const RIGHT: &'static Rule = policy_rule::<R, Page<T>>();
}

impl<T: Listable, R: ListPolicy<T, Principal = P>, P: Principal, S: Sync> Prove<S> for VisibleList<T, R, P> {
    fn coarse(_: &P, _: &Context) -> Result<(), Refused> {
        Ok(())
    }

    async fn prove(caller: Authenticated<P>, _: &mut Asked<'_, S>) -> Result<Self, Denial> {
        Self::of(caller)
    }
}

/// Prints the scheme that authenticated the caller, and nothing about the principal.
impl<T: Listable, R, P> fmt::Debug for VisibleList<T, R, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Visible").field("scheme", &self.caller.context.scheme()).finish_non_exhaustive()
    }
}
