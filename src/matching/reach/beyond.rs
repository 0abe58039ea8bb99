//! What a function surely runs, through the files of the project.
//!
//! Looked for is code that it runs itself: not what it hands to somebody else, nor the body of a
//! generator, which runs where somebody goes over it.

use std::cell::RefCell;
use std::path::PathBuf;

use ruff_python_ast::{AnyNodeRef, Expr, ExprAttribute, ExprRef, Operator, StmtClassDef};
use ruff_text_size::Ranged;
use rustc_hash::FxHashSet;

use super::given::Given;
use super::{INIT, MAKERS, Search};
use crate::bind::base::Base;
use crate::bind::callable::MAX_BASES;
use crate::bind::context::FrameKind;
use crate::bind::resolve::Meaning;
use crate::bind::scope::ScopeId;
use crate::bind::value::Origin;
use crate::matching::capture::Captures;
use crate::matching::elsewhere::line_of;
use crate::matching::kind::origins;
use crate::matching::site::{Evidence, Found, Site, any};
use crate::project::definition::Definition;
use crate::project::original::Original;
use crate::python::own::is_annotated_form;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::condition::Guarded;
use crate::semantic::Model;

/// What was looked through in other files, and what was met.
#[derive(Debug, Default)]
pub(super) struct Beyond {
    seen: RefCell<FxHashSet<Original>>,
    met: RefCell<Option<Met>>,
}

/// The first match.
#[derive(Debug)]
struct Met {
    /// What is called there, or the first line of it.
    code: String,
    line: String,
    path: PathBuf,
}

/// The class of a value.
enum Class<'a> {
    /// Of this file.
    Here(&'a StmtClassDef),
    /// Of another one.
    There(Original),
}

/// Returns whether a def of the file has a match, or a function of the project that it calls.
pub(in crate::matching) fn of_function<'r, 'a>(
    patterns: &'r [Guarded],
    function: NodeId,
    site: Site<'_, 'r, 'a>,
    evidence: &mut Evidence,
) -> Answer {
    let AnyNodeRef::StmtFunctionDef(def) = site.subject.tree.node(function) else {
        return Answer::Unknown;
    };
    let beyond = Beyond::default();
    let mut search = Search::new(patterns, site, Some(&beyond));
    search.known = search.parameters(def, &Given::unknown(), false);
    let answer = search.code(function);
    if let Some(met) = beyond.met.take().filter(|_| answer.is_yes()) {
        let is_here = met.path == site.subject.path();
        let file = || site.subject.name_of_file(&met.path);
        let line = match is_here {
            true => met.line,
            false => format!("{}, {}", file(), met.line),
        };
        evidence.found = Some(Found::In {
            name: Some(met.code),
            line: Some(line),
        });
    }
    answer
}

/// Returns whether a method of the value's class has a match, or a function of the project that one
/// calls.
pub(in crate::matching) fn offered<'r, 'a>(
    patterns: &'r [Guarded],
    value: ExprRef<'a>,
    site: Site<'_, 'r, 'a>,
) -> Answer {
    let beyond = Beyond::default();
    let mut search = Search::new(patterns, site, Some(&beyond));
    let answer = match search.class_of_value(value) {
        Some(Class::Here(class)) => Some(search.all_methods(class)),
        Some(Class::There(class)) => search.elsewhere(class),
        None => None,
    };
    answer.unwrap_or(Answer::Unknown)
}

impl<'a> Search<'_, '_, 'a> {
    pub(super) fn has_met(&self) -> bool {
        self.beyond.is_some_and(|it| it.met.borrow().is_some())
    }

    /// Takes back what was met since then, which does not count.
    pub(super) fn forget(&self, met_before: bool) {
        if let Some(beyond) = self.beyond.filter(|_| !met_before) {
            beyond.met.take();
        }
    }

    /// Remembers where the first match stands.
    pub(super) fn note(&self, node: NodeId) {
        let Some(beyond) = self.beyond else {
            return;
        };
        let subject = self.site.subject;
        let range = match subject.tree.node(node) {
            AnyNodeRef::ExprCall(call) => call.func.range(),
            other => other.range(),
        };
        beyond.met.borrow_mut().get_or_insert_with(|| Met {
            code: subject.first_line(range).to_owned(),
            line: line_of(subject, node),
            path: subject.path().to_owned(),
        });
    }

    /// Returns whether code of a def or lambda runs where that does.
    pub(super) fn is_run_with(&self, owner: NodeId, node: NodeId) -> bool {
        let mut frames = self.site.subject.context.frames(node);
        let frame = frames.find(|frame| frame.kind != FrameKind::Generator);
        frame.is_some_and(|frame| frame.node == owner)
    }

    /// What a call runs of another file of the project; `None` where that is not known.
    pub(super) fn of_project(&mut self, qualified: &str) -> Option<Answer> {
        self.beyond?;
        match self.site.subject.definition(qualified) {
            Definition::Function { path, name, .. } => self.elsewhere(Original {
                path,
                class: None,
                name,
            }),
            Definition::Class(class) => self.elsewhere(Original {
                path: class.path,
                class: Some(class.name),
                name: INIT.to_owned(),
            }),
            _ => None,
        }
    }

    /// What a call of a method runs, where the class of its object is of the project.
    pub(super) fn of_object(&mut self, method: &'a ExprAttribute) -> Option<Answer> {
        self.beyond?;
        let name = method.attr.as_str();
        let own = self.site.subject.resolver.class_of_self(method);
        let class = match own {
            Some(class) => Class::Here(class),
            None => self.class_of_value((&method.value).into())?,
        };
        match class {
            Class::Here(class) => self.method_of(class, name, MAX_BASES),
            Class::There(class) => self.elsewhere(Original {
                name: name.to_owned(),
                ..class
            }),
        }
    }

    /// Looks a function of another file through, once.
    fn elsewhere(&mut self, original: Original) -> Option<Answer> {
        let beyond = self.beyond?;
        if !beyond.seen.borrow_mut().insert(original.clone()) {
            return Some(Answer::No);
        }
        let (patterns, subject) = (self.all, self.site.subject);
        let answer = subject.of_other_file(&original.path, |other| {
            let captures = Captures::default();
            let site = Site::at(other, NodeId::ROOT, &captures);
            Search::new(patterns, site, Some(beyond)).original(&original)
        });
        answer.flatten()
    }

    /// A def of this file, by what it is called.
    fn original(&mut self, original: &Original) -> Option<Answer> {
        match &original.class {
            None => match self.of_top(&original.name)? {
                AnyNodeRef::StmtFunctionDef(def) => {
                    Some(self.function(def, &Given::unknown(), false))
                }
                _ => None,
            },
            Some(class) => match self.of_top(class)? {
                AnyNodeRef::StmtClassDef(class) if MAKERS.contains(&original.name.as_str()) => {
                    Some(self.class(class, &Given::unknown()))
                }
                AnyNodeRef::StmtClassDef(class) if original.name.is_empty() => {
                    Some(self.all_methods(class))
                }
                AnyNodeRef::StmtClassDef(class) => self.method_of(class, &original.name, MAX_BASES),
                _ => None,
            },
        }
    }

    /// The last def or class of that name at the file's own level.
    fn of_top(&self, name: &str) -> Option<AnyNodeRef<'a>> {
        let Model { names, tree, .. } = self.site.subject.model;
        let last = names.bindings_of(ScopeId::MODULE, name).last()?;
        Some(tree.node(names.binding(*last).node))
    }

    /// The method of a class of this file, or of a base.
    fn method_of(&mut self, class: &'a StmtClassDef, name: &str, steps: u32) -> Option<Answer> {
        let steps = steps.checked_sub(1)?;
        let mut methods = class.body.iter().filter_map(|it| it.as_function_def_stmt());
        if let Some(method) = methods.rfind(|method| method.name.as_str() == name) {
            return Some(self.function(method, &Given::unknown(), true));
        }
        let subject = self.site.subject;
        let bases = subject.resolver.bases(class).into_iter();
        bases.into_iter().find_map(|base| match base {
            Base::Here(base) => self.method_of(base, name, steps),
            Base::There(base) => match there(subject.definition(&base))? {
                Class::Here(_) => None,
                Class::There(base) => self.elsewhere(Original {
                    name: name.to_owned(),
                    ..base
                }),
            },
            Base::Unread(_) => None,
        })
    }

    fn all_methods(&mut self, class: &'a StmtClassDef) -> Answer {
        let methods = class.body.iter().filter_map(|it| it.as_function_def_stmt());
        any(methods, |method| {
            self.function(method, &Given::unknown(), true)
        })
    }

    fn class_of_value(&self, value: ExprRef<'a>) -> Option<Class<'a>> {
        match origins(self.site.subject, value)[..] {
            [Origin::Made(ExprRef::Call(call))] => self.class_made((&call.func).into()),
            [Origin::Annotated(annotation)] => self.class_annotated(annotation),
            _ => None,
        }
    }

    /// The class whose instance a call gives: of the class itself, or of what is said to return one.
    fn class_made(&self, callee: ExprRef<'a>) -> Option<Class<'a>> {
        let subject = self.site.subject;
        if let Some(AnyNodeRef::StmtFunctionDef(def)) = subject.resolver.local_definition(callee) {
            return self.class_annotated(def.returns.as_deref().filter(|_| !def.is_async)?);
        }
        let Meaning::Qualified(qualified) = subject.resolver.meaning(callee) else {
            return self.class_named(callee);
        };
        match subject.definition(&qualified) {
            Definition::Function { path, header, .. } if !header.is_async => {
                let returns = header.returns.filter(|_| !header.is_generator)?;
                there(subject.facts.definition(&path, &returns))
            }
            found => there(found),
        }
    }

    fn class_annotated(&self, annotation: &'a Expr) -> Option<Class<'a>> {
        match annotation {
            Expr::BinOp(union) if union.op == Operator::BitOr => {
                match (union.left.as_ref(), union.right.as_ref()) {
                    (Expr::NoneLiteral(_), kept) | (kept, Expr::NoneLiteral(_)) => {
                        self.class_annotated(kept)
                    }
                    _ => None,
                }
            }
            Expr::Subscript(generic) => {
                let Meaning::Qualified(name) =
                    self.site.subject.resolver.meaning((&generic.value).into())
                else {
                    return None;
                };
                match &*generic.slice {
                    Expr::Tuple(parts) if is_annotated_form(&name) => {
                        self.class_annotated(parts.elts.first()?)
                    }
                    kept if name == "typing.Optional" => self.class_annotated(kept),
                    _ => None,
                }
            }
            annotation => self.class_named(annotation.into()),
        }
    }

    fn class_named(&self, name: ExprRef<'a>) -> Option<Class<'a>> {
        let subject = self.site.subject;
        if let Some(class) = subject.resolver.local_class(name) {
            return Some(Class::Here(class));
        }
        match subject.resolver.meaning(name) {
            Meaning::Qualified(qualified) => there(subject.definition(&qualified)),
            _ => None,
        }
    }
}

fn there<'a>(definition: Definition) -> Option<Class<'a>> {
    match definition {
        Definition::Class(class) => Some(Class::There(Original {
            path: class.path,
            class: Some(class.name),
            name: String::new(),
        })),
        _ => None,
    }
}
