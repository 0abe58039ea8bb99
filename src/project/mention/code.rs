//! A line of Python → the files and modules that its strings name, for something that runs them.

use super::{Mention, is_of_notebook, served, words};

/// Functions that load a module which a text names.
const LOADS: [&str; 3] = ["run_module", "import_module", "__import__"];

/// Returns what a line of Python names in its strings.
pub(super) fn in_code(line: &str) -> Vec<Mention> {
    let code = line.split_once('#').map_or(line, |(code, _)| code);
    let signs = LOADS.iter().chain(&[".py", "-m", ".run("]);
    let names_some = signs.into_iter().any(|it| code.contains(it));
    if !names_some || words(code).any(is_of_notebook) {
        return Vec::new();
    }
    let mut found: Vec<Mention> = words(code).filter_map(Mention::of_file).collect();
    let mut rest = words(code).filter(|word| !word.ends_with('='));
    while let Some(word) = rest.next() {
        if word == "-m" || LOADS.iter().any(|it| word.ends_with(it)) {
            let module = rest.next().map(|it| it.trim_start_matches('.'));
            found.extend(module.and_then(Mention::of_module));
        }
    }
    if code.contains(".run(") {
        found.extend(words(code).filter_map(served));
    }
    found
}
