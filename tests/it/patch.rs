//! Law 6: `diff --format patch | git apply` gives the tree that `migrate` gives.

use std::process::Command;

use crate::support::{BLOCKING, Project};

const NOTEBOOK: &str = r##"{
 "cells": [
  {
   "cell_type": "code",
   "execution_count": 1,
   "id": "5d0a",
   "metadata": {},
   "outputs": [{"name": "stdout", "output_type": "stream", "text": ["\u00b5 12\n"]}],
   "source": [
    "import asyncio\n",
    "\n",
    "async def export():\n",
    "    return \"\u00b5\"\n",
    "\n",
    "asyncio.run(export())"
   ]
  }
 ],
 "metadata": {"language_info": {"name": "python"}},
 "nbformat": 4,
 "nbformat_minor": 5
}"##;

/// Checks both ways on one file, at both levels.
#[track_caller]
fn check(path: &str, content: impl AsRef<[u8]>) {
    let content = content.as_ref();
    for level in ["safe", "review"] {
        let (patched, migrated) = (Project::empty(), Project::empty());
        patched.write(path, content);
        migrated.write(path, content);
        let arguments = ["--safety", level, "."];
        let patch = patched.output(&[&["diff", "--format", "patch"][..], &arguments].concat());
        apply(&patched, &patch.stdout);
        let run = migrated.run(&[&["migrate", "--allow-dirty"][..], &arguments].concat());
        assert_ne!(
            migrated.read(path),
            content,
            "nothing was migrated: {run:?}"
        );
        assert_eq!(
            patched.tree(),
            migrated.tree(),
            "the patch was
{}",
            String::from_utf8_lossy(&patch.stdout)
        );
    }
}

/// Gives the patch to git as bytes, since a file's encoding is the patch's.
#[track_caller]
pub(crate) fn apply(project: &Project, patch: &[u8]) {
    project.write("change.patch", patch);
    let output = Command::new("git")
        .args([
            "-c",
            "core.autocrlf=false",
            "apply",
            "--whitespace=nowarn",
            "change.patch",
        ])
        .current_dir(project.root())
        .env("GIT_CEILING_DIRECTORIES", project.root())
        .output()
        .expect("git can be started");
    let stderr = String::from_utf8_lossy(&output.stderr);
    let patch = String::from_utf8_lossy(patch);
    assert!(output.status.success(), "git apply: {stderr}\n{patch}");
    std::fs::remove_file(project.root().join("change.patch")).expect("it was there");
}

#[test]
fn plain_file() {
    check("a.py", BLOCKING);
}

#[test]
fn crlf() {
    check("a.py", BLOCKING.replace('\n', "\r\n"));
}

#[test]
fn mixed_line_ends() {
    check("a.py", BLOCKING.replacen('\n', "\r\n", 2));
}

#[test]
fn lone_carriage_returns() {
    check("a.py", BLOCKING.replace('\n', "\r"));
}

#[test]
fn no_final_newline() {
    check("a.py", BLOCKING.trim_end());
}

#[test]
fn bom() {
    check("a.py", format!("\u{feff}{BLOCKING}"));
}

#[test]
fn latin_1() {
    let head = b"# -*- coding: latin-1 -*-\nname = 'Gr\xf6\xdfe'\n";
    check("a.py", [head, BLOCKING.as_bytes()].concat());
}

#[test]
fn spaces_and_umlauts_in_names() {
    check("weather stations/größe 2.py", BLOCKING);
}

#[test]
fn notebook() {
    check("a.ipynb", NOTEBOOK);
}

#[test]
fn far_apart_hunks() {
    let filler = "mark = 1\n".repeat(40);
    check(
        "a.py",
        format!("{BLOCKING}{filler}\nasync def more():\n    time.sleep(2)\n"),
    );
}
