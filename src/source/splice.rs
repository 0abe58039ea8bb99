//! Edits of a notebook's module text → its JSON with the changed source strings, all else as it was.
//!
//! A list of strings stays one string per line: a new line gets a string of its own, a line that goes
//! takes its string along. What separates strings that stay, stays.

use std::borrow::Cow;

use ruff_text_size::{Ranged, TextRange};

use super::ipynb::{Notebook, Source};
use super::literal::Style;
use super::strings::NewString;
use crate::text::edit::Edit;

impl Notebook {
    /// Returns the JSON after `edits` of the module text, which are sorted and disjoint.
    ///
    /// # Errors
    /// The range of an edit that does not lie within one cell.
    pub(super) fn edited(&self, text: &str, edits: &[Edit]) -> Result<String, TextRange> {
        let mut json = String::with_capacity(self.json.len());
        // A new cell stands behind all other edits.
        let (own, new_cells) = edits.split_at(edits.partition_point(|edit| !edit.is_cell()));
        let (mut copied, mut rest) = (0, own);
        for source in &self.sources {
            let own = rest.partition_point(|edit| edit.start() <= source.range.end());
            let (own, later) = rest.split_at(own);
            rest = later;
            if own.is_empty() {
                continue;
            }
            if let Some(across) = own
                .iter()
                .find(|edit| !source.range.contains_range(edit.range()))
            {
                return Err(across.range());
            }
            json.push_str(&self.json[copied..source.value.start]);
            self.write_source(source, text, own, &mut json);
            copied = source.value.end;
        }
        if let Some(outside) = rest.first() {
            return Err(outside.range());
        }
        if let Some(first) = new_cells.first() {
            let behind = self.write_cells(new_cells).ok_or(first.range())?;
            json.push_str(&self.json[copied..behind.at]);
            json.push_str(&behind.json);
            copied = behind.at;
        }
        json.push_str(&self.json[copied..]);
        Ok(json)
    }

    pub(super) fn write_source(
        &self,
        source: &Source,
        text: &str,
        edits: &[Edit],
        json: &mut String,
    ) {
        let strings = NewString::all(&self.json, source, text, edits, self.style(source, edits));
        if !source.is_list {
            let body = strings.first().map_or("", |string| &string.body);
            json.extend(["\"", body, "\""]);
            return;
        }
        let layout = Layout::of(&self.json, source)
            .or_else(|| {
                self.sources
                    .iter()
                    .find_map(|other| Layout::of(&self.json, other))
            })
            .unwrap_or(Layout::ONE_LINE);
        json.push('[');
        for (idx, string) in strings.iter().enumerate() {
            json.push_str(match (idx, string.separator) {
                (0, _) => layout.open,
                (_, Some(separator)) => separator,
                (_, None) => &layout.separator,
            });
            json.extend(["\"", &string.body, "\""]);
        }
        if !strings.is_empty() {
            json.push_str(layout.close);
        }
        json.push(']');
    }

    fn style(&self, source: &Source, edits: &[Edit]) -> Style {
        if edits.iter().all(|edit| edit.text().is_ascii()) {
            return Style::Plain;
        }
        Style::of(&self.json[source.value.clone()])
            .or_else(|| Style::of(self.json.trim_start_matches('\u{feff}')))
            .unwrap_or(Style::Plain)
    }
}

/// What stands between the strings of a list, and between them and its brackets.
struct Layout<'a> {
    open: &'a str,
    separator: Cow<'a, str>,
    close: &'a str,
}

impl<'a> Layout<'a> {
    const ONE_LINE: Self = Self {
        open: "",
        separator: Cow::Borrowed(", "),
        close: "",
    };

    /// Reads the layout of a list that is not empty.
    fn of(json: &'a str, source: &Source) -> Option<Self> {
        let (first, last) = (source.literals.first()?, source.literals.last()?);
        if !source.is_list {
            return None;
        }
        let open = &json[source.value.start + 1..first.body.start - 1];
        let separator = match source.literals.get(1) {
            Some(second) => Cow::Borrowed(&json[first.body.end + 1..second.body.start - 1]),
            None if open.is_empty() => Self::ONE_LINE.separator,
            None => Cow::Owned(format!(",{open}")),
        };
        Some(Self {
            open,
            separator,
            close: &json[last.body.end + 1..source.value.end - 1],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::ipynb;
    use super::*;
    use crate::text::edit;
    use ruff_text_size::TextSize;

    fn notebook(source: &str) -> String {
        format!(
            "\u{feff}{{\"cells\": [\n  {{\"source\": \"# \\u00e9\", \"cell_type\": \"markdown\"}},\n  \
             {{\"source\" : {source} , \"cell_type\":\"code\", \"n\": 1.10}}\n], \"nbformat\": 4}}\r\n"
        )
    }

    /// Edits the one code cell; `old` is replaced wherever it stands in the text.
    #[track_caller]
    fn check(source: &str, old: &str, new: &str, expected: &str) {
        let (before, text, _) = ipynb::read(notebook(source)).expect("a notebook");
        let edits: Vec<Edit> = text
            .match_indices(old)
            .map(|(at, _)| {
                let size = |bytes: usize| TextSize::try_from(bytes).expect("a small text");
                Edit::replacement(TextRange::at(size(at), size(old.len())), new)
            })
            .collect();
        assert!(!edits.is_empty(), "{old:?} is not in {text:?}");
        let json = before.edited(&text, &edits).expect("edits within the cell");
        assert_eq!(json, notebook(expected));
        let (_, again, _) = ipynb::read(json).expect("still a notebook");
        assert_eq!(again, edit::apply(&edits, &text));
    }

    #[test]
    fn untouched_strings_keep_their_bytes() {
        check(
            r#"["a\u0062\n",  "x\/y\n" ,"z"]"#,
            "z",
            "zz",
            r#"["a\u0062\n",  "x\/y\n" ,"zz"]"#,
        );
    }

    #[test]
    fn a_changed_string_keeps_the_bytes_around_the_change() {
        check(
            r#"["\u0061 = f(\"\/\")\r\n"]"#,
            "f",
            "g",
            r#"["\u0061 = g(\"\/\")\r\n"]"#,
        );
    }

    #[test]
    fn a_new_line_becomes_a_string_like_its_neighbors() {
        let list = |strings: &[&str]| format!("[\n    {}\n   ]", strings.join(",\n    "));
        check(
            &list(&[r#""a\n""#, r#""b""#]),
            "b",
            "x\ny\nb",
            &list(&[r#""a\n""#, r#""x\n""#, r#""y\n""#, r#""b""#]),
        );
        check(
            &list(&[r#""a""#]),
            "a",
            "a\n\nb",
            &list(&[r#""a\n""#, r#""\n""#, r#""b""#]),
        );
    }

    #[test]
    fn a_line_that_goes_takes_its_string_along() {
        check(r#"["a\n", "b\n" , "c"]"#, "b\n", "", r#"["a\n" , "c"]"#);
        check(r#"["a\n", "b\n" , "c"]"#, "a\nb\n", "", r#"["c"]"#);
        check(r#"["a\n", "b"]"#, "\nb", "", r#"["a"]"#);
    }

    #[test]
    fn lines_that_are_joined_share_a_string() {
        check(r#"["a\n", "b\n", "c"]"#, "a\n", "a; ", r#"["a; b\n", "c"]"#);
        check(r#"["a\n", "b\n", "c"]"#, "\nb", "", r#"["a\n", "c"]"#);
    }

    #[test]
    fn an_emptied_cell_is_an_empty_list_or_string() {
        check("[\n \"a\"\n]", "a", "", "[]");
        check(r#""a""#, "a", "", r#""""#);
    }

    #[test]
    fn a_string_stays_one_string() {
        check(
            r#""a\nb\u0021""#,
            "b",
            "é\n\"b\"",
            r#""a\n\u00e9\n\"b\"\u0021""#,
        );
    }

    #[test]
    fn new_text_is_escaped_as_the_cell_escapes() {
        check(r#"["é x"]"#, "x", "ü😀", r#"["é ü😀"]"#);
        check(
            r#"["\u00e9 x"]"#,
            "x",
            "ü😀",
            r#"["\u00e9 \u00fc\ud83d\ude00"]"#,
        );
        // Nothing in the cell tells, but the prose above is escaped.
        check(r#"["x"]"#, "x", "\u{1}ü", r#"["\u0001\u00fc"]"#);
    }

    #[test]
    fn odd_lists_change_only_where_they_are_edited() {
        check(r#"["a\nb\nc"]"#, "b", "B", r#"["a\nB\nc"]"#);
        check(
            r#"["a", "b\n", "", "c"]"#,
            "c",
            "C",
            r#"["a", "b\n", "", "C"]"#,
        );
        check(r#"["a", "b"]"#, "b", "B", r#"["a", "B"]"#);
        check(r#"["a", "b"]"#, "ab", "x", r#"["x"]"#);
    }

    #[test]
    fn an_empty_list_is_filled_in_the_layout_of_the_others() {
        let json = |second: &str| {
            format!(
                r#"{{"cells": [{{"cell_type": "code", "source": [
  "a"
 ]}}, {{"cell_type": "code", "source": {second}}}]}}"#
            )
        };
        let (before, text, _) = ipynb::read(json("[]")).expect("a notebook");
        let edits = [Edit::insertion(2.into(), "b\nc")];
        let after = before.edited(&text, &edits).expect("edits within the cell");
        assert_eq!(after, json("[\n  \"b\\n\",\n  \"c\"\n ]"));
    }

    /// Every range of every form of source, replaced by every text: the notebook read again has the
    /// text that was meant, and everything outside the source's value is the same.
    #[test]
    fn any_edit_gives_the_text_that_was_meant() {
        let forms = [
            r#""a\u00e9\n\"b\"""#,
            r#"["a\u00e9\n", "\ud83d\ude00b\r\n" , "c"]"#,
            r#"["a\n", "", "b", "c\nd\n", "e\n"]"#,
            r#"["é\n"]"#,
            "[]",
            r#""""#,
        ];
        let texts = ["", "x", "\n", "x\n", "ü\ny", "\r\nx\r\n", "\\\"\u{1}"];
        for form in forms {
            let (before, text, _) = ipynb::read(notebook(form)).expect("a notebook");
            let offsets: Vec<TextSize> = (0..=text.len())
                .filter(|&at| text.is_char_boundary(at))
                .map(|at| TextSize::try_from(at).expect("a short text"))
                .collect();
            for (idx, &start) in offsets.iter().enumerate() {
                for (&end, new) in offsets[idx..]
                    .iter()
                    .flat_map(|end| texts.iter().map(move |new| (end, new)))
                {
                    let edits = [Edit::replacement(TextRange::new(start, end), *new)];
                    let json = before.edited(&text, &edits).expect("edits within the cell");
                    let (_, again, _) = ipynb::read(json.clone()).expect("still a notebook");
                    assert_eq!(again, edit::apply(&edits, &text), "{form} {edits:?}");
                    let (head, tail) = ("\"source\" : ", " , \"cell_type\":");
                    let around = |json: &str| -> Option<(String, String)> {
                        let (before, rest) = json.split_once(head)?;
                        Some((before.to_owned(), rest.rsplit_once(tail)?.1.to_owned()))
                    };
                    assert_eq!(around(&json), around(&before.json));
                }
            }
        }
    }

    #[test]
    fn an_edit_across_cells_is_refused() {
        let json = r#"{"cells": [{"cell_type": "code", "source": "a"}, {"cell_type": "code", "source": "b"}]}"#;
        let (notebook, text, _) = ipynb::read(json.to_owned()).expect("a notebook");
        let range = TextRange::new(0.into(), 2.into());
        let edits = [Edit::deletion(range)];
        assert_eq!(notebook.edited(&text, &edits), Err(range));
    }
}
