//! Text of code, names and notes → HTML that shows it as it is.

use super::shown::Shown;

/// HTML that is written; what comes from anywhere goes in by [`Markup::text`].
#[derive(Debug, Default)]
pub(crate) struct Markup(String);

impl From<Markup> for String {
    fn from(markup: Markup) -> Self {
        markup.0
    }
}

impl Markup {
    /// Writes tags.
    pub(crate) fn raw(&mut self, html: &str) {
        self.0.push_str(html);
    }

    /// Writes text between tags, or a value between quotes.
    pub(crate) fn text(&mut self, text: &str) {
        for character in Shown(text).to_string().chars() {
            match character {
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '&' => self.0.push_str("&amp;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                _ => self.0.push(character),
            }
        }
    }

    /// Writes a sentence; what it has between backticks is code.
    pub(crate) fn words(&mut self, text: &str) {
        let pieces: Vec<&str> = text.split('`').collect();
        if pieces.len().is_multiple_of(2) {
            return self.text(text);
        }
        for (index, piece) in pieces.iter().enumerate() {
            let is_code = index % 2 == 1;
            self.raw(if is_code { "<code>" } else { "" });
            self.text(piece);
            self.raw(if is_code { "</code>" } else { "" });
        }
    }

    /// Writes an element with nothing but a sentence.
    pub(crate) fn sentence(&mut self, class: &str, head: &str, text: &str) {
        self.raw(&format!("<p class=\"{class}\">{head}"));
        self.words(text);
        self.raw("</p>\n");
    }
}
