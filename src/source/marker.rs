//! The marker line of one more cell in a percent file, written as the file writes its own.

use super::cell::{Cell, CellKind};
use super::percent::marker_len;
use crate::text::blank::{
    blank_lines_after, blank_lines_before, count_lines, line_break_at, line_break_before,
};
use ruff_text_size::{TextLen, TextRange, TextSize};

/// What stands around the code of a new last cell.
#[derive(Debug, PartialEq, Eq)]
pub struct Around {
    /// From the end of the text to the code.
    pub before: String,
    /// Behind the code.
    pub after: String,
}

impl Around {
    /// Takes both.
    pub fn new(before: &str, after: &str) -> Self {
        Self {
            before: before.to_owned(),
            after: after.to_owned(),
        }
    }
}

/// Returns what a new last cell begins and ends with: the marker of the last code cell, the title if
/// the cells of the file have some, and as many blank lines.
pub fn around_last_cell(text: &str, cells: &[Cell], title: &str) -> Around {
    let is_code = |cell: &&Cell| {
        let marker = &text[cell.range][..marker_len(&text[cell.range])];
        // `# -` ends a cell of jupytext's light format.
        cell.kind != CellKind::Prose && !matches!(marker.trim_end(), "" | "# -")
    };
    let marked: Vec<&Cell> = cells.iter().filter(is_code).collect();
    let end = text.text_len();
    let line_break = line_break_at(text, marked.last().map_or(end, |cell| cell.range.start()));
    let has_end = !line_break_before(text, end).is_empty();
    let there = count_lines(&text[TextRange::new(blank_start(text, end), end)]);
    let above = marked.iter().rev().find_map(|cell| blank_above(text, cell));
    let missing = above.unwrap_or(1).saturating_sub(there);
    let below = marked.last().map_or(0, |cell| blank_below(text, cell));
    let (open, close) = if has_end {
        ("", line_break)
    } else {
        (line_break, "")
    };
    let before = format!(
        "{open}{}{}{line_break}{}",
        line_break.repeat(missing),
        marker(text, &marked, title),
        line_break.repeat(below)
    );
    Around::new(&before, close)
}

/// The marker line, without its end.
fn marker(text: &str, marked: &[&Cell], title: &str) -> String {
    let Some(last) = marked.last() else {
        return "# %%".to_owned();
    };
    let line = text[last.range][..marker_len(&text[last.range])]
        .trim_matches(['\u{feff}', '\r', '\n', ' ']);
    let own = last.title.as_deref().unwrap_or_default();
    let sign = line.strip_suffix(own).unwrap_or(line).trim_end();
    if sign.contains("In[") {
        let sign = sign.split('[').next().unwrap_or(sign);
        return format!("{sign}[ ]:");
    }
    let titles: Vec<&str> = marked.iter().filter_map(|cell| words(cell)).collect();
    let sign = sign.replace("%%%", "%%");
    match titles.last() {
        Some(like) if titles.len() * 2 > marked.len() => format!("{sign} {}", styled(title, like)),
        _ => sign,
    }
}

/// The title of a cell; `key=value` and `{…}` are no part of it.
fn words(cell: &Cell) -> Option<&str> {
    let title = cell.title.as_deref()?;
    (!title.contains(['=', '{'])).then_some(title)
}

/// In brackets, and with a capital letter, where the other title is so.
fn styled(title: &str, like: &str) -> String {
    let mut letters = title.chars();
    let begins_large = like.chars().find(|c| c.is_alphabetic());
    let title = match (begins_large.is_some_and(char::is_uppercase), letters.next()) {
        (true, Some(first)) => format!("{}{}", first.to_uppercase(), letters.as_str()),
        _ => title.to_owned(),
    };
    match like.starts_with('[') && like.ends_with(']') {
        true => format!("[{title}]"),
        false => title,
    }
}

/// Blank lines between a cell and the one above; `None` for the first.
fn blank_above(text: &str, cell: &Cell) -> Option<usize> {
    let start = cell.range.start();
    let blank = blank_start(text, start);
    (blank > TextSize::new(0)).then(|| count_lines(&text[TextRange::new(blank, start)]))
}

fn blank_start(text: &str, from: TextSize) -> TextSize {
    blank_lines_before(text, from, TextSize::new(0))
}

/// Blank lines between a marker and its code.
fn blank_below(text: &str, cell: &Cell) -> usize {
    let length = TextSize::try_from(marker_len(&text[cell.range])).unwrap_or_default();
    let from = cell.range.start() + length;
    let blank = blank_lines_after(text, from, cell.range.end());
    match blank == cell.range.end() {
        true => 0,
        false => count_lines(&text[TextRange::new(from, blank)]),
    }
}

#[cfg(test)]
mod tests {
    use super::super::percent::cells;
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let Around { before, after } = around_last_cell(text, &cells(text), "cleanup");
        assert_eq!(format!("{before}x{after}"), expected);
    }

    #[test]
    fn it_is_written_as_the_last_code_cell() {
        check("# %%\na\n\n# %%\nb\n", "\n# %%\nx\n");
        check("#%%\na\n\n\n#%%\nb", "\n\n\n#%%\nx");
        check("# %%\na\n# %% [markdown]\n# t\n", "\n# %%\nx\n");
        check("# In[1]:\n\na\n\n\n# In[2]:\n\nb\n\n", "\n# In[ ]:\n\nx\n");
        check("# <codecell>\r\na\r\n", "\r\n# <codecell>\r\nx\r\n");
        check("a\n# %%\n", "# %%\nx\n");
        check("# %% a\rb\r# %% c\rd\r", "# %% cleanup\rx\r");
    }

    #[test]
    fn it_has_a_title_where_most_cells_have_one() {
        check("# %% [setup]\na\n# %% [run]\nb\n", "# %% [cleanup]\nx\n");
        check("# %% Set up\na\n# %% Run it\nb\n", "# %% Cleanup\nx\n");
        check("# %% set up\na\n# %%\nb\n", "# %%\nx\n");
        check(
            "# %% tags=[\"a\"]\na\n\n# %% {\"a\": 1}\nb\n",
            "\n# %%\nx\n",
        );
        check("# %%% Part\na\n# %%% Other\nb\n", "# %% Cleanup\nx\n");
    }

    #[test]
    fn a_light_cell_begins_with_its_own_sign() {
        let header = "# ---\n# jupytext:\n#     format_name: light\n# ---\n\n";
        check(&format!("{header}# +\na\n# -\n\nb\n"), "\n# +\nx\n");
    }
}
