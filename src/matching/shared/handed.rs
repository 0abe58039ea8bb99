//! What a method of an object gave, and another one of it is given back: `n = store.get()`, then `store.put(n + 1)`.

use ruff_python_ast::{AnyNodeRef, Expr, ExprCall, ExprRef};
use ruff_text_size::{Ranged, TextSize};
use rustc_hash::FxHashMap;

use super::accesses::shared_state;
use super::changed::is_of_one_task;
use crate::bind::resolve::Meaning;
use crate::bind::scope::BindingKind;
use crate::bind::value::Origin;
use crate::matching::answers::state::{Access, Key};
use crate::matching::subject::Subject;
use crate::python::tree::NodeId;
use crate::semantic::call::Target;

/// The calls of an object's methods, where one is given what came from another, which writes it. Of the object
/// that a method belongs to, what the other one reads has its name: `self.load`.
pub(super) fn handed_back<'a>(
    subject: &Subject<'a>,
    nodes: impl Iterator<Item = NodeId>,
) -> Vec<(Key<'a>, Access)> {
    let calls = nodes.filter_map(|node| method_call(subject, node));
    let is_of_self = |(call, _): &(&ExprCall, &str)| is_receiver(subject, call);
    let (own, others): (Vec<_>, Vec<_>) = calls.partition(is_of_self);
    let mut accesses = of_others(subject, others);
    for (call, object) in own.into_iter().filter(|(call, _)| acts(subject, call)) {
        for source in sources(subject, subject.tree.id(&call.arguments), object) {
            let method = source.func.as_attribute_expr();
            let key = Key {
                object: Some(object),
                name: method.map(|it| it.attr.as_str()),
            };
            accesses.push((key, access(subject, source, false)));
            accesses.push((key, access(subject, call, true)));
        }
    }
    accesses
}

/// Objects of which nothing else is known: each call of a method reads one.
fn of_others<'a>(
    subject: &Subject<'a>,
    calls: Vec<(&'a ExprCall, &'a str)>,
) -> Vec<(Key<'a>, Access)> {
    let back = |(call, object): &&(&'a ExprCall, &'a str)| {
        let arguments = subject.tree.id(&call.arguments);
        !sources(subject, arguments, object).is_empty()
    };
    let is_shared = |(call, _): &(&ExprCall, &str)| {
        let object = call
            .func
            .as_attribute_expr()
            .map(|it| subject.tree.id(&*it.value));
        object.is_none_or(|it| !is_of_one_task(subject, it))
    };
    let calls: Vec<_> = calls.into_iter().filter(is_shared).collect();
    let written: FxHashMap<&str, TextSize> = (calls.iter().filter(back))
        .map(|(call, object)| (*object, call.start()))
        .collect();
    let accesses = calls.into_iter().filter_map(|(call, object)| {
        let access = access(subject, call, call.start() == *written.get(object)?);
        let state = call.func.as_attribute_expr().map(|it| &*it.value)?;
        let state = shared_state(subject, subject.tree.id(state));
        let key = state.map_or(Key::of_name(object), |(_, key)| key);
        Some((key, access))
    });
    accesses.collect()
}

fn access(subject: &Subject, call: &ExprCall, writes: bool) -> Access {
    Access {
        node: subject.tree.id(call),
        at: call.end(),
        writes,
        sets: false,
        takes: false,
        augments: None,
    }
}

/// A call of a method, and how the object is spelled, unless it was made here.
fn method_call<'a>(subject: &Subject<'a>, node: NodeId) -> Option<(&'a ExprCall, &'a str)> {
    let AnyNodeRef::ExprCall(call) = subject.tree.node(node) else {
        return None;
    };
    let method = call.func.as_attribute_expr()?;
    let object = ExprRef::from(&method.value);
    let is_own = |origin: &Origin| {
        matches!(origin, Origin::Made(made) if made.is_literal_expr()
            || made.is_list_expr() || made.is_dict_expr() || made.is_set_expr())
    };
    let origins = subject.resolver.origins(object);
    let is_own = !origins.is_empty() && origins.iter().all(is_own);
    let is_module = matches!(subject.resolver.meaning(object), Meaning::Qualified(_));
    (!is_own && !is_module).then(|| (call, &subject.text()[object.range()]))
}

/// Returns whether a method is called on the object that the function around belongs to.
fn is_receiver(subject: &Subject, call: &ExprCall) -> bool {
    let object = call.func.as_attribute_expr().map(|it| &*it.value);
    let object = object.and_then(Expr::as_name_expr);
    object.is_some_and(|name| subject.resolver.receiver(name).is_some())
}

/// Returns whether a method may keep what it is given. What a method of the file does to attributes is known by their
/// names; of what is behind it tells that it is called for its effect, or calls something so.
fn acts<'a>(subject: &Subject<'a>, call: &'a ExprCall) -> bool {
    let tree = subject.tree;
    let is_told = match tree.parent_node(tree.id(call)) {
        AnyNodeRef::ExprAwait(awaited) => tree.parent_node(tree.id(awaited)).is_stmt_expr(),
        parent => parent.is_stmt_expr(),
    };
    let acts = |node| match tree.node(node) {
        AnyNodeRef::StmtExpr(it) => !it.value.is_string_literal_expr(),
        node => node.is_stmt_with(),
    };
    let known = subject.targets((&*call.func).into());
    let mut bodies = known.iter().map(|it| match it {
        Target::Here(def) => Some(tree.id(*def)),
        Target::There(_) | Target::Outside(_) => None,
    });
    let may_act =
        |body: Option<NodeId>| body.is_none_or(|body| subject.context.nodes_of(body).any(acts));
    is_told || known.is_empty() || bodies.any(may_act)
}

/// Returns the calls of an object's methods that gave what names in the code stand for.
fn sources<'a>(subject: &Subject<'a>, code: NodeId, object: &str) -> Vec<&'a ExprCall> {
    let names = subject.tree.descendants(code);
    let names = names.filter(|id| subject.tree.node(*id).is_expr_name());
    let bindings = names.flat_map(|name| subject.flow.reaching(name).bindings);
    let values = bindings.filter_map(|id| match subject.names.binding(id).kind {
        BindingKind::Assignment { value, .. } | BindingKind::Unpacking { value } => Some(value),
        _ => None,
    });
    let inside = values.flat_map(|value| subject.tree.with_descendants(value));
    let calls = inside.filter_map(|id| method_call(subject, id));
    let calls = calls.filter(|(_, of)| *of == object);
    calls.map(|(call, _)| call).collect()
}

#[cfg(test)]
mod tests {
    use crate::matching::tests::check_condition;

    /// A method of `Bot`, with one site.
    #[track_caller]
    fn check(body: &str, expected: bool) {
        let methods = "class Bot(lib.Base):\n    def load(self):\n        return open(1).read()\n    def save(self, rows):\n        with open(1) as file:\n            file.write(rows)\n    def send(self, rows):\n        rows.send()\n        return 1\n    def shown(self, rows):\n        return [rows]\n    async def run(self, other):\n        rows = self.load()\n        more = other.load()\n";
        let text = format!("import lib\n{methods}        g(1)\n        {body}\n");
        let lines: &[usize] = if expected { &[1] } else { &[] };
        let condition = "read-before-written-after: called";
        check_condition("g($at)", condition, &text, lines);
    }

    #[test]
    fn what_a_method_gave_another_one_may_keep() {
        for body in [
            "self.save(rows)",
            "await self.shown(rows)",
            "return self.save(rows)",
            "return self.send(rows)",
            "return self.unknown(rows)",
            "return other.keep(more)",
        ] {
            check(body, true);
        }
    }

    #[test]
    fn a_method_that_gives_a_value_keeps_nothing() {
        for body in [
            "return self.shown(rows)",
            "self.other = self.shown(2)",
            "self.save(2)",
            "return other.keep(rows)",
        ] {
            check(body, false);
        }
    }
}
