//! Adapters for claims that do not have the form of a set: nested claims, and objects whose keys
//! are names.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::SeqAccessDeserializer;
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

/// Defines a function that reads a value within a claim, for serde's `deserialize_with`.
///
/// The names are the members from the outer to the inner object. If a member is missing or `null`,
/// the value is the default, such as no roles. A value that is not an object where one is expected
/// rejects the token with 401 `credentials_malformed`, as does a member that occurs twice.
///
/// # Examples
///
/// Keycloak has the roles of the realm in `{"realm_access": {"roles": ["admin"]}}`, and those of a
/// client in `{"resource_access": {"reports": {"roles": ["viewer"]}}}`:
///
/// ```
/// use authgate::Roles;
///
/// #[derive(authgate::Role)]
/// enum Role {
///     Viewer,
///     Admin,
/// }
///
/// authgate::claim_path!(fn client_roles = "reports", "roles");
///
/// #[derive(authgate::Principal, serde::Deserialize)]
/// #[principal(role = Role)]
/// struct User {
///     #[principal(id)]
///     sub: String,
///     #[principal(roles)]
///     #[serde(rename = "resource_access", deserialize_with = "client_roles", default)]
///     roles: Roles<Role>,
/// }
///
/// let claims = r#"{"sub": "ada", "resource_access": {"reports": {"roles": ["viewer"]}}}"#;
/// let user: User = serde_json::from_str(claims)?;
/// assert!(user.roles.contains(Role::Viewer) && !user.roles.contains(Role::Admin));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[macro_export]
macro_rules! claim_path {
    ($(#[$attribute:meta])* $visibility:vis fn $name:ident = $($member:literal),+ $(,)?) => {
        $(#[$attribute])*
        $visibility fn $name<'de, D, T>(claim: D) -> ::core::result::Result<T, D::Error>
        where
            D: $crate::__private::serde::Deserializer<'de>,
            T: $crate::__private::serde::Deserialize<'de> + ::core::default::Default,
        {
            $crate::__private::at_path(claim, &[$($member),+])
        }
    };
}

/// Reads the value at a path of members. Called by [`claim_path!`].
///
/// # Errors
///
/// Returns an error if a value on the path is neither an object nor `null`, if a member of the path
/// occurs twice, or if the value is not a `T`.
pub fn at_path<'de, D, T>(claim: D, path: &'static [&'static str]) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    AtPath { path, value: PhantomData }.deserialize(claim)
}

struct AtPath<T> {
    path: &'static [&'static str],
    value: PhantomData<fn() -> T>,
}

impl<'de, T: Deserialize<'de> + Default> DeserializeSeed<'de> for AtPath<T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        if self.path.is_empty() { T::deserialize(deserializer) } else { deserializer.deserialize_any(self) }
    }
}

impl<'de, T: Deserialize<'de> + Default> Visitor<'de> for AtPath<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object with the member `{}`", self.path.first().unwrap_or(&""))
    }

    fn visit_unit<E>(self) -> Result<T, E> {
        Ok(T::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let (name, path) = self.path.split_first().unwrap_or((&"", &[]));
        let mut found = None;
        while let Some(is_wanted) = map.next_key_seed(IsName(name))? {
            if !is_wanted {
                map.next_value::<IgnoredAny>()?;
            } else if found.replace(map.next_value_seed(Self { path, value: PhantomData })?).is_some() {
                return Err(A::Error::custom("duplicate name"));
            }
        }
        Ok(found.unwrap_or_default())
    }
}

/// Reads a name and compares it, without allocating.
struct IsName(&'static str);

impl<'de> DeserializeSeed<'de> for IsName {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for IsName {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<bool, E> {
        Ok(name == self.0)
    }
}

/// Reads the keys of an object as names, for serde's `deserialize_with`: `{"admin": {..}}` is the
/// role `admin`.
///
/// Each value must be an object, so that `{"admin": false}` is never the role `admin`. `null` is no
/// name.
///
/// # Examples
///
/// ZITADEL lists the organizations that granted a role:
///
/// ```
/// use authgate::{Roles, right::names_from_keys};
///
/// #[derive(authgate::Role)]
/// enum Role {
///     Admin,
/// }
///
/// #[derive(authgate::Principal, serde::Deserialize)]
/// #[principal(role = Role)]
/// struct User {
///     #[principal(id)]
///     sub: String,
///     #[principal(roles)]
///     #[serde(rename = "urn:zitadel:iam:org:project:roles", deserialize_with = "names_from_keys", default)]
///     roles: Roles<Role>,
/// }
///
/// let claims = r#"{"sub": "1", "urn:zitadel:iam:org:project:roles": {"admin": {"2": "org.example"}}}"#;
/// assert!(serde_json::from_str::<User>(claims)?.roles.contains(Role::Admin));
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// # Errors
///
/// Returns an error if the claim is neither `null` nor an object of objects.
pub fn names_from_keys<'de, D, T>(claim: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    struct ObjectOfObjects<T>(PhantomData<fn() -> T>);

    impl<'de, T: Deserialize<'de> + Default> Visitor<'de> for ObjectOfObjects<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object of objects")
        }

        fn visit_unit<E>(self) -> Result<T, E> {
            Ok(T::default())
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
            T::deserialize(SeqAccessDeserializer::new(Keys(map)))
        }
    }

    claim.deserialize_any(ObjectOfObjects(PhantomData))
}

/// The keys of a map as a sequence.
struct Keys<A>(A);

impl<'de, A: MapAccess<'de>> SeqAccess<'de> for Keys<A> {
    type Error = A::Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        let key = self.0.next_key_seed(seed)?;
        if key.is_some() {
            self.0.next_value::<AnyObject>()?;
        }
        Ok(key)
    }
}

/// An object with any members.
struct AnyObject;

impl<'de> Deserialize<'de> for AnyObject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ObjectVisitor;

        impl<'de> Visitor<'de> for ObjectVisitor {
            type Value = AnyObject;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<AnyObject, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(AnyObject)
            }
        }

        deserializer.deserialize_map(ObjectVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    claim_path!(fn nested = "reports", "roles");

    fn read(json: &str) -> Result<Vec<String>, String> {
        nested(&mut serde_json::Deserializer::from_str(json)).map_err(|error| error.to_string())
    }

    fn keys(json: &str) -> Result<Vec<String>, String> {
        names_from_keys(&mut serde_json::Deserializer::from_str(json)).map_err(|error| error.to_string())
    }

    #[test]
    fn path_reads_the_value_or_the_default() {
        for (json, expected) in [
            (r#"{"reports":{"roles":["a"]}}"#, &["a"][..]),
            (r#"{"x":{"roles":["b"]},"reports":{"roles":["a"],"x":1},"roles":["c"]}"#, &["a"]),
            (r#"{"\u0072eports":{"r\u006fles":["a"]}}"#, &["a"]),
            (r#"{"Reports":{"roles":["a"]}}"#, &[]),
            (r#"{"reports":{}}"#, &[]),
            (r#"{"reports":null}"#, &[]),
            ("{}", &[]),
            ("null", &[]),
        ] {
            assert_eq!(read(json).unwrap(), expected, "{json}");
        }
        for json in [
            r#"["reports"]"#,
            r#""reports""#,
            "1",
            r#"{"reports":[]}"#,
            r#"{"reports":"roles"}"#,
            r#"{"reports":{"roles":[]},"reports":{"roles":["a"]}}"#,
            r#"{"reports":{"roles":[],"roles":["a"]}}"#,
            r#"{"reports":{"roles":["a",1]}}"#,
            r#"{"reports":{"roles":["a"]}"#,
        ] {
            assert!(read(json).is_err(), "{json}");
        }
        let deep = format!(r#"{{"x":{}{}}}"#, "[".repeat(50_000), "]".repeat(50_000));
        assert!(read(&deep).unwrap().is_empty(), "nesting takes no stack");
    }

    #[test]
    fn keys_are_names_only_if_their_values_are_objects() {
        for (json, expected) in [
            (r#"{"a":{"2":"org"},"b":{}}"#, &["a", "b"][..]),
            (r#"{"\u0061":{}}"#, &["a"]),
            ("{}", &[]),
            ("null", &[]),
        ] {
            assert_eq!(keys(json).unwrap(), expected, "{json}");
        }
        for json in [r#"{"a":false}"#, r#"{"a":{},"b":null}"#, r#"{"a":true}"#, r#"["a"]"#, r#""a""#, "1"] {
            assert!(keys(json).is_err(), "{json}");
        }
    }
}
