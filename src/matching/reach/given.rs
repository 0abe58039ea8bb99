//! What a call hands over, and which parameters of a def take it.

use ruff_python_ast::{AnyNodeRef, ArgOrKeyword, ExprCall, ExprRef, StmtFunctionDef};
use ruff_text_size::Ranged;

use super::Search;
use crate::matching::plain::{Known, plain};
use crate::python::tree::Tree;

/// The arguments of a call.
#[derive(Debug, Clone, Default)]
pub(super) struct Given<'a> {
    positional: Vec<ExprRef<'a>>,
    named: Vec<(&'a str, ExprRef<'a>)>,
    /// There may be others.
    is_open: bool,
}

impl<'a> Given<'a> {
    /// Arguments that are not seen.
    pub(super) fn unknown() -> Self {
        Self {
            is_open: true,
            ..Self::default()
        }
    }

    /// Those of a call.
    pub(super) fn of(call: &'a ExprCall) -> Self {
        let mut given = Self::default();
        for argument in call.arguments.iter_source_order() {
            given.add(argument);
        }
        given
    }

    /// `run(sorted, rows, key)`: what stands behind a function in a call is handed to it.
    pub(super) fn behind(callable: ExprRef<'a>, tree: &Tree<'a>) -> Self {
        let AnyNodeRef::Arguments(arguments) = tree.parent_node(tree.id(callable)) else {
            return Self::unknown();
        };
        let mut given = Self::default();
        let behind = arguments.iter_source_order();
        for argument in behind.filter(|argument| argument.value().start() > callable.start()) {
            given.add(argument);
        }
        given
    }

    fn add(&mut self, argument: ArgOrKeyword<'a>) {
        let value = ExprRef::from(argument.value());
        match argument {
            ArgOrKeyword::Arg(_) => {
                self.is_open |= value.is_starred_expr();
                self.positional.push(value);
            }
            ArgOrKeyword::Keyword(keyword) => match &keyword.arg {
                Some(name) => self.named.push((name, value)),
                None => {
                    self.is_open = true;
                    self.positional.push(value);
                }
            },
        }
    }

    /// What a function is given that was bound to these arguments, itself the first of them.
    pub(super) fn before(&self, later: &Self) -> Self {
        let bound = self.positional.iter().skip(1);
        Self {
            positional: bound.chain(&later.positional).copied().collect(),
            named: [self.named.as_slice(), &later.named].concat(),
            is_open: self.is_open || later.is_open,
        }
    }

    /// Iterates over the values.
    pub(super) fn values(&self) -> impl Iterator<Item = ExprRef<'a>> {
        let named = self.named.iter().map(|(_, value)| *value);
        self.positional.iter().copied().chain(named)
    }
}

impl<'a> Search<'_, '_, 'a> {
    /// What is known of parameters in a def, those of the functions around it included; `bound`: the
    /// first one is given by Python.
    pub(super) fn parameters(
        &self,
        function: &'a StmtFunctionDef,
        given: &Given<'a>,
        bound: bool,
    ) -> Known {
        let subject = self.site.subject;
        let names = subject.names;
        let around = names.scope_of(subject.tree.id(function));
        let mut known = self.known.clone();
        known.retain(|id, _| {
            let scope = names.binding(*id).scope;
            names.outwards(around).any(|outer| outer == scope)
        });
        if given.is_open || !function.decorator_list.is_empty() {
            return known;
        }
        let parameters = function.parameters.iter_non_variadic_params();
        for (place, parameter) in parameters.skip(usize::from(bound)).enumerate() {
            let name = parameter.name().as_str();
            let mut named = given.named.iter().filter(|(given, _)| *given == name);
            let value = named.next().map(|(_, value)| *value);
            let value = value.or_else(|| given.positional.get(place).copied());
            let value = value.or_else(|| Some(parameter.default.as_deref()?.into()));
            let value = value.and_then(|value| plain(subject, &self.known, value));
            let binding = names.binding_at(subject.tree.id(&parameter.parameter));
            if let (Some(value), Some(binding)) = (value, binding) {
                known.insert(binding, value);
            }
        }
        known
    }
}
