//! Versions of Python, and what is required of them.

use serde::{Deserialize, Serialize};

/// `">=3.11"`, `"<3.10"`, `">=3.9,<3.12"`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionReq {
    /// As typed.
    pub text: String,
    /// Lowest version that holds.
    pub at_least: Option<(u8, u8)>,
    /// First version that does not hold any more.
    pub below: Option<(u8, u8)>,
}

/// Older ones are not asked for: the last had its end of life in 2021, and 3.7 is what code that uses
/// `asyncio.run` needs (<https://devguide.python.org/versions/>).
const OLDEST_IN_USE: (u8, u8) = (3, 7);

impl VersionReq {
    /// Parses a requirement; `None` where it is none, or no version can fulfil it.
    pub fn parse(text: &str) -> Option<Self> {
        let mut requirement = Self {
            text: text.to_owned(),
            at_least: None,
            below: None,
        };
        for clause in text.split(',') {
            let clause = clause.trim();
            let bound = match (clause.strip_prefix(">="), clause.strip_prefix('<')) {
                (Some(version), _) => (&mut requirement.at_least, version),
                (_, Some(version)) => (&mut requirement.below, version),
                _ => return None,
            };
            if bound.0.is_some() {
                return None;
            }
            *bound.0 = Some(parse_version(bound.1.trim())?);
        }
        let is_possible = match (requirement.at_least, requirement.below) {
            (Some(at_least), Some(below)) => at_least < below,
            _ => true,
        };
        is_possible.then_some(requirement)
    }

    /// Returns whether the version fulfils it.
    pub fn holds(&self, version: (u8, u8)) -> bool {
        self.at_least.is_none_or(|at_least| version >= at_least)
            && self.below.is_none_or(|below| version < below)
    }

    /// Returns whether it holds for some of the versions that people use, and for others not.
    pub fn divides(&self) -> bool {
        self.below.is_some() || self.at_least.is_some_and(|it| it > OLDEST_IN_USE)
    }

    /// Returns whether a version from `lowest` to `highest` fulfils it.
    pub fn holds_between(&self, lowest: (u8, u8), highest: (u8, u8)) -> bool {
        let first = self
            .at_least
            .map_or(lowest, |at_least| at_least.max(lowest));
        first <= highest && self.holds(first)
    }
}

/// Parses `3.11`; `None` for anything else, and for Python 2.
pub fn parse_version(text: &str) -> Option<(u8, u8)> {
    let (major, minor) = text.split_once('.')?;
    let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    if !is_number(major) || !is_number(minor) {
        return None;
    }
    let version = (major.parse().ok()?, minor.parse().ok()?);
    (version.0 == 3).then_some(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    type Bounds = (Option<(u8, u8)>, Option<(u8, u8)>);

    #[track_caller]
    fn check(text: &str, expected: Option<Bounds>) {
        let parsed = VersionReq::parse(text);
        assert_eq!(
            parsed.map(|req| (req.at_least, req.below)),
            expected,
            "{text}"
        );
    }

    #[test]
    fn version_requirements() {
        check(">=3.11", Some((Some((3, 11)), None)));
        check("<3.10", Some((None, Some((3, 10)))));
        check(">=3.9, <3.12", Some((Some((3, 9)), Some((3, 12)))));
        check("3.11", None);
        check(">3.11", None);
        check(">=3.11.2", None);
        check(">=3.12,<3.9", None);
        check(">=3.9,>=3.10", None);
        check("<=3.9", None);
        check("", None);
    }

    #[test]
    fn requirements_hold_for_one_of_several_versions() {
        let holds = |text, lowest, highest| {
            let requirement = VersionReq::parse(text).expect("a requirement");
            requirement.holds_between((3, lowest), (3, highest))
        };
        assert!(holds("<3.10", 9, 12) && !holds("<3.10", 10, 12));
        assert!(holds(">=3.12", 9, 12) && !holds(">=3.12", 9, 11));
        assert!(holds(">=3.10,<3.11", 9, 12) && !holds(">=3.10,<3.11", 11, 12));
    }

    #[test]
    fn requirements_hold_for_versions() {
        let requirement = VersionReq::parse(">=3.9,<3.12").expect("a requirement");
        let holds: Vec<bool> = [8, 9, 11, 12]
            .map(|minor| requirement.holds((3, minor)))
            .to_vec();
        assert_eq!(holds, [false, true, true, false]);
    }
}
