//! The verdicts of all callers, as data for the script of the page.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::caller::{Caller, MayCall};
use crate::lock::Lock;

/// The data in the page.
#[derive(Serialize)]
struct Verdicts {
    /// The distinct conditions, in words.
    words: Vec<String>,
    /// A number for each route, for each caller: 0 is denied, 1 is allowed, and `n` from 2 on is
    /// allowed if `words[n - 2]` holds.
    may: Vec<Vec<usize>>,
}

/// Returns the data as JSON for a `<script>` element.
pub(super) fn json(lock: Option<&Lock>, callers: &[Caller<'_>]) -> String {
    let mut words = BTreeMap::new();
    let mut verdicts = Verdicts { words: Vec::new(), may: Vec::new() };
    if let Some(lock) = lock {
        for caller in callers {
            let may = lock.routes().iter().map(|route| match caller.may(route.access()) {
                MayCall::No => 0,
                MayCall::Yes => 1,
                MayCall::If(text) => {
                    let next = words.len();
                    let at = *words.entry(text).or_insert_with_key(|text| {
                        verdicts.words.push(text.clone());
                        next
                    });
                    at + 2
                }
            });
            verdicts.may.push(may.collect());
        }
    }
    let json = serde_json::to_string(&verdicts).unwrap_or_default();
    // No text may end the element or start a comment.
    json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}
