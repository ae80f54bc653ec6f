//! The hashes that are waiting to be computed, and their order.

use std::time::Duration;

use tokio::time::Instant;

/// The maximum number of waiting late hashes.
const LATE: usize = 64;

/// Waiting hashes in three lanes:
///
/// - `first` has the passwords that match the last successful login of a name.
/// - `queued` has the hashes of the queue, in its order.
/// - `late` has hashes that are computed if the queue has time to spare.
pub(super) struct Lanes<J> {
    at_once: usize,
    running: usize,
    first: Vec<Waiting<J>>,
    queued: Vec<Waiting<J>>,
    late: Vec<Waiting<J>>,
    /// `true` if the last started hash was from the first lane.
    was_first: bool,
    #[cfg(test)]
    started: usize,
}

pub(super) struct Waiting<J> {
    pub(super) job: J,
    pub(super) name: u64,
    /// The deadline for the result.
    pub(super) by: Instant,
}

impl<J> Lanes<J> {
    pub(super) const fn new(at_once: usize) -> Self {
        Self {
            at_once,
            running: 0,
            first: Vec::new(),
            queued: Vec::new(),
            late: Vec::new(),
            was_first: false,
            #[cfg(test)]
            started: 0,
        }
    }

    pub(super) fn add_first(&mut self, waiting: Waiting<J>) {
        self.first.push(waiting);
    }

    pub(super) fn add_queued(&mut self, waiting: Waiting<J>) {
        let place = self.queued.partition_point(|other| other.by <= waiting.by);
        self.queued.insert(place, waiting);
    }

    /// Adds a late hash, unless one for the same name is waiting or the lane is full.
    pub(super) fn add_late(&mut self, waiting: Waiting<J>) {
        if self.late.len() < LATE && self.late.iter().all(|other| other.name != waiting.name) {
            self.late.push(waiting);
        }
    }

    /// Returns the next hash to compute, if one may start. The caller must call [`end`](Self::end)
    /// when it is done.
    ///
    /// `served` returns when the last hash for a name was computed. Names that were never served go
    /// first, then those that were served longest ago.
    pub(super) fn next(
        &mut self,
        service: Duration,
        now: Instant,
        is_wanted: impl Fn(&J) -> bool,
        served: impl Fn(u64) -> Option<Instant>,
    ) -> Option<J> {
        if self.running >= self.at_once {
            return None;
        }
        for lane in [&mut self.first, &mut self.queued, &mut self.late] {
            lane.retain(|waiting| is_wanted(&waiting.job));
        }
        self.late.retain(|waiting| now + service <= waiting.by);
        let longest_ago = |lane: &[Waiting<J>]| {
            let waiting = lane.iter().enumerate();
            waiting.min_by_key(|(_, waiting)| served(waiting.name)).map(|(place, _)| place)
        };
        // Every second hash is from another lane, so that no lane starves.
        let are_alone = self.queued.is_empty() && self.late.is_empty();
        let first = longest_ago(&self.first).filter(|_| !self.was_first || are_alone);
        self.was_first = first.is_some();
        let next = if let Some(place) = first {
            self.first.remove(place)
        } else if let Some(place) = longest_ago(&self.late).filter(|_| self.has_time(service, now)) {
            self.late.remove(place)
        } else if !self.queued.is_empty() {
            self.queued.remove(0)
        } else {
            return None;
        };
        self.running += 1;
        #[cfg(test)]
        {
            self.started += 1;
        }
        Some(next.job)
    }

    #[cfg(test)]
    pub(super) const fn occupy(&mut self, places: usize) {
        self.running += places;
    }

    #[cfg(test)]
    pub(super) const fn waiting(&self) -> usize {
        self.first.len() + self.queued.len() + self.late.len()
    }

    #[cfg(test)]
    pub(super) const fn started(&self) -> usize {
        self.started
    }

    pub(super) const fn end(&mut self) {
        self.running = self.running.saturating_sub(1);
    }

    /// Returns `true` if all hashes of the queue meet their deadlines even if one more is computed
    /// first. While the first lane has hashes, one of them is assumed before each hash of the
    /// queue.
    fn has_time(&self, service: Duration, now: Instant) -> bool {
        let each = if self.first.is_empty() { 1 } else { 2 };
        (1..).zip(&self.queued).all(|(place, waiting)| {
            let rounds =
                1 + u32::div_ceil(place * each, u32::try_from(self.at_once).unwrap_or(u32::MAX).max(1));
            now + service.saturating_mul(rounds) <= waiting.by
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: Duration = Duration::from_millis(200);

    fn waiting(job: &'static str, name: u64, by: Instant) -> Waiting<&'static str> {
        Waiting { job, name, by }
    }

    /// Returns the order in which the hashes are computed, one at a time.
    fn order(lanes: &mut Lanes<&'static str>, mut now: Instant) -> Vec<&'static str> {
        let mut order = Vec::new();
        // Names were served in descending order. Name 7 was never served.
        let start = now;
        let served = |name: u64| (name != 7).then(|| start - HASH * u32::try_from(name).unwrap());
        while let Some(job) = lanes.next(HASH, now, |job| *job != "gone", served) {
            order.push(job);
            lanes.end();
            now += HASH;
        }
        order
    }

    #[test]
    fn first_lane_and_queue_alternate() {
        let now = Instant::now();
        let mut lanes = Lanes::new(1);
        lanes.add_queued(waiting("second", 1, now + HASH * 2));
        lanes.add_queued(waiting("first", 1, now + HASH));
        lanes.add_queued(waiting("gone", 1, now + HASH));
        for (job, name) in [("lately", 1), ("long ago", 5), ("never", 7), ("before", 3)] {
            lanes.add_first(waiting(job, name, now));
        }
        assert_eq!(order(&mut lanes, now), ["never", "first", "long ago", "second", "before", "lately"]);
    }

    #[test]
    fn late_hashes_run_only_if_queued_hashes_stay_on_time() {
        let now = Instant::now();
        let mut lanes = Lanes::new(1);
        lanes.add_queued(waiting("tight", 1, now + HASH));
        for (job, name) in [("lately", 1), ("never", 7), ("never, again", 7)] {
            lanes.add_late(waiting(job, name, now + HASH * 2));
        }
        assert_eq!(order(&mut lanes, now), ["tight", "never"], "the other would be done too late");
        lanes.add_queued(waiting("loose", 1, now + HASH * 3));
        lanes.add_late(waiting("late", 1, now + HASH * 2));
        assert_eq!(order(&mut lanes, now), ["late", "loose"]);
        for job in ["first", "another"] {
            lanes.add_first(waiting(job, 1, now));
        }
        lanes.add_late(waiting("late", 1, now + HASH * 2));
        assert_eq!(order(&mut lanes, now), ["first", "late", "another"]);
    }

    #[test]
    fn late_hashes_account_for_first_lane_time() {
        let now = Instant::now();
        let mut lanes = Lanes::new(1);
        lanes.add_first(waiting("first", 1, now + HASH));
        lanes.add_first(waiting("another", 2, now + HASH));
        lanes.add_queued(waiting("queued", 1, now + HASH * 3));
        lanes.add_late(waiting("late", 3, now + HASH * 3));
        assert_eq!(order(&mut lanes, now), ["another", "queued", "first"]);
    }

    #[test]
    fn runs_at_most_the_configured_number_of_hashes() {
        let now = Instant::now();
        let mut lanes = Lanes::new(2);
        for job in ["a", "b", "c"] {
            lanes.add_queued(waiting(job, 1, now));
        }
        let mut next = || lanes.next(HASH, now, |_| true, |_| None);
        assert_eq!([next(), next(), next()], [Some("a"), Some("b"), None]);
        lanes.end();
        assert_eq!(lanes.next(HASH, now, |_| true, |_| None), Some("c"));
    }

    #[test]
    fn number_of_waiting_late_hashes_is_bounded() {
        let now = Instant::now();
        let mut lanes = Lanes::new(1);
        for name in 0..1000 {
            lanes.add_late(waiting("late", name, now + HASH));
        }
        assert_eq!(lanes.late.len(), LATE);
    }
}
