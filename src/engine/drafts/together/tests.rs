//! Two recipes: one gives tasks an owner that awaits their end, which never comes where a coroutine
//! swallows its cancel; the other one lets it go on.

use crate::config::select::Careful;
use crate::engine::recipes::Engine;
use crate::engine::settings::Settings;
use crate::plan::change::{Change, FilePlan, Status};
use crate::plan::ruling::{Ruling, Rulings};
use crate::project::Alone;
use crate::recipe::catalog::Catalog;
use crate::recipe::safety::Safety;
use crate::source::SourceFile;

const OWNED: &str = "\
rules:
  - match: $task = asyncio.create_task($coro)
    rewrite: $task = owner.start($coro)
    requires: {recipe: heal, at: $coro}
    safety: {safe: {because: the owner awaits it}}
";

const HEAL: &str = "\
rules:
  - match: pass
    under: except asyncio.CancelledError
    rewrite: raise
    safety: {review: {because: it ends when it is told to}}
  - match: return
    under: except asyncio.CancelledError
    report: who needs this
";

/// A worker that swallows its cancel, and its task.
const TEXT: &str = "\
import asyncio

async def work():
    try:
        await asyncio.sleep(1)
    except asyncio.CancelledError:
        pass

async def main():
    task = asyncio.create_task(work())
";

/// What is said where both change.
const TOGETHER: &str = "\
7 heal review: it ends when it is told to
10 owned review: the owner awaits it; together with heal, line 7 in `work`: it ends when it is told to < heal";

/// Recipes by id, with what stands behind their heads; those that begin with `-` are off.
struct Case<'c> {
    recipes: Vec<(&'c str, String)>,
    settings: Settings,
    rulings: Rulings,
}

impl<'c> Case<'c> {
    fn new(recipes: &[(&'c str, &str)]) -> Self {
        let recipes = recipes.iter();
        Self {
            recipes: recipes
                .map(|(id, text)| (*id, (*text).to_owned()))
                .collect(),
            settings: Settings::new(Safety::Review),
            rulings: Rulings::default(),
        }
    }

    fn both() -> Self {
        Self::new(&[("heal", HEAL), ("owned", OWNED)])
    }

    /// Plans a text with those of the recipes that are on.
    fn plan(&self, text: &str) -> FilePlan {
        let folder = tempfile::tempdir().expect("a folder");
        for (id, rules) in &self.recipes {
            let id = id.trim_start_matches('-');
            let text = format!(
                "id: {id}\ntitle: t\narea: own\nseverity: low\nwhy: w\n{rules}examples: [{{name: n, unchanged: x}}]\n"
            );
            std::fs::write(folder.path().join(format!("{id}.yaml")), text).expect("a file");
        }
        let mut catalog = Catalog::shipped().expect("the shipped recipes are right");
        let loaded = catalog.load_folders(&[folder.path().to_path_buf()]);
        loaded.unwrap_or_else(|error| panic!("{error}"));
        let on = self.recipes.iter().filter(|(id, _)| !id.starts_with('-'));
        let on: Vec<_> = on.filter_map(|(id, _)| catalog.find(id)).collect();
        let engine = Engine::new(&catalog, &on, self.settings.clone()).expect("an order");
        let source = SourceFile::from_text("a.py", text).expect("it can be read");
        let outcome = engine.plan_ruled(source, self.rulings.clone(), &Alone);
        outcome.plan.expect("there are sites")
    }

    /// Compares all that is said of a text.
    #[track_caller]
    fn check(&self, text: &str, expected: &str) {
        assert_eq!(told(&self.plan(text)), expected, "{text}");
    }
}

/// Changes and findings by line; behind `<` the recipes of what a change requires.
fn told(plan: &FilePlan) -> String {
    let changes = plan.changes().map(|change| told_change(plan, change));
    let findings = plan.findings.iter().map(|finding| {
        let site = &finding.site;
        let text = format!("{} finding: {}", site.recipe, finding.reason);
        (site.position.line, text)
    });
    let mut lines: Vec<(usize, String)> = changes.chain(findings).collect();
    lines.sort();
    let lines = lines.iter().map(|(line, text)| format!("{line} {text}"));
    lines.collect::<Vec<_>>().join("\n")
}

fn told_change(plan: &FilePlan, change: &Change) -> (usize, String) {
    let state = match &change.status {
        Status::Proposed => change.safety.word().to_owned(),
        Status::Conflict { .. } => "conflict".to_owned(),
        Status::Withdrawn { .. } => "withdrawn".to_owned(),
    };
    let mut text = format!("{} {state}: {}", change.recipe, change.reason);
    let required = plan
        .changes()
        .filter(|other| change.requires.contains(&other.id));
    let required: Vec<&str> = required.map(|other| other.recipe.as_str()).collect();
    assert_eq!(
        required.len(),
        change.requires.len(),
        "all of them are there"
    );
    if !required.is_empty() {
        text.push_str(&format!(" < {}", required.join(" ")));
    }
    (change.sites[0].position.line, text)
}

#[test]
fn what_a_function_holds_is_changed_with_what_runs_it() {
    let plan = Case::both().plan(TEXT);
    assert_eq!(told(&plan), TOGETHER);
    let after = plan.after().expect("it can be stored");
    let expected = TEXT
        .replace("pass", "raise")
        .replace("asyncio.create_task", "owner.start");
    assert_eq!(
        after.text(),
        expected.replacen("asyncio\n", "asyncio\n\nimport owner\n", 1)
    );
    let mut safe = Case::both();
    safe.settings = Settings::new(Safety::Safe);
    assert_eq!(safe.plan(TEXT).wanted().count(), 0);
}

#[test]
fn a_function_is_found_by_call_and_by_name() {
    Case::both().check(&TEXT.replace("(work())", "(work)"), TOGETHER);
    let named = TEXT.replace(
        "    task = asyncio.create_task(work())",
        "    job = work()\n    task = asyncio.create_task(job)",
    );
    Case::both().check(&named, &TOGETHER.replace("10 owned", "11 owned"));
    let method = "\
import asyncio
class C:
    async def work(self):
        try:
            await asyncio.sleep(1)
        except asyncio.CancelledError:
            pass

    async def main(self):
        task = asyncio.create_task(self.work())
";
    Case::both().check(method, TOGETHER);
}

#[test]
fn other_functions_require_nothing() {
    let alone = "7 heal review: it ends when it is told to\n10 owned safe: the owner awaits it";
    for other in [
        "(other())",
        "(lib.work())",
        "(lambda: work())",
        "(work()())",
    ] {
        Case::both().check(&TEXT.replace("(work())", other), alone);
    }
    // The site is in a function of its own.
    let nested = "async def work():\n  async def inner():";
    let nested = TEXT.replace("async def work():", nested);
    let alone = alone.replace('7', "8").replace("10", "11");
    Case::both().check(&nested, &alone);
}

#[test]
fn what_is_not_changed_leaves_a_finding() {
    let expected = "\
7 heal finding: who needs this
10 owned finding: the owner awaits it (not changed: heal leaves line 7 in `work` to a person)";
    Case::both().check(&TEXT.replace("pass", "return"), expected);
}

#[test]
fn what_is_claimed_is_not_changed() {
    let claims =
        "rules: [{match: asyncio.sleep($x), report: mine, claims: {in: function, from: heal}}]\n";
    let plan = Case::new(&[("claims", claims), ("heal", HEAL), ("owned", OWNED)]).plan(TEXT);
    let told = told(&plan);
    let expected = "\n10 owned finding: the owner awaits it (not changed: heal leaves line 7 in `work` to a person)";
    assert!(told.ends_with(expected), "{told}");
}

#[test]
fn a_recipe_that_is_off_is_looked_up() {
    let case = Case::new(&[("-heal", HEAL), ("owned", OWNED)]);
    let expected = "10 owned finding: the owner awaits it (not changed: line 7 in `work` is for heal, which is off)";
    case.check(TEXT, expected);
    case.check(
        &TEXT.replace("pass", "raise"),
        "10 owned safe: the owner awaits it",
    );
    let mut case = Case::both();
    let careful = Careful {
        level: Safety::Manual,
        why: "as x says".to_owned(),
    };
    case.settings.careful.insert("heal".to_owned(), careful);
    let expected = "\
7 heal finding: it ends when it is told to (not changed, as x says)
10 owned finding: the owner awaits it (not changed: heal leaves line 7 in `work` to a person)";
    case.check(TEXT, expected);
}

#[test]
fn a_decision_holds_for_both() {
    let mut case = Case::both();
    let plan = case.plan(TEXT);
    let id = |recipe| {
        let mut changes = plan.changes().filter(|change| change.recipe == recipe);
        changes.next().expect("there is one").id.clone()
    };
    case.rulings
        .add(id("heal"), Ruling::Leave("rejected".to_owned()));
    let expected = "\
7 heal finding: rejected
10 owned finding: the owner awaits it (not changed: heal leaves line 7 in `work` to a person)";
    case.check(TEXT, expected);
    // Nothing is required the other way round.
    case.rulings = Rulings::default();
    case.rulings
        .add(id("owned"), Ruling::Leave("rejected".to_owned()));
    let expected = "7 heal review: it ends when it is told to\n10 owned finding: rejected";
    case.check(TEXT, expected);
    let mut case = Case::new(&[
        ("heal", &HEAL.replacen("review", "safe", 1)),
        ("owned", OWNED),
    ]);
    case.rulings
        .add(id("heal"), Ruling::Review("look".to_owned()));
    let told = told(&case.plan(TEXT));
    assert!(told.contains("\n10 owned review: "), "{told}");
}

/// A task of a coroutine that runs another one.
const CHAIN: &str = "\
import asyncio, lib

async def main():
    task = asyncio.create_task(work())

async def work():
    lib.end(job)

async def job():
    lib.stop()
";

#[test]
fn a_change_gives_way_with_what_it_requires() {
    let first = "rules: [{match: lib.end, rewrite: lib.finish, safety: {safe: {because: done}}}]\n";
    let end = "match: lib.end($x), rewrite: lib.close($x), safety: {safe: {because: b}}";
    let heal = format!("rules: [{{{end}}}, {{match: lib.finish($x), report: who}}]\n");
    let recipes = [("a-first", first), ("heal", &heal), ("owned", OWNED)];
    let expected = "\
4 owned finding: the owner awaits it; together with heal, line 7 in `work` (not changed: heal, line 7, gives way to another change)
7 a-first safe: done
7 heal conflict: b";
    Case::new(&recipes).check(CHAIN, expected);
    // What the other change leaves is no site any more.
    let heal = format!("rules: [{{{end}}}]\n");
    let recipes = [("a-first", first), ("heal", &heal), ("owned", OWNED)];
    let expected =
        "4 owned safe: the owner awaits it < a-first\n7 a-first safe: done\n7 heal conflict: b";
    Case::new(&recipes).check(CHAIN, expected);
}

#[test]
fn a_change_is_withdrawn_with_what_it_requires() {
    let stray = HEAL.replacen("rewrite: raise", "rewrite: await lib.end()", 1);
    let text = TEXT
        .replace("async def work", "def work")
        .replace("await ", "");
    let plan = Case::new(&[("heal", &stray), ("owned", OWNED)]).plan(&text);
    let told = told(&plan).replace("withdrawn", "review");
    assert_eq!((told.as_str(), plan.wanted().count()), (TOGETHER, 0));
    let reasons = plan.changes().filter_map(|change| match &change.status {
        Status::Withdrawn { why } => Some(why.to_string()),
        _ => None,
    });
    let reasons: Vec<String> = reasons.collect();
    assert!(reasons[1].starts_with("it requires heal-"), "{reasons:?}");
}

#[test]
fn what_requires_something_may_be_required() {
    let heal = "rules: [{match: lib.end($x), rewrite: lib.close($x), requires: {recipe: last, at: $x}, safety: {safe: {because: b}}}]\n";
    let last =
        "rules: [{match: lib.stop(), rewrite: lib.halt(), safety: {review: {because: l}}}]\n";
    let expected = "\
4 owned review: the owner awaits it; together with heal, line 7 in `work` < heal
7 heal review: b; together with last, line 10 in `job`: l < last
10 last review: l";
    Case::new(&[("heal", heal), ("last", last), ("owned", OWNED)]).check(CHAIN, expected);
    let expected = "\
4 owned finding: the owner awaits it (not changed: heal leaves line 7 in `work` to a person)
7 heal finding: b (not changed: line 10 in `job` is for last, which is off)";
    Case::new(&[("heal", heal), ("-last", last), ("owned", OWNED)]).check(CHAIN, expected);
}

#[test]
fn the_order_of_the_recipes_follows() {
    // `heal` comes later than another one; so does what requires it.
    let other = "rules: [{match: asyncio.iscoroutine($x), rewrite: asyncio.isfuture($x), safety: {safe: {because: b}}}]\n";
    let text = format!("{TEXT}    asyncio.iscoroutine(1)\n");
    let expected = format!("{TOGETHER}\n11 other safe: b");
    for (heal, owned) in [
        ("after: other\n", ""),
        ("", "after: other\n"),
        ("before: owned\n", ""),
        ("after: other\n", "after: other\n"),
    ] {
        let (heal, owned) = (format!("{heal}{HEAL}"), format!("{owned}{OWNED}"));
        let case = Case::new(&[("heal", &heal), ("other", other), ("owned", &owned)]);
        case.check(&text, &expected);
        assert_eq!(case.plan(&text).layers.len(), 1, "all were promoted");
    }
}

#[test]
fn a_site_that_another_recipe_takes_away_is_nothing_to_wait_for() {
    let first = "rules: [{match: pass, rewrite: return 1, safety: {safe: {because: done}}}]\n";
    let owned = format!("after: a-first\n{OWNED}");
    let recipes = [("a-first", first), ("heal", HEAL), ("owned", &*owned)];
    let expected = "7 a-first safe: done\n10 owned safe: the owner awaits it < a-first";
    Case::new(&recipes).check(TEXT, expected);
}
