//! Where in a function or class code may fit that sites look for, and whether it does: what all sites ask alike is
//! compared once in a large one, not once per site.

use std::ops::Range;
use std::rc::Rc;

use super::answers::code::{Asking, Hits};
use super::asked::looks_at_code;
use super::may_fit::stands;
use super::site::{Site, any};
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::condition::Guarded;

/// What has fewer nodes is looked through for each site.
const LARGE: usize = 500;

/// The first so many sites look themselves: most code has no more of them.
const N_FIRST: u32 = 4;

/// The nodes of a part at which one of some patterns may fit.
pub(super) struct Among<'r> {
    /// In source order.
    pub(super) ids: Vec<NodeId>,
    /// Where those fit, or may, that ask every site the same.
    known: Vec<(NodeId, Answer)>,
    open: Uncompared<'r>,
}

/// What is still to be compared.
enum Uncompared<'r> {
    All(&'r [Guarded]),
    Some(Vec<&'r Guarded>),
}

impl<'r, 'a> Site<'_, 'r, 'a> {
    /// Returns where in a part one of the patterns may fit; `whole`: the function or class that holds the part.
    pub(super) fn among(
        self,
        patterns: &'r [Guarded],
        part: &Range<NodeId>,
        whole: &Range<NodeId>,
    ) -> Among<'r> {
        if whole.end.index() - whole.start.index() < LARGE {
            return Among {
                ids: self.may_fit(patterns, part),
                known: Vec::new(),
                open: Uncompared::All(patterns),
            };
        }
        let (mut ids, mut known, mut open) = (Vec::new(), Vec::new(), Vec::new());
        for pattern in patterns {
            if !stands(&pattern.pattern, self.subject) {
                continue;
            }
            match self.hits(pattern, whole) {
                Some(hits) => {
                    let from = hits.partition_point(|(id, _)| *id < part.start);
                    let inside = hits[from..].iter();
                    known.extend(inside.take_while(|(id, _)| *id < part.end));
                }
                None => {
                    ids.append(&mut self.may_fit(std::slice::from_ref(pattern), part));
                    open.push(pattern);
                }
            }
        }
        // Of one node the surest answer comes last.
        known.sort_unstable_by_key(|(id, answer)| (*id, answer.is_yes()));
        ids.extend(known.iter().map(|(id, _)| *id));
        ids.sort_unstable();
        ids.dedup();
        let open = Uncompared::Some(open);
        Among { ids, known, open }
    }

    /// Returns whether a node fits one of the patterns.
    pub(super) fn fits_among(self, among: &Among<'r>, id: NodeId) -> Answer {
        let behind = among.known.partition_point(|(known, _)| *known <= id);
        let known = behind.checked_sub(1).map(|last| among.known[last]);
        let known = known.filter(|(known, _)| *known == id);
        let known = known.map_or(Answer::No, |(_, answer)| answer);
        if known.is_yes() {
            return known;
        }
        let node = self.subject.tree.node(id);
        let fits = |pattern| self.fits_any(std::slice::from_ref(pattern), node);
        known.or(match &among.open {
            Uncompared::All(patterns) => self.fits_any(patterns, node),
            Uncompared::Some(patterns) => any(patterns.iter().copied(), fits),
        })
    }

    /// Returns where a pattern fits, or may, in a function or class; `None`: each site asks something else, or few
    /// have asked so far.
    fn hits(self, pattern: &'r Guarded, whole: &Range<NodeId>) -> Option<Hits> {
        let asked = (std::ptr::from_ref(pattern), whole.start);
        let about = || {
            pattern
                .about()
                .filter(|_| looks_at_code(&pattern.condition))
        };
        let new = || Rc::new(Asking::new(about()));
        let asking: Rc<Asking> = self.subject.answers.asking.or_find(&asked, new);
        let about = asking.about.as_ref()?;
        if self.captures.any_is_one_of(about) || !asking.is_many(N_FIRST) {
            return None;
        }
        if let Some(known) = &*asking.hits.borrow() {
            return Some(known.clone());
        }
        let pattern = std::slice::from_ref(pattern);
        let may_fit = self.may_fit(pattern, whole).into_iter();
        let compared = may_fit.map(|id| (id, self.fits_any(pattern, self.subject.tree.node(id))));
        let hits: Hits = compared.filter(|(_, it)| *it != Answer::No).collect();
        *asking.hits.borrow_mut() = Some(hits.clone());
        Some(hits)
    }
}

#[cfg(test)]
mod tests {
    use crate::matching::tests::check_condition;

    #[test]
    fn many_sites_of_a_large_function_get_the_answers_of_few() {
        let last = 242;
        let part = |line: usize| format!("    g({line})\n    a = b + c\n");
        let parts: String = (1..=119).map(|it| part(it * 2)).collect();
        let text = format!("def f():\n{parts}    if a:\n        k()\n    h()\n    g({last})\n");
        let others: Vec<usize> = (1..=119).map(|it| it * 2).collect();
        for code in ["h()", "[h(), m()]"] {
            check_condition("g($at)", &format!("followed-by: {code}"), &text, &others);
            check_condition("g($at)", &format!("preceded-by: {code}"), &text, &[last]);
        }
        // On some ways only.
        check_condition("g($at)", "followed-by: k()", &text, &[]);
        check_condition("g($at)", "not: [{followed-by: k()}]", &text, &[last]);
        check_condition("g($at)", "preceded-by: k()", &text, &[]);
        check_condition("g($at)", "not: [{preceded-by: k()}]", &text, &others);
    }
}
