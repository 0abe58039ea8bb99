//! `value of f($x)` at the beginning of a line of a pattern: a statement that uses the value, in any of the
//! usual ways.

use std::borrow::Cow;

use ruff_python_ast::{Expr, NodeKind, Operator, Stmt};

use super::{Arity, metavariable};

/// As typed.
const TYPED: &str = "value of ";

/// How Python is spelled that parses: as long as typed, so that offsets stay, with a name that no metavariable
/// can have.
const SPELLED: &str = "__mv_0@= ";

/// The name in it.
const NAME: &str = "0";

/// The statements that use a value.
pub(super) const KINDS: &[NodeKind] = &[
    NodeKind::StmtExpr,
    NodeKind::StmtAssign,
    NodeKind::StmtAnnAssign,
    NodeKind::StmtAugAssign,
    NodeKind::StmtReturn,
    NodeKind::StmtAssert,
    NodeKind::StmtIf,
    NodeKind::StmtWhile,
];

/// Spells each `value of` as a statement of Python.
pub(super) fn spelled(text: &str) -> Cow<'_, str> {
    if !text.contains(TYPED) {
        return Cow::Borrowed(text);
    }
    let lines = text.split_inclusive('\n').map(|line| {
        let value = line.trim_start_matches(' ');
        let indent = &line[..line.len() - value.len()];
        match value.strip_prefix(TYPED) {
            Some(value) => format!("{indent}{SPELLED}{value}"),
            None => line.to_owned(),
        }
    });
    Cow::Owned(lines.collect())
}

/// Returns the value that a statement of a pattern is about, if it is `value of`.
pub fn value_of(pattern: &Stmt) -> Option<&Expr> {
    let Stmt::AugAssign(used) = pattern else {
        return None;
    };
    let Expr::Name(name) = &*used.target else {
        return None;
    };
    let is_marked =
        metavariable(&name.id).is_some_and(|it| (it.name, it.arity) == (NAME, Arity::One));
    (is_marked && used.op == Operator::MatMult).then_some(&*used.value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_stay() {
        assert_eq!(TYPED.len(), SPELLED.len());
        assert_eq!(spelled("the value of f()"), "the value of f()");
        assert_eq!(
            spelled("$t = g()\n  value of f($t)"),
            "$t = g()\n  __mv_0@= f($t)"
        );
    }
}
