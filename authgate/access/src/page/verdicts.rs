//! What every caller may, as data for the page's script.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::caller::{Caller, Verdict};
use crate::lock::Lock;

/// What is in the page.
#[derive(Serialize)]
struct Verdicts {
    /// What else can be asked, in words: each once.
    words: Vec<String>,
    /// For each caller, a number for each route: 0 may not, 1 may, and from 2 on may if the words at this place less two hold.
    may: Vec<Vec<usize>>,
}

/// As JSON that can stand in a `<script>`.
pub(super) fn json(lock: Option<&Lock>, callers: &[Caller<'_>]) -> String {
    let mut words = BTreeMap::new();
    let mut verdicts = Verdicts { words: Vec::new(), may: Vec::new() };
    if let Some(lock) = lock {
        for caller in callers {
            let may = lock.routes().iter().map(|route| match caller.may(route.access()) {
                Verdict::MayNot => 0,
                Verdict::May => 1,
                Verdict::If(text) => {
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
    // So that nothing in it ends the element or begins a comment.
    json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}
