//! Embeds the recipes, tables, packs and common parts under `codemods/`, and the examples of the recipe language, in a
//! release: adding one touches no Rust. A debug build reads them where they lie.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use list::{CODEMODS, LANGUAGE, OTHERS, name, stamp, yaml_files};

#[path = "src/recipe/embedded/list.rs"]
mod list;

/// Set to embed them in a debug build, too.
const EMBED: &str = "AWAITIFY_EMBED";

fn main() -> io::Result<()> {
    println!("cargo::rustc-check-cfg=cfg(embedded)");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/recipe/embedded/list.rs");
    println!("cargo::rerun-if-env-changed={EMBED}");
    let is_debug = env::var_os("PROFILE").is_some_and(|it| it == "debug");
    if is_debug && env::var_os(EMBED).is_none() {
        return Ok(());
    }
    println!("cargo::rustc-cfg=embedded");
    println!("cargo::rerun-if-changed={CODEMODS}");
    println!("cargo::rerun-if-changed={LANGUAGE}");
    let codemods = Path::new(CODEMODS);
    embed("recipes.rs", &list_files(codemods, &OTHERS)?)?;
    for folder in OTHERS {
        let files = list_files(&codemods.join(folder), &[])?;
        embed(&format!("{folder}.rs"), &files)?;
    }
    embed("language.rs", &list_files(Path::new(LANGUAGE), &[])?)
}

fn list_files(folder: &Path, without: &[&str]) -> io::Result<Vec<PathBuf>> {
    yaml_files(Path::new(""), folder, without)
}

/// Writes paths, stamps and texts as an array.
fn embed(file: &str, paths: &[PathBuf]) -> io::Result<()> {
    let root = env::current_dir()?;
    let mut list = String::from("&[\n");
    for path in paths {
        let stamp = stamp(&fs::read_to_string(path)?);
        let (name, path) = (name(path), root.join(path));
        // Writing to a string cannot fail.
        let _ = writeln!(list, "    ({name:?}, {stamp}, include_str!({path:?})),");
    }
    list.push_str("]\n");
    let out = env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?;
    fs::write(Path::new(&out).join(file), list)
}
