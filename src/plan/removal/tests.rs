//! Small texts before and after.

use super::*;
use crate::text::edit::EditSet;

fn removed(text: &str) -> String {
    let module = Module::parse_plain(text).expect("it parses");
    let tree = Tree::build(&module);
    let blocks = Blocks::build(&tree);
    let doomed = tree
        .ids()
        .filter(|&id| tree.node(id).is_statement() && text[tree.range(id)].starts_with("loop"))
        .collect();
    let removal = remove_statements(&doomed, &tree, &blocks, &module, text);
    let set = EditSet::new(removal.edits, removal.shifts).expect("the edits are disjoint");
    set.apply(text)
}

/// Removes the statements that begin with `loop`.
#[track_caller]
fn check(text: &str, expected: &str) {
    for line_end in ["\n", "\r\n", "\r"] {
        let found = removed(&text.replace('\n', line_end));
        assert_eq!(found, expected.replace('\n', line_end));
    }
}

#[test]
fn a_try_that_only_closed_the_loop_is_unwrapped() {
    check(
        "loop = a\nloop.set()\ntry:\n\tfor b in c:\n\t\ttry:\n\t\t\td\n\t\texcept E:\n\t\t\te\n\tif f:  # last\n\t\tg\nfinally:\n\tloop.close()\nh\n",
        "for b in c:\n\ttry:\n\t\td\n\texcept E:\n\t\te\nif f:  # last\n\tg\nh\n",
    );
    check(
        "if a:\n    b = 1\n    loop = c\n    try:\n        d = e\n    finally:\n        loop.close()\n    raise f\n",
        "if a:\n    b = 1\n    d = e\n    raise f\n",
    );
}

#[test]
fn strings_and_hanging_lines_keep_their_place() {
    check(
        "try:\n    a = '''\n    x\n'''\n# c\n    # d\n    b(\n  1)\nfinally:\n    loop.close()\n",
        "a = '''\n    x\n'''\n# c\n# d\nb(\n1)\n",
    );
}

#[test]
fn nested_tries_are_unwrapped_together() {
    check(
        "try:\n    try:\n        a\n    finally:\n        loop.stop()\nfinally:\n    loop.close()\n",
        "a\n",
    );
}

#[test]
fn one_line_clauses_go() {
    check("try:\n    a\nfinally: loop.close()\nb\n", "a\nb\n");
    check("try: a\nfinally: loop.close()\nb\n", "a\nb\n");
    check("if a: b\nelse: loop.close()\n", "if a: b\n");
}

#[test]
fn a_try_with_nothing_left_goes() {
    check(
        "a\ntry:\n    loop.run()\nfinally:\n    loop.close()\nb\n",
        "a\nb\n",
    );
}

#[test]
fn a_clause_without_statements_goes() {
    check(
        "try:\n    a\nexcept E:\n    b\nfinally:\n    loop.close()\n",
        "try:\n    a\nexcept E:\n    b\n",
    );
    check(
        "try:\n    a\nexcept E:\n    b\nelse:\n    loop.close()\nc\n",
        "try:\n    a\nexcept E:\n    b\nc\n",
    );
    check(
        "if a:\n    b\nelse:\n    loop.close()\n\n\nc\n",
        "if a:\n    b\n\n\nc\n",
    );
    check(
        "for a in b:\n    c\nelse:\n    loop.close()\n",
        "for a in b:\n    c\n",
    );
}

#[test]
fn a_block_that_must_stay_gets_pass() {
    check("if a:\n    loop.close()\n", "if a:\n    pass\n");
    check("if a: loop.close()  # c\n", "if a: pass  # c\n");
    check(
        "while a:\n    loop.b()\n    loop.c()\nd\n",
        "while a:\n    pass\nd\n",
    );
    check("def f():\n    loop.a(); loop.b()\n", "def f():\n    pass\n");
    check(
        "try:\n    loop.a()\nexcept E:\n    loop.b()\n",
        "try:\n    pass\nexcept E:\n    pass\n",
    );
    check(
        "if a:\n    b\nelif c:\n    loop.d()\nelse:\n    e\n",
        "if a:\n    b\nelif c:\n    pass\nelse:\n    e\n",
    );
}

#[test]
fn a_cell_or_file_may_become_empty() {
    check(
        "# %%\na\n\n# %%\nloop.close()\n\n# %%\nb\n",
        "# %%\na\n\n# %%\n\n# %%\nb\n",
    );
    check("loop = a\n", "");
}

#[test]
fn ends_without_line_end_stay_so() {
    check("a\nloop.close()", "a");
    check("try:\n    a\nfinally:\n    loop.close()", "a");
}

#[test]
fn comments_behind_stay_and_those_inside_go() {
    assert_eq!(removed("a\nloop.b()  # c\n"), "a\n# c\n");
    assert_eq!(removed("a\nloop.b(  # c\n)  # d\n"), "a\n# d\n");
    assert_eq!(removed("# c\nloop.b()\na\n"), "# c\na\n");
    let text = "try:\n    a\nfinally:  # b\n    # c\n    loop.close()\n";
    assert_eq!(removed(text), "a\n# b\n# c\n");
}

#[test]
fn a_pragma_does_not_come_to_be_about_pass() {
    assert_eq!(
        removed("if a:\n    loop.b()  # noqa: E7\nc\n"),
        "if a:\n    # noqa: E7\n    pass\nc\n"
    );
    let remark = "if a:\n    loop.b()  # why\n";
    assert_eq!(removed(remark), "if a:\n    pass  # why\n");
    let several = "if a:\n    loop.b()  # noqa\n    loop.c()";
    assert_eq!(removed(several), "if a:\n    # noqa\n    pass");
}

#[test]
fn statements_inside_one_that_goes_go_with_it() {
    check("loop = [\n    a,\n]\nb\n", "b\n");
    check("a\nloop: b = c; d\n", "a\nd\n");
}

/// Removes the statements that begin with `loop` and inserts a line at `|`.
#[track_caller]
fn check_around(marked: &str, expected: &str) {
    let at = marked.find('|').expect("there is a mark");
    let text = marked.replace('|', "");
    let module = Module::parse_plain(&text).expect("it parses");
    let tree = Tree::build(&module);
    let blocks = Blocks::build(&tree);
    let doomed = tree
        .ids()
        .filter(|&id| tree.node(id).is_statement() && text[tree.range(id)].starts_with("loop"))
        .collect();
    let new = [Edit::insertion(
        TextSize::try_from(at).expect("it is short"),
        "new\n",
    )];
    let removal = remove_statements(&doomed, &tree, &blocks, &module, &text).around(&new, &text);
    let edits = removal.edits.into_iter().chain(new).collect();
    let set = EditSet::new(edits, removal.shifts).expect("the edits are disjoint");
    assert_eq!(set.apply(&text), expected);
}

#[test]
fn new_lines_may_stand_between_lines_that_go() {
    check_around("a\nloop.b()\n|loop.c()\nd\n", "a\nnew\nd\n");
    check_around("a\n|loop.c()", "a\nnew\n");
}
