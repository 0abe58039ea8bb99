//! What the object that the sites of a change share is made with: the arguments that they give it.

use ruff_python_ast::{ExprCall, Keyword, Stmt};
use ruff_text_size::Ranged;

use super::arguments::{call_of, fate};
use super::concrete::spliced;
use super::draft::Draft;
use super::refusal::Refusal;
use super::spelling::spell_all;
use crate::matching::Match;
use crate::matching::capture::{Captured, Captures};
use crate::matching::subject::Subject;
use crate::recipe::Verb;
use crate::recipe::follow_up::{Absent, ArgumentFate, ArgumentLine, SETTINGS};
use crate::recipe::pattern::{Pattern, Root};
use crate::recipe::template::Template;
use crate::text::edit::Edit;

/// Keyword arguments, each once, in the order in which the rule speaks of them.
#[derive(Debug, Default)]
pub(super) struct Settings {
    given: Vec<Setting>,
}

#[derive(Debug)]
struct Setting {
    /// The place of the rule's line.
    line: usize,
    name: String,
    text: String,
    /// How many sites give it, and whether all have to.
    sites: usize,
    is_moved: bool,
}

impl Settings {
    /// Gathers what the sites give.
    pub(super) fn of<'a>(
        subject: &Subject<'a>,
        matches: &[&Match<'_, 'a>],
        draft: &mut Draft,
    ) -> Result<Self, Refusal> {
        let mut settings = Self::default();
        for found in matches.iter().filter(|found| !makes_shared(found)) {
            settings.add_site(subject, found, draft)?;
        }
        let calls = matches.iter().filter(|found| speaks(found));
        let n_calls = calls.count();
        let differs = |it: &&Setting| it.is_moved && it.sites < n_calls;
        if let Some(setting) = settings.given.iter().find(differs) {
            let argument = setting.text.clone();
            return Err(Refusal::SettingsDiffer { argument });
        }
        settings.given.sort_by_key(|it| it.line);
        Ok(settings)
    }

    /// Returns them as code.
    pub(super) fn text(&self) -> String {
        let texts = self.given.iter().map(|it| it.text.as_str());
        texts.collect::<Vec<_>>().join(", ")
    }

    fn add_site<'a>(
        &mut self,
        subject: &Subject<'a>,
        found: &Match<'_, 'a>,
        draft: &mut Draft,
    ) -> Result<(), Refusal> {
        let lines = &found.rule.arguments.lines;
        for template in &found.rule.shares.gives {
            let text = written(subject, found, template, &found.captures, draft)?;
            self.add(usize::MAX, keyword_of(&template.root), text, None)?;
        }
        let Some(call) = call_of(subject, found) else {
            return Ok(());
        };
        for keyword in &call.arguments.keywords {
            if let Some((_, ArgumentFate::Moved)) = fate(subject, found, keyword) {
                let text = subject.text()[keyword.range()].to_owned();
                let name = keyword.arg.as_ref().map(|it| it.as_str());
                let line = lines
                    .iter()
                    .position(|it| keyword_of(&it.pattern.root) == name);
                self.add(line.unwrap_or(lines.len()), name, text, Some(true))?;
            }
        }
        for (place, line) in lines.iter().enumerate() {
            if let Some(Absent::Made(template)) = &line.absent
                && !has(call, &line.pattern)
            {
                let text = written(subject, found, template, &found.captures, draft)?;
                self.add(place, keyword_of(&template.root), text, Some(false))?;
            }
        }
        Ok(())
    }

    fn add(
        &mut self,
        line: usize,
        name: Option<&str>,
        text: String,
        moved: Option<bool>,
    ) -> Result<(), Refusal> {
        let name = name.unwrap_or_default().to_owned();
        match self.given.iter_mut().find(|it| it.name == name) {
            Some(known) if known.text == text => {
                known.sites += 1;
                Ok(())
            }
            Some(_) => Err(Refusal::SettingsDiffer { argument: text }),
            None => {
                self.given.push(Setting {
                    line,
                    name,
                    text,
                    sites: 1,
                    is_moved: moved == Some(true),
                });
                Ok(())
            }
        }
    }

    /// Writes the arguments that a call needs only where the shared object has others of that name.
    pub(super) fn write_here<'a>(
        &self,
        subject: &Subject<'a>,
        found: &Match<'_, 'a>,
        call: &'a ExprCall,
        draft: &mut Draft,
    ) -> Result<(), Refusal> {
        for line in &found.rule.arguments.lines {
            let Some(template) = here(line).filter(|_| !has(call, &line.pattern)) else {
                continue;
            };
            let name = keyword_of(&template.root);
            let is_set = self.given.iter().any(|it| Some(it.name.as_str()) == name);
            let text = written(subject, found, template, &found.captures, draft)?;
            let is_same = self.given.iter().any(|it| it.text == text);
            let last = call.arguments.iter_source_order().last();
            if let Some(last) = last.filter(|_| is_set && !is_same) {
                let edit = Edit::insertion(last.end(), format!(", {text}"));
                draft.edits.push(edit);
            }
        }
        Ok(())
    }
}

/// Whether a match is of a rule that speaks of what the shared object is made with.
fn speaks(found: &Match) -> bool {
    let moves = |line: &ArgumentLine| {
        let mut cases = line.cases.iter();
        cases.any(|(_, fate)| matches!(fate, ArgumentFate::Moved))
    };
    let mut lines = found.rule.arguments.lines.iter();
    !makes_shared(found) && lines.any(|it| it.absent.is_some() || moves(it))
}

/// Whether a match is what makes the shared object.
fn makes_shared(found: &Match) -> bool {
    match &found.rule.verb {
        Some(Verb::Rewrite(template)) => template.slots.iter().any(|it| it.name == SETTINGS),
        _ => false,
    }
}

fn here(line: &ArgumentLine) -> Option<&Template> {
    match &line.absent {
        Some(Absent::Here(template)) => Some(template),
        _ => None,
    }
}

/// Whether a call has an argument of the name that a line speaks of.
fn has(call: &ExprCall, pattern: &Pattern) -> bool {
    let name = keyword_of(&pattern.root);
    let named = |it: &Keyword| it.arg.as_ref().map(|arg| arg.as_str()) == name;
    call.arguments.keywords.iter().any(named)
}

/// The name of a keyword argument, which reads like an assignment.
fn keyword_of(root: &Root) -> Option<&str> {
    let Root::Statements(statements) = root else {
        return None;
    };
    match statements.as_slice() {
        [Stmt::Assign(assign)] => Some(assign.targets.first()?.as_name_expr()?.id.as_str()),
        _ => None,
    }
}

/// The code of a keyword argument.
fn written<'a>(
    subject: &Subject<'a>,
    found: &Match<'_, 'a>,
    template: &Template,
    captures: &Captures<'_, 'a>,
    draft: &mut Draft,
) -> Result<String, Refusal> {
    let spelled = spell_all(subject, found.node, &template.names, &mut draft.needs)?;
    let names = template.names.iter().zip(spelled);
    let names = names.map(|(name, spelled)| (name.range, spelled));
    let slots = template.slots.iter().filter_map(|slot| {
        let range = captures.find(&slot.name).and_then(Captured::range)?;
        Some((slot.range, subject.text()[range].to_owned()))
    });
    let code = spliced(&template.code, names.chain(slots).collect());
    // Written as an assignment, it is an argument.
    let (name, value) = code.split_once('=').unwrap_or((&code, ""));
    Ok(format!("{}={}", name.trim(), value.trim()))
}
