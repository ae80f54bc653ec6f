use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;

/// A folder that is removed at the end of the test.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("authgate-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn file(&self) -> PathBuf {
        self.0.join("used")
    }

    fn open(&self) -> SharedFile {
        SharedFile::open(&self.file()).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

/// Far in the future, because opening the file drops expired keys by the system time.
const END: u64 = 1 << 40;

fn key(number: u64) -> Key {
    let mut key = [0; 32];
    key[..8].copy_from_slice(&number.to_be_bytes());
    key
}

#[test]
fn value_counts_once_in_all_processes() {
    let folder = Folder::new();
    let (mut one, mut other) = (folder.open(), folder.open());
    assert!(one.first(key(1), END, 0).unwrap());
    assert!(!other.first(key(1), END, 0).unwrap() && !one.first(key(1), END, 0).unwrap());
    assert!(other.first(key(2), END, 0).unwrap() && !one.first(key(2), END, 0).unwrap());
    assert!(!folder.open().first(key(2), END, 0).unwrap(), "after a restart");
    assert!(!one.first(key(3), 5, 6).unwrap(), "the time has passed");
    assert!(one.first(key(1), END + 9, END + 1).unwrap(), "after the value has expired");
}

#[test]
fn path_without_a_file_name_is_an_error_and_creates_no_file() {
    let folder = Folder::new();
    let below = folder.0.join("folder");
    fs::create_dir(&below).unwrap();
    for path in [below.clone(), below.join(".."), PathBuf::new(), PathBuf::from("/")] {
        let error = SharedFile::open(&path).map(drop).unwrap_err();
        assert_eq!(error.to_string(), "the path does not name a file", "{}", path.display());
    }
    assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 1);
    assert!(!PathBuf::from(".lock").exists() && !PathBuf::from(".new").exists());
}

#[test]
fn one_of_many_threads_is_first() {
    let (folder, firsts) = (Folder::new(), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let mut file = folder.open();
                for number in 0..100 {
                    let is_first = file.first(key(number), END, 0).unwrap();
                    firsts.fetch_add(usize::from(is_first), Ordering::Relaxed);
                }
            });
        }
    });
    assert_eq!(firsts.into_inner(), 100);
}

#[test]
fn expired_values_are_removed_from_the_file_of_all_processes() {
    let folder = Folder::new();
    let (mut one, mut other) = (folder.open(), folder.open());
    let many = 3 * MOST_EXPIRED;
    for number in 0..many {
        assert!(one.first(key(number), number, number).unwrap());
    }
    let records = |file: PathBuf| (fs::metadata(file).unwrap().len() - HEADER) / RECORD as u64;
    assert!(records(folder.file()) <= MOST_EXPIRED + 2, "{}", records(folder.file()));
    assert!(other.first(key(many), many, many - 1).unwrap());
    assert!(!one.first(key(many), many, many - 1).unwrap());
    assert!(!other.first(key(many - 1), many, many - 1).unwrap());
    assert!(other.keys.len() < 4);
}

/// A process that crashes while it writes leaves a part of a record, and its caller is denied.
#[test]
fn incomplete_record_is_dropped() {
    let folder = Folder::new();
    let mut file = folder.open();
    assert!(file.first(key(1), END, 0).unwrap());
    for length in 1..RECORD {
        let mut bytes = fs::read(folder.file()).unwrap();
        bytes.extend(&record(END, &key(2))[..length]);
        fs::write(folder.file(), bytes).unwrap();
        assert!(!folder.open().first(key(1), END, 0).unwrap());
        assert!(file.first(key(100 + length as u64), END, 0).unwrap());
    }
    assert!(file.first(key(2), END, 0).unwrap());
    let whole = fs::metadata(folder.file()).unwrap().len();
    assert_eq!(whole, HEADER + 49 * RECORD as u64);
}

#[test]
fn damaged_file_is_an_error() {
    let folder = Folder::new();
    let mut file = folder.open();
    for number in 0..3 {
        assert!(file.first(key(number), END, 0).unwrap());
    }
    let good = fs::read(folder.file()).unwrap();
    for place in (0..16).chain(24..good.len()) {
        let mut bad = good.clone();
        bad[place] ^= 1;
        fs::write(folder.file(), bad).unwrap();
        assert!(SharedFile::open(&folder.file()).is_err(), "{place}");
    }
    for length in 0..24 {
        fs::write(folder.file(), &good[..length]).unwrap();
        assert!(SharedFile::open(&folder.file()).is_err(), "{length}");
    }
    fs::write(folder.file(), &good[..24 + RECORD]).unwrap();
    assert!(file.first(key(9), END, 0).is_err(), "truncated");
    let error = FileOnce::open(folder.0.join("missing/used")).unwrap_err().to_string();
    assert!(error.contains("missing/used"), "{error}");
}

#[test]
fn deleted_file_does_not_make_a_process_forget() {
    let folder = Folder::new();
    let mut file = folder.open();
    assert!(file.first(key(1), END, 0).unwrap());
    fs::remove_file(folder.file()).unwrap();
    assert!(!file.first(key(1), END, 0).unwrap());
    assert!(!folder.open().first(key(1), END, 0).unwrap());
}

#[test]
fn full_file_is_an_error() {
    let folder = Folder::new();
    let mut file = folder.open();
    file.most = 2;
    assert!(file.first(key(1), END, 0).unwrap() && file.first(key(2), END, 0).unwrap());
    assert!(file.first(key(3), END, 0).is_err() && !file.first(key(2), END, 0).unwrap());
}

#[tokio::test]
async fn requests_wait_for_each_other() {
    let folder = Folder::new();
    let once = Arc::new(FileOnce::open(folder.file()).unwrap());
    let until = SystemTime::now() + Duration::from_secs(60);
    let tasks: Vec<_> = (0..20)
        .map(|number| {
            let once = Arc::clone(&once);
            tokio::spawn(async move { once.first(&key(number % 10), until).await.unwrap() })
        })
        .collect();
    let mut firsts = 0;
    for task in tasks {
        firsts += usize::from(task.await.unwrap());
    }
    assert_eq!(firsts, 10);
}
