//! The queue that decides when failures are answered. It knows when attempts arrive and for which names, and nothing
//! else: neither whether a name exists nor what is hashed.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

/// A queue with several servers, each of which takes the same time for every attempt.
pub(super) struct Timeline {
    /// When each server is free.
    free: Vec<Instant>,
    /// Attempts that may be in the queue, those at a server included.
    places: usize,
    patience: Duration,
    queued: VecDeque<Place>,
    /// Hashes that were computed before those of the queue.
    jumps: u64,
}

struct Place {
    name: u64,
    finish: Instant,
}

/// What becomes of an attempt that arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// Its turn is over at this time.
    Queued(Instant),
    /// The queue is longer than an attempt may wait.
    Late,
    /// Another attempt for the same name is in the queue.
    Crowded,
}

impl Timeline {
    pub(super) fn new(at_once: usize, waiting: usize, patience: Duration) -> Self {
        let free = vec![Instant::now(); at_once];
        Self { free, places: at_once + waiting, patience, queued: VecDeque::new(), jumps: 0 }
    }

    /// Adds an attempt for this name. It is given a server for this time. An attempt that does not have to wait is never late,
    /// however long its hash takes.
    pub(super) fn enter(&mut self, name: Option<u64>, service: Duration, now: Instant) -> Turn {
        self.queued.retain(|place| place.finish > now);
        if self.queued.iter().any(|place| name == Some(place.name)) {
            return Turn::Crowded;
        }
        let has_room = self.queued.len() < self.places;
        let patience = self.patience;
        let Some(free) = self.free.iter_mut().min().filter(|_| has_room) else { return Turn::Late };
        let start = now.max(*free);
        let finish = start + service;
        if start > now && finish > now + patience {
            return Turn::Late;
        }
        *free = finish;
        self.queued.push_back(Place { name: name.unwrap_or_default(), finish });
        Turn::Queued(finish)
    }

    /// Ends the turn of the attempt for this name, which was right. Its server stays taken.
    pub(super) fn leave(&mut self, name: u64) {
        self.queued.retain(|place| place.name != name);
    }

    /// Delays the queue by a hash of this duration that is computed before its own.
    pub(super) fn jump(&mut self, hash: Duration, now: Instant) {
        self.jumps += 1;
        if let Some(free) = self.free.iter_mut().min() {
            *free = now.max(*free) + hash;
        }
    }

    pub(super) const fn jumps(&self) -> u64 {
        self.jumps
    }

    /// The delay of an attempt that arrived when there had been so many jumps.
    pub(super) fn delay(&self, jumps: u64, service: Duration) -> Duration {
        let at_once = u64::try_from(self.free.len()).unwrap_or(u64::MAX).max(1);
        let rounds = self.jumps.saturating_sub(jumps).div_ceil(at_once);
        service.saturating_mul(u32::try_from(rounds).unwrap_or(u32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: Duration = Duration::from_millis(200);
    const PATIENCE: Duration = Duration::from_millis(1000);

    /// When the turns of these names are over, in hashes after now, if all arrive now.
    fn turns(timeline: &mut Timeline, names: &[u64], now: Instant) -> Vec<Result<u32, Turn>> {
        let turn = |name: &u64| match timeline.enter(Some(*name), HASH, now) {
            Turn::Queued(finish) => Ok(u32::try_from((finish - now).as_millis() / HASH.as_millis()).unwrap()),
            other => Err(other),
        };
        names.iter().map(turn).collect()
    }

    #[test]
    fn serves_in_order_of_arrival_until_patience_ends() {
        let mut one = Timeline::new(1, 16, PATIENCE);
        let mut two = Timeline::new(2, 1, PATIENCE);
        let now = Instant::now();
        let late = Err(Turn::Late);
        assert_eq!(
            turns(&mut one, &[1, 2, 3, 4, 5, 6, 7], now),
            [Ok(1), Ok(2), Ok(3), Ok(4), Ok(5), late, late]
        );
        assert_eq!(turns(&mut one, &[6, 7], now + HASH), [Ok(5), late], "late attempts take no place");
        assert_eq!(turns(&mut two, &[1, 2, 3, 4], now), [Ok(1), Ok(1), Ok(2), late], "all places are taken");
    }

    #[test]
    fn one_name_cannot_fill_the_queue() {
        let mut timeline = Timeline::new(1, 16, PATIENCE);
        let now = Instant::now();
        let crowded = Err(Turn::Crowded);
        assert_eq!(turns(&mut timeline, &[1, 1, 2, 1], now), [Ok(1), crowded, Ok(2), crowded]);
        assert_eq!(turns(&mut timeline, &[1, 2], now + HASH), [Ok(2), crowded]);
        timeline.leave(2);
        assert_eq!(turns(&mut timeline, &[1, 2], now + HASH), [crowded, Ok(3)]);
    }

    #[test]
    fn admits_a_hash_that_takes_longer_than_patience_if_it_need_not_wait() {
        let mut timeline = Timeline::new(1, 16, HASH / 2);
        let now = Instant::now();
        assert_eq!(turns(&mut timeline, &[1, 2], now), [Ok(1), Err(Turn::Late)]);
    }

    #[test]
    fn is_delayed_by_hashes_that_come_first() {
        let mut timeline = Timeline::new(2, 16, PATIENCE);
        let now = Instant::now();
        let jumps = timeline.jumps();
        assert_eq!(timeline.delay(jumps, HASH), Duration::ZERO);
        for expected in [1, 1, 2, 2, 3] {
            timeline.jump(HASH, now);
            assert_eq!(timeline.delay(jumps, HASH), HASH * expected);
        }
        assert_eq!(timeline.delay(timeline.jumps(), HASH), Duration::ZERO);
        assert_eq!(turns(&mut timeline, &[1, 2], now), [Ok(3), Ok(4)]);
    }
}
