//! What is wrong in a configuration is told with its place, all at once.

use super::*;
use crate::recipe::error::Report;

fn document(path: &str, text: &str) -> Arc<Document> {
    Arc::new(Document {
        tree: None,
        path: PathBuf::from("/p").join(path),
        name: path.to_owned(),
        text: text.to_owned(),
        base: PathBuf::from("/p"),
    })
}

fn mistakes(path: &str, text: &str) -> Vec<String> {
    let loaded = read(document(path, text)).expect("it has settings");
    let mut report = Report::new(path, text);
    for (key, complaint) in loaded.complaints {
        report.add(&key, complaint);
    }
    report.finish().iter().map(ToString::to_string).collect()
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    assert_eq!(mistakes("a.toml", text), expected, "{text}");
}

#[test]
fn what_is_no_toml_is_told_in_the_parsers_words() {
    check(
        "select = [\"a\"\n",
        &["a.toml:1:14: not TOML: unclosed array, expected `]`"],
    );
    check(
        "[per-path\n",
        &["a.toml:1:10: not TOML: unclosed table, expected `]`"],
    );
    check(
        "safety = safe\n",
        &["a.toml:1:10: not TOML: string values must be quoted, expected literal string"],
    );
    check(
        "safety = 'safe'\nsafety = 'safe'\n",
        &["a.toml:2:1: not TOML: duplicate key"],
    );
    check(
        "safety 'safe'\n",
        &["a.toml:1:8: not TOML: key with no value, expected `=`"],
    );
}

#[test]
fn a_truth_is_true_or_false() {
    check(
        "require-ignore-reason = 'no'\n",
        &["a.toml:1:25: require-ignore-reason: this is text (expected true or false)"],
    );
}

#[test]
fn before_what_is_no_toml_the_rest_is_checked_too() {
    check(
        "selct = []\nsafety = 3\nignore = [\nselect = 5\n",
        &[
            "a.toml:1:1: unknown key `selct` (did you mean `select`?)",
            "a.toml:2:10: safety: this is a number (expected safe, review)",
            "a.toml:4:1: not TOML: string values must be quoted, expected literal string",
            "a.toml:4:8: not TOML: unexpected `=` in array, expected value, `]`",
            "a.toml:4:10: not TOML: missing comma between array elements, expected `,`",
            "a.toml:4:11: not TOML: unclosed array, expected `]`",
        ],
    );
}

#[test]
fn unknown_keys_get_the_nearest_one() {
    check(
        "selct = []\n",
        &["a.toml:1:1: unknown key `selct` (did you mean `select`?)"],
    );
    check(
        "extend_select = []\n",
        &["a.toml:1:1: unknown key `extend_select` (did you mean `extend-select`?)"],
    );
    check(
        "[[per-path]]\npaths = ['a']\nignore = ['b']\nreasons = 'c'\n",
        &["a.toml:4:1: per-path: unknown key `reasons` (did you mean `reason`?)"],
    );
    check(
        "[[per-path]]\npaths = ['a']\nparameters = {b = {c = 1}}\n",
        &[
            "a.toml:3:1: per-path: unknown key `parameters` (expected it in a configuration of that folder, which may `extend` this one)",
        ],
    );
    check(
        "line-length = 88\n",
        &[
            "a.toml:1:1: unknown key `line-length` (expected exclude, extend, extend-exclude, extend-select, ignore, minor, notebooks, packs, parameters, and 7 others)",
        ],
    );
    check(
        "[tool.awaitify]\nselect = []\n",
        &[
            "a.toml:1:2: unknown key `tool` (expected exclude, extend, extend-exclude, extend-select, ignore, minor, notebooks, packs, parameters, and 7 others)",
        ],
    );
}

#[test]
fn values_of_the_wrong_type_are_told_what_they_are() {
    check(
        "select = 'blocking-*'\n",
        &[
            "a.toml:1:10: select: this is text (expected a list of recipe ids, areas, packs or globs over ids)",
        ],
    );
    check(
        "ignore = [1, 'a', true]\n",
        &[
            "a.toml:1:11: ignore: this is a number (expected a text)",
            "a.toml:1:19: ignore: this is true or false (expected a text)",
        ],
    );
    check(
        "[exclude]\na = 1\n",
        &[&format!(
            "a.toml:1:1: exclude: this is a table (expected {GLOBS})"
        )],
    );
    check(
        "per-path = ['tests']\n",
        &[
            "a.toml:1:13: per-path: this is text (expected a list of tables, each begun by [[per-path]])",
        ],
    );
    check(
        "extend = 1979-05-27\n",
        &["a.toml:1:10: extend: this is a date (expected the path of another configuration)"],
    );
    check(
        "[[per-path]]\npaths = ['a']\nsafety = 'review'\n",
        &[
            "a.toml:3:10: per-path.safety: this is text (expected a table such as {recipe-id = \"review\"})",
        ],
    );
    check(
        "packs = 'asyncio'\n",
        &["a.toml:1:9: packs: this is text (expected a list of packs)"],
    );
    check(
        "[parameters]\na = 1\nb.c = [2]\n",
        &[
            "a.toml:2:5: parameters.a: this is a number (expected a table of parameters)",
            "a.toml:3:7: parameters.b.c: this is a list (expected a text, a number, true or false)",
        ],
    );
    check(
        "extend = ''\n",
        &["a.toml:1:10: extend: this is empty (expected the path of another configuration)"],
    );
}

#[test]
fn malformed_globs_are_told() {
    let unclosed = "not a glob: unclosed character class; missing ']'";
    check(
        "exclude = ['[a']\n",
        &[&format!("a.toml:1:12: exclude: {unclosed}")],
    );
    check(
        "extend-exclude = ['b', '[a']\n",
        &[&format!("a.toml:1:24: extend-exclude: {unclosed}")],
    );
    check(
        "notebooks = ['{a']\nscripts = ['a}']\n",
        &[
            "a.toml:1:14: notebooks: not a glob: unclosed alternate group; missing '}' (maybe escape '{' with '[{]'?)",
            "a.toml:2:12: scripts: not a glob: unopened alternate group; missing '{' (maybe escape '}' with '[}]'?)",
        ],
    );
    check(
        "[[per-path]]\npaths = ['[z-a]']\nignore = ['b']\n",
        &["a.toml:2:10: per-path.paths: not a glob: invalid range; 'z' > 'a'"],
    );
}

#[test]
fn versions_are_those_of_python_3() {
    let expected = "(expected a version of Python 3 such as \"3.11\" or \"py311\")";
    for (typed, word) in [
        ("'three'", "three"),
        ("'2.7'", "2.7"),
        ("'311'", "311"),
        ("'>=3.9'", ">=3.9"),
    ] {
        check(
            &format!("target-version = {typed}\n"),
            &[&format!(
                "a.toml:1:18: target-version: unknown version `{word}` {expected}"
            )],
        );
    }
    check(
        "target-version = 3.11\n",
        &[&format!(
            "a.toml:1:18: target-version: this is a number {expected}"
        )],
    );
    check("target-version = '3.11'\n", &[]);
    check("target-version = 'py39'\n", &[]);
}

#[test]
fn levels_are_words() {
    check(
        "safety = 'reviw'\n",
        &["a.toml:1:10: safety: unknown word `reviw` (did you mean `review`?)"],
    );
    check(
        "safety = 'manual'\n",
        &["a.toml:1:10: safety: unknown word `manual` (expected safe, review)"],
    );
    check(
        "[[per-path]]\npaths = ['a']\nsafety = {a = 'safe', b = 'of', c = 'off'}\n",
        &[
            "a.toml:3:15: per-path.safety.a: unknown word `safe` (expected review, manual, off)",
            "a.toml:3:27: per-path.safety.b: unknown word `of` (did you mean `off`?)",
        ],
    );
}

#[test]
fn an_entry_says_for_which_paths_and_what() {
    check(
        "[[per-path]]\nreason = 'x'\n",
        &[
            "a.toml:1:1: per-path: the key `ignore` is missing (expected ignore, select or safety)",
            "a.toml:1:1: per-path: the key `paths` is missing",
        ],
    );
}

#[test]
fn places_count_behind_crlf_and_in_characters() {
    check(
        "# é\r\nselect = ['é', 3]\r\n",
        &["a.toml:2:16: select: this is a number (expected a text)"],
    );
}

#[test]
fn a_pyproject_has_settings_only_in_its_section() {
    let none = [
        "",
        "[project]\nname = 'a'\n",
        "tool = 1\n",
        "[tool]\nawaitify = 1\n",
        "[broken",
    ];
    for text in none {
        assert!(read(document("pyproject.toml", text)).is_none(), "{text}");
    }
    let text = "[project]\nselect = 3\n[tool.awaitify]\nselect = 3\n";
    let wrong = mistakes("pyproject.toml", text);
    assert_eq!(wrong.len(), 1, "{wrong:?}");
    let wrong = mistakes("pyproject.toml", "[project\n[tool.awaitify]\n");
    assert_eq!(
        wrong,
        ["pyproject.toml:1:9: not TOML: unclosed table, expected `]`"]
    );
}

#[test]
fn everything_that_is_said_is_read() {
    let text = "\
extend = '../b.toml'
select = ['a']
ignore = ['b']
extend-select = ['c']
exclude = ['d']
extend-exclude = ['e']
notebooks = ['f']
scripts = ['g']
target-version = 'py312'
safety = 'review'
require-ignore-reason = false
recipes = ['/']
packs = ['n']
parameters.o = {p = 0x10, q = 1_0.5, r = true, s = 't'}

[[per-path]]
paths = ['i']
select = ['j']
ignore = ['k']
safety = {l = 'manual'}
reason = 'm'
";
    let loaded = read(document("a.toml", text)).expect("it has settings");
    assert!(loaded.complaints.is_empty(), "{:?}", loaded.complaints);
    let options = loaded.options;
    let extend = options.extend.expect("a path");
    assert_eq!(extend.value, Path::new("/p/../b.toml"));
    assert_eq!(extend.origin.to_string(), "a.toml:1");
    assert_eq!(
        options.target_version.map(|version| version.value),
        Some((3, 12))
    );
    assert_eq!(
        options.safety.map(|level| level.value),
        Some(Safety::Review)
    );
    assert_eq!(
        options.require_ignore_reason.map(|it| it.value),
        Some(false)
    );
    assert_eq!(options.recipes[0].value, Path::new("/"));
    let given: Vec<String> = options
        .parameters
        .iter()
        .map(|it| it.given.value.shown())
        .collect();
    assert_eq!(given, ["16", "10.5", "true", "t"]);
    assert_eq!(options.packs.map(|packs| packs.value.len()), Some(1));
    let entry = &options.per_path[0];
    assert_eq!(entry.place.to_string(), "a.toml:16");
    assert_eq!(entry.reason.as_deref(), Some("m"));
    assert_eq!(entry.safety[0].1, Restraint::Manual);
    assert_eq!(entry.safety[0].0.origin.to_string(), "a.toml:20");
}
