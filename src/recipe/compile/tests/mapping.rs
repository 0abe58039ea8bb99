//! Rows of tables in `arguments`, `follow-value`, and `exceptions`.

use super::*;
use crate::recipe::follow_up::ArgumentFate;

const TABLE: &str = r#"columns:
  old: {type: texts, required: true, about: a}
  new: {type: texts, about: a}
  refuse: {type: text, about: a}
rows:
  - {old: ["(a|b)=$x", c=$x], new: d=$x}
  - {old: e=$_, refuse: "there is no e"}
  - {old: f=$_, new: keep}
"#;

const USES: &str = r#"columns:
  old: {type: texts, required: true, about: a}
  new: {type: text, about: a}
rows:
  - {old: [$value.a, $value.b], new: $value.c}
"#;

const ERRORS: &str = r#"columns:
  old: {type: texts, required: true, about: a}
  new: {type: texts, about: a}
rows:
  - {old: [x.A, OSError], new: [OSError, y.A]}
"#;

/// A row that says nothing of what becomes of it, and a table without the columns.
const HALF: &str = "columns:\n  old: {type: texts, about: a}\n  new: {type: text, about: a}\nrows: [{old: a=$x}]\n";
const OTHER: &str = "columns:\n  old: {type: texts, about: a}\nrows: [{old: a=$x}]\n";

/// Shows what a rule maps, or the errors; the maps begin on line 11.
#[track_caller]
fn check(maps: &str, expected: &[&str]) {
    let mut library = library();
    let tables = [
        ("names", TABLE),
        ("uses", USES),
        ("errors", ERRORS),
        ("half", HALF),
        ("other", OTHER),
    ];
    for (name, text) in tables {
        let table = compile_table(&format!("tables/{name}.yaml"), text, &library);
        library.add(table.unwrap_or_else(|errors| panic!("{}", render(&errors))));
    }
    let text = format!(
        "{HEAD}rules:\n  - match: call($*args)\n    rewrite: other($*args)\n    does: d\n{maps}\n"
    );
    let shown = match compile("r.yaml", &text, &library) {
        Ok(recipe) => shown(&recipe.content.rules[0]),
        Err(errors) => errors.iter().map(ToString::to_string).collect(),
    };
    assert_eq!(shown, expected, "{maps}");
}

fn shown(rule: &crate::recipe::Rule) -> Vec<String> {
    let lines = rule.arguments.lines.iter().map(|line| {
        let fates = line.cases.iter().map(|(_, fate)| match fate {
            ArgumentFate::Becomes(template) => template.code.clone(),
            ArgumentFate::Refused(why) => why.clone(),
            fate => format!("{fate:?}"),
        });
        let fates: Vec<String> = fates.collect();
        format!("{}: {}", line.pattern.text, fates.join(" or "))
    });
    let uses = rule.follow_value.iter().flat_map(|follow| &follow.uses);
    let uses = uses.map(|(used, template)| {
        let code = template.as_ref().map(|it| it.code.as_str());
        format!("{}: {}", used.pattern.text, code.unwrap_or("keep"))
    });
    let errors = rule.exceptions.iter().map(|line| {
        let to: Vec<&str> = line.to.iter().map(|it| it.class.code.as_str()).collect();
        let stays = if line.stays { " stays" } else { "" };
        format!("{}{stays}: {}", line.from, to.join(" or "))
    });
    lines.chain(uses).chain(errors).collect()
}

#[test]
fn rows_are_lines_of_a_map() {
    check(
        "    arguments: {table: names}",
        &[
            "a=$x: d=__mv_x",
            "b=$x: d=__mv_x",
            "c=$x: d=__mv_x",
            "e=$_: there is no e",
            "f=$_: Kept",
        ],
    );
    check(
        "    follow-value: {$value.d: keep, table: uses}",
        &[
            "$value.d: keep",
            "$value.a: __mv_value.c",
            "$value.b: __mv_value.c",
        ],
    );
    check(
        "    exceptions: {table: errors}",
        &["x.A: OSError or y.A", "OSError stays: y.A"],
    );
}

#[test]
fn a_line_that_is_typed_wins_over_a_row() {
    check(
        "    arguments: {table: names, c=$x: drop, e=$_: {refuse: no}}",
        &[
            "a=$x: d=__mv_x",
            "b=$x: d=__mv_x",
            "f=$_: Kept",
            "c=$x: Dropped",
            "e=$_: no",
        ],
    );
}

#[test]
fn a_table_has_the_columns() {
    check(
        "    arguments: {table: name}",
        &["r.yaml:11:24: arguments: unknown table `name` (did you mean `names`?)"],
    );
    check(
        "    arguments: {table: other}",
        &["r.yaml:11:24: arguments: unknown column `new` (expected old)"],
    );
    check(
        "    arguments: {table: half}",
        &[
            "r.yaml:11:24: arguments: the column `new` is missing (expected `new` or `refuse` in each row)",
        ],
    );
}
