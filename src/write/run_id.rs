//! A moment → the name of a run: sorts by time, is short to type, and is given once.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

/// The name of a run: `2026-11-22T14-03-07`, in UTC; the second of a second ends with `-2`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RunId {
    moment: String,
    count: u32,
}

impl RunId {
    /// Names a run that begins now; `last` is the newest that there is.
    ///
    /// It is newer than that one even where the clock was set back: the newest is undone first.
    pub(super) fn new(now: SystemTime, last: Option<&Self>) -> Self {
        let seconds = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let first = Self {
            moment: moment(seconds),
            count: 1,
        };
        match last {
            Some(last) if first <= *last => last.next(),
            _ => first,
        }
    }

    /// Returns the next name of the same moment.
    pub(super) fn next(&self) -> Self {
        Self {
            moment: self.moment.clone(),
            count: self.count + 1,
        }
    }

    /// Reads a name; `None`: no run has it.
    pub(super) fn parse(name: &str) -> Option<Self> {
        /// A moment's form.
        const FORM: &[u8] = b"0000-00-00T00-00-00";
        let (moment, rest) = name.split_at_checked(FORM.len())?;
        let fits = |(c, form): (u8, &u8)| match form {
            b'0' => c.is_ascii_digit(),
            form => c == *form,
        };
        let count = match rest.strip_prefix('-') {
            Some(count) => count.parse().ok().filter(|count| *count > 1)?,
            None if rest.is_empty() => 1,
            None => return None,
        };
        let id = Self {
            moment: moment.to_owned(),
            count,
        };
        (moment.bytes().zip(FORM).all(fits) && id.to_string() == name).then_some(id)
    }

    /// Returns the moment for a person.
    pub fn when(&self) -> String {
        let (day, time) = self.moment.split_once('T').unwrap_or((&self.moment, ""));
        format!("{day} {} UTC", time.replace('-', ":"))
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.count {
            1 => f.write_str(&self.moment),
            count => write!(f, "{}-{count}", self.moment),
        }
    }
}

/// Returns a moment as RFC 3339 has it: `2026-11-22T14:03:07Z`.
pub fn rfc3339(now: SystemTime) -> String {
    let seconds = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let moment = moment(seconds);
    let (day, time) = moment.split_once('T').unwrap_or((&moment, ""));
    format!("{day}T{}Z", time.replace('-', ":"))
}

/// Returns a moment, given in seconds since 1970, as a name.
fn moment(seconds: u64) -> String {
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = date(days);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}-{minute:02}-{second:02}")
}

/// Returns the date of a day since 1970, in the Gregorian calendar.
fn date(days: u64) -> (u64, u64, u64) {
    // Years begin in March, so that the leap day is the last; 400 of them have as many days as any other 400.
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let leap_days = day_of_era / 1460 - day_of_era / 36_524 + day_of_era / 146_096;
    let year_of_era = (day_of_era - leap_days) / 365;
    let day = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, later) = if month < 10 {
        (month + 3, 0)
    } else {
        (month - 9, 1)
    };
    (era * 400 + year_of_era + later, month, day)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn moments_are_dates() {
        let cases = [
            (0, "1970-01-01T00-00-00"),
            (951_782_399, "2000-02-28T23-59-59"),
            (951_782_400, "2000-02-29T00-00-00"),
            (951_868_800, "2000-03-01T00-00-00"),
            (4_107_542_399, "2100-02-28T23-59-59"),
            (4_107_542_400, "2100-03-01T00-00-00"),
            (1_795_356_187, "2026-11-22T14-03-07"),
        ];
        for (seconds, expected) in cases {
            assert_eq!(moment(seconds), expected);
        }
    }

    #[test]
    fn a_name_is_read_as_it_is_written_and_no_other_is() {
        for name in ["2026-11-22T14-03-07", "2026-11-22T14-03-07-12"] {
            let id = RunId::parse(name).map(|id| id.to_string());
            assert_eq!(id.as_deref(), Some(name));
        }
        for name in [
            "",
            "run-1-0",
            "2026-11-22T14-03",
            "2026-11-22T14-03-07-1",
            "2026-11-22T14-03-07-02",
            "2026-11-22T14-03-07-",
            "2026-11-22T14-03-07x",
            "2026-11-22T14-03-0é",
        ] {
            assert_eq!(RunId::parse(name), None, "{name}");
        }
    }

    #[test]
    fn a_later_run_sorts_after_all_others() {
        let now = UNIX_EPOCH + Duration::from_secs(1_795_356_187);
        let mut last = RunId::new(now, None);
        for _ in 0..12 {
            let next = RunId::new(now, Some(&last));
            assert!(next > last, "{next} {last}");
            last = next;
        }
        assert_eq!(last.to_string(), "2026-11-22T14-03-07-13");
        // The clock was set back, and goes on.
        let back = RunId::new(now - Duration::from_secs(60), Some(&last));
        assert_eq!(back.to_string(), "2026-11-22T14-03-07-14");
        let on = RunId::new(now + Duration::from_secs(1), Some(&back));
        assert_eq!(on.to_string(), "2026-11-22T14-03-08");
        assert_eq!(on.when(), "2026-11-22 14:03:08 UTC");
    }
}
