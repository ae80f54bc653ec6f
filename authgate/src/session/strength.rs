use serde_json::{Map, Value};

use crate::Context;

/// How strongly somebody has signed in, for rights such as [`Factor`](crate::Factor) and [`Acr`](crate::Acr): what
/// [`sign_in_with`](crate::Unauthenticated::sign_in_with) takes.
///
/// ```
/// use authgate::session::Strength;
///
/// // A password and a code from an app.
/// let strength = Strength::new().with_amr(["pwd", "otp", "mfa"]);
/// # let _ = strength;
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Strength {
    acr: Option<Box<str>>,
    amr: Vec<Box<str>>,
}

impl Strength {
    /// Nothing is known of it.
    #[must_use]
    pub const fn new() -> Self {
        Self { acr: None, amr: Vec::new() }
    }

    /// Of this authentication context class (`OpenID` Connect Core section 2).
    #[must_use]
    pub fn with_acr(mut self, class: impl Into<Box<str>>) -> Self {
        self.acr = Some(class.into());
        self
    }

    /// By these methods, all that were used, in the words of RFC 8176: `pwd`, `otp`, `hwk`, `mfa`. They take the place of those
    /// that were given before.
    #[must_use]
    pub fn with_amr<M: Into<Box<str>>>(mut self, methods: impl IntoIterator<Item = M>) -> Self {
        self.amr = methods.into_iter().map(Into::into).collect();
        self
    }

    pub(crate) fn tell(self, context: Context) -> Context {
        context.with_acr(self.acr).with_amr(self.amr)
    }

    /// Into what a session keeps. What is not known is left out.
    pub(super) fn write(&self, kept: &mut Map<String, Value>) {
        if let Some(class) = &self.acr {
            kept.insert("acr".to_owned(), Value::from(&**class));
        }
        if !self.amr.is_empty() {
            kept.insert("amr".to_owned(), self.amr.iter().map(|method| Value::from(&**method)).collect());
        }
    }

    /// From what a session has kept. `None` where that is not of our making.
    pub(super) fn read(kept: &Value) -> Option<Self> {
        let text = |value: &Value| value.as_str().map(Box::from);
        let acr = match kept.get("acr") {
            None => None,
            Some(class) => Some(text(class)?),
        };
        let amr = match kept.get("amr") {
            None => Vec::new(),
            Some(methods) => methods.as_array()?.iter().map(text).collect::<Option<_>>()?,
        };
        Some(Self { acr, amr })
    }
}
