//! A path → the form of list it has, if it says which packages a project needs.

use std::path::Path;

/// How a file lists packages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PackageList {
    /// One requirement a line, as pip reads it.
    Requirements,
    /// Versions, as pip reads them, of what other lists ask for.
    Constraints,
    /// `pyproject.toml` and `Pipfile`.
    Toml,
    /// `setup.cfg`.
    Config,
    /// A conda environment.
    Environment,
}

impl PackageList {
    /// Returns the form that the file's name tells.
    pub fn of(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?;
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
        match (name, extension) {
            ("pyproject.toml" | "Pipfile", _) => Some(Self::Toml),
            ("setup.cfg", _) => Some(Self::Config),
            (_, "yml" | "yaml") if stem.contains("environment") => Some(Self::Environment),
            (_, "txt" | "in") => {
                if stem.contains("constraints") {
                    return Some(Self::Constraints);
                }
                let folder = path.parent().and_then(Path::file_name);
                let is_one = stem.contains("requirements")
                    || !stem.is_empty() && folder.is_some_and(|folder| folder == "requirements");
                is_one.then_some(Self::Requirements)
            }
            _ => None,
        }
    }
}

/// Returns the folder whose files a list is for: the one that it is in, or that holds its folder
/// `requirements`.
pub fn folder_of(list: &Path) -> Option<&Path> {
    let folder = list.parent()?;
    match folder.file_name() {
        Some(name) if name == "requirements" => folder.parent(),
        _ => Some(folder),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, expected: Option<PackageList>) {
        assert_eq!(PackageList::of(Path::new(path)), expected, "{path}");
    }

    #[test]
    fn a_list_is_for_the_folder_that_it_stands_in() {
        let folder = |list| folder_of(Path::new(list)).and_then(Path::to_str);
        assert_eq!(folder("a/requirements.txt"), Some("a"));
        assert_eq!(folder("a/requirements/base.txt"), Some("a"));
        assert_eq!(folder("requirements.txt"), Some(""));
    }

    #[test]
    fn lists_are_known_by_their_names() {
        check("a/requirements.txt", Some(PackageList::Requirements));
        check("dev-requirements.in", Some(PackageList::Requirements));
        check("requirements/base.txt", Some(PackageList::Requirements));
        check("constraints.txt", Some(PackageList::Constraints));
        check("pyproject.toml", Some(PackageList::Toml));
        check("Pipfile", Some(PackageList::Toml));
        check("setup.cfg", Some(PackageList::Config));
        check("environment-dev.yml", Some(PackageList::Environment));
        check("notes.txt", None);
        check("Pipfile.lock", None);
        check("requirements.py", None);
    }
}
