//! A match → the functions that are registered there, and how they are called.

use ruff_python_ast::{AnyNodeRef, ExprRef, Keyword, StmtFunctionDef};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::maker::Maker;
use super::unmanaged::Unmanaged;
use super::wrapper::color;
use crate::matching::Match;
use crate::matching::capture::Captures;
use crate::matching::kind::is_coroutine_function;
use crate::matching::subject::Subject;
use crate::python::tree::NodeId;
use crate::recipe::condition::Guarded;
use crate::recipe::into_context::IntoContext;
use crate::verb::header::function_of;

/// A function, registered once.
pub(super) struct Registered<'a> {
    /// What `collect` calls the site.
    pub(super) name: String,
    pub(super) form: Form<'a>,
    /// The statement that registers; of a decorator its def.
    pub(super) statement: NodeId,
    /// The def, where it is of this file.
    pub(super) def: Option<&'a StmtFunctionDef>,
    /// How the function is called.
    pub(super) callee: String,
    /// What names it where it is registered; `None`: it is decorated.
    pub(super) named: Option<ExprRef<'a>>,
    pub(super) is_async: bool,
    /// Earlier ones are registered before.
    pub(super) order: (TextSize, TextSize),
}

/// How a function is registered.
#[derive(Clone, Copy)]
pub(super) enum Form<'a> {
    /// `@app.on(…)`.
    Decorator(TextRange),
    /// `app.add(…, function)`.
    Statement,
    /// In an argument of the maker.
    Argument(&'a Keyword),
    /// In another file, which this one imports.
    There,
}

/// What registers in one file, read call by call.
pub(super) struct Registry<'s, 'a> {
    pub(super) subject: &'s Subject<'a>,
    /// The decorators that register.
    decorators: Vec<NodeId>,
}

impl<'s, 'a> Registry<'s, 'a> {
    pub(super) fn of_calls(subject: &'s Subject<'a>, calls: impl Iterator<Item = NodeId>) -> Self {
        let parents = calls.map(|call| subject.tree.parent(call));
        Self {
            subject,
            decorators: parents
                .filter(|id| subject.tree.node(*id).is_decorator())
                .collect(),
        }
    }

    /// Returns what a match registers, in its order.
    pub(super) fn of(
        &self,
        maker: &Maker<'_, 'a>,
        verb: &IntoContext,
        found: &Match<'_, 'a>,
    ) -> Result<Vec<Registered<'a>>, Unmanaged> {
        let form = || Unmanaged::Form {
            line: self.subject.statement_line(found.node).into_owned(),
        };
        let name = found.collected.unwrap_or_default();
        let named = named(&*found.rule.patterns, &found.captures, verb);
        if found.node == maker.statement {
            let named = named.ok_or_else(form)?;
            let keyword = argument(maker, named.range()).ok_or_else(form)?;
            let elements = match named {
                ExprRef::List(list) => &list.elts,
                ExprRef::Tuple(tuple) => &tuple.elts,
                _ => return Err(form()),
            };
            let form = Form::Argument(keyword);
            let each = elements
                .iter()
                .map(|it| self.by_name((name, found.node), form, it.into()));
            return each.collect();
        }
        self.at(name, found.node, named).map(|it| vec![it])
    }

    /// Returns what a call registers, which decorates or is a statement that names the function.
    pub(super) fn at(
        &self,
        name: &str,
        call: NodeId,
        named: Option<ExprRef<'a>>,
    ) -> Result<Registered<'a>, Unmanaged> {
        let tree = self.subject.tree;
        let parent = tree.parent(call);
        match (tree.node(parent), named) {
            (AnyNodeRef::Decorator(_), _) => self.decorated(name, parent),
            (AnyNodeRef::StmtExpr(_), Some(named)) => {
                self.by_name((name, call), Form::Statement, named)
            }
            _ => Err(Unmanaged::Form {
                line: self.subject.statement_line(call).into_owned(),
            }),
        }
    }

    /// The def under a decorator: what is registered must be what its name means.
    fn decorated(&self, name: &str, decorator: NodeId) -> Result<Registered<'a>, Unmanaged> {
        let subject = self.subject;
        let tree = subject.tree;
        let AnyNodeRef::StmtFunctionDef(def) = tree.parent_node(decorator) else {
            let line = subject.statement_line(decorator).into_owned();
            return Err(Unmanaged::Form { line });
        };
        self.check(def)?;
        let function = def.name.to_string();
        let range = tree.range(decorator);
        let registers = |id: &NodeId| self.decorators.contains(id);
        let all: Vec<NodeId> = def.decorator_list.iter().map(|it| tree.id(it)).collect();
        let n_above = all.iter().take_while(|id| registers(id)).count();
        let (above, wrappers) = all.split_at(n_above);
        if !above.contains(&decorator) {
            let decorator = subject.text()[range].to_owned();
            return Err(Unmanaged::DecoratedAbove {
                decorator,
                function,
            });
        }
        let wrappers = wrappers.iter().map(|id| tree.node(*id));
        let is_async = color(subject, def, wrappers);
        let start = tree.range(tree.id(def)).start();
        Ok(Registered {
            name: name.to_owned(),
            form: Form::Decorator(range),
            statement: tree.id(def),
            def: Some(def),
            callee: function.clone(),
            named: None,
            is_async: is_async.ok_or(Unmanaged::Color { function })?,
            // The decorators of a def are called from below.
            order: (start, TextSize::new(u32::MAX) - range.start()),
        })
    }

    fn by_name(
        &self,
        (name, node): (&str, NodeId),
        form: Form<'a>,
        named: ExprRef<'a>,
    ) -> Result<Registered<'a>, Unmanaged> {
        let subject = self.subject;
        let callee = subject.text()[named.range()].to_owned();
        let def = match subject.resolver.local_definition(named) {
            Some(AnyNodeRef::StmtFunctionDef(def)) => Some(def),
            _ => None,
        };
        def.map_or(Ok(()), |def| self.check(def))?;
        let is_async = match def {
            Some(def) => {
                let all = def.decorator_list.iter();
                let wrappers = all.filter(|it| !self.decorators.contains(&subject.tree.id(*it)));
                color(subject, def, wrappers.map(AnyNodeRef::from))
            }
            None => is_coroutine_function(subject, named),
        };
        let is_path = named.is_name_expr() || named.is_attribute_expr();
        let is_async = is_async.filter(|_| is_path);
        let function = callee.clone();
        let statement = subject.tree.statement(node).unwrap_or(node);
        Ok(Registered {
            name: name.to_owned(),
            form,
            statement,
            def,
            callee,
            named: Some(named),
            is_async: is_async.ok_or(Unmanaged::Color { function })?,
            order: (subject.tree.range(statement).start(), named.start()),
        })
    }

    /// It can be called, and then runs.
    fn check(&self, def: &'a StmtFunctionDef) -> Result<(), Unmanaged> {
        let function = def.name.to_string();
        let tree = self.subject.tree;
        let registers = |id| self.decorators.contains(&id);
        // A decorator below may give it what it takes.
        let is_bare = def.decorator_list.iter().all(|it| registers(tree.id(it)));
        let mut parameters = def.parameters.iter_non_variadic_params();
        if is_bare && parameters.any(|it| it.default.is_none()) {
            return Err(Unmanaged::Parameters { function });
        }
        match self.subject.is_generator(def.into()) {
            true => Err(Unmanaged::Generator { function }),
            false => Ok(()),
        }
    }
}

/// What patterns capture beside what the sites share: a function, or a list of them.
pub(super) fn named<'p, 'a>(
    patterns: impl IntoIterator<Item = &'p Guarded>,
    captures: &Captures<'_, 'a>,
    verb: &IntoContext,
) -> Option<ExprRef<'a>> {
    let names = patterns.into_iter().flat_map(|it| &it.pattern.captures);
    let mut names = names.filter(|(name, _)| *name != verb.of);
    names.find_map(|(name, _)| captures.expression(name))
}

fn argument<'a>(maker: &Maker<'_, 'a>, value: TextRange) -> Option<&'a Keyword> {
    let mut keywords = maker.call.arguments.keywords.iter();
    keywords.find(|it| it.value.range() == value)
}

impl<'a> Registered<'a> {
    /// Whether both are the same function.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        match (self.def, other.def) {
            (Some(own), Some(other)) => own.range() == other.range(),
            _ => self.callee == other.callee,
        }
    }

    /// The name that a call of it begins with.
    pub(super) fn root(&self) -> &str {
        self.callee.split('.').next().unwrap_or_default().trim()
    }

    /// Writes its call, in the context manager.
    pub(super) fn call(
        &self,
        maker: &Maker<'_, 'a>,
        verb: &IntoContext,
        parameters: &[(String, bool)],
    ) -> Result<String, Unmanaged> {
        let names = maker.subject.names;
        let name = self.root();
        let here = names.lookup(names.scope_of(maker.statement), name);
        let own = self
            .def
            .and_then(|def| names.binding_at(maker.subject.tree.id(def)));
        let is_only = here.is_none_or(|scope| match names.bindings_of(scope, name) {
            [only] => own.is_none_or(|own| own == *only) || self.callee != name,
            _ => false,
        });
        let is_builtin = here.is_none() && !names.star_imports().is_empty();
        let is_set = maker.is_set(&self.callee);
        let is_hidden = parameters
            .iter()
            .any(|(it, is_shared)| it == name && !is_shared);
        if !is_only || is_builtin || is_set || is_hidden {
            let name = name.to_owned();
            return Err(Unmanaged::Rebound { name });
        }
        let is_coroutine = function_of(&verb.header).is_some_and(|it| it.is_async);
        match (self.is_async, is_coroutine) {
            (true, true) => Ok(format!("await {}()", self.callee)),
            (true, false) => Err(Unmanaged::NeedsAsync {
                function: self.callee.clone(),
            }),
            (false, _) => Ok(format!("{}()", self.callee)),
        }
    }
}
