//! Items for the output of the macros. They may change in any release.

mod field;
mod named;
mod set;
mod spelt;
mod written;

pub use crate::handler::answers::{Answers, answers};
pub use crate::handler::mistake::Mistake;
pub use field::{IssuerField, PermissionsOf, RolesOf, ScopesOf, TenantRolesOf};
pub use named::{
    AuthgateDerive, Lookup, NoOwner, OtherKind, OwnedLookup, OwnedSet, Owner, SetRef, no_principal,
};
pub use serde;
pub use set::{deserialize, name, named, serialize};
pub use spelt::EncodedStr;
pub use written::{IsWritten, written};

pub use crate::handler::public::{Chunk, Public, Reason};
pub use crate::proof::resource::{DeclaredPolicy, IsLoaded, NoKey, PathParameters, WithoutResource};
pub use crate::right::claim::at_path;
pub use crate::right::grants::{
    Bundled, allowed, bundles, by_itself, by_roles, by_scopes, by_tenant_roles, granted, granted_in_tenant,
    least_scope, permitted,
};
pub use crate::right::implies::{Atom, Fork, Implication, Kinded, One, Zero};
pub use crate::right::marker::{At, Nth, Spelt};
pub use crate::right::principal::Subjects;
pub use crate::right::principal_type::{NoSet, SetOf};
pub use crate::right::set::kind;
pub use crate::right::{Beside, Marker, ParseRightError, RightOf};
pub use authgate_access::const_text::closest;
pub use authgate_access::sound;

/// Returns its tokens, which are for the compiler alone. rust-analyzer would take a type for the
/// definition of the user's token with the same span, even if `cfg` removes the type, but not what
/// is in the arguments of a macro.
#[doc(hidden)]
#[macro_export]
macro_rules! __authgate_compiled {
    ($($tokens:tt)*) => { $($tokens)* };
}
pub use __authgate_compiled as compiled;
