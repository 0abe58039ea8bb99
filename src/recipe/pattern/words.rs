//! A pattern's syntax → the words that every text with a match contains; files without them are never parsed.

use ruff_python_ast::visitor::source_order::{SourceOrderVisitor, TraversalSignal};
use ruff_python_ast::{AnyNodeRef, NodeKind};

use crate::python::word::is_in_name;
use crate::recipe::snippet::{self, Root, dotted};

/// Returns the words, each once.
pub(super) fn words(root: &Root) -> Vec<String> {
    let mut words = Words::default();
    if let Root::Magic(typed) = root {
        let names = typed.iter().flat_map(|word| word.split(|c| !is_in_name(c)));
        names.for_each(|name| words.add(name));
    }
    snippet::walk(root, &mut words);
    words.found
}

#[derive(Default)]
struct Words {
    found: Vec<String>,
}

impl Words {
    fn add(&mut self, word: &str) {
        let is_new = self.found.iter().all(|found| found != word);
        if is_new && !word.is_empty() && snippet::metavariable(word).is_none() {
            self.found.push(word.to_owned());
        }
    }

    /// Of a dotted name only the ends: an import may leave out what stands between.
    fn add_dotted(&mut self, name: &str) {
        let mut parts = name.split('.');
        self.add(parts.next().unwrap_or_default());
        self.add(parts.next_back().unwrap_or_default());
    }
}

impl<'p> SourceOrderVisitor<'p> for Words {
    fn enter_node(&mut self, node: AnyNodeRef<'p>) -> TraversalSignal {
        if let Some(keyword) = keyword(node) {
            self.add(keyword);
        }
        match node {
            AnyNodeRef::ExprName(name) => self.add(name.id.as_str()),
            AnyNodeRef::ExprAttribute(attribute) => {
                self.add(attribute.attr.as_str());
                if let Some(whole) = dotted(&attribute.value) {
                    self.add(whole.split('.').next().unwrap_or_default());
                    return TraversalSignal::Skip;
                }
            }
            AnyNodeRef::Keyword(argument) => {
                if let Some(name) = &argument.arg {
                    self.add(name.as_str());
                }
            }
            AnyNodeRef::StmtFunctionDef(function) => {
                self.add(if function.is_async { "async" } else { "def" });
                self.add(function.name.as_str());
            }
            AnyNodeRef::StmtFor(statement) if statement.is_async => self.add("async"),
            AnyNodeRef::StmtWith(statement) if statement.is_async => self.add("async"),
            AnyNodeRef::StmtClassDef(class) => self.add(class.name.as_str()),
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
