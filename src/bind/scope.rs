//! Scopes, bindings and references of a module, and the questions later stages ask about names.
//!
//! [`collect`](super::collect) fills these tables in one pass over the flat tree; here they are only
//! asked. Which of several bindings a use may see is [`flow`](super::flow)'s question.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::python::tree::{NodeId, Tree};

pub use super::binding::{Binding, BindingId, BindingKind, Reference, ScopeId, from_module};

/// What opens a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ScopeKind {
    /// The module.
    Module,
    /// A class body, invisible to the functions in it.
    Class,
    /// The body of a def.
    Function {
        /// `async def`.
        is_async: bool,
    },
    /// The body of a lambda.
    Lambda,
    /// A list, set or dict comprehension without its first iterable: runs at once.
    Comprehension,
    /// A generator expression without its first iterable: runs when it is iterated.
    Generator,
    /// Type parameters of a def or class, or a type alias: sees the names of a class around it.
    TypeParameters,
}

/// A `global` or `nonlocal` statement's word about a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Declared {
    Global,
    Nonlocal,
}

/// One scope.
#[derive(Debug)]
pub struct Scope<'a> {
    /// What opened it.
    pub kind: ScopeKind,
    /// The node that opened it; the root for the module.
    pub node: NodeId,
    /// The scope around it; `None` for the module.
    pub parent: Option<ScopeId>,
    pub(super) declared: FxHashMap<&'a str, Declared>,
    names: FxHashMap<&'a str, Vec<BindingId>>,
    /// Names that are read in it or deeper and owned by a scope around it, or by nobody (builtins).
    reads_outside: FxHashMap<&'a str, Option<ScopeId>>,
}

/// What a node's place says about names in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct NodePlace {
    pub(super) scope: ScopeId,
    pub(super) annotation: bool,
    pub(super) typing_only: bool,
}

/// The names of a module.
#[derive(Debug)]
pub struct Bindings<'a> {
    pub(super) tree: &'a Tree<'a>,
    pub(super) notebook: bool,
    pub(super) unknown_names: FxHashSet<String>,
    pub(super) places: Vec<NodePlace>,
    pub(super) scopes: Vec<Scope<'a>>,
    pub(super) opened: FxHashMap<NodeId, ScopeId>,
    pub(super) bindings: Vec<Binding<'a>>,
    pub(super) by_node: FxHashMap<NodeId, BindingId>,
    pub(super) references: Vec<Reference<'a>>,
    /// Indices into `references` by owner and name; owner `None`: nobody binds it.
    resolved: FxHashMap<(Option<ScopeId>, &'a str), Vec<u32>>,
    pub(super) stars: Vec<BindingId>,
    pub(super) quoted: FxHashMap<&'a str, Vec<NodeId>>,
    pub(super) exports: Option<FxHashSet<&'a str>>,
    pub(super) exports_everything: bool,
}

impl<'a> Bindings<'a> {
    pub(super) fn empty(
        tree: &'a Tree<'a>,
        notebook: bool,
        unknown_names: FxHashSet<String>,
    ) -> Self {
        let mut empty = Self {
            tree,
            notebook,
            unknown_names,
            places: Vec::with_capacity(tree.len()),
            scopes: Vec::new(),
            opened: FxHashMap::default(),
            bindings: Vec::new(),
            by_node: FxHashMap::default(),
            references: Vec::new(),
            resolved: FxHashMap::default(),
            stars: Vec::new(),
            quoted: FxHashMap::default(),
            exports: None,
            exports_everything: false,
        };
        empty.open_scope(ScopeKind::Module, NodeId::ROOT, None);
        empty
    }

    pub(super) fn open_scope(
        &mut self,
        kind: ScopeKind,
        node: NodeId,
        parent: Option<ScopeId>,
    ) -> ScopeId {
        // Every scope has a node, and node ids are 32 bits.
        let id = ScopeId(u32::try_from(self.scopes.len()).expect("fewer scopes than nodes"));
        self.scopes.push(Scope {
            kind,
            node,
            parent,
            declared: FxHashMap::default(),
            names: FxHashMap::default(),
            reads_outside: FxHashMap::default(),
        });
        id
    }

    /// Gives every binding its owner, then every reference; called once all are collected.
    pub(super) fn settle(&mut self) {
        self.own_bindings();
        for index in 0..self.references.len() {
            let Reference { scope, name, .. } = self.references[index];
            let owner = self.lookup(scope, name);
            let index = u32::try_from(index).expect("fewer references than nodes");
            self.resolved.entry((owner, name)).or_default().push(index);
            self.note_read(scope, owner, name);
        }
    }

    fn own_bindings(&mut self) {
        // Names bound by their own scope first: `nonlocal` looks for them.
        let mut foreign = Vec::new();
        for index in 0..self.bindings.len() {
            let Binding {
                written_in, name, ..
            } = self.bindings[index];
            let id = BindingId(u32::try_from(index).expect("fewer bindings than nodes"));
            match self.scope(written_in).declared.get(name) {
                Some(&declared) => foreign.push((id, declared)),
                None => self.own(id, written_in),
            }
        }
        for (id, declared) in foreign {
            let Binding {
                written_in, name, ..
            } = self.bindings[id.index()];
            let owner = match declared {
                Declared::Global => Some(ScopeId::MODULE),
                Declared::Nonlocal => self.nonlocal_owner(written_in, name),
            };
            self.own(id, owner.unwrap_or(written_in));
        }
        for scope in &mut self.scopes {
            scope.names.values_mut().for_each(|ids| ids.sort_unstable());
        }
    }

    fn own(&mut self, id: BindingId, owner: ScopeId) {
        let binding = &mut self.bindings[id.index()];
        binding.scope = owner;
        self.by_node.insert(binding.node, id);
        if matches!(binding.kind, BindingKind::StarImport { .. }) {
            self.stars.push(id);
        } else {
            let names = &mut self.scopes[owner.index()].names;
            names.entry(binding.name).or_default().push(id);
        }
    }

    fn nonlocal_owner(&self, scope: ScopeId, name: &str) -> Option<ScopeId> {
        self.outwards(scope).skip(1).find(|&id| {
            let scope = self.scope(id);
            !matches!(scope.kind, ScopeKind::Class | ScopeKind::Module)
                && !scope.declared.contains_key(name)
                && scope.names.contains_key(name)
        })
    }

    fn note_read(&mut self, from: ScopeId, owner: Option<ScopeId>, name: &'a str) {
        let mut at = Some(from);
        while let Some(scope) = at.filter(|&scope| Some(scope) != owner) {
            let entry = &mut self.scopes[scope.index()];
            if entry.reads_outside.insert(name, owner) == Some(owner) {
                return;
            }
            at = entry.parent;
        }
    }

    /// Returns the tree the names stand in.
    pub fn tree(&self) -> &'a Tree<'a> {
        self.tree
    }

    /// Returns the scope a node is evaluated in: of a def the one around it, of its default values,
    /// decorators and a comprehension's first iterable too.
    pub fn scope_of(&self, node: NodeId) -> ScopeId {
        self.places[node.index()].scope
    }

    /// Returns the scope that a def, class, lambda, comprehension or type alias opens.
    pub fn scope_opened_by(&self, node: NodeId) -> Option<ScopeId> {
        self.opened.get(&node).copied()
    }

    /// Returns whether the node is an annotation or stands in one.
    pub fn in_annotation(&self, node: NodeId) -> bool {
        self.places[node.index()].annotation
    }

    /// Returns the scope.
    pub fn scope(&self, id: ScopeId) -> &Scope<'a> {
        &self.scopes[id.index()]
    }

    /// Iterates over a scope and the scopes around it, outwards.
    pub fn outwards(&self, scope: ScopeId) -> impl Iterator<Item = ScopeId> + '_ {
        std::iter::successors(Some(scope), |&id| self.scope(id).parent)
    }

    /// Returns the binding.
    pub fn binding(&self, id: BindingId) -> &Binding<'a> {
        &self.bindings[id.index()]
    }

    /// Iterates over all bindings in source order.
    pub fn bindings(&self) -> impl Iterator<Item = (BindingId, &Binding<'a>)> + '_ {
        (0u32..).map(BindingId).zip(&self.bindings)
    }

    /// Returns the binding that a node makes (a target's name, an alias, a def …).
    pub fn binding_at(&self, node: NodeId) -> Option<BindingId> {
        self.by_node.get(&node).copied()
    }

    /// Returns all references, in source order.
    pub fn references(&self) -> &[Reference<'a>] {
        &self.references
    }

    /// Returns the bindings of a name that the scope owns, in source order; star imports left out.
    pub fn bindings_of(&self, scope: ScopeId, name: &str) -> &[BindingId] {
        self.scope(scope).names.get(name).map_or(&[], Vec::as_slice)
    }

    /// Iterates over the class scopes that own the name.
    pub(super) fn classes_binding<'n>(
        &'n self,
        name: &'n str,
    ) -> impl Iterator<Item = ScopeId> + 'n {
        let scopes = (0u32..).map(ScopeId).zip(&self.scopes);
        let classes = scopes.filter(|(_, scope)| scope.kind == ScopeKind::Class);
        classes
            .filter(move |(_, scope)| scope.names.contains_key(name))
            .map(|(id, _)| id)
    }

    /// Iterates over the references to a name that the scope owns, from all scopes, in source order;
    /// with `None` those to a name that nobody binds.
    pub fn references_to(
        &self,
        owner: Option<ScopeId>,
        name: &'a str,
    ) -> impl Iterator<Item = &Reference<'a>> + '_ {
        let found = self.resolved.get(&(owner, name));
        found
            .into_iter()
            .flatten()
            .map(|&index| &self.references[index as usize])
    }

    /// Returns the scope that owns the name as code in `scope` finds it; `None`: a builtin, from a
    /// star import, or undefined.
    pub fn lookup(&self, scope: ScopeId, name: &str) -> Option<ScopeId> {
        let mut class_visible = true;
        for id in self.outwards(scope) {
            let Scope { kind, declared, .. } = self.scope(id);
            let visible = *kind != ScopeKind::Class || class_visible;
            if *kind == ScopeKind::Class && !visible && name == "__class__" {
                return Some(id);
            }
            // Type parameters look into the class they stand in; everything else closes it.
            class_visible &= *kind == ScopeKind::TypeParameters;
            if !visible {
                continue;
            }
            match declared.get(name) {
                Some(Declared::Global) => return self.owns(ScopeId::MODULE, name),
                Some(Declared::Nonlocal) => return self.nonlocal_owner(id, name),
                None => {}
            }
            if let Some(owner) = self.owns(id, name) {
                return Some(owner);
            }
        }
        None
    }

    fn owns(&self, scope: ScopeId, name: &str) -> Option<ScopeId> {
        (!self.bindings_of(scope, name).is_empty()).then_some(scope)
    }

    /// Returns whether the file imports the module, or something of it, anywhere.
    pub fn imports_module(&self, module: &str) -> bool {
        let is_it = |found: &str| {
            found == module
                || found
                    .strip_prefix(module)
                    .is_some_and(|rest| rest.starts_with('.'))
        };
        self.bindings.iter().any(|binding| match binding.kind {
            BindingKind::Import { module, .. } => is_it(module),
            BindingKind::FromImport { import, .. } | BindingKind::StarImport { import } => {
                is_it(&from_module(import))
            }
            _ => false,
        })
    }

    /// Returns the star imports, in source order.
    pub fn star_imports(&self) -> &[BindingId] {
        &self.stars
    }

    /// Returns the strings in annotations (and in `cast` and its like) that mention the name.
    pub fn quoted_uses(&self, name: &str) -> &[NodeId] {
        self.quoted.get(name).map_or(&[], Vec::as_slice)
    }

    /// Returns whether a broken cell or an opaque magic mentions the name.
    pub fn is_unknown_name(&self, name: &str) -> bool {
        self.unknown_names.contains(name)
    }

    /// Returns whether the file has cells, so that the builtins of IPython are there.
    pub fn is_notebook(&self) -> bool {
        self.notebook
    }

    /// Returns the names listed in `__all__`; `None` without one that can be read.
    pub fn exports(&self) -> Option<&FxHashSet<&'a str>> {
        self.exports.as_ref().filter(|_| !self.exports_everything)
    }

    /// Returns whether `__all__` lists the name, or can't be read and may list anything.
    pub fn is_exported(&self, name: &str) -> bool {
        let listed = self.exports.as_ref().is_some_and(|all| all.contains(name));
        self.exports_everything || listed
    }

    /// Returns whether writing this name in this scope would collide: it is bound here, or what it
    /// means outside is read here or deeper, or a scope inside declares it `nonlocal` or `global`.
    pub fn is_taken(&self, scope: ScopeId, name: &str) -> bool {
        let Scope {
            names,
            declared,
            reads_outside,
            ..
        } = self.scope(scope);
        names.contains_key(name)
            || declared.contains_key(name)
            || reads_outside.contains_key(name)
            || (scope == ScopeId::MODULE && self.is_unknown_name(name))
    }

    /// Returns all names for which [`is_taken`](Self::is_taken) holds, and those bound around.
    pub fn visible_names(&self, scope: ScopeId) -> FxHashSet<&'a str> {
        let mut names: FxHashSet<&'a str> =
            self.scope(scope).reads_outside.keys().copied().collect();
        for id in self.outwards(scope) {
            names.extend(self.scope(id).names.keys());
        }
        names
    }
}

#[cfg(test)]
mod tests {
    use ruff_python_ast::AnyNodeRef;

    use super::*;
    use crate::python::parse::Module;

    /// Returns what `ask` says about the names of `text`.
    fn of<T>(text: &str, ask: impl FnOnce(&Bindings<'_>) -> T) -> T {
        let module = Module::parse_plain(text).unwrap();
        let tree = Tree::build(&module);
        ask(&Bindings::bind(&tree, &module, FxHashSet::default()))
    }

    /// Names a scope by what opened it: `module`, `def f`, `class C`, `lambda`, `comprehension`, `types`.
    fn described(names: &Bindings<'_>, scope: Option<ScopeId>) -> String {
        let Some(scope) = scope.map(|id| names.scope(id)) else {
            return "nobody".to_owned();
        };
        match (scope.kind, names.tree().node(scope.node)) {
            (ScopeKind::TypeParameters, _) => "types".to_owned(),
            (_, AnyNodeRef::StmtFunctionDef(def)) => format!("def {}", def.name),
            (_, AnyNodeRef::StmtClassDef(class)) => format!("class {}", class.name),
            (ScopeKind::Module, _) => "module".to_owned(),
            (ScopeKind::Lambda, _) => "lambda".to_owned(),
            _ => "comprehension".to_owned(),
        }
    }

    /// Checks which scopes own the reads of `x`, in source order.
    #[track_caller]
    fn check(text: &str, owners: &[&str]) {
        let found = of(text, |names| {
            let reads = names.references().iter().filter(|it| it.name == "x");
            reads
                .map(|it| described(names, names.lookup(it.scope, it.name)))
                .collect::<Vec<_>>()
        });
        assert_eq!(found, owners, "{text}");
    }

    #[test]
    fn functions_see_what_encloses_them() {
        check("x = 1\ndef f():\n    x\n", &["module"]);
        check("x = 1\ndef f():\n    x\n    x = 2\n", &["def f"]);
        check("def f(x):\n    def g():\n        x\n", &["def f"]);
        check("def f():\n    x\n", &["nobody"]);
        check("f = lambda x: x\n", &["lambda"]);
    }

    #[test]
    fn class_scope_is_closed_to_what_is_nested() {
        check("class C:\n    x = 1\n    x\n", &["class C"]);
        check(
            "x = 0\nclass C:\n    x = 1\n    def f(self):\n        x\n",
            &["module"],
        );
        check("class C:\n    x = 1\n    y = lambda: x\n", &["nobody"]);
        check(
            "class C:\n    x = 1\n    y = [x for _ in x]\n",
            &["nobody", "class C"],
        );
        check(
            "class C:\n    x = 1\n    class D:\n        x\n",
            &["nobody"],
        );
    }

    #[test]
    fn headers_are_evaluated_outside() {
        check("def f(x=x): pass\n", &["nobody"]);
        check("@x\ndef f():\n    x = 1\n", &["nobody"]);
        check("def f(a: x) -> x:\n    x = 1\n", &["nobody", "nobody"]);
        check(
            "class C(x, metaclass=x):\n    x = 1\n",
            &["nobody", "nobody"],
        );
        check(
            "class C:\n    x = 1\n    def f(self, a=x): pass\n",
            &["class C"],
        );
        check("f = lambda x=x: x\n", &["nobody", "lambda"]);
    }

    #[test]
    fn comprehensions_have_their_own_targets() {
        check("[x for x in x]\n", &["comprehension", "nobody"]);
        check(
            "{x: 1 for x in y if x}\nx\n",
            &["comprehension", "comprehension", "nobody"],
        );
        check("[y for x in a for y in x]\n", &["comprehension"]);
        check("x = 1\nlist(a for a in b if x)\n", &["module"]);
    }

    #[test]
    fn walrus_binds_outside_comprehensions() {
        check("def f():\n    [(x := y) for y in z]\n    x\n", &["def f"]);
        check("[[(x := y) for y in z] for z in a]\nx\n", &["module"]);
        check("lambda: [(x := y) for y in z] + x\n", &["lambda"]);
        check(
            "def f():\n    global x\n    [(x := y) for y in z]\nx\n",
            &["module"],
        );
    }

    #[test]
    fn global_and_nonlocal_name_the_owner() {
        check(
            "def f():\n    global x\n    x = 1\n    x\nx\n",
            &["module", "module"],
        );
        check(
            "def f():\n    x = 1\n    def g():\n        nonlocal x\n        x = 2\n        x\n",
            &["def f"],
        );
        check(
            "def f(x):\n    def g():\n        nonlocal x\n        def h():\n            nonlocal x\n            x\n",
            &["def f"],
        );
        check(
            "def f(x):\n    def g():\n        global x\n        x\n",
            &["nobody"],
        );
        check("class C:\n    global x\n    x = 1\nx\n", &["module"]);
        check(
            "def f():\n    def g():\n        nonlocal x\n        x\n    x = 1\n",
            &["def f"],
        );
    }

    #[test]
    fn every_statement_that_binds_is_known() {
        for binds in [
            "import x",
            "import x.y",
            "import y as x",
            "from y import x",
            "from y import z as x",
            "x = 1",
            "a = x = 1",
            "x, y = 1, 2",
            "[a, (*x, b)] = c",
            "x: int = 1",
            "x: int",
            "for x in y: pass",
            "for a, x in y: pass",
            "with y as x: pass",
            "with y as (a, x): pass",
            "try: pass\nexcept E as x: pass",
            "def x(): pass",
            "class x: pass",
            "type x = int",
            "(x := 1)",
            "match y:\n    case x: pass",
            "match y:\n    case [*x]: pass",
            "match y:\n    case {**x}: pass",
            "match y:\n    case C(a=1) as x: pass",
        ] {
            check(&format!("{binds}\nx\n"), &["module"]);
        }
        check("x.y = 1\n", &["nobody"]);
        check("x[0] = 1\n", &["nobody"]);
        check("match y:\n    case x.z: pass\n", &["nobody"]);
        check(
            "async def f():\n    async with y as x:\n        x\n",
            &["def f"],
        );
    }

    #[test]
    fn deletion_and_augmented_assignment_read_and_bind() {
        check("def f():\n    del x\n", &["def f"]);
        check("def f():\n    x += 1\n", &["def f"]);
    }

    #[test]
    fn type_parameters_have_a_scope_of_their_own() {
        check(
            "def f[x](a: x) -> x:\n    x\n",
            &["types", "types", "types"],
        );
        check("def f[x](a=x): pass\n", &["nobody"]);
        check("class C[x](B[x]):\n    y: x\n", &["types", "types"]);
        check("type y[x] = list[x]\n", &["types"]);
        check(
            "class C:\n    x = 1\n    def f[T: x](self): x\n",
            &["class C", "nobody"],
        );
        check("@x\ndef f[x](): pass\n", &["nobody"]);
    }

    #[test]
    fn dunder_class_is_the_class_around() {
        let owner = of("class C:\n    def f(self):\n        __class__\n", |names| {
            let read = names.references()[0];
            described(names, names.lookup(read.scope, read.name))
        });
        assert_eq!(owner, "class C");
    }

    #[test]
    fn imports_under_type_checking_are_marked() {
        let typing = |text: &str| of(text, |names| names.bindings().any(|(_, it)| it.typing_only));
        assert!(typing("if TYPE_CHECKING:\n    import x\n"));
        assert!(typing(
            "if typing.TYPE_CHECKING:\n    if a:\n        import x\n"
        ));
        assert!(!typing(
            "if TYPE_CHECKING:\n    pass\nelse:\n    import x\n"
        ));
        assert!(!typing("if DEBUG:\n    import x\n"));
    }

    #[test]
    fn a_name_is_taken_where_writing_it_would_collide() {
        #[track_caller]
        fn check(text: &str, scope: &str, taken: bool) {
            let found = of(text, |names| {
                let mut scopes = (0u32..).map(ScopeId).take(names.scopes.len());
                let id = scopes.find(|&id| described(names, Some(id)) == scope);
                names.is_taken(id.unwrap(), "x")
            });
            assert_eq!(found, taken, "{text}");
        }
        check("x = 1\n", "module", true);
        check("def f():\n    x = 1\n", "module", false);
        check("def f():\n    x()\n", "module", true);
        check("x = 1\ndef f():\n    x\n", "def f", true);
        check("x = 1\ndef f():\n    pass\n", "def f", false);
        check("x = 1\ndef f():\n    def g():\n        x\n", "def f", true);
        check("def f():\n    global x\n", "def f", true);
        check(
            "def f():\n    def g():\n        x\n        def h():\n            x = 1\n            x\n    x = 1\n",
            "module",
            false,
        );
    }
}
