//! Recipe files → their examples, run now and whenever one of the files is another one.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, SystemTime};

use anyhow::bail;

use super::{Tests, is_file, once};
use crate::cli::args::OutputArguments;
use crate::cli::exit::{self, Ending};
use crate::cli::settings;
use crate::cli::terminal::Terminal;
use crate::recipe::catalog::yaml_files;
use crate::report::view::count;
use crate::text::shown;

/// How often files are looked at.
const PAUSE: Duration = Duration::from_millis(300);

/// Empties a terminal.
const CLEAR: &str = "\x1b[2J\x1b[H";

/// A file, and when it was written, and how long it is; one that is being replaced has neither.
type Stamp = (PathBuf, Option<(SystemTime, u64)>);

/// Runs the examples until the process is ended.
pub(super) fn watch(
    terminal: &mut Terminal,
    output: &OutputArguments,
    tests: &Tests,
) -> anyhow::Result<Ending> {
    let arguments = &tests.arguments;
    let named = arguments.recipes.iter().filter(|name| is_file(name));
    let named: Vec<PathBuf> = named.map(PathBuf::from).collect();
    let folders = settings::own_folders(terminal, &arguments.own)?;
    if named.is_empty() && folders.is_empty() {
        bail!(
            "--watch needs recipe files, or a folder of them (--recipes, or `recipes` of a configuration)"
        );
    }
    let mut known = None;
    loop {
        let stamps = stamps(&named, &folders);
        if known.as_ref() != Some(&stamps) {
            if terminal.view.terminal {
                write!(terminal.out, "{CLEAR}")?;
            }
            match once(terminal, output, tests) {
                Err(error) if exit::is_broken_pipe(&error) => return Err(error),
                Err(error) => {
                    let error = shown::lines(&format!("{error:#}"));
                    writeln!(terminal.err, "error: {error}")?;
                }
                Ok(_) => {}
            }
            let files = count(stamps.len(), "file");
            writeln!(terminal.out, "Watching {files}; Ctrl-C ends it.")?;
            terminal.out.flush()?;
            known = Some(stamps);
        }
        sleep(PAUSE);
    }
}

/// Looks at the files. A folder that is not there has none: it may come back.
fn stamps(named: &[PathBuf], folders: &[PathBuf]) -> Vec<Stamp> {
    let of_folders = folders
        .iter()
        .flat_map(|folder| yaml_files(folder).unwrap_or_default());
    let mut files: Vec<PathBuf> = named.iter().cloned().chain(of_folders).collect();
    // A flag and a configuration may name one folder.
    let whole = |file: &PathBuf| fs::canonicalize(file).unwrap_or_else(|_| file.clone());
    files.sort_by_cached_key(whole);
    files.dedup_by_key(|file| whole(file));
    let stamp = |path: &Path| {
        let metadata = fs::metadata(path).ok()?;
        Some((metadata.modified().ok()?, metadata.len()))
    };
    let stamped = files.into_iter().map(|path| {
        let stamp = stamp(&path);
        (path, stamp)
    });
    stamped.collect()
}
