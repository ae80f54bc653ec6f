use std::fmt;
use std::fs::{self, File, Metadata};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use tokio::runtime::Handle;

use super::HtpasswdError;
use super::entries::Entries;

/// How often it is looked whether the file has changed, at most.
const EVERY: Duration = Duration::from_secs(1);
/// A file that was written within this time may be written again without its time showing it.
const UNSETTLED: Duration = Duration::from_secs(2);
/// The most that is read, in bytes.
const LARGEST: u64 = 4 * 1024 * 1024;

/// Where the users come from, and those who are there now.
pub(super) struct Source {
    path: Option<PathBuf>,
    state: Mutex<State>,
}

struct State {
    entries: Arc<Entries>,
    /// The file as it was read, where it has settled since.
    stamp: Option<Stamp>,
    looked: Instant,
    is_looking: bool,
    /// What the operator was told last.
    complaint: Option<String>,
}

#[derive(PartialEq, Eq)]
struct Stamp {
    modified: SystemTime,
    length: u64,
    /// What no tool sets as it likes. Of a file that was unpacked or copied with its time, the rest may be as it was.
    changed: Changed,
}

/// Device, inode, and when that was changed last.
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

    /// The users, after a look at the file if it is time for one.
    pub(super) async fn entries(self: &Arc<Self>) -> Arc<Entries> {
        if let Some(look) = self.time_to_look()
            && let Ok(runtime) = Handle::try_current()
        {
            // It may fail where the runtime shuts down: then the users are as they were.
            drop(runtime.spawn_blocking(move || look.at_file()).await);
        }
        Arc::clone(&self.state().entries)
    }

    /// Others go on with what there is while one looks, however long it takes.
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

/// A look at the file, which ends when it is dropped, done or not.
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
                // The next look reads it again.
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

    /// Nothing, where the file was written so lately that it may be written again in the same tick of its clock.
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
    // A pipe would keep us waiting.
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
