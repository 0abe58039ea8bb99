//! What a file, its program and its project are, as the changes of a run leave them.

use std::path::Path;

use super::asked::{asked, remembered};
use super::place::{defined_name, line_of};
use super::site::{Evidence, Found, Site, any};
use super::subject::Subject;
use super::unify::{Fit, unify};
use crate::bind::binding::BindingKind;
use crate::bind::scope::from_module;
use crate::matching::capture::Captures;
use crate::project::definition::Definition;
use crate::project::folder_text::TextQuestion;
use crate::python::dotted::is_in;
use crate::python::stdlib::is_standard;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::condition::{AskedElsewhere, Condition, Guarded, Spelling, is_named};

mod has;

pub(super) use has::has;
pub(crate) use has::is_call_on;

/// Line magics that run other files, or code that registers what is not seen.
const RUNS_OTHERS: [&str; 4] = ["%run", "%load", "%load_ext", "%loadpy"];

/// Answers a condition about a file as a whole.
pub fn holds(subject: &Subject, condition: &Condition) -> Answer {
    holds_at(subject, NodeId::ROOT, &Captures::default(), condition)
}

/// Answers a condition about a node, with what metavariables stand for there.
pub fn holds_at<'r, 'a>(
    subject: &Subject<'a>,
    node: NodeId,
    captures: &Captures<'r, 'a>,
    condition: &'r Condition,
) -> Answer {
    let site = Site::at(subject, node, captures);
    site.meets(condition, &mut Evidence::default())
}

/// Returns how a pattern fits a node, perhaps unsurely, if its condition surely holds there. The captures of `given`
/// stand for themselves.
pub fn fit_at<'r, 'a>(
    subject: &Subject<'a>,
    pattern: &'r Guarded,
    node: NodeId,
    given: &Captures<'r, 'a>,
) -> Option<Fit<'r, 'a>> {
    let fit = unify(&pattern.pattern, subject.tree.node(node), given, subject)?;
    let holds = holds_at(subject, node, &fit.captures, &pattern.condition);
    holds.is_yes().then_some(fit)
}

/// Returns what the first match of one of the patterns in the file captures.
pub fn first_match<'r, 'a>(
    patterns: &'r [Guarded],
    subject: &Subject<'a>,
) -> Option<Captures<'r, 'a>> {
    let none = Captures::default();
    let site = Site::at(subject, NodeId::ROOT, &none);
    let file = subject.tree.span(NodeId::ROOT);
    let find = || site.first_in(patterns, &file, |_| true, Answer::Yes);
    let asked = asked(patterns, site, None);
    let first = remembered(&subject.answers.first_yes, asked.as_ref(), find)?;
    let node = subject.tree.node(first);
    let mut fitting = patterns.iter().filter(|it| {
        let it: &'r Guarded = it;
        site.fits_any(std::slice::from_ref(it), node).is_yes()
    });
    unify(&fitting.next()?.pattern, node, &none, subject).map(|fit| fit.captures)
}

/// Returns whether some other file of the program is so.
pub(super) fn program(word: &AskedElsewhere, subject: &Subject, evidence: &mut Evidence) -> Answer {
    let read_off = subject.facts.read_off();
    any(subject.facts.program(subject.path()), |path| {
        let ask = || {
            let answer = subject.of_other_file(&path, |other| holds(other, &word.condition));
            answer.unwrap_or(Answer::Unknown)
        };
        let answer = read_off.answer(subject.asks_file(&path, word.id, None), ask);
        note(answer, &path, subject, evidence);
        answer
    })
}

/// Answers a condition about the file as it was before changes of the run rewrote it: what it has and had
/// makes no difference then.
pub(super) fn had(condition: &Condition, subject: &Subject) -> Answer {
    let Some(before) = subject.facts.before(subject.path()) else {
        return Answer::No;
    };
    let answer = subject.of_source(&before, |before| holds(before, condition));
    answer.unwrap_or(Answer::Unknown)
}

/// Returns whether a file of the project uses one of the modules.
pub(super) fn project_imports(
    modules: &[String],
    subject: &Subject,
    evidence: &mut Evidence,
) -> Answer {
    any(modules, |module| {
        let users = subject.facts.users_of(subject.path(), module);
        if let Some(first) = users.first() {
            note(Answer::Yes, first, subject, evidence);
        }
        Answer::from(!users.is_empty())
    })
}

/// Returns whether a file of one of the names, above this one, has one of the texts.
pub(super) fn says(files: &[String], texts: &[Spelling], subject: &Subject) -> bool {
    let asked = TextQuestion {
        id: texts.as_ptr().addr(),
        names: files,
        fits: &|file| {
            texts.iter().any(|text| match text {
                Spelling::Is(text) => file.contains(text),
                Spelling::Has(_) => text.fits(file),
            })
        },
    };
    let find = || subject.facts.is_said_above(subject.path(), &asked);
    subject.answers.says.or_find(&texts.as_ptr(), find)
}

/// Remembers the first file that was asked for, or that is not known.
fn note(answer: Answer, path: &Path, subject: &Subject, evidence: &mut Evidence) {
    match answer {
        Answer::Yes if evidence.found.is_none() => {
            let (name, line) = (Some(subject.name_of_file(path)), None);
            evidence.found = Some(Found::In { name, line });
        }
        Answer::Unknown => evidence.unknown.push(subject.name_of_file(path)),
        _ => {}
    }
}

/// Returns whether a file imports nothing but the modules, those of the project and of Python itself;
/// unknown where it may run what is not seen.
pub(super) fn imports_only(
    modules: &[String],
    subject: &Subject,
    evidence: &mut Evidence,
) -> Answer {
    let mut unclear = None;
    for (_, binding) in subject.names.bindings() {
        let (module, member) = match binding.kind {
            BindingKind::Import { module, .. } => (module.to_owned(), None),
            BindingKind::FromImport { import, member } => (from_module(import), Some(member)),
            BindingKind::StarImport { import } => (from_module(import), Some("*")),
            _ => continue,
        };
        let first = module.split('.').next().unwrap_or_default();
        let is_listed = first.is_empty() || is_listed(modules, &module, member);
        match is_foreign(subject, &module) {
            Answer::Yes if !is_listed => {
                evidence.why(format!("`{first}` is imported"));
                return Answer::No;
            }
            Answer::Unknown if !is_listed => {
                unclear = Some(format!("which module `{module}` is"));
            }
            _ => {}
        }
    }
    match hidden(subject).or(unclear) {
        Some(why) => {
            evidence.unknown.push(why);
            Answer::Unknown
        }
        None => Answer::Yes,
    }
}

/// A module is one of those, or in one of them, or what is taken from it is.
fn is_listed(modules: &[String], module: &str, member: Option<&str>) -> bool {
    let member = member.map(|member| format!("{module}.{member}"));
    let imported = [Some(module), member.as_deref()];
    imported.into_iter().flatten().any(|name| {
        modules
            .iter()
            .any(|listed| is_named(name, listed) || is_in(name, listed))
    })
}

/// Neither Python's own nor the project's.
pub(super) fn is_foreign(subject: &Subject, module: &str) -> Answer {
    if is_standard(module) {
        return Answer::No;
    }
    // A module without a dot means itself, and a member of it is looked up.
    let asked = format!("{module}.__name__");
    match subject.definition(&asked) {
        Definition::Outside(_) => Answer::Yes,
        Definition::Ambiguous => Answer::Unknown,
        _ => Answer::No,
    }
}

/// What a file may do that its text does not show.
fn hidden(subject: &Subject) -> Option<String> {
    if !subject.module.broken().is_empty() {
        return Some("a cell that does not parse".to_owned());
    }
    let magics = subject.module.magics().iter();
    let mut runs = magics.filter(|magic| {
        RUNS_OTHERS.contains(&magic.name.as_str())
            || (magic.name.starts_with("%%") && magic.body.is_none())
    });
    if let Some(magic) = runs.next() {
        return Some(format!("what `{}` runs", magic.name));
    }
    let imports = ["__import__", "exec", "import_module"];
    let called = imports.iter().find(|name| {
        let mut references = subject.names.references().iter();
        references.any(|reference| reference.name == **name)
    });
    called.map(|name| format!("what `{name}` runs"))
}

/// In what something was found: the function, or the line.
pub(super) fn found_in(found: &Found, subject: &Subject) -> Option<String> {
    match found {
        Found::At(node) => Some(described(subject, *node)),
        Found::In { name, .. } => name.clone(),
    }
}

/// The line in which something was found.
pub(super) fn found_line(found: &Found, subject: &Subject) -> Option<String> {
    match found {
        Found::At(node) => Some(line_of(subject, *node)),
        Found::In { line, .. } => line.clone(),
    }
}

/// `Class.method`, `function()`, or the line of a node.
fn described(subject: &Subject, node: NodeId) -> String {
    let Some(function) = subject.context.enclosing_function(node) else {
        return line_of(subject, node);
    };
    let name = defined_name(subject, function);
    match subject.context.enclosing_class(function) {
        Some(class) => format!("{}.{name}", defined_name(subject, class)),
        None => format!("{name}()"),
    }
}
