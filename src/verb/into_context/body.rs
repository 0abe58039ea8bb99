//! The body of a def that moves into the context manager: may it, and what of it is written where.

use ruff_python_ast::{AnyNodeRef, Stmt, StmtFunctionDef};
use ruff_text_size::{Ranged, TextRange, TextSize};
use rustc_hash::FxHashSet;

use super::maker::Maker;
use super::registered::{Form, Registered};
use crate::bind::binding::ScopeId;
use crate::matching::place::is_docstring;
use crate::python::cut::{container, trailing_comment};
use crate::python::trivia;
use crate::text::blank::{
    indentation, is_blank, line_before, line_before_start, line_end, line_start,
};
use crate::verb::block::Block;
use crate::verb::remove::check_unused;

/// A builtin that asks for the class around the function.
const ASKS_ROUND: &str = "super";

/// The statement of a body that does nothing.
const EMPTY: &str = "pass";

/// The parts of a body.
pub(super) struct Body<'a> {
    pub(super) statement: TextRange,
    /// The comments right above the def, without indentation.
    pub(super) comments: Vec<&'a str>,
    pub(super) docstring: Option<&'a Stmt>,
    /// Names that it declares, with `global` or `nonlocal`.
    pub(super) declared: Vec<(&'static str, &'a str)>,
    /// The lines of the other statements, as they stand there.
    pub(super) lines: String,
    pub(super) indentation: &'a str,
    /// Comments of its header, and of what else is said by the new one.
    pub(super) of_header: Vec<TextRange>,
    /// Comments behind `global` and `nonlocal` statements.
    pub(super) of_declared: Vec<TextRange>,
    /// Names that it binds for itself, and names that it has from around it.
    pub(super) own: FxHashSet<&'a str>,
    pub(super) taken: FxHashSet<&'a str>,
}

impl Body<'_> {
    /// Whether names of one would mean something else beside the other.
    pub(super) fn meddles_with(&self, other: &Self) -> bool {
        let binds = |one: &Self, other: &Self| {
            let declared = other.declared.iter().map(|(_, name)| name);
            let mut names = other.own.iter().chain(&other.taken).chain(declared);
            names.any(|name| one.own.contains(name))
        };
        binds(self, other) || binds(other, self) || self.indentation != other.indentation
    }
}

/// Returns the parts of the body of a function that is registered alone; `None`: it stays a function.
pub(super) fn moved<'a>(
    maker: &Maker<'_, 'a>,
    registered: &Registered<'a>,
    parameters: &[(String, bool)],
) -> Option<Body<'a>> {
    let subject = maker.subject;
    let def = registered.def?;
    let id = subject.tree.id(def);
    let n_decorators = usize::from(matches!(registered.form, Form::Decorator(_)));
    let is_plain = subject.blocks.siblings(maker.statement).contains(&id)
        && def.decorator_list.len() == n_decorators
        && def.parameters.is_empty()
        && ends_plainly(maker, def)
        && is_used_once(maker, registered, def);
    if !is_plain {
        return None;
    }
    let scope = subject.names.scope_opened_by(id)?;
    let body = Body {
        own: own_names(maker, scope),
        taken: taken_names(maker, def, scope),
        ..parts(maker, def)?
    };
    let is_free = |(name, is_shared): &(String, bool)| {
        let means_shared = || {
            let around = subject.names.scope_of(id);
            *is_shared && subject.names.lookup(around, name) == Some(maker.scope)
        };
        let is_own = body.own.contains(name.as_str());
        let declares = body.declared.iter().any(|(_, declared)| declared == name);
        !is_own && !declares && (!body.taken.contains(name.as_str()) || means_shared())
    };
    parameters.iter().all(is_free).then_some(body)
}

/// It neither returns nor yields, and asks nothing of the function around its code.
fn ends_plainly<'a>(maker: &Maker<'_, 'a>, def: &'a StmtFunctionDef) -> bool {
    let subject = maker.subject;
    let tree = subject.tree;
    let id = tree.id(def);
    let statements: Vec<_> = def.body.iter().map(|it| tree.id(it)).collect();
    let (Some(first), Some(last)) = (def.body.first(), def.body.last()) else {
        return false;
    };
    let block = Block {
        subject,
        body: TextRange::new(first.start(), last.end()),
        statements,
    };
    let own = |inner| subject.context.runner(inner) == Some(id);
    let leaves = |inner| match tree.node(inner) {
        AnyNodeRef::StmtReturn(_) | AnyNodeRef::ExprYield(_) | AnyNodeRef::ExprYieldFrom(_) => {
            own(inner)
        }
        // In a block of its own it is no first line.
        AnyNodeRef::StmtGlobal(_) | AnyNodeRef::StmtNonlocal(_) => {
            own(inner) && tree.parent(inner) != id
        }
        AnyNodeRef::ExprName(name) => name.id == ASKS_ROUND,
        _ => false,
    };
    block.check().is_ok() && !block.nodes().any(leaves)
}

/// Nobody needs it but who registers it.
fn is_used_once<'a>(
    maker: &Maker<'_, 'a>,
    registered: &Registered<'a>,
    def: &'a StmtFunctionDef,
) -> bool {
    let subject = maker.subject;
    let names = subject.names;
    let Some(binding) = names.binding_at(subject.tree.id(def)) else {
        return false;
    };
    let named = registered.named.map(|it| subject.tree.id(it));
    let scope = names.binding(binding).scope;
    let uses = names.references_to(Some(scope), &def.name);
    let uses = uses.map(|it| it.node).collect();
    check_unused(subject, binding, uses, &|node| Some(node) == named).is_ok()
}

fn own_names<'a>(maker: &Maker<'_, 'a>, scope: ScopeId) -> FxHashSet<&'a str> {
    let names = maker.subject.names;
    let inside = maker.subject.tree.span(names.scope(scope).node);
    let own = names
        .bindings_in(&inside)
        .filter(|(_, binding)| binding.scope == scope);
    own.map(|(_, binding)| binding.name).collect()
}

/// The names in it that are bound around it.
fn taken_names<'a>(
    maker: &Maker<'_, 'a>,
    def: &'a StmtFunctionDef,
    scope: ScopeId,
) -> FxHashSet<&'a str> {
    let names = maker.subject.names;
    let is_inside = |owner: ScopeId| names.outwards(owner).any(|it| it == scope);
    let tree = maker.subject.tree;
    let inside = names.references_in(&tree.span(tree.id(def))).iter();
    let inside = inside.filter(|it| is_inside(it.scope));
    let taken = inside.filter(|it| {
        let owner = names.lookup(it.scope, it.name);
        !owner.is_some_and(is_inside)
    });
    taken.map(|it| it.name).collect()
}

/// Reads what stands where; `None`: it shares lines with others.
fn parts<'a>(maker: &Maker<'_, 'a>, def: &'a StmtFunctionDef) -> Option<Body<'a>> {
    let subject = maker.subject;
    let text = subject.text();
    let (first, last) = (def.body.first()?, def.body.last()?);
    let header = def.returns.as_deref().map(Ranged::end);
    let top = line_end(text, header.unwrap_or(def.parameters.end()));
    let rest = line_end(text, last.end());
    if line_start(text, first.start()) < top || !def.body.iter().all(|it| is_alone(text, it)) {
        return None;
    }
    let base = indentation(text, first.start());
    let bottom = with_comments_below(text, rest, base);
    let start = comments_above(maker, def);
    let mut body = Body {
        statement: TextRange::new(start, end_of_line(text, bottom)),
        comments: text[TextRange::new(start, def.start())]
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .collect(),
        docstring: Some(first).filter(|it| is_docstring(it)),
        declared: Vec::new(),
        lines: String::new(),
        indentation: base,
        of_declared: Vec::new(),
        of_header: trivia::comments_in(subject.module, TextRange::new(def.start(), top)).collect(),
        own: FxHashSet::default(),
        taken: FxHashSet::default(),
    };
    body.read(text, &def.body, TextRange::new(top, bottom));
    Some(body)
}

/// Whether a statement has its lines for itself.
fn is_alone(text: &str, statement: &Stmt) -> bool {
    let begin = line_start(text, statement.start());
    let behind = TextRange::new(statement.end(), line_end(text, statement.end()));
    let behind = text[behind].trim();
    is_blank(&text[TextRange::new(begin, statement.start())])
        && (behind.is_empty() || behind.starts_with('#'))
}

impl<'a> Body<'a> {
    /// Takes the lines of a range, but for those of the docstring and of declarations.
    fn read(&mut self, text: &str, statements: &'a [Stmt], range: TextRange) {
        let docstring = self.docstring.map(Ranged::start);
        let mut from = range.start();
        for statement in statements {
            let declared = match statement {
                Stmt::Global(it) => Some(("global", &it.names)),
                Stmt::Nonlocal(it) => Some(("nonlocal", &it.names)),
                _ => None,
            };
            if declared.is_none() && Some(statement.start()) != docstring {
                continue;
            }
            let names = declared.iter();
            let names = names.flat_map(|(keyword, all)| all.iter().map(move |it| (keyword, it)));
            self.declared
                .extend(names.map(|(keyword, it)| (*keyword, it.as_str())));
            let comments = match declared {
                Some(_) => &mut self.of_declared,
                None => &mut self.of_header,
            };
            comments.extend(trailing_comment(text, statement.end()));
            let begin = line_start(text, statement.start());
            self.lines.push_str(&text[TextRange::new(from, begin)]);
            from = line_end(text, statement.end());
        }
        self.lines
            .push_str(&text[TextRange::new(from.min(range.end()), range.end())]);
        self.lines = match trimmed(&self.lines) {
            lines if lines.trim() == EMPTY => String::new(),
            lines => lines.to_owned(),
        };
    }
}

/// Lines without the blank ones around them.
fn trimmed(lines: &str) -> &str {
    let mut from = 0;
    while let Some(length) = lines[from..].find('\n').map(|at| at + 1)
        && is_blank(&lines[from..from + length])
    {
        from += length;
    }
    lines[from..].trim_end()
}

/// The comment lines behind the last statement that stand as deep as it.
fn with_comments_below(text: &str, mut end: TextSize, base: &str) -> TextSize {
    while end < TextSize::of(text) {
        let next = line_end(text, end);
        let line = &text[TextRange::new(end, next)];
        if !line
            .strip_prefix(base)
            .is_some_and(|it| it.trim_start().starts_with('#'))
        {
            break;
        }
        end = next;
    }
    end
}

/// The start of the comment lines right above a def, behind the statement before it.
fn comments_above<'a>(maker: &Maker<'_, 'a>, def: &'a StmtFunctionDef) -> TextSize {
    let subject = maker.subject;
    let text = subject.text();
    let siblings = subject.blocks.siblings(maker.statement);
    let before = siblings.iter().map(|id| subject.tree.range(*id).end());
    // A line that begins a cell is no comment on the function.
    let cell = container(text, subject.module.cells(), def.start()).range;
    let before = before.filter(|end| *end <= def.start());
    let limit = before.fold(cell.start(), TextSize::max);
    let mut start = line_start(text, def.start());
    let base = indentation(text, def.start());
    while line_before(text, start).starts_with('#') {
        let above = line_before_start(text, start);
        let is_of_def = limit <= above && indentation(text, above) == base;
        if !is_of_def {
            break;
        }
        start = above;
    }
    start + TextSize::of(indentation(text, start))
}

fn end_of_line(text: &str, end: TextSize) -> TextSize {
    let line = &text[..end.to_usize()];
    TextSize::of(line.trim_end_matches(['\n', '\r']))
}
