//! A campaign → its repositories, each with a name of its own.

use std::fs;
use std::path::{Path, PathBuf};

use globset::GlobBuilder;
use rustc_hash::{FxHashMap, FxHashSet};

use super::campaign::{Campaign, Repositories, Wants, Whereabouts};
use super::secret::without_password;
use crate::source::tree::repository;
use crate::text::shown;

/// A repository of a campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its name in the campaign: the last part of where it is, made unique.
    pub name: String,
    /// Where it is.
    pub source: RepositorySource,
    /// Where the branch begins.
    pub reference: Option<String>,
    /// The branch.
    pub branch: String,
    /// What is changed in it.
    pub wants: Wants,
    /// What a person accepts.
    pub decisions: Option<PathBuf>,
    /// Only these parts.
    pub paths: Vec<String>,
}

/// Where a repository is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RepositorySource {
    /// A folder, links resolved.
    Path(PathBuf),
    /// What git clones.
    Url(String),
}

impl RepositorySource {
    /// Returns it as it is told and kept.
    pub fn text(&self) -> String {
        match self {
            Self::Path(path) => path.to_string_lossy().into_owned(),
            Self::Url(url) => url.clone(),
        }
    }
}

/// Why a campaign has no list of repositories.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum MemberError {
    /// A list or folder cannot be read.
    #[error("{} cannot be read: {message}", shown::path(path))]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// What the system said.
        message: String,
    },
    /// A glob that is none.
    #[error("`{glob}` is no glob: {message}")]
    Glob {
        /// As typed.
        glob: String,
        /// What is wrong.
        message: String,
    },
    /// Nothing is there.
    #[error("no repository is at {place}")]
    Nothing {
        /// As typed.
        place: String,
    },
    /// A URL with a password, which everybody could read who sees what runs.
    #[error("{url} has a password or token in it: leave it to a credential helper of git")]
    Secret {
        /// Without it.
        url: String,
    },
    /// One stands twice in the list, for the same branch.
    #[error(
        "{place} is named twice with the branch `{branch}`: for parts of one repository give each a `branch`"
    )]
    Twice {
        /// Which.
        place: String,
        /// Its branch.
        branch: String,
    },
}

/// Lists the repositories of a campaign, in its order.
///
/// # Errors
/// One is not there, or named twice.
pub fn members(campaign: &Campaign) -> Result<Vec<Member>, MemberError> {
    let mut members: Vec<Member> = Vec::new();
    let mut branches: FxHashSet<(String, String)> = FxHashSet::default();
    let mut names: FxHashSet<String> = FxHashSet::default();
    let mut numbers: FxHashMap<String, usize> = FxHashMap::default();
    for entry in &campaign.repositories {
        for source in sources(&entry.place)? {
            let name = name_of(&source);
            let nth = numbers.entry(name.clone()).or_default();
            let own = loop {
                *nth += 1;
                let own = match *nth {
                    1 => name.clone(),
                    nth => format!("{name}-{nth}"),
                };
                if names.insert(own.clone()) {
                    break own;
                }
            };
            let member = member(campaign, entry, source, own);
            let (place, branch) = (member.source.text(), member.branch.clone());
            if !branches.insert((place.clone(), branch.clone())) {
                return Err(MemberError::Twice { place, branch });
            }
            members.push(member);
        }
    }
    Ok(members)
}

fn member(
    campaign: &Campaign,
    entry: &Repositories,
    source: RepositorySource,
    name: String,
) -> Member {
    let list = |own: &Vec<String>, all: &Vec<String>| match own.is_empty() {
        true => all.clone(),
        false => own.clone(),
    };
    let (own, all) = (&entry.wants, &campaign.wants);
    Member {
        name,
        source,
        reference: entry.reference.clone(),
        branch: entry
            .branch
            .clone()
            .unwrap_or_else(|| campaign.branch.clone()),
        wants: Wants {
            select: list(&own.select, &all.select),
            ignore: all.ignore.clone(),
            params: [&all.params[..], &own.params].concat(),
            safety: own.safety.clone().or_else(|| all.safety.clone()),
            verify: own.verify.clone().or_else(|| all.verify.clone()),
        },
        decisions: entry.decisions.clone(),
        paths: entry.paths.clone(),
    }
}

fn sources(place: &Whereabouts) -> Result<Vec<RepositorySource>, MemberError> {
    match place {
        Whereabouts::Url(url) => match without_password(url) {
            same if same == *url => Ok(vec![RepositorySource::Url(same)]),
            url => Err(MemberError::Secret { url }),
        },
        Whereabouts::Path(path) => Ok(vec![RepositorySource::Path(folder(path))]),
        Whereabouts::File(path) => {
            let text = fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
            let base = path.parent().unwrap_or(Path::new(""));
            let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim);
            let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
            let mut all = Vec::new();
            for line in lines {
                all.extend(sources(&Whereabouts::of_line(line, base))?);
            }
            Ok(all)
        }
        Whereabouts::Glob(base, glob) => below(base, glob),
    }
}

/// Returns a folder, links resolved; one that is not there fails when it is its turn.
fn folder(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// Returns whether a folder is the top of a repository.
pub(super) fn is_repository(folder: &Path) -> bool {
    // A bare one is its own top.
    let is_bare = folder.join("HEAD").is_file() && folder.join("objects").is_dir();
    is_bare || repository(folder).is_some_and(|top| top == folder)
}

/// Returns the repositories below a folder that a glob means; it goes no deeper than the glob has parts.
fn below(base: &Path, glob: &str) -> Result<Vec<RepositorySource>, MemberError> {
    // What comes before the first pattern is a folder, as `..` is.
    let is_plain = |part: &&str| !part.contains(['*', '?', '[', '{']);
    let plain: Vec<&str> = glob.split('/').take_while(is_plain).collect();
    let plain = plain.join("/");
    let base = &base.join(&plain);
    let pattern = glob[plain.len()..].trim_start_matches('/');
    let matcher = GlobBuilder::new(pattern).literal_separator(true).build();
    let matcher = matcher.map_err(|error| MemberError::Glob {
        glob: glob.to_owned(),
        message: error.kind().to_string(),
    })?;
    let matcher = matcher.compile_matcher();
    let mut folders = vec![base.to_owned()];
    for _ in pattern.split('/') {
        let mut next = Vec::new();
        for folder in &folders {
            let entries = fs::read_dir(folder).into_iter().flatten();
            let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
            next.extend(paths.filter(|path| path.is_dir()));
        }
        folders = next;
    }
    folders.sort();
    let is_meant = |path: &&PathBuf| {
        let below = path.strip_prefix(base);
        below.is_ok_and(|below| matcher.is_match(below))
    };
    let found = folders.iter().filter(is_meant);
    let found = found.map(|path| folder(path));
    let found = found.filter(|path| is_repository(path));
    let found: Vec<RepositorySource> = found.map(RepositorySource::Path).collect();
    match found.is_empty() {
        true => Err(MemberError::Nothing {
            place: glob.to_owned(),
        }),
        false => Ok(found),
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> MemberError {
    MemberError::Unreadable {
        path: path.to_owned(),
        message: error.to_string(),
    }
}

/// Returns a name that is a folder's everywhere.
fn name_of(source: &RepositorySource) -> String {
    let text = source.text();
    let text = text.trim_end_matches('/').trim_end_matches(".git");
    let text = text.trim_end_matches('/');
    let last = text.rsplit(['/', '\\', ':']).next().unwrap_or_default();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let name = last.replace(|c| !is_plain(c), "-");
    match name.trim_start_matches('.') {
        "" => "repository".to_owned(),
        name => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_last_part() {
        for (url, expected) in [
            ("https://example.org/team/gauges.git", "gauges"),
            ("git@host:team/gauges.git", "gauges"),
            ("https://u:secret@example.org/a b", "a-b"),
            ("file:///x/.git", "x"),
            ("https://h/..", "repository"),
        ] {
            assert_eq!(
                name_of(&RepositorySource::Url(url.to_owned())),
                expected,
                "{url}"
            );
        }
    }

    #[test]
    fn a_password_is_refused_and_not_told() {
        for url in ["https://ada:secret@h/r", "https://secret@h/r"] {
            let found = sources(&Whereabouts::Url(url.to_owned()));
            let expected = MemberError::Secret {
                url: "https://h/r".to_owned(),
            };
            assert_eq!(found, Err(expected), "{url}");
        }
        for url in ["ssh://git@h/r", "git@h:r", "https://h/a@b"] {
            assert!(sources(&Whereabouts::Url(url.to_owned())).is_ok(), "{url}");
        }
    }
}
