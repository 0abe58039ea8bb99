//! Definitions at the module's own level, one for all changes of the file: `add` with `at: module`.

use ruff_python_ast::{AnyNodeRef, Stmt};
use ruff_text_size::{TextRange, TextSize};

use super::add::written;
use super::draft::Draft;
use super::fresh::{first_free, wishes};
use super::layout::Layout;
use super::refusal::Refusal;
use crate::bind::scope::ScopeId;
use crate::matching::Match;
use crate::matching::definition::defined;
use crate::matching::subject::Subject;
use crate::plan::need::{Definition, Need};
use crate::python::cut::container;
use crate::python::tree::NodeId;
use crate::recipe::template::{Message, Template};
use crate::recipe::{AddPlace, Rule};
use crate::text::blank::{
    blank_lines_before, indentation, line_before, line_before_start, line_start,
};

/// Returns the names that a rule's definitions have: of those that are there already, else free ones.
/// All changes of a rule get the same.
pub(super) fn names<'a>(
    subject: &Subject<'a>,
    found: &Match<'_, 'a>,
) -> Result<Vec<(String, String)>, Refusal> {
    let mut names = Vec::new();
    for add in &found.rule.add {
        let AddPlace::Module { name, reuse } = &add.at else {
            continue;
        };
        let here = match defined(subject, found.node, name, reuse) {
            Some(here) => here.to_owned(),
            None => fresh(subject, found, name)?,
        };
        names.push((name.clone(), here));
    }
    Ok(names)
}

/// A wish that is free in the module, and where the site stands.
fn fresh(subject: &Subject, found: &Match, name: &str) -> Result<String, Refusal> {
    let scope = subject.names.scope_of(found.node);
    let visible = subject.names.visible_names(scope);
    let in_module = subject.names.visible_names(ScopeId::MODULE);
    let is_taken = |name: &str| {
        subject.names.is_taken(ScopeId::MODULE, name)
            || visible.contains(name)
            || in_module.contains(name)
            || subject.is_mentioned(name)
    };
    let wishes = wishes(subject, &found.captures, wished(found.rule, name));
    Ok(first_free(&wishes, is_taken)?)
}

fn wished<'r>(rule: &'r Rule, name: &str) -> &'r [Message] {
    let mut names = rule.names.iter();
    names
        .find(|(capture, _)| capture == name)
        .map_or(&[], |(_, wishes)| wishes)
}

/// Writes a definition, unless the module has it.
pub(super) fn define<'a>(
    subject: &Subject<'a>,
    found: &Match<'_, 'a>,
    (capture, template): (&str, &Template),
    names: &[(String, String)],
    draft: &mut Draft,
) -> Result<(), Refusal> {
    let name = names.iter().find(|(given, _)| given == capture);
    let name = name.map_or(capture, |(_, name)| name.as_str());
    if is_there(subject, name) || !is_needed(subject, found.rule, capture, names) {
        return Ok(());
    }
    let no_place = || Refusal::NoModulePlace {
        name: name.to_owned(),
    };
    let template = template.with_names(names);
    let is_block = template.code.contains('\n');
    let below = place(subject, found.node, is_block).ok_or_else(no_place)?;
    let (code, _) = written(subject, found, (below, &template), names, draft)?;
    let room = room_above(subject, below).ok_or_else(no_place)?;
    let layout = Layout::at(subject, room.blank.end());
    draft.needs.push(Need::Definition(Definition {
        blank: room.blank,
        opens_cell: room.opens_cell,
        code: layout.lay_out(&code),
        is_block,
        is_above_block: is_def(subject, below),
        line_break: layout.line_break.to_owned(),
    }));
    Ok(())
}

fn is_there(subject: &Subject, name: &str) -> bool {
    !subject.names.bindings_of(ScopeId::MODULE, name).is_empty()
}

/// Something that is written uses the name: another definition only where it is not there already.
fn is_needed(subject: &Subject, rule: &Rule, capture: &str, names: &[(String, String)]) -> bool {
    let uses = |text: &Template| text.slots.iter().any(|slot| slot.name == capture);
    rule.verb.is_some()
        || rule.add.iter().any(|add| match &add.at {
            AddPlace::Module { name, .. } if name == capture => false,
            AddPlace::Module { name, .. } => {
                let given = names.iter().find(|(given, _)| given == name);
                uses(&add.text) && given.is_none_or(|(_, name)| !is_there(subject, name))
            }
            _ => uses(&add.text),
        })
}

/// The statement above which it stands: a function above the first def or class of the module, others
/// behind the imports. Cells run in no order of their own.
fn place(subject: &Subject, site: NodeId, is_block: bool) -> Option<NodeId> {
    let tree = subject.tree;
    if !subject.module.cells().is_empty() {
        return None;
    }
    let holds_site = |id: &NodeId| *id == site || tree.contains(*id, site);
    let last = tree.children(NodeId::ROOT).find(holds_site)?;
    let first_def = tree
        .children(NodeId::ROOT)
        .find(|id| is_def(subject, *id))
        .filter(|id| *id < last)
        .unwrap_or(last);
    if is_block {
        return Some(first_def);
    }
    let before = || tree.children(NodeId::ROOT).take_while(|id| *id < first_def);
    match before().filter(|id| imports(tree.node(*id))).last() {
        Some(import) => before().find(|id| *id > import).or(Some(first_def)),
        None => Some(first_def),
    }
}

/// An import, also of types only, or of a package that may be missing.
fn imports(statement: AnyNodeRef) -> bool {
    let are_imports = |body: &[Stmt]| {
        body.iter()
            .all(|it| it.is_import_stmt() || it.is_import_from_stmt())
    };
    match statement {
        AnyNodeRef::StmtImport(_) | AnyNodeRef::StmtImportFrom(_) => true,
        AnyNodeRef::StmtIf(it) => are_imports(&it.body),
        AnyNodeRef::StmtTry(it) => are_imports(&it.body),
        _ => false,
    }
}

fn is_def(subject: &Subject, id: NodeId) -> bool {
    matches!(
        subject.tree.node(id),
        AnyNodeRef::StmtFunctionDef(_) | AnyNodeRef::StmtClassDef(_)
    )
}

/// Where a definition goes.
pub(super) struct Room {
    /// The blank lines above a statement and the comments that belong to it.
    pub(super) blank: TextRange,
    /// A line that begins a cell stands above them.
    pub(super) opens_cell: bool,
}

/// The room above a statement, in its cell.
pub(super) fn room_above(subject: &Subject, statement: NodeId) -> Option<Room> {
    let text = subject.text();
    let decorators = match subject.tree.node(statement) {
        AnyNodeRef::StmtFunctionDef(def) => &def.decorator_list[..],
        AnyNodeRef::StmtClassDef(def) => &def.decorator_list,
        _ => &[],
    };
    let start = decorators
        .first()
        .map_or(subject.tree.range(statement), |it| it.range)
        .start();
    let mut at = line_start(text, start);
    if at != start || !indentation(text, at).is_empty() {
        return None;
    }
    // A line that begins a cell is no comment on the statement.
    let cell = container(text, subject.module.cells(), at);
    let top = cell.range.start();
    while at > top && line_before(text, at).starts_with('#') {
        at = line_before_start(text, at);
    }
    let blank = TextRange::new(blank_lines_before(text, at, TextSize::new(0)), at);
    (at > TextSize::new(0)).then(|| Room {
        blank,
        opens_cell: cell.below_marker && blank.start() <= top,
    })
}
