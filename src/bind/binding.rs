//! The vocabulary of names: what binds a name, what refers to it, and their ids.

use ruff_python_ast::StmtImportFrom;

use crate::python::tree::NodeId;

/// A scope of the module; 0 is the module's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScopeId(pub(super) u32);

impl ScopeId {
    /// The module's scope: all cells of a notebook share it.
    pub const MODULE: ScopeId = ScopeId(0);

    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

/// A binding of the module, counted in source order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BindingId(pub(super) u32);

impl BindingId {
    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

/// How a name is bound.
#[derive(Debug, Clone, Copy)]
pub enum BindingKind<'a> {
    /// `import a.b` (binds `a`) or `import a.b as c`.
    Import {
        /// What the name means: `a`, or `a.b` under an alias.
        qualified: &'a str,
        /// The module that is imported: `a.b`.
        module: &'a str,
        /// Whether it has an `as`.
        aliased: bool,
    },
    /// `from module import member`, perhaps `as`.
    FromImport {
        /// The statement; [`from_module`] spells its module.
        import: &'a StmtImportFrom,
        /// The member's name there.
        member: &'a str,
    },
    /// `from module import *`; the binding's name is `*`.
    StarImport {
        /// The statement; [`from_module`] spells its module.
        import: &'a StmtImportFrom,
    },
    /// `x = v`, `x: T = v`, `x := v`: the name takes the whole value.
    Assignment {
        /// The value.
        value: NodeId,
        /// The annotation of `x: T = v`.
        annotation: Option<NodeId>,
    },
    /// A target in a tuple or list, or under `*`: the name takes a part of the value.
    Unpacking {
        /// The whole value.
        value: NodeId,
    },
    /// `x += v`: read, then bound.
    AugmentedAssignment,
    /// `x: T`: declares, binds nothing.
    Annotation {
        /// The annotation.
        annotation: NodeId,
    },
    /// Target of a `for` or `async for` statement.
    For {
        /// What is iterated.
        iterable: NodeId,
    },
    /// Target of a `with` item.
    With {
        /// The `WithItem`.
        item: NodeId,
    },
    /// `except E as name`: unbound when the handler ends.
    Except,
    /// A def.
    Function,
    /// A class.
    Class,
    /// A `type` statement.
    TypeAlias,
    /// A parameter of a def or lambda.
    Parameter {
        /// Its annotation.
        annotation: Option<NodeId>,
        /// `tuple` or `dict` under stars: the annotation is that of each element.
        gathers: Option<&'static str>,
    },
    /// A capture of a `case` pattern.
    MatchCapture,
    /// A type parameter (`def f[T]`).
    TypeParameter,
    /// Target of a comprehension or generator expression.
    Comprehension {
        /// What is iterated.
        iterable: NodeId,
    },
    /// `del x`: unbinds.
    Deletion,
}

/// A place that binds, declares or unbinds a name.
#[derive(Debug, Clone, Copy)]
pub struct Binding<'a> {
    /// The name; `*` for a star import.
    pub name: &'a str,
    /// The scope that owns the name: the module's for a `global` in a function.
    pub scope: ScopeId,
    /// The scope whose code binds it; differs from `scope` under `global` and `nonlocal`.
    pub written_in: ScopeId,
    /// How.
    pub kind: BindingKind<'a>,
    /// The node that binds: a target's `ExprName`, `Alias`, `StmtFunctionDef`, `StmtClassDef`,
    /// `Parameter`, `ExceptHandlerExceptHandler`, a pattern, a type parameter.
    pub node: NodeId,
    /// The statement that holds it; for a parameter of a def the def.
    pub statement: NodeId,
    /// Whether it stands under `if TYPE_CHECKING:`, so that it never runs.
    pub typing_only: bool,
}

/// A name that is read or deleted.
#[derive(Debug, Clone, Copy)]
pub struct Reference<'a> {
    /// The `ExprName`; of `x += v` also its target.
    pub node: NodeId,
    /// The scope whose code reads it.
    pub scope: ScopeId,
    /// The name.
    pub name: &'a str,
}

/// Spells the module of a from-import, with its leading dots: `.a.b`, `..`, `a`.
pub fn from_module(import: &StmtImportFrom) -> String {
    let mut module = ".".repeat(import.level as usize);
    module.push_str(import.module.as_deref().unwrap_or_default());
    module
}

/// Returns the qualified name of a member; that of a relative module ends with its dots.
pub(super) fn of_module(module: &str, member: &str) -> String {
    let dot = if module.ends_with('.') { "" } else { "." };
    format!("{module}{dot}{member}")
}

/// Returns what an import's name means: `None` for a binding that is no import, or a star.
pub(super) fn import_meaning(binding: &Binding<'_>) -> Option<String> {
    match binding.kind {
        BindingKind::Import { qualified, .. } => Some(qualified.to_owned()),
        BindingKind::FromImport { import, member } => Some(of_module(&from_module(import), member)),
        _ => None,
    }
}

/// Returns the module that an import surely loads: `None` for a binding that is no import, or a relative one.
pub(super) fn imported_module(binding: &Binding<'_>) -> Option<String> {
    match binding.kind {
        BindingKind::Import { module, .. } => Some(module.to_owned()),
        BindingKind::FromImport { import, .. } => {
            Some(from_module(import)).filter(|module| !module.starts_with('.'))
        }
        _ => None,
    }
}
