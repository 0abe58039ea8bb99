//! Replacement code and messages with metavariables.
//!
//! A template's names are references, not text: the engine spells them the way the file imports them.

use std::borrow::Cow;

use ruff_python_ast::visitor::source_order::{SourceOrderVisitor, TraversalSignal};
use ruff_python_ast::{AnyNodeRef, ExprContext};
use ruff_text_size::{Ranged, TextLen, TextRange, TextSize};

use super::error::{Complaint, Problem};
use super::pattern::{Arity, Root, dotted};
use super::snippet;

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
            name: used.name,
            arity: used.arity,
            range: used.range,
        });
        Ok(Self {
            slots: slots.collect(),
            names,
            code: snippet.code,
            root: snippet.root,
            root_at: snippet.root_at,
        })
    }
}

impl Template {
    /// Puts names in the place of metavariables.
    pub fn with_names(&self, names: &[(String, String)]) -> Cow<'_, Self> {
        let name = |slot: &Slot| names.iter().find(|(name, _)| *name == slot.name);
        let mut code = String::new();
        let mut from = TextSize::new(0);
        // Per place in the old code: where what stands behind it is now.
        let mut moved = vec![(from, from)];
        for slot in &self.slots {
            if let Some((_, name)) = name(slot) {
                code.push_str(&self.code[TextRange::new(from, slot.range.start())]);
                code.push_str(name);
                from = slot.range.end();
                moved.push((from, code.text_len()));
            }
        }
        let [_, .., _] = moved.as_slice() else {
            return Cow::Borrowed(self);
        };
        code.push_str(&self.code[from.to_usize()..]);
        let new_range = |range: TextRange| {
            let behind = moved.iter().rfind(|(old, _)| *old <= range.start());
            let start = behind.map(|(old, new)| *new + (range.start() - *old));
            TextRange::at(start.unwrap_or(range.start()), range.len())
        };
        let mut filled = self.clone();
        filled.slots.retain(|slot| name(slot).is_none());
        let slots = filled.slots.iter_mut().map(|slot| &mut slot.range);
        let names = filled.names.iter_mut().map(|name| &mut name.range);
        slots
            .chain(names)
            .for_each(|range| *range = new_range(*range));
        filled.root = snippet::reparse(&code).unwrap_or(filled.root);
        filled.code = code;
        Cow::Owned(filled)
    }
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

/// Text for people with `{…}` fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Literal text and fields, in order.
    pub parts: Vec<MessagePart>,
}

/// A piece of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MessagePart {
    /// As typed.
    Text(String),
    /// `{$x}`: the capture's source text on one line.
    Capture(String),
    /// `{$x.name}`: the last name of the capture.
    CaptureName(String),
    /// `{why}`: the sentence of the first word that answered no or unknown.
    Why,
    /// `{names}`: the shared names meant.
    Names,
    /// `{sign}`: why the file may be a script.
    Sign,
    /// `{found}`: where a `has`, `program` or `project` was met.
    Found,
    /// `{function}`, `{class}`, `{file}`, `{python}`.
    Place(Place),
}

/// What `{function}` and its kin name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The innermost function's name.
    Function,
    /// The innermost class's name.
    Class,
    /// The file's name.
    File,
    /// The target version.
    Python,
}

/// Message fields that are no captures.
pub const FIELDS: &[&str] = &[
    "why", "names", "sign", "found", "function", "class", "file", "python",
];

impl Message {
    /// Parses a message; `{{` and `}}` are braces.
    ///
    /// # Errors
    ///
    /// The first mistake, its place a byte offset in `text`.
    pub fn parse(text: &str) -> Result<Self, Complaint> {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            literal.push_str(&rest[..at]);
            let brace = &rest[at..];
            let offset = offset_in(text, brace);
            if brace.starts_with("{{") || brace.starts_with("}}") {
                literal.push_str(&brace[..1]);
                rest = &brace[2..];
            } else if let Some((field, behind)) = brace
                .strip_prefix('{')
                .and_then(|field| field.split_once('}'))
            {
                if !literal.is_empty() {
                    parts.push(MessagePart::Text(std::mem::take(&mut literal)));
                }
                parts.push(parse_field(field, offset + TextSize::new(1))?);
                rest = behind;
            } else {
                let complaint = Complaint::new(offset, Problem::OpenField);
                return Err(complaint.expected("`{{` or `}}` for a brace"));
            }
        }
        literal.push_str(rest);
        if !literal.is_empty() {
            parts.push(MessagePart::Text(literal));
        }
        Ok(Self { parts })
    }

    /// Iterates over the captures it names.
    pub fn captures(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            MessagePart::Capture(name) | MessagePart::CaptureName(name) => Some(name.as_str()),
            _ => None,
        })
    }
}

fn parse_field(field: &str, at: TextSize) -> Result<MessagePart, Complaint> {
    if let Some(capture) = field.strip_prefix('$') {
        let (name, is_name) = match capture.split_once('.') {
            None => (capture, false),
            Some((name, "name")) => (name, true),
            Some((_, other)) => return Err(Complaint::unknown(at, "field", other, &["name"])),
        };
        let name = name.to_owned();
        return Ok(if is_name {
            MessagePart::CaptureName(name)
        } else {
            MessagePart::Capture(name)
        });
    }
    Ok(match field {
        "why" => MessagePart::Why,
        "names" => MessagePart::Names,
        "sign" => MessagePart::Sign,
        "found" => MessagePart::Found,
        "function" => MessagePart::Place(Place::Function),
        "class" => MessagePart::Place(Place::Class),
        "file" => MessagePart::Place(Place::File),
        "python" => MessagePart::Place(Place::Python),
        _ => return Err(Complaint::unknown(at, "field", field, FIELDS)),
    })
}

fn offset_in(text: &str, rest: &str) -> TextSize {
    // Messages are parts of a file, which is smaller than 4 GiB.
    TextSize::new(u32::try_from(text.len() - rest.len()).unwrap_or(u32::MAX))
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

    #[track_caller]
    fn check_message(text: &str, expected: &str) {
        let rendered = match Message::parse(text) {
            Ok(message) => format!("{:?}", message.parts),
            Err(error) => {
                let hint = error.nearest.or(error.expected).unwrap_or_default();
                format!("{}: {} ({hint})", u32::from(error.at), error.problem)
            }
        };
        assert_eq!(rendered, expected);
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

    #[test]
    fn messages_have_fields() {
        check_message("a {$x} b", r#"[Text("a "), Capture("x"), Text(" b")]"#);
        check_message("{$x.name}{why}", r#"[CaptureName("x"), Why]"#);
        check_message("{{x}} {python}", r#"[Text("{x} "), Place(Python)]"#);
    }

    #[test]
    fn mistakes_in_messages_have_a_place() {
        check_message("a {nmaes}", "3: unknown field `nmaes` (names)");
        check_message(
            "{row.because}",
            "1: unknown field `row.because` (why, names, sign, found, function, class, file, python)",
        );
        check_message("{$x.nam}", "1: unknown field `nam` (name)");
        check_message("a { b", "2: `{` without `}` (`{{` or `}}` for a brace)");
        check_message("a } b", "2: `{` without `}` (`{{` or `}}` for a brace)");
    }
}
