//! A gate for tests that replaces the gate of the application.

use std::sync::Arc;

use super::stage::{Callers, ReplacementScheme, TestScheme};
use super::test_bearer::TestBearer;
use crate::gate::{Entry, Gate, Inner};
use crate::right::Principal;
use crate::scheme::Scheme;

impl<P: Principal> Gate<P> {
    /// Returns the gate with keys and users made for tests, and the description of its schemes.
    pub(crate) fn staged(&self, callers: &Arc<Callers<P>>) -> (Self, Vec<ReplacementScheme>) {
        let Inner {
            schemes,
            timeout,
            required,
            origins,
            login_page,
            fields,
            credential_fields,
            prepared,
            weaker,
        } = &*self.inner;
        let mut staged = Vec::with_capacity(schemes.len());
        let doubled = schemes.iter().enumerate().map(|(scheme, entry)| {
            let (double, mint) = match entry.scheme.__verifier() {
                Some(verifier) => {
                    let (double, mint) = TestBearer::of(verifier.clone(), entry.scheme.challenge(), callers);
                    (Box::new(double) as Box<dyn Scheme<P>>, Some(mint))
                }
                None => {
                    let (gate, callers) = (self.clone(), Arc::clone(callers));
                    let double = TestScheme { gate, scheme, callers, name: entry.name };
                    (Box::new(double) as Box<dyn Scheme<P>>, None)
                }
            };
            staged.push(ReplacementScheme {
                name: entry.name,
                knows_login: entry.knows_login,
                fields: entry.scheme.properties().fields,
                mint,
            });
            Entry {
                name: entry.name,
                ambient: entry.ambient,
                is_unknown_to_caches: entry.is_unknown_to_caches,
                reads_authorization: entry.reads_authorization,
                fields: entry.fields.clone(),
                knows_login: entry.knows_login,
                sets_response_fields: entry.sets_response_fields,
                is_repeatable: entry.is_repeatable,
                #[cfg(feature = "session")]
                space: entry.space.clone(),
                scheme: double,
            }
        });
        let inner = Inner {
            schemes: doubled.collect(),
            timeout: *timeout,
            required: Arc::clone(required),
            origins: origins.clone(),
            login_page: login_page.clone(),
            fields: fields.clone(),
            credential_fields: credential_fields.clone(),
            prepared: Arc::clone(prepared),
            weaker: weaker.clone(),
        };
        (Self { inner: Arc::new(inner) }, staged)
    }

    /// Returns the scheme with this index.
    pub(crate) fn scheme_at(&self, scheme: usize) -> Option<&dyn Scheme<P>> {
        self.inner.schemes.get(scheme).map(|entry| &*entry.scheme)
    }

    /// Returns an id that all clones of a gate share, and that no other live gate has.
    pub(crate) fn identity(&self) -> usize {
        Arc::as_ptr(&self.inner).cast::<()>() as usize
    }
}
