//! What the imports of a file name, by name: asked at each site, where they would be gone over again.

use std::collections::hash_map::Entry;

use rustc_hash::{FxHashMap, FxHashSet};

use super::binding::{
    BindingId, BindingKind, ScopeId, from_module, import_meaning, imported_module,
};
use super::scope::Bindings;
use crate::python::dotted::is_in;

/// The imports of a file by what they name.
#[derive(Debug, Default)]
pub(super) struct Imported<'a> {
    /// The modules that are imported, or of which something is, and those around them.
    modules: FxHashSet<String>,
    /// The modules that surely are loaded.
    loaded: FxHashSet<String>,
    /// The names that are bound to what is imported, by what that is.
    names: FxHashMap<String, Vec<&'a str>>,
    /// What all bindings of a name mean, where all import the same.
    always: FxHashMap<(ScopeId, &'a str), String>,
}

/// Iterates over a dotted name and what stands before its dots, the longest first.
pub(super) fn prefixes(dotted: &str) -> impl Iterator<Item = &str> {
    let dots = dotted.rmatch_indices('.').map(|(at, _)| &dotted[..at]);
    std::iter::once(dotted).chain(dots)
}

impl<'a> Imported<'a> {
    fn read(names: &Bindings<'a>) -> Self {
        let mut all = Self::default();
        for (_, binding) in names.bindings() {
            let module = match binding.kind {
                BindingKind::Import { module, .. } => module.to_owned(),
                BindingKind::FromImport { import, .. } | BindingKind::StarImport { import } => {
                    from_module(import)
                }
                _ => continue,
            };
            all.name_module(&module);
        }
        for outside in names.starred_from_outside() {
            if let Some((module, _)) = outside.rsplit_once('.') {
                all.name_module(module);
            }
        }
        for (_, binding) in names.imports() {
            all.loaded.extend(imported_module(binding));
            let Some(meaning) = import_meaning(binding) else {
                continue;
            };
            if let Entry::Vacant(place) = all.always.entry((binding.scope, binding.name)) {
                let of_name = names.bindings_of(binding.scope, binding.name).iter();
                let mut meanings = of_name.map(|id| import_meaning(names.binding(*id)));
                if meanings.all(|it| it.as_ref() == Some(&meaning)) {
                    place.insert(meaning.clone());
                }
            }
            let known = all.names.entry(meaning).or_default();
            if !known.contains(&binding.name) {
                known.push(binding.name);
            }
        }
        all
    }

    /// Adds a module, and those around it.
    fn name_module(&mut self, module: &str) {
        if !self.modules.contains(module) {
            self.modules.extend(prefixes(module).map(str::to_owned));
        }
    }
}

impl<'a> Bindings<'a> {
    fn imported(&self) -> &Imported<'a> {
        self.imported.get_or_init(|| Imported::read(self))
    }

    /// Returns whether the file imports the module, or something of it, anywhere.
    pub fn imports_module(&self, module: &str) -> bool {
        let Imported { modules, names, .. } = self.imported();
        // `from package import module`
        modules.contains(module) || names.contains_key(module)
    }

    /// Returns whether the file imports something that is in the module, anywhere.
    pub fn imports_of_module(&self, module: &str) -> bool {
        let is_inside = |name: &String| is_in(name, module);
        let Imported { modules, names, .. } = self.imported();
        let mut stars = self.star_imports().iter();
        let is_all = |id: &BindingId| match self.binding(*id).kind {
            BindingKind::StarImport { import } => from_module(import) == module,
            _ => false,
        };
        modules.iter().chain(names.keys()).any(is_inside) || stars.any(is_all)
    }

    /// Returns the longest module that a qualified name begins with and an import surely loads.
    pub(super) fn loaded_of<'n>(&self, qualified: &'n str) -> Option<&'n str> {
        let loaded = &self.imported().loaded;
        prefixes(qualified).find(|it| loaded.contains(*it))
    }

    /// Iterates over the names that imports bind to something, wherever they do.
    pub(super) fn names_of(&self, meaning: &str) -> impl Iterator<Item = &'a str> + '_ {
        let names = self.imported().names.get(meaning);
        names.into_iter().flatten().copied()
    }

    /// Returns whether all bindings of a name import the same: this.
    pub(super) fn always_means(&self, owner: ScopeId, name: &str, meaning: &str) -> bool {
        match self.imported().always.get(&(owner, name)) {
            Some(always) => always == meaning,
            None => self.bindings_of(owner, name).is_empty(),
        }
    }
}
