//! The lifecycle of a class, and the method in which what it begins may end.

use ruff_python_ast::{Stmt, StmtClassDef, StmtFunctionDef};

use super::endless::has_endless_loop;
use super::runs::{is_init, running};
use super::unowned::Unowned;
use super::waits::{is_in_loop, own_waits};
use crate::bind::resolve::Meaning;
use crate::matching::answers::owned::Teardown;
use crate::matching::class::inherits;
use crate::matching::members::{Inherited, called_on_self, inherited, methods};
use crate::matching::subject::Subject;
use crate::project::outline::Callable;
use crate::python::stdlib;
use crate::python::tree::NodeId;
use crate::recipe::lifecycle::{Lifecycle, NewTeardown, Overrides};

/// The first lifecycle of the class that has an end for what the site in the method begins.
pub(super) fn ending<'a>(
    subject: &Subject<'a>,
    class: &'a StmtClassDef,
    method: &'a StmtFunctionDef,
    site: NodeId,
) -> Result<(&'a Lifecycle, Teardown<'a>), Unowned> {
    let rows = &subject.lifecycles.rows;
    let of_classes = rows
        .iter()
        .filter(|row| row.hooks.is_none() && !row.classes.is_empty());
    let mut without = None;
    for row in of_classes {
        let wanted = |name: &str| row.is_of(name);
        if !inherits(subject, class, &wanted).is_yes() {
            continue;
        }
        match of_known_class(subject, class, row) {
            // Another row may know a better end for the same class.
            Err(Unowned::NoTeardown { class, wanted }) => {
                without.get_or_insert(Unowned::NoTeardown { class, wanted });
            }
            found => return Ok((row, found?)),
        }
    }
    if let Some(without) = without {
        return Err(without);
    }
    let pairs: Vec<&Lifecycle> = by_methods(subject).collect();
    let own = pairs.iter().filter(|row| begins(row, method));
    let own: Vec<&Lifecycle> = own.copied().collect();
    let is_pair = !own.is_empty();
    let rows = if is_pair { &own } else { &pairs };
    one_ending(subject, class, (method, site), rows, is_pair)
}

/// The rows of classes that have the methods, whatever they derive from.
fn by_methods<'a>(subject: &Subject<'a>) -> impl Iterator<Item = &'a Lifecycle> {
    let rows = subject.lifecycles.rows.iter();
    rows.filter(|row| row.classes.is_empty())
}

fn begins(row: &Lifecycle, method: &StmtFunctionDef) -> bool {
    row.setup.iter().any(|it| *it == method.name.as_str())
}

/// Returns the row of which the method is the setup, where what ends it is of another one: whoever comes
/// to that may not have begun this.
pub(super) fn other_pair<'a>(
    subject: &Subject<'a>,
    ends: &'a Lifecycle,
    method: &StmtFunctionDef,
) -> Option<&'a Lifecycle> {
    let is_other = ends.classes.is_empty() && !begins(ends, method);
    let mut rows = by_methods(subject).filter(|row| begins(row, method));
    rows.next().filter(|_| is_other)
}

/// The end of a class whose lifecycle is known by what it derives from.
fn of_known_class<'a>(
    subject: &Subject<'a>,
    class: &'a StmtClassDef,
    row: &'a Lifecycle,
) -> Result<Teardown<'a>, Unowned> {
    for name in &row.teardown {
        if let Some(own) = own_method(subject, class, name)? {
            return Ok(Teardown::Own(own));
        }
    }
    let Some(create) = &row.create else {
        if row.teardown.is_empty() {
            return Err(Unowned::NoEnd {
                class: class.name.to_string(),
                because: row.because.clone(),
            });
        }
        return Err(Unowned::NoTeardown {
            class: class.name.to_string(),
            wanted: row.teardown.join("`, `"),
        });
    };
    created(subject, class, row, create)
}

/// The end that the table writes, if it hides nothing.
fn created<'a>(
    subject: &Subject<'a>,
    class: &'a StmtClassDef,
    row: &'a Lifecycle,
    create: &'a NewTeardown,
) -> Result<Teardown<'a>, Unowned> {
    if own_method(subject, class, &create.name)?.is_some() {
        return Err(Unowned::NotEditable {
            method: create.name.clone(),
            why: "it does more than end the object: end the value in its `finally`",
        });
    }
    match row.overrides {
        Overrides::Replace if create.after.is_empty() => {}
        _ => return Ok(Teardown::New(create)),
    }
    // A method without a call of super() must hide nothing.
    let is_framework = |base: &str| row.is_of(base);
    match inherited(subject, class, &create.name, &is_framework) {
        Inherited::Nothing => Ok(Teardown::New(create)),
        Inherited::Method(base) if is_plain_hook(&base) => Ok(Teardown::Override(&create.name)),
        Inherited::Method(_) => Err(Unowned::OtherTeardown {
            class: class.name.to_string(),
            method: create.name.clone(),
        }),
        Inherited::Unread { base } => Err(Unowned::UnreadBase {
            class: class.name.to_string(),
            base,
        }),
    }
}

/// A loop that runs beside the object ends nothing, whatever it is called: it goes on for ever, or is what the
/// site starts.
fn is_loop(subject: &Subject, method: &StmtFunctionDef, site: NodeId) -> bool {
    let id = subject.tree.id(method);
    let waits = || own_waits(subject, id).any(|wait| is_in_loop(subject, wait));
    has_endless_loop(subject, &[id]) || (running(subject, site).first() == Some(&id) && waits())
}

/// The one method of the rows that the class has; what another of them calls is ended by that.
fn one_ending<'a>(
    subject: &Subject<'a>,
    class: &'a StmtClassDef,
    (method, site): (&'a StmtFunctionDef, NodeId),
    rows: &[&'a Lifecycle],
    is_pair: bool,
) -> Result<(&'a Lifecycle, Teardown<'a>), Unowned> {
    let mut found: Vec<(&Lifecycle, &StmtFunctionDef)> = Vec::new();
    for row in rows {
        for name in &row.teardown {
            let is_new = found.iter().all(|(_, it)| it.name.as_str() != name);
            let own = own_method(subject, class, name)?.filter(|_| is_new);
            found.extend(
                own.filter(|it| !is_loop(subject, it, site))
                    .map(|it| (*row, it)),
            );
        }
    }
    let called: Vec<&str> = found
        .iter()
        .flat_map(|(_, it)| called_on_self(subject, it))
        .collect();
    let inner: Vec<_> = found
        .iter()
        .filter(|(_, it)| called.contains(&it.name.as_str()))
        .collect();
    match (found.as_slice(), inner.as_slice()) {
        ([(row, own)], _) | (_, [(row, own)]) => Ok((row, Teardown::Own(own))),
        ([], _) if is_pair => of_others(subject, class, (method, site), rows),
        ([], _) => of_base(subject, class, method, rows),
        ([(_, first), (_, second), ..], _) => Err(Unowned::TwoTeardowns {
            class: class.name.to_string(),
            first: first.name.to_string(),
            second: second.name.to_string(),
        }),
    }
}

/// The end that the class has from another one for what an object begins when it is made.
fn of_base<'a>(
    subject: &Subject<'a>,
    class: &'a StmtClassDef,
    method: &'a StmtFunctionDef,
    rows: &[&'a Lifecycle],
) -> Result<(&'a Lifecycle, Teardown<'a>), Unowned> {
    match is_init(method).then(|| overridden(subject, class, rows)) {
        None | Some(Err(Unowned::NoTeardown { .. })) => Err(Unowned::NoLifecycle {
            class: class.name.to_string(),
            method: method.name.to_string(),
        }),
        Some(found) => found,
    }
}

/// The end that the class has from another one, else the one of its own that goes with other methods.
fn of_others<'a>(
    subject: &Subject<'a>,
    class: &'a StmtClassDef,
    begun: (&'a StmtFunctionDef, NodeId),
    rows: &[&'a Lifecycle],
) -> Result<(&'a Lifecycle, Teardown<'a>), Unowned> {
    let none = match overridden(subject, class, rows) {
        Err(none @ Unowned::NoTeardown { .. }) => none,
        found => return found,
    };
    let others: Vec<&Lifecycle> = by_methods(subject).collect();
    match one_ending(subject, class, begun, &others, false) {
        Err(Unowned::NoLifecycle { .. }) => Err(none),
        found => found,
    }
}

/// The end that a class of the project has from another one: it gets its own, which calls that.
fn overridden<'a>(
    subject: &Subject<'a>,
    class: &'a StmtClassDef,
    rows: &[&'a Lifecycle],
) -> Result<(&'a Lifecycle, Teardown<'a>), Unowned> {
    let named = || class.name.to_string();
    for row in rows {
        for name in &row.teardown {
            match inherited(subject, class, name, &|_| false) {
                Inherited::Method(base) if is_plain_hook(&base) => {
                    return Ok((row, Teardown::Override(name)));
                }
                Inherited::Method(_) => {
                    return Err(Unowned::OtherTeardown {
                        class: named(),
                        method: name.clone(),
                    });
                }
                Inherited::Nothing => {}
                Inherited::Unread { base } => {
                    return Err(Unowned::UnreadBase {
                        class: named(),
                        base,
                    });
                }
            }
        }
    }
    let wanted = rows.iter().flat_map(|row| &row.teardown);
    let mut wanted: Vec<&str> = wanted.map(String::as_str).collect();
    wanted.dedup();
    Err(Unowned::NoTeardown {
        class: named(),
        wanted: wanted.join("`, `"),
    })
}

/// A coroutine without arguments, which an override can call.
fn is_plain_hook(base: &Callable) -> bool {
    base.is_async && !base.is_generator && !base.is_decorated && base.n_parameters == 1
}

fn is_abstract<'a>(subject: &Subject<'a>, method: &'a StmtFunctionDef) -> bool {
    method.decorator_list.iter().any(|decorator| {
        let meaning = subject.resolver.meaning((&decorator.expression).into());
        matches!(meaning, Meaning::Qualified(name) if stdlib::is_abstract(&name))
    })
}

/// The method of that name in the class itself, if lines can be added to it.
fn own_method<'a>(
    subject: &Subject<'a>,
    class: &'a StmtClassDef,
    name: &str,
) -> Result<Option<&'a StmtFunctionDef>, Unowned> {
    let own: Vec<&StmtFunctionDef> = methods(class)
        .filter(|it| it.name.as_str() == name)
        .collect();
    let scope = subject.names.scope_opened_by(subject.tree.id(class));
    let bound = scope.map_or(0, |scope| subject.names.bindings_of(scope, name).len());
    let in_the_way = |why: &'static str| Unowned::NotEditable {
        method: name.to_owned(),
        why,
    };
    match own.as_slice() {
        [] if bound == 0 => Ok(None),
        [only] if bound == 1 => {
            if subject.resolver.is_decorated(only) {
                return Err(in_the_way("a decorator may replace it"));
            }
            if is_abstract(subject, only) {
                return Err(in_the_way(
                    "it is abstract: end the value in the classes that override it",
                ));
            }
            if subject.is_generator((*only).into()) {
                return Err(in_the_way("it is a generator"));
            }
            let is_stub = only.body.len() == 1 && matches!(only.body[0], Stmt::Raise(_));
            if is_stub {
                return Err(in_the_way("it only raises"));
            }
            Ok(Some(only))
        }
        _ => Err(in_the_way(
            "the class defines it more than once, or not by `def`",
        )),
    }
}
