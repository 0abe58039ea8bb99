//! `function: {stub: …}`: how the stub beside a file declares its functions.

use ruff_python_ast::Stmt;
use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};
use rustc_hash::FxHashMap;

use super::place::defined_name;
use super::site::Evidence;
use super::subject::Subject;
use crate::project::driven::name_of;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::condition::InStub;

/// Returns whether the stub declares a def so.
pub(super) fn declares(
    function: NodeId,
    wanted: &[InStub],
    subject: &Subject,
    evidence: &mut Evidence,
) -> Answer {
    let declared = subject.answers.in_stub.get_or_init(|| read(subject));
    let Some(is_async) = declared.get(&name_of(subject.tree, function)) else {
        return Answer::No;
    };
    let (how, meaning) = match is_async {
        true => (InStub::Async, "a coroutine function"),
        false => (InStub::Sync, "a plain function"),
    };
    let stub = subject.name_of_file(&subject.path().with_extension("pyi"));
    let name = defined_name(subject, function);
    evidence.why(format!("`{stub}` declares `{name}` as {meaning}"));
    wanted.contains(&how).into()
}

/// The defs of the stub, by their names behind those of their classes, and whether all of the name are async.
fn read(subject: &Subject) -> FxHashMap<String, bool> {
    let text = subject.facts.stub_of(subject.path());
    let parsed = parse_unchecked(&text, ParseOptions::from(Mode::Module));
    let mut all = FxHashMap::default();
    if let Some(module) = parsed.into_syntax().as_module() {
        add(&module.body, "", &mut all);
    }
    all
}

fn add(statements: &[Stmt], of: &str, all: &mut FxHashMap<String, bool>) {
    for statement in statements {
        match statement {
            Stmt::FunctionDef(def) => {
                let is_async = all.entry(format!("{of}{}", def.name)).or_insert(true);
                *is_async &= def.is_async;
            }
            Stmt::ClassDef(class) => add(&class.body, &format!("{of}{}.", class.name), all),
            Stmt::If(branch) => {
                add(&branch.body, of, all);
                for clause in &branch.elif_else_clauses {
                    add(&clause.body, of, all);
                }
            }
            _ => {}
        }
    }
}
