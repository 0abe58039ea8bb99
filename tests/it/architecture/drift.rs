//! What drifts: the same notion written once more. Each list may only get shorter.

use std::collections::BTreeMap;

use super::check_but;
use super::sources::sources;

/// The modules that follow things, and those whose numbers may say how far.
const FOLLOWING: &[&str] = &[
    "bind", "engine", "matching", "plan", "project", "python", "semantic", "verb",
];

/// The types of such numbers.
const NUMBERS: &[&str] = &["u8", "u16", "u32", "u64", "usize"];

/// How far something is followed, or how much of it.
const LIMITED: &[&str] = &[
    "bind/events.rs: MAX_BINDINGS",
    "bind/events.rs: MAX_DEPTH",
    "bind/events.rs: MAX_STEPS",
    "bind/mod.rs: MAX_STEPS",
    "bind/mro.rs: MAX_ABOVE",
    "bind/resolve.rs: MAX_STEPS",
    "bind/typed/parameter.rs: MAX_CALLS",
    "bind/typed/symbols.rs: MAX_IN_ALL",
    "engine/graph/walk.rs: MAX_VERTICES",
    "engine/settings.rs: MAX_TURNS",
    "matching/asked.rs: MAX_SPELLED",
    "matching/awaited/awaits.rs: MAX_STEPS",
    "matching/called_in.rs: MAX_FILES",
    "matching/judge.rs: MAX_NODES",
    "matching/kind.rs: FILES",
    "matching/node_words.rs: MAX_WORDS",
    "matching/own_part.rs: MAX_STEPS",
    "matching/plain.rs: MAX_STEPS",
    "matching/reach.rs: MAX_FUNCTIONS",
    "matching/shared/lost.rs: MAX_PAIRS",
    "matching/sides.rs: MAX_SAME",
    "project/calls.rs: MAX_USES",
    "project/driven.rs: MAX_STEPS",
    "project/driven/given.rs: MAX_DEPTH",
    "project/lineage.rs: MAX_BASES",
    "project/patches.rs: MAX_KEYWORDS",
    "project/replacement/records.rs: MAX_DEPTH",
    "project/setup_py.rs: STEPS",
    "python/nesting.rs: MAX_LINKS",
    "python/nesting.rs: MAX_OPEN",
    "semantic/given.rs: MAX_FILES",
    "semantic/mod.rs: MAX_FUNCTIONS",
];

/// Numbers that bound no walk: sizes of texts and of memory, layouts, versions.
const OTHER_NUMBERS: &[&str] = &[
    "engine.rs: MAX_THREADS",
    "engine.rs: WORKER_STACK",
    "engine/drafts/names.rs: NEAR",
    "engine/drafts/names.rs: TELLING",
    "engine/graph/cut.rs: MANY",
    "engine/graph/seed.rs: OFFERED",
    "engine/layer/converge.rs: GROWN",
    "matching/among.rs: LARGE",
    "matching/among.rs: N_FIRST",
    "matching/called_in/mentions.rs: MIN_PARTS_BELOW",
    "matching/may_fit.rs: FEW",
    "matching/older.rs: LAST_MINOR",
    "matching/opened.rs: KEPT",
    "matching/opened.rs: KEPT_BYTES",
    "matching/own_part.rs: MIN_SIGNS",
    "matching/prefilter.rs: PASS",
    "matching/prefilter/spelling.rs: STRIDE",
    "matching/trace.rs: LONGEST",
    "plan/baseline.rs: VERSION",
    "plan/decision.rs: VERSION",
    "plan/needs/endings.rs: LEVEL",
    "plan/needs/endings.rs: WIDTH",
    "project/files/disk.rs: KEPT",
    "project/git/pipes.rs: LONGEST",
    "project/instruction.rs: MAX_INSTRUCTION",
    "project/noted.rs: MAX_NOTED",
    "project/program.rs: MAX_KEPT",
    "project/replacement/words.rs: MAX_TARGET_LINES",
    "project/syntax.rs: KEPT",
    "project/syntax.rs: SHALLOW",
    "project/word_index.rs: BITS",
    "python/stdlib.rs: NEWEST_MINOR",
    "python/quoted.rs: LIMIT",
    "python/word_set.rs: MAX_LENGTH",
    "verb/add.rs: BLANK_LINES",
    "verb/extracted.rs: BLANK_LINES",
    "verb/fold.rs: LONGEST",
    "verb/fold.rs: N_LONG",
    "verb/fold.rs: USUAL",
    "verb/keep/hook.rs: APART",
    "verb/layout.rs: LEVEL",
    "verb/stops.rs: MAX_STOPS",
    "verb/wrap.rs: MAX_LINES",
];

/// Names of types that stand in more than two files, with how many.
const SHARED_NAMES: &[(&str, usize)] = &[
    ("Around", 4),
    ("Asked", 5),
    ("Awaits", 3),
    ("Body", 3),
    ("Ending", 3),
    ("Entry", 5),
    ("Fate", 3),
    ("File", 4),
    ("Form", 4),
    ("Found", 3),
    ("Given", 5),
    ("Key", 4),
    ("Known", 3),
    ("Line", 4),
    ("Lines", 3),
    ("Origin", 3),
    ("Outcome", 3),
    ("Parameter", 6),
    ("Place", 7),
    ("Places", 3),
    ("Reader", 4),
    ("Room", 3),
    ("Row", 3),
    ("Runs", 3),
    ("Search", 7),
    ("Setting", 5),
    ("Settings", 3),
    ("Shared", 3),
    ("Site", 3),
    ("Spelled", 3),
    ("Strings", 3),
    ("Used", 3),
    ("Uses", 4),
    ("Way", 3),
    ("Words", 3),
];

/// Files that ask a class itself for its bases, with how often.
const ABOVE_CLASSES: &[(&str, usize)] = &[
    ("bind/value/followed.rs", 1),
    ("matching/given/also.rs", 1),
    ("matching/one_task.rs", 1),
    ("matching/owner/attributes.rs", 1),
    ("matching/owner/lacking.rs", 1),
    ("matching/reach/class.rs", 2),
    ("project/families.rs", 2),
    ("project/outline.rs", 2),
    ("project/outline/base_call.rs", 1),
    ("project/said/classes.rs", 1),
];

/// Files that ask what a call runs of their own file alone: what another file has is not known there.
const CALLED_HERE: &[(&str, usize)] = &[
    ("matching/awaited/awaits.rs", 2),
    ("matching/awaited/waits.rs", 1),
    ("matching/failing.rs", 1),
    ("matching/forwards.rs", 1),
    ("matching/holding.rs", 1),
    ("matching/holding/entering.rs", 1),
    ("matching/independent.rs", 1),
    ("matching/kind/decorated.rs", 1),
    ("matching/mentioned.rs", 1),
    ("matching/owner/quiet.rs", 1),
    ("matching/owner/quiet/teardown.rs", 1),
    ("matching/owner/read.rs", 2),
    ("matching/reach.rs", 1),
    ("matching/reach/goes_over.rs", 3),
    ("matching/reach/implied.rs", 1),
    ("matching/replaced.rs", 1),
    ("matching/role.rs", 3),
    ("matching/run_by.rs", 2),
    ("matching/shared/accesses.rs", 1),
    ("matching/shared/changed.rs", 1),
    ("matching/shared/loops.rs", 1),
    ("matching/shared/told.rs", 1),
    ("matching/used/value.rs", 1),
    ("project/driven/given/tracer.rs", 1),
];

/// Files that find out for themselves which nodes a function runs.
const OWN_NODES: &[(&str, usize)] = &[
    ("matching/awaited/waits.rs", 1),
    ("matching/function_word.rs", 1),
    ("matching/handlers.rs", 1),
    ("matching/independent.rs", 1),
    ("matching/own_part.rs", 2),
    ("matching/shared/loops.rs", 1),
    ("matching/shared/users.rs", 1),
    ("semantic/ways.rs", 1),
    ("semantic/ways/left.rs", 1),
    ("verb/inner.rs", 2),
    ("verb/into_context/body.rs", 1),
    ("verb/wrap.rs", 2),
];

#[test]
fn how_far_things_are_followed_is_said_in_few_places() {
    let known = [LIMITED, OTHER_NUMBERS].concat();
    check_but("a limit of steps has its place", &known, |source| {
        let names = source.lines().filter_map(|(_, line)| {
            let (_, after) = line.split_once("const ")?;
            let (name, of) = after.split_once(": ")?;
            let of = of.split(' ').next()?;
            NUMBERS.contains(&of).then(|| name.to_owned())
        });
        match FOLLOWING.contains(&source.module()) {
            true => names.collect(),
            false => Vec::new(),
        }
    });
}

/// Compares how often the code of files says something outside of the modules that answer it.
#[track_caller]
fn check_counts(rule: &str, says: impl Fn(&str) -> bool, homes: &[&str], known: &[(&str, usize)]) {
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    for source in sources() {
        let is_home = homes.iter().any(|home| source.path.starts_with(home));
        let n = source.lines().filter(|(_, line)| says(line)).count();
        if n > 0 && !is_home {
            found.insert(source.path.clone(), n);
        }
    }
    let known = known.iter().map(|(path, n)| ((*path).to_owned(), *n));
    let known: BTreeMap<String, usize> = known.collect();
    assert_eq!(found, known, "{rule}: each number may only get smaller");
}

#[test]
fn what_is_above_a_class_is_asked_in_one_place() {
    let says = |line: &str| line.contains(".bases()") || line.contains(".bases(");
    let homes = ["bind/base.rs", "bind/mro.rs", "semantic/class.rs"];
    check_counts("the bases of a class", says, &homes, ABOVE_CLASSES);
}

#[test]
fn what_a_call_runs_is_asked_in_one_place() {
    let says = |line: &str| line.contains(".local_callables(");
    let homes = ["bind/", "semantic/"];
    check_counts(
        "what a call runs in this file alone",
        says,
        &homes,
        CALLED_HERE,
    );
}

#[test]
fn what_a_function_runs_itself_is_asked_in_one_place() {
    let says = |line: &str| {
        let asks = ["enclosing_function(", "runner("]
            .iter()
            .any(|it| line.contains(it));
        asks && (line.contains("==") || line.contains("!="))
    };
    check_counts(
        "the own nodes of a function",
        says,
        &["bind/context.rs"],
        OWN_NODES,
    );
}

#[test]
fn a_name_of_a_type_means_one_thing() {
    let mut defined: BTreeMap<String, usize> = BTreeMap::new();
    for source in sources() {
        for (_, line) in source.lines() {
            let keywords = ["struct ", "enum ", "trait "];
            let item = keywords.iter().find_map(|it| line.split_once(it));
            let Some((before, name)) = item else { continue };
            // What a macro makes is indented.
            let is_public = before.trim_start().starts_with("pub") && !before.contains("fn");
            let is_item = before.is_empty() || is_public;
            let name = name.split(|c: char| !c.is_alphanumeric()).next();
            if let Some(name) = name.filter(|name| is_item && !name.is_empty()) {
                *defined.entry(name.to_owned()).or_default() += 1;
            }
        }
    }
    defined.retain(|_, files| *files > 2);
    let known = SHARED_NAMES.iter();
    let known: BTreeMap<String, usize> = known.map(|(name, n)| ((*name).to_owned(), *n)).collect();
    assert_eq!(
        defined, known,
        "another name; a smaller number is taken over"
    );
}
