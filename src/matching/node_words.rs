//! The names and literals of nodes, and where in a file they stand.

use ruff_python_ast::{AnyNodeRef, ExprRef};
use ruff_text_size::Ranged;
use rustc_hash::FxHashMap;

use super::capture::{Captured, Captures};
use super::subject::Subject;
use crate::python::tree::NodeId;

/// So many nodes of captured code are looked at for the rarest word; each word of it would do.
const MAX_WORDS: usize = 32;

impl<'a> Subject<'a> {
    /// Returns the nodes with a name or literal of their own, by that, in source order.
    pub(super) fn words(&self) -> &FxHashMap<&'a str, Vec<NodeId>> {
        self.answers.words.get_or_init(|| by_word(self))
    }
}

/// Adds names and literals, up to a number of all, of what a metavariable stands for.
pub(super) fn words_of_capture<'a>(
    variable: &str,
    captures: &Captures<'_, 'a>,
    subject: &Subject<'a>,
    found: &mut Vec<&'a str>,
) {
    match captures.find(variable) {
        Some(Captured::Expression(expression)) => words_in(*expression, subject, found),
        Some(Captured::Name { name, .. }) => found.push(*name),
        _ => {}
    }
}

fn words_in<'a>(expression: ExprRef<'a>, subject: &Subject<'a>, found: &mut Vec<&'a str>) {
    let mut open = vec![subject.tree.id(expression)];
    while let Some(id) = open.pop().filter(|_| found.len() < MAX_WORDS) {
        let node = subject.tree.node(id);
        words_of(node, subject.text(), &mut |word| found.push(word));
        // What a text spells is code only where it is an annotation.
        if !node.is_expr_string_literal() {
            open.extend(subject.tree.children(id));
        }
    }
}

/// Lists the nodes of a file by the words that are their own.
fn by_word<'a>(subject: &Subject<'a>) -> FxHashMap<&'a str, Vec<NodeId>> {
    let mut all: FxHashMap<&str, Vec<NodeId>> = FxHashMap::default();
    for id in subject.tree.ids() {
        words_of(subject.tree.node(id), subject.text(), &mut |word| {
            let known = all.entry(word).or_default();
            if known.last() != Some(&id) {
                known.push(id);
            }
        });
    }
    all
}

/// Hands out the names that a node itself has, or the text of a literal.
fn words_of<'a>(node: AnyNodeRef<'a>, text: &'a str, take: &mut impl FnMut(&'a str)) {
    match node {
        AnyNodeRef::ExprName(it) => take(&it.id),
        AnyNodeRef::ExprAttribute(it) => take(&it.attr),
        AnyNodeRef::ExprNumberLiteral(it) => take(&text[it.range()]),
        AnyNodeRef::ExprStringLiteral(it) => take(&text[it.range()]),
        AnyNodeRef::Keyword(it) => it.arg.iter().for_each(|it| take(it)),
        AnyNodeRef::Parameter(it) => take(&it.name),
        AnyNodeRef::StmtFunctionDef(it) => take(&it.name),
        AnyNodeRef::StmtClassDef(it) => take(&it.name),
        AnyNodeRef::Alias(it) => {
            it.name.split('.').for_each(&mut *take);
            it.asname.iter().for_each(|it| take(it));
        }
        AnyNodeRef::StmtImportFrom(it) => {
            it.module.iter().flat_map(|it| it.split('.')).for_each(take);
        }
        AnyNodeRef::StmtGlobal(it) => it.names.iter().for_each(|it| take(it)),
        AnyNodeRef::StmtNonlocal(it) => it.names.iter().for_each(|it| take(it)),
        AnyNodeRef::ExceptHandlerExceptHandler(it) => it.name.iter().for_each(|it| take(it)),
        AnyNodeRef::PatternMatchAs(it) => it.name.iter().for_each(|it| take(it)),
        AnyNodeRef::PatternMatchStar(it) => it.name.iter().for_each(|it| take(it)),
        AnyNodeRef::PatternMatchMapping(it) => it.rest.iter().for_each(|it| take(it)),
        AnyNodeRef::PatternKeyword(it) => take(&it.attr),
        AnyNodeRef::TypeParamTypeVar(it) => take(&it.name),
        AnyNodeRef::TypeParamTypeVarTuple(it) => take(&it.name),
        AnyNodeRef::TypeParamParamSpec(it) => take(&it.name),
        _ => {}
    }
}
