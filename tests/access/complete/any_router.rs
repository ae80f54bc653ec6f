//! Random routers.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

use authgate::access::lock::Lock;
use authgate::routing::{MethodFilter, any};
use authgate::{Authenticated, MethodRouter, Router};
use authgate_tests::app::{App, Ran, User, gate, role};
use proptest::prelude::*;
use proptest::sample::select;

use super::{catch_all_service, check_table, five, four, one, plain_router, six, three, two};

/// One step in building a router.
#[derive(Clone, Debug)]
enum Step {
    Route(&'static str, Vec<(Answers, u8)>),
    RouteService(&'static str),
    NestService(&'static str),
    Ungated(&'static str),
    Nest(&'static str, Vec<Self>),
    Merge(Vec<Self>),
    Fallback(u8),
    MethodNotAllowed(u8),
    ResetFallback,
    Layer,
    State,
}

/// The methods that a handler serves on a path.
#[derive(Clone, Copy, Debug)]
enum Answers {
    Get,
    Head,
    Post,
    Delete,
    TraceAndOptions,
    Any,
    Fallback,
}

const PATHS: [&str; 11] =
    ["/", "/a", "/a/b", "/a/{x}", "/{x}", "/a/{x}/c", "/f/{*rest}", "/f", "/b/", "/{*rest}", "/zz"];
const PREFIXES: [&str; 6] = ["/a", "/f", "/p", "/p/{y}", "/b/", "/p/p"];

fn handler_index() -> impl Strategy<Value = u8> {
    0..6u8
}

fn step() -> impl Strategy<Value = Step> {
    let answers = select(
        &[
            Answers::Get,
            Answers::Head,
            Answers::Post,
            Answers::Delete,
            Answers::TraceAndOptions,
            Answers::Any,
            Answers::Fallback,
        ][..],
    );
    let route = (select(&PATHS[..]), prop::collection::vec((answers, handler_index()), 1..4))
        .prop_map(|(path, answers)| Step::Route(path, answers));
    let leaf = prop_oneof![
        6 => route,
        1 => select(&PATHS[..]).prop_map(Step::RouteService),
        1 => select(&PREFIXES[..]).prop_map(Step::NestService),
        1 => select(&PREFIXES[..]).prop_map(Step::Ungated),
        2 => handler_index().prop_map(Step::Fallback),
        2 => handler_index().prop_map(Step::MethodNotAllowed),
        1 => Just(Step::ResetFallback),
        1 => Just(Step::Layer),
        1 => Just(Step::State),
    ];
    leaf.prop_recursive(3, 24, 5, |inner| {
        let steps = || prop::collection::vec(inner.clone(), 1..5);
        prop_oneof![
            3 => (select(&PREFIXES[..]), steps()).prop_map(|(prefix, steps)| Step::Nest(prefix, steps)),
            1 => steps().prop_map(Step::Merge),
        ]
    })
}

fn state() -> App {
    App { gate: gate(), ran: Ran::default() }
}

fn build(steps: &[Step]) -> Router<App> {
    steps.iter().fold(Router::new(), |router, step| try_step(&router, |router| apply_step(router, step)))
}

/// Applies a step, or skips it if axum or authgate panics.
fn try_step<T: Clone>(before: &T, step: impl FnOnce(T) -> T) -> T {
    thread_local!(static QUIET: Cell<bool> = const { Cell::new(false) });
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = take_hook();
        set_hook(Box::new(move |info| {
            if !QUIET.get() {
                before(info);
            }
        }));
    });
    let outer = QUIET.replace(true);
    let after = catch_unwind(AssertUnwindSafe(|| step(before.clone())));
    QUIET.set(outer);
    after.unwrap_or_else(|_| before.clone())
}

fn apply_step(router: Router<App>, step: &Step) -> Router<App> {
    match step {
        Step::Route(path, answers) => {
            let methods = answers.iter().fold(MethodRouter::new(), |methods, (answers, who)| {
                try_step(&methods, |methods| add_handler(methods, *answers, *who))
            });
            router.route(path, methods)
        }
        Step::RouteService(path) => router.route_service::<role::Viewer>(path, catch_all_service()),
        Step::NestService(path) => router.nest_service::<Authenticated<User>>(path, catch_all_service()),
        Step::Ungated(path) => router.ungated(path, "a test", plain_router()),
        Step::Nest(prefix, steps) => router.nest(prefix, build(steps)),
        Step::Merge(steps) => router.merge(build(steps)),
        Step::Fallback(who) => match who {
            0 => router.fallback(one),
            1 => router.fallback(two),
            2 => router.fallback(three),
            3 => router.fallback(four),
            4 => router.fallback(five),
            _ => router.fallback(six),
        },
        Step::MethodNotAllowed(who) => match who {
            0 => router.method_not_allowed_fallback(one),
            1 => router.method_not_allowed_fallback(two),
            2 => router.method_not_allowed_fallback(three),
            3 => router.method_not_allowed_fallback(four),
            4 => router.method_not_allowed_fallback(five),
            _ => router.method_not_allowed_fallback(six),
        },
        Step::ResetFallback => router.reset_fallback(),
        Step::Layer => router.layer(axum::middleware::from_fn(pass)),
        Step::State => router.with_state_nested(state()),
    }
}

async fn pass(request: axum::extract::Request, next: axum::middleware::Next) -> axum::response::Response {
    next.run(request).await
}

fn add_handler(methods: MethodRouter<App>, answers: Answers, who: u8) -> MethodRouter<App> {
    let filter = match answers {
        Answers::Get => MethodFilter::GET,
        Answers::Head => MethodFilter::HEAD,
        Answers::Post => MethodFilter::POST,
        Answers::Delete => MethodFilter::DELETE,
        Answers::TraceAndOptions => MethodFilter::TRACE.or(MethodFilter::OPTIONS),
        Answers::Any => {
            return methods.merge(match who {
                0 => any(one),
                1 => any(two),
                2 => any(three),
                3 => any(four),
                4 => any(five),
                _ => any(six),
            });
        }
        Answers::Fallback => {
            return match who {
                0 => methods.fallback(one),
                1 => methods.fallback(two),
                2 => methods.fallback(three),
                3 => methods.fallback(four),
                4 => methods.fallback(five),
                _ => methods.fallback(six),
            };
        }
    };
    match who {
        0 => methods.on(filter, one),
        1 => methods.on(filter, two),
        2 => methods.on(filter, three),
        3 => methods.on(filter, four),
        4 => methods.on(filter, five),
        _ => methods.on(filter, six),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn responding_handler_matches_the_table_and_the_lock_parses(steps in prop::collection::vec(step(), 1..9)) {
        let routes = build(&steps);
        let table = routes.access();
        let lock = table.lock();
        prop_assert_eq!(Lock::parse(&lock.to_string()), Ok(lock), "{}", table);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let told = runtime.block_on(check_table(&table, &routes.with_state(state())));
        prop_assert_eq!(told, Ok(()), "{:?}", steps);
    }
}
