//! `add`: what a rule writes beside its sites, and which name of the module it defines.

use ruff_python_ast::{Expr, Stmt};

use super::bound::Bound;
use super::compiler::{Compiler, all_of};
use crate::recipe::PARAMETERS;
use crate::recipe::condition::Patterns;
use crate::recipe::error::{Complaint, Law, Problem};
use crate::recipe::pattern::{Arity, Pattern, Root};
use crate::recipe::template::{Message, Template};
use crate::recipe::verb::{Add, AddPlace};
use crate::recipe::yaml::Node;

/// Fresh names that a rule wishes for.
type Wishes = [(String, Vec<Message>)];

impl Compiler<'_> {
    /// Compiles `add`, one or a list; `None`: there is a mistake in it.
    pub(super) fn added(&mut self, node: &Node, bound: &Bound, names: &Wishes) -> Option<Vec<Add>> {
        let all = node.child("add").map_or(&[][..], Node::elements);
        all_of(all.iter().map(|node| self.one_added(node, bound, names)))
    }

    fn one_added(&mut self, node: &Node, bound: &Bound, names: &Wishes) -> Option<Add> {
        let text = node.child("text")?;
        let at = node.child("at")?;
        let parameters = [(PARAMETERS.to_owned(), Arity::Rest)];
        let bound = match at.text() {
            Some("old-header") => &bound.with(&parameters),
            _ => bound,
        };
        let template = self.template("text", text, &bound.with_names(names))?;
        let at = match at.text() {
            Some("before") => AddPlace::Before,
            Some("after") => AddPlace::After,
            Some("old-header") => AddPlace::OldHeader,
            Some(_) => self.of_module(node, &template, bound, names)?,
            None => AddPlace::Beside(self.bound_capture("beside", at.child("beside")?, bound)?),
        };
        if let (Some(reuse), false) = (node.child("reuse"), matches!(at, AddPlace::Module { .. })) {
            self.break_law("reuse", reuse, Law::ReusesElsewhere);
        }
        Some(Add { text: template, at })
    }

    /// A definition of the module has a wished name, and so has what is used in its place.
    fn of_module(
        &mut self,
        node: &Node,
        template: &Template,
        bound: &Bound,
        names: &Wishes,
    ) -> Option<AddPlace> {
        let defined = defined(template);
        let wished = defined.filter(|name| names.iter().any(|(wish, _)| wish == name));
        let Some(name) = wished.map(str::to_owned) else {
            self.break_law("text", node.child("text")?, Law::DefinesNothing);
            return None;
        };
        let reuse = match node.child("reuse") {
            Some(reuse) => self.patterns("reuse", reuse, bound)?,
            None => Patterns::default(),
        };
        for guarded in reuse.iter() {
            let mut captures = guarded.pattern.captures.iter();
            if captures.all(|(capture, _)| *capture != name) {
                let at = node.child("reuse")?.span.start();
                let capture = format!("${name}");
                let binder = "every pattern of `reuse`";
                self.add(
                    "reuse",
                    Complaint::new(at, Problem::Unbound { capture, binder }),
                );
            }
        }
        Some(AddPlace::Module { name, reuse })
    }
}

/// The metavariable that a definition gives a meaning.
fn defined(template: &Template) -> Option<&str> {
    let statement = match &template.root {
        Root::Statements(statements) => match statements.as_slice() {
            [only] => only,
            _ => return None,
        },
        Root::Header(header) => header,
        _ => return None,
    };
    let name = match statement {
        Stmt::FunctionDef(function) => &function.name.id,
        Stmt::Assign(assign) => match assign.targets.as_slice() {
            [Expr::Name(name)] => &name.id,
            _ => return None,
        },
        _ => return None,
    };
    Pattern::metavariable(name).map(|it| it.name)
}
