//! A module's text → what its top-level names are: classes with their bases, functions, imports.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use ruff_python_ast::{AnyNodeRef, ExprRef, Stmt, StmtClassDef, StmtFunctionDef};

use super::files::Files;
use crate::bind::base::Base;
use crate::bind::block::Blocks;
use crate::bind::flow::Flow;
use crate::bind::remade::{Keeps, Makers};
use crate::bind::resolve::{Aliases, Meaning, Resolver};
use crate::bind::scope::{Binding, BindingId, BindingKind, Bindings, ScopeId, from_module};
use crate::bind::typed::{Sourced, Type};
use crate::python::parse::Module;
use crate::python::stdlib;
use crate::python::tree::{NodeId, Tree};
use crate::source::SourceFile;

pub(crate) use base_call::{calls_base, is_super};

mod base_call;

mod given;

mod says;

/// A qualified name as the module means it (relative ones with their dots), or why that is not known.
pub(super) type Named = Result<String, String>;

/// What one top-level name is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Entry {
    /// A class.
    Class(Arc<ClassOutline>),
    /// A def.
    Function(Callable),
    /// Imported, or another name for something: the qualified name it means.
    Means(String),
    /// Assigned: what it holds, which is known where that is done more than once.
    Variable(Type<'static>),
    /// Several things, or no definition: why nothing is known.
    Unclear(String),
}

impl Entry {
    /// Returns whether another binding of the name says the same: of two defs with one header what both keep.
    fn is_also(&mut self, other: &Self) -> bool {
        let (Self::Function(own), Self::Function(other)) = (&mut *self, other) else {
            return self == other;
        };
        let hands_back = own.hands_back.and(other.hands_back);
        let keeps_coroutines = own.keeps_coroutines.and(other.keeps_coroutines);
        own.hands_back = other.hands_back;
        own.keeps_coroutines = other.keeps_coroutines;
        let is_same = own == other;
        own.hands_back = hands_back;
        own.keeps_coroutines = keeps_coroutines;
        is_same
    }
}

/// What a class says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassOutline {
    /// Its bases as its file means them; where one is not known, why.
    pub bases: Vec<Named>,
    /// The defs of its body, in order.
    pub methods: Vec<(String, Callable)>,
    /// What its body binds, and attributes that its methods speak of.
    pub attributes: BTreeSet<String>,
    /// What its body binds that is no def, and what its methods set.
    pub set: BTreeSet<String>,
    /// What it says of attributes of its objects.
    pub says: BTreeMap<String, Sourced<'static>>,
    /// What may make something else of it, as its file means it.
    pub makers: Makers<Named>,
}

/// What the header of a def says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Callable {
    /// `async def`.
    pub is_async: bool,
    /// It yields.
    pub is_generator: bool,
    /// A decorator may make something else of it.
    pub is_decorated: bool,
    /// The decorators that may make something else of it; `None` where one is not known.
    pub decorators: Option<Vec<String>>,
    /// How many parameters it has, `*` and `**` included.
    pub n_parameters: usize,
    /// It calls what its name means in a base of its class.
    pub calls_base: bool,
    /// What it returns.
    pub returns: Type<'static>,
    /// Whether it gives back its first argument, or a def that does.
    pub hands_back: Keeps,
    /// The decorators that may make something else of it, as its file means them, and whether each is called first.
    pub wrappers: Vec<(Named, bool)>,
    /// Whether it, as a decorator, makes of each coroutine function one whose calls make coroutines, too.
    pub keeps_coroutines: Keeps,
    /// What it calls to make the object that it gives; `None` where it may give one that other code has, too.
    pub makers: Option<Vec<Named>>,
}

/// The top-level names of a module.
#[derive(Debug, Default)]
pub(super) struct Outline {
    /// With the number of star imports that stand before the name.
    names: HashMap<String, (usize, Entry)>,
    /// The modules of star imports, in source order.
    pub(super) stars: Vec<String>,
    exports: Option<HashSet<String>>,
    exports_everything: bool,
    /// Whether the text could be read at all.
    pub(super) is_readable: bool,
    /// Whether code of it may bind names that it does not spell.
    is_open: bool,
}

impl Outline {
    /// Reads a module; one that does not parse says nothing.
    pub(super) fn read(path: &Path, files: &Files) -> Self {
        read(path, files, Self::of).unwrap_or_default()
    }

    fn of(reader: &Reader) -> Self {
        let names = reader.names;
        let stars = names.star_imports().iter();
        let exports = names.exports();
        Self {
            names: reader.entries(),
            stars: stars.filter_map(|id| star_module(names, *id)).collect(),
            exports: exports.map(|all| all.iter().map(|name| (*name).to_owned()).collect()),
            exports_everything: names.is_exported(""),
            is_readable: true,
            is_open: stdlib::BINDS_BY_TEXT
                .iter()
                .any(|builtin| names.references_to(None, builtin).next().is_some()),
        }
    }

    /// Returns what a name is, and how many star imports stand before it.
    pub(super) fn find(&self, name: &str) -> Option<&(usize, Entry)> {
        self.names.get(name)
    }

    /// Returns the names that a star import takes from this module, with what they are, without those of its
    /// own star imports; `None` where they are not all known.
    pub(super) fn handed_out(&self) -> Option<Vec<(&str, Option<&Entry>)>> {
        if self.exports_everything || !self.is_readable || self.is_open {
            return None;
        }
        let entry = |name: &str| self.names.get(name).map(|(_, entry)| entry);
        Some(match &self.exports {
            Some(listed) => listed
                .iter()
                .map(|name| (name.as_str(), entry(name)))
                .collect(),
            None => {
                let public = self.names.iter().filter(|(name, _)| !name.starts_with('_'));
                public
                    .map(|(name, (_, entry))| (name.as_str(), Some(entry)))
                    .collect()
            }
        })
    }

    /// Returns whether `__all__` says what is handed out.
    pub(super) fn lists_exports(&self) -> bool {
        self.exports.is_some()
    }

    /// Returns whether a star import of this module may take the name from it; `None` where that is
    /// not known.
    pub(super) fn hands_out(&self, name: &str) -> Option<bool> {
        match &self.exports {
            _ if self.exports_everything || !self.is_readable => None,
            Some(listed) => Some(listed.contains(name)),
            None => Some(!name.starts_with('_')),
        }
    }
}

/// The module as it would name itself: `.stem` in a file, `.` in a package.
pub(super) fn own_module(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    match stem.as_ref() {
        "__init__" => ".".to_owned(),
        stem => format!(".{stem}."),
    }
}

fn star_module(names: &Bindings, id: BindingId) -> Option<String> {
    match names.binding(id).kind {
        BindingKind::StarImport { import } => Some(from_module(import)),
        _ => None,
    }
}

/// Parses and binds a module for as long as a closure runs; `None` where it does not parse.
pub(super) fn read<T>(path: &Path, files: &Files, ask: impl FnOnce(&Reader) -> T) -> Option<T> {
    let (source, module) = files.parse(path)?;
    Some(read_parsed(&source, &module, ask))
}

/// Binds a module that was parsed, for as long as a closure runs.
pub(super) fn read_parsed<T>(
    source: &SourceFile,
    module: &Module,
    ask: impl FnOnce(&Reader) -> T,
) -> T {
    let tree = Tree::build(module);
    let unknown = module.unclear_names().iter().cloned().collect();
    let names = Bindings::bind(&tree, module, unknown);
    let blocks = Blocks::build(&tree);
    let flow = Flow::new(&names, &blocks);
    let aliases = Aliases::default();
    ask(&Reader {
        own: own_module(source.path()),
        source,
        text: source.text(),
        tree: &tree,
        names: &names,
        resolver: &Resolver::new(&flow, &aliases),
    })
}

/// A module and what its names mean.
pub(crate) struct Reader<'r, 'a> {
    /// What stands before a name of the module itself.
    pub(super) own: String,
    pub(super) source: &'a SourceFile,
    pub(super) text: &'a str,
    pub(crate) tree: &'a Tree<'a>,
    pub(super) names: &'a Bindings<'a>,
    pub(super) resolver: &'r Resolver<'a>,
}

impl<'a> Reader<'_, 'a> {
    fn entries(&self) -> HashMap<String, (usize, Entry)> {
        let mut entries: HashMap<String, (usize, Entry)> = HashMap::new();
        for (id, binding) in self.names.bindings() {
            let binds = !matches!(
                binding.kind,
                BindingKind::Annotation { .. } | BindingKind::StarImport { .. }
            );
            if binding.scope != ScopeId::MODULE || !binds || binding.typing_only {
                continue;
            }
            if let AnyNodeRef::StmtFunctionDef(def) = self.tree.node(binding.node)
                && self.resolver.is_overload(def)
            {
                continue;
            }
            let before = self.names.star_imports();
            let before = before.iter().filter(|star| **star < id).count();
            let entry = self.entry(binding);
            entries
                .entry(binding.name.to_owned())
                .and_modify(|(at, known)| {
                    *at = before;
                    if !known.is_also(&entry) || entry == Entry::Variable(Type::Unknown) {
                        let why = format!("`{}` is bound more than once", binding.name);
                        *known = Entry::Unclear(why);
                    }
                })
                .or_insert((before, entry.clone()));
        }
        entries
    }

    fn entry(&self, binding: &Binding<'a>) -> Entry {
        let node = self.tree.node(binding.node);
        match (binding.kind, node) {
            (BindingKind::Class, AnyNodeRef::StmtClassDef(class)) => {
                Entry::Class(Arc::new(self.class(class)))
            }
            (BindingKind::Function, AnyNodeRef::StmtFunctionDef(function)) => {
                Entry::Function(self.callable(function))
            }
            (BindingKind::Import { qualified, .. }, _) => Entry::Means(qualified.to_owned()),
            (BindingKind::FromImport { import, member }, _) => {
                Entry::Means(joined(from_module(import), member))
            }
            (BindingKind::Assignment { value, .. }, _) => {
                let value = self.tree.node(value).as_expr_ref();
                let value = value.filter(|value| value.is_name_expr() || value.is_attribute_expr());
                match value.map(|value| self.named(value)) {
                    Some(Ok(qualified)) => Entry::Means(qualified),
                    _ => Entry::Variable(self.portable(&self.held(binding))),
                }
            }
            _ => Entry::Unclear(format!("`{}` is a variable", binding.name)),
        }
    }

    fn class(&self, class: &'a StmtClassDef) -> ClassOutline {
        let methods = class.body.iter().filter_map(Stmt::as_function_def_stmt);
        let methods = methods.map(|method| (method.name.to_string(), self.callable(method)));
        let set = self.set(class);
        ClassOutline {
            bases: self.bases(class),
            methods: methods.collect(),
            attributes: attributes(self.tree, self.tree.id(class)),
            says: self.says(class, &set),
            set,
            makers: self.resolver.makers(class).map(|it| self.named(it)),
        }
    }

    /// The names that a class binds in its body, defs left out, and the attributes that are set in it.
    fn set(&self, class: &'a StmtClassDef) -> BTreeSet<String> {
        let id = self.tree.id(class);
        let scope = self.names.scope_opened_by(id);
        let nodes = self.tree.descendants(id);
        let set = nodes.filter_map(|id| match self.tree.node(id) {
            AnyNodeRef::ExprAttribute(it) if it.ctx.is_store() => Some(it.attr.to_string()),
            _ => {
                let binding = self.names.binding(self.names.binding_at(id)?);
                let binds = !matches!(
                    binding.kind,
                    BindingKind::Annotation { .. } | BindingKind::Function
                );
                (Some(binding.scope) == scope && binds).then(|| binding.name.to_owned())
            }
        });
        set.collect()
    }

    pub(super) fn callable(&self, function: &'a StmtFunctionDef) -> Callable {
        let is_generator = self.resolver.yields(function);
        Callable {
            is_async: function.is_async,
            is_generator,
            is_decorated: self.resolver.is_decorated(function),
            decorators: self.resolver.decorators(function),
            n_parameters: function.parameters.len(),
            calls_base: calls_base(self.tree, function),
            returns: self.portable(&self.resolver.returned(function, is_generator)),
            hands_back: self.resolver.hands_back(function),
            wrappers: self.wrappers(function),
            keeps_coroutines: self.resolver.keeps_coroutines(function),
            makers: self.makers(function),
        }
    }

    pub(super) fn bases(&self, class: &'a StmtClassDef) -> Vec<Named> {
        let why = || "a base class is made where it is used".to_owned();
        let bases = self.resolver.bases(class).into_iter();
        let named = |base| match base {
            Base::Here(base) if self.names.scope_of(self.tree.id(base)) == ScopeId::MODULE => {
                Ok(format!("{}{}", self.own, base.name))
            }
            Base::There(name) => Ok(name),
            Base::Here(_) | Base::Unread(_) => Err(why()),
        };
        bases.map(named).collect()
    }

    pub(super) fn named(&self, expression: ExprRef<'a>) -> Named {
        let local = |id: BindingId| {
            let binding = self.names.binding(id);
            let is_top = binding.scope == ScopeId::MODULE;
            is_top.then(|| format!("{}{}", self.own, binding.name))
        };
        let why = || "a base class is made where it is used".to_owned();
        match self.resolver.meaning(expression) {
            Meaning::Qualified(qualified) => Ok(qualified),
            Meaning::Local(id) => local(id).ok_or_else(why),
            Meaning::Attribute { base, path } => local(base)
                .map(|owner| format!("{owner}.{path}"))
                .ok_or_else(why),
            Meaning::Unknown { why, .. } => Err(why.to_string()),
        }
    }
}

/// Returns all names and attributes in a class: what it binds is among them.
pub(crate) fn attributes(tree: &Tree, class: NodeId) -> BTreeSet<String> {
    let name = |id| match tree.node(id) {
        AnyNodeRef::ExprAttribute(attribute) => Some(attribute.attr.to_string()),
        AnyNodeRef::ExprName(name) => Some(name.id.to_string()),
        AnyNodeRef::StmtFunctionDef(function) => Some(function.name.to_string()),
        _ => None,
    };
    tree.descendants(class).filter_map(name).collect()
}

/// `module.name`, without a second dot behind those of a relative module.
pub(crate) fn joined(mut module: String, name: &str) -> String {
    if !module.is_empty() && !module.ends_with('.') {
        module.push('.');
    }
    module.push_str(name);
    module
}
