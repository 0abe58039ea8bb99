//! What is said of a change or a finding: what it does, the doubts about it, and what a reviewer looks at.

use std::fmt::Display;

/// What is said of a change or a finding.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Wording {
    /// One sentence: what a change does to the program, or why nothing is changed.
    pub reason: String,
    /// One sentence for each doubt about a change; of a finding each other reason why nothing is changed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub doubts: Vec<String>,
    /// What is wrong with the code, as a clause: where nothing is changed, the reason begins with it.
    #[serde(skip)]
    pub problem: Option<String>,
    /// Of a finding that is told once for its project: of how many other sites of the file the same is true.
    #[serde(skip)]
    pub once: Option<usize>,
    /// What a reviewer looks at first, as a clause.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check: Option<String>,
}

impl Wording {
    /// Says why, with no doubts and nothing to check.
    pub fn reason(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            ..Self::default()
        }
    }

    /// Adds a doubt, unless it is there.
    pub fn doubt(&mut self, doubt: impl Into<String>) {
        let doubt = doubt.into();
        if !self.doubts.contains(&doubt) {
            self.doubts.push(doubt);
        }
    }

    /// Says why nothing is changed in place of what a change would do: by the first doubt.
    pub fn refuse(&mut self) {
        if !self.doubts.is_empty() {
            let why = self.doubts.remove(0);
            self.reason = match &self.problem {
                Some(problem) => format!("{problem}. Not changed: {why}"),
                None => why,
            };
        }
    }

    /// Says what is wrong, and why nothing is changed.
    pub fn unchanged(&self, why: impl Display) -> Self {
        Self::reason(match &self.problem {
            Some(problem) => format!("{problem}. Not changed: {why}"),
            None => format!("not changed: {why}"),
        })
    }

    /// Says of how many other sites the same is true, and in how many files all of them stand.
    pub fn holds_for_more(&mut self, n_more: usize, n_files: usize) {
        let more = match (n_more, n_files) {
            (0, _) => return,
            (1, 1) => "; also at one more site".to_owned(),
            (_, 1) => format!("; also at {n_more} more sites"),
            _ => format!("; {} sites in {n_files} files", n_more + 1),
        };
        self.reason.push_str(&more);
    }

    /// Adds a clause to what a reviewer looks at.
    pub fn also_check(&mut self, clause: &str) {
        match &mut self.check {
            Some(check) if check.contains(clause) => {}
            Some(check) => check.push_str(&format!("; {clause}")),
            None => self.check = Some(clause.to_owned()),
        }
    }

    /// Adds another reason with its doubts, and what to check for it.
    pub fn also(&mut self, other: &Self) {
        if other.reason != self.reason {
            self.doubt(other.reason.clone());
        }
        for doubt in &other.doubts {
            self.doubt(doubt.clone());
        }
        if let Some(check) = &other.check {
            self.also_check(check);
        }
    }

    /// Returns the reason, and each doubt.
    pub fn parts(&self) -> Vec<String> {
        let doubts = self.doubts.iter().cloned();
        std::iter::once(self.reason.clone()).chain(doubts).collect()
    }

    /// Returns the reason and the doubts in one sentence.
    pub fn sentence(&self) -> String {
        self.parts().join("; ")
    }

    /// Returns the reason and the doubts, and what to check after them.
    pub fn whole(&self) -> String {
        let said = self.sentence();
        match &self.check {
            Some(check) => format!("{said}. Check: {check}"),
            None => said,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_to_check_is_after_the_doubts_and_each_is_there_once() {
        let mut said = Wording::reason("it waits");
        assert_eq!(said.whole(), "it waits");
        for clause in ["that it ends", "that it ends", "who calls it"] {
            said.also_check(clause);
        }
        for doubt in ["it may never end", "it may never end", "others wait, too"] {
            said.doubt(doubt);
        }
        assert_eq!(
            said.whole(),
            "it waits; it may never end; others wait, too. Check: that it ends; who calls it"
        );
        said.refuse();
        assert_eq!(said.reason, "it may never end");
        assert_eq!(said.doubts, ["others wait, too"]);
    }
}
