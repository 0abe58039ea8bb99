//! Names of a file under which something of another name is called.

use ruff_python_ast::{AnyNodeRef, ExprRef};

use crate::bind::scope::{BindingKind, ScopeId};
use crate::matching::subject::Subject;

/// Lists names with those under which they are called, too: what the file imports as something else, derives
/// from or assigns.
pub(super) fn also(subject: &Subject) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (_, binding) in subject.names.bindings() {
        let other = || binding.name.to_owned();
        match binding.kind {
            BindingKind::FromImport { member, .. } if member != binding.name => {
                found.push((member.to_owned(), other()));
            }
            BindingKind::Assignment { value, .. } if binding.scope == ScopeId::MODULE => {
                let value = subject.tree.node(value).as_expr_ref();
                let name = value.and_then(last_name);
                found.extend(name.map(|name| (name.to_owned(), other())));
            }
            BindingKind::Class => {
                let AnyNodeRef::StmtClassDef(class) = subject.tree.node(binding.node) else {
                    continue;
                };
                let bases = class.bases().iter();
                let names = bases.filter_map(|it| last_name(it.into()));
                found.extend(names.map(|name| (name.to_owned(), other())));
            }
            _ => {}
        }
    }
    found
}

fn last_name(expression: ExprRef<'_>) -> Option<&str> {
    match expression {
        ExprRef::Name(name) => Some(name.id.as_str()),
        ExprRef::Attribute(attribute) => Some(attribute.attr.as_str()),
        ExprRef::Subscript(generic) => last_name((&generic.value).into()),
        _ => None,
    }
}
