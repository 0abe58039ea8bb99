//! READMEs, Makefiles, workflows, other Python … → which files they name as something to run.

use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;

use super::files::Files;
use super::import_index::module_parts;
use super::instruction::{Manner, manner};
use super::mention::{Mention, mentions};

/// Every mention found, by the last part of what is named; each list in order of path.
#[derive(Debug, Default)]
pub(super) struct Runs(FxHashMap<String, Vec<(PathBuf, Mention)>>);

impl Runs {
    /// Reads all that may name a file, each once.
    pub(super) fn build(files: &Files) -> Self {
        let mut runs = Self::default();
        for path in &files.instructions {
            if let Some(manner) = manner(path) {
                runs.add(path, &files.texts.read(path), manner);
            }
        }
        for path in &files.python {
            runs.add(path, &files.texts.read(path), Manner::Code);
        }
        runs
    }

    fn add(&mut self, path: &Path, text: &str, manner: Manner) {
        for mention in mentions(text, manner) {
            if let Some(last) = mention.module.last() {
                let named = self.0.entry(last.clone()).or_default();
                named.push((path.to_owned(), mention));
            }
        }
    }

    /// Returns who says that the file is run, as a sentence; a path may be given from any directory.
    pub(super) fn of(&self, path: &Path) -> Option<String> {
        let module = module_parts(path);
        let fits = |(by, mention): &&(PathBuf, Mention)| {
            let named = &mention.module;
            let is_main = named.len() == 1 && named[0] == "__main__";
            // Of itself a file says it by a command only.
            let speaks = by != path || mention.sure;
            let meant = module.ends_with(named) || mention.whole && named.ends_with(&module);
            speaks && meant && !is_main
        };
        let named = self.0.get(module.last()?)?;
        let sure = named.iter().filter(fits).find(|(_, mention)| mention.sure);
        let (by, mention) = sure.or_else(|| named.iter().find(fits))?;
        Some(match mention.sure {
            true if by == path => "its own text says how to run it".to_owned(),
            true => format!("{} runs it as a script", by.display()),
            false => format!("{} names it, perhaps to run it", by.display()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::files::Texts;
    use super::*;

    #[track_caller]
    fn check(by: &str, text: &str, path: &str, expected: Option<&str>) {
        let files = Files::list(Texts::of(&[(by, text), (path, "# python x.py\n# %%\n")]));
        let found = Runs::build(&files).of(Path::new(path));
        assert_eq!(found.as_deref(), expected, "{by}: {text}");
    }

    #[test]
    fn any_file_of_the_project_may_run_another() {
        let sure = Some("README.md runs it as a script");
        check("README.md", "python a/b.py", "a/b.py", sure);
        check("README.md", "CMD python b.py", "src/b.py", sure);
        check("README.md", "python other.py b.py", "b.py", None);
        check("README.md", "python xb.py", "b.py", None);
        check("README.md", "python /app/b.py", "b.py", sure);
        check("README.md", "python other/b.py", "b.py", None);
        let perhaps = |by: &str| format!("{by} names it, perhaps to run it");
        let run = perhaps("deploy/app.service");
        check(
            "deploy/app.service",
            "ExecStart=tool b.py",
            "b.py",
            Some(&run),
        );
        check(
            "run_all.py",
            "run('b.py')",
            "b.py",
            Some(&perhaps("run_all.py")),
        );
        check("data.json", "\"run\": \"b.py\"", "b.py", None);
    }

    #[test]
    fn a_file_may_say_itself_how_to_run_it() {
        check("a.md", "", "x.py", Some("its own text says how to run it"));
        check("a.md", "", "y.py", None);
    }
}
