//! Doubts that a table has.

use std::sync::Arc;

use super::*;
use crate::recipe::safety::Doubt;

const DOUBTS: &str = r#"columns:
  level: {type: words, words: [manual, review], about: a}
  when: {type: condition, required: true, about: a}
  because: {type: text, required: true, about: a}
rows:
  - {level: manual, when: {inside: lambda}, because: "no: {why}"}
  - {when: {function: {has: {table: calls, column: code}}}, because: "look"}
"#;

/// What stands before the rows of a table with a column for what to check.
const CHECKED: &str = "required: true, about: a}\n  check: {type: text, about: b}\nrows:";

const CALLS: &str = "columns: {code: {type: patterns, about: a}}\nrows: [{code: [g(), h()]}]\n";

/// The table of the doubts with one text replaced, and that of the calls that they ask for.
fn with_doubts(part: &str, by: &str) -> Result<Library, Vec<Mistake>> {
    let mut library = library();
    let text = DOUBTS.replacen(part, by, 1);
    for (path, text) in [("tables/calls.yaml", CALLS), ("tables/awaits.yaml", &text)] {
        let table = compile_table(path, text, &library)?;
        library.add(table);
    }
    Ok(library)
}

/// Compares the doubts of a rule, or the errors; `doubts` begins on line 11.
#[track_caller]
fn check_doubts(library: &Library, doubts: &str, expected: &[&str]) {
    let rule = "  - match: f($x)\n    rewrite: g($x)\n    does: d\n    doubts:";
    let text = format!("{HEAD}rules:\n{rule} {doubts}\n");
    let shown = match compile("r.yaml", &text, library) {
        Ok(recipe) => {
            let doubts = recipe.content.rules[0].doubts.iter();
            let show = |doubt: &Arc<Doubt>| {
                let asks = doubt.when.as_ref().map_or("", |_| "when ");
                let check = doubt.check.as_ref();
                let check = check.map_or_else(String::new, |it| format!(" check {:?}", it.parts));
                let because = &doubt.because.parts;
                format!("{}: {asks}{because:?}{check}", doubt.level.word())
            };
            doubts.map(show).collect()
        }
        Err(errors) => errors
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<String>>(),
    };
    assert_eq!(shown, expected, "{doubts}");
}

#[test]
fn the_rows_of_a_table_take_the_place_of_its_name() {
    let library = with_doubts("", "").expect("the tables are right");
    check_doubts(
        &library,
        "[{because: \"{$x}\"}, {table: awaits}]",
        &[
            r#"review: [Capture("x")]"#,
            r#"manual: when [Text("no: "), Why]"#,
            r#"review: when [Text("look")]"#,
        ],
    );
}

#[test]
fn a_doubt_says_what_to_check_in_a_recipe_and_in_a_table() {
    let text = DOUBTS
        .replacen("required: true, about: a}\nrows:", CHECKED, 1)
        .replacen("look\"", "look\", check: \"that {function} ends\"", 1);
    let library = with_doubts(DOUBTS, &text).expect("the tables are right");
    check_doubts(
        &library,
        "[{table: awaits}, {because: b, check: \"who has {$x}\"}]",
        &[
            r#"manual: when [Text("no: "), Why]"#,
            r#"review: when [Text("look")] check [Text("that "), Place(Function), Text(" ends")]"#,
            r#"review: [Text("b")] check [Text("who has "), Capture("x")]"#,
        ],
    );
    check_doubts(
        &library,
        "{because: b, check: \"who has {$y}\"}",
        &["r.yaml:11:43: check: `$y` is not bound by every pattern of `match` (expected $x)"],
    );
}

#[test]
fn what_the_recipe_has_to_check_comes_after_what_a_row_has() {
    let checked = DOUBTS.replacen("required: true, about: a}\nrows:", CHECKED, 1);
    for (row, expected) in [
        (
            "look\", check: \"a\"",
            r#"review: when [Text("look")] check [Text("a; b")]"#,
        ),
        ("look\"", r#"review: when [Text("look")] check [Text("b")]"#),
    ] {
        let text = checked.replacen("look\"", row, 1);
        let library = with_doubts(DOUBTS, &text).expect("the tables are right");
        check_doubts(
            &library,
            "[{table: awaits, check: \"b\"}]",
            &[r#"manual: when [Text("no: "), Why]"#, expected],
        );
    }
}

#[test]
fn mistakes_about_doubts_have_their_places() {
    let library = with_doubts("", "").expect("the tables are right");
    let check_named =
        |named: &str, expected: &str| check_doubts(&library, &format!("[{named}]"), &[expected]);
    let unknown = "r.yaml:11:22: doubts: unknown table `await` (did you mean `awaits`?)";
    check_named("{table: await}", unknown);
    let column = "r.yaml:11:22: doubts: unknown column `when` (expected code)";
    check_named("{table: calls}", column);
    let key =
        "r.yaml:11:30: doubts: unknown key `where` (expected table, level, when, because, check)";
    check_named("{table: awaits, where: x}", key);
    let silent = "r.yaml:11:14: doubts: a doubt without `because` (expected `because`, or `table`)";
    check_named("{level: manual}", silent);
    let wrong = with_doubts("inside: lambda", "insid: lambda").err();
    let word = "tables/awaits.yaml:6:28: when: unknown key `insid` (did you mean `inside`?)";
    assert_eq!(render(&wrong.unwrap_or_default()), word);
}
