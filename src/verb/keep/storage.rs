//! Where a kept value is stored: an attribute, or a collection of them.

use ruff_python_ast::{AnyNodeRef, Expr, Stmt, StmtClassDef, StmtFunctionDef};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::annotation;
use super::hook::whole_start;
use super::kept::{Kept, self_of, written};
use crate::bind::ends::Ends;
use crate::matching::owner::{Holder, is_skipped};
use crate::matching::place::is_docstring;
use crate::matching::subject::Subject;
use crate::plan::need::{Line, Need};
use crate::python::tree::NodeId;
use crate::recipe::keep::Storage;
use crate::semantic::ways::may_leave_before;
use crate::text::below::lines_behind;
use crate::text::blank::{indentation, line_start};
use crate::text::edit::Edit;
use crate::verb::draft::Draft;
use crate::verb::fresh::first_free;
use crate::verb::refusal::Refusal;

/// The method in which an object gets its attributes.
const INIT: &str = "__init__";

/// Binds the value, and what must be there before.
pub(super) fn store<'a>(
    subject: &Subject<'a>,
    statement: NodeId,
    storage: &Storage,
    kept: &Kept<'a>,
    draft: &mut Draft,
) -> Result<(), Refusal> {
    if kept.owner.many {
        let empty = collect(subject, statement, storage, &kept.target(), draft)?;
        return begin_with(subject, statement, storage, kept, &empty, draft);
    }
    draft.edits.push(bound(subject, statement, &kept.target()));
    match &kept.owner.holder {
        Holder::Module(_) => {
            let line = format!("global {}", kept.name);
            draft.needs.push(Need::Line(first_in(subject, kept, line)?));
            begin_with(subject, statement, storage, kept, "None", draft)
        }
        // It is looked for where it ends.
        Holder::Attribute(..) => Ok(()),
        _ if kept.owner.may_lack => begin_with(subject, statement, storage, kept, "None", draft),
        _ => Ok(()),
    }
}

/// The first line of the function.
fn first_in(subject: &Subject, kept: &Kept, line: String) -> Result<Line, Refusal> {
    let method = kept.owner.method;
    let mut body = method.body.iter().filter(|it| !is_docstring(it));
    match body.next() {
        Some(first) if stands_below(subject, method) => Ok(Line {
            at: start(first),
            beside: start(first),
            behind: false,
            line,
            apart: 0,
        }),
        _ => Err(Refusal::OneLine {
            method: method.name.to_string(),
        }),
    }
}

/// Before the statement of the function's body around the site, or first of all where the function
/// may leave before.
fn before_site(
    subject: &Subject,
    statement: NodeId,
    kept: &Kept,
    line: String,
) -> Result<Line, Refusal> {
    let method = kept.owner.method;
    let site = subject.tree.range(statement);
    let around = method
        .body
        .iter()
        .find(|it| it.range().contains_range(site));
    match around {
        Some(around)
            if stands_below(subject, method)
                && !may_leave_before(subject, subject.tree.id(around)) =>
        {
            Ok(Line {
                at: start(around),
                beside: start(around),
                behind: false,
                line,
                apart: 0,
            })
        }
        _ => first_in(subject, kept, line),
    }
}

/// Above the function that begins it.
fn above(subject: &Subject, kept: &Kept, value: &str) -> Line {
    let at = whole_start(subject, kept.owner.method);
    Line {
        at,
        beside: at,
        behind: false,
        line: format!("{} = {value}", kept.name),
        apart: 2,
    }
}

/// The value's statement gives it to a target, instead of to nobody.
pub(super) fn bound(subject: &Subject, statement: NodeId, target: &str) -> Edit {
    let range = subject.tree.range(statement);
    let start = value_start(subject, statement);
    Edit::replacement(TextRange::new(range.start(), start), format!("{target} = "))
}

/// Where the value of a statement begins, its parentheses included.
fn value_start(subject: &Subject, statement: NodeId) -> TextSize {
    let tree = subject.tree;
    let range = tree.range(statement);
    match tree.node(statement) {
        AnyNodeRef::StmtAssign(assign) => {
            let value = tree.id(&*assign.value);
            let whole = crate::python::trivia::parenthesized(subject.module, tree, value);
            whole.unwrap_or(assign.value.range()).start()
        }
        _ => range.start(),
    }
}

/// The value goes into a collection, and leaves it when it is done; returns the empty one.
pub(super) fn collect(
    subject: &Subject,
    statement: NodeId,
    storage: &Storage,
    collection: &str,
    draft: &mut Draft,
) -> Result<String, Refusal> {
    let (text, range) = (subject.text(), subject.tree.range(statement));
    let after = subject.line_end(range.end());
    let line = TextRange::new(line_start(text, range.start()), after);
    let is_alone = text[TextRange::new(line.start(), range.start())]
        .trim()
        .is_empty();
    let behind = text[TextRange::new(range.end(), line.end())].trim();
    if !is_alone || !(behind.is_empty() || behind.starts_with('#')) {
        return Err(Refusal::SharesLine);
    }
    let scope = subject.names.scope_of(statement);
    let visible = subject.names.visible_names(scope);
    let one = first_free(std::slice::from_ref(&storage.one), |name| {
        visible.contains(name) || subject.names.is_taken(scope, name)
    })?;
    draft.edits.push(bound(subject, statement, &one));
    let captures = [("handle", one.as_str()), ("handles", collection)];
    let mut lines = Vec::new();
    for template in &storage.kept {
        lines.push(written(subject, statement, template, &captures, draft)?);
    }
    let base = indentation(text, range.start());
    draft.edits.push(lines_behind(text, after, base, &lines));
    written(subject, statement, &storage.collection, &[], draft)
}

/// It has a value before the site gives it one: in `__init__`, on the class, in the module, or in the
/// function.
fn begin_with<'a>(
    subject: &Subject<'a>,
    statement: NodeId,
    storage: &Storage,
    kept: &Kept<'a>,
    value: &str,
    draft: &mut Draft,
) -> Result<(), Refusal> {
    let line = match (kept.owner.class, &kept.owner.holder) {
        (Some(class), _) => of_class(subject, class, statement, storage, kept, value, draft)?,
        (None, Holder::Module(_)) => above(subject, kept, value),
        (None, Holder::Attribute(..) | Holder::Item(..)) => {
            let line = format!("{} = {value}", kept.target());
            before_site(subject, statement, kept, line)?
        }
        // A name of the function needs no more.
        _ => return Ok(()),
    };
    draft.needs.push(Need::Line(line));
    Ok(())
}

/// What is stored already begins as nothing: in `__init__`, or on the class.
pub(super) fn begin_stored<'a>(
    subject: &Subject<'a>,
    class: &'a StmtClassDef,
    statement: NodeId,
    kept: &Kept,
) -> Result<Line, Refusal> {
    match init_of(class) {
        Some(init) if !is_skipped(subject, class, INIT) => {
            in_init(subject, init, statement, kept, " = None")
        }
        _ => on_class(class, &kept.name, "None"),
    }
}

/// The method in which objects of a class get their attributes.
fn init_of(class: &StmtClassDef) -> Option<&StmtFunctionDef> {
    let mut methods = class.body.iter().filter_map(Stmt::as_function_def_stmt);
    methods.find(|method| method.name.as_str() == INIT)
}

/// In `__init__`, or on the class.
fn of_class<'a>(
    subject: &Subject<'a>,
    class: &'a StmtClassDef,
    statement: NodeId,
    storage: &Storage,
    kept: &Kept,
    value: &str,
    draft: &mut Draft,
) -> Result<Line, Refusal> {
    match init_of(class) {
        Some(init) if kept.owner.many || !is_skipped(subject, class, INIT) => {
            let annotation = annotation::in_init(subject, init, storage, kept, draft)?;
            let begins = format!("{annotation} = {value}");
            in_init(subject, init, statement, kept, &begins)
        }
        // Objects would share a collection.
        _ if !kept.owner.many => on_class(class, &kept.name, value),
        _ => Err(Refusal::NoInit {
            class: class.name.to_string(),
        }),
    }
}

/// At the end of `__init__`; before what returns, uses the object's methods, or is the site itself.
fn in_init(
    subject: &Subject,
    init: &StmtFunctionDef,
    statement: NodeId,
    kept: &Kept,
    value: &str,
) -> Result<Line, Refusal> {
    let name = self_of(init);
    let line = format!("{name}.{}{value}", kept.name);
    let site = subject.tree.range(statement);
    let is_early = |it: &&Stmt| it.range().contains_range(site) || may_leave(subject, it, name);
    if !stands_below(subject, init) || init.is_async {
        return Err(Refusal::NoInit {
            class: kept.owner.name().to_owned(),
        });
    }
    let before = init.body.iter().take_while(|it| !is_early(it)).last();
    let early = init.body.iter().find(is_early);
    let shares_line =
        |before: &Stmt| early.is_some_and(|early| start(early) <= subject.line_end(before.end()));
    // A comment above what is early stays there.
    let (beside, behind) = match (before.filter(|it| !shares_line(it)), early) {
        (Some(before), _) => (before, true),
        (None, early) => (early.unwrap_or(&init.body[0]), false),
    };
    Ok(Line {
        at: if behind { beside.end() } else { start(beside) },
        beside: start(beside),
        behind,
        line,
        apart: 0,
    })
}

/// Where a statement begins, its decorators included.
pub(super) fn start(statement: &Stmt) -> TextSize {
    let decorators = match statement {
        Stmt::FunctionDef(def) => def.decorator_list.first(),
        Stmt::ClassDef(def) => def.decorator_list.first(),
        _ => None,
    };
    decorators.map_or(statement.start(), Ranged::start)
}

/// A statement may end the method, or call one of its object.
fn may_leave(subject: &Subject, statement: &Stmt, name: &str) -> bool {
    let tree = subject.tree;
    let id = tree.id(statement);
    let mut nodes = tree.with_descendants(id);
    let calls = |id| match tree.node(id) {
        AnyNodeRef::ExprCall(call) => {
            let callee = call.func.as_attribute_expr();
            let owner = callee.and_then(|callee| callee.value.as_name_expr());
            owner.is_some_and(|owner| owner.id.as_str() == name)
        }
        _ => false,
    };
    subject.blocks.ends(id).may(Ends::RETURNS) || nodes.any(calls)
}

/// Before the first statement of the class, behind its docstring.
fn on_class(class: &StmtClassDef, name: &str, value: &str) -> Result<Line, Refusal> {
    let mut body = class.body.iter().filter(|it| !is_docstring(it));
    let Some(first) = body.next() else {
        return Err(Refusal::NoInit {
            class: class.name.to_string(),
        });
    };
    Ok(Line {
        at: start(first),
        beside: start(first),
        behind: false,
        line: format!("{name} = {value}"),
        apart: usize::from(matches!(first, Stmt::FunctionDef(_) | Stmt::ClassDef(_))),
    })
}

/// The body begins on a separate line.
pub(super) fn stands_below(subject: &Subject, method: &StmtFunctionDef) -> bool {
    let text = subject.text();
    let first = method.body.first().map_or(method.end(), Ranged::start);
    text[TextRange::new(line_start(text, first), first)]
        .trim()
        .is_empty()
}

/// The statement that does nothing but to make the value and drop it.
pub(super) fn statement(subject: &Subject, site: NodeId) -> Result<NodeId, Refusal> {
    let tree = subject.tree;
    let parent = tree.parent(site);
    let is_whole = match tree.node(parent) {
        AnyNodeRef::StmtExpr(_) => true,
        AnyNodeRef::StmtAssign(assign) => matches!(assign.targets.as_slice(), [Expr::Name(_)]),
        _ => false,
    };
    is_whole.then_some(parent).ok_or(Refusal::PartOfStatement)
}
