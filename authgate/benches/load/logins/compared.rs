//! Compares the responses to failing logins of known and unknown users.

use std::net::SocketAddr;
use std::time::Duration;

use super::sent::{Sent, all_at_once};

/// The number of random relabelings, which estimate what chance alone produces.
const DEALS: usize = 1000;

struct Case {
    what: &'static str,
    at_once: usize,
    /// All logins of a round use one name.
    one_name: bool,
    /// The number of rounds for known names, and for unknown names.
    rounds: usize,
}

const CASES: [Case; 4] = [
    Case { what: "alone", at_once: 1, one_name: true, rounds: 50 },
    Case { what: "8 at once, one name", at_once: 8, one_name: true, rounds: 15 },
    Case { what: "8 at once, 8 names", at_once: 8, one_name: false, rounds: 15 },
    Case { what: "30 at once, 30 names", at_once: 30, one_name: false, rounds: 15 },
];

pub(super) async fn run(address: SocketAddr, failures: &mut Vec<String>) {
    println!("failing logins of users who exist (known) and of names that do not (unknown):");
    println!(
        "{:<22} {:<8} {:>6} {:>6} {:>6} {:>6} {:>6} {:>6} {:>8} {:>6} {:>7}",
        "", "", "status", "count", "p10", "p50", "p90", "max", "", "KS", "chance"
    );
    let mut number = 0;
    for case in CASES {
        let mut rounds: Vec<(bool, Vec<Sent>)> = Vec::new();
        for round in 0..case.rounds * 2 {
            // In pairs, with alternating order.
            let is_known = (round + round / 2) % 2 == 0;
            let prefix = if is_known { "known" } else { "unknown" };
            number += 1000;
            let logins = (0..case.at_once).map(|place| {
                let user = if case.one_name { number } else { number + place };
                (format!("{prefix}{user}"), format!("wrong{place}"))
            });
            rounds.push((is_known, all_at_once(address, logins).await));
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        if rounds.iter().flat_map(|(_, sent)| sent).any(|sent| ![401, 503].contains(&sent.status)) {
            failures.push(format!("failing logins, {}: a status other than 401 and 503", case.what));
        }
        for status in [401, 503] {
            print(case.what, status, &rounds);
        }
    }
}

fn print(what: &str, status: u16, rounds: &[(bool, Vec<Sent>)]) {
    let rounds: Vec<(bool, Vec<f64>)> = rounds
        .iter()
        .map(|(is_known, sent)| {
            (*is_known, Sent::times(sent, status).iter().map(|time| time.as_secs_f64() * 1e3).collect())
        })
        .collect();
    let labels: Vec<bool> = rounds.iter().map(|(is_known, _)| *is_known).collect();
    let times: Vec<&[f64]> = rounds.iter().map(|(_, times)| times.as_slice()).collect();
    if times.iter().all(|times| times.is_empty()) {
        return;
    }
    let found = distance(&labels, &times);
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let mut by_chance: Vec<f64> = (0..DEALS).map(|_| distance(&random.shuffled(&labels), &times)).collect();
    by_chance.sort_by(f64::total_cmp);
    for is_known in [true, false] {
        let mut sample = sample(&labels, &times, is_known);
        sample.sort_by(f64::total_cmp);
        let at = |hundredth: usize| {
            sample.get((sample.len().saturating_sub(1)) * hundredth / 100).map_or(f64::NAN, |time| *time)
        };
        let statistic = if is_known {
            format!("{found:>6.2} {:>7.2}", by_chance[DEALS * 95 / 100])
        } else {
            String::new()
        };
        println!(
            "{what:<22} {:<8} {status:>6} {:>6} {:>6.0} {:>6.0} {:>6.0} {:>6.0} {:>8} {statistic}",
            if is_known { "known" } else { "unknown" },
            sample.len(),
            at(10),
            at(50),
            at(90),
            at(100),
            "",
        );
    }
}

fn sample(labels: &[bool], times: &[&[f64]], is_known: bool) -> Vec<f64> {
    let of_kind = labels.iter().zip(times).filter(|(label, _)| **label == is_known);
    of_kind.flat_map(|(_, times)| times.iter().copied()).collect()
}

/// Returns the two-sample Kolmogorov-Smirnov statistic: the largest distance between the two
/// empirical distribution functions.
fn distance(labels: &[bool], times: &[&[f64]]) -> f64 {
    let (mut one, mut two) = (sample(labels, times, true), sample(labels, times, false));
    one.sort_by(f64::total_cmp);
    two.sort_by(f64::total_cmp);
    let share = |sorted: &[f64], time: f64| {
        sorted.partition_point(|known| *known <= time) as f64 / sorted.len().max(1) as f64
    };
    one.iter().chain(&two).map(|time| (share(&one, *time) - share(&two, *time)).abs()).fold(0.0, f64::max)
}

/// Marsaglia's xorshift, with the same numbers in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end.max(1) as u64).unwrap_or_default()
    }

    /// Shuffles the labels between rounds. The responses within a round depend on each other, so
    /// they keep one label.
    fn shuffled(&mut self, labels: &[bool]) -> Vec<bool> {
        let mut labels = labels.to_vec();
        for last in (1..labels.len()).rev() {
            labels.swap(last, self.below(last + 1));
        }
        labels
    }
}
