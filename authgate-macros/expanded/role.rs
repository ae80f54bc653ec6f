/// The roles of [`Role`] as types, for signatures.
#[allow(dead_code, non_camel_case_types, unreachable_pub)]
pub(super) mod roles {
    /// The role `viewer` as a type.
    #[derive(::core::fmt::Debug)]
    pub(in super::super) struct Viewer;
    /// The role `editor` as a type.
    #[derive(::core::fmt::Debug)]
    pub(in super::super) struct Editor;
    /// The role `root` as a type.
    #[derive(::core::fmt::Debug)]
    pub(in super::super) struct Admin;
}
#[automatically_derived]
impl ag::__private::Marker for roles::Viewer {
    type Set = Role;
    type Index = ag::__private::At<0>;
}
#[automatically_derived]
impl ag::__private::Nth<0> for Role {
    type Marker = roles::Viewer;
}
#[automatically_derived]
impl ag::__private::Marker for roles::Editor {
    type Set = Role;
    type Index = ag::__private::At<1>;
}
#[automatically_derived]
impl ag::__private::Nth<1> for Role {
    type Marker = roles::Editor;
}
#[automatically_derived]
impl ag::__private::Marker for roles::Admin {
    type Set = Role;
    type Index = ag::__private::At<2>;
}
#[automatically_derived]
impl ag::__private::Nth<2> for Role {
    type Marker = roles::Admin;
}
#[automatically_derived]
impl ag::__private::Implication<ag::__private::At<0>> for Role {
    type Row = ag::__private::Fork<
        ag::__private::Fork<ag::__private::kind::Yes, ag::__private::kind::No>,
        ag::__private::kind::No,
    >;
    type Path = (ag::__private::Zero, (ag::__private::Zero, ()));
}
#[automatically_derived]
impl ag::__private::Implication<ag::__private::At<1>> for Role {
    type Row = ag::__private::Fork<ag::__private::kind::Yes, ag::__private::kind::No>;
    type Path = (ag::__private::Zero, (ag::__private::One, ()));
}
#[automatically_derived]
impl ag::__private::Implication<ag::__private::At<2>> for Role {
    type Row = ag::__private::Fork<
        ag::__private::kind::Yes,
        ag::__private::Fork<ag::__private::kind::Yes, ag::__private::kind::No>,
    >;
    type Path = (ag::__private::One, (ag::__private::Zero, ()));
}
#[automatically_derived]
impl ag::right::RightSet for Role {
    type Kind = ag::__private::kind::Role;
    const NAME: &'static ::core::primitive::str = "Role";
    const NAMES: &'static [&'static ::core::primitive::str] = &[
        "viewer",
        "editor",
        "root",
    ];
    const CLOSURE: &'static [::core::primitive::u128] = &[1, 3, 7];
    const UNOWNED: () = ag::__private::no_principal("Role", "role");
    fn index(&self) -> ::core::primitive::usize {
        match *self {
            Self::Viewer => 0,
            Self::Editor => 1,
            Self::Admin => 2,
        }
    }
    fn at(index: ::core::primitive::usize) -> ::core::option::Option<Self> {
        match index {
            0 => ::core::option::Option::Some(Self::Viewer),
            1 => ::core::option::Option::Some(Self::Editor),
            2 => ::core::option::Option::Some(Self::Admin),
            _ => ::core::option::Option::None,
        }
    }
}
#[automatically_derived]
impl ::core::fmt::Display for Role {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.pad(ag::__private::name(self))
    }
}
#[automatically_derived]
impl ::core::str::FromStr for Role {
    type Err = ag::__private::ParseRightError;
    fn from_str(
        name: &::core::primitive::str,
    ) -> ::core::result::Result<Self, ag::__private::ParseRightError> {
        ag::__private::named(name)
    }
}
#[automatically_derived]
impl ag::__private::serde::Serialize for Role {
    fn serialize<S: ag::__private::serde::Serializer>(
        &self,
        serializer: S,
    ) -> ::core::result::Result<S::Ok, S::Error> {
        ag::__private::serialize(self, serializer)
    }
}
#[automatically_derived]
impl<'de> ag::__private::serde::Deserialize<'de> for Role {
    fn deserialize<D: ag::__private::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::core::result::Result<Self, D::Error> {
        ag::__private::deserialize(deserializer)
    }
}
#[automatically_derived]
#[doc(hidden)]
#[allow(
    dead_code,
    non_upper_case_globals,
    unreachable_pub,
    unused_imports,
    clippy::all,
    clippy::pedantic
)]
impl Role {
    #[doc(hidden)]
    pub(super) const this_enum_lacks_derive_authgate_Role: ag::__private::Lookup = ag::__private::Lookup::of::<
        Self,
    >();
    #[doc(hidden)]
    pub(super) const this_enum_needs_derive_authgate_Role: ag::__private::OwnedLookup<
        Self,
    > = {
        use ag::__private::NoOwner as _;
        ag::__private::OwnedLookup::new(ag::__private::Owner::<Self>::OWNED)
    };
}
#[automatically_derived]
#[doc(hidden)]
impl ag::__private::RightOf for Role
where
    for<'a> ag::__private::SetRef<'a, Self>: ag::__private::OwnedSet,
{
    type Principal = <ag::__private::SetRef<
        'static,
        Self,
    > as ag::__private::OwnedSet>::Principal;
}
#[allow(unexpected_cfgs)]
const _: () = {
    #[cfg(rust_analyzer)]
    impl ag::__private::Spelt<true, (ag::__private::Chunk<125780120398166>, ())>
    for Role {
        type Marker = roles::Viewer;
        fn member() {}
    }
    #[cfg(rust_analyzer)]
    impl ag::__private::Spelt<false, (ag::__private::Chunk<125780120398198>, ())>
    for Role {
        type Marker = roles::Viewer;
        fn member() {}
    }
    #[cfg(rust_analyzer)]
    impl ag::__private::Spelt<true, (ag::__private::Chunk<125823020000325>, ())>
    for Role {
        type Marker = roles::Editor;
        fn member() {}
    }
    #[cfg(rust_analyzer)]
    impl ag::__private::Spelt<false, (ag::__private::Chunk<125823020000357>, ())>
    for Role {
        type Marker = roles::Editor;
        fn member() {}
    }
    #[cfg(rust_analyzer)]
    impl ag::__private::Spelt<true, (ag::__private::Chunk<474215179329>, ())> for Role {
        type Marker = roles::Admin;
        fn member() {}
    }
    #[cfg(rust_analyzer)]
    impl ag::__private::Spelt<false, (ag::__private::Chunk<1953460082>, ())> for Role {
        type Marker = roles::Admin;
        fn member() {}
    }
    #[cfg(rust_analyzer)]
    const _: Role = Role::Viewer;
    #[cfg(rust_analyzer)]
    const _: Role = Role::Editor;
};
