//! The table of lifecycles in YAML → [`Lifecycles`].

use ruff_python_ast::Stmt;
use ruff_text_size::TextRange;

use super::bound::Bound;
use super::compiler::{Compiler, finish, texts};
use crate::recipe::error::{Complaint, Law, Mistake, Problem};
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
        let hooks = self.hooks(node);
        let create = node.child("create");
        let create = create.map(|create| self.created(node, create, hooks.is_some()));
        let reached = node.child("reached").and_then(Node::text);
        let overrides = node.child("overrides").and_then(Node::text);
        Some(Lifecycle {
            id: node.child("id")?.text()?.to_owned(),
            classes: of("classes"),
            decorators: self.value_patterns(node, "decorators", None),
            setup: of("setup"),
            teardown: of("teardown"),
            hooks: match hooks {
                Some(hooks) => Some(hooks?),
                None => None,
            },
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
            source: node.child("source")?.text()?.to_owned(),
            versions: node
                .child("versions")
                .and_then(Node::text)
                .map(str::to_owned),
        })
    }

    fn created(&mut self, row: &Node, create: &Node, is_hook: bool) -> Option<NewTeardown> {
        let new = self.new_teardown(create, is_hook)?;
        if !is_hook {
            self.check_method(row, create, &new);
        }
        Some(new)
    }

    /// The method that is written is one of those that end the row's objects, and has an object.
    fn check_method(&mut self, row: &Node, create: &Node, new: &NewTeardown) {
        let id = row.child("id").and_then(Node::text).unwrap_or_default();
        let teardown = row.child("teardown").map(texts).unwrap_or_default();
        let NewTeardown { name, .. } = new;
        let (law, expected) = if new.parameter.is_none() {
            let (id, name) = (id.to_owned(), name.clone());
            let color = if new.is_async { "async " } else { "" };
            let expected = format!("`{color}def {name}(self):`");
            (Law::WithoutObject { id, name }, expected)
        } else if !teardown.contains(name) {
            let all = [vec![name.clone()], teardown].concat().join(", ");
            let (id, name) = (id.to_owned(), name.clone());
            (
                Law::EndsNothing { id, name },
                format!("`teardown: [{all}]`, or a def with a name of it"),
            )
        } else {
            return;
        };
        let complaint = Complaint::new(create.span.start(), Problem::Law(law));
        self.add("create", complaint.expected(expected));
    }

    /// Reads `async def stop(self): …` with the line `$...end`.
    fn new_teardown(&mut self, node: &Node, is_hook: bool) -> Option<NewTeardown> {
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
        let method = method.filter(|it| !is_hook || (it.is_async && it.parameters.len() <= 1));
        let (Some(slot), Some(method)) = (slot, method) else {
            let complaint = not_a_teardown(node, method.is_some(), is_hook);
            self.add("create", complaint);
            return None;
        };
        let parameter = method.parameters.iter().next();
        let before = template.code[..slot.start().to_usize()].trim_end();
        let after = template.code[slot.end().to_usize()..].trim_matches('\n');
        Some(NewTeardown {
            name: method.name.to_string(),
            is_async: method.is_async,
            parameter: parameter.map(|it| it.name().to_string()),
            depth: depth(&template.code, slot),
            before: before.to_owned(),
            after: after.to_owned(),
        })
    }
}

/// What is wrong with code that should end values, perhaps only that it does not say where.
fn not_a_teardown(node: &Node, is_def: bool, is_hook: bool) -> Complaint {
    let at = node.span.start();
    match (is_def, is_hook) {
        (true, _) => Complaint::new(at, Problem::Law(Law::WithoutEnd))
            .expected("that line where the values end"),
        (false, true) => Complaint::not_of_sort(at, "a hook")
            .expected("one async def with at most the owner as parameter, and a line `$...end`"),
        (false, false) => Complaint::not_of_sort(at, "a method")
            .expected("one def, with a line `$...end` where the values end"),
    }
}

/// Levels of indentation in front of what ends.
fn depth(code: &str, slot: TextRange) -> usize {
    /// Spaces that a template writes for one level.
    const LEVEL: usize = 4;
    let before = &code[..slot.start().to_usize()];
    let line = before.rsplit('\n').next().unwrap_or_default();
    (line.len() / LEVEL).max(1)
}
