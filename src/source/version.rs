//! A version specifier, or a script's PEP 723 block → the lowest Python version it allows.

use ruff_python_ast::script::ScriptTag;

/// Returns the lowest version that a specifier set such as `>=3.9,<4` allows; `None` if it sets no
/// lower bound.
pub fn lowest_allowed(specifiers: &str) -> Option<(u8, u8)> {
    specifiers.split(',').filter_map(lower_bound).max()
}

/// Returns the lowest version that the `requires-python` of a script's PEP 723 block allows.
pub fn of_script(text: &str) -> Option<(u8, u8)> {
    let block = ScriptTag::parse(text.as_bytes())?;
    let metadata: toml::Table = block.metadata().parse().ok()?;
    lowest_allowed(metadata.get("requires-python")?.as_str()?)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(specifiers: &str, expected: Option<(u8, u8)>) {
        assert_eq!(lowest_allowed(specifiers), expected);
    }

    #[test]
    fn the_highest_lower_bound_counts() {
        check(">=3.9,<4", Some((3, 9)));
        check("<3.13, >= 3.10.2 , >=3.8", Some((3, 10)));
        check("==3.12.*", Some((3, 12)));
        check("~=3.11rc1", Some((3, 11)));
        check("^3.9", Some((3, 9)));
        check(">=3", Some((3, 0)));
    }

    #[test]
    fn an_upper_bound_says_nothing() {
        check("<4,!=3.9", None);
        check("", None);
        check(">=999.1", None);
    }

    #[test]
    fn a_script_may_carry_its_own() {
        let script = "# /// script\n# requires-python = '>=3.12'\n# ///\nx\n";
        assert_eq!(of_script(script), Some((3, 12)));
        assert_eq!(
            of_script("# /// script\n# requires-python = 3\n# ///\n"),
            None
        );
        assert_eq!(of_script("x = 1\n"), None);
    }
}
