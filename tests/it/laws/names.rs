//! Syntax tree → the names that nothing binds, the imports, and what `__all__` promises.
//!
//! A second, simpler binder than the engine's: it must only notice that an import was dropped while
//! something still used it, was added twice, or was a promise to other files.

use std::collections::BTreeMap;

use ruff_python_ast::visitor::source_order::{SourceOrderVisitor, walk_expr, walk_stmt};
use ruff_python_ast::{
    Alias, Comprehension, ExceptHandler, Expr, ExprContext, ModModule, Parameter, Pattern, Stmt,
};
use rustc_hash::FxHashSet;

type Counts = BTreeMap<String, usize>;

/// What a file says about names.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// Names read where no scope around binds them → how often; builtins are among them.
    pub unbound: Counts,
    /// `scope: import x as y` → how often.
    pub imports: Counts,
    /// Names in `__all__` that the module binds.
    pub exported: Vec<String>,
}

impl Names {
    pub(crate) fn of(module: &ModModule) -> Self {
        let mut binder = Binder::default();
        binder.open("module", Place::Function);
        for statement in &module.body {
            binder.visit_stmt(statement);
        }
        binder.into_names()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Function,
    Class,
    Comprehension,
}

struct Scope {
    name: String,
    parent: usize,
    place: Place,
    bound: FxHashSet<String>,
    global: FxHashSet<String>,
}

#[derive(Default)]
struct Binder {
    scopes: Vec<Scope>,
    open: Vec<usize>,
    reads: Vec<(usize, String)>,
    imports: Counts,
    all: Vec<String>,
}

impl Binder {
    fn here(&self) -> usize {
        *self.open.last().expect("the module's scope is open")
    }

    fn open(&mut self, name: &str, place: Place) {
        let parent = self.open.last().copied().unwrap_or(0);
        let outer = self.scopes.get(parent).map_or("", |scope| &scope.name);
        self.scopes.push(Scope {
            name: format!("{outer}.{name}"),
            parent,
            place,
            bound: FxHashSet::default(),
            global: FxHashSet::default(),
        });
        self.open.push(self.scopes.len() - 1);
    }

    fn close(&mut self) {
        self.open.pop();
    }

    fn bind(&mut self, name: &str) {
        let scope = self.here();
        let target = if self.scopes[scope].global.contains(name) {
            0
        } else {
            scope
        };
        self.scopes[target].bound.insert(name.to_owned());
    }

    fn bind_walrus(&mut self, name: &str) {
        let outside = |&&scope: &&usize| self.scopes[scope].place != Place::Comprehension;
        let scope = self.open.iter().rev().find(outside).copied().unwrap_or(0);
        let is_global = self.scopes[scope].global.contains(name);
        let target = if is_global { 0 } else { scope };
        self.scopes[target].bound.insert(name.to_owned());
    }

    fn resolves(&self, from: usize, name: &str) -> bool {
        let mut scope = from;
        loop {
            let here = &self.scopes[scope];
            let visible = here.place != Place::Class || scope == from;
            if visible && here.bound.contains(name) {
                return true;
            }
            if scope == 0 {
                return false;
            }
            scope = if here.global.contains(name) {
                0
            } else {
                here.parent
            };
        }
    }

    fn into_names(self) -> Names {
        let mut unbound = Counts::new();
        for (scope, name) in &self.reads {
            if !self.resolves(*scope, name) {
                *unbound.entry(name.clone()).or_default() += 1;
            }
        }
        let mut exported = self.all;
        exported.retain(|name| self.scopes[0].bound.contains(name));
        Names {
            unbound,
            imports: self.imports,
            exported,
        }
    }

    fn import(&mut self, from: &str, alias: &Alias) {
        let bound = alias.asname.as_ref().unwrap_or(&alias.name).as_str();
        let bound = if alias.asname.is_none() && from.is_empty() {
            bound.split('.').next().unwrap_or(bound)
        } else {
            bound
        };
        self.bind(bound);
        let scope = &self.scopes[self.here()].name;
        let key = format!("{scope}: {from} import {} as {bound}", alias.name);
        *self.imports.entry(key).or_default() += 1;
    }

    fn comprehension<'a>(&mut self, generators: &'a [Comprehension], elements: &[&'a Expr]) {
        if let Some(first) = generators.first() {
            self.visit_expr(&first.iter);
        }
        self.open("comprehension", Place::Comprehension);
        for (idx, generator) in generators.iter().enumerate() {
            self.visit_expr(&generator.target);
            if idx > 0 {
                self.visit_expr(&generator.iter);
            }
            for condition in &generator.ifs {
                self.visit_expr(condition);
            }
        }
        for element in elements {
            self.visit_expr(element);
        }
        self.close();
    }

    fn note_all(&mut self, targets: &[Expr], value: &Expr) {
        let is_all = |target: &Expr| matches!(target, Expr::Name(name) if name.id == "__all__");
        if !targets.iter().any(is_all) {
            return;
        }
        let elements = match value {
            Expr::List(list) => &list.elts[..],
            Expr::Tuple(tuple) => &tuple.elts[..],
            _ => &[],
        };
        self.all
            .extend(elements.iter().filter_map(|element| match element {
                Expr::StringLiteral(text) => Some(text.value.to_str().to_owned()),
                _ => None,
            }));
    }
}

impl<'a> SourceOrderVisitor<'a> for Binder {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(def) => {
                self.bind(&def.name);
                for decorator in &def.decorator_list {
                    self.visit_decorator(decorator);
                }
                for default in def.parameters.iter().filter_map(|each| each.default()) {
                    self.visit_expr(default);
                }
                // Annotations see the type parameters and the names around, not those of the body.
                self.open("type parameters", Place::Function);
                if let Some(parameters) = &def.type_params {
                    self.visit_type_params(parameters);
                }
                let parameters: Vec<&Parameter> = def
                    .parameters
                    .iter()
                    .map(|each| each.as_parameter())
                    .collect();
                let annotations = parameters.iter().filter_map(|each| each.annotation());
                for annotation in annotations.chain(def.returns.as_deref()) {
                    self.visit_annotation(annotation);
                }
                self.open(&def.name, Place::Function);
                for parameter in parameters {
                    self.bind(&parameter.name);
                }
                self.visit_body(&def.body);
                self.close();
                self.close();
            }
            Stmt::ClassDef(class) => {
                self.bind(&class.name);
                for decorator in &class.decorator_list {
                    self.visit_decorator(decorator);
                }
                if let Some(arguments) = &class.arguments {
                    self.visit_arguments(arguments);
                }
                self.open(&class.name, Place::Class);
                self.visit_body(&class.body);
                self.close();
            }
            Stmt::Global(global) => {
                let scope = self.here();
                let names = global.names.iter().map(|name| name.to_string());
                self.scopes[scope].global.extend(names);
            }
            Stmt::Import(import) => import.names.iter().for_each(|alias| self.import("", alias)),
            Stmt::ImportFrom(import) => {
                let module = import.module.as_ref().map_or(".", |module| module.as_str());
                import
                    .names
                    .iter()
                    .for_each(|alias| self.import(module, alias));
            }
            Stmt::Assign(assign) => {
                self.note_all(&assign.targets, &assign.value);
                walk_stmt(self, statement);
            }
            _ => walk_stmt(self, statement),
        }
    }

    fn visit_parameter(&mut self, parameter: &'a Parameter) {
        self.bind(&parameter.name);
        if let Some(annotation) = &parameter.annotation {
            self.visit_annotation(annotation);
        }
    }

    fn visit_except_handler(&mut self, handler: &'a ExceptHandler) {
        let ExceptHandler::ExceptHandler(inner) = handler;
        if let Some(name) = &inner.name {
            self.bind(name);
        }
        ruff_python_ast::visitor::source_order::walk_except_handler(self, handler);
    }

    fn visit_pattern(&mut self, pattern: &'a Pattern) {
        let name = match pattern {
            Pattern::MatchAs(inner) => inner.name.as_ref(),
            Pattern::MatchStar(inner) => inner.name.as_ref(),
            Pattern::MatchMapping(inner) => inner.rest.as_ref(),
            _ => None,
        };
        if let Some(name) = name {
            self.bind(name);
        }
        ruff_python_ast::visitor::source_order::walk_pattern(self, pattern);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Name(name) if name.ctx == ExprContext::Load => {
                self.reads.push((self.here(), name.id.to_string()));
            }
            Expr::Name(name) => self.bind(&name.id),
            Expr::Named(walrus) => {
                if let Expr::Name(name) = &*walrus.target {
                    self.bind_walrus(&name.id);
                }
                self.visit_expr(&walrus.value);
            }
            Expr::Lambda(_) => {
                self.open("lambda", Place::Function);
                walk_expr(self, expr);
                self.close();
            }
            Expr::ListComp(list) => self.comprehension(&list.generators, &[&list.elt]),
            Expr::SetComp(set) => self.comprehension(&set.generators, &[&set.elt]),
            Expr::Generator(each) => self.comprehension(&each.generators, &[&each.elt]),
            Expr::DictComp(dict) => {
                let key = dict.key.iter().map(|key| &**key);
                let elements: Vec<&Expr> = key.chain([&*dict.value]).collect();
                self.comprehension(&dict.generators, &elements);
            }
            _ => walk_expr(self, expr),
        }
    }
}
