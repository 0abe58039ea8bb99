//! What is known of one repository of a campaign.

/// How far a repository is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Nothing was done.
    Waiting,
    /// A run is at it, or was ended in the middle.
    Running,
    /// Its branch has commits.
    Changed,
    /// It has, and they could not be pushed; the detail says why.
    NotPushed,
    /// There was nothing to change.
    Unchanged,
    /// Its check fails without changes.
    FailsBefore,
    /// It did not work; the detail says why.
    Failed,
}

impl Progress {
    /// All, in the order in which they are told.
    pub const ALL: [Self; 7] = [
        Self::Changed,
        Self::NotPushed,
        Self::Unchanged,
        Self::FailsBefore,
        Self::Failed,
        Self::Running,
        Self::Waiting,
    ];

    /// Returns the word for people, programs and the file.
    pub fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Changed => "changed",
            Self::NotPushed => "not-pushed",
            Self::Unchanged => "unchanged",
            Self::FailsBefore => "fails-before",
            Self::Failed => "failed",
        }
    }

    /// Returns whether nothing is left to do for it.
    pub fn is_done(self) -> bool {
        !matches!(self, Self::Waiting | Self::Running)
    }

    /// Returns whether its branch has commits.
    pub fn has_branch(self) -> bool {
        matches!(self, Self::Changed | Self::NotPushed)
    }

    /// Returns whether it may go better another time.
    pub fn has_failed(self) -> bool {
        matches!(self, Self::Failed | Self::FailsBefore | Self::NotPushed)
    }
}

/// What is known of a repository.
#[derive(Debug, Clone, PartialEq)]
pub struct MemberState {
    /// Its name in the campaign.
    pub name: String,
    /// Where it is.
    pub source: String,
    /// The branch.
    pub branch: String,
    /// How far it is.
    pub step: Progress,
    /// Why, where something went wrong or is to be done by a person.
    pub detail: String,
    /// A name for what was asked for: another one is another task.
    pub wants: String,
    /// The commit that the branch begins at.
    pub base: Option<String>,
    /// The last commit of the campaign's.
    pub tip: Option<String>,
    /// The last commit of the branch: those that a person added stand behind the campaign's.
    pub head: Option<String>,
    /// All last commits of the campaign's that the branch had or was about to get, the newest last: a run that is killed
    /// does not know which it has.
    pub own: Vec<String>,
    /// All last commits of the branch that the remote got or was about to get.
    pub sent: Vec<String>,
    /// The branch that `HEAD` meant in a person's repository when the first run began.
    pub start: Option<String>,
    /// The commit that the remote has.
    pub pushed: Option<String>,
    /// The address of the pull request.
    pub pull_request: Option<String>,
    /// Changes that were made.
    pub changes: u32,
    /// Files that were written.
    pub files: u32,
    /// Findings that are left.
    pub findings: u32,
    /// Changes that were taken back, as the check fails with them.
    pub taken_back: u32,
    /// When the last run began, in seconds since 1970.
    pub began: f64,
    /// When it ended.
    pub ended: f64,
    /// What its programs said, seen from the campaign's folder.
    pub log: String,
}

impl MemberState {
    /// Begins with nothing done.
    pub fn new(name: &str, source: &str, branch: &str) -> Self {
        Self {
            name: name.to_owned(),
            source: source.to_owned(),
            branch: branch.to_owned(),
            step: Progress::Waiting,
            detail: String::new(),
            wants: String::new(),
            base: None,
            tip: None,
            head: None,
            own: Vec::new(),
            sent: Vec::new(),
            start: None,
            pushed: None,
            pull_request: None,
            changes: 0,
            files: 0,
            findings: 0,
            taken_back: 0,
            began: 0.0,
            ended: 0.0,
            log: String::new(),
        }
    }

    /// Returns how many seconds the last run took.
    pub fn seconds(&self) -> f64 {
        (self.ended - self.began).max(0.0)
    }
}
