use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufReader, BufWriter, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use sha2::{Digest as _, Sha256};
use tokio::sync::Mutex;

use super::expiring::{Clock, Expiring, Key, MOST, seconds};
use super::{BackendError, Once};
use crate::secret::debug_only;

/// The start of the file. The number at the end is the version of the format.
const MAGIC: [u8; 16] = *b"authgate once 1\n";
const HEADER_BYTES: usize = 24;
const HEADER: u64 = HEADER_BYTES as u64;
const RECORD: usize = 48;

/// The number of expired records, beyond the number of valid ones, at which the file is rewritten.
const MOST_EXPIRED: u64 = 4096;

/// The time to wait for another process that uses the file.
const MAX_WAIT: Duration = Duration::from_secs(1);

/// A [`Once`] in a file that several processes of one machine share.
///
/// Every process opens the same path. A lock on a second file with the suffix `.lock` makes the
/// operation atomic. Keep both on a local file system, because locks on network file systems are
/// not reliable. Each request opens and writes the file once, on a blocking thread of tokio.
///
/// A crash of a process loses nothing. The file is not synced to the disk after each request, so
/// values of the last seconds can be missing after a power failure. A damaged file is an error, and
/// requests are denied with 503: stop all processes and delete it. Values that have expired are
/// removed from time to time. The file has at most 1,048,576 valid values, and more are an error.
///
/// # Examples
///
/// ```
/// use std::time::{Duration, SystemTime};
///
/// use authgate::oauth::{FileOnce, Once};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), authgate::oauth::BackendError> {
/// # let folder = std::env::temp_dir().join(format!("authgate-once-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder).unwrap();
/// # let path = folder.join("used");
/// let used = FileOnce::open(&path)?;
/// let until = SystemTime::now() + Duration::from_secs(60);
/// assert!(used.first(&[7; 32], until).await?);
/// assert!(!FileOnce::open(&path)?.first(&[7; 32], until).await?);
/// # std::fs::remove_dir_all(folder).unwrap();
/// # Ok(()) }
/// ```
pub struct FileOnce {
    /// Requests wait for each other without a thread.
    file: Arc<Mutex<SharedFile>>,
}

impl FileOnce {
    /// Opens the file, and creates it if it does not exist. Blocks for a short time.
    ///
    /// # Errors
    ///
    /// Returns [`BackendError`] if the file cannot be created, read and locked, or if it is
    /// damaged. The message names the file.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, BackendError> {
        let path = path.as_ref();
        let opened = SharedFile::open(path);
        let file = opened.map_err(|error| BackendError::new(format!("{}: {error}", path.display())))?;
        Ok(Self { file: Arc::new(Mutex::new(file)) })
    }
}

impl Once for FileOnce {
    async fn first(&self, key: &[u8; 32], until: SystemTime) -> Result<bool, BackendError> {
        let (key, mut file) = (*key, Arc::clone(&self.file).lock_owned().await);
        let first = move || {
            let now = file.clock.now();
            file.first(key, seconds(until), now)
        };
        tokio::task::spawn_blocking(first).await.map_err(BackendError::new)?.map_err(BackendError::new)
    }
}

debug_only!([] FileOnce);

struct SharedFile {
    path: PathBuf,
    clock: Clock,
    /// The contents that are read so far.
    keys: Expiring,
    /// Identifies the file that was read. A rewritten file has another number.
    generation: [u8; 8],
    /// The position up to which the file was read.
    end: u64,
    /// The maximum number of valid keys.
    most: usize,
}

impl SharedFile {
    fn open(path: &Path) -> io::Result<Self> {
        // Checked before files are created beside it.
        if path.file_name().is_none() || path.is_dir() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "the path does not name a file"));
        }
        let mut file = Self {
            path: path.to_owned(),
            clock: Clock::start(),
            keys: Expiring::default(),
            generation: [0; 8],
            end: HEADER,
            most: MOST,
        };
        let now = file.clock.now();
        file.locked(|file| file.read(now).map(drop))?;
        Ok(file)
    }

    fn first(&mut self, key: Key, end: u64, now: u64) -> io::Result<bool> {
        self.locked(|shared| {
            let mut file = shared.read(now)?;
            if end < now || shared.keys.contains(&key) {
                return Ok(false);
            }
            if shared.keys.len() >= shared.most {
                return Err(damaged(format!("has {} valid values and is full", shared.most)));
            }
            // The records are whole up to here, even if another process has crashed.
            file.seek(SeekFrom::Start(shared.end))?;
            file.write_all(&record(end, &key))?;
            shared.end += RECORD as u64;
            shared.keys.insert(key, end);
            Ok(true)
        })
    }

    /// Runs `work` while no other process uses the file.
    fn locked<T>(&mut self, work: impl FnOnce(&mut Self) -> io::Result<T>) -> io::Result<T> {
        // Opened each time: the lock ends with the file, whatever happens in between.
        let lock = suffixed(&self.path, ".lock");
        let lock = OpenOptions::new().create(true).truncate(false).write(true).open(lock)?;
        let started = Instant::now();
        loop {
            match lock.try_lock() {
                Ok(()) => break,
                Err(TryLockError::Error(error)) => return Err(error),
                Err(TryLockError::WouldBlock) if started.elapsed() < MAX_WAIT => {
                    std::thread::sleep(Duration::from_micros(500));
                }
                Err(TryLockError::WouldBlock) => {
                    return Err(io::Error::new(io::ErrorKind::TimedOut, "another process keeps it locked"));
                }
            }
        }
        work(self)
    }

    /// Reads what other processes have written, and returns the file for the next record.
    fn read(&mut self, now: u64) -> io::Result<File> {
        let mut file = match OpenOptions::new().read(true).write(true).open(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => self.rewrite()?,
            opened => opened?,
        };
        let mut head = [0; HEADER_BYTES];
        file.read_exact(&mut head).map_err(|_| damaged("has no header"))?;
        let generation = head.strip_prefix(&MAGIC).and_then(|rest| rest.try_into().ok());
        let generation = generation.ok_or_else(|| damaged("is not a file of `FileOnce`"))?;
        if self.generation != generation {
            // The known keys stay: the file was rewritten, or an operator has deleted it.
            (self.generation, self.end) = (generation, HEADER);
        }
        let length = file.metadata()?.len();
        let unread = length.checked_sub(self.end).ok_or_else(|| damaged("was truncated"))?;
        let records = unread / RECORD as u64;
        if records > 4 * self.most as u64 + MOST_EXPIRED {
            return Err(damaged("is too long"));
        }
        file.seek(SeekFrom::Start(self.end))?;
        let mut input = BufReader::new(&file);
        for _ in 0..records {
            let mut bytes = [0; RECORD];
            input.read_exact(&mut bytes)?;
            let (end, key) = parsed(&bytes).ok_or_else(|| damaged("has a damaged record"))?;
            self.end += RECORD as u64;
            // An expired key needs no memory.
            if end >= now {
                self.keys.insert(key, end);
            }
        }
        // The rest is a record that a process did not complete. Its caller was not accepted.
        if unread % RECORD as u64 != 0 {
            file.set_len(self.end)?;
        }
        self.keys.drop_before(now);
        let valid = self.keys.len() as u64;
        if (self.end - HEADER) / RECORD as u64 > 2 * valid + MOST_EXPIRED {
            return self.rewrite();
        }
        Ok(file)
    }

    /// Replaces the file by one with the valid keys only, in one step.
    fn rewrite(&mut self) -> io::Result<File> {
        let new = suffixed(&self.path, ".new");
        let mut file = OpenOptions::new().create(true).truncate(true).read(true).write(true).open(&new)?;
        // Under the lock, no two files are created at the same time.
        let nanos = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
        let generation = nanos.to_be_bytes().last_chunk().copied().unwrap_or_default();
        let mut output = BufWriter::new(&file);
        output.write_all(&MAGIC)?;
        output.write_all(&generation)?;
        for (end, key) in self.keys.iter() {
            output.write_all(&record(end, key))?;
        }
        output.flush()?;
        drop(output);
        file.sync_all()?;
        std::fs::rename(&new, &self.path)?;
        self.generation = generation;
        self.end = HEADER + (self.keys.len() * RECORD) as u64;
        file.seek(SeekFrom::Start(0))?;
        Ok(file)
    }
}

fn suffixed(path: &Path, suffix: &str) -> PathBuf {
    let mut path = path.as_os_str().to_owned();
    path.push(suffix);
    path.into()
}

fn damaged(problem: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("the file of used values {}", problem.into()))
}

/// The last second, the key, and eight bytes of a hash over both.
fn record(end: u64, key: &Key) -> [u8; RECORD] {
    let mut record = [0; RECORD];
    let hash = Sha256::new().chain_update(end.to_be_bytes()).chain_update(key).finalize();
    let bytes = end.to_be_bytes().into_iter().chain(*key).chain(hash);
    record.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
    record
}

fn parsed(bytes: &[u8; RECORD]) -> Option<(u64, Key)> {
    let (end, rest) = bytes.split_first_chunk()?;
    let (end, key) = (u64::from_be_bytes(*end), *rest.first_chunk()?);
    (record(end, &key) == *bytes).then_some((end, key))
}

#[cfg(test)]
mod tests;
