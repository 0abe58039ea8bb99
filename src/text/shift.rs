//! How a line moves: white space that goes from its beginning, and what comes there instead.

use ruff_text_size::TextSize;

/// Leading white space taken from one line, or added to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shift {
    /// Byte offset of the line's first character.
    pub line_start: TextSize,
    /// Bytes of leading white space that go.
    pub remove: u32,
    /// What comes in front of the rest.
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
        Self {
            line_start,
            remove,
            add: Indentation::default(),
        }
    }

    /// Moves a line one level of indentation deeper.
    pub fn deeper(line_start: TextSize, unit: &str) -> Self {
        let count = |blank| {
            let count = unit.chars().filter(|c| *c == blank).count();
            u16::try_from(count).unwrap_or(u16::MAX)
        };
        Self {
            line_start,
            remove: 0,
            add: Indentation {
                tabs: count('\t'),
                spaces: count(' '),
            },
        }
    }

    /// Returns the white space that comes in front.
    pub fn added(self) -> String {
        self.add.text()
    }

    /// Returns how many bytes of white space go.
    pub fn removed(self) -> usize {
        usize::try_from(self.remove).unwrap_or_default()
    }

    pub(super) fn deepens(self) -> bool {
        self.add != Indentation::default()
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
            let taken = usize::try_from(self.remove).map_or(blank, |remove| remove.min(blank));
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
