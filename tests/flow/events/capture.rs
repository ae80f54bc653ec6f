//! Captures the events of one future.

use std::fmt::Debug;
use std::sync::{Arc, LazyLock, Mutex};

use tracing::field::{Field, Visit};
use tracing::instrument::WithSubscriber as _;
use tracing::{Dispatch, Level, Subscriber};
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::{Layer, registry};

#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) target: &'static str,
    pub(crate) level: Level,
    fields: Vec<(&'static str, String)>,
}

impl Event {
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|(name, value)| (*name, value.as_str()))
    }

    /// Removes a field and returns its value.
    pub(crate) fn take(&mut self, name: &str) -> Option<String> {
        let at = self.fields.iter().position(|(known, _)| *known == name)?;
        Some(self.fields.remove(at).1)
    }

    /// Asserts that the event has exactly these fields.
    #[track_caller]
    pub(crate) fn assert_fields(&self, expected: &[(&str, &str)]) {
        let mut fields: Vec<_> = self.fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        fields.sort_unstable();
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        assert_eq!(fields, expected);
    }
}

impl Visit for Event {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.fields.push((field.name(), format!("{value:?}")));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.fields.push((field.name(), value.to_owned()));
    }
}

#[derive(Clone, Default)]
struct Capture(Arc<Mutex<Vec<Event>>>);

impl<S: Subscriber> Layer<S> for Capture {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        let metadata = event.metadata();
        if !metadata.target().starts_with("authgate") {
            return;
        }
        let mut caught = Event { target: metadata.target(), level: *metadata.level(), fields: Vec::new() };
        event.record(&mut caught);
        self.0.lock().unwrap().push(caught);
    }
}

/// With a single subscriber, tracing asks only the thread that reaches an event first. A thread
/// without a subscriber would then disable the event for all threads. This second subscriber
/// enables every event.
static ANOTHER: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::new(registry()));

/// Returns the output of a future and the authgate events that it emitted, except for the details
/// at debug level that precede the event of a denial.
pub(crate) async fn capture<F: Future>(future: F) -> (F::Output, Vec<Event>) {
    let (output, mut events) = capture_with_causes(future).await;
    let causes = ["a credential was rejected", "a request has two credentials"];
    events.retain(|event| !event.field("message").is_some_and(|message| causes.contains(&message)));
    (output, events)
}

/// Returns the output of a future and the authgate events that it emitted.
pub(crate) async fn capture_with_causes<F: Future>(future: F) -> (F::Output, Vec<Event>) {
    LazyLock::force(&WARNED);
    capture_all(future).await
}

/// The first gate of a process logs a warning about the feature `testing`. This gate is built
/// outside of all captures, so that no test captures the warning.
static WARNED: LazyLock<()> = LazyLock::new(|| {
    LazyLock::force(&ANOTHER);
    let gate = authgate::Gate::builder().scheme(authgate_tests::app::bearer()).build();
    gate.map(|_: authgate::Gate<authgate_tests::app::User>| ()).expect("complete");
});

/// Like [`capture_with_causes`], but includes the events of tasks on this thread.
pub(crate) async fn capture_with_tasks<F: Future>(future: F) -> (F::Output, Vec<Event>) {
    LazyLock::force(&WARNED);
    let caught = Capture::default();
    let subscriber = tracing::subscriber::set_default(registry().with(caught.clone()));
    let output = future.await;
    drop(subscriber);
    let events = caught.0.lock().unwrap().clone();
    (output, events)
}

/// Like [`capture`], but includes events that are emitted once per process.
pub(crate) async fn capture_all<F: Future>(future: F) -> (F::Output, Vec<Event>) {
    LazyLock::force(&ANOTHER);
    let caught = Capture::default();
    let output = future.with_subscriber(registry().with(caught.clone())).await;
    let events = caught.0.lock().unwrap().clone();
    (output, events)
}
