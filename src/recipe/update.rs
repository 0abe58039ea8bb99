//! What examples gave → the recipe's YAML, with these texts in it and every other byte kept.

use ruff_text_size::{TextRange, TextSize};

use super::yaml::{self, Node, Style, Value};
use crate::text::edit::{Edit, EditSet};

/// What an example gave, where that is not what it says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Renewed {
    /// The example's name.
    pub name: String,
    /// Files of `after` with their new text; `None`: it is right.
    pub after: Option<Vec<(String, String)>>,
    /// Levels of the changes.
    pub safety: Option<Vec<String>>,
    /// Reasons of the findings.
    pub findings: Option<Vec<String>>,
}

impl Renewed {
    /// Returns whether something is to be written.
    pub fn says_something(&self) -> bool {
        self.after.is_some() || self.safety.is_some() || self.findings.is_some()
    }
}

/// Why a YAML text cannot be renewed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the example `{name}` cannot be rewritten in its place: write it by hand")]
pub struct Unwritable {
    /// The example's name.
    pub name: String,
}

/// Writes the results of examples into the text that they were compiled from.
///
/// # Errors
/// A value whose style has no form for the new text.
pub fn renewed(text: &str, examples: &[Renewed]) -> Result<String, Unwritable> {
    let mut text = text.to_owned();
    for example in examples {
        let unwritable = || Unwritable {
            name: example.name.clone(),
        };
        let edits = edits(&text, example).ok_or_else(unwritable)?;
        let edits = EditSet::new(edits, Vec::new()).map_err(|_| unwritable())?;
        let new = edits.apply(&text);
        // Styles of YAML have many corners: what is not read back is not written.
        let is_right = find(&new, &example.name).is_some_and(|node| says(&node, example));
        if !is_right {
            return Err(unwritable());
        }
        text = new;
    }
    Ok(text)
}

fn find(text: &str, name: &str) -> Option<Node> {
    let root = yaml::parse(text).ok()?;
    let mut examples = root.child("examples")?.elements().iter();
    let is_it = |node: &&Node| node.child("name").and_then(Node::text) == Some(name);
    examples.find(is_it).cloned()
}

/// Whether the example says what it gave.
fn says(node: &Node, example: &Renewed) -> bool {
    let texts = |key: &str| -> Vec<String> {
        let elements = node.child(key).map_or(&[][..], Node::elements);
        elements
            .iter()
            .filter_map(Node::text)
            .map(str::to_owned)
            .collect()
    };
    let file =
        |(name, text): &(String, String)| side(node, name).and_then(Node::text) == Some(text);
    example
        .after
        .as_ref()
        .is_none_or(|files| files.iter().all(file))
        && example
            .safety
            .as_ref()
            .is_none_or(|words| texts("safety") == *words)
        && example.findings.as_ref().is_none_or(|reasons| {
            let said = texts("findings");
            said.len() == reasons.len()
                && said
                    .iter()
                    .zip(reasons)
                    .all(|(said, reason)| reason.contains(said.as_str()))
        })
}

/// The text of one file after the change.
fn side<'n>(node: &'n Node, name: &str) -> Option<&'n Node> {
    let after = node.child("after")?;
    match &*after.value {
        Value::Map(_) => after.child(name),
        _ => Some(after),
    }
}

fn edits(text: &str, example: &Renewed) -> Option<Vec<Edit>> {
    let node = find(text, &example.name)?;
    let mut edits = Vec::new();
    for (name, new) in example.after.iter().flatten() {
        let old = side(&node, name)?;
        if old.text() != Some(new) {
            edits.push(scalar(text, old, new));
        }
    }
    if let Some(words) = &example.safety {
        edits.extend(list(text, node.child("safety")?, words));
    }
    if let Some(reasons) = &example.findings {
        let old = node.child("findings")?;
        let said = old.elements();
        // A part of the reason that still holds stays as it was typed.
        let kept = reasons.iter().enumerate().map(|(at, reason)| {
            let said = said.get(at).filter(|_| said.len() == reasons.len());
            match said.and_then(Node::text) {
                Some(part) if reason.contains(part) => part.to_owned(),
                _ => reason.clone(),
            }
        });
        edits.extend(list(text, old, &kept.collect::<Vec<_>>()));
    }
    Some(edits)
}

/// Replaces a text in the style it has.
fn scalar(text: &str, old: &Node, new: &str) -> Edit {
    match old.scalar().map(|scalar| scalar.style) {
        Some(Style::Block) => block(text, old, new),
        _ => Edit::replacement(old.span, quoted(new)),
    }
}

/// Replaces the lines of a block scalar, at their indentation.
fn block(text: &str, old: &Node, new: &str) -> Edit {
    let start = old.span.start().to_usize();
    let line_start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let scalar = old.scalar();
    let in_file = scalar.map_or(start, |scalar| {
        scalar.file_offset(TextSize::new(0)).to_usize()
    });
    let indent = &text[line_start..in_file.max(line_start)];
    let old_lines = text[line_start..old.span.end().to_usize()].trim_end();
    let newline = newline(text);
    let lines = new
        .trim_end_matches('\n')
        .split('\n')
        .map(|line| match line {
            "" => String::new(),
            line => format!("{indent}{line}"),
        });
    let lines: Vec<String> = lines.collect();
    Edit::replacement(
        range(line_start, line_start + old_lines.len()),
        lines.join(newline),
    )
}

/// Replaces the elements that differ; where their number does, all of them.
fn list(text: &str, old: &Node, new: &[String]) -> Vec<Edit> {
    let elements = old.elements();
    if let (Value::List(_), true) = (&*old.value, elements.len() == new.len()) {
        let differing = elements
            .iter()
            .zip(new)
            .filter(|(old, new)| old.text() != Some(new));
        return differing.map(|(old, new)| scalar(text, old, new)).collect();
    }
    let new: Vec<String> = new.iter().map(|value| word(value)).collect();
    let start = old.span.start().to_usize();
    let is_block = matches!(*old.value, Value::List(_)) && text[start..].starts_with('-');
    let last = elements
        .last()
        .map_or(old.span.end(), |last| last.span.end());
    let (end, new) = match (is_block, new.as_slice()) {
        (true, [_, ..]) => {
            let line_start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
            let indent = " ".repeat(start - line_start);
            let between = format!("{}{indent}- ", newline(text));
            (last, format!("- {}", new.join(&between)))
        }
        (true, []) => (last, "[]".to_owned()),
        (false, _) => (old.span.end(), format!("[{}]", new.join(", "))),
    };
    vec![Edit::replacement(
        TextRange::new(old.span.start(), end),
        new,
    )]
}

fn newline(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// A word as it is; what else YAML might read otherwise in quotes.
fn word(value: &str) -> String {
    let is_word = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_lowercase());
    if is_word {
        value.to_owned()
    } else {
        quoted(value)
    }
}

/// JSON's escapes are YAML's too.
fn quoted(value: &str) -> String {
    serde_json::Value::from(value).to_string()
}

fn range(start: usize, end: usize) -> TextRange {
    let size = |at: usize| TextSize::try_from(at).unwrap_or(TextSize::new(u32::MAX));
    TextRange::new(size(start), size(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECIPE: &str = "\
# first
examples:
  - name: block   # one
    before: x
    after: |   # as typed
      a

        b
    # between
    safety: safe
  - {name: flow, before: \"x\", after: 'y', findings: [one, 'two']}
  - name: files
    after:
      a.py: |-
          a
      b.py: \"b\\n\"
    findings:
      - one   # kept
      - two
    safety: [safe, review]
# last
";

    #[track_caller]
    fn check(example: Renewed, changes: &[(&str, &str)]) {
        let mut expected = RECIPE.to_owned();
        for (old, new) in changes {
            assert!(expected.contains(old), "{old}");
            expected = expected.replacen(old, new, 1);
        }
        let examples = [example];
        assert_eq!(renewed(RECIPE, &examples).as_deref(), Ok(expected.as_str()));
        let crlf = renewed(&RECIPE.replace('\n', "\r\n"), &examples);
        assert_eq!(crlf, Ok(expected.replace('\n', "\r\n")));
    }

    fn example(name: &str) -> Renewed {
        Renewed {
            name: name.to_owned(),
            ..Renewed::default()
        }
    }

    fn owned(texts: &[&str]) -> Option<Vec<String>> {
        Some(texts.iter().map(|text| (*text).to_owned()).collect())
    }

    fn files(files: &[(&str, &str)]) -> Option<Vec<(String, String)>> {
        let owned = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
        Some(files.iter().map(owned).collect())
    }

    #[test]
    fn a_block_keeps_its_style_and_indentation() {
        let after = files(&[("example.py", "c\n\n\n  d: '#'\n")]);
        check(
            Renewed {
                after,
                ..example("block")
            },
            &[("      a\n\n        b\n", "      c\n\n\n        d: '#'\n")],
        );
        let after = files(&[("a.py", "c\nd")]);
        check(
            Renewed {
                after,
                ..example("files")
            },
            &[("          a\n", "          c\n          d\n")],
        );
    }

    #[test]
    fn a_text_on_one_line_stays_on_one_line() {
        let after = files(&[("example.py", "y: \"#\"\nz\n")]);
        check(
            Renewed {
                after,
                ..example("flow")
            },
            &[("'y'", r##""y: \"#\"\nz\n""##)],
        );
    }

    #[test]
    fn lists_keep_what_still_holds() {
        let findings = owned(&["number one", "three, 3"]);
        check(
            Renewed {
                findings,
                ..example("files")
            },
            &[("- two\n", "- \"three, 3\"\n")],
        );
        let findings = owned(&["number one", "three, 3"]);
        check(
            Renewed {
                findings,
                ..example("flow")
            },
            &[("'two'", "\"three, 3\"")],
        );
    }

    #[test]
    fn a_list_of_another_length_is_written_anew() {
        let safety = owned(&["review", "safe"]);
        check(
            Renewed {
                safety,
                ..example("block")
            },
            &[("safety: safe\n", "safety: [review, safe]\n")],
        );
        let safety = owned(&["review"]);
        check(
            Renewed {
                safety,
                ..example("files")
            },
            &[("[safe, review]", "[review]")],
        );
        check(
            Renewed {
                findings: owned(&[]),
                ..example("flow")
            },
            &[("[one, 'two']", "[]")],
        );
    }

    #[test]
    fn what_a_style_cannot_hold_is_refused() {
        let after = files(&[("example.py", "  indented first\n")]);
        let refused = renewed(
            RECIPE,
            &[Renewed {
                after,
                ..example("block")
            }],
        );
        assert_eq!(
            refused,
            Err(Unwritable {
                name: "block".to_owned()
            })
        );
        let refused = renewed(
            RECIPE,
            &[Renewed {
                safety: owned(&["safe"]),
                ..example("flow")
            }],
        );
        assert_eq!(
            refused,
            Err(Unwritable {
                name: "flow".to_owned()
            })
        );
    }
}
