/// The roles of [`Role`] as types, for signatures.
#[allow(dead_code, non_camel_case_types, unreachable_pub)]
mod role {
    /// The role `viewer` as a type.
    #[derive(::core::fmt::Debug)]
    pub(super) struct Viewer;
    /// The role `editor` as a type.
    #[derive(::core::fmt::Debug)]
    pub(super) struct Editor;
    /// The role `guest` as a type.
    #[derive(::core::fmt::Debug)]
    pub(super) struct Guest;
}
#[automatically_derived]
impl ag::__private::Marker for role::Viewer {
    type Set = Role;
    type Index = ag::__private::At<0>;
}
#[automatically_derived]
impl ag::__private::Nth<0> for Role {
    type Marker = role::Viewer;
}
#[automatically_derived]
impl ag::__private::Marker for role::Editor {
    type Set = Role;
    type Index = ag::__private::At<1>;
}
#[automatically_derived]
impl ag::__private::Nth<1> for Role {
    type Marker = role::Editor;
}
#[automatically_derived]
impl ag::__private::Marker for role::Guest {
    type Set = Role;
    type Index = ag::__private::At<2>;
}
#[automatically_derived]
impl ag::__private::Nth<2> for Role {
    type Marker = role::Guest;
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
        ag::__private::kind::No,
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
        "guest",
    ];
    const CLOSURE: &'static [::core::primitive::u128] = &[1, 3, 4];
    const UNOWNED: () = ag::__private::no_principal("Role", "role");
    fn index(&self) -> ::core::primitive::usize {
        match *self {
            Self::Viewer => 0,
            Self::Editor => 1,
            Self::Guest => 2,
        }
    }
    fn at(index: ::core::primitive::usize) -> ::core::option::Option<Self> {
        match index {
            0 => ::core::option::Option::Some(Self::Viewer),
            1 => ::core::option::Option::Some(Self::Editor),
            2 => ::core::option::Option::Some(Self::Guest),
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
    const this_enum_lacks_derive_authgate_Role: ag::__private::Lookup = ag::__private::Lookup::of::<
        Self,
    >();
    #[doc(hidden)]
    const this_enum_needs_derive_authgate_Role: ag::__private::OwnedLookup<Self> = {
        use ag::__private::NoOwner as _;
        ag::__private::OwnedLookup::new(ag::__private::Owner::<Self>::OWNED)
    };
}
const _: () = {
    type __Given = Permission;
    #[automatically_derived]
    impl ag::right::Grants<__Given> for Role {
        const GRANTS: &'static [::core::primitive::u128] = &ag::__private::bundles(
            <Self as ag::right::RightSet>::CLOSURE,
            [
                (1u128
                    << __Given::derive_authgate_Permission_is_missing_on_this_enum
                        .variant({
                            let variant: __Given = __Given::ReportsRead;
                            variant as ::core::primitive::usize
                        })),
                (1u128
                    << __Given::derive_authgate_Permission_is_missing_on_this_enum
                        .variant({
                            let variant: __Given = __Given::ReportsWrite;
                            variant as ::core::primitive::usize
                        }))
                    | (1u128
                        << __Given::derive_authgate_Permission_is_missing_on_this_enum
                            .variant({
                                let variant: __Given = __Given::ReportsShare;
                                variant as ::core::primitive::usize
                            })),
                0,
            ],
        );
    }
};
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
        type Marker = role::Viewer;
        fn member() {}
    }
    #[cfg(rust_analyzer)]
    impl ag::__private::Spelt<false, (ag::__private::Chunk<125780120398198>, ())>
    for Role {
        type Marker = role::Viewer;
        fn member() {}
    }
    #[cfg(rust_analyzer)]
    impl ag::__private::Spelt<true, (ag::__private::Chunk<125823020000325>, ())>
    for Role {
        type Marker = role::Editor;
        fn member() {}
    }
    #[cfg(rust_analyzer)]
    impl ag::__private::Spelt<false, (ag::__private::Chunk<125823020000357>, ())>
    for Role {
        type Marker = role::Editor;
        fn member() {}
    }
    #[cfg(rust_analyzer)]
    impl ag::__private::Spelt<true, (ag::__private::Chunk<500152235335>, ())> for Role {
        type Marker = role::Guest;
        fn member() {}
    }
    #[cfg(rust_analyzer)]
    impl ag::__private::Spelt<false, (ag::__private::Chunk<500152235367>, ())> for Role {
        type Marker = role::Guest;
        fn member() {}
    }
    #[cfg(rust_analyzer)]
    const _: Role = Role::Viewer;
};
#[automatically_derived]
impl ag::Principal for User {
    type Id = String;
    const NAME: &'static ::core::primitive::str = "User";
    const PLACE: &'static ::core::primitive::str = ::core::concat!(
        ::core::module_path!(), ":", ::core::line!(), ":", ::core::column!()
    );
    const SETS: &'static [ag::access::SetOfRights] = {
        #[allow(unused_imports)]
        use ag::__private::NoSet as _;
        &[
            ag::__private::SetOf::<Role, Self, Permission>::GRANTING,
            ag::__private::SetOf::<Scope, Self, Permission>::ALLOWING,
            ag::__private::SetOf::<Permission>::ALONE,
        ]
    };
    fn __each_held(
        &self,
        see: &mut dyn ::core::ops::FnMut(
            ::core::primitive::usize,
            ::core::option::Option<&::core::primitive::str>,
            ::core::primitive::u128,
        ),
    ) {
        see(
            0usize,
            ::core::option::Option::None,
            <Roles<Role> as ag::__private::RolesOf<Role>>::bits(&self.roles),
        );
        <TenantRoles<
            Role,
        > as ag::__private::TenantRolesOf<
            Role,
        >>::each_tenant(
            &self.orgs,
            &mut |tenant| see(
                0usize,
                ::core::option::Option::Some(tenant),
                <TenantRoles<
                    Role,
                > as ag::__private::TenantRolesOf<Role>>::bits_in(&self.orgs, tenant),
            ),
        );
        see(
            1usize,
            ::core::option::Option::None,
            <Option<Scopes<Scope>> as ag::__private::ScopesOf<Scope>>::bits(&self.scope),
        );
        see(
            2usize,
            ::core::option::Option::None,
            <Permissions<
                Permission,
            > as ag::__private::PermissionsOf<Permission>>::bits(&self.permissions),
        );
    }
    fn id(&self) -> &String {
        &self.sub
    }
    ag::__if_testing! {
        fn __sample() -> ::core::result::Result < Self, ag::testing::derived::Unfilled >
        { #[allow(unused_imports)] use ag::testing::derived:: { ByDefault as _, ByName as
        _, NotAtAll as _, Unnamed as _ }; ::core::result::Result::Ok(Self { sub : (&&
        ag::testing::derived::Slot:: < String > ::NEW).fill_id("User", "sub") ?, roles :
        (& ag::testing::derived::Slot:: < Roles < Role > > ::NEW).fill("User", "roles")
        ?, orgs : (& ag::testing::derived::Slot:: < TenantRoles < Role > > ::NEW)
        .fill("User", "orgs") ?, scope : (& ag::testing::derived::Slot:: < Option <
        Scopes < Scope > > > ::NEW).fill("User", "scope") ?, permissions : (&
        ag::testing::derived::Slot:: < Permissions < Permission > > ::NEW).fill("User",
        "permissions") ? }) } fn __name(& mut self, id : String) { self.sub = id; } fn
        __give(& mut self, gift : & ag::testing::derived::Gift) ->
        ::core::primitive::bool { #[allow(unused_imports)] use ag::testing::derived:: {
        GiftInTenant as _, GiftOf as _, NoGift as _ }; match gift.kind() { "role" => (&
        ag::testing::derived::Slot:: < Roles < Role > > ::NEW).put(& mut self.roles,
        gift), "tenant" => (& ag::testing::derived::Slot:: < TenantRoles < Role > >
        ::NEW).put(& mut self.orgs, gift), "scope" => (& ag::testing::derived::Slot:: <
        Option < Scopes < Scope > > > ::NEW).put(& mut self.scope, gift), "permission" =>
        (& ag::testing::derived::Slot:: < Permissions < Permission > > ::NEW).put(& mut
        self.permissions, gift), _ => false, } }
    }
}
#[automatically_derived]
impl ag::right::OwnedBy for Role {
    type Principal = User;
}
#[automatically_derived]
impl ag::__private::AuthgateDerive<User> for Role {
    const LOOKUP: ag::__private::Lookup = ag::__private::Lookup::of::<Role>();
}
#[automatically_derived]
impl ag::right::HasRights<Role> for User {
    fn held(&self) -> ::core::primitive::u128 {
        <Roles<Role> as ag::__private::RolesOf<Role>>::bits(&self.roles)
    }
}
#[automatically_derived]
impl ag::right::HasRightsIn<Role> for User {
    fn held_in(&self, tenant: &::core::primitive::str) -> ::core::primitive::u128 {
        <TenantRoles<
            Role,
        > as ag::__private::TenantRolesOf<Role>>::bits_in(&self.orgs, tenant)
    }
    fn each_tenant(
        &self,
        see: &mut dyn ::core::ops::FnMut(&::core::primitive::str),
    ) -> ::core::primitive::bool {
        <TenantRoles<
            Role,
        > as ag::__private::TenantRolesOf<Role>>::each_tenant(&self.orgs, see);
        true
    }
}
#[automatically_derived]
impl ag::right::OwnedBy for Scope {
    type Principal = User;
}
#[automatically_derived]
impl ag::__private::AuthgateDerive<User> for Scope {
    const LOOKUP: ag::__private::Lookup = ag::__private::Lookup::of::<Scope>();
}
#[automatically_derived]
impl ag::right::HasRights<Scope> for User {
    fn held(&self) -> ::core::primitive::u128 {
        <Option<Scopes<Scope>> as ag::__private::ScopesOf<Scope>>::bits(&self.scope)
    }
}
#[automatically_derived]
impl ag::right::OwnedBy for Permission {
    type Principal = User;
}
#[automatically_derived]
impl ag::__private::AuthgateDerive<User> for Permission {
    const LOOKUP: ag::__private::Lookup = ag::__private::Lookup::of::<Permission>();
}
#[automatically_derived]
impl ag::__private::Bundled<Permission> for User {
    const GRANTS: &'static [::core::primitive::u128] = <Role as ag::right::Grants<
        Permission,
    >>::GRANTS;
    const ALLOWS: &'static [::core::primitive::u128] = <Scope as ag::right::Allows<
        Permission,
    >>::ALLOWS;
    const SCOPES: &'static [&'static ::core::primitive::str] = <Scope as ag::right::RightSet>::NAMES;
}
#[automatically_derived]
impl ag::right::HasRights<Permission> for User {
    fn held(&self) -> ::core::primitive::u128 {
        <Self as ag::right::HasRights<
            Permission,
        >>::with_implied(
            ag::__private::granted::<
                Self,
                Permission,
            >(<Roles<Role> as ag::__private::RolesOf<Role>>::bits(&self.roles))
                | <Permissions<
                    Permission,
                > as ag::__private::PermissionsOf<Permission>>::bits(&self.permissions),
        )
            & <Self as ag::right::HasRights<
                Permission,
            >>::with_implied(
                ag::__private::allowed::<
                    Self,
                    Permission,
                >(
                    <Option<
                        Scopes<Scope>,
                    > as ag::__private::ScopesOf<Scope>>::limit(&self.scope),
                ),
            )
    }
    #[inline]
    fn holds<__M: ag::__private::Marker<Set = Permission>>(&self) -> ag::Decision {
        ag::__private::permitted(
            ag::__private::by_roles::<
                Self,
                __M,
            >(<Roles<Role> as ag::__private::RolesOf<Role>>::bits(&self.roles))
                || ag::__private::by_itself::<
                    __M,
                >(
                    <Permissions<
                        Permission,
                    > as ag::__private::PermissionsOf<
                        Permission,
                    >>::bits(&self.permissions),
                ),
            ag::__private::by_scopes::<
                Self,
                __M,
            >(
                <Option<
                    Scopes<Scope>,
                > as ag::__private::ScopesOf<Scope>>::limit(&self.scope),
            ),
        )
    }
    fn least_scope<__M: ag::__private::Marker<Set = Permission>>() -> ::core::option::Option<
        &'static ::core::primitive::str,
    > {
        ag::__private::least_scope::<Self, __M>()
    }
}
#[automatically_derived]
impl ag::right::HasRightsIn<Permission> for User {
    fn held_in(&self, tenant: &::core::primitive::str) -> ::core::primitive::u128 {
        <Self as ag::right::HasRightsIn<
            Permission,
        >>::with_implied(
            ag::__private::granted_in_tenant::<
                Self,
                Permission,
            >(
                <TenantRoles<
                    Role,
                > as ag::__private::TenantRolesOf<Role>>::bits_in(&self.orgs, tenant),
            ),
        )
            & <Self as ag::right::HasRightsIn<
                Permission,
            >>::with_implied(
                ag::__private::allowed::<
                    Self,
                    Permission,
                >(
                    <Option<
                        Scopes<Scope>,
                    > as ag::__private::ScopesOf<Scope>>::limit(&self.scope),
                ),
            )
    }
    #[inline]
    fn holds_in<__M: ag::__private::Marker<Set = Permission>>(
        &self,
        tenant: &::core::primitive::str,
    ) -> ag::Decision {
        ag::__private::permitted(
            ag::__private::by_tenant_roles::<
                Self,
                __M,
            >(
                <TenantRoles<
                    Role,
                > as ag::__private::TenantRolesOf<Role>>::bits_in(&self.orgs, tenant),
            ),
            ag::__private::by_scopes::<
                Self,
                __M,
            >(
                <Option<
                    Scopes<Scope>,
                > as ag::__private::ScopesOf<Scope>>::limit(&self.scope),
            ),
        )
    }
    fn each_tenant(
        &self,
        see: &mut dyn ::core::ops::FnMut(&::core::primitive::str),
    ) -> ::core::primitive::bool {
        <TenantRoles<
            Role,
        > as ag::__private::TenantRolesOf<Role>>::each_tenant(&self.orgs, see);
        true
    }
    fn least_scope<__M: ag::__private::Marker<Set = Permission>>() -> ::core::option::Option<
        &'static ::core::primitive::str,
    > {
        ag::__private::least_scope::<Self, __M>()
    }
}
