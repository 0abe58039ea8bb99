//! A program that says the same in another way gets the same plan: each example of each recipe, written
//! anew.
//!
//! What is written anew keeps its meaning: a class stands in another file, a base is `Base[int]`, an
//! annotation says what the value says, a module is imported under another name.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicUsize;

use awaitify::engine::{Engine, Input, Settings, plan};
use awaitify::plan::change::{Change, FilePlan, Status};
use awaitify::project::facts::Projects;
use awaitify::recipe::Recipe;
use awaitify::recipe::example::Example;
use awaitify::recipe::safety::Safety;

use crate::support::{catalog, recipes};
use anew::{Program, Rewriting};

mod anew;

/// What differs today, and why: a rewriting, a recipe and one of its examples. It may only become less.
const KNOWN: &[(&str, &str, &str, &str)] = &[
    (
        SUPER,
        "task-handle",
        "a reader that closes its owner, and reads on",
        "what the methods of a base do to the object is not read",
    ),
    (
        INHERITED,
        "task-handle",
        "a reader that closes its owner, and reads on",
        "what the methods of a base do to the object is not read",
    ),
    (
        SUPER,
        "task-handle",
        "a reader that closes its owner, and leaves an inner loop only",
        "what the methods of a base do to the object is not read",
    ),
    (
        INHERITED,
        "task-handle",
        "a reader that closes its owner, and leaves an inner loop only",
        "what the methods of a base do to the object is not read",
    ),
    (
        SUPER,
        "task-handle",
        "a task that leaves work for the teardown to save",
        "the rule looks for the methods in the class itself",
    ),
    (
        INHERITED,
        "task-handle",
        "a task that leaves work for the teardown to save",
        "the rule looks for the methods in the class itself",
    ),
    (
        INHERITED,
        "task-teardown",
        "a worker that ends when it is idle or has nothing left to do",
        "the rule looks for the methods in the class itself",
    ),
    (
        SUPER,
        "wait-needs-tasks",
        "coroutines in lists, sets, tuples and generators, and in a variable",
        "the name in `super()` is taken for one that the list holds",
    ),
    (
        MOVED,
        "run-until-complete",
        "an object of a program that no other file imports",
        "the class has an importer then",
    ),
    (
        MOVED,
        "missing-await",
        "a function that runs a loop, and one that closes it first",
        "the rule asks for a coroutine function in the file",
    ),
    (
        DECORATED,
        "missing-await",
        "a method that a class of another file replaces with a coroutine function",
        "what a decorated method gives is not known",
    ),
    (
        INHERITED,
        "get-event-loop",
        "objects whose connection or tasks belong to a loop",
        "which tasks the methods of a base start is not read",
    ),
    (
        SUPER,
        "get-event-loop",
        "objects whose connection or tasks belong to a loop",
        "which tasks the methods of a base start is not read",
    ),
    (
        INHERITED,
        "task-of-sync-call",
        "methods that return nothing",
        "what a method of another class returns is not read",
    ),
    (
        SUPER,
        "task-of-sync-call",
        "methods that return nothing",
        "what a method of another class returns is not read",
    ),
    (
        INHERITED,
        "task-of-sync-call",
        "a branch for a flag that is only ever False",
        "what a method of another class returns is not read",
    ),
    (
        SUPER,
        "task-of-sync-call",
        "a branch for a flag that is only ever False",
        "what a method of another class returns is not read",
    ),
    (
        MADE,
        "blocking-helper",
        "a function and a class of another file",
        "what a function makes may have another owner, too",
    ),
    (
        MADE,
        "blocking-helper",
        "constructors, and files that a logger appends to",
        "what a function makes may have another owner, too",
    ),
    (
        MADE,
        "blocking-helper",
        "an object that only one call of a coroutine has, and an object of all",
        "what a function makes may have another owner, too",
    ),
    (
        MADE_UNSAID,
        "blocking-helper",
        "a function and a class of another file",
        "what a function makes may have another owner, too",
    ),
    (
        MADE_UNSAID,
        "blocking-helper",
        "constructors, and files that a logger appends to",
        "what a function makes may have another owner, too",
    ),
    (
        MADE_UNSAID,
        "blocking-helper",
        "an object that only one call of a coroutine has, and an object of all",
        "what a function makes may have another owner, too",
    ),
    (
        anew::values::GIVEN.name,
        "blocking-helper",
        "constructors, and files that a logger appends to",
        "the caller has the object, too",
    ),
    (
        anew::values::GIVEN.name,
        "blocking-helper",
        "an object that only one call of a coroutine has, and an object of all",
        "the caller has the object, too",
    ),
    (
        DECORATED,
        "undefined-name",
        "a coroutine that nothing runs",
        "a decorator may call the function at any time",
    ),
    (
        MOVED,
        "library-owns-loop",
        "a program that nobody imports",
        "now a file imports it",
    ),
    (
        MOVED,
        "run-until-complete",
        "before Python 3.10, a lock that an object makes for itself",
        "a lock that a class of another file makes is left to a review",
    ),
    (
        MOVED,
        "run-until-complete",
        "before Python 3.10, a lock class, and a field with a queue",
        "a lock that a class of another file makes is left to a review",
    ),
    (
        MOVED,
        "async-for",
        "a method that is set on the class, or by a class that a call makes",
        "what one file sets in another is told where the method is called",
    ),
    (
        MOVED,
        "blocking-sleep",
        "a lock that a class of the file takes, or a stack holds",
        "what entering an object of another file takes is left to a review",
    ),
    (
        MOVED,
        "blocking-sleep",
        "a file that one task runs as a whole",
        "it is not asked whether one task runs both files",
    ),
    (
        MOVED,
        "blocking-call",
        "the method of a path, however the path is made",
        "it is not asked whether one task runs both files",
    ),
    (
        MOVED,
        "queue-overload",
        "a test that expects the exception",
        "the file of the class is no test",
    ),
    (
        GENERIC_TOO,
        "async-test-never-runs",
        "a plain TestCase and its setUp",
        "a finding where a test case has other bases, a change where it has none",
    ),
    (
        GENERIC_TOO,
        "async-test-never-runs",
        "a test case with other base classes",
        "the pattern has the test case as the last of two bases",
    ),
    (
        anew::values::SET.name,
        "task-handle",
        "what keeps its tasks, or gives no task",
        "an annotation also allows a class derived from this one, and the name says that it is a loop",
    ),
    (
        INHERITED,
        "task-handle",
        "tasks of many connections are kept in a set",
        "the set is made in an `__init__` of the class itself",
    ),
    (
        SUPER,
        "task-handle",
        "tasks of many connections are kept in a set",
        "the set is made in an `__init__` of the class itself",
    ),
    (
        INHERITED,
        "task-handle",
        "an endless task that ends its owner, and then itself",
        "what ends an object is looked for in the class that starts the task",
    ),
    (
        SUPER,
        "task-handle",
        "an endless task that ends its owner, and then itself",
        "what ends an object is looked for in the class that starts the task",
    ),
    (
        INHERITED,
        "task-teardown",
        "a class that runs the loop itself",
        "which method runs the loop is asked of the class that starts the task",
    ),
    (
        SUPER,
        "task-teardown",
        "a class that runs the loop itself",
        "which method runs the loop is asked of the class that starts the task",
    ),
    (
        INHERITED,
        "manual-aenter",
        "methods that some error keeps from leaving",
        "the rule is about two methods of one class",
    ),
    (
        INHERITED,
        "deadline-not-passed-on",
        "functions of the file that take one",
        "the class that calls is asked which of its methods take one",
    ),
    (
        SUPER,
        "deadline-not-passed-on",
        "functions of the file that take one",
        "the class that calls is asked which of its methods take one",
    ),
    (
        SUPER,
        "task-handle",
        "a class above has a method that keeps and ends tasks",
        "the finding names what is called on `self`",
    ),
    (
        DECORATED,
        "blocking-helper",
        "what a service does before it serves, and also later",
        "a decorator may call the function at any time",
    ),
    (
        DECORATED,
        "blocking-helper",
        "what only runs before a service serves, in another file",
        "a decorator may call the function at any time",
    ),
    (
        DECORATED,
        "blocking-helper",
        "a script that no file imports, whose objects start nothing",
        "a decorator may start other tasks",
    ),
    (
        OF_LIBRARY,
        "blocking-helper",
        "a session that helpers get before and after an await, and one beside a long call",
        "what makes sessions is no class, and annotates nothing",
    ),
    (
        OF_LIBRARY,
        "blocking-helper",
        "a local file that a helper asks beside an answer of the network, and one alone",
        "what makes sessions is no class, and annotates nothing",
    ),
    (
        SUPER,
        "task-handle",
        "one endless task for all keys, and one for each",
        "what the methods of a base do without an end is not read",
    ),
    (
        SUPER,
        "run-until-complete",
        "methods of objects that ask, and run the loop all the same",
        "each spelling of the method has its finding",
    ),
    (
        INHERITED,
        "task-handle",
        "one endless task for all keys, and one for each",
        "what the methods of a base do without an end is not read",
    ),
    (
        MOVED,
        "get-event-loop",
        "functions that hand on the loop which they run",
        "of two files each has its finding",
    ),
    (
        OF_LIBRARY,
        "executor-to-thread",
        "functions that only send mail and wait, and one that calls what it is given",
        "an annotation may name another class of the library",
    ),
    (
        MOVED,
        "executor-to-thread",
        "a test whose object stands for one that runs what it is given",
        "a file of classes beside a test is no file of tests",
    ),
    (
        SUPER,
        "task-handle",
        "local names of tasks that end with all others of the loop",
        "what the methods of a base do to all tasks is not read",
    ),
    (
        INHERITED,
        "task-handle",
        "local names of tasks that end with all others of the loop",
        "what the methods of a base do to all tasks is not read",
    ),
    (
        SUPER,
        "swallowed-cancellation",
        "a coroutine that is cancelled and then only closes what it used",
        "what the methods of a base close is not read",
    ),
    (
        INHERITED,
        "swallowed-cancellation",
        "a coroutine that is cancelled and then only closes what it used",
        "what the methods of a base close is not read",
    ),
    (
        SUPER,
        "blocking-helper",
        "a new event loop belongs to the thread that runs it, and any thread may give it work",
        "which threads a method of a base starts is not read",
    ),
    (
        ANNOTATED,
        "blocking-call",
        "a session that an object keeps as long as the program runs",
        "an attribute that makes sessions is no class",
    ),
    (
        MADE,
        "blocking-call",
        "a session that an object keeps as long as the program runs",
        "what a function makes may have another owner, too",
    ),
    (
        MADE_UNSAID,
        "blocking-call",
        "a session that an object keeps as long as the program runs",
        "what a function makes may have another owner, too",
    ),
    (
        OF_LIBRARY,
        "blocking-call",
        "an endpoint of a router that no application includes",
        "the function that makes the router is not read",
    ),
];

const MOVED: &str = anew::MOVED.name;

const GENERIC_TOO: &str = anew::classes::GENERIC_TOO.name;

const INHERITED: &str = anew::classes::INHERITED.name;

const SUPER: &str = anew::classes::SUPER.name;

const MADE: &str = anew::values::MADE.name;

const MADE_UNSAID: &str = anew::values::MADE_UNSAID.name;

/// The same of recipes: examples of each differ.
const KNOWN_RECIPES: &[(&str, &str, &str)] = &[
    (
        DECORATED,
        "cancel-without-await independent-awaits manual-aenter task-errors-unseen task-handle \
         task-teardown unclosed-resource",
        "what a decorated function runs is not read",
    ),
    (
        DECORATED,
        "blocking-call blocking-file blocking-helper blocking-lock blocking-sleep \
         changed-while-iterated lost-update",
        "a decorator may call the function at any time, so that it is not one task that runs the file",
    ),
    (
        DECORATED,
        "async-generator-annotation async-test-never-runs async-twin async-without-await \
         endpoint-to-sync loop-detection run-in-coroutine",
        "the header of a decorated function stays as it is",
    ),
    (
        DECORATED,
        "async-for",
        "what a decorated coroutine function gives where it is awaited is not known",
    ),
    (
        OF_LIBRARY,
        "blocking-http blocking-httpx blocking-lock client-in-two-loops cpu-bound fastapi-lifespan \
         lazy-init-lock queue-overload run-forever run-until-complete task-group-errors \
         sync-client unbounded-queue unclosed-resource",
        "the rule is about the place that makes the object",
    ),
    (
        OF_LIBRARY,
        "await-of-sync-call ensure-future sync-with-on-async-resource",
        "an annotation may name another class of the library",
    ),
    (
        ANNOTATED,
        "sync-client",
        "the annotation names the class that another one takes the place of",
    ),
];

const ANNOTATED: &str = anew::ANNOTATED.name;

const DECORATED: &str = anew::classes::DECORATED.name;

const OF_LIBRARY: &str = anew::values::MADE_OF_LIBRARY.name;

/// Recipes that ask about classes, and have no example that rewritings can write anew, and why. It may only become
/// less.
const UNTRIED: &[(&[&str], &str, &str)] = &[
    (
        &[
            anew::PARAMETERS[0].name,
            anew::PARAMETERS[1].name,
            anew::PARAMETERS[2].name,
            anew::PARAMETERS[3].name,
        ],
        "no example annotates a parameter with a class",
        "loop-detection run-forever loop-in-thread script-notebook-run asyncio-run-in-cell \
         run-forever-in-cell blocking-lock get-event-loop nest-asyncio loop-argument \
         wait-needs-tasks \
         task-group-errors undefined-name celery-async-task celery-result-wait \
         endpoint-to-async raise-from queue-overload suppress-cancelled unbounded-fanout \
         independent-awaits global-lock executor-cap lazy-init-lock lost-update async-twin",
    ),
    (
        &[anew::values::MADE.name, anew::values::MADE_UNSAID.name],
        "no example gives a name to an object of a class of the example",
        "loop-in-thread script-notebook-run asyncio-run-in-cell run-forever-in-cell \
         async-generator-annotation sync-client blocking-http blocking-lock \
         await-of-sync-call loop-create-task nest-asyncio loop-argument \
         wait-needs-tasks task-group-errors \
         swallowed-cancellation done-callback-cancelled task-of-sync-call undefined-name \
         celery-async-task celery-result-wait endpoint-to-sync raise-from request-path-task \
         queue-overload suppress-cancelled unbounded-fanout independent-awaits global-lock \
         executor-cap cleanup-not-in-finally deadline-not-passed-on missing-timeout async-twin",
    ),
    (
        &[anew::GENERIC.name],
        "no class of an example has a base of the example",
        "loop-detection run-forever loop-in-thread script-notebook-run asyncio-run-in-cell \
         signal-handler run-forever-in-cell async-generator-annotation \
         blocking-sleep blocking-httpx blocking-file cpu-bound await-of-sync-call \
         sync-with-on-async-resource loop-create-task get-event-loop nest-asyncio \
         loop-argument \
         wait-needs-tasks task-group-errors swallowed-cancellation acquire-release \
         done-callback-cancelled undefined-name celery-async-task celery-result-wait \
         fastapi-lifespan raise-from request-path-task queue-overload suppress-cancelled \
         unbounded-fanout task-errors-unseen global-lock executor-cap lazy-init-lock lost-update \
         cleanup-not-in-finally deadline-not-passed-on missing-timeout",
    ),
    (
        &[GENERIC_TOO],
        "no example has a class",
        "script-notebook-run asyncio-run-in-cell run-forever-in-cell nest-asyncio \
         celery-async-task celery-result-wait suppress-cancelled",
    ),
    (
        &[MOVED],
        "no example has a class that could stand elsewhere",
        "script-notebook-run asyncio-run-in-cell run-forever-in-cell nest-asyncio \
         wait-needs-tasks undefined-name celery-async-task celery-result-wait endpoint-to-sync \
         endpoint-to-async request-path-task suppress-cancelled async-twin",
    ),
    (
        &[anew::ANNOTATED.name],
        "no example gives a name to what a class makes",
        "script-notebook-run asyncio-run-in-cell run-forever-in-cell loop-create-task \
         nest-asyncio wait-needs-tasks swallowed-cancellation done-callback-cancelled \
         task-of-sync-call undefined-name suppress-cancelled deadline-not-passed-on async-twin",
    ),
    (
        &[anew::ALIASED.name],
        "no example imports a module by its name alone",
        "celery-result-wait raise-from",
    ),
    (
        &[anew::ONE_BY_ONE.name],
        "no example imports a module by its name alone",
        "celery-result-wait raise-from",
    ),
    (
        &[anew::values::GIVEN.name],
        "no function of an example begins with an object of a class of the example, and is called by nobody",
        "loop-detection run-until-complete run-forever loop-in-thread script-notebook-run \
         asyncio-run-in-cell signal-handler run-forever-in-cell async-generator-annotation \
         blocking-sleep sync-client blocking-http blocking-file cpu-bound blocking-lock \
         await-of-sync-call task-teardown ensure-future loop-create-task get-event-loop \
         nest-asyncio asyncio-coroutine loop-argument \
         wait-needs-tasks task-group-errors swallowed-cancellation \
         acquire-release done-callback-cancelled task-of-sync-call undefined-name \
         async-propagation celery-async-task celery-result-wait fastapi-lifespan endpoint-to-sync \
         endpoint-to-async raise-from request-path-task library-owns-loop queue-overload \
         suppress-cancelled unbounded-fanout task-errors-unseen independent-awaits global-lock \
         executor-cap lazy-init-lock cleanup-not-in-finally deadline-not-passed-on \
         missing-timeout async-without-await async-twin",
    ),
    (
        &[anew::values::SET.name],
        "no class of an example makes an object of another one of the example for itself",
        "loop-detection run-until-complete run-forever run-in-coroutine loop-in-thread \
         script-notebook-run asyncio-run-in-cell signal-handler run-forever-in-cell async-for \
         async-generator-annotation sync-client blocking-call blocking-http blocking-httpx \
         blocking-file cpu-bound executor-to-thread blocking-lock await-of-sync-call \
         sync-with-on-async-resource task-teardown ensure-future loop-create-task get-event-loop \
         nest-asyncio asyncio-coroutine loop-argument \
         wait-needs-tasks task-group-errors swallowed-cancellation \
         acquire-release done-callback-cancelled task-of-sync-call undefined-name \
         async-propagation celery-async-task celery-result-wait fastapi-lifespan endpoint-to-sync \
         endpoint-to-async raise-from request-path-task queue-overload suppress-cancelled \
         unbounded-fanout task-errors-unseen independent-awaits global-lock executor-cap \
         lazy-init-lock lost-update cleanup-not-in-finally deadline-not-passed-on missing-timeout \
         async-without-await async-twin",
    ),
    (
        &[OF_LIBRARY],
        "no example gives a name to what a class of a library makes",
        "run-in-coroutine script-notebook-run asyncio-run-in-cell run-forever-in-cell \
         loop-create-task nest-asyncio loop-argument \
         wait-needs-tasks swallowed-cancellation \
         done-callback-cancelled task-of-sync-call undefined-name suppress-cancelled \
         task-errors-unseen deadline-not-passed-on async-twin",
    ),
    (
        &[DECORATED],
        "no example has a coroutine function without a decorator",
        "run-forever-in-cell raise-from",
    ),
    (
        &[INHERITED],
        "no class of an example calls a method of its own that could stand above it",
        "script-notebook-run asyncio-run-in-cell run-forever-in-cell async-generator-annotation \
         sync-client blocking-httpx await-of-sync-call nest-asyncio task-group-errors \
         undefined-name celery-async-task celery-result-wait fastapi-lifespan endpoint-to-sync \
         raise-from request-path-task queue-overload suppress-cancelled unbounded-fanout \
         lazy-init-lock cleanup-not-in-finally missing-timeout async-twin",
    ),
    (
        &[SUPER],
        "no class of an example calls a method of its own that could stand above it",
        "script-notebook-run asyncio-run-in-cell run-forever-in-cell async-generator-annotation \
         sync-client blocking-http blocking-httpx await-of-sync-call nest-asyncio \
         task-group-errors undefined-name celery-async-task celery-result-wait fastapi-lifespan \
         endpoint-to-sync raise-from request-path-task queue-overload suppress-cancelled \
         unbounded-fanout lazy-init-lock cleanup-not-in-finally missing-timeout async-twin",
    ),
];

/// A program's files.
type Files = Vec<(String, String)>;

/// How often the plan of a program has what: rule, level, and where paths count the file.
type Said = BTreeMap<(String, String, String), usize>;

fn said(recipe: &Recipe, example: &Example, files: &Files, with_paths: bool) -> Said {
    let texts = files
        .iter()
        .map(|(path, text)| (PathBuf::from(path), text.clone().into_bytes()));
    let facts = Projects::of_texts(texts.clone().collect());
    let settings = Settings {
        target: Some(example.python.unwrap_or((3, 11))),
        ..Settings::new(Safety::Review)
    };
    let recipes = [recipe];
    let engine = Engine::new(catalog(), &recipes, settings).expect("one recipe has an order");
    let jobs: Vec<_> = texts
        .map(|(path, bytes)| {
            let given = Some(bytes);
            let is_named = true;
            let input = Input {
                path,
                given,
                is_named,
            };
            (input, &engine)
        })
        .collect();
    let plan = plan(&jobs, 1, &AtomicUsize::new(0), &facts).expect("a thread can be started");
    let mut said = Said::new();
    for file in &plan.files {
        let path = match with_paths {
            true => file.original().path().display().to_string(),
            false => String::new(),
        };
        let changes = FilePlan::changes(file);
        let level = |it: &Change| match it.status {
            Status::Withdrawn { .. } => "withdrawn".to_owned(),
            _ => it.safety.word().to_owned(),
        };
        let changes = changes.map(|it| (it.rule.clone(), level(it)));
        let findings = file.findings.iter();
        let findings = findings.map(|it| (it.site.rule.clone(), "finding".to_owned()));
        for (rule, level) in changes.chain(findings) {
            *said.entry((path.clone(), rule, level)).or_default() += 1;
        }
    }
    said
}

/// The recipes of which examples are known to differ.
fn known_recipes(rewriting: &Rewriting) -> impl Iterator<Item = &'static str> {
    let known = KNOWN_RECIPES.iter().filter(|it| it.0 == rewriting.name);
    known.flat_map(|it| it.1.split_whitespace())
}

/// Compares the plans of all examples with those of what they become.
#[track_caller]
fn check(rewriting: &Rewriting) {
    let mut differing = Vec::new();
    let mut n_tried = 0;
    let mut unseen: BTreeSet<&str> = known_recipes(rewriting).collect();
    for recipe in recipes() {
        for example in recipe.examples() {
            let Some(anew) = Program::read(&example.before).and_then(|it| (rewriting.write)(&it))
            else {
                continue;
            };
            n_tried += 1;
            let known = (rewriting.name, recipe.id.as_str(), example.name.as_str());
            let is_known = KNOWN.iter().any(|it| (it.0, it.1, it.2) == known);
            let before = said(recipe, example, &example.before, rewriting.keeps_paths);
            let after = said(recipe, example, &anew, rewriting.keeps_paths);
            if before != after && known_recipes(rewriting).any(|it| it == recipe.id) {
                unseen.remove(recipe.id.as_str());
                continue;
            }
            if (before == after) == is_known {
                let told = match is_known {
                    true => "is the same by now: take it from the list".to_owned(),
                    false => format!("{before:?}\n  became {after:?}\n{}", shown(&anew)),
                };
                differing.push(format!("{}: {}: {told}", recipe.id, example.name));
            }
        }
    }
    differing.extend(unseen.into_iter().map(|recipe| {
        format!("{recipe}: all its examples are the same by now: take it from the list")
    }));
    assert!(
        n_tried >= rewriting.least,
        "only {n_tried} programs were written anew"
    );
    assert!(
        differing.is_empty(),
        "{} of {n_tried} with {}:\n{}",
        differing.len(),
        rewriting.name,
        differing.join("\n")
    );
}

fn shown(files: &Files) -> String {
    let all = files
        .iter()
        .map(|(path, text)| format!("--- {path}\n{text}"));
    all.collect()
}

#[test]
fn an_annotation_that_says_what_the_value_says_changes_nothing() {
    check(&anew::ANNOTATED);
}

#[test]
fn an_annotation_of_a_parameter_may_be_spelled_in_other_ways() {
    for rewriting in &anew::PARAMETERS {
        check(rewriting);
    }
}

#[test]
fn a_base_may_be_generic() {
    check(&anew::GENERIC);
}

#[test]
fn a_module_may_have_another_name() {
    check(&anew::ALIASED);
}

#[test]
fn names_may_be_imported_one_by_one() {
    check(&anew::ONE_BY_ONE);
}

#[test]
fn the_last_line_may_have_no_end() {
    check(&anew::UNENDED);
}

#[test]
fn a_class_may_stand_in_another_file() {
    check(&anew::MOVED);
}

#[test]
fn an_object_may_come_from_a_function() {
    check(&anew::values::MADE);
}

#[test]
fn an_object_may_come_from_a_function_that_says_nothing() {
    check(&anew::values::MADE_UNSAID);
}

#[test]
fn an_object_of_a_library_may_come_from_a_function() {
    check(&anew::values::MADE_OF_LIBRARY);
}

#[test]
fn an_object_may_come_from_who_calls() {
    check(&anew::values::GIVEN);
}

#[test]
fn an_attribute_may_come_from_who_makes_the_object() {
    check(&anew::values::SET);
}

#[test]
fn a_class_may_have_a_generic_base_too() {
    check(&anew::classes::GENERIC_TOO);
}

#[test]
fn a_decorator_may_keep_a_function() {
    check(&anew::classes::DECORATED);
}

#[test]
fn a_method_may_be_inherited() {
    check(&anew::classes::INHERITED);
}

#[test]
fn a_method_may_be_called_by_super() {
    check(&anew::classes::SUPER);
}

/// All rewritings.
fn rewritings() -> Vec<&'static Rewriting> {
    let mut all: Vec<&Rewriting> = anew::PARAMETERS.iter().collect();
    all.extend([
        &anew::ANNOTATED,
        &anew::GENERIC,
        &anew::ALIASED,
        &anew::ONE_BY_ONE,
        &anew::MOVED,
        &anew::values::MADE,
        &anew::values::MADE_UNSAID,
        &anew::values::MADE_OF_LIBRARY,
        &anew::values::GIVEN,
        &anew::values::SET,
        &anew::classes::GENERIC_TOO,
        &anew::classes::DECORATED,
        &anew::classes::INHERITED,
        &anew::classes::SUPER,
    ]);
    all
}

/// The text of a recipe, with the texts that it takes parts from.
fn whole_text(id: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("codemods");
    let folders = std::fs::read_dir(&root).expect("the recipes are there");
    let folders: Vec<PathBuf> = folders.filter_map(|it| Some(it.ok()?.path())).collect();
    let read = |name: &str| {
        let mut files = folders.iter().map(|it| it.join(format!("{name}.yaml")));
        files.find_map(|it| std::fs::read_to_string(it).ok())
    };
    let mut known = BTreeSet::new();
    let mut open = vec![id.to_owned()];
    let mut whole = String::new();
    while let Some(name) = open.pop() {
        if !known.insert(name.clone()) {
            continue;
        }
        let Some(text) = read(&name) else { continue };
        let common = text.lines().filter_map(|it| it.strip_prefix("common: "));
        let common = common.flat_map(|it| it.trim_matches(['[', ']']).split(", "));
        let tables = text.split("table: ").skip(1);
        let tables = tables.filter_map(|it| it.split([',', '}', '\n']).next());
        open.extend(common.chain(tables).map(str::to_owned));
        whole.push_str(&text);
    }
    whole
}

/// Whether a recipe asks of which class an object is, or what a method does.
fn asks_about_classes(id: &str) -> bool {
    let text = whole_text(id);
    let mut captures = text
        .split('$')
        .skip(1)
        .filter_map(|it| it.split_once(": {"));
    captures.any(|(name, asked)| {
        let is_name = name.chars().all(|it| it.is_alphanumeric() || it == '_');
        let words = ["is: ", "offers: ", "annotates: ", "function: ", "reaches: "];
        // That nothing is known of an object says nothing of its class.
        let is_asked = words.iter().any(|it| asked.starts_with(it));
        is_name && is_asked && !asked.starts_with("is: unknown")
    })
}

#[test]
fn recipes_that_ask_about_classes_have_examples_of_each_way() {
    let mut missing: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for recipe in recipes() {
        if !asks_about_classes(&recipe.id) {
            continue;
        }
        for rewriting in rewritings() {
            let is_written = |example: &Example| {
                let program = Program::read(&example.before);
                program.and_then(|it| (rewriting.write)(&it)).is_some()
            };
            if !recipe.examples().iter().any(is_written) {
                missing.entry(rewriting.name).or_default().push(&recipe.id);
            }
        }
    }
    let mut known: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (names, _, ids) in UNTRIED {
        for name in *names {
            known.insert(name, ids.split_whitespace().collect());
        }
    }
    assert_eq!(missing, known, "a recipe without such an example");
}
