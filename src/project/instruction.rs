//! A path → whether the file may name others as something to run, and how it does.

use std::ffi::OsStr;
use std::path::Path;

/// Files of commands, by how their names begin.
const COMMANDS: [&str; 18] = [
    ".gitlab-ci",
    ".pre-commit-config",
    ".travis",
    "azure-pipelines",
    "bitbucket-pipelines",
    "compose",
    "containerfile",
    "crontab",
    "docker-compose",
    "dockerfile",
    "gnumakefile",
    "jenkinsfile",
    "justfile",
    "makefile",
    "procfile",
    "snakefile",
    "taskfile",
    "vagrantfile",
];

/// Files of commands and settings, by their endings.
const COMMAND_ENDINGS: [&str; 19] = [
    "bash", "bat", "cfg", "cmd", "cron", "desktop", "fish", "ini", "just", "ksh", "mk", "ps1",
    "service", "sh", "timer", "toml", "yaml", "yml", "zsh",
];

/// Other files of either are data mostly.
const JSON: [&str; 4] = [
    "devcontainer.json",
    "launch.json",
    "package.json",
    "tasks.json",
];

/// Hidden directories with files of commands.
pub(super) const HIDDEN: [&str; 8] = [
    ".buildkite",
    ".circleci",
    ".devcontainer",
    ".forgejo",
    ".gitea",
    ".github",
    ".gitlab",
    ".vscode",
];

/// Files of sentences, by their endings.
const PROSE: [&str; 8] = ["adoc", "markdown", "md", "mdx", "org", "qmd", "rst", "txt"];

/// Bytes of a file that speaks of others; more are data.
pub(super) const MAX_INSTRUCTION: u64 = 1 << 20;

/// How a text names files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// Sentences, with commands among them.
    Prose,
    /// Commands, or settings with commands in them.
    Commands,
    /// Python: a file in a string is one that it runs, or reads to run it.
    Code,
}

/// Returns how a file that is no Python names others, if it may.
pub(super) fn manner(path: &Path) -> Option<Manner> {
    let name = path.file_name()?.to_string_lossy().to_lowercase();
    let ending = path.extension().and_then(OsStr::to_str).unwrap_or_default();
    let ending = ending.to_lowercase();
    if PROSE.contains(&&*ending) || name.starts_with("readme") {
        return Some(Manner::Prose);
    }
    let commands = COMMANDS.iter().any(|start| name.starts_with(start))
        || COMMAND_ENDINGS.contains(&&*ending)
        || JSON.contains(&&*name);
    commands.then_some(Manner::Commands)
}
