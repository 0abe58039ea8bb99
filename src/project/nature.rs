//! Is a file run cell by cell, as a script, or perhaps both?

use std::path::Path;

use ruff_python_ast::{AnyNodeRef, ExprRef};
use ruff_text_size::Ranged;

use super::Facts;
use super::files::is_test;
use crate::bind::binding::ScopeId;
use crate::bind::context::{Context, FrameKind};
use crate::bind::resolve::{Meaning, Resolver};
use crate::python::parse::Module;
use crate::python::tree::{NodeId, Tree};
use crate::recipe::condition::FileTrait;
use crate::recipe::sign::Signs;
use crate::source::percent::marker_len;
use crate::source::{FileKind, SourceFile};

/// What ends the process that calls it.
const EXITS: [&str; 3] = ["sys.exit", "exit", "quit"];

/// How a user says that a file with cells is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RunAs {
    /// Cell by cell.
    Notebook,
    /// As a whole.
    Script,
}

/// How a file is run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nature {
    form: FileTrait,
    sign: Option<String>,
    test: bool,
}

impl Nature {
    /// Decides from the file and from what its project says about it; `run_as` settles it for a file
    /// that has cells and is no `.ipynb`.
    pub fn decide(file: File, run_as: Option<RunAs>) -> Self {
        let test = is_test(file.source.path());
        let (form, sign) = match file.source.kind() {
            FileKind::Notebook => (FileTrait::Notebook, file.exported()),
            _ if file.module.cells().is_empty() => (FileTrait::Plain, None),
            _ if run_as == Some(RunAs::Notebook) => (FileTrait::Percent, None),
            _ if run_as == Some(RunAs::Script) => (
                FileTrait::Plain,
                Some("the configuration says that it is a script".into()),
            ),
            // Python would not compile it: it is run by cell only.
            _ if file.awaits_at_top() || file.has_magic() => (FileTrait::Percent, None),
            _ => match file.script_sign() {
                Some(sign) => (FileTrait::Plain, Some(sign)),
                None if file.needs_kernel() => (FileTrait::Percent, None),
                None => (FileTrait::Percent, file.weak_sign()),
            },
        };
        Self { form, sign, test }
    }

    /// Returns whether the top level runs cell by cell, where it may await.
    pub fn runs_by_cell(&self) -> bool {
        self.form != FileTrait::Plain
    }

    /// Returns why the file is, or may be, a script.
    pub fn sign(&self) -> Option<&str> {
        self.sign.as_deref()
    }

    /// Returns whether the file is what the word says.
    pub fn has(&self, wanted: FileTrait) -> bool {
        match wanted {
            FileTrait::MaybeScript => self.runs_by_cell() && self.sign.is_some(),
            FileTrait::Test => self.test,
            form => self.form == form,
        }
    }
}

/// Python imports `__init__.py` with its package, `python -m` runs `__main__.py`, and pytest imports tests.
fn is_run_by_its_name(path: &Path) -> bool {
    let name = path.file_name().and_then(|it| it.to_str());
    let is_known = |it| {
        matches!(
            it,
            "__init__.py" | "__main__.py" | "conftest.py" | "setup.py"
        )
    };
    is_test(path) || name.is_some_and(is_known)
}

/// A file as it is read, and what is asked about it.
#[derive(Clone, Copy)]
pub struct File<'f, 'a> {
    source: &'f SourceFile,
    module: &'f Module,
    tree: &'f Tree<'a>,
    resolver: &'f Resolver<'a>,
    context: Context<'a>,
    facts: &'f dyn Facts,
    signs: &'f Signs,
}

impl<'f, 'a> File<'f, 'a> {
    /// Takes a file with its syntax, what its names mean, what its project says, and the names that tell
    /// how a file is run.
    pub fn new(
        source: &'f SourceFile,
        module: &'f Module,
        tree: &'f Tree<'a>,
        resolver: &'f Resolver<'a>,
        context: Context<'a>,
        facts: &'f dyn Facts,
        signs: &'f Signs,
    ) -> Self {
        Self {
            source,
            module,
            tree,
            resolver,
            context,
            facts,
            signs,
        }
    }
}

impl<'a> File<'_, 'a> {
    /// One in a comment does not keep Python from compiling the file.
    fn has_magic(&self) -> bool {
        self.module.magics().iter().any(|magic| !magic.commented)
    }

    /// nbdev writes the cells with such a directive to a module.
    fn exported(&self) -> Option<String> {
        let mut lines = self.source.text().lines();
        let is_directive = |line: &str| {
            let named = line.strip_prefix("#|").map(str::trim_start);
            named.is_some_and(|it| it.starts_with("export"))
        };
        let exports = lines.any(is_directive);
        exports.then(|| "nbdev exports its cells to a module".into())
    }

    /// A name that nothing binds ends a program, unless the file is ready for that.
    fn needs_kernel(&self) -> bool {
        let names = self.resolver.flow().names();
        self.tree.ids().any(|id| match self.tree.node(id) {
            AnyNodeRef::ExprName(name) => {
                self.signs.kernel.iter().any(|it| *it == name.id.as_str())
                    && names.bindings_of(ScopeId::MODULE, &name.id).is_empty()
                    && self.is_at_top(id)
                    && self.context.enclosing_statements(id).next().is_none()
            }
            _ => false,
        })
    }

    fn awaits_at_top(&self) -> bool {
        self.tree.ids().any(|id| {
            let awaits = match self.tree.node(id) {
                AnyNodeRef::ExprAwait(_) => true,
                AnyNodeRef::StmtFor(node) => node.is_async,
                AnyNodeRef::StmtWith(node) => node.is_async,
                _ => false,
            };
            awaits && self.is_at_top(id)
        })
    }

    /// With one of these a top-level `await` would break a run that surely happens.
    fn script_sign(&self) -> Option<String> {
        let path = self.source.path();
        if self
            .source
            .text()
            .trim_start_matches('\u{feff}')
            .starts_with("#!")
        {
            return Some("it has a shebang line".into());
        }
        if let Some(by) = self.facts.imported_elsewhere(path) {
            return Some(format!("{} imports it", by.display()));
        }
        if self.facts.is_console_script(path) {
            return Some("it is named as a console script".into());
        }
        self.exits_from_guard()
            .then(|| "its main guard exits the process".into())
    }

    fn exits_from_guard(&self) -> bool {
        self.exits(|id| self.context.in_main_guard(id).is_some())
    }

    /// Returns whether the module's own level exits the process at a wanted place.
    fn exits(&self, wanted: impl Fn(NodeId) -> bool) -> bool {
        self.tree.ids().any(|id| {
            let exits = match self.tree.node(id) {
                AnyNodeRef::ExprCall(call) => {
                    let mut exits = EXITS.iter();
                    exits.any(|name| self.means((&call.func).into(), name))
                }
                AnyNodeRef::StmtRaise(raise) => raise.exc.as_deref().is_some_and(|exception| {
                    let class = exception
                        .as_call_expr()
                        .map_or(exception, |call| &*call.func);
                    self.means(class.into(), "SystemExit")
                }),
                _ => false,
            };
            exits && self.is_at_top(id) && wanted(id)
        })
    }

    fn is_at_top(&self, id: NodeId) -> bool {
        let frame = self.context.frames(id).next();
        frame.is_some_and(|frame| frame.kind == FrameKind::Module)
    }

    /// `if __name__ == "__main__" and …:` too.
    fn asks_for_own_name(&self) -> bool {
        self.tree.ids().any(|id| {
            matches!(self.tree.node(id), AnyNodeRef::ExprName(name) if name.id == "__name__")
                && self.tree.parent_node(id).is_expr_compare()
                && self.is_at_top(id)
        })
    }

    /// With one of these a person must look.
    fn weak_sign(&self) -> Option<String> {
        if self.asks_for_own_name() {
            return Some("it has a main guard".into());
        }
        if self.exits(|_| true) {
            return Some("it exits the process".into());
        }
        if let Some(name) = self.signs.arguments.iter().find(|name| self.uses(name)) {
            return Some(format!("it reads the command line with {name}"));
        }
        if self.mentions_own_path() {
            return Some("it uses __file__".into());
        }
        if is_run_by_its_name(self.source.path()) {
            return Some("Python or pytest runs a file of this name".into());
        }
        if self.begins_without_marker() {
            return Some("it has code above its first cell".into());
        }
        self.facts.run_as_script(self.source.path())
    }

    /// The markers part the program of a file whose first line of code stands above all of them.
    fn begins_without_marker(&self) -> bool {
        let text = self.source.text();
        let first = self.module.cells().first();
        first.is_some_and(|cell| {
            let statement = self.tree.children(NodeId::ROOT).next();
            let begins = statement.map(|it| self.tree.range(it).start());
            marker_len(&text[cell.range]) == 0 && begins.is_some_and(|it| it < cell.range.end())
        })
    }

    /// Imports a module, or uses something of one.
    fn uses(&self, name: &str) -> bool {
        let means = |id| match self.tree.node(id).as_expr_ref() {
            Some(node) if node.is_attribute_expr() || node.is_name_expr() => self.means(node, name),
            _ => false,
        };
        let mentioned = name.rsplit('.').next().unwrap_or(name);
        self.source.text().contains(mentioned)
            && (self.resolver.flow().names().imports_module(name) || self.tree.ids().any(means))
    }

    fn mentions_own_path(&self) -> bool {
        self.tree.ids().any(
            |id| matches!(self.tree.node(id), AnyNodeRef::ExprName(name) if name.id == "__file__"),
        )
    }

    fn means(&self, expression: ExprRef<'a>, wanted: &str) -> bool {
        let text = &self.source.text()[expression.range()];
        let last = wanted.rsplit('.').next().unwrap_or(wanted);
        // Most names are not it: only those that may be are resolved.
        let candidate = text.ends_with(last) || expression.is_name_expr();
        candidate
            && matches!(self.resolver.meaning(expression), Meaning::Qualified(name) if name == wanted)
    }
}
