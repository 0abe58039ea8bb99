//! Methods and attributes of a class, those of its bases in the project too.

use std::collections::BTreeSet;
use std::path::Path;

use ruff_python_ast::{AnyNodeRef, Expr, ExprRef, Stmt, StmtClassDef, StmtFunctionDef};
use ruff_text_size::Ranged;

use crate::bind::base::Base;
use crate::bind::callable::MAX_BASES;
use crate::bind::resolve::Meaning;
use crate::matching::kind::is_generator;
use crate::matching::subject::Subject;
use crate::project::definition::Definition;
use crate::project::is_of_python;
use crate::project::original::Original;
use crate::project::outline::{Callable, attributes, calls_base};
use crate::python::own;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;

/// What a class has from its bases.
#[derive(Debug)]
pub(super) enum Inherited {
    /// A method.
    Method(Callable),
    /// No base has it.
    Nothing,
    /// A base that is not read may have it.
    Unread {
        /// Its name.
        base: String,
    },
}

/// Iterates over the defs of a class's body.
pub(super) fn methods(class: &StmtClassDef) -> impl Iterator<Item = &StmtFunctionDef> {
    class.body.iter().filter_map(Stmt::as_function_def_stmt)
}

/// Returns the methods of its own object that a method calls.
pub(super) fn called_on_self<'a>(
    subject: &Subject<'a>,
    method: &'a StmtFunctionDef,
) -> Vec<&'a str> {
    let tree = subject.tree;
    let called = |id: NodeId| match tree.node(id) {
        AnyNodeRef::ExprCall(call) => match call.func.as_ref() {
            Expr::Attribute(callee) => subject
                .resolver
                .class_of_self(callee)
                .map(|_| callee.attr.as_str()),
            _ => None,
        },
        _ => None,
    };
    tree.descendants(tree.id(method))
        .filter_map(called)
        .collect()
}

/// Returns the classes of the file that are above or below a class, and the class.
pub fn kin<'a>(subject: &Subject<'a>, class: &'a StmtClassDef) -> Vec<&'a StmtClassDef> {
    let nodes = subject.tree.descendants(NodeId::ROOT);
    let classes = nodes.filter_map(|id| match subject.tree.node(id) {
        AnyNodeRef::StmtClassDef(it) => Some(it),
        _ => None,
    });
    let is_kin = |it: &&'a StmtClassDef| subject.resolver.are_related(it, class);
    classes.filter(is_kin).collect()
}

/// Returns a method, and those of its class that it calls on its own object, in turn.
pub(super) fn reached_from<'a>(
    subject: &Subject<'a>,
    class: &'a StmtClassDef,
    method: &'a StmtFunctionDef,
) -> Vec<&'a StmtFunctionDef> {
    let mut found = vec![method];
    let mut next = 0;
    while let Some(method) = found.get(next) {
        let called = called_on_self(subject, method);
        let is_new = |it: &&StmtFunctionDef| !found.iter().any(|known| std::ptr::eq(*known, *it));
        let more = methods(class).filter(|it| called.contains(&it.name.as_str()));
        let more: Vec<_> = more.filter(is_new).collect();
        found.extend(more);
        next += 1;
    }
    found
}

/// Looks for a method in the bases of a class.
pub(super) fn inherited<'a>(
    subject: &Subject<'a>,
    class: &'a StmtClassDef,
    name: &str,
    is_known: &dyn Fn(&str) -> bool,
) -> Inherited {
    let search = Search {
        subject,
        name,
        is_known,
        is_own_known: true,
    };
    search.in_bases(class, MAX_BASES)
}

/// Returns whether the class that an expression names, or a base of it, has a method; unknown where the
/// project may give it one. An object is exactly of the class, or may be of one that derives from it.
pub fn class_has<'a>(
    subject: &Subject<'a>,
    class: ExprRef<'a>,
    name: &str,
    is_exact: bool,
) -> Answer {
    let search = Search {
        subject,
        name,
        is_known: &own::is_bare,
        is_own_known: false,
    };
    let found = match subject.resolver.local_class(class) {
        Some(local) => search.in_local(local, MAX_BASES),
        None => match subject.resolver.meaning(class) {
            Meaning::Qualified(class) => search.in_project(subject.path(), &class, MAX_BASES),
            _ => return Answer::Unknown,
        },
    };
    match found {
        Inherited::Method(_) => Answer::Yes,
        Inherited::Nothing if is_given(subject, class, name, is_exact) => Answer::Unknown,
        Inherited::Nothing => Answer::No,
        Inherited::Unread { .. } => Answer::Unknown,
    }
}

/// The project may give a class what its body does not have.
fn is_given<'a>(subject: &Subject<'a>, class: ExprRef<'a>, name: &str, is_exact: bool) -> bool {
    let (path, class) = match subject.resolver.local_class(class) {
        Some(local) => (subject.path().to_owned(), local.name.to_string()),
        None => {
            let Meaning::Qualified(class) = subject.resolver.meaning(class) else {
                return false;
            };
            let Definition::Class(class) = subject.definition(&class) else {
                return false;
            };
            (class.path, class.name)
        }
    };
    let original = Original {
        path,
        class: Some(class),
        name: name.to_owned(),
    };
    let mut given = subject.facts.stand_ins(&original).into_iter();
    given.any(|it| !(is_exact && it.is_below))
}

/// A question about bases.
struct Search<'s, 'a> {
    subject: &'s Subject<'a>,
    name: &'s str,
    /// Bases that do not have the method, though they are not read.
    is_known: &'s dyn Fn(&str) -> bool,
    /// Whether Python's own bases do not have it either: they end nothing, but go over what they hold.
    is_own_known: bool,
}

impl<'a> Search<'_, 'a> {
    fn in_bases(&self, class: &'a StmtClassDef, steps: u32) -> Inherited {
        let subject = self.subject;
        let bases = subject.resolver.bases(class).into_iter();
        first(bases.map(|base| match base {
            Base::Here(local) if steps > 0 => self.in_local(local, steps - 1),
            Base::Here(local) => Inherited::Unread {
                base: local.name.to_string(),
            },
            Base::There(base) => self.in_project(subject.path(), &base, steps),
            Base::Unread(base) => unread(subject, base),
        }))
    }

    fn in_local(&self, class: &'a StmtClassDef, steps: u32) -> Inherited {
        match methods(class).find(|it| it.name.as_str() == self.name) {
            Some(method) => Inherited::Method(Callable {
                is_async: method.is_async,
                is_generator: is_generator(self.subject, method.into()),
                is_decorated: self.subject.resolver.is_decorated(method),
                decorators: self.subject.resolver.decorators(method),
                n_parameters: method.parameters.len(),
                calls_base: calls_base(self.subject.tree, method),
                returns: None,
            }),
            None => self.in_bases(class, steps),
        }
    }

    fn in_project(&self, path: &Path, qualified: &str, steps: u32) -> Inherited {
        let unread = || Inherited::Unread {
            base: qualified.to_owned(),
        };
        let Some(steps) = steps.checked_sub(1) else {
            return unread();
        };
        match self.subject.facts.definition(path, qualified) {
            Definition::Class(class) => {
                let mut methods = class.methods.iter();
                match methods.rfind(|(method, _)| method == self.name) {
                    Some((_, method)) => Inherited::Method(method.clone()),
                    None => first(class.bases.iter().map(|base| match base {
                        Ok(base) => self.in_project(&class.path, base, steps),
                        Err(_) => unread(),
                    })),
                }
            }
            Definition::Outside(base)
                if (self.is_known)(&base)
                    || self.is_own_known && (!base.contains('.') || is_of_python(&base)) =>
            {
                Inherited::Nothing
            }
            _ => unread(),
        }
    }
}

fn unread(subject: &Subject, base: ExprRef) -> Inherited {
    Inherited::Unread {
        base: subject.text()[base.range()].to_owned(),
    }
}

/// As Python looks, base by base; one that is not read may have it before those behind.
fn first(found: impl Iterator<Item = Inherited>) -> Inherited {
    let mut found = found.filter(|it| !matches!(it, Inherited::Nothing));
    found.next().unwrap_or(Inherited::Nothing)
}

/// Returns names that a new attribute of the class must not have: all names and attributes of the file,
/// and those of its bases as far as they are read.
pub fn names<'a>(subject: &Subject<'a>, class: &'a StmtClassDef) -> BTreeSet<String> {
    let mut names = attributes(subject.tree, NodeId::ROOT);
    let mut open: Vec<(std::path::PathBuf, String, u32)> = Vec::new();
    let qualified = |base| match base {
        Base::There(base) => Some((subject.path().to_owned(), base, MAX_BASES)),
        Base::Here(_) | Base::Unread(_) => None,
    };
    let bases = subject.resolver.bases(class).into_iter();
    open.extend(bases.filter_map(qualified));
    while let Some((path, base, steps)) = open.pop() {
        let Definition::Class(class) = subject.facts.definition(&path, &base) else {
            continue;
        };
        names.extend(class.attributes);
        let Some(steps) = steps.checked_sub(1) else {
            continue;
        };
        let bases = class.bases.into_iter().flatten();
        open.extend(bases.map(|base| (class.path.clone(), base, steps)));
    }
    names
}
