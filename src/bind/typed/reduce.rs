//! A type that names say → the class of an object, as far as what its names mean is known.

use super::contained::{given, stands_in};
use super::symbols::{Budget, Receiver, Reply, Signature, Symbol, Symbols};
use super::{Passing, Portion, Referent, Type};
use crate::python::stdlib;
use crate::python::stdlib::container;

/// Goes on with a type until it is an object of a class, or something other files would say.
pub(super) fn head<'a>(symbols: &dyn Symbols<'a>, of: &Type<'a>, budget: Budget) -> Type<'a> {
    let Some(budget) = budget.next() else {
        return Type::Unknown;
    };
    Reduction { symbols, budget }.head(of)
}

struct Reduction<'w, 'b, 'a> {
    symbols: &'w dyn Symbols<'a>,
    budget: Budget<'b>,
}

impl<'a> Reduction<'_, '_, 'a> {
    fn head(&self, of: &Type<'a>) -> Type<'a> {
        match of {
            Type::Itself(name) => match self.symbols.itself(name) {
                Reply::Known(Symbol::Value(value)) => self.then(&value),
                Reply::Unknown => Type::Unknown,
                Reply::Known(_) | Reply::Elsewhere => of.clone(),
            },
            Type::Member(of, name) => self.member(self.then(of), name),
            Type::Called(of, n_arguments) => match self.callee(of) {
                Type::Member(object, name) => self.called(self.then(&object), &name, *n_arguments),
                callee => self.made(self.then(&callee), *n_arguments),
            },
            Type::Awaited(of) => self.awaited(self.then(of)),
            Type::Entered(of, is_async) => self.entered(self.then(of), *is_async),
            Type::Element(of, part) => self.element(self.then(of), *part),
            Type::AnyOf(them) => self.any_of(them),
            Type::Passed(to) => self.passed(to),
            Type::Declared(of, set) => self.declared(self.then(of), set),
            whole => whole.clone(),
        }
    }

    fn then(&self, of: &Type<'a>) -> Type<'a> {
        head(self.symbols, of, self.budget)
    }

    /// What is called: a name may be that of a method of a class.
    fn callee(&self, of: &Type<'a>) -> Type<'a> {
        if let Type::Itself(name) = of
            && let Reply::Known(Symbol::Value(value)) = self.symbols.itself(name)
        {
            return value;
        }
        of.clone()
    }

    /// The class of an object, or one itself; other files would say it of what stays as it is.
    fn owner(&self, of: &Type<'a>) -> Reply<(Referent<'a>, Receiver)> {
        match of {
            Type::Object { class, .. } => Reply::Known((class.clone(), Receiver::Object)),
            Type::Itself(name) => match self.symbols.itself(name) {
                Reply::Known(Symbol::Class) => Reply::Known((name.clone(), Receiver::Class)),
                Reply::Elsewhere => Reply::Elsewhere,
                _ => Reply::Unknown,
            },
            whole if whole.is_whole() => Reply::Unknown,
            _ => Reply::Elsewhere,
        }
    }

    fn member(&self, of: Type<'a>, name: &str) -> Type<'a> {
        let (class, owner) = match self.owner(&of) {
            Reply::Known(owner) => owner,
            Reply::Unknown => return Type::Unknown,
            Reply::Elsewhere => return of.member(name),
        };
        match self.symbols.attribute(&class, name, owner, self.budget) {
            Reply::Known(found) => {
                let found = self.then(&found.of(&object(&of)));
                self.budget.guess_if(|| {
                    self.symbols.may_be_remade(&class)
                        || self.is_descriptor(&found)
                        || self.symbols.may_be_set(&class, name, &found)
                });
                found
            }
            Reply::Unknown => Type::Unknown,
            Reply::Elsewhere => of.member(name),
        }
    }

    /// It gives something else where it is an attribute of a class.
    fn is_descriptor(&self, found: &Type<'a>) -> bool {
        match found {
            Type::Object { class, .. } => {
                let gives = self.symbols.method(class, stdlib::GIVES);
                matches!(gives, Reply::Known(_))
            }
            _ => false,
        }
    }

    /// What a call of a method gives.
    fn called(&self, of: Type<'a>, name: &str, n_arguments: usize) -> Type<'a> {
        if let Type::Object { class, parts, .. } = &of
            && let Some(gives) = class
                .qualified()
                .and_then(|it| container::method_gives(it, name))
        {
            self.budget.guess();
            return match container::gives_no_other(name, n_arguments) {
                true => self.then(&given(gives, &of, parts)),
                false => Type::Unknown,
            };
        }
        let asked = match self.owner(&of) {
            Reply::Known((class, _)) => self.symbols.method(&class, name),
            Reply::Unknown => Reply::Unknown,
            Reply::Elsewhere => Reply::Elsewhere,
        };
        match asked {
            Reply::Known(header) => {
                // A class that derives may give something else.
                self.budget.guess();
                self.result(header, &object(&of))
            }
            Reply::Unknown => Type::Unknown,
            Reply::Elsewhere => of.member(name).called(n_arguments),
        }
    }

    /// What a call of something else gives.
    fn made(&self, callee: Type<'a>, n_arguments: usize) -> Type<'a> {
        let Type::Itself(name) = &callee else {
            return match callee.is_whole() {
                true => Type::Unknown,
                false => callee.called(n_arguments),
            };
        };
        match self.symbols.itself(name) {
            Reply::Known(Symbol::Class | Symbol::Outside) => Type::Object {
                class: name.clone(),
                is_exact: true,
                parts: Vec::new(),
            },
            Reply::Known(Symbol::Function(header)) => self.result(header, &Type::Unknown),
            Reply::Known(Symbol::Value(_)) | Reply::Unknown => Type::Unknown,
            Reply::Elsewhere => callee.called(n_arguments),
        }
    }

    fn result(&self, header: Signature<'a>, own: &Type<'a>) -> Type<'a> {
        let returns = header.returns.of(own);
        match header {
            Signature {
                is_plain: false, ..
            } => Type::Unknown,
            Signature {
                is_async: true,
                is_generator: false,
                ..
            } => Type::Coroutine(Box::new(returns)),
            _ => self.then(&returns),
        }
    }

    fn awaited(&self, of: Type<'a>) -> Type<'a> {
        match &of {
            Type::Object { class, parts, .. } => {
                let part = class.qualified().and_then(container::result_of);
                let found = part.and_then(|part| parts.get(part));
                found.map_or(Type::Unknown, |it| self.then(it))
            }
            Type::Coroutine(gives) => self.then(gives),
            known if self.is_known(known) => Type::Unknown,
            _ => of.within(Type::Awaited),
        }
    }

    fn entered(&self, of: Type<'a>, is_async: bool) -> Type<'a> {
        let name = match is_async {
            true => "__aenter__",
            false => "__enter__",
        };
        match self.special(&of, name) {
            Reply::Known(header) if header.is_async == is_async && header.is_plain => {
                self.then(&header.returns.of(&of))
            }
            Reply::Known(_) | Reply::Unknown => Type::Unknown,
            Reply::Elsewhere => of.within(|it| Type::Entered(it, is_async)),
        }
    }

    /// A method that Python calls on an object.
    fn special(&self, of: &Type<'a>, name: &str) -> Reply<Signature<'a>> {
        match of {
            Type::Object { class, .. } => {
                let found = self.symbols.method(class, name);
                if let Reply::Known(header) = &found {
                    let may_be_other = || self.symbols.may_be_overridden(class, name, header);
                    self.budget.guess_if(may_be_other);
                }
                found
            }
            known if self.is_known(known) => Reply::Unknown,
            _ => Reply::Elsewhere,
        }
    }

    /// No other file says more of it.
    fn is_known(&self, of: &Type<'a>) -> bool {
        match of {
            Type::Itself(name) => !matches!(self.symbols.itself(name), Reply::Elsewhere),
            of => of.is_whole(),
        }
    }

    fn element(&self, of: Type<'a>, part: Portion) -> Type<'a> {
        if let Type::Object { class, parts, .. } = &of
            && let Some(found) = class
                .qualified()
                .and_then(|it| stands_in(it, parts, part, &of))
        {
            self.budget.guess();
            return self.then(&found);
        }
        if let (Type::Itself(name), Portion::Item(_)) = (&of, part) {
            // A class with what stands in brackets is the class.
            return match self.symbols.itself(name) {
                Reply::Known(Symbol::Class) => of,
                Reply::Elsewhere => of.element(part),
                _ => Type::Unknown,
            };
        }
        let name = match part {
            Portion::Each => "__iter__",
            Portion::AsyncEach => "__aiter__",
            Portion::Item(_) | Portion::Slice => "__getitem__",
        };
        match (self.special(&of, name), part) {
            (Reply::Known(header), Portion::Item(_)) => self.result(header, &of),
            (Reply::Known(_), Portion::Slice) | (Reply::Unknown, _) => Type::Unknown,
            (Reply::Known(header), _) => self.then(&self.result(header, &of).element(part)),
            (Reply::Elsewhere, _) => of.element(part),
        }
    }

    /// What all of them are; `None` beside something else does not count.
    fn any_of(&self, them: &[Type<'a>]) -> Type<'a> {
        let mut found: Vec<Type<'a>> = Vec::new();
        let mut is_open = false;
        for one in them.iter().filter(|it| **it != Type::Nothing) {
            let one = self.then(one);
            match (found.first(), &one) {
                (_, Type::Unknown) => return Type::Unknown,
                (_, Type::Nothing) => continue,
                (Some(first), one) => match self.is_same(first, one) {
                    Some(false) => return Type::Unknown,
                    Some(true) => {}
                    None => is_open = true,
                },
                (None, _) => {}
            }
            found.push(one);
        }
        match is_open {
            true => Type::any_of(found),
            false => joined(found),
        }
    }

    fn is_same(&self, one: &Type<'a>, other: &Type<'a>) -> Option<bool> {
        match (one, other) {
            (Type::Object { class: one, .. }, Type::Object { class: other, .. }) => {
                self.symbols.is_same(one, other)
            }
            _ if one == other => Some(true),
            _ if one.is_whole() && other.is_whole() => Some(false),
            _ => None,
        }
    }

    /// What all calls pass.
    fn passed(&self, to: &Passing<'a>) -> Type<'a> {
        let given: Vec<_> = to.given.iter().map(|it| self.then(it)).collect();
        if given.contains(&Type::Unknown) {
            return Type::Unknown;
        }
        self.budget.guess();
        match self.symbols.given_elsewhere(to, self.budget) {
            Reply::Known(more) if given.is_empty() && more.is_empty() => Type::Unknown,
            Reply::Known(more) => self.any_of(&[given, more].concat()).of_some_class(),
            Reply::Unknown => Type::Unknown,
            Reply::Elsewhere => Type::Passed(Box::new(Passing {
                given,
                ..to.clone()
            })),
        }
    }

    /// What an annotation says, unless something is assigned that it cannot be.
    fn declared(&self, of: Type<'a>, set: &[Type<'a>]) -> Type<'a> {
        let Type::Object { class, .. } = &of else {
            return match of {
                Type::Unknown => of,
                open => Type::Declared(Box::new(open), set.to_vec()),
            };
        };
        let mut open = Vec::new();
        for one in set {
            let one = self.then(one);
            let may_be = match &one {
                Type::Object {
                    class: other,
                    is_exact: true,
                    ..
                } => self.symbols.may_be(other, class),
                whole if whole.is_whole() => Some(true),
                _ => None,
            };
            match may_be {
                Some(false) => return Type::Unknown,
                Some(true) => {}
                None => open.push(one),
            }
        }
        match open.is_empty() || matches!(class, Referent::Class(_)) {
            true => of,
            false => Type::Declared(Box::new(of), open),
        }
    }
}

/// The object that a method of it is called on, or of a class.
fn object<'a>(of: &Type<'a>) -> Type<'a> {
    match of {
        Type::Itself(class) => Type::Object {
            class: class.clone(),
            is_exact: false,
            parts: Vec::new(),
        },
        of => of.clone(),
    }
}

/// Objects of one class, or none.
fn joined(them: Vec<Type>) -> Type {
    let mut them = them.into_iter();
    let first = them.next().unwrap_or(Type::Nothing);
    them.fold(first, |known, other| match (known, other) {
        (
            Type::Object {
                class,
                is_exact,
                parts,
            },
            Type::Object {
                is_exact: other,
                parts: others,
                ..
            },
        ) => Type::Object {
            class,
            is_exact: is_exact && other,
            parts: if parts == others { parts } else { Vec::new() },
        },
        (known, _) => known,
    })
}
