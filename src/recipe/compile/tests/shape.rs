//! Keys, types and words that are wrong.

use super::*;

#[test]
fn yaml_that_does_not_parse_is_one_error() {
    check(
        "id: r\ntitle: a: b\n",
        "r.yaml:2:9: not YAML: mapping values are not allowed in this context (expected quotes around a text that holds `: ` or ` #`, or `|` before lines of text)",
    );
    check(
        "id: r\n\ttitle: t\n",
        "r.yaml:2:1: not YAML: while scanning a plain scalar, found a tab (expected spaces)",
    );
    check(
        "id: 'r\ntitle: t\n",
        "r.yaml:2:1: not YAML: invalid indentation in multiline quoted scalar (expected the closing quote of a text above)",
    );
    check(
        "id: r\nid: r\n",
        "r.yaml:2:1: the key stands twice (expected one of them)",
    );
    check(
        "match: @app.task\n",
        "r.yaml:1:8: not YAML: unexpected character: `@' (expected quotes around a text that begins with one of @ % & * ! [ { > | `)",
    );
    check(
        "",
        "r.yaml:1:1: this is empty (expected a map with keys such as id, title, area, severity)",
    );
    check(
        "- a\n",
        "r.yaml:1:1: this is a list (expected a map with keys such as id, title, area, severity)",
    );
}

#[test]
fn unknown_keys_name_the_nearest() {
    check_rule(
        "mtach: f()\nreport: r",
        "r.yaml:8:5: rules: unknown key `mtach` (did you mean `match`?)",
    );
    check_rule(
        "match: f()\nfor-each: blocking\nreport: r",
        "r.yaml:9:5: rules: unknown key `for-each` (expected id, match, under, where, rewrite, remove, require, extract, keep-handle, and 27 others: `awaitify recipe words` lists all)",
    );
    check_rule(
        "match: f()\nreport: r\nunlessed: {in: with x}",
        "r.yaml:10:5: rules: unknown key `unlessed` (expected id, match, under, where, rewrite, remove, require, extract, keep-handle, and 27 others: `awaitify recipe words` lists all)",
    );
    check_where(
        "{insde: cell}",
        "r.yaml:9:13: where: unknown key `insde` (did you mean `inside`?)",
    );
    check_where(
        "{$x: {iss: task}}",
        "r.yaml:9:18: $x: unknown key `iss` (did you mean `is`?)",
    );
    check_where(
        "{function: {role: thread-taget}}",
        "r.yaml:9:30: role: unknown role `thread-taget` (did you mean `thread-target`?)",
    );
    check_where(
        "{teardown: {role: thread-taget}}",
        "r.yaml:9:30: role: unknown role `thread-taget` (did you mean `thread-target`?)",
    );
    check_where(
        "{function: {blocks: none}}",
        "r.yaml:9:24: function: unknown key `blocks` (expected role, has, decorated, run-by, generator, annotated, takes, yields, awaits, and 8 others: `awaitify recipe words` lists all)",
    );
    check(
        &format!("{HEAD}rules: [{{match: f(), report: r}}]\nclaims: x\n"),
        "r.yaml:8:1: unknown key `claims` (expected id, title, area, severity, why, python, after, before, noqa, and 17 others: `awaitify recipe words` lists all)",
    );
    check(
        &format!(
            "{HEAD}rules: [{{match: f(), report: r}}]\nparameters: {{limit: {{type: int}}}}\n"
        ),
        "r.yaml:8:21: limit: the key `default` is missing (expected text)\nr.yaml:8:21: limit: the key `about` is missing (expected text)",
    );
}

#[test]
fn missing_keys_are_named() {
    check(
        "id: r\ntitle: t\n",
        "
r.yaml:1:1: the key `why` is missing (expected text)
r.yaml:1:1: the key `rules` is missing (expected a list (`- ` begins each), each a map with keys such as id, match, under, where)
r.yaml:1:1: the key `examples` is missing (expected a list (`- ` begins each), each a map with keys such as name, before, after, unchanged)
",
    );
    check_rule(
        "report: r",
        "r.yaml:8:5: rules: the key `match` is missing (expected Python in a text, or a map with keys such as match, magic, dependency, where, or a list of such)",
    );
    check_rule(
        "match: f()\nrewrite: g()\ndoes: d\ndoubts: {when: {python: \">=3.9\"}}",
        "
r.yaml:11:13: doubts: a doubt without `because` (expected `because`, or `table`)
",
    );
    check_rule(
        "match: f()\nextract: {statements: block}\ndoes: b",
        "
r.yaml:9:14: extract: the key `into` is missing (expected Python in a text)
r.yaml:9:14: extract: the key `run` is missing (expected Python in a text)
",
    );
}

#[test]
fn wrong_types_say_what_was_expected() {
    check(
        &format!("{HEAD}rules: f\n"),
        "r.yaml:7:8: rules: this is text (expected a list (`- ` begins each), each a map with keys such as id, match, under, where)",
    );
    check_rule(
        "match: {}\nreport: r",
        "
r.yaml:8:12: match: this is empty (expected at least one key)
r.yaml:8:12: match: the key `match` is missing
",
    );
    check_rule("match:\nreport: [r]", "
r.yaml:8:10: match: this is empty (expected Python in a text, or a map with keys such as match, magic, dependency, where, or a list of such)
r.yaml:9:13: report: this is a list (expected text, in quotes where it begins with { or [)
");
    check_where(
        "{can-await: yes}",
        "r.yaml:9:24: can-await: unknown value `yes` (expected true or false, without quotes)",
    );
    check_where(
        "{can-await: \"true\"}",
        "r.yaml:9:24: can-await: unknown value `true` (expected true or false, without quotes)",
    );
    check_where(
        "[{inside: cell}]",
        "r.yaml:9:12: where: this is a list (expected a map with keys such as all, any, not, inside)",
    );
    check_where(
        "{python: 3.9}",
        "r.yaml:9:21: python: unknown value `3.9` (expected a requirement such as \">=3.11\" or \">=3.9,<3.12\")",
    );
    check_where(
        "{inside: []}",
        "r.yaml:9:21: inside: this is empty (expected at least one)",
    );
    check_rule(
        "match: f()\nremove: yes\ndoes: b",
        "r.yaml:9:13: remove: unknown word `yes` (expected statement, block, entry)",
    );
    check(
        &format!("{HEAD}rules: []\n"),
        "r.yaml:7:8: rules: this is empty (expected at least one)",
    );
}

#[test]
fn unknown_words_name_the_nearest() {
    check_where(
        "{inside: [cell, corutine]}",
        "r.yaml:9:28: inside: unknown word `corutine` (did you mean `coroutine`?)",
    );
    check_where(
        "{result: discrded}",
        "r.yaml:9:21: result: unknown word `discrded` (did you mean `discarded`?)",
    );
    check_where(
        "{within: [loop, finaly, \"with $cm\"]}",
        "r.yaml:9:28: within: unknown word `finaly` (did you mean `finally`?)",
    );
    check_where(
        "{can-await: as-list}",
        "r.yaml:9:24: can-await: unknown value `as-list` (expected true or false, without quotes)",
    );
    check_where(
        "{matched: maybe}",
        "r.yaml:9:22: matched: unknown word `maybe` (expected unknown)",
    );
    check_where(
        "{file: {is: [notebok]}}",
        "r.yaml:9:25: is: unknown word `notebok` (did you mean `notebook`?)",
    );
    check_where(
        "{file: {is: unknown}}",
        "r.yaml:9:24: is: `unknown` stands alone (expected a list with what may be known, `[…, unknown]`)",
    );
}

#[test]
fn examples_have_two_sides_or_one() {
    check_examples(
        "[{name: n, before: x}]",
        "r.yaml:7:12: examples: `before` without `after` (expected `before` and `after`, or `unchanged`)",
    );
    check_examples(
        "[{name: n, before: x, after: y, unchanged: z}]",
        "r.yaml:7:12: examples: `unchanged` beside `before` or `after` (expected `before` and `after`, or `unchanged`)",
    );
    check_examples(
        "[{name: n, form: ipynb, unchanged: x}]",
        "r.yaml:7:46: examples: the text of a notebook does not begin with `# %%` or `# %% [markdown]`",
    );
    check_examples(
        "[{name: n, unchanged: \"# %%\\nx\\n\"}]",
        "r.yaml:7:33: examples: a text that begins with `# %%` needs `form: percent` or `form: ipynb`",
    );
    check_examples(
        "[{name: n, unchanged: {a.txt: x}}, {name: n, unchanged: x}]",
        "
r.yaml:7:34: examples: unknown kind of file `a.txt` (expected a name that ends in .py or .ipynb, or the name of a text file, such as .md or .sh)
r.yaml:7:53: name: the name `n` stands twice (expected another name)
",
    );
    check_examples(
        "[{name: n, form: percent, unchanged: {a.py: x}}]",
        "r.yaml:7:48: examples: `form` beside files that have names",
    );
    check_examples(
        "[{name: n, unchanged: x, level: manual, python: \"2.7\", run: no}]",
        "
r.yaml:7:43: level: unknown word `manual` (expected safe, review)
r.yaml:7:59: python: unknown value `2.7` (expected a version such as \"3.11\")
r.yaml:7:71: run: unknown value `no` (expected true or false, without quotes)
",
    );
    check_examples(
        "[{name: n, unchanged: {a.ipynb: x}}]",
        "r.yaml:7:43: examples: the text of a notebook does not begin with `# %%` or `# %% [markdown]`",
    );
    check_examples(
        "[{name: n, form: percent, unchanged: x}]",
        "r.yaml:7:48: examples: a percent file without `# %%`",
    );
    check_examples(
        "[{name: n, unchanged: x, findings: none}]",
        "r.yaml:7:46: findings: `none` is a part of a finding here (expected `[]` for no finding)",
    );
    check_examples(
        "[{name: n, before: x, after: y, safety: manual}]",
        "r.yaml:7:51: safety: unknown word `manual` (expected safe or review; `findings` is for findings)",
    );
    check_examples("[{name: n, before: x, after: \"\"}]", "");
    check_examples(
        "[]",
        "r.yaml:7:11: examples: this is empty (expected at least one)",
    );
}

#[test]
fn arguments_need_some_that_the_match_leaves() {
    check_rule(
        "match: lib.read($x)\nrewrite: lib.get($x)\ndoes: d\narguments: {debug=$_: drop}",
        "r.yaml:11:16: arguments: `arguments` has nothing to work on: the match lists all arguments (expected `$*args` in the match, for the arguments that it does not list)",
    );
    check_rule(
        "match: lib.read($x, debug=$d)\nrewrite: lib.get($x, debug=$d)\ndoes: d\narguments: {debug=$_: drop}",
        "",
    );
}

#[test]
fn a_condition_stands_around_a_metavariable() {
    check_where(
        "{$*rest: {not: [{has: f($_)}]}}",
        "r.yaml:9:22: $*rest: unknown key `not` (expected `not` around the metavariable: `not: [{$x: …}]`)",
    );
}

#[test]
fn no_mistake_is_silent() {
    let each = format!("{HEAD}for-each: {{tabel: calls}}\nrules: [{{match: f(), report: r}}]\n");
    check(
        &each,
        "\
r.yaml:7:11: for-each: the key `where` is missing (expected a map with keys such as all, any, not, inside)
r.yaml:7:12: for-each: unknown key `tabel` (did you mean `table`?)",
    );
    check_rule(
        "match: f()\nrewrite: g()\ndoes: d\nexceptions: {lib.E: [{because: x}]}",
        "r.yaml:1:1: this file cannot be compiled: compare it with `awaitify recipe schema`",
    );
}
