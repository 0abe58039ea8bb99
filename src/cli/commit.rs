//! A migration that is written → one git commit for each recipe, each with a tree that parses.
//!
//! What a commit holds goes into the index; the files have all changes already. Here git is the user's own, with
//! hooks and settings, as somebody asked for commits.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};
use rustc_hash::{FxHashMap, FxHashSet};

use super::args::MigrateArguments;
use super::input::Stdin;
use super::terminal::Terminal;
use crate::engine::RecipeStep;
use crate::plan::change::{Change, ChangeId, FilePlan, Plan};
use crate::project::root::{real_path, repository};
use crate::report::place;
use crate::report::view::count;
use crate::source::SourceFile;
use crate::text::shown;

/// A message, where nobody gives another.
const MESSAGE: &str = "{title}\n\n{why}\n\n{sites}";

/// Characters of a subject, as git's own manual advises; a longer one is cut.
const SUBJECT: usize = 72;

/// Where the commits go.
pub(super) struct Git {
    top: PathBuf,
    /// The last commit before anything was written, if there is one.
    head: Option<String>,
    branch: Option<String>,
    template: String,
}

impl Git {
    /// Returns where commits go, if they are asked for.
    pub(super) fn of(
        arguments: &MigrateArguments,
        stdin: Option<&Stdin>,
        base: &Path,
    ) -> anyhow::Result<Option<Self>> {
        if !arguments.commit && arguments.branch.is_none() {
            return Ok(None);
        }
        if stdin.is_some() {
            bail!("standard input cannot be committed");
        }
        let top = repository(base).with_context(|| {
            let base = shown::path(base);
            format!("--commit and --branch need a git repository, and {base} is in none")
        })?;
        let template = arguments.message.as_deref().unwrap_or(MESSAGE);
        let mut git = Self {
            top,
            head: None,
            branch: arguments.branch.clone(),
            template: template.replace("\\n", "\n"),
        };
        if !git.succeeds(&["diff", "--cached", "--quiet"])? {
            bail!("nothing was written: something is staged already; commit or unstage it first");
        }
        git.head = git.head();
        git.check_state()?;
        git.check_branch()?;
        Ok(Some(git))
    }

    /// Says before anything is written that nothing could be committed.
    fn check_state(&self) -> anyhow::Result<()> {
        for head in [
            "MERGE_HEAD",
            "CHERRY_PICK_HEAD",
            "REVERT_HEAD",
            "REBASE_HEAD",
        ] {
            let found = self.run(&["rev-parse", "--verify", "--quiet", head], None);
            if found.is_ok() {
                bail!("nothing was written: git has a {head}; finish that operation first");
            }
        }
        for folder in ["rebase-merge", "rebase-apply"] {
            let path = self.run(&["rev-parse", "--git-path", folder], None)?;
            if self.top.join(path.trim()).exists() {
                bail!("nothing was written: git is in the middle of a rebase; end it first");
            }
        }
        let identity = self.run(&["var", "GIT_COMMITTER_IDENT"], None);
        identity.context("nothing was written, as git does not know who commits")?;
        if self.template.trim().is_empty() {
            bail!("nothing was written: a commit needs a message");
        }
        Ok(())
    }

    /// Says before anything is written which file is not of this repository.
    pub(super) fn check_files(&self, plan: &Plan) -> anyhow::Result<()> {
        let top = real_path(&self.top);
        let is_changed = |file: &&FilePlan| file.wanted().next().is_some();
        for file in plan.files.iter().filter(is_changed) {
            let path = real_path(file.original().path());
            let own = path.parent().and_then(repository);
            if own.map(|own| real_path(&own)) != Some(top.clone()) {
                let path = shown::path(file.original().path());
                bail!("nothing was written: {path} is in another repository");
            }
        }
        Ok(())
    }

    /// Says before anything is written that a branch cannot be made.
    fn check_branch(&self) -> anyhow::Result<()> {
        let Some(branch) = &self.branch else {
            return Ok(());
        };
        let name = format!("refs/heads/{branch}");
        if !self.succeeds(&["check-ref-format", &name])? || branch.starts_with('-') {
            bail!("nothing was written: `{branch}` is not a valid branch name");
        }
        if self.succeeds(&["show-ref", "--verify", "--quiet", &name])? {
            bail!("nothing was written: the branch `{branch}` already exists");
        }
        // Of two branches none is a folder of the other.
        let made = self.run(&["branch", branch], None);
        made.with_context(|| {
            format!("nothing was written: the branch `{branch}` cannot be created")
        })?;
        self.run(&["branch", "--quiet", "-D", branch], None)?;
        Ok(())
    }

    /// Commits what each recipe changed.
    pub(super) fn commit(
        &self,
        terminal: &mut Terminal,
        plan: &Plan,
        steps: &[RecipeStep],
    ) -> anyhow::Result<()> {
        self.begin(steps)
            .context("the files are written, but nothing is committed")?;
        let mut made = 0;
        let steps = &visible(plan, steps);
        for step in steps {
            let done = self.commit_step(plan, step);
            if done.is_err() {
                // What is staged would go into the person's next commit.
                self.run(&["reset", "--quiet"], None).ok();
            }
            let is_made = done.with_context(|| {
                let recipe = &step.recipe;
                format!("the files are written, but git did not commit {recipe}")
            })?;
            made += usize::from(is_made);
        }
        let branch = self.branch.iter().map(|branch| format!(" on {branch}"));
        let branch: String = branch.collect();
        if steps.is_empty() {
            return Ok(());
        }
        let commits = count(made, "commit");
        writeln!(terminal.err, "Made {commits}{branch}.")?;
        if made < steps.len() {
            let others = count(steps.len() - made, "other recipe");
            writeln!(
                terminal.err,
                "warning: a hook staged more than one recipe's changes: these commits hold {others} too"
            )?;
        }
        Ok(())
    }

    /// Switches to the branch, where there is something to commit.
    fn begin(&self, steps: &[RecipeStep]) -> anyhow::Result<()> {
        if self.head() != self.head {
            bail!("another process made a commit in between");
        }
        if let Some(branch) = self.branch.as_ref().filter(|_| !steps.is_empty()) {
            self.run(&["switch", "--quiet", "--create", branch], None)?;
        }
        Ok(())
    }

    fn head(&self) -> Option<String> {
        let head = self.run(&["rev-parse", "--verify", "--quiet", "HEAD"], None);
        head.ok()
    }

    /// Commits what one recipe changed; returns whether that was not committed before.
    fn commit_step(&self, plan: &Plan, step: &RecipeStep) -> anyhow::Result<bool> {
        for (file, text) in &step.files {
            self.stage(&plan.files[*file], text)?;
        }
        // A hook may have committed it with what came before.
        if self.succeeds(&["diff", "--cached", "--quiet"])? {
            return Ok(false);
        }
        let message = self.message(plan, step);
        self.run(
            &["commit", "--quiet", "--file", "-"],
            Some(message.as_bytes()),
        )?;
        Ok(true)
    }

    /// Puts a text of a file into the index.
    fn stage(&self, file: &FilePlan, text: &SourceFile) -> anyhow::Result<()> {
        let path = real_path(file.original().path());
        let top = real_path(&self.top);
        let below = path.strip_prefix(&top);
        let below =
            below.with_context(|| format!("{} is in another repository", path.display()))?;
        let not_utf8 = || format!("cannot commit {}: its name is not UTF-8", path.display());
        let name = below.to_str().with_context(not_utf8)?;
        let filtered = format!("--path={name}");
        let blob = self.run(
            &["hash-object", "-w", &filtered, "--stdin"],
            Some(text.bytes()),
        )?;
        let listed = self.run(&["ls-files", "--stage", "--", name], None)?;
        let mode = listed.split(' ').next().filter(|mode| !mode.is_empty());
        let info = format!("{},{},{name}", mode.unwrap_or("100644"), blob.trim());
        self.run(&["update-index", "--add", "--cacheinfo", &info], None)?;
        Ok(())
    }

    fn message(&self, plan: &Plan, step: &RecipeStep) -> String {
        let sites = plan.files.iter().flat_map(|file| {
            let own = file
                .wanted()
                .filter(|change| step.changes.contains(&change.id));
            own.map(|change| self.site(file, change))
        });
        let sites: Vec<String> = sites.collect();
        let about = plan.recipes.get(&step.recipe);
        let title = about.map_or("", |about| &about.title);
        let why = about.map_or("", |about| about.why.trim());
        let message = self
            .template
            .replace("{recipe}", &step.recipe)
            .replace("{title}", title)
            .replace("{why}", why)
            .replace("{sites}", &sites.join("\n"));
        let (subject, body) = message.split_once('\n').unwrap_or((&message, ""));
        let subject: String = subject.chars().take(SUBJECT).collect();
        format!("{subject}\n{body}\n")
    }

    /// Returns `- path:line:column: reason`, from the top of the repository, where everybody finds it.
    fn site(&self, file: &FilePlan, change: &Change) -> String {
        let path = real_path(file.original().path());
        let path = shown::path(path.strip_prefix(real_path(&self.top)).unwrap_or(&path));
        let at = change.sites.first().map(|site| site.position);
        let place = at.map_or_else(|| path.clone(), |at| place::location(&path, at));
        format!("- {place}: {}", change.said.sentence())
    }

    fn succeeds(&self, arguments: &[&str]) -> anyhow::Result<bool> {
        let status = self.command(arguments).status();
        Ok(status.context("git cannot be started")?.success())
    }

    /// Runs git, and returns what it says.
    fn run(&self, arguments: &[&str], input: Option<&[u8]>) -> anyhow::Result<String> {
        let mut command = self.command(arguments);
        command.stdin(input.map_or_else(Stdio::null, |_| Stdio::piped()));
        let child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let mut child = child.context("git cannot be started")?;
        if let (Some(mut stdin), Some(input)) = (child.stdin.take(), input) {
            stdin.write_all(input)?;
        }
        let output = child.wait_with_output()?;
        if !output.status.success() {
            // Some of what it says of a failure goes to its results.
            let said = [output.stderr, output.stdout].concat();
            let said = String::from_utf8_lossy(&said);
            bail!("git {} fails: {}", arguments[0], said.trim());
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        command
            .current_dir(&self.top)
            // They may name another repository than that of the files.
            .env_remove("GIT_DIR")
            .env_remove("GIT_WORK_TREE")
            .env_remove("GIT_INDEX_FILE")
            .arg("--literal-pathspecs")
            .args(arguments);
        command
    }
}

/// Returns the steps after each of which a file is another one; the changes of the others are the next one's.
fn visible(plan: &Plan, steps: &[RecipeStep]) -> Vec<RecipeStep> {
    let mut texts: FxHashMap<usize, &[u8]> = FxHashMap::default();
    let mut visible: Vec<RecipeStep> = Vec::new();
    let mut unseen: FxHashSet<ChangeId> = FxHashSet::default();
    for step in steps {
        let mut is_seen = false;
        for (place, text) in &step.files {
            let before = texts.insert(*place, text.bytes());
            let before = before.unwrap_or(plan.files[*place].original().bytes());
            is_seen |= before != text.bytes();
        }
        unseen.extend(step.changes.iter().cloned());
        if is_seen {
            visible.push(RecipeStep {
                changes: std::mem::take(&mut unseen),
                ..step.clone()
            });
        }
    }
    // The last of them may show nothing.
    if let Some(last) = visible.last_mut() {
        last.changes.extend(unseen);
    }
    visible
}
