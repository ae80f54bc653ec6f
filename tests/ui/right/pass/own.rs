//! Custom requirements: every form, unusual names, and what a proof of one implies.
#![deny(warnings)]

use authgate::right::{All, Any, Implies, Requirement, Right as _};
use authgate::{Context, Decision, Principal, Right};

#[derive(authgate::Principal)]
pub struct User {
    #[principal(id)]
    pub sub: String,
}

#[derive(Right)]
#[right(principal = User, kind = "account_2", name = "is-active:v1.0")]
pub struct Active;

#[derive(Right)]
pub struct P {
    pub field: String,
}

#[derive(Right)]
#[right(principal = crate::User)]
pub struct Tuple(pub u8);

#[derive(Right)]
pub enum Never {}

#[derive(Right)]
pub struct r#Type;

macro_rules! decide {
    ($($right:ty),*) => {
        $(
            impl Requirement<User> for $right {
                fn decide(user: &User, _: &Context) -> Decision {
                    Decision::allow_if(!user.id().is_empty())
                }
            }
        )*
    };
}
decide!(Active, P, Tuple, Never, r#Type);

pub async fn all(_: authgate::Authorized<All<(Active, P, Tuple, Never, r#Type)>>) {}

fn proves<A: Implies<B>, B>() {}

fn main() {
    proves::<Active, Active>();
    proves::<All<(Active, P)>, P>();
    proves::<Tuple, Any<(Never, Tuple)>>();
    let shown: Vec<_> = [Active::RULE, P::RULE, r#Type::RULE].map(ToString::to_string).into();
    assert_eq!(shown, ["account_2:is-active:v1.0", "policy:P", "policy:Type"]);
    let _ = (all, Active, P { field: String::new() }, Tuple(1), r#Type);
}
