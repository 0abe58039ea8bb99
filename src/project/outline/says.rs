//! What a module says of attributes and variables, for other files.

use std::collections::{BTreeMap, BTreeSet};

use ruff_python_ast::StmtClassDef;

use super::Reader;
use crate::bind::scope::{Binding, ScopeId};
use crate::bind::typed::{Referent, Sourced, Type};
use crate::python::stdlib;

impl<'a> Reader<'_, 'a> {
    /// Returns what a class says of attributes of its objects.
    pub(super) fn says(
        &self,
        class: &'a StmtClassDef,
        set: &BTreeSet<String>,
    ) -> BTreeMap<String, Sourced<'static>> {
        let annotated = class.body.iter().filter_map(|it| it.as_ann_assign_stmt());
        let annotated = annotated.filter_map(|it| it.target.as_name_expr());
        let properties = class.body.iter().filter_map(|it| it.as_function_def_stmt());
        let properties = properties.filter(|def| {
            let decorators = self.resolver.decorators(def).unwrap_or_default();
            decorators.iter().any(|it| stdlib::gives_property(it))
        });
        let names = set.iter().map(String::as_str);
        let names = names.chain(annotated.map(|it| it.id.as_str()));
        let names = names.chain(properties.map(|def| def.name.as_str()));
        let said = names.map(|name| {
            let found = self.resolver.attribute_of(class, name);
            let said = Sourced {
                of: self.portable(&found.of),
                is_declared: found.is_declared,
                is_bound: found.is_bound,
            };
            (name.to_owned(), said)
        });
        said.filter(|(_, it)| it.is_bound).collect()
    }

    /// Returns what a variable holds.
    pub(super) fn held(&self, binding: &Binding<'a>) -> Type<'a> {
        self.resolver
            .type_bound(self.names.bindings_of(binding.scope, binding.name))
    }

    /// Returns a type with names that other files find.
    pub(in crate::project) fn portable(&self, of: &Type<'a>) -> Type<'static> {
        let at_top = |id, name: &str| {
            let is_top = self.names.scope_of(id) == ScopeId::MODULE;
            is_top.then(|| Referent::Here(format!("{}{name}", self.own)))
        };
        let rename = |name: &Referent<'a>| match name {
            Referent::Class(class) => at_top(self.tree.id(*class), class.name.as_str()),
            Referent::Def(def) => at_top(self.tree.id(*def), def.name.as_str()),
            Referent::Here(name) => Some(Referent::Here(name.clone())),
            Referent::There(..) => None,
        };
        of.renamed(&rename, &Type::Own)
    }
}
