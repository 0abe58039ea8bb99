//! `setup.cfg`: the lists of requirements that setuptools reads.

use super::cut;
use super::entry::{Entry, lines, package, range};
use super::list::List;

/// Keys of `[options]` that list requirements.
const KEYS: [&str; 3] = ["install_requires", "setup_requires", "tests_require"];

/// Returns the lists: a value in the key's line, or one in each indented line below it.
pub(super) fn lists(text: &str) -> Vec<List> {
    let mut found: Vec<(&str, Vec<Entry>)> = Vec::new();
    let (mut section, mut lists) = ("", false);
    for (start, line) in lines(text) {
        let written = line.trim();
        if written.is_empty() || written.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = line.strip_prefix('[') {
            section = name.trim_end().trim_end_matches(']');
            lists = false;
            continue;
        }
        let mut value = written;
        if !line.starts_with([' ', '\t']) {
            let Some((key, rest)) = line.split_once('=') else {
                lists = false;
                continue;
            };
            lists = match section {
                "options" => KEYS.contains(&key.trim()),
                "options.extras_require" => true,
                _ => false,
            };
            value = rest.trim();
            found.push((key.trim(), Vec::new()));
        }
        let at = start + line.rfind(value).unwrap_or_default();
        if let (true, Some((_, list))) = (lists, found.last_mut()) {
            list.extend(entry(text, at, value));
        }
    }
    let lists = found.into_iter();
    lists
        .filter_map(|(key, entries)| List::of_lines(entries, key == KEYS[0]))
        .collect()
}

fn entry(text: &str, at: usize, value: &str) -> Option<Entry> {
    let range = range(at, at + value.len());
    Some(Entry {
        package: package(value)?,
        range,
        whole: cut::around(text, range),
        is_alone: false,
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use crate::source::package_list::PackageList::Config;

    #[test]
    fn lists_of_requirements_are_read() {
        check(
            Config,
            "[options]\ninstall_requires =\n    a\n    x_y>=1\n    b\nzip_safe = x_y\n",
            &["[options]\ninstall_requires =\n    a\n    b\nzip_safe = x_y\n"],
        );
        check(
            Config,
            "[options.extras_require]\ndev =\n    # x-y\n    x-y; python_version<'3'\n",
            &["[options.extras_require]\ndev =\n    # x-y\n"],
        );
        check(
            Config,
            "[options]\ninstall_requires = x-y\n",
            &["[options]\ninstall_requires = \n"],
        );
        check(Config, "[metadata]\nname = x-y\nkeywords =\n    x-y\n", &[]);
    }
}
