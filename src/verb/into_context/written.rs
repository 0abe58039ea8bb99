//! Parts in their order → the text of the context manager, and where it stands.

use ruff_python_ast::{Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};

use super::body::Body;
use super::maker::Maker;
use crate::matching::Match;
use crate::matching::capture::Captured;
use crate::plan::need::Definition;
use crate::python::cut::trailing_comment;
use crate::python::tree::NodeId;
use crate::recipe::into_context::IntoContext;
use crate::text::blank::{line_before, line_before_start, line_start};
use crate::text::edit::Edit;
use crate::verb::concrete::spliced;
use crate::verb::define::room_above;
use crate::verb::draft::Draft;
use crate::verb::layout::Layout;
use crate::verb::refusal::Refusal;
use crate::verb::spelling::spell_all;

/// What a registered function becomes.
pub(super) enum Part<'a> {
    /// Its body moves in.
    Moved(Box<Body<'a>>),
    /// It is called.
    Called(String),
}

impl<'a> Part<'a> {
    fn body(&self) -> Option<&Body<'a>> {
        match self {
            Self::Moved(body) => Some(body),
            Self::Called(_) => None,
        }
    }
}

/// Writes the function before the statement of the maker.
pub(super) fn function<'a>(
    maker: &Maker<'_, 'a>,
    found: &Match<'_, 'a>,
    (verb, names): (&IntoContext, &[(String, String)]),
    parts: &[(bool, Part<'a>)],
    draft: &mut Draft<'_>,
) -> Result<Option<Definition>, Refusal> {
    let subject = maker.subject;
    let start = subject.tree.range(maker.statement).start();
    let layout = Layout::at(subject, start);
    let header = header(maker, found, (verb, names), draft)?;
    let header = format!("{header}{}", comments(subject.text(), parts));
    let text = Text::of(maker, &layout, parts);
    let mut code = String::new();
    for line in header.lines() {
        code.push_str(&format!("{}{line}{}", layout.base, layout.line_break));
    }
    code.push_str(&text.body(parts));
    let is_of_module = subject.tree.parent(maker.statement) == NodeId::ROOT;
    if !is_of_module {
        draft.edits.push(nested(maker, &layout, &code));
        return Ok(None);
    }
    let room = room_above(subject, maker.statement).ok_or(Refusal::NotBefore)?;
    Ok(Some(Definition {
        blank: room.blank,
        opens_cell: room.opens_cell,
        code: code.trim_end().to_owned(),
        is_block: true,
        is_above_block: false,
        line_break: layout.line_break.to_owned(),
    }))
}

/// The decorator and the `def`, with what the captures stand for.
fn header<'a>(
    maker: &Maker<'_, 'a>,
    found: &Match<'_, 'a>,
    (verb, names): (&IntoContext, &[(String, String)]),
    draft: &mut Draft<'_>,
) -> Result<String, Refusal> {
    let subject = maker.subject;
    let call = subject.tree.id(maker.call);
    let template = verb.header.with_names(names);
    let spelled = spell_all(subject, call, &template.names, &mut draft.needs)?;
    let spelled = template.names.iter().zip(spelled);
    let spelled = spelled.map(|(name, spelled)| (name.range, spelled));
    let slots = template.slots.iter().filter_map(|slot| {
        let range = found.captures.find(&slot.name).and_then(Captured::range)?;
        Some((slot.range, subject.text()[range].to_owned()))
    });
    let code = spliced(&template.code, spelled.chain(slots).collect());
    Ok(format!("{}:", code.trim_end().trim_end_matches(':')))
}

/// What tells of the whole: what is told of the end does not.
fn docstring<'a>(parts: &[(bool, Part<'a>)]) -> Option<&'a Stmt> {
    let has_start = parts.iter().any(|(is_before, _)| *is_before);
    let mut telling = parts
        .iter()
        .filter(|(is_before, _)| *is_before == has_start);
    telling.find_map(|(_, part)| part.body()?.docstring)
}

/// The comments of the headers in whose place the new one comes, behind each other.
fn comments(text: &str, parts: &[(bool, Part)]) -> String {
    let bodies = parts.iter().filter_map(|(_, part)| part.body());
    let own = docstring(parts).and_then(|it| trailing_comment(text, it.end()));
    let ranges = bodies.flat_map(|body| &body.of_header);
    behind_each_other(text, ranges.filter(|range| own != Some(**range)))
}

fn behind_each_other<'r>(text: &str, ranges: impl Iterator<Item = &'r TextRange>) -> String {
    let mut comments: Vec<&str> = Vec::new();
    for range in ranges {
        let comment = &text[*range];
        if !comments.contains(&comment) {
            comments.push(comment);
        }
    }
    // One on types is read only where it is the first.
    comments.sort_by_key(|it| !it.starts_with("# type:"));
    let comments = comments.iter().map(|it| format!("  {it}"));
    comments.collect()
}

/// Behind the comments of the statement before, and parted from that by a blank line.
fn nested(maker: &Maker, layout: &Layout, code: &str) -> Edit {
    let subject = maker.subject;
    let text = subject.text();
    let mut at = line_start(text, subject.tree.range(maker.statement).start());
    let siblings = subject.blocks.siblings(maker.statement);
    let before = subject.blocks.position(maker.statement).checked_sub(1);
    let limit = before.map(|place| subject.tree.range(siblings[place]).end());
    let above = limit.unwrap_or(
        subject
            .tree
            .range(subject.tree.parent(maker.statement))
            .start(),
    );
    while line_before(text, at).starts_with('#') && line_before_start(text, at) > above {
        at = line_before_start(text, at);
    }
    let is_apart = limit.is_none() || line_before(text, at).is_empty();
    let gap = if is_apart { "" } else { layout.line_break };
    let code = code.trim_end();
    Edit::insertion(at, format!("{gap}{code}{0}{0}", layout.line_break))
}

/// How the lines of the function are written.
struct Text<'t, 'a> {
    maker: &'t Maker<'t, 'a>,
    line_break: &'t str,
    /// The indentation of its statements.
    inner: String,
}

impl<'t, 'a> Text<'t, 'a> {
    fn of(maker: &'t Maker<'t, 'a>, layout: &'t Layout, parts: &[(bool, Part)]) -> Self {
        let mut bodies = parts.iter().filter_map(|(_, part)| part.body());
        let inner = bodies.next().map(|body| body.indentation.to_owned());
        let unit = format!("{}{}", layout.base, layout.unit);
        Self {
            maker,
            line_break: layout.line_break,
            inner: inner.unwrap_or(unit),
        }
    }

    fn body(&self, parts: &[(bool, Part<'a>)]) -> String {
        let docstring = docstring(parts);
        let mut text = String::new();
        if let Some(docstring) = docstring {
            let all = self.maker.subject.text();
            let comment = trailing_comment(all, docstring.end());
            let comment = comment.map_or_else(String::new, |it| format!("  {}", &all[it]));
            self.line(&mut text, &format!("{}{comment}", &all[docstring.range()]));
        }
        for line in declarations(self.maker.subject.text(), parts) {
            self.line(&mut text, &line);
        }
        let phase = |wanted: bool| -> String {
            let parts = parts.iter().filter(|(is_before, _)| *is_before == wanted);
            parts.map(|(_, part)| self.part(part, docstring)).collect()
        };
        let (before, after) = (phase(true), phase(false));
        text.push_str(&before);
        if !before.is_empty() {
            text.push_str(self.line_break);
        }
        self.line(&mut text, "yield");
        if !after.is_empty() {
            text.push_str(self.line_break);
            text.push_str(&after);
        }
        text
    }

    fn line(&self, text: &mut String, line: &str) {
        text.push_str(&format!("{}{line}{}", self.inner, self.line_break));
    }

    fn part(&self, part: &Part, docstring: Option<&Stmt>) -> String {
        let mut text = String::new();
        let body: &Body = match part {
            Part::Called(call) => {
                self.line(&mut text, call);
                return text;
            }
            Part::Moved(body) => body,
        };
        for comment in &body.comments {
            self.line(&mut text, comment);
        }
        let own = body
            .docstring
            .filter(|own| docstring.is_none_or(|it| it.range() != own.range()));
        for line in own.into_iter().flat_map(prose) {
            self.line(&mut text, format!("# {line}").trim_end());
        }
        if !body.lines.is_empty() {
            text.push_str(&body.lines);
            text.push_str(self.line_break);
        }
        text
    }
}

/// The `global` and `nonlocal` statements of all bodies, each name once.
fn declarations(text: &str, parts: &[(bool, Part)]) -> Vec<String> {
    let bodies = parts.iter().filter_map(|(_, part)| part.body());
    let mut lines: Vec<(&str, Vec<&str>)> = vec![("global", Vec::new()), ("nonlocal", Vec::new())];
    for (keyword, name) in bodies.flat_map(|body| &body.declared) {
        let line = lines.iter_mut().find(|(it, _)| it == keyword);
        if let Some((_, names)) = line.filter(|(_, names)| !names.contains(name)) {
            names.push(name);
        }
    }
    let lines = lines.into_iter().filter(|(_, names)| !names.is_empty());
    let lines = lines.map(|(keyword, names)| format!("{keyword} {}", names.join(", ")));
    let mut lines: Vec<String> = lines.collect();
    let bodies = parts.iter().filter_map(|(_, part)| part.body());
    let comments = behind_each_other(text, bodies.flat_map(|body| &body.of_declared));
    lines
        .last_mut()
        .into_iter()
        .for_each(|line| line.push_str(&comments));
    lines
}

/// The lines of a docstring.
fn prose(docstring: &Stmt) -> Vec<String> {
    let Stmt::Expr(statement) = docstring else {
        return Vec::new();
    };
    let Expr::StringLiteral(literal) = &*statement.value else {
        return Vec::new();
    };
    let lines = literal.value.to_str().trim().lines();
    lines.map(|line| line.trim().to_owned()).collect()
}
