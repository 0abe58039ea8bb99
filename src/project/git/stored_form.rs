//! A file of the tree → what git, giving it back, makes of what it has stored; as git's `convert.c` does it.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::pipes::is_endless;
use super::run::{self, name_of};
use super::{GitError, Repository, names, plain};

/// What decides about a file, in the order in which [`form`] takes their values.
const ATTRIBUTES: [&str; 6] = [
    "text",
    "crlf",
    "eol",
    "filter",
    "ident",
    "working-tree-encoding",
];

/// What a program's file has that gives back what it was given.
const SAME: &str = "cat";

/// How git gives back what it has stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// With these line ends, and nothing else.
    Lines(Lines),
    /// So, and with its own id where the content has the mark of one.
    Ident(Lines),
    /// By what has this name: it is not computed here.
    Converted(String),
    /// The files of attributes do not say the same now as they are committed, or cannot be read.
    Unknown,
}

/// What becomes of line ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lines {
    /// They stay.
    Same,
    /// LF becomes CRLF.
    Crlf,
    /// LF becomes CRLF in what is text and has no CR.
    CrlfInText,
}

impl Form {
    /// Returns what git writes for a content.
    ///
    /// # Errors
    /// It is not known; the words are what converts it, where something does.
    pub fn written<'a>(&self, stored: &'a [u8]) -> Result<Cow<'a, [u8]>, Option<&str>> {
        match self {
            Self::Lines(lines) => Ok(lines.written(stored)),
            Self::Ident(lines) if memchr::memmem::find(stored, b"$Id").is_none() => {
                Ok(lines.written(stored))
            }
            Self::Ident(_) => Err(Some("attribute ident")),
            Self::Converted(by) => Err(Some(by)),
            Self::Unknown => Err(None),
        }
    }
}

impl Lines {
    /// Returns a content with the line ends that git gives it.
    pub fn written(self, stored: &[u8]) -> Cow<'_, [u8]> {
        let is_left = match self {
            Self::Same => true,
            Self::Crlf => false,
            Self::CrlfInText => is_no_text(stored),
        };
        if is_left {
            return Cow::Borrowed(stored);
        }
        let mut written = Vec::with_capacity(stored.len() + stored.len() / 16);
        for line in stored.split_inclusive(|byte| *byte == b'\n') {
            match line.strip_suffix(b"\n") {
                Some(text) if !text.ends_with(b"\r") => written.extend([text, b"\r\n"].concat()),
                _ => written.extend(line),
            }
        }
        Cow::Owned(written)
    }
}

/// Whether git leaves the line ends of a content where nobody says that it is text.
fn is_no_text(stored: &[u8]) -> bool {
    // The last byte of a text of old systems.
    let counted = stored.strip_suffix(b"\x1a").unwrap_or(stored);
    let is_odd =
        |byte: &&u8| **byte < b' ' && !b"\n\t\x08\x0c\x1b".contains(byte) || **byte == 0x7f;
    let odd = counted.iter().filter(is_odd).count();
    let ends = stored.iter().filter(|byte| **byte == b'\n').count();
    let printed = counted.len() - odd - ends;
    stored.contains(&b'\r') || stored.contains(&0) || printed >> 7 < odd
}

/// The settings that concern what git writes.
#[derive(Debug, Default)]
struct Settings {
    autocrlf: Option<String>,
    eol: Option<String>,
    /// What the attribute `filter` names.
    drivers: BTreeMap<String, Driver>,
}

/// What is run when a file is written.
#[derive(Debug, Default)]
struct Driver {
    smudge: String,
    process: String,
    is_required: bool,
}

impl Repository {
    /// Returns the forms of files, given by their paths below the top.
    ///
    /// # Errors
    /// Git fails.
    pub fn forms(&self, paths: &[&Path]) -> Result<Vec<Form>, GitError> {
        if paths.is_empty() {
            return Ok(Vec::new());
        }
        let settings = self.settings()?;
        let folders: BTreeSet<&Path> = paths
            .iter()
            .flat_map(|path| path.ancestors().skip(1))
            .collect();
        let has_endless =
            |folder: &&Path| is_endless(&self.top.join(folder).join(".gitattributes"));
        if folders.iter().any(has_endless) {
            return Ok(vec![Form::Unknown; paths.len()]);
        }
        // Which of the two counts is git's to choose: what they do not agree on is not known.
        let (tree, index) = (self.wishes(paths, &[])?, self.wishes(paths, &["--cached"])?);
        let both = tree.iter().zip(&index);
        let one = both.map(
            |(tree, index)| match (form(tree, &settings), form(index, &settings)) {
                (tree, index) if tree == index => tree,
                _ => Form::Unknown,
            },
        );
        Ok(one.collect())
    }

    /// Returns the values of [`ATTRIBUTES`], for each path.
    fn wishes(&self, paths: &[&Path], from: &[&str]) -> Result<Vec<Vec<String>>, GitError> {
        let asked = [&["check-attr", "-z", "--stdin"], from, &ATTRIBUTES].concat();
        let input = paths.iter().flat_map(|path| [name_of(path), vec![0]]);
        let said = self.ask_of(&asked, input.flatten().collect())?;
        let words: Vec<&[u8]> = names(&said).collect();
        // A path, an attribute and its value each.
        let values: Vec<String> = words
            .chunks(3)
            .filter_map(|each| each.get(2))
            .map(|value| String::from_utf8_lossy(value).into_owned())
            .collect();
        if values.len() != paths.len() * ATTRIBUTES.len() {
            return Err(GitError::Failed("`check-attr` ends early".to_owned()));
        }
        Ok(values
            .chunks(ATTRIBUTES.len())
            .map(<[String]>::to_vec)
            .collect())
    }

    fn settings(&self) -> Result<Settings, GitError> {
        let wanted = "^(core\\.(autocrlf|eol)|filter\\..*\\.(smudge|process|required))$";
        // It fails where there is none.
        let said = run::run(
            &self.top,
            &["config", "-z", "--get-regexp", wanted],
            Vec::new(),
        )?;
        let mut settings = Settings::default();
        for setting in names(&said.out) {
            settings.set(&String::from_utf8_lossy(setting));
        }
        Ok(settings)
    }
}

/// Returns what becomes of a file with these values of [`ATTRIBUTES`].
fn form(wishes: &[String], settings: &Settings) -> Form {
    let [text, crlf, eol, by, ident, encoding] = wishes else {
        return Form::Unknown;
    };
    if let Some(driver) = settings.drivers.get(by)
        && driver.changes()
    {
        return Form::Converted(plain(&format!("filter {by}")));
    }
    let is_unicode = ["utf-8", "utf8"].contains(&encoding.to_lowercase().as_str());
    if !is_unicode && !["unspecified", "unset"].contains(&encoding.as_str()) {
        return Form::Converted(plain(&format!("working-tree-encoding {encoding}")));
    }
    let lines = settings.lines([text, crlf], eol);
    match ident.as_str() {
        "set" => Form::Ident(lines),
        _ => Form::Lines(lines),
    }
}

impl Driver {
    /// Whether it may give back something else, or nothing.
    fn changes(&self) -> bool {
        match (self.process.as_str(), self.smudge.trim()) {
            ("", "") => self.is_required,
            ("", smudge) => smudge != SAME,
            _ => true,
        }
    }
}

impl Settings {
    /// Takes a setting as git prints it: its name, and on the next line its value.
    fn set(&mut self, text: &str) {
        // Without a value it is set.
        let (name, value) = text.split_once('\n').unwrap_or((text, "true"));
        match name {
            "core.autocrlf" => self.autocrlf = Some(value.to_lowercase()),
            "core.eol" => self.eol = Some(value.to_lowercase()),
            _ => {
                let Some((name, key)) = name
                    .strip_prefix("filter.")
                    .and_then(|name| name.rsplit_once('.'))
                else {
                    return;
                };
                let driver = self.drivers.entry(name.to_owned()).or_default();
                match key {
                    "smudge" => value.clone_into(&mut driver.smudge),
                    "required" => driver.is_required = is_on(&value.to_lowercase()),
                    _ => value.clone_into(&mut driver.process),
                }
            }
        }
    }

    /// Returns what becomes of line ends by the attributes `text` and `crlf`, its old name, and `eol`.
    fn lines(&self, text: [&str; 2], eol: &str) -> Lines {
        let is_known = |wish: &&&str| ["set", "unset", "input", "auto"].contains(*wish);
        let text = text.iter().find(is_known).copied();
        let crlf_if = |is_so: bool, lines: Lines| if is_so { lines } else { Lines::Same };
        match (text, eol) {
            (Some("unset"), _) | (_, "lf") => Lines::Same,
            (Some("auto"), "crlf") => Lines::CrlfInText,
            (_, "crlf") => Lines::Crlf,
            (Some("set"), _) => crlf_if(self.ends_are_crlf(), Lines::Crlf),
            (Some("auto"), _) => crlf_if(self.ends_are_crlf(), Lines::CrlfInText),
            (Some(_), _) => Lines::Same,
            (None, _) => crlf_if(self.auto_is_on(), Lines::CrlfInText),
        }
    }

    fn auto_is_on(&self) -> bool {
        self.autocrlf.as_deref().is_some_and(is_on)
    }

    fn ends_are_crlf(&self) -> bool {
        if self.auto_is_on() || self.autocrlf.as_deref() == Some("input") {
            return self.auto_is_on();
        }
        match self.eol.as_deref() {
            Some("crlf") => true,
            Some("lf") => false,
            _ => cfg!(windows),
        }
    }
}

/// Whether git takes a value, in lower case, for a yes.
fn is_on(value: &str) -> bool {
    let is_number = || value.parse().is_ok_and(|number: i64| number != 0);
    ["true", "yes", "on"].contains(&value) || is_number()
}

#[cfg(test)]
mod tests;
