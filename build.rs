//! Lists the recipes, tables, packs and common parts under `codemods/`, and the examples of the recipe language, for the binary:
//! adding one touches no Rust.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Folders of `codemods/` that hold no recipes.
const OTHERS: [&str; 3] = ["common", "packs", "tables"];

/// The folder with an example for each key of the recipe language, a file for each section.
const WORDS: &str = "docs/language";

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=codemods");
    println!("cargo::rerun-if-changed={WORDS}");
    let codemods = Path::new("codemods");
    embed("shipped.rs", &yaml_files(codemods, &OTHERS)?)?;
    for folder in OTHERS {
        embed(
            &format!("{folder}.rs"),
            &yaml_files(&codemods.join(folder), &[])?,
        )?;
    }
    embed("words.rs", &yaml_files(Path::new(WORDS), &[])?)
}

/// Writes paths, stamps and texts as an array.
fn embed(name: &str, paths: &[PathBuf]) -> io::Result<()> {
    let root = env::current_dir()?;
    let mut list = String::from("&[\n");
    for path in paths {
        let name = path.to_string_lossy().replace('\\', "/");
        let file = root.join(path);
        let stamp = stamp(&fs::read_to_string(path)?);
        // Writing to a string cannot fail.
        let _ = writeln!(list, "    ({name:?}, {stamp}, include_str!({file:?})),");
    }
    list.push_str("]\n");
    let out = env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?;
    fs::write(Path::new(&out).join(name), list)
}

/// Returns what tells a text from others, but for its examples (FNV-1a): what was read off another text is
/// not believed.
fn stamp(text: &str) -> u64 {
    let end = text.find("\nexamples:").unwrap_or(text.len());
    let bytes = text.as_bytes()[..end].iter().filter(|byte| **byte != b'\r');
    bytes.fold(0xcbf2_9ce4_8422_2325, |stamp: u64, byte| {
        (stamp ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
    })
}

fn yaml_files(folder: &Path, without: &[&str]) -> io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if path.is_dir() && !without.contains(&name.as_str()) {
            paths.extend(yaml_files(&path, without)?);
        } else if name.ends_with(".yaml") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}
