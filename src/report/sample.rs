//! Hand-made plans for the tests of the reports: the one place that knows how a plan is put together.

use std::collections::BTreeMap;
use std::path::PathBuf;

use ruff_text_size::{TextRange, TextSize};

use crate::plan::change::{
    Change, ChangeId, FilePlan, Finding, Layer, Plan, Problem, RecipeText, Site, Status,
};
use crate::plan::comments::Comments;
use crate::plan::law::BrokenLaw;
use crate::plan::problem::Gravity;
use crate::plan::ruling::Rulings;
use crate::recipe::Severity;
use crate::recipe::safety::Safety;
use crate::source::SourceFile;
use crate::text::edit::{Edit, EditSet};
use crate::text::wording::Wording;

/// A file's plan in the making.
pub(super) struct Sample {
    source: SourceFile,
    changes: Vec<Change>,
    findings: Vec<Finding>,
    level: Safety,
}

impl Sample {
    pub(super) fn new(path: &str, bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            source: SourceFile::from_bytes(PathBuf::from(path), bytes.into())
                .expect("a sample can be read"),
            changes: Vec::new(),
            findings: Vec::new(),
            level: Safety::Review,
        }
    }

    pub(super) fn script() -> Self {
        let text = "import time\n\nasync def poll():\n    time.sleep(1)\n    return 1\n";
        Self::new("job.py", text).change(
            "blocking-pause",
            Safety::Safe,
            &[("time.sleep(1)", "await asyncio.sleep(1)")],
            "asyncio.sleep suspends this coroutine only",
        )
    }

    pub(super) fn level(mut self, level: Safety) -> Self {
        self.level = level;
        self
    }

    /// Adds a change that replaces the first occurrence of each text.
    pub(super) fn change(
        mut self,
        recipe: &str,
        safety: Safety,
        edits: &[(&str, &str)],
        reason: &str,
    ) -> Self {
        let sites: Vec<Site> = edits.iter().map(|edit| self.site(recipe, edit.0)).collect();
        let edits = sites
            .iter()
            .zip(edits)
            .map(|(site, edit)| Edit::replacement(site.range, edit.1))
            .collect();
        self.changes.push(Change {
            id: ChangeId(format!("{recipe}-{:08x}", self.changes.len())),
            twin: None,
            recipe: recipe.to_owned(),
            rule: "rule-1".to_owned(),
            within: String::new(),
            order: 0,
            safety,
            said: Wording::reason(reason),
            severity: Severity::High,
            sites,
            edits,
            shifts: Vec::new(),
            sealed: None,
            extent: TextRange::default(),
            needs: Vec::new(),
            requires: Vec::new(),
            followed: Vec::new(),
            status: Status::Proposed,
        });
        self
    }

    /// Sets the status of the last change.
    pub(super) fn status(mut self, status: Status) -> Self {
        if let Some(change) = self.changes.last_mut() {
            change.status = status;
        }
        self
    }

    /// Says what to look at for the last change.
    pub(super) fn checked(mut self, check: &str) -> Self {
        if let Some(change) = self.changes.last_mut() {
            change.said.check = Some(check.to_owned());
        }
        self
    }

    pub(super) fn finding(mut self, recipe: &str, text: &str, reason: &str) -> Self {
        self.findings.push(Finding {
            within: String::new(),
            site: self.site(recipe, text),
            severity: Severity::Low,
            is_minor: false,
            said: Wording::reason(reason),
            stops: Vec::new(),
        });
        self
    }

    pub(super) fn plan(self) -> FilePlan {
        let wanted = self
            .changes
            .iter()
            .filter(|change| change.is_wanted(self.level));
        let edits = wanted
            .flat_map(|change| change.edits.iter().cloned())
            .collect();
        FilePlan {
            level: self.level,
            applied: self.level,
            layers: vec![Layer {
                edits: EditSet::new(edits, Vec::new()).expect("a sample's edits are disjoint"),
                source: self.source,
                changes: self.changes,
            }],
            findings: self.findings,
            minor: Vec::new(),
            postponed: Vec::new(),
            rulings: Rulings::default(),
            installs: Vec::new(),
        }
    }

    fn site(&self, recipe: &str, text: &str) -> Site {
        let at = self
            .source
            .text()
            .find(text)
            .expect("the sample holds the text");
        let start = TextSize::try_from(at).expect("samples are small");
        let length = TextSize::try_from(text.len()).expect("samples are small");
        Site {
            range: TextRange::at(start, length),
            position: self.source.position(start),
            recipe: recipe.to_owned(),
            rule: "rule-1".to_owned(),
        }
    }
}

pub(super) fn notebook(level: Safety) -> FilePlan {
    let bytes = r##"{"cells": [
  {"cell_type": "markdown", "metadata": {}, "source": ["# Title"]},
  {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": null, "source": ["x = 1\n", "loop.run(work())"]}
 ], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
"##;
    Sample::new("nb.ipynb", bytes)
        .level(level)
        .change(
            "run-until-finished",
            Safety::Review,
            &[("loop.run(work())", "await work()")],
            "the cell waits as before",
        )
        .plan()
}

/// A plan of a script, a notebook and a file with one of everything that is not made.
pub(super) fn plan(level: Safety) -> Plan {
    let odd = Sample::new("odd.py", "a()\nb()\nc()\n")
        .change("first", Safety::Safe, &[("a()", "1")], "why first")
        .status(Status::Conflict {
            winner: ChangeId("second-00000001".to_owned()),
        })
        .change("second", Safety::Review, &[("b()", "2")], "why second")
        .change("third", Safety::Safe, &[("c()", "await 3")], "why third")
        .status(Status::Withdrawn {
            why: BrokenLaw::DoesNotParse {
                message: "expected an expression".to_owned(),
            },
        })
        .finding("library-owns-loop", "b()", "the caller owns the loop");
    Plan {
        level,
        files: vec![
            Sample::script().level(level).plan(),
            notebook(level),
            odd.level(level).plan(),
        ],
        problems: vec![Problem {
            path: PathBuf::from("bad.py"),
            position: None,
            message: "not UTF-8, and no encoding is declared".to_owned(),
            gravity: Gravity::Failure,
        }],
        comments: Comments::default(),
        looks: Vec::new(),
        scanned: 4,
        skipped_generated: 0,
        skipped_vendored: 0,
        unfinished: Vec::new(),
        in_force: Vec::new(),
        recipes: BTreeMap::from([(
            "second".to_owned(),
            RecipeText {
                title: "A second thing".to_owned(),
                why: "It is wrong.".to_owned(),
                severity: Severity::High,
            },
        )]),
    }
}
