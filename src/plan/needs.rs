//! What the wanted changes need together: imports added once, bindings nobody uses dropped.
//!
//! A change says what it needs; only here, when it is known which changes are wanted, does it become
//! edits. So every subset of the changes gets the imports and removals that fit it.

use std::cell::RefCell;
use std::rc::Rc;

use ruff_python_ast::{AnyNodeRef, ExprRef};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::{FxHashMap, FxHashSet};

use super::change::Change;
use super::need::Need;
use super::removal::{Removal, remove_statements};
use super::{cell_magic, display};
use crate::bind::binding::{Binding, BindingId, BindingKind};
use crate::bind::scope::ScopeId;
use crate::matching::subject::Subject;
use crate::matching::uses::{housekeeping_node, kinds_of};
use crate::python::directive::is_mark;
use crate::python::tree::NodeId;
use crate::python::trivia;
use crate::recipe::kind::Kind;
use crate::recipe::safety::Safety;
use crate::semantic::Model;
use crate::text::cover::Cover;
use crate::text::edit::{Edit, EditSet, Overlap};
use crate::text::shift::Shift;

mod definitions;

mod endings;

mod imports;

mod lines;

pub use imports::may_drop;

/// Returns the edits of the wanted changes and of all they need together.
///
/// # Errors
/// Two edits claim the same bytes: a bug of a recipe or of the engine.
pub fn resolve(subject: &Subject, wanted: &[&Change]) -> Result<EditSet, Overlap> {
    let own: Vec<Edit> = wanted
        .iter()
        .flat_map(|change| change.edits.clone())
        .collect();
    let shifts: Vec<Shift> = wanted
        .iter()
        .flat_map(|change| change.shifts.clone())
        .collect();
    let mut resolution = Resolution {
        subject,
        released: released(wanted),
        copied: copied(wanted),
        doomed: FxHashSet::default(),
        uses: RefCell::default(),
    };
    for change in wanted {
        resolution.doom_removed(change);
    }
    resolution.doom_unused(wanted);
    let imports = resolution.imports(wanted);
    let mut doomed: FxHashSet<NodeId> = resolution
        .doomed
        .iter()
        .chain(&imports.statements)
        .copied()
        .collect();
    doomed.extend(cell_magic::left_alone(subject, &doomed));
    let removal = removal(subject, &doomed);
    let lines = lines::edits(subject, wanted);
    let silenced = display::silenced(subject, &doomed, wanted);
    let own = [own, lines, endings::edits(subject.text(), wanted), silenced].concat();
    let inserted: Vec<Edit> = own.iter().chain(&imports.edits).cloned().collect();
    let removal = removal.around(&inserted, subject.text());
    let mut edits = merged(own, removal.edits);
    definitions::add(&mut edits, imports.edits, wanted);
    EditSet::new(edits, [shifts, removal.shifts].concat())
}

/// Returns what a change alone writes besides its own text, as plain replacements.
pub fn besides(subject: &Subject, change: &Change) -> Vec<Edit> {
    let text = subject.text();
    let own = EditSet::new(change.edits.clone(), change.shifts.clone());
    let own = own.map_or_else(|_| Vec::new(), |own| own.flattened(text));
    // What cannot be made alone writes nothing alone.
    let all = resolve(subject, &[change]).map_or_else(|_| Vec::new(), |all| all.flattened(text));
    all.into_iter().filter(|edit| !own.contains(edit)).collect()
}

fn removal(subject: &Subject, doomed: &FxHashSet<NodeId>) -> Removal {
    let Model {
        tree,
        blocks,
        module,
        ..
    } = subject.model;
    remove_statements(doomed, tree, blocks, module, subject.text())
}

/// Own edits inside a statement that goes are void.
fn merged(own: Vec<Edit>, removed: Vec<Edit>) -> Vec<Edit> {
    let gone = Cover::new(removed.iter().map(Ranged::range));
    let stands = |edit: &Edit| edit.range().is_empty() || !gone.contains(edit.range());
    let mut edits: Vec<Edit> = own.into_iter().filter(stands).collect();
    edits.extend(removed);
    edits
}

fn released(wanted: &[&Change]) -> Cover {
    let edits = wanted.iter().flat_map(|change| &change.edits);
    let needs = wanted.iter().flat_map(|change| &change.needs);
    let around = needs.filter_map(|need| match need {
        Need::Released { range } => Some(*range),
        _ => None,
    });
    Cover::new(edits.map(Ranged::range).chain(around))
}

fn copied(wanted: &[&Change]) -> Cover {
    let needs = wanted.iter().flat_map(|change| &change.needs);
    Cover::new(needs.filter_map(|need| match need {
        Need::Copied { range } => Some(*range),
        _ => None,
    }))
}

struct Resolution<'s, 'a> {
    subject: &'s Subject<'a>,
    /// What the wanted changes replace.
    released: Cover,
    /// What they write again elsewhere.
    copied: Cover,
    /// Statements that go.
    doomed: FxHashSet<NodeId>,
    /// By scope and name: many bindings of one name would go over its uses again and again.
    uses: RefCell<FxHashMap<(ScopeId, &'a str), Rc<Uses>>>,
}

/// The uses of one name.
#[derive(Default)]
struct Uses {
    reached: FxHashMap<BindingId, Vec<NodeId>>,
    /// By no binding of the name.
    unreached: Vec<NodeId>,
}

impl<'a> Resolution<'_, 'a> {
    fn doom_removed(&mut self, change: &Change) {
        for need in &change.needs {
            if let Need::Remove { statement } = need
                && let Some(id) = self.statement_at(*statement)
                && !holds_comment(self.subject, id)
            {
                self.doomed.insert(id);
            }
        }
    }

    fn statement_at(&self, range: TextRange) -> Option<NodeId> {
        self.node_at(range, |node| node.is_statement())
    }

    fn node_at(&self, range: TextRange, wanted: impl Fn(AnyNodeRef<'a>) -> bool) -> Option<NodeId> {
        let tree = self.subject.tree;
        tree.starting_at(range.start())
            .find(|id| tree.range(*id) == range && wanted(tree.node(*id)))
    }

    /// Returns whether the node's text goes.
    fn is_released(&self, node: NodeId) -> bool {
        let range = self.subject.tree.range(node);
        (self.released.contains(range) && !self.copied.contains(range))
            || self
                .subject
                .tree
                .with_ancestors(node)
                .any(|id| self.doomed.contains(&id))
    }

    /// Bindings that the changes leave with nothing but housekeeping go, and that goes too.
    fn doom_unused(&mut self, wanted: &[&Change]) {
        let needs = wanted.iter().flat_map(|change| &change.needs);
        let mut bindings: Vec<(BindingId, ExprRef<'a>)> = Vec::new();
        for need in needs {
            let Need::DropUnused { use_of } = need else {
                continue;
            };
            let Some(name) = self.node_at(*use_of, |node| node.is_expr_name()) else {
                continue;
            };
            let reaching = self.subject.flow.reaching(name).bindings;
            if let Some(expression) = self.subject.tree.node(name).as_expr_ref() {
                bindings.extend(reaching.into_iter().map(|id| (id, expression)));
            }
        }
        bindings.sort_by_key(|(id, _)| *id);
        bindings.dedup_by_key(|(id, _)| *id);
        let all: Vec<BindingId> = bindings.iter().map(|(id, _)| *id).collect();
        let plans: Option<Vec<_>> = bindings
            .iter()
            .map(|(id, expression)| self.unused(*id, *expression, &all))
            .collect();
        // A name bound twice goes whole or stays whole.
        if let Some(plans) = plans {
            self.doomed.extend(plans.into_iter().flatten());
        } else {
            for (id, expression) in bindings {
                if let Some(plan) = self.unused(id, expression, &[id]) {
                    self.doomed.extend(plan);
                }
            }
        }
    }

    /// The statements that go with a binding; `None` when it is still used.
    fn unused(
        &self,
        id: BindingId,
        expression: ExprRef<'a>,
        going: &[BindingId],
    ) -> Option<Vec<NodeId>> {
        let binding = self.subject.names.binding(id);
        if !self.could_go(binding) {
            return None;
        }
        let kinds = kinds_of(self.subject, expression);
        let mut plan = vec![binding.statement];
        for node in self.uses(id) {
            if !self.is_released(node) {
                plan.push(self.housekeeping(node, &kinds, going)?);
            }
        }
        Some(plan)
    }

    /// Returns whether a binding is a plain assignment that nobody outside of the code asks for.
    fn could_go(&self, binding: &Binding) -> bool {
        let subject = self.subject;
        let is_plain = match subject.tree.node(binding.statement) {
            AnyNodeRef::StmtAssign(assign) => assign.targets.len() == 1,
            AnyNodeRef::StmtAnnAssign(_) => true,
            _ => false,
        };
        let kept_for_others = || {
            subject.names.is_exported(binding.name)
                || subject.is_mentioned(binding.name)
                || subject
                    .names
                    .is_nonlocal_inside(binding.scope, binding.name)
                || subject.names.is_read_by_text(binding.scope)
                || (binding.scope == ScopeId::MODULE && used_elsewhere(subject, binding.name))
        };
        is_plain
            && matches!(binding.kind, BindingKind::Assignment { .. })
            && !holds_comment(self.subject, binding.statement)
            && !kept_for_others()
    }

    /// The statement that a use is housekeeping of; `None` where it is more than that, or where a
    /// binding that does not go may reach the use.
    fn housekeeping(&self, node: NodeId, kinds: &[&Kind], going: &[BindingId]) -> Option<NodeId> {
        let Model { tree, flow, .. } = self.subject.model;
        let reaching = flow.reaching(node).bindings;
        if reaching.iter().any(|other| !going.contains(other)) {
            return None;
        }
        let housekeeping = housekeeping_node(self.subject, node, kinds)?;
        let statement = tree.statement(housekeeping)?;
        let is_whole = statement == housekeeping || tree.parent(housekeeping) == statement;
        (is_whole && !holds_comment(self.subject, statement)).then_some(statement)
    }

    /// The uses that the binding may reach, and those that no binding of the name reaches: a cell may
    /// be run again.
    fn uses(&self, id: BindingId) -> Vec<NodeId> {
        let Binding { scope, name, .. } = *self.subject.names.binding(id);
        let known = self.uses.borrow().get(&(scope, name)).cloned();
        let uses = known.unwrap_or_else(|| {
            let found = Rc::new(self.uses_of(scope, name));
            let mut known = self.uses.borrow_mut();
            known.insert((scope, name), Rc::clone(&found));
            found
        });
        let reached = uses.reached.get(&id).into_iter().flatten();
        let mut nodes: Vec<NodeId> = reached.chain(&uses.unreached).copied().collect();
        nodes.sort_unstable();
        nodes
    }

    fn uses_of(&self, scope: ScopeId, name: &'a str) -> Uses {
        let Model { names, flow, .. } = self.subject.model;
        let mut uses = Uses::default();
        for reference in names.references_to(Some(scope), name) {
            let mut bindings = flow.reaching(reference.node).bindings;
            bindings.retain(|id| names.binding(*id).name == name);
            if bindings.is_empty() {
                uses.unreached.push(reference.node);
            }
            for id in bindings {
                uses.reached.entry(id).or_default().push(reference.node);
            }
        }
        uses
    }
}

/// Returns whether comments stand inside a statement: it is left standing rather than losing them.
pub fn holds_comment(subject: &Subject, statement: NodeId) -> bool {
    let range = subject.tree.range(statement);
    let mut comments = trivia::comments_in(subject.module, range);
    // A mark of what is left there goes with it.
    comments.any(|comment| !is_mark(&subject.text()[comment]))
}

fn used_elsewhere(subject: &Subject, name: &str) -> bool {
    subject.facts.other_file_uses(subject.path(), name)
}

/// Returns the ranges that all proposed changes up to a level would replace or remove.
pub fn all_edits(subject: &Subject, changes: &[Change], level: Safety) -> Vec<TextRange> {
    let wanted: Vec<&Change> = changes
        .iter()
        .filter(|change| change.is_wanted(level))
        .collect();
    // An overlap is reported by verification; here it only means that nothing more is known.
    let Ok(set) = resolve(subject, &wanted) else {
        return Vec::new();
    };
    set.edits().iter().map(Ranged::range).collect()
}
