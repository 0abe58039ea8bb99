//! One match, asked about, and what was seen on the way to the answers.

use ruff_python_ast::AnyNodeRef;

use super::capture::Captures;
use super::subject::Subject;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::condition::Guarded;

/// What was seen on the way to an answer; messages quote it.
#[derive(Debug, Clone, Default)]
pub(super) struct Evidence {
    /// The first sentence that a word had, whatever it answered (`{why}`).
    pub(super) why: Option<String>,
    /// Shared state that is read before and written after (`{names}`).
    pub(super) names: Vec<String>,
    /// Where what was asked for was found first (`{found}`, `{found.line}`).
    pub(super) found: Option<Found>,
    /// What `made-by` captured, as the code spells it (`{$size}`).
    pub(super) made: Vec<(String, String)>,
    /// What was not known.
    pub(super) unknown: Vec<String>,
    /// What was not known, where not knowing counts as yes: said with the reason.
    pub(super) assumed: Vec<String>,
    /// Whether an answer rests on the target version.
    pub(super) asked_version: bool,
    /// A file that names what was asked for, and cannot be parsed.
    pub(super) unparsed: Option<String>,
}

/// Where something was found.
#[derive(Debug, Clone)]
pub(super) enum Found {
    /// There: the function around it, or its line, is told where a message asks for that.
    At(NodeId),
    /// In what is called so, in that line.
    In {
        /// A function, a method or a file.
        name: Option<String>,
        line: Option<String>,
    },
}

impl Evidence {
    pub(super) fn why(&mut self, sentence: impl Into<String>) {
        if self.why.is_none() {
            self.why = Some(sentence.into());
        }
    }
}

/// One match, asked about.
#[derive(Clone, Copy)]
pub(super) struct Site<'s, 'r, 'a> {
    /// The file.
    pub(super) subject: &'s Subject<'a>,
    /// The matched node.
    pub(super) node: NodeId,
    /// What the metavariables stand for.
    pub(super) captures: &'s Captures<'r, 'a>,
    /// Why the pattern fits only perhaps, if so.
    pub(super) unsure: Option<&'s str>,
}

impl<'s, 'r, 'a> Site<'s, 'r, 'a> {
    /// Asks about a node that no pattern fits only perhaps.
    pub(super) fn at(
        subject: &'s Subject<'a>,
        node: NodeId,
        captures: &'s Captures<'r, 'a>,
    ) -> Self {
        Self {
            subject,
            node,
            captures,
            unsure: None,
        }
    }
}

/// Joins the answers about the items by or, up to the first yes.
pub(super) fn any<T>(
    items: impl IntoIterator<Item = T>,
    mut ask: impl FnMut(T) -> Answer,
) -> Answer {
    let mut answer = Answer::No;
    for item in items {
        answer = answer.or(ask(item));
        if answer.is_yes() {
            break;
        }
    }
    answer
}

/// Returns whether a node surely fits one of the patterns, asked at no site.
pub(crate) fn is_one_of<'a>(
    patterns: &[Guarded],
    node: AnyNodeRef<'a>,
    subject: &Subject<'a>,
) -> bool {
    let none = Captures::default();
    let site = Site::at(subject, subject.tree.id(node), &none);
    site.fits_any(patterns, node).is_yes()
}
