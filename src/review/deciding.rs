//! One or many changes of a session → what is decided of them, and of what they require.

use rustc_hash::FxHashSet;

use super::item::Item;
use super::session::{Came, Pressed, Session};
use crate::plan::change::ChangeId;
use crate::plan::decision::{Decision, Verdict};
use crate::plan::rewrite::Rewrite;
use crate::python::directive::ignoring;

impl Session<'_> {
    /// Decides of the chosen change, and goes on to the next that is open.
    pub(super) fn decide_one(&mut self, verdict: Verdict) -> Came {
        let Some(item) = self.chosen() else {
            return Came::Shown;
        };
        self.decide(&[item], verdict);
        self.go_on();
        Came::Decided
    }

    /// Accepts the chosen change with lines that a person wrote for it.
    pub fn accept_edited(&mut self, edited: Vec<Rewrite>) -> Came {
        let Some(item) = self.chosen() else {
            return Came::Shown;
        };
        self.decide(&[item], Verdict::Accept);
        let id = &self.items[item].change.id;
        if let Some(decision) = self.decisions.of(id).cloned() {
            self.decisions.add(Decision { edited, ..decision });
        }
        self.go_on();
        Came::Decided
    }

    /// Returns whether a comment at the chosen change could say that.
    pub(super) fn is_reason(&self, why: &str) -> bool {
        let recipe = self.chosen().map(|item| &self.items[item].change.recipe);
        recipe.is_some_and(|recipe| ignoring(recipe, why).is_some())
    }

    /// Keeps the chosen change out by a comment in the code that says why.
    pub(super) fn suppress(&mut self, why: &str) -> Came {
        let Some(item) = self.chosen() else {
            return Came::Shown;
        };
        self.decide(&[item], Verdict::Suppress);
        let id = &self.items[item].change.id;
        if let Some(decision) = self.decisions.of(id).cloned() {
            let note = Some(why.to_owned());
            self.decisions.add(Decision { note, ..decision });
        }
        self.go_on();
        Came::Decided
    }

    /// Goes to the next change that is open.
    fn go_on(&mut self) {
        let behind = self.rows.iter().skip(self.at + 1);
        let open = behind.clone().position(|row| self.verdict(*row).is_none());
        if let Some(open) = open {
            self.go(self.at + 1 + open);
        }
        self.list();
    }

    /// Decides of the chosen change and those of its file that stand behind it and are open.
    pub(super) fn decide_rest(&mut self, verdict: Verdict) -> Came {
        let Some(item) = self.chosen() else {
            return Came::Shown;
        };
        let file = self.items[item].file.original().path();
        let is_rest = |row: &usize| {
            let of_file = self.items[*row].file.original().path() == file;
            *row == item || of_file && self.verdict(*row).is_none()
        };
        let rest: Vec<usize> = self.rows[self.at..]
            .iter()
            .copied()
            .filter(is_rest)
            .collect();
        self.decide(&rest, verdict);
        self.list();
        Came::Decided
    }

    /// Decides of all open changes of the recipe, file or level of the chosen one.
    pub(super) fn decide_all(&mut self, verdict: Verdict, key: Pressed) -> Came {
        let Some(chosen) = self.chosen() else {
            return Came::Shown;
        };
        let one = &self.items[chosen];
        let is_alike: Box<dyn Fn(&Item) -> bool> = match key {
            Pressed::Char('r') => Box::new(|it| it.change.recipe == one.change.recipe),
            Pressed::Char('f') => Box::new(|it| it.path == one.path),
            Pressed::Char('l') => Box::new(|it| it.change.safety == one.change.safety),
            _ => return Came::Shown,
        };
        let items = 0..self.items.len();
        let alike = items.filter(|item| {
            is_alike(&self.items[*item]) && (*item == chosen || self.verdict(*item).is_none())
        });
        let alike: Vec<usize> = alike.collect();
        drop(is_alike);
        self.decide(&alike, verdict);
        self.list();
        Came::Decided
    }

    pub(super) fn decide(&mut self, items: &[usize], verdict: Verdict) {
        let ids = items.iter().map(|item| self.items[*item].change.id.clone());
        let asked: FxHashSet<ChangeId> = ids.collect();
        let mut all = asked.clone();
        if verdict == Verdict::Accept {
            all = self.closure.with_required(all);
        }
        let mut step = Vec::new();
        let mut rejected = 0;
        for item in 0..self.items.len() {
            let id = &self.items[item].change.id;
            if !all.contains(id) {
                continue;
            }
            // What is required is accepted with it, unless somebody has rejected it.
            if !asked.contains(id) && self.verdict(item).is_some() {
                rejected += usize::from(self.verdict(item) != Some(Verdict::Accept));
                continue;
            }
            step.push((id.clone(), self.decisions.of(id).cloned()));
            self.own.insert(id.clone());
            let decision = self.decision(item, verdict);
            self.decisions.add(decision);
        }
        self.told = self.said(&asked, step.len(), rejected, verdict);
        self.past.push(step);
    }

    fn decision(&self, place: usize, verdict: Verdict) -> Decision {
        let item = &self.items[place];
        let known = self.decisions.of(&item.change.id);
        // Accepting again what was accepted takes nothing back that a person wrote.
        let edited = known.filter(|it| {
            (it.verdict, verdict) == (Verdict::Accept, Verdict::Accept)
                && it.holds(item.fingerprint.as_deref())
        });
        // Why a comment keeps a change out is no reason to make it.
        let is_reason = known.is_some_and(|it| it.verdict == Verdict::Suppress);
        let note = self.note(place).filter(|_| !is_reason);
        Decision {
            change: item.change.id.clone(),
            verdict,
            edited: edited.map_or_else(Vec::new, |it| it.edited.clone()),
            fingerprint: item.fingerprint.clone(),
            file: Some(item.path.clone()),
            code: Some(item.code()),
            by: self.author.by.clone(),
            at: (self.author.clock)(),
            note: note.map(str::to_owned),
        }
    }

    /// Says what was decided, and what that means for other changes.
    fn said(
        &self,
        asked: &FxHashSet<ChangeId>,
        decided: usize,
        rejected: usize,
        verdict: Verdict,
    ) -> String {
        let mut said = format!("{decided} {}", verdict.done());
        match verdict {
            Verdict::Accept if rejected > 0 => {
                said.push_str(&format!(", but {rejected} rejected that this requires"));
            }
            Verdict::Accept if decided > asked.len() => {
                said.push_str(&format!(", {} as required", decided - asked.len()));
            }
            Verdict::Accept => {}
            Verdict::Reject | Verdict::Suppress => {
                let rests = |item: &usize| {
                    let requires = &self.items[*item].change.requires;
                    requires.iter().any(|id| asked.contains(id))
                        && self.verdict(*item) == Some(Verdict::Accept)
                };
                let resting = (0..self.items.len()).filter(rests).count();
                if resting > 0 {
                    said.push_str(&format!(
                        ", {resting} accepted that require it are left out"
                    ));
                }
            }
        }
        said
    }

    /// Comments on a decision, or on the one to come.
    pub(super) fn comment(&mut self, id: ChangeId, note: String) -> Came {
        let Some(known) = self.decisions.of(&id).cloned() else {
            "the comment is kept for your decision".clone_into(&mut self.told);
            match note.is_empty() {
                true => self.notes.remove(&id),
                false => self.notes.insert(id, note),
            };
            return Came::Shown;
        };
        self.past.push(vec![(id.clone(), Some(known.clone()))]);
        self.own.insert(id);
        self.decisions.add(Decision {
            note: Some(note).filter(|note| !note.is_empty()),
            ..known
        });
        Came::Decided
    }

    pub(super) fn undo(&mut self) -> Came {
        let Some(step) = self.past.pop() else {
            "nothing to undo".clone_into(&mut self.told);
            return Came::Shown;
        };
        let first = step.first().map(|(id, _)| id.clone());
        for (id, before) in step {
            match before {
                Some(decision) => self.decisions.add(decision),
                None => self.decisions.remove(&id),
            }
        }
        self.list();
        let is_it = |row: &usize| Some(&self.items[*row].change.id) == first.as_ref();
        if let Some(row) = self.rows.iter().position(is_it) {
            self.go(row);
        }
        "undone".clone_into(&mut self.told);
        Came::Decided
    }
}
