//! What is logged, at every level, by whatever crate.

use std::cell::RefCell;
use std::io;
use std::sync::{Mutex, Once, PoisonError};

use tracing_subscriber::fmt::format::FmtSpan;

thread_local! {
    /// What this thread logs, where it is kept.
    static LOG: RefCell<Option<Vec<u8>>> = const { RefCell::new(None) };
}

/// What tokio's own threads log, for whichever test: passwords are hashed there.
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

/// Keeps what this thread logs from now on. For all threads there is one subscriber, since tracing asks a thread that has
/// none of its own whether an event is of interest to anybody, and remembers the answer.
pub(super) fn keep() {
    static ONE: Once = Once::new();
    ONE.call_once(|| {
        let all = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_ansi(false);
        all.with_span_events(FmtSpan::FULL).with_writer(|| Log).init();
    });
    // An event that another thread met for the first time while the subscriber was set may count as unwanted.
    tracing::callsite::rebuild_interest_cache();
    LOG.set(Some(Vec::new()));
}

/// What was kept.
pub(super) fn kept() -> String {
    let mut log = LOG.take().expect("kept");
    log.extend(&*OF_OTHERS.lock().unwrap_or_else(PoisonError::into_inner));
    String::from_utf8(log).expect("text")
}
