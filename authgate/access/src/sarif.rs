//! SARIF 2.1.0 logs, which code scanning shows at the lines of a file.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

/// A rule that results refer to.
pub(crate) struct Rule {
    pub(crate) id: &'static str,
    /// `error`, `warning` or `note`.
    pub(crate) level: &'static str,
    /// A description without a full stop.
    pub(crate) short: &'static str,
    /// The advice for the reader.
    pub(crate) help: &'static str,
}

/// A result of a rule.
pub(crate) struct Found<'a> {
    /// The id of the rule.
    pub(crate) id: &'static str,
    pub(crate) text: String,
    /// The route or right, which identifies the result although its line changes.
    pub(crate) subject: String,
    pub(crate) file: &'a str,
    /// From one.
    pub(crate) line: Option<usize>,
    /// Why the result is accepted.
    pub(crate) accepted: Option<&'a str>,
}

/// Returns the log of a run.
pub(crate) fn log<'a>(rules: &[Rule], results: impl Iterator<Item = Found<'a>>) -> String {
    let results: Vec<_> = results.map(|found| result(rules, &found)).collect();
    let rules: Vec<_> = rules.iter().map(rule).collect();
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

fn rule(rule: &Rule) -> Value {
    json!({
        "id": rule.id,
        "name": pascal_case(rule.id),
        "shortDescription": { "text": rule.short },
        "fullDescription": { "text": format!("{}.", rule.short) },
        "help": { "text": rule.help },
        "defaultConfiguration": { "level": rule.level },
    })
}

fn result(rules: &[Rule], found: &Found<'_>) -> Value {
    let index = rules.iter().position(|rule| rule.id == found.id);
    let level = index.and_then(|at| rules.get(at)).map(|rule| rule.level);
    let mut place = Map::from_iter([(
        "artifactLocation".to_owned(),
        json!({ "uri": encoded(&found.file.replace('\\', "/")) }),
    )]);
    place.extend(found.line.map(|line| ("region".to_owned(), json!({ "startLine": line }))));
    let mut result = Map::from_iter([
        ("ruleId".to_owned(), found.id.into()),
        ("ruleIndex".to_owned(), index.into()),
        ("level".to_owned(), level.into()),
        ("message".to_owned(), json!({ "text": &found.text })),
        ("locations".to_owned(), json!([{ "physicalLocation": place }])),
        ("partialFingerprints".to_owned(), json!({ "subject/v1": &found.subject })),
    ]);
    let suppressions = |reason| json!([{ "kind": "inSource", "justification": reason }]);
    result.extend(found.accepted.map(|reason| ("suppressions".to_owned(), suppressions(reason))));
    result.into()
}

/// `newly-public` -> `NewlyPublic`
fn pascal_case(id: &str) -> String {
    let word = |word: &str| {
        let mut chars = word.chars();
        chars.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(chars).collect::<String>()
    };
    id.split('-').map(word).collect()
}

/// Percent-encodes a path as a URI reference (RFC 3986 section 4.2). Keeps `/`.
pub(crate) fn encoded(path: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a `String` cannot fail.
            _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}
