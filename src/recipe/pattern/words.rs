//! A pattern's syntax → the words that every text with a match contains, and how they stand there; files
//! without them are never parsed.

use std::fmt;

use ruff_python_ast::visitor::source_order::{SourceOrderVisitor, TraversalSignal};
use ruff_python_ast::{AnyNodeRef, NodeKind};
use serde::{Deserialize, Serialize};

use crate::python::word::is_in_name;
use crate::recipe::snippet::{self, Root, dotted};

/// A word that a text must have, and how it stands there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", from = "&str")]
pub struct Spelled {
    /// A name or keyword.
    pub word: String,
    /// How it stands.
    pub form: Form,
}

/// How a word stands in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// Anywhere.
    Any,
    /// After a dot.
    Attribute,
    /// After a dot, or among the names that a `from` imports; without either where it imports `*`.
    Member,
    /// Before the equals sign of an argument.
    Keyword,
}

impl Spelled {
    /// A word, however it stands.
    pub fn any(word: &str) -> Self {
        Self {
            word: word.to_owned(),
            form: Form::Any,
        }
    }

    /// The last part of a qualified name, which stands in any form of an import.
    pub fn last_of(qualified: &str) -> Self {
        match qualified.rsplit_once('.') {
            None => Self::any(qualified),
            Some((_, last)) => Self {
                word: last.to_owned(),
                form: Form::Member,
            },
        }
    }
}

/// `run`, `.run`, `?.run` of a member, `run=`.
impl fmt::Display for Spelled {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = &self.word;
        match self.form {
            Form::Any => write!(out, "{word}"),
            Form::Attribute => write!(out, ".{word}"),
            Form::Member => write!(out, "?.{word}"),
            Form::Keyword => write!(out, "{word}="),
        }
    }
}

impl From<Spelled> for String {
    fn from(spelled: Spelled) -> Self {
        spelled.to_string()
    }
}

/// What its `Display` shows.
impl From<&str> for Spelled {
    fn from(shown: &str) -> Self {
        let member = shown.strip_prefix("?.").map(|word| (word, Form::Member));
        let attribute = || Some((shown.strip_prefix('.')?, Form::Attribute));
        let keyword = || Some((shown.strip_suffix('=')?, Form::Keyword));
        let known = member.or_else(attribute).or_else(keyword);
        let (word, form) = known.unwrap_or((shown, Form::Any));
        Self {
            word: word.to_owned(),
            form,
        }
    }
}

/// Returns the words, each once in each form.
pub(super) fn words(root: &Root) -> Vec<Spelled> {
    let mut words = Words::default();
    if let Root::Magic(typed) = root {
        let names = typed.iter().flat_map(|word| word.split(|c| !is_in_name(c)));
        names.for_each(|name| words.add(name, Form::Any));
    }
    snippet::walk(root, &mut words);
    words.found
}

#[derive(Default)]
struct Words {
    found: Vec<Spelled>,
}

impl Words {
    fn add(&mut self, word: &str, form: Form) {
        let known = |found: &Spelled| found.word == word && found.form == form;
        let is_new = !self.found.iter().any(known);
        if is_new && !word.is_empty() && snippet::metavariable(word).is_none() {
            let word = word.to_owned();
            self.found.push(Spelled { word, form });
        }
    }

    /// Of a dotted name only the ends: an import may leave out what stands between.
    fn add_dotted(&mut self, name: &str) {
        let mut parts = name.split('.');
        self.add(parts.next().unwrap_or_default(), Form::Any);
        self.add(parts.next_back().unwrap_or_default(), Form::Any);
    }
}

impl<'p> SourceOrderVisitor<'p> for Words {
    fn enter_node(&mut self, node: AnyNodeRef<'p>) -> TraversalSignal {
        if let Some(keyword) = keyword(node) {
            self.add(keyword, Form::Any);
        }
        match node {
            AnyNodeRef::ExprName(name) => self.add(name.id.as_str(), Form::Any),
            AnyNodeRef::ExprAttribute(attribute) => {
                if let Some(whole) = dotted(&attribute.value) {
                    self.add(attribute.attr.as_str(), Form::Member);
                    self.add(whole.split('.').next().unwrap_or_default(), Form::Any);
                    return TraversalSignal::Skip;
                }
                self.add(attribute.attr.as_str(), Form::Attribute);
            }
            AnyNodeRef::Keyword(argument) => {
                if let Some(name) = &argument.arg {
                    self.add(name.as_str(), Form::Keyword);
                }
            }
            AnyNodeRef::StmtFunctionDef(function) => {
                let first = if function.is_async { "async" } else { "def" };
                self.add(first, Form::Any);
                self.add(function.name.as_str(), Form::Any);
            }
            AnyNodeRef::StmtFor(statement) if statement.is_async => self.add("async", Form::Any),
            AnyNodeRef::StmtWith(statement) if statement.is_async => self.add("async", Form::Any),
            AnyNodeRef::StmtClassDef(class) => self.add(class.name.as_str(), Form::Any),
            AnyNodeRef::Alias(alias) => self.add_dotted(alias.name.as_str()),
            AnyNodeRef::StmtImportFrom(import) => {
                if let Some(module) = &import.module {
                    self.add_dotted(module.as_str());
                }
            }
            _ => {}
        }
        TraversalSignal::Traverse
    }
}

/// Returns the keyword that code of the node's kind always contains. (An `if` may be an `elif`.)
fn keyword(node: AnyNodeRef<'_>) -> Option<&'static str> {
    Some(match node.kind() {
        NodeKind::StmtTry => "try",
        NodeKind::ExceptHandlerExceptHandler => "except",
        NodeKind::StmtWith => "with",
        NodeKind::StmtFor => "for",
        NodeKind::StmtWhile => "while",
        NodeKind::StmtFunctionDef => "def",
        NodeKind::StmtClassDef => "class",
        NodeKind::StmtReturn => "return",
        NodeKind::StmtRaise => "raise",
        NodeKind::StmtAssert => "assert",
        NodeKind::StmtDelete => "del",
        NodeKind::StmtImport | NodeKind::StmtImportFrom => "import",
        NodeKind::StmtPass => "pass",
        NodeKind::StmtBreak => "break",
        NodeKind::StmtContinue => "continue",
        NodeKind::ExprAwait => "await",
        NodeKind::ExprLambda => "lambda",
        NodeKind::ExprYield | NodeKind::ExprYieldFrom => "yield",
        _ => return None,
    })
}
