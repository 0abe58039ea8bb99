//! A folder → the YAML files in it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::CatalogError;
use crate::source::read::ReadError;
use crate::source::tree::{leads_out, top};

/// Lists the YAML files of a folder and its folders, in order of path.
///
/// # Errors
///
/// A folder that cannot be read.
pub fn yaml_files(folder: &Path) -> Result<Vec<PathBuf>, CatalogError> {
    if !folder.is_dir() {
        return Err(CatalogError::NoFolder {
            folder: folder.to_path_buf(),
            is_file: folder.exists(),
        });
    }
    // A folder may be named wherever it is; a link that is found in it stays in its tree.
    let tree = folder.canonicalize().map(|real| top(&real, &real));
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).map_err(|error| read_error(&folder, error))?;
        for entry in entries {
            let entry = entry.map_err(|error| read_error(&folder, error))?;
            let kind = entry.file_type();
            let kind = kind.map_err(|error| read_error(&folder, error))?;
            let path = entry.path();
            if kind.is_dir() {
                folders.push(path);
            } else if is_yaml(&path) {
                if kind.is_symlink() && tree.as_ref().is_ok_and(|tree| leads_out(&path, tree)) {
                    return Err(read_error(&path, ReadError::Outside.into()));
                }
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// Returns whether a file is YAML by its name.
pub fn is_yaml(path: &Path) -> bool {
    let extension = path.extension();
    extension.is_some_and(|extension| extension == "yaml" || extension == "yml")
}

/// What a file or folder that cannot be read is to a catalog.
pub(super) fn read_error(path: &Path, source: io::Error) -> CatalogError {
    CatalogError::Read {
        path: path.to_path_buf(),
        source,
    }
}
