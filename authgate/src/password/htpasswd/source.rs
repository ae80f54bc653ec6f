use std::fmt;
use std::fs::{self, File, Metadata};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use tokio::runtime::Handle;

use super::HtpasswdError;
use super::entries::Entries;

/// The minimum time between two checks of the file.
const EVERY: Duration = Duration::from_secs(1);
/// A file that was modified within this time may change again without a new modification time.
const UNSETTLED: Duration = Duration::from_secs(2);
/// The maximum file size, in bytes.
const LARGEST: u64 = 4 * 1024 * 1024;

/// The file that defines the users, and the current users.
pub(super) struct Source {
    path: Option<PathBuf>,
    state: Mutex<State>,
}

struct State {
    entries: Arc<Entries>,
    /// The metadata of the file when it was read. With `None`, the next check reads it again.
    stamp: Option<Stamp>,
    looked: Instant,
    is_looking: bool,
    /// The last logged error.
    complaint: Option<String>,
}

#[derive(PartialEq, Eq)]
struct Stamp {
    modified: SystemTime,
    length: u64,
    /// Metadata that tools cannot set. If a file is unpacked or copied with its time, the rest may
    /// be unchanged.
    changed: Changed,
}

/// The device, the inode, and the time at which the inode was changed.
#[cfg(unix)]
type Changed = (u64, u64, i64, i64);
#[cfg(not(unix))]
type Changed = ();

#[cfg(unix)]
fn changed(metadata: &Metadata) -> Changed {
    use std::os::unix::fs::MetadataExt as _;
    (metadata.dev(), metadata.ino(), metadata.ctime(), metadata.ctime_nsec())
}

#[cfg(not(unix))]
const fn changed(_: &Metadata) -> Changed {}

impl Source {
    pub(super) fn fixed(entries: Entries) -> Self {
        Self::new(None, entries, None)
    }

    pub(super) fn file(path: PathBuf) -> Result<Self, HtpasswdError> {
        let (entries, stamp) = read(&path).map_err(HtpasswdError::new)?;
        Ok(Self::new(Some(path), entries, stamp))
    }

    fn new(path: Option<PathBuf>, entries: Entries, stamp: Option<Stamp>) -> Self {
        warn_of_nobody(&entries);
        let state = State {
            entries: Arc::new(entries),
            stamp,
            looked: Instant::now(),
            is_looking: false,
            complaint: None,
        };
        Self { path, state: Mutex::new(state) }
    }

    /// Returns the users, after a check of the file if one is due.
    pub(super) async fn entries(self: &Arc<Self>) -> Arc<Entries> {
        if let Some(look) = self.time_to_look()
            && let Ok(runtime) = Handle::try_current()
        {
            // This fails if the runtime shuts down. The users are then unchanged.
            drop(runtime.spawn_blocking(move || look.at_file()).await);
        }
        Arc::clone(&self.state().entries)
    }

    /// Starts a check if one is due. Meanwhile, other callers use the current users.
    fn time_to_look(self: &Arc<Self>) -> Option<Look> {
        let mut state = self.state();
        if self.path.is_none() || state.is_looking || state.looked.elapsed() < EVERY {
            return None;
        }
        state.is_looking = true;
        state.looked = Instant::now();
        Some(Look(Arc::clone(self)))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A check of the file. It ends when this value is dropped, even if it was cancelled.
struct Look(Arc<Source>);

impl Drop for Look {
    fn drop(&mut self) {
        self.0.state().is_looking = false;
    }
}

impl Look {
    fn at_file(&self) {
        let Some(path) = &self.0.path else { return };
        let now = fs::metadata(path).ok().as_ref().and_then(Stamp::of);
        if now.is_some() && now == self.0.state().stamp {
            return;
        }
        match read(path) {
            Ok((entries, stamp)) => {
                warn_of_nobody(&entries);
                let mut state = self.0.state();
                state.entries = Arc::new(entries);
                state.stamp = stamp;
                state.complaint = None;
            }
            Err(complaint) => {
                let mut state = self.0.state();
                // The next check reads the file again.
                state.stamp = None;
                if state.complaint.as_ref() != Some(&complaint) {
                    tracing::error!(target: "authgate::gate", error = complaint, "the users are as they were before");
                    state.complaint = Some(complaint);
                }
            }
        }
    }
}

impl Stamp {
    fn of(metadata: &Metadata) -> Option<Self> {
        let modified = metadata.modified().ok()?;
        Some(Self { modified, length: metadata.len(), changed: changed(metadata) })
    }

    /// Returns `None` if the file was modified so recently that it may change again with the same
    /// time.
    fn settled(self) -> Option<Self> {
        let age = SystemTime::now().duration_since(self.modified);
        age.map_or(true, |age| age >= UNSETTLED).then_some(self)
    }
}

fn read(path: &Path) -> Result<(Entries, Option<Stamp>), String> {
    let cannot = |error| {
        format!(
            "{} cannot be read: {error}; make it with `htpasswd -c -B -C 12 {0} NAME`, and see that this process may \
             read it",
            path.display()
        )
    };
    // Reading a pipe would block.
    if !fs::metadata(path).map_err(cannot)?.is_file() {
        return Err(format!("{} is no file", path.display()));
    }
    let file = File::open(path).map_err(cannot)?;
    let stamp = Stamp::of(&file.metadata().map_err(cannot)?);
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(cannot)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > LARGEST) {
        return Err(format!("{} has more than {LARGEST} bytes: is it the right file?", path.display()));
    }
    let text = String::from_utf8(bytes).map_err(|_| format!("{} is not UTF-8", path.display()))?;
    let entries = Entries::parse(&text).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok((entries, stamp.and_then(Stamp::settled)))
}

fn warn_of_nobody(entries: &Entries) {
    if entries.is_empty() {
        tracing::warn!(target: "authgate::gate", "an htpasswd file has no user: nobody comes in by it");
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source").field("path", &self.path).finish_non_exhaustive()
    }
}
