//! Is a file a module that others import, or a program?

use ruff_python_ast::AnyNodeRef;

use super::subject::Subject;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;

/// Returns whether the file is a module that others import, rather than a program.
pub(super) fn is_importable(subject: &Subject) -> Answer {
    let answers = &subject.answers.importable;
    *answers.get_or_init(|| find_importable(subject))
}

fn find_importable(subject: &Subject) -> Answer {
    let stem = subject.path().file_stem().unwrap_or_default();
    let stem = stem.to_string_lossy();
    let is_name = ruff_python_stdlib::identifiers::is_identifier(&stem);
    if subject.nature.runs_by_cell() || !is_name || stem == "__main__" {
        return Answer::No;
    }
    if subject.facts.imported_elsewhere(subject.path()).is_some() {
        return Answer::Yes;
    }
    let tree = subject.tree;
    let has_guard = tree.ids().any(|id| match tree.node(id) {
        AnyNodeRef::StmtIf(branch) => {
            let first = branch.body.first().map(|first| tree.id(first));
            first.is_some_and(|first| subject.context.in_main_guard(first).is_some())
        }
        _ => false,
    });
    if has_guard || subject.text().starts_with("#!") {
        return Answer::No;
    }
    let calls = tree.ids().any(|id| {
        tree.node(id).is_expr_call()
            && tree.parent_node(id).is_stmt_expr()
            && tree.parent(tree.parent(id)) == NodeId::ROOT
    });
    match calls {
        // It does something when it is run: perhaps that is all it is for.
        true => Answer::Unknown,
        false => Answer::Yes,
    }
}
