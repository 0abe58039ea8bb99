//! Before, after and the edits in between → the first law that does not hold.
//!
//! The checks share no code with the engine's verifier. The way from before to after is taken in two
//! steps: the changes' own edits give `edited`, exactly; what the needs of all changes then add or
//! drop may be imports and the housekeeping of a loop, nothing else.

use std::ops::Range;

use ruff_python_ast::visitor::source_order::{SourceOrderVisitor, TraversalSignal};
use ruff_python_ast::{AnyNodeRef, ModModule};
use ruff_python_parser::Parsed;
use ruff_python_stdlib::builtins::is_python_builtin;
use ruff_text_size::Ranged;
use similar::{ChangeTag, TextDiff};

use super::awaits::illegal_awaits;
use super::names::Names;
use super::pragmas;
use super::syntax::{Form, comments, lines, parse};

/// One replacement, in byte offsets of the text before.
#[derive(Debug, Clone)]
pub(crate) struct Replacement {
    pub range: Range<usize>,
    pub text: String,
}

/// What one layer of a plan does to a text.
#[derive(Debug, Clone)]
pub(crate) struct Observed {
    pub form: Form,
    pub before: String,
    /// The changes' own edits, sorted and disjoint, indentation shifts included.
    pub edits: Vec<Replacement>,
    /// Where rewritten expressions stood.
    pub sites: Vec<Range<usize>>,
    pub after: String,
    /// Words of which a dropped statement has at least one; `None`: drops are not looked at.
    pub housekeeping: Option<&'static [&'static str]>,
    /// The comments that reasons say are lost.
    pub lost_comments: String,
    /// What adds a cell behind all others; empty: nothing does.
    pub new_cell: String,
}

/// Returns the first broken law in words.
pub(crate) fn check(observed: &Observed) -> Result<(), String> {
    let form = observed.form;
    let edited = apply(&observed.before, &observed.edits);
    let before = parse(form, &observed.before).map_err(|error| format!("generator: {error}"))?;
    let after = parse(form, &observed.after).map_err(|error| format!("law 1: {error}"))?;
    check_awaits(&before, &after, form)?;
    check_names(before.syntax(), after.syntax())?;
    check_line_ends(&observed.before, &observed.after)?;
    check_comments(observed, &before, &after)?;
    pragmas::check((&observed.before, &before), (&observed.after, &after))?;
    let edited_tree = parse(form, &edited);
    if let (Some(words), Ok(tree)) = (observed.housekeeping, &edited_tree) {
        let named = named(&observed.edits);
        let after = without_new_cell(observed, &named)?;
        let parsed = parse(form, after).map_err(|error| format!("law 1: {error}"))?;
        let edited = lines(tree, &edited);
        check_needs(&edited, &lines(&parsed, after), words, &named)?;
    }
    match &edited_tree {
        Ok(tree) => check_sites(observed, &before, tree, &edited),
        // A block may be empty until its needs are resolved.
        Err(_) => Ok(()),
    }
}

fn apply(text: &str, edits: &[Replacement]) -> String {
    let mut new = String::new();
    let mut end = 0;
    for edit in edits {
        new.push_str(&text[end..edit.range.start]);
        new.push_str(&edit.text);
        end = edit.range.end;
    }
    new.push_str(&text[end..]);
    new
}

fn check_awaits(
    before: &Parsed<ModModule>,
    after: &Parsed<ModModule>,
    form: Form,
) -> Result<(), String> {
    let known = illegal_awaits(before.syntax(), form).len();
    let found = illegal_awaits(after.syntax(), form);
    if found.len() > known {
        return Err(format!(
            "law 2: await where it may not stand, at one of {found:?}"
        ));
    }
    Ok(())
}

fn check_names(before: &ModModule, after: &ModModule) -> Result<(), String> {
    let (before, after) = (Names::of(before), Names::of(after));
    for (name, count) in &after.unbound {
        // A builtin needs no binding.
        let is_builtin = is_python_builtin(name, u8::MAX, false);
        if !is_builtin && before.unbound.get(name).unwrap_or(&0) < count {
            return Err(format!("law 4: nothing binds `{name}` any more"));
        }
    }
    for (import, count) in &after.imports {
        if *count > *before.imports.get(import).unwrap_or(&1) {
            return Err(format!("law 4: imported twice: {import}"));
        }
    }
    let star = |names: &Names| {
        names
            .imports
            .keys()
            .filter(|key| key.ends_with(" as *"))
            .count()
    };
    if star(&after) < star(&before) {
        return Err("law 4: a star import was dropped".to_owned());
    }
    match before
        .exported
        .iter()
        .find(|name| !after.exported.contains(name))
    {
        Some(name) => Err(format!("law 4: `__all__` names `{name}`, which is gone")),
        None => Ok(()),
    }
}

/// Counts line ends as (`\r\n`, `\n`, `\r`).
fn line_ends(text: &str) -> [usize; 3] {
    let pairs = text.matches("\r\n").count();
    [
        pairs,
        text.matches('\n').count() - pairs,
        text.matches('\r').count() - pairs,
    ]
}

fn check_line_ends(before: &str, after: &str) -> Result<(), String> {
    let (old, new) = (line_ends(before), line_ends(after));
    let uniform = old.iter().filter(|count| **count > 0).count() <= 1;
    let fresh = (0..3).any(|kind| new[kind] > 0 && old[kind] == 0);
    if uniform && fresh && old != [0; 3] {
        return Err(format!("law 4: line ends were {old:?}, are {new:?}"));
    }
    Ok(())
}

fn check_comments(
    observed: &Observed,
    before: &Parsed<ModModule>,
    after: &Parsed<ModModule>,
) -> Result<(), String> {
    let old = comments(before, &observed.before);
    let new = comments(after, &observed.after);
    let mut rest = new.clone();
    for comment in &old {
        match rest.iter().position(|other| other == comment) {
            Some(idx) => drop(rest.remove(idx)),
            None if observed.lost_comments.contains(comment.as_str()) => {}
            None => return Err(format!("law 4: the comment {comment:?} is lost")),
        }
    }
    match rest.as_slice() {
        // The marker of a last cell.
        [marker] if observed.form == Form::Percent && is_marker(marker) => Ok(()),
        [] => Ok(()),
        [comment, ..] => Err(format!("law 4: the comment {comment:?} is new")),
    }
}

fn is_marker(comment: &str) -> bool {
    ["# %%", "#%%"].contains(&comment) || comment.ends_with("%% cleanup")
}

/// The names that edits give to values, and to what collects them.
fn named(edits: &[Replacement]) -> Vec<&str> {
    let bound = edits
        .iter()
        .filter_map(|edit| edit.text.strip_suffix(" = "));
    let lines = edits.iter().flat_map(|edit| edit.text.split(['\n', '\r']));
    let filled = lines.filter_map(|line| line.trim().split_once(".add("));
    bound.chain(filled.map(|(name, _)| name)).collect()
}

/// Takes the cell off that a layer adds; each of its lines is about what edits give a name.
fn without_new_cell<'o>(observed: &'o Observed, named: &[&str]) -> Result<&'o str, String> {
    let (cell, after) = (observed.new_cell.as_str(), observed.after.as_str());
    let rest = after.strip_suffix(cell);
    let rest = rest.ok_or_else(|| format!("law 4: the new cell {cell:?} is not the last"))?;
    let words = |line: &str| {
        let is_part = |c: char| !c.is_alphanumeric() && c != '_';
        line.split(is_part).any(|word| named.contains(&word))
    };
    let code = cell
        .split(['\n', '\r'])
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    match code.into_iter().find(|line| !words(line)) {
        Some(line) => Err(format!("law 4: no change explains the new cell's `{line}`")),
        None => Ok(rest),
    }
}

/// Checks that only imports, housekeeping, and lines about what edits give a name differ between two
/// lists of statements.
fn check_needs(
    edited: &[String],
    after: &[String],
    words: &[&str],
    named: &[&str],
) -> Result<(), String> {
    let edited: Vec<&str> = edited.iter().map(String::as_str).collect();
    let after: Vec<&str> = after.iter().map(String::as_str).collect();
    let diff = TextDiff::from_slices(&edited, &after);
    // Blocks opened less blocks closed, in what went and in what came.
    let (mut gone, mut come) = (0_i32, 0_i32);
    for change in diff.iter_all_changes() {
        let depth = match change.tag() {
            ChangeTag::Equal => continue,
            ChangeTag::Delete => &mut gone,
            ChangeTag::Insert => &mut come,
        };
        match change.value() {
            ">" => *depth += 1,
            "<" => *depth -= 1,
            line if may_come_and_go(line, words) => {}
            line if change.tag() == ChangeTag::Insert && mentions(line, named) => {}
            line => {
                return Err(format!(
                    "law 4: no change explains the difference at `{line}`"
                ));
            }
        }
    }
    match (gone, come) {
        (0, 0) => Ok(()),
        _ => Err("law 4: indentation differs and no change explains it".to_owned()),
    }
}

fn mentions(line: &str, named: &[&str]) -> bool {
    line.split(' ').any(|token| named.contains(&token))
}

fn may_come_and_go(line: &str, words: &[&str]) -> bool {
    let mut tokens = line.split(' ');
    let only = matches!(line, "pass" | "try :" | "finally :" | "else :");
    only || tokens.any(|token| token == "import" || words.contains(&token))
}

/// Checks that what replaced an expression is one expression: parentheses are not missing. What replaced
/// a whole statement may be whole statements.
fn check_sites(
    observed: &Observed,
    before: &Parsed<ModModule>,
    edited_tree: &Parsed<ModModule>,
    edited: &str,
) -> Result<(), String> {
    let old = Places::of(before.syntax());
    let new = Places::of(edited_tree.syntax());
    for site in &observed.sites {
        // Sites that share an edge share the insertions there, and none owns them.
        let shared = |other: &&Range<usize>| other.start == site.start || other.end == site.end;
        let alone = observed.sites.iter().filter(shared).count() == 1;
        if !alone || !old.expressions.iter().any(|(range, _)| range == site) {
            continue;
        }
        let Some(place) = moved(site, &observed.edits) else {
            continue;
        };
        let text = &edited[place.clone()];
        if old.is_statement(site) && new.are_statements(&trimmed(edited, &place)) {
            continue;
        }
        let awaited = text.trim_start_matches(['(', ' ']).starts_with("await ");
        let fits = |(range, is_await): &&(Range<usize>, bool)| {
            place.start <= range.start
                && range.end <= place.end
                && blank(&edited[place.start..range.start], '(')
                && blank(&edited[range.end..place.end], ')')
                && (*is_await || !awaited)
        };
        if !text.trim().is_empty() && !new.expressions.iter().any(|each| fits(&each)) {
            return Err(format!(
                "law 4: `{text}` is not one expression where it stands"
            ));
        }
    }
    Ok(())
}

/// Returns where a range of the text before stands after `edits`; `None` when an edit crosses its edge.
fn moved(range: &Range<usize>, edits: &[Replacement]) -> Option<Range<usize>> {
    let (mut before, mut inside) = (0_isize, 0_isize);
    for edit in edits {
        let delta = edit.text.len() as isize - edit.range.len() as isize;
        // Lines and indentation that come in front of a site are not its own, nor lines behind it.
        let in_front = edit.range.end == range.start && edit.range.is_empty() && {
            edit.text.ends_with(['\n', '\r']) || edit.text.trim().is_empty()
        };
        let behind = edit.range.start == range.end
            && edit.range.is_empty()
            && edit.text.starts_with(['\n', '\r']);
        if behind {
            continue;
        }
        if !in_front && edit.range.start >= range.start && edit.range.end <= range.end {
            inside += delta;
        } else if edit.range.end <= range.start {
            before += delta;
        } else if edit.range.start < range.end {
            return None;
        }
    }
    let start = range.start.checked_add_signed(before)?;
    Some(start..range.end.checked_add_signed(before + inside)?)
}

/// Returns whether `text` has only `parenthesis`, white space, line joins and comments.
fn blank(text: &str, parenthesis: char) -> bool {
    text.split(['\n', '\r']).all(|line| {
        let code = line.split('#').next().unwrap_or("");
        code.chars()
            .all(|each| each.is_whitespace() || each == '\\' || each == parenthesis)
    })
}

/// Returns a range without the white space at its edges.
fn trimmed(text: &str, range: &Range<usize>) -> Range<usize> {
    let piece = &text[range.clone()];
    let start = range.start + piece.len() - piece.trim_start().len();
    start..start + piece.trim().len()
}

/// What stands where in a tree.
#[derive(Default)]
struct Places {
    /// All expressions, and whether each is an `await`.
    expressions: Vec<(Range<usize>, bool)>,
    statements: Vec<Range<usize>>,
}

impl Places {
    fn of(module: &ModModule) -> Self {
        let mut places = Self::default();
        for statement in &module.body {
            places.visit_stmt(statement);
        }
        places
    }

    fn is_statement(&self, range: &Range<usize>) -> bool {
        self.statements.contains(range)
    }

    /// Whether whole statements, and nothing else, stand in `range`.
    fn are_statements(&self, range: &Range<usize>) -> bool {
        let inside = |it: &&Range<usize>| range.start <= it.start && it.end <= range.end;
        let mut first = self.statements.iter().filter(inside);
        let mut last = self.statements.iter().filter(inside);
        first.any(|it| it.start == range.start) && last.any(|it| it.end == range.end)
    }
}

impl<'a> SourceOrderVisitor<'a> for Places {
    fn enter_node(&mut self, node: AnyNodeRef<'a>) -> TraversalSignal {
        let range = node.range().start().into()..node.range().end().into();
        if node.is_expression() {
            self.expressions.push((range, node.is_expr_await()));
        } else if node.is_statement() {
            self.statements.push(range);
        }
        TraversalSignal::Traverse
    }
}
