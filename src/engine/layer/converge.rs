//! Law 3: the same recipes find nothing more to do in what they leave.

use super::Strata;
use crate::engine::settings::MAX_TURNS;
use crate::plan::law::BrokenLaw;
use crate::plan::ruling::Rulings;
use crate::recipe::order::Stage;
use crate::source::SourceFile;

/// A text that is so many times as long as it was will not come to rest.
const GROWN: usize = 16;

impl Strata<'_> {
    /// Plans what the plan leaves once more, and puts what that would change on top, until there is nothing:
    /// a change may make possible what was refused before it, as in functions that call each other. Is
    /// there always more, the layers from `first` on are withdrawn: a bug of a recipe, reported and not
    /// written.
    pub(super) fn converge(&mut self, first: usize) {
        let mut unstable = None;
        for turn in 0..=MAX_TURNS {
            let Some(after) = self.left() else {
                return;
            };
            // What doubles in each turn would not fit into memory.
            if turn > 1 && after.text().len() > GROWN * self.plan.original().text().len() {
                break;
            }
            let before = self.plan.clone();
            // The text parses, or the plan would not leave it.
            self.plan_all(after).ok();
            let new = self.plan.wanted_from(before.layers.len());
            let Some(why) = BrokenLaw::unstable(new.map(|change| change.recipe.as_str())) else {
                self.plan = before;
                return;
            };
            // What is told of a run that does not end is what its first turns did.
            if turn == 1 {
                unstable = Some((before, why));
            }
        }
        if let Some((before, why)) = unstable {
            self.plan = before;
            self.withdraw(first, &why);
        }
    }

    /// Returns the text that the plan leaves, if there may be more to do in it.
    fn left(&self) -> Option<SourceFile> {
        let rulings = &self.plan.rulings;
        // What was decided of a change by name is decided anew in a second run, and what was left is found again.
        let is_stable = self.is_stable && *rulings == Rulings::default();
        if is_stable || rulings.leave_some() || self.plan.wanted().next().is_none() {
            return None;
        }
        let after = self.plan.after().ok()?;
        // Most often the words went with the sites.
        self.engine.may_match(Stage::File, &after).then_some(after)
    }

    /// Takes back what is planned from a layer on.
    fn withdraw(&mut self, first: usize, why: &BrokenLaw) {
        let plan = &mut self.plan;
        if first > 0 {
            // The text of the next one has what is taken back here.
            plan.layers.truncate(first + 1);
        }
        for layer in &mut plan.layers[first..] {
            layer.withdraw(plan.level, why);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::tests::with_shipped;
    use crate::project::Alone;
    use crate::source::SourceFile;

    const TEXT: &str = "\
import asyncio
import threading

print(threading.get_ident())
loop = asyncio.new_event_loop()


async def fetch(row):
    return await loop.run_in_executor(None, row.read)


loop.run_until_complete(fetch())
";

    const AFTER: &str = "\
import asyncio
import threading

print(threading.get_ident())


async def fetch(row):
    return await asyncio.to_thread(row.read)


asyncio.run(fetch())
";

    #[test]
    fn what_was_refused_at_first_goes_on_top_and_rests_on_the_rest() {
        let source = SourceFile::from_text("a.py", TEXT).expect("it can be read");
        let outcome = with_shipped(|engine| engine.plan_source(source, &Alone));
        let plan = outcome.plan.expect("there are sites");
        let after = plan.after().expect("it can be stored");
        assert_eq!((after.text(), plan.findings.len()), (AFTER, 0));
        let [first, second] = plan.wanted().collect::<Vec<_>>()[..] else {
            panic!("there are two changes");
        };
        assert_eq!(first.recipe, "executor-to-thread");
        assert_eq!(second.recipe, "run-until-complete");
        assert_eq!(second.requires, vec![first.id.clone()]);
    }
}
