//! Words about comments of this program's own → changes of them.

use std::path::Path;

use anyhow::{Context, bail};
use ruff_text_size::TextRange;

use super::{Choice, What};
use crate::cli::args::choice::CommentArguments;
use crate::engine::Job;
use crate::engine::upkeep::{Upkeep, keep_up};
use crate::plan::change::Plan;
use crate::project::Facts;

impl Choice {
    /// Adds which comments are written and removed.
    pub(in crate::cli) fn with_comments(
        mut self,
        comments: CommentArguments,
    ) -> anyhow::Result<Self> {
        let CommentArguments {
            markers,
            remove_unused_ignores: unused,
        } = comments;
        if markers && matches!(self.what, What::Lines(_)) {
            bail!("FILE:LINE does not go with --markers");
        }
        if markers {
            self.words.push_str(" --markers");
        }
        if unused {
            self.words.push_str(" --remove-unused-ignores");
        }
        self.upkeep = Upkeep { markers, unused };
        Ok(self)
    }

    /// Puts changes of comments on a plan.
    pub(in crate::cli) fn keep_up(
        &self,
        plan: &mut Plan,
        jobs: &[Job],
        facts: &dyn Facts,
    ) -> anyhow::Result<()> {
        let Upkeep { markers, unused } = self.upkeep;
        if !markers && !unused {
            return Ok(());
        }
        let lines = self.lines.as_ref();
        let is_meant = |path: &Path, range: TextRange| {
            lines.is_none_or(|lines| lines.get(path).is_some_and(|it| it.touch(range)))
        };
        keep_up(plan, jobs, self.upkeep, &is_meant, facts).context("threads cannot be started")
    }
}
