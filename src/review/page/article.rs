//! A change → its part of the page.

use super::Page;
use super::diff::diff;
use crate::plan::change::ChangeId;
use crate::plan::decision::Verdict;
use crate::report::view::count;
use crate::review::lines::lines;
use crate::review::session::Session;
use crate::text::markup::Markup;

/// What only a script can do, with the keys that do it.
const ACTIONS: &str = "\
<div class=\"actions\"><button type=\"button\" data-key=\"y\">Accept</button>\
<button type=\"button\" data-key=\"n\">Reject</button>\
<button type=\"button\" data-key=\"c\">Comment</button></div>\n";

/// Writes a change; `planned` is its diff.
pub(super) fn add(
    html: &mut Markup,
    (page, session): (&Page, &Session),
    place: usize,
    planned: &str,
) {
    let item = &session.items[place];
    let change = item.change;
    add_head(html, (page, session), place);
    html.sentence("reason", "", &change.said.reason);
    for doubt in &change.said.doubts {
        html.sentence("doubt", "", doubt);
    }
    if let Some(check) = &change.said.check {
        html.sentence("check", "<b>Check:</b> ", check);
    }
    add_required(html, (page, session), &change.requires);
    match session.note(place) {
        Some(note) => html.sentence("note", "<b>Comment:</b> ", note),
        None => html.raw("<p class=\"note\" hidden></p>\n"),
    }
    let edited = session.edited(place);
    if !edited.is_empty() {
        html.raw("<div class=\"diff by-hand\">");
        html.raw(&diff(&lines(item, edited)));
        html.raw("</div>\n");
    }
    html.raw("<div class=\"diff planned\">");
    match planned.is_empty() {
        true => html.raw("<p class=\"elsewhere\">Another change shows its lines.</p>\n"),
        false => html.raw(planned),
    }
    html.raw("</div>\n</article>\n");
}

/// Writes what it is, where, and what is decided of it.
fn add_head(html: &mut Markup, (page, session): (&Page, &Session), place: usize) {
    let item = &session.items[place];
    let change = item.change;
    let edited = session.edited(place);
    let (class, state) = match session.verdict(place) {
        Some(Verdict::Accept) if !edited.is_empty() => ("accept edited", "accepted, edited"),
        Some(Verdict::Accept) => ("accept", "accepted"),
        Some(Verdict::Reject) => ("reject", "rejected"),
        Some(Verdict::Suppress) => ("reject", "suppressed"),
        None => ("open", "open"),
    };
    html.raw(&format!(
        "<article class=\"{class}\" id=\"c{place}\" tabindex=\"-1\" aria-labelledby=\"t{place}\">\n\
         <header><h3 id=\"t{place}\"><span class=\"recipe\">"
    ));
    html.text(&change.recipe);
    html.raw("</span> ");
    if let Some(recipe) = page.plan.recipes.get(&change.recipe) {
        html.words(&recipe.title);
    }
    let level = change.safety.word();
    html.raw(&format!(
        "</h3>\n<p class=\"facts\"><span class=\"level {level}\">{level}</span> \
         <span class=\"state\">{state}</span> <a class=\"place\" href=\"#c{place}\">"
    ));
    html.text(&item.place);
    html.raw("</a></p>");
    html.raw(ACTIONS);
    html.raw("</header>\n");
}

fn add_required(html: &mut Markup, (page, session): (&Page, &Session), required: &[ChangeId]) {
    if required.is_empty() {
        return;
    }
    let others = count(required.len(), "other change");
    html.raw(&format!(
        "<p class=\"requires\">Requires {others}, accepted with it: "
    ));
    for (index, id) in required.iter().enumerate() {
        html.raw(if index > 0 { ", " } else { "" });
        match page.places.get(id) {
            Some(&place) => {
                html.raw(&format!("<a href=\"#c{place}\">"));
                html.text(&session.items[place].change.recipe);
                html.raw(" ");
                html.text(&session.items[place].place);
                html.raw("</a>");
            }
            None => html.text(&id.0),
        }
    }
    html.raw(".</p>\n");
}
