//! The cost of a rule for a caller that satisfies it, by the number of rights:
//! `cargo bench -p authgate --bench rules`.
//!
//! ```sh
//! # Instructions: the difference between N and 2N.
//! valgrind --tool=callgrind <the binary> --count twelve 1000000
//! ```

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a program prints, and stops on an error"
)]

use std::hint::black_box;
use std::time::Instant;

use authgate::credentials::{Credentials, RequestCredentials};
use authgate::denial::Challenge;
use authgate::right::{All, Any, Not, Requirement};
use authgate::scheme::{Answer, Identity, Outcome, Scheme};
use authgate::{Authenticated, Context, Gate, Roles, Scopes};

#[derive(authgate::Role)]
enum Role {
    Guest,
    #[role(implies(Guest))]
    Viewer,
    #[role(implies(Viewer))]
    Author,
    #[role(implies(Author))]
    Editor,
    #[role(implies(Editor))]
    Admin,
    Contractor,
}

#[derive(authgate::Scope)]
enum Scope {
    Read,
    #[scope(implies(Read))]
    Write,
    Share,
    Purge,
}

#[derive(authgate::Principal)]
#[principal(role = Role, scope = Scope)]
struct User {
    #[principal(id)]
    id: &'static str,
    #[principal(roles)]
    roles: Roles<Role>,
    #[principal(scopes)]
    scopes: Scopes<Scope>,
}

type One = role::Viewer;
type Three = All<(role::Viewer, scope::Read, Not<role::Contractor>)>;
/// Twelve rights, all of which must be evaluated.
type Twelve = All<(
    role::Guest,
    role::Viewer,
    role::Author,
    role::Editor,
    Any<(role::Contractor, role::Admin)>,
    scope::Read,
    scope::Write,
    Any<(scope::Purge, scope::Share)>,
    Not<role::Contractor>,
    Not<scope::Purge>,
)>;

struct Everybody;

impl Scheme<User> for Everybody {
    fn challenge(&self) -> Challenge {
        Challenge::new("Everybody").realm("bench")
    }

    fn authenticate(&self, _: &RequestCredentials<'_>) -> Answer<User> {
        let roles = [Role::Admin].into_iter().collect();
        let scopes = [Scope::Write, Scope::Share].into_iter().collect();
        let user = User { id: "ada", roles, scopes };
        Outcome::Authenticated(Identity::new(user, Context::of("Everybody"))).into()
    }
}

fn caller() -> Authenticated<User> {
    let gate = Gate::builder().scheme(Everybody).build().expect("complete");
    let credentials = Credentials::authorization("Everybody 1".parse().expect("a field value"));
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(gate.unauthenticated(credentials).authenticate()).expect("identified")
}

fn ask<R: Requirement<User>>(caller: &Authenticated<User>, times: u32) {
    for _ in 0..times {
        black_box(black_box(caller).authorize_ref::<R>().is_ok());
    }
}

type Ask = fn(&Authenticated<User>, u32);
const RULES: [(&str, Ask); 3] = [("one", ask::<One>), ("three", ask::<Three>), ("twelve", ask::<Twelve>)];

const TIMES: u32 = 100_000;
const ROUNDS: usize = 61;

fn main() {
    let caller = caller();
    assert!(caller.authorize_ref::<Twelve>().is_ok() && caller.id == "ada", "the caller meets the rules");
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    if let [_, name, times] = arguments.as_slice() {
        let (_, ask) = RULES.iter().find(|(known, _)| known == name).expect("one, three or twelve");
        ask(&caller, times.parse().expect("a number"));
        return;
    }
    let mut rounds = vec![Vec::with_capacity(ROUNDS); RULES.len()];
    for _ in 0..ROUNDS {
        for (times, (_, ask)) in rounds.iter_mut().zip(RULES) {
            let start = Instant::now();
            ask(&caller, TIMES);
            times.push(start.elapsed().as_secs_f64() * 1e9 / f64::from(TIMES));
        }
    }
    println!("{:<8} {:>8} {:>8} {:>7}", "rights", "ns", "+ ns", "allocs");
    let mut first = None;
    for (times, (name, ask)) in rounds.iter_mut().zip(RULES) {
        times.sort_by(f64::total_cmp);
        let median = times[ROUNDS / 2];
        let first = *first.get_or_insert(median);
        let allocations = allocation_counter::measure(|| ask(&caller, 1)).count_total;
        println!("{name:<8} {median:>8.1} {:>8.1} {allocations:>7}", median - first);
    }
}
