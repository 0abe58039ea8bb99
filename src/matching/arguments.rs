//! Arguments of a call × arguments of a pattern: positions, keywords in any order, the rest.

use ruff_python_ast::{ArgOrKeyword, Arguments, Expr, ExprRef, Keyword, Stmt};

use super::capture::{Captured, Captures};
use super::subject::Subject;
use super::unify::{Unifier, rest_variable};
use crate::recipe::pattern::{Arity, Pattern, Root, metavariable};

/// Compares a keyword argument with a pattern such as `loop=$x`; `None`: it does not fit for sure.
pub(crate) fn fit_keyword<'r, 'a>(
    pattern: &'r Pattern,
    node: &'a Keyword,
    given: &Captures<'r, 'a>,
    subject: &Subject<'a>,
) -> Option<Captures<'r, 'a>> {
    let Root::Statements(statements) = &pattern.root else {
        return None;
    };
    let [Stmt::Assign(assign)] = statements.as_slice() else {
        return None;
    };
    let [Expr::Name(name)] = assign.targets.as_slice() else {
        return None;
    };
    let mut unifier = Unifier::new(subject, given, node.into());
    let fits = unifier.identifier(&name.id, node.arg.as_ref()?)
        && unifier.expression(&assign.value, ExprRef::from(&node.value));
    (fits && unifier.unsure.is_none()).then_some(unifier.captures)
}

impl<'r, 'a> Unifier<'r, 'a, '_> {
    pub(super) fn arguments(&mut self, pattern: &'r Arguments, node: &'a Arguments) -> bool {
        let named = pattern
            .args
            .iter()
            .filter(|argument| rest_variable(argument).is_none());
        let mut positions = node.args.iter();
        for argument in named {
            let Some(given) = positions.next() else {
                return false;
            };
            if given.is_starred_expr() && !argument.is_starred_expr() {
                self.unsure
                    .get_or_insert_with(|| "the call unpacks arguments (`*args`)".into());
            }
            if !self.expression(argument, ExprRef::from(given)) {
                return false;
            }
        }
        let mut left: Vec<&'a Keyword> = node.keywords.iter().collect();
        for keyword in &pattern.keywords {
            let fits = match keyword_variable(keyword) {
                Some(_) => true,
                None if keyword.arg.is_none() => self.unpacked(keyword, &mut left),
                None => self.keyword(keyword, &mut left),
            };
            if !fits {
                return false;
            }
        }
        self.rest(pattern, positions.as_slice(), left)
    }

    fn keyword(&mut self, pattern: &'r Keyword, left: &mut Vec<&'a Keyword>) -> bool {
        let Some(name) = &pattern.arg else {
            return false;
        };
        let found = match metavariable(&name.id) {
            Some(_) => left.iter().position(|given| given.arg.is_some()),
            None => left
                .iter()
                .position(|given| given.arg.as_ref().is_some_and(|arg| arg.id == name.id)),
        };
        let Some(found) = found else {
            return false;
        };
        let given = left.remove(found);
        given
            .arg
            .as_ref()
            .is_some_and(|arg| self.identifier(&name.id, arg))
            && self.expression(&pattern.value, ExprRef::from(&given.value))
    }

    /// `**$x` is what the call unpacks.
    fn unpacked(&mut self, pattern: &'r Keyword, left: &mut Vec<&'a Keyword>) -> bool {
        let found = left.iter().position(|given| given.arg.is_none());
        found.is_some_and(|found| {
            let given = left.remove(found);
            self.expression(&pattern.value, ExprRef::from(&given.value))
        })
    }

    /// Gives what is left to `$*xs` and `$**kw`; without them nothing may be left.
    fn rest(
        &mut self,
        pattern: &'r Arguments,
        positions: &'a [Expr],
        keywords: Vec<&'a Keyword>,
    ) -> bool {
        let rest = pattern.args.iter().find_map(rest_variable);
        let keyword_rest = pattern.keywords.iter().find_map(keyword_variable);
        if (rest.is_none() && !positions.is_empty())
            || (rest.is_none() && keyword_rest.is_none() && !keywords.is_empty())
        {
            return false;
        }
        let keywords = keywords.into_iter().map(ArgOrKeyword::Keyword);
        let mut arguments: Vec<_> = positions.iter().map(ArgOrKeyword::Arg).collect();
        if let Some(name) = keyword_rest {
            return self.capture(name, Captured::Arguments(keywords.collect()))
                && rest.is_none_or(|rest| self.capture(rest, Captured::Arguments(arguments)));
        }
        arguments.extend(keywords);
        arguments.sort_by_key(ruff_text_size::Ranged::start);
        rest.is_none_or(|rest| self.capture(rest, Captured::Arguments(arguments)))
    }
}

fn keyword_variable(keyword: &Keyword) -> Option<&str> {
    let Expr::Name(name) = &keyword.value else {
        return None;
    };
    (keyword.arg.is_none())
        .then(|| metavariable(&name.id))
        .flatten()
        .filter(|variable| variable.arity == Arity::Keywords)
        .map(|variable| variable.name)
}
