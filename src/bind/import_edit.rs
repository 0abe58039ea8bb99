//! Imports that are missing and imports that go → the edits of one file, all together.
//!
//! Only together do they fit: the new import takes the line of the one that goes, a name joins the
//! list another leaves.

use std::collections::BTreeMap;

use ruff_python_ast::{Alias, AnyNodeRef, StmtImportFrom};
use ruff_text_size::{Ranged, TextRange, TextSize};
use rustc_hash::FxHashSet;

use crate::python::cut::trailing_comment;
use crate::python::tree::NodeId;
use crate::source::cell::Cell;
use crate::text::blank::line_break_at;
use crate::text::edit::Edit;

use super::binding::{BindingId, from_module};
use super::block::{BlockRole, Blocks};
use super::import::ImportNeed;
use super::import_list::{NameList, merged};
use super::import_place::{NewImport, Places, Spot};
use super::scope::Bindings;
use crate::python::stdlib::is_standard;

/// The file whose imports are edited.
#[derive(Debug, Clone, Copy)]
pub struct ImportFile<'f, 'a> {
    /// The module text.
    pub text: &'f str,
    /// Its cells; empty for a plain module.
    pub cells: &'f [Cell],
    /// Its names.
    pub names: &'f Bindings<'a>,
    /// Its blocks.
    pub blocks: &'f Blocks<'a>,
}

/// What becomes of a file's imports.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ImportEdits {
    /// Sorted and disjoint, in offsets of the module text.
    pub edits: Vec<Edit>,
    /// Import statements that go whole, sorted. They are to be cut together with all other
    /// statements that go: neighbors share their blank lines, and the end of a cell.
    pub statements: Vec<NodeId>,
}

/// Adds the imports of `needs` and takes out the `dropped` ones.
///
/// A dropped import stays where it can't go without harm: under a comment, or as the only statement
/// of a block.
pub fn import_edits(
    file: ImportFile<'_, '_>,
    needs: &[ImportNeed],
    dropped: &[BindingId],
) -> ImportEdits {
    let mut plan = ImportPlan::new(file, dropped);
    plan.add(needs);
    plan.edits()
}

/// Names to be imported, with their first use: `a as b` → site.
type Wanted = BTreeMap<String, TextSize>;

struct ImportPlan<'f, 'a> {
    file: ImportFile<'f, 'a>,
    /// Which names of a statement go; not those whose statement goes.
    gone: BTreeMap<NodeId, Vec<bool>>,
    /// Names that a statement gets.
    joining: BTreeMap<NodeId, Vec<String>>,
    doomed: FxHashSet<NodeId>,
    new: Vec<NewImport>,
}

impl<'f, 'a> ImportPlan<'f, 'a> {
    fn new(file: ImportFile<'f, 'a>, dropped: &[BindingId]) -> Self {
        let mut gone: BTreeMap<NodeId, Vec<bool>> = BTreeMap::new();
        for &id in dropped {
            let binding = file.names.binding(id);
            let tree = file.names.tree();
            let aliases = aliases(tree.node(binding.statement));
            let marks = gone
                .entry(binding.statement)
                .or_insert_with(|| vec![false; aliases.len()]);
            for (mark, alias) in marks.iter_mut().zip(aliases) {
                *mark |= tree.id(alias) == binding.node;
            }
        }
        Self {
            file,
            gone,
            joining: BTreeMap::new(),
            doomed: FxHashSet::default(),
            new: Vec::new(),
        }
    }

    fn range(&self, statement: NodeId) -> TextRange {
        self.file.names.tree().range(statement)
    }

    /// Sorts the needs into names that join a statement and statements that are new.
    fn add(&mut self, needs: &[ImportNeed]) {
        let mut whole: BTreeMap<(&str, &str), TextSize> = BTreeMap::new();
        let mut members: BTreeMap<&str, Wanted> = BTreeMap::new();
        for need in needs {
            let site = match &need.member {
                None => whole
                    .entry((&need.module, &need.bound_as))
                    .or_insert(need.site),
                Some(member) => members
                    .entry(&need.module)
                    .or_default()
                    .entry(renamed(member, &need.bound_as))
                    .or_insert(need.site),
            };
            *site = need.site.min(*site);
        }
        for (module, wanted) in members {
            self.add_members(module, &wanted);
        }
        for ((module, bound_as), site) in whole {
            let first = module.split('.').next().unwrap_or(module);
            let name = if bound_as == first {
                module.to_owned()
            } else {
                renamed(module, bound_as)
            };
            self.new.push(NewImport {
                module: module.to_owned(),
                text: format!("import {name}"),
                is_from: false,
                site,
            });
        }
    }

    fn add_members(&mut self, module: &str, wanted: &Wanted) {
        let Some(site) = wanted.values().min().copied() else {
            return;
        };
        let names: Vec<String> = wanted.keys().cloned().collect();
        if let Some(statement) = self.joinable(module, site) {
            self.joining.insert(statement, names);
            return;
        }
        let names = merged(std::iter::empty(), &names).join(", ");
        self.new.push(NewImport {
            module: module.to_owned(),
            text: format!("from {module} import {names}"),
            is_from: true,
            site,
        });
    }

    /// Returns a from-import of the module that always runs before `site`.
    fn joinable(&self, module: &str, site: TextSize) -> Option<NodeId> {
        let block = self.file.blocks.block(NodeId::ROOT, BlockRole::Module)?;
        let tree = self.file.names.tree();
        let fits = |import: &StmtImportFrom| {
            from_module(import) == module
                && import.names.iter().all(|name| &name.name != "*")
                && import.end() <= site
        };
        block
            .statements
            .iter()
            .copied()
            .find(|&id| matches!(tree.node(id), AnyNodeRef::StmtImportFrom(import) if fits(import)))
    }

    fn edits(mut self) -> ImportEdits {
        self.doom_statements();
        let mut edits = self.list_edits();
        edits.extend(self.insertions());
        edits.sort_by_key(|edit| (edit.start(), edit.end()));
        let mut statements: Vec<NodeId> = self.doomed.into_iter().collect();
        statements.sort_unstable();
        ImportEdits { edits, statements }
    }

    /// Decides which statements go whole.
    fn doom_statements(&mut self) {
        let text = self.file.text;
        let tree = self.file.names.tree();
        self.gone.retain(|&id, _| {
            let range = tree.range(id);
            // The comment may be a pragma; a list over lines is looked at line by line.
            let is_list = text[range].ends_with(')') && text[range].contains(['\n', '\r']);
            trailing_comment(text, range.end()).is_none() || is_list
        });
        for (&id, gone) in &self.gone {
            let range = tree.range(id);
            let commented =
                text[range].contains('#') || trailing_comment(text, range.end()).is_some();
            if gone.iter().all(|&gone| gone) && !self.joining.contains_key(&id) && !commented {
                self.doomed.insert(id);
            }
        }
        let emptied = |id: &NodeId| {
            let block = self.file.blocks.block_of(*id);
            block.is_none_or(|block| {
                block.role != BlockRole::Module
                    && block.statements.iter().all(|id| self.doomed.contains(id))
            })
        };
        let emptied: Vec<NodeId> = self.doomed.iter().copied().filter(emptied).collect();
        for id in emptied {
            self.doomed.remove(&id);
            self.gone.remove(&id);
        }
    }

    fn list_edits(&self) -> Vec<Edit> {
        let tree = self.file.names.tree();
        let changed: FxHashSet<NodeId> = self
            .gone
            .keys()
            .chain(self.joining.keys())
            .copied()
            .collect();
        let mut edits = Vec::new();
        for id in changed.into_iter().filter(|id| !self.doomed.contains(id)) {
            let names = aliases(tree.node(id));
            let list = NameList {
                text: self.file.text,
                statement: tree.range(id),
                names,
            };
            let gone = self.gone.get(&id).cloned();
            let gone = gone.unwrap_or_else(|| vec![false; names.len()]);
            let added = self.joining.get(&id).map_or(&[][..], Vec::as_slice);
            edits.extend(list.change(gone, added));
        }
        edits
    }

    /// Places the new statements; one that takes the line of a doomed one saves it from being cut.
    fn insertions(&mut self) -> Vec<Edit> {
        let mut spots: BTreeMap<Spot, Vec<NewImport>> = BTreeMap::new();
        let ImportFile {
            text,
            cells,
            names,
            blocks,
        } = self.file;
        let places = Places::new(text, cells, names, blocks, &self.doomed);
        for new in std::mem::take(&mut self.new) {
            spots.entry(places.spot(&new)).or_default().push(new);
        }
        let mut edits = Vec::new();
        for (spot, mut new) in spots {
            new.sort_by_key(|new| {
                (
                    !is_standard(&new.module),
                    new.is_from,
                    new.module.to_lowercase(),
                )
            });
            if let Spot::Instead(statement) = spot {
                self.doomed.remove(&statement);
            }
            edits.push(self.insertion(spot, &new));
        }
        edits
    }

    fn insertion(&self, spot: Spot, new: &[NewImport]) -> Edit {
        let text = self.file.text;
        let (offset, apart_from_above, blank_below) = match spot {
            Spot::Instead(statement) => {
                let range = self.range(statement);
                return Edit::replacement(range, lines(new, line_break_at(text, range.end())));
            }
            Spot::At {
                offset,
                apart_from_above,
                blank_below,
            } => (offset, apart_from_above, blank_below),
        };
        let line_break = line_break_at(text, offset);
        let above = line_break.repeat(usize::from(apart_from_above));
        let lines = lines(new, line_break);
        let before = &text[..offset.to_usize()];
        // The last line of a notebook cell has no end of its own.
        if !before.is_empty() && !before.ends_with(['\n', '\r', '\x0c', '\u{feff}']) {
            return Edit::insertion(offset, format!("{line_break}{above}{lines}"));
        }
        let below = line_break.repeat(1 + blank_below);
        Edit::insertion(offset, format!("{above}{lines}{below}"))
    }
}

/// Writes sorted imports on a line each, the standard library's apart from the others.
fn lines(new: &[NewImport], line_break: &str) -> String {
    let mut lines = String::new();
    for (index, import) in new.iter().enumerate() {
        if index > 0 {
            let parted = is_standard(&new[index - 1].module) != is_standard(&import.module);
            lines.push_str(&line_break.repeat(1 + usize::from(parted)));
        }
        lines.push_str(&import.text);
    }
    lines
}

fn aliases(statement: AnyNodeRef<'_>) -> &[Alias] {
    match statement {
        AnyNodeRef::StmtImport(import) => &import.names,
        AnyNodeRef::StmtImportFrom(import) => &import.names,
        _ => &[],
    }
}

fn renamed(name: &str, bound_as: &str) -> String {
    if name == bound_as {
        name.to_owned()
    } else {
        format!("{name} as {bound_as}")
    }
}

#[cfg(test)]
mod tests;
