//! Functions that are registered on an object: one begins it, another one ends it.

use ruff_python_ast::{AnyNodeRef, ExprRef, Stmt, StmtFunctionDef};

use super::generator;
use super::holder::{holder, is_of_classes};
use super::read::is_read;
use super::registration::registrations;
use super::runs::running;
use super::unowned::Unowned;
use crate::matching::answers::owned::{NewHook, Owner, Registration, Teardown};
use crate::matching::subject::Subject;
use crate::python::tree::NodeId;
use crate::recipe::hook::{End, Hooks, Plain, Way, Written};
use crate::recipe::lifecycle::{Lifecycle, Order, Overrides};
use crate::semantic::ways::is_on_every_way;
use crate::semantic::ways::turns::is_repeated;

/// Finds the object on which the function around the site is registered; `None` where no row speaks of
/// one.
///
/// # Errors
/// What ends it cannot be written.
pub(super) fn owner<'a>(subject: &Subject<'a>, site: NodeId) -> Result<Option<Owner<'a>>, Unowned> {
    let function = subject.context.enclosing_function(site);
    let function = function.filter(|id| !subject.tree.parent_node(*id).is_stmt_class_def());
    let function = function.map(|id| (id, subject.tree.node(id)));
    let Some((id, AnyNodeRef::StmtFunctionDef(function))) = function else {
        return Ok(None);
    };
    let Some(found) = begins(subject, function)? else {
        return Ok(None);
    };
    if Some(subject.names.scope_of(site)) != subject.names.scope_opened_by(id) {
        return Err(Unowned::Inside {
            function: function.name.to_string(),
        });
    }
    check_runs(subject, function, &found)?;
    if found.way.ends.is_empty() && found.hooks.own_start.is_none() {
        return generator::of_row(subject, site, (function, found.row), None).map(Some);
    }
    let teardown = teardown(subject, &found)?;
    let is_own = matches!(teardown, Teardown::OwnStart(_));
    let holder = holder(subject, found.hooks, &found.beside, function, teardown)?;
    let many = !is_own && runs_again(subject, site, function, found.beside);
    let runs = running(subject, site);
    Ok(Some(Owner {
        class: None,
        method: function,
        row: found.row,
        teardown,
        many,
        runs_again: many,
        may_lack: !is_own && !many && !is_there(subject, site, found.row),
        is_read: is_read(subject, &runs, Some(found.row)),
        is_told: false,
        runs,
        stored: None,
        holder,
    }))
}

/// What it is registered on calls it.
fn check_runs<'a>(
    subject: &Subject<'a>,
    function: &StmtFunctionDef,
    found: &Begins<'a>,
) -> Result<(), Unowned> {
    match &found.hooks.unless {
        Some(unless) if found.beside.is_made_by(subject, &unless.made_by) => {
            Err(Unowned::NeverRuns {
                function: function.name.to_string(),
                because: unless.because.clone(),
            })
        }
        _ => Ok(()),
    }
}

/// A function that begins something, by its row.
struct Begins<'a> {
    row: &'a Lifecycle,
    hooks: &'a Hooks,
    way: &'a Way,
    beside: Registration<'a>,
}

/// How a function is registered to begin something, if it is.
fn begins<'a>(
    subject: &Subject<'a>,
    function: &'a StmtFunctionDef,
) -> Result<Option<Begins<'a>>, Unowned> {
    for row in &subject.lifecycles.rows {
        let Some(hooks) = &row.hooks else {
            continue;
        };
        let mut found: Vec<Begins> = Vec::new();
        for way in &hooks.ways {
            let own = subject.tree.id(function);
            for beside in registrations(subject, &way.begins).of(own) {
                // Two patterns of a row may fit one registration.
                let is_known = found.iter().any(|it| it.beside.is_same(&beside));
                if !is_known && is_of_classes(subject, row, hooks, &beside) {
                    found.push(Begins {
                        row,
                        hooks,
                        way,
                        beside,
                    });
                }
            }
        }
        if found.len() > 1 {
            return Err(Unowned::TwoOwners {
                function: function.name.to_string(),
            });
        }
        if let Some(only) = found.pop() {
            return Ok(Some(only));
        }
    }
    Ok(None)
}

/// The function that ends it: one that is registered on the same object, or a new one.
fn teardown<'a>(subject: &Subject<'a>, found: &Begins<'a>) -> Result<Teardown<'a>, Unowned> {
    if let Some(start) = &found.hooks.own_start {
        return Ok(Teardown::OwnStart(start));
    }
    let other_ways = found.hooks.ways.iter();
    let other_ways = other_ways.filter(|way| !std::ptr::eq(*way, found.way));
    let ends = found.way.ends.iter();
    let ends = ends.chain(other_ways.flat_map(|way| &way.ends));
    let mut not_editable = None;
    for end in ends {
        for registered in registrations(subject, &end.pattern).iter() {
            if !registered.is_beside(subject, &found.beside) {
                continue;
            }
            match editable(subject, found, &registered, end) {
                Ok(function) => return Ok(Teardown::Own(function)),
                Err(why) => not_editable.get_or_insert(why),
            };
        }
    }
    match not_editable {
        Some(why) if found.row.overrides == Overrides::Replace => Err(why),
        _ => new(subject, found),
    }
}

/// The function that is registered, if lines can be added to it.
fn editable<'a>(
    subject: &Subject<'a>,
    found: &Begins<'a>,
    registered: &Registration<'a>,
    end: &End,
) -> Result<&'a StmtFunctionDef, Unowned> {
    let in_the_way = |method: &str, why| Unowned::NotEditable {
        method: method.to_owned(),
        why,
    };
    let Some(function) = registered.function else {
        let text = &subject.text()[registered.range(subject)];
        return Err(in_the_way(text, "it is not a def of this file"));
    };
    // It would end what did not begin, or not end what did.
    if !registered.goes_with(subject, &found.beside) {
        let why = "it is registered in a different block than the startup function";
        return Err(in_the_way(&function.name, why));
    }
    if ends_others(subject, found, registered) {
        return Err(in_the_way(
            &function.name,
            "it is registered more than once",
        ));
    }
    match hindrance(subject, found.hooks, function, end) {
        Some(why) => Err(in_the_way(&function.name, why)),
        None => Ok(function),
    }
}

/// Why no lines can be added to a function.
fn hindrance<'a>(
    subject: &Subject<'a>,
    hooks: &Hooks,
    function: &'a StmtFunctionDef,
    end: &End,
) -> Option<&'static str> {
    let is_decorated = match end.written {
        Written::Decorator(_) => function.decorator_list.len() > 1,
        _ => subject.resolver.is_decorated(function),
    };
    if is_decorated {
        return Some("a decorator may replace it");
    }
    if !function.is_async && hooks.plain == Plain::Thread {
        return Some(
            "a sync function runs in a thread here, which can end nothing of the event loop: make it async",
        );
    }
    let only_raises = matches!(function.body.as_slice(), [Stmt::Raise(_)]);
    only_raises.then_some("it only raises")
}

/// The function is also registered elsewhere, where what begins may not be.
fn ends_others<'a>(
    subject: &Subject<'a>,
    found: &Begins<'a>,
    registered: &Registration<'a>,
) -> bool {
    let Some(function) = registered.function.map(|it| subject.tree.id(it)) else {
        return false;
    };
    let mut ends = found.hooks.ways.iter().flat_map(|way| &way.ends);
    ends.any(|end| {
        let all = registrations(subject, &end.pattern);
        let mut others = all.of(function);
        others.any(|it| it.node != registered.node && !it.is_same(registered))
    })
}

/// What is written where nothing ends it.
fn new<'a>(subject: &Subject<'a>, found: &Begins<'a>) -> Result<Teardown<'a>, Unowned> {
    let first = found.way.ends.first();
    let (Some(end), Some(new)) = (first, &found.row.create) else {
        let function = found.beside.function.map(|it| it.name.to_string());
        return Err(Unowned::NoHook {
            function: function.unwrap_or_default(),
        });
    };
    let hook = NewHook {
        new,
        written: &end.written,
        beside: found.beside,
        of: found.beside.object(subject),
    };
    check_room(subject, &hook)?;
    Ok(Teardown::Hook(hook))
}

/// The registration can stand where it will.
fn check_room<'a>(subject: &Subject<'a>, hook: &NewHook<'a>) -> Result<(), Unowned> {
    let Written::Argument(keyword) = hook.written else {
        return Ok(());
    };
    let call = hook.beside.call(subject);
    let mut keywords = call.iter().flat_map(|call| &call.arguments.keywords);
    let is_taken = keywords.any(|it| it.arg.as_ref().is_none_or(|name| name.as_str() == keyword));
    match is_taken {
        true => Err(Unowned::NotEditable {
            method: keyword.clone(),
            why: "awaitify cannot read the registered functions: add one that ends the value",
        }),
        false => Ok(()),
    }
}

/// The site runs in a loop, or its function is called by others too.
fn runs_again<'a>(
    subject: &Subject<'a>,
    site: NodeId,
    function: &'a StmtFunctionDef,
    beside: Registration<'a>,
) -> bool {
    let tree = subject.tree;
    let in_loop = is_repeated(subject, site);
    let is_called = |id: NodeId| match tree.node(id) {
        AnyNodeRef::ExprCall(call) => {
            let callee = ExprRef::from(&call.func);
            let names_it = callee
                .as_name_expr()
                .is_some_and(|it| it.id == function.name.id);
            names_it && id != beside.node && is_function(subject, callee, function)
        }
        _ => false,
    };
    let named = subject.words().get(function.name.as_str());
    let around = |id: &NodeId| tree.parent(*id);
    in_loop || named.into_iter().flatten().map(around).any(is_called)
}

fn is_function<'a>(subject: &Subject<'a>, name: ExprRef<'a>, function: &StmtFunctionDef) -> bool {
    let meant = subject.resolver.local_definition(name);
    matches!(meant, Some(AnyNodeRef::StmtFunctionDef(it)) if std::ptr::eq(it, function))
}

/// Wherever what ends it runs, the site did.
fn is_there(subject: &Subject, site: NodeId, row: &Lifecycle) -> bool {
    row.order == Order::SetupFirst && is_on_every_way(subject, site)
}
