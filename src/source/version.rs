//! A version specifier, or a script's PEP 723 block → the Python versions it allows.

use ruff_python_ast::script::ScriptTag;

/// The Pythons that code may run on, as far as somebody says so. Major and minor of each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Allowed {
    /// `None`: no lower bound is set.
    pub lowest: Option<(u8, u8)>,
    /// `None`: no upper bound is set, so any newer one.
    pub highest: Option<(u8, u8)>,
}

impl Allowed {
    /// Reads a specifier set such as `>=3.9,<4`.
    pub fn of(specifiers: &str) -> Self {
        let clauses = || specifiers.split(',').map(str::trim);
        Self {
            lowest: clauses().filter_map(lower_bound).max(),
            highest: clauses().filter_map(upper_bound).min(),
        }
    }
}

/// A version and newer ones.
impl From<Option<(u8, u8)>> for Allowed {
    fn from(lowest: Option<(u8, u8)>) -> Self {
        Self {
            lowest,
            highest: None,
        }
    }
}

/// Returns what the `requires-python` of a script's PEP 723 block allows.
pub fn of_script(text: &str) -> Allowed {
    let block = ScriptTag::parse(text.as_bytes());
    let metadata = block.and_then(|block| block.metadata().parse::<toml::Table>().ok());
    let required = metadata
        .as_ref()
        .and_then(|table| table.get("requires-python"));
    let specifiers = required.and_then(toml::Value::as_str);
    specifiers.map(Allowed::of).unwrap_or_default()
}

/// Returns major and minor of a version such as `3.11.4`; the minor is 0 where it is left out.
pub fn parse(version: &str) -> Option<(u8, u8)> {
    let mut parts = version.trim().split('.');
    let major = parts.next()?.parse().ok()?;
    let minor = match parts.next() {
        None | Some("*") => 0,
        Some(minor) => {
            let digits = minor
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(minor.len());
            minor[..digits].parse().ok()?
        }
    };
    Some((major, minor))
}

/// Returns a version of Python 3 that somebody named as a target: `3.11` and, as ruff does, `py311`.
pub fn of_target(text: &str) -> Option<(u8, u8)> {
    let short = text
        .strip_prefix("py")
        .filter(|digits| digits.is_ascii() && digits.len() > 1);
    let found = match short {
        Some(digits) => {
            let (major, minor) = digits.split_at(1);
            major.parse().ok().zip(minor.parse().ok())
        }
        None => parse(text).filter(|_| text.contains('.')),
    };
    found.filter(|(major, _)| *major == 3)
}

fn lower_bound(specifier: &str) -> Option<(u8, u8)> {
    let specifier = specifier.trim();
    // `^` is Poetry's.
    let operators = ["===", ">=", "~=", "==", ">", "^"];
    let version = operators
        .iter()
        .find_map(|operator| specifier.strip_prefix(operator))?;
    parse(version)
}

/// The first version of a major release bounds nothing: `<4` allows all that there are.
fn upper_bound(specifier: &str) -> Option<(u8, u8)> {
    let version = |operator| specifier.strip_prefix(operator);
    if let Some(above) = version("<=").or_else(|| version("===")) {
        return parse(above);
    }
    if let Some(exact) = version("==") {
        return parse(exact).filter(|_| exact.trim() != "3.*");
    }
    if let Some(compatible) = version("~=") {
        return parse(compatible).filter(|_| compatible.matches('.').count() > 1);
    }
    let above = version("<")?;
    let (major, minor) = parse(above)?;
    let micro = above.trim().splitn(3, '.').nth(2);
    let allows_some =
        micro.is_some_and(|micro| micro.starts_with(|c: char| ('1'..='9').contains(&c)));
    let below = if allows_some {
        Some(minor)
    } else {
        minor.checked_sub(1)
    };
    below.map(|minor| (major, minor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(specifiers: &str, lowest: Option<(u8, u8)>, highest: Option<(u8, u8)>) {
        assert_eq!(
            Allowed::of(specifiers),
            Allowed { lowest, highest },
            "{specifiers}"
        );
    }

    #[test]
    fn the_highest_lower_bound_counts() {
        check("<3.13, >= 3.10.2 , >=3.8", Some((3, 10)), Some((3, 12)));
        check("~=3.11rc1", Some((3, 11)), None);
        check("^3.9", Some((3, 9)), None);
        check(">=3", Some((3, 0)), None);
    }

    #[test]
    fn the_lowest_upper_bound_counts() {
        check(">=3.9,<4", Some((3, 9)), None);
        check("<=3.11,<3.13", None, Some((3, 11)));
        check("==3.12.*", Some((3, 12)), Some((3, 12)));
        check("~=3.8.2", Some((3, 8)), Some((3, 8)));
        check("<3.9.0", None, Some((3, 8)));
        check("<3.9.2", None, Some((3, 9)));
    }

    #[test]
    fn what_bounds_nothing_says_nothing() {
        check("<4,!=3.9", None, None);
        check("<4.0", None, None);
        check("", None, None);
        check(">=999.1", None, None);
    }

    #[test]
    fn a_script_may_carry_its_own() {
        let lowest = |text| of_script(text).lowest;
        let script = "# /// script\n# requires-python = '>=3.12'\n# ///\nx\n";
        assert_eq!(lowest(script), Some((3, 12)));
        assert_eq!(lowest("# /// script\n# requires-python = 3\n# ///\n"), None);
        assert_eq!(lowest("x = 1\n"), None);
    }
}
