//! Parses the values of built-in requirements: `fresh = "5m"`, `acr = "urn:gold"`, `factor = "otp"`
//! and `issuer = "https://id.example"`.

use authgate_access::{Builtin, Values};
use proc_macro2::{Ident, Span};
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned as _;
use syn::{LitStr, Type};

use crate::keys;
use crate::nearest::{did_you_mean, list};

/// A string, or a type that represents one.
pub(super) enum Word {
    Text(LitStr),
    Type(Box<Type>),
}

impl Parse for Word {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(syn::Lit) {
            input.parse().map(Self::Text)
        } else {
            input.parse().map(|ty| Self::Type(Box::new(ty)))
        }
    }
}

/// The maximum age of a login.
pub(super) struct Age {
    pub(super) span: Span,
    pub(super) seconds: u64,
    /// The number as written and the name of its unit: `5` and `minute` for `"5m"`.
    pub(super) count: u64,
    pub(super) unit: &'static str,
}

impl Age {
    pub(super) fn read(key: &Ident, input: ParseStream<'_>) -> syn::Result<Self> {
        let literal = keys::string(key, input, "fresh = \"5m\"")?;
        let (text, span) = (literal.value(), literal.span());
        let refused = |text: String| Err(syn::Error::new(span, text));
        let digits = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
        let (number, unit) = text.split_at(digits);
        if number.is_empty() {
            return refused(format!(
                "expected the maximum age of the login, a number and a unit, `\"5m\"`; {UNITS}"
            ));
        }
        let (unit, seconds) = match unit {
            "s" => ("second", 1),
            "m" => ("minute", 60),
            "h" => ("hour", 60 * 60),
            "d" => ("day", 24 * 60 * 60),
            "" => {
                return refused(format!("the unit of `{number}` is missing: write `\"{number}s\"`; {UNITS}"));
            }
            unit => return refused(format!("unknown unit `{unit}`: write `\"5m\"`; {UNITS}")),
        };
        let count = number.parse::<u64>().ok();
        match count.and_then(|count| Some((count, count.checked_mul(seconds)?))) {
            Some((0, _)) => {
                refused("`fresh` must be positive: write the maximum age of the login, `\"5m\"`".to_owned())
            }
            Some((count, seconds)) => Ok(Self { span, seconds, count, unit }),
            None => refused("`fresh` is too large: write a shorter age, `\"5m\"`".to_owned()),
        }
    }
}

const UNITS: &str = "units are s, m, h and d";

/// The value of a built-in requirement whose value is a text.
pub(super) enum Value {
    Text(String, Span),
    /// A method of RFC 8176, with the name of its type.
    Method(&'static str, &'static str, Span),
    Type(Box<Type>),
}

/// The maximum length of the text in bytes, as in the type that carries it.
const LONGEST: usize = 256;

impl Value {
    pub(super) fn read(builtin: Builtin, key: &Ident, input: ParseStream<'_>) -> syn::Result<Self> {
        let keyword = builtin.row().keyword;
        let example = match builtin {
            Builtin::Factor => "\"otp\"",
            Builtin::Issuer => "\"https://id.example\"",
            _ => "\"urn:example:gold\"",
        };
        let ty = match builtin {
            Builtin::Factor => "MyFactor",
            Builtin::Issuer => "Partner",
            _ => "Gold",
        };
        let literal = match keys::value(key, input, &format!("{keyword} = {example}` or `{keyword} = {ty}"))?
        {
            Word::Type(ty) => return Ok(Self::Type(ty)),
            Word::Text(literal) => literal,
        };
        if builtin == Builtin::Factor {
            return method(&literal);
        }
        let refused = |text: String| Err(syn::Error::new(literal.span(), text));
        let is_list = builtin.row().values == Values::Alternatives;
        let text = literal.value();
        // The characters that a quoted string in a challenge carries without escapes. A token's
        // claim has the same characters.
        let odd =
            |letter: &char| !(matches!(letter, '!' | '#'..='[' | ']'..='~') || is_list && *letter == ' ');
        if let Some(letter) = text.chars().find(odd) {
            let space = if is_list { "; separate values with a space" } else { "" };
            return refused(format!(
                "`{keyword}` cannot have {letter:?}: write visible ASCII without `\"` and `\\`{space}"
            ));
        }
        if !literal.suffix().is_empty() {
            return refused(format!("expected a string without a suffix: `{keyword} = {example}`"));
        }
        let text = text.split(' ').filter(|value| !value.is_empty()).collect::<Vec<_>>().join(" ");
        if text.is_empty() {
            return refused(format!("`{keyword}` is empty: write its value"));
        }
        if text.len() > LONGEST {
            let length = text.len();
            return refused(format!(
                "the value has {length} bytes, but at most {LONGEST} are allowed: write a type with \
                 `authgate::right::ConstStr`"
            ));
        }
        Ok(Self::Text(text, literal.span()))
    }

    pub(super) fn span(&self) -> Span {
        match self {
            Self::Text(_, span) | Self::Method(_, _, span) => *span,
            Self::Type(ty) => ty.span(),
        }
    }
}

/// The methods of RFC 8176 section 2, with their types in `authgate::right::factor`.
const METHODS: [(&str, &str); 21] = [
    ("face", "ByFace"),
    ("fpt", "ByFpt"),
    ("geo", "ByGeo"),
    ("hwk", "ByHwk"),
    ("iris", "ByIris"),
    ("kba", "ByKba"),
    ("mca", "ByMca"),
    ("mfa", "ByMfa"),
    ("otp", "ByOtp"),
    ("pin", "ByPin"),
    ("pop", "ByPop"),
    ("pwd", "ByPwd"),
    ("rba", "ByRba"),
    ("retina", "ByRetina"),
    ("sc", "BySc"),
    ("sms", "BySms"),
    ("swk", "BySwk"),
    ("tel", "ByTel"),
    ("user", "ByUser"),
    ("vbm", "ByVbm"),
    ("wia", "ByWia"),
];

fn method(literal: &LitStr) -> syn::Result<Value> {
    let written = literal.value();
    let known = METHODS.iter().find(|(text, _)| *text == written && literal.suffix().is_empty());
    if let Some((text, name)) = known {
        return Ok(Value::Method(text, name, literal.span()));
    }
    let words = METHODS.map(|(text, _)| text);
    let (meant, words) = (did_you_mean(&written, &words), list(&words));
    Err(syn::Error::new(
        literal.span(),
        format!(
            "unknown authentication method `{written}`{meant}: expected one of {words} (RFC 8176), or a type with \
             `authgate::right::ConstStr`, `factor = MyFactor`"
        ),
    ))
}
