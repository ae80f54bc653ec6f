//! A position in a line.

use super::LockError;
use super::error::shortened;
use crate::rule::words::{is_of_kind, is_of_name, is_of_path, type_end};

/// A line that is partially parsed.
pub(super) struct Cursor<'a> {
    line: &'a str,
    at: usize,
    number: usize,
    /// The names that the lock must declare.
    pub(super) named: Vec<Named>,
}

/// A name that the lock must declare.
pub(super) struct Named {
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) line: usize,
    pub(super) column: usize,
}

impl<'a> Cursor<'a> {
    pub(super) const fn new(line: &'a str, number: usize) -> Self {
        Self { line, at: 0, number, named: Vec::new() }
    }

    fn rest(&self) -> &'a str {
        self.line.get(self.at..).unwrap_or_default()
    }

    fn column(&self) -> usize {
        self.line.get(..self.at).map_or(1, |before| before.chars().count() + 1)
    }

    pub(super) fn error(&self, text: impl Into<String>) -> LockError {
        LockError::new(self.number, self.column(), text)
    }

    pub(super) fn expected(&self, what: &str) -> LockError {
        let found = shortened(self.rest().split(' ').next().unwrap_or_default());
        self.error(if found.is_empty() {
            format!("expected {what}, found the end of the line")
        } else {
            format!("expected {what}, found `{found}`")
        })
    }

    /// Skips spaces.
    pub(super) fn space(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    fn take(&mut self, length: usize) -> &'a str {
        let taken = self.rest().get(..length).unwrap_or_default();
        self.at += taken.len();
        taken
    }

    fn take_while(&mut self, is_of_it: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        self.take(rest.find(|c| !is_of_it(c)).unwrap_or(rest.len()))
    }

    pub(super) fn is_at(&self, mark: &str) -> bool {
        self.rest().starts_with(mark)
    }

    pub(super) fn takes(&mut self, mark: &str) -> bool {
        let is_at = self.is_at(mark);
        if is_at {
            self.take(mark.len());
        }
        is_at
    }

    /// Takes a mark and the spaces after it.
    pub(super) fn takes_mark(&mut self, mark: &str) -> bool {
        let is_at = self.takes(mark);
        if is_at {
            self.space();
        }
        is_at
    }

    /// Takes a word with the spaces around it, if a space or the end of the line follows.
    pub(super) fn takes_word(&mut self, word: &str) -> bool {
        self.is_at_word(word) && self.takes_mark(word)
    }

    /// Skips spaces. Returns `true` if a word follows.
    pub(super) fn is_at_word(&mut self, word: &str) -> bool {
        self.space();
        let after = self.rest().strip_prefix(word);
        after.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    }

    pub(super) fn expect(&mut self, mark: &str) -> Result<(), LockError> {
        self.space();
        if self.takes(mark) { Ok(()) } else { Err(self.expected(&format!("`{mark}`"))) }
    }

    pub(super) fn end(&mut self, what: &str) -> Result<(), LockError> {
        self.space();
        if self.rest().is_empty() { Ok(()) } else { Err(self.expected(what)) }
    }

    /// Takes the text before the next space.
    pub(super) fn bare_word(&mut self) -> &'a str {
        self.take_while(|c| c != ' ')
    }

    /// Takes a word and the `:` after it.
    pub(super) fn kind(&mut self) -> Option<&'a str> {
        let rest = self.rest();
        let end = rest.find(|c| !is_of_kind(c))?;
        if end == 0 || !rest.get(end..)?.starts_with(':') {
            return None;
        }
        let kind = self.take(end);
        self.take(1);
        Some(kind)
    }

    pub(super) fn name(&mut self, what: &str) -> Result<String, LockError> {
        if self.is_at("\"") {
            return self.quoted();
        }
        match self.take_while(is_of_name) {
            "" => Err(self.expected(what)),
            name => Ok(name.to_owned()),
        }
    }

    /// Takes a name that the lock must declare.
    pub(super) fn name_of(&mut self, kind: &str) -> Result<String, LockError> {
        let (line, column) = (self.number, self.column());
        let name = self.name(&format!("the name of a {kind}"))?;
        self.named.push(Named { kind: kind.to_owned(), name: name.clone(), line, column });
        Ok(name)
    }

    pub(super) fn path(&mut self) -> Result<String, LockError> {
        let start = self.at;
        let path = if self.is_at("\"") { self.quoted()? } else { self.take_while(is_of_path).to_owned() };
        let Some(wrong) = wrong_in_path(&path) else { return Ok(path) };
        self.at = start;
        Err(if path.starts_with('/') {
            self.error(wrong)
        } else {
            self.expected("a path such as `/reports/{id}`")
        })
    }

    pub(super) fn type_name(&mut self) -> Result<String, LockError> {
        if self.is_at("\"") {
            return self.quoted();
        }
        match type_end(self.rest()).map(|end| self.take(end)) {
            Some(name) if !name.is_empty() => Ok(name.to_owned()),
            Some(_) => Err(self.expected("the name of a type")),
            None => {
                Err(self
                    .error("a `<` of this type is not closed: add a `>`, or put the name in double quotes"))
            }
        }
    }

    /// Takes `CanEdit on Report`, or the name of a custom requirement.
    pub(super) fn policy_over(&mut self) -> Result<Result<(String, String), String>, LockError> {
        let start = self.at;
        let policy = self.type_name();
        if let Ok(policy) = &policy
            && self.takes_word("on")
        {
            return Ok(Ok((policy.clone(), self.type_name()?)));
        }
        self.at = start;
        let name = self.name("the name of a policy")?;
        // Reports an invalid type only if the line continues like a type.
        let rest = self.rest().trim_start();
        match policy {
            Err(error) if rest.starts_with([',', '<', '>']) || rest.starts_with("on ") => Err(error),
            _ => Ok(Err(name)),
        }
    }

    pub(super) fn seconds(&mut self) -> Result<u64, LockError> {
        let start = self.at;
        let digits = self.take_while(|c| c.is_ascii_digit());
        match digits.parse() {
            Ok(seconds) if self.takes("s") => Ok(seconds),
            _ => {
                self.at = start;
                Err(self.expected("a number of seconds such as `300s`"))
            }
        }
    }

    pub(super) fn reason(&mut self) -> Result<String, LockError> {
        self.space();
        if self.is_at("\"") { self.quoted() } else { Err(self.expected("a reason in double quotes")) }
    }

    /// Takes a text in double quotes, with the escapes of Rust.
    fn quoted(&mut self) -> Result<String, LockError> {
        let start = self.at;
        self.take(1);
        let mut text = String::new();
        loop {
            text.push_str(self.take_while(|c| c != '"' && c != '\\'));
            if self.takes("\"") {
                return Ok(text);
            }
            if !self.takes("\\") {
                self.at = start;
                return Err(self.error("the quote is not closed: add a `\"` at the end of the text"));
            }
            text.push(self.escape()?);
        }
    }

    fn escape(&mut self) -> Result<char, LockError> {
        let start = self.at;
        let c = match self.take(1) {
            "n" => Some('\n'),
            "r" => Some('\r'),
            "t" => Some('\t'),
            "0" => Some('\0'),
            "\\" => Some('\\'),
            "\"" => Some('"'),
            "'" => Some('\''),
            "u" if self.takes("{") => {
                let digits = self.take_while(|c| c.is_ascii_hexdigit());
                u32::from_str_radix(digits, 16).ok().and_then(char::from_u32).filter(|_| self.takes("}"))
            }
            _ => None,
        };
        c.ok_or_else(|| {
            self.at = start;
            self.error(r#"unknown escape: expected `\\`, `\"`, `\n`, `\t` or `\u{1f512}`"#)
        })
    }
}

/// Returns the problem of a path: it does not start with `/`, or a brace is not paired.
fn wrong_in_path(path: &str) -> Option<&'static str> {
    if !path.starts_with('/') {
        return Some("a path starts with `/`");
    }
    let mut chars = path.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            // A double brace is literal.
            '{' | '}' if chars.next_if_eq(&c).is_some() => {}
            '{' if !chars.by_ref().take_while(|c| *c != '/').any(|c| c == '}') => {
                return Some("a `{` in this path has no `}`: write a parameter as `/reports/{id}`");
            }
            '}' => {
                return Some("a `}` in this path has no `{`: write a parameter as `/reports/{id}`");
            }
            _ => {}
        }
    }
    None
}
