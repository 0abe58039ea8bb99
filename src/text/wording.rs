//! Why something is changed, or not, and what a person looks at first: one sentence each.

/// What is said of a change or a finding.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wording {
    /// One sentence: what changes for the program, or why nothing is changed.
    pub reason: String,
    /// What a person looks at first, as a clause.
    pub check: Option<String>,
}

impl Wording {
    /// Says why, with nothing to check.
    pub fn reason(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            check: None,
        }
    }

    /// Adds a clause to what a person looks at.
    pub fn also_check(&mut self, clause: &str) {
        match &mut self.check {
            Some(check) if check.contains(clause) => {}
            Some(check) => check.push_str(&format!("; {clause}")),
            None => self.check = Some(clause.to_owned()),
        }
    }

    /// Adds another reason, and what to check for it.
    pub fn also(&mut self, other: &Self) {
        self.reason.push_str(&format!("; {}", other.reason));
        if let Some(check) = &other.check {
            self.also_check(check);
        }
    }

    /// Returns the reason, and what to check behind it.
    pub fn whole(&self) -> String {
        whole(&self.reason, self.check.as_deref())
    }
}

/// Returns a reason, and what to check behind it.
pub fn whole(reason: &str, check: Option<&str>) -> String {
    check.map_or_else(
        || reason.to_owned(),
        |check| format!("{reason}. Check: {check}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_to_check_stands_behind_the_reason_and_each_clause_once() {
        let mut said = Wording::reason("it waits");
        assert_eq!(said.whole(), "it waits");
        for clause in ["that it ends", "that it ends", "who calls it"] {
            said.also_check(clause);
        }
        assert_eq!(said.whole(), "it waits. Check: that it ends; who calls it");
    }
}
