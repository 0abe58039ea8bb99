//! `!pip install a b`, `%pip install a`: a line of a notebook that installs packages.

use ruff_text_size::TextSize;

use super::entry::{Entry, package, range};

/// Installers, as they stand before `install`.
const INSTALLERS: [&str; 6] = ["pip", "pip3", "conda", "mamba", "micromamba", "uv"];

/// Options that take the next word.
const WITH_VALUE: [&str; 24] = [
    "--channel",
    "--constraint",
    "--editable",
    "--extra-index-url",
    "--find-links",
    "--index-url",
    "--log",
    "--name",
    "--no-binary",
    "--only-binary",
    "--platform",
    "--prefix",
    "--progress-bar",
    "--proxy",
    "--requirement",
    "--root",
    "--target",
    "--timeout",
    "--trusted-host",
    "-c",
    "-f",
    "-i",
    "-n",
    "-t",
];

/// Options whose value says what else is installed.
const WITH_MORE: [&str; 4] = ["-r", "--requirement", "-e", "--editable"];

/// One word of a command line.
struct Word<'t> {
    start: usize,
    end: usize,
    /// Without quotes.
    text: &'t str,
}

/// Returns whether a line of a text may install packages: a look before it is parsed.
pub fn may_install(text: &str) -> bool {
    memchr::memmem::find(text.as_bytes(), b"install").is_some()
}

/// Returns the packages that a line (`!…` or `%…`) installs; none where it does more than that.
///
/// `line` is the magic as it stands in the file, from `at` on.
pub fn installs(line: &str, at: TextSize) -> Vec<Entry> {
    let words = words(line);
    let Some(first) = behind_install(&words) else {
        return Vec::new();
    };
    if words
        .iter()
        .any(|word| matches!(word.text, "&&" | ";" | "||") || word.text.ends_with(';'))
    {
        return Vec::new();
    }
    let (packages, others) = named(&words, first);
    let is_alone = packages.len() == 1 && others == 0;
    let from = at.to_usize();
    let entry = |(index, package): (usize, String)| {
        let word = &words[index];
        // What parts it from the word before goes with it, a line's end too.
        let before = words[index - 1].end;
        Entry {
            package,
            range: range(from + word.start, from + word.end),
            whole: range(from + before, from + word.end),
            is_alone,
        }
    };
    packages.into_iter().map(entry).collect()
}

/// Returns the packages among the words, with their places, and how much else is installed.
fn named(words: &[Word], first: usize) -> (Vec<(usize, String)>, usize) {
    let (mut packages, mut others, mut skips) = (Vec::new(), 0, false);
    for (index, word) in words.iter().enumerate().skip(first) {
        let text = word.text;
        if text.starts_with(['|', '>', '<', '#']) || text.starts_with("2>") {
            break;
        }
        match package(text) {
            _ if std::mem::take(&mut skips) => {}
            _ if text.starts_with('-') => {
                skips = WITH_VALUE.contains(&text) || WITH_MORE.contains(&text);
                others += usize::from(WITH_MORE.contains(&text));
            }
            Some(package) => packages.push((index, package)),
            None => others += 1,
        }
    }
    (packages, others)
}

/// Returns the place behind `install`, where an installer stands before it.
fn behind_install(words: &[Word]) -> Option<usize> {
    let at = words.iter().position(|word| word.text == "install")?;
    let is_installer = |word: &Word| {
        let name = word.text.trim_start_matches(['!', '%']);
        let name = name.rsplit('/').next().unwrap_or(name);
        INSTALLERS.contains(&name)
    };
    words[..at].iter().any(is_installer).then_some(at + 1)
}

/// Cuts a line as a shell does: quotes hold a word together, a backslash at the end joins lines.
fn words(line: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut start: Option<usize> = None;
    let mut quote: Option<char> = None;
    let ends = line.char_indices().chain([(line.len(), ' ')]);
    for (at, c) in ends {
        let is_blank = c.is_whitespace() && (quote.is_none() || at == line.len());
        match start {
            None if !is_blank => start = Some(at),
            Some(from) if is_blank => {
                let text = line[from..at].trim_matches(['"', '\'']);
                if text != "\\" {
                    let word = Word {
                        start: from,
                        end: at,
                        text,
                    };
                    words.push(word);
                }
                start = None;
            }
            _ => {}
        }
        match quote {
            None if matches!(c, '"' | '\'') => quote = Some(c),
            Some(open) if open == c => quote = None,
            _ => {}
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Compares what is left of a line without its `x_y`; `gone` where the line has nothing else.
    #[track_caller]
    fn check(line: &str, expected: Option<&str>) {
        let entries = installs(line, TextSize::new(0));
        let entry = entries.iter().find(|entry| entry.package == "x-y");
        let found = entry.map(|entry| {
            let mut after = line.to_owned();
            after.replace_range(std::ops::Range::<usize>::from(entry.whole), "");
            if entry.is_alone {
                "gone".to_owned()
            } else {
                after
            }
        });
        assert_eq!(found.as_deref(), expected, "{line}");
    }

    #[test]
    fn a_word_goes_or_the_line() {
        check(
            "!pip install -q x_y \"a>=3\"",
            Some("!pip install -q \"a>=3\""),
        );
        check("%pip install a 'x-y[b]>=1'", Some("%pip install a"));
        check("!pip3 install -q --upgrade x_y", Some("gone"));
        check("!{sys.executable} -m pip install x_y", Some("gone"));
        check("%conda install -c conda-forge -y x-y", Some("gone"));
        check("!uv pip install x_y > /dev/null 2>&1", Some("gone"));
        check("!pip install -r a.txt x_y", Some("!pip install -r a.txt"));
        check("!pip install ./a x_y", Some("!pip install ./a"));
        check(
            "!pip install a \\\n  x_y \\\n  b",
            Some("!pip install a \\\n  b"),
        );
        check("!pip install a \\\n  x_y", Some("!pip install a"));
    }

    #[test]
    fn other_lines_are_left() {
        check("!pip uninstall x_y", None);
        check("!pip install -r x_y", None);
        check("!pip install a && echo x_y", None);
        check("!pip install a | grep x_y", None);
        check("!echo install x_y", None);
        check("!pip install x_yz", None);
    }
}
