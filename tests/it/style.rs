//! What people read is plain: the recipes' reasons, the program's own messages and help, and the pages.

use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use crate::readme::{made_pages, pages, prose, text};

mod recipes;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// A sentence that has more words is not read.
const MOST_WORDS: usize = 25;

/// Texts with fewer words are names, keys or code.
const FEWEST_WORDS: usize = 4;

/// Turns that a technical editor would take out.
const BANNED: [&str; 38] = [
    "of one's own",
    "of its own",
    "of your own",
    "from now on",
    "for ever",
    "gone over",
    "goes over",
    "goes before",
    "what stands",
    "stands behind",
    "stands in the way",
    "behind its",
    "behind the",
    "comes to its end",
    "told",
    "whoever",
    "taken for",
    "that which",
    "kept away",
    "keeps nothing away",
    "looked at",
    "looked into",
    "is said",
    "is to be",
    "works off",
    "bereft",
    "plain def",
    "besides",
    "what is",
    "meanwhile",
    "by hand alone",
    "made in sight",
    "nothing is known of",
    "is not come to",
    "asks for a person",
    "a person",
    "at all events",
    "ends quietly",
];

/// Returns what is wrong with the style of a text: a long sentence, or a banned turn.
fn faults(text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let sentences = text.split(". ").flat_map(|part| part.split('\n'));
    for sentence in sentences {
        let count = words(sentence);
        if count > MOST_WORDS {
            faults.push(format!("{count} words: {sentence}"));
        }
    }
    faults.extend(turns(text).map(|turn| format!("`{turn}`: {text}")));
    faults
}

/// Returns the banned turns of a text.
fn turns(text: &str) -> impl Iterator<Item = &'static str> {
    let lower = plain(text);
    let is_there = move |turn: &&str| lower.contains(&format!(" {turn} "));
    BANNED.into_iter().filter(is_there)
}

/// The words in lower case, with one blank around each; code between backticks is left out.
fn plain(text: &str) -> String {
    let text: Vec<&str> = text.split('`').step_by(2).collect();
    let text = text.join(" ` ").to_lowercase();
    let words = text.split(|c: char| !(c.is_alphanumeric() || c == '\''));
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    format!(" {} ", words.join(" "))
}

/// Counts words; code between backticks, and what is filled in, is one; an address is none.
fn words(text: &str) -> usize {
    let filled = text.split('{').map(|part| match part.split_once('}') {
        Some((_, rest)) => format!("_{rest}"),
        None => part.to_owned(),
    });
    let filled: String = filled.collect();
    let parts = filled.split('`').enumerate();
    let words = parts.map(|(index, part)| match index % 2 {
        0 => {
            let words = part.split_whitespace();
            words.filter(|word| !word.contains("://")).count()
        }
        _ => 1,
    });
    words.sum()
}

/// Returns the files of a folder with this ending, those in its folders too.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder is there");
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.expect("it can be read").path();
        if path.is_dir() {
            files.extend(self::files(&path, ending));
        } else if path.extension().is_some_and(|it| it == ending) {
            files.push(path);
        }
    }
    files.sort();
    files
}

fn check(texts: impl Iterator<Item = (PathBuf, String)>, most_faults: &[&str], least: usize) {
    let mut count = 0;
    let mut wrong = Vec::new();
    for (path, text) in texts {
        count += 1;
        let faults = faults(&text).into_iter();
        let faults = faults.filter(|fault| !most_faults.iter().any(|known| fault.contains(known)));
        wrong.extend(faults.map(|fault| format!("{}: {fault}", path.display())));
    }
    assert!(wrong.is_empty(), "{}\n{}", wrong.join("\n"), wrong.len());
    assert!(count >= least, "the texts are found: {count}");
}

#[test]
fn messages_and_help_are_plain() {
    let root = Path::new(ROOT).join("src");
    let texts = files(&root, "rs").into_iter().flat_map(|path| {
        let is_help = path.starts_with(root.join("cli/args")) || path.ends_with("cli/args.rs");
        let is_test =
            path.ends_with("tests.rs") || path.components().any(|it| it.as_os_str() == "tests");
        let mut found = Vec::new();
        if !is_test {
            let tokens = TokenStream::from_str(&text(&path)).expect("it is Rust");
            find_texts(tokens, is_help, &mut found);
        }
        let found = found.into_iter();
        found
            .map(move |text| (path.clone(), text))
            .collect::<Vec<_>>()
    });
    check(texts, &[], 700);
}

/// Finds the literals that are sentences, and doc comments where they are help; tests are left out.
fn find_texts(tokens: TokenStream, is_help: bool, found: &mut Vec<String>) {
    let mut tokens = tokens.into_iter().peekable();
    let mut docs: Vec<String> = Vec::new();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(it) if it.as_char() == '#' => {
                // Of a file `#![…]`.
                let is_bang = |it: &TokenTree| it.to_string() == "!";
                let is_inner = tokens.next_if(is_bang).is_some();
                let Some(TokenTree::Group(group)) = tokens.next() else {
                    continue;
                };
                if is_inner {
                    continue;
                }
                let attribute = group.stream().to_string();
                if attribute.starts_with("cfg (test)") || attribute.starts_with("cfg(test)") {
                    skip_item(&mut tokens);
                } else if attribute.starts_with("doc") {
                    let mut lines = Vec::new();
                    literals(group.stream(), &mut lines);
                    docs.extend(lines);
                    continue;
                } else {
                    find_texts(group.stream(), is_help, found);
                }
            }
            TokenTree::Group(group) if group.delimiter() != Delimiter::None => {
                find_texts(group.stream(), is_help, found);
            }
            TokenTree::Literal(literal) => found.extend(sentence(&literal.to_string())),
            _ => {}
        }
        if is_help && !docs.is_empty() {
            found.push(docs.join(""));
        }
        docs.clear();
    }
}

/// Leaves out what an attribute is of.
fn skip_item(tokens: &mut impl Iterator<Item = TokenTree>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => return,
            TokenTree::Punct(it) if it.as_char() == ';' => return,
            _ => {}
        }
    }
}

fn literals(tokens: TokenStream, found: &mut Vec<String>) {
    for token in tokens {
        if let TokenTree::Literal(literal) = token {
            found.extend(unquoted(&literal.to_string()));
        }
    }
}

fn unquoted(literal: &str) -> Option<String> {
    let inner = literal.strip_prefix('"')?.strip_suffix('"')?;
    // A backslash at the end of a line joins it with the next one.
    let mut lines = inner.split("\\\n");
    let first = lines.next()?.to_owned();
    let joined = lines.fold(first, |text, line| text + line.trim_start());
    Some(
        joined
            .replace("\\n", "\n")
            .replace("\\\"", "\"")
            .replace("{{", "")
            .replace("}}", ""),
    )
}

/// Returns a literal that people read.
fn sentence(literal: &str) -> Option<String> {
    let text = unquoted(literal)?;
    let is_code = ["\n    ", "^", "select ", "create ", "insert "]
        .iter()
        .any(|it| text.contains(it));
    let count = plain(&text)
        .split_whitespace()
        .filter(|it| it.chars().all(char::is_alphabetic))
        .count();
    (!is_code && count >= FEWEST_WORDS).then_some(text)
}

#[test]
fn pages_are_plain() {
    let changelog = Path::new(ROOT).join("CHANGELOG.md");
    let texts = pages().into_iter().chain(made_pages());
    let texts = texts.chain([changelog]);
    let texts = texts.map(|path| {
        let prose = prose(&text(&path));
        (path, prose)
    });
    let mut wrong = Vec::new();
    for (path, prose) in texts {
        wrong.extend(turns(&prose).map(|turn| format!("{}: {turn}", path.display())));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn sentences_of_pages_are_short() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for path in pages() {
        for sentence in sentences(&prose(&text(&path))) {
            count += 1;
            let length = words(&sentence);
            if length > MOST_WORDS {
                wrong.push(format!("{}: {length} words: {sentence}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 800, "the sentences are found: {count}");
}

/// The sentences of a page, but for code and tables.
fn sentences(prose: &str) -> Vec<String> {
    let mut parts: Vec<String> = vec![String::new()];
    for line in prose.lines() {
        let begins = [
            "- ", "* ", "#", "|", "1. ", "2. ", "3. ", "4. ", "5. ", "6. ",
        ];
        let text = line.trim_start();
        if text.is_empty() || begins.iter().any(|it| text.starts_with(it)) {
            parts.push(String::new());
        }
        let is_code = line.starts_with("    ") || text.starts_with(['|', '<']);
        if let Some(part) = parts.last_mut().filter(|_| !is_code) {
            *part += &format!(" {}", without_targets(text.trim_start_matches("- ")));
        }
    }
    let whole = parts.iter().flat_map(|part| part.split(". "));
    let whole = whole.flat_map(|part| part.split(".** "));
    whole.map(|it| it.trim().to_owned()).collect()
}

/// Leaves out where the links of a line lead.
fn without_targets(line: &str) -> String {
    let mut parts = line.split("](");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |line, part| {
        let (_, rest) = part.split_once(')').unwrap_or(("", part));
        format!("{line}]{rest}")
    })
}

#[test]
fn faults_are_found() {
    let long = "word ".repeat(MOST_WORDS + 1);
    assert_eq!(faults(&long).len(), 1);
    assert!(faults(&"`a b` {c d} ".repeat(12)).is_empty());
    assert_eq!(faults("nothing is told of it").len(), 1);
    let page =
        "One [two](a/b) three,\nFour. **Five.** Six\n\n- Seven\n  eight\n\n    code\n\n| a | b |\n";
    let found = sentences(page);
    let found: Vec<&str> = found
        .iter()
        .map(String::as_str)
        .filter(|it| !it.is_empty())
        .collect();
    let expected = ["One [two] three, Four", "**Five", "Six", "Seven eight"];
    assert_eq!(found, expected);
    let code = "/// It is told.\nfn f() { g(\"nothing is told\"); }\n#[cfg(test)]\nmod t { const A: &str = \"it is told so\"; }";
    let mut found = Vec::new();
    find_texts(
        TokenStream::from_str(code).expect("it is Rust"),
        false,
        &mut found,
    );
    assert!(found.is_empty(), "three words: {found:?}");
    let code = "#[error(\"nothing at all \\\n    is told\")] struct A;";
    find_texts(
        TokenStream::from_str(code).expect("it is Rust"),
        false,
        &mut found,
    );
    assert_eq!(found, ["nothing at all is told"]);
}
