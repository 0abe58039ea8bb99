//! What other files of the program await where they hold a lock.
//!
//! A file is parsed only where its lines have an await in a `with`, and once for all sites that ask.

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use ruff_python_ast::{AnyNodeRef, ExprCall, ExprRef};
use rustc_hash::FxHashSet;

use super::under::{Unknown, awaits_held, run_by, unknown};
use crate::bind::resolve::Meaning;
use crate::bind::scope::{BindingKind, ScopeId};
use crate::matching::answers::HeldAwait;
use crate::matching::site::Found;
use crate::matching::subject::Subject;
use crate::project::definition::Definition;
use crate::project::read_off::{Asked, Question, Running};
use crate::python::tree::NodeId;
use crate::source::cell::Position;

/// A function of a file's own level: the file in the project, and the name.
type Function = (PathBuf, String);

/// So many functions of other files are looked into for what one await runs.
const MAX_THERE: usize = 100;

/// The awaits of other files around which a value of one of the kinds is held.
pub(super) fn held_there(subject: &Subject, kinds: &[String]) -> Rc<[HeldAwait]> {
    let mut found = Vec::new();
    for path in subject.facts.program(subject.path()) {
        let read = || awaits_of(subject, &path, kinds);
        let asked = asked(subject, &path, kinds, None);
        for held in subject.facts.read_off().running(asked, read).iter() {
            found.push(as_here(subject, &path, held, kinds));
        }
    }
    found.into()
}

fn asked(subject: &Subject, path: &Path, kinds: &[String], function: Option<Function>) -> Asked {
    Asked {
        path: path.to_owned(),
        question: Question::HeldBy(kinds.to_vec()),
        of: function,
        python: (subject.target.version, subject.target.assumed),
    }
}

/// What an await of another file runs of this one.
fn as_here(subject: &Subject, path: &Path, held: &Running, kinds: &[String]) -> HeldAwait {
    let home = subject.facts.name_in_project(subject.path());
    let mut open: Vec<Function> = held.functions.iter().cloned().collect();
    open.sort_unstable();
    let mut seen: FxHashSet<Function> = FxHashSet::default();
    let mut here = Vec::new();
    while let Some(function) = open.pop() {
        if seen.len() == MAX_THERE || !seen.insert(function.clone()) {
            continue;
        }
        if function.0 == home {
            here.extend(def_of(subject, &function.1));
            continue;
        }
        let path = subject.facts.root_of(path).join(&function.0);
        let asked = asked(subject, &path, kinds, Some(function.clone()));
        let read = || run_there(subject, &path, &function.1);
        let more = subject.facts.read_off().running(asked, read);
        open.extend(more.iter().flat_map(|it| it.functions.iter().cloned()));
    }
    let mut runs: FxHashSet<NodeId> = here.iter().copied().collect();
    runs.extend(run_by(subject, here, &mut |_, _| {}));
    HeldAwait {
        found: place(subject, path, held.position),
        runs,
        methods: held.methods.clone(),
        runs_given: false,
    }
}

fn place(subject: &Subject, path: &Path, position: Position) -> Found {
    let name = subject.name_of_file(path);
    Found::In {
        line: Some(position.line_in(&name)),
        name: Some(name),
    }
}

/// The def of the file's own level.
fn def_of(subject: &Subject, name: &str) -> Option<NodeId> {
    let bindings = subject.names.bindings_of(ScopeId::MODULE, name).iter();
    let mut bindings = bindings.map(|id| subject.names.binding(*id));
    let def = bindings.rfind(|it| matches!(it.kind, BindingKind::Function))?;
    Some(def.node)
}

fn awaits_of(subject: &Subject, path: &Path, kinds: &[String]) -> Arc<[Running]> {
    let Some(source) = subject.facts.source(path) else {
        return Arc::default();
    };
    if !may_hold(source.text()) {
        return Arc::default();
    }
    subject.facts.read_off().count();
    let read = subject.of_source(&source, |other| {
        let awaits = awaits_held(other, kinds).into_iter();
        awaits.map(|node| running(other, node)).collect()
    });
    read.unwrap_or_default()
}

/// What a function of another file runs.
fn run_there(subject: &Subject, path: &Path, name: &str) -> Arc<[Running]> {
    subject.facts.read_off().count();
    let read = subject.of_other_file(path, |other| {
        let def = def_of(other, name).into_iter();
        def.map(|def| running(other, def)).collect()
    });
    read.unwrap_or_default()
}

/// What code runs, in its own file and in others.
fn running(other: &Subject, node: NodeId) -> Running {
    let mut found = Running {
        position: other.source.position(other.tree.range(node).start()),
        functions: FxHashSet::default(),
        methods: FxHashSet::default(),
    };
    let mut is_given = false;
    run_by(other, vec![node], &mut |call: &ExprCall, code| {
        found
            .functions
            .extend(function_named(other, (&*call.func).into()));
        if code == node {
            match unknown(other, call) {
                Some(Unknown::Method(name)) => {
                    found.methods.insert(name.to_owned());
                }
                Some(Unknown::Function) => is_given = true,
                None => {}
            }
        }
    });
    if is_given {
        found.functions.extend(handed_on(other));
    }
    found
}

/// The function of the project that an expression names, where it is of another file.
fn function_named<'a>(subject: &Subject<'a>, named: ExprRef<'a>) -> Option<Function> {
    let Meaning::Qualified(qualified) = subject.resolver.meaning(named) else {
        return None;
    };
    match subject.definition(&qualified) {
        Definition::Function { path, name, .. } => {
            Some((subject.facts.name_in_project(&path), name))
        }
        _ => None,
    }
}

/// The functions of other files that the file names without a call: whoever calls what it is given may
/// call them.
fn handed_on(subject: &Subject) -> Vec<Function> {
    let tree = subject.tree;
    let named = tree.ids().filter(|id| {
        let node = tree.node(*id);
        (node.is_expr_name() || node.is_expr_attribute())
            && !matches!(tree.parent_node(*id), AnyNodeRef::ExprCall(call)
                if tree.id(&*call.func) == *id)
    });
    let named = named.filter_map(|id| tree.node(id).as_expr_ref());
    named.filter_map(|it| function_named(subject, it)).collect()
}

/// Returns whether an await may stand in a `with`, or behind a call that takes a lock, by the lines of a
/// file.
fn may_hold(text: &str) -> bool {
    if !text.contains("await") {
        return false;
    }
    if ["acquire", "enter_context", "__enter__"]
        .iter()
        .any(|word| text.contains(word))
    {
        return true;
    }
    let mut open: Vec<usize> = Vec::new();
    let mut in_string = false;
    text.lines().any(|line| {
        let code = line.trim_start();
        let indent = line.len() - code.len();
        let is_inside = in_string;
        let n_quotes = line.matches("\"\"\"").count() + line.matches("'''").count();
        in_string ^= n_quotes % 2 == 1;
        // What goes on in brackets, or is no code, may stand anywhere.
        let ends =
            !is_inside && !code.is_empty() && !code.starts_with([')', ']', '}', '#', '\'', '"']);
        while ends && open.last().is_some_and(|last| *last >= indent) {
            open.pop();
        }
        if code.starts_with("with ") || code.starts_with("with(") {
            open.push(indent);
        }
        !open.is_empty() && code.contains("await ")
    })
}

#[cfg(test)]
mod tests {
    use super::may_hold;

    #[test]
    fn awaits_in_a_with_are_found_by_lines() {
        assert!(may_hold("with lock:\n    await f()\n"));
        assert!(may_hold("with lock: await f()\n"));
        assert!(may_hold("with open(\n    p,\n) as f:\n    await f()\n"));
        let text = "    with lock:\n        q = '''\nSELECT 1\n'''\n        await f()\n";
        assert!(may_hold(text));
        assert!(may_hold("lock.acquire()\nawait f()\n"));
        assert!(!may_hold("with lock:\n    f()\nawait f()\n"));
        assert!(!may_hold("async with lock:\n    await f()\n"));
    }
}
