//! The review in a terminal: the built program in a pseudo-terminal, its screen read as a person sees it.

use std::fs::File;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::os::fd::OwnedFd;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use nix::pty::{Winsize, openpty};
use serde_json::{Value, json};

use crate::cli_help::with_snapshots;
use crate::support::Project;

/// Only a program that hangs takes longer.
const LIMIT: Duration = Duration::from_secs(60);

/// Three sites in two files, the last to review.
const FILES: &str = "\
//- pyproject.toml
[project]
name = 'gauges'
requires-python = '>=3.11'
//- a.py
import asyncio
import time


async def poll():
    time.sleep(1)


async def later():
    time.sleep(2)
//- b.py
import asyncio


async def work():
    pass


loop = asyncio.get_event_loop()
loop.run_until_complete(work())
";

/// The program in a pseudo-terminal.
pub(crate) struct Session {
    child: Child,
    keys: File,
    output: Receiver<Vec<u8>>,
    screen: vt100::Parser,
}

impl Session {
    /// Starts a review.
    fn new(project: &Project, words: &[&str], size: (u16, u16)) -> Self {
        Self::of(project, &[&["review"], words].concat(), size, &[])
    }

    /// Starts a command.
    pub(crate) fn of(
        project: &Project,
        words: &[&str],
        (rows, columns): (u16, u16),
        variables: &[(&str, &str)],
    ) -> Self {
        let size = Winsize {
            ws_row: rows,
            ws_col: columns,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        let pty = openpty(&size, None).expect("the system has pseudo-terminals");
        let end = || -> Stdio {
            let end: OwnedFd = pty.slave.try_clone().expect("it is open");
            end.into()
        };
        let child = Command::new(env!("CARGO_BIN_EXE_awaitify"))
            .args(words)
            .envs(variables.iter().copied())
            .current_dir(project.root())
            .env("TERM", "xterm-256color")
            .stdin(end())
            .stdout(end())
            .stderr(end())
            .spawn()
            .expect("the program can be started");
        let keys = File::from(pty.master);
        let mut reader = keys.try_clone().expect("it is open");
        let (sender, output) = channel();
        // It ends when the terminal is closed.
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(read @ 1..) = reader.read(&mut bytes) {
                if sender.send(bytes[..read].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self {
            child,
            keys,
            output,
            screen: vt100::Parser::new(side(rows), side(columns), 0),
        }
    }

    /// Waits until the screen has a text.
    #[track_caller]
    pub(crate) fn expect(&mut self, text: &str) {
        let begin = Instant::now();
        while !self.text().contains(text) {
            let left = LIMIT.saturating_sub(begin.elapsed());
            match self.output.recv_timeout(left) {
                Ok(bytes) => self.screen.process(&bytes),
                Err(_) => panic!("no {text:?} on\n{}", self.text()),
            }
        }
    }

    /// Presses keys and waits for what they bring.
    #[track_caller]
    pub(crate) fn press(&mut self, keys: &str, expected: &str) {
        self.keys.write_all(keys.as_bytes()).expect("it is open");
        self.expect(expected);
    }

    pub(crate) fn text(&self) -> String {
        let text = self.screen.screen().contents();
        let lines = text.lines().map(str::trim_end);
        lines.collect::<Vec<_>>().join("\n")
    }

    /// Waits for the end; returns the exit code and what is on the terminal then.
    pub(crate) fn end(mut self) -> (Option<i32>, String, bool) {
        let code = self.child.wait().expect("it was started").code();
        while let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(200)) {
            self.screen.process(&bytes);
        }
        let is_restored = !self.screen.screen().alternate_screen();
        (code, self.text(), is_restored)
    }
}

fn side(length: u16) -> NonZeroU16 {
    NonZeroU16::new(length).expect("a screen has a size")
}

fn decisions(project: &Project) -> Vec<(String, String)> {
    let text = project.text("awaitify-decisions.json");
    let file: Value = serde_json::from_str(&text).expect("it is JSON");
    let each = file["decisions"]
        .as_array()
        .expect("it has decisions")
        .iter();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    each.map(|it| (text(&it["code"]), text(&it["verdict"])))
        .collect()
}

#[test]
fn a_screen_is_as_reviewed() {
    let project = Project::new(FILES);
    let mut session = Session::new(&project, &[], (24, 80));
    session.expect("q quit");
    with_snapshots(|| insta::assert_snapshot!("review-begin", session.text()));
    session.press("?", "any other key goes back");
    with_snapshots(|| insta::assert_snapshot!("review-help", session.text()));
    session.press("xy", "\n1 accepted");
    with_snapshots(|| insta::assert_snapshot!("review-accepted", session.text()));
    session.press("q", "Apply with");
    let (code, text, is_restored) = session.end();
    assert_eq!((code, is_restored), (Some(0), true), "{text}");
    assert!(
        text.contains("1 accepted, 0 rejected, 2 open; stored in awaitify-decisions.json."),
        "{text}"
    );
}

#[test]
fn each_decision_is_stored_at_once_and_applied() {
    let project = Project::new(FILES);
    let mut session = Session::new(&project, &["--by", "ada"], (24, 80));
    session.expect("q quit");
    session.press("y", "1 accepted, 0 rejected, 2 open");
    let stored = |verdicts: &[(&str, &str)]| {
        let all = verdicts
            .iter()
            .map(|(code, verdict)| ((*code).to_owned(), (*verdict).to_owned()));
        let mut all: Vec<_> = all.collect();
        let mut found = decisions(&project);
        all.sort();
        found.sort();
        assert_eq!(found, all);
    };
    stored(&[("time.sleep(1)", "accept")]);
    session.press("n", "1 accepted, 1 rejected, 1 open");
    stored(&[("time.sleep(1)", "accept"), ("time.sleep(2)", "reject")]);
    session.press("u", "1 accepted, 0 rejected, 2 open");
    stored(&[("time.sleep(1)", "accept")]);
    session.press("Dl", "1 accepted, 1 rejected, 1 open");
    session.press("ctoo long", "comment: too long_");
    session.press("\r", "y accept");
    session.press("/b.py\r", "/b.py");
    session.press("y", "2 accepted, 1 rejected, 0 open");
    // Ctrl-C is the end, too; what was decided is there.
    session.keys.write_all(b"\x03").expect("it is open");
    let (code, text, is_restored) = session.end();
    assert_eq!((code, is_restored), (Some(0), true), "{text}");
    let apply = "Apply with: awaitify migrate --decisions awaitify-decisions.json";
    assert!(text.contains(apply), "{text}");
    let file: Value =
        serde_json::from_str(&project.text("awaitify-decisions.json")).expect("it is JSON");
    let of = |code: &str| {
        let each = file["decisions"]
            .as_array()
            .expect("it has decisions")
            .iter();
        each.clone()
            .find(|it| it["code"] == code)
            .cloned()
            .unwrap_or_default()
    };
    assert_eq!(of("time.sleep(2)")["note"], json!("too long"));
    assert_eq!(of("time.sleep(2)")["by"], json!("ada"));
    let run = project.run(&[
        "migrate",
        "--allow-dirty",
        "--decisions",
        "awaitify-decisions.json",
    ]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(project.text("a.py").contains("await asyncio.sleep(1)"));
    assert!(project.text("a.py").contains("    time.sleep(2)"));
    assert!(project.text("b.py").contains("asyncio.run(work())"));
}

#[test]
fn a_comment_before_the_decision_decides_nothing() {
    let project = Project::new(FILES);
    let mut session = Session::new(&project, &[], (24, 80));
    session.expect("q quit");
    session.press("clater, ask\r", "the comment is kept for your decision");
    session.press("q", "0 accepted, 0 rejected, 3 open");
    assert_eq!(session.end().0, Some(0));
    let mut session = Session::new(&project, &[], (24, 80));
    session.expect("q quit");
    // Somebody else decides meanwhile.
    session.press("n", "0 accepted, 1 rejected");
    let mut other = Session::new(&project, &[], (24, 80));
    other.expect("0 accepted, 1 rejected");
    other.press("Gn", "0 accepted, 2 rejected");
    other.press("q", "0 accepted, 2 rejected, 1 open");
    other.end();
    session.press("y", "1 accepted, 2 rejected");
    session.press("q", "stored in");
    session.end();
    assert_eq!(decisions(&project).len(), 3);
}

#[test]
fn a_signal_restores_the_terminal() {
    let project = Project::new(FILES);
    let mut session = Session::new(&project, &[], (24, 80));
    session.expect("q quit");
    let id = i32::try_from(session.child.id()).expect("it is small");
    let id = nix::unistd::Pid::from_raw(id);
    nix::sys::signal::kill(id, nix::sys::signal::Signal::SIGTERM).expect("it runs");
    let (code, text, is_restored) = session.end();
    assert_eq!((code, is_restored), (None, true), "{text}");
}

#[test]
fn a_small_screen_has_room_for_all() {
    let project = Project::new(FILES);
    let mut session = Session::new(&project, &[], (8, 30));
    session.expect("awaitify review");
    session.press("G", "> [ ] review");
    session.press("q", "0 accepted");
    assert_eq!(session.end().0, Some(0));
}

#[test]
fn without_a_terminal_it_says_what_to_use() {
    let project = Project::new(FILES);
    let run = project.run(&["review"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(
        run.stderr
            .starts_with("error: review needs a terminal; `awaitify diff"),
        "{run:?}"
    );
}

#[test]
fn a_long_diff_goes_through_the_pager_of_the_person() {
    let project = Project::new(FILES);
    let run = |pager: &str| {
        let mut session = Session::of(&project, &["diff", "."], (60, 60), &[("PAGER", pager)]);
        session.expect("Apply with");
        session.end()
    };
    let (code, text, _) = run("sed s/^/P/");
    assert_eq!(code, Some(0), "{text}");
    assert!(text.lines().all(|line| line.starts_with('P')), "{text}");
    let (_, text, _) = run("cat");
    assert!(text.starts_with("a.py\n@@"), "{text}");
    // A sentence is wrapped by words.
    assert!(
        text.contains(
            "safe    blocking-sleep  a.py:6:5: the coroutine sleeps for\n        the same delay"
        ),
        "{text}"
    );
    // Nobody waits for one that is not there.
    let (code, text, _) = run("no-such-pager-here");
    assert_eq!(code, Some(0), "{text}");
}

/// Starts a review whose editor is a script of `sed`.
pub(crate) fn with_editor(project: &Project, script: &str) -> Session {
    let editor = format!("sed -i -e '{script}'");
    Session::of(project, &["review"], (24, 80), &[("VISUAL", &editor)])
}

#[test]
fn an_edited_text_is_shown_stored_and_written() {
    let project = Project::new(FILES);
    let mut session = with_editor(&project, "s/asyncio.sleep(1)/asyncio.sleep(1, None)/");
    session.expect("q quit");
    session.press("e", "[e] safe");
    session.press("k", "+    await asyncio.sleep(1, None)");
    with_snapshots(|| insta::assert_snapshot!("review-edited", session.text()));
    session.press("q", "1 accepted, 0 rejected, 2 open");
    session.end();
    let run = project.run(&["migrate", "--decisions", "awaitify-decisions.json"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let text = project.text("a.py");
    assert!(
        text.contains("\n    await asyncio.sleep(1, None)\n"),
        "{text}"
    );
    assert!(text.contains("\n    time.sleep(2)\n"), "{text}");
}

#[test]
fn an_edited_text_that_breaks_a_law_is_not_taken() {
    let project = Project::new(FILES);
    let mut session = with_editor(&project, "s/await asyncio.sleep(1)/await (/");
    session.expect("q quit");
    session.press("e", "not taken: the new text does not parse");
    // What was typed is there again.
    session.press("e", "e goes on editing");
    session.press("q", "0 accepted, 0 rejected, 3 open");
    session.end();
    for (script, told) in [
        ("s/no such text//", "nothing is edited"),
        ("d", "the text is empty: nothing changes"),
        (
            "s/#~ @@.*//",
            "not taken: the text must have one line that begins with #~ @@",
        ),
    ] {
        let mut session = with_editor(&project, script);
        session.expect("q quit");
        session.press("e", told);
        session.press("q", "nothing is decided");
        session.end();
    }
    let editor = [("VISUAL", "false")];
    let mut session = Session::of(&project, &["review"], (24, 80), &editor);
    session.expect("q quit");
    session.press("e", "the editor `false` failed; nothing is edited");
    session.press("q", "nothing is decided");
    assert_eq!(session.end().0, Some(0));
}

#[test]
fn the_page_of_the_recipe_is_a_key_away() {
    let project = Project::new(FILES);
    let mut session = Session::new(&project, &[], (24, 80));
    session.expect("q quit");
    session.press("i", "any other key goes back");
    session.expect("severity");
    session.press("x", "q quit");
    session.press("q", "nothing is decided");
    assert_eq!(session.end().0, Some(0));
}

#[test]
fn a_line_is_reviewed_alone_and_decided_as_in_the_whole() {
    let project = Project::new(FILES);
    let mut session = Session::new(&project, &["a.py:10", "--by", "ada"], (24, 80));
    session.expect("0 accepted, 0 rejected, 1 open");
    session.press("y", "1 accepted, 0 rejected, 0 open");
    session.press(
        "q",
        "Apply with: awaitify migrate a.py --decisions awaitify-decisions.json",
    );
    session.end();
    let run = project.run(&["migrate", "--decisions", "awaitify-decisions.json"]);
    assert!(
        run.stderr.contains("1 accepted, 2 undecided")
            || run.stdout.contains("1 accepted, 2 undecided"),
        "{run:?}"
    );
    assert!(project.text("a.py").contains("    await asyncio.sleep(2)"));
}

#[test]
fn a_file_of_decisions_needs_a_folder() {
    let project = Project::new(FILES);
    let mut session = Session::new(&project, &["--decisions", "no/x.json"], (24, 80));
    session.expect("error: there is no folder no");
    assert_eq!(session.end().0, Some(2));
}
