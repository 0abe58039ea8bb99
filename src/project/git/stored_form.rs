//! A file of the tree → whether git, giving it back, would change what it has stored; as git's
//! `convert.c` decides it.

use std::collections::BTreeSet;
use std::path::Path;

use super::run::{self, name_of};
use super::{GitError, Repository, names};

/// What decides about a file, in the order of [`Wishes`].
const ATTRIBUTES: [&str; 6] = [
    "text",
    "crlf",
    "eol",
    "filter",
    "ident",
    "working-tree-encoding",
];

/// How git gives back what it has stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As it is.
    Same,
    /// With CRLF, if it is text and has LF only.
    CrLf,
    /// By a program, with an id, in another encoding; or it is not to be known.
    Other,
}

/// The settings that concern line ends; as git spells them, in lower case.
#[derive(Debug, Default)]
struct Settings {
    autocrlf: Option<String>,
    eol: Option<String>,
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
        // Git would wait for ever at a pipe.
        let folders: BTreeSet<&Path> = paths
            .iter()
            .flat_map(|path| path.ancestors().skip(1))
            .collect();
        let is_odd = |folder: &&Path| {
            let found = self
                .top
                .join(folder)
                .join(".gitattributes")
                .symlink_metadata();
            found.is_ok_and(|found| !found.is_file())
        };
        if folders.iter().any(is_odd) {
            return Ok(vec![Form::Other; paths.len()]);
        }
        // Which of the two counts is git's to choose: what they do not agree on is not known.
        let (tree, index) = (self.wishes(paths, &[])?, self.wishes(paths, &["--cached"])?);
        let both = tree.iter().zip(&index);
        let one = both.map(
            |(tree, index)| match (form(tree, &settings), form(index, &settings)) {
                (tree, index) if tree == index => tree,
                _ => Form::Other,
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
        let wanted = ["config", "-z", "--get-regexp", "^core\\.(autocrlf|eol)$"];
        // It fails where there is none.
        let said = run::run(&self.top, &wanted, Vec::new())?.out;
        let mut settings = Settings::default();
        for setting in names(&said) {
            let text = String::from_utf8_lossy(setting).to_lowercase();
            // Without a value it is set.
            let (name, value) = text.split_once('\n').unwrap_or((&text, "true"));
            match name {
                "core.autocrlf" => settings.autocrlf = Some(value.to_owned()),
                _ => settings.eol = Some(value.to_owned()),
            }
        }
        Ok(settings)
    }
}

fn form(wishes: &[String], settings: &Settings) -> Form {
    let [text, crlf, eol, by, ident, encoding] = wishes else {
        return Form::Other;
    };
    let is_off = |wish: &String| ["unspecified", "unset"].contains(&wish.as_str());
    if !is_off(by) || !is_off(ident) || !is_off(encoding) {
        return Form::Other;
    }
    let auto = settings.autocrlf.as_deref();
    let auto_is_on = auto.is_some_and(|auto| ["true", "yes", "on", "1"].contains(&auto));
    // `crlf` is the old name of `text`.
    let text = if text == "unspecified" { crlf } else { text };
    let has_crlf = match (text.as_str(), eol.as_str()) {
        ("unset", _) | (_, "lf") => false,
        (_, "crlf") => true,
        ("input", _) => false,
        ("set" | "auto", _) => auto_is_on || auto != Some("input") && settings.ends_are_crlf(),
        _ => auto_is_on,
    };
    if has_crlf { Form::CrLf } else { Form::Same }
}

impl Settings {
    fn ends_are_crlf(&self) -> bool {
        match self.eol.as_deref() {
            Some("crlf") => true,
            Some("lf") => false,
            _ => cfg!(windows),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(attributes: &[(&str, &str)], settings: (&str, &str), expected: Form) {
        let wish = |name: &&str| {
            let given = attributes.iter().find(|(given, _)| given == name);
            given.map_or("unspecified", |(_, value)| value).to_owned()
        };
        let wishes: Vec<String> = ATTRIBUTES.iter().map(wish).collect();
        let setting = |value: &str| (!value.is_empty()).then(|| value.to_owned());
        let settings = Settings {
            autocrlf: setting(settings.0),
            eol: setting(settings.1),
        };
        assert_eq!(
            form(&wishes, &settings),
            expected,
            "{attributes:?} {settings:?}"
        );
    }

    #[test]
    fn without_a_wish_all_stays() {
        check(&[], ("", ""), Form::Same);
        check(&[], ("false", "crlf"), Form::Same);
        check(&[("text", "unset")], ("true", "crlf"), Form::Same);
        check(&[("crlf", "unset")], ("true", ""), Form::Same);
    }

    #[test]
    fn line_ends_are_those_of_attributes_and_then_of_settings() {
        check(&[("eol", "crlf")], ("", ""), Form::CrLf);
        check(&[("eol", "lf")], ("true", "crlf"), Form::Same);
        check(&[("text", "set")], ("", "crlf"), Form::CrLf);
        check(&[("text", "auto")], ("input", "crlf"), Form::Same);
        check(&[("text", "auto")], ("true", ""), Form::CrLf);
        check(&[("crlf", "set")], ("", "crlf"), Form::CrLf);
        check(&[("text", "input")], ("true", ""), Form::Same);
        check(&[("text", "input"), ("eol", "crlf")], ("", ""), Form::CrLf);
        check(&[("text", "unset"), ("eol", "crlf")], ("", ""), Form::Same);
        check(&[], ("true", ""), Form::CrLf);
        check(&[], ("input", "crlf"), Form::Same);
    }

    #[test]
    fn what_a_program_makes_is_not_known() {
        check(&[("filter", "lfs")], ("", ""), Form::Other);
        check(&[("ident", "set"), ("eol", "crlf")], ("", ""), Form::Other);
        check(
            &[("working-tree-encoding", "UTF-16")],
            ("", ""),
            Form::Other,
        );
        check(
            &[("filter", "unset"), ("eol", "crlf")],
            ("", ""),
            Form::CrLf,
        );
    }
}
