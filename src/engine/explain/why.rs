//! Why nothing came of a rule at a place: another rule or change, a comment, or what does not hold.

use ruff_text_size::{Ranged, TextRange};

use super::Told;
use super::line::{LazyClaims, Line};
use crate::matching::claims::Claimed;
use crate::matching::trace::{Asked, Fitting, Trace};
use crate::plan::change::{Change, Layer, Status};
use crate::recipe::answer::Answer;

impl Line<'_> {
    /// What came of a rule: what the plan has of it, or why it has nothing.
    pub(super) fn outcome(&self, trace: &Trace, claimed: &LazyClaims, site: TextRange) -> Told {
        let made = self.made(&trace.recipe.id, &trace.rule.id, site);
        made.unwrap_or_else(|| Told::Nothing {
            why: match trace.applies {
                Answer::Yes => self.why_no_more(trace, claimed, site),
                _ => why_not(trace),
            },
        })
    }

    /// Why the plan has nothing of a rule that applies.
    fn why_no_more(&self, trace: &Trace, claimed: &LazyClaims, site: TextRange) -> String {
        let is_it = |claimed: &&Claimed| {
            (claimed.found.order, claimed.found.sites[0]) == (trace.order, trace.site)
                && std::ptr::eq(claimed.found.rule, trace.rule)
        };
        if let Some(Claimed { recipe, rule, .. }) = claimed.iter().find(is_it) {
            return format!("`{}`, rule {}, claims the code there", recipe.id, rule.id);
        }
        let first = self.plan.layers.first();
        let goes_along = |layer: &Layer| {
            let mut edits = layer.edits.edits().iter();
            edits.any(|edit| edit.range().contains_range(site))
        };
        match self.change_with(|edit| edit.contains_range(site)) {
            Some(change) => format!("the change {} includes it", named(change)),
            None if first.is_some_and(goes_along) => {
                "other changes remove it with the code that they no longer need".to_owned()
            }
            None => self.kept_away(&trace.recipe.id, site).unwrap_or_else(|| {
                match trace.rule.finding_if {
                    Some(_) => {
                        "no change can be made here, and it is no finding: its `finding-if` does not hold"
                            .to_owned()
                    }
                    None => self.why_nothing(site),
                }
            }),
        }
    }

    /// Another change writes in the code of the site, or there is no reason that is known.
    fn why_nothing(&self, site: TextRange) -> String {
        let writes = |edit: TextRange| edit.intersect(site).is_some() && edit.start() < site.end();
        match self.change_with(writes) {
            Some(change) => format!("the change {} rewrites code there", named(change)),
            None => "it applies, but the plan has no change for it".to_owned(),
        }
    }

    /// The first change of the plan with an edit that is meant.
    fn change_with(&self, is_it: impl Fn(TextRange) -> bool) -> Option<&Change> {
        let changes = self.plan.layers.first().into_iter();
        let changes = changes.flat_map(|layer| &layer.changes);
        let mut proposed = changes.filter(|change| change.status == Status::Proposed);
        proposed.find(|change| change.edits.iter().any(|edit| is_it(edit.range())))
    }

    /// Which comment keeps a recipe from a site.
    fn kept_away(&self, recipe: &str, site: TextRange) -> Option<String> {
        let mut comments = self.outcome.comments.as_ref()?.all.iter();
        let comment = comments.find(|it| {
            let used = (it.comment.start(), recipe.to_owned());
            it.covers.contains(site.start()) && self.outcome.heeded.contains(&used)
        })?;
        let place = self.source.position(comment.comment.start()).words();
        Some(format!("the comment at {place} turns it off"))
    }
}

/// Names a change, with its rule and the line where it begins.
fn named(change: &Change) -> String {
    let id = &change.id.0;
    match change.sites.first() {
        Some(site) => {
            let (recipe, rule, place) = (&site.recipe, &site.rule, site.position.words());
            format!("{id} (`{recipe}`, rule {rule}, {place})")
        }
        None => id.clone(),
    }
}

/// Why a rule does not apply.
fn why_not(trace: &Trace<'_>) -> String {
    let words = || trace.asked.iter().filter(|asked| asked.depth == 0);
    let first = |answer| words().find(|asked| asked.answer == answer);
    match &trace.fitting {
        Fitting::Not(why) => why.clone(),
        fitting => match (first(Answer::No), first(Answer::Unknown), fitting) {
            (Some(no), ..) => format!("`{}` does not hold", with_inner(trace, no)),
            (_, Some(unknown), _) => {
                format!(
                    "whether `{}` holds is not known",
                    with_inner(trace, unknown)
                )
            }
            (.., Fitting::Perhaps(why)) => format!("the pattern may match: {why}"),
            _ => "its `where` does not hold".to_owned(),
        },
    }
}

/// Returns a word; of a `not` with what decided in it.
fn with_inner(trace: &Trace<'_>, asked: &Asked) -> String {
    let shown = asked.shown();
    if shown != "not" {
        return shown;
    }
    let behind = trace
        .asked
        .iter()
        .skip_while(|it| !std::ptr::eq(*it, asked))
        .skip(1);
    let mut inner = behind.take_while(|it| it.depth > asked.depth);
    let decides = |it: &&Asked| it.depth == asked.depth + 1 && it.answer == !asked.answer;
    inner
        .find(decides)
        .map_or(shown, |it| format!("not: {}", it.shown()))
}
