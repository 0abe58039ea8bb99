//! The follow-up `arguments`: keyword arguments of the matched call that go or become others.

use ruff_python_ast::token::{Token, TokenKind};
use ruff_python_ast::{AnyNodeRef, Arguments, ExprCall, Keyword};
use ruff_text_size::{Ranged, TextLen, TextRange};

use super::draft::Draft;
use super::place::Place;
use super::refusal::Refusal;
use super::rewrite::rewrite;
use super::settings::Settings;
use crate::matching::Match;
use crate::matching::arguments::fit_keyword;
use crate::matching::capture::{Captured, Captures};
use crate::matching::elsewhere::holds_at;
use crate::matching::subject::Subject;
use crate::plan::need::Need;
use crate::python::trivia;
use crate::recipe::condition::Condition;
use crate::recipe::follow_up::ArgumentFate;
use crate::recipe::pattern::Arity;
use crate::text::blank::{is_blank, line_end, line_start};
use crate::text::edit::Edit;

/// Edits the arguments of the matched call that a line of `arguments` speaks of; `settings` is what the
/// shared object is made with.
pub(super) fn arguments<'a>(
    subject: &Subject<'a>,
    found: &Match<'_, 'a>,
    settings: &Settings,
    draft: &mut Draft<'_>,
) -> Result<(), Refusal> {
    let Some(call) = call_of(subject, found) else {
        return Ok(());
    };
    check_others(subject, found, call)?;
    for keyword in &call.arguments.keywords {
        match fate(subject, found, keyword) {
            None | Some((_, ArgumentFate::Kept)) => {}
            Some((_, ArgumentFate::Dropped | ArgumentFate::Moved)) => {
                drop_keyword(subject, &call.arguments, keyword, draft);
            }
            Some((captures, ArgumentFate::Becomes(template))) => {
                let place = Place::of_node(subject, subject.tree.id(keyword));
                rewrite(subject, place, template, &captures, draft)?;
            }
            Some((_, ArgumentFate::Refused(because))) => {
                return Err(Refusal::Argument {
                    because: because.clone(),
                });
            }
        }
    }
    settings.write_here(subject, found, call, draft)
}

/// The call that a match is, or that the matched item of a `with` makes.
pub(super) fn call_of<'a>(subject: &Subject<'a>, found: &Match<'_, 'a>) -> Option<&'a ExprCall> {
    match subject.tree.node(found.node) {
        AnyNodeRef::ExprCall(call) => Some(call),
        AnyNodeRef::WithItem(item) => item.context_expr.as_call_expr(),
        _ => None,
    }
}

/// What becomes of an argument, by the first line that fits it and the first case that holds.
pub(super) fn fate<'r, 'a>(
    subject: &Subject<'a>,
    found: &Match<'r, 'a>,
    keyword: &'a Keyword,
) -> Option<(Captures<'r, 'a>, &'r ArgumentFate)> {
    let mut lines = found.rule.arguments.lines.iter();
    lines.find_map(|line| {
        let captures = fit_keyword(&line.pattern, keyword, &found.captures, subject)?;
        let holds = |when: &'r Option<Condition>| {
            let holds = when
                .as_ref()
                .map(|it| holds_at(subject, found.node, &captures, it));
            // Unknown is not met: the cases behind it decide, of which a refusal may be the last.
            holds.is_none_or(|holds| holds.is_yes())
        };
        let case = line.cases.iter().find(|(when, _)| holds(when));
        let fate = case.map_or(&ArgumentFate::Kept, |(_, fate)| fate);
        Some((captures, fate))
    })
}

/// Arguments that no line speaks of, where the rule refuses these.
fn check_others<'a>(
    subject: &Subject<'a>,
    found: &Match<'_, 'a>,
    call: &'a ExprCall,
) -> Result<(), Refusal> {
    if !found.rule.arguments.refuses_others {
        return Ok(());
    }
    let matched = |range: TextRange| {
        let mut one = found
            .rule
            .patterns
            .iter()
            .flat_map(|it| &it.pattern.captures);
        one.any(|(name, arity)| {
            *arity == Arity::One
                && found.captures.find(name).and_then(Captured::range) == Some(range)
        })
    };
    let positional = call.arguments.args.iter().map(Ranged::range);
    let mut positional = positional.filter(|range| !matched(*range));
    let other = call.arguments.keywords.iter();
    let mut other =
        other.filter(|it| fate(subject, found, it).is_none() && !matched(it.value.range()));
    let unknown = positional
        .next()
        .or_else(|| other.next().map(Ranged::range));
    match unknown {
        None => Ok(()),
        Some(range) => Err(Refusal::UnknownArgument {
            argument: subject.text()[range].to_owned(),
        }),
    }
}

/// Takes an argument with its comma, and with its line where it has one of its own.
pub(super) fn drop_keyword(
    subject: &Subject,
    arguments: &Arguments,
    keyword: &Keyword,
    draft: &mut Draft<'_>,
) {
    let mut range = going(subject, arguments, keyword);
    // The last one goes with the comma before it, which an argument before took that goes, too.
    let takes = |edit: &Edit, at| edit.text().is_empty() && edit.range().contains(at);
    while let Some(place) = draft.edits.iter().position(|it| takes(it, range.start())) {
        let start = draft.edits.remove(place).range().start();
        let head = subject.text()[..start.to_usize()].trim_end();
        let comma = head.strip_suffix(',').map(TextLen::text_len);
        range = TextRange::new(comma.unwrap_or(start), range.end());
    }
    let needs = &mut draft.needs;
    needs.push(Need::Released { range });
    let comments = trivia::comments_in(subject.module, range);
    draft.lost_comments.extend(comments);
    draft.edits.push(Edit::deletion(range));
}

/// The text that goes with an argument.
fn going(subject: &Subject, arguments: &Arguments, keyword: &Keyword) -> TextRange {
    let text = subject.text();
    let tokens = top_level(subject, arguments);
    let own = tokens
        .iter()
        .position(|token| token.start() == keyword.start());
    let (Some(own), Some(open), Some(close)) = (own, tokens.first(), tokens.last()) else {
        return keyword.range();
    };
    let is_comma = |token: &&&Token| token.kind() == TokenKind::Comma;
    let before = tokens[..own].iter().rev().find(is_comma);
    let behind = tokens[own..]
        .iter()
        .position(|token| is_comma(&token))
        .map(|at| own + at);
    let next = behind.and_then(|comma| tokens.get(comma + 1));
    let next = next.filter(|next| next.start() < close.start());
    let last = behind.unwrap_or(tokens.len() - 1) - 1;
    let end = behind.map_or(tokens[last].end(), |comma| tokens[comma].end());
    let lines = TextRange::new(line_start(text, keyword.start()), line_end(text, end));
    let is_alone = open.end() <= lines.start()
        && lines.end() <= close.start()
        && is_blank(&text[TextRange::new(lines.start(), keyword.start())])
        && is_rest_blank(&text[TextRange::new(end, lines.end())]);
    match (before, next) {
        (None, None) => TextRange::new(open.end(), close.start()),
        _ if is_alone => lines,
        (_, Some(next)) => TextRange::new(keyword.start(), next.start()),
        (Some(before), None) => TextRange::new(before.start(), tokens[last].end()),
    }
}

fn is_rest_blank(rest: &str) -> bool {
    is_blank(rest) || rest.trim_start().starts_with('#')
}

/// The brackets of a call and the tokens in them, those in inner brackets left out but for the
/// closing one; comments and line ends left out.
pub(super) fn top_level<'a>(subject: &Subject<'a>, arguments: &Arguments) -> Vec<&'a Token> {
    let mut depth = 0_usize;
    let mut found = Vec::new();
    for token in subject.module.tokens_within(arguments.range()) {
        let kind = token.kind();
        if matches!(kind, TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace) {
            depth = depth.saturating_sub(1);
        }
        // The end of the file and of a block have no text, and stand within a call that ends there.
        let is_text = !token.range().is_empty() && kind != TokenKind::Newline;
        if depth <= 1 && is_text && !kind.is_trivia() {
            found.push(token);
        }
        if matches!(kind, TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace) {
            depth += 1;
        }
    }
    found
}
