//! A stranger's repository names programs in all the ways that git knows: none of them is run.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use awaitify::project::since::Since;
use awaitify::source::SourceFile;
use awaitify::write::guard::unguarded;
use tempfile::TempDir;

use crate::support::{BLOCKING, Project};

/// A way for git to run a program. In its texts `CANARY` is the program, `ROOT` the repository.
struct Way {
    name: &'static str,
    /// Of `.git/config`.
    settings: &'static [(&'static str, &'static str)],
    /// Below the root.
    files: &'static [(&'static str, &'static str)],
    /// A git command that runs the program; none where git asks for a terminal or for another release.
    fires: &'static [&'static str],
}

const PARTIAL: [(&str, &str); 4] = [
    ("core.repositoryformatversion", "1"),
    ("extensions.partialClone", "far"),
    ("remote.far.promisor", "true"),
    ("remote.far.url", "ssh://nowhere.invalid/x"),
];

const SHOW: &[&str] = &["cat-file", "-p", "HEAD:lost.py"];

const fn way(
    name: &'static str,
    settings: &'static [(&'static str, &'static str)],
    files: &'static [(&'static str, &'static str)],
    fires: &'static [&'static str],
) -> Way {
    Way {
        name,
        settings,
        files,
        fires,
    }
}

const WAYS: &[Way] = &[
    way(
        "fsmonitor",
        &[("core.fsmonitor", "CANARY")],
        &[],
        &["status"],
    ),
    way(
        "fsmonitor, index",
        &[("core.fsmonitor", "CANARY")],
        &[],
        &["ls-files"],
    ),
    way(
        "clean",
        &[("filter.x.clean", "CANARY")],
        &[(".gitattributes", "*.py filter=x\n")],
        &["add", "a.py"],
    ),
    way(
        "smudge",
        &[("filter.x.smudge", "CANARY")],
        &[(".gitattributes", "*.py filter=x\n")],
        &["cat-file", "--filters", "HEAD:a.py"],
    ),
    way(
        "clean, required",
        &[("filter.x.clean", "CANARY"), ("filter.x.required", "true")],
        &[(".gitattributes", "*.py filter=x\n")],
        &["diff"],
    ),
    way(
        "process",
        &[
            ("filter.x.process", "CANARY"),
            ("filter.x.required", "true"),
        ],
        &[(".gitattributes", "*.py filter=x\n")],
        &["cat-file", "--filters", "HEAD:a.py"],
    ),
    way(
        "clean, by info/attributes",
        &[("filter.x.clean", "CANARY")],
        &[(".git/info/attributes", "*.py filter=x\n")],
        &["add", "a.py"],
    ),
    way(
        "clean, by core.attributesFile",
        &[
            ("filter.x.clean", "CANARY"),
            ("core.attributesFile", "ROOT/mine"),
        ],
        &[("mine", "*.py filter=x\n")],
        &["add", "a.py"],
    ),
    way(
        "hook of the index, by core.hooksPath",
        &[("core.hooksPath", "hooks")],
        &[("hooks/post-index-change", "EXEC")],
        &["add", "a.py"],
    ),
    way(
        "hook of the index",
        &[],
        &[(".git/hooks/post-index-change", "EXEC")],
        &["add", "a.py"],
    ),
    way(
        "hook of references",
        &[],
        &[(".git/hooks/reference-transaction", "EXEC")],
        &["update-ref", "refs/x", "HEAD"],
    ),
    way(
        "hook of a checkout",
        &[],
        &[(".git/hooks/post-checkout", "EXEC")],
        &["checkout", "-q", "HEAD", "a.py"],
    ),
    way(
        "hook by setting",
        &[
            ("hook.x.command", "CANARY"),
            ("hook.x.event", "post-index-change"),
        ],
        &[],
        &[],
    ),
    way(
        "diff.external",
        &[("diff.external", "CANARY")],
        &[],
        &["diff"],
    ),
    way(
        "driver of a diff",
        &[("diff.x.command", "CANARY")],
        &[(".gitattributes", "*.py diff=x\n")],
        &["diff"],
    ),
    way(
        "textconv",
        &[
            ("diff.x.textconv", "CANARY"),
            ("diff.x.cachetextconv", "true"),
        ],
        &[(".gitattributes", "*.py diff=x\n")],
        &["diff"],
    ),
    way(
        "aliases",
        &[
            ("alias.zz", "!CANARY"),
            ("alias.rev-parse", "!CANARY"),
            ("alias.ls-tree", "!CANARY"),
            ("alias.cat-file", "!CANARY"),
            ("alias.check-attr", "!CANARY"),
            ("alias.diff-index", "!CANARY"),
            ("alias.config", "!CANARY"),
        ],
        &[],
        &["zz"],
    ),
    way(
        "pagers",
        &[
            ("core.pager", "CANARY"),
            ("pager.ls-tree", "CANARY"),
            ("pager.cat-file", "CANARY"),
            ("pager.config", "CANARY"),
            ("pager.diff-index", "CANARY"),
        ],
        &[],
        &[],
    ),
    way(
        "editor",
        &[("core.editor", "CANARY")],
        &[],
        &["commit", "--amend"],
    ),
    way(
        "editor of a sequence",
        &[("sequence.editor", "CANARY")],
        &[],
        &["rebase", "--autostash", "--interactive", "--root"],
    ),
    way(
        "ssh of a partial clone",
        &[("core.sshCommand", "CANARY")],
        &[("LOST", "")],
        SHOW,
    ),
    way(
        "ext:: of a partial clone",
        &[
            ("remote.far.url", "ext::CANARY"),
            ("protocol.ext.allow", "always"),
        ],
        &[("LOST", "")],
        SHOW,
    ),
    way(
        "ext:: by insteadOf",
        &[
            ("url.ext::CANARY .insteadOf", "ssh://nowhere.invalid/"),
            ("protocol.ext.allow", "always"),
        ],
        &[("LOST", "")],
        SHOW,
    ),
    way(
        "proxy of a partial clone",
        &[
            ("remote.far.url", "git://127.0.0.1/x"),
            ("core.gitProxy", "CANARY"),
        ],
        &[("LOST", "")],
        SHOW,
    ),
    way(
        "upload-pack of a partial clone",
        &[
            ("remote.far.url", "ROOT"),
            ("remote.far.uploadpack", "CANARY"),
        ],
        &[("LOST", "")],
        SHOW,
    ),
    way(
        "credential.helper",
        &[("credential.helper", "CANARY")],
        &[],
        &["credential", "fill"],
    ),
    way(
        "core.askPass",
        &[("core.askPass", "CANARY")],
        &[],
        &["credential", "fill"],
    ),
    way(
        "gpg.program",
        &[("gpg.program", "CANARY"), ("commit.gpgSign", "true")],
        &[],
        &["commit", "--amend", "--no-edit"],
    ),
    way(
        "log.showSignature",
        &[("gpg.program", "CANARY"), ("log.showSignature", "true")],
        &[("SIGNED", "")],
        &["log"],
    ),
    way(
        "gpg.ssh.defaultKeyCommand",
        &[
            ("gpg.format", "ssh"),
            ("gpg.ssh.defaultKeyCommand", "CANARY"),
            ("commit.gpgSign", "true"),
        ],
        &[],
        &["commit", "--amend", "--no-edit"],
    ),
    way(
        "include.path",
        &[("include.path", "../more/one")],
        &[
            ("more/one", "[include]\n    path = two\n"),
            ("more/two", "[core]\n    fsmonitor = CANARY\n"),
        ],
        &["status"],
    ),
    way(
        "includeIf",
        &[("includeIf.gitdir:**.path", "ROOT/extra")],
        &[("extra", "[core]\n    fsmonitor = CANARY\n")],
        &["status"],
    ),
    way(
        "config.worktree",
        &[
            ("core.repositoryformatversion", "1"),
            ("extensions.worktreeConfig", "true"),
        ],
        &[(".git/config.worktree", "[core]\n    fsmonitor = CANARY\n")],
        &["status"],
    ),
    way(
        "fsmonitor of a submodule",
        &[],
        &[("SUBMODULE", "core.fsmonitor")],
        &["status"],
    ),
    way(
        "clean of a submodule",
        &[],
        &[("SUBMODULE", "filter.x.clean")],
        &["-C", "sub", "add", "b.py"],
    ),
    way(
        "update of a submodule",
        &[("submodule.sub.update", "!CANARY")],
        &[],
        &[],
    ),
    way(
        "references of an alternate",
        &[("core.alternateRefsCommand", "CANARY")],
        &[("ALTERNATE", "")],
        &["rev-list", "--alternate-refs"],
    ),
    way(
        "driver of a merge",
        &[("merge.x.driver", "CANARY"), ("merge.default", "x")],
        &[("MERGE", "")],
        &["merge", "--no-edit", "other"],
    ),
    way(
        "interactive.diffFilter",
        &[("interactive.diffFilter", "CANARY"), ("color.ui", "always")],
        &[],
        &["add", "-p"],
    ),
    way(
        "trailer",
        &[("trailer.x.command", "CANARY"), ("trailer.x.key", "x")],
        &[],
        &["interpret-trailers", "a.py"],
    ),
    way(
        "archive",
        &[("tar.x.command", "CANARY")],
        &[],
        &["archive", "--format=x", "HEAD"],
    ),
    way(
        "gc.recentObjectsHook",
        &[("gc.recentObjectsHook", "CANARY")],
        &[],
        &[],
    ),
    way(
        "uploadpack.packObjectsHook",
        &[("uploadpack.packObjectsHook", "CANARY")],
        &[],
        &[],
    ),
];

/// What a way is called, the variables it sets, and the command that shows that it fires.
type ByVariables = (
    &'static str,
    &'static [(&'static str, &'static str)],
    &'static [&'static str],
);

/// Ways by variables: as a hook of git may have them set, not the tree.
const VARIABLES: &[ByVariables] = &[
    (
        "GIT_EXTERNAL_DIFF",
        &[("GIT_EXTERNAL_DIFF", "CANARY")],
        &["diff"],
    ),
    (
        "GIT_CONFIG_COUNT",
        &[
            ("GIT_CONFIG_COUNT", "1"),
            ("GIT_CONFIG_KEY_0", "core.fsmonitor"),
            ("GIT_CONFIG_VALUE_0", "CANARY"),
        ],
        &["status"],
    ),
    (
        "GIT_CONFIG_PARAMETERS",
        &[("GIT_CONFIG_PARAMETERS", "'core.fsmonitor'='CANARY'")],
        &["status"],
    ),
    ("GIT_TRACE", &[("GIT_TRACE", "TOUCHED")], &["status"]),
    ("GIT_TRACE2", &[("GIT_TRACE2", "TOUCHED")], &["status"]),
    (
        "GIT_TRACE2_EVENT",
        &[("GIT_TRACE2_EVENT", "TOUCHED")],
        &["status"],
    ),
    (
        "GIT_EDITOR",
        &[("GIT_EDITOR", "CANARY")],
        &["commit", "--amend"],
    ),
    (
        "PATH",
        &[("PATH", ".:/usr/local/bin:/usr/bin:/bin")],
        &["status"],
    ),
];

/// What is asked of the program; all of it only reads, but for the last.
const ASKED: &[&[&str]] = &[
    &["diff", "."],
    &["diff", "--format", "patch", "."],
    &["check", "."],
    &["check", "--since", "HEAD", "."],
    &["explain", "a.py:5"],
    &["migrate", "-n", "."],
    &["migrate", "."],
];

/// Those that ask git.
const LAST: &[&[&str]] = &[&["check", "--since", "HEAD", "."], &["migrate", "."]];

/// A repository, and what its programs leave where they were run.
struct Stranger {
    project: Project,
    outside: TempDir,
}

impl Stranger {
    fn new() -> Self {
        let project = Project::new(&format!(
            "//- a.py\n{BLOCKING}//- lost.py\n{BLOCKING}//- clean.py\n{BLOCKING}"
        ));
        project.commit();
        let outside = TempDir::new().expect("a temporary directory can be made");
        let stranger = Self { project, outside };
        stranger.make_program(&stranger.canary());
        // What differs is looked at by most of the ways.
        stranger
            .project
            .write("a.py", format!("{BLOCKING}    time.sleep(2)\n"));
        stranger
    }

    fn canary(&self) -> PathBuf {
        self.outside.path().join("canary")
    }

    fn touched(&self) -> PathBuf {
        self.outside.path().join("touched")
    }

    fn make_program(&self, path: &Path) {
        let text = format!(
            "#!/bin/sh\necho \"$0 $*\" >>'{}'\n",
            self.touched().display()
        );
        fs::write(path, text).expect("the file can be written");
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("it is ours");
    }

    fn filled(&self, text: &str) -> String {
        text.replace("CANARY", &self.canary().to_string_lossy())
            .replace("TOUCHED", &self.touched().to_string_lossy())
            .replace("ROOT", &self.project.root().to_string_lossy())
    }

    fn plant(&self, way: &Way) {
        for (path, text) in way.files {
            match *path {
                "LOST" => self.lose(),
                "SIGNED" => self.sign(),
                "SUBMODULE" => self.add_submodule(text),
                "ALTERNATE" => {
                    let other = Project::new("//- b.py\n1\n");
                    other.commit();
                    let objects = self.outside.path().join("other");
                    fs::rename(other.root().join(".git"), &objects).expect("it can be moved");
                    let text = format!("{}/objects\n", objects.display());
                    self.project.write(".git/objects/info/alternates", text);
                }
                "MERGE" => self.branch(),
                _ if *text == "EXEC" => {
                    self.project.write(path, "");
                    self.make_program(&self.project.root().join(path));
                }
                _ => self.project.write(path, self.filled(text)),
            }
        }
        for (name, value) in way.settings {
            self.project
                .git(&["config", &self.filled(name), &self.filled(value)]);
        }
    }

    /// Makes it a partial clone that lacks a file.
    fn lose(&self) {
        for (name, value) in PARTIAL {
            self.project.git(&["config", name, value]);
        }
        self.project
            .write("lost.py", format!("{BLOCKING}    # lost\n"));
        self.project
            .git(&["commit", "--quiet", "--message", "two", "lost.py"]);
        let said = self.git(&["rev-parse", "HEAD:lost.py"], &[]);
        let (folder, name) = said.trim().split_at(2);
        let object = self
            .project
            .root()
            .join(".git/objects")
            .join(folder)
            .join(name);
        fs::remove_file(object).expect("the object is there");
    }

    /// Gives the last commit a signature.
    fn sign(&self) {
        let commit = self.git(&["cat-file", "commit", "HEAD"], &[]);
        let signature = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----";
        let signed = commit.replacen("\n\n", &format!("\n{signature}\n\n"), 1);
        let path = self.outside.path().join("commit");
        fs::write(&path, signed).expect("the file can be written");
        let path = path.to_string_lossy();
        let said = self.git(&["hash-object", "-t", "commit", "-w", &path], &[]);
        self.project
            .git(&["reset", "--quiet", "--soft", said.trim()]);
    }

    /// Adds a submodule with a setting of its own that names the program.
    fn add_submodule(&self, setting: &str) {
        let (canary, inner) = (self.canary(), Project::new("//- b.py\nimport asyncio\n"));
        inner.commit();
        let from = inner.root().to_string_lossy();
        let allow = ["-c", "protocol.file.allow=always"];
        self.project
            .git(&[&allow[..], &["submodule", "--quiet", "add", &from, "sub"]].concat());
        self.project.git(&["commit", "--quiet", "--message", "two"]);
        self.project
            .git(&["-C", "sub", "config", setting, &canary.to_string_lossy()]);
        self.project
            .write(".git/modules/sub/info/attributes", "*.py filter=x\n");
        self.project.write("sub/b.py", BLOCKING);
    }

    /// Makes a branch that changes what this one changes, too.
    fn branch(&self) {
        self.project.git(&["checkout", "--quiet", "-b", "other"]);
        self.project
            .git(&["commit", "--quiet", "--all", "--message", "two"]);
        self.project
            .git(&["checkout", "--quiet", "-b", "this", "HEAD~1"]);
        self.project
            .write("a.py", format!("{BLOCKING}    time.sleep(3)\n"));
        self.project
            .git(&["commit", "--quiet", "--all", "--message", "three"]);
    }

    /// Runs git plainly; it may fail.
    fn git(&self, arguments: &[&str], variables: &[(&str, &str)]) -> String {
        let mut git = Command::new("git");
        git.args(["-c", "user.name=x", "-c", "user.email=x@example.org"])
            .args(arguments)
            .current_dir(self.project.root())
            .env("GIT_TERMINAL_PROMPT", "0")
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = git.spawn().expect("git can be started");
        if arguments[0] == "credential" {
            use std::io::Write;
            let mut stdin = child.stdin.take().expect("it is piped");
            // One that fails early wants no more.
            let _ = stdin.write_all(b"protocol=https\nhost=nowhere.invalid\n\n");
        }
        let output = child.wait_with_output().expect("git ends");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Asks git what the program asks of it, and checks that nothing runs.
    #[track_caller]
    fn ask(&self, name: &str) {
        // What was touched while it was planted does not count.
        let _ = fs::remove_file(self.touched());
        let path = self.project.root().join("a.py");
        let source = SourceFile::read(&path).expect("it can be read");
        // Whether there is an answer is not the question.
        let _ = unguarded(&[(&path, source.bytes())]);
        if let Ok(mut since) = Since::new("HEAD", std::slice::from_ref(&path)) {
            let _ = since.changed(&[&source]);
            since.unchanged(vec![&path]);
        }
        let touched = fs::read_to_string(self.touched()).unwrap_or_default();
        assert_eq!(touched, "", "{name} ran");
    }

    /// Checks that the program runs nothing, and that git would have done so.
    #[track_caller]
    fn check(&self, name: &str, variables: &[(&str, &str)], asked: &[&[&str]], fires: &[&str]) {
        // What was touched while it was planted does not count.
        let _ = fs::remove_file(self.touched());
        for arguments in asked {
            let run = self.project.run_where(variables, arguments);
            assert!(run.code.is_some(), "{name}: {arguments:?} hangs");
            let touched = fs::read_to_string(self.touched()).unwrap_or_default();
            assert_eq!(touched, "", "{name}: {arguments:?} ran it: {run:?}");
        }
        if !fires.is_empty() {
            if fires[0] == "merge" {
                // It begins with files that are as they were.
                self.project.git(&["reset", "--quiet", "--hard"]);
            }
            self.git(fires, variables);
            assert!(
                self.touched().exists(),
                "{name}: git {fires:?} runs nothing"
            );
        }
    }
}

/// Whether git itself makes what is planted, so that it cannot be there with the others.
fn is_made(way: &Way) -> bool {
    let is_word = |path: &str| path.chars().all(|each| each.is_ascii_uppercase());
    way.files.iter().any(|(path, _)| is_word(path))
}

#[test]
fn no_program_runs_that_a_repository_names() {
    for way in WAYS {
        let stranger = Stranger::new();
        stranger.plant(way);
        stranger.ask(way.name);
        let asked = if is_made(way) { LAST } else { &[] };
        stranger.check(way.name, &[], asked, way.fires);
    }
}

#[test]
fn no_program_runs_that_a_variable_names() {
    for (name, variables, fires) in VARIABLES {
        let stranger = Stranger::new();
        stranger.project.write("git", "");
        stranger.make_program(&stranger.project.root().join("git"));
        let filled: Vec<(&str, String)> = variables
            .iter()
            .map(|(name, value)| (*name, stranger.filled(value)))
            .collect();
        let variables: Vec<(&str, &str)> = filled
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        stranger.check(name, &variables, LAST, fires);
    }
}

#[test]
fn no_command_runs_what_all_ways_together_name() {
    let stranger = Stranger::new();
    let settings = WAYS.iter().filter(|way| !is_made(way));
    let mut count = 0;
    for way in settings {
        stranger.plant(way);
        count += 1;
    }
    assert!(count > 20, "{count} ways");
    stranger.check("all", &[], ASKED, &["status"]);
}
