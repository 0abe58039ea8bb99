//! Strings that are code or export names: quoted annotations and `__all__` → names they mention.
//!
//! An import that only a quoted annotation uses, or that `__all__` lists, must not be dropped.

use ruff_python_ast::{AnyNodeRef, Expr, ExprCall};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::python::tree::NodeId;

use super::binding::{BindingKind, ScopeId};
use super::scope::Bindings;

/// Calls whose string arguments are types.
const QUOTING_CALLS: [&str; 4] = ["cast", "TypeVar", "NewType", "ForwardRef"];

/// What the strings of a module mention.
#[derive(Debug, Default)]
pub(super) struct Strings<'a> {
    quoted: FxHashMap<&'a str, Vec<NodeId>>,
    exports: Option<FxHashSet<&'a str>>,
    exports_everything: bool,
}

impl<'a> Strings<'a> {
    fn read(names: &Bindings<'a>) -> Self {
        let mut strings = Self::default();
        for id in names.tree.ids() {
            if let AnyNodeRef::StringLiteral(literal) = names.tree.node(id)
                && names.is_quoted_type(id)
                && !names.is_read(id)
            {
                strings.mention(id, literal);
            }
        }
        strings.read_exports(names);
        strings
    }

    fn mention(&mut self, id: NodeId, text: &'a str) {
        let words = text.split(|letter: char| letter != '_' && !letter.is_alphanumeric());
        for word in words.filter(|word| !word.is_empty()) {
            let mentions = self.quoted.entry(word).or_default();
            if mentions.last() != Some(&id) {
                mentions.push(id);
            }
        }
    }

    fn read_exports(&mut self, names: &Bindings<'a>) {
        for id in names.bindings_of(ScopeId::MODULE, "__all__") {
            let binding = *names.binding(*id);
            let value = match binding.kind {
                BindingKind::Assignment { value, .. } => names.tree.node(value).as_expr_ref(),
                BindingKind::AugmentedAssignment => match names.tree.node(binding.statement) {
                    AnyNodeRef::StmtAugAssign(assign) => Some((&*assign.value).into()),
                    _ => None,
                },
                BindingKind::Annotation { .. } => continue,
                _ => None,
            };
            self.export(value.and_then(listed));
        }
        for reference in names.references_to(Some(ScopeId::MODULE), "__all__") {
            if let Some(added) = names.added_by_call(reference.node) {
                self.export(added);
            }
        }
    }

    fn export(&mut self, names: Option<Vec<&'a str>>) {
        match names {
            Some(names) => {
                let all = self.exports.get_or_insert_with(FxHashSet::default);
                all.extend(names);
            }
            None => self.exports_everything = true,
        }
    }
}

impl<'a> Bindings<'a> {
    fn strings(&self) -> &Strings<'a> {
        self.strings.get_or_init(|| Strings::read(self))
    }

    /// Returns the strings in annotations (and in `cast` and its like) that mention the name.
    pub fn quoted_uses(&self, name: &str) -> &[NodeId] {
        self.strings().quoted.get(name).map_or(&[], Vec::as_slice)
    }

    /// Returns the names listed in `__all__`; `None` without one that can be read.
    pub fn exports(&self) -> Option<&FxHashSet<&'a str>> {
        let strings = self.strings();
        strings
            .exports
            .as_ref()
            .filter(|_| !strings.exports_everything)
    }

    /// Returns whether `__all__` lists the name, or can't be read and may list anything.
    pub fn is_exported(&self, name: &str) -> bool {
        let strings = self.strings();
        let listed = strings
            .exports
            .as_ref()
            .is_some_and(|all| all.contains(name));
        strings.exports_everything || listed
    }

    /// Returns whether the tree has what the string spells: its names are references.
    pub(super) fn is_read(&self, literal: NodeId) -> bool {
        let string = self.tree.parent(literal);
        let mut inside = self.tree.children(string);
        inside.any(|id| self.tree.node(id).is_expression())
    }

    fn is_quoted_type(&self, literal: NodeId) -> bool {
        if self.in_annotation(literal) {
            return true;
        }
        // The literal's parent is the whole string, that one's the arguments or a keyword of them.
        self.tree.ancestors(literal).skip(1).take(3).any(
            |id| matches!(self.tree.node(id), AnyNodeRef::ExprCall(call) if quotes_types(call)),
        )
    }

    /// Returns what a method call on `__all__` adds: `Some(None)` when it can't be read, `None` when
    /// the name is no receiver of a call that adds.
    fn added_by_call(&self, all: NodeId) -> Option<Option<Vec<&'a str>>> {
        let attribute = self.tree.parent(all);
        let AnyNodeRef::ExprAttribute(method) = self.tree.node(attribute) else {
            return None;
        };
        let AnyNodeRef::ExprCall(call) = self.tree.parent_node(attribute) else {
            return Some(None);
        };
        let argument = call.arguments.args.first();
        Some(match method.attr.as_str() {
            "extend" => argument.and_then(|argument| listed(argument.into())),
            "append" => argument.and_then(|argument| Some(vec![text(argument)?])),
            _ => None,
        })
    }
}

fn quotes_types(call: &ExprCall) -> bool {
    let name = match &*call.func {
        Expr::Name(name) => name.id.as_str(),
        Expr::Attribute(attribute) => attribute.attr.as_str(),
        _ => return false,
    };
    QUOTING_CALLS.contains(&name)
}

/// Returns the strings of a list or tuple display, also of several joined by `+`; `None` when
/// something else is in it.
fn listed(expression: ruff_python_ast::ExprRef<'_>) -> Option<Vec<&str>> {
    let mut names = Vec::new();
    let mut open = vec![expression];
    while let Some(expression) = open.pop() {
        match expression {
            ruff_python_ast::ExprRef::List(list) => {
                for element in &list.elts {
                    names.push(text(element)?);
                }
            }
            ruff_python_ast::ExprRef::Tuple(tuple) => {
                for element in &tuple.elts {
                    names.push(text(element)?);
                }
            }
            ruff_python_ast::ExprRef::BinOp(sum) => {
                open.push((&*sum.left).into());
                open.push((&*sum.right).into());
            }
            _ => return None,
        }
    }
    Some(names)
}

fn text(expression: &Expr) -> Option<&str> {
    expression
        .as_string_literal_expr()
        .map(|string| string.value.to_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::parse::Module;
    use crate::python::tree::Tree;

    fn of<T>(text: &str, ask: impl FnOnce(&Bindings<'_>) -> T) -> T {
        let module = Module::parse_plain(text).expect("it parses");
        let tree = Tree::build(&module);
        ask(&Bindings::bind(&tree, &module, FxHashSet::default()))
    }

    /// Checks how often strings mention `x` as a type, whether they are read or not.
    #[track_caller]
    fn check(text: &str, uses: usize) {
        let found = of(text, |names| {
            let read = names.references.iter().filter(|it| it.name == "x");
            names.quoted_uses("x").len() + read.count()
        });
        assert_eq!(found, uses, "{text}");
    }

    #[test]
    fn strings_in_annotations_are_uses() {
        check("a: 'x' = 1\n", 1);
        check("def f(a: 'x.y', b: list['x']) -> 'x | None': pass\n", 3);
        check("a = cast('x', b)\n", 1);
        check("T = typing.TypeVar('T', bound='x')\n", 1);
        check("type A = 'x'\n", 1);
    }

    #[test]
    fn other_strings_are_not() {
        check("a = 'x'\n", 0);
        check("f('x')\n", 0);
        check("a: int = 'x'\n", 0);
        check("def f(a='x'): pass\n", 0);
    }

    /// Checks the exported names, sorted; `*` where anything may be exported.
    #[track_caller]
    fn check_exports(text: &str, expected: &[&str]) {
        let found = of(text, |names| {
            let all = names.exports().map(|all| all.iter().copied().collect());
            let mut all: Vec<&str> = all.unwrap_or_default();
            if names.is_exported("*") {
                all.push("*");
            }
            all.sort_unstable();
            all.join(" ")
        });
        assert_eq!(found, expected.join(" "), "{text}");
    }

    #[test]
    fn all_lists_exports() {
        check_exports("__all__ = ['a', 'b']\n", &["a", "b"]);
        check_exports("__all__: list[str] = ('a',) + ('b',)\n", &["a", "b"]);
        check_exports("__all__ = ['a']\n__all__ += ['b']\n", &["a", "b"]);
        check_exports(
            "__all__ = []\n__all__.append('a')\n__all__.extend(['b'])\n",
            &["a", "b"],
        );
        check_exports("x = ['a']\n", &[]);
        check_exports("def f():\n    __all__ = ['a']\n", &[]);
    }

    #[test]
    fn an_unreadable_all_may_export_anything() {
        check_exports("__all__ = [n for n in dir()]\n", &["*"]);
        check_exports("__all__ = ['a'] + b.__all__\n", &["*"]);
        check_exports("__all__ = ['a']\n__all__ += b.__all__\n", &["*"]);
        check_exports("__all__ = ['a']\n__all__.extend(b)\n", &["*"]);
        check_exports("from b import __all__\n", &["*"]);
    }
}
