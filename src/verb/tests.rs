//! The text of rewrites, by recipes of these tests.

use crate::engine::{Engine, Settings};
use crate::project::Alone;
use crate::recipe::catalog::Catalog;
use crate::recipe::compile::compile;
use crate::recipe::safety::Safety;
use crate::source::SourceFile;

/// Compares what a rule writes for another with the expected text; the lines of both stand in a function.
#[track_caller]
fn check(matched: &str, written: &str, before: &str, after: &str) {
    let lines = |text: &str, indentation: &str| {
        let lines = text.lines().map(|line| match line {
            "" => "\n".to_owned(),
            line => format!("{indentation}{line}\n"),
        });
        lines.collect::<String>()
    };
    let block = |code: &str| lines(code, "      ");
    let recipe = format!(
        "id: r\ntitle: t\narea: a\nseverity: low\nwhy: w\ndoes: d\nexamples: [{{name: n, unchanged: x}}]\n\
         rules:\n  - match: |\n{}    rewrite: |\n{}",
        block(matched),
        block(written)
    );
    let program = |code: &str| format!("import lib\n\n\nasync def f():\n{}", lines(code, "    "));
    assert_eq!(
        text_after(&recipe, "a.py", &program(before)),
        program(after),
        "{recipe}"
    );
}

/// Returns a text after all changes of a recipe.
#[track_caller]
fn text_after(recipe: &str, name: &str, text: &str) -> String {
    let catalog = Catalog::shipped_once();
    let recipe = compile("r.yaml", recipe, catalog.library()).expect("the recipe is right");
    let settings = Settings {
        target: Some((3, 11)),
        ..Settings::new(Safety::Review)
    };
    let engine = Engine::new(catalog, &[&recipe], settings).expect("one recipe is no circle");
    let source = SourceFile::from_text(name, text).expect("it can be read");
    let plan = engine.plan_source(source, &Alone).plan;
    let after = plan.map(|plan| plan.after().expect("the edits are disjoint"));
    after.map_or_else(|| text.to_owned(), |after| after.text().to_owned())
}

const MANAGED: (&str, &str) = (
    "$y = lib.old()\n$...body\nawait $y.close()",
    "$y = lib.new()\ntry:\n    $...body\nfinally:\n    await $y.stop()",
);

const LOCKED: (&str, &str) = (
    "if $x.old:\n    return\n$...body\nlib.end($x)",
    "if $x.new:\n    return\nasync with lib.lock:\n    if $x.new:\n        return\n    $...body\n    lib.fin($x)",
);

const OPENED: (&str, &str) = (
    "with lib.old($x) as $y:\n    $...body",
    "$y = lib.new($x)\n$...body",
);

#[test]
fn what_follows_a_body_that_ends_with_a_block_is_in_its_own_block() {
    let (matched, written) = MANAGED;
    check(
        matched,
        written,
        "y = lib.old()\nif a:\n    b()\n\nawait y.close()",
        "y = lib.new()\ntry:\n    if a:\n        b()\nfinally:\n    await y.stop()",
    );
    check(
        matched,
        written,
        "y = lib.old()\nfor a in b:\n    if a:\n        b()\n# why\nawait y.close()",
        "y = lib.new()\ntry:\n    for a in b:\n        if a:\n            b()\nfinally:\n    # why\n    await y.stop()",
    );
    let (matched, written) = LOCKED;
    check(
        matched,
        written,
        "if x.old:\n    return\nclass C:\n    y = 1\nlib.end(x)",
        "if x.new:\n    return\nasync with lib.lock:\n    if x.new:\n        return\n    class C:\n        y = 1\n    lib.fin(x)",
    );
}

#[test]
fn a_header_whose_name_is_written_below_it_stays_at_its_level() {
    check(
        "try:\n    $...body\nexcept lib.Old as $e:\n    $...other",
        "try:\n    $...body\nexcept lib.New as $e:\n    lib.say($e)\n    $...other",
        "try:\n    a()\nexcept lib.Old as e:\n    b()",
        "try:\n    a()\nexcept lib.New as e:\n    lib.say(e)\n    b()",
    );
}

#[test]
fn a_comment_that_ends_a_block_stays_in_it() {
    check(
        "try:\n    $...body\nexcept lib.Old:\n    pass",
        "with lib.suppress(lib.New):\n    $...body",
        "try:\n    if a:\n        b()\n        # last\nexcept lib.Old:\n    pass\nc()",
        "with lib.suppress(lib.New):\n    if a:\n        b()\n        # last\nc()",
    );
    let (matched, written) = MANAGED;
    check(
        matched,
        written,
        "y = lib.old()\nif a:\n    b()  # why\n    # last\nawait y.close()",
        "y = lib.new()\ntry:\n    if a:\n        b()  # why\n        # last\nfinally:\n    await y.stop()",
    );
}

#[test]
fn blank_lines_and_comments_before_a_body_move_with_it() {
    let (matched, written) = LOCKED;
    for apart in ["", "\n", "# why\n", "\n# why\n# that\n"] {
        check(
            matched,
            written,
            &format!("if x.old:\n    return\n{apart}a()\nlib.end(x)"),
            &format!(
                "if x.new:\n    return\nasync with lib.lock:\n    if x.new:\n        return\n{}    a()\n    lib.fin(x)",
                apart.replace('#', "    #")
            ),
        );
    }
}

#[test]
fn a_comment_stays_with_its_line_where_the_next_one_goes() {
    check(
        "lib.old()\n$...body\ntry:\n    $...other\nfinally:\n    lib.end()",
        "with lib.new():\n    $...body\n    $...other",
        "lib.old()\na()  # one\ntry:  # two\n    b()  # three\nfinally:\n    lib.end()",
        "with lib.new():  # two\n    a()  # one\n    b()  # three",
    );
}

#[test]
fn a_body_that_leaves_its_block_moves_back() {
    let (matched, written) = OPENED;
    check(
        matched,
        written,
        "with lib.old(1) as y:\n    # why\n    a()\n    if b:\n        c()\nd()",
        "y = lib.new(1)\n# why\na()\nif b:\n    c()\nd()",
    );
    check(
        matched,
        written,
        "if a:\n    with lib.old(1) as y:\n        s = \"\"\"\n  b\n\"\"\"\nd()",
        "if a:\n    y = lib.new(1)\n    s = \"\"\"\n  b\n\"\"\"\nd()",
    );
    check(
        "if lib.old():\n    $...body\n    lib.end()",
        "if not lib.new():\n    return\n$...body\nlib.fin()",
        "if lib.old():\n    a(\n        1,\n    )\n    lib.end()",
        "if not lib.new():\n    return\na(\n    1,\n)\nlib.fin()",
    );
    check(
        "with lib.old:\n    with lib.older($x):\n        $...body",
        "with lib.new($x):\n    $...body",
        "with lib.old:\n    with lib.older(1):\n        if a:\n            b()\nc()",
        "with lib.new(1):\n    if a:\n        b()\nc()",
    );
}

#[test]
fn a_body_behind_a_blank_line_moves_from_its_first_line() {
    let (matched, written) = MANAGED;
    check(
        matched,
        written,
        "y = lib.old()\n\n# why\na()\nb()\nawait y.close()",
        "y = lib.new()\ntry:\n    # why\n    a()\n    b()\nfinally:\n    await y.stop()",
    );
    check(
        "lib.old($x)\n$...body\nlib.end()",
        "with lib.new($x):\n    $...body",
        "lib.old(1)\n\na()\nb()\nlib.end()",
        "with lib.new(1):\n    a()\n    b()",
    );
    check(
        "try:\n    $...body\nfinally:\n    lib.old()",
        "$...body\nlib.new()",
        "try:\n    a()\n\n    if b:\n        c()\nfinally:\n    lib.old()",
        "a()\n\nif b:\n    c()\nlib.new()",
    );
    check(
        "$y = lib.old()\n$...body\nawait $y.close()",
        "$y = lib.new()\ntry:\n    $...body\nfinally:\n    await $y.close()",
        "y = lib.old()\na()\n\n# why\nawait y.close()",
        "y = lib.new()\ntry:\n    a()\nfinally:\n    # why\n    await y.close()",
    );
}

#[test]
fn lines_of_a_copied_capture_keep_their_distance_to_its_first() {
    check(
        "lib.old($x, $y)",
        "lib.new(1, $y, of=$x)",
        "if a:\n    lib.old({\n        1: 2,\n    }, b)",
        "if a:\n    lib.new(1, b, of={\n        1: 2,\n    })",
    );
    check(
        "$y = lib.old($x)",
        "with lib.new($x) as $y:\n    lib.use($y)",
        "y = lib.old(a(\n    1,\n    \"\"\"\n  b\n\"\"\",\n))",
        "with lib.new(a(\n    1,\n    \"\"\"\n  b\n\"\"\",\n)) as y:\n    lib.use(y)",
    );
}

#[test]
fn what_follows_a_bracket_at_once_does_so_where_a_blank_stood_behind_it() {
    check(
        "with open($x) as $y:\n    return $y.read()",
        "return lib.path($x).read_text()",
        "with open(a) as b:\n    return b.read()",
        "return lib.path(a).read_text()",
    );
}

#[test]
fn what_has_the_same_value_keeps_its_annotation() {
    check(
        "$y = $x\n$...body\nlib.old($y)",
        "$y = $x\nwith lib.new($y):\n    $...body",
        "y: int = a()\nb()\nlib.old(y)",
        "y: int = a()\nwith lib.new(y):\n    b()",
    );
    check(
        "$y = lib.old($x)",
        "$y = lib.new($x)",
        "y: int = lib.old(1)",
        "y = lib.new(1)",
    );
}

#[test]
fn a_line_that_a_cell_gets_at_its_end_displays_nothing() {
    let recipe = "id: r\ntitle: t\narea: a\nseverity: low\nwhy: w\ndoes: d\nexamples: [{name: n, unchanged: x}]\n\
                  rules:\n  - {match: $t = lib.old(), add: {at: after, text: lib.log($t)}, where: {not: [{followed-by: lib.log($t)}]}}\n";
    for (before, after) in [
        ("t = lib.old()", "t = lib.old()\nlib.log(t);"),
        ("t = lib.old();", "t = lib.old();\nlib.log(t);"),
        ("t = lib.old();\nt", "t = lib.old();\nlib.log(t)\nt"),
        (
            "if a:\n    t = lib.old()",
            "if a:\n    t = lib.old()\n    lib.log(t)",
        ),
    ] {
        let cells = |code: &str| format!("# %%\nimport lib\n# %%\n{code}\n# %%\n1\n");
        assert_eq!(text_after(recipe, "a.py", &cells(before)), cells(after));
    }
}
