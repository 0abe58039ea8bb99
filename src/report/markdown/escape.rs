//! Text of code and recipes → Markdown and HTML that show it as it is: no tag, no link, no mention.

use crate::text::shown::Shown;

/// What Markdown, tables in it or formulas take for more than itself.
const MARKED: &str = r"\`*_[]|~$";

/// What a forge takes for a person or an issue: a word with it stands as code.
const CALLED: [char; 2] = ['@', '#'];

/// Returns a sentence; what it has between backticks is code.
pub(super) fn words(text: &str) -> String {
    let shown = Shown(text).to_string();
    let pieces: Vec<&str> = shown.split('`').collect();
    let is_paired =
        pieces.len() % 2 == 1 && pieces.iter().skip(1).step_by(2).all(|it| !it.is_empty());
    if !is_paired {
        return plain(&shown);
    }
    let pieces = pieces
        .iter()
        .enumerate()
        .map(|(index, piece)| match index % 2 {
            0 => plain(piece),
            _ => code(piece),
        });
    pieces.collect()
}

fn plain(text: &str) -> String {
    let words: Vec<String> = text.split(' ').map(word).collect();
    words.join(" ")
}

fn word(word: &str) -> String {
    if word.contains(CALLED) {
        return code(word);
    }
    let mut escaped = String::with_capacity(word.len());
    for character in word.chars() {
        match character {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            _ if MARKED.contains(character) => escaped.extend(['\\', character]),
            _ => escaped.push(character),
        }
    }
    escaped
}

/// Returns a sentence that stands between tags.
pub(super) fn html(text: &str) -> String {
    let word = |word: &str| match word.contains(CALLED) {
        true => format!("<code>{}</code>", entities(word)),
        false => entities(word),
    };
    let words: Vec<String> = text.split(' ').map(word).collect();
    words.join(" ")
}

/// Returns text that stands between tags of code.
pub(super) fn entities(text: &str) -> String {
    let text = Shown(text).to_string().replace('&', "&amp;");
    text.replace('<', "&lt;").replace('>', "&gt;")
}

/// Returns a span of code.
pub(super) fn code(text: &str) -> String {
    let text = Shown(text).to_string();
    let marks = "`".repeat(longest_run(&text) + 1);
    let blank = match text.starts_with('`') || text.ends_with('`') {
        true => " ",
        false => "",
    };
    format!("{marks}{blank}{text}{blank}{marks}")
}

/// Returns a block of code, which nothing in it ends.
pub(super) fn fenced(language: &str, text: &str) -> String {
    let marks = "`".repeat((longest_run(text) + 1).max(3));
    let end = if text.ends_with('\n') { "" } else { "\n" };
    format!("{marks}{language}\n{text}{end}{marks}\n")
}

fn longest_run(text: &str) -> usize {
    let runs = text.split(|character| character != '`');
    runs.map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_no_markup() {
        assert_eq!(words("<b> & a_b | *x*"), r"&lt;b&gt; &amp; a\_b \| \*x\*");
        assert_eq!(
            words("under @app.get and #12"),
            "under `@app.get` and `#12`"
        );
        assert_eq!(words("only `a_b` is"), "only `a_b` is");
        assert_eq!(words("one ` is not"), r"one \` is not");
        assert_eq!(html("<img>&"), "&lt;img&gt;&amp;");
        assert_eq!(html("under @a <b>"), "under <code>@a</code> &lt;b&gt;");
    }

    #[test]
    fn code_ends_where_it_ends() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("`a``b"), "``` `a``b ```");
        assert_eq!(fenced("diff", "+x\n"), "```diff\n+x\n```\n");
        assert_eq!(fenced("", "+```\n"), "````\n+```\n````\n");
    }
}
