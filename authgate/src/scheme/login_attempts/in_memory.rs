use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::{Attempt, AttemptError, Attempts};

/// The maximum number of guesses.
const MOST_GUESSES: usize = 128 * 1024;

/// The maximum number of clients that have sent a correct password.
const MOST_KNOWN: usize = 64 * 1024;

/// The maximum number of these clients for one account. With its own password, a client could
/// otherwise push out those of all other accounts.
const MOST_KNOWN_OF_ACCOUNT: usize = 16;

/// The time for which a client is known after a correct password.
const KNOWN_FOR: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Attempts in the memory of this process.
#[derive(Default)]
pub(super) struct InMemory(Mutex<State>);

#[derive(Default)]
struct State {
    counters: HashMap<u128, Guesses>,
    /// The number of guesses in all counters.
    total: usize,
    /// The clients of each account that have sent a correct password, with its time, oldest first.
    known: HashMap<u128, Vec<(u128, Instant)>>,
    /// The number of clients of all accounts.
    total_known: usize,
}

/// The guesses of one counter, oldest first.
struct Guesses {
    period: Duration,
    guesses: Vec<(u64, Instant)>,
}

impl Guesses {
    /// Removes guesses that are older than the period. Returns their number.
    fn expire(&mut self, now: Instant) -> usize {
        let before = self.guesses.len();
        self.guesses.retain(|(_, at)| now.saturating_duration_since(*at) < self.period);
        before - self.guesses.len()
    }

    fn latest(&self) -> Option<Instant> {
        self.guesses.last().map(|(_, at)| *at)
    }
}

impl Attempts for InMemory {
    async fn count(&self, attempt: &Attempt) -> Result<(), AttemptError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).count(attempt, Instant::now())
    }

    async fn succeeded(&self, attempt: &Attempt) -> Result<(), AttemptError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).succeeded(attempt, Instant::now());
        Ok(())
    }

    async fn withdrawn(&self, attempt: &Attempt) -> Result<(), AttemptError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).withdraw(attempt);
        Ok(())
    }
}

impl State {
    fn count(&mut self, attempt: &Attempt, now: Instant) -> Result<(), AttemptError> {
        let [client, network, account] = attempt.counters();
        let is_known = self.known.get(&account.key).is_some_and(|clients| {
            clients.iter().any(|(known, at)| *known == client.key && *at + KNOWN_FOR > now)
        });
        let checked = if is_known { &[client][..] } else { &[client, network, account] };
        let mut uncounted = Vec::with_capacity(checked.len());
        for counter in checked {
            let Some(held) = self.counters.get_mut(&counter.key) else {
                uncounted.push(counter);
                continue;
            };
            held.period = counter.period;
            self.total -= held.expire(now);
            let is_full = held.guesses.len() >= usize::try_from(counter.most).unwrap_or(usize::MAX);
            if let Some((_, oldest)) = held.guesses.first().filter(|_| is_full) {
                let retry_after = counter.period.saturating_sub(now.saturating_duration_since(*oldest));
                return Err(AttemptError::TooMany { retry_after });
            }
            if held.guesses.iter().all(|(guess, _)| *guess != attempt.guess) {
                uncounted.push(counter);
            }
        }
        if self.total + uncounted.len() > MOST_GUESSES {
            self.evict(now);
        }
        for counter in uncounted {
            let empty = || Guesses { period: counter.period, guesses: Vec::new() };
            let held = self.counters.entry(counter.key).or_insert_with(empty);
            held.guesses.push((attempt.guess, now));
            self.total += 1;
        }
        Ok(())
    }

    fn succeeded(&mut self, attempt: &Attempt, now: Instant) {
        self.withdraw(attempt);
        if self.total_known >= MOST_KNOWN {
            let before = self.total_known;
            keep_newer_half(&mut self.known, |clients| clients.last().map(|(_, at)| *at));
            self.total_known = self.known.values().map(Vec::len).sum();
            let forgotten = before - self.total_known;
            tracing::warn!(target: "authgate::gate", forgotten, "too many clients have logged in to know them all");
        }
        let [client, _, account] = attempt.counters();
        let clients = self.known.entry(account.key).or_default();
        let before = clients.len();
        clients.retain(|(known, at)| *known != client.key && *at + KNOWN_FOR > now);
        if clients.len() >= MOST_KNOWN_OF_ACCOUNT {
            clients.remove(0);
        }
        clients.push((client.key, now));
        self.total_known = self.total_known + clients.len() - before;
    }

    /// Removes the guess from all counters.
    fn withdraw(&mut self, attempt: &Attempt) {
        for counter in attempt.counters() {
            if let Some(held) = self.counters.get_mut(&counter.key) {
                let before = held.guesses.len();
                held.guesses.retain(|(guess, _)| *guess != attempt.guess);
                self.total -= before - held.guesses.len();
                if held.guesses.is_empty() {
                    self.counters.remove(&counter.key);
                }
            }
        }
    }

    /// Removes expired guesses. If too many are left, removes the counters that have been unused
    /// for the longest time.
    fn evict(&mut self, now: Instant) {
        self.counters.retain(|_, held| {
            held.expire(now);
            !held.guesses.is_empty()
        });
        self.count_total();
        if self.total > MOST_GUESSES / 2 {
            let before = self.counters.len();
            keep_newer_half(&mut self.counters, Guesses::latest);
            self.count_total();
            let forgotten = before - self.counters.len();
            tracing::warn!(target: "authgate::gate", forgotten, "too many login attempts to count them all");
        }
    }

    fn count_total(&mut self) {
        self.total = self.counters.values().map(|held| held.guesses.len()).sum();
    }
}

/// Removes the older half of the entries, so that the cost of each removal is constant.
fn keep_newer_half<V>(entries: &mut HashMap<u128, V>, at: impl Fn(&V) -> Option<Instant>) {
    let mut times: Vec<_> = entries.iter().map(|(key, value)| (at(value), *key)).collect();
    let middle = times.len() / 2;
    if middle == 0 {
        return entries.clear();
    }
    times.select_nth_unstable(middle);
    for (_, key) in times.into_iter().take(middle) {
        entries.remove(&key);
    }
}

#[cfg(test)]
mod tests {
    use super::super::AttemptCounter;
    use super::*;

    fn attempt(client: u128, network: u128, account: u128, guess: u64) -> Attempt {
        let counter = |key| AttemptCounter { key, most: 2, period: Duration::from_secs(60) };
        Attempt { counters: [client, network, account].map(counter), guess }
    }

    #[test]
    fn flood_of_names_and_networks_is_bounded() {
        let (mut state, now) = (State::default(), Instant::now());
        for number in 0..100_000_u32 {
            let key = u128::from(number) * 3;
            let attempt = attempt(key, key + 1, key + 2, u64::from(number));
            state.count(&attempt, now).unwrap();
            assert!(state.total <= MOST_GUESSES, "{number}");
            state.succeeded(&attempt, now);
            state.count(&attempt, now + KNOWN_FOR).unwrap();
        }
        let held: usize = state.counters.values().map(|held| held.guesses.len()).sum();
        assert_eq!(state.total, held);
        let known: usize = state.known.values().map(Vec::len).sum();
        assert_eq!(state.total_known, known);
        assert!(known <= MOST_KNOWN);
    }

    /// The password of one account must not make the clients of another unknown.
    #[test]
    fn clients_of_one_account_do_not_push_out_those_of_another() {
        let (mut state, now) = (State::default(), Instant::now());
        state.succeeded(&attempt(1, 2, 3, 0), now);
        for number in 0..70_000 {
            state.succeeded(&attempt(10 + u128::from(number), 4, 5, number), now + Duration::from_secs(1));
        }
        assert_eq!(state.total_known, 1 + MOST_KNOWN_OF_ACCOUNT);
        // The limit of the account is reached, but its client is known.
        for guess in 0..2 {
            state.count(&attempt(6, 7, 3, guess), now).unwrap();
        }
        assert!(state.count(&attempt(8, 9, 3, 7), now).is_err());
        assert!(state.count(&attempt(1, 2, 3, 7), now).is_ok());
    }

    #[test]
    fn eviction_keeps_recent_counters() {
        let (mut state, start) = (State::default(), Instant::now());
        for guess in 0..2 {
            state.count(&attempt(1, 2, 3, guess), start + Duration::from_secs(30)).unwrap();
        }
        for number in 0..60_000 {
            let key = 10 + u128::from(number) * 3_u128;
            state.count(&attempt(key, key + 1, key + 2, number), start).unwrap();
        }
        let refused = state.count(&attempt(1, 2, 3, 7), start + Duration::from_secs(31));
        assert!(matches!(refused, Err(AttemptError::TooMany { retry_after }) if retry_after.as_secs() == 59));
    }
}
