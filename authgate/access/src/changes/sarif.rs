//! For what shows findings beside the lines: SARIF 2.1.0.

use serde_json::{Value, json};

use super::text::waived_in_words;
use super::{Change, Changes, Verdict};

impl Changes {
    /// As a SARIF 2.1.0 log, which code scanning shows at the lock's lines: a result for each change that is not
    /// [`Verdict::Same`], at the line of the new lock, or of the old one where a route is gone.
    ///
    /// The two files are named as the repository has them: `access.lock`.
    #[must_use]
    pub fn to_sarif(&self, old_file: &str, new_file: &str) -> String {
        let mut results: Vec<_> = self
            .routes()
            .iter()
            .filter(|change| change.verdict != Verdict::Same)
            .map(|change| result(change, old_file, new_file))
            .collect();
        let waived = self.no_longer_waived().iter().map(waived_in_words);
        results.extend(waived.map(|text| finding(Verdict::Changed, &text, new_file, Some(1))));
        let rules: Vec<_> = REPORTED.iter().map(|verdict| rule(*verdict)).collect();
        let log = json!({
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [{
                "tool": { "driver": {
                    "name": "cargo-authgate",
                    "version": env!("CARGO_PKG_VERSION"),
                    "informationUri": env!("CARGO_PKG_REPOSITORY"),
                    "rules": rules,
                }},
                "columnKind": "unicodeCodePoints",
                "results": results,
            }],
        });
        format!("{log:#}\n")
    }
}

const REPORTED: [Verdict; 6] = [
    Verdict::NewlyPublic,
    Verdict::Widened,
    Verdict::Changed,
    Verdict::New,
    Verdict::Narrowed,
    Verdict::Gone,
];

const fn level(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::NewlyPublic => "error",
        Verdict::Widened | Verdict::Changed => "warning",
        _ => "note",
    }
}

fn rule(verdict: Verdict) -> Value {
    let (name, short, help) = match verdict {
        Verdict::NewlyPublic => (
            "NewlyPublic",
            "A route asks nobody any more who he is, or a new one does not",
            "Anybody on the network can call it. Check that the reason in the lock holds, that nothing private is answered, and \
             that a caller who may write something is limited by other means.",
        ),
        Verdict::Widened => (
            "Widened",
            "A route lets in more callers than before",
            "After the + are the callers who may now and might not before, by the least that they have been given. Check that \
             each of them is to.",
        ),
        Verdict::Changed => (
            "Changed",
            "A route lets in other callers than before, or it cannot be told",
            "Some may now and others no longer, two policies cannot be compared, or whoever may not is told otherwise. Read both \
             rules, and the policies' code where they name some.",
        ),
        Verdict::New => (
            "New",
            "A route that was not there",
            "Nobody could call it before. Check that its rule is that of its siblings.",
        ),
        Verdict::Narrowed => (
            "Narrowed",
            "A route lets in fewer callers than before",
            "After the - are the callers who no longer may. Check that none of them still needs it.",
        ),
        _ => (
            "Gone",
            "A route that is no more",
            "Its callers are answered with 404 or 405. Check that none still needs it.",
        ),
    };
    json!({
        "id": verdict.id(),
        "name": name,
        "shortDescription": { "text": short },
        "fullDescription": { "text": format!("{short}.") },
        "help": { "text": help },
        "defaultConfiguration": { "level": level(verdict) },
    })
}

fn result(change: &Change, old_file: &str, new_file: &str) -> Value {
    let (file, line) = match change.new_line {
        Some(line) => (new_file, Some(line)),
        None if change.new.is_none() => (old_file, change.old_line),
        None => (new_file, None),
    };
    let mut result = finding(change.verdict, &change.to_string(), file, line);
    if let Some(result) = result.as_object_mut() {
        result.insert("partialFingerprints".to_owned(), json!({ "route/v1": change.route() }));
    }
    result
}

fn finding(verdict: Verdict, text: &str, file: &str, line: Option<usize>) -> Value {
    let mut place = json!({ "artifactLocation": { "uri": uri(file) } });
    if let (Some(line), Some(place)) = (line, place.as_object_mut()) {
        place.insert("region".to_owned(), json!({ "startLine": line }));
    }
    json!({
        "ruleId": verdict.id(),
        "ruleIndex": REPORTED.iter().position(|reported| *reported == verdict),
        "level": level(verdict),
        "message": { "text": text },
        "locations": [{ "physicalLocation": place }],
    })
}

/// A file's name as a reference (RFC 3986 section 4.2), relative where it is.
fn uri(file: &str) -> String {
    use std::fmt::Write as _;

    let mut uri = String::with_capacity(file.len());
    for byte in file.replace('\\', "/").bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}
