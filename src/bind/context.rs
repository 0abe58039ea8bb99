//! A node → the frames it runs in and the statements around it.
//!
//! What a place is called (cell, script, coroutine …) depends on the kind of file; here are only the
//! facts of the code. Decorators, defaults, annotations, base classes and the first iterable of a
//! comprehension belong to the frame around; list, set and dict comprehensions are no frames.

use ruff_python_ast::{AnyNodeRef, CmpOp, Expr, ExprCompare, StmtIf};

use crate::python::tree::{NodeId, Tree};

use super::binding::ScopeId;
use super::block::{BlockRole, Blocks};
use super::scope::{Bindings, Scope, ScopeKind};

/// What runs code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FrameKind {
    /// The module's own level: all cells.
    Module,
    /// A class body.
    Class,
    /// The body of a def.
    Function {
        /// `async def`.
        is_async: bool,
    },
    /// The body of a lambda.
    Lambda,
    /// A generator expression without its first iterable.
    Generator,
}

/// One frame around a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    /// What runs the code.
    pub kind: FrameKind,
    /// The def, class, lambda or generator expression; the root for the module.
    pub node: NodeId,
}

/// A block around a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Enclosing {
    /// The compound statement.
    pub statement: NodeId,
    /// The statement, or its clause: `ElifElseClause`, `ExceptHandlerExceptHandler`, `MatchCase`.
    pub owner: NodeId,
    /// Which of its blocks holds the node.
    pub role: BlockRole,
}

/// Answers where nodes stand.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    names: &'a Bindings<'a>,
    blocks: &'a Blocks<'a>,
}

impl<'a> Context<'a> {
    /// Prepares the answers for a module.
    pub fn new(names: &'a Bindings<'a>, blocks: &'a Blocks<'a>) -> Self {
        Self { names, blocks }
    }

    fn tree(&self) -> &'a Tree<'a> {
        self.names.tree()
    }

    /// Iterates over the frames a node runs in, innermost first; the last is the module's.
    pub fn frames(&self, node: NodeId) -> impl Iterator<Item = Frame> + 'a {
        let names = self.names;
        let scopes = names.outwards(names.scope_of(node));
        scopes.filter_map(move |id| frame(names.scope(id)))
    }

    /// Returns the def whose body the node runs in, through classes, lambdas and generators.
    pub fn enclosing_function(&self, node: NodeId) -> Option<NodeId> {
        self.names.around(self.names.scope_of(node)).function
    }

    /// Returns the def or lambda that runs the node; the classes and generator expressions of one are
    /// its own, and so is what it defaults and decorates with where it stands.
    pub fn runner(&self, node: NodeId) -> Option<NodeId> {
        self.names.around(self.names.scope_of(node)).runner
    }

    /// Iterates over the nodes that a def or lambda runs itself: not those of defs and lambdas in it.
    pub fn own_nodes(&self, function: NodeId) -> impl Iterator<Item = NodeId> + 'a {
        let context = *self;
        let inside = self.tree().descendants(function);
        inside.filter(move |id| context.runner(*id) == Some(function))
    }

    /// The same with what lambdas in it run; of the module what is in no def.
    pub fn nodes_of(&self, function: NodeId) -> impl Iterator<Item = NodeId> + 'a {
        let context = *self;
        let inside = self.tree().descendants(function);
        inside.filter(move |id| context.is_of(*id, function))
    }

    /// Returns whether a node is one of these.
    pub fn is_of(&self, node: NodeId, function: NodeId) -> bool {
        let own = (function != NodeId::ROOT).then_some(function);
        self.enclosing_function(node) == own
    }

    /// Returns the innermost class whose body the node stands in, also inside a method of it.
    pub fn enclosing_class(&self, node: NodeId) -> Option<NodeId> {
        self.names.around(self.names.scope_of(node)).class
    }

    /// Returns the names of the classes and defs that the node runs in, outermost first: `Class.method`.
    pub fn within(&self, node: NodeId) -> String {
        let tree = self.tree();
        let name = |frame: Frame| match tree.node(frame.node) {
            AnyNodeRef::StmtFunctionDef(def) => Some(def.name.as_str()),
            AnyNodeRef::StmtClassDef(class) => Some(class.name.as_str()),
            _ => None,
        };
        let mut names: Vec<&str> = self.frames(node).filter_map(name).collect();
        names.reverse();
        names.join(".")
    }

    /// Returns whether a def stands in a class body, under an `if` or the like too.
    pub fn is_method(&self, function: NodeId) -> bool {
        let scope = self.names.scope_of(function);
        matches!(self.tree().node(function), AnyNodeRef::StmtFunctionDef(_))
            && self.names.scope(scope).kind == ScopeKind::Class
    }

    /// Iterates over the blocks around a node, innermost first, up to and without the body of the
    /// def, class or module that it stands in. A node in a statement's own part (an `if` test) is not
    /// in a block of that statement.
    pub fn enclosing_statements(&self, node: NodeId) -> impl Iterator<Item = Enclosing> + 'a {
        let (blocks, tree) = (self.blocks, self.tree());
        let next = move |statement: NodeId| {
            let block = blocks.block_of(statement)?;
            (!block.role.is_whole()).then(|| Enclosing {
                statement: blocks.holder(block),
                owner: block.owner,
                role: block.role,
            })
        };
        let first = tree.statement(node).and_then(next);
        std::iter::successors(first, move |inner| next(inner.statement))
    }

    /// Returns the `if __name__ == "__main__":` of the module's own level whose body the node stands
    /// in; a def in it is not in it.
    pub fn in_main_guard(&self, node: NodeId) -> Option<NodeId> {
        let tree = self.tree();
        self.enclosing_statements(node)
            .filter(|around| around.role == BlockRole::If)
            .map(|around| around.statement)
            .find(|&statement| {
                matches!(tree.node(statement), AnyNodeRef::StmtIf(node) if is_main_guard(node))
                    && self.names.scope_of(statement) == ScopeId::MODULE
            })
    }
}

fn frame(scope: &Scope<'_>) -> Option<Frame> {
    let kind = match scope.kind {
        ScopeKind::Module => FrameKind::Module,
        ScopeKind::Class => FrameKind::Class,
        ScopeKind::Function { is_async } => FrameKind::Function { is_async },
        ScopeKind::Lambda => FrameKind::Lambda,
        ScopeKind::Generator => FrameKind::Generator,
        ScopeKind::Comprehension | ScopeKind::TypeParameters => return None,
    };
    Some(Frame {
        kind,
        node: scope.node,
    })
}

/// Returns whether a statement is `if __name__ == "__main__":`, its operands in either order.
pub fn is_main_guard(statement: &StmtIf) -> bool {
    let Expr::Compare(ExprCompare {
        left,
        ops,
        comparators,
        ..
    }) = &*statement.test
    else {
        return false;
    };
    let ([CmpOp::Eq], [right]) = (&**ops, &**comparators) else {
        return false;
    };
    let is_name = |side: &Expr| matches!(side, Expr::Name(name) if name.id == "__name__");
    let is_main =
        |side: &Expr| matches!(side, Expr::StringLiteral(text) if text.value == *"__main__");
    (is_name(left) && is_main(right)) || (is_main(left) && is_name(right))
}

#[cfg(test)]
mod tests {
    use rustc_hash::FxHashSet;

    use super::*;
    use crate::python::parse::Module;

    /// Returns what `ask` says about the name `here` in `text`.
    fn at_here<T>(text: &str, ask: impl FnOnce(Context<'_>, NodeId) -> T) -> T {
        let module = Module::parse_plain(text).expect("it parses");
        let tree = Tree::build(&module);
        let names = Bindings::bind(&tree, &module, FxHashSet::default());
        let blocks = Blocks::build(&tree);
        let here = names.references().iter().find(|it| it.name == "here");
        ask(
            Context::new(&names, &blocks),
            here.expect("`here` is there").node,
        )
    }

    /// Checks the frames around `here`, innermost first, the module's left out.
    #[track_caller]
    fn check(text: &str, expected: &[FrameKind]) {
        let found = at_here(text, |context, here| {
            context.frames(here).map(|it| it.kind).collect::<Vec<_>>()
        });
        let (last, inner) = found.split_last().expect("the module");
        assert_eq!((inner, *last), (expected, FrameKind::Module), "{text}");
    }

    const SYNC: FrameKind = FrameKind::Function { is_async: false };
    const ASYNC: FrameKind = FrameKind::Function { is_async: true };

    #[test]
    fn bodies_are_frames() {
        check("here\n", &[]);
        check("async def f():\n    here\n", &[ASYNC]);
        check(
            "async def f():\n    def g():\n        here\n",
            &[SYNC, ASYNC],
        );
        check(
            "class C:\n    def f(self):\n        here\n",
            &[SYNC, FrameKind::Class],
        );
        check(
            "async def f():\n    lambda: here\n",
            &[FrameKind::Lambda, ASYNC],
        );
    }

    #[test]
    fn headers_belong_to_the_frame_around() {
        check("@here\nasync def f(): pass\n", &[]);
        check("async def f(a=here): pass\n", &[]);
        check("async def f[T](a: here): pass\n", &[]);
        check("async def f() -> here: pass\n", &[]);
        check("class C(here): pass\n", &[]);
        check("lambda a=here: 1\n", &[]);
    }

    #[test]
    fn comprehensions_are_transparent_and_generators_are_not() {
        check("async def f():\n    [here for a in b]\n", &[ASYNC]);
        check("async def f():\n    {a: 1 for a in b if here}\n", &[ASYNC]);
        check(
            "async def f():\n    (here for a in b)\n",
            &[FrameKind::Generator, ASYNC],
        );
        check("async def f():\n    (a for a in here)\n", &[ASYNC]);
        check("(a for a in b for c in here)\n", &[FrameKind::Generator]);
        check("([here for c in a] for a in b)\n", &[FrameKind::Generator]);
    }

    #[test]
    fn the_function_and_class_around_are_found() {
        let found = |text: &str| {
            at_here(text, |context, here| {
                let function = context.enclosing_function(here);
                let is_method = function.is_some_and(|it| context.is_method(it));
                let class = context.enclosing_class(here);
                (function.is_some(), is_method, class.is_some())
            })
        };
        assert_eq!(found("here\n"), (false, false, false));
        assert_eq!(found("def f(): here\n"), (true, false, false));
        assert_eq!(found("class C:\n    here\n"), (false, false, true));
        let method = "class C:\n    if a:\n        def f(self): (here for a in b)\n";
        assert_eq!(found(method), (true, true, true));
    }

    #[test]
    fn a_lambda_runs_what_is_in_it() {
        let is_own = |text: &str| {
            at_here(text, |context, here| {
                let function = context.enclosing_function(here);
                let mut own = function.map(|it| context.own_nodes(it));
                own.as_mut().is_some_and(|own| own.any(|id| id == here))
            })
        };
        assert!(is_own("async def f(): here\n"));
        assert!(is_own("async def f(): (here for a in b)\n"));
        assert!(is_own("async def f():\n    def g(a=here): pass\n"));
        assert!(is_own("async def f():\n    lambda a=here: 1\n"));
        assert!(is_own("async def f():\n    class C:\n        here\n"));
        assert!(!is_own("async def f():\n    lambda: here\n"));
        assert!(!is_own("async def f():\n    lambda: [here for a in b]\n"));
    }

    #[test]
    fn a_main_guard_is_known_in_any_spelling() {
        let guarded =
            |text: &str| at_here(text, |context, here| context.in_main_guard(here).is_some());
        assert!(guarded("if __name__ == '__main__':\n    here\n"));
        assert!(guarded(
            "if \"__main__\" == __name__:\n    with a:\n        here\n"
        ));
        assert!(guarded(
            "if __name__ == '__main__':\n    run(here for a in b)\n"
        ));
        assert!(!guarded(
            "if __name__ == '__main__':\n    a\nelse:\n    here\n"
        ));
        assert!(!guarded("if __name__ == '__main__':\n    def f(): here\n"));
        assert!(!guarded(
            "def f():\n    if __name__ == '__main__':\n        here\n"
        ));
        assert!(!guarded("if __name__ != '__main__':\n    here\n"));
        assert!(!guarded("if __name__ == 'other':\n    here\n"));
    }

    #[test]
    fn enclosing_statements_tell_their_role() {
        #[track_caller]
        fn check(text: &str, expected: &[BlockRole]) {
            let found = at_here(text, |context, here| {
                let around = context.enclosing_statements(here);
                around.map(|it| it.role).collect::<Vec<_>>()
            });
            assert_eq!(found, expected, "{text}");
        }
        check("for a in b:\n    def f():\n        here\n", &[]);
        check("if here:\n    a\n", &[]);
        check(
            "def f():\n    while a:\n        try:\n            a\n        except E:\n            with b:\n                here\n",
            &[BlockRole::With, BlockRole::Except, BlockRole::Loop],
        );
        check(
            "match a:\n    case 1:\n        if a:\n            b\n        else:\n            here\n",
            &[BlockRole::Else, BlockRole::Case],
        );
    }
}
