//! Malformed recipes and the exact errors that are shown for them; all of a file at once.

mod borrowed;

mod shape;

mod doubts;

mod compose;

mod collect;

mod meaning;

mod table;

mod mapping;

mod parameter;

use super::*;
use crate::recipe::Rule;
use crate::recipe::catalog::Catalog;
use crate::recipe::condition::conjunct::{Conjunct, Conjuncts};
use crate::recipe::condition::{Condition, SiteWord, Word};
use crate::recipe::opening::Opening;
use crate::recipe::safety::Safety;
use crate::recipe::table::Common;
use crate::recipe::template::Message;
use crate::recipe::verb::Verb;

const KINDS: &str = "\
columns:
  id: {type: text, about: a}
  made-by: {type: patterns, about: a}
  housekeeping: {type: patterns, about: a}
rows:
  - {id: event-loop, made-by: [asyncio.get_event_loop(), asyncio.new_event_loop()], housekeeping: $x.close()}
  - {id: threading-lock, made-by: threading.Lock()}
  - {id: task}
";

const ENDINGS: &str = "\
columns:
  id: {type: text, about: a}
rows:
  - {id: task, one: task, each: $handle.cancel(), then: await asyncio.wait($*handles)}
";

const ROLES: &str = "\
columns:
  role: {type: text, about: a}
  given-to: {type: patterns, about: a}
rows:
  - {role: thread-target, given-to: threading.Thread(target=$f)}
";

/// A right recipe but for its rules; they begin on line 7.
const HEAD: &str = "\
id: r
title: t
area: a
severity: low
why: w
examples: [{name: n, unchanged: x}]
";

fn library() -> Library {
    Library {
        kinds: compile_kinds("kinds.yaml", KINDS)
            .expect("the kinds are right")
            .into(),
        roles: compile_roles("roles.yaml", ROLES)
            .expect("the roles are right")
            .into(),
        tables: Vec::new(),
        common: vec![("places".to_owned(), common().into())],
        lifecycles: Default::default(),
        endings: compile_endings("endings.yaml", ENDINGS, &Library::default())
            .expect("the endings are right")
            .into(),
    }
}

fn common() -> Common {
    let text = "about: a\npatterns: {olds: [old.a, old.b]}\nconditions: {early: {inside: cell}}\nbodies: {found: {match: <olds>, report: r}}\n";
    Common {
        path: "common/places.yaml".to_owned(),
        root: compile_common("common/places.yaml", text).expect("it is right"),
    }
}

fn render(errors: &[Mistake]) -> String {
    let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

/// Compares the errors of a whole file.
#[track_caller]
fn check(text: &str, expected: &str) {
    let errors = compile("r.yaml", text, &library())
        .err()
        .unwrap_or_default();
    assert_eq!(render(&errors), expected.trim(), "{text}");
}

/// The same for one rule, whose YAML begins on line 8, column 5.
#[track_caller]
fn check_rule(rule: &str, expected: &str) {
    check(
        &format!("{HEAD}rules:\n  - {}\n", rule.replace('\n', "\n    ")),
        expected,
    );
}

/// The same for what stands beside `match: f($x)`: a condition on line 9, column 12.
#[track_caller]
fn check_where(condition: &str, expected: &str) {
    check_rule(
        &format!("match: f($x, $*rest)\nwhere: {condition}\nreport: r"),
        expected,
    );
}

/// The same for the examples, on line 7, column 12.
#[track_caller]
fn check_examples(examples: &str, expected: &str) {
    let head = HEAD.replace(
        "examples: [{name: n, unchanged: x}]\n",
        "rules: [{match: f(), report: r}]\n",
    );
    check(&format!("{head}examples: {examples}\n"), expected);
}

#[track_caller]
fn compile_rule(rule: &str) -> Recipe {
    let text = format!("{HEAD}rules:\n  - {}\n", rule.replace('\n', "\n    "));
    compile("r.yaml", &text, &library()).unwrap_or_else(|errors| panic!("{}", render(&errors)))
}

#[test]
fn all_errors_of_a_file_are_shown() {
    check(
        "id: s\ntitle: t\narea: a\nseverity: hgh\nwhy: w\nrules:\n  - match: f($x,, y)\n    report: r\n  - match: g($x)\n    where: {insde: cell, $y: {is: tsk}}\n    rewrite: h($z)\nexamples: [{name: n, before: x}]\n",
        "
r.yaml:1:5: id: `s` is not the file's name (expected `r`)
r.yaml:4:11: severity: unknown word `hgh` (did you mean `high`?)
r.yaml:7:17: match: not Python: Expected an expression or a ')' (expected an expression, statements, or a header such as `with $cm`; captures are `$x`)
r.yaml:10:13: where: unknown key `insde` (did you mean `inside`?)
r.yaml:10:26: $y: `$y` is not bound by every pattern of `match` (expected $x)
r.yaml:10:35: is: unknown kind `tsk` (did you mean `task`?)
r.yaml:11:5: rules: `rewrite` without `does` (expected what the change does to the program: `does: …`, and perhaps `doubts`)
r.yaml:11:16: rewrite: `$z` is not bound by every pattern of `match` (expected $x)
r.yaml:12:12: examples: `before` without `after` (expected `before` and `after`, or `unchanged`)
",
    );
    check_where(
        "{inside: cel, can-await: no, $x: {is: tsk}}",
        "
r.yaml:9:21: inside: unknown word `cel` (did you mean `cell`?)
r.yaml:9:37: can-await: unknown value `no` (expected true or false, without quotes)
r.yaml:9:50: is: unknown kind `tsk` (did you mean `task`?)
",
    );
    check("id: r\npatterns: {run: f($, ok: g($x)}\nwhere: {$x: {is: task}}\nrules:\n  - {match: <ok>, report: \"{$y}\"}\n  - {match: <rn>, report: r}\n", "
r.yaml:1:1: the key `title` is missing (expected text)
r.yaml:1:1: the key `why` is missing (expected text)
r.yaml:1:1: the key `examples` is missing (expected a list (`- ` begins each), each a map with keys such as name, before, after, unchanged)
r.yaml:2:19: run: `$` is not followed by a name (expected `$name`, `$*name`, `$**name` or `$...name`, not inside another name)
r.yaml:5:29: report: `$y` is not bound by every pattern of `match` (expected $x)
r.yaml:6:13: match: unknown pattern `rn` (did you mean `run`?)
");
}

#[test]
fn wheres_are_joined_and_unknown_is_a_value() {
    let recipe = compile_rule(
        "match: f($x)\nwhere: {inside: [cell, unknown], not: [{$x: {is: task}}, {can-await: false}]}\nreport: \"{why}\"",
    );
    let Condition::All(parts) = &*recipe.content.rules[0].condition else {
        panic!("two keys");
    };
    assert!(
        matches!(&parts[0], Condition::Word(Word::Site(SiteWord::Inside(places)), typed) if typed.or_unknown && places.len() == 1)
    );
    assert!(matches!(&parts[1], Condition::None(parts) if parts.len() == 2));
    assert_eq!(recipe.content.rules[0].id, "rule-1");
}

#[test]
fn what_a_recipe_says_is_said_of_rules_with_a_verb() {
    let own = "{match: f($x), rewrite: g($x), does: own, doubts: {level: manual, because: c}}";
    let none = "{match: h($x), rewrite: g($x)}";
    let report = "{match: k($x), report: look}";
    let text = format!(
        "{HEAD}does: \"{{$x}} stays\"\ndoubts: [{{because: \"of {{$x}}\"}}]\nrules: [{own}, {none}, {report}]\n"
    );
    let recipe = compile("r.yaml", &text, &library()).expect("the recipe is right");
    let said = recipe.content.rules.iter().map(|rule| {
        let does = rule.does.as_ref().map(|does| does.parts.len());
        (does, rule.levels())
    });
    assert_eq!(
        said.collect::<Vec<_>>(),
        [
            (Some(1), vec![Safety::Manual]),
            (Some(2), vec![Safety::Review]),
            (None, vec![Safety::Manual]),
        ]
    );
}

#[test]
fn named_patterns_bring_their_conditions() {
    let text = format!(
        "{HEAD}patterns:\n  one: {{match: [f($x), g($x)], where: {{$x: {{is: task}}}}}}\n  both: [<one>, h($x)]\nrules:\n  - match: <both>\n    rewrite: i($x)\n    does: b\n"
    );
    let recipe =
        compile("r.yaml", &text, &library()).unwrap_or_else(|errors| panic!("{}", render(&errors)));
    let patterns = &recipe.content.rules[0].patterns;
    let texts: Vec<&str> = patterns
        .iter()
        .map(|guarded| guarded.pattern.text.as_str())
        .collect();
    assert_eq!(texts, ["f($x)", "g($x)", "h($x)"]);
    assert!(
        matches!(&*patterns[1].condition, Condition::Word(Word::Capture { name, .. }, _) if name == "x")
    );
    assert!(matches!(&*patterns[2].condition, Condition::All(parts) if parts.is_empty()));
}

#[test]
fn an_extracting_rule_has_all_its_parts() {
    let recipe = compile_rule(
        "match: $loop.run($work)\ncollect: $loop\nsite: $work\nnames: {$main: [main, async_main]}\nextract: {statements: block, into: async def $main(), run: asyncio.run($main())}\nalso-rewrite: {\"$loop.run($w)\": await $w, \"g($a, $*b)\": \"h($a, $*b)\"}\nalso-remove: [$loop.close(), g($_)]\ndrop-unused: [$loop]\ndoes: d\ndoubts:\n  - {level: manual, when: {inside: lambda}, because: \"{$main}\"}\n  - {because: b}",
    );
    let rule = &recipe.content.rules[0];
    assert!(matches!(rule.verb, Some(Verb::Extract(_))));
    assert_eq!(
        (rule.collect.as_deref(), format!("{:?}", rule.sites)),
        (Some("loop"), r#"[Capture("work")]"#.to_owned())
    );
    assert_eq!(
        rule.names,
        [(
            "main".to_owned(),
            ["main", "async_main"]
                .map(|it| Message::parse(it).expect("a name"))
                .to_vec()
        )]
    );
    assert_eq!((rule.also_rewrite.len(), rule.also_remove.len()), (2, 2));
    let levels: Vec<Safety> = rule.doubts.iter().map(|doubt| doubt.level).collect();
    assert_eq!(levels, [Safety::Manual, Safety::Review]);
    assert!(recipe.text[rule.span].starts_with("match:"));
}

#[test]
fn rules_have_conjuncts_in_common() {
    let rules = "\
rules:
  - match: $f($*xs)
    where: {inside: coroutine, $f: {form: name}, any: [{result: used}, {$f: {text: g}}]}
    report: r
  - match: $f($*_)
    where: {$f: {form: name}, not: [{inside: coroutine}]}
    report: r
  - match: $f($*xs)
    where: {$*xs: {form: name}, inside: coroutine}
    report: r
";
    let recipe = compile("r.yaml", &format!("{HEAD}{rules}"), &library());
    let recipe = recipe.unwrap_or_else(|errors| panic!("{}", render(&errors)));
    let [first, second, third] = &recipe.content.rules[..] else {
        panic!("{} rules", recipe.content.rules.len());
    };
    let common = |one: &Rule, other: &Rule| {
        let all = Conjuncts::of(&one.condition);
        let parts = all.all().filter(|it| one.has_conjunct(*it));
        parts.filter(|it| other.has_conjunct(*it)).count()
    };
    // `form: name`, but not that it stands in a coroutine, which the second must not.
    assert_eq!((common(first, first), common(first, second)), (3, 1));
    // Nothing that is said of all arguments.
    assert_eq!((common(third, third), common(first, third)), (1, 1));
    let typed = |rule: &Rule| rule.patterns[0].pattern.without_rests();
    assert_eq!([typed(first), typed(second)], [typed(third); 2]);
}

/// Adds the parts that must hold, or must not, however deep they stand in groups whose parts all count.
fn add_conjuncts(condition: &Condition, found: &mut Vec<Conjunct>) {
    match condition {
        Condition::All(parts) => parts.iter().for_each(|it| add_conjuncts(it, found)),
        Condition::None(parts) => found.extend(parts.iter().map(|it| Conjunct::of(it, true))),
        part => found.push(Conjunct::of(part, false)),
    }
}

#[test]
fn what_is_known_of_a_rule_before_it_is_compiled_is_true_of_it() {
    let mut n_parts = 0;
    for recipe in Catalog::shipped_once().recipes() {
        for rule in &recipe.content.rules {
            let (opening, whole): (&Opening, &Rule) = (&rule.opening, rule);
            let told = format!("{}: {}", recipe.id, whole.id);
            for (pattern, places) in whole.patterns.iter().zip(&opening.places) {
                let own = pattern.condition.places().and(whole.condition.places());
                assert_eq!(own.and(*places), own, "{told}");
            }
            let mut asked = Vec::new();
            add_conjuncts(&whole.condition, &mut asked);
            for part in opening.parts.iter().flatten() {
                assert!(asked.contains(part), "{told}");
                n_parts += 1;
            }
        }
    }
    assert!(n_parts > 1000, "{n_parts}");
}

#[test]
fn mistakes_in_the_table_of_roles_are_all_shown() {
    let text = ROLES.replace("target=$f)}", "target=$g), metods: run}");
    let errors = compile_roles("roles.yaml", &text).err().unwrap_or_default();
    let expected = "\
roles.yaml:5:37: given-to: `$f` is not bound by the pattern
roles.yaml:5:66: rows: unknown key `metods` (did you mean `methods`?)";
    assert_eq!(render(&errors), expected);
}

#[test]
fn mistakes_in_the_table_of_kinds_are_all_shown() {
    let text = KINDS
        .replace("housekeeping: $x.close()", "housekeeping: $y.close()")
        .replace(
            "{id: task}",
            "{id: event-loop, classes: asyncio.Task, atributes: x}",
        );
    let errors = compile_kinds("kinds.yaml", &text).err().unwrap_or_default();
    let expected = "\
kinds.yaml:6:99: housekeeping: `$x` is not bound by the pattern
kinds.yaml:8:5: id: the name `event-loop` stands twice (expected another name)
kinds.yaml:8:22: rows: unknown column `classes` (expected id, made-by, housekeeping)
kinds.yaml:8:45: rows: unknown key `atributes` (did you mean `attributes`?)
kinds.yaml:8:45: rows: unknown column `atributes` (expected id, made-by, housekeeping)";
    assert_eq!(render(&errors), expected);
}

/// Half a recipe, as an editor may hold it, is an error and never a panic.
#[test]
fn no_part_of_a_recipe_makes_it_panic() {
    let library = library();
    let text = include_str!("../../../codemods/loop-ownership/run-until-complete.yaml");
    // Of its many examples the first ones: the others are no other parts.
    let examples = text.find("\nexamples:").expect("it has examples");
    let text = &text[..text.floor_char_boundary(examples + 1500)];
    let marks = [
        "$", "{", "}", "[", "]", ": ", " #", "\"", "'", "\t", "\r", "ü", "|", "<", "\u{0}",
        "\u{feff}",
    ];
    for (at, mark) in (0..text.len()).step_by(7).zip(marks.iter().cycle()) {
        let (before, after) = text.split_at(text.floor_char_boundary(at));
        for broken in [before, after, &[before, mark, after].concat()] {
            let _ = compile("run-until-complete.yaml", broken, &library);
        }
    }
}

#[test]
fn an_error_behind_an_escape_has_a_place_between_characters() {
    let rule = |text: &str| format!("{HEAD}rules: [{{match: \"{text}\", report: r}}]\n");
    for text in ["\\u00fcü$", "\\tü$", "ü\\\\ü$ü", "\\U0001F600é$"] {
        assert!(compile("r.yaml", &rule(text), &library()).is_err());
    }
}

#[test]
fn deep_nesting_does_not_overflow() {
    for (open, n) in [("[", 50_000), ("{a: ", 50_000), ("- ", 50_000)] {
        assert!(compile("r.yaml", &open.repeat(n), &library()).is_err());
    }
    let deep = format!("{}f(){}", "[{not: ".repeat(120), "}]".repeat(120));
    assert!(
        compile(
            "r.yaml",
            &format!("{HEAD}rules: [{{match: f(), where: {deep}, report: r}}]"),
            &library()
        )
        .is_err()
    );
}
