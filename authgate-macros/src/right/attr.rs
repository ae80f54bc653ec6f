//! Parses `#[right(..)]`.

use syn::{Attribute, LitStr, Path};

use crate::crate_path::CratePath;
use crate::keys::{self, Known};
use crate::mistakes::Mistakes;

const KNOWN: Known = Known {
    attribute: "right",
    place: "a requirement",
    keys: &["principal", "kind", "name", "reason", "detail", "crate"],
    example: "principal = User",
};

#[derive(Default)]
pub(super) struct Written {
    pub(super) authgate: CratePath,
    pub(super) principal: Option<Path>,
    pub(super) kind: Option<LitStr>,
    pub(super) name: Option<LitStr>,
    pub(super) reason: Option<LitStr>,
    pub(super) detail: Option<LitStr>,
}

impl Written {
    pub(super) fn read(attributes: &[Attribute], mistakes: &mut Mistakes) -> Self {
        let mut read = Self::default();
        keys::read_attributes(attributes, KNOWN, mistakes, |key, input, _| {
            let (slot, example) = match key.to_string().as_str() {
                "principal" => {
                    let path = keys::value(&key, input, "principal = User")?;
                    return keys::once(&mut read.principal, &key, path);
                }
                "crate" => return read.authgate.read(&key, input),
                "kind" => (&mut read.kind, "kind = \"account\""),
                "name" => (&mut read.name, "name = \"active\""),
                "reason" => (&mut read.reason, "reason = \"account_suspended\""),
                "detail" => (&mut read.detail, "detail = \"Your account is suspended; write to support.\""),
                _ => return Err(KNOWN.unknown(&key)),
            };
            keys::once(slot, &key, keys::string(&key, input, example)?)
        });
        read
    }
}
