//! The same receivers for recipes of every kind: what is known of an object for one is known for all.

use std::path::PathBuf;

use awaitify::engine::{Engine, Settings};
use awaitify::project::facts::Projects;
use awaitify::recipe::safety::Safety;
use awaitify::source::SourceFile;

use super::{CLASSES, HEAD, KNOWN, UNKNOWN};
use crate::support::{catalog, recipes};

/// A recipe, and how programs are written that it is about.
struct Case {
    recipe: &'static str,
    /// What the classes need beside the head.
    imports: &'static str,
    classes: &'static str,
    /// The body of a method that such a program defines for itself; `None`: its methods are those of a library.
    method: Option<(&'static str, &'static str)>,
    /// The site, where `{}` is the call of the method and `{object}` the object.
    site: &'static str,
}

const COROUTINES: Option<(&str, &str)> = Some(("async def", "await asyncio.sleep(0)"));

const CASES: [Case; 9] = [
    Case {
        recipe: "ensure-future",
        imports: "",
        classes: CLASSES,
        method: COROUTINES,
        site: "asyncio.ensure_future({})",
    },
    Case {
        recipe: "async-for",
        imports: "",
        classes: CLASSES,
        method: Some(("async def", "yield 0")),
        site: "for _ in {}: pass",
    },
    Case {
        recipe: "blocking-helper",
        imports: "import time\n",
        classes: CLASSES,
        method: Some(("def", "time.sleep(1)")),
        site: "{}",
    },
    Case {
        recipe: "sync-with-on-async-resource",
        imports: "",
        classes: "class Base(Generic[T]):
    async def __aenter__(self): pass
    async def __aexit__(self, *error): pass

class Gauge(Base[int]):
    pass
",
        method: None,
        site: "with {object}: pass",
    },
    Case {
        recipe: "celery-result-wait",
        imports: "from celery.result import AsyncResult\n",
        classes: "class Base(AsyncResult, Generic[T]):
    pass

class Gauge(Base[int]):
    pass
",
        method: None,
        site: "{object}.get(timeout=5)",
    },
    Case {
        recipe: "blocking-http",
        imports: "import requests\n",
        classes: "class Base(requests.Session, Generic[T]):
    pass

class Gauge(Base[int]):
    pass
",
        method: None,
        site: "{object}.get('http://elbe')",
    },
    Case {
        recipe: "cpu-bound",
        imports: "from sentence_transformers import SentenceTransformer\n",
        classes: "class Base(SentenceTransformer, Generic[T]):
    pass

class Gauge(Base[int]):
    pass
",
        method: None,
        site: "{object}.encode('Elbe')",
    },
    Case {
        recipe: "cancel-without-await",
        imports: "",
        classes: "class Base(asyncio.Task, Generic[T]):
    pass

class Gauge(Base[int]):
    pass
",
        method: None,
        site: "{object}.cancel()",
    },
    Case {
        recipe: "blocking-call",
        imports: "import multiprocessing\n",
        classes: "class Base(multiprocessing.Process, Generic[T]):
    pass

class Gauge(Base[int]):
    pass
",
        method: None,
        site: "{object}.join()",
    },
];

/// The line of a site: what is before it, its object, and the call.
fn site(line: &str) -> Option<(&str, &str, &str)> {
    let call = line.trim_start();
    let object = [
        ".read()",
        ".get()",
        ".send()",
        ".read(self)",
        ".read(gauge)",
        ".get(self)",
    ]
    .iter()
    .find_map(|it| call.strip_suffix(it))?;
    Some((&line[..line.len() - call.len()], object, call))
}

impl Case {
    /// The program that asks the same for this recipe; `None`: it has no such method.
    fn of(&self, used: &str) -> Option<String> {
        let defines = used.contains("async def send") || used.contains("def read");
        let is_of_method = ["super(", "__aenter__", "Gauge.read(", "Base.get("]
            .iter()
            .any(|it| used.contains(it));
        if self.method.is_none() && (defines || is_of_method) {
            return None;
        }
        let (def, body) = self.method.unwrap_or_default();
        let mut classes = self.classes.to_owned();
        let mut used = used.to_owned();
        if self.method.is_some() {
            classes = classes.replace("async def", def);
            classes = classes.replace("await asyncio.sleep(0)", body);
            for header in ["send()", "send(cls)"] {
                used = used.replace(
                    &format!("async def {header}:\n        pass"),
                    &format!("{def} {header}:\n        {body}"),
                );
            }
        }
        let lines = used.lines().map(|line| match site(line) {
            Some((indent, object, call)) => {
                let site = self.site.replace("{}", call).replace("{object}", object);
                format!("{indent}{site}\n")
            }
            None => format!("{line}\n"),
        });
        let used: String = lines.collect();
        Some(format!("{HEAD}{}{classes}{used}", self.imports))
    }

    /// Returns the level of the one change, or whether there is a finding.
    fn told(&self, text: &str) -> Told {
        let file: (PathBuf, Vec<u8>) = ("main.py".into(), text.into());
        let facts = Projects::of_texts([file].into_iter().collect());
        let named = recipes().into_iter();
        let named: Vec<_> = named.filter(|it| it.id == self.recipe).collect();
        let engine =
            Engine::new(catalog(), &named, Settings::new(Safety::Review)).expect("one recipe");
        let source = SourceFile::from_text("main.py", text).expect("it can be read");
        let Some(plan) = engine.plan_source(source, &facts).plan else {
            return Err(false);
        };
        let levels: Vec<Safety> = plan.changes().map(|it| it.safety).collect();
        match levels[..] {
            [level] => Ok(level),
            _ => Err(!plan.findings.is_empty()),
        }
    }
}

/// Of these it is a guess of which class the object is: what a method gives, and what a container holds, may be of
/// another one.
const GUESSED: [&str; 2] = ["def make(cls) -> Self", "gauges: "];

/// What differs, and why: a recipe, a part of the program, and what is told.
const OTHERWISE: &[(&str, &str, &str, Told)] = &[
    (
        "blocking-helper",
        "class Sub(Gauge):\n    def read(self):\n        pass\nasync def use(gauge: Gauge)",
        "that it may block is enough, and a thread may run both methods",
        Ok(Safety::Safe),
    ),
    (
        "sync-with-on-async-resource",
        "self.gauge: Gauge | None = None",
        "only an annotation says it, and `with` fails if it is right",
        Ok(Safety::Review),
    ),
    (
        "sync-with-on-async-resource",
        "    gauge: Gauge\n",
        "only an annotation says it, and `with` fails if it is right",
        Ok(Safety::Review),
    ),
    (
        "sync-with-on-async-resource",
        "@property",
        "only an annotation says it, and `with` fails if it is right",
        Ok(Safety::Review),
    ),
    (
        "sync-with-on-async-resource",
        "for gauge in gauges:\n        gauge.read()",
        "what a container holds is a guess for a method, and not for the object itself",
        Ok(Safety::Safe),
    ),
    (
        "sync-with-on-async-resource",
        "gauges: dict[str, Gauge]):\n    gauges['north']",
        "what a container holds is a guess for a method, and not for the object itself",
        Ok(Safety::Safe),
    ),
    (
        "cancel-without-await",
        "self.gauge: Gauge | None = None",
        "no code in sight gives it a task",
        Err(false),
    ),
    (
        "cancel-without-await",
        "    Gauge().read()",
        "nothing names the task",
        Err(false),
    ),
    (
        "cancel-without-await",
        "for gauge in gauges:\n        gauge.read()",
        "a loop over tasks is another rule",
        Err(false),
    ),
];

/// A change of a level, a finding, or nothing.
type Told = Result<Safety, bool>;

/// Returns what is expected for a form of a receiver: the same as for the first one, less where what is known of its
/// class is a guess.
fn expected(case: &Case, used: &str, usual: Told) -> Told {
    let mut others = OTHERWISE.iter();
    let other = others.find(|it| it.0 == case.recipe && used.contains(it.1));
    let is_guess = GUESSED.iter().any(|it| used.contains(it));
    // It is of the class, whatever else it is.
    let is_of_class = case.method.is_none() && !case.site.starts_with("with");
    let is_still = is_of_class || case.recipe == "blocking-helper";
    match (other, usual) {
        (Some(other), _) => other.3,
        (None, Err(false)) if is_still && used.contains("(other(), Gauge)") => {
            case.of(KNOWN[0]).map_or(usual, |it| case.told(&it))
        }
        (None, Ok(level)) if is_guess => Ok(level.max(Safety::Review)),
        _ => usual,
    }
}

#[test]
fn what_one_recipe_knows_of_a_receiver_all_know() {
    let mut wrong = Vec::new();
    for case in &CASES {
        let usual = case.of(KNOWN[0]).map(|it| case.told(&it));
        let usual = usual.expect("each recipe has the first form");
        assert_ne!(usual, Err(false), "{}", case.recipe);
        let known = KNOWN.iter().map(|it| (it, expected(case, it, usual)));
        let unknown = UNKNOWN
            .iter()
            .map(|it| (it, expected(case, it, Err(false))));
        for (used, expected) in known.chain(unknown) {
            let Some(text) = case.of(used) else { continue };
            let told = case.told(&text);
            if told != expected {
                wrong.push(format!(
                    "{}: {told:?}, not {expected:?}:\n{text}",
                    case.recipe
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
