//! What is a function for? Rows of the roles table, and what only the code around it can tell.

use std::rc::Rc;

use ruff_python_ast::{AnyNodeRef, ExprRef, StmtFunctionDef};
use rustc_hash::FxHashSet;

use super::attribute;
use super::capture::Captures;
use super::class::is_method_of;
use super::evaluate::evaluate;
use super::family::relatives;
use super::importable::is_importable;
use super::overriding::overrides;
use super::place::{defined_name, is_called};
use super::site::{Evidence, Site};
use super::subject::Subject;
use super::unify::fits_surely;
use crate::bind::scope::ScopeId;
use crate::python::stdlib;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::condition::Role;
use crate::recipe::role::RoleRow;
use given::{is_given_at, is_outside};

mod elsewhere;

mod given;

/// Returns whether a def has a role.
pub(super) fn has_role(role: &str, function: NodeId, subject: &Subject) -> Answer {
    let by_code = match Role::from_word(role) {
        Some(Role::Method) => subject.context.is_method(function).into(),
        Some(Role::Dunder) => {
            let name = defined_name(subject, function);
            match subject.tree.parent(function) == NodeId::ROOT {
                true => stdlib::is_called_of_module(name).into(),
                false => stdlib::is_dunder(name).into(),
            }
        }
        Some(Role::Override) => overrides(function, subject),
        Some(Role::Overridden) => is_overridden(function, subject).into(),
        Some(Role::Callback) => is_callback(function, subject).into(),
        Some(Role::ConsoleScript) => is_console_script(function, subject).into(),
        Some(Role::EntryPoint) => {
            is_entry_point(function, subject, &mut FxHashSet::default()).into()
        }
        None => Answer::No,
    };
    let by_row = subject
        .roles
        .row(role)
        .map_or(Answer::No, |row| of_row(row, function, subject));
    by_code.or(by_row)
}

/// Returns whether a class below, a test or other code of the project puts another method in its place.
fn is_overridden(function: NodeId, subject: &Subject) -> bool {
    match subject.tree.node(function) {
        AnyNodeRef::StmtFunctionDef(def) => {
            !relatives(subject, def).is_ok_and(|all| all.is_empty())
        }
        _ => false,
    }
}

fn of_row(row: &RoleRow, function: NodeId, subject: &Subject) -> Answer {
    let own = match by_header(row, function, subject) {
        Answer::Yes => Answer::Yes,
        otherwise => otherwise.or(is_given(row, function, subject)),
    };
    let around = subject.context.enclosing_function(function);
    match around.filter(|_| row.nested && !own.is_yes()) {
        Some(around) => own.or(of_row(row, around, subject)),
        None => own,
    }
}

/// What its name, its decorators, its class and its own code say.
fn by_header(row: &RoleRow, function: NodeId, subject: &Subject) -> Answer {
    let AnyNodeRef::StmtFunctionDef(def) = subject.tree.node(function) else {
        return Answer::No;
    };
    match row.is_named(def.name.as_str()) || is_decorated(row, def, subject) {
        true => Answer::Yes,
        false => is_method_of(row, def, subject).or(by_code(row, function, subject)),
    }
}

fn by_code(row: &RoleRow, function: NodeId, subject: &Subject) -> Answer {
    let none = Captures::default();
    let site = Site::at(subject, function, &none);
    let mut when = row.when.iter();
    // What is only possible gives no role.
    when.any(|it| evaluate(it, site, &mut Evidence::default()).is_yes())
        .into()
}

/// Returns the first role by which a function stays sync where what it calls turns async, and why.
pub(super) fn why_stays(function: NodeId, subject: &Subject) -> Option<(String, String)> {
    let mut rows = subject.roles.rows.iter();
    rows.find_map(|row| {
        let why = row.stays.as_ref()?;
        let stays =
            by_header(row, function, subject).is_yes() || is_given_away(row, function, subject);
        stays.then(|| (row.role.clone(), why.clone()))
    })
}

/// A reference of this file that can mean no other function stands where a pattern has it.
fn is_given_away(row: &RoleRow, function: NodeId, subject: &Subject) -> bool {
    if row.given_to.is_empty() {
        return false;
    }
    let is_method = subject.context.is_method(function);
    let mut references = references(function, subject).into_iter();
    references.any(|(id, named)| {
        let is_it = || {
            let meant = subject.resolver.local_callables(named);
            meant.iter().any(|it| subject.tree.id(*it) == function)
        };
        is_given_at(row, id, named, subject) && (!is_method || is_it())
    })
}

/// Returns the first role that the code around an expression gives to the function which that names, where such a
/// function stays sync, and why.
pub(super) fn why_given_stays<'a>(
    id: NodeId,
    named: ExprRef<'a>,
    subject: &Subject<'a>,
) -> Option<(String, String)> {
    let mut rows = subject.roles.rows.iter();
    rows.find_map(|row| {
        let why = row.stays.as_ref()?;
        let stays = is_given_at(row, id, named, subject);
        stays.then(|| (row.role.clone(), why.clone()))
    })
}

fn is_decorated<'a>(row: &RoleRow, def: &'a StmtFunctionDef, subject: &Subject<'a>) -> bool {
    let none = Captures::default();
    def.decorator_list.iter().any(|decorator| {
        let node = AnyNodeRef::from(&decorator.expression);
        let mut patterns = row.decorators.iter();
        patterns.any(|pattern| fits_surely(pattern, node, &none, subject))
    })
}

/// A reference to the function stands where a pattern has it: `Thread(target=self.work)`. Unknown where only an object
/// of another file that may be of any class has a method of its name there.
fn is_given(row: &RoleRow, function: NodeId, subject: &Subject) -> Answer {
    if row.given_to.is_empty() {
        return Answer::No;
    }
    let is_given_here = match subject.context.is_method(function) {
        true => is_method_given(row, function, subject),
        false => {
            let mut here = references(function, subject).into_iter();
            here.any(|(id, named)| is_given_at(row, id, named, subject))
        }
    };
    if is_given_here {
        return Answer::Yes;
    }
    let find = || match subject.context.is_method(function) {
        true => elsewhere::method_given(function, subject),
        false if subject.names.scope_of(function) == ScopeId::MODULE => {
            elsewhere::given(function, subject)
        }
        false => Rc::default(),
    };
    if !row.anywhere {
        return Answer::No;
    }
    let rows = subject.answers.given_elsewhere.or_find(&function, find);
    let own = rows.iter().filter(|(it, _)| std::ptr::eq(*it, row));
    own.fold(Answer::No, |all, (_, answer)| all.or(*answer))
}

/// All methods of a name are named alike: where the object's class is known, its method is meant, and no other.
fn is_method_given(row: &RoleRow, function: NodeId, subject: &Subject) -> bool {
    let name = defined_name(subject, function).to_owned();
    let asked = (std::ptr::from_ref(row), name);
    let given = subject.answers.given_by_name.or_find(&asked, || {
        let here = references(function, subject).into_iter();
        let here = here.filter(|(id, named)| {
            is_given_at(row, *id, *named, subject) && !is_outside(*named, subject)
        });
        here.map(|(id, _)| id).collect()
    });
    given.iter().any(|id| {
        let named = subject.tree.node(*id).as_expr_ref();
        let meant = named.map_or_else(Vec::new, |it| subject.resolver.local_callables(it));
        meant.is_empty() || meant.iter().any(|it| subject.tree.id(*it) == function)
    })
}

/// Returns whether an expression names a function.
pub(super) fn is_referenced(function: NodeId, subject: &Subject) -> bool {
    match subject.context.is_method(function) {
        true => !attribute::named(subject, defined_name(subject, function)).is_empty(),
        false => !references(function, subject).is_empty(),
    }
}

/// The expressions that name a function: uses of its name, of a method also `….name` on any object.
pub(super) fn references<'a>(
    function: NodeId,
    subject: &Subject<'a>,
) -> Vec<(NodeId, ExprRef<'a>)> {
    let tree = subject.tree;
    let named = |id: NodeId| Some((id, tree.node(id).as_expr_ref()?));
    if !subject.context.is_method(function) {
        let binding = subject.names.binding_at(function);
        let uses = binding.map_or_else(Vec::new, |it| subject.flow.uses(it));
        return uses.into_iter().filter_map(named).collect();
    }
    let name = defined_name(subject, function);
    let found = attribute::named(subject, name).iter().copied();
    found.filter_map(named).collect()
}

/// It is used otherwise than to call it. Of a method only what `self` says: the same name on another
/// object may be another thing, and a decorated one may be read like an attribute.
fn is_callback<'a>(function: NodeId, subject: &Subject<'a>) -> bool {
    let is_method = subject.context.is_method(function);
    let AnyNodeRef::StmtFunctionDef(def) = subject.tree.node(function) else {
        return false;
    };
    match is_method {
        true => {
            let name = def.name.as_str();
            let find = || methods_handed_on(name, subject).into();
            let handed_on = || subject.answers.handed_on.or_find(name, find);
            def.decorator_list.is_empty() && handed_on().contains(&function)
        }
        false => references(function, subject)
            .into_iter()
            .any(|(id, _)| !is_called(id, subject)),
    }
}

/// The methods of a name that are used otherwise than to call them.
fn methods_handed_on(name: &str, subject: &Subject) -> FxHashSet<NodeId> {
    let named = attribute::named(subject, name).iter();
    let uncalled = named.filter(|id| !is_called(**id, subject));
    let meant = uncalled
        .filter_map(|id| subject.tree.node(*id).as_expr_ref())
        .flat_map(|named| subject.resolver.local_callables(named));
    meant.map(|it| subject.tree.id(it)).collect()
}

/// Returns whether the project names a function as a console script.
pub(super) fn is_console_script(function: NodeId, subject: &Subject) -> bool {
    let is_of_module = subject.names.scope_of(function) == ScopeId::MODULE;
    let name = defined_name(subject, function);
    is_of_module && subject.facts.is_script_function(subject.path(), name)
}

/// A console script, or what a main guard calls, or the top level of a script, or a function that a row says a
/// program starts with, through other such functions too; not what another file uses as well, a test apart.
fn is_entry_point(function: NodeId, subject: &Subject, seen: &mut FxHashSet<NodeId>) -> bool {
    let name = defined_name(subject, function);
    let of_module = subject.names.scope_of(function) == ScopeId::MODULE;
    if !of_module || !seen.insert(function) {
        return false;
    }
    if is_console_script(function, subject) {
        return true;
    }
    if subject.facts.other_code_uses(subject.path(), name) {
        return false;
    }
    references(function, subject).into_iter().any(|(id, _)| {
        is_called(id, subject)
            && match subject.context.enclosing_function(id) {
                None => {
                    subject.context.in_main_guard(id).is_some()
                        || is_importable(subject) == Answer::No
                }
                // A loop runs there already.
                Some(caller) if subject.is_async(caller) && !subject.is_async(function) => false,
                Some(caller) => {
                    starts_program(caller, subject) || is_entry_point(caller, subject, seen)
                }
            }
    })
}

fn starts_program(function: NodeId, subject: &Subject) -> bool {
    let mut rows = subject.roles.rows.iter().filter(|row| row.starts_program);
    rows.any(|row| of_row(row, function, subject).is_yes())
}
