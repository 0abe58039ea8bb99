//! `$` names → identifiers that the parser takes, and the way back to where each was typed.

use ruff_text_size::{TextLen, TextRange, TextSize};

use super::{ARITIES, Arity, Use};
use crate::recipe::error::{Complaint, Problem};

/// Text whose `$` names have become identifiers.
pub(super) struct Speller<'t> {
    text: &'t str,
    at: usize,
    pub(super) code: String,
    pub(super) uses: Vec<Use>,
}

impl<'t> Speller<'t> {
    /// Replaces every metavariable of a snippet.
    pub(super) fn spell(text: &'t str) -> Result<Self, Complaint> {
        let mut speller = Self {
            text,
            at: 0,
            code: String::with_capacity(text.len() + 16),
            uses: Vec::new(),
        };
        let is_special = |byte| matches!(byte, b'$' | b'"' | b'\'' | b'#');
        while let Some(next) = speller.rest().bytes().position(is_special) {
            speller.copy(next);
            let rest = speller.rest();
            match rest.as_bytes()[0] {
                b'$' => speller.take_metavariable()?,
                b'#' => speller.copy(rest.find('\n').unwrap_or(rest.len())),
                _ => speller.copy(string_length(rest)),
            }
        }
        speller.copy(speller.rest().len());
        Ok(speller)
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn copy(&mut self, length: usize) {
        self.code.push_str(&self.rest()[..length]);
        self.at += length;
    }

    fn take_metavariable(&mut self) -> Result<(), Complaint> {
        let typed_at = text_size(self.at);
        let in_name = self.code.chars().next_back().is_some_and(is_name_part);
        let after = self.rest();
        let arity = ARITIES
            .into_iter()
            .find(|arity| after.starts_with(arity.sigil()))
            .unwrap_or(Arity::One);
        let behind = &after[arity.sigil().len()..];
        let length = behind.find(|c| !is_name_part(c)).unwrap_or(behind.len());
        let name = &behind[..length];
        if in_name || name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
            let complaint = Complaint::new(typed_at, Problem::Dollar);
            return Err(complaint
                .expected("`$name`, `$*name`, `$**name` or `$...name`, not inside another name"));
        }
        let start = self.code.text_len();
        let (stars, prefix) = arity.spelling();
        self.code.push_str(stars);
        self.code.push_str(prefix);
        self.code.push_str(name);
        self.uses.push(Use {
            name: name.to_owned(),
            arity,
            range: TextRange::new(start, self.code.text_len()),
            typed_at,
        });
        self.at += arity.sigil().len() + length;
        Ok(())
    }

    /// Translates an offset in the code into one in the text as typed.
    pub(super) fn typed_offset(&self, offset: TextSize) -> TextSize {
        let before = self
            .uses
            .partition_point(|used| used.range.start() <= offset);
        match before.checked_sub(1).and_then(|last| self.uses.get(last)) {
            Some(used) if offset < used.range.end() => used.typed_at,
            Some(used) => {
                let typed = used.arity.sigil().len() + used.name.len();
                used.typed_at + text_size(typed) + (offset - used.range.end())
            }
            None => offset,
        }
    }
}

/// Returns whether a character may stand in the name of a metavariable.
pub(super) fn is_name_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// Returns the length of the string literal that `text` begins with; of an open one, all of it.
fn string_length(text: &str) -> usize {
    let quote = &text[..1];
    let triple = quote.repeat(3);
    let fence = if text.starts_with(&triple) {
        triple.as_str()
    } else {
        quote
    };
    let mut at = fence.len();
    while let Some(next) = text[at..].chars().next() {
        if text[at..].starts_with(fence) {
            return at + fence.len();
        }
        at += next.len_utf8();
        if next == '\\' {
            at += text[at..].chars().next().map_or(0, char::len_utf8);
        }
    }
    text.len()
}

fn text_size(length: usize) -> TextSize {
    // Snippets are shorter than `LIMIT`.
    TextSize::new(u32::try_from(length).unwrap_or(u32::MAX))
}
