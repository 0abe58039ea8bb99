//! A scalar as the YAML parser gives it → its text, and where each of its lines stands in the file.

use ruff_text_size::{TextRange, TextSize};
use serde_saphyr::granit_parser::ScalarStyle;

use super::{BytePlaces, Node, Scalar, Style, Value};

/// Builds the node of a scalar; an empty plain one is nothing.
pub(super) fn scalar_node(file: &str, value: &str, style: ScalarStyle, span: TextRange) -> Node {
    if style == ScalarStyle::Plain && span.is_empty() {
        return Node {
            value: Value::Nothing.into(),
            span,
        };
    }
    let behind = file.get(span.end().to_usize()..).unwrap_or_default();
    let (style, places) = match style {
        ScalarStyle::Plain => (Style::Plain, BytePlaces::From(span.start())),
        // Behind an escape it is a little off.
        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => {
            let start = span.start() + TextSize::new(1);
            (Style::Quoted, BytePlaces::From(start))
        }
        _ => (
            Style::Block,
            BytePlaces::Lines(block_lines(file, value, span)),
        ),
    };
    Node {
        value: Value::Scalar(Scalar {
            text: value.to_owned(),
            style,
            places,
            tight_comment: tight_comment(behind).filter(|_| style == Style::Plain),
            ends_at_comma: style == Style::Plain && behind.starts_with(','),
        })
        .into(),
        span,
    }
}

/// Pairs the lines of a block scalar with those of the file, whose indentation was taken away.
fn block_lines(file: &str, value: &str, span: TextRange) -> Vec<(TextSize, TextSize)> {
    let before = file.get(..span.start().to_usize()).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    // The span begins at the first line that is not blank.
    let n_blank = value.split('\n').take_while(|line| line.is_empty()).count();
    let mut from = value.len() - value.trim_start_matches('\n').len();
    let mut at = line_start;
    let mut lines = Vec::new();
    for (line, raw) in value
        .split('\n')
        .skip(n_blank)
        .zip(file[line_start..].split('\n'))
    {
        let bare = raw.trim_end_matches('\r');
        let indent = bare.len().saturating_sub(line.len());
        lines.push((text_size(from), text_size(at + indent)));
        from += line.len() + 1;
        at += raw.len() + 1;
    }
    lines
}

/// Returns a comment such as `#12`, which was meant as text more likely than not.
fn tight_comment(rest: &str) -> Option<String> {
    let line = rest.lines().next().unwrap_or_default().trim_start();
    let comment = line.strip_prefix('#')?;
    let first = comment.chars().next()?;
    (!first.is_whitespace() && first != '#').then(|| line.chars().take(20).collect())
}

/// Converts an offset; a file of 4 GiB has wrong places.
pub(super) fn text_size(offset: usize) -> TextSize {
    TextSize::new(u32::try_from(offset).unwrap_or(u32::MAX))
}
