//! Keys → decisions: what is shown, what is chosen, and what was decided so far.

use rustc_hash::{FxHashMap, FxHashSet};

use super::draft::Draft;
use super::item::Item;
use super::words::keys;
use crate::plan::change::{ChangeId, Plan};
use crate::plan::closure::Closure;
use crate::plan::decision::{Decision, Decisions, Verdict};
use crate::plan::rewrite::Rewrite;

/// A key, whatever terminal it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pressed {
    /// A letter or another sign.
    Char(char),
    /// One up.
    Up,
    /// One down.
    Down,
    /// A page up.
    PageUp,
    /// A page down.
    PageDown,
    /// To the first.
    Home,
    /// To the last.
    End,
    /// Done.
    Enter,
    /// Back.
    Escape,
    /// Takes a letter back.
    Backspace,
}

/// What comes of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Came {
    /// The screen may be another one.
    Shown,
    /// Something was decided, too: the decisions are to be stored.
    Decided,
    /// The text of the chosen change is to be edited.
    Edit,
    /// The page of its recipe is to be shown.
    Page,
    /// The person is done.
    Done,
}

/// What keys mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Mode {
    Browse,
    /// The page of a recipe is read.
    Page(String),
    /// What is typed is searched for.
    Search(String),
    /// What is typed is the note of the decision.
    Note(String),
    /// What is typed is the reason in a comment that keeps the change out.
    Suppress(String),
    /// The next key says of what all are meant.
    All(Verdict),
}

/// Which changes are on the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Listed {
    All,
    Open,
    Accepted,
    Rejected,
}

/// What the list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sorting {
    File,
    Recipe,
    Level,
}

/// Who decides, and when.
pub struct Author<'a> {
    /// The name.
    pub by: Option<String>,
    /// The moment of a decision, as RFC 3339 has it.
    pub clock: &'a dyn Fn() -> Option<String>,
}

/// A review that goes on.
pub struct Session<'p> {
    pub(super) items: Vec<Item<'p>>,
    pub(super) closure: Closure<'p>,
    pub(super) author: Author<'p>,
    pub(super) decisions: Decisions,
    /// The items on the list, in its order.
    pub(super) rows: Vec<usize>,
    /// The chosen row.
    pub(super) at: usize,
    /// Lines of the diff that are scrolled over.
    pub(super) scroll: usize,
    pub(super) mode: Mode,
    pub(super) listed: Listed,
    pub(super) order: Sorting,
    pub(super) search: String,
    /// Comments on what is not decided yet.
    pub(super) notes: FxHashMap<ChangeId, String>,
    /// What was decided here, which goes before what others decide meanwhile.
    pub(super) own: FxHashSet<ChangeId>,
    /// What was decided before each step, the last step last.
    pub(super) past: Vec<Vec<(ChangeId, Option<Decision>)>>,
    /// What came of the last key.
    pub(super) told: String,
}

impl<'p> Session<'p> {
    /// Begins with what was decided before.
    pub fn new(
        plan: &'p Plan,
        items: Vec<Item<'p>>,
        mut decisions: Decisions,
        author: Author<'p>,
    ) -> Self {
        decisions.rename(items.iter().map(Item::change));
        let mut session = Self {
            rows: Vec::new(),
            items,
            closure: Closure::of(plan),
            author,
            decisions,
            at: 0,
            scroll: 0,
            mode: Mode::Browse,
            listed: Listed::All,
            order: Sorting::File,
            search: String::new(),
            notes: FxHashMap::default(),
            own: FxHashSet::default(),
            past: Vec::new(),
            told: String::new(),
        };
        session.list();
        let first = session
            .rows
            .iter()
            .position(|item| session.verdict(*item).is_none());
        session.at = first.unwrap_or(0);
        session
    }

    /// Takes what was decided elsewhere meanwhile, of changes that nothing was decided of here.
    pub fn adopt(&mut self, others: &Decisions) {
        let mut others = others.clone();
        others.rename(self.items.iter().map(Item::change));
        let others = others.iter().filter(|it| !self.own.contains(&it.change));
        others.for_each(|it| self.decisions.add(it.clone()));
    }

    /// Returns what is decided so far.
    pub fn decisions(&self) -> &Decisions {
        &self.decisions
    }

    /// Returns how many of the changes are accepted, rejected and open.
    pub fn counts(&self) -> [usize; 3] {
        let mut counts = [0; 3];
        for item in 0..self.items.len() {
            counts[match self.verdict(item) {
                Some(Verdict::Accept) => 0,
                Some(Verdict::Reject | Verdict::Suppress) => 1,
                None => 2,
            }] += 1;
        }
        counts
    }

    /// Returns what was decided of an item; what was decided of another code counts no more.
    pub(super) fn verdict(&self, item: usize) -> Option<Verdict> {
        let item = &self.items[item];
        let decision = self.decisions.of(&item.change.id)?;
        let holds = decision.holds(item.fingerprint.as_deref());
        holds.then_some(decision.verdict)
    }

    /// Returns what a person wrote in place of an item's own lines; empty: these are as planned.
    pub(super) fn edited(&self, item: usize) -> &[Rewrite] {
        let item = &self.items[item];
        let decision = self.decisions.of(&item.change.id);
        let decision = decision.filter(|it| it.holds(item.fingerprint.as_deref()));
        decision.map_or(&[], |decision| &decision.edited)
    }

    /// Returns the chosen change.
    pub fn item(&self) -> Option<&Item<'p>> {
        self.chosen().map(|item| &self.items[item])
    }

    /// Returns the lines of the chosen change to be edited.
    pub fn draft(&self) -> Option<Draft> {
        let chosen = self.chosen()?;
        Draft::of(&self.items[chosen], self.edited(chosen))
    }

    /// Says something in place of the keys.
    pub fn tell(&mut self, words: String) {
        self.told = words;
    }

    /// Returns what a person noted of an item.
    pub(super) fn note(&self, item: usize) -> Option<&str> {
        let id = &self.items[item].change.id;
        let decided = self.decisions.of(id).and_then(|it| it.note.as_deref());
        decided.or_else(|| self.notes.get(id).map(String::as_str))
    }

    /// Returns the item that is chosen.
    pub(super) fn chosen(&self) -> Option<usize> {
        self.rows.get(self.at).copied()
    }

    /// Does what a key asks for.
    pub fn press(&mut self, key: Pressed) -> Came {
        self.told.clear();
        match std::mem::replace(&mut self.mode, Mode::Browse) {
            Mode::Browse => self.browse(key),
            Mode::Page(page) => self.read_page(page, key),
            Mode::Search(typed) => self.type_search(typed, key),
            Mode::Note(typed) => self.type_note(typed, key),
            Mode::Suppress(typed) => self.type_reason(typed, key),
            Mode::All(verdict) => self.decide_all(verdict, key),
        }
    }

    fn browse(&mut self, key: Pressed) -> Came {
        match key {
            Pressed::Char('q') | Pressed::Escape => return Came::Done,
            Pressed::Char('y') => return self.decide_one(Verdict::Accept),
            Pressed::Char('n') => return self.decide_one(Verdict::Reject),
            Pressed::Char('a') => return self.decide_rest(Verdict::Accept),
            Pressed::Char('d') => return self.decide_rest(Verdict::Reject),
            Pressed::Char('e') if self.chosen().is_some() => return Came::Edit,
            Pressed::Char('s') if self.chosen().is_some() => {
                self.mode = Mode::Suppress(String::new());
            }
            Pressed::Char('i') if self.chosen().is_some() => return Came::Page,
            Pressed::Char('u') => return self.undo(),
            Pressed::Char('A') => self.mode = Mode::All(Verdict::Accept),
            Pressed::Char('D') => self.mode = Mode::All(Verdict::Reject),
            Pressed::Char('?') => self.show_page(keys()),
            Pressed::Char('/') => self.mode = Mode::Search(String::new()),
            Pressed::Char('c') => self.begin_note(),
            Pressed::Char('f') => self.list_others(),
            Pressed::Char('o') => self.next_order(),
            Pressed::Char('j') | Pressed::Down => self.go(self.at + 1),
            Pressed::Char('k') | Pressed::Up => self.go(self.at.saturating_sub(1)),
            Pressed::Char('g') | Pressed::Home => self.go(0),
            Pressed::Char('G') | Pressed::End => self.go(self.rows.len()),
            Pressed::Char(' ') | Pressed::PageDown => self.scroll += 5,
            Pressed::Char('b') | Pressed::PageUp => self.scroll = self.scroll.saturating_sub(5),
            _ => "? lists the keys".clone_into(&mut self.told),
        }
        Came::Shown
    }

    pub(super) fn go(&mut self, row: usize) {
        self.at = row.min(self.rows.len().saturating_sub(1));
        self.scroll = 0;
    }

    /// Makes the list anew; what was chosen stays so, if it is still there.
    pub(super) fn list(&mut self) {
        let chosen = self.chosen();
        let is_shown = |item: &usize| {
            let fits = match self.listed {
                Listed::All => true,
                Listed::Open => self.verdict(*item).is_none(),
                Listed::Accepted => self.verdict(*item) == Some(Verdict::Accept),
                Listed::Rejected => {
                    let verdict = self.verdict(*item);
                    verdict.is_some_and(|verdict| verdict != Verdict::Accept)
                }
            };
            fits && self.has_words(&self.items[*item])
        };
        let mut rows: Vec<usize> = (0..self.items.len()).filter(is_shown).collect();
        match self.order {
            Sorting::File => {}
            Sorting::Recipe => rows.sort_by_key(|item| &*self.items[*item].change.recipe),
            Sorting::Level => rows.sort_by_key(|item| self.items[*item].change.safety),
        }
        self.rows = rows;
        let at = chosen.and_then(|item| self.rows.iter().position(|row| *row == item));
        self.go(at.unwrap_or(self.at));
    }

    fn has_words(&self, item: &Item) -> bool {
        let words = self.search.to_lowercase();
        let said = format!(
            "{} {} {}",
            item.place,
            item.change.recipe,
            item.change.said.sentence()
        );
        words.is_empty() || said.to_lowercase().contains(&words)
    }

    fn list_others(&mut self) {
        self.listed = match self.listed {
            Listed::All => Listed::Open,
            Listed::Open => Listed::Accepted,
            Listed::Accepted => Listed::Rejected,
            Listed::Rejected => Listed::All,
        };
        self.list();
    }

    fn next_order(&mut self) {
        self.order = match self.order {
            Sorting::File => Sorting::Recipe,
            Sorting::Recipe => Sorting::Level,
            Sorting::Level => Sorting::File,
        };
        self.list();
    }

    /// Shows a text in place of the chosen change.
    pub fn show_page(&mut self, page: String) {
        self.mode = Mode::Page(page);
        self.scroll = 0;
    }

    /// Scrolls in a page; any other key goes back.
    fn read_page(&mut self, page: String, key: Pressed) -> Came {
        let scroll = match key {
            Pressed::Char(' ') | Pressed::PageDown => self.scroll + 5,
            Pressed::Char('b') | Pressed::PageUp => self.scroll.saturating_sub(5),
            Pressed::Char('j') | Pressed::Down => self.scroll + 1,
            Pressed::Char('k') | Pressed::Up => self.scroll.saturating_sub(1),
            _ => {
                self.scroll = 0;
                return Came::Shown;
            }
        };
        self.show_page(page);
        self.scroll = scroll;
        Came::Shown
    }
}
