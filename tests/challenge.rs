//! A strict parser for `WWW-Authenticate`. It accepts only what a sender may generate (RFC 9110
//! section 11.6.1).

/// A challenge.
#[derive(Debug, PartialEq, Eq)]
pub struct Challenge {
    /// The auth-scheme as it was sent.
    pub scheme: String,
    /// The token68 of a challenge without parameters.
    pub token68: Option<String>,
    /// The parameters.
    pub parameters: Vec<Parameter>,
}

/// A parameter of a challenge.
#[derive(Debug, PartialEq, Eq)]
pub struct Parameter {
    /// The name as it was sent.
    pub name: String,
    /// The unquoted and unescaped value, with one character per byte.
    pub value: String,
    /// `true` for a quoted-string.
    pub quoted: bool,
}

impl Challenge {
    /// Returns the value of a parameter.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let named = |known: &&Parameter| known.name.eq_ignore_ascii_case(name);
        self.parameters.iter().find(named).map(|known| known.value.as_str())
    }
}

/// Parses all lines of a response.
///
/// # Errors
///
/// Returns a message if the syntax is invalid or if a parameter occurs twice (RFC 9110 section
/// 11.2). The same applies to a realm without quotes (section 11.5) and to Basic without a realm
/// (RFC 7617 section 2).
pub fn parse<L: AsRef<[u8]>>(lines: impl IntoIterator<Item = L>) -> Result<Vec<Challenge>, String> {
    let mut challenges = Vec::new();
    for line in lines {
        let line = line.as_ref();
        Reader { left: line }
            .challenges(&mut challenges)
            .map_err(|error| format!("{error} in {:?}", String::from_utf8_lossy(line)))?;
    }
    Ok(challenges)
}

struct Reader<'a> {
    left: &'a [u8],
}

impl<'a> Reader<'a> {
    fn challenges(mut self, into: &mut Vec<Challenge>) -> Result<(), String> {
        loop {
            self.skip(b" \t,");
            if self.left.is_empty() {
                return Ok(());
            }
            let challenge = self.challenge()?;
            if challenge.scheme.eq_ignore_ascii_case("Basic") && challenge.get("realm").is_none() {
                return Err("Basic without a realm".to_owned());
            }
            into.push(challenge);
        }
    }

    fn challenge(&mut self) -> Result<Challenge, String> {
        let scheme = self.token()?;
        let mut challenge = Challenge { scheme, token68: None, parameters: Vec::new() };
        match self.left {
            [] | [b',', ..] => return Ok(challenge),
            [b' ', ..] => self.skip(b" "),
            _ => return Err("no space after an auth-scheme".to_owned()),
        }
        challenge.token68 = self.token68();
        if challenge.token68.is_some() {
            return Ok(challenge);
        }
        loop {
            self.skip(b" \t,");
            if self.left.is_empty() {
                return Ok(challenge);
            }
            let before = self.left;
            let name = self.token()?;
            self.skip(b" \t");
            if self.left.first() != Some(&b'=') {
                // The start of the next challenge.
                self.left = before;
                return Ok(challenge);
            }
            self.left = &self.left[1..];
            self.skip(b" \t");
            let quoted = self.left.first() == Some(&b'"');
            let value = if quoted { self.quoted()? } else { self.token()? };
            if challenge.get(&name).is_some() {
                return Err(format!("{name} twice"));
            }
            if name.eq_ignore_ascii_case("realm") && !quoted {
                return Err("a realm without quotes".to_owned());
            }
            challenge.parameters.push(Parameter { name, value, quoted });
            self.skip(b" \t");
            if !matches!(self.left, [] | [b',', ..]) {
                return Err("something after a parameter".to_owned());
            }
        }
    }

    fn skip(&mut self, what: &[u8]) {
        self.take(|byte| what.contains(&byte));
    }

    fn take(&mut self, is_of: impl Fn(u8) -> bool) -> &'a [u8] {
        let end = self.left.iter().position(|byte| !is_of(*byte)).unwrap_or(self.left.len());
        let (taken, left) = self.left.split_at(end);
        self.left = left;
        taken
    }

    fn token(&mut self) -> Result<String, String> {
        let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        match self.take(is_token) {
            [] => Err("no token".to_owned()),
            token => Ok(text(token)),
        }
    }

    /// Reads a token68 if everything up to the next comma is one.
    fn token68(&mut self) -> Option<String> {
        let before = self.left;
        let body = self.take(|byte| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte));
        let equals = self.take(|byte| byte == b'=');
        let token = text(&before[..body.len() + equals.len()]);
        self.skip(b" \t");
        if !body.is_empty() && matches!(self.left, [] | [b',', ..]) {
            return Some(token);
        }
        self.left = before;
        None
    }

    fn quoted(&mut self) -> Result<String, String> {
        let (mut value, mut escaped) = (Vec::new(), false);
        for (index, byte) in self.left.iter().copied().enumerate().skip(1) {
            match byte {
                0..=8 | 10..=31 | 127 => return Err("a control character in quotes".to_owned()),
                _ if escaped => {
                    value.push(byte);
                    escaped = false;
                }
                b'\\' => escaped = true,
                b'"' => {
                    self.left = &self.left[index + 1..];
                    return Ok(text(&value));
                }
                _ => value.push(byte),
            }
        }
        Err("no closing quote".to_owned())
    }
}

/// Converts each byte to a character.
fn text(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}
