//! The quotes that a file writes its strings with.

use ruff_python_ast::str::Quote;
use ruff_python_ast::{AnyNodeRef, StringFlags};

use crate::matching::subject::Subject;

/// Returns the quotes that most of its strings have.
pub(super) fn of(subject: &Subject) -> char {
    *subject.answers.quote.get_or_init(|| find(subject))
}

fn find(subject: &Subject) -> char {
    let tree = subject.tree;
    let (mut single, mut double) = (0, 0);
    for id in tree.ids() {
        if let AnyNodeRef::StringLiteral(literal) = tree.node(id)
            && !literal.flags.is_triple_quoted()
        {
            match literal.flags.quote_style() {
                Quote::Single => single += 1,
                Quote::Double => double += 1,
            }
        }
    }
    if single > double { '\'' } else { '"' }
}

/// Returns code of the table with the file's quotes.
pub(super) fn with(code: &str, quote: char) -> String {
    match code.contains('\'') {
        true => code.to_owned(),
        false => code.replace('"', &quote.to_string()),
    }
}
