//! Folded sections of parts → as many of them as a forge takes.

use super::escape::{entities, html};
use crate::report::view::count;

/// So long may the description of a pull request be.
pub(super) const LIMIT: usize = 65_536;

/// For the line that says what is missing.
const RESERVE: usize = 256;

/// What a part is: those of the first kind are wanted most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A reason.
    Reason,
    /// A place that it is said of.
    Place,
    /// A hunk.
    Hunk,
}

/// A folded section.
#[derive(Debug)]
pub(super) struct Sheet {
    /// What is seen while it is folded, in HTML.
    title: String,
    parts: Vec<(Kind, String)>,
    /// How many of the parts are kept: of those in words, and of the hunks.
    kept: [usize; 2],
}

impl Sheet {
    /// Begins a section: its name, and what is said of it.
    pub(super) fn new(name: &str, about: &str) -> Self {
        Self {
            title: format!("<code>{}</code>: {}", entities(name), html(about)),
            parts: Vec::new(),
            kept: [0; 2],
        }
    }

    /// Begins a section about no recipe.
    pub(super) fn plain(title: &str) -> Self {
        Self {
            title: html(title),
            parts: Vec::new(),
            kept: [0; 2],
        }
    }

    /// Adds a part.
    pub(super) fn push(&mut self, kind: Kind, text: String) {
        self.parts.push((kind, text));
    }

    /// Returns the parts in words, or the hunks.
    fn of(&self, hunks: bool) -> impl Iterator<Item = (Kind, &str)> {
        let parts = self.parts.iter();
        let parts = parts.filter(move |(kind, _)| (*kind == Kind::Hunk) == hunks);
        parts.map(|(kind, text)| (*kind, text.as_str()))
    }

    fn begin(&self) -> String {
        format!("<details>\n<summary>{}</summary>\n\n", self.title)
    }

    /// Keeps parts as long as there is room; returns how much is left.
    fn keep(&mut self, hunks: bool, room: usize) -> usize {
        let mut left = room;
        let mut kept = 0;
        for (_, text) in self.of(hunks) {
            let is_begun = self.kept[0] > 0 || kept > 0;
            let frame = match is_begun {
                true => 0,
                false => self.begin().len() + END.len(),
            };
            // A blank line may stand before it.
            let Some(after) = left.checked_sub(text.len() + 1 + frame) else {
                break;
            };
            left = after;
            kept += 1;
        }
        self.kept[usize::from(hunks)] = kept;
        left
    }

    fn write(&self, page: &mut String) {
        if self.kept == [0, 0] {
            return;
        }
        page.push_str(&self.begin());
        let mut before = None;
        for hunks in [false, true] {
            for (kind, text) in self.of(hunks).take(self.kept[usize::from(hunks)]) {
                if before.is_some_and(|before| kind != Kind::Place || before != kind) {
                    page.push('\n');
                }
                page.push_str(text);
                before = Some(kind);
            }
        }
        page.push_str(END);
    }

    /// Counts parts of a kind that are not kept.
    fn missing(&self, wanted: Kind) -> usize {
        let hunks = wanted == Kind::Hunk;
        let missing = self.of(hunks).skip(self.kept[usize::from(hunks)]);
        missing.filter(|(kind, _)| *kind == wanted).count()
    }
}

const END: &str = "\n</details>\n\n";

/// Writes the sections behind what is there, and how much is left out.
pub(super) fn fit(page: &mut String, sheets: &mut [Sheet]) {
    let mut room = LIMIT.saturating_sub(page.len() + RESERVE);
    for hunks in [false, true] {
        for sheet in sheets.iter_mut() {
            room = sheet.keep(hunks, room);
        }
    }
    sheets.iter().for_each(|sheet| sheet.write(page));
    let nouns = [
        (Kind::Reason, "reason"),
        (Kind::Place, "place"),
        (Kind::Hunk, "hunk"),
    ];
    let missing = nouns.map(|(kind, noun)| {
        let missing: usize = sheets.iter().map(|sheet| sheet.missing(kind)).sum();
        (missing > 0).then(|| count(missing, noun))
    });
    let missing: Vec<String> = missing.into_iter().flatten().collect();
    if !missing.is_empty() {
        let missing = missing.join(", ");
        page.push_str(&format!(
            "Left out: {missing}; a description has at most {LIMIT} characters.\n"
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_room_is_counted() {
        let mut sheets = [Sheet::new("a", "x"), Sheet::new("b", "y")];
        for sheet in &mut sheets {
            sheet.push(Kind::Reason, "why\n".to_owned());
            for _ in 0..10 {
                sheet.push(Kind::Place, "- here\n".to_owned());
                sheet.push(Kind::Hunk, "h".repeat(5000) + "\n");
            }
        }
        let mut page = "# Title\n\n".to_owned();
        fit(&mut page, &mut sheets);
        assert!(page.len() <= LIMIT, "{}", page.len());
        assert_eq!(page.matches("- here").count(), 20);
        let end = "</details>\n\nLeft out: 8 hunks; a description has at most 65536 characters.\n";
        assert!(page.ends_with(end), "{}", &page[page.len() - 200..]);
        assert_eq!(page.matches("<details>").count(), 2);
    }
}
