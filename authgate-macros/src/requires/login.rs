//! Parses requirements on the login: `fresh = "5m"`, `acr = "urn:gold"` and `factor = "otp"`.

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
                "write how old the login may be: a number and its unit, `\"5m\"`; {UNITS}"
            ));
        }
        let (unit, seconds) = match unit {
            "s" => ("second", 1),
            "m" => ("minute", 60),
            "h" => ("hour", 60 * 60),
            "d" => ("day", 24 * 60 * 60),
            "" => return refused(format!("`{number}` of what? write its unit, `\"{number}s\"`; {UNITS}")),
            unit => return refused(format!("no unit is called `{unit}`: write `\"5m\"`; {UNITS}")),
        };
        let count = number.parse::<u64>().ok();
        match count.and_then(|count| Some((count, count.checked_mul(seconds)?))) {
            Some((0, _)) => {
                refused("no login is as fresh as that: write how old it may be, `\"5m\"`".to_owned())
            }
            Some((count, seconds)) => Ok(Self { span, seconds, count, unit }),
            None => refused("this is longer than time can be told: write a shorter age, `\"5m\"`".to_owned()),
        }
    }
}

const UNITS: &str = "units are s, m, h and d";

/// Authentication context classes.
pub(super) enum Class {
    /// One or more classes, separated by single spaces.
    Text(String, Span),
    Type(Box<Type>),
}

/// The maximum length of the text in bytes, as in the type that carries it.
const LONGEST: usize = 256;

impl Class {
    pub(super) fn read(key: &Ident, input: ParseStream<'_>) -> syn::Result<Self> {
        let literal = match keys::value(key, input, "acr = \"urn:example:gold\"` or `acr = Gold")? {
            Word::Type(ty) => return Ok(Self::Type(ty)),
            Word::Text(literal) => literal,
        };
        let refused = |text: String| Err(syn::Error::new(literal.span(), text));
        let values = literal.value();
        // The characters that a quoted string in a challenge carries without escapes. A token's
        // claim has the same characters.
        let odd = |letter: &char| !matches!(letter, ' ' | '!' | '#'..='[' | ']'..='~');
        if let Some(letter) = values.chars().find(odd) {
            return refused(format!(
                "a context class has no {letter:?}: write visible ASCII without `\"` and `\\`, and a space between two"
            ));
        }
        if !literal.suffix().is_empty() {
            return refused("a string without a suffix stands here: `acr = \"urn:example:gold\"`".to_owned());
        }
        let values: Vec<&str> = values.split(' ').filter(|value| !value.is_empty()).collect();
        let values = values.join(" ");
        if values.is_empty() {
            return refused("no context class is named: write its name in here".to_owned());
        }
        if values.len() > LONGEST {
            let length = values.len();
            return refused(format!(
                "this has {length} bytes and there is room for {LONGEST}: write a type with `authgate::right::Word`"
            ));
        }
        Ok(Self::Text(values, literal.span()))
    }

    pub(super) fn span(&self) -> Span {
        match self {
            Self::Text(_, span) => *span,
            Self::Type(ty) => ty.span(),
        }
    }
}

/// An authentication method.
pub(super) enum Method {
    /// A method of RFC 8176, with the name of its type.
    Known(&'static str, &'static str, Span),
    Type(Box<Type>),
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

impl Method {
    pub(super) fn read(key: &Ident, input: ParseStream<'_>) -> syn::Result<Self> {
        let literal = match keys::value(key, input, "factor = \"otp\"` or `factor = MyFactor")? {
            Word::Type(ty) => return Ok(Self::Type(ty)),
            Word::Text(literal) => literal,
        };
        let written = literal.value();
        let known = METHODS.iter().find(|(text, _)| *text == written && literal.suffix().is_empty());
        if let Some((text, name)) = known {
            return Ok(Self::Known(text, name, literal.span()));
        }
        let words = METHODS.map(|(text, _)| text);
        let (meant, words) = (did_you_mean(&written, &words), list(&words));
        Err(syn::Error::new(
            literal.span(),
            format!(
                "no authentication method is called `{written}`{meant}; RFC 8176 has {words}, and one of your own is a type \
                 with `authgate::right::Word`, `factor = MyFactor`"
            ),
        ))
    }

    pub(super) fn span(&self) -> Span {
        match self {
            Self::Known(_, _, span) => *span,
            Self::Type(ty) => ty.span(),
        }
    }
}
