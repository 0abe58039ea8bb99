//! A magic's line → its name and the Python it runs, if any.

use ruff_text_size::{TextLen, TextRange, TextSize};

use super::word::words;
use crate::source::cell;

/// Line magics that run the rest of their line as Python, each with its options that take a value.
const RUNS_PYTHON: &[(&str, &str)] = &[
    ("%memit", "rti"),
    ("%prun", "lsTD"),
    ("%time", ""),
    ("%timeit", "nrp"),
];

/// Line magics that hand their line to another program, as `!` does.
const RUNS_PROGRAMS: [&str; 7] = [
    "%conda",
    "%mamba",
    "%micromamba",
    "%pip",
    "%sx",
    "%system",
    "%uv",
];

/// A magic: `%time x = f()`, `%%capture out`, `!pip install x`, `# %time f()` (commented by jupytext).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Magic {
    /// Name with its percent signs: `%time`, `%%capture`; `!` for the shell, `?` for help.
    pub name: String,
    /// The magic's line.
    pub line: TextRange,
    /// The Python it runs: for a line magic the rest of its line, for a cell magic the rest of the
    /// cell; `None` where it runs none.
    pub body: Option<TextRange>,
    /// Whether it stands in a comment.
    pub commented: bool,
}

impl Magic {
    /// Reads the magic whose name begins at `start` and whose line ends at `line.end()`.
    ///
    /// `cell_end` is where the cell ends, for the body of a cell magic.
    fn read(text: &str, line: TextRange, start: TextSize, cell_end: TextSize) -> Option<Self> {
        let command = &text[TextRange::new(start, line.end())];
        let (name, body) = if let Some(magic) = cell::cell_magic(command) {
            let body = cell::runs_python(magic).then(|| below(text, line.end(), cell_end));
            (format!("%%{magic}"), body)
        } else if command.starts_with('%') {
            let end = command.find(char::is_whitespace).unwrap_or(command.len());
            let name = &command[..end];
            let (_, options) = RUNS_PYTHON
                .iter()
                .find(|(magic, _)| *magic == name)
                .map_or((name, None), |(magic, options)| (*magic, Some(*options)));
            let body = options.and_then(|options| line_body(&command[end..], options));
            let body = body.map(|body| TextRange::new(line.end() - body.text_len(), line.end()));
            (name.to_owned(), body)
        } else {
            (command.chars().next()?.to_string(), None)
        };
        Some(Self {
            name,
            line,
            body,
            commented: false,
        })
    }

    /// Reads an escape command: the token that begins with `%`, `!`, `?`, `/`, `,` or `;`.
    pub(super) fn of_token(text: &str, token: TextRange, cell_end: TextSize) -> Option<Self> {
        Self::read(text, token, token.start(), cell_end)
    }

    /// Takes a line that ends with `?` as the magic it is.
    pub(super) fn of_help(line: TextRange) -> Self {
        Self {
            name: "?".to_owned(),
            line,
            body: None,
            commented: false,
        }
    }

    /// Reads a magic that jupytext has commented out; `None` for any other comment. `first` says
    /// whether the comment stands where a cell magic may.
    pub(super) fn of_comment(
        text: &str,
        comment: TextRange,
        cell_end: TextSize,
        first: bool,
    ) -> Option<Self> {
        let content = text[comment].strip_prefix('#')?.trim_start_matches(' ');
        let start = comment.end() - content.text_len();
        let is_spaced = start > comment.start() + TextSize::new(1);
        let named = content.trim_start_matches('%');
        let signs = content.len() - named.len();
        let is_magic = match signs {
            // `#!` is a shebang's, and `# !` may be prose.
            0 => is_spaced && content.strip_prefix('!').is_some_and(begins_word),
            1 => begins_word(named),
            2 => first && begins_word(named),
            _ => false,
        };
        if !is_magic {
            return None;
        }
        let magic = Self::read(text, comment, start, cell_end)?;
        Some(Self {
            commented: true,
            ..magic
        })
    }

    /// Returns the words of the line that may be names of the kernel's namespace.
    pub(super) fn words<'a>(&self, text: &'a str) -> impl Iterator<Item = &'a str> {
        let line = &text[self.line];
        let arguments = match line.split_once(&self.name) {
            // The sign may stand behind the name it asks about.
            Some(_) if self.name == "?" => line,
            Some((_, arguments)) => arguments,
            None => "",
        };
        // Other programs see Python's names as `{name}` and `$name` only.
        let is_plain_shell =
            self.name.starts_with('!') || RUNS_PROGRAMS.contains(&self.name.as_str());
        let is_plain_shell = is_plain_shell && !arguments.contains(['{', '$']);
        words(if is_plain_shell { "" } else { arguments })
    }
}

fn begins_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Returns what stands below a line, up to the end of its cell.
fn below(text: &str, line_end: TextSize, cell_end: TextSize) -> TextRange {
    let rest = &text[TextRange::new(line_end, cell_end.max(line_end))];
    let newline = if rest.starts_with("\r\n") { 2 } else { 1 };
    let skipped = newline.min(rest.len());
    let rest = &rest[skipped..];
    TextRange::at(cell_end.max(line_end) - rest.text_len(), rest.text_len())
}

/// Returns what follows a line magic's options; `None` if nothing does. `with_value` has the letters
/// of options such as `-n 10`.
fn line_body<'a>(arguments: &'a str, with_value: &str) -> Option<&'a str> {
    let mut rest = arguments.trim_start();
    while let Some(option) = rest.strip_prefix('-') {
        if !option.starts_with(|c: char| c.is_ascii_alphabetic() || c == '-') {
            break;
        }
        let end = option.find(char::is_whitespace)?;
        let takes_value = end == 1 && with_value.contains(&option[..1]);
        rest = option[end..].trim_start();
        if takes_value {
            rest = rest[rest.find(char::is_whitespace)?..].trim_start();
        }
    }
    (!rest.is_empty()).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn describe(text: &str, magic: Option<Magic>) -> String {
        magic.map_or(String::new(), |magic| {
            let body = magic.body.map_or("-", |body| &text[body]);
            format!("{} {body:?}", magic.name)
        })
    }

    fn first_line(text: &str) -> TextRange {
        let end = text.find(['\r', '\n']).unwrap_or(text.len());
        TextRange::up_to(TextSize::try_from(end).expect("a short text"))
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let magic = Magic::of_token(text, first_line(text), text.text_len());
        assert_eq!(describe(text, magic), expected);
    }

    #[track_caller]
    fn check_comment(text: &str, expected: &str) {
        let magic = Magic::of_comment(text, first_line(text), text.text_len(), true);
        assert_eq!(describe(text, magic), expected);
    }

    #[test]
    fn a_line_magic_runs_the_rest_of_its_line() {
        check("%time x = f()\ny", r#"%time "x = f()""#);
        check("%timeit -n 10 -r3 -o f()", r#"%timeit "f()""#);
        check("%prun -l 5 -q f(-1)", r#"%prun "f(-1)""#);
        check("%time --no-raise-error f()", r#"%time "f()""#);
        check("%timeit -n 10", r#"%timeit "-""#);
        check("%time", r#"%time "-""#);
    }

    #[test]
    fn a_cell_magic_runs_the_rest_of_the_cell() {
        check("%%time\r\nf()\n", "%%time \"f()\\n\"");
        check("%%capture out", "%%capture \"\"");
        check("%%bash -s\nls", "%%bash \"-\"");
    }

    #[test]
    fn other_magics_run_no_python() {
        check("%matplotlib inline", r#"%matplotlib "-""#);
        check("!pip install x", r#"! "-""#);
        check("?len", r#"? "-""#);
    }

    #[test]
    fn a_commented_magic_is_told_from_prose() {
        check_comment("# %time f()", r#"%time "f()""#);
        check_comment("# %%time\nf()", r#"%%time "f()""#);
        check_comment("#%autoawait False", r#"%autoawait "-""#);
        check_comment("# !pip install x", r#"! "-""#);
        for comment in [
            "#!/usr/bin/python",
            "# ! careful",
            "# % of all",
            "# 5 % of",
            "# %%",
            "#",
        ] {
            check_comment(comment, "");
        }
    }

    #[test]
    fn the_words_of_a_magic_are_its_arguments() {
        let words = |text: &str| -> Vec<String> {
            let magic = Magic::of_token(text, first_line(text), text.text_len()).expect("a magic");
            magic.words(text).map(str::to_owned).collect()
        };
        assert_eq!(words("%store loop x1 2y"), ["loop", "x1"]);
        assert_eq!(words("!pip install asyncio"), [""; 0]);
        assert_eq!(words("?loop.run"), ["loop", "run"]);
        assert_eq!(words("!kill {process.pid}"), ["kill", "process", "pid"]);
    }
}
