//! The wanted changes → the imports they add, and those that nothing uses any more.

use memchr::memmem;
use ruff_text_size::TextSize;
use rustc_hash::FxHashSet;

use super::{Resolution, used_elsewhere};
use crate::bind::binding::{BindingId, BindingKind};
use crate::bind::import::ImportNeed;
use crate::bind::import_drop::{Droppable, Left, Outside};
use crate::bind::import_edit::{ImportEdits, ImportFile, import_edits};
use crate::matching::subject::Subject;
use crate::plan::change::Change;
use crate::plan::need::Need;
use crate::python::stdlib::RUNS_TEXT;
use crate::python::tree::NodeId;
use crate::semantic::Model;

/// What the changes say about imports.
#[derive(Default)]
struct Wishes {
    imports: Vec<ImportNeed>,
    kept: FxHashSet<BindingId>,
    /// Those that are to go, if nothing uses them any more.
    asked: FxHashSet<BindingId>,
}

impl<'a> Resolution<'_, 'a> {
    /// Returns the edits of import statements that the wanted changes need together.
    pub(super) fn imports(&self, wanted: &[&Change]) -> ImportEdits {
        let subject = self.subject;
        let Wishes {
            mut imports,
            kept,
            asked,
        } = self.wishes(wanted);
        if evaluates_text(subject) {
            return import_edits(self.import_file(), &imports, &[]);
        }
        let used_elsewhere = |name: &str| used_elsewhere(subject, name);
        let droppable = droppable(subject, &used_elsewhere);
        let released = |node: NodeId| self.is_released(node);
        let mut dropped: Vec<BindingId> = subject
            .names
            .bindings()
            .filter(|(id, binding)| is_import(binding.kind) && self.may_be_cut(*id))
            .map(|(id, _)| id)
            .filter(|id| {
                let may_go = match asked.contains(id) {
                    true => Droppable::is_unused,
                    false => Droppable::may_go,
                };
                may_go(&droppable, *id, &released, &kept)
            })
            .collect();
        let left = Left {
            spelled: &spelled(wanted),
            kept: &kept,
            dropped: &dropped,
        };
        let (stale, missing) = droppable.submodules(&released, left);
        if stale.iter().all(|id| self.may_be_cut(*id)) {
            dropped.extend(stale);
            imports.extend(missing);
        }
        import_edits(self.import_file(), &imports, &dropped)
    }

    /// Returns whether nothing that is not read holds on to an import.
    fn may_be_cut(&self, id: BindingId) -> bool {
        let binding = self.subject.names.binding(id);
        !self.subject.is_mentioned(binding.name) && !self.is_all_of_magic(binding.statement)
    }

    fn wishes(&self, wanted: &[&Change]) -> Wishes {
        let mut wishes = Wishes::default();
        for need in wanted.iter().flat_map(|change| &change.needs) {
            match need {
                Need::Import(import) => wishes.imports.push(import.clone()),
                Need::Keeps { alias } => wishes.kept.extend(self.import_at(*alias)),
                Need::DropImport { alias } => wishes.asked.extend(self.import_at(*alias)),
                Need::Copied { .. }
                | Need::Released { .. }
                | Need::Python
                | Need::Meant { .. }
                | Need::Remove { .. }
                | Need::DropUnused { .. }
                | Need::Line(_)
                | Need::Definition(_)
                | Need::Ending(_) => {}
            }
        }
        wishes
    }

    fn import_file(&self) -> ImportFile<'_, 'a> {
        let subject = self.subject;
        ImportFile {
            text: subject.text(),
            cells: subject.module.cells(),
            names: subject.names,
            blocks: subject.blocks,
        }
    }

    /// `%%time` with nothing below it is an error of IPython.
    fn is_all_of_magic(&self, statement: NodeId) -> bool {
        let Model { module, tree, .. } = self.subject.model;
        let range = tree.range(statement);
        let magics = module.magics().iter();
        let mut bodies = magics
            .filter(|magic| magic.name.starts_with("%%"))
            .filter_map(|magic| magic.body);
        bodies.any(|body| {
            let inside = |id: &NodeId| body.contains_range(tree.range(*id));
            body.contains_range(range) && tree.children(NodeId::ROOT).filter(inside).count() == 1
        })
    }

    fn import_at(&self, alias: TextSize) -> Option<BindingId> {
        let Model { tree, names, .. } = self.subject.model;
        let mut bindings = tree
            .starting_at(alias)
            .filter_map(|node| names.binding_at(node));
        bindings.find(|id| is_import(names.binding(*id).kind))
    }
}

/// Returns whether nobody needs an import any more once the `released` references are gone.
pub fn may_drop(subject: &Subject, import: BindingId, released: &dyn Fn(NodeId) -> bool) -> bool {
    let used_elsewhere = |name: &str| used_elsewhere(subject, name);
    !subject.is_mentioned(subject.names.binding(import).name)
        && !evaluates_text(subject)
        && droppable(subject, &used_elsewhere).is_unused(import, released, &FxHashSet::default())
}

fn droppable<'f, 'a>(
    subject: &'f Subject<'a>,
    used_elsewhere: &'f dyn Fn(&str) -> bool,
) -> Droppable<'f, 'a> {
    let name = subject.path().file_name();
    let outside = Outside {
        is_package: name.is_some_and(|name| name == "__init__.py"),
        used_elsewhere,
    };
    Droppable::new(subject.names, subject.blocks, outside)
}

/// Returns the names that new text has, as it spells them.
fn spelled<'c>(wanted: &[&'c Change]) -> Vec<&'c str> {
    let needs = wanted.iter().flat_map(|change| &change.needs);
    let spelled = needs.filter_map(|need| match need {
        Need::Meant { spelled, .. } => Some(spelled.as_str()),
        _ => None,
    });
    spelled.collect()
}

/// Text that is evaluated may use any name.
fn evaluates_text(subject: &Subject) -> bool {
    let text = subject.text();
    // To look for a word costs less than to ask who reads what.
    let stands =
        |name: &str| !text.is_ascii() || memmem::find(text.as_bytes(), name.as_bytes()).is_some();
    let builtins = RUNS_TEXT.into_iter().chain(["globals"]);
    let mut builtins = builtins.filter(|name| stands(name));
    builtins.any(|name| subject.names.references_to(None, name).next().is_some())
}

fn is_import(kind: BindingKind) -> bool {
    matches!(
        kind,
        BindingKind::Import { .. } | BindingKind::FromImport { .. }
    )
}
