//! A def that decorates → whether a call of what it gives for an `async def` still makes a coroutine.

use ruff_python_ast::{Expr, ExprCall, ExprRef, Stmt, StmtFunctionDef, StmtIf};

use super::remade::{Keeps, named};
use super::resolve::{Meaning, Resolver};
use crate::python::stdlib;

/// What a walk through a body found.
#[derive(Default)]
struct Results<'a> {
    /// The values that it gives for a coroutine function.
    values: Vec<&'a Expr>,
    /// It may give something in a block that is not walked.
    is_open: bool,
}

impl<'a> Resolver<'a> {
    /// Returns the decorators of a def that may make something else of it, and whether each is called first.
    pub fn wrappers(&self, def: &'a StmtFunctionDef) -> Vec<(ExprRef<'a>, bool)> {
        let decorators = def.decorator_list.iter().map(named);
        let keeps = |it| matches!(self.meaning(it), Meaning::Qualified(name) if stdlib::keeps_the_function(&name));
        decorators.filter(|(it, _)| !keeps(*it)).collect()
    }

    /// Returns whether a def, as a decorator, makes of each coroutine function one whose calls make coroutines, too.
    pub fn keeps_coroutines(&self, def: &'a StmtFunctionDef) -> Keeps {
        let Some(values) = self.given_values(def) else {
            return Keeps::default();
        };
        let is_keeper = |value: &&'a Expr| {
            let inner = value.as_name_expr().and_then(|it| self.inner(it, def));
            inner.is_some_and(|inner| {
                let values = self.given_values(inner);
                values.is_some_and(|all| all.iter().all(|it| self.makes_coroutine(it, inner)))
            })
        };
        Keeps {
            itself: values.iter().all(|it| self.makes_coroutine(it, def)),
            by_inner: values.iter().all(is_keeper),
        }
    }

    /// What a plain def gives for a coroutine function; `None` where that is nothing, or not known.
    fn given_values(&self, def: &'a StmtFunctionDef) -> Option<Vec<&'a Expr>> {
        if def.is_async || !def.decorator_list.is_empty() || self.yields(def) {
            return None;
        }
        let mut results = Results::default();
        self.walk(&def.body, def, &mut results);
        (!results.is_open && !results.values.is_empty()).then_some(results.values)
    }

    /// Walks a body that gets a coroutine function; returns whether it goes on behind.
    fn walk(&self, body: &'a [Stmt], def: &'a StmtFunctionDef, results: &mut Results<'a>) -> bool {
        for statement in body {
            let goes_on = match statement {
                Stmt::Return(it) => {
                    results.values.extend(it.value.as_deref());
                    results.is_open |= it.value.is_none();
                    false
                }
                Stmt::Raise(_) => false,
                Stmt::If(node) => self.walk_if(node, def, results),
                Stmt::For(_) | Stmt::While(_) | Stmt::Try(_) | Stmt::With(_) | Stmt::Match(_) => {
                    let tree = self.flow().names().tree();
                    let mut inside = tree.descendants(tree.id(statement));
                    results.is_open |= inside.any(|id| tree.node(id).is_stmt_return());
                    true
                }
                _ => true,
            };
            if !goes_on {
                return false;
            }
        }
        true
    }

    fn walk_if(
        &self,
        node: &'a StmtIf,
        def: &'a StmtFunctionDef,
        results: &mut Results<'a>,
    ) -> bool {
        let first = (Some(&*node.test), node.body.as_slice());
        let others = node.elif_else_clauses.iter();
        let others = others.map(|it| (it.test.as_ref(), it.body.as_slice()));
        let mut goes_on = false;
        for (test, body) in std::iter::once(first).chain(others) {
            let taken = test.map_or(Some(true), |it| self.is_for_coroutines(it, def));
            if taken != Some(false) {
                goes_on |= self.walk(body, def, results);
            }
            if taken == Some(true) {
                return goes_on;
            }
        }
        true
    }

    /// Returns whether a test holds where the first argument is a coroutine function; `None` where that is not known.
    fn is_for_coroutines(&self, test: &'a Expr, def: &'a StmtFunctionDef) -> Option<bool> {
        match test {
            Expr::UnaryOp(it) if it.op.is_not() => {
                self.is_for_coroutines(&it.operand, def).map(|it| !it)
            }
            Expr::Call(call) => {
                let Meaning::Qualified(name) = self.meaning((&call.func).into()) else {
                    return None;
                };
                let [given] = &*call.arguments.args else {
                    return None;
                };
                self.is_first_of(given, def)
                    .then(|| stdlib::tests_for_coroutines(&name))
                    .flatten()
            }
            _ => None,
        }
    }

    /// A call of a value makes a coroutine, where the first argument of the def is a coroutine function.
    fn makes_coroutine(&self, value: &'a Expr, def: &'a StmtFunctionDef) -> bool {
        match value {
            Expr::Name(_) if self.is_first_of(value, def) => true,
            Expr::Name(name) => self.inner(name, def).is_some_and(|inner| {
                let is_named = |it: &'a Expr| {
                    let named = it.as_call_expr().map(|it| self.meaning((&it.func).into()));
                    matches!(named, Some(Meaning::Qualified(name)) if stdlib::gives_name(&name))
                };
                let mut decorators = inner.decorator_list.iter();
                decorators.all(|it| is_named(&it.expression))
                    && !self.yields(inner)
                    && (inner.is_async || self.passes_on(inner, def))
            }),
            Expr::If(it) => match self.is_for_coroutines(&it.test, def) {
                Some(true) => self.makes_coroutine(&it.body, def),
                Some(false) => self.makes_coroutine(&it.orelse, def),
                None => [&it.body, &it.orelse]
                    .iter()
                    .all(|it| self.makes_coroutine(it, def)),
            },
            Expr::Call(call) => {
                let kept = self.kept_argument(call);
                kept.is_some_and(|it| self.makes_coroutine(it, def))
            }
            _ => false,
        }
    }

    /// The argument that a call gives back: `cast(F, wrapper)`, `update_wrapper(wrapper, f)`.
    fn kept_argument(&self, call: &'a ExprCall) -> Option<&'a Expr> {
        match self.meaning((&call.func).into()) {
            Meaning::Qualified(name) => call.arguments.args.get(stdlib::gives_back(&name)?),
            _ => None,
        }
    }

    /// A plain def gives only what calls of the first argument of the def around it give.
    fn passes_on(&self, inner: &'a StmtFunctionDef, def: &'a StmtFunctionDef) -> bool {
        let returned = self.returns(inner);
        let is_its_call = |value: &Option<&'a Expr>| {
            let call = value.and_then(|it| it.as_call_expr());
            call.is_some_and(|it| self.is_first_of(&it.func, def))
        };
        !returned.is_empty() && returned.iter().all(is_its_call)
    }

    fn is_first_of(&self, value: &'a Expr, def: &StmtFunctionDef) -> bool {
        value
            .as_name_expr()
            .is_some_and(|it| self.is_first(it, def))
    }
}
