//! Replacement code with metavariables; messages beside it.
//!
//! A template's names are references, not text: the engine spells them the way the file imports them.

use std::borrow::Cow;

use ruff_python_ast::visitor::source_order::{
    SourceOrderVisitor, TraversalSignal, walk_comprehension,
};
use ruff_python_ast::{AnyNodeRef, Comprehension, ExprContext};
use ruff_text_size::{Ranged, TextLen, TextRange, TextSize};

use super::error::Complaint;
use super::pattern::{Arity, Pattern, Root, dotted};
use super::snippet;

mod message;

pub use message::{FIELDS, Message, MessagePart, Place};

/// Code to be written: parsed like a pattern, and its own text with the places of its captures.
#[derive(Debug, Clone)]
pub struct Template {
    /// Python with metavariables spelled as identifiers, dedented, `\n` line ends, no final newline.
    pub code: String,
    /// The same, parsed.
    pub root: Root,
    /// Where `code` begins for the ranges of `root`.
    pub root_at: TextSize,
    /// Metavariables in order of place in `code`.
    pub slots: Vec<Slot>,
    /// Names that refer to something importable, in order of place: `asyncio.sleep`.
    pub names: Vec<Name>,
}

/// One use of a metavariable in a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// Name without `$`.
    pub name: String,
    /// What it stands for.
    pub arity: Arity,
    /// Bytes of `Template::code`, the stars of a rest included.
    pub range: TextRange,
    /// Whether the template binds the name that it stands for, here or at another use.
    pub is_bound: bool,
}

/// One reference of a template: the engine spells it as the file imports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// `asyncio.sleep`, or a builtin.
    pub qualified: String,
    /// Bytes of `Template::code`.
    pub range: TextRange,
}

impl Template {
    /// Parses a template.
    ///
    /// # Errors
    ///
    /// The first mistake, its place a byte offset in `text`.
    pub fn parse(text: &str) -> Result<Self, Complaint> {
        let snippet = snippet::parse(text)?;
        let mut references = References::default();
        snippet::walk(&snippet.root, &mut references);
        let References { mut names, bound } = references;
        names.retain(|name| {
            let first = name.qualified.split('.').next().unwrap_or_default();
            !bound.contains(&first)
        });
        for name in &mut names {
            name.range -= snippet.root_at;
        }
        let slots = snippet.uses.into_iter().map(|used| Slot {
            is_bound: bound.contains(&&snippet.code[used.range]),
            name: used.name,
            arity: used.arity,
            range: used.range,
        });
        let slots = slots.collect();
        Ok(Self {
            slots,
            names,
            code: snippet.code,
            root: snippet.root,
            root_at: snippet.root_at,
        })
    }
}

impl Template {
    /// Returns whether an async comprehension stands in it.
    pub fn has_async_comprehension(&self) -> bool {
        let mut found = AsyncComprehension(false);
        snippet::walk(&self.root, &mut found);
        found.0
    }

    /// Puts names in the place of metavariables.
    pub fn with_names(&self, names: &[(String, String)]) -> Cow<'_, Self> {
        self.filled(names, false)
    }

    /// Puts qualified names in the place of metavariables, to be spelled as a file imports them.
    pub fn with_references(&self, names: &[(String, String)]) -> Cow<'_, Self> {
        self.filled(names, true)
    }

    /// Returns whether it is the header of a def that has a metavariable as its name.
    pub fn names_its_def(&self, capture: &str) -> bool {
        match &self.root {
            Root::Header(header) => header.as_function_def_stmt().is_some_and(|def| {
                Pattern::metavariable(&def.name).is_some_and(|it| it.name == capture)
            }),
            _ => false,
        }
    }

    fn filled(&self, names: &[(String, String)], are_references: bool) -> Cow<'_, Self> {
        let name = |slot: &Slot| names.iter().find(|(name, _)| *name == slot.name);
        let mut code = String::new();
        let mut from = TextSize::new(0);
        // Per place in the old code: where what stands behind it is now.
        let mut moved = vec![(from, from)];
        let mut references = Vec::new();
        for slot in &self.slots {
            if let Some((_, name)) = name(slot) {
                code.push_str(&self.code[TextRange::new(from, slot.range.start())]);
                references.push(Name {
                    qualified: name.clone(),
                    range: TextRange::at(code.text_len(), name.text_len()),
                });
                code.push_str(name);
                from = slot.range.end();
                moved.push((from, code.text_len()));
            }
        }
        let [_, .., _] = moved.as_slice() else {
            return Cow::Borrowed(self);
        };
        code.push_str(&self.code[from.to_usize()..]);
        let mut filled = self.clone();
        filled.slots.retain(|slot| name(slot).is_none());
        let slots = filled.slots.iter_mut().map(|slot| &mut slot.range);
        let names = filled.names.iter_mut().map(|name| &mut name.range);
        slots
            .chain(names)
            .for_each(|range| *range = moved_range(&moved, *range));
        if are_references {
            filled.names.extend(references);
            filled.names.sort_by_key(|name| name.range.start());
        }
        filled.root = snippet::reparse(&code).unwrap_or(filled.root);
        filled.code = code;
        Cow::Owned(filled)
    }
}

/// Where a range is now; `moved`: where what stands behind an offset is now, in order.
fn moved_range(moved: &[(TextSize, TextSize)], range: TextRange) -> TextRange {
    let behind = moved.iter().rfind(|(old, _)| *old <= range.start());
    let start = behind.map(|(old, new)| *new + (range.start() - *old));
    TextRange::at(start.unwrap_or(range.start()), range.len())
}

/// What a template's names refer to, and which of them it binds itself.
#[derive(Default)]
struct References<'t> {
    names: Vec<Name>,
    bound: Vec<&'t str>,
}

impl<'t> SourceOrderVisitor<'t> for References<'t> {
    fn enter_node(&mut self, node: AnyNodeRef<'t>) -> TraversalSignal {
        match node {
            AnyNodeRef::ExprName(name) if name.ctx != ExprContext::Load => {
                self.bound.push(name.id.as_str());
            }
            AnyNodeRef::ExprName(_) | AnyNodeRef::ExprAttribute(_) => {
                let qualified = node.as_expr_ref().and_then(chain);
                if let Some(qualified) = qualified {
                    self.names.push(Name {
                        qualified,
                        range: node.range(),
                    });
                    return TraversalSignal::Skip;
                }
            }
            AnyNodeRef::StmtFunctionDef(function) => self.bound.push(function.name.as_str()),
            AnyNodeRef::StmtClassDef(class) => self.bound.push(class.name.as_str()),
            AnyNodeRef::Parameter(parameter) => self.bound.push(parameter.name.as_str()),
            AnyNodeRef::ExceptHandlerExceptHandler(handler) => {
                self.bound
                    .extend(handler.name.iter().map(|name| name.as_str()));
            }
            AnyNodeRef::Alias(alias) => {
                let name = alias.asname.as_ref().unwrap_or(&alias.name);
                self.bound.extend(name.as_str().split('.').next());
            }
            _ => {}
        }
        TraversalSignal::Traverse
    }
}

fn chain(expression: ruff_python_ast::ExprRef<'_>) -> Option<String> {
    match expression {
        ruff_python_ast::ExprRef::Name(name) => {
            let name = name.id.as_str();
            snippet::metavariable(name)
                .is_none()
                .then(|| name.to_owned())
        }
        ruff_python_ast::ExprRef::Attribute(attribute) => {
            let whole = dotted(&attribute.value)?;
            let last = attribute.attr.as_str();
            snippet::metavariable(last)
                .is_none()
                .then(|| format!("{whole}.{last}"))
        }
        _ => None,
    }
}

/// Whether one was met.
struct AsyncComprehension(bool);

impl<'t> SourceOrderVisitor<'t> for AsyncComprehension {
    fn visit_comprehension(&mut self, comprehension: &'t Comprehension) {
        self.0 |= comprehension.is_async;
        walk_comprehension(self, comprehension);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_template(text: &str, expected: &str) {
        let template = Template::parse(text).expect("a template");
        let slots = template.slots.iter().map(|slot| &template.code[slot.range]);
        let names = template.names.iter().map(|name| {
            assert_eq!(template.code[name.range], name.qualified);
            name.qualified.as_str()
        });
        let slots: Vec<&str> = slots.collect();
        let names: Vec<&str> = names.collect();
        assert_eq!(
            format!("{} | {}", slots.join(" "), names.join(" ")),
            expected
        );
    }

    #[test]
    fn slots_have_their_places() {
        check_template("await asyncio.sleep($delay)", "__mv_delay | asyncio.sleep");
        check_template("f($*rest, $**kw)", "*__mvs_rest **__mvk_kw | f");
        check_template("async def $main()", "__mv_main | ");
        check_template("except ($*a, os.error)", "*__mvs_a | os.error");
    }

    #[test]
    fn names_are_maximal_and_free() {
        check_template(
            "with contextlib.suppress($*a, asyncio.CancelledError, $*b):\n    await $t",
            "*__mvs_a *__mvs_b __mv_t | contextlib.suppress asyncio.CancelledError",
        );
        check_template(
            "print(os.path.join($x), timeout=$x)",
            "__mv_x __mv_x | print os.path.join",
        );
        check_template("[y.z for y in $xs]", "__mv_xs | ");
        check_template("def f(a, *b):\n    return a, b, c, f.x", " | c");
        check_template("with open($p) as g:\n    g.read()", "__mv_p | open");
        check_template("$x.close().done", "__mv_x | ");
        check_template("import a.b as c\nc.d(a.b)", " | a.b");
    }

    #[test]
    fn names_take_the_place_of_metavariables() {
        let template = Template::parse("def $run():\n    return asyncio.run($f($*a), $run)");
        let named = [("run".to_owned(), "start_it".to_owned())];
        let template = template.expect("a template");
        let filled = template.with_names(&named);
        assert_eq!(
            filled.code,
            "def start_it():\n    return asyncio.run(__mv_f(*__mvs_a), start_it)"
        );
        let slots = filled.slots.iter().map(|slot| &filled.code[slot.range]);
        assert_eq!(slots.collect::<Vec<_>>(), ["__mv_f", "*__mvs_a"]);
        let names = filled.names.iter().map(|name| &filled.code[name.range]);
        assert_eq!(names.collect::<Vec<_>>(), ["asyncio.run"]);
    }
}
