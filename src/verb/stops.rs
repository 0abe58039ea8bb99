//! Uses that cannot change with a def: each is noted, and the others are looked at all the same.

use super::refusal::Refusal;
use crate::matching::subject::Subject;
use crate::plan::stop::Stop;
use crate::python::tree::NodeId;

/// Nobody reads more of one def.
const MAX_STOPS: usize = 20;

/// Uses that cannot change, in the order in which they were found.
#[derive(Debug, Default)]
pub(super) struct Stops {
    /// Where, and why. What is said at the place is not written yet.
    all: Vec<(Stop, Refusal)>,
}

impl Stops {
    /// Notes a use.
    ///
    /// # Errors
    /// There are so many that no more are looked for.
    pub(super) fn note(
        &mut self,
        subject: &Subject,
        used: NodeId,
        refusal: Refusal,
    ) -> Result<(), Refusal> {
        if self.all.len() == MAX_STOPS {
            return Err(refusal);
        }
        let range = subject.tree.range(used);
        let stop = Stop {
            file: subject.path().to_owned(),
            range,
            text: subject.text()[range].to_owned(),
            within: subject.context.within(used),
            why: refusal.at_use(),
        };
        // It is said once of a function.
        let said =
            |it: &Stop| (&it.file, &it.within, &it.why) == (&stop.file, &stop.within, &stop.why);
        if !self.all.iter().any(|(it, _)| said(it)) {
            self.all.push((stop, refusal));
        }
        Ok(())
    }

    /// Takes all, and says whether there are no more.
    pub(super) fn take(&mut self) -> (Vec<(Stop, Refusal)>, bool) {
        let all = std::mem::take(&mut self.all);
        let is_all = all.len() < MAX_STOPS;
        (all, is_all)
    }

    /// Takes why the first one cannot change.
    pub(super) fn take_first(&mut self) -> Option<Refusal> {
        self.take().0.into_iter().next().map(|(_, why)| why)
    }
}
