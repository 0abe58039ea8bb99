//! An import and what goes from the file → whether the import may go too.
//!
//! An import that is left over is harmless, one that is missing is not: every doubt keeps it.

use ruff_python_ast::AnyNodeRef;
use rustc_hash::FxHashSet;

use crate::python::tree::NodeId;
use crate::python::word::{is_in_name, words};

use super::binding::{Binding, BindingId, BindingKind, ScopeId, import_meaning, imported_module};
use super::block::{BlockRole, Blocks};
use super::scope::Bindings;

pub use submodule::Left;

/// What is known of the file beyond its own text.
pub struct Outside<'f> {
    /// Whether it is an `__init__.py`, whose imports are its interface.
    pub is_package: bool,
    /// Whether another file imports this name from here.
    pub used_elsewhere: &'f dyn Fn(&str) -> bool,
}

impl std::fmt::Debug for Outside<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut written = formatter.debug_struct("Outside");
        written
            .field("is_package", &self.is_package)
            .finish_non_exhaustive()
    }
}

/// Answers which imports of one file may go.
#[derive(Debug)]
pub struct Droppable<'f, 'a> {
    names: &'f Bindings<'a>,
    blocks: &'f Blocks<'a>,
    outside: Outside<'f>,
    /// Names that strings speak of: `patch("jobs.time")`, `setattr(jobs, "time", …)`, doctests.
    spoken: FxHashSet<&'a str>,
}

impl<'f, 'a> Droppable<'f, 'a> {
    /// Reads the file's strings once.
    pub fn new(names: &'f Bindings<'a>, blocks: &'f Blocks<'a>, outside: Outside<'f>) -> Self {
        Self {
            names,
            blocks,
            outside,
            spoken: spoken_names(names),
        }
    }

    /// Returns whether the import may go when the `released` references do. `kept` are imports that
    /// new text relies on.
    pub fn may_go(
        &self,
        id: BindingId,
        released: &dyn Fn(NodeId) -> bool,
        kept: &FxHashSet<BindingId>,
    ) -> bool {
        let import = self.names.binding(id);
        let mut references = self.names.references_to(Some(import.scope), import.name);
        self.is_plain_import(import)
            && references.next().is_some()
            && self.is_unused(id, released, kept)
    }

    /// Returns whether nothing needs the import once the `released` references are gone, wherever it
    /// stands.
    pub fn is_unused(
        &self,
        id: BindingId,
        released: &dyn Fn(NodeId) -> bool,
        kept: &FxHashSet<BindingId>,
    ) -> bool {
        let import = self.names.binding(id);
        let same_name = self.names.bindings_of(import.scope, import.name);
        let mut references = self.names.references_to(Some(import.scope), import.name);
        references.all(|reference| released(reference.node))
            && !same_name.iter().any(|other| kept.contains(other))
            && !self.loads_for_another(import, released)
            && self.names.quoted_uses(import.name).is_empty()
            && !self.names.is_unknown_name(import.name)
            && (import.scope != ScopeId::MODULE || !self.is_seen_from_outside(import))
    }

    /// Returns whether a module that it imports is used through the import of a package above:
    /// `from a import b`, and `b.c.f()` by the help of `import a.b.c`.
    fn loads_for_another(&self, import: &Binding<'_>, released: &dyn Fn(NodeId) -> bool) -> bool {
        let Some(module) = imported_module(import).filter(|module| module.contains('.')) else {
            return false;
        };
        let tree = self.names.tree();
        let others = self
            .names
            .imports()
            .filter(|(_, other)| (other.name, other.scope) != (import.name, import.scope));
        let mut through = others.filter_map(|(_, other)| {
            let package = import_meaning(other)?;
            let next = module.strip_prefix(&package)?.strip_prefix('.')?;
            Some((other, next.split('.').next().unwrap_or(next).to_owned()))
        });
        through.any(|(other, next)| {
            let mut uses = self.names.references_to(Some(other.scope), other.name);
            uses.any(|used| {
                let is_module = matches!(tree.node(tree.parent(used.node)),
                    AnyNodeRef::ExprAttribute(attribute) if attribute.attr.as_str() == next);
                is_module && !released(used.node)
            })
        })
    }

    /// Returns whether it is an import that always runs and is not written as a re-export.
    fn is_plain_import(&self, import: &Binding<'_>) -> bool {
        let AnyNodeRef::Alias(alias) = self.names.tree().node(import.node) else {
            return false;
        };
        let is_future = matches!(import.kind, BindingKind::FromImport { import, .. }
            if import.module.as_deref() == Some("__future__"));
        let is_star = matches!(import.kind, BindingKind::StarImport { .. });
        let renamed_to_itself = alias
            .asname
            .as_ref()
            .is_some_and(|name| name.as_str() == alias.name.as_str());
        let block = self.blocks.block_of(import.statement);
        !is_future
            && !is_star
            && !renamed_to_itself
            && import.scope == import.written_in
            && block
                .is_some_and(|block| matches!(block.role, BlockRole::Module | BlockRole::Function))
    }

    fn is_seen_from_outside(&self, import: &Binding<'_>) -> bool {
        self.outside.is_package
            || self.names.is_exported(import.name)
            || self.spoken.contains(import.name)
            || (self.outside.used_elsewhere)(import.name)
    }
}

/// A string that is read as a type has references, which say more.
fn spoken_names<'a>(names: &Bindings<'a>) -> FxHashSet<&'a str> {
    let tree = names.tree();
    let mut spoken = FxHashSet::default();
    for id in tree.ids() {
        let AnyNodeRef::StringLiteral(literal) = tree.node(id) else {
            continue;
        };
        if names.is_read(id) {
            continue;
        }
        let text: &'a str = &literal.value;
        if text
            .chars()
            .all(|letter| letter == '.' || is_in_name(letter))
        {
            // The first of several segments is a module's own name, not one bound here.
            let dotted = usize::from(text.contains('.'));
            spoken.extend(text.split('.').skip(dotted));
        } else if text.contains(">>>") {
            spoken.extend(words(text));
        }
    }
    spoken
}

mod submodule;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::parse::Module;
    use crate::python::tree::Tree;

    /// Checks whether the first binding of `time` may go when the uses before `# keep` do.
    #[track_caller]
    fn check_outside(text: &str, is_package: bool, elsewhere: bool, expected: bool) {
        let module = Module::parse_plain(text).expect("it parses");
        let tree = Tree::build(&module);
        let blocks = Blocks::build(&tree);
        let names = Bindings::bind(&tree, &module, FxHashSet::default());
        let outside = Outside {
            is_package,
            used_elsewhere: &|_| elsewhere,
        };
        let droppable = Droppable::new(&names, &blocks, outside);
        let (id, _) = names
            .bindings()
            .find(|(_, it)| it.name == "time")
            .expect("it is there");
        let keep = text.find("# keep").unwrap_or(text.len());
        let released = |node| tree.range(node).start().to_usize() < keep;
        let found = droppable.may_go(id, &released, &FxHashSet::default());
        assert_eq!(found, expected, "{text}");
    }

    #[track_caller]
    fn check(text: &str, expected: bool) {
        check_outside(text, false, false, expected);
    }

    #[test]
    fn an_import_goes_with_its_last_use() {
        check("import time\ntime.sleep(1)\n", true);
        check("import time\ntime.sleep(1)\n# keep\ntime.time()\n", false);
        check("def f():\n    import time\n    time.sleep(1)\n", true);
        check(
            "from x import y as time\ndef f():\n    return [time for a in b]\n",
            true,
        );
    }

    #[test]
    fn an_import_without_use_was_not_ours() {
        check("import time\n", false);
    }

    #[test]
    fn what_others_see_stays() {
        check("import time\n__all__ = ['time']\ntime.sleep(1)\n", false);
        check("import time as time\ntime.sleep(1)\n", false);
        check("from x import time as time\ntime.sleep(1)\n", false);
        check_outside("import time\ntime.sleep(1)\n", true, false, false);
        check_outside("import time\ntime.sleep(1)\n", false, true, false);
    }

    #[test]
    fn what_strings_speak_of_stays() {
        check("import time\ntime.sleep(1)\npatch('jobs.time')\n", false);
        check(
            "import time\ntime.sleep(1)\npatch('jobs.time.sleep')\n",
            false,
        );
        check("import time\ntime.sleep(1)\n# keep\nx: 'time.T'\n", false);
        check("from a import time\nx: 'time'\n", true);
        check("from a import time\nx: 'time'\nf('time')\n", false);
        check("import time\ntime.sleep(1)\n'''>>> time.x'''\n", false);
        check(
            "import time\ntime.sleep(1)\npatch('time.sleep')\nprint('in time')\n",
            true,
        );
    }

    #[test]
    fn what_loads_a_module_for_another_import_stays() {
        let uses = |import: &str, other: &str| {
            format!("{import}\nimport x\n{other}\ntime.f()\n# keep\nb.c.f()\n")
        };
        check(&uses("import a.b.c as time", "from a import b"), false);
        check(&uses("from a.b.c import time", "from a import b"), false);
        check(&uses("import a.b.c as time", "import b"), true);
        check(&uses("import a.b.d as time", "from a import b"), true);
        check(
            "import time.a\nimport time.b\ntime.a.f()\n# keep\ntime.b.f()\n",
            false,
        );
    }

    #[test]
    fn a_conditional_import_stays() {
        check(
            "try:\n    import time\nexcept E:\n    a\ntime.sleep(1)\n",
            false,
        );
        check("if a:\n    import time\ntime.sleep(1)\n", false);
        check("from __future__ import annotations as time\ntime\n", false);
    }
}
