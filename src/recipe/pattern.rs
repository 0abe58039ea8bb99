//! A snippet of Python with metavariables → a pattern, and what a file must have for it to match.

use std::sync::OnceLock;

use ruff_python_ast::visitor::source_order::{SourceOrderVisitor, TraversalSignal};
use ruff_python_ast::{AnyNodeRef, Expr, NodeKind, Stmt};
use ruff_python_stdlib::keyword::is_keyword;

use ruff_text_size::TextSize;

use super::error::{Complaint, Problem};
use super::snippet::{self, Snippet};
use crate::python::word::hash;
use crate::python::word_set::WordNumber;

mod compared;

mod no_code;

mod value;

mod words;

pub use no_code::normalized;

pub use value::value_of;

pub use words::{Form, Spelled};

pub use super::snippet::{Arity, Metavariable, Root, dotted, is_dotted, metavariable, spells};

/// A pattern, parsed once.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// As typed.
    pub text: String,
    /// What it is compared with.
    pub root: Root,
    /// Names it captures, in order of first use; `_` left out.
    pub captures: Vec<(String, Arity)>,
    /// Whether it means files that have no entry for the package.
    pub lacks: bool,
    /// Nodes at which it can begin; `None`: at any.
    kinds: Option<Vec<NodeKind>>,
    words: Vec<Spelled>,
    /// The same as the words of texts are known.
    word_numbers: Box<[WordNumber]>,
    fits_anything: bool,
    /// Those of `captures` that stand in the node at which a match begins.
    own: Vec<String>,
    without_rests: OnceLock<u64>,
}

/// What the node at which a match begins looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Head<'p> {
    /// A call whose callee's last name is this, once imports are followed.
    Call(&'p str),
    /// A name or attribute whose last name is this, once imports are followed.
    Name(&'p str),
    /// A node of this kind; of an `except` header the handler, of an import what is imported.
    Node(NodeKind),
    /// No node: an entry of a dependency file, or of a line that installs packages.
    Entry,
    /// Nothing can be ruled out.
    Any,
}

impl Head<'_> {
    /// Returns the nodes that look so; `None`: any.
    fn kinds(self) -> Option<Vec<NodeKind>> {
        match self {
            Head::Call(_) => Some(vec![NodeKind::ExprCall]),
            Head::Name(_) => Some(vec![NodeKind::ExprName, NodeKind::ExprAttribute]),
            // Of a `with` of several items one is enough, and the statement stands for it.
            Head::Node(NodeKind::WithItem) => Some(vec![NodeKind::WithItem, NodeKind::StmtWith]),
            Head::Node(kind) => Some(vec![kind]),
            Head::Entry => Some(Vec::new()),
            Head::Any => None,
        }
    }
}

impl Pattern {
    /// Parses a pattern.
    ///
    /// # Errors
    ///
    /// The first mistake, its place a byte offset in `text`.
    pub fn parse(text: &str) -> Result<Self, Complaint> {
        let snippet = snippet::parse(&value::spelled(text))?;
        check_rests(&snippet)?;
        check_parameters(&snippet)?;
        compared::check(&snippet)?;
        let mut captures: Vec<(String, Arity)> = Vec::new();
        for used in snippet.uses {
            if used.name != "_" && captures.iter().all(|(name, _)| *name != used.name) {
                captures.push((used.name, used.arity));
            }
        }
        Ok(Self::new(text.to_owned(), snippet.root, captures))
    }

    fn new(text: String, root: Root, captures: Vec<(String, Arity)>) -> Self {
        let words = words::words(&root);
        let numbers = words.iter().map(|it| WordNumber::of(it.word.as_bytes()));
        let kinds = heads(&root).into_iter().map(Head::kinds);
        let kinds: Option<Vec<_>> = kinds.collect();
        Self {
            kinds: kinds.map(|kinds| kinds.concat()),
            text,
            lacks: false,
            own: own_captures(&root, &captures),
            without_rests: OnceLock::new(),
            root,
            captures,
            word_numbers: numbers.collect(),
            fits_anything: words.iter().all(|it| is_keyword(&it.word)),
            words,
        }
    }

    /// Returns whether it has no name, and so fits nearly everywhere.
    pub fn fits_anything(&self) -> bool {
        self.fits_anything
    }

    /// Returns the kinds of nodes at which a match may begin; `None`: any.
    pub fn kinds(&self) -> Option<&[NodeKind]> {
        self.kinds.as_deref()
    }

    /// Returns what tells it from other patterns, as it would be typed if no metavariable for the rest of something
    /// had a name.
    pub fn without_rests(&self) -> u64 {
        *self.without_rests.get_or_init(|| {
            let rests = self.captures.iter();
            let rests = rests.filter(|(_, arity)| matches!(arity, Arity::Rest | Arity::Keywords));
            let without = rests.fold(self.text.clone(), |text, (name, arity)| {
                let sigil = arity.sigil();
                text.replace(&format!("{sigil}{name}"), &format!("{sigil}_"))
            });
            hash(without.as_bytes())
        })
    }

    /// Returns whether a match may begin at nodes of a kind: a look before the comparison.
    pub fn may_begin_at(&self, kind: NodeKind) -> bool {
        self.kinds().is_none_or(|kinds| kinds.contains(&kind))
    }

    /// Iterates over the names it captures that stand in the node at which a match begins.
    pub fn own_captures(&self) -> impl Iterator<Item = &str> {
        self.own.iter().map(String::as_str)
    }

    /// Returns whether what it fits is a call.
    pub fn is_call(&self) -> bool {
        matches!(&self.root, Root::Expression(root) if root.is_call_expr())
    }

    /// Returns whether any call of a qualified name fits, whatever it is given.
    pub fn fits_calls_of(&self, qualified: &str) -> bool {
        let Root::Expression(root) = &self.root else {
            return false;
        };
        let Expr::Call(call) = &**root else {
            return false;
        };
        let mut given = call.arguments.args.iter();
        call.arguments.keywords.is_empty()
            && given.all(|it| rest_variable(it).is_some())
            && snippet::may_spell(&call.func, qualified)
    }

    /// Returns what an identifier of [`Pattern::root`] stands for; `None` for an ordinary name.
    pub fn metavariable(identifier: &str) -> Option<Metavariable<'_>> {
        snippet::metavariable(identifier)
    }

    /// Returns what a match may begin with, for dispatch.
    pub fn heads(&self) -> Vec<Head<'_>> {
        heads(&self.root)
    }

    /// Returns the node that holds the block which a header begins: of an `except` the handler. `None`
    /// for patterns that are none, and for defs and classes, in which code is elsewhere.
    pub fn block_kind(&self) -> Option<NodeKind> {
        let Root::Header(header) = &self.root else {
            return None;
        };
        match &**header {
            Stmt::Try(_) => Some(NodeKind::ExceptHandlerExceptHandler),
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => None,
            header => Some(AnyNodeRef::from(header).kind()),
        }
    }

    /// Returns the words (names and keywords) that every text with a match contains, and how they stand
    /// there.
    ///
    /// Of a qualified name only the first and the last part: `from asyncio import run as r` has both.
    /// A text may spell a name with other characters that Python takes as equal (NFKC).
    pub fn words(&self) -> &[Spelled] {
        &self.words
    }

    /// Returns the same in their order, as the words of texts are known.
    pub fn word_numbers(&self) -> &[WordNumber] {
        &self.word_numbers
    }
}

/// Two rests in one argument list would have to guess which takes what.
fn check_rests(snippet: &Snippet) -> Result<(), Complaint> {
    let mut rests = Rests::default();
    snippet::walk(&snippet.root, &mut rests);
    let Some(second) = rests.second else {
        return Ok(());
    };
    let at = snippet
        .uses
        .iter()
        .filter(|used| used.arity == second.arity && used.name == second.name)
        .map(|used| used.typed_at)
        .next_back()
        .unwrap_or_default();
    let rest = format!("{}{}", second.arity.sigil(), second.name);
    Err(Complaint::new(at, Problem::TwoRests { rest })
        .expected("one; `has` finds an argument wherever it stands"))
}

#[derive(Default)]
struct Rests<'p> {
    second: Option<Metavariable<'p>>,
}

impl<'p> SourceOrderVisitor<'p> for Rests<'p> {
    fn enter_node(&mut self, node: AnyNodeRef<'p>) -> TraversalSignal {
        if let AnyNodeRef::Arguments(arguments) = node {
            let stars = arguments.args.iter().filter_map(|argument| match argument {
                Expr::Starred(starred) => name_metavariable(&starred.value),
                _ => None,
            });
            // `*$x` and `**$x` are one argument.
            let stars = stars.filter(|it| it.arity == Arity::Rest);
            let double_stars = arguments.keywords.iter().filter_map(|keyword| {
                let rest = keyword.arg.is_none().then_some(&keyword.value)?;
                name_metavariable(rest)
            });
            let double_stars = double_stars.filter(|it| it.arity == Arity::Keywords);
            let second = stars.skip(1).chain(double_stars.skip(1)).next();
            self.second = self.second.take().or(second);
        }
        TraversalSignal::Traverse
    }
}

/// Of several statements the others stand behind the node.
fn own_captures(root: &Root, captures: &[(String, Arity)]) -> Vec<String> {
    let mut names = Names::default();
    match root {
        Root::Statements(statements) if statements.len() > 1 => names.visit_stmt(&statements[0]),
        _ => return captures.iter().map(|(name, _)| name.clone()).collect(),
    }
    names.found
}

#[derive(Default)]
struct Names {
    found: Vec<String>,
}

impl<'p> SourceOrderVisitor<'p> for Names {
    fn enter_node(&mut self, node: AnyNodeRef<'p>) -> TraversalSignal {
        if let AnyNodeRef::ExprName(name) = node
            && let Some(one) = snippet::metavariable(&name.id)
            && one.arity == Arity::One
        {
            self.found.push(one.name.to_owned());
        }
        TraversalSignal::Traverse
    }
}

fn name_metavariable(expression: &Expr) -> Option<Metavariable<'_>> {
    match expression {
        Expr::Name(name) => snippet::metavariable(name.id.as_str()),
        _ => None,
    }
}

/// A header says nothing about parameters, but that there may be any.
fn check_parameters(snippet: &Snippet) -> Result<(), Complaint> {
    let Root::Header(header) = &snippet.root else {
        return Ok(());
    };
    let Stmt::FunctionDef(function) = &**header else {
        return Ok(());
    };
    let is_open = |name: &str| {
        snippet::metavariable(name)
            .is_some_and(|rest| rest.arity == Arity::Rest && rest.name == "_")
    };
    let only = function.parameters.vararg.as_ref();
    if function.parameters.len() == 1 && only.is_some_and(|rest| is_open(&rest.name.id)) {
        return Ok(());
    }
    let feature = "a parameter in the pattern of a def";
    let complaint = Complaint::new(TextSize::new(0), Problem::Feature { feature });
    Err(complaint.expected("`def $f`, which fits any parameters"))
}

fn heads(root: &Root) -> Vec<Head<'_>> {
    match root {
        Root::Expression(expression) => vec![expression_head(expression)],
        Root::Statements(statements) => statement_heads(statements),
        Root::Magic(_) => vec![Head::Node(NodeKind::StmtIpyEscapeCommand)],
        Root::Dependency(_) => vec![Head::Entry],
        Root::Decorator(_) => vec![Head::Node(NodeKind::Decorator)],
        Root::Header(statement) => header_kinds(statement)
            .iter()
            .map(|kind| Head::Node(*kind))
            .collect(),
    }
}

fn statement_heads(statements: &[Stmt]) -> Vec<Head<'_>> {
    let Some(first) = statements.first() else {
        return vec![Head::Any];
    };
    if let [Stmt::Import(_)] = statements {
        return vec![Head::Node(NodeKind::Alias)];
    }
    if value_of(first).is_some() {
        return value::KINDS.iter().map(|kind| Head::Node(*kind)).collect();
    }
    let mut heads = vec![match first {
        // `$...body` and `$x` as statements fit any.
        Stmt::Expr(inner) if name_metavariable(&inner.value).is_some() => Head::Any,
        _ => Head::Node(AnyNodeRef::from(first).kind()),
    }];
    if let Stmt::Assign(assign) = first
        && assign.targets.len() == 1
    {
        heads.push(Head::Node(NodeKind::StmtAnnAssign));
        if statements.len() == 1 {
            heads.push(Head::Node(NodeKind::ExprNamed));
        }
    }
    heads
}

/// The nodes at which a header pattern fits: of a `with` one item, of an `except` the handler.
fn header_kinds(header: &Stmt) -> &'static [NodeKind] {
    match header {
        Stmt::FunctionDef(_) => &[NodeKind::StmtFunctionDef],
        Stmt::ClassDef(_) => &[NodeKind::StmtClassDef],
        Stmt::If(_) => &[NodeKind::StmtIf],
        Stmt::While(_) => &[NodeKind::StmtWhile],
        Stmt::For(_) => &[NodeKind::StmtFor, NodeKind::Comprehension],
        Stmt::With(with) if with.items.len() == 1 => &[NodeKind::WithItem],
        Stmt::With(_) => &[NodeKind::StmtWith],
        Stmt::Try(_) => &[NodeKind::ExceptHandlerExceptHandler],
        _ => &[],
    }
}

fn expression_head(expression: &Expr) -> Head<'_> {
    if name_metavariable(expression).is_some() {
        return Head::Any;
    }
    let kind = AnyNodeRef::from(expression).kind();
    match expression {
        Expr::Call(call) => last_name(&call.func).map_or(Head::Node(kind), Head::Call),
        _ => last_name(expression).map_or(Head::Node(kind), Head::Name),
    }
}

/// Returns the name of `*$xs`.
pub fn rest_variable(pattern: &Expr) -> Option<&str> {
    let starred = pattern.as_starred_expr()?;
    let variable = name_metavariable(&starred.value)?;
    (variable.arity == Arity::Rest).then_some(variable.name)
}

/// Returns the last part of a name or attribute, unless it is a metavariable.
pub fn last_name(expression: &Expr) -> Option<&str> {
    let name = match expression {
        Expr::Name(name) => name.id.as_str(),
        Expr::Attribute(attribute) => attribute.attr.as_str(),
        _ => return None,
    };
    snippet::metavariable(name).is_none().then_some(name)
}

#[cfg(test)]
mod tests;
