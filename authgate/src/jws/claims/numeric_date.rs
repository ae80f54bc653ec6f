use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::Deserialize;
use serde::de::{Deserializer, Error};

/// Seconds since the Unix epoch, possibly fractional (RFC 7519 section 2).
///
/// The value is always finite, because JSON cannot represent NaN or infinity. A value outside the
/// range of [`SystemTime`] still compares correctly.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub(crate) struct NumericDate(f64);

impl NumericDate {
    pub(crate) fn at(time: SystemTime) -> Self {
        Self(match time.duration_since(UNIX_EPOCH) {
            Ok(after) => after.as_secs_f64(),
            Err(before) => -before.duration().as_secs_f64(),
        })
    }

    pub(super) fn of_seconds(seconds: f64) -> Option<Self> {
        seconds.is_finite().then_some(Self(seconds))
    }

    pub(crate) fn plus(self, seconds: u16) -> Self {
        Self(self.0 + f64::from(seconds))
    }

    /// Returns the time in whole seconds. Returns `None` before 1970 and beyond the range of
    /// [`SystemTime`].
    pub(crate) fn time(self) -> Option<SystemTime> {
        let since = Duration::try_from_secs_f64(self.0.trunc()).ok()?;
        UNIX_EPOCH.checked_add(since)
    }
}

/// Formats the whole seconds.
impl fmt::Display for NumericDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.0}", self.0.trunc())
    }
}

impl<'de> Deserialize<'de> for NumericDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::of_seconds(f64::deserialize(deserializer)?).ok_or_else(|| Error::custom("not a number"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_any_number_and_rejects_other_types() {
        let time = |json: &str| serde_json::from_str(json).map(NumericDate::time).ok();
        let whole = |seconds| Some(Some(UNIX_EPOCH + Duration::from_secs(seconds)));
        assert_eq!(time("1700000000"), whole(1_700_000_000));
        assert_eq!(time("1700000000.9"), whole(1_700_000_000));
        assert_eq!(time("1.7e9"), whole(1_700_000_000));
        assert_eq!(time("0"), whole(0));
        for far in [
            "1e300",
            "-1e300",
            "-1",
            "18446744073709551615",
            "99999999999999999999999",
            "-9223372036854775808",
        ] {
            assert_eq!(time(far), Some(None), "{far}");
        }
        for wrong in ["\"1700000000\"", "null", "true", "[1]", "{}", "1e999", "NaN"] {
            assert_eq!(time(wrong), None, "{wrong}");
        }
    }
}
