//! Paths as typed → the standard input, where that is what is meant.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::args::RunArguments;
use crate::source::read::MAX_BYTES;

/// What came from the standard input.
pub(super) struct Stdin {
    /// The name it has.
    pub(super) path: PathBuf,
    /// Its content.
    pub(super) bytes: Vec<u8>,
}

impl Stdin {
    /// Reads it, where `-` or a name for it was typed.
    pub(super) fn read(arguments: &RunArguments) -> anyhow::Result<Option<Self>> {
        let Some(path) = name(arguments)? else {
            return Ok(None);
        };
        let mut bytes = Vec::new();
        // More than that is refused, whatever it is.
        let mut input = io::stdin().lock().take(MAX_BYTES + 1);
        let read = input.read_to_end(&mut bytes);
        read.context("standard input cannot be read")?;
        Ok(Some(Self { path, bytes }))
    }
}

fn name(arguments: &RunArguments) -> anyhow::Result<Option<PathBuf>> {
    let is = |text: &str| arguments.paths == [Path::new(text)];
    let has_dash = arguments.paths.iter().any(|path| path == Path::new("-"));
    match &arguments.stdin_filename {
        // Editors leave the `-` out, as ruff allows.
        Some(name) if is("-") || is(".") => Ok(Some(name.clone())),
        None if is("-") => Ok(Some(PathBuf::from("-"))),
        _ if has_dash => bail!("`-` is standard input: it must be the only path"),
        Some(_) => {
            bail!("--stdin-filename needs `-` as the only path")
        }
        None => Ok(None),
    }
}
