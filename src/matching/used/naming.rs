//! Where a file names functions: by code, by a text that code reads, or in the examples of a docstring.

use ruff_python_ast::{AnyNodeRef, Expr, ExprRef, NodeKind};
use rustc_hash::FxHashSet;

use super::partly;
use crate::bind::resolve::Meaning;
use crate::bind::scope::{BindingKind, ScopeId};
use crate::bind::setters::NAMESPACE;
use crate::matching::answers::code::{NamedFunction, NamedFunctions};
use crate::matching::attribute::texts;
use crate::matching::given::calls;
use crate::matching::subject::Subject;
use crate::project::gift::Callee;
use crate::project::read_off::Use;
use crate::python::stdlib;
use crate::python::tree::NodeId;
use crate::python::word::words;

/// Returns where a file names functions.
pub(super) fn named_in(subject: &Subject) -> NamedFunctions {
    let all = subject.tree.ids().flat_map(|id| match named(subject, id) {
        Some(named) => in_code(subject, id, named).into_iter().collect(),
        None => {
            let examples = in_text(subject, id).into_iter();
            examples.map(NamedFunction::Example).collect::<Vec<_>>()
        }
    });
    NamedFunctions::new(all.collect())
}

/// Returns where a file has the name of a function, or another one under which it imports what is called so.
pub(in crate::matching) fn named_as(name: &str, subject: &Subject) -> Vec<NamedFunction> {
    let renamed = subject.names.imports().filter_map(|(_, binding)| {
        let is_it =
            matches!(binding.kind, BindingKind::FromImport { member, .. } if member == name);
        is_it.then_some(binding.name)
    });
    let mut names: FxHashSet<&str> = renamed.collect();
    names.insert(name);
    let ids = names.iter().flat_map(|it| of_name(subject, it));
    let code = ids.filter_map(|id| in_code(subject, id, named(subject, id)?));
    let calls_it = |it: &&Use| it.callees.iter().any(|it| it.name == name);
    let examples = examples(subject).iter().filter(calls_it).cloned();
    code.chain(examples.map(NamedFunction::Example)).collect()
}

/// Returns the nodes that name functions by a name, in source order.
pub(super) fn of_name(subject: &Subject, name: &str) -> Vec<NodeId> {
    let tree = subject.tree;
    let words = subject.words().get(name).into_iter().flatten().copied();
    // A text stands in a subscript, or among the arguments of a call.
    let around = |id: &NodeId| tree.ancestors(*id).take(2);
    let texts = texts(subject, name).iter().flat_map(around);
    let is_it = |id: &NodeId| named(subject, *id).is_some_and(|it| it.name() == name);
    let mut all: Vec<NodeId> = words.chain(texts).filter(is_it).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// What an expression names a function by.
pub(in crate::matching) enum Named<'a> {
    /// `f`, `x.f`.
    Code(ExprRef<'a>),
    /// `getattr(x, "f")`, `vars(x)["f"]`: the object, none for the file itself, and the name.
    Text(Option<&'a Expr>, &'a str),
}

/// Returns how an expression names what may be a function.
pub(in crate::matching) fn named<'a>(subject: &Subject<'a>, id: NodeId) -> Option<Named<'a>> {
    match subject.tree.node(id) {
        AnyNodeRef::ExprName(name) if name.ctx.is_load() => Some(Named::Code(name.into())),
        AnyNodeRef::ExprAttribute(it) if it.ctx.is_load() => Some(Named::Code(it.into())),
        AnyNodeRef::ExprCall(call) => {
            let [object, Expr::StringLiteral(name), ..] = &*call.arguments.args else {
                return None;
            };
            let meaning = subject.resolver.meaning((&call.func).into());
            let is_read = matches!(meaning, Meaning::Qualified(it) if stdlib::reads_attribute(&it));
            is_read.then_some(Named::Text(Some(object), name.value.to_str()))
        }
        AnyNodeRef::ExprSubscript(part) if part.ctx.is_load() => {
            let name = part.slice.as_string_literal_expr()?;
            let of = match &*part.value {
                Expr::Attribute(it) if it.attr.as_str() == NAMESPACE => Some(&*it.value),
                Expr::Call(call) => {
                    let name = subject.resolver.meaning((&call.func).into());
                    let binds = |it: &str| stdlib::BINDS_BY_TEXT.contains(&it);
                    if !matches!(name, Meaning::Qualified(it) if binds(&it)) {
                        return None;
                    }
                    call.arguments.args.first()
                }
                _ => return None,
            };
            Some(Named::Text(of, name.value.to_str()))
        }
        _ => None,
    }
}

impl<'a> Named<'a> {
    /// The last name as it stands there; none of other expressions.
    pub(in crate::matching) fn name(&self) -> &str {
        match self {
            Self::Code(ExprRef::Name(name)) => name.id.as_str(),
            Self::Code(ExprRef::Attribute(attribute)) => attribute.attr.as_str(),
            Self::Code(_) => "",
            Self::Text(_, name) => name,
        }
    }

    /// The defs that may be meant.
    pub(super) fn callees(self, subject: &Subject<'a>) -> Vec<Callee> {
        let found = match self {
            Self::Code(expression) => calls::callees(subject, expression),
            Self::Text(None, name) => return of_file(subject, name),
            Self::Text(Some(object), name) => calls::of_member(subject, object.into(), name),
        };
        found.into_iter().map(|(callee, _)| callee).collect()
    }
}

/// The defs of a name at the file's own level.
fn of_file(subject: &Subject, name: &str) -> Vec<Callee> {
    let bindings = subject.names.bindings_of(ScopeId::MODULE, name).iter();
    let bindings = bindings.map(|it| subject.names.binding(*it));
    let defs = bindings.filter(|it| matches!(it.kind, BindingKind::Function));
    defs.map(|it| calls::of_def(subject, it.node)).collect()
}

/// Returns the examples in the texts of a file.
fn examples<'s>(subject: &'s Subject) -> &'s [Use] {
    let find = || {
        let texts = subject.of_kind(NodeKind::ExprStringLiteral);
        texts.iter().flat_map(|id| in_text(subject, *id)).collect()
    };
    subject.answers.examples.get_or_init(find)
}

/// Returns the calls that read an attribute by a text that is no literal, in source order.
pub(in crate::matching) fn reads_by_text<'s>(subject: &'s Subject) -> &'s [NodeId] {
    let find = || {
        let calls = subject.of_kind(NodeKind::ExprCall);
        let reads = calls.iter().copied();
        reads
            .filter(|id| partly::read(subject, *id).is_some())
            .collect()
    };
    subject.answers.reads_by_text.get_or_init(find)
}

/// What code that names a function may mean; `None`: none of the project.
fn in_code<'a>(subject: &Subject<'a>, id: NodeId, named: Named<'a>) -> Option<NamedFunction> {
    let callees = named.callees(subject);
    (!callees.is_empty()).then_some(NamedFunction::Code(id, callees))
}

/// What the examples in a text call, which may be run and compared.
fn in_text(subject: &Subject, id: NodeId) -> Vec<Use> {
    let AnyNodeRef::ExprStringLiteral(text) = subject.tree.node(id) else {
        return Vec::new();
    };
    if !subject.tree.parent_node(id).is_stmt_expr() {
        return Vec::new();
    }
    let lines = text.value.to_str().lines().map(str::trim_start);
    let examples = lines.filter_map(|it| it.strip_prefix(">>>"));
    // What is no Python at the top of a file shows, and is not run.
    let run = examples.filter(|it| !it.contains("yield from") && !it.contains("await "));
    let of_line = |line: &str| {
        let called = words(line);
        let called = called.filter(|it| line.contains(&format!("{it}(")));
        let callees = called.map(|name| Callee {
            of: None,
            is_below: false,
            name: name.to_owned(),
        });
        Use {
            callees: callees.collect(),
            position: subject.source.position(subject.tree.range(id).start()),
            line: line.trim().to_owned(),
            handed_out_by: Vec::new(),
        }
    };
    run.map(of_line).collect()
}
