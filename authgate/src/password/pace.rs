//! Measures how long a hash takes on this machine.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use super::Stored;

/// The number of durations that are kept per cost.
const SAMPLES: usize = 8;

/// The maximum number of different costs. Later ones are not measured.
pub(super) const COSTS: usize = 8;

/// The durations of the last hashes, by cost.
#[derive(Default)]
pub(super) struct Pace {
    costs: Vec<Cost>,
}

struct Cost {
    decoy: Arc<Stored>,
    samples: VecDeque<Duration>,
}

impl Cost {
    fn mean(&self) -> Duration {
        let count = u32::try_from(self.samples.len()).unwrap_or(u32::MAX).max(1);
        self.samples.iter().sum::<Duration>() / count
    }

    fn longest(&self) -> Duration {
        self.samples.iter().max().copied().unwrap_or_default()
    }
}

impl Pace {
    /// Returns `true` if a hash of this cost was measured, or if there is no room for another cost.
    pub(super) fn knows(&self, stored: &Stored) -> bool {
        self.costs.len() >= COSTS || self.costs.iter().any(|cost| cost.decoy.costs_as(stored))
    }

    pub(super) fn record(&mut self, stored: &Stored, took: Duration) {
        if let Some(cost) = self.costs.iter_mut().find(|cost| cost.decoy.costs_as(stored)) {
            if cost.samples.len() >= SAMPLES {
                cost.samples.pop_front();
            }
            cost.samples.push_back(took);
            return;
        }
        if self.costs.len() < COSTS {
            self.costs.push(Cost { decoy: Arc::new(stored.decoy()), samples: [took].into() });
        }
    }

    /// Returns the mean duration of the most expensive hashes.
    pub(super) fn mean(&self) -> Duration {
        self.costliest().map(Cost::mean).unwrap_or_default().max(Duration::from_micros(100))
    }

    /// Returns the time slot of an attempt in the queue. It is a twelfth longer than the mean, so
    /// that the computed hashes keep up with the queue.
    pub(super) fn service(&self) -> Duration {
        let mean = self.mean();
        mean + mean / 12
    }

    /// Returns the time between the end of a turn and the response to a failure. It covers the
    /// longest of the last hashes.
    pub(super) fn slack(&self) -> Duration {
        self.costliest().map_or(Duration::ZERO, |cost| {
            let mean = cost.mean();
            mean / 2 + cost.longest().saturating_sub(mean).min(mean * 2)
        })
    }

    /// Returns the decoy to measure with.
    pub(super) fn decoy(&self) -> Option<Arc<Stored>> {
        self.costliest().map(|cost| Arc::clone(&cost.decoy))
    }

    #[cfg(test)]
    pub(super) fn samples(&self) -> usize {
        self.costs.iter().map(|cost| cost.samples.len()).sum()
    }

    fn costliest(&self) -> Option<&Cost> {
        self.costs.iter().max_by_key(|cost| cost.mean())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bcrypt(cost: u32) -> Stored {
        Stored::parse(&format!("$2b${cost:02}${}", ".".repeat(53))).unwrap()
    }

    const MILLI: Duration = Duration::from_millis(1);

    #[test]
    fn service_exceeds_mean_and_with_slack_exceeds_longest_sample() {
        let mut pace = Pace::default();
        for milliseconds in [100, 100, 100, 140] {
            pace.record(&bcrypt(10), MILLI * milliseconds);
        }
        assert!(pace.service() > MILLI * 110 && pace.service() < MILLI * 120, "{:?}", pace.service());
        assert!(pace.service() + pace.slack() > MILLI * 140);
    }

    #[test]
    fn service_time_is_that_of_the_most_expensive_cost() {
        let mut pace = Pace::default();
        pace.record(&bcrypt(12), MILLI * 200);
        for _ in 0..100 {
            pace.record(&bcrypt(10), MILLI * 50);
        }
        assert!(pace.service() >= MILLI * 200);
    }

    #[test]
    fn keeps_latest_samples_of_the_first_costs() {
        let mut pace = Pace::default();
        pace.record(&bcrypt(4), MILLI * 900);
        for _ in 0..SAMPLES {
            pace.record(&bcrypt(4), MILLI);
        }
        assert!(pace.service() < MILLI * 2);
        for cost in 5..=16 {
            pace.record(&bcrypt(cost), MILLI * cost);
        }
        assert_eq!(pace.costs.len(), COSTS);
        assert!(pace.costs.iter().all(|cost| cost.mean() < MILLI * 12));
    }
}
