use authgate::access::lock::Lock;

/// A lock, with and without its first line. An accepted lock is written and read back without a
/// change. An error states the line.
pub fn lock(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    for text in [text, &format!("access.lock v1\n{text}")] {
        match Lock::parse(text) {
            Ok(lock) => {
                let written = lock.to_string();
                let again = Lock::parse(&written).unwrap_or_else(|error| panic!("{error} in {written}"));
                assert_eq!(again.to_string(), written);
                assert_eq!(parts(&lock), parts(&again), "{text}");
            }
            Err(error) => {
                let lines = text.split('\n').count();
                assert!((1..=lines + 1).contains(&error.line()), "{error}");
                assert!(error.column() >= 1 && !error.text().is_empty(), "{error}");
                assert!(error.text().len() < 2000, "{error}");
            }
        }
    }
}

/// Returns the content of a lock without comments.
fn parts(lock: &Lock) -> (Vec<String>, Vec<String>) {
    let rights = lock
        .rights()
        .iter()
        .map(|it| format!("{:?}", (it.kind(), it.name(), it.implies(), it.grants(), it.allows())));
    let routes =
        lock.routes().iter().map(|it| format!("{:?}", (it.method(), it.path(), it.key(), it.access())));
    (rights.collect(), routes.collect())
}
