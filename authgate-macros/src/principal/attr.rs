//! `#[principal(..)]`, on the struct and on its fields, as it is written.

use proc_macro2::{Ident, Span};
use syn::parse::ParseStream;
use syn::{Attribute, Path};

use crate::crate_path::CratePath;
use crate::keys::{self, Known};
use crate::mistakes::Mistakes;

const ON_STRUCT: Known = Known {
    attribute: "principal",
    place: "a struct",
    keys: &["role", "scope", "foreign", "crate"],
    example: "role = Role",
};
const ON_FIELD: Known =
    Known { attribute: "principal", place: "a field", keys: &["id", "roles", "scopes"], example: "id" };

#[derive(Default)]
pub(super) struct OnStruct {
    pub(super) authgate: CratePath,
    pub(super) role: Option<SetPath>,
    pub(super) scope: Option<SetPath>,
}

/// A set whose rights the principal holds.
pub(super) struct SetPath {
    pub(super) key: Ident,
    pub(super) path: Path,
    /// Somebody else's set as well, or another crate's.
    pub(super) foreign: bool,
}

/// What `foreign` would speak of.
enum Last {
    Role,
    Scope,
}

impl OnStruct {
    pub(super) fn read(attributes: &[Attribute], mistakes: &mut Mistakes) -> Self {
        let mut read = Self::default();
        let mut last = None;
        keys::read_attributes(attributes, ON_STRUCT, mistakes, |key, input, _| {
            let before = last.take();
            match key.to_string().as_str() {
                "role" => {
                    last = Some(Last::Role);
                    keys::once(&mut read.role, &key, SetPath::read(&key, input, "role = Role")?)
                }
                "scope" => {
                    last = Some(Last::Scope);
                    keys::once(&mut read.scope, &key, SetPath::read(&key, input, "scope = Scope")?)
                }
                "foreign" => {
                    let set = match before {
                        Some(Last::Role) => read.role.as_mut(),
                        Some(Last::Scope) => read.scope.as_mut(),
                        None => {
                            let text = "`foreign` stands directly after the set that it speaks of: `role = domain::Role, foreign`";
                            return Err(syn::Error::new(key.span(), text));
                        }
                    };
                    set.into_iter().for_each(|set| set.foreign = true);
                    Ok(())
                }
                "crate" => read.authgate.read(&key, input),
                _ => Err(ON_STRUCT.unknown(&key)),
            }
        });
        read
    }
}

impl SetPath {
    fn read(key: &Ident, input: ParseStream<'_>, example: &str) -> syn::Result<Self> {
        Ok(Self { key: key.clone(), path: keys::value(key, input, example)?, foreign: false })
    }
}

/// Where a field says what it is.
#[derive(Default)]
pub(super) struct OnField {
    pub(super) id: Option<Span>,
    pub(super) roles: Option<Span>,
    pub(super) scopes: Option<Span>,
}

impl OnField {
    pub(super) fn read(attributes: &[Attribute], mistakes: &mut Mistakes) -> Self {
        let mut read = Self::default();
        keys::read_attributes(attributes, ON_FIELD, mistakes, |key, _, _| {
            let slot = match key.to_string().as_str() {
                "id" => &mut read.id,
                "roles" => &mut read.roles,
                "scopes" => &mut read.scopes,
                _ => return Err(ON_FIELD.unknown(&key)),
            };
            keys::once(slot, &key, key.span())
        });
        read
    }
}
