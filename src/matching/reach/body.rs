//! What the code of a def or lambda runs, node by node.

use ruff_python_ast::{AnyNodeRef, ExprRef};

use super::given::Given;
use super::{MAX_FUNCTIONS, Search};
use crate::matching::site::Site;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;

impl Search<'_, '_, '_> {
    /// The code of a def or lambda, and what it calls.
    pub(super) fn code(&mut self, owner: NodeId) -> Answer {
        if !self.seen.insert((owner, self.known.clone())) {
            return Answer::No;
        }
        if self.seen.len() > MAX_FUNCTIONS || self.is_known_without(owner) {
            return Answer::Unknown;
        }
        let mut answer = Answer::No;
        for id in self.run_by(owner) {
            answer = answer.or(self.runs_at(id, answer));
            if answer.is_yes() {
                break;
            }
        }
        answer
    }

    /// The nodes that run where a def or lambda does.
    fn run_by(&self, owner: NodeId) -> Vec<NodeId> {
        let Site { subject, .. } = self.site;
        let first = match subject.tree.node(owner) {
            AnyNodeRef::StmtFunctionDef(def) => def.body.first().map(|it| subject.tree.id(it)),
            _ => None,
        };
        let nodes = subject.tree.descendants(owner);
        let run = nodes.filter(|id| {
            first.is_none_or(|first| *id >= first) && !subject.names.in_annotation(*id)
        });
        let is_beyond = self.beyond.is_some();
        let mut runs = self.runs_with(owner);
        let mut is_meant = |id: &NodeId| runs(*id) && !self.is_outside(*id);
        run.filter(|id| !is_beyond || is_meant(id)).collect()
    }

    /// What evaluating a node runs, beside the nodes in it; `before`: what was found of the code before it.
    fn runs_at(&mut self, id: NodeId, before: Answer) -> Answer {
        let node = self.site.subject.tree.node(id);
        let fits = self.fits(node);
        match node {
            _ if fits.is_yes() => {
                self.note(id);
                self.met.get_or_insert(id);
                fits
            }
            AnyNodeRef::ExprCall(call) => {
                fits.or(self.called_with(ExprRef::from(&call.func), &Given::of(call)))
            }
            other => {
                let is_open = self.is_open(before.or(fits));
                fits.or(self.goes_over(other))
                    .or(self.implied(other, is_open))
            }
        }
    }

    /// Returns whether it matters that something more is not known.
    fn is_open(&self, found: Answer) -> bool {
        match self.beyond {
            Some(beyond) => found == Answer::No && !beyond.is_collecting(),
            None => found == Answer::No || self.unread.is_none(),
        }
    }
}
