//! On what a value is kept: an attribute of the object, a name of the function, or what both functions
//! that are registered can reach.

use ruff_python_ast::{Expr, ExprContext, ExprRef, StmtFunctionDef};

use super::unowned::Unowned;
use crate::bind::scope::{BindingKind, ScopeId, from_module};
use crate::matching::answers::owned::{Holder, Registration, Teardown};
use crate::matching::kind::{is_annotated, is_kind};
use crate::matching::subject::Subject;
use crate::recipe::answer::Answer;
use crate::recipe::condition::is_named;
use crate::recipe::hook::{Hooks, KeptIn, OWNER};
use crate::recipe::lifecycle::Lifecycle;

/// Returns whether what a function is registered on may be what the row speaks of: it is of one of its
/// classes, or it is not known and the file imports one of them.
pub(super) fn is_of_classes<'a>(
    subject: &Subject<'a>,
    row: &Lifecycle,
    hooks: &Hooks,
    registration: &Registration<'a>,
) -> bool {
    let wanted = |class: &str| row.is_of(class);
    let answer = match registration.owner {
        _ if row.classes.is_empty() => Answer::Yes,
        Some(ExprRef::Name(name)) if name.ctx == ExprContext::Store => Answer::Yes,
        Some(owner) => is_chain_of(subject, owner, row),
        None => {
            let parameter = registration
                .function
                .and_then(|function| hooks.called.parameter(OWNER, function));
            match parameter.map(|it| it.annotation()) {
                Some(Some(annotation)) => is_annotated(subject, annotation.into(), &wanted),
                Some(None) => Answer::Unknown,
                // The pattern names what it is registered on.
                None => Answer::Yes,
            }
        }
    };
    match answer {
        Answer::Yes => true,
        Answer::Unknown => imports_one(subject, row),
        Answer::No => false,
    }
}

/// The value is of a class, or one that a chain of its methods begins with.
fn is_chain_of<'a>(subject: &Subject<'a>, owner: ExprRef<'a>, row: &Lifecycle) -> Answer {
    let mut answer = Answer::No;
    let mut link = Some(owner);
    while let Some(value) = link {
        for class in &row.classes {
            match is_kind(subject, value, class).answer {
                Answer::Yes => return Answer::Yes,
                Answer::Unknown => answer = Answer::Unknown,
                Answer::No => {}
            }
        }
        link = match value {
            ExprRef::Call(call) => match &*call.func {
                Expr::Attribute(method) => Some(ExprRef::from(&method.value)),
                _ => None,
            },
            _ => None,
        };
    }
    answer
}

/// The file imports a class of the row, or the module that it is of.
fn imports_one(subject: &Subject, row: &Lifecycle) -> bool {
    let mut imported = subject.names.imports().filter_map(|(_, binding)| {
        Some(match binding.kind {
            BindingKind::Import { qualified, .. } => qualified.to_owned(),
            BindingKind::FromImport { import, member } => {
                format!("{}.{member}", from_module(import))
            }
            _ => return None,
        })
    });
    let is_one = |name: &str, class: &String| {
        let module = class.rsplit_once('.').map_or("", |(module, _)| module);
        is_named(name, class) || name == module
    };
    imported.any(|name| row.classes.iter().any(|class| is_one(&name, class)))
}

/// On what the row keeps a value between both functions.
pub(super) fn holder<'a>(
    subject: &Subject<'a>,
    hooks: &Hooks,
    beside: &Registration<'a>,
    begins: &'a StmtFunctionDef,
    teardown: Teardown<'a>,
) -> Result<Holder, Unowned> {
    let (Some(kept), None) = (&hooks.kept, &hooks.own_start) else {
        return seen_from(subject, hooks, beside, begins).map(Holder::Starter);
    };
    let ends = match teardown {
        Teardown::Own(function) => Some(function),
        _ => None,
    };
    if let KeptIn::Module = kept {
        check_at_top(subject, std::iter::once(begins).chain(ends))?;
        let seen = seen_from(subject, hooks, beside, begins);
        return Ok(Holder::Module(
            seen.unwrap_or_else(|_| begins.name.to_string()),
        ));
    }
    let first = seen_from(subject, hooks, beside, begins)?;
    let last = match (ends, teardown) {
        (Some(function), _) => seen_from(subject, hooks, beside, function)?,
        (None, Teardown::Hook(hook)) => {
            let parameter = hook.new.parameter.as_ref();
            parameter.unwrap_or(&first).clone()
        }
        _ => first.clone(),
    };
    Ok(match kept {
        KeptIn::Attribute(path) => Holder::Attribute(filled(path, &first), filled(path, &last)),
        KeptIn::Item(path) => Holder::Item(filled(path, &first), filled(path, &last)),
        KeptIn::Module => Holder::Module(first),
    })
}

/// A nested function cannot share a name of the module by `global` and be sure of it.
fn check_at_top<'a>(
    subject: &Subject<'a>,
    mut functions: impl Iterator<Item = &'a StmtFunctionDef>,
) -> Result<(), Unowned> {
    let tree = subject.tree;
    let nested = functions.find(|it| !tree.parent_node(tree.id(*it)).is_mod_module());
    match nested {
        Some(nested) => Err(Unowned::Nested {
            function: nested.name.to_string(),
        }),
        None => Ok(()),
    }
}

fn filled(path: &str, owner: &str) -> String {
    path.replacen(&format!("${OWNER}"), owner, 1)
}

/// What a function calls the object: a parameter, or the name on which it was registered.
fn seen_from<'a>(
    subject: &Subject<'a>,
    hooks: &Hooks,
    beside: &Registration<'a>,
    function: &'a StmtFunctionDef,
) -> Result<String, Unowned> {
    let names = subject.names;
    let out_of_reach = || Unowned::OutOfReach {
        function: function.name.to_string(),
    };
    let inside = names.scope_opened_by(subject.tree.id(function));
    let inside = inside.ok_or_else(out_of_reach)?;
    let is_bound_once = |scope: ScopeId, name: &str| names.bindings_of(scope, name).len() == 1;
    if let Some(parameter) = hooks.called.parameter(OWNER, function) {
        let name = parameter.name().as_str();
        return match is_bound_once(inside, name) {
            true => Ok(name.to_owned()),
            false => Err(out_of_reach()),
        };
    }
    let Some(ExprRef::Name(owner)) = beside.owner else {
        return Err(out_of_reach());
    };
    let outside = names.scope_of(subject.tree.id(owner));
    let home = names.lookup(outside, &owner.id);
    match home {
        Some(home)
            if names.lookup(inside, &owner.id) == Some(home) && is_bound_once(home, &owner.id) =>
        {
            Ok(owner.id.to_string())
        }
        _ => Err(out_of_reach()),
    }
}
