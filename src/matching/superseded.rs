//! Does a later def of the same class take the place of a method? Nothing runs the earlier one.

use ruff_python_ast::{AnyNodeRef, StmtFunctionDef};

use super::subject::Subject;
use crate::bind::binding::BindingKind;
use crate::bind::scope::ScopeKind;
use crate::python::tree::NodeId;

/// Returns the method around a node, or the node itself, whose place a later def takes.
pub(super) fn superseded<'a>(subject: &Subject<'a>, node: NodeId) -> Option<&'a StmtFunctionDef> {
    let known = &subject.answers.superseded;
    let mut around = subject.tree.with_ancestors(node);
    around.find_map(|id| {
        let AnyNodeRef::StmtFunctionDef(def) = subject.tree.node(id) else {
            return None;
        };
        let is_it = known.or_find(&id, || is_superseded(subject, id, def));
        is_it.then_some(def)
    })
}

/// A decorator may keep a def elsewhere, and the body of the class may use it before the next one comes.
fn is_superseded(subject: &Subject, id: NodeId, def: &StmtFunctionDef) -> bool {
    let (names, blocks) = (subject.names, subject.blocks);
    let scope = names.scope_of(id);
    if names.scope(scope).kind != ScopeKind::Class || !def.decorator_list.is_empty() {
        return false;
    }
    let all = names.bindings_of(scope, &def.name);
    let after = all.partition_point(|it| names.binding(*it).node <= id);
    let Some(next) = all.get(after).map(|it| names.binding(*it)) else {
        return false;
    };
    let block = |id| blocks.block_of(id).map(std::ptr::from_ref);
    let between = id..subject.tree.span(next.node).end;
    let mut references = names.references_in(&between).iter();
    matches!(next.kind, BindingKind::Function)
        && block(next.statement) == block(id)
        && !references.any(|it| it.name == def.name.as_str() && it.scope == scope)
}

#[cfg(test)]
mod tests {
    use crate::matching::tests::check_condition;

    #[test]
    fn a_method_that_a_later_one_takes_the_place_of_has_no_sites() {
        for (between, is_site) in [
            ("def read(self): pass", false),
            ("async def read(self): pass", false),
            ("@lib.traced\n    def read(self): pass", false),
            ("def write(self): pass\n    def read(self): pass", false),
            ("def write(self): read()\n    def read(self): pass", false),
            ("def write(self): pass", true),
            ("again = read\n    def read(self): pass", true),
            ("@read.register\n    def read(self): pass", true),
            ("read = lib.traced(read)", true),
            ("if lib.old:\n        def read(self): pass", true),
        ] {
            let text = format!("class Feed:\n    def read(self):\n        g(2)\n    {between}\n");
            let expected: &[usize] = if is_site { &[2] } else { &[] };
            check_condition("g($at)", "inside: function", &text, expected);
        }
        let kept = "class Feed:\n    @lib.overload\n    def read(self):\n        g(2)\n    def read(self): pass\n";
        check_condition("g($at)", "inside: function", kept, &[2]);
        let function = "def read():\n    g(2)\ndef read():\n    pass\n";
        check_condition("g($at)", "inside: function", function, &[2]);
    }
}
