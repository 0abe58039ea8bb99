//! Text of code, names and notes → HTML that shows it as it is.

use crate::python::highlight::TokenClass;
use crate::review::lines::{DiffRow, parts_of};
use crate::text::diff::Side;
use crate::text::markup::Markup;

/// Returns the hunks of a diff, each line with its sign: without a style it is a unified diff.
pub(super) fn diff(rows: &[DiffRow]) -> String {
    let mut text = Markup::default();
    let mut is_open = false;
    for row in rows {
        match row {
            DiffRow::Heading(heading) => {
                text.raw(if is_open { "</pre></div>\n" } else { "" });
                let cell = if heading.cell.is_some() { " cell" } else { "" };
                text.raw(&format!(
                    "<div class=\"hunk{cell}\"><p>{heading}</p>\n<pre>"
                ));
                is_open = true;
            }
            DiffRow::Code { .. } => add_line(&mut text, row),
        }
    }
    text.raw(if is_open { "</pre></div>\n" } else { "" });
    text.into()
}

fn add_line(html: &mut Markup, row: &DiffRow) {
    let DiffRow::Code {
        side,
        numbers,
        text,
        classes,
        marked,
    } = row
    else {
        return;
    };
    let (tag, sign) = match side {
        Side::Context => ("span", ' '),
        Side::Removed => ("del", '-'),
        Side::Added => ("ins", '+'),
    };
    let number = |name: &str, number: Option<usize>| match number {
        Some(number) => format!(" data-{name}=\"{number}\""),
        None => String::new(),
    };
    let [old, new] = [number("o", numbers[0]), number("n", numbers[1])];
    html.raw(&format!("<{tag}{old}><i{new}>{sign}</i>"));
    for part in parts_of(text, classes, marked) {
        let is_in = |range: &std::ops::Range<usize>| range.contains(&part.start);
        let class = classes.iter().find(|(range, _)| is_in(range));
        let class = class.map(|(_, class)| name(*class));
        let is_marked = is_in(marked);
        html.raw(if is_marked { "<mark>" } else { "" });
        if let Some(class) = class {
            html.raw(&format!("<b class=\"{class}\">"));
        }
        html.text(&text[part.clone()]);
        html.raw(class.map_or("", |_| "</b>"));
        html.raw(if is_marked { "</mark>" } else { "" });
    }
    html.raw(&format!("\n</{tag}>"));
}

fn name(class: TokenClass) -> &'static str {
    match class {
        TokenClass::Keyword => "k",
        TokenClass::Quoted => "q",
        TokenClass::Number => "n",
        TokenClass::Comment => "c",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(write: impl Fn(&mut Markup), expected: &str) {
        let mut markup = Markup::default();
        write(&mut markup);
        assert_eq!(String::from(markup), expected);
    }

    #[test]
    fn nothing_of_a_text_is_a_tag() {
        check(
            |it| it.text("</pre><script>alert('a' && \"b\")"),
            "&lt;/pre&gt;&lt;script&gt;alert(&#39;a&#39; &amp;&amp; &quot;b&quot;)",
        );
        // What would reorder the line is spelled out.
        check(|it| it.text("a\u{202e}b\r"), "a\\u{202e}b\\r");
    }

    #[test]
    fn code_in_a_sentence_is_code() {
        check(
            |it| it.words("use `a<b`, now"),
            "use <code>a&lt;b</code>, now",
        );
        check(|it| it.words("a ` b"), "a ` b");
    }
}
