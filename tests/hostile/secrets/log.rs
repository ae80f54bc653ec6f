//! Captures log output at every level, from all crates.

use std::cell::RefCell;
use std::io;
use std::sync::{Mutex, Once, PoisonError};

use tracing_subscriber::fmt::format::FmtSpan;

thread_local! {
    /// The log of the current thread, if it is captured.
    static LOG: RefCell<Option<Vec<u8>>> = const { RefCell::new(None) };
}

/// The log of tokio's threads for all tests. Passwords are hashed on these threads.
static OF_OTHERS: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Log;

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOG.with_borrow_mut(|log| log.iter_mut().for_each(|log| log.extend(bytes)));
        let thread = std::thread::current();
        if thread.name().is_some_and(|name| name.starts_with("tokio-")) {
            OF_OTHERS.lock().unwrap_or_else(PoisonError::into_inner).extend(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Starts to capture the log of the current thread. One subscriber serves all threads. Otherwise,
/// tracing could ask a thread without a subscriber and cache that an event is disabled.
pub(super) fn keep() {
    static ONE: Once = Once::new();
    ONE.call_once(|| {
        let all = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_ansi(false);
        all.with_span_events(FmtSpan::FULL).with_writer(|| Log).init();
    });
    // An event that another thread reached while the subscriber was being set can be cached as
    // disabled.
    tracing::callsite::rebuild_interest_cache();
    LOG.set(Some(Vec::new()));
}

/// Returns the captured log.
pub(super) fn kept() -> String {
    let mut log = LOG.take().expect("kept");
    log.extend(&*OF_OTHERS.lock().unwrap_or_else(PoisonError::into_inner));
    String::from_utf8(log).expect("text")
}
