//! Text → ruff's syntax tree and tokens; the checkers' own way to the parser, apart from the engine's.

use ruff_python_ast::ModModule;
use ruff_python_ast::token::TokenKind;
use ruff_python_parser::{Mode, ParseOptions, Parsed, parse_unchecked};
use ruff_text_size::Ranged;

/// What a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// A plain `.py`.
    Module,
    /// A `# %%` file.
    Percent,
    /// An `.ipynb`; its text is that of its code cells.
    Notebook,
}

impl Form {
    pub(crate) fn of(path: &str, text: &str) -> Self {
        let marker = |line: &str| line.starts_with("# %%") || line.starts_with("#%%");
        if path.ends_with(".ipynb") {
            Self::Notebook
        } else if text.split(['\r', '\n']).any(marker) {
            Self::Percent
        } else {
            Self::Module
        }
    }

    /// Returns whether an `await` may stand at the top level.
    pub(crate) fn awaits_at_top(self) -> bool {
        self != Self::Module
    }
}

/// Returns the tree, or what the parser expected.
pub(crate) fn parse(form: Form, text: &str) -> Result<Parsed<ModModule>, String> {
    let mode = match form {
        Form::Module => Mode::Module,
        Form::Percent | Form::Notebook => Mode::Ipython,
    };
    let parsed = parse_unchecked(text, ParseOptions::from(mode))
        .try_into_module()
        .expect("both modes give a module");
    match parsed.errors().first() {
        None => Ok(parsed),
        Some(error) => Err(format!(
            "{error} at byte {}",
            u32::from(error.location.start())
        )),
    }
}

/// Returns the comments that stand behind each other as one.
pub(crate) fn several(comment: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(comment.trim_end());
    std::iter::from_fn(move || {
        let all = rest?;
        let next = all.find("  # ");
        rest = next.map(|at| &all[at + 2..]);
        Some(&all[..next.unwrap_or(all.len())])
    })
}

/// Returns the comments, sorted.
pub(crate) fn comments(parsed: &Parsed<ModModule>, text: &str) -> Vec<String> {
    let mut comments: Vec<String> = parsed
        .tokens()
        .iter()
        .filter(|token| token.kind() == TokenKind::Comment)
        .flat_map(|token| several(&text[token.range()]).map(str::to_owned))
        .collect();
    comments.sort();
    comments
}

/// Returns the simple statements and headers in order, each as its tokens joined by blanks.
///
/// What opens or closes a block is a line `>` or `<`, so that a moved statement shows as well.
pub(crate) fn lines(parsed: &Parsed<ModModule>, text: &str) -> Vec<String> {
    let (mut lines, mut line) = (Vec::new(), String::new());
    for token in parsed.tokens().iter() {
        let mut end = |line: &mut String| {
            if !line.is_empty() {
                lines.push(std::mem::take(line));
            }
        };
        match token.kind() {
            TokenKind::Newline | TokenKind::Semi | TokenKind::EndOfFile => end(&mut line),
            TokenKind::Indent => lines.push(">".to_owned()),
            TokenKind::Dedent => lines.push("<".to_owned()),
            TokenKind::Comment | TokenKind::NonLogicalNewline => {}
            _ => {
                if !line.is_empty() {
                    line.push(' ');
                }
                line.push_str(&text[token.range()]);
            }
        }
    }
    lines
}
