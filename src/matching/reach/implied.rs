//! What Python calls without a call that is written: properties, operators, subscripts, unpacking, and
//! the question whether something is true.

use ruff_python_ast::{
    AnyNodeRef, CmpOp, ExprAttribute, ExprCompare, ExprRef, Operator, StmtClassDef, UnaryOp,
};

use super::Search;
use super::given::Given;
use crate::bind::base::Base;
use crate::bind::binding::BindingKind;
use crate::bind::replaced::{By, bound_in};
use crate::bind::resolve::Meaning;
use crate::bind::value::Origin;
use crate::matching::plain::holds_plain;
use crate::matching::site::any;
use crate::project::is_of_python;
use crate::recipe::answer::Answer;
use crate::recipe::plain::Plain;

/// Methods that Python asks for any attribute.
const ASKED_FOR_ALL: [&str; 4] = [
    "__getattr__",
    "__getattribute__",
    "__setattr__",
    "__delattr__",
];

impl<'a> Search<'_, '_, 'a> {
    /// The code that evaluating a node runs beside what it calls and goes over; `is_open`: it matters that something
    /// is not known, and not only what runs.
    pub(super) fn implied(&mut self, node: AnyNodeRef<'a>, is_open: bool) -> Answer {
        match node {
            AnyNodeRef::ExprAttribute(attribute) => self.attribute(attribute),
            AnyNodeRef::StmtAssign(assign) if assign.targets.iter().any(unpacks) => {
                self.consumed((&assign.value).into())
            }
            // Of the others no code is ever seen to run.
            _ if !is_open => Answer::No,
            AnyNodeRef::ExprSubscript(part) => self.part((&part.value).into()),
            AnyNodeRef::ExprBinOp(operation) => {
                let [left, right] = [&operation.left, &operation.right].map(ExprRef::from);
                self.operation(left, operation.op, right)
            }
            AnyNodeRef::StmtAugAssign(changed) => {
                let [left, right] = [&changed.target, &changed.value].map(ExprRef::from);
                self.operation(left, changed.op, right)
            }
            AnyNodeRef::ExprUnaryOp(operation) if operation.op == UnaryOp::Not => {
                self.truth((&operation.operand).into())
            }
            AnyNodeRef::ExprUnaryOp(operation) => self.part((&operation.operand).into()),
            AnyNodeRef::ExprCompare(comparison) => self.comparison(comparison),
            AnyNodeRef::ExprBoolOp(all) => {
                let asked = all.values.split_last().map_or(&[][..], |(_, asked)| asked);
                any(asked, |value| self.truth(value.into()))
            }
            AnyNodeRef::ExprIf(choice) => self.truth((&choice.test).into()),
            AnyNodeRef::Comprehension(clause) => {
                let tests = any(&clause.ifs, |it| self.truth(it.into()));
                match unpacks(&clause.target) {
                    true => tests.or(self.unpacked((&clause.iter).into())),
                    false => tests,
                }
            }
            statement => self.of_statement(statement),
        }
    }

    fn of_statement(&mut self, node: AnyNodeRef<'a>) -> Answer {
        match node {
            AnyNodeRef::StmtIf(branch) => self.truth((&branch.test).into()),
            AnyNodeRef::ElifElseClause(branch) => any(&branch.test, |it| self.truth(it.into())),
            AnyNodeRef::StmtWhile(turns) => self.truth((&turns.test).into()),
            AnyNodeRef::StmtAssert(check) => self.truth((&check.test).into()),
            AnyNodeRef::StmtMatch(cases) => self.part((&cases.subject).into()),
            AnyNodeRef::StmtFor(turns) if unpacks(&turns.target) => {
                self.unpacked((&turns.iter).into())
            }
            _ => Answer::No,
        }
    }

    /// `value[0]`, `-value`: only what Python's own values do is known.
    fn part(&mut self, value: ExprRef<'a>) -> Answer {
        match self.plain(value) {
            Some(_) => Answer::No,
            None => self.unread(value),
        }
    }

    /// What a container holds may be anything.
    fn unpacked(&mut self, iterable: ExprRef<'a>) -> Answer {
        match self.plain(iterable) {
            Some(Plain::Object) => Answer::No,
            _ => self.unread(iterable),
        }
    }

    fn operation(&mut self, left: ExprRef<'a>, op: Operator, right: ExprRef<'a>) -> Answer {
        match (self.plain(left), self.plain(right)) {
            (None, _) => self.unread(left),
            (_, None) => self.unread(right),
            // `"%s" % (a, b)` asks them for their text.
            (Some(Plain::Object), Some(Plain::Container)) if op == Operator::Mod => {
                match self.holds_plain(right) {
                    true => Answer::No,
                    false => self.unread(right),
                }
            }
            _ => Answer::No,
        }
    }

    /// What a container holds is compared, too.
    fn comparison(&mut self, comparison: &'a ExprCompare) -> Answer {
        let is_identity = |op: &CmpOp| matches!(op, CmpOp::Is | CmpOp::IsNot);
        if comparison.ops.iter().all(is_identity) {
            return Answer::No;
        }
        let operands = std::iter::once(&*comparison.left).chain(&comparison.comparators);
        any(operands, |operand| match self.holds_plain(operand.into()) {
            true => Answer::No,
            false => self.unread(operand.into()),
        })
    }

    pub(super) fn holds_plain(&self, value: ExprRef<'a>) -> bool {
        holds_plain(self.site.subject, &self.known, value)
    }

    /// What is compared or denied is true or false by itself.
    fn truth(&mut self, value: ExprRef<'a>) -> Answer {
        match value {
            ExprRef::Compare(_) | ExprRef::UnaryOp(_) => Answer::No,
            // The operands before the last are asked about where they stand.
            ExprRef::BoolOp(all) => all
                .values
                .last()
                .map_or(Answer::No, |it| self.truth(it.into())),
            value => self.part(value),
        }
    }

    /// An attribute may be a property; of a call its method is asked about there.
    fn attribute(&mut self, attribute: &'a ExprAttribute) -> Answer {
        let subject = self.site.subject;
        let (tree, resolver) = (subject.tree, subject.resolver);
        let node = tree.id(attribute);
        let is_callee = tree.call_of(node).is_some();
        let owner = ExprRef::from(&attribute.value);
        if is_callee || self.plain(owner).is_some() {
            return Answer::No;
        }
        if let Meaning::Qualified(name) = resolver.meaning(attribute.into()) {
            return match is_of_python(&name) || self.is_of_module(owner) {
                true => Answer::No,
                false => self.unread(attribute.into()),
            };
        }
        let class = resolver
            .class_of_self(attribute)
            .or_else(|| self.class_of(owner));
        match class {
            Some(class) => self.member(class, attribute),
            None => self.unread(attribute.into()),
        }
    }

    /// `settings.LIMIT` under `import settings`.
    fn is_of_module(&self, owner: ExprRef<'a>) -> bool {
        let subject = self.site.subject;
        let ExprRef::Name(name) = owner else {
            return false;
        };
        let reaching = subject.flow.reaching(subject.tree.id(name));
        let is_import = |id| matches!(subject.names.binding(id).kind, BindingKind::Import { .. });
        reaching.only().is_some_and(is_import)
    }

    /// The class of the file that a value is, or is an instance of.
    fn class_of(&self, value: ExprRef<'a>) -> Option<&'a StmtClassDef> {
        let resolver = self.site.subject.resolver;
        if let Some(class) = resolver.local_class(value) {
            return Some(class);
        }
        match resolver.origins(value)[..] {
            [Origin::Made(ExprRef::Call(call))] => resolver.local_class((&call.func).into()),
            [Origin::Annotated(annotation)] => resolver.local_class(annotation.into()),
            _ => None,
        }
    }

    /// An attribute of an instance: what the class, those above it and those that derive from it make
    /// of the name.
    fn member(&mut self, class: &'a StmtClassDef, attribute: &'a ExprAttribute) -> Answer {
        let subject = self.site.subject;
        let whole = self.lineage(class);
        let Some(classes) = whole else {
            return self.unread(attribute.into());
        };
        let names = [attribute.attr.as_str()].into_iter().chain(ASKED_FOR_ALL);
        any(names, |name| {
            // Not of what all classes of the file have: each of them may ask.
            let own = bound_in(subject.resolver, &classes, name);
            any(own, |it| match it.by {
                By::Def(def) => match subject.tree.node(def) {
                    // A method that is not called.
                    AnyNodeRef::StmtFunctionDef(def)
                        if self.is_only_named(def) && !ASKED_FOR_ALL.contains(&name) =>
                    {
                        Answer::No
                    }
                    AnyNodeRef::StmtFunctionDef(def) => self.function(def, &Given::unknown(), true),
                    _ => Answer::Unknown,
                },
                By::Value(value) => self.held(value),
                By::Factory(_) | By::Part | By::Kept => self.unread(attribute.into()),
            })
        })
    }

    /// A value of a class body may say itself what it gives, as a property does.
    fn held(&mut self, value: ExprRef<'a>) -> Answer {
        let is_def = !self.site.subject.resolver.local_callables(value).is_empty();
        match value {
            _ if is_def || self.plain(value).is_some() => Answer::No,
            ExprRef::Call(call) => self.made(call, &Given::unknown()),
            other => self.unread(other),
        }
    }

    /// A class with those above it and those of the file that derive from it; `None` where one is made
    /// by what is not of Python.
    fn lineage(&self, class: &'a StmtClassDef) -> Option<Vec<&'a StmtClassDef>> {
        let resolver = self.site.subject.resolver;
        let mut all = Vec::new();
        for class in std::iter::once(&class).chain(resolver.below(class)) {
            all.push(*class);
            for base in resolver.above(class) {
                match base {
                    Base::Here(base) => all.push(base),
                    Base::There(name) if is_of_python(name) => {}
                    Base::There(_) | Base::Unread(_) => return None,
                }
            }
        }
        Some(all)
    }
}

/// `a, b` as a target.
fn unpacks(target: &ruff_python_ast::Expr) -> bool {
    target.is_tuple_expr() || target.is_list_expr()
}
