//! Findings that matter little → a number, where nobody asks for them.

use super::Run;
use crate::plan::change::FilePlan;

impl Run<'_> {
    /// Only counts minor findings where nobody asks for them.
    pub(super) fn hide_minor(&mut self) {
        for file in &mut self.files {
            let plan = file.outcome.plan.iter_mut();
            plan.filter(|_| !file.engine.settings.shows_minor)
                .for_each(FilePlan::hide_minor);
        }
    }
}
