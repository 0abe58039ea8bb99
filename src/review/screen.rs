//! A session → a screen: the list above, the chosen change below, what can be typed in the last line.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line as Row, Span};
use ratatui::widgets::Paragraph;

use super::item::Item;
use super::lines::{DiffRow, lines, parts_of};
use super::session::{Mode, Session};
use super::words::prompt;
use crate::plan::decision::Verdict;
use crate::python::highlight::TokenClass;
use crate::recipe::safety::Safety;
use crate::report::view::count;
use crate::text::diff::Side;
use crate::text::shown::{self, Shown};

const FAINT: Style = Style::new().add_modifier(Modifier::DIM);
const STRONG: Style = Style::new().add_modifier(Modifier::BOLD);

/// Draws a session.
pub fn draw(frame: &mut Frame, session: &Session) {
    let n_rows = u16::try_from(session.rows.len()).unwrap_or(u16::MAX);
    let most = (frame.area().height / 3).max(3);
    let foot = foot(session, frame.area().width.into());
    let n_foot = u16::try_from(foot.len()).unwrap_or(1);
    let rows = Layout::vertical([
        Constraint::Length(1),
        Constraint::Length(n_rows.clamp(1, most)),
        Constraint::Length(1),
        Constraint::Min(1),
        Constraint::Length(n_foot.min(most)),
    ]);
    let [title, list, rule, detail, keys] = rows.areas(frame.area());
    frame.render_widget(head(session), title);
    let line = Row::styled("─".repeat(rule.width.into()), FAINT);
    frame.render_widget(line, rule);
    draw_list(frame, session, list);
    match &session.mode {
        Mode::Page(page) => draw_page(frame, page, session.scroll, detail),
        _ => draw_change(frame, session, detail),
    }
    frame.render_widget(Paragraph::new(foot), keys);
}

fn head(session: &Session) -> Row<'static> {
    let [accepted, rejected, open] = session.counts();
    let counts = format!("{accepted} accepted, {rejected} rejected, {open} open");
    let mut said = vec![
        Span::styled("awaitify review", STRONG),
        Span::raw("  "),
        Span::raw(counts),
    ];
    let how = format!("  ({}, by {})", session.listed.word(), session.order.word());
    said.push(Span::styled(how, FAINT));
    if !session.search.is_empty() {
        said.push(Span::raw(format!("  /{}", Shown(&session.search))));
    }
    Row::from(said)
}

/// Returns what came of the last key, or what can be typed now.
fn foot(session: &Session, width: usize) -> Vec<Row<'static>> {
    if session.told.is_empty() || session.mode != Mode::Browse {
        return vec![Row::styled(prompt(&session.mode), FAINT)];
    }
    let told = Shown(&session.told).to_string();
    let rows = textwrap::wrap(&told, width.max(1)).into_iter();
    rows.map(|row| Row::styled(row.into_owned(), STRONG))
        .collect()
}

fn draw_list(frame: &mut Frame, session: &Session, area: Rect) {
    if session.rows.is_empty() {
        frame.render_widget(Row::styled("no change is like that", FAINT), area);
        return;
    }
    let height = usize::from(area.height);
    let first = (session.at + 1).saturating_sub(height);
    let shown = session.rows.iter().enumerate().skip(first).take(height);
    let rows = shown.map(|(row, item)| list_row(session, *item, row == session.at));
    frame.render_widget(Paragraph::new(rows.collect::<Vec<_>>()), area);
}

fn list_row(session: &Session, item: usize, is_chosen: bool) -> Row<'static> {
    let verdict = session.verdict(item);
    let Item { change, place, .. } = &session.items[item];
    let is_edited = !session.edited(item).is_empty();
    let (mark, color) = match verdict {
        Some(Verdict::Accept) if is_edited => ("[e]", Color::Green),
        Some(Verdict::Accept) => ("[y]", Color::Green),
        Some(Verdict::Reject) => ("[n]", Color::Red),
        Some(Verdict::Suppress) => ("[s]", Color::Red),
        None => ("[ ]", Color::Reset),
    };
    let arrow = if is_chosen { "> " } else { "  " };
    let row = Row::from(vec![
        Span::raw(arrow),
        Span::styled(mark, Style::new().fg(color)),
        Span::styled(
            format!(" {:<6} ", change.safety.word()),
            level(change.safety),
        ),
        Span::styled(
            format!("{:<22} ", change.recipe),
            Style::new().fg(Color::Magenta),
        ),
        Span::raw(Shown(place).to_string()),
    ]);
    if is_chosen {
        row.patch_style(STRONG)
    } else {
        row
    }
}

fn level(safety: Safety) -> Style {
    Style::new().fg(match safety {
        Safety::Safe => Color::Green,
        Safety::Review | Safety::Manual => Color::Yellow,
    })
}

fn draw_change(frame: &mut Frame, session: &Session, area: Rect) {
    let Some(chosen) = session.chosen() else {
        return;
    };
    let item = &session.items[chosen];
    let said = said(session, chosen, area.width.into());
    let height = u16::try_from(said.len()).unwrap_or(area.height);
    let height = Constraint::Length(height.min(area.height / 2));
    let [reason, diff] = Layout::vertical([height, Constraint::Min(0)]).areas(area);
    frame.render_widget(Paragraph::new(said), reason);
    let rows = lines(item, session.edited(chosen));
    let rows: Vec<Row> = rows.iter().map(diff_row).collect();
    let most = rows.len().saturating_sub(diff.height.into());
    let shown = rows.into_iter().skip(session.scroll.min(most));
    frame.render_widget(Paragraph::new(shown.collect::<Vec<_>>()), diff);
}

/// Returns what is said of a change, wrapped.
fn said(session: &Session, chosen: usize, width: usize) -> Vec<Row<'static>> {
    let change = session.items[chosen].change;
    let mut said = vec![(change.said.reason.clone(), Style::new())];
    let doubts = change.said.doubts.iter();
    said.extend(doubts.map(|doubt| (format!("- {doubt}"), Style::new())));
    let check = change
        .said
        .check
        .iter()
        .map(|check| format!("Check: {check}"));
    said.extend(check.map(|check| (check, STRONG)));
    let requires = change.requires.len();
    if requires > 0 {
        let requires = count(requires, "other change");
        said.push((format!("Requires {requires}, accepted with it."), FAINT));
    }
    if let Some(note) = session.note(chosen) {
        said.push((format!("Comment: {note}"), FAINT));
    }
    let rows = said.iter().flat_map(|(text, style)| {
        let text = Shown(text).to_string();
        let wrapped = textwrap::wrap(&text, width.max(1)).into_iter();
        let rows = wrapped.map(|row| Row::styled(row.into_owned(), *style));
        rows.collect::<Vec<_>>()
    });
    rows.collect()
}

fn draw_page(frame: &mut Frame, page: &str, scroll: usize, area: Rect) {
    let width = usize::from(area.width.max(1));
    let page = shown::lines(page);
    let rows: Vec<_> = page
        .lines()
        .flat_map(|line| textwrap::wrap(line, width))
        .collect();
    let most = rows.len().saturating_sub(area.height.into());
    let shown = rows.into_iter().skip(scroll.min(most));
    let shown = shown.map(|row| Row::raw(row.into_owned()));
    frame.render_widget(Paragraph::new(shown.collect::<Vec<_>>()), area);
}

fn diff_row(line: &DiffRow) -> Row<'static> {
    let (side, text, classes, marked) = match line {
        DiffRow::Heading(heading) => {
            return Row::styled(format!("@@ {heading}"), Style::new().fg(Color::Cyan));
        }
        DiffRow::Code {
            side,
            text,
            classes,
            marked,
            ..
        } => (side, text, classes, marked),
    };
    let (sign, style) = match side {
        Side::Context => (" ", Style::new()),
        Side::Removed => ("-", Style::new().fg(Color::Red)),
        Side::Added => ("+", Style::new().fg(Color::Green)),
    };
    let mut spans = vec![Span::styled(sign, style)];
    for part in parts_of(text, classes, marked) {
        let class = classes
            .iter()
            .find(|(range, _)| range.contains(&part.start));
        let is_marked = marked.contains(&part.start);
        let mut own = class.map_or(style, |(_, class)| style.patch(color(*class)));
        if is_marked {
            own = own.add_modifier(Modifier::REVERSED);
        }
        spans.push(Span::styled(
            Shown(&text[part]).to_string().replace('\t', "    "),
            own,
        ));
    }
    Row::from(spans)
}

fn color(class: TokenClass) -> Style {
    match class {
        TokenClass::Keyword => STRONG,
        TokenClass::Quoted => Style::new().fg(Color::Yellow),
        TokenClass::Number => Style::new().fg(Color::Cyan),
        TokenClass::Comment => FAINT,
    }
}
