//! Eleven faults an engine could have, each put into a right result: the checker must see every one.
//!
//! Nothing in `src/` is changed for this: a fault is made in what was observed.

use std::iter::once;

use super::check::{Observed, Replacement, check};
use super::syntax::Form;

const BEFORE: &str = "\
import time
from time import monotonic

__all__ = [\"monotonic\"]


class Station:
    async def read(self, loop):
        time.sleep(1)  # settle
        return self.level


later = lambda: time.time()
";

const AFTER: &str = "\
import asyncio
import time
from time import monotonic

__all__ = [\"monotonic\"]


class Station:
    async def read(self, loop):
        await asyncio.sleep(1)  # settle
        return self.level


later = lambda: time.time()
";

/// Returns what a right engine does with `BEFORE`.
fn right() -> Observed {
    let site = BEFORE.find("time.sleep").expect("the site is there");
    let callee = site..site + "time.sleep".len();
    Observed {
        form: Form::Module,
        before: BEFORE.to_owned(),
        edits: vec![Replacement {
            range: callee,
            text: "await asyncio.sleep".to_owned(),
        }],
        sites: once(site..site + "time.sleep(1)".len()).collect(),
        after: AFTER.to_owned(),
        housekeeping: Some(&["loop"]),
        lost_comments: String::new(),
        new_cell: String::new(),
    }
}

#[track_caller]
fn check_caught(law: &str, fault: impl FnOnce(&mut Observed)) {
    let mut observed = right();
    assert_eq!(check(&observed), Ok(()), "without the fault");
    fault(&mut observed);
    let error = check(&observed).expect_err("the fault is seen");
    assert!(error.contains(law), "seen for another reason: {error}");
}

/// Puts the fault into the text after; `from` must be in it.
fn after(from: &str, to: &str) -> impl FnOnce(&mut Observed) {
    assert!(AFTER.contains(from), "{from:?} is in the text");
    let text = AFTER.replacen(from, to, 1);
    move |observed| observed.after = text
}

#[test]
fn wrong_indentation_is_caught() {
    check_caught("law 1", after("        return", "         return"));
    check_caught("law 4", after("        return", "    return"));
}

#[test]
fn a_lost_comment_is_caught() {
    check_caught("law 4: the comment", after("  # settle", ""));
}

#[test]
fn a_doubled_import_is_caught() {
    check_caught(
        "imported twice",
        after("import asyncio\n", "import asyncio\nimport asyncio\n"),
    );
}

#[test]
fn an_await_in_a_lambda_is_caught() {
    check_caught(
        "law 2",
        after("lambda: time.time()", "lambda: await time.time()"),
    );
}

#[test]
fn a_dropped_import_that_all_names_is_caught() {
    check_caught("__all__", after("from time import monotonic\n", ""));
}

#[test]
fn a_wrong_line_end_is_caught() {
    check_caught("line ends", |observed| {
        observed.before = BEFORE.replace('\n', "\r\n");
        observed.edits.clear();
        observed.sites.clear();
        observed.after = observed.before.replacen("\r\n", "\n", 1);
    });
}

#[test]
fn an_edit_outside_the_site_is_caught() {
    check_caught("no change explains", after("self.level", "self.levels"));
}

#[test]
fn missing_parentheses_are_caught() {
    check_caught("not one expression", |observed| {
        let site = "x = loop.run_until_complete(f()).rows\n";
        let call = "loop.run_until_complete(";
        observed.form = Form::Percent;
        observed.before = format!("# %%\n{site}");
        let start = observed.before.find(call).expect("the call is there");
        let end = observed.before.find(".rows").expect("the use is there");
        let edit = |range, text: &str| Replacement {
            range,
            text: text.to_owned(),
        };
        observed.edits = vec![
            edit(start..start + call.len(), "await "),
            edit(end - 1..end, ""),
        ];
        observed.sites = once(start..end).collect();
        observed.after = "# %%\nx = await f().rows\n".to_owned();
    });
}

#[test]
fn an_import_dropped_while_used_is_caught() {
    check_caught("nothing binds `time`", after("import time\n", ""));
}

#[test]
fn a_second_run_that_changes_again_is_caught() {
    let first = AFTER;
    let second = AFTER.replacen("await asyncio", "await  asyncio", 1);
    assert!(super::same_again(first, first).is_ok());
    assert!(super::same_again(first, &second).is_err());
}

#[test]
fn a_new_cell_that_no_change_explains_is_caught() {
    check_caught("explains the new cell's `level = 1`", |observed| {
        observed.new_cell = "\nlevel = 1\n".to_owned();
        observed.after.push_str(&observed.new_cell);
    });
}
