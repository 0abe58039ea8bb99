//! Where does a file drive what may be a coroutine?

use std::cell::LazyCell;
use std::path::{Path, PathBuf};

use ruff_python_ast::{AnyNodeRef, ExprAttribute, ExprCall, ExprRef};

use super::given::{Given, values};
use crate::bind::resolve::Meaning;
use crate::bind::scope::ScopeKind;
use crate::project::modules::is_of_python;
use crate::project::outline::{Reader, is_super};
use crate::project::world::World;
use crate::python::tree::NodeId;
use crate::python::word::whole_words;
use crate::source::cell::Position;

/// Gives the iterator that runs a coroutine.
const AWAIT: &str = "__await__";

/// Run it to its next step.
const STEPS: [&str; 2] = ["send", "throw"];

/// Tells the driver that the coroutine has ended.
const END: &str = "StopIteration";

/// What only hands on what drives it: what such a method does is done by who calls that.
const HANDS_ON: [&str; 3] = [AWAIT, "__iter__", "__next__"];

/// What drives a coroutine by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Driver {
    /// Its file.
    pub path: PathBuf,
    /// Where it stands there.
    pub position: Position,
    /// Whether it is seen that it drives this one; else it may.
    pub is_sure: bool,
}

/// What is still to be followed: where it was found, what it is, and for which driver.
pub(super) struct Step {
    pub(super) path: PathBuf,
    pub(super) given: Given,
    pub(super) driver: Driver,
    /// Only what surely is a coroutine counts: what drives may be something else.
    pub(super) is_strict: bool,
}

/// Returns whether a text may drive something.
pub(super) fn may_drive(bytes: &[u8]) -> bool {
    let has = |word: &str| memchr::memmem::find(bytes, word.as_bytes()).is_some();
    let ends = LazyCell::new(|| has(END));
    let mut steps = STEPS.iter().flat_map(|step| whole_words(bytes, step));
    has(AWAIT) || steps.any(|(_, after)| *ends || is_given_none_soon(after))
}

/// Returns whether `(None)` may follow, or a comment that hides it.
fn is_given_none_soon(after: &[u8]) -> bool {
    let is_between = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'(' | b'\\');
    let first = after.iter().position(|byte| !is_between(byte));
    let given = &after[first.unwrap_or(after.len())..];
    given.starts_with(b"None") || given.starts_with(b"#")
}

/// Returns what each driver of a file drives.
pub(super) fn drivers(reader: &Reader, path: &Path, world: World) -> Vec<Step> {
    let mut found = Vec::new();
    for id in reader.tree.ids() {
        let AnyNodeRef::ExprAttribute(attribute) = reader.tree.node(id) else {
            continue;
        };
        let Some(is_strict) = drives(reader, id, attribute) else {
            continue;
        };
        let driver = Driver {
            path: path.to_owned(),
            position: reader.source.position(reader.tree.range(id).start()),
            is_sure: false,
        };
        let driven = values(reader, path, world, (&attribute.value).into());
        found.extend(driven.into_iter().map(|given| Step {
            path: path.to_owned(),
            given,
            driver: driver.clone(),
            is_strict,
        }));
    }
    found
}

/// Returns whether an attribute drives what has it, and whether only a coroutine counts: `send` is also what
/// pipes and sockets have, which do not end as a coroutine does.
fn drives(reader: &Reader, id: NodeId, attribute: &ExprAttribute) -> Option<bool> {
    let name = attribute.attr.as_str();
    if name != AWAIT && !STEPS.contains(&name) || !attribute.ctx.is_load() {
        return None;
    }
    if hands_on(reader, id, name) || is_super(&attribute.value) {
        return None;
    }
    if name == AWAIT {
        return Some(false);
    }
    let call = reader.tree.call_of(id);
    let is_awaited =
        call.is_some_and(|it| reader.tree.parent_node(reader.tree.id(it)).is_expr_await());
    match ends(reader, id) {
        _ if is_awaited => None,
        true => Some(false),
        false => call.is_some_and(is_given_none).then_some(true),
    }
}

fn is_given_none(call: &ExprCall) -> bool {
    let arguments = &call.arguments;
    matches!(&*arguments.args, [only] if only.is_none_literal_expr())
        && arguments.keywords.is_empty()
}

/// A method of that name, or one by which it is awaited, or a generator that is made to be awaited.
fn hands_on(reader: &Reader, id: NodeId, name: &str) -> bool {
    let around = reader
        .tree
        .ancestors(id)
        .find_map(|id| match reader.tree.node(id) {
            AnyNodeRef::StmtFunctionDef(def) => Some(def),
            _ => None,
        });
    around.is_some_and(|def| {
        let own = def.name.as_str();
        let is_wrapped = || {
            let mut decorators = def.decorator_list.iter();
            decorators.any(|it| {
                let meaning = reader.resolver.meaning((&it.expression).into());
                matches!(meaning, Meaning::Qualified(name) if is_of_python(&name))
            })
        };
        let yields_from = || {
            reader
                .tree
                .parent_node(reader.tree.parent(id))
                .is_expr_yield_from()
        };
        own == name || HANDS_ON.contains(&own) || yields_from() && is_wrapped()
    })
}

/// The function around it speaks of how a coroutine ends.
fn ends<'a>(reader: &Reader<'_, 'a>, id: NodeId) -> bool {
    let names = reader.resolver.flow().names();
    let function = |id: NodeId| {
        let mut scopes = names.outwards(names.scope_of(id));
        scopes.find(|it| {
            let kind = names.scope(*it).kind;
            matches!(kind, ScopeKind::Module | ScopeKind::Function { .. })
        })
    };
    let own = function(id);
    names.references().iter().any(|it| {
        let is_it = |name: ExprRef<'a>| {
            matches!(reader.resolver.meaning(name), Meaning::Qualified(name) if name == END)
        };
        it.name == END
            && function(it.node) == own
            && reader.tree.node(it.node).as_expr_ref().is_some_and(is_it)
    })
}
