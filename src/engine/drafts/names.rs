//! Matches of a text → the names of their changes.

use std::path::{Path, PathBuf};

use ruff_text_size::{TextRange, TextSize};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::engine::before::Before;
use crate::matching::Match;
use crate::matching::subject::Subject;
use crate::plan::change::{ChangeId, Naming};
use crate::text::blank::{line_end, line_start};

/// Names the changes of a text.
pub(super) struct ChangeNames<'s, 'a> {
    subject: &'s Subject<'a>,
    /// The file's path in its project.
    file: PathBuf,
    /// ChangeNames that changes of the file have.
    taken: FxHashSet<ChangeId>,
    /// By either name, how many matches are equal.
    equal: FxHashMap<ChangeId, usize>,
    /// How many of those whose lines around are equal, too, have a name by now.
    given: FxHashMap<ChangeId, usize>,
}

/// The names of a change.
pub(in crate::engine) struct TwoNames {
    /// Where it is the only one of its kind.
    pub(in crate::engine) alone: ChangeId,
    /// Beside equal ones.
    pub(in crate::engine) as_twin: ChangeId,
}

impl<'s, 'a> ChangeNames<'s, 'a> {
    pub(super) fn new(
        subject: &'s Subject<'a>,
        before: &Before<'_>,
        matches: &[&Match<'_, 'a>],
    ) -> Self {
        let file = subject.facts.name_in_project(subject.path());
        let mut equal: FxHashMap<ChangeId, usize> = FxHashMap::default();
        for found in matches {
            let TwoNames { alone, as_twin } = named(subject, &file, found);
            *equal.entry(alone).or_default() += 1;
            *equal.entry(as_twin).or_default() += 1;
        }
        Self {
            subject,
            file,
            taken: before.ids().collect(),
            equal,
            given: FxHashMap::default(),
        }
    }

    /// ChangeNames a change after its first match; returns with it the name that it had while equal ones stood there.
    pub(super) fn name(&mut self, found: &Match<'_, 'a>) -> (ChangeId, Option<ChangeId>) {
        let TwoNames { alone, as_twin } = named(self.subject, &self.file, found);
        let count = |id: &ChangeId| self.equal.get(id).copied().unwrap_or_default();
        // An equal change of an earlier layer may have the name.
        if count(&alone) < 2 && self.taken.insert(alone.clone()) {
            return (alone, Some(as_twin));
        }
        let of = count(&as_twin);
        if of < 2 && self.taken.insert(as_twin.clone()) {
            return (as_twin, None);
        }
        let within = self.subject.context.within(found.node);
        let what = naming(self.subject, &self.file, found, &within);
        let around = around(self.subject.text(), found.range);
        let nth = self.given.entry(as_twin).or_default();
        loop {
            *nth += 1;
            let id = ChangeId::of_twin(what, &around, Some([*nth, of]));
            if self.taken.insert(id.clone()) {
                return (id, None);
            }
        }
    }
}

/// Names the change of a match.
pub(in crate::engine) fn named(subject: &Subject, file: &Path, found: &Match<'_, '_>) -> TwoNames {
    let within = subject.context.within(found.node);
    let what = naming(subject, file, found, &within);
    let around = around(subject.text(), found.range);
    TwoNames {
        alone: ChangeId::new(what, 0),
        as_twin: ChangeId::of_twin(what, &around, None),
    }
}

/// Returns what a change is named after.
fn naming<'m>(
    subject: &'m Subject,
    file: &'m Path,
    found: &Match<'m, '_>,
    within: &'m str,
) -> Naming<'m> {
    Naming {
        file,
        recipe: &found.recipe.id,
        rule: &found.rule.id,
        within,
        matched: &subject.text()[found.range],
    }
}

/// Lines that are looked at for one with code.
const NEAR: usize = 16;

/// Characters of a line that tell it from others.
const TELLING: usize = 120;

/// Returns the lines of code above and below a range, without their blanks.
fn around(text: &str, range: TextRange) -> String {
    let start = line_start(text, range.start());
    let end = line_end(text, range.end());
    let mut above = text[TextRange::new(TextSize::new(0), start)].lines().rev();
    let mut below = text[end.to_usize()..].lines();
    let code = |lines: &mut dyn Iterator<Item = &str>| -> String {
        let mut lines = lines.take(NEAR).map(str::trim);
        let code = lines.find(|line| !line.is_empty());
        code.unwrap_or_default().chars().take(TELLING).collect()
    };
    format!("{}\n{}", code(&mut above), code(&mut below))
}
