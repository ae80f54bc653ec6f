//! Converts variant names to the names that tokens carry.

use syn::LitStr;

use crate::nearest::{did_you_mean, list};

#[derive(Clone, Copy, Default)]
pub(super) enum Case {
    #[default]
    Snake,
    Kebab,
    Lower,
    ScreamingSnake,
    Camel,
    Pascal,
}

const CASES: [(&str, Case); 6] = [
    ("snake_case", Case::Snake),
    ("kebab-case", Case::Kebab),
    ("lowercase", Case::Lower),
    ("SCREAMING_SNAKE_CASE", Case::ScreamingSnake),
    ("camelCase", Case::Camel),
    ("PascalCase", Case::Pascal),
];

impl Case {
    pub(super) fn read(literal: &LitStr) -> syn::Result<Self> {
        let given = literal.value();
        CASES.iter().find(|(name, _)| *name == given).map(|(_, case)| *case).ok_or_else(|| {
            let names = CASES.map(|(name, _)| name);
            let (meant, names) = (did_you_mean(&given, &names), list(&names));
            syn::Error::new(
                literal.span(),
                format!("unknown case {given:?}{meant} in `rename_all`: expected one of {names}"),
            )
        })
    }

    pub(super) fn apply(self, name: &str) -> String {
        let words = words(name);
        let lower = || words.iter().map(|word| word.to_lowercase()).collect::<Vec<_>>();
        match self {
            Self::Snake => lower().join("_"),
            Self::Kebab => lower().join("-"),
            Self::Lower => lower().concat(),
            Self::ScreamingSnake => lower().join("_").to_uppercase(),
            Self::Camel => {
                let capitals = lower().into_iter().enumerate();
                capitals.map(|(at, word)| if at == 0 { word } else { capital(&word) }).collect()
            }
            Self::Pascal => lower().iter().map(|word| capital(word)).collect(),
        }
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Splits a variant name into words: `APIReader` -> `API`, `Reader`, and `OAuth2Admin` -> `Oauth2`,
/// `Admin`. A word starts at a capital after a lowercase letter or a digit. It also starts at the
/// last of several capitals if a lowercase letter follows.
fn words(name: &str) -> Vec<String> {
    let letters: Vec<char> = name.replace("OAuth", "Oauth").chars().collect();
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    for (at, letter) in letters.iter().copied().enumerate() {
        let before = at.checked_sub(1).and_then(|at| letters.get(at)).copied();
        let small_follows = letters.get(at + 1).is_some_and(|next| next.is_lowercase());
        let starts = letter.is_uppercase()
            && before.is_some_and(|before| {
                before.is_lowercase() || before.is_numeric() || (before.is_uppercase() && small_follows)
            });
        if (starts || letter == '_') && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if letter != '_' {
            word.push(letter);
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snake_case_splits_at_word_boundaries_and_acronyms() {
        for (name, snake) in [
            ("Viewer", "viewer"),
            ("ReadReports", "read_reports"),
            ("APIReader", "api_reader"),
            ("OAuth2Admin", "oauth2_admin"),
            ("API", "api"),
            ("X", "x"),
            ("AClass", "a_class"),
            ("ReaderV2", "reader_v2"),
            ("Tier1Support", "tier1_support"),
            ("Über", "über"),
            ("snake_case", "snake_case"),
            ("SHOUT_CASE", "shout_case"),
        ] {
            assert_eq!(Case::Snake.apply(name), snake, "{name}");
        }
    }

    #[test]
    fn case_styles_convert_variant_names() {
        for (case, name) in [
            ("snake_case", "read_all_reports"),
            ("kebab-case", "read-all-reports"),
            ("lowercase", "readallreports"),
            ("SCREAMING_SNAKE_CASE", "READ_ALL_REPORTS"),
            ("camelCase", "readAllReports"),
            ("PascalCase", "ReadAllReports"),
        ] {
            let literal = LitStr::new(case, proc_macro2::Span::call_site());
            assert_eq!(Case::read(&literal).unwrap().apply("ReadAllReports"), name);
        }
    }
}
