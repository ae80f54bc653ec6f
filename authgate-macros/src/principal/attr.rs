//! Parses `#[principal(..)]` on the struct and on its fields.

use proc_macro2::{Ident, Span};
use syn::parse::ParseStream;
use syn::{Attribute, Expr, Path};

use crate::crate_path::CratePath;
use crate::keys::{self, Known};
use crate::mistakes::Mistakes;

const ON_STRUCT: Known = Known {
    attribute: "principal",
    place: "a struct",
    keys: &["role", "tenant_role", "scope", "permission", "foreign", "limited", "shared_subjects", "crate"],
    example: "role = Role",
};
const ON_FIELD: Known = Known {
    attribute: "principal",
    place: "a field",
    keys: &["id", "issuer", "roles", "scopes", "permissions", "tenant_roles", "sample"],
    example: "id",
};

#[derive(Default)]
pub(super) struct OnStruct {
    pub(super) authgate: CratePath,
    pub(super) role: Option<SetPath>,
    /// The roles in tenants, if they are another set.
    pub(super) tenant_role: Option<SetPath>,
    pub(super) scope: Option<SetPath>,
    pub(super) permission: Option<SetPath>,
    /// The span of `limited`: scopes limit the permissions that roles grant.
    pub(super) limited: Option<Span>,
    /// The span of `shared_subjects`: a subject is the same caller at every trusted issuer.
    pub(super) shared_subjects: Option<Span>,
}

/// A set whose rights the principal holds.
pub(super) struct SetPath {
    pub(super) key: Ident,
    pub(super) path: Path,
    /// The set is defined in another crate, or belongs to another principal by default.
    pub(super) foreign: bool,
}

/// The set that `foreign` and `limited` refer to.
#[derive(Clone, Copy)]
enum Last {
    Role,
    TenantRole,
    Scope,
    Permission,
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
                "tenant_role" => {
                    last = Some(Last::TenantRole);
                    let set = SetPath::read(&key, input, "tenant_role = OrgRole")?;
                    keys::once(&mut read.tenant_role, &key, set)
                }
                "scope" => {
                    last = Some(Last::Scope);
                    keys::once(&mut read.scope, &key, SetPath::read(&key, input, "scope = Scope")?)
                }
                "permission" => {
                    last = Some(Last::Permission);
                    let set = SetPath::read(&key, input, "permission = Permission")?;
                    keys::once(&mut read.permission, &key, set)
                }
                "limited" => {
                    last = before;
                    let Some(Last::Permission) = before else {
                        let text = "expected `limited` directly after the permissions: `permission = \
                                    Permission, limited`";
                        return Err(syn::Error::new(key.span(), text));
                    };
                    keys::once(&mut read.limited, &key, key.span())
                }
                "foreign" => {
                    last = before;
                    let set = match before {
                        Some(Last::Role) => read.role.as_mut(),
                        Some(Last::TenantRole) => read.tenant_role.as_mut(),
                        Some(Last::Scope) => read.scope.as_mut(),
                        Some(Last::Permission) => read.permission.as_mut(),
                        None => {
                            let text =
                                "expected `foreign` directly after the set: `role = domain::Role, foreign`";
                            return Err(syn::Error::new(key.span(), text));
                        }
                    };
                    set.into_iter().for_each(|set| set.foreign = true);
                    Ok(())
                }
                "shared_subjects" => keys::once(&mut read.shared_subjects, &key, key.span()),
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

/// The spans of the keys on a field.
#[derive(Default)]
pub(super) struct OnField {
    pub(super) id: Option<Span>,
    pub(super) issuer: Option<Span>,
    pub(super) roles: Option<Span>,
    pub(super) scopes: Option<Span>,
    pub(super) permissions: Option<Span>,
    pub(super) tenant_roles: Option<Span>,
    /// The value of the field in test principals.
    pub(super) sample: Option<Expr>,
}

impl OnField {
    pub(super) fn read(attributes: &[Attribute], mistakes: &mut Mistakes) -> Self {
        let mut read = Self::default();
        keys::read_attributes(attributes, ON_FIELD, mistakes, |key, input, _| {
            if key == "sample" {
                let sample = keys::value(&key, input, "sample = Department::new(1)")?;
                return keys::once(&mut read.sample, &key, sample);
            }
            let slot = match key.to_string().as_str() {
                "id" => &mut read.id,
                "issuer" => &mut read.issuer,
                "roles" => &mut read.roles,
                "scopes" => &mut read.scopes,
                "permissions" => &mut read.permissions,
                "tenant_roles" => &mut read.tenant_roles,
                _ => return Err(ON_FIELD.unknown(&key)),
            };
            keys::once(slot, &key, key.span())
        });
        read
    }
}
