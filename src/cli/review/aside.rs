//! What a review asks for beside its screen: a person's editor, whether the text from there keeps the laws, and
//! the page of a recipe.

use std::collections::HashMap;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

use anyhow::Context;

use crate::cli::args::OutputArguments;
use crate::cli::args::choice::ReviewArguments;
use crate::cli::run::{Reader, with_jobs};
use crate::cli::settings;
use crate::cli::terminal::Terminal;
use crate::engine::{Meant, choose};
use crate::plan::change::{Change, ChangeId, FilePlan, Plan, Status};
use crate::project::facts::Projects;
use crate::report::recipes;
use crate::report::view::View;
use crate::review::{Came, DraftError, Item, Session};

/// The editor of those who name none.
const EDITOR: &str = "vi";

/// What stands beside a review's screen.
pub(super) struct Aside<'a> {
    pub(super) terminal: &'a mut Terminal,
    pub(super) output: &'a OutputArguments,
    pub(super) arguments: &'a ReviewArguments,
    pub(super) plan: &'a Plan,
    /// Texts that could not be taken, so that nobody has to type them twice.
    pub(super) refused: HashMap<ChangeId, String>,
}

impl Aside<'_> {
    /// Lets the person edit the text of the chosen change; it is accepted where it keeps the laws.
    ///
    /// # Errors
    /// The settings or files cannot be read again. That an editor fails is told in the session.
    pub(super) fn edit(&mut self, session: &mut Session) -> anyhow::Result<Came> {
        let (Some(item), Some(draft)) = (session.item(), session.draft()) else {
            session.tell("this change has no lines to edit".to_owned());
            return Ok(Came::Shown);
        };
        let id = item.change().id.clone();
        let text = self.refused.remove(&id).unwrap_or_else(|| draft.text());
        let edited = match edit(&text) {
            Ok(edited) => edited,
            Err(error) => {
                session.tell(format!("{error:#}"));
                return Ok(Came::Shown);
            }
        };
        let refused = match draft.read(&edited) {
            Ok(lines) => match item.rewritten(&lines) {
                Ok(change) => match self.broken(item, change)? {
                    None => return Ok(session.accept_edited(lines)),
                    Some(law) => law,
                },
                Err(error) => error.to_string(),
            },
            Err(error @ (DraftError::Empty | DraftError::Same)) => {
                session.tell(error.to_string());
                return Ok(Came::Shown);
            }
            Err(error) => error.to_string(),
        };
        self.refused.insert(id, edited);
        session.tell(format!("not taken: {refused}; e goes on editing"));
        Ok(Came::Shown)
    }

    /// Returns which law a file breaks with a change as a person wrote it.
    fn broken(&mut self, item: &Item, change: Change) -> anyhow::Result<Option<String>> {
        let file = item.file();
        let mut arguments = self.arguments.run.clone();
        arguments.paths = vec![file.original().path().to_owned()];
        let id = change.id.clone();
        let meant = Meant {
            changes: file.wanted().map(|change| change.id.clone()).collect(),
            rewritten: [(id.clone(), change)].into_iter().collect(),
            ..Meant::default()
        };
        let mut plan = Plan {
            files: vec![file.clone()],
            ..Plan::empty(self.plan.level)
        };
        let facts = Projects::new(&self.terminal.view.base).over(&self.arguments.run.paths);
        let threads = self.output.threads.unwrap_or(0);
        let done = with_jobs(
            self.terminal,
            &arguments,
            None,
            Reader::Chooser,
            |_, jobs| choose(&mut plan, jobs, &meant, threads, &facts),
        )?;
        done.outcome.context("threads cannot be started")?;
        let mut changes = plan.files.iter().flat_map(FilePlan::changes);
        Ok(match changes.find(|change| change.id == id) {
            Some(Change {
                status: Status::Withdrawn { why },
                ..
            }) => Some(why.to_string()),
            Some(_) => None,
            None => Some("it would change nothing".to_owned()),
        })
    }

    /// Shows the page of the recipe of the chosen change.
    ///
    /// # Errors
    /// The recipes cannot be read again.
    pub(super) fn page(&mut self, session: &mut Session) -> anyhow::Result<Came> {
        let Some(item) = session.item() else {
            return Ok(Came::Shown);
        };
        let recipe = &item.change().recipe;
        let own = &self.arguments.run.settings.own;
        let (catalog, _) = settings::catalog_here(self.terminal, own)?;
        let mut page = Vec::new();
        match (catalog.find(recipe), self.plan.recipes.get(recipe)) {
            (Some(found), _) => {
                let view = View::plain(&self.terminal.view.base);
                recipes::show(&mut page, &view, &catalog, found)?;
            }
            // It is of another project than this folder's.
            (None, Some(text)) => writeln!(page, "{recipe}: {}\n\n{}", text.title, text.why)?,
            (None, None) => {}
        }
        session.show_page(String::from_utf8_lossy(&page).into_owned());
        Ok(Came::Shown)
    }
}

/// Opens a text in the person's editor; returns what is stored there.
fn edit(text: &str) -> anyhow::Result<String> {
    let file = tempfile::Builder::new().suffix(".py").tempfile();
    let file = file
        .context("no file to edit in can be written")?
        .into_temp_path();
    fs::write(&file, text).context("no file to edit in can be written")?;
    start(&file)?;
    fs::read_to_string(&file).context("what the editor stored cannot be read")
}

/// Starts the editor as git does, and waits for its end.
fn start(file: &Path) -> anyhow::Result<()> {
    let named = ["VISUAL", "EDITOR"].map(env::var);
    let mut named = named.into_iter().flatten();
    let editor = named.find(|name| !name.trim().is_empty());
    let editor = editor.unwrap_or_else(|| EDITOR.to_owned());
    // The words of the variable are a shell's, the path is one word.
    let status = Command::new("sh")
        .args(["-c", &format!("{editor} \"$@\""), &editor])
        .arg(file)
        .status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => anyhow::bail!("the editor `{editor}` failed; nothing is edited"),
        Err(error) => Err(error).context("no editor can be started"),
    }
}
