//! A rule → what every file has in which it applies.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::recipe::Rule;
use crate::recipe::condition::value::{CellCode, ClassBody, Decorators, TryBody};
use crate::recipe::condition::{
    ANY_NAME, CaptureWord, Condition, Enclosure, FileTrait, FileWord, FunctionWord, Guarded, Place,
    SiteWord, Word, module_of,
};
use crate::recipe::pattern::Spelled;

/// What a file must have. Too little costs time; too much would hide sites.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Required {
    /// Names and keywords.
    pub words: BTreeSet<Spelled>,
    /// Whether the file must have cells.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cells: bool,
}

/// Returns what one of a rule's patterns requires.
pub(super) fn of_pattern(rule: &Rule, pattern: &Guarded) -> Required {
    of_guarded(pattern).and(of_condition(&rule.condition))
}

impl Required {
    fn words<'w>(words: impl IntoIterator<Item = &'w str>) -> Self {
        Self::spelled(words.into_iter().map(Spelled::any))
    }

    fn spelled(words: impl IntoIterator<Item = Spelled>) -> Self {
        Self {
            words: words.into_iter().collect(),
            cells: false,
        }
    }

    fn cells() -> Self {
        Self {
            cells: true,
            ..Self::default()
        }
    }

    fn and(mut self, other: Self) -> Self {
        self.words.extend(other.words);
        self.cells |= other.cells;
        self
    }

    fn or(mut self, other: &Self) -> Self {
        // Of a word that stands in two forms, that it stands.
        let alike = |one: &Spelled| {
            let mut others = other.words.iter();
            let same = others.clone().any(|it| it == one);
            let any = others.any(|it| it.word == one.word);
            (same.then(|| one.clone())).or_else(|| any.then(|| Spelled::any(&one.word)))
        };
        self.words = self.words.iter().filter_map(alike).collect();
        self.cells &= other.cells;
        self
    }
}

fn all<'c, T: 'c>(parts: &'c [T], of_part: impl Fn(&'c T) -> Required) -> Required {
    let parts = parts.iter().map(of_part);
    parts.fold(Required::default(), Required::and)
}

/// What every alternative requires.
fn any<'c, T: 'c>(parts: &'c [T], of_part: impl Fn(&'c T) -> Required) -> Required {
    let parts = parts.iter().map(of_part);
    parts
        .reduce(|one, other| one.or(&other))
        .unwrap_or_default()
}

fn of_guarded(guarded: &Guarded) -> Required {
    let words = guarded.pattern.words().iter().cloned();
    Required::spelled(words).and(of_condition(&guarded.condition))
}

fn of_condition(condition: &Condition) -> Required {
    match condition {
        Condition::All(parts) => all(parts, of_condition),
        Condition::Any(parts) => any(parts, of_condition),
        Condition::None(_) => Required::default(),
        // Not knowing counts as yes: nothing is required.
        Condition::Word(_, typed) if typed.or_unknown => Required::default(),
        Condition::Word(word, _) => of_word(word),
    }
}

/// What must be there for the word to answer yes; words that are not listed require nothing.
fn of_word(word: &Word) -> Required {
    match word {
        Word::Site(word) => of_site(word),
        Word::Capture { word, .. } => of_capture(word),
        Word::Function(word) => of_function(word),
        Word::File(word) => of_file(word),
        _ => Required::default(),
    }
}

fn of_site(word: &SiteWord) -> Required {
    match word {
        SiteWord::Inside(places) | SiteWord::Outer(places) => any(places, |it| of_place(*it)),
        SiteWord::Within(enclosures) => any(enclosures, of_enclosure),
        SiteWord::PrecededBy(patterns) | SiteWord::FollowedBy(patterns) => {
            any(patterns, of_guarded)
        }
        SiteWord::Try(TryBody(patterns))
        | SiteWord::Cell(CellCode(patterns))
        | SiteWord::Class(ClassBody(patterns)) => any(patterns, of_guarded),
        _ => Required::default(),
    }
}

fn of_place(place: Place) -> Required {
    match place {
        Place::Cell => Required::cells(),
        Place::Script => Required::default(),
        Place::Coroutine => Required::words(["async", "def"]),
        Place::Function => Required::words(["def"]),
        Place::Lambda => Required::words(["lambda"]),
        Place::Generator => Required::words(["for"]),
        Place::ClassBody => Required::words(["class"]),
    }
}

fn of_enclosure(enclosure: &Enclosure) -> Required {
    match enclosure {
        Enclosure::Try | Enclosure::Except | Enclosure::Finally => Required::words(["try"]),
        Enclosure::MainGuard => Required::words(["__name__"]),
        Enclosure::Pattern(pattern) => of_guarded(pattern),
        Enclosure::Loop => Required::default(),
    }
}

fn of_capture(word: &CaptureWord) -> Required {
    match word {
        CaptureWord::MadeBy(patterns)
        | CaptureWord::Uses(patterns)
        | CaptureWord::Has(patterns) => any(patterns, of_guarded),
        CaptureWord::Name(names) => any(names, |name| match module_of(name) {
            // Which of its names the file has is open.
            Some(_) => Required::default(),
            None => Required::spelled([Spelled::last_of(name)]),
        }),
        CaptureWord::Undefined(names) => any(names, |name| match name.as_str() {
            ANY_NAME => Required::default(),
            name => Required::words([name]),
        }),
        _ => Required::default(),
    }
}

fn of_function(word: &FunctionWord) -> Required {
    match word {
        FunctionWord::Has(patterns) | FunctionWord::Decorated(Decorators(patterns)) => {
            any(patterns, of_guarded)
        }
        FunctionWord::Generator(true) | FunctionWord::Yields(_) => Required::words(["yield"]),
        // What is reached may stand in another file.
        FunctionWord::Role(_)
        | FunctionWord::RunBy(_)
        | FunctionWord::Generator(false)
        | FunctionWord::Takes(_)
        | FunctionWord::Annotated(_)
        | FunctionWord::Awaits(_)
        | FunctionWord::Callers(_)
        | FunctionWord::Stub(_)
        | FunctionWord::Reaches(_)
        | FunctionWord::Forwards(_)
        | FunctionWord::UsedOtherwiseThan(_) => Required::default(),
    }
}

fn of_file(word: &FileWord) -> Required {
    match word {
        FileWord::Imports(modules) => any(modules, |module| {
            Required::words(module.split('.')).and(Required::words(["import"]))
        }),
        FileWord::Has(patterns) => any(patterns, of_guarded),
        FileWord::Is(traits) => any(traits, |wanted| match wanted {
            FileTrait::Notebook | FileTrait::Percent | FileTrait::MaybeScript => Required::cells(),
            FileTrait::Plain | FileTrait::Test | FileTrait::Importable => Required::default(),
        }),
        // What a file had, or lacks, need not stand in it.
        FileWord::ImportsOnly(_) | FileWord::Had(_) | FileWord::OneTask(_) => Required::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::catalog::Catalog;
    use crate::recipe::compile::compile;

    /// Compares what the patterns of a recipe of one rule require, `cells` among the words.
    #[track_caller]
    fn check(keys: &str, expected: &[&str]) {
        let recipe = format!(
            "id: r\ntitle: t\narea: a\nseverity: low\nwhy: w\nexamples: [{{name: n, unchanged: x}}]\nrules: [{{{keys}, report: r}}]\n"
        );
        let catalog = Catalog::shipped_once();
        let recipe = compile("r.yaml", &recipe, catalog.library()).expect("the recipe is right");
        let rule = &recipe.content.rules[0];
        let found: Vec<String> = rule
            .patterns
            .iter()
            .map(|pattern| {
                let required = of_pattern(rule, pattern);
                let cells = required.cells.then(|| "(cells)".to_owned());
                let words = required.words.into_iter().map(|it| it.to_string());
                words.chain(cells).collect::<Vec<_>>().join(" ")
            })
            .collect();
        assert_eq!(found, expected, "{keys}");
    }

    #[test]
    fn a_condition_requires_more_than_the_pattern() {
        check("match: f($x)", &["f"]);
        check(
            "match: [f($x), g($x)], where: {inside: coroutine}",
            &["async def f", "async def g"],
        );
        check("match: f($x), where: {inside: cell}", &["f (cells)"]);
        check(
            "match: f($x), where: {preceded-by: a.b.c($x), file: {imports: d.e}}",
            &["a ?.c d e f import"],
        );
        check("match: f($x), where: {$x: {made-by: m.n()}}", &["f m ?.n"]);
        check("match: f($x), where: {within: [try, main-guard]}", &["f"]);
        check("match: f($x), where: {within: [try, finally]}", &["f try"]);
    }

    #[test]
    fn of_alternatives_only_what_all_require_is_required() {
        check("match: f(), where: {inside: [cell, coroutine]}", &["f"]);
        check(
            "match: f(), where: {inside: [function, coroutine]}",
            &["def f"],
        );
        check("match: f(), where: {inside: [cell, unknown]}", &["f"]);
        check("match: f(), where: {not: {inside: coroutine}}", &["f"]);
        check(
            "match: f(), where: {any: [{file: {imports: a}}, {file: {has: a.b()}}]}",
            &["a f"],
        );
    }
}
