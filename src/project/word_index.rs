//! A name → the files of a project in whose text it stands, and what stands around it there. Each file is
//! read once, and not parsed.

use std::path::PathBuf;

use rustc_hash::{FxHashMap, FxHashSet};

use super::files::Files;
use crate::python::word::{hash, is_byte_in_name, whole_words, words};
use crate::source::SourceFile;

/// What a text says of a name wherever it stands in it, as far as words tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Around(u32);

impl Around {
    /// It may define the name, set it as an attribute, or spell it at the end of a text.
    pub(super) const BINDS: Self = Self(1);
    /// It stands behind a dot.
    pub(super) const DOTTED: Self = Self(1 << 1);
    /// It stands right behind a dot or a quote.
    pub(super) const MENTIONED: Self = Self(1 << 2);
    /// It stands in code, which of a notebook only the cells are.
    const IN_CODE: Self = Self(1 << 3);
    /// How many bits these take.
    const BITS: u32 = 4;

    /// Tells the bytes before a whole word, and those behind it.
    fn of(before: &[u8], after: &[u8]) -> u32 {
        let trimmed = before.trim_ascii_end();
        let mut found = 0;
        if binds(trimmed, after) {
            found |= Self::BINDS.0;
        }
        if trimmed.ends_with(b".") {
            found |= Self::DOTTED.0;
        }
        if matches!(before.last(), Some(b'.' | b'"' | b'\'')) {
            found |= Self::MENTIONED.0;
        }
        found
    }
}

/// By the hash of a name; two names with one hash make a file be read in vain.
#[derive(Debug, Default)]
pub(super) struct WordIndex {
    /// The place of a file, and in the lowest bits what stands around the name there.
    files: FxHashMap<u64, Vec<u32>>,
    /// The names that stand behind `def`.
    defs: FxHashSet<u64>,
    /// The names that may be other names of something.
    renamed: FxHashSet<u64>,
}

impl WordIndex {
    /// Reads all Python files.
    pub(super) fn build(files: &Files) -> Self {
        let mut index = Self::default();
        let mut found = FxHashMap::default();
        for (place, path) in files.python.iter().enumerate() {
            // A disk's files are fewer than that.
            let place = u32::try_from(place).unwrap_or(u32::MAX) << Around::BITS;
            let bytes = files.texts.bytes(path);
            let is_notebook = path.extension().is_some_and(|it| it == "ipynb");
            let notebook = is_notebook.then(|| SourceFile::from_bytes(path, bytes.to_vec()));
            match notebook {
                // The file may end a line by `\n`, which is no part of the name behind it.
                Some(Ok(source)) => {
                    index.scan(&bytes, 0, &mut found);
                    index.scan(source.text().as_bytes(), Around::IN_CODE.0, &mut found);
                }
                _ => index.scan(&bytes, Around::IN_CODE.0, &mut found),
            }
            for (hash, around) in found.drain() {
                index.files.entry(hash).or_default().push(place | around);
            }
        }
        index
    }

    /// Notes the words of a text, and what stands around each.
    fn scan(&mut self, bytes: &[u8], whole: u32, found: &mut FxHashMap<u64, u32>) {
        let mut is_defined = false;
        let mut rest = 0;
        while let Some(start) = bytes[rest..].iter().position(|it| is_byte_in_name(*it)) {
            let start = rest + start;
            let length = bytes[start..].iter().position(|it| !is_byte_in_name(*it));
            rest = length.map_or(bytes.len(), |length| start + length);
            let run = &bytes[start..rest];
            if run[0].is_ascii_digit() && run.is_ascii() {
                continue;
            }
            let (name, before, after) = (hash(run), &bytes[..start], &bytes[rest..]);
            *found.entry(name).or_default() |= Around::of(before, after) | whole;
            // Quotes of other scripts are no letters.
            let inner = (!run.is_ascii()).then(|| String::from_utf8_lossy(run));
            let parts = inner.as_deref().into_iter().flat_map(words);
            for part in parts {
                let part = hash(part.as_bytes());
                *found.entry(part).or_default() |= whole;
                self.defs.extend(is_defined.then_some(part));
            }
            self.defs.extend(is_defined.then_some(name));
            let renamed = takes_value(before, after).then_some(name);
            self.renamed.extend(renamed);
            is_defined = run == b"def";
        }
    }

    /// Returns whether a file has a def of that name.
    pub(super) fn defines(&self, name: &str) -> bool {
        self.defs.contains(&hash(name.as_bytes()))
    }

    /// Returns whether a file may have the name as another one of something: `import x as name`, `name = x`.
    pub(super) fn renames(&self, name: &str) -> bool {
        self.renamed.contains(&hash(name.as_bytes()))
    }

    /// Returns whether the name stands in the code of a file.
    pub(super) fn has(&self, name: &str) -> bool {
        self.places_with(name, Around::IN_CODE).next().is_some()
    }

    /// Returns the files that have the name in their code, in order of path.
    pub(super) fn of<'f>(&self, name: &str, files: &'f Files) -> impl Iterator<Item = &'f PathBuf> {
        let places = self.in_code(name);
        places.filter_map(|place| files.python.get(place as usize))
    }

    /// Returns the places of these files.
    pub(super) fn in_code(&self, name: &str) -> impl Iterator<Item = u32> {
        self.places_with(name, Around::IN_CODE)
    }

    /// Returns the places of the files where the name stands so, in order of path.
    pub(super) fn places_with(&self, name: &str, around: Around) -> impl Iterator<Item = u32> {
        let places = self.places(name).iter();
        let fits = move |place: &&u32| **place & around.0 != 0;
        places.filter(fits).map(|place| place >> Around::BITS)
    }

    fn places(&self, name: &str) -> &[u32] {
        let places = self.files.get(&hash(name.as_bytes()));
        places.map_or(&[], Vec::as_slice)
    }
}

/// Returns the names of all coroutine functions, by their hashes; strings and comments are not told apart.
pub(super) fn coroutine_functions(files: &Files) -> FxHashSet<u64> {
    let mut names = FxHashSet::default();
    for path in &files.python {
        let bytes = files.texts.bytes(path);
        let defs = whole_words(&bytes, "async").filter_map(|(_, after)| {
            let def = behind_blanks(after).strip_prefix(b"def")?;
            let name = behind_blanks(def);
            let end = name.iter().position(|byte| !is_byte_in_name(*byte));
            Some(hash(&name[..end.unwrap_or(name.len())]))
        });
        names.extend(defs);
    }
    names
}

/// Lines may go on there.
fn behind_blanks(text: &[u8]) -> &[u8] {
    let is_blank = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'\\';
    let end = text.iter().position(|byte| !is_blank(byte));
    &text[end.unwrap_or(text.len())..]
}

/// Returns whether a text may define the name between two parts of it, set it as an attribute, or spell it at
/// the end of a text.
fn binds(before: &[u8], after: &[u8]) -> bool {
    let is_behind = |word: &&[u8]| before.ends_with(word);
    [&b"def"[..], b"import", b"as"].iter().any(is_behind)
        || is_target(after)
        || before.ends_with(b",") && ends_line(after)
}

/// Returns whether a name between two parts of a text may take a value or an import, as a whole.
fn takes_value(before: &[u8], after: &[u8]) -> bool {
    let is_begun = || {
        let on_line = before
            .iter()
            .rposition(|it| !matches!(it, b' ' | b'\t' | b'\x0c'));
        let ends = on_line.map(|at| before[at]);
        matches!(
            ends,
            None | Some(b'\n' | b'\r' | b'=' | b':' | b';' | b'\\')
        )
    };
    match after.trim_ascii_start() {
        [b':', b'=', ..] => true,
        [b'=', b'=', ..] => false,
        [b'=' | b':', ..] if is_begun() => true,
        _ => before.trim_ascii_end().ends_with(b"as"),
    }
}

/// The last name of an import may stand there.
fn ends_line(after: &[u8]) -> bool {
    let next = after.iter().find(|it| !matches!(it, b' ' | b'\t'));
    matches!(next, None | Some(b'\n' | b'\r' | b')' | b'#'))
}

/// Returns whether what stands behind a name makes it a target, or ends a text.
fn is_target(after: &[u8]) -> bool {
    match after.trim_ascii_start() {
        [b'=', b'=', ..] => false,
        [b'=' | b':' | b',' | b'"' | b'\'', ..] => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::files::Texts;

    const NOTEBOOK: &str = r#"{"cells": [
        {"cell_type": "markdown", "metadata": {}, "source": "gone"},
        {"cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [], "source": "x = 1\ngo()\n"}
    ], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}"#;

    #[test]
    fn a_name_is_found_where_it_stands_as_a_word() {
        let texts = [
            ("a.py", "def go(): pass\n"),
            ("b.py", "x.go(1)\n"),
            ("c.py", "gone(go_on)\n"),
            ("d.ipynb", NOTEBOOK),
            ("e.py", "print(“go”, 'größe')\n"),
        ];
        let files = Files::list(Texts::of(&texts));
        let index = WordIndex::build(&files);
        let of = |name: &str| -> Vec<PathBuf> { index.of(name, &files).cloned().collect() };
        let found = ["a.py", "b.py", "d.ipynb", "e.py"];
        assert_eq!(of("go"), found.map(PathBuf::from));
        assert_eq!(of("gone"), ["c.py"].map(PathBuf::from));
        assert_eq!(of("größe"), ["e.py"].map(PathBuf::from));
        assert!(of("on").is_empty());
        assert!(index.defines("go") && !index.defines("gone"));
    }

    #[test]
    fn coroutine_functions_are_found_by_their_names() {
        let texts = [
            ("a.py", "class A:\n    async  def go(self): pass\n"),
            ("b.py", "def gone(): pass\nasync \\\n  def\tgo_on(): pass\n"),
        ];
        let names = coroutine_functions(&Files::list(Texts::of(&texts)));
        let found = ["go", "gone", "go_on"].map(|name| names.contains(&hash(name.as_bytes())));
        assert_eq!(found, [true, false, true]);
    }

    #[test]
    fn other_names_of_something_are_found() {
        let text = "import a as b\nc = a\nd: T = e = a\nif (f := a) == g: h = a\ni(j=a, k=l)\n";
        let index = WordIndex::build(&Files::list(Texts::of(&[("a.py", text)])));
        let names: Vec<_> = "abcdefghijkl".chars().map(|it| it.to_string()).collect();
        let renamed = names.iter().filter(|it| index.renames(it));
        let renamed: String = renamed.map(String::as_str).collect();
        // `g` is one too many: an annotation may stand behind it.
        assert_eq!(renamed, "bcdefgh");
        assert!(index.has("l") && !index.has("m"));
    }

    /// Compares what is told of `go` in a text.
    #[track_caller]
    fn check(text: &str, expected: &[Around]) {
        let files = Files::list(Texts::of(&[("a.py", text)]));
        let index = WordIndex::build(&files);
        let all = [Around::BINDS, Around::DOTTED, Around::MENTIONED];
        let tells = |it: &Around| index.places_with("go", *it).next().is_some();
        let found: Vec<Around> = all.into_iter().filter(tells).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn what_stands_around_a_name_is_told() {
        use Around as A;
        check("def go(): pass\n", &[A::BINDS]);
        check("from x import go\n", &[A::BINDS]);
        check("go == 1\n", &[]);
        check("go()\n", &[]);
        check("x. go()\n", &[A::DOTTED]);
        check("x.go()\n", &[A::DOTTED, A::MENTIONED]);
        check("x.go = 1\n", &[A::BINDS, A::DOTTED, A::MENTIONED]);
        check("patch('x', 'go')\n", &[A::BINDS, A::MENTIONED]);
        check("from x import (\n    f, go\n)\n", &[A::BINDS]);
    }
}
