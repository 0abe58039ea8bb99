//! What a def yields → the one type of it, as an annotation would spell it.

use ruff_python_ast::{AnyNodeRef, ExprRef};
use ruff_text_size::Ranged;

use super::capture::{Captured, Captures};
use super::site::Site;
use super::subject::Subject;
use crate::bind::resolve::Meaning;
use crate::bind::value::Origin;
use crate::python::tree::NodeId;
use crate::recipe::Rule;
use crate::recipe::answer::Answer;

/// A type as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Type {
    text: String,
    /// Whether it is a type for sure, rather than what is called to make the value.
    is_sure: bool,
}

/// Binds the capture that the condition of a rule has for the type, where no pattern binds it.
pub(super) fn bind<'r, 'a>(
    subject: &Subject<'a>,
    rule: &'r Rule,
    node: NodeId,
    captures: &mut Captures<'r, 'a>,
) {
    let unbound = rule.yields().filter(|name| captures.find(name).is_none());
    let Some(name) = unbound else {
        return;
    };
    if let Some(found) = yielded(subject, node).filter(|found| found.is_sure) {
        captures.bind(name, Captured::Type(found.text));
    }
}

/// Returns whether what the def yields is of the type that a capture is.
pub(super) fn yields<'r>(name: &str, function: NodeId, site: Site<'_, 'r, '_>) -> Answer {
    let subject = site.subject;
    let wanted = match site.captures.find(name) {
        Some(Captured::Type(text)) => text.as_str(),
        Some(captured) => match captured.range() {
            Some(range) => &subject.text()[range],
            None => return Answer::Unknown,
        },
        None => return Answer::Unknown,
    };
    let found = yielded(subject, function);
    found.map_or(Answer::Unknown, |it| {
        (bare(&it.text) == bare(wanted)).into()
    })
}

/// A quoted type is the same type.
fn bare(text: &str) -> &str {
    text.trim_matches(['"', '\''])
}

/// The one type of all that a def yields.
fn yielded(subject: &Subject, function: NodeId) -> Option<Type> {
    let inside = subject.context.own_nodes(function);
    let values = inside.filter_map(|id| match subject.tree.node(id) {
        AnyNodeRef::ExprYield(it) => Some((id, it.value.as_deref())),
        _ => None,
    });
    let mut types = values.map(|(id, value)| {
        // What is sent to it has a type of its own.
        let is_statement = subject.tree.parent_node(id).is_stmt_expr();
        let found = match value {
            Some(value) => type_of(subject, function, value.into()),
            None => Some(builtin("None")),
        };
        found.filter(|_| is_statement)
    });
    let first = types.next()??;
    types
        .all(|other| other.as_ref() == Some(&first))
        .then_some(first)
}

fn builtin(name: &str) -> Type {
    Type {
        text: name.to_owned(),
        is_sure: true,
    }
}

fn type_of<'a>(subject: &Subject<'a>, function: NodeId, value: ExprRef<'a>) -> Option<Type> {
    let origins = subject.resolver.origins(value);
    let mut types = origins.iter().map(|it| of_origin(subject, function, it));
    let first = types.next()??;
    types
        .all(|other| other.as_ref() == Some(&first))
        .then_some(first)
}

fn of_origin<'a>(subject: &Subject<'a>, function: NodeId, origin: &Origin<'a>) -> Option<Type> {
    let tree = subject.tree;
    let written = |code: ExprRef<'a>, is_sure: bool| {
        let is_seen = means_the_same(subject, tree.id(code), function);
        is_seen.then(|| Type {
            text: subject.text()[code.range()].to_owned(),
            is_sure,
        })
    };
    match origin {
        Origin::Annotated(annotation) => written((*annotation).into(), true),
        Origin::Made(ExprRef::Call(call)) => {
            let callee = ExprRef::from(&call.func);
            let is_class = subject.resolver.local_class(callee).is_some();
            written(callee, is_class || is_builtin_class(subject, callee))
        }
        Origin::Entered(ExprRef::Call(call)) => written((&call.func).into(), false),
        Origin::Made(made) => literal(*made).map(builtin),
        _ => None,
    }
}

/// A call of one of these gives an object of that very class.
fn is_builtin_class<'a>(subject: &Subject<'a>, callee: ExprRef<'a>) -> bool {
    const CLASSES: [&str; 7] = [
        "bool",
        "bytearray",
        "bytes",
        "complex",
        "float",
        "int",
        "str",
    ];
    matches!(subject.resolver.meaning(callee),
        Meaning::Qualified(name) if CLASSES.contains(&name.as_str()))
}

/// Every name in the code means at the def's header what it means where it stands.
fn means_the_same(subject: &Subject, code: NodeId, function: NodeId) -> bool {
    let header = subject.names.scope_of(function);
    let inside = subject.tree.with_descendants(code);
    inside
        .filter_map(|id| match subject.tree.node(id) {
            AnyNodeRef::ExprName(name) => Some((id, name.id.as_str())),
            _ => None,
        })
        .all(|(id, name)| {
            let there = subject.names.lookup(subject.names.scope_of(id), name);
            there == subject.names.lookup(header, name)
        })
}

fn literal(value: ExprRef) -> Option<&'static str> {
    Some(match value {
        ExprRef::StringLiteral(_) | ExprRef::FString(_) => "str",
        ExprRef::BytesLiteral(_) => "bytes",
        ExprRef::BooleanLiteral(_) => "bool",
        ExprRef::NoneLiteral(_) => "None",
        ExprRef::NumberLiteral(number) if number.value.is_int() => "int",
        ExprRef::NumberLiteral(number) if number.value.is_float() => "float",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use crate::matching::tests::reasons;

    /// Compares the types that the defs of a text yield.
    #[track_caller]
    fn check(text: &str, types: &[&str]) {
        let rule = "match: async def $f, where: {function: {yields: $t}}, report: '{$t}'";
        let found = reasons(&format!("rules: [{{{rule}}}]"), Some((3, 11)), text);
        assert_eq!(found, types, "{text}");
    }

    #[test]
    fn literals_parameters_and_local_classes_are_known() {
        check(
            "async def f():\n    yield 'a'\n    yield f'{a}'\n",
            &["str"],
        );
        check("async def f():\n    yield\n", &["None"]);
        check("async def f(a):\n    yield str(a)\n", &["str"]);
        check(
            "async def f(a: list[int], *b: int):\n    yield a\n",
            &["list[int]"],
        );
        check(
            "class A: pass\nasync def f():\n    a = A()\n    yield a\n",
            &["A"],
        );
    }

    #[test]
    fn what_is_not_one_type_is_unknown() {
        check("async def f():\n    yield 1\n    yield 'a'\n", &[]);
        check("async def f(*a: int):\n    yield a\n", &[]);
        check("async def f():\n    a = yield 1\n", &[]);
        check("async def f(str):\n    yield str(1)\n", &[]);
        check("from m import A\nasync def f():\n    yield A()\n", &[]);
        check("async def f():\n    class A: pass\n    yield A()\n", &[]);
        check("async def f():\n    def g():\n        yield 1\n", &[]);
    }
}
