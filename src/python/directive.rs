//! The text of a comment → what it says to this program, or what is wrong with that.
//!
//! One comment may speak to several tools: `# noqa: ABC123  # awaitify: ignore[recipe-id] why`. Letters may be
//! large or small, blanks may stand where they do no harm.

use std::ops::Range;

use super::trivia::is_for_tools;

/// Whom a comment speaks to.
const NAME: &str = "awaitify";

/// What a comment says, and where in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directive {
    /// From its `#` to its end, in the comment.
    pub place: Range<usize>,
    /// What it says.
    pub said: Result<Saying, Mistake>,
}

/// What a comment says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Saying {
    /// Keep recipes away.
    Ignore(Ignore),
    /// Keep away what does the same as rules of a linter.
    Codes {
        /// In the whole file.
        in_file: bool,
        /// The rules' codes.
        codes: Vec<String>,
    },
    /// A site is left for a person.
    Todo {
        /// The recipe.
        recipe: String,
    },
}

/// Recipes that are kept away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignore {
    /// From what.
    pub extent: Extent,
    /// The recipes, in small letters.
    pub recipes: Vec<String>,
    /// Why.
    pub reason: Option<String>,
}

/// What a comment is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// The code that it stands at.
    Code,
    /// Its cell.
    Cell,
    /// Its file.
    File,
}

impl Extent {
    fn word(self) -> &'static str {
        match self {
            Self::Code => "ignore",
            Self::Cell => "ignore-cell",
            Self::File => "ignore-file",
        }
    }
}

/// Why a comment that speaks to this program says nothing to it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Mistake {
    /// `awaitify: skip`.
    #[error("`{0}` means nothing here; write `# awaitify: ignore[recipe-id] why`")]
    Unknown(String),
    /// `awaitify ignore[…]`.
    #[error("a colon is missing; write `# awaitify: {word}[recipe-id] why`")]
    NoColon {
        /// `ignore` and the like.
        word: &'static str,
    },
    /// `ignore why`.
    #[error("it does not say which recipes; write `# awaitify: {word}[recipe-id] why`")]
    NoRecipes {
        /// `ignore` and the like.
        word: &'static str,
    },
    /// `ignore[recipe-id why`.
    #[error("a `]` is missing; write `# awaitify: {word}[recipe-id] why`")]
    Unclosed {
        /// `ignore` and the like.
        word: &'static str,
    },
    /// There is no code for it.
    #[error(
        "it is about nothing: no statement of its block follows; write it right above the statement, as far in, or behind it"
    )]
    AboutNothing,
}

/// Returns what a comment says to this program, in order.
pub fn directives(comment: &str) -> Vec<Directive> {
    let starts: Vec<usize> = starts(comment).collect();
    let ends = starts.iter().skip(1).copied().chain([comment.len()]);
    let parts = starts.iter().zip(ends);
    let found = parts.filter_map(|(start, end)| {
        let part = comment[*start..end].trim_end();
        Some(Directive {
            place: *start..start + part.len(),
            said: said(part)?,
        })
    });
    found.collect()
}

/// Returns the comment that keeps a recipe away from the code below, and why; `None`: as a comment the reason
/// would not be one, or would say something else besides.
pub fn ignoring(recipe: &str, why: &str) -> Option<String> {
    let words: Vec<&str> = why.split_whitespace().collect();
    let comment = format!(
        "# {NAME}: {}[{recipe}] {}",
        Extent::Code.word(),
        words.join(" ")
    );
    let said = directives(&comment);
    let is_it = |it: &Directive| matches!(&it.said, Ok(Saying::Ignore(it)) if it.reason.is_some());
    (said.len() == 1 && is_it(&said[0])).then_some(comment)
}

/// Returns whether a comment as a whole marks what is left for a person.
pub fn is_mark(comment: &str) -> bool {
    let said = directives(comment);
    let is_todo = |it: &Directive| matches!(it.said, Ok(Saying::Todo { .. }));
    said.len() == 1 && said[0].place.start == 0 && is_todo(&said[0])
}

/// Returns where a comment begins to speak to another tool: at a `#` behind white space.
fn starts(comment: &str) -> impl Iterator<Item = usize> {
    let signs = comment.match_indices('#').map(|(at, _)| at);
    signs.filter(|at| {
        let before = comment[..*at].chars().next_back();
        let is_for_us = || after_name(&comment[*at..]).is_some();
        *at == 0
            || before.is_some_and(char::is_whitespace)
                && (is_for_tools(&comment[*at..]) || is_for_us())
    })
}

/// Returns what stands behind this program's name and whether a colon does.
fn after_name(part: &str) -> Option<(&str, bool)> {
    let rest = strip_word(part.trim_start_matches('#').trim_start(), NAME)?.trim_start();
    match rest.strip_prefix(':') {
        Some(rest) => Some((rest.trim_start(), true)),
        None => Some((rest, false)),
    }
}

/// Takes a word off, whatever the case of its letters.
fn strip_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let (head, rest) = text.split_at_checked(word.len())?;
    head.eq_ignore_ascii_case(word).then_some(rest)
}

fn said(part: &str) -> Option<Result<Saying, Mistake>> {
    let Some((rest, has_colon)) = after_name(part) else {
        return codes(part).map(Ok);
    };
    let end = rest.find(|it: char| !it.is_ascii_alphanumeric() && it != '-');
    let (word, rest) = rest.split_at(end.unwrap_or(rest.len()));
    let lower = word.to_ascii_lowercase();
    let all = [Extent::Code, Extent::Cell, Extent::File];
    let extent = all.into_iter().find(|extent| extent.word() == lower);
    match (extent, has_colon) {
        (Some(extent), false) if rest.trim_start().starts_with('[') => {
            let word = extent.word();
            Some(Err(Mistake::NoColon { word }))
        }
        // A sentence about this program.
        (_, false) => None,
        (Some(extent), true) => Some(ignored(extent, rest.trim_start()).map(Saying::Ignore)),
        (None, true) if lower == "todo" => {
            let (recipe, _) = rest.trim_start().strip_prefix('[')?.split_once(']')?;
            let recipe = recipe.trim().to_ascii_lowercase();
            Some(Ok(Saying::Todo { recipe }))
        }
        (None, true) => Some(Err(Mistake::Unknown(word.to_owned()))),
    }
}

fn ignored(extent: Extent, rest: &str) -> Result<Ignore, Mistake> {
    let word = extent.word();
    let listed = rest.strip_prefix('[').ok_or(Mistake::NoRecipes { word })?;
    let (recipes, reason) = listed.split_once(']').ok_or(Mistake::Unclosed { word })?;
    let recipes: Vec<String> = recipes
        .split(|it: char| it == ',' || it.is_whitespace())
        .filter(|recipe| !recipe.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    if recipes.is_empty() {
        return Err(Mistake::NoRecipes { word });
    }
    let is_dash = |it: char| matches!(it, ':' | '-' | '–' | '—') || it.is_whitespace();
    let reason = reason.trim_start_matches(is_dash).trim_end();
    Ok(Ignore {
        extent,
        recipes,
        reason: Some(reason.to_owned()).filter(|reason| !reason.is_empty()),
    })
}

/// Reads `noqa: ABC123`, and of a file `tool: noqa: ABC123`. Without codes it is about lines whose code
/// nobody named: nothing.
fn codes(part: &str) -> Option<Saying> {
    let said = part.trim_start_matches('#').trim_start();
    let (in_file, rest) = match strip_word(said, "noqa") {
        Some(rest) => (false, rest),
        None if is_for_tools(part) => {
            let (_, rest) = said.split_once(':')?;
            (true, strip_word(rest.trim_start(), "noqa")?)
        }
        None => return None,
    };
    let rest = rest.trim_start().strip_prefix(':')?;
    let words = rest.split(|it: char| it == ',' || it.is_whitespace());
    let words = words.filter(|word| !word.is_empty());
    let codes: Vec<String> = words
        .take_while(|word| is_code(word))
        .map(str::to_owned)
        .collect();
    (!codes.is_empty()).then_some(Saying::Codes { in_file, codes })
}

/// Returns whether a word is letters and then digits.
fn is_code(word: &str) -> bool {
    let digits = word.trim_start_matches(|it: char| it.is_ascii_uppercase());
    let is_digits = !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit());
    is_digits && digits.len() < word.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_one_in_a_comment_too() {
        let check = |why, expected: Option<&str>| {
            let expected = expected.map(|it| format!("# awaitify: ignore[a] {it}"));
            assert_eq!(ignoring("a", why), expected);
        };
        check("it settles\n  soon", Some("it settles soon"));
        check(" -- ", None);
        check(":", None);
        check("x # noqa: ASYNC251", None);
        check("x # awaitify: ignore-file[b] all", None);
    }

    fn told(comment: &str) -> String {
        let found = directives(comment);
        let words: Vec<String> = found
            .iter()
            .map(|it| match &it.said {
                Ok(Saying::Ignore(ignore)) => format!(
                    "{}[{}] {}",
                    ignore.extent.word(),
                    ignore.recipes.join(","),
                    ignore.reason.as_deref().unwrap_or("-")
                ),
                Ok(Saying::Codes { in_file, codes }) => {
                    format!("{}{}", codes.join(","), if *in_file { "!" } else { "" })
                }
                Ok(Saying::Todo { recipe }) => format!("todo {recipe}"),
                Err(mistake) => format!("? {mistake}"),
            })
            .collect();
        words.join(" | ")
    }

    #[track_caller]
    fn check(comment: &str, expected: &str) {
        assert_eq!(told(comment), expected);
    }

    #[test]
    fn what_is_clear_is_understood() {
        check("# awaitify: ignore[a] why", "ignore[a] why");
        check("#awaitify:ignore[a]why", "ignore[a] why");
        check("# AWAITIFY : Ignore [A]: why", "ignore[a] why");
        check("# awaitify: ignore[a b,c , d] — why", "ignore[a,b,c,d] why");
        check("# awaitify: ignore-file[a]", "ignore-file[a] -");
        check(
            "# awaitify: ignore[a] see issue #12 # too",
            "ignore[a] see issue #12 # too",
        );
        check("# awaitify: todo[a] why", "todo a");
    }

    #[test]
    fn one_comment_may_speak_to_several_tools() {
        check(
            "# noqa: ABC123  # awaitify: ignore[a] why",
            "ABC123 | ignore[a] why",
        );
        check(
            "# awaitify: ignore[a] why # noqa: ABC123",
            "ignore[a] why | ABC123",
        );
        check("# awaitify: ignore[a] why  # type: ignore", "ignore[a] why");
        let comment = "# noqa  # awaitify: ignore[a] why  # type: ignore";
        let place = directives(comment)[0].place.clone();
        assert_eq!(&comment[place], "# awaitify: ignore[a] why");
    }

    #[test]
    fn codes_are_read_as_linters_do() {
        check("# noqa: ABC123, DEF4", "ABC123,DEF4");
        check("#NOQA:ABC123 DEF4 because", "ABC123,DEF4");
        check("# noqa", "");
        check("# noqa: abc123", "");
        check("# flake8: noqa: ABC123", "ABC123!");
        check("# flake8: noqa", "");
    }

    #[test]
    fn what_is_not_understood_is_told() {
        let write = "write `# awaitify: ignore[recipe-id] why`";
        let which = format!("? it does not say which recipes; {write}");
        check("# awaitify: ignore", &which);
        check("# awaitify: ignore all of it", &which);
        check("# awaitify: ignore[ ]", &which);
        check(
            "# awaitify: ignore[a why",
            &format!("? a `]` is missing; {write}"),
        );
        check(
            "# awaitify: ignored[a]",
            &format!("? `ignored` means nothing here; {write}"),
        );
        check(
            "# awaitify ignore[a] why",
            &format!("? a colon is missing; {write}"),
        );
    }

    #[test]
    fn what_speaks_of_something_else_is_nothing() {
        check("# awaitify is run in CI", "");
        check("# see awaitify: ignore[a]", "");
        check("# awaitify ignores it", "");
    }
}
