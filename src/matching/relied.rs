//! The names that a change relies on, old ones and new ones → where the project puts something else in
//! their place.

use std::path::Path;

use ruff_python_ast::{Expr, ExprName, ExprRef};

use super::found::Match;
use super::kind::unquoted;
use super::subject::Subject;
use crate::bind::replaced::Put;
use crate::bind::resolve::Meaning;
use crate::bind::scope::ScopeId;
use crate::bind::value::Origin;
use crate::project::original::Original;
use crate::project::replacement::{Asked, Replaced};
use crate::python::tree::NodeId;
use crate::recipe::Rule;
use crate::recipe::condition::Condition;
use crate::semantic::class::Class;

/// Returns a sentence about the first name of what is matched that is replaced: those that the rule's pattern
/// names, and those that say what its captures are.
pub(crate) fn replaced<'a>(subject: &Subject<'a>, found: &Match<'_, 'a>) -> Option<String> {
    let mut named = names(subject, found).into_iter();
    let of_pattern = named.find_map(|name| of_name(subject, name));
    of_pattern.or_else(|| {
        let captures = meant(found.rule).into_iter();
        let mut values = captures.filter_map(|name| found.captures.expression(name));
        values.find_map(|value| of_value(subject, value))
    })
}

/// The same of a name that the new text has.
pub(crate) fn written_replaced(
    subject: &Subject,
    qualified: &str,
    spelled: &str,
) -> Option<String> {
    let first = spelled.split('.').next().unwrap_or(spelled);
    of_meaning(subject, Some(qualified), Some(first))
}

/// Names and attributes in what is matched, captures left out.
fn names<'a>(subject: &Subject<'a>, found: &Match<'_, 'a>) -> Vec<ExprRef<'a>> {
    let tree = subject.tree;
    let captured: Vec<_> = found.captures.ranges().collect();
    let nodes = tree.ids().skip(found.node.index());
    let nodes = nodes.take_while(|id| tree.range(*id).start() < found.range.end());
    let is_own = |id: &NodeId| {
        let range = tree.range(*id);
        found.range.contains_range(range) && !captured.iter().any(|it| it.contains_range(range))
    };
    let whole = nodes.filter(is_own).filter(|id| is_whole(subject, *id));
    whole.filter_map(|id| tree.node(id).as_expr_ref()).collect()
}

/// A name, or all attributes that are taken from one.
fn is_whole(subject: &Subject, id: NodeId) -> bool {
    let node = subject.tree.node(id);
    let is_named = node.is_expr_name() || node.is_expr_attribute();
    is_named && !subject.tree.parent_node(id).is_expr_attribute()
}

/// Returns the captures that a rule asks what they are.
pub(super) fn meant(rule: &Rule) -> Vec<&str> {
    let mut captures = Vec::new();
    conditions(rule).for_each(|it| it.add_meant(&mut captures));
    captures
}

/// Returns the captures of which a rule asks anything.
pub(super) fn asked(rule: &Rule) -> Vec<&str> {
    let mut captures = Vec::new();
    conditions(rule).for_each(|it| it.add_asked(&mut captures));
    captures
}

/// Iterates over what a rule asks of a match, and its doubts.
fn conditions(rule: &Rule) -> impl Iterator<Item = &Condition> {
    let doubts = rule.doubts.iter().filter_map(|doubt| doubt.when.as_deref());
    let patterns = rule.patterns.iter().map(|it| &*it.condition);
    patterns.chain([&*rule.condition]).chain(doubts)
}

/// A value, and what makes it.
fn of_value<'a>(subject: &Subject<'a>, value: ExprRef<'a>) -> Option<String> {
    let origins = subject.resolver.origins(value);
    let makers = origins.iter().flat_map(|origin| match origin {
        Origin::Made(ExprRef::Call(call)) => vec![ExprRef::from(&call.func)],
        Origin::Annotated(annotation) => annotated(subject, annotation),
        _ => Vec::new(),
    });
    let makers: Vec<_> = makers.collect();
    let mut named = [value].into_iter().chain(makers.iter().copied());
    named
        .find_map(|name| of_name(subject, name))
        .or_else(|| of_member(subject, value, &makers))
}

/// The names of an annotation: a value is of one of these.
fn annotated<'a>(subject: &Subject<'a>, annotation: &'a Expr) -> Vec<ExprRef<'a>> {
    let annotation = ExprRef::from(annotation);
    let annotation = unquoted(subject, annotation).unwrap_or(annotation);
    let inside = subject.tree.with_descendants(subject.tree.id(annotation));
    let whole = inside.filter(|id| is_whole(subject, *id));
    whole
        .filter_map(|id| subject.tree.node(id).as_expr_ref())
        .collect()
}

fn of_name<'a>(subject: &Subject<'a>, name: ExprRef<'a>) -> Option<String> {
    let meaning = subject.resolver.meaning(name).qualified();
    let root = root(name).filter(|root| is_of_module(subject, root));
    of_meaning(
        subject,
        meaning.as_deref(),
        root.map(|root| root.id.as_str()),
    )
}

fn of_meaning(subject: &Subject, qualified: Option<&str>, own: Option<&str>) -> Option<String> {
    let (name, replaced) = place(subject, qualified, own)?;
    Some(said(subject, &name, &replaced))
}

/// The name that is replaced, and where.
fn place(
    subject: &Subject,
    qualified: Option<&str>,
    own: Option<&str>,
) -> Option<(String, Replaced)> {
    let qualified = qualified.map(Asked::Qualified);
    let mut asked = qualified.into_iter().chain(own.map(Asked::Own));
    asked.find_map(|asked| {
        let (is_own, name) = match asked {
            Asked::Own(name) => (true, name),
            Asked::Qualified(name) => (false, name),
            Asked::Member(..) => return None,
        };
        let find = || subject.facts.replaced(subject.path(), asked);
        let question = (is_own, name.to_owned());
        let replaced = subject.answers.replaced.or_find(&question, find)?;
        Some((name.to_owned(), replaced))
    })
}

/// Returns a sentence about where something else is put in the place of what is called, or of what has it;
/// files of which it is known what they put there are left out.
pub(super) fn callee_replaced<'a>(
    subject: &Subject<'a>,
    callee: ExprRef<'a>,
    is_known: &dyn Fn(&Path) -> bool,
) -> Option<String> {
    let meaning = subject.resolver.meaning(callee).qualified();
    let root = root(callee).filter(|root| is_of_module(subject, root));
    let root = root.map(|root| root.id.as_str());
    let itself = place(subject, meaning.as_deref(), root);
    let itself = itself.filter(|(_, replaced)| !is_known(&replaced.path));
    let itself = itself.map(|(name, replaced)| said(subject, &name, &replaced));
    itself.or_else(|| match callee {
        ExprRef::Attribute(method) => of_value(subject, (&method.value).into()),
        _ => None,
    })
}

/// The same of a def that is known, by whatever way it is called.
pub(super) fn original_replaced(
    subject: &Subject,
    original: &Original,
    is_known: &dyn Fn(&Path) -> bool,
) -> Option<String> {
    let Original { path, class, name } = original;
    let asked = match class {
        Some(class) => Asked::Member(class, name),
        None => Asked::Own(name),
    };
    let replaced = subject.facts.replaced(path, asked)?;
    (!is_known(&replaced.path)).then(|| said(subject, name, &replaced))
}

fn said(subject: &Subject, name: &str, replaced: &Replaced) -> String {
    let file = subject.name_of_file(&replaced.path);
    let place = replaced.position.line_in(&file);
    format!("{place} replaces `{name}`")
}

/// `self.lock`: what is no value of these makers may be put there, by whoever has the object. What no call
/// makes is not told from that.
fn of_member<'a>(
    subject: &Subject<'a>,
    value: ExprRef<'a>,
    makers: &[ExprRef<'a>],
) -> Option<String> {
    let ExprRef::Attribute(attribute) = value else {
        return None;
    };
    if makers.is_empty() {
        return None;
    }
    let class = subject.resolver.class_of_self(attribute)?;
    let is_made = |name: &String| {
        let mut makers = makers.iter();
        makers.any(|it| subject.resolver.meaning(*it) == Meaning::Qualified(name.clone()))
    };
    let stand_ins = subject.stand_ins(&Class::Here(class), &attribute.attr);
    let mut others = stand_ins.iter();
    let other = others.find(|it| match &it.put {
        // That is among the values that were looked at.
        Put::Unknown | Put::Made(_) if it.is_own => false,
        Put::Made(name) => !is_made(name),
        // As wrong before as after.
        Put::Inert => false,
        _ => true,
    })?;
    let file = subject.name_of_file(&other.path);
    Some(format!("{file} sets `{}`", other.what))
}

fn root(expression: ExprRef<'_>) -> Option<&ExprName> {
    match expression {
        ExprRef::Name(name) => Some(name),
        ExprRef::Attribute(attribute) => root((&attribute.value).into()),
        _ => None,
    }
}

fn is_of_module(subject: &Subject, name: &ExprName) -> bool {
    let scope = subject.names.scope_of(subject.tree.id(name));
    let owner = subject.names.lookup(scope, &name.id);
    owner.is_none_or(|owner| owner == ScopeId::MODULE)
}
