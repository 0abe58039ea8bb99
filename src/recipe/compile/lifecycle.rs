//! The table of lifecycles in YAML → [`Lifecycles`].

use ruff_python_ast::Stmt;

use super::text::Bound;
use super::{Compiler, finish, texts};
use crate::recipe::error::{Complaint, Mistake};
use crate::recipe::lifecycle::{Lifecycle, Lifecycles, NewTeardown, Order, Overrides, Reached};
use crate::recipe::pattern::{Arity, Root};
use crate::recipe::schema;
use crate::recipe::table::Library;
use crate::recipe::yaml::Node;

/// What a new teardown has in the place of what it ends.
const END: &str = "end";

/// Compiles the table of lifecycles.
///
/// # Errors
///
/// Everything that is wrong with it, in order of place.
pub fn compile_lifecycles(path: &str, text: &str) -> Result<Lifecycles, Vec<Mistake>> {
    let none = Library::default();
    let mut compiler = Compiler::new(path, text, &none);
    let root = compiler.parse(text, &schema::lifecycle::LIFECYCLES);
    let lifecycles = root.map(|root| {
        let rows = root.child("rows").map_or(&[][..], Node::elements).iter();
        Lifecycles {
            rows: rows.filter_map(|row| compiler.lifecycle(row)).collect(),
        }
    });
    finish(lifecycles, compiler.report)
}

impl Compiler<'_> {
    fn lifecycle(&mut self, node: &Node) -> Option<Lifecycle> {
        let of = |column| node.child(column).map(texts).unwrap_or_default();
        let create = node.child("create");
        let create = create.map(|create| self.new_teardown(create));
        let reached = node.child("reached").and_then(Node::text);
        let overrides = node.child("overrides").and_then(Node::text);
        Some(Lifecycle {
            id: node.child("id")?.text()?.to_owned(),
            classes: of("classes"),
            decorators: self.value_patterns(node, "decorators", None),
            setup: of("setup"),
            teardown: of("teardown"),
            order: Order::from_word(node.child("order")?.text()?)?,
            reached: reached
                .and_then(Reached::from_word)
                .unwrap_or(Reached::Always),
            overrides: overrides
                .and_then(Overrides::from_word)
                .unwrap_or(Overrides::Replace),
            create: match create {
                Some(create) => Some(create?),
                None => None,
            },
            because: node.child("because")?.text()?.to_owned(),
        })
    }

    /// Reads `async def stop(self): …` with the line `$...end`.
    fn new_teardown(&mut self, node: &Node) -> Option<NewTeardown> {
        let bound = Bound::none().with(&[(END.to_owned(), Arity::Body)]);
        let template = self.template("create", node, &bound)?;
        let slot = template.slots.first().map(|slot| slot.range);
        let method = match &template.root {
            Root::Statements(statements) => match statements.as_slice() {
                [Stmt::FunctionDef(method)] => Some(method),
                _ => None,
            },
            _ => None,
        };
        let (Some(slot), Some(method)) = (slot, method) else {
            let complaint = Complaint::not_of_sort(node.span.start(), "a method");
            let expected = "one def, with a line `$...end` where the tasks end";
            self.add("create", complaint.expected(expected));
            return None;
        };
        let before = template.code[..slot.start().to_usize()].trim_end();
        let after = template.code[slot.end().to_usize()..].trim_matches('\n');
        Some(NewTeardown {
            name: method.name.to_string(),
            is_async: method.is_async,
            before: before.to_owned(),
            after: after.to_owned(),
        })
    }
}
