//! Files of some names above a file → does one of them have a text? A file is read once for all questions.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use globset::Glob;
use rustc_hash::FxHashMap;

use super::files::Texts;

/// What is asked of the files that say something about those below them.
pub struct TextQuestion<'q> {
    /// What tells it from other questions.
    pub id: usize,
    /// Names or paths in a folder, with `*` in the last part for any text.
    pub names: &'q [String],
    /// Whether a text is one that is looked for.
    pub fits: &'q dyn Fn(&str) -> bool,
}

/// The answers of folders.
#[derive(Debug, Default)]
pub(super) struct FolderTexts(Mutex<ReadTexts>);

#[derive(Debug, Default)]
struct ReadTexts {
    answers: FxHashMap<(usize, PathBuf), bool>,
    /// Many questions are about the same few files.
    texts: FxHashMap<PathBuf, Arc<str>>,
}

impl FolderTexts {
    /// Two threads may read a folder at once; both read the same.
    pub(super) fn in_folder(&self, folder: &Path, asked: &TextQuestion, texts: &Texts) -> bool {
        let question = (asked.id, folder.to_owned());
        if let Some(answer) = self.known().answers.get(&question) {
            return *answer;
        }
        let mut files = asked.names.iter().flat_map(|it| named(folder, it, texts));
        let answer = files.any(|file| (asked.fits)(&self.text(file, texts)));
        self.known().answers.insert(question, answer);
        answer
    }

    fn text(&self, file: PathBuf, texts: &Texts) -> Arc<str> {
        if let Some(text) = self.known().texts.get(&file) {
            return text.clone();
        }
        let text: Arc<str> = texts.find(&file).into();
        self.known().texts.insert(file, text.clone());
        text
    }

    fn known(&self) -> MutexGuard<'_, ReadTexts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The files that a name means in a folder.
fn named(folder: &Path, name: &str, texts: &Texts) -> Vec<PathBuf> {
    if !name.contains('*') {
        return vec![folder.join(name)];
    }
    let path = folder.join(name);
    let (Some(parent), Some(last)) = (path.parent(), Path::new(name).file_name()) else {
        return Vec::new();
    };
    let Ok(glob) = Glob::new(&last.to_string_lossy()) else {
        return Vec::new();
    };
    let glob = glob.compile_matcher();
    let mut files = texts.list(parent);
    files.retain(|file| file.file_name().is_some_and(|it| glob.is_match(it)));
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, expected: &[&str]) {
        let files = ["a.py", "b.py", "c.txt", "ci/d.yml", "ci/e.py"];
        let texts: Vec<(&str, &str)> = files.iter().map(|file| (*file, *file)).collect();
        let texts = Texts::of(&texts);
        let found = named(Path::new(""), name, &texts);
        let found: Vec<_> = found.iter().filter_map(|it| it.to_str()).collect();
        assert_eq!(found, expected, "{name}");
    }

    #[test]
    fn a_name_may_be_a_path_and_may_stand_for_several() {
        check("*.py", &["a.py", "b.py"]);
        check("ci/*.yml", &["ci/d.yml"]);
        check("c.txt", &["c.txt"]);
        check("none/*.py", &[]);
    }

    #[test]
    fn a_folder_is_read_once_for_a_question() {
        let texts = Texts::of(&[("a.ini", "mode = auto")]);
        let said = FolderTexts::default();
        let names = ["*.ini".to_owned()];
        let ask = |id, fits: &dyn Fn(&str) -> bool| {
            let asked = TextQuestion {
                id,
                names: &names,
                fits,
            };
            said.in_folder(Path::new(""), &asked, &texts)
        };
        assert!(ask(1, &|text| text.contains("auto")));
        assert!(ask(1, &|_| panic!("it is known")));
        assert!(!ask(2, &|text| text.contains("strict")));
    }
}
