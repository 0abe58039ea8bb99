//! Where a node runs, what encloses it, and whether an `await` may stand there.

use ruff_python_ast::{AnyNodeRef, Stmt};

use super::capture::Captures;
use super::read_whole::{awaiting, comprehensions_around};
use super::site::{Evidence, Site};
use super::subject::Subject;
use crate::bind::block::BlockRole;
use crate::bind::context::{Frame, FrameKind};
use crate::bind::scope::ScopeKind;
use crate::python::tree::NodeId;
use crate::recipe::condition::{Enclosure, Place};
use crate::recipe::pattern::last_name;

/// Returns the innermost place.
pub(crate) fn place(subject: &Subject, node: NodeId) -> Place {
    subject
        .context
        .frames(node)
        .next()
        .map_or(Place::Script, |frame| of_frame(subject, frame))
}

/// Returns the place around the innermost; `None` at the top level.
pub(super) fn outer(subject: &Subject, node: NodeId) -> Option<Place> {
    subject
        .context
        .frames(node)
        .nth(1)
        .map(|frame| of_frame(subject, frame))
}

fn of_frame(subject: &Subject, frame: Frame) -> Place {
    match frame.kind {
        FrameKind::Module if subject.nature.runs_by_cell() => Place::Cell,
        FrameKind::Module => Place::Script,
        FrameKind::Class => Place::ClassBody,
        FrameKind::Function { is_async: true } => Place::Coroutine,
        FrameKind::Function { is_async: false } => Place::Function,
        FrameKind::Lambda => Place::Lambda,
        FrameKind::Generator => Place::Generator,
    }
}

/// Returns whether an `await` may stand at a node.
pub(crate) fn awaits_at(subject: &Subject, node: NodeId) -> bool {
    let none = Captures::default();
    let site = Site::at(subject, node, &none);
    can_await(site, &mut Evidence::default()).is_ok()
}

/// Why a comprehension in another one cannot await in older Pythons.
const NESTED: &str = "a nested comprehension cannot await before Python 3.11";

/// Returns whether an `await` compiles here and is awaited; otherwise the sentence that says why not.
pub(super) fn can_await(site: Site, evidence: &mut Evidence) -> Result<(), String> {
    let Site { subject, node, .. } = site;
    if subject.names.in_annotation(node) {
        return Err("an annotation cannot await".into());
    }
    if subject.names.scope(subject.names.scope_of(node)).kind == ScopeKind::TypeParameters {
        return Err("a type parameter cannot await".into());
    }
    let place = place(subject, node);
    if matches!(place, Place::Cell | Place::Coroutine) && comprehensions_around(subject, node) > 1 {
        evidence.asked_version = true;
        if subject.target.version < (3, 11) {
            return Err(NESTED.into());
        }
    }
    match place {
        Place::Coroutine => Ok(()),
        Place::Cell => magic_around(subject, node).map_or(Ok(()), Err),
        Place::Script => Err("the module level of a script cannot await".into()),
        Place::Lambda => Err("a lambda cannot await".into()),
        Place::Generator => Err(in_generator(subject, node)),
        Place::ClassBody => Err("a class body cannot await".into()),
        Place::Function => Err(in_function(subject, node)),
    }
}

/// Returns the plain def that would have to be a coroutine function for an `await` to stand at a node; the
/// sentence says why none would do.
pub(crate) fn function_to_await_in(subject: &Subject, node: NodeId) -> Result<NodeId, String> {
    let none = Captures::default();
    let node = awaiting(subject, node);
    match can_await(Site::at(subject, node, &none), &mut Evidence::default()) {
        Err(_) if place(subject, node) == Place::Function => {}
        Err(why) => return Err(why),
        Ok(()) => return Err("it awaits already".into()),
    }
    let is_nested = comprehensions_around(subject, node) > 1;
    if is_nested && subject.target.version < (3, 11) {
        return Err(NESTED.into());
    }
    let frame = subject.context.frames(node).next();
    frame
        .map(|frame| frame.node)
        .ok_or_else(|| "no function is around it".into())
}

fn in_generator(subject: &Subject, node: NodeId) -> String {
    let frame = subject.context.frames(node).next();
    // Between a call and what it is given stand its arguments.
    let given_to = frame.map(|frame| subject.tree.parent_node(subject.tree.parent(frame.node)));
    let reader = given_to.and_then(|node| match node {
        AnyNodeRef::ExprCall(call) => last_name(&call.func),
        _ => None,
    });
    let made = "an await would make the generator expression async";
    reader.map_or(made.into(), |reader| {
        format!("{made}, which {reader}() cannot read")
    })
}

fn in_function(subject: &Subject, node: NodeId) -> String {
    let function = subject.context.enclosing_function(node);
    let name = function.map_or("", |id| defined_name(subject, id));
    match function.is_some_and(|id| subject.context.is_method(id)) {
        true => format!("the sync method `{name}` cannot await"),
        false => format!("the sync function `{name}` cannot await"),
    }
}

/// The magic that keeps a cell's code from awaiting.
fn magic_around(subject: &Subject, node: NodeId) -> Option<String> {
    let range = subject.tree.range(node);
    for magic in subject.module.magics() {
        let runs_it = magic.body.is_some_and(|body| body.contains_range(range));
        if runs_it && magic.name.starts_with("%%") {
            return Some(format!(
                "the {} magic runs its body without top-level await",
                magic.name
            ));
        }
        if runs_it {
            return Some(format!("the {} magic cannot await", magic.name));
        }
        if magic.name == "%autoawait"
            && magic.line.start() < range.start()
            && switches_off(subject, magic.line)
        {
            return Some("`%autoawait` is off here, or uses another event loop".into());
        }
    }
    None
}

/// Returns why a cell behind all others could not await.
pub(super) fn keeps_last_cell_from_awaiting(subject: &Subject) -> Option<String> {
    let switches = subject.module.magics().iter();
    let mut switches = switches.filter(|magic| magic.name == "%autoawait");
    let is_off = switches.any(|magic| switches_off(subject, magic.line));
    is_off.then(|| "`%autoawait` is off there, or uses another event loop".into())
}

fn switches_off(subject: &Subject, line: ruff_text_size::TextRange) -> bool {
    let argument = subject.text()[line]
        .split_whitespace()
        .last()
        .unwrap_or_default();
    !matches!(argument, "%autoawait" | "True" | "true" | "on" | "asyncio")
}

/// Iterates over the nodes around a site, inside its innermost function.
pub(super) fn inside_function<'s>(
    subject: &'s Subject,
    node: NodeId,
) -> impl Iterator<Item = NodeId> + 's {
    let function = subject.context.enclosing_function(node);
    subject
        .tree
        .ancestors(node)
        .take_while(move |id| Some(*id) != function)
}

/// Iterates over the blocks around a site, innermost first, inside its innermost function.
pub(super) fn blocks<'s>(
    subject: &'s Subject,
    node: NodeId,
) -> impl Iterator<Item = BlockRole> + 's {
    subject
        .context
        .enclosing_statements(node)
        .map(|around| around.role)
}

/// Returns whether a block is what a `within` word means.
pub(super) fn is_block(block: BlockRole, wanted: &Enclosure) -> bool {
    match wanted {
        Enclosure::Loop => block == BlockRole::Loop,
        Enclosure::Try => block == BlockRole::Try,
        Enclosure::Except => block == BlockRole::Except,
        Enclosure::Finally => block == BlockRole::Finally,
        Enclosure::MainGuard | Enclosure::Pattern(_) => false,
    }
}

/// Returns whether an expression is what a call calls.
pub(super) fn is_called(reference: NodeId, subject: &Subject) -> bool {
    match subject.tree.parent_node(reference) {
        AnyNodeRef::ExprCall(call) => subject.tree.id(&*call.func) == reference,
        _ => false,
    }
}

/// The line in which a node begins.
pub(super) fn line_of(subject: &Subject, node: NodeId) -> String {
    let start = subject.tree.range(node).start();
    subject.source.position(start).words()
}

/// A string that stands alone.
pub(crate) fn is_docstring(statement: &Stmt) -> bool {
    matches!(statement, Stmt::Expr(it) if it.value.is_string_literal_expr())
}

/// Returns the name of a def or class; empty for other nodes.
pub(crate) fn defined_name<'a>(subject: &Subject<'a>, definition: NodeId) -> &'a str {
    match subject.tree.node(definition) {
        AnyNodeRef::StmtFunctionDef(function) => function.name.as_str(),
        AnyNodeRef::StmtClassDef(class) => class.name.as_str(),
        _ => "",
    }
}
