use proptest::prelude::*;

use super::{bundles, given_one_of, union};
use crate::right::marker::granted_by;

/// The number of roles, and of permissions, in the generated hierarchies.
const MEMBERS: usize = 24;

/// Generates a hierarchy in which a member implies some of the members before it. Its transitive
/// closure has the form that the derives emit.
fn closure() -> impl Strategy<Value = [u128; MEMBERS]> {
    any::<[u32; MEMBERS]>().prop_map(|edges| {
        let mut closed = [0u128; MEMBERS];
        for member in 0..MEMBERS {
            // Keep the hierarchy sparse. Otherwise nearly every member implies every other.
            let implied = (0..member).filter(|other| edges[member] >> other & 0b101 == 0b101);
            closed[member] = implied.fold(1 << member, |all, other| all | closed[other]);
        }
        closed
    })
}

/// Computes the held permissions by walking the hierarchy: from the roles to the roles they imply,
/// to the permissions granted to these, to the permissions implied by those.
fn naive(roles: u128, implied: &[u128], given: &[u128], permissions: &[u128]) -> u128 {
    let mut held = 0;
    for role in (0..MEMBERS).filter(|role| roles >> role & 1 == 1) {
        for bundle in (0..MEMBERS).filter(|bundle| implied[role] >> bundle & 1 == 1) {
            for permission in (0..MEMBERS).filter(|permission| given[bundle] >> permission & 1 == 1) {
                held |= permissions[permission];
            }
        }
    }
    held
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    #[cfg_attr(miri, ignore = "takes minutes in Miri")]
    fn masks_agree_with_naive_bundle_traversal(
        roles in 0u128..1 << MEMBERS,
        implied in closure(),
        given in any::<[u32; MEMBERS]>(),
        thin in any::<[u32; MEMBERS]>(),
        permissions in closure(),
    ) {
        let given: [u128; MEMBERS] =
            std::array::from_fn(|role| u128::from(given[role] & thin[role] & thin[MEMBERS - 1 - role] & 0xff_ffff));
        let table = bundles(&implied, given);
        let held = naive(roles, &implied, &given, &permissions);
        prop_assert_eq!(union(&permissions, union(&table, roles)), held);
        for permission in 0..MEMBERS {
            let mask = given_one_of(&table, granted_by(&permissions, permission));
            prop_assert_eq!(roles & mask != 0, held >> permission & 1 == 1, "{}", permission);
        }
    }
}

#[test]
fn bits_beyond_the_table_are_ignored() {
    assert_eq!(bundles(&[], [1, 2]), [1, 2]);
    assert_eq!(bundles(&[0b11, 0b10], [1, 2]), [3, 2]);
    assert_eq!(union(&[1, 2], u128::MAX), 3);
    assert_eq!(union(&[1; 130], 1 << 127), 1);
    assert_eq!(given_one_of(&[1; 130], 1), u128::MAX);
}
