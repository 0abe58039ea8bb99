//! What came of decisions → what a person is told of it.

use std::collections::HashSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::place;
use super::view::{self, View, count};
use crate::plan::change::{Change, ChangeId, FilePlan, Plan};
use crate::plan::rewrite::RewriteError;
use crate::source::cell::Position;
use crate::text::shown::Shown;

/// So many places are told that may be of changes that were accepted.
const PERHAPS: usize = 5;

/// What came of a file of decisions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decided {
    /// Changes that are accepted, and made.
    pub accepted: usize,
    /// Changes that are not wanted.
    pub rejected: usize,
    /// Changes that a comment keeps out from now on.
    pub suppressed: usize,
    /// Changes of which nothing is said.
    pub undecided: usize,
    /// Changes in the tree of which something is said.
    pub found: usize,
    /// Accepted changes that are not in the tree any more.
    pub gone: usize,
    /// Where undecided changes stand that may be some of these, edited or moved since.
    pub perhaps: Vec<(PathBuf, Position)>,
    /// Accepted changes that are not made.
    pub refused: Vec<Refused>,
}

/// An accepted change that is not made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    path: PathBuf,
    position: Option<Position>,
    recipe: String,
    why: Unmade,
}

/// Why it is not made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unmade {
    /// It was looked at in another form.
    Changed,
    /// This one is not accepted.
    Requires(ChangeId),
    /// It has no edits of its own, and what others leave to it is still used.
    Idle,
    /// It was planned on the text of a change of which a person wrote another one.
    Behind,
    /// What a person wrote for it breaks a law.
    Broken(String),
    /// What a person wrote for it does not fit any more.
    Rewritten(RewriteError),
}

impl From<RewriteError> for Unmade {
    fn from(error: RewriteError) -> Self {
        Self::Rewritten(error)
    }
}

impl Decided {
    /// Takes out of what is accepted the changes of which nothing came in a plan; each with what is said
    /// of it then.
    pub fn drop_idle(&mut self, plan: &Plan, idle: Vec<(ChangeId, Refused)>) {
        let changes = plan.files.iter().flat_map(FilePlan::changes);
        let left: HashSet<&ChangeId> = changes.map(|change| &change.id).collect();
        let gone = idle.into_iter().filter(|(id, _)| !left.contains(id));
        let before = self.refused.len();
        self.refused.extend(gone.map(|(_, refused)| refused));
        self.accepted -= self.refused.len() - before;
    }
}

impl Refused {
    /// Says why a change of a file is not made.
    pub fn new(path: &Path, change: &Change, why: Unmade) -> Self {
        Self {
            path: path.to_owned(),
            position: change.sites.first().map(|site| site.position),
            recipe: change.recipe.clone(),
            why,
        }
    }
}

impl Unmade {
    fn words(&self) -> String {
        match self {
            Self::Changed => "the code or the change is different now: review it again".to_owned(),
            Self::Idle => {
                "it has no effect: what it removes is still used, or suppressed".to_owned()
            }
            Self::Behind => {
                "it builds on a change that was edited or suppressed; migrate, and review it again"
                    .to_owned()
            }
            Self::Broken(law) => format!("the edited text is not valid: {law}"),
            Self::Rewritten(error) => format!("its edited text does not fit: {error}"),
            Self::Requires(id) => format!("it requires {}, which is not accepted", id.0),
        }
    }
}

/// Writes what is not made although it is accepted, and how much was decided.
///
/// # Errors
/// The writer fails.
pub fn write(out: &mut dyn Write, view: &View, decided: &Decided) -> io::Result<()> {
    if !decided.refused.is_empty() {
        writeln!(
            out,
            "{}",
            view.paint(view::HEADING, "Decided, but not done")
        )?;
    }
    for refused in &decided.refused {
        let path = view.name(&refused.path);
        let place = refused.position.map(|at| place::location(&path, at));
        let recipe = view.paint(view::RECIPE, &refused.recipe);
        let (place, why) = (place.unwrap_or(path), refused.why.words());
        writeln!(out, "{} {recipe}: {why}", Shown(&place))?;
    }
    if !decided.refused.is_empty() {
        writeln!(out)?;
    }
    let Decided {
        accepted,
        rejected,
        suppressed,
        undecided,
        gone,
        ..
    } = decided;
    let mut parts = vec![format!("{accepted} accepted")];
    let more = [
        (rejected, "rejected"),
        (suppressed, "suppressed"),
        (undecided, "undecided"),
    ];
    let more = more.iter().filter(|(number, _)| **number > 0);
    parts.extend(more.map(|(number, word)| format!("{number} {word}")));
    writeln!(out, "Decisions: {}.", parts.join(", "))?;
    match gone {
        0 => Ok(()),
        _ => write_gone(out, view, decided),
    }
}

fn write_gone(out: &mut dyn Write, view: &View, decided: &Decided) -> io::Result<()> {
    let gone = count(decided.gone, "change");
    writeln!(
        out,
        "{gone} accepted before: made already, or the code is gone."
    )?;
    let places = decided.perhaps.iter();
    let places = places.map(|(path, at)| place::location(&view.name(path), *at));
    let places: Vec<String> = places.take(PERHAPS).collect();
    if !places.is_empty() {
        let places = places.join(", ");
        writeln!(
            out,
            "Perhaps edited or moved since, and undecided: {}.",
            Shown(&places)
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::safety::Safety;
    use crate::report::sample;

    #[test]
    fn what_is_not_made_is_told_before_the_counts() {
        let plan = sample::plan(Safety::Review);
        let change = plan.files.iter().flat_map(FilePlan::changes).next();
        let change = change.expect("the sample has a change");
        let path = Path::new("job.py");
        let other = ChangeId("other-1".to_owned());
        let decided = Decided {
            accepted: 2,
            undecided: 1,
            gone: 1,
            perhaps: vec![(path.to_owned(), change.sites[0].position)],
            refused: vec![
                Refused::new(path, change, Unmade::Changed),
                Refused::new(path, change, Unmade::Requires(other)),
            ],
            ..Decided::default()
        };
        let mut out = Vec::new();
        write(&mut out, &View::plain("/"), &decided).expect("a vector takes everything");
        assert_eq!(
            String::from_utf8_lossy(&out),
            "\
Decided, but not done
job.py:4:5 blocking-pause: the code or the change is different now: review it again
job.py:4:5 blocking-pause: it requires other-1, which is not accepted

Decisions: 2 accepted, 1 undecided.
1 change accepted before: made already, or the code is gone.
Perhaps edited or moved since, and undecided: job.py:4:5.
"
        );
    }
}
