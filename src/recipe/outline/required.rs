//! A rule → what every file has in which it applies.

use std::collections::BTreeSet;

use crate::recipe::Rule;
use crate::recipe::condition::value::{CellCode, ClassBody, Decorators, TryBody};
use crate::recipe::condition::{
    ANY_NAME, CaptureWord, Condition, Enclosure, FileTrait, FileWord, FunctionWord, Guarded, Place,
    SiteWord, Word, module_of,
};
use crate::recipe::pattern::Spelled;

/// What a file must have. Too little costs time; too much would hide sites.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Required {
    /// Names and keywords.
    pub words: BTreeSet<Spelled>,
    /// Whether the file must have cells.
    pub cells: bool,
}

/// Returns what one of a rule's patterns requires: one of these.
pub(super) fn of_pattern(rule: &Rule, pattern: &Guarded) -> Vec<Required> {
    of_guarded(pattern).and(of_condition(&rule.condition)).0
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

    fn and(&self, other: &Self) -> Self {
        Self {
            words: self.words.union(&other.words).cloned().collect(),
            cells: self.cells || other.cells,
        }
    }

    /// What both require.
    fn common(mut self, other: &Self) -> Self {
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

    /// Returns whether every file that has the other's has this one's.
    fn is_part_of(&self, other: &Self) -> bool {
        self.words.is_subset(&other.words) && (other.cells || !self.cells)
    }
}

/// More ways than this are looked for as what all of them require.
const MAX_WAYS: usize = 24;

/// Ways in which something may hold: a file must have what one of them requires.
#[derive(Debug, Clone)]
struct Ways(Vec<Required>);

impl From<Required> for Ways {
    fn from(only: Required) -> Self {
        Self(vec![only])
    }
}

impl Default for Ways {
    /// Nothing is required.
    fn default() -> Self {
        Self::from(Required::default())
    }
}

impl Ways {
    fn and(self, other: Self) -> Self {
        let (fewer, more) = match self.0.len() <= other.0.len() {
            true => (self, other),
            false => (other, self),
        };
        let more = match fewer.0.len() * more.0.len() > MAX_WAYS {
            true => more.joined(),
            false => more,
        };
        let both = |one: &Required| more.0.iter().map(|it| it.and(one)).collect::<Vec<_>>();
        Self(Vec::new()).or(Self(fewer.0.iter().flat_map(both).collect()))
    }

    /// Leaves out what another way is a part of.
    fn or(mut self, other: Self) -> Self {
        for way in other.0 {
            if !self.0.iter().any(|it| it.is_part_of(&way)) {
                self.0.retain(|it| !way.is_part_of(it));
                self.0.push(way);
            }
        }
        match self.0.len() > MAX_WAYS {
            true => self.joined(),
            false => self,
        }
    }

    /// What all ways require.
    fn joined(self) -> Self {
        let common = self.0.into_iter().reduce(|one, way| one.common(&way));
        common.unwrap_or_default().into()
    }
}

fn all<'c, T: 'c>(parts: &'c [T], of_part: impl Fn(&'c T) -> Ways) -> Ways {
    let parts = parts.iter().map(of_part);
    parts.fold(Ways::default(), Ways::and)
}

/// What one of the alternatives requires.
fn any<'c, T: 'c>(parts: &'c [T], of_part: impl Fn(&'c T) -> Ways) -> Ways {
    let parts = parts.iter().map(of_part);
    parts.reduce(Ways::or).unwrap_or_default()
}

fn of_guarded(guarded: &Guarded) -> Ways {
    let words = guarded.pattern.words().iter().cloned();
    Ways::from(Required::spelled(words)).and(of_condition(&guarded.condition))
}

fn of_condition(condition: &Condition) -> Ways {
    match condition {
        Condition::All(parts) => all(parts, of_condition),
        Condition::Any(parts) => any(parts, of_condition),
        Condition::None(_) => Ways::default(),
        // Not knowing counts as yes: nothing is required.
        Condition::Word(_, typed) if typed.or_unknown => Ways::default(),
        Condition::Word(word, _) => of_word(word),
    }
}

/// What must be there for the word to answer yes; words that are not listed require nothing.
fn of_word(word: &Word) -> Ways {
    match word {
        Word::Site(word) => of_site(word),
        Word::Capture { word, .. } => of_capture(word),
        Word::Function(word) => of_function(word),
        Word::File(word) => of_file(word),
        _ => Ways::default(),
    }
}

fn of_site(word: &SiteWord) -> Ways {
    match word {
        SiteWord::Inside(places) | SiteWord::Outer(places) => any(places, |it| of_place(*it)),
        SiteWord::Within(enclosures) => any(enclosures, of_enclosure),
        SiteWord::PrecededBy(patterns) | SiteWord::FollowedBy(patterns) => {
            any(patterns, of_guarded)
        }
        SiteWord::Try(TryBody(patterns))
        | SiteWord::Cell(CellCode(patterns))
        | SiteWord::Class(ClassBody(patterns)) => any(patterns, of_guarded),
        _ => Ways::default(),
    }
}

fn of_place(place: Place) -> Ways {
    match place {
        Place::Cell => Required::cells().into(),
        Place::Script => Ways::default(),
        Place::Coroutine => Required::words(["async", "def"]).into(),
        Place::Function => Required::words(["def"]).into(),
        Place::Lambda => Required::words(["lambda"]).into(),
        Place::Generator => Required::words(["for"]).into(),
        Place::ClassBody => Required::words(["class"]).into(),
    }
}

fn of_enclosure(enclosure: &Enclosure) -> Ways {
    match enclosure {
        Enclosure::Try | Enclosure::Except | Enclosure::Finally => Required::words(["try"]).into(),
        Enclosure::MainGuard => Required::words(["__name__", "__main__"]).into(),
        Enclosure::Pattern(pattern) => of_guarded(pattern),
        Enclosure::Loop => Ways::default(),
    }
}

fn of_capture(word: &CaptureWord) -> Ways {
    match word {
        CaptureWord::Uses(patterns) | CaptureWord::Has(patterns) => any(patterns, of_guarded),
        CaptureWord::Name(names) => any(names, |name| match module_of(name) {
            // Which of its names the file has is open.
            Some(_) => Ways::default(),
            None => Required::spelled([Spelled::last_of(name)]).into(),
        }),
        CaptureWord::Undefined(names) => any(names, |name| match name.as_str() {
            ANY_NAME => Ways::default(),
            name => Required::words([name]).into(),
        }),
        // What makes a value may stand in another file.
        _ => Ways::default(),
    }
}

fn of_function(word: &FunctionWord) -> Ways {
    match word {
        FunctionWord::Has(patterns) | FunctionWord::Decorated(Decorators(patterns)) => {
            any(patterns, of_guarded)
        }
        FunctionWord::Generator(true) | FunctionWord::Yields(_) => {
            Required::words(["yield"]).into()
        }
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
        | FunctionWord::SurelyReaches(_)
        | FunctionWord::Forwards(_)
        | FunctionWord::OnlyCalledIn(_)
        | FunctionWord::WayToIt(_)
        | FunctionWord::UsedOtherwiseThan(_) => Ways::default(),
    }
}

fn of_file(word: &FileWord) -> Ways {
    match word {
        FileWord::Imports(modules) => any(modules, |module| {
            let module = module_of(module).unwrap_or(module);
            Required::words(module.split('.').chain(["import"])).into()
        }),
        FileWord::Has(patterns) => any(patterns, of_guarded),
        FileWord::Is(traits) => any(traits, |wanted| match wanted {
            FileTrait::Notebook | FileTrait::Percent | FileTrait::MaybeScript => {
                Required::cells().into()
            }
            FileTrait::Plain | FileTrait::Test | FileTrait::Importable => Ways::default(),
        }),
        // What a file had, or lacks, need not stand in it.
        FileWord::ImportsOnly(_) | FileWord::Had(_) | FileWord::OneTask(_) => Ways::default(),
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
                let ways = of_pattern(rule, pattern).into_iter().map(|way| {
                    let cells = way.cells.then(|| "(cells)".to_owned());
                    let words = way.words.into_iter().map(|it| it.to_string());
                    words.chain(cells).collect::<Vec<_>>().join(" ")
                });
                ways.collect::<Vec<_>>().join(" | ")
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
        // What makes it may stand in another file.
        check("match: f($x), where: {$x: {made-by: m.n()}}", &["f"]);
        check("match: f($x), where: {$x: {has: m.n()}}", &["f m ?.n"]);
        check("match: f($x), where: {within: [try, finally]}", &["f try"]);
    }

    #[test]
    fn of_alternatives_one_is_required() {
        check(
            "match: f($x), where: {within: [try, main-guard]}",
            &["f try | __main__ __name__ f"],
        );
        check(
            "match: f(), where: {inside: [cell, coroutine]}",
            &["f (cells) | async def f"],
        );
        check(
            "match: f(), where: {inside: [function, coroutine]}",
            &["def f"],
        );
        check("match: f(), where: {inside: [cell, unknown]}", &["f"]);
        check("match: f(), where: {not: {inside: coroutine}}", &["f"]);
        check(
            "match: f(), where: {any: [{file: {imports: a}}, {file: {has: a.b()}}]}",
            &["a f import | a ?.b f"],
        );
        check(
            "match: $f(), where: {$f: {name: [a.b, c.d]}, any: [{inside: lambda}, {inside: coroutine}]}",
            &["?.b lambda | async ?.b def | ?.d lambda | async ?.d def"],
        );
    }

    #[test]
    fn of_too_many_alternatives_all_that_they_have_in_common_is_required() {
        let names = |n: usize| (0..n).map(|it| format!("a.b{it}")).collect::<Vec<_>>();
        let keys = |n| {
            format!(
                "match: $f(), where: {{$f: {{name: [{}]}}}}",
                names(n).join(", ")
            )
        };
        let each = |n: usize| (0..n).map(|it| format!("?.b{it}")).collect::<Vec<_>>();
        check(&keys(MAX_WAYS), &[&each(MAX_WAYS).join(" | ")]);
        check(&keys(MAX_WAYS + 1), &[""]);
    }
}
