#[automatically_derived]
impl ag::Principal for User {
    type Id = String;
    const NAME: &'static ::core::primitive::str = "User";
    const SETS: &'static [ag::access::SetOfRights] = {
        #[allow(unused_imports)]
        use ag::__private::NoSet as _;
        &[
            ag::__private::SetOf::<Role>::ALONE,
            ag::__private::SetOf::<domain::Scope>::ALONE,
        ]
    };
    fn id(&self) -> &String {
        &self.sub
    }
}
#[automatically_derived]
impl ag::right::HeldBy for Role {
    type Principal = User;
}
#[automatically_derived]
impl ag::right::Holds<Role> for User {
    fn held(&self) -> ::core::primitive::u128 {
        <Roles<Role> as ag::__private::RolesOf<Role>>::bits(&self.roles)
    }
}
#[automatically_derived]
impl ag::right::Holds<domain::Scope> for User {
    fn held(&self) -> ::core::primitive::u128 {
        <Scopes<
            domain::Scope,
        > as ag::__private::ScopesOf<domain::Scope>>::bits(&self.scope)
    }
}
