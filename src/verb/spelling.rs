//! The names of a template, as this file spells them at this place.

use ruff_python_ast::{AnyNodeRef, ExprRef};
use ruff_text_size::Ranged;

use super::header;
use super::refusal::Refusal;
use crate::bind::binding::BindingId;
use crate::bind::import::{Replaced, spell};
use crate::bind::resolve::Meaning;
use crate::matching::subject::Subject;
use crate::plan::need::Need;
use crate::python::stdlib::is_standard;
use crate::python::tree::NodeId;
use crate::recipe::template::Name;

/// The oldest Python that the parser knows: code for an older one says so.
const OLDEST: (u8, u8) = (3, 7);

/// Returns the spelling of each name; imports they ask for are added to `needs`.
pub(super) fn spell_all(
    subject: &Subject,
    node: NodeId,
    names: &[Name],
    needs: &mut Vec<Need>,
) -> Result<Vec<String>, Refusal> {
    let replaced =
        callee(subject, node).and_then(|callee| match subject.resolver.meaning(callee) {
            Meaning::Qualified(qualified) => Some((&subject.text()[callee.range()], qualified)),
            _ => None,
        });
    names
        .iter()
        .map(|name| {
            needs.extend(newer(subject, name)?);
            let replaced = replaced.as_ref().map(|(spelled, qualified)| Replaced {
                text: spelled,
                qualified,
            });
            let spelling = spell(
                subject.flow,
                node,
                &name.qualified,
                replaced,
                subject.imports,
                module_of_project(subject, &name.qualified),
            )?;
            needs.push(Need::Meant {
                qualified: name.qualified.clone(),
                spelled: spelling.text.clone(),
            });
            needs.extend(spelling.needs.map(Need::Import));
            needs.extend(spelling.keeps.map(|id| kept(subject, id)));
            Ok(spelling.text)
        })
        .collect()
}

/// Returns the module inside a package of the project that a name is of: to import the package need not load it.
fn module_of_project<'n>(subject: &Subject, qualified: &'n str) -> Option<&'n str> {
    let above = |name: &&'n str| name.rsplit_once('.').map(|(module, _)| module);
    let modules = std::iter::successors(above(&qualified), above);
    let mut inside = modules.filter(|module| module.contains('.') && !is_standard(module));
    inside.find(|module| {
        let names = subject.facts.star_names(subject.path(), module);
        names.is_some()
    })
}

fn kept(subject: &Subject, import: BindingId) -> Need {
    let alias = subject.names.binding(import).node;
    Need::Keeps {
        alias: subject.tree.range(alias).start(),
    }
}

/// Returns what a name that not every Python has needs; those of the oldest Python that is looked at need nothing.
fn newer(subject: &Subject, name: &Name) -> Result<Option<Need>, Refusal> {
    let target = subject.target.version;
    match subject.tables.since.get(&name.qualified) {
        Some(&since) if since > target => Err(Refusal::TooOld {
            name: name.qualified.clone(),
            since,
            target,
        }),
        Some(&since) if since > OLDEST => Ok(Some(Need::Python)),
        _ => Ok(None),
    }
}

/// Returns the name that a node is, or the callee of the call that it is or holds as its statement, or
/// the class of what a def is said to return.
fn callee<'a>(subject: &Subject<'a>, node: NodeId) -> Option<ExprRef<'a>> {
    match subject.tree.node(node) {
        AnyNodeRef::ExprName(name) => Some(name.into()),
        AnyNodeRef::ExprAttribute(attribute) => Some(attribute.into()),
        AnyNodeRef::ExprCall(call) => Some(ExprRef::from(&call.func)),
        // Of a header only the annotation has names that are replaced by others.
        AnyNodeRef::StmtFunctionDef(function) => match header::annotation(subject, function)? {
            ExprRef::Subscript(generic) => Some((&generic.value).into()),
            annotation => Some(annotation),
        },
        AnyNodeRef::StmtExpr(statement) => statement
            .value
            .as_call_expr()
            .map(|call| ExprRef::from(&call.func)),
        _ => None,
    }
}
