//! The queue that decides when attempts are answered. It only knows when attempts arrive and for
//! which names. It does not know which names exist or which attempts are hashed.

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use tokio::time::Instant;

/// A queue with several servers, each of which takes the same time for every attempt. Every second
/// free server takes an attempt from the first lane, where attempts jump the queue.
pub(super) struct Timeline {
    at_once: u32,
    /// The maximum number of attempts in the queue, including those being served.
    places: usize,
    patience: Duration,
    queued: VecDeque<Place>,
    /// The remaining server time of the queue.
    queue: Duration,
    /// The remaining server time of the first lane.
    first: Duration,
    /// When `queue` and `first` were computed.
    at: Instant,
    /// The number of attempts that jumped the queue.
    jumps: u64,
    /// Unanswered attempts and the latest times of their responses.
    pending: BTreeSet<Pending>,
    /// The number of attempts that have arrived.
    arrived: u64,
}

/// An unanswered attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Pending {
    until: Instant,
    number: u64,
}

struct Place {
    name: u64,
    finish: Instant,
}

/// The outcome of an arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// The attempt has a turn.
    Queued(Finish),
    /// The queue is too long for another attempt.
    Late,
    /// Another attempt for the same name is in the queue.
    Crowded,
}

/// The end of a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Finish {
    pub(super) at: Instant,
    name: u64,
    service: Duration,
    /// The number of jumps before this turn.
    jumps: u64,
    /// The maximum delay by later jumps.
    most: Duration,
}

impl Timeline {
    pub(super) fn new(at_once: usize, waiting: usize, patience: Duration) -> Self {
        Self {
            at_once: u32::try_from(at_once).unwrap_or(u32::MAX).max(1),
            places: at_once + waiting,
            patience,
            queued: VecDeque::new(),
            queue: Duration::ZERO,
            first: Duration::ZERO,
            at: Instant::now(),
            jumps: 0,
            pending: BTreeSet::new(),
            arrived: 0,
        }
    }

    /// Returns `true` if no attempt is waiting, being served or unanswered.
    pub(super) fn is_idle(&mut self, now: Instant) -> bool {
        self.advance(now);
        while self.pending.first().is_some_and(|first| first.until <= now) {
            self.pending.pop_first();
        }
        self.pending.is_empty() && self.queue.is_zero() && self.first.is_zero()
    }

    /// Adds an unanswered attempt. It is answered at this time, or later by at most the delay of
    /// its turn.
    pub(super) fn wait(&mut self, turn: &Turn, answered: Instant) -> Pending {
        let most = if let Turn::Queued(finish) = turn { finish.most } else { Duration::ZERO };
        self.arrived += 1;
        let pending = Pending { until: answered + most, number: self.arrived };
        self.pending.insert(pending);
        pending
    }

    /// Adds an attempt for this name, which occupies a server for `service`. An attempt that does
    /// not wait is never late, however long its hash takes.
    pub(super) fn enter(&mut self, name: Option<u64>, service: Duration, now: Instant) -> Turn {
        self.advance(now);
        self.queued.retain(|place| place.finish > now);
        if self.queued.iter().any(|place| name == Some(place.name)) {
            return Turn::Crowded;
        }
        if self.queued.len() >= self.places {
            return Turn::Late;
        }
        // While the first lane has attempts, one of them goes before each one of the queue.
        let turns = self.queue + service;
        let jumped = self.first.min(turns);
        let ahead = (self.queue + jumped) / self.at_once;
        if !ahead.is_zero() && ahead + service > self.patience {
            return Turn::Late;
        }
        self.queue += service;
        let at = now + ahead + service;
        let name = name.unwrap_or_default();
        self.queued.push_back(Place { name, finish: at });
        // An attempt that is already being served is not delayed.
        let most = if ahead.is_zero() { Duration::ZERO } else { (turns - jumped) / self.at_once };
        Turn::Queued(Finish { at, name, service, jumps: self.jumps, most })
    }

    /// Adds a measurement, however long the queue is.
    pub(super) fn measure(&mut self, service: Duration, now: Instant) -> Finish {
        self.advance(now);
        let turns = self.queue + service;
        let jumped = self.first.min(turns);
        let at = now + (self.queue + jumped) / self.at_once + service;
        self.queue = turns;
        Finish { at, name: 0, service, jumps: self.jumps, most: (turns - jumped) / self.at_once }
    }

    /// Ends the turn of an answered correct attempt. If no other is pending, all servers are free.
    pub(super) fn leave(&mut self, turn: &Turn, pending: &Pending) {
        if let Turn::Queued(Finish { at, name, .. }) = turn {
            self.queued.retain(|place| (place.finish, place.name) != (*at, *name));
        }
        if self.pending.remove(pending) && self.pending.is_empty() {
            self.queue = Duration::ZERO;
            self.first = Duration::ZERO;
        }
    }

    /// Adds an attempt to the first lane. Returns `None` if it would have to wait too long.
    pub(super) fn jump(&mut self, service: Duration, now: Instant) -> Option<Finish> {
        self.advance(now);
        let is_idle = self.queue.is_zero() && self.first.is_zero();
        // One attempt being served, and one of the queue after each one of the first lane.
        let ahead = if is_idle { Duration::ZERO } else { service + self.first * 2 / self.at_once };
        if ahead + service > self.patience.max(service * 2) {
            return None;
        }
        self.first += service;
        self.jumps += 1;
        // It occupies no place in the queue.
        let (at, name, most) = (now + ahead + service, 0, Duration::ZERO);
        Some(Finish { at, name, service, jumps: self.jumps, most })
    }

    /// Returns the delay of a turn by attempts that jumped the queue since its arrival. At most one
    /// jump goes before each turn that was ahead on arrival, so the delay is bounded.
    pub(super) fn delay(&self, finish: &Finish) -> Duration {
        let jumps = u32::try_from(self.jumps.saturating_sub(finish.jumps)).unwrap_or(u32::MAX);
        (finish.service.saturating_mul(jumps) / self.at_once).min(finish.most)
    }

    /// Subtracts the work that the servers have done since the last call.
    fn advance(&mut self, now: Instant) {
        let done = now.saturating_duration_since(self.at).saturating_mul(self.at_once);
        self.at = now.max(self.at);
        let each = self.queue.min(self.first).min(done / 2);
        let alone = done - each * 2;
        let of_first = alone.min(self.first - each);
        self.first -= each + of_first;
        self.queue = (self.queue - each).saturating_sub(alone - of_first);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: Duration = Duration::from_millis(200);
    const PATIENCE: Duration = Duration::from_millis(1000);

    /// Returns when the turns of these names end, in hashes from now, if all arrive now.
    fn turns(timeline: &mut Timeline, names: &[u64], now: Instant) -> Vec<Result<u32, Turn>> {
        let turn = |name: &u64| match timeline.enter(Some(*name), HASH, now) {
            Turn::Queued(finish) => {
                Ok(u32::try_from((finish.at - now).as_millis() / HASH.as_millis()).unwrap())
            }
            other => Err(other),
        };
        names.iter().map(turn).collect()
    }

    #[test]
    fn serves_in_arrival_order_until_patience_ends() {
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
        let Turn::Queued(three) = timeline.enter(Some(3), HASH, now + HASH) else { panic!("it has a turn") };
        assert_eq!(turns(&mut timeline, &[3], now + HASH), [crowded]);
        let pending = timeline.wait(&Turn::Queued(three), three.at);
        timeline.leave(&Turn::Queued(three), &pending);
        assert_eq!(turns(&mut timeline, &[1, 3], now + HASH), [crowded, Ok(1)], "no other is pending");
    }

    #[test]
    fn admits_hash_longer_than_patience_if_queue_is_empty() {
        let mut timeline = Timeline::new(1, 16, HASH / 2);
        let now = Instant::now();
        assert_eq!(turns(&mut timeline, &[1, 2], now), [Ok(1), Err(Turn::Late)]);
    }

    /// The first lane and the queue are served alternately.
    #[test]
    fn first_lane_delays_a_turn_at_most_by_its_queue_position() {
        let mut timeline = Timeline::new(1, 16, PATIENCE * 4);
        let now = Instant::now();
        let (Turn::Queued(one), Turn::Queued(two)) =
            (timeline.enter(Some(1), HASH, now), timeline.enter(Some(2), HASH, now))
        else {
            panic!("both have a turn")
        };
        for expected in [[0, 1], [0, 2], [0, 2], [0, 2]] {
            timeline.jump(HASH, now).unwrap();
            assert_eq!([&one, &two].map(|turn| timeline.delay(turn)), expected.map(|rounds| HASH * rounds));
        }
        // Attempts that are already in the first lane go first, but cause no further delay.
        assert_eq!(turns(&mut timeline, &[3, 4], now), [Ok(6), Ok(8)]);
        assert_eq!(turns(&mut timeline, &[5], now + HASH * 5), [Ok(4)], "after two and a half of each");
        assert_eq!(turns(&mut timeline, &[6], now + HASH * 20), [Ok(1)]);
    }

    /// The queue waits less than the timeline predicts, because servers are free at different
    /// times.
    #[test]
    fn servers_share_the_first_lane() {
        let mut timeline = Timeline::new(2, 16, PATIENCE);
        let now = Instant::now();
        for expected in [1, 3, 4] {
            assert_eq!(timeline.jump(HASH, now).map(|turn| turn.at - now), Some(HASH * expected));
        }
        assert_eq!(turns(&mut timeline, &[1, 2, 3], now), [Ok(1), Ok(2), Ok(3)]);
    }

    #[test]
    fn first_lane_is_bounded_by_patience() {
        let mut timeline = Timeline::new(1, 16, PATIENCE);
        let now = Instant::now();
        let finished = |timeline: &mut Timeline| timeline.jump(HASH, now).map(|turn| turn.at - now);
        assert_eq!(finished(&mut timeline), Some(HASH));
        assert_eq!([(); 2].map(|()| finished(&mut timeline)), [Some(HASH * 4), None]);
        assert_eq!(turns(&mut timeline, &[1], now), [Ok(2)], "failures are not kept waiting by the lane");
    }

    #[test]
    fn is_idle_after_all_attempts_are_answered() {
        let mut timeline = Timeline::new(1, 16, PATIENCE);
        let now = Instant::now();
        let one = timeline.enter(Some(1), HASH, now);
        let pending = timeline.wait(&one, now + HASH * 3 / 2);
        assert!(!timeline.is_idle(now + HASH * 5 / 4) && timeline.is_idle(now + HASH * 3 / 2));
        timeline.leave(&one, &pending);
        let (two, three) = (timeline.enter(Some(2), HASH, now + HASH * 2), Turn::Late);
        let (two, three) =
            ((two, timeline.wait(&two, now + HASH * 3)), timeline.wait(&three, now + HASH * 4));
        timeline.leave(&two.0, &two.1);
        assert!(!timeline.is_idle(now + HASH * 3), "a late attempt may be hashed");
        timeline.leave(&Turn::Late, &three);
        assert!(timeline.is_idle(now + HASH * 3));
    }

    #[test]
    fn measuring_hash_is_scheduled_after_queued_attempts() {
        let mut timeline = Timeline::new(1, 0, PATIENCE);
        let now = Instant::now();
        assert_eq!(turns(&mut timeline, &[1], now), [Ok(1)]);
        assert_eq!(timeline.measure(HASH, now).at, now + HASH * 2, "though no more attempts may wait");
        assert_eq!(turns(&mut timeline, &[2], now + HASH), [Ok(2)]);
    }
}
