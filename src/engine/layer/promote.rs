//! Changes of later recipes that do not rest on earlier ones → the layer of those.

use ruff_text_size::TextSize;

use super::{Planned, Settled, Strata};
use crate::engine::before::Before;
use crate::engine::drafts::Drafts;
use crate::engine::ignored::Ignored;
use crate::plan::change::{Change, ChangeId, Problem};
use crate::plan::together;
use crate::source::SourceFile;

impl Strata<'_> {
    /// Takes the last layer back and settles it once more, with those of the `later` recipes' changes
    /// of its text that they want on the `following` text as well; `None`: there are none.
    pub(super) fn promote(
        &mut self,
        later: Drafts,
        following: &Planned,
        n_findings: usize,
    ) -> Result<Option<(SourceFile, Settled)>, Problem> {
        let mut promoted = later.changes;
        promoted.retain(|change| following.wishes.contains(&wish(change)));
        let Some(last) = self.plan.layers.pop_if(|_| !promoted.is_empty()) else {
            return Ok(None);
        };
        let (mut changes, n_own) = (last.changes.clone(), last.changes.len());
        changes.extend(promoted);
        let is_earlier = |id: &ChangeId| self.plan.changes().any(|change| change.id == *id);
        together::drop_orphaned(&mut changes, |id| !is_earlier(id));
        if changes.len() == n_own {
            self.plan.layers.push(last);
            return Ok(None);
        }
        let mut drafts = Drafts {
            changes,
            findings: self.plan.findings.split_off(n_findings),
            ..Drafts::default()
        };
        let settled = self.analyze(&last.source, None, |subject| {
            let before = Before::new(&self.plan, &last.source);
            let ignored = Ignored::of(self.engine.heeding(), subject, &before);
            let heeded = drafts.withhold(subject, &ignored, self.level());
            self.settle(subject, drafts).heeding(heeded)
        })?;
        Ok(Some((last.source, settled)))
    }
}

/// What a change is, whatever the text around it: recipe, rule, and where its first match begins in
/// the file on disk.
pub(super) type Wish = (usize, String, Option<TextSize>);

pub(super) fn wish(change: &Change) -> Wish {
    let start = change.sites.first().map(|site| site.range.start());
    (change.order, change.rule.clone(), start)
}
