//! A header as it is typed → with the parameters or bases that it leaves open.

use ruff_text_size::TextLen;

use super::Use;
use super::spell::is_name_part;

/// The parameters or bases of a bare `def $f` or `class $C`.
const OPEN: &str = "(*__mvs__)";

/// Returns a header without its colon, and with the parameters that a bare `def $f` leaves open;
/// `None` where the code does not look like one.
pub(super) fn complete_header(code: &str) -> Option<String> {
    let header = code.trim_end().trim_end_matches(':').trim_end();
    let line = header.lines().find(|line| !line.starts_with('@'))?;
    let keywords = [
        "async", "class", "def", "except", "for", "if", "while", "with",
    ];
    let word = line.split(|c: char| !is_name_part(c)).next()?;
    if !keywords.contains(&word) {
        return None;
    }
    let (front, annotation) = match header.rsplit_once(" -> ") {
        Some((front, annotation)) => (front, format!(" -> {annotation}")),
        None => (header, String::new()),
    };
    let bare = line
        .strip_prefix("async def ")
        .or_else(|| line.strip_prefix("def "))
        .or_else(|| line.strip_prefix("class "))
        .and_then(|name| name.split(" -> ").next())
        .is_some_and(|name| name.trim().chars().all(is_name_part));
    let open = if bare { OPEN } else { "" };
    Some(format!("{front}{open}{annotation}"))
}

/// Moves the uses that stand behind the parameters which were left out in `typed` and are there in
/// `code`.
pub(super) fn moved(typed: &str, code: &str, mut uses: Vec<Use>) -> Vec<Use> {
    let is_typed = |at: usize| typed.get(at..).is_some_and(|it| it.starts_with(OPEN));
    if let Some(at) = code.find(OPEN).filter(|at| !is_typed(*at)) {
        for used in &mut uses {
            if used.range.start().to_usize() >= at {
                used.range += OPEN.text_len();
            }
        }
    }
    uses
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(typed: &str, expected: Option<&str>) {
        assert_eq!(complete_header(typed).as_deref(), expected);
    }

    #[test]
    fn parameters_and_bases_may_be_left_out() {
        check("def f", Some("def f(*__mvs__)"));
        check("async def f -> x[y]", Some("async def f(*__mvs__) -> x[y]"));
        check("@d\nclass C:", Some("@d\nclass C(*__mvs__)"));
        check("def f() -> x:", Some("def f() -> x"));
        check("f(x)", None);
    }
}
