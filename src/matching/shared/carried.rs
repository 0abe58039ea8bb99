//! A value that is read → the statements that it goes into.

use std::rc::Rc;

use rustc_hash::FxHashSet;

use super::lost::MAX_PAIRS;
use crate::bind::ends::Ends;
use crate::matching::answers::state::Carried;
use crate::matching::subject::Subject;
use crate::python::tree::NodeId;

/// Returns the statements that a value goes into by names.
pub(super) fn carried(subject: &Subject, read: NodeId) -> Rc<Carried> {
    let find = || Rc::new(find(subject, read));
    subject.answers.carried.or_find(&read, find)
}

fn find(subject: &Subject, read: NodeId) -> Carried {
    let mut statements = FxHashSet::default();
    let mut open = vec![read];
    let mut n_uses = 0;
    while let Some(node) = open.pop() {
        let Some(statement) = subject.tree.statement(node) else {
            continue;
        };
        if !statements.insert(statement) {
            continue;
        }
        let bindings = subject.names.bindings_in(&subject.tree.span(statement));
        let own = bindings.filter(|(_, it)| it.statement == statement);
        let before = open.len();
        open.extend(own.flat_map(|(id, _)| subject.flow.uses(id)));
        n_uses += open.len() - before;
        if n_uses > MAX_PAIRS * MAX_PAIRS {
            break;
        }
    }
    let may_leave = |it: &&NodeId| subject.blocks.ends(**it) != Ends::FALLS;
    Carried {
        is_everywhere: n_uses > MAX_PAIRS * MAX_PAIRS,
        leaving: statements.iter().filter(may_leave).copied().collect(),
        statements,
    }
}

/// Returns whether one statement stands before another one in the same block.
pub(super) fn stands_before(subject: &Subject, one: NodeId, other: NodeId) -> bool {
    let block = |id| subject.blocks.block_of(id).map(|it| (it.owner, it.role));
    one < other && block(one) == block(other)
}
