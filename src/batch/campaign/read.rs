//! YAML as typed → a campaign, or every mistake in it at once.

use std::path::Path;
use std::time::Duration;

use bytesize::ByteSize;

use super::form::CAMPAIGN;
use super::{
    Campaign, Commits, Forge, Limits, PullRequest, Repositories, Verify, Wants, Whereabouts,
};
use crate::recipe::error::{Complaint, Mistake, Problem, Report};
use crate::recipe::shape;
use crate::recipe::yaml::{self, Node};

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
        let mut wants = recipes.map_or_else(Wants::default, |recipes| self.wants(recipes));
        wants.verify = self.verify(root);
        let repositories = root.child("repositories").map(Node::elements);
        let repositories = repositories.unwrap_or_default().iter();
        let folders = of_recipes("folders").map(texts).unwrap_or_default();
        Some(Campaign {
            repositories: repositories.filter_map(|it| self.repository(it)).collect(),
            wants,
            is_configured: of_recipes("configuration").and_then(Node::text) == Some("own"),
            folders: folders
                .iter()
                .map(|folder| self.base.join(folder))
                .collect(),
            commits: root.child("commit").map(commits).unwrap_or_default(),
            pull_request: root.child("pull-request").map(pull_request),
            limits: self.limits(root.child("limits")),
            workdir: self.base.join(workdir),
            jobs: self.jobs(root)?,
            branch: text(root, "branch")?,
        })
    }

    fn jobs(&mut self, root: &Node) -> Option<usize> {
        if root.child("jobs").is_none() {
            return Some(1);
        }
        let number = |word: &str| word.parse().ok().filter(|jobs| *jobs > 0);
        self.taken(root, "jobs", ("number", "1, 2, …"), number)
    }

    fn limits(&mut self, node: Option<&Node>) -> Limits {
        let mut limits = Limits::default();
        if let Some(node) = node {
            limits.time = self.time(node, "time").unwrap_or(limits.time);
            let size = |word: &str| word.parse().ok().map(|size: ByteSize| size.as_u64());
            limits.disk = self.taken(node, "disk", ("size", "500 MB, 2 GB, …"), size);
        }
        limits
    }

    fn time(&mut self, node: &Node, key: &str) -> Option<Duration> {
        let time = |word: &str| {
            let time = humantime::parse_duration(word).ok();
            time.filter(|time| !time.is_zero())
        };
        self.taken(node, key, ("time", "90s, 20m, 2h, …"), time)
    }

    /// Returns what a value stands for.
    fn taken<T>(
        &mut self,
        node: &Node,
        key: &str,
        (what, expected): (&'static str, &'static str),
        take: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let node = node.child(key)?;
        let word = node.text()?;
        let taken = take(word);
        if taken.is_none() {
            let unknown = Complaint::unknown(node.span.start(), what, word, &[]);
            self.report.add(key, unknown.expected(expected));
        }
        taken
    }

    fn wants(&mut self, node: &Node) -> Wants {
        let list = |key| node.child(key).map(texts).unwrap_or_default();
        Wants {
            select: list("select"),
            ignore: list("ignore"),
            params: list("params"),
            safety: text(node, "safety"),
            verify: self.verify(node),
        }
    }

    fn verify(&mut self, node: &Node) -> Option<Verify> {
        let node = node.child("verify")?;
        let Some(commands) = node.child("commands") else {
            return Verify::of(texts(node));
        };
        Some(Verify {
            commands: texts(commands),
            limit: self.time(node, "limit"),
            before: !node.child("before").is_some_and(is_false),
        })
    }

    fn repository(&mut self, node: &Node) -> Option<Repositories> {
        if let Some(line) = node.text() {
            return Some(Repositories::at(Whereabouts::of_line(line, self.base)));
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
            branch: text(node, "branch"),
            decisions: text(node, "decisions").map(whole),
            paths: node.child("paths").map(texts).unwrap_or_default(),
            wants: self.wants(node),
        })
    }
}

fn commits(node: &Node) -> Commits {
    Commits {
        is_one: node.child("squash").is_some_and(is_true),
        message: text(node, "message"),
    }
}

fn pull_request(node: &Node) -> PullRequest {
    let named = text(node, "forge");
    let forge = |name: String| Forge::ALL.into_iter().find(|(word, _)| *word == name);
    PullRequest {
        title: text(node, "title"),
        body: text(node, "body"),
        is_draft: node.child("draft").is_some_and(is_true),
        reviewers: node.child("reviewers").map(texts).unwrap_or_default(),
        forge: named.and_then(forge).map(|(_, forge)| forge),
    }
}

fn is_true(node: &Node) -> bool {
    node.text() == Some("true")
}

fn is_false(node: &Node) -> bool {
    node.text() == Some("false")
}

fn text(node: &Node, key: &str) -> Option<String> {
    node.child(key)?.text().map(str::to_owned)
}

fn texts(node: &Node) -> Vec<String> {
    let texts = node.elements().iter().filter_map(Node::text);
    texts.map(str::to_owned).collect()
}
