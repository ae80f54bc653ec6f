//! Texts that a token states about its caller, in one allocation.

/// The statements of a token, for [`Stated::new`].
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Statements<'a> {
    pub(crate) client_id: Option<&'a str>,
    pub(crate) session_id: Option<&'a str>,
    pub(crate) scopes: Option<&'a str>,
    pub(crate) subject: Option<&'a str>,
}

/// The statements, one behind the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stated {
    text: Box<str>,
    /// The end of each text. `None` if it is missing.
    ends: [Option<usize>; 4],
}

impl Stated {
    /// Returns `None` if there is no statement.
    pub(super) fn new(statements: Statements<'_>) -> Option<Self> {
        let Statements { client_id, session_id, scopes, subject } = statements;
        let all = [client_id, session_id, scopes, subject];
        if all.iter().all(Option::is_none) {
            return None;
        }
        let mut text = String::with_capacity(all.iter().flatten().map(|text| text.len()).sum());
        let ends = all.map(|part| {
            text.push_str(part?);
            Some(text.len())
        });
        Some(Self { text: text.into(), ends })
    }

    /// Returns all texts.
    #[cfg(feature = "cache")]
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn client_id(&self) -> Option<&str> {
        self.part(0)
    }

    pub(super) fn session_id(&self) -> Option<&str> {
        self.part(1)
    }

    pub(super) fn scopes(&self) -> Option<&str> {
        self.part(2)
    }

    pub(super) fn subject(&self) -> Option<&str> {
        self.part(3)
    }

    fn part(&self, index: usize) -> Option<&str> {
        let end = (*self.ends.get(index)?)?;
        let before = self.ends.iter().take(index).flatten().max().copied().unwrap_or(0);
        self.text.get(before..end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_statement_is_found_or_missing() {
        let texts = [None, Some(""), Some("a"), Some("b c")];
        for client_id in texts {
            for session_id in texts {
                for scopes in texts {
                    for subject in texts {
                        let statements = Statements { client_id, session_id, scopes, subject };
                        let found = Stated::new(statements).map_or([const { None::<String> }; 4], |stated| {
                            [stated.client_id(), stated.session_id(), stated.scopes(), stated.subject()]
                                .map(|text| text.map(str::to_owned))
                        });
                        let expected = [client_id, session_id, scopes, subject];
                        assert_eq!(found.each_ref().map(Option::as_deref), expected);
                    }
                }
            }
        }
    }
}
