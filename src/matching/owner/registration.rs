//! Registrations of functions: a call that is handed one, a decorator above it, or its own name.

use std::rc::Rc;

use ruff_python_ast::{AnyNodeRef, ExprCall, ExprContext, ExprRef};
use ruff_text_size::{Ranged, TextRange, TextSize};
use rustc_hash::FxHashMap;

use crate::bind::block::BlockRole;
use crate::bind::value::Origin;
use crate::matching::answers::owned::{Registration, Registrations};
use crate::matching::capture::{Captured, Captures};
use crate::matching::site::is_one_of;
use crate::matching::subject::Subject;
use crate::matching::unify::{Fit, unify};
use crate::python::tree::NodeId;
use crate::recipe::condition::Guarded;
use crate::recipe::hook::{HOOK, OWNER};
use crate::recipe::pattern::{Pattern, Root};

impl<'a> Registration<'a> {
    /// Returns the text that names the function.
    pub(super) fn range(&self, subject: &Subject) -> TextRange {
        self.hook
            .map_or(subject.tree.range(self.node), |it| it.range())
    }

    /// Returns whether both are handed the same name.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let range = |it: &Self| it.hook.map(|hook| hook.range());
        range(self).is_some() && range(self) == range(other)
    }

    /// Returns the call that is handed the function in a list.
    pub fn call(&self, subject: &Subject<'a>) -> Option<&'a ExprCall> {
        let hook = subject.tree.id(self.hook?);
        let mut around = subject.tree.ancestors(hook);
        around.find_map(|id| match subject.tree.node(id) {
            AnyNodeRef::ExprCall(call) => Some(call),
            _ => None,
        })
    }

    /// Returns whether all that the owner may be is made by one of the patterns.
    pub(super) fn is_made_by(&self, subject: &Subject<'a>, patterns: &[Guarded]) -> bool {
        let Some(owner) = self.owner else {
            return false;
        };
        let fits = |made: AnyNodeRef<'a>| is_one_of(patterns, made, subject);
        if let ExprRef::Name(name) = owner
            && name.ctx == ExprContext::Store
        {
            return self.call(subject).is_some_and(|call| fits(call.into()));
        }
        let origins = subject.resolver.origins(owner);
        let is_made = |origin: &Origin<'a>| match origin {
            Origin::Made(made) => fits((*made).into()),
            _ => false,
        };
        !origins.is_empty() && origins.iter().all(is_made)
    }

    /// Returns whether both are made on the same ways through the code.
    pub(super) fn goes_with(&self, subject: &Subject, other: &Self) -> bool {
        self.ways(subject) == other.ways(subject)
    }

    /// The blocks around it that may be passed over.
    fn ways(&self, subject: &Subject) -> Vec<(NodeId, BlockRole)> {
        let around = subject.context.enclosing_statements(self.node);
        let around = around.filter(|it| it.role != BlockRole::With);
        around.map(|it| (it.owner, it.role)).collect()
    }

    /// Returns where that begins on which it is made, for those that share it: the name's binding, or
    /// the call; where it may be passed over, it shares nothing.
    pub(super) fn object(&self, subject: &Subject<'a>) -> TextSize {
        if !self.ways(subject).is_empty() {
            return subject.tree.range(self.node).start();
        }
        let names = subject.names;
        let call = self.call(subject).map(Ranged::start);
        let made = call.unwrap_or(subject.tree.range(self.node).start());
        let Some(ExprRef::Name(name)) = self.owner else {
            return made;
        };
        let home = names.lookup(names.scope_of(subject.tree.id(name)), &name.id);
        let bound = home.and_then(|home| names.bindings_of(home, &name.id).first());
        bound.map_or(made, |id| {
            subject.tree.range(names.binding(*id).node).start()
        })
    }

    /// Returns whether both are made on the same object: named so in the same function, or in one call
    /// or chain of calls.
    pub(super) fn is_beside(&self, subject: &Subject<'a>, other: &Self) -> bool {
        let tree = subject.tree;
        let is_in = |outer: NodeId, inner: NodeId| outer == inner || tree.contains(outer, inner);
        if is_in(self.node, other.node) || is_in(other.node, self.node) {
            return true;
        }
        let (Some(own), Some(others)) = (self.owner, other.owner) else {
            return false;
        };
        let text = |it: ExprRef| &subject.text()[it.range()];
        let scope = |it: ExprRef<'a>| subject.names.scope_of(tree.id(it));
        text(own) == text(others) && scope(own) == scope(others)
    }
}

/// Returns the registrations of a file that fit a pattern.
pub(super) fn registrations<'a>(subject: &Subject<'a>, pattern: &Pattern) -> Rc<Registrations<'a>> {
    let find = || {
        let all = read(subject, pattern);
        let mut of: FxHashMap<NodeId, Vec<usize>> = FxHashMap::default();
        for (at, registration) in all.iter().enumerate() {
            if let Some(function) = registration.function {
                of.entry(subject.tree.id(function)).or_default().push(at);
            }
        }
        Rc::new(Registrations { all, of })
    };
    let answers = &subject.answers.registrations;
    answers.or_find(&std::ptr::from_ref(pattern), find)
}

fn read<'a>(subject: &Subject<'a>, pattern: &Pattern) -> Vec<Registration<'a>> {
    let mut words = pattern.words().iter();
    if !words.all(|it| subject.text().contains(&*it.word)) {
        return Vec::new();
    }
    let tree = subject.tree;
    let found = tree
        .ids()
        .flat_map(|id| match (tree.node(id), &pattern.root) {
            (AnyNodeRef::Decorator(_), Root::Decorator(_))
            | (AnyNodeRef::StmtFunctionDef(_), Root::Header(_)) => {
                above(subject, pattern, id).into_iter().collect()
            }
            (_, Root::Decorator(_) | Root::Header(_)) => Vec::new(),
            (AnyNodeRef::ExprName(name), _) if name.ctx == ExprContext::Load => {
                handed(subject, pattern, name.into())
            }
            (AnyNodeRef::ExprAttribute(attribute), _) if attribute.ctx == ExprContext::Load => {
                handed(subject, pattern, attribute.into())
            }
            _ => Vec::new(),
        });
    found.collect()
}

/// A decorator above a def, or the def itself.
fn above<'a>(subject: &Subject<'a>, pattern: &Pattern, id: NodeId) -> Option<Registration<'a>> {
    let fit = fits(subject, pattern, id, &Captures::default())?;
    let function = match subject.tree.node(id) {
        AnyNodeRef::StmtFunctionDef(function) => function,
        _ => match subject.tree.parent_node(id) {
            AnyNodeRef::StmtFunctionDef(function) => function,
            _ => return None,
        },
    };
    Some(Registration {
        node: id,
        owner: fit.captures.expression(OWNER),
        hook: None,
        function: Some(function),
    })
}

/// What is handed a function by a name: the first that fits around it, in its statement.
fn handed<'a>(
    subject: &Subject<'a>,
    pattern: &Pattern,
    hook: ExprRef<'a>,
) -> Vec<Registration<'a>> {
    let tree = subject.tree;
    let id = tree.id(hook);
    let mut given = Captures::default();
    given.bind(HOOK, Captured::Expression(hook));
    let statement = tree.statement(id);
    let mut around = tree
        .ancestors(id)
        .take_while(|it| statement.is_some_and(|all| all == *it || tree.contains(all, *it)));
    let found = around.find_map(|around| {
        let fit = fits(subject, pattern, around, &given)?;
        let function = match subject.resolver.local_definition(hook) {
            Some(AnyNodeRef::StmtFunctionDef(function)) => Some(function),
            _ => None,
        };
        Some(Registration {
            node: around,
            owner: fit.captures.expression(OWNER),
            hook: Some(hook),
            function,
        })
    });
    found.into_iter().collect()
}

fn fits<'r, 'a>(
    subject: &Subject<'a>,
    pattern: &'r Pattern,
    id: NodeId,
    given: &Captures<'r, 'a>,
) -> Option<Fit<'r, 'a>> {
    let fit = unify(pattern, subject.tree.node(id), given, subject)?;
    fit.unsure.is_none().then_some(fit)
}
