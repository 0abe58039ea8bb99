//! What `global` and `nonlocal` statements ask of the code around them.

use ruff_python_ast::AnyNodeRef;

use super::binding::ScopeId;
use super::scope::{Bindings, Declared, ScopeKind};
use crate::python::stdlib;
use crate::python::tree::NodeId;

impl<'a> Bindings<'a> {
    /// Returns whether code of a function reads its names without spelling them: `locals()`, `eval(text)`. That of a
    /// module or a class is read in other ways, too.
    pub fn is_read_by_text(&self, scope: ScopeId) -> bool {
        let calls = |name: &'static str| {
            let uses = self.references_to(None, name);
            let uses = uses.filter(move |it| it.scope == scope);
            uses.filter_map(|it| self.tree.call_of(it.node))
        };
        let mut reads = stdlib::READS_LOCALS.into_iter().flat_map(calls);
        let mut runs = stdlib::RUNS_TEXT.into_iter().flat_map(calls);
        matches!(self.scope(scope).kind, ScopeKind::Function { .. })
            && (reads.any(|call| call.arguments.is_empty()) || runs.next().is_some())
    }

    /// Returns whether code inside declares a name of the scope `nonlocal`: Python refuses that where
    /// the scope does not bind it any more.
    pub fn is_nonlocal_inside(&self, owner: ScopeId, name: &str) -> bool {
        let all = self.nonlocals.get_or_init(|| {
            let scopes = (0..self.scopes.len() as u32).map(ScopeId);
            let declared = scopes.flat_map(|scope| {
                let declared = self.scope(scope).declared.iter();
                let names = declared.filter(|(_, it)| **it == Declared::Nonlocal);
                names.filter_map(move |(name, _)| Some((self.lookup(scope, name)?, *name)))
            });
            declared.collect()
        });
        all.contains(&(owner, name))
    }

    /// Returns the `global` and `nonlocal` statements that Python refuses: the name is used before, or
    /// annotated, or a `nonlocal` one is bound nowhere around.
    pub fn misdeclared(&self) -> Vec<NodeId> {
        let is_wrong = |statement: &NodeId| match self.tree.node(*statement) {
            AnyNodeRef::StmtGlobal(node) => {
                let mut names = node.names.iter();
                names.any(|name| self.is_used_before(*statement, name))
            }
            AnyNodeRef::StmtNonlocal(node) => node.names.iter().any(|name| {
                let owner = self.lookup(self.scope_of(*statement), name);
                owner.is_none() || self.is_used_before(*statement, name)
            }),
            _ => false,
        };
        self.tree.ids().filter(is_wrong).collect()
    }

    /// Returns whether the statement's scope uses a name before the statement, or annotates it.
    fn is_used_before(&self, statement: NodeId, name: &str) -> bool {
        let scope = self.scope_of(statement);
        let annotates = |node| match self.tree.parent_node(node) {
            AnyNodeRef::StmtAnnAssign(assign) => self.tree.id(&*assign.target) == node,
            _ => false,
        };
        let mut references = self.references().iter();
        references.any(|it| it.scope == scope && it.name == name && it.node < statement)
            || self.bindings().any(|(_, it)| {
                let is_here = it.written_in == scope && it.name == name;
                is_here && (it.node < statement || annotates(it.node))
            })
    }
}

#[cfg(test)]
mod tests {
    use ruff_python_ast::PythonVersion;
    use rustc_hash::FxHashSet;

    use super::*;
    use crate::python::parse::Module;
    use crate::python::tree::Tree;
    use crate::source::SourceFile;

    /// Compares how many statements Python refuses.
    #[track_caller]
    fn check(text: &str, expected: usize) {
        let source = SourceFile::from_text("a.py", text).expect("it can be read");
        let module = Module::parse(&source, PythonVersion::PY310).expect("it parses");
        let tree = Tree::build(&module);
        let names = Bindings::bind(&tree, &module, FxHashSet::default());
        assert_eq!(names.misdeclared().len(), expected, "{text}");
    }

    #[test]
    fn a_name_is_declared_before_it_is_used() {
        check("def f():\n    global x\n    x = 1\n", 0);
        check("def f():\n    x = 1\n    global x\n", 1);
        check("def f():\n    print(x)\n    global x\n", 1);
        check("def f():\n    def g(): x\n    global x\n", 0);
    }

    #[test]
    fn a_declared_name_has_no_annotation() {
        check("def f():\n    global x\n    x: int = 1\n", 1);
        check("def f():\n    global x\n    x.y: int = 1\n", 0);
    }

    #[test]
    fn a_nonlocal_name_is_bound_around() {
        let text = "def f():\n    x = 1\n    def g():\n        nonlocal x\n";
        check(text, 0);
        check(&text.replace("x = 1", "pass"), 1);
        check(&text.replace("x = 1", "global x\n    x = 1"), 1);
    }
}
