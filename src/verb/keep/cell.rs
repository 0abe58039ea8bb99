//! A notebook keeps the value: its variable begins in the cell, and one last cell ends it.

use ruff_python_ast::{AnyNodeRef, Expr, Stmt};
use ruff_text_size::{Ranged, TextLen, TextRange, TextSize};

use super::already::{shared, uses};
use super::end::lines_at;
use super::kept::written;
use super::name;
use super::running as runs;
use super::storage::{bound, collect, start, statement};
use super::waiting;
use crate::bind::context::FrameKind;
use crate::matching::Match;
use crate::matching::capture::Captures;
use crate::matching::owner::{Notebook, running};
use crate::matching::subject::Subject;
use crate::matching::unify::{fits_surely, unify};
use crate::plan::need::{Ending, EndingPlace, Line, Need};
use crate::python::tree::NodeId;
use crate::recipe::condition::Guarded;
use crate::recipe::keep::{Keep, Storage};
use crate::recipe::pattern::Pattern;
use crate::source::FileKind;
use crate::source::cell::{Cell, CellKind, cell_at};
use crate::source::marker::{Around, around_last_cell};
use crate::text::blank::{blank_lines_before, count_lines, line_start, on_one_line};
use crate::verb::draft::Draft;
use crate::verb::fresh::Given;
use crate::verb::layout::Layout;
use crate::verb::refusal::Refusal;

/// What the last cell is called, where cells have titles.
const TITLE: &str = "cleanup";

/// Drafts what keeps the value of a match in the notebook, and what ends it.
pub(super) fn keep<'a>(
    subject: &Subject<'a>,
    found: &Match<'_, 'a>,
    (keep, storage): (&Keep, &Storage),
    notebook: &Notebook,
    given: &mut Given,
    draft: &mut Draft,
) -> Result<(), Refusal> {
    let statement = statement(subject, found.node)?;
    runs::check_stops(subject, &keep.end, &running(subject, found.node))?;
    check(subject, found.node, keep)?;
    let name = name::of_notebook(subject, found, storage, notebook.many, given)?;
    let value = match notebook.many {
        true => Some(collect(subject, statement, storage, &name, draft)?),
        false => {
            draft.edits.push(bound(subject, statement, &name));
            notebook.may_lack.then(|| "None".to_owned())
        }
    };
    if let Some(value) = value {
        let line = begins(
            subject,
            statement,
            format!("{name} = {value}"),
            notebook.many,
        );
        draft.needs.extend(line.map(Need::Line));
    }
    end(subject, statement, keep, notebook, name, draft)
}

fn end(
    subject: &Subject,
    statement: NodeId,
    keep: &Keep,
    notebook: &Notebook,
    name: String,
    draft: &mut Draft,
) -> Result<(), Refusal> {
    let inside = spelled_at(subject, statement);
    let one = match notebook.many {
        true => waiting::free(subject, inside, std::slice::from_ref(&keep.end.one))?,
        false => name.clone(),
    };
    let each = written(subject, inside, &keep.end.each, &[("handle", &one)], draft)?;
    let then = waiting::plain(subject, inside, &keep.end, draft)?;
    draft.needs.push(Need::Ending(Box::new(Ending {
        of: (TextSize::new(0), "the last cell".to_owned()),
        place: place(subject, keep),
        each,
        one: notebook.many.then_some(one),
        there: notebook.may_lack.then(|| name.clone()),
        // Each line of the last cell is about what cells keep: a list would be one more variable of theirs.
        listed: None,
        gone: notebook.may_lack.then(|| format!("{name} = None")),
        target: name,
        then,
        known_by: None,
    })));
    Ok(())
}

/// The statement above which the variable begins: the one of the cell that holds the site; of a
/// collection the function that runs, so that the cell may run again and keeps what is there.
pub(super) fn beginning<'a>(
    subject: &Subject<'a>,
    statement: NodeId,
    is_collection: bool,
) -> Option<&'a Stmt> {
    let range = subject.tree.range(statement);
    let mut nodes = subject.tree.with_descendants(statement);
    let site = nodes.find(|id| subject.tree.node(*id).is_expr_call())?;
    let cell = |at| cell_at(subject.module.cells(), at).map(|cell| cell.number);
    let holds = |range: TextRange| {
        let mut top = subject.module.statements();
        top.find(|it| it.range().contains_range(range))
    };
    let in_function = subject.context.enclosing_function(site).is_some();
    let runs = running(subject, site).first().copied();
    let runs = runs.filter(|_| is_collection);
    let runs = runs.and_then(|function| holds(subject.tree.range(function)));
    let is_before = |it: &&Stmt| {
        let mut bodies = subject
            .module
            .magics()
            .iter()
            .filter_map(|magic| magic.body);
        let is_free = bodies.all(|body| !body.contains_range(it.range()));
        let is_apart = in_function || cell(it.start()) != cell(range.start());
        is_free && is_apart && it.end() < range.start()
    };
    runs.filter(is_before).or_else(|| holds(range))
}

/// The line with which the variable begins.
fn begins(subject: &Subject, statement: NodeId, line: String, is_collection: bool) -> Option<Line> {
    let top = beginning(subject, statement, is_collection)?;
    let (text, at) = (subject.text(), start(top));
    let cell = cell_at(subject.module.cells(), at);
    let blank = blank_lines_before(
        text,
        line_start(text, at),
        cell.map_or_else(Default::default, |cell| cell.range.start()),
    );
    let n_above = count_lines(&text[TextRange::new(blank, at)]);
    let is_definition = matches!(top, Stmt::FunctionDef(_) | Stmt::ClassDef(_));
    Some(Line {
        at,
        beside: at,
        behind: false,
        line,
        apart: if is_definition {
            n_above.clamp(1, 2)
        } else {
            0
        },
    })
}

/// Where names mean what they mean in the last cell: at the site, unless its function imports for itself;
/// then at the last statement of the cells.
fn spelled_at(subject: &Subject, statement: NodeId) -> NodeId {
    let tree = subject.tree;
    let function = subject.context.enclosing_function(statement);
    let imports = |id: NodeId| {
        let node = tree.node(id);
        node.is_stmt_import() || node.is_stmt_import_from()
    };
    match function.is_some_and(|function| tree.descendants(function).any(imports)) {
        true => tree.children(NodeId::ROOT).last().unwrap_or(statement),
        false => statement,
    }
}

/// Checks that no cell behind the site tells the value to end, unless one waits for it after that.
fn check<'a>(subject: &Subject<'a>, site: NodeId, keep: &Keep) -> Result<(), Refusal> {
    let from = subject.tree.range(site).end();
    let runs_behind = |id: &NodeId| {
        let frame = subject.context.frames(*id).next();
        let is_behind = subject.tree.range(*id).start() >= from;
        is_behind && frame.is_some_and(|frame| frame.kind == FrameKind::Module)
    };
    let mut ended = None;
    for id in subject.tree.ids().filter(runs_behind) {
        if explained(subject, site, keep, &keep.end.waited_by, id).is_some() {
            ended = None;
        } else if let Some(because) = explained(subject, site, keep, &keep.end.ended_by, id) {
            ended = Some((id, because));
        }
    }
    let Some((id, because)) = ended else {
        return Ok(());
    };
    let code = &subject.text()[subject.tree.range(id)];
    Err(Refusal::EndedAlready {
        by: "the notebook".to_owned(),
        code: on_one_line(code),
        because: because.to_owned(),
    })
}

/// What a node means for the value, if it fits one of the patterns.
fn explained<'r, 'a>(
    subject: &Subject<'a>,
    site: NodeId,
    keep: &'r Keep,
    patterns: &'r [(Guarded, String)],
    id: NodeId,
) -> Option<&'r str> {
    let none = Captures::default();
    // What the value is given, and what runs.
    let places = [vec![site], running(subject, site)].concat();
    let means = |(pattern, _): &&(Guarded, String)| {
        let fit = unify(&pattern.pattern, subject.tree.node(id), &none, subject);
        fit.is_some_and(|fit| match shared(&fit) {
            Some(shared) => (shared.iter()).any(|it| uses(subject, &places, *it).next().is_some()),
            // To list all values does not end them.
            None => fit.unsure.is_none() && cancels_beside(subject, keep, id),
        })
    };
    patterns
        .iter()
        .find(means)
        .map(|(_, because)| because.as_str())
}

/// The same cell tells something to end.
fn cancels_beside(subject: &Subject, keep: &Keep, id: NodeId) -> bool {
    let cell = cell_at(subject.module.cells(), subject.tree.range(id).start());
    let inside = |id: &NodeId| {
        let range = subject.tree.range(*id);
        cell.is_some_and(|cell| cell.range.contains_range(range))
    };
    let mut ids = subject.tree.ids().filter(inside);
    ids.any(|id| fits(subject, &keep.end.ends[0], subject.tree.node(id)))
}

/// Where the lines stand: behind those of a last cell that does nothing but this, or in a cell of their
/// own.
fn place(subject: &Subject, keep: &Keep) -> EndingPlace {
    let text = subject.text();
    let layout = Layout::at(subject, text.text_len());
    let (at, Around { before, after }, is_cell) = match last_ending(subject, keep) {
        Some(last) => (subject.line_end(last.end()), Around::new("", ""), false),
        None if subject.source.kind() == FileKind::Notebook => {
            (text.text_len(), Around::new("\n", ""), true)
        }
        None => {
            let around = around_last_cell(text, subject.module.cells(), TITLE);
            (text.text_len(), around, true)
        }
    };
    EndingPlace {
        before,
        after,
        base: String::new(),
        is_cell,
        ..lines_at(TextRange::empty(at), &layout)
    }
}

/// The last statement of the last cell, if that does nothing but to end such values.
fn last_ending<'a>(subject: &Subject<'a>, keep: &Keep) -> Option<&'a Stmt> {
    let is_code = |cell: &&Cell| cell.kind != CellKind::Prose;
    let last = subject.module.cells().iter().rfind(is_code)?;
    let inside = |it: &&Stmt| last.range.contains_range(it.range());
    let body: Vec<&Stmt> = subject.module.statements().filter(inside).collect();
    let cancels = |statement: &&Stmt| {
        let mut nodes = subject.tree.descendants(subject.tree.id(*statement));
        nodes.any(|id| fits(subject, &keep.end.ends[0], subject.tree.node(id)))
    };
    let only_ends = body.iter().all(|it| ends(subject, keep, it));
    (only_ends && body.iter().any(cancels)).then(|| body.last().copied())?
}

/// A statement as those of a teardown.
fn ends<'a>(subject: &Subject<'a>, keep: &Keep, statement: &'a Stmt) -> bool {
    let all_end = |body: &'a [Stmt]| body.iter().all(|it| ends(subject, keep, it));
    match statement {
        Stmt::Expr(it) => ends_all(subject, keep, &it.value) || is_end(subject, keep, &it.value),
        Stmt::For(it) => it.orelse.is_empty() && all_end(&it.body),
        Stmt::If(it) => it.elif_else_clauses.is_empty() && all_end(&it.body),
        Stmt::Assign(it) => it.value.is_none_literal_expr() || ends_all(subject, keep, &it.value),
        _ => false,
    }
}

/// `[$handle.stop() for $handle in $handles]`: a loop in one line.
fn ends_all<'a>(subject: &Subject<'a>, keep: &Keep, value: &'a Expr) -> bool {
    match value {
        Expr::ListComp(it) => is_end(subject, keep, &it.elt),
        Expr::SetComp(it) => is_end(subject, keep, &it.elt),
        _ => false,
    }
}

fn is_end<'a>(subject: &Subject<'a>, keep: &Keep, value: &'a Expr) -> bool {
    let mut patterns = keep.end.ends.iter();
    patterns.any(|pattern| fits(subject, pattern, AnyNodeRef::from(value)))
}

fn fits<'a>(subject: &Subject<'a>, pattern: &Pattern, node: AnyNodeRef<'a>) -> bool {
    fits_surely(pattern, node, &Captures::default(), subject)
}
