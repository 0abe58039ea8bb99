//! Lists the recipes under `codemods/` for the binary, so that adding one touches no Rust.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Folders of `codemods/` that hold no recipes.
const OTHERS: [&str; 2] = ["packs", "tables"];

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=codemods");
    let root = env::current_dir()?;
    let mut list = String::from("&[\n");
    for path in recipes(Path::new("codemods"))? {
        let name = path.to_string_lossy().replace('\\', "/");
        let file = root.join(&path);
        // Writing to a string cannot fail.
        let _ = writeln!(list, "    ({name:?}, include_str!({file:?})),");
    }
    list.push_str("]\n");
    let out = env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?;
    fs::write(Path::new(&out).join("shipped.rs"), list)
}

fn recipes(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if path.is_dir() && !OTHERS.contains(&name.as_str()) {
            paths.extend(recipes(&path)?);
        } else if name.ends_with(".yaml") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}
