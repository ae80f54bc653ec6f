//! The clock is paused: hashes take no time, and waiting ends immediately.

use std::future::Future;

use super::*;

const HASH: Duration = Duration::from_millis(200);

/// Returns a hash for which no password is known.
fn stored() -> Arc<Stored> {
    Arc::new(Stored::parse(&format!("$2b$04${}", ".".repeat(53))).unwrap())
}

/// Returns a hash of `right`.
fn of_right() -> Arc<Stored> {
    Arc::new(Stored::parse(&bcrypt::hash("right", 4).unwrap()).unwrap())
}

/// Returns a scheduler that expects a hash to take [`HASH`].
fn scheduler(at_once: usize) -> Arc<Scheduler> {
    let scheduler = Arc::new(Scheduler::new(at_once, 16, HASH * 9));
    // This cost differs from that of the computed hashes, which are faster and therefore ignored.
    let slow = Stored::parse(&format!("$2b$05${}", ".".repeat(53))).unwrap();
    scheduler.state().pace.record(&slow, HASH);
    scheduler
}

/// A result and its time, in hundredths of a hash.
type Answer = (Result<bool, PasswordError>, u128);

async fn timed(login: impl Future<Output = Result<bool, PasswordError>>) -> Answer {
    let start = Instant::now();
    let answer = login.await;
    (answer, start.elapsed().as_millis() * 100 / HASH.as_millis())
}

/// Runs these attempts concurrently and returns their results.
async fn all_at_once(
    scheduler: &Arc<Scheduler>,
    attempts: Vec<(String, Option<Arc<Stored>>, &'static str)>,
) -> Vec<Answer> {
    let key = super::super::keyed::Key::draw().unwrap();
    let mut tasks = Vec::new();
    for (name, stored, password) in attempts {
        let scheduler = Arc::clone(scheduler);
        tasks.push(tokio::spawn(timed(async move {
            let attempted = key.attempted(&name, stored.as_deref(), password);
            scheduler.login(LoginRequest { name: &name, stored, password, attempted }).await
        })));
    }
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.unwrap());
    }
    answers
}

/// Occupies all slots for this time.
fn free_later(scheduler: &Arc<Scheduler>, at_once: usize, time: Duration) {
    scheduler.state().lanes.occupy(at_once);
    let later = Arc::clone(scheduler);
    tokio::spawn(async move {
        tokio::time::sleep(time).await;
        (0..at_once).for_each(|_| later.state().lanes.end());
        later.start_next();
    });
}

/// Returns failing attempts of every kind: for one name and for several, alone and so many that
/// some are late.
fn failing() -> Vec<Vec<(&'static str, &'static str)>> {
    let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n"];
    vec![
        vec![("a", "wrong")],
        vec![("a", "1"), ("a", "2"), ("a", "3"), ("a", "4"), ("b", "1")],
        vec![("a", "1"), ("a", "1"), ("a", "1"), ("a", "2"), ("b", "1")],
        names.map(|name| (name, "wrong")).to_vec(),
    ]
}

#[tokio::test(start_paused = true)]
async fn timing_of_failures_does_not_depend_on_existing_names() {
    for at_once in [1, 2] {
        for failing in failing() {
            let mut all = Vec::new();
            // No name exists, all exist, or some exist.
            for exists in [|_: &str| false, |_: &str| true, |name: &str| name < "d", |name: &str| name >= "d"]
            {
                let scheduler = scheduler(at_once);
                // Hashes take no time here. They are computed half a hash later to detect early
                // responses.
                free_later(&scheduler, at_once, HASH / 2);
                let attempts = failing
                    .iter()
                    .map(|(name, password)| ((*name).to_owned(), exists(name).then(stored), *password))
                    .collect();
                all.push(all_at_once(&scheduler, attempts).await);
            }
            for other in &all {
                assert_eq!(other, &all[0], "{failing:?}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn failures_return_in_order_and_late_attempts_are_rejected_early() {
    let scheduler = scheduler(1);
    let attempts = (0..12).map(|name| (name.to_string(), None, "wrong")).collect();
    let answers = all_at_once(&scheduler, attempts).await;
    let (failed, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|(answer, _)| answer.is_ok());
    assert_eq!((failed.len(), refused.len()), (7, 5), "{failed:?}, {refused:?}");
    assert!(failed.windows(2).all(|pair| pair[1].1 >= pair[0].1 + 100), "{failed:?}");
    // The first one has a turn, but its failure would come after the end of the patience.
    let took: Vec<_> = refused.iter().map(|(_, took)| *took).collect();
    assert!(took[0] == 900 && took[1..].iter().all(|took| *took < 300), "{took:?}");
}

/// Holds even if one of the last hashes took much longer than the others.
#[tokio::test(start_paused = true)]
async fn failure_exceeds_patience_by_at_most_one_hash_and_slack() {
    for (patience, expected) in [(0, 135), (100, 135), (200, 200), (900, 291)] {
        let scheduler = Arc::new(Scheduler::new(1, 16, HASH * patience / 100));
        let slow = Stored::parse(&format!("$2b$05${}", ".".repeat(53))).unwrap();
        for hundredths in [50, 50, 50, 250] {
            scheduler.state().pace.record(&slow, HASH * hundredths / 100);
        }
        for stored in [None, Some(stored())] {
            let answers = all_at_once(&scheduler, vec![("a".to_owned(), stored, "wrong")]).await;
            let (answer, took) = &answers[0];
            assert!(*answer == Ok(false) && took.abs_diff(expected) <= 20, "{patience}: {answers:?}");
            tokio::time::sleep(HASH * 8).await;
        }
    }
}

/// Hashes take no time here, so a correct password waits only for the clock.
#[tokio::test(start_paused = true)]
async fn correct_password_is_accepted_despite_many_failures() {
    let scheduler = scheduler(1);
    let mut attempts: Vec<_> = (0..50).map(|name| (format!("unknown{name}"), None, "wrong")).collect();
    attempts.push(("vera".to_owned(), Some(of_right()), "right"));
    let answers = all_at_once(&scheduler, attempts).await;
    assert!(answers.last().is_some_and(|(answer, took)| *answer == Ok(true) && *took < 300), "{answers:?}");
}

#[tokio::test(start_paused = true)]
async fn correct_password_returns_immediately_if_idle() {
    let scheduler = scheduler(1);
    let stored = of_right();
    let key = super::super::keyed::Key::draw().unwrap();
    // One after the other, even before the duration of a hash has passed.
    for _ in 0..5 {
        let attempted = key.attempted("vera", Some(&stored), "right");
        let stored = Some(Arc::clone(&stored));
        let login = LoginRequest { name: "vera", stored, password: "right", attempted };
        assert_eq!(timed(scheduler.login(login)).await, (Ok(true), 0));
    }
}

/// The view of a client with an account: another attempt first, then its own login or a new hash.
/// The hash of an existing name occupies the slot for some time. An unknown name does not.
#[tokio::test(start_paused = true)]
async fn timing_of_correct_password_does_not_reveal_other_hashes() {
    let names = ["vera", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
    // With a previous login, in the queue, and late.
    for (others, is_marked) in [(1, true), (1, false), (3, true), (3, false), (10, true), (10, false)] {
        let mut all = Vec::new();
        for exists in [false, true] {
            let scheduler = scheduler(1);
            let (mine, key) = (of_right(), super::super::keyed::Key::draw().unwrap());
            let log_in = async |name: &str| {
                let attempted = key.attempted(name, Some(&mine), "right");
                let stored = Some(Arc::clone(&mine));
                scheduler.login(LoginRequest { name, stored, password: "right", attempted }).await
            };
            if is_marked {
                assert_eq!(log_in("mine").await, Ok(true));
            }
            if exists {
                free_later(&scheduler, 1, HASH);
            }
            let probes =
                names[..others].iter().map(|name| ((*name).to_owned(), exists.then(stored), "wrong"));
            let (probes, probing) = (probes.collect(), Arc::clone(&scheduler));
            tokio::spawn(async move { all_at_once(&probing, probes).await });
            tokio::time::sleep(HASH / 20).await;
            let hash = async {
                let start = Instant::now();
                (scheduler.compute(|| ()).await, start.elapsed())
            };
            all.push(tokio::join!(timed(log_in("mine")), hash));
        }
        assert_eq!(all[0], all[1], "beside {others}, signed in before: {is_marked}");
        assert_eq!(all[0].0.0, Ok(true), "{others}, {is_marked}");
    }
}

#[tokio::test(start_paused = true)]
async fn flood_on_one_name_does_not_block_other_names() {
    let scheduler = scheduler(1);
    let mut attempts: Vec<_> =
        ["1", "2", "3", "4", "5", "6"].map(|wrong| ("vera".to_owned(), Some(stored()), wrong)).into();
    attempts.push(("adam".to_owned(), None, "wrong"));
    let answers = all_at_once(&scheduler, attempts).await;
    let refused = answers.iter().filter(|(answer, _)| answer.is_err()).count();
    assert!(refused == 5 && answers.last().is_some_and(|(answer, _)| *answer == Ok(false)), "{answers:?}");
}

#[tokio::test(start_paused = true)]
async fn concurrent_equal_attempts_are_hashed_once() {
    let scheduler = scheduler(1);
    let attempts = (0..20).map(|_| ("vera".to_owned(), Some(of_right()), "right")).collect::<Vec<_>>();
    let stored = attempts[0].1.clone();
    let attempts = attempts.into_iter().map(|(name, _, password)| (name, stored.clone(), password)).collect();
    // The hash is done after all attempts have arrived.
    free_later(&scheduler, 1, HASH / 2);
    let answers = all_at_once(&scheduler, attempts).await;
    assert!(answers.iter().all(|answer| *answer == (Ok(true), 50)), "{answers:?}");
    assert_eq!(scheduler.state().lanes.started(), 1);
}

/// Otherwise, overlapping attempts would share one hash forever.
#[tokio::test(start_paused = true)]
async fn answered_attempt_is_not_shared() {
    let scheduler = scheduler(1);
    let attempted = super::super::keyed::Key::draw().unwrap().attempted("vera", None, "wrong");
    let arrive = || {
        let login = LoginRequest { name: "vera", stored: None, password: "wrong", attempted };
        scheduler.arrive(&Handle::current(), login)
    };
    let first = arrive();
    assert!(Arc::ptr_eq(&first, &arrive()));
    tokio::time::advance(first.due - Instant::now()).await;
    let second = arrive();
    assert!(!Arc::ptr_eq(&first, &second));
    second.hashed.send_replace(Hashed::Right);
    let third = arrive();
    assert!(second.is_alone && !Arc::ptr_eq(&second, &third));
    third.hashed.send_replace(Hashed::Right);
    assert!(!third.is_alone && Arc::ptr_eq(&third, &arrive()), "it is answered when its turn ends");
}

/// Otherwise, the time of later failures would reveal which of the tried names exist.
#[tokio::test(start_paused = true)]
async fn number_of_measured_hashes_does_not_depend_on_existing_names() {
    for exists in [false, true] {
        let scheduler = scheduler(1);
        // The cost of the existing names, which their first hash would measure.
        scheduler.state().pace.record(&stored(), HASH / 100);
        let mut samples = Vec::new();
        for round in 0..8 {
            let name = vec![(round.to_string(), exists.then(stored), "wrong")];
            all_at_once(&scheduler, name).await;
            tokio::time::sleep(HASH).await;
            samples.push(scheduler.state().pace.samples());
        }
        assert_eq!(samples, [2, 2, 2, 2, 2, 2, 3, 3], "exists: {exists}");
    }
}

#[tokio::test(start_paused = true)]
async fn cancelled_attempt_is_not_hashed() {
    let scheduler = scheduler(1);
    // No hash is computed while the only slot is occupied.
    scheduler.state().lanes.occupy(1);
    for name in ["a", "b"] {
        let login = LoginRequest { name, stored: Some(stored()), password: "wrong", attempted: None };
        assert!(tokio::time::timeout(HASH / 100, scheduler.login(login)).await.is_err());
    }
    let waiting = || scheduler.state().lanes.waiting();
    assert_eq!(waiting(), 2);
    scheduler.state().lanes.end();
    scheduler.start_next();
    assert_eq!((waiting(), scheduler.state().lanes.started()), (0, 0));
}

/// The state of an attempt is dropped with it, however many attempts an attacker sends.
#[tokio::test(start_paused = true)]
async fn drops_state_of_answered_attempts() {
    let scheduler = scheduler(1);
    for round in 0..50 {
        let attempts = (0..100).map(|name| (format!("{round}.{name}"), None, "wrong")).collect();
        all_at_once(&scheduler, attempts).await;
    }
    let open = scheduler.state().open.len();
    assert!(open <= 300, "{open} of 5000 attempts are kept");
}

#[tokio::test]
async fn panicking_work_releases_its_slot() {
    let scheduler = scheduler(1);
    let panicked = scheduler.compute(|| panic!("a hash that fails")).await;
    assert_eq!(panicked, Err::<(), _>(PasswordError::Failed));
    assert_eq!(scheduler.compute(|| 7).await, Ok(7));
}
