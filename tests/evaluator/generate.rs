//! Generates random rules as types.

use std::fmt::Write as _;

use crate::rights::Dice;

const RULES: u64 = 340;

const LEAVES: [&str; 20] = [
    "permission::Look",
    "permission::Publish",
    "permission::Correct",
    "permission::Inspect",
    "role::Guest",
    "role::Viewer",
    "role::Editor",
    "role::Auditor",
    "role::Admin",
    "scope::Read",
    "scope::Write",
    "scope::Share",
    "Fresh<60>",
    "Fresh<10000>",
    "Acr<Gold>",
    "Factor<ByOtp>",
    "ViaScheme<ThisScheme>",
    "ViaScheme<OtherScheme>",
    "Active",
    "Premium",
];

pub(crate) fn file() -> String {
    let mut file = String::from(
        "// Written by the generator of this test: `AUTHGATE_BLESS=1` writes it anew.\n\n\
         use authgate::Authenticated;\nuse authgate::access::Rule;\nuse authgate::right::factor::ByOtp;\n\
         use authgate::right::{Acr, All, Any, Factor, Fresh, Not, Right, ViaScheme};\n\n\
         use crate::ask;\nuse crate::rights::{Active, Caller, Facts, Gold, OtherScheme, Premium, ThisScheme, permission, role, scope};\n\n\
         pub(crate) type Ask = fn(&Authenticated<Caller>, &Facts) -> Result<(), String>;\n\n\
         macro_rules! rules {\n    ($($rule:ty;)*) => {\n        pub(crate) fn all() -> Vec<Ask> {\n            vec![$(ask::<$rule>),*]\n        }\n\n        \
         pub(crate) fn expressions() -> Vec<&'static Rule> {\n            vec![$(<$rule as Right>::RULE),*]\n        }\n    };\n}\n\nrules! {\n",
    );
    for seed in 0..RULES {
        let depth = usize::try_from(seed % 5).expect("small");
        writeln!(file, "    {};", rule(&mut Dice::new(seed << 32), depth)).expect("written");
    }
    file + "}\n"
}

fn rule(dice: &mut Dice, depth: usize) -> String {
    if depth == 0 {
        return LEAVES[dice.below(LEAVES.len())].to_owned();
    }
    let part = |dice: &mut Dice| {
        let depth = dice.below(depth);
        rule(dice, depth)
    };
    match dice.below(5) {
        0 => format!("Not<{}>", rule(dice, depth - 1)),
        kind => {
            let parts: Vec<_> = (0..2 + dice.below(3)).map(|_| part(dice)).collect();
            format!("{}<({})>", if kind < 3 { "All" } else { "Any" }, parts.join(", "))
        }
    }
}
