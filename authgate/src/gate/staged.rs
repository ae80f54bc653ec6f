//! A gate that stands in for another.

use std::sync::Arc;

use http::HeaderMap;

use super::{Entry, Gate, Inner};
use crate::denial::Denial;
use crate::right::{Principal, Reason};
use crate::scheme::Scheme;
use crate::testing::{Callers, Double, ForTests, StagedScheme};

impl<P: Principal> Gate<P> {
    /// The same gate with keys and users that were made for a test, and its schemes.
    pub(crate) fn staged(&self, callers: &Arc<Callers<P>>) -> (Self, Vec<StagedScheme>) {
        let Inner { schemes, timeout, required, origins, login_page, fields, prepared } = &*self.inner;
        let mut staged = Vec::with_capacity(schemes.len());
        let doubled = schemes.iter().enumerate().map(|(scheme, entry)| {
            let (double, mint) = match entry.scheme.__for_tests(callers) {
                Some(ForTests { scheme, mint }) => (scheme, Some(mint)),
                None => {
                    let (gate, callers) = (self.clone(), Arc::clone(callers));
                    let double = Double { gate, scheme, callers, name: entry.name };
                    (Box::new(double) as Box<dyn Scheme<P>>, None)
                }
            };
            staged.push(StagedScheme {
                name: entry.name,
                knows_login: entry.knows_login,
                fields: entry.scheme.fields().to_vec(),
                mint,
            });
            Entry {
                name: entry.name,
                attachment: entry.attachment,
                is_unknown_to_caches: entry.is_unknown_to_caches,
                never_waits: double.never_waits(),
                reads_authorization: entry.reads_authorization,
                knows_login: entry.knows_login,
                scheme: double,
            }
        });
        let inner = Inner {
            schemes: doubled.collect(),
            timeout: *timeout,
            required: required.clone(),
            origins: origins.clone(),
            login_page: login_page.clone(),
            fields: fields.clone(),
            prepared: Arc::clone(prepared),
        };
        (Self { inner: Arc::new(inner) }, staged)
    }

    /// In the place of a handler's answer to a probe.
    pub(crate) fn stopped(&self) -> Denial {
        self.deny(Reason::NotFound, self.client(&HeaderMap::new()))
    }

    /// One of its schemes.
    pub(crate) fn scheme_at(&self, scheme: usize) -> Option<&dyn Scheme<P>> {
        self.inner.schemes.get(scheme).map(|entry| &*entry.scheme)
    }

    /// The same for all clones of a gate, and for no other gate that lives.
    pub(crate) fn identity(&self) -> usize {
        Arc::as_ptr(&self.inner).cast::<()>() as usize
    }
}
