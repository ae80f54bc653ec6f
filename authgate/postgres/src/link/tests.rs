use std::sync::atomic::{AtomicBool, AtomicUsize};

use super::*;

/// A server that is down, silent, or works.
#[derive(Default)]
struct Fake {
    is_down: AtomicBool,
    is_silent: AtomicBool,
    connections: AtomicUsize,
}

#[derive(Debug)]
struct Lost;

impl Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("lost\n")
    }
}

impl Error for Lost {}

impl Connect for Fake {
    type Connection = usize;
    type Error = Lost;

    async fn connect(&self) -> Result<usize, BackendError> {
        let number = self.connections.fetch_add(1, Ordering::Relaxed);
        if self.is_silent.load(Ordering::Relaxed) {
            std::future::pending::<()>().await;
        }
        if self.is_down.load(Ordering::Relaxed) { Err(BackendError::new("refused")) } else { Ok(number) }
    }

    fn is_closed(_: &usize) -> bool {
        false
    }

    fn is_lost(_: &Lost) -> bool {
        true
    }
}

fn link() -> Link<Fake> {
    Link::new(Fake::default(), Duration::from_secs(1))
}

async fn ask(link: &Link<Fake>) -> Result<usize, String> {
    link.call(async |connection| Ok(connection)).await.map_err(|error| error.to_string())
}

#[tokio::test(start_paused = true)]
async fn pause_doubles_up_to_one_second() {
    let link = link();
    link.connector.is_down.store(true, Ordering::Relaxed);
    let started = Instant::now();
    let mut attempts = Vec::new();
    while started.elapsed() < Duration::from_secs(5) {
        let before = link.connector.connections.load(Ordering::Relaxed);
        let error = ask(&link).await.unwrap_err();
        assert!(error.contains("refused"), "{error}");
        if link.connector.connections.load(Ordering::Relaxed) > before {
            attempts.push(started.elapsed().as_millis());
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(attempts, [0, 50, 150, 350, 750, 1550, 2550, 3550, 4550]);
    link.connector.is_down.store(false, Ordering::Relaxed);
    tokio::time::sleep(Duration::from_secs(1)).await;
    ask(&link).await.unwrap();
    link.connector.is_down.store(true, Ordering::Relaxed);
    ask(&link).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn call_ends_after_the_timeout_and_drops_a_silent_connection() {
    let link = link();
    assert_eq!(ask(&link).await, Ok(0));
    let started = Instant::now();
    let silent = link.call(async |_| std::future::pending::<Result<(), Lost>>().await);
    assert!(silent.await.unwrap_err().to_string().contains("did not answer within 1s"));
    assert_eq!(started.elapsed(), Duration::from_secs(1));
    assert_eq!(ask(&link).await, Ok(1), "another connection");
    link.drop_connection(2, &Lost);
    link.connector.is_silent.store(true, Ordering::Relaxed);
    let started = Instant::now();
    assert!(ask(&link).await.is_err() && ask(&link).await.is_err());
    assert_eq!(started.elapsed(), Duration::from_secs(1), "the second call fails at once");
}

#[tokio::test(start_paused = true)]
async fn slow_operation_does_not_end_the_connection_of_others() {
    let link = link();
    let slow = link.call(async |_| std::future::pending::<Result<(), Lost>>().await);
    let others = async {
        for _ in 0..20 {
            tokio::time::sleep(Duration::from_millis(100)).await;
            assert_eq!(ask(&link).await, Ok(0));
        }
    };
    let (slow, ()) = tokio::join!(slow, others);
    assert!(slow.is_err());
}

#[tokio::test(start_paused = true)]
async fn only_repeatable_operations_are_repeated() {
    let link = link();
    let runs = AtomicUsize::new(0);
    let fail = async |connection: usize| {
        runs.fetch_add(1, Ordering::Relaxed);
        if connection == 1 { Ok(connection) } else { Err(Lost) }
    };
    assert!(link.call(fail).await.is_err());
    assert_eq!(runs.swap(0, Ordering::Relaxed), 1);
    assert_eq!(link.call_again(fail).await.unwrap(), 1);
    link.drop_connection(2, &Lost);
    runs.store(0, Ordering::Relaxed);
    assert!(link.call_again(fail).await.is_err());
    assert_eq!(runs.into_inner(), 2, "once again");
}

#[tokio::test(start_paused = true)]
async fn too_many_calls_are_an_error_at_once() {
    let link = link();
    ask(&link).await.unwrap();
    let held = link.calls.try_acquire_many(u32::try_from(MOST_CALLS).unwrap()).unwrap();
    assert!(ask(&link).await.unwrap_err().contains("4096 calls"));
    drop(held);
    ask(&link).await.unwrap();
}

#[test]
fn causes_are_on_one_line() {
    assert_eq!(Causes(&BackendError::new(Lost)).to_string(), "lost ");
}
