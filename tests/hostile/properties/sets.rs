//! Compares roles and scopes as bit sets with a model that uses names.

use std::collections::{BTreeMap, BTreeSet};

use authgate::right::{HasRights, Requirement, RightSet};
use authgate::{Context, Principal, Role, Roles, Scope, Scopes};
use proptest::prelude::*;
use serde::Deserialize;

/// A diamond, and an unrelated role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Role)]
pub(super) enum Diamond {
    #[role(implies(Left, Right))]
    Top,
    #[role(implies(Bottom))]
    Left,
    #[role(implies(Bottom))]
    Right,
    Bottom,
    Alone,
}

/// Scopes with names that are usual in OAuth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Scope)]
pub(super) enum Named {
    #[scope(name = "reports:read")]
    Read,
    #[scope(name = "reports:write", implies(Read))]
    Write,
    #[scope(name = "https://api.example/all", implies(Write))]
    All,
}

/// The maximum number of roles, each of which implies the next.
macro_rules! chain {
    ($last:ident) => { chain!(@made [] $last); };
    ($first:ident $($rest:ident)*) => { chain!(@next [] $first $($rest)*); };
    (@next [$($made:tt)*] $one:ident $next:ident $($rest:ident)*) => {
        chain!(@next [$($made)* #[role(implies($next))] $one,] $next $($rest)*);
    };
    (@next [$($made:tt)*] $last:ident) => {
        /// A chain of 128 roles.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Role)]
        pub(super) enum Chain { $($made)* $last }
    };
}

chain!(
    A0 A1 A2 A3 A4 A5 A6 A7 A8 A9 Aa Ab Ac Ad Ae Af
    B0 B1 B2 B3 B4 B5 B6 B7 B8 B9 Ba Bb Bc Bd Be Bf
    C0 C1 C2 C3 C4 C5 C6 C7 C8 C9 Ca Cb Cc Cd Ce Cf
    D0 D1 D2 D3 D4 D5 D6 D7 D8 D9 Da Db Dc Dd De Df
    E0 E1 E2 E3 E4 E5 E6 E7 E8 E9 Ea Eb Ec Ed Ee Ef
    F0 F1 F2 F3 F4 F5 F6 F7 F8 F9 Fa Fb Fc Fd Fe Ff
    G0 G1 G2 G3 G4 G5 G6 G7 G8 G9 Ga Gb Gc Gd Ge Gf
    H0 H1 H2 H3 H4 H5 H6 H7 H8 H9 Ha Hb Hc Hd He Hf
);

#[derive(Principal, Deserialize)]
#[principal(role = Diamond)]
pub(super) struct OfDiamond {
    #[principal(id)]
    id: String,
    #[principal(roles)]
    held: Roles<Diamond>,
}

#[derive(Principal, Deserialize)]
#[principal(role = Chain)]
pub(super) struct OfChain {
    #[principal(id)]
    id: String,
    #[principal(roles)]
    held: Roles<Chain>,
}

#[derive(Principal, Deserialize)]
#[principal(scope = Named)]
pub(super) struct OfNamed {
    #[principal(id)]
    id: String,
    #[principal(scopes)]
    held: Scopes<Named>,
}

/// Returns the direct implications.
fn implied() -> BTreeMap<&'static str, Vec<&'static str>> {
    let mut all = BTreeMap::from([
        ("top", vec!["left", "right"]),
        ("left", vec!["bottom"]),
        ("right", vec!["bottom"]),
        ("https://api.example/all", vec!["reports:write"]),
        ("reports:write", vec!["reports:read"]),
    ]);
    for pair in Chain::NAMES.windows(2) {
        all.insert(pair[0], vec![pair[1]]);
    }
    all
}

/// Returns the names and everything that they imply.
fn granted(held: &[String], known: &[&'static str]) -> BTreeSet<&'static str> {
    let implied = implied();
    let mut granted = BTreeSet::new();
    let mut open: Vec<_> = known.iter().copied().filter(|name| held.iter().any(|it| it == name)).collect();
    while let Some(name) = open.pop() {
        if granted.insert(name) {
            open.extend(implied.get(name).into_iter().flatten());
        }
    }
    granted
}

/// Returns names of the set and similar names.
fn names(known: &'static [&'static str]) -> impl Strategy<Value = Vec<String>> {
    let name = prop_oneof![
        4 => prop::sample::select(known).prop_map(str::to_owned),
        1 => prop::sample::select(known).prop_map(str::to_uppercase),
        1 => prop::sample::select(known).prop_map(|name| format!("{name}x")),
        1 => "[!-~]{1,8}",
        1 => Just("*".to_owned()),
    ];
    prop::collection::vec(name.prop_filter("one word", |name| !name.contains(['"', '\\'])), 0..8)
}

fn array(names: &[String]) -> String {
    format!(r#"{{"id":"vera","held":{}}}"#, serde_json::to_string(names).expect("JSON"))
}

fn string(names: &[String]) -> String {
    format!(r#"{{"id":"vera","held":{}}}"#, serde_json::to_string(&names.join(" ")).expect("JSON"))
}

fn allows<R: Requirement<P>, P>(principal: &P) -> bool {
    matches!(R::decide(principal, &Context::of("test")), authgate::Decision::Allow)
}

/// Compares each bit of the closure with the model.
fn assert_closure_matches_model<T: RightSet>() {
    for (index, name) in T::NAMES.iter().enumerate() {
        let model = granted(&[(*name).to_owned()], T::NAMES);
        for (other, implied) in T::NAMES.iter().enumerate() {
            assert_eq!(T::CLOSURE[index] >> other & 1 == 1, model.contains(implied), "{name} and {implied}");
        }
    }
}

#[test]
fn closures_match_the_model() {
    assert_eq!(Chain::NAMES.len(), 128);
    assert_closure_matches_model::<Diamond>();
    assert_closure_matches_model::<Named>();
    assert_closure_matches_model::<Chain>();
}

macro_rules! agrees {
    ($principal:ty, $names:expr, $json:expr, $known:expr, { $($right:ty = $name:literal),* $(,)? }) => {
        for json in $json {
            let principal: $principal = serde_json::from_str(&json).expect("any names are taken");
            prop_assert_eq!(&*principal.id, "vera");
            let (model, held) = (granted($names, $known), principal.held());
            for (index, known) in $known.iter().enumerate() {
                prop_assert_eq!(held >> index & 1 == 1, $names.iter().any(|name| name == known), "{}", known);
            }
            $(prop_assert_eq!(allows::<$right, $principal>(&principal), model.contains($name), "{}", $name);)*
        }
    };
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn diamond_of_roles_matches_the_model(names in names(Diamond::NAMES)) {
        agrees!(OfDiamond, &names, [array(&names)], Diamond::NAMES, {
            diamond::Top = "top", diamond::Left = "left", diamond::Right = "right", diamond::Bottom = "bottom",
            diamond::Alone = "alone",
        });
    }

    /// A string of roles is one name, whatever it contains.
    #[test]
    fn one_string_is_one_role(names in names(Diamond::NAMES)) {
        let joined = [names.join(" ")];
        agrees!(OfDiamond, &joined, [string(&names)], Diamond::NAMES, {
            diamond::Top = "top", diamond::Left = "left", diamond::Right = "right", diamond::Bottom = "bottom",
            diamond::Alone = "alone",
        });
    }

    #[test]
    fn scopes_match_the_model(names in names(Named::NAMES)) {
        agrees!(OfNamed, &names, [array(&names), string(&names)], Named::NAMES, {
            named::Read = "reports:read", named::Write = "reports:write", named::All = "https://api.example/all",
        });
    }

    #[test]
    fn chain_of_128_roles_matches_the_model(names in names(Chain::NAMES)) {
        agrees!(OfChain, &names, [array(&names)], Chain::NAMES, {
            chain::A0 = "a0", chain::A1 = "a1", chain::D7 = "d7", chain::Df = "df", chain::E0 = "e0", chain::E1 = "e1",
            chain::Hd = "hd", chain::He = "he", chain::Hf = "hf",
        });
    }
}
