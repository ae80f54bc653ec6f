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
            ag::__private::SetOf::<Role>::ALONE,
            ag::__private::SetOf::<domain::Scope>::ALONE,
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
        see(
            1usize,
            ::core::option::Option::None,
            <Scopes<
                domain::Scope,
            > as ag::__private::ScopesOf<domain::Scope>>::bits(&self.scope),
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
        ?, scope : (& ag::testing::derived::Slot:: < Scopes < domain::Scope > > ::NEW)
        .fill("User", "scope") ? }) } fn __name(& mut self, id : String) { self.sub = id;
        } fn __give(& mut self, gift : & ag::testing::derived::Gift) ->
        ::core::primitive::bool { #[allow(unused_imports)] use ag::testing::derived:: {
        GiftInTenant as _, GiftOf as _, NoGift as _ }; match gift.kind() { "role" => (&
        ag::testing::derived::Slot:: < Roles < Role > > ::NEW).put(& mut self.roles,
        gift), "scope" => (& ag::testing::derived::Slot:: < Scopes < domain::Scope > >
        ::NEW).put(& mut self.scope, gift), _ => false, } }
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
const _: ag::__private::Lookup = ag::__private::Lookup::of::<domain::Scope>();
#[automatically_derived]
impl ag::right::HasRights<domain::Scope> for User {
    fn held(&self) -> ::core::primitive::u128 {
        <Scopes<
            domain::Scope,
        > as ag::__private::ScopesOf<domain::Scope>>::bits(&self.scope)
    }
}
