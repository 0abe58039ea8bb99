//! Cases of `safety` that a table has.

use std::sync::Arc;

use super::*;

const CASES: &str = r#"columns:
  level: {type: words, words: [manual, review], required: true, about: a}
  when: {type: condition, required: true, about: a}
  because: {type: text, required: true, about: a}
rows:
  - {level: manual, when: {inside: lambda}, because: "no: {why}"}
  - {level: review, when: {function: {has: {table: calls, column: code}}}, because: "{so}; look"}
"#;

/// What stands before the rows of a table with a column for what to check.
const CHECKED: &str = "required: true, about: a}\n  check: {type: text, about: b}\nrows:";

const CALLS: &str = "columns: {code: {type: patterns, about: a}}\nrows: [{code: [g(), h()]}]\n";

/// The table of the cases with one text replaced, and that of the calls that they ask for.
fn with_cases(part: &str, by: &str) -> Result<Library, Vec<Mistake>> {
    let mut library = library();
    let text = CASES.replacen(part, by, 1);
    for (path, text) in [("tables/calls.yaml", CALLS), ("tables/awaits.yaml", &text)] {
        let table = compile_table(path, text, &library)?;
        library.add(table);
    }
    Ok(library)
}

/// Compares the cases of a rule, or the errors; `safety` begins on line 10.
#[track_caller]
fn check_cases(library: &Library, safety: &str, expected: &[&str]) {
    let rule = "  - match: f($x)\n    rewrite: g($x)\n    safety:";
    let text = format!("{HEAD}rules:\n{rule} {safety}\n");
    let shown = match compile("r.yaml", &text, library) {
        Ok(recipe) => {
            let cases = recipe.content.rules[0].safety.iter();
            let show = |case: &Arc<SafetyCase>| {
                let asks = case.when.as_ref().map_or("", |_| "when ");
                let check = case.check.as_ref();
                let check = check.map_or_else(String::new, |it| format!(" check {:?}", it.parts));
                let because = &case.because.parts;
                format!("{}: {asks}{because:?}{check}", case.level.word())
            };
            cases.map(show).collect()
        }
        Err(errors) => errors
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<String>>(),
    };
    assert_eq!(shown, expected, "{safety}");
}

#[test]
fn cases_of_a_table_stand_in_the_place_of_its_name() {
    let library = with_cases("", "").expect("the tables are right");
    check_cases(
        &library,
        "[{cases: {table: awaits, so: fine}}, {safe: {because: \"{so}, {$x}\"}}]",
        &[
            r#"manual: when [Text("no: "), Why]"#,
            r#"review: when [Text("fine; look")]"#,
            r#"safe: [Text("fine, "), Capture("x")]"#,
        ],
    );
    let order = "[{review: {when: {inside: cell}, because: r}}, {cases: {table: awaits, so: s}}, {safe: {because: b}}]";
    check_cases(
        &library,
        order,
        &[
            "r.yaml:10:68: safety: `manual` after `review` (expected manual before review before safe)",
        ],
    );
    check_cases(
        &library,
        "[{cases: {table: awaits, so: fine}}]",
        &[
            "r.yaml:10:22: safety: the last case has a `when` (expected one more case without `when`, for all other sites)",
        ],
    );
}

#[test]
fn a_case_says_what_to_check_in_a_recipe_and_in_a_table() {
    let text = CASES
        .replacen("required: true, about: a}\nrows:", CHECKED, 1)
        .replacen("look\"", "look\", check: \"that {so} in {function}\"", 1);
    let library = with_cases(CASES, &text).expect("the tables are right");
    check_cases(
        &library,
        "[{cases: {table: awaits, so: fine}}, {safe: {because: b, check: \"who has {$x}\"}}]",
        &[
            r#"manual: when [Text("no: "), Why]"#,
            r#"review: when [Text("fine; look")] check [Text("that fine in "), Place(Function)]"#,
            r#"safe: [Text("b")] check [Text("who has "), Capture("x")]"#,
        ],
    );
    check_cases(
        &library,
        "{safe: {because: b, check: \"who has {$y}\"}}",
        &["r.yaml:10:50: check: `$y` is not bound by every pattern of `match` (expected $x)"],
    );
}

#[test]
fn what_the_recipe_has_to_check_stands_behind_what_a_row_has() {
    let checked = CASES.replacen("required: true, about: a}\nrows:", CHECKED, 1);
    for (row, expected) in [
        (
            "look\", check: \"a\"",
            r#"review: when [Text("fine; look")] check [Text("a; b fine")]"#,
        ),
        (
            "look\"",
            r#"review: when [Text("fine; look")] check [Text("b fine")]"#,
        ),
    ] {
        let text = checked.replacen("look\"", row, 1);
        let library = with_cases(CASES, &text).expect("the tables are right");
        check_cases(
            &library,
            "[{cases: {table: awaits, so: fine, check: \"b {so}\"}}, {safe: {because: b}}]",
            &[
                r#"manual: when [Text("no: "), Why]"#,
                expected,
                r#"safe: [Text("b")]"#,
            ],
        );
    }
}

#[test]
fn mistakes_about_cases_have_their_places() {
    let library = with_cases("", "").expect("the tables are right");
    let check_named = |named: &str, expected: &str| {
        let safety = format!("[{{cases: {named}}}, {{safe: {{because: b}}}}]");
        check_cases(&library, &safety, &[expected]);
    };
    let unknown = "r.yaml:10:30: cases: unknown table `await` (did you mean `awaits`?)";
    check_named("{table: await, so: s}", unknown);
    let column = "r.yaml:10:30: cases: unknown column `level` (expected code)";
    check_named("{table: calls, so: s}", column);
    let missing = "r.yaml:10:22: cases: the key `so` is missing (expected text)";
    check_named("{table: awaits}", missing);
    let key = "r.yaml:10:45: cases: unknown key `where` (expected table, so, when, check)";
    check_named("{table: awaits, so: s, where: x}", key);
    let wrong = with_cases("inside: lambda", "insid: lambda").err();
    let word = "tables/awaits.yaml:6:28: when: unknown key `insid` (did you mean `inside`?)";
    assert_eq!(render(&wrong.unwrap_or_default()), word);
}
