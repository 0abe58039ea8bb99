//! Does a teardown wait for nothing but for ends that are read? What it waits for may need what is
//! ended before it.

use ruff_python_ast::{AnyNodeRef, Expr, ExprCall, StmtClassDef, StmtFunctionDef};
use ruff_text_size::{Ranged, TextSize};

use super::{first_line, gives_turn};
use crate::matching::answers::owned::{Owner, Teardown};
use crate::matching::owner::waits::{is_in_loop, waited};
use crate::matching::place::line_of;
use crate::matching::subject::Subject;
use crate::project::outline::{calls_base, is_super};
use crate::project::{definition, is_of_python};
use crate::python::tree::{NodeId, Tree};
use crate::semantic::class::{Class, Method, Named};

/// Returns why the end of the owner may wait for what it ends first; `None`: it does not.
pub(in crate::matching::owner) fn why_not<'a>(
    subject: &Subject<'a>,
    owner: &Owner<'a>,
) -> Option<String> {
    let mut ending = Ending {
        subject,
        owner,
        seen: Vec::new(),
    };
    let from = match owner.teardown {
        Teardown::Behind(_, yields) => yields.end(),
        _ => TextSize::default(),
    };
    let mut defs = owner.ending(subject).into_iter();
    let doubt = defs.find_map(|def| ending.doubt_in(def, from));
    if let Some(id) = doubt {
        let (by, line) = (owner.teardown.label(), line_of(subject, id));
        return Some(format!(
            "{by} reaches `{}` in {line}",
            first_line(subject, id)
        ));
    }
    match (owner.teardown, owner.class) {
        (Teardown::Override(name), Some(class)) if ending.base_waits(class, name) => {
            Some(format!("`{name}` of a base class waits for something"))
        }
        _ => None,
    }
}

/// What ends an owner, as far as it was looked at.
struct Ending<'s, 'a> {
    subject: &'s Subject<'a>,
    owner: &'s Owner<'a>,
    seen: Vec<NodeId>,
}

impl<'a> Ending<'_, 'a> {
    /// The first node of a def behind a place that waits for what is not read.
    fn doubt_in(&mut self, def: &'a StmtFunctionDef, from: TextSize) -> Option<NodeId> {
        let tree = self.subject.tree;
        let function = tree.id(def);
        if self.seen.contains(&function) {
            return None;
        }
        self.seen.push(function);
        let own = self.subject.context.own_nodes(function);
        let own: Vec<NodeId> = own.filter(|id| tree.range(*id).start() >= from).collect();
        own.into_iter().find(|id| match tree.node(*id) {
            AnyNodeRef::ExprAwait(it) => {
                is_in_loop(self.subject, *id) || !self.is_read_end(&it.value)
            }
            node => !waited(node).is_empty(),
        })
    }

    /// What is awaited gives others their turn, is a def of this file that waits for no more, or is the
    /// end of a base class.
    fn is_read_end(&mut self, value: &'a Expr) -> bool {
        let Expr::Call(call) = value else {
            return false;
        };
        if let (Some(class), Some(name)) = (self.owner.class, method_of_super(call)) {
            return !self.base_waits(class, name);
        }
        let defs = self.subject.resolver.local_callables((&call.func).into());
        let waits = |def: AnyNodeRef<'a>| match def {
            AnyNodeRef::StmtFunctionDef(def) => self.doubt_in(def, TextSize::default()).is_some(),
            _ => true,
        };
        match defs.is_empty() {
            true => gives_turn(self.subject, call),
            false => !defs.into_iter().any(waits),
        }
    }

    /// A method of that name in a base class waits, or is not read. What the lifecycle itself says of a class
    /// is known.
    fn base_waits(&mut self, class: &'a StmtClassDef, name: &str) -> bool {
        for base in self.subject.above(class) {
            let (waits, goes_on) = match (base.method(name), &base) {
                (Some(Method::Here(def)), _) => (
                    self.doubt_in(def, TextSize::default()).is_some(),
                    calls_base(self.subject.tree, def),
                ),
                (Some(Method::There(class, header)), _) => {
                    (self.waits_there(class, name), header.calls_base)
                }
                (None, Class::Here(_)) => (false, true),
                (None, Class::Named(named)) => (!self.is_known(named), true),
                (None, Class::Unread(_)) => (true, false),
            };
            if waits || !goes_on {
                return waits;
            }
        }
        false
    }

    fn is_known(&self, named: &Named) -> bool {
        let name = &named.qualified;
        named.in_project().is_some() || self.owner.row.is_of(name) || is_of_python(name)
    }

    /// The method of a class of another file waits, or is not read.
    fn waits_there(&self, class: &definition::Class, name: &str) -> bool {
        let waits = |tree: &Tree| method_waits(tree, &class.name, name);
        self.subject.of_tree(&class.path, waits).unwrap_or(true)
    }
}

/// A method of a class of that name waits for anything.
fn method_waits(tree: &Tree, class: &str, name: &str) -> bool {
    let ids = tree.descendants(NodeId::ROOT);
    let mut methods = ids.filter(|id| match tree.node(*id) {
        AnyNodeRef::StmtFunctionDef(it) => {
            it.name.as_str() == name
                && matches!(tree.parent_node(*id), AnyNodeRef::StmtClassDef(it) if it.name.as_str() == class)
        }
        _ => false,
    });
    methods.any(|method| {
        let mut nodes = tree.descendants(method);
        nodes.any(|id| !waited(tree.node(id)).is_empty())
    })
}

/// The method that `super().method(…)` calls.
fn method_of_super(call: &ExprCall) -> Option<&str> {
    let callee = call.func.as_attribute_expr()?;
    is_super(&callee.value).then_some(callee.attr.as_str())
}
