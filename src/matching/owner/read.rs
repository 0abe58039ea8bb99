//! Is all read that what runs waits for? Then it is code of this file, or of Python's own library.

use ruff_python_ast::{
    AnyNodeRef, Expr, ExprBinOp, ExprCall, ExprRef, Operator, Stmt, StmtFunctionDef,
};

use super::swallowed::is_unclear;
use super::waits::waited;
use crate::bind::MAX_STEPS;
use crate::bind::resolve::Meaning;
use crate::bind::value::Origin;
use crate::matching::capture::Captures;
use crate::matching::kind::origins;
use crate::matching::members::{Inherited, inherited};
use crate::matching::place::is_docstring;
use crate::matching::subject::Subject;
use crate::matching::unify::fits_surely;
use crate::project::is_of_python;
use crate::python::stdlib;
use crate::python::tree::NodeId;
use crate::recipe::lifecycle::Lifecycle;
use crate::recipe::plain::Awaits;
use crate::semantic::memo::Memo;

/// Returns whether all is read that the functions wait for: defs among them, functions of Python's own
/// and methods of its objects. So is every method of their own object that they call; those of a base
/// class that the row knows do not end the object. And none may take its own end for that of another.
pub(super) fn is_read<'a>(
    subject: &Subject<'a>,
    functions: &[NodeId],
    row: Option<&Lifecycle>,
) -> bool {
    let read = Read {
        subject,
        functions,
        stored: Memo::default(),
    };
    let nodes = functions.iter();
    let mut nodes = nodes.flat_map(|it| subject.tree.descendants(*it));
    !functions.is_empty()
        && functions.iter().all(|it| read.is_itself(*it))
        && nodes.all(|id| read.is_read(id) && !is_other_method(subject, id, row))
        && !is_unclear(subject, functions)
}

/// What runs.
struct Read<'s, 'a> {
    subject: &'s Subject<'a>,
    functions: &'s [NodeId],
    /// Names whose values are known, followed so many steps.
    stored: Memo<(NodeId, u32), bool>,
}

impl<'a> Read<'_, 'a> {
    /// A coroutine is what its def says, and no class has to write another one.
    fn is_itself(&self, function: NodeId) -> bool {
        let AnyNodeRef::StmtFunctionDef(def) = self.subject.tree.node(function) else {
            return false;
        };
        let mut decorators = def.decorator_list.iter();
        let keeps = |decorator: &'a Expr| {
            let named = match decorator {
                Expr::Call(call) => &call.func,
                decorator => decorator,
            };
            let meaning = self.subject.resolver.meaning(named.into());
            matches!(meaning, Meaning::Qualified(name)
                if is_of_python(&name) && !stdlib::is_abstract(&name))
        };
        !def.is_async || decorators.all(|it| keeps(&it.expression)) && !only_raises(def)
    }

    /// What a node waits for is known, and what it hands to be waited for.
    fn is_read(&self, id: NodeId) -> bool {
        let node = self.subject.tree.node(id);
        let mut waited = waited(node).into_iter();
        let hands_on = match node {
            AnyNodeRef::ExprCall(call) => self.hands_on(call, MAX_STEPS),
            _ => true,
        };
        hands_on && waited.all(|it| self.is_known(it.into(), MAX_STEPS))
    }

    /// Waiting for the value runs nothing that is not read.
    fn is_known(&self, value: ExprRef<'a>, steps: u32) -> bool {
        let Some(steps) = steps.checked_sub(1) else {
            return false;
        };
        let all = |values: &'a [Expr]| values.iter().all(|it| self.is_known(it.into(), steps));
        let inner = match value {
            ExprRef::Call(call) => return self.is_known_call(call, steps),
            ExprRef::Name(_) | ExprRef::Attribute(_) => {
                let question = (self.subject.tree.id(value), steps);
                let find = || self.is_stored(value, steps);
                return self.stored.or_find(&question, find);
            }
            ExprRef::List(it) => return all(&it.elts),
            ExprRef::Tuple(it) => return all(&it.elts),
            ExprRef::Set(it) => return all(&it.elts),
            ExprRef::ListComp(it) => &it.elt,
            ExprRef::SetComp(it) => &it.elt,
            ExprRef::Generator(it) => &it.elt,
            ExprRef::Starred(it) => &it.value,
            ExprRef::Named(it) => &it.value,
            _ => return false,
        };
        self.is_known(inner.into(), steps)
    }

    fn is_known_call(&self, call: &'a ExprCall, steps: u32) -> bool {
        let callee = ExprRef::from(&call.func);
        let defs = self.subject.resolver.local_callables(callee);
        let runs = |def: &AnyNodeRef| self.functions.contains(&self.subject.tree.id(*def));
        if !defs.is_empty() {
            return defs.iter().all(runs);
        }
        let is_own = match (self.subject.resolver.meaning(callee), callee) {
            (Meaning::Qualified(name), _) => self.waits_itself(&name),
            (_, ExprRef::Attribute(method)) => {
                let awaits = self.subject.own.method(&method.attr).awaits;
                awaits != Some(Awaits::Held) && self.is_own((&method.value).into(), steps)
                    || self.is_kind(call.into())
            }
            _ => false,
        };
        is_own && self.hands_on(call, steps)
    }

    /// What a function or method of Python's own waits for, since it is given that, is known.
    fn hands_on(&self, call: &'a ExprCall, steps: u32) -> bool {
        let own = self.subject.own;
        let awaits = match (
            self.subject.resolver.meaning((&call.func).into()),
            &*call.func,
        ) {
            (Meaning::Qualified(name), _) => own.function(&name).awaits,
            (_, Expr::Attribute(method)) => own.method(&method.attr).awaits,
            _ => None,
        };
        let first = match awaits {
            Some(Awaits::First | Awaits::Passes) => 1,
            Some(Awaits::All) => usize::MAX,
            _ => return true,
        };
        let mut given = call.arguments.args.iter().take(first);
        !call.arguments.args.is_empty() && given.all(|it| self.is_known(it.into(), steps))
    }

    /// A name or attribute holds what is known, or a value of Python's own.
    fn is_stored(&self, value: ExprRef<'a>, steps: u32) -> bool {
        let made = origins(self.subject, value);
        let known = |origin: &Origin<'a>| match origin {
            // More may have been put into one that was empty.
            Origin::Made(ExprRef::List(it)) if it.elts.is_empty() => false,
            Origin::Made(made) => self.is_known(*made, steps) || self.is_own(*made, steps),
            _ => false,
        };
        !made.is_empty() && made.iter().all(known) || self.is_own(value, steps)
    }

    /// It is of a module that waits for nothing but what it is given, or a function that is known so.
    fn waits_itself(&self, name: &str) -> bool {
        let module = name.split('.').next().unwrap_or(name);
        let awaits = |name| self.subject.own.function(name).awaits;
        awaits(module) == Some(Awaits::Own) || awaits(name).is_some()
    }

    /// The value is an object of Python's own to wait for, whose methods run no code of others.
    fn is_own(&self, value: ExprRef<'a>, steps: u32) -> bool {
        let Some(steps) = steps.checked_sub(1) else {
            return false;
        };
        let of_origin = |origin: &Origin<'a>| match origin {
            Origin::Made(made @ ExprRef::Call(_)) => self.is_own(*made, steps),
            Origin::Entered(entered) => self.is_own(*entered, steps),
            Origin::Annotated(annotation) => self.names_own(annotation),
            _ => false,
        };
        match value {
            ExprRef::Call(call) => self.makes_own(call),
            ExprRef::Name(_) | ExprRef::Attribute(_) => {
                let made = origins(self.subject, value);
                let is_part = || match value {
                    ExprRef::Attribute(part) => self.is_own((&part.value).into(), steps),
                    _ => false,
                };
                !made.is_empty() && made.iter().all(of_origin) || is_part()
            }
            _ => false,
        }
    }

    /// A call of a class of Python's own, which begins with a capital letter, or of what is known to make
    /// such a value: any other function may hand on what it was given.
    fn makes_own(&self, call: &'a ExprCall) -> bool {
        let is_class = |name: &str| {
            let last = name.rsplit('.').next().unwrap_or(name);
            last.starts_with(char::is_uppercase)
        };
        let callee = match &*call.func {
            Expr::Subscript(generic) => &generic.value,
            callee => callee,
        };
        match self.subject.resolver.meaning(callee.into()) {
            Meaning::Qualified(name) if !self.waits_itself(&name) => false,
            Meaning::Qualified(name) if is_class(&name) => true,
            _ => self.is_kind(call.into()),
        }
    }

    /// The expression makes a value of a kind that has a name.
    fn is_kind(&self, made: ExprRef<'a>) -> bool {
        let none = Captures::default();
        let rows = self.subject.kinds.rows.iter();
        let mut patterns = rows.flat_map(|row| &row.made_by);
        patterns.any(|pattern| fits_surely(pattern, made.into(), &none, self.subject))
    }

    /// An annotation names such a class that is no protocol, perhaps with None.
    fn names_own(&self, annotation: &'a Expr) -> bool {
        match annotation {
            Expr::BinOp(ExprBinOp {
                left,
                op: Operator::BitOr,
                right,
                ..
            }) => [left, right]
                .iter()
                .all(|it| it.is_none_literal_expr() || self.names_own(it)),
            Expr::Subscript(generic) => {
                let meaning = self.subject.resolver.meaning((&generic.value).into());
                match meaning {
                    Meaning::Qualified(name) if stdlib::is_optional(&name) => {
                        self.names_own(&generic.slice)
                    }
                    _ => self.names_own(&generic.value),
                }
            }
            named => {
                let meaning = self.subject.resolver.meaning(named.into());
                matches!(meaning, Meaning::Qualified(name)
                    if self.waits_itself(&name) && !stdlib::is_open(&name))
            }
        }
    }
}

/// A def that says only that another class is to write it.
fn only_raises(def: &StmtFunctionDef) -> bool {
    let mut body = def.body.iter().filter(|it| !is_docstring(it));
    matches!((body.next(), body.next()), (Some(Stmt::Raise(_)), None))
}

/// A call of a method of the own object that is not of this file.
fn is_other_method<'a>(subject: &Subject<'a>, id: NodeId, row: Option<&Lifecycle>) -> bool {
    let AnyNodeRef::ExprCall(call) = subject.tree.node(id) else {
        return false;
    };
    let Expr::Attribute(callee) = call.func.as_ref() else {
        return false;
    };
    let Some(class) = subject.resolver.class_of_self(callee) else {
        return false;
    };
    let is_framework = |base: &str| row.is_some_and(|row| row.is_of(base));
    let own = subject.resolver.local_callables(callee.into());
    own.is_empty()
        && match inherited(subject, class, &callee.attr, &is_framework) {
            // A function that somebody gave to the object.
            Inherited::Nothing => row.is_none_or(|row| row.classes.is_empty()),
            Inherited::Method(_) | Inherited::Unread { .. } => true,
        }
}
