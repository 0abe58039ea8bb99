//! The string literals of one cell's source, written anew around the edits.
//!
//! What stays is copied as it is written; only new text is encoded.

use std::ops::Range;

use ruff_text_size::{Ranged, TextSize};

use super::ipynb::Source;
use super::literal::{Cursor, Style};
use crate::text::edit::Edit;

/// A string of the new source.
#[derive(Default)]
pub(super) struct NewString<'a> {
    /// What stood before it; `None` for a new one.
    pub(super) separator: Option<&'a str>,
    /// As written between the quotes.
    pub(super) body: String,
    /// Whether its text ends with a line end.
    ends_line: bool,
    /// Whether it was empty from the beginning.
    was_empty: bool,
}

impl<'a> NewString<'a> {
    /// Returns the strings of `source` after `edits` of the module `text`, all within the source:
    /// none if it is empty now, at most one if it is no list.
    pub(super) fn all(
        json: &'a str,
        source: &Source,
        text: &str,
        edits: &[Edit],
        style: Style,
    ) -> Vec<Self> {
        let mut strings = Strings {
            is_list: source.is_list,
            style,
            done: Vec::new(),
            last: NewString::default(),
        };
        strings.rewrite(json, source, text, edits);
        let Strings { mut done, last, .. } = strings;
        if !last.body.is_empty() || last.was_empty {
            done.push(last);
        }
        done
    }
}

struct Strings<'a> {
    is_list: bool,
    style: Style,
    done: Vec<NewString<'a>>,
    /// The one that is being written.
    last: NewString<'a>,
}

impl<'a> Strings<'a> {
    fn rewrite(&mut self, json: &'a str, source: &Source, text: &str, edits: &[Edit]) {
        let mut edits = edits.iter().peekable();
        // Up to here the old text is written, or replaced.
        let mut done = source.range.start();
        for (idx, literal) in source.literals.iter().enumerate() {
            let next = source.literals.get(idx + 1);
            let end = next.map_or(source.range.end(), |next| next.start);
            let previous = idx
                .checked_sub(1)
                .map(|previous| &source.literals[previous]);
            if let Some(previous) = previous
                && done <= literal.start
            {
                let ends_line = text[..literal.start.to_usize()].ends_with('\n');
                self.begin_string(
                    &json[previous.body.end + 1..literal.body.start - 1],
                    !ends_line,
                );
            }
            let mut cursor = Cursor::new(&json[literal.body.clone()]);
            while let Some(edit) = edits.next_if(|edit| edit.start() < end || next.is_none()) {
                self.keep(&mut cursor, text, literal.start, done..edit.start());
                self.insert(edit.text());
                done = edit.end();
            }
            self.keep(&mut cursor, text, literal.start, done..end);
            done = done.max(end);
            if literal.body.is_empty() {
                self.last.was_empty = true;
            }
        }
        // A list without strings has had no place for them.
        edits.for_each(|edit| self.insert(edit.text()));
    }

    /// Writes the part of a literal that stands for `range` of the module text, if there is any.
    fn keep(
        &mut self,
        cursor: &mut Cursor<'a>,
        text: &str,
        start: TextSize,
        range: Range<TextSize>,
    ) {
        if range.is_empty() {
            return;
        }
        cursor.take_until((range.start - start).to_usize());
        let written = cursor.take_until((range.end - start).to_usize());
        self.last.body.push_str(written);
        self.last.ends_line = text[..range.end.to_usize()].ends_with('\n');
    }

    /// Writes new text, in a list one string per line.
    fn insert(&mut self, text: &str) {
        if !self.is_list {
            self.style.encode(text, &mut self.last.body);
            return;
        }
        for line in text.split_inclusive('\n') {
            self.style.encode(line, &mut self.last.body);
            self.last.ends_line = line.ends_with('\n');
            if self.last.ends_line {
                self.finish_string(None);
            }
        }
    }

    /// Passes on to what was the next string, unless its line now continues the one before.
    fn begin_string(&mut self, separator: &'a str, was_joined: bool) {
        if self.last.body.is_empty() && !self.last.was_empty {
            self.last.separator = Some(separator);
        } else if self.last.ends_line || self.last.was_empty || was_joined {
            self.finish_string(Some(separator));
        }
    }

    fn finish_string(&mut self, separator: Option<&'a str>) {
        let next = NewString {
            separator,
            ..NewString::default()
        };
        self.done.push(std::mem::replace(&mut self.last, next));
    }
}
