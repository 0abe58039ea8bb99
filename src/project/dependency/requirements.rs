//! `requirements.txt` and its like, as pip reads them.

use super::entry::{Entry, lines, package, range};

/// Returns the entries; a line that ends with `\` goes on in the next one.
pub(super) fn entries(text: &str) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut lines = lines(text);
    while let Some((start, first)) = lines.next() {
        let (mut end, mut last) = (start + first.len(), first);
        while is_continued(last)
            && let Some((at, next)) = lines.next()
        {
            (end, last) = (at + next.len(), next);
        }
        let written = first.trim_start();
        let from = start + first.len() - written.len();
        let Some(package) = package(written) else {
            continue;
        };
        let code = written.split(" #").next().unwrap_or(written);
        let code = code.trim_end().trim_end_matches('\\').trim_end();
        entries.push(Entry {
            package,
            range: range(from, from + code.len()),
            whole: range(start, end),
            is_alone: false,
        });
    }
    entries
}

fn is_continued(line: &str) -> bool {
    line.trim_end_matches(['\r', '\n']).ends_with('\\')
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use crate::source::package_list::PackageList::Requirements;

    #[test]
    fn an_entry_is_its_logical_line() {
        check(Requirements, "a\nX_y==1.0  # why\nb\n", &["a\nb\n"]);
        check(Requirements, "# x-y\n-r x-y.txt\nx-yz\n", &[]);
        check(Requirements, "a\nx.y[s]>=1 ; python_version<'3'", &["a\n"]);
        check(
            Requirements,
            "a\nx-y==1 \\\n    --hash=sha256:1 \\\n    --hash=sha256:2\nb\n",
            &["a\nb\n"],
        );
        check(Requirements, "x-y\r\nb\r\n", &["b\r\n"]);
        check(Requirements, "x-y<2\nx_y>1\n", &["x_y>1\n", "x-y<2\n"]);
    }
}
