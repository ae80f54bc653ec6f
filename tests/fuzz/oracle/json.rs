//! A parser for RFC 8259 that keeps duplicate names and invalid text, which other parsers drop.

/// The maximum depth, which no valid token reaches.
const DEEPEST: usize = 100;

/// Why a value was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unread {
    Wrong,
    Unsure,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    Number(f64),
    /// `None` for a string with an unpaired surrogate. The grammar allows it, but it is not text.
    Text(Option<String>),
    Array(Vec<Value>),
    Object(Vec<(Option<String>, Value)>),
}

impl Value {
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => text.as_deref(),
            _ => None,
        }
    }

    /// Returns the strings of an array that contains only strings.
    pub(crate) fn texts(&self) -> Option<Vec<&str>> {
        match self {
            Self::Array(all) => all.iter().map(Self::text).collect(),
            _ => None,
        }
    }
}

/// An object without duplicate names.
pub(crate) struct Object(Vec<(String, Value)>);

impl Object {
    pub(crate) fn of(members: Vec<(Option<String>, Value)>) -> Result<Self, Unread> {
        let mut object = Self(Vec::new());
        for (name, value) in members {
            let name = name.ok_or(Unread::Wrong)?;
            if object.get(&name).is_some() {
                return Err(Unread::Wrong);
            }
            object.0.push((name, value));
        }
        Ok(object)
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }
}

/// Parses an object without trailing content.
pub(crate) fn object(bytes: &[u8]) -> Result<Object, Unread> {
    let text = std::str::from_utf8(bytes).map_err(|_| Unread::Wrong)?;
    let mut reader = Reader { left: text };
    match reader.value(0)? {
        Value::Object(members) if reader.left.is_empty() => Object::of(members),
        _ => Err(Unread::Wrong),
    }
}

struct Reader<'a> {
    left: &'a str,
}

impl Reader<'_> {
    /// Reads a value and the whitespace around it.
    fn value(&mut self, depth: usize) -> Result<Value, Unread> {
        if depth > DEEPEST {
            return Err(Unread::Unsure);
        }
        self.space();
        let value = match self.left.as_bytes().first() {
            Some(b'{') => Value::Object(self.list(b'}', |reader| {
                reader.space();
                let name = reader.string()?;
                reader.space();
                reader.expect(":")?;
                Ok((name, reader.value(depth + 1)?))
            })?),
            Some(b'[') => Value::Array(self.list(b']', |reader| reader.value(depth + 1))?),
            Some(b'"') => Value::Text(self.string()?),
            Some(b't') => self.expect("true").map(|()| Value::Bool(true))?,
            Some(b'f') => self.expect("false").map(|()| Value::Bool(false))?,
            Some(b'n') => self.expect("null").map(|()| Value::Null)?,
            _ => Value::Number(self.number()?),
        };
        self.space();
        Ok(value)
    }

    fn list<T>(&mut self, end: u8, item: impl Fn(&mut Self) -> Result<T, Unread>) -> Result<Vec<T>, Unread> {
        self.left = &self.left[1..];
        let mut items = Vec::new();
        self.space();
        if self.takes(end) {
            return Ok(items);
        }
        loop {
            items.push(item(self)?);
            if self.takes(end) {
                return Ok(items);
            }
            self.expect(",")?;
        }
    }

    fn number(&mut self) -> Result<f64, Unread> {
        let before = self.left;
        self.takes(b'-');
        if !self.takes(b'0') {
            self.digits()?;
        }
        if self.takes(b'.') {
            self.digits()?;
        }
        if self.takes(b'e') || self.takes(b'E') {
            let _ = self.takes(b'+') || self.takes(b'-');
            self.digits()?;
        }
        let text = &before[..before.len() - self.left.len()];
        text.parse().map_err(|_| Unread::Wrong)
    }

    fn digits(&mut self) -> Result<(), Unread> {
        let count = self.left.bytes().take_while(u8::is_ascii_digit).count();
        self.left = &self.left[count..];
        if count == 0 { Err(Unread::Wrong) } else { Ok(()) }
    }

    /// Reads a string as UTF-16, because escapes are UTF-16 code units.
    fn string(&mut self) -> Result<Option<String>, Unread> {
        self.expect("\"")?;
        let mut units = Vec::new();
        loop {
            let next = self.next()?;
            match next {
                '"' => return Ok(String::from_utf16(&units).ok()),
                '\\' => units.push(self.escape()?),
                '\0'..='\u{1f}' => return Err(Unread::Wrong),
                next => units.extend_from_slice(next.encode_utf16(&mut [0; 2])),
            }
        }
    }

    fn escape(&mut self) -> Result<u16, Unread> {
        Ok(match self.next()? {
            '"' => 34,
            '\\' => 92,
            '/' => 47,
            'b' => 8,
            'f' => 12,
            'n' => 10,
            'r' => 13,
            't' => 9,
            'u' => {
                let digits = self.left.get(..4).ok_or(Unread::Wrong)?;
                self.left = &self.left[4..];
                let value = |digit: char| digit.to_digit(16).and_then(|it| u16::try_from(it).ok());
                digits
                    .chars()
                    .try_fold(0, |all, digit| Some(all << 4 | value(digit)?))
                    .ok_or(Unread::Wrong)?
            }
            _ => return Err(Unread::Wrong),
        })
    }

    fn next(&mut self) -> Result<char, Unread> {
        let next = self.left.chars().next().ok_or(Unread::Wrong)?;
        self.left = &self.left[next.len_utf8()..];
        Ok(next)
    }

    fn space(&mut self) {
        let count = self.left.bytes().take_while(|byte| b" \t\n\r".contains(byte)).count();
        self.left = &self.left[count..];
    }

    fn takes(&mut self, byte: u8) -> bool {
        let takes = self.left.as_bytes().first() == Some(&byte);
        if takes {
            self.left = &self.left[1..];
        }
        takes
    }

    fn expect(&mut self, text: &str) -> Result<(), Unread> {
        self.left = self.left.strip_prefix(text).ok_or(Unread::Wrong)?;
        Ok(())
    }
}
