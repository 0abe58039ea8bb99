//! Words of `--format`: how each command may tell a plan.

use clap::ValueEnum;

/// A form that several commands have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanForm {
    /// One JSON object per line.
    Json,
    /// SARIF 2.1.0.
    Sarif,
    /// Workflow commands.
    Github,
    /// Code Quality.
    Gitlab,
    /// For the description of a pull request.
    Markdown,
}

/// How a diff is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DiffFormat {
    /// Hunks with their reasons, findings, a summary
    Text,
    /// A patch of the chosen level that git apply takes
    Patch,
    /// One JSON object per line; `awaitify schema json` describes them
    Json,
    /// SARIF 2.1.0, for code scanning and editors
    Sarif,
    /// Workflow commands, which GitHub shows beside the lines of a pull request
    Github,
    /// A Code Quality report, which GitLab shows in merge requests
    Gitlab,
    /// Markdown for the description of a pull request
    Markdown,
}

/// The formats of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    /// One line for each site, and a summary
    Text,
    /// One JSON object per line, as diff prints them
    Json,
    /// SARIF 2.1.0, for code scanning and editors
    Sarif,
    /// Workflow commands, which GitHub shows beside the lines of a pull request
    Github,
    /// A Code Quality report, which GitLab shows in merge requests
    Gitlab,
    /// Markdown for a comment on a pull request
    Markdown,
}

/// The formats of a migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MigrateFormat {
    /// A summary of changes and findings
    Text,
    /// One JSON object per line
    Json,
    /// Markdown for the description of a pull request
    Markdown,
}

impl DiffFormat {
    /// Returns the form that commands share; `None`: text or a patch.
    pub fn shared(self) -> Option<PlanForm> {
        match self {
            Self::Text | Self::Patch => None,
            Self::Json => Some(PlanForm::Json),
            Self::Sarif => Some(PlanForm::Sarif),
            Self::Github => Some(PlanForm::Github),
            Self::Gitlab => Some(PlanForm::Gitlab),
            Self::Markdown => Some(PlanForm::Markdown),
        }
    }
}

impl CheckFormat {
    /// Returns the form that commands share; `None`: text.
    pub fn shared(self) -> Option<PlanForm> {
        match self {
            Self::Text => None,
            Self::Json => Some(PlanForm::Json),
            Self::Sarif => Some(PlanForm::Sarif),
            Self::Github => Some(PlanForm::Github),
            Self::Gitlab => Some(PlanForm::Gitlab),
            Self::Markdown => Some(PlanForm::Markdown),
        }
    }
}

impl MigrateFormat {
    /// Returns the form that commands share; `None`: text.
    pub fn shared(self) -> Option<PlanForm> {
        match self {
            Self::Text => None,
            Self::Json => Some(PlanForm::Json),
            Self::Markdown => Some(PlanForm::Markdown),
        }
    }
}
