//! How a line moves: white space that goes from its beginning, and what comes there instead.

use ruff_text_size::TextSize;

/// Leading white space taken from one line, or added to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shift {
    /// Byte offset of the line's first character.
    pub line_start: TextSize,
    /// How the line moves with all that is written into it.
    along: Move,
    /// How it moves besides, by itself.
    alone: Move,
}

/// Bytes of leading white space that go, and what comes in front of the rest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Move {
    remove: u32,
    add: Indentation,
}

/// White space at the beginning of a line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Indentation {
    tabs: u16,
    spaces: u16,
}

impl Shift {
    /// Takes `remove` bytes of white space from a line.
    pub fn back(line_start: TextSize, remove: u32) -> Self {
        let along = Move {
            remove,
            ..Move::default()
        };
        Self::with_all(line_start, along)
    }

    /// Moves a line one level of indentation deeper.
    pub fn deeper(line_start: TextSize, unit: &str) -> Self {
        let count = |blank| {
            let count = unit.chars().filter(|c| *c == blank).count();
            u16::try_from(count).unwrap_or(u16::MAX)
        };
        let add = Indentation {
            tabs: count('\t'),
            spaces: count(' '),
        };
        Self::with_all(line_start, Move { remove: 0, add })
    }

    fn with_all(line_start: TextSize, along: Move) -> Self {
        Self {
            line_start,
            along,
            alone: Move::default(),
        }
    }

    /// Moves a line in the same way, and nothing that is written into it.
    pub fn alone(self) -> Self {
        Self {
            along: Move::default(),
            alone: self.along,
            ..self
        }
    }

    /// Returns the white space that comes in front of the line and of those that are written into it.
    pub fn added(self) -> String {
        self.along.add.text()
    }

    /// Returns how many bytes of white space go from the line and from those that are written into it.
    pub fn removed(self) -> usize {
        usize::try_from(self.along.remove).unwrap_or_default()
    }

    /// Returns whether more than the line itself moves.
    pub fn moves_more(self) -> bool {
        self.along != Move::default()
    }

    /// Returns how many bytes of white space go from the line itself, and what comes there instead.
    pub(super) fn of_line(self) -> (u32, String) {
        let mut both = self.along;
        both.merge(self.alone);
        (both.remove, both.add.text())
    }

    pub(super) fn deepens(self) -> bool {
        self.along.add != Indentation::default()
    }

    /// Moves the lines of a text that begin inside of it, back no farther than the outermost can go: they
    /// keep their depth to one another.
    pub(super) fn along(self, text: &str) -> String {
        let indented = |line: &str| {
            let rest = line.trim_start_matches([' ', '\t']);
            let is_blank = rest.trim_end_matches(['\r', '\n']).is_empty();
            (!is_blank).then(|| line.len() - rest.len())
        };
        let outermost = text
            .split_inclusive('\n')
            .skip(1)
            .filter_map(indented)
            .min();
        let mut moved = String::with_capacity(text.len());
        for line in text.split_inclusive('\n') {
            let is_first = moved.is_empty();
            let rest = line.trim_start_matches([' ', '\t']);
            if is_first || rest.trim_end_matches(['\r', '\n']).is_empty() {
                moved.push_str(line);
                continue;
            }
            let blank = outermost.unwrap_or_default();
            let taken = self.removed().min(blank);
            moved.push_str(&self.added());
            moved.push_str(&line[taken..]);
        }
        moved
    }

    /// Moves the lines of a text that begin inside of it; the last one goes on behind it, also where
    /// the text has nothing but its white space.
    pub(super) fn along_open(self, text: &str) -> String {
        let mut moved = self.along(&format!("{text}x"));
        moved.pop();
        moved
    }

    /// Moves the lines of a text, the first and the last among them.
    pub(super) fn along_all(self, text: &str) -> String {
        let moved = self.along_open(&format!("\n{text}"));
        moved.strip_prefix('\n').unwrap_or(&moved).to_owned()
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.along.merge(other.along);
        self.alone.merge(other.alone);
    }
}

impl Move {
    fn merge(&mut self, other: Self) {
        self.remove += other.remove;
        self.add.tabs = self.add.tabs.saturating_add(other.add.tabs);
        self.add.spaces = self.add.spaces.saturating_add(other.add.spaces);
    }
}

impl Indentation {
    fn text(self) -> String {
        "\t".repeat(self.tabs.into()) + &" ".repeat(self.spaces.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::edit::{Edit, EditSet};

    #[test]
    fn a_line_that_moves_alone_leaves_what_is_written_behind_it() {
        let text = "  f(a,\n    b)\n";
        let (second, end) = (TextSize::from(7), TextSize::from(13));
        let check = |shifts: &[Shift], expected: &str| {
            let edits = vec![Edit::insertion(end, "\n  g()")];
            let set = EditSet::new(edits, shifts.to_vec()).expect("the edits are disjoint");
            assert_eq!(set.apply(text), expected);
        };
        let alone = Shift::deeper(second, "  ").alone();
        check(&[alone], "  f(a,\n      b)\n  g()\n");
        let back = Shift::back(second, 1).alone();
        check(&[back], "  f(a,\n   b)\n  g()\n");
        let block = [0.into(), second].map(|line| Shift::deeper(line, "    "));
        let both = [block[0], alone, block[1]];
        check(&both, "      f(a,\n          b)\n      g()\n");
    }
}
