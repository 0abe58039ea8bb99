//! What is done with the place that keeps a value, in its file and in the project.

use ruff_python_ast::{AnyNodeRef, CmpOp, Expr, ExprAttribute, ExprRef};
use ruff_text_size::{Ranged, TextRange};

use crate::matching::answers::owned::Stored;
use crate::matching::attribute::{bound_on, mentions, texts};
use crate::matching::capture::Captured;
use crate::matching::place::defined_name;
use crate::matching::site::{Evidence, Found, Site};
use crate::matching::subject::Subject;
use crate::matching::uses::around_use;
use crate::project::attribute_use::AttributeUse;
use crate::project::original::Original;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::condition::{Guarded, UsedElsewhere};
use crate::recipe::schema::STORED_PLACE;
use crate::semantic::ways::is_on_every_way;
use crate::source::cell::Position;

/// The method in which an object gets its attributes.
const INIT: &str = "__init__";

/// Returns whether whatever else is done with the place matches, or only asks whether it is there.
pub(super) fn only_uses<'r, 'a>(
    patterns: &'r [Guarded],
    stored: &Stored<'a>,
    site: Site<'_, 'r, 'a>,
    evidence: &mut Evidence,
) -> Answer {
    let subject = site.subject;
    for node in uses(subject, stored) {
        if is_asked(subject, node) || is_declared(subject, node) {
            continue;
        }
        if !fits(patterns, node, site) {
            let line = subject.statement_line(node);
            evidence.why(format!("it is also used in `{}`", line.trim()));
            return Answer::No;
        }
    }
    match elsewhere(subject, stored) {
        Some(why) => {
            evidence.unknown.push(why);
            Answer::Unknown
        }
        None => Answer::Yes,
    }
}

/// Returns whether something that is done with the place matches.
pub(super) fn some_use<'r, 'a>(
    patterns: &'r [Guarded],
    stored: &Stored<'a>,
    site: Site<'_, 'r, 'a>,
    evidence: &mut Evidence,
) -> Answer {
    let subject = site.subject;
    let mut uses = uses(subject, stored).into_iter();
    if let Some(node) = uses.find(|node| fits(patterns, *node, site)) {
        let line = subject.statement_line(node);
        evidence.why(format!("`{}` does it", line.trim()));
        return Answer::Yes;
    }
    match elsewhere(subject, stored) {
        Some(why) => {
            evidence.unknown.push(why);
            Answer::Unknown
        }
        None => Answer::No,
    }
}

fn fits<'r>(patterns: &'r [Guarded], node: NodeId, site: Site<'_, 'r, '_>) -> bool {
    let tree = site.subject.tree;
    let Some(used) = tree.node(node).as_expr_ref() else {
        return false;
    };
    let name = STORED_PLACE.trim_start_matches('$');
    let captures = site.captures.rebound(name, Captured::Expression(used));
    let at_use = Site {
        captures: &captures,
        ..site
    };
    let mut around = around_use(site.subject, node);
    around.any(|id| at_use.fits_any(patterns, tree.node(id)).is_yes())
}

/// The nodes that stand for the place, or for the name the value had before; the site's own left out.
pub(super) fn uses<'a>(subject: &Subject<'a>, stored: &Stored<'a>) -> Vec<NodeId> {
    let holder = subject.tree.id(stored.holder);
    let mut found = match stored.holder {
        ExprRef::Attribute(attribute) => of_attribute(subject, attribute),
        ExprRef::Name(name) => of_name(subject, holder, name.id.as_str()),
        _ => Vec::new(),
    };
    found.retain(|id| *id != holder);
    if let Some((binding, storing)) = stored.through {
        let uses = subject.flow.uses(binding).into_iter();
        found.extend(uses.filter(|id| *id != storing));
    }
    found
}

/// All mentions of a name that mean the same as here.
fn of_name(subject: &Subject, at: NodeId, name: &str) -> Vec<NodeId> {
    let owner = |id: NodeId| subject.names.lookup(subject.names.scope_of(id), name);
    let own = owner(at);
    let is_it = |id: &NodeId| {
        matches!(subject.tree.node(*id), AnyNodeRef::ExprName(it) if it.id.as_str() == name)
            && owner(*id) == own
    };
    let named = subject.words().get(name).into_iter().flatten();
    named.copied().filter(is_it).collect()
}

/// The attributes of that name of the object's class, of those that derive from it or that it derives
/// from, and of objects whose class is not known; what the classes give the name to as well.
fn of_attribute<'a>(subject: &Subject<'a>, attribute: &'a ExprAttribute) -> Vec<NodeId> {
    let own = subject.resolver.class_of_self(attribute);
    let name = attribute.attr.as_str();
    let mut found = mentions(subject, name, own);
    found.extend(bound_on(subject, name, own));
    found
}

/// What is not known of the place: texts that may name it, and other files that use it.
fn elsewhere<'a>(subject: &Subject<'a>, stored: &Stored<'a>) -> Option<String> {
    let name = match stored.holder {
        ExprRef::Attribute(attribute) => attribute.attr.as_str(),
        ExprRef::Name(name) => name.id.as_str(),
        _ => return None,
    };
    if subject.is_mentioned(name) || !texts(subject, name).is_empty() {
        return Some(format!("how code uses `{name}`, which a string names"));
    }
    match stored.holder {
        ExprRef::Attribute(attribute) => {
            attribute_used(subject, attribute).map(|used| used_there(name, &used))
        }
        _ => {
            let owner = subject
                .names
                .lookup(subject.names.scope_of(subject.tree.id(stored.holder)), name);
            let is_shared = owner == Some(crate::bind::scope::ScopeId::MODULE)
                && subject.facts.other_file_uses(subject.path(), name);
            is_shared.then(|| format!("`{name}` may be used in another file"))
        }
    }
}

/// What is not known of a place that another file may use.
fn used_there(name: &str, used: &AttributeUse) -> String {
    let place = used.place();
    match used.is_text {
        true => format!("how code uses `{name}`, which a string names in {place}"),
        false => format!("`{name}` may be used in {place}"),
    }
}

/// Where another file uses the attribute.
fn attribute_used<'a>(subject: &Subject<'a>, attribute: &'a ExprAttribute) -> Option<AttributeUse> {
    let original = original_of(subject, attribute);
    subject.facts.attribute_used(&original, false)
}

/// Where another file reads what the place has, tests included.
pub fn read_elsewhere<'a>(subject: &Subject<'a>, stored: &Stored<'a>) -> Option<AttributeUse> {
    let ExprRef::Attribute(attribute) = stored.holder else {
        return None;
    };
    let original = original_of(subject, attribute);
    subject.facts.attribute_used(&original, true)
}

fn original_of<'a>(subject: &Subject<'a>, attribute: &'a ExprAttribute) -> Original {
    let class = subject.resolver.class_of_self(attribute);
    Original {
        path: subject.path().to_owned(),
        class: class.map(|class| class.name.to_string()),
        name: attribute.attr.to_string(),
    }
}

/// Returns whether the most that another file does with the place is one of these.
pub(super) fn used_elsewhere<'a>(
    wanted: &[UsedElsewhere],
    stored: &Stored<'a>,
    subject: &Subject<'a>,
    evidence: &mut Evidence,
) -> Answer {
    let ExprRef::Attribute(attribute) = stored.holder else {
        return Answer::No;
    };
    match attribute_used(subject, attribute) {
        Some(used) if !used.is_worked && wanted.contains(&UsedElsewhere::Mentioned) => {
            evidence.found = Some(Found::In {
                name: Some(used.path.to_string_lossy().replace('\\', "/")),
                line: used.position.map(Position::words),
            });
            Answer::Yes
        }
        _ => Answer::No,
    }
}

/// It is only asked whether something is there.
fn is_asked(subject: &Subject, node: NodeId) -> bool {
    let tree = subject.tree;
    let (range, parent) = (tree.range(node), tree.parent(node));
    let is_it = |test: &Expr| test.range() == range;
    match tree.node(parent) {
        AnyNodeRef::ExprCompare(compare) => {
            let is_identity = |op: &CmpOp| matches!(op, CmpOp::Is | CmpOp::IsNot);
            let mut others = compare.comparators.iter();
            compare.ops.iter().all(is_identity) && others.all(Expr::is_none_literal_expr)
        }
        AnyNodeRef::ExprUnaryOp(operation) => operation.op.is_not(),
        AnyNodeRef::ExprBoolOp(operation) => {
            let is_last = operation.values.last().is_some_and(is_it);
            operation.op.is_and() && !is_last || is_asked(subject, parent)
        }
        AnyNodeRef::StmtIf(statement) => is_it(&statement.test),
        AnyNodeRef::ElifElseClause(clause) => clause.test.as_ref().is_some_and(is_it),
        AnyNodeRef::StmtWhile(statement) => is_it(&statement.test),
        AnyNodeRef::StmtAssert(statement) => is_it(&statement.test),
        AnyNodeRef::ExprIf(choice) => is_it(&choice.test),
        _ => false,
    }
}

/// `self.feed: Feed` without a value.
fn is_declared(subject: &Subject, node: NodeId) -> bool {
    let parent = subject.tree.parent_node(node);
    matches!(parent, AnyNodeRef::StmtAnnAssign(it) if it.value.is_none())
}

/// Returns whether each object has a value in the place before the site gives it one: what `__init__`
/// sets, and what the class does, but no collection that all objects would share.
pub fn has_first_value<'a>(subject: &Subject<'a>, stored: &Stored<'a>) -> bool {
    let ExprRef::Attribute(attribute) = stored.holder else {
        return true;
    };
    let is_shared = stored.store == crate::recipe::condition::Store::Collection;
    of_attribute(subject, attribute).into_iter().any(|id| {
        let Some(value) = value_given(subject, id) else {
            return false;
        };
        match subject.tree.node(id) {
            AnyNodeRef::ExprName(_) => !is_shared || is_made_for_each(value),
            _ => in_init(subject, id) && is_on_every_way(subject, id),
        }
    })
}

/// Returns whether something else than `__init__` sets the place to None.
pub fn is_emptied<'a>(subject: &Subject<'a>, stored: &Stored<'a>) -> bool {
    let ExprRef::Attribute(attribute) = stored.holder else {
        return false;
    };
    let mut stores = of_attribute(subject, attribute).into_iter();
    stores.any(|id| {
        let is_attribute = subject.tree.node(id).is_expr_attribute();
        let value = value_given(subject, id);
        is_attribute && value.is_some_and(Expr::is_none_literal_expr) && !in_init(subject, id)
    })
}

fn in_init(subject: &Subject, node: NodeId) -> bool {
    let function = subject.context.enclosing_function(node);
    function.is_some_and(|function| defined_name(subject, function) == INIT)
}

/// The value that an assignment gives to a target.
fn value_given<'a>(subject: &Subject<'a>, target: NodeId) -> Option<&'a Expr> {
    let range: TextRange = subject.tree.range(target);
    match subject.tree.parent_node(target) {
        AnyNodeRef::StmtAssign(assign) => {
            let is_target = assign.targets.iter().any(|it| it.range() == range);
            is_target.then_some(&*assign.value)
        }
        AnyNodeRef::StmtAnnAssign(assign) if assign.target.range() == range => {
            assign.value.as_deref()
        }
        _ => None,
    }
}

/// `field(default_factory=set)`.
fn is_made_for_each(value: &Expr) -> bool {
    let call = value.as_call_expr();
    let mut keywords = call.iter().flat_map(|call| call.arguments.keywords.iter());
    keywords.any(|it| it.arg.as_deref().is_some_and(|it| it.ends_with("factory")))
}
