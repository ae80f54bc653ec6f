use serde::{Deserialize, Serialize};

/// A right in a [`Document`](crate::document::Document), and in a line of a lock.
///
/// # Examples
///
/// ```
/// use authgate::access::document::Document;
/// use authgate::access::lock::Lock;
///
/// let lock = Lock::parse("access.lock v1\nrole viewer\nrole editor > viewer\n")?;
/// let document = Document::of_lock(&lock);
/// assert_eq!(document.rights[1].implies, ["viewer"]);
/// # Ok::<(), authgate::access::lock::LockError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct DocumentRight {
    /// `role`, `scope`, `permission` or `factor`, or `tenant` for a tenant with a canonical form.
    pub kind: String,
    /// The name.
    pub name: String,
    /// The rights of the same kind that it implies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub implies: Vec<String>,
    /// The permissions that a role grants.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grants: Vec<String>,
    /// The permissions that a scope allows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allows: Vec<String>,
    /// The type of a policy or of a custom requirement, with its modules.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The type of the resource of a policy, with its modules.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<String>,
}
