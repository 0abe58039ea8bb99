//! The verb `add`: a definition that a change needs, behind a function of the file.

use ruff_python_ast::AnyNodeRef;
use ruff_text_size::TextSize;

use super::concrete::spliced;
use super::render::Layout;
use super::spelling::spell_all;
use super::{Draft, Refusal};
use crate::matching::Match;
use crate::matching::capture::Captured;
use crate::matching::subject::Subject;
use crate::matching::uses::bindings_of;
use crate::plan::need::Need;
use crate::python::tree::NodeId;
use crate::recipe::Add;
use crate::text::blank::{blank_lines_after, count_lines, line_break_before, line_end};
use crate::text::edit::Edit;

/// Blank lines around a function of the module, as PEP 8 wants them.
const BLANK_LINES: usize = 2;

/// Writes the definition; `names` are those that the change was given.
pub(super) fn add<'a>(
    subject: &Subject<'a>,
    found: &Match<'_, 'a>,
    add: &Add,
    names: &[(String, String)],
    draft: &mut Draft,
) -> Result<(), Refusal> {
    let beside = function(subject, found, &add.beside)?;
    let template = add.text.with_names(names);
    let spelled = spell_all(subject, beside, &template.names, &mut draft.needs)?;
    let spelled = template.names.iter().zip(spelled);
    let spelled = spelled.map(|(name, spelled)| (name.range, spelled));
    let mut pieces: Vec<_> = spelled.collect();
    for slot in &template.slots {
        let range = found.captures.find(&slot.name).and_then(Captured::range);
        let text = range.map_or("", |range| &subject.text()[range]);
        pieces.push((slot.range, text.to_owned()));
        draft
            .needs
            .extend(range.map(|range| Need::Copied { range }));
    }
    let mut code = spliced(&template.code, pieces);
    // What is left of them stands in comments.
    for (capture, name) in names {
        code = code.replace(&format!("${capture}"), name);
    }
    draft.edits.push(behind(subject, beside, &code));
    Ok(())
}

/// Returns the function of the module that a capture names.
fn function<'a>(
    subject: &Subject<'a>,
    found: &Match<'_, 'a>,
    capture: &str,
) -> Result<NodeId, Refusal> {
    let named = found.captures.expression(capture);
    let bindings = named.map(|named| bindings_of(subject, named));
    let function = match bindings.as_deref() {
        Some([only]) => Some(subject.names.binding(*only).statement),
        _ => None,
    };
    let is_function = |id: &NodeId| {
        let at_top = subject.tree.parent(*id) == NodeId::ROOT;
        at_top && matches!(subject.tree.node(*id), AnyNodeRef::StmtFunctionDef(_))
    };
    function.filter(is_function).ok_or_else(|| {
        let range = found.captures.find(capture).and_then(Captured::range);
        let name = range.map_or("", |range| &subject.text()[range]);
        Refusal::NotBeside {
            name: name.to_owned(),
        }
    })
}

fn behind(subject: &Subject, function: NodeId, code: &str) -> Edit {
    let text = subject.text();
    let range = subject.tree.range(function);
    let layout = Layout::at(subject, range.start());
    let code = layout.lay_out(code);
    let line_break = layout.line_break;
    let above = line_break.repeat(BLANK_LINES);
    let after = line_end(text, range.end());
    let below = blank_lines_after(text, after, TextSize::of(text));
    let n_below = count_lines(&text[after.to_usize()..below.to_usize()]);
    let below = match below == TextSize::of(text) {
        true => String::new(),
        false => line_break.repeat(BLANK_LINES.saturating_sub(n_below)),
    };
    let code = match line_break_before(text, after) {
        "" => format!("{line_break}{above}{code}"),
        _ => format!("{above}{code}{line_break}{below}"),
    };
    Edit::insertion(after, code)
}
