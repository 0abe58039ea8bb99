//! A pattern beside code that it does not fit → whether it was meant, and why it does not fit.

use ruff_python_ast::{AnyNodeRef, ExprRef};
use ruff_text_size::Ranged;

use super::first_line;
use crate::bind::resolve::Meaning;
use crate::matching::dispatch::Entry;
use crate::matching::subject::Subject;
use crate::python::tree::NodeId;
use crate::recipe::pattern::{Head, Pattern, Root, dotted};

/// Whether the pattern may have been meant for the node: they share the last name, or all names.
pub(super) fn may_be_meant(subject: &Subject, entry: &Entry, node: NodeId) -> bool {
    let pattern = &entry.pattern.pattern;
    let mut heads = pattern.heads().into_iter();
    if heads.all(|head| matches!(head, Head::Call(_) | Head::Name(_))) {
        return true;
    }
    let text = &subject.text()[subject.tree.range(node)];
    let words = pattern.words();
    !words.is_empty() && words.iter().all(|it| text.contains(&it.word))
}

/// Why the pattern does not fit: another name is meant, or what stands around it differs.
pub(super) fn misfit(subject: &Subject<'_>, pattern: &Pattern, node: NodeId) -> String {
    const OTHERWISE: &str = "its arguments or its form differ from those of the pattern";
    let callee = match subject.tree.node(node) {
        AnyNodeRef::ExprCall(call) => Some(ExprRef::from(&call.func)),
        node => node.as_expr_ref(),
    };
    let wanted = match &pattern.root {
        Root::Expression(expression) => match expression.as_call_expr() {
            Some(call) => dotted(&call.func),
            None => dotted(expression),
        },
        _ => None,
    };
    let (Some(callee), Some(wanted)) = (callee, wanted) else {
        return OTHERWISE.to_owned();
    };
    let text = first_line(&subject.text()[callee.range()]);
    match subject.resolver.meaning(callee) {
        Meaning::Qualified(name) if name == wanted => OTHERWISE.to_owned(),
        Meaning::Qualified(name) => format!("`{text}` means `{name}` here, not `{wanted}`"),
        Meaning::Local(_) => format!("`{text}` is defined in this file, and is not `{wanted}`"),
        Meaning::Attribute { .. } => belongs(callee, &text, &wanted, subject),
        Meaning::Unknown { why, .. } => {
            format!("awaitify cannot tell whether `{text}` means `{wanted}`: {why}")
        }
    }
}

/// A name in a pattern is a module's or a builtin: what was meant for an object is a capture.
fn belongs(callee: ExprRef<'_>, text: &str, wanted: &str, subject: &Subject<'_>) -> String {
    let mut first = callee;
    while let ExprRef::Attribute(attribute) = first {
        first = (&*attribute.value).into();
    }
    let root = first_line(&subject.text()[first.range()]);
    let (module, rest) = wanted.split_once('.').unwrap_or((wanted, ""));
    match root == module {
        true => format!(
            "`{root}` is an object of this file, and in a pattern the module `{module}`: \
             `${root}.{rest}` matches any object"
        ),
        false => {
            format!("`{text}` belongs to something of this file, not to what `{wanted}` names")
        }
    }
}
