//! Tests of what ends together.

use ruff_text_size::TextRange;

use super::*;
use crate::text::edit::apply;

const TEXT: &str = "def stop(self):\n    pass\n";

/// The place of the `pass`, where lines take its place.
fn place() -> EndingPlace {
    EndingPlace {
        range: TextRange::new(20.into(), 24.into()),
        before: String::new(),
        after: String::new(),
        base: "    ".to_owned(),
        unit: "  ".to_owned(),
        line_break: "\n".to_owned(),
        begins: true,
        is_cell: false,
    }
}

fn all() -> Option<Waiting> {
    Some(Waiting::All("wait(".to_owned(), ")".to_owned()))
}

fn ending(target: &str, then: Option<Waiting>) -> Ending {
    Ending {
        of: (0.into(), "stop".to_owned()),
        place: place(),
        target: target.to_owned(),
        each: format!("{target}.end()"),
        one: None,
        there: None,
        listed: None,
        gone: None,
        then,
        known_by: None,
    }
}

/// Compares the lines of the method.
#[track_caller]
fn check(endings: &[Ending], expected: &[&str]) {
    let text = apply(&of_endings(TEXT, endings.iter()), TEXT);
    let lines: Vec<&str> = text.lines().skip(1).collect();
    assert_eq!(lines, expected);
}

#[test]
fn each_is_told_before_all_are_waited_for() {
    let several = Ending {
        each: "one.end()".to_owned(),
        one: Some("one".to_owned()),
        ..ending("self.many", all())
    };
    check(
        &[ending("self.a", all()), several, ending("self.a", all())],
        &[
            "    self.a.end()",
            "    for one in self.many:",
            "      one.end()",
            "    wait(self.a, *self.many)",
        ],
    );
}

/// One that may be missing.
fn lacking(target: &str, then: Option<Waiting>) -> Ending {
    let one = "one".to_owned();
    let list = Listed {
        name: "ones".to_owned(),
        each: format!("{one}.end()"),
        then: then.clone(),
        one,
    };
    Ending {
        there: Some(target.to_owned()),
        listed: Some(list),
        gone: Some(format!("{target} = None")),
        ..ending(target, then)
    }
}

#[test]
fn what_may_be_missing_is_asked_for() {
    let only = [lacking("self.b", all())];
    check(
        &only,
        &[
            "    if self.b is not None:",
            "      self.b.end()",
            "      wait(self.b)",
            "      self.b = None",
        ],
    );
}

#[test]
fn where_one_may_be_missing_those_that_are_there_are_listed() {
    let several = Ending {
        one: Some("one".to_owned()),
        ..ending("self.many", all())
    };
    let local = Ending {
        gone: None,
        there: Some("get(c)".to_owned()),
        ..lacking("c", all())
    };
    check(
        &[
            lacking("self.b", all()),
            several,
            ending("self.a", all()),
            local,
        ],
        &[
            "    ones = [one for one in (self.b, *self.many, self.a, get(c)) if one is not None]",
            "    for one in ones:",
            "      one.end()",
            "    wait(*ones)",
            "    self.b = None",
        ],
    );
}

#[test]
fn a_long_list_stands_on_several_lines() {
    let quietly = Waiting::Each("with quiet():\n    one.wait()".to_owned());
    let names = ["first_of_them", "second_of_them", "third_of_them"];
    let endings = names.map(|name| lacking(name, Some(quietly.clone())));
    check(
        &endings,
        &[
            "    ones = [",
            "      one",
            "      for one in (first_of_them, second_of_them, third_of_them)",
            "      if one is not None",
            "    ]",
            "    for one in ones:",
            "      one.end()",
            "    for one in ones:",
            "      with quiet():",
            "        one.wait()",
            "    first_of_them = None",
            "    second_of_them = None",
            "    third_of_them = None",
        ],
    );
}

#[test]
fn each_of_very_many_has_its_line() {
    let names = ["a", "b"].map(|name| name.repeat(40));
    let endings = names.each_ref().map(|name| Ending {
        gone: None,
        ..lacking(name, all())
    });
    let [a, b] = names.map(|name| format!("        {name},"));
    check(
        &endings,
        &[
            "    ones = [",
            "      one",
            "      for one in (",
            &a,
            &b,
            "      )",
            "      if one is not None",
            "    ]",
            "    for one in ones:",
            "      one.end()",
            "    wait(*ones)",
        ],
    );
}

#[test]
fn what_cannot_wait_asks_for_each_by_itself() {
    check(
        &[
            lacking("self.b", None),
            lacking("c", None),
            ending("self.a", None),
        ],
        &[
            "    self.a.end()",
            "    if self.b is not None:",
            "      self.b.end()",
            "      self.b = None",
            "    if c is not None:",
            "      c.end()",
            "      c = None",
        ],
    );
}

#[test]
fn lines_for_each_stand_behind_those_that_tell_all() {
    let quietly = |target: &str| {
        let lines = format!("with quiet():\n    {target}.wait()");
        ending(target, Some(Waiting::Each(lines)))
    };
    check(
        &[quietly("a"), quietly("b")],
        &[
            "    a.end()",
            "    b.end()",
            "    with quiet():",
            "      a.wait()",
            "    with quiet():",
            "      b.wait()",
        ],
    );
}

#[test]
fn lines_around_all_are_indented_as_the_file_does() {
    let told = Waiting::All(
        "for result in wait(".to_owned(),
        "):\n    if result:\n        tell(result)".to_owned(),
    );
    check(
        &[ending("a", Some(told))],
        &[
            "    a.end()",
            "    for result in wait(a):",
            "      if result:",
            "        tell(result)",
        ],
    );
}

#[test]
fn methods_end_what_is_theirs() {
    let other = Ending {
        of: (0.into(), "close".to_owned()),
        ..ending("b", None)
    };
    assert_eq!(of_endings(TEXT, [ending("a", None), other].iter()).len(), 2);
}
