//! What a person types in a line of a session: what is searched for, comments, reasons.

use super::session::{Came, Mode, Pressed, Session};

impl Session<'_> {
    pub(super) fn type_search(&mut self, mut typed: String, key: Pressed) -> Came {
        if type_key(&mut typed, key) {
            self.mode = Mode::Search(typed);
            return Came::Shown;
        }
        if key == Pressed::Enter {
            self.search = typed;
            self.list();
        }
        Came::Shown
    }

    pub(super) fn begin_note(&mut self) {
        if let Some(item) = self.chosen() {
            let note = self.note(item).unwrap_or_default().to_owned();
            self.mode = Mode::Note(note);
        }
    }

    pub(super) fn type_reason(&mut self, mut typed: String, key: Pressed) -> Came {
        if type_key(&mut typed, key) {
            self.mode = Mode::Suppress(typed);
            return Came::Shown;
        }
        match (key, typed.trim()) {
            (Pressed::Enter, "") => {
                "nothing is suppressed without a reason".clone_into(&mut self.told);
                Came::Shown
            }
            (Pressed::Enter, why) if !self.is_reason(why) => {
                "as a comment that says something else: use other words".clone_into(&mut self.told);
                Came::Shown
            }
            (Pressed::Enter, why) => self.suppress(why),
            _ => Came::Shown,
        }
    }

    pub(super) fn type_note(&mut self, mut typed: String, key: Pressed) -> Came {
        if type_key(&mut typed, key) {
            self.mode = Mode::Note(typed);
            return Came::Shown;
        }
        let item = self.chosen().filter(|_| key == Pressed::Enter);
        let Some(id) = item.map(|item| self.items[item].change.id.clone()) else {
            return Came::Shown;
        };
        self.comment(id, typed)
    }
}

/// Takes a letter in or back; returns whether typing goes on.
fn type_key(typed: &mut String, key: Pressed) -> bool {
    match key {
        Pressed::Char(c) => typed.push(c),
        Pressed::Backspace => {
            typed.pop();
        }
        Pressed::Enter | Pressed::Escape => return false,
        _ => {}
    }
    true
}
