//! The house rules, read off the sources: layers, file length, and what `src/` may not name.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use functions::functions;
use sources::{ROOT, Source, declared, has_word, ids, lines_where, literals, sources, walk, words};

mod circles;
mod drift;
mod functions;
mod sources;
mod words;

/// Lines that a source file may have.
const MAX_LINES: usize = 400;

/// Lines that a function may have.
const MAX_FUNCTION: usize = 40;

/// Arguments that a function may have, `self` included.
const MAX_ARGUMENTS: usize = 7;

/// Functions that are longer, and how long each may be.
const LONG_FUNCTIONS: &[(&str, usize)] = &[("bind/collect.rs::bind_node", 45)];

/// Files of a module that may use each other in a circle.
const MAX_CIRCLE: usize = 5;

/// Modules with larger circles, and how large each may be: they may only get smaller.
const LARGE_CIRCLES: &[(&str, usize)] = &[];

/// Words that name no concept, or one that has another name here.
///
/// `patch` is missing: git and Python's mocks both have a thing of that name.
const BANNED_WORDS: &[&str] = &[
    "catalogue",
    "data",
    "diagnostic",
    "filter",
    "fixer",
    "get",
    "handle",
    "helper",
    "hole",
    "manager",
    "misc",
    "modification",
    "placeholder",
    "plugin",
    "predicate",
    "process",
    "transformer",
    "util",
    "utils",
    "violation",
];

/// Values of some owners. Verbs keep and end values of any kind, as threads, processes and clients are.
const SOME_VALUES: &[&str] = &["lifespan", "lifespans", "task", "tasks"];

/// Where any value may be meant.
const OF_ANY_VALUE: &[&str] = &["verb/", "matching/owner"];

/// Lines there that are truly about tasks of asyncio, or about a lifespan.
const ABOUT_SOME_VALUES: &[&str] = &[];

/// Names that use such a word.
const BANNED_NAMES: &[&str] = &[];

/// Literals that name a row of `codemods/tables/kinds.yaml`.
///
/// `coroutine` is also a place: what a site can stand in.
const NAMED_KINDS: &[&str] = &["recipe/condition/words.rs: coroutine"];

/// Python libraries that codemods speak of: their place is a table, not the engine.
const LIBRARIES: &[&str] = &[
    "aiofiles",
    "aiohttp",
    "anyio",
    "celery",
    "contextlib",
    "discord",
    "django",
    "fastapi",
    "flask",
    "httpx",
    "nest_asyncio",
    "numpy",
    "pandas",
    "psycopg2",
    "redis",
    "requests",
    "sqlalchemy",
    "starlette",
    "trio",
    "tornado",
    "unittest",
    "urllib3",
    "uvicorn",
];

/// Fails with every place where `wrong` finds something.
#[track_caller]
fn check(rule: &str, wrong: impl Fn(&Source) -> Vec<String>) {
    let found: Vec<String> = sources()
        .iter()
        .flat_map(|source| {
            wrong(source)
                .into_iter()
                .map(|what| format!("src/{}: {what}", source.path))
        })
        .collect();
    assert!(found.is_empty(), "{rule}\n{}", found.join("\n"));
}

/// As `check`, with the offenders of today: the list may only get shorter.
#[track_caller]
fn check_but(rule: &str, offenders: &[&str], wrong: impl Fn(&Source) -> Vec<String>) {
    let name = |source: &Source, what: String| format!("{}: {what}", source.path);
    let found: BTreeSet<String> = sources()
        .iter()
        .flat_map(|source| {
            let found = wrong(source);
            found.into_iter().map(|what| name(source, what))
        })
        .collect();
    let known: BTreeSet<String> = offenders.iter().map(|each| (*each).to_owned()).collect();
    let new: Vec<_> = found.difference(&known).collect();
    let mended: Vec<_> = known.difference(&found).collect();
    assert!(
        new.is_empty() && mended.is_empty(),
        "{rule}\nnew: {new:#?}\nmended, to be taken off the list: {mended:#?}"
    );
}

#[test]
fn a_module_uses_only_those_above_it() {
    let lib = std::fs::read_to_string(Path::new(ROOT).join("src/lib.rs")).expect("it is there");
    let name = |line: &str| {
        let rest = line
            .strip_prefix("pub mod ")
            .or(line.strip_prefix("mod "))?;
        Some(rest.trim_end_matches(';').to_owned())
    };
    let order: Vec<String> = lib.lines().filter_map(name).collect();
    let place = |module: &str| order.iter().position(|other| other == module);
    assert!(
        order.len() > 5,
        "the modules of lib.rs are found: {order:?}"
    );
    check("a module uses only modules above it in lib.rs", |source| {
        let Some(own) = place(source.module()) else {
            return Vec::new();
        };
        lines_where(source, |line| {
            let mut used = line.split("crate::").skip(1);
            used.any(|rest| {
                let module = rest
                    .split(|each: char| !each.is_alphanumeric() && each != '_')
                    .next();
                module.and_then(place).is_some_and(|used| used > own)
            })
        })
    });
}

#[test]
fn files_of_a_module_use_each_other_in_small_circles() {
    let mut wrong = Vec::new();
    for (module, circle) in circles::largest(&sources()) {
        let known = LARGE_CIRCLES.iter().find(|(known, _)| *known == module);
        let allowed = known.map_or(MAX_CIRCLE, |(_, allowed)| *allowed);
        if circle.len() > allowed || known.is_some() && circle.len() < allowed {
            wrong.push(format!("(\"{module}\", {}), {circle:?}", circle.len()));
        }
    }
    assert!(
        wrong.is_empty(),
        "larger than allowed, or mended:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn a_file_has_400_lines_at_most() {
    check("a file that outgrew its purpose is split", |source| {
        let count = source.text.lines().count();
        Vec::from_iter((count > MAX_LINES).then(|| format!("{count} lines")))
    });
}

#[test]
fn a_file_opens_with_its_purpose() {
    check("the first line is `//! …`", |source| {
        let opens = source.text.starts_with("//! ");
        Vec::from_iter((!opens).then(|| "no `//!`".to_owned()))
    });
}

#[test]
fn no_file_is_a_drawer() {
    check("a file is named after its noun", |source| {
        let drawers = ["util", "helper", "common", "misc"];
        let is_drawer = drawers.iter().any(|drawer| source.path.contains(drawer));
        Vec::from_iter(is_drawer.then(|| "a drawer".to_owned()))
    });
}

#[test]
fn a_function_has_40_lines_at_most() {
    let mut wrong = Vec::new();
    let mut needed = BTreeSet::new();
    for source in sources() {
        for function in functions(&source.code) {
            let name = format!("{}::{}", source.path, function.name);
            let known = LONG_FUNCTIONS.iter().find(|(known, _)| *known == name);
            let lines = function.lines;
            if lines > MAX_FUNCTION {
                needed.insert(name.clone());
            }
            if lines > known.map_or(MAX_FUNCTION, |(_, may)| *may) {
                wrong.push(format!("(\"{name}\", {lines}),"));
            }
        }
    }
    let known = LONG_FUNCTIONS.iter().map(|(name, _)| (*name).to_owned());
    let mended: Vec<String> = known.filter(|name| !needed.contains(name)).collect();
    assert!(
        wrong.is_empty() && mended.is_empty(),
        "too long, or grown:\n{}\nmended, to be taken off the list: {mended:#?}",
        wrong.join("\n")
    );
}

#[test]
fn a_function_has_7_arguments_at_most() {
    check("what goes together is a struct", |source| {
        let mut all = functions(&source.code);
        all.retain(|function| function.arguments > MAX_ARGUMENTS);
        all.into_iter().map(|function| function.name).collect()
    });
}

#[test]
fn no_name_has_a_banned_word() {
    check_but("each concept has one word", BANNED_NAMES, |source| {
        let names = source.lines().flat_map(|(_, line)| declared(line));
        let is_banned = |name: &&str| words(name).any(|word| BANNED_WORDS.contains(&&*word));
        names.filter(is_banned).map(str::to_owned).collect()
    });
}

#[test]
fn verbs_and_owners_are_about_values_of_any_kind() {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let names_one = |line: &str| {
        let names = line.split(|c| !is_name(c));
        let mut words = names.flat_map(|name| words(name).collect::<Vec<_>>());
        words.any(|word| SOME_VALUES.contains(&word.as_str()))
    };
    let rule = "say `value`, or which code runs";
    check_but(rule, ABOUT_SOME_VALUES, |source| {
        let is_of_any = OF_ANY_VALUE.iter().any(|it| source.path.starts_with(it));
        // Comments count, too.
        let lines = source.code.lines().filter(|_| is_of_any).map(str::trim);
        let wrong = lines.filter(|line| names_one(line));
        wrong.map(str::to_owned).collect()
    });
    assert!(names_one("let poll_tasks = of(\"a\");") && names_one("/// A `LifespanOf`."));
    assert!(!names_one("let multitasking = 1;"));
}

#[test]
fn no_kind_of_value_is_named_in_rust() {
    let kinds = ids(
        &Path::new(ROOT).join("codemods/tables/kinds.yaml"),
        "- id: ",
    );
    assert!(!kinds.is_empty(), "the kinds are found");
    // A kind of one word may stand in a sentence.
    let names = |text: &str, id: &str| text == id || id.contains('-') && has_word(text, id);
    check_but("a kind is a row of a table", NAMED_KINDS, |source| {
        let found = source.lines().flat_map(|(_, line)| literals(line));
        let found = found.filter(|text| kinds.iter().any(|id| names(text, id)));
        found.map(str::to_owned).collect()
    });
}

#[test]
fn matching_makes_no_edits() {
    check("`matching` makes no edits", |source| {
        if source.module() != "matching" {
            return Vec::new();
        }
        lines_where(source, |line| line.contains("text::edit"))
    });
}

#[test]
fn no_codemod_is_named_in_rust() {
    let codemods = Path::new(ROOT).join("codemods");
    let is_recipe = |path: &PathBuf| {
        let mut others = ["common", "packs", "tables"].into_iter();
        others.all(|folder| !path.starts_with(codemods.join(folder)))
    };
    let recipes = walk(&codemods, "yaml").into_iter().filter(is_recipe);
    // A recipe is called as its file is.
    let ids = recipes.filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()));
    let ids: Vec<String> = ids.collect();
    assert!(!ids.is_empty(), "the recipes are found");
    check("rust knows verbs, never a codemod", |source| {
        lines_where(source, |line| {
            literals(line).any(|text| ids.iter().any(|id| has_word(text, id)))
        })
    });
}

#[test]
fn no_python_library_is_named_in_rust() {
    check("a library is a row of a table", |source| {
        lines_where(source, |line| {
            literals(line).any(|text| LIBRARIES.iter().any(|library| has_word(text, library)))
        })
    });
}

#[test]
fn nothing_panics_by_habit() {
    check("no unwrap, todo or ignore outside of tests", |source| {
        let habits = [
            ".unwrap()",
            "todo!(",
            "unimplemented!(",
            "#[ignore",
            "dbg!(",
        ];
        lines_where(source, |line| {
            habits.iter().any(|habit| line.contains(habit))
        })
    });
}

#[test]
fn text_knows_no_python() {
    check("`text` knows no Python", |source| {
        if source.module() != "text" {
            return Vec::new();
        }
        lines_where(source, |line| line.contains("ruff_python"))
    });
}

#[test]
fn outputs_decide_nothing() {
    check(
        "`report`, `write` and `cli` are views of the plan",
        |source| {
            if !["report", "write", "cli"].contains(&source.module()) {
                return Vec::new();
            }
            lines_where(source, |line| {
                line.contains("crate::matching") || line.contains("crate::bind")
            })
        },
    );
}

#[test]
fn the_disk_is_touched_in_few_places() {
    check("from read to verify everything is pure", |source| {
        let may = [
            "source/walk",
            "source/read",
            "recipe/catalog",
            "write",
            "trial/check",
            "batch",
            "cli",
            "main",
            "project",
            "config/resolve",
        ];
        if may.iter().any(|place| source.path.starts_with(place)) {
            return Vec::new();
        }
        lines_where(source, |line| {
            line.contains("std::fs") || line.contains("std::process")
        })
    });
}
