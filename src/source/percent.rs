//! Text of a `.py` → the cells its marker lines would cut it into.
//!
//! Only candidates: a marker inside a string or a function body looks the same, and is told apart
//! by the parser ([`crate::python::parse`]).

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use ruff_source_file::UniversalNewlineIterator;
use ruff_text_size::{TextLen, TextRange, TextSize};

use super::cell::{Cell, CellKind};

/// Returns the candidate cells in order; none where no line looks like a marker.
pub fn cells(text: &str) -> Vec<Cell> {
    let header = Header::find(text);
    if !header.is_light && !may_have_markers(text) {
        return Vec::new();
    }
    let body = &text[header.end.to_usize()..];
    let mut cells = Vec::new();
    for line in UniversalNewlineIterator::with_offset(body, header.end) {
        let Some(marker) = Marker::parse(line.trim_start_matches('\u{feff}'), header.is_light)
        else {
            continue;
        };
        cells.push(Cell {
            number: 0,
            kind: marker.kind,
            range: TextRange::empty(line.start()),
            title: Some(marker.title.to_owned()).filter(|title| !title.is_empty()),
        });
    }
    if let Some(first) = cells.first()
        && let Some(before) = unmarked(text, TextRange::new(header.end, first.range.start()))
    {
        cells.insert(0, before);
    }
    complete(text, &mut cells);
    cells
}

/// Returns whether a sign of a marker stands anywhere: in most files there is none.
fn may_have_markers(text: &str) -> bool {
    static SIGNS: LazyLock<Option<AhoCorasick>> =
        LazyLock::new(|| AhoCorasick::new(["%%", "In[", "<codecell>"]).ok());
    SIGNS.as_ref().is_none_or(|signs| signs.is_match(text))
}

/// Lets every cell reach to the next one, and gives it its number and, by its first line, its kind.
fn complete(text: &str, cells: &mut [Cell]) {
    let mut end = text.text_len();
    for cell in cells.iter_mut().rev() {
        cell.range = TextRange::new(cell.range.start(), end);
        end = cell.range.start();
    }
    for (number, cell) in (1..).zip(cells) {
        cell.number = number;
        if cell.kind == CellKind::Code {
            cell.kind = CellKind::of_code(first_line(&text[cell.range]));
        }
    }
}

/// Returns the length of the marker line a cell's text begins with, its end included; 0 without one.
pub fn marker_len(cell: &str) -> usize {
    let line = UniversalNewlineIterator::from(cell).next();
    line.filter(|line| Marker::parse(line.trim_start_matches('\u{feff}'), true).is_some())
        .map_or(0, |line| line.full_end().to_usize())
}

/// Returns the first line of a cell's own text, the comment sign of a commented magic taken off.
fn first_line(cell: &str) -> &str {
    let content = cell[marker_len(cell)..].trim_start();
    let line = content.split(['\n', '\r']).next().unwrap_or(content);
    line.trim_start_matches(['#', ' '])
}

/// Returns the text before the first marker as a cell, if it holds code.
fn unmarked(text: &str, range: TextRange) -> Option<Cell> {
    let is_code = |line: &str| {
        let line = line.trim_start_matches('\u{feff}').trim();
        !line.is_empty() && !line.starts_with('#')
    };
    UniversalNewlineIterator::from(&text[range])
        .any(|line| is_code(&line))
        .then_some(Cell {
            number: 0,
            kind: CellKind::Code,
            range,
            title: None,
        })
}

/// A line that begins a cell.
struct Marker<'a> {
    title: &'a str,
    kind: CellKind,
}

impl<'a> Marker<'a> {
    /// Reads `# %%`, `#%% title`, `# %%% sub-cell`, `# In[1]:`, `# <codecell>`, and in jupytext's
    /// light format `# +` and `# -`; `None` for anything else, such as a commented magic `# %%time`.
    fn parse(line: &'a str, is_light: bool) -> Option<Self> {
        let sign = line.strip_prefix('#')?.trim_start_matches([' ', '\t']);
        let title = if let Some(rest) = sign.strip_prefix("%%") {
            let rest = rest.trim_start_matches('%');
            let is_marker = rest.is_empty() || rest.starts_with([' ', '\t', '[']);
            is_marker.then_some(rest)
        } else if let Some(rest) = sign.strip_prefix("In[") {
            let (count, rest) = rest.split_once(']')?;
            let is_marker = count.chars().all(|c| c.is_ascii_digit() || c == ' ')
                && matches!(rest.trim_end(), "" | ":");
            is_marker.then_some("")
        } else if let Some(rest) = sign.strip_prefix("<codecell>") {
            Some(rest)
        } else if let Some(rest) = line.strip_prefix("# +").filter(|_| is_light) {
            let is_marker = rest.is_empty() || rest.starts_with([' ', '[', '{']);
            is_marker.then_some(rest)
        } else {
            (is_light && line.trim_end() == "# -").then_some("")
        }?
        .trim();
        let is_prose = ["[markdown]", "[md]", "[raw]"]
            .iter()
            .any(|kind| title.contains(kind));
        Some(Self {
            title,
            kind: if is_prose {
                CellKind::Prose
            } else {
                CellKind::Code
            },
        })
    }
}

/// Returns the `formats` of Jupytext's header: which files are kept equal to this one.
pub fn paired_formats(text: &str) -> Option<String> {
    let header = &text[..Header::find(text).end.to_usize()];
    let mut lines = header.lines();
    let formats = lines.find_map(|line| {
        let line = line.trim_start_matches(['#', ' ']);
        line.strip_prefix("formats:")
    })?;
    Some(formats.trim().trim_matches(['"', '\'']).to_owned())
}

/// Jupytext's header: YAML in comments between two `# ---`, behind a shebang or encoding line at most.
struct Header {
    /// Offset behind it; 0 without a header.
    end: TextSize,
    is_light: bool,
}

impl Header {
    fn find(text: &str) -> Self {
        let none = Self {
            end: TextSize::new(0),
            is_light: false,
        };
        let (mut is_open, mut is_light) = (false, false);
        for line in UniversalNewlineIterator::from(text) {
            let content = line.trim_start_matches('\u{feff}').trim_end();
            match (is_open, content) {
                (true, "# ---") => {
                    return Self {
                        end: line.full_end(),
                        is_light,
                    };
                }
                (false, "# ---") => is_open = true,
                (true, _) if content.starts_with('#') => {
                    is_light |= content.trim_start_matches(['#', ' ']) == "format_name: light";
                }
                (false, _) if content.starts_with("#!") => {}
                (false, _) if content.starts_with('#') && content.contains("coding") => {}
                _ => return none,
            }
        }
        none
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each cell as `kind:title:text`, the kind by its first letter.
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let cells: Vec<String> = cells(text)
            .into_iter()
            .map(|cell| {
                let kind = format!("{:?}", cell.kind);
                let title = cell.title.unwrap_or_default();
                format!("{}:{title}:{}", &kind[..1], &text[cell.range])
            })
            .collect();
        assert_eq!(cells, expected);
    }

    #[test]
    fn markers_begin_cells() {
        check(
            "# %%\na\n#%% Title\nb\n",
            &["C::# %%\na\n", "C:Title:#%% Title\nb\n"],
        );
        check(
            "# In[1]:\na\n# In[ ]:\nb",
            &["C::# In[1]:\na\n", "C::# In[ ]:\nb"],
        );
        check("# <codecell>\r\na\r\n", &["C::# <codecell>\r\na\r\n"]);
        check("# %%% sub\r# %%", &["C:sub:# %%% sub\r", "C::# %%"]);
    }

    #[test]
    fn prose_is_told_by_the_marker() {
        check(
            "# %% [markdown]\n# x\n",
            &["P:[markdown]:# %% [markdown]\n# x\n"],
        );
        check("# %%[md]\n", &["P:[md]:# %%[md]\n"]);
    }

    #[test]
    fn what_only_resembles_a_marker_begins_no_cell() {
        check(
            "# %%time\nx\n # %%\n# In[a]\n# In[1] first\n# + x\nx = 5 # %%\n",
            &[],
        );
    }

    #[test]
    fn code_before_the_first_marker_is_a_cell() {
        check("import a\n# %%\nb\n", &["C::import a\n", "C::# %%\nb\n"]);
        check("#!/usr/bin/python\n\n# %%\nb\n", &["C::# %%\nb\n"]);
        check("\u{feff}# %%\nb\n", &["C::\u{feff}# %%\nb\n"]);
    }

    #[test]
    fn a_jupytext_header_belongs_to_no_cell() {
        check(
            "# ---\n# jupyter:\n# ---\nx\n# %%\n",
            &["C::x\n", "C::# %%\n"],
        );
        check(
            "coding = 1\n# ---\n# ---\n# %%\n",
            &["C::coding = 1\n# ---\n# ---\n", "C::# %%\n"],
        );
    }

    #[test]
    fn a_header_names_the_formats_of_a_pair() {
        let header = "# ---\n# jupyter:\n#   jupytext:\n#     formats: ipynb,py:percent\n# ---\n";
        let formats = paired_formats(&format!("{header}\n# %%\n"));
        assert_eq!(formats.as_deref(), Some("ipynb,py:percent"));
        assert_eq!(paired_formats("# formats: ipynb,py\n"), None);
    }

    #[test]
    fn light_markers_count_where_the_header_says_so() {
        let header = "# ---\n# jupytext:\n#     format_name: light\n# ---\n";
        check(
            &format!("{header}# + [markdown]\n# -\na\n"),
            &["P:[markdown]:# + [markdown]\n", "C::# -\na\n"],
        );
    }

    #[test]
    fn the_first_line_of_a_cell_may_make_it_foreign() {
        check("# %%\n\n%%bash\nls\n", &["F::# %%\n\n%%bash\nls\n"]);
        check("# %%\n# %%html\n# <p>\n", &["F::# %%\n# %%html\n# <p>\n"]);
        check("# %%\n# %%time\nf()\n", &["C::# %%\n# %%time\nf()\n"]);
    }
}
