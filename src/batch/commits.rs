//! Commits of a branch → one, and what is told of them.

use std::fs;
use std::path::Path;

use super::error::RepositoryError;
use super::git::Git;

/// The message of a commit that has all changes, where nobody gives another.
const MESSAGE: &str = "Apply recipes of awaitify\n\n{changes}";

/// Between the parts of what git tells of a commit, and between commits.
const BREAKS: (char, char) = ('\u{1f}', '\u{1e}');

/// A commit of a branch.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Commit {
    /// The first line of its message.
    pub(super) subject: String,
    /// The rest.
    pub(super) body: String,
}

/// Lists the commits after one up to another, the first one first.
///
/// # Errors
/// Git does not answer.
pub(super) fn commits(
    git: &Git<'_>,
    base: &str,
    tip: &str,
) -> Result<Vec<Commit>, RepositoryError> {
    let range = format!("{base}..{tip}");
    let listed = git.ask(&["log", "--reverse", "--format=%s%x1f%b%x1e", &range, "--"])?;
    Ok(read(&listed))
}

fn read(listed: &str) -> Vec<Commit> {
    let (part, commit) = BREAKS;
    let parts = listed.split(commit).map(str::trim_start);
    let parts = parts.filter_map(|text| text.split_once(part));
    parts
        .map(|(subject, body)| Commit {
            subject: subject.to_owned(),
            body: body.trim().to_owned(),
        })
        .collect()
}

/// Makes one commit of those that a tree has after `base`; `file` is for its message.
///
/// # Errors
/// Git refuses.
pub(super) fn squash(
    tree: &Git<'_>,
    base: &str,
    template: Option<&str>,
    file: &Path,
) -> Result<(), RepositoryError> {
    let all = commits(tree, base, "HEAD")?;
    if all.is_empty() {
        return Ok(());
    }
    fs::write(file, message(&all, template)).map_err(RepositoryError::at(file))?;
    tree.ask(&["reset", "--quiet", "--soft", base])?;
    let path = file.to_string_lossy().into_owned();
    tree.ask(&["commit", "--quiet", "--no-verify", "--file", &path])?;
    fs::remove_file(file).map_err(RepositoryError::at(file))
}

fn message(all: &[Commit], template: Option<&str>) -> String {
    let whole = |commit: &Commit| format!("{}\n\n{}", commit.subject, commit.body);
    let changes: Vec<String> = all.iter().map(whole).collect();
    let template = template.unwrap_or(MESSAGE).replace("\\n", "\n");
    template.replace("{changes}", &changes.join("\n\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commits_become_one_message() {
        let all = read("One\u{1f}a\nb\n\u{1e}\nTwo\u{1f}\u{1e}");
        let subjects: Vec<&str> = all.iter().map(|it| &*it.subject).collect();
        assert_eq!(subjects, ["One", "Two"]);
        assert_eq!(
            message(&all, None),
            "Apply recipes of awaitify\n\nOne\n\na\nb\n\nTwo\n\n"
        );
        assert_eq!(message(&all, Some("x\\ny")), "x\ny");
    }
}
