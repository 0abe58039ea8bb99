//! Which roles do other files of the project give a function? Each file is read once for all methods.

use std::path::Path;
use std::sync::Arc;

use ruff_python_ast::AnyNodeRef;

use super::given::{is_given_at, is_outside};
use crate::matching::answers::code::GivenElsewhere;
use crate::matching::place::defined_name;
use crate::matching::subject::Subject;
use crate::matching::taken::{Taken, any_use};
use crate::matching::used::defs_named;
use crate::project::driven::name_of;
use crate::project::read_off::{GivenMethod, GivenMethods};
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::role::RoleRow;

/// The rows that have a method, by an object of its class or one that may be of any.
pub(super) fn method_given(function: NodeId, subject: &Subject) -> GivenElsewhere {
    let name = defined_name(subject, function);
    let home = subject.facts.name_in_project(subject.path());
    let own = (home, name_of(subject.tree, function));
    let mut found = Vec::new();
    for path in subject.facts.mentioning(subject.path(), name) {
        let there = methods_given_in(&path, subject);
        let there = there.get(name).into_iter().flatten();
        found.extend(there.map(|GivenMethod { row, defs }| {
            let answer = match defs.is_empty() {
                true => Answer::Unknown,
                false => defs.contains(&own).into(),
            };
            (std::ptr::from_ref(&subject.roles.rows[*row]), answer)
        }));
    }
    found.into()
}

fn methods_given_in(path: &Path, subject: &Subject) -> Arc<GivenMethods> {
    let read_off = subject.facts.read_off();
    // Another catalog has rows of its own.
    let rows = &subject.roles.rows;
    let asked = (path.to_owned(), rows.as_ptr() as usize);
    read_off.given_methods(asked, || {
        let found = subject.standing_in(path, |source, standing| {
            let stands = |row: &RoleRow| row.given_to.iter().any(|it| standing.has(it));
            let rows = rows.iter().enumerate();
            let rows = rows.filter(|(_, row)| row.anywhere && stands(row));
            let rows: Vec<(usize, &RoleRow)> = rows.collect();
            if rows.is_empty() {
                return None;
            }
            read_off.count();
            subject.of_source(source, |other| methods_given(&rows, other))
        });
        found.flatten().unwrap_or_default()
    })
}

/// The attributes of a file that stand where one of the rows has a function, by their names.
fn methods_given(rows: &[(usize, &RoleRow)], subject: &Subject) -> GivenMethods {
    let mut found = GivenMethods::default();
    for id in subject.tree.ids() {
        let AnyNodeRef::ExprAttribute(named) = subject.tree.node(id) else {
            continue;
        };
        let given = rows.iter();
        let given = given.filter(|(_, row)| is_given_at(row, id, named.into(), subject));
        let given: Vec<usize> = given.map(|(place, _)| *place).collect();
        if given.is_empty() || is_outside(named.into(), subject) {
            continue;
        }
        let defs: Vec<_> = defs_named(subject, named.into()).collect();
        let of_name = found.entry(named.attr.to_string()).or_default();
        of_name.extend(given.into_iter().map(|row| GivenMethod {
            row,
            defs: defs.clone(),
        }));
    }
    found
}

/// The rows that have a function of the file's own level.
pub(super) fn given(function: NodeId, subject: &Subject) -> GivenElsewhere {
    let mut open: Vec<&RoleRow> = subject.roles.rows.iter().filter(|it| it.anywhere).collect();
    let mut found = Vec::new();
    any_use(subject, defined_name(subject, function), &mut |_, taken| {
        if let Taken::Use(other, id) = taken
            && let Some(named) = other.tree.node(id).as_expr_ref()
        {
            open.retain(|row| {
                let is_given = is_given_at(row, id, named, other);
                if is_given {
                    found.push((std::ptr::from_ref(*row), Answer::Yes));
                }
                !is_given
            });
        }
        open.is_empty()
    });
    found.into()
}
