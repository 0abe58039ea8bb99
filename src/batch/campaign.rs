//! YAML as typed → a campaign, or every mistake in it at once.

use std::path::{Path, PathBuf};

use crate::recipe::error::{Complaint, Mistake, Problem, Report};
use crate::recipe::schema::field::{map, optional, required};
use crate::recipe::shape::{self, Shape};
use crate::recipe::yaml::{self, Node};

/// What repositories are migrated for.
static RECIPES: Shape = map(&[
    optional(
        "select",
        &Shape::Any(&Shape::Text),
        "only these recipes: ids, areas, packs or globs",
    ),
    optional(
        "ignore",
        &Shape::Any(&Shape::Text),
        "not these recipes: ids, areas, packs or globs",
    ),
    optional(
        "folders",
        &Shape::Any(&Shape::Text),
        "folders with recipes of your own, seen from this file",
    ),
    optional(
        "params",
        &Shape::Any(&Shape::Text),
        "parameters of recipes, as recipe.name=value",
    ),
    optional("safety", &Shape::Word(LEVELS), "the level of the changes"),
    optional(
        "configuration",
        &Shape::Word(CONFIGURATIONS),
        "whether what the repositories say of themselves counts; else: none",
    ),
]);

const LEVELS: &[&str] = &["safe", "review"];

const CONFIGURATIONS: &[&str] = &["none", "own"];

/// A repository, or several.
static REPOSITORY: Shape = map(&[
    optional("path", &Shape::Text, "a folder, seen from this file"),
    optional("url", &Shape::Text, "what git clones"),
    optional("glob", &Shape::Text, "folders, seen from this file"),
    optional(
        "file",
        &Shape::Text,
        "a file with a path or URL on each line, seen from this one",
    ),
    optional("ref", &Shape::Text, "where the branch begins; else: HEAD"),
    optional(
        "select",
        &Shape::Any(&Shape::Text),
        "only these recipes here",
    ),
    optional("safety", &Shape::Word(LEVELS), "the level here"),
    optional(
        "params",
        &Shape::Any(&Shape::Text),
        "parameters of recipes here",
    ),
    optional(
        "decisions",
        &Shape::Text,
        "only what this file accepts, seen from this one",
    ),
    optional("verify", &Shape::Text, "the command that has to pass here"),
    optional(
        "paths",
        &Shape::Any(&Shape::Text),
        "only these folders and files of it",
    ),
]);

/// A campaign.
pub static CAMPAIGN: Shape = map(&[
    required(
        "repositories",
        &Shape::List(&Shape::Either(&Shape::Text, &REPOSITORY)),
        "a path, a URL, or a map with one of path, url, glob and file",
    ),
    optional("recipes", &RECIPES, "what is changed"),
    required("branch", &Shape::Text, "the branch that gets the commits"),
    optional(
        "message",
        &Shape::Text,
        "of each commit, with {recipe}, {title}, {why} and {sites}",
    ),
    optional(
        "verify",
        &Shape::Text,
        "a command that passes before; changes that break it are taken back",
    ),
    optional("jobs", &Shape::Text, "repositories at a time; else: 1"),
    optional(
        "workdir",
        &Shape::Text,
        "trees, logs and what is known of them, seen from this file; else: a folder beside it",
    ),
]);

/// What is done with every repository.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Campaign {
    /// The repositories, as typed.
    pub repositories: Vec<Repositories>,
    /// What is changed.
    pub wish: Wants,
    /// `own`: the repositories' configurations count.
    pub is_configured: bool,
    /// Folders with recipes, whole.
    pub folders: Vec<PathBuf>,
    /// The branch.
    pub branch: String,
    /// Of each commit.
    pub message: Option<String>,
    /// Repositories at a time; at least 1.
    pub jobs: usize,
    /// Where it works.
    pub workdir: PathBuf,
}

/// What is changed, in all or one of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wants {
    /// Recipes.
    pub select: Vec<String>,
    /// Recipes that are left out.
    pub ignore: Vec<String>,
    /// Parameters.
    pub params: Vec<String>,
    /// The level, as typed.
    pub safety: Option<String>,
    /// What has to pass.
    pub verify: Option<String>,
}

/// One entry of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repositories {
    /// Which ones.
    pub place: Whereabouts,
    /// Where the branch begins.
    pub reference: Option<String>,
    /// What is other than in the rest.
    pub wish: Wants,
    /// What a person accepts, whole.
    pub decisions: Option<PathBuf>,
    /// Only these parts.
    pub paths: Vec<String>,
}

/// Where repositories are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whereabouts {
    /// A folder, whole.
    Path(PathBuf),
    /// What git clones.
    Url(String),
    /// Folders.
    Glob(PathBuf, String),
    /// A file with one on each line, whole.
    File(PathBuf),
}

impl Whereabouts {
    /// Takes a path or URL as it stands on a line; paths are seen from `base`.
    pub fn of_line(line: &str, base: &Path) -> Self {
        match is_url(line) {
            true => Self::Url(line.to_owned()),
            false => Self::Path(base.join(line)),
        }
    }
}

/// Returns whether git would clone it over a network, or from a file as if: `git@host:name` is one, `c:\x` none.
fn is_url(text: &str) -> bool {
    let is_scp = |(host, _): (&str, &str)| host.contains('@') && !host.contains('/');
    text.contains("://") || text.split_once(':').is_some_and(is_scp)
}

impl Campaign {
    /// Reads a campaign; `base` is the folder of the file.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn read(path: &str, text: &str, base: &Path) -> Result<Self, Vec<Mistake>> {
        let mut report = Report::new(path, text);
        let root = match yaml::parse(text) {
            Ok(root) => root,
            Err(complaints) => {
                complaints.into_iter().for_each(|it| report.add("", it));
                return Err(report.finish());
            }
        };
        shape::check(&root, &CAMPAIGN, "", &mut report);
        let mut reader = CampaignReader {
            report: &mut report,
            base,
        };
        let campaign = reader.campaign(&root);
        let mistakes = report.finish();
        match campaign.filter(|_| mistakes.is_empty()) {
            Some(campaign) => Ok(campaign),
            None => Err(mistakes),
        }
    }
}

struct CampaignReader<'r, 't> {
    report: &'r mut Report<'t>,
    base: &'r Path,
}

impl CampaignReader<'_, '_> {
    fn campaign(&mut self, root: &Node) -> Option<Campaign> {
        let recipes = root.child("recipes");
        let of_recipes = |key| recipes.and_then(|recipes| recipes.child(key));
        let name = Path::new(self.report.path()).file_stem()?;
        let workdir = text(root, "workdir").unwrap_or_else(|| {
            let name = name.to_string_lossy();
            format!("{name}.batch")
        });
        let mut wish = recipes.map(wish).unwrap_or_default();
        wish.verify = text(root, "verify");
        let jobs = self.jobs(root.child("jobs"));
        let repositories = root.child("repositories").map(Node::elements);
        let repositories = repositories.unwrap_or_default().iter();
        let folders = of_recipes("folders").map(texts).unwrap_or_default();
        Some(Campaign {
            repositories: repositories.filter_map(|it| self.repository(it)).collect(),
            wish,
            is_configured: of_recipes("configuration").and_then(Node::text) == Some("own"),
            folders: folders
                .iter()
                .map(|folder| self.base.join(folder))
                .collect(),
            branch: text(root, "branch")?,
            message: text(root, "message"),
            jobs: jobs?,
            workdir: self.base.join(workdir),
        })
    }

    fn jobs(&mut self, node: Option<&Node>) -> Option<usize> {
        let Some(node) = node else {
            return Some(1);
        };
        let word = node.text()?;
        let jobs = word.parse().ok().filter(|jobs| *jobs > 0);
        if jobs.is_none() {
            let unknown = Complaint::unknown(node.span.start(), "number", word, &[]);
            self.report.add("jobs", unknown.expected("1, 2, …"));
        }
        jobs
    }

    fn repository(&mut self, node: &Node) -> Option<Repositories> {
        if let Some(line) = node.text() {
            return Some(Repositories {
                place: Whereabouts::of_line(line, self.base),
                reference: None,
                wish: Wants::default(),
                decisions: None,
                paths: Vec::new(),
            });
        }
        let whole = |path: String| self.base.join(path);
        let places = [
            text(node, "path").map(|path| Whereabouts::Path(whole(path))),
            text(node, "url").map(Whereabouts::Url),
            text(node, "glob").map(|glob| Whereabouts::Glob(self.base.to_owned(), glob)),
            text(node, "file").map(|path| Whereabouts::File(whole(path))),
        ];
        let mut places = places.into_iter().flatten();
        let (Some(place), None) = (places.next(), places.next()) else {
            let missing = Complaint::new(node.span.start(), Problem::Missing { missing: "path" });
            let expected = "exactly one of path, url, glob and file";
            self.report.add("repositories", missing.expected(expected));
            return None;
        };
        Some(Repositories {
            place,
            reference: text(node, "ref"),
            wish: wish(node),
            decisions: text(node, "decisions").map(whole),
            paths: node.child("paths").map(texts).unwrap_or_default(),
        })
    }
}

fn wish(node: &Node) -> Wants {
    let list = |key| node.child(key).map(texts).unwrap_or_default();
    Wants {
        select: list("select"),
        ignore: list("ignore"),
        params: list("params"),
        safety: text(node, "safety"),
        verify: text(node, "verify"),
    }
}

fn text(node: &Node, key: &str) -> Option<String> {
    node.child(key)?.text().map(str::to_owned)
}

fn texts(node: &Node) -> Vec<String> {
    let texts = node.elements().iter().filter_map(Node::text);
    texts.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_wrong(text: &str, expected: &[&str]) {
        let mistakes = Campaign::read("c.yaml", text, Path::new("/x")).expect_err("it is wrong");
        let told: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
        assert_eq!(told, expected);
    }

    #[test]
    fn a_campaign_is_read() {
        let text = "\
repositories:
  - ../one
  - https://example.org/two.git
  - {glob: 'services/*', ref: main, verify: make test, paths: src}
  - {file: urls.txt, safety: review}
recipes: {select: [blocking-sleep, asyncio], safety: safe, folders: mine}
branch: migrate
verify: pytest -q
jobs: 4
";
        let campaign = Campaign::read("a/c.yaml", text, Path::new("/x")).expect("it is right");
        let places: Vec<&Whereabouts> = campaign.repositories.iter().map(|it| &it.place).collect();
        let expected = [
            &Whereabouts::Path("/x/../one".into()),
            &Whereabouts::Url("https://example.org/two.git".into()),
            &Whereabouts::Glob("/x".into(), "services/*".into()),
            &Whereabouts::File("/x/urls.txt".into()),
        ];
        assert_eq!(places, expected);
        assert_eq!(campaign.repositories[2].reference.as_deref(), Some("main"));
        assert_eq!(campaign.wish.select, ["blocking-sleep", "asyncio"]);
        assert_eq!(campaign.wish.verify.as_deref(), Some("pytest -q"));
        assert_eq!(campaign.jobs, 4);
        assert_eq!(campaign.workdir, Path::new("/x/c.batch"));
        assert!(!campaign.is_configured);
    }

    #[test]
    fn every_mistake_is_told_with_its_place() {
        check_wrong(
            "repositories: [a]\nbranches: x\njobs: no\n",
            &[
                "c.yaml:2:1: unknown key `branches` (did you mean `branch`?)",
                "c.yaml:3:7: jobs: unknown number `no` (expected 1, 2, …)",
            ],
        );
        check_wrong(
            "repositories:\n  - {path: a, url: b}\n  - {ref: main}\nbranch: x\n",
            &[
                "c.yaml:2:5: repositories: the key `path` is missing (expected exactly one of path, url, glob and file)",
                "c.yaml:3:5: repositories: the key `path` is missing (expected exactly one of path, url, glob and file)",
            ],
        );
        check_wrong(
            "repositories: [a]\nbranch: x\nrecipes: {safety: save}\n",
            &["c.yaml:3:19: safety: unknown word `save` (did you mean `safe`?)"],
        );
    }

    #[test]
    fn a_line_is_a_path_or_what_git_clones() {
        for url in ["ssh://h/r", "file:///r", "git@host:team/r.git"] {
            assert_eq!(
                Whereabouts::of_line(url, Path::new("/x")),
                Whereabouts::Url(url.to_owned())
            );
        }
        for path in ["a", "../a", "c:\\a", "a/b:c"] {
            let expected = Whereabouts::Path(Path::new("/x").join(path));
            assert_eq!(Whereabouts::of_line(path, Path::new("/x")), expected);
        }
    }
}
