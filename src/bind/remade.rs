//! A class → what may make something else of it than its body says: its decorators, its metaclass, and the method
//! that makes its objects.

use ruff_python_ast::{
    AnyNodeRef, Decorator, Expr, ExprName, ExprRef, StmtClassDef, StmtFunctionDef,
};

use super::binding::BindingKind;
use super::replaced::{Owner, replacements};
use super::resolve::{Meaning, Resolver};
use super::typed::{Referent, Type};
use super::value::Origin;
use crate::python::stdlib;
use crate::python::tree::NodeId;

/// What may make something else of a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Makers<N> {
    /// Decorators that are not known to keep the class, and whether they are called first.
    pub decorators: Vec<(N, bool)>,
    /// The metaclass that its header names.
    pub metaclass: Option<N>,
    /// A call of the class may make no object of it: it has a method for that.
    pub makes_other: bool,
}

impl<N> Makers<N> {
    /// Returns the same with other names.
    pub fn map<M>(self, mut name: impl FnMut(N) -> M) -> Makers<M> {
        Makers {
            metaclass: self.metaclass.map(&mut name),
            decorators: self
                .decorators
                .into_iter()
                .map(|(it, is_called)| (name(it), is_called))
                .collect(),
            makes_other: self.makes_other,
        }
    }
}

/// Whether a def, as a decorator, keeps what it gets first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Keeps {
    /// It does so itself.
    pub itself: bool,
    /// It gives a def that stands in it and does so.
    pub by_inner: bool,
}

impl Keeps {
    /// Returns what holds of both.
    pub fn and(self, other: Self) -> Self {
        Self {
            itself: self.itself && other.itself,
            by_inner: self.by_inner && other.by_inner,
        }
    }

    /// Returns whether a decorator keeps what it decorates, where it is called before or not.
    pub fn keeps(self, is_called: bool) -> bool {
        match is_called {
            true => self.by_inner,
            false => self.itself,
        }
    }
}

impl<'a> Resolver<'a> {
    /// Returns what may make something else of a class; what is above it is left out.
    pub fn makers(&self, class: &'a StmtClassDef) -> Makers<ExprRef<'a>> {
        let decorators = class.decorator_list.iter().map(named);
        let header = class.arguments.as_ref();
        let metaclass = header.and_then(|it| it.find_keyword("metaclass"));
        // `**more` may name a metaclass.
        let mut keywords = header.into_iter().flat_map(|it| &it.keywords);
        let is_open = keywords.any(|it| it.arg.is_none());
        Makers {
            decorators: decorators.filter(|it| !self.keeps_class(*it)).collect(),
            metaclass: metaclass.map(|it| (&it.value).into()),
            makes_other: is_open || self.makes_other(class) || self.changes_class(class),
        }
    }

    /// Returns whether the file gives classes another way to make objects, or objects another class, but in the
    /// bodies of classes: `C.__new__ = f`, `setattr(it, "__class__", D)`.
    pub fn remakes_classes(&self) -> bool {
        [stdlib::MAKES, stdlib::ITS_CLASS].into_iter().any(|name| {
            let mut set = replacements(self, name).into_iter();
            set.any(|it| !matches!(it.owner, Owner::Class(_)))
        })
    }

    /// The decorator is one of Python's own, or a def of this file that gives back what it gets.
    fn keeps_class(&self, (decorator, is_called): (ExprRef<'a>, bool)) -> bool {
        match self.meaning(decorator) {
            Meaning::Qualified(name) => stdlib::keeps_the_class(&name),
            _ => match self.local_definition(decorator) {
                Some(AnyNodeRef::StmtFunctionDef(def)) => self.hands_back(def).keeps(is_called),
                _ => false,
            },
        }
    }

    /// Returns whether a def gives back its first argument, or another def that does.
    pub fn hands_back(&self, def: &'a StmtFunctionDef) -> Keeps {
        let is_keeper = |name: &&'a ExprName| {
            self.inner(name, def).is_some_and(|inner| {
                self.given_names(inner).is_some_and(|names| {
                    let mut names = names.into_iter();
                    names.all(|it| self.is_first(it, inner))
                })
            })
        };
        let names = self.given_names(def);
        names.map_or_else(Keeps::default, |names| Keeps {
            itself: names.iter().all(|it| self.is_first(it, def)),
            by_inner: names.iter().all(is_keeper),
        })
    }

    /// The def in a def that a name stands for.
    pub(super) fn inner(
        &self,
        name: &'a ExprName,
        def: &'a StmtFunctionDef,
    ) -> Option<&'a StmtFunctionDef> {
        let tree = self.flow().names().tree();
        match self.local_definition(name.into())? {
            AnyNodeRef::StmtFunctionDef(inner) => {
                tree.contains(tree.id(def), tree.id(inner)).then_some(inner)
            }
            _ => None,
        }
    }

    pub(super) fn is_first(&self, name: &'a ExprName, def: &StmtFunctionDef) -> bool {
        let first = self.first_parameter_of(name);
        first.is_some_and(|it| std::ptr::eq(it, def))
    }

    /// The names that a plain def gives, where it gives nothing else.
    fn given_names(&self, def: &'a StmtFunctionDef) -> Option<Vec<&'a ExprName>> {
        if def.is_async || !def.decorator_list.is_empty() {
            return None;
        }
        let returned = self.returns(def).into_iter();
        let names: Option<Vec<_>> = returned.map(|it| it?.as_name_expr()).collect();
        names.filter(|it| !it.is_empty() && !self.yields(def))
    }

    /// Its methods, or code that is no method, give an object another class, or classes what makes their objects.
    fn changes_class(&self, class: &'a StmtClassDef) -> bool {
        let tree = self.flow().names().tree();
        let is_class = |id: &NodeId| matches!(tree.node(*id), AnyNodeRef::StmtClassDef(_));
        let is_of_other = |setter: &NodeId| {
            let mut around = tree.ancestors(*setter).filter(is_class).peekable();
            around.peek().is_some() && around.all(|it| it != tree.id(class))
        };
        let mut of_class = self.setters_named(stdlib::ITS_CLASS).iter();
        !self.setters_named(stdlib::MAKES).is_empty() || of_class.any(|it| !is_of_other(it))
    }

    /// Its body has what makes its objects, and that may give something else.
    fn makes_other(&self, class: &'a StmtClassDef) -> bool {
        let names = self.flow().names();
        let scope = names.scope_opened_by(names.tree().id(class));
        let bound = scope.map_or(&[][..], |it| names.bindings_of(it, stdlib::MAKES));
        let may_be_other = |def: &'a StmtFunctionDef| {
            let returned = self.returns(def);
            let makes = |value: &Option<&'a Expr>| {
                value.is_some_and(|it| self.is_made_of(it.into(), class))
            };
            let mut decorators = def.decorator_list.iter();
            let is_static = |it: &'a Decorator| {
                self.meaning((&it.expression).into())
                    == Meaning::Qualified(stdlib::STATIC.to_owned())
            };
            !decorators.all(is_static)
                || !self.says_own(def, class)
                    && (returned.is_empty() || !returned.iter().all(makes))
        };
        bound.iter().any(|id| {
            let binding = names.binding(*id);
            match (binding.kind, names.tree().node(binding.node)) {
                (BindingKind::Function, AnyNodeRef::StmtFunctionDef(def)) => may_be_other(def),
                _ => true,
            }
        })
    }

    /// An annotation says that a def gives an object of the class.
    fn says_own(&self, def: &'a StmtFunctionDef, class: &'a StmtClassDef) -> bool {
        let said = def.returns.as_deref().map(|it| self.annotation(it.into()));
        match said {
            Some(Type::Own) => true,
            Some(Type::Object { class: said, .. }) => said == Referent::Class(class),
            _ => false,
        }
    }

    /// It comes from what a class above makes of the class, or is none yet: `super().__new__(cls)`.
    fn is_made_of(&self, value: ExprRef<'a>, class: &'a StmtClassDef) -> bool {
        let is_own = |given: &'a Expr| {
            let given = given.as_name_expr().and_then(|it| self.receiver(it));
            given.is_some_and(|(of, _)| std::ptr::eq(of, class))
        };
        self.origins(value).iter().all(|origin| match origin {
            Origin::Made(ExprRef::NoneLiteral(_)) => true,
            Origin::Made(ExprRef::Call(call)) => {
                let callee = call.func.as_attribute_expr();
                let first = call.arguments.args.first();
                callee.is_some_and(|it| it.attr.as_str() == stdlib::MAKES)
                    && first.is_some_and(is_own)
            }
            _ => false,
        })
    }
}

/// What a decorator names, and whether it is called first.
pub(super) fn named(decorator: &Decorator) -> (ExprRef<'_>, bool) {
    match &decorator.expression {
        Expr::Call(call) => (ExprRef::from(&*call.func), true),
        named => (named.into(), false),
    }
}
