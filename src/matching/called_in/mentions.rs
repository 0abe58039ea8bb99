//! Where a file has a function's name: calls, and what else may use the function.

use ruff_python_ast::{AnyNodeRef, ExprRef};
use rustc_hash::FxHashMap;

use super::{Asks, Mention};
use crate::bind::resolve::Meaning;
use crate::bind::scope::{BindingKind, ScopeId};
use crate::matching::answers::code::NamedFunction;
use crate::matching::attribute::paths;
use crate::matching::subject::Subject;
use crate::matching::used::named_as;
use crate::project::definition::Definition;
use crate::project::gift::Callee;
use crate::project::is_of_python;
use crate::project::read_off::NamedAt;
use crate::python::tree::NodeId;

/// The parts of `package.object.attribute.method` below an object of a library, which may be one of the project's.
const MIN_PARTS_BELOW: usize = 4;

/// Returns all of them.
pub(super) fn mentions(asks: &Asks, name: &str, subject: &Subject) -> Vec<NamedAt> {
    let named = named_as(name, subject);
    let named = named.iter().filter_map(|it| named_at(asks, it, subject));
    let mut all: Vec<NamedAt> = named.collect();
    all.extend(imported_otherwise(name, subject));
    let is_text = |id: &&NodeId| !subject.tree.parent_node(**id).is_stmt_expr();
    let texts = paths(subject, name).iter().filter(is_text);
    all.extend(texts.map(|_| any_use(name)));
    let words = subject.words().get(name).into_iter().flatten();
    all.extend(words.filter_map(|id| hidden(name, *id, subject)));
    all
}

fn named_at(asks: &Asks, named: &NamedFunction, subject: &Subject) -> Option<NamedAt> {
    let mention = match named {
        NamedFunction::Code(id, _) => (asks.of_use)(*id, subject),
        _ => Mention::Unseen,
    };
    let by = match mention {
        Mention::Ignored => return None,
        Mention::Unseen => None,
        Mention::By(by) => Some(by),
    };
    let mut callees = named.callees().to_vec();
    // A class that does not have the method itself is mixed with one that does.
    if let Some(first) = callees
        .first()
        .filter(|_| callees.iter().all(|it| it.is_below))
    {
        callees.push(any_of(&first.name));
    }
    Some(NamedAt {
        callees,
        module: None,
        by,
    })
}

/// Any function of the name.
fn any_of(name: &str) -> Callee {
    Callee {
        of: None,
        is_below: false,
        name: name.to_owned(),
    }
}

fn any_use(name: &str) -> NamedAt {
    NamedAt {
        callees: vec![any_of(name)],
        module: None,
        by: None,
    }
}

/// Others may use it under another name, or as what a package offers; or the file has the name by two imports.
fn imported_otherwise(name: &str, subject: &Subject) -> Option<NamedAt> {
    let is_package = subject
        .path()
        .file_stem()
        .is_some_and(|it| it == "__init__");
    let mut n_imports: FxHashMap<&str, usize> = FxHashMap::default();
    let mut imports = subject.names.imports();
    let found = imports.any(|(_, binding)| match binding.kind {
        BindingKind::FromImport { member, .. } if member == name => {
            let n_before = n_imports.entry(binding.name).or_default();
            *n_before += 1;
            let is_of_module = binding.scope == ScopeId::MODULE;
            *n_before > 1 || is_of_module && (is_package || binding.name != member)
        }
        _ => false,
    });
    found.then(|| any_use(name))
}

/// Code that may mean it although nothing of the project is seen to.
fn hidden(name: &str, id: NodeId, subject: &Subject) -> Option<NamedAt> {
    let named: ExprRef = match subject.tree.node(id) {
        AnyNodeRef::ExprName(it) if it.ctx.is_load() && it.id.as_str() == name => it.into(),
        AnyNodeRef::ExprAttribute(it) if it.ctx.is_load() && it.attr.as_str() == name => it.into(),
        _ => return None,
    };
    let Meaning::Qualified(qualified) = subject.resolver.meaning(named) else {
        return None;
    };
    let is_outside = matches!(subject.definition(&qualified), Definition::Outside(_));
    if !is_outside || is_of_python(&qualified) {
        return None;
    }
    let parts: Vec<&str> = qualified.split('.').collect();
    if named.is_attribute_expr() && parts.len() >= MIN_PARTS_BELOW {
        return Some(any_use(name));
    }
    let [.., module, _] = parts[..] else {
        return None;
    };
    Some(NamedAt {
        callees: Vec::new(),
        module: Some(module.to_owned()),
        by: None,
    })
}
