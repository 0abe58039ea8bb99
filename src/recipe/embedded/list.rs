//! A folder → the YAML files below it, and what tells a text from others. The build script has this file, too.

use std::path::{Path, PathBuf};
use std::{fs, io};

/// The folder with recipes, by area, and with what they share.
pub(super) const CODEMODS: &str = "codemods";

/// Folders of `codemods/` that hold no recipes.
pub(super) const OTHERS: [&str; 3] = ["common", "packs", "tables"];

/// The folder with an example for each key of the recipe language, a file for each section.
pub(super) const LANGUAGE: &str = "docs/language";

/// Lists the files of a folder of the root, by their paths from there, sorted; not those of some of its folders.
///
/// # Errors
///
/// A folder cannot be read.
pub(super) fn yaml_files(root: &Path, folder: &Path, without: &[&str]) -> io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(root.join(folder))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let path = folder.join(&name);
        if root.join(&path).is_dir() && !without.contains(&name.as_str()) {
            paths.extend(yaml_files(root, &path, without)?);
        } else if name.ends_with(".yaml") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// Returns a path as it is shown, on every system alike.
pub(super) fn name(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// Returns what tells a text from others, but for its examples (FNV-1a): what was read off another text is
/// not believed.
pub(super) fn stamp(text: &str) -> u64 {
    let end = text.find("\nexamples:").unwrap_or(text.len());
    let bytes = text.as_bytes()[..end].iter().filter(|byte| **byte != b'\r');
    bytes.fold(0xcbf2_9ce4_8422_2325, |stamp: u64, byte| {
        (stamp ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
    })
}
