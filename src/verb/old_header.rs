//! `add` with `at: old-header`: a def that gets another name → behind it one with the header that it had, for those who
//! call it by that.

use std::path::Path;

use ruff_python_ast::token::TokenKind;
use ruff_python_ast::{AnyNodeRef, StmtFunctionDef};
use ruff_text_size::{Ranged, TextRange};

use super::add::{behind, written};
use super::draft::Draft;
use super::layout::Layout;
use super::refusal::Refusal;
use crate::bind::resolve::Meaning;
use crate::bind::scope::ScopeId;
use crate::matching::Match;
use crate::matching::family::relatives;
use crate::matching::forwards::forwarded;
use crate::matching::place::is_docstring;
use crate::matching::subject::Subject;
use crate::project::definition::Definition;
use crate::python::tree::NodeId;
use crate::python::trivia;
use crate::recipe::template::Template;
use crate::recipe::{PARAMETERS, Verb};
use crate::text::blank::{indentation, is_blank, line_start};

/// Writes the def; `names` are those that the change was given.
pub(super) fn write<'a>(
    subject: &Subject<'a>,
    found: &Match<'_, 'a>,
    text: &Template,
    names: &[(String, String)],
    draft: &mut Draft,
) -> Result<(), Refusal> {
    let AnyNodeRef::StmtFunctionDef(def) = subject.tree.node(found.node) else {
        return Err(Refusal::NotFollowed);
    };
    let (mut names, object) = (names.to_vec(), object(subject, def)?);
    let is_new = |name: &str| match &found.rule.verb {
        Some(Verb::Rewrite(header)) => header.names_its_def(name),
        _ => false,
    };
    for (_, name) in names.iter_mut().filter(|(name, _)| is_new(name)) {
        check(subject, def, name)?;
        *name = format!("{}{name}", object.prefix);
    }
    let given = forwarded(&def.parameters, object.is_given).join(", ");
    names.push((PARAMETERS.to_owned(), given));
    let template = text.with_names(&names);
    let place = place(subject, def, &template);
    let (body, longer) = written(subject, found, (place, &template), &names, draft)?;
    if !longer.is_empty() {
        return Err(Refusal::NotBefore);
    }
    let code = headed(subject, def, &body).ok_or(Refusal::NotBefore)?;
    draft.edits.push(behind(subject, found.node, &code));
    Ok(())
}

/// Where the names of the body are looked up: a function sees what the module binds below it, too, but not what only
/// the old body binds.
fn place(subject: &Subject, def: &StmtFunctionDef, template: &Template) -> NodeId {
    let id = subject.tree.id(def);
    let scope = subject.names.scope_opened_by(id);
    let is_local = template.names.iter().any(|name| {
        let first = name.qualified.split('.').next().unwrap_or_default();
        scope.is_none_or(|it| !subject.names.bindings_of(it, first).is_empty())
    });
    match is_local {
        true => id,
        false => subject.tree.id(&def.body[0]),
    }
}

/// How a def names another one of its scope.
struct PassedObject {
    prefix: String,
    /// Whether the first parameter is that object.
    is_given: bool,
}

fn object<'a>(subject: &Subject<'a>, def: &'a StmtFunctionDef) -> Result<PassedObject, Refusal> {
    let id = subject.tree.id(def);
    let class = match subject.tree.parent_node(id) {
        AnyNodeRef::StmtClassDef(class) => class,
        _ if subject.context.is_method(id) => {
            let why = format!("`{}` is a method only under a condition", def.name);
            return Err(Refusal::Left(why));
        }
        _ => {
            return Ok(PassedObject {
                prefix: String::new(),
                is_given: false,
            });
        }
    };
    let is_static = subject.resolver.is_static(def);
    let is_nested = subject.names.scope_of(subject.tree.id(class)) != ScopeId::MODULE;
    let mut places = def
        .parameters
        .posonlyargs
        .iter()
        .chain(&def.parameters.args);
    let owner = match (is_static, places.next()) {
        (true, _) if !is_nested => Some(class.name.as_str()),
        (false, Some(first)) => Some(first.name().as_str()),
        _ => None,
    };
    let owner = owner.ok_or_else(|| Refusal::Left(format!("`{}` has no object", def.name)))?;
    Ok(PassedObject {
        prefix: format!("{owner}."),
        is_given: !is_static,
    })
}

/// Checks that a def may have two forms, one of them with a new name.
fn check<'a>(subject: &Subject<'a>, def: &'a StmtFunctionDef, new: &str) -> Result<(), Refusal> {
    let (id, name) = (subject.tree.id(def), &def.name);
    let scope = subject.names.scope_of(id);
    if subject.names.bindings_of(scope, name).len() > 1 {
        return Err(Refusal::Left(format!("`{name}` is bound more than once")));
    }
    let header = TextRange::new(
        subject.tree.range(id).start(),
        subject.tree.range(subject.tree.id(&def.body[0])).start(),
    );
    let mut comments = trivia::comments_in(subject.module, header);
    if let Some(comment) = comments.find(|it| trivia::is_for_tools(&subject.text()[*it])) {
        let comment = &subject.text()[comment];
        return Err(Refusal::Left(format!(
            "the comment `{comment}` applies to one header only"
        )));
    }
    if let Some(call) = call_in_header(subject, def) {
        let call = subject.first_line(subject.tree.range(call));
        return Err(Refusal::Left(format!(
            "its header would run `{call}` twice"
        )));
    }
    let may_be_it = |it| is_named(subject, it, name) && !is_defined_elsewhere(subject, it);
    if subject.tree.descendants(id).any(may_be_it) {
        return Err(Refusal::Left(format!("`{name}` may call itself")));
    }
    match subject.context.is_method(id) {
        true => check_method(subject, def, new),
        false => Ok(()),
    }
}

/// Checks that a method may have two forms: its class and others have nothing else of either name.
fn check_method<'a>(
    subject: &Subject<'a>,
    def: &'a StmtFunctionDef,
    new: &str,
) -> Result<(), Refusal> {
    let is_used = || subject.tree.ids().any(|id| is_named(subject, id, new));
    if subject.facts.defines(subject.path(), new) || is_used() {
        return Err(Refusal::Left(format!("the project has another `{new}`")));
    }
    let relatives = relatives(subject, def).map_err(Refusal::Left)?;
    let other = relatives.first().map(Refusal::also_changes);
    other.map_or(Ok(()), Err)
}

fn is_named(subject: &Subject, id: NodeId, name: &str) -> bool {
    match subject.tree.node(id) {
        AnyNodeRef::ExprName(it) => it.id == name,
        AnyNodeRef::ExprAttribute(it) => it.attr.as_str() == name,
        _ => false,
    }
}

/// Its name is that of a function of another file, or of no file of the project.
fn is_defined_elsewhere(subject: &Subject, id: NodeId) -> bool {
    let expression = subject.tree.node(id).as_expr_ref();
    let meaning = expression.map(|it| subject.resolver.meaning(it));
    let Some(Meaning::Qualified(qualified)) = meaning else {
        return false;
    };
    match subject.definition(&qualified) {
        Definition::Outside(_) => true,
        Definition::Function { path, .. } => {
            let name = |path: &Path| subject.facts.name_in_project(path);
            name(&path) != name(subject.path())
        }
        _ => false,
    }
}

/// A call that runs while the def is defined.
fn call_in_header(subject: &Subject, def: &StmtFunctionDef) -> Option<NodeId> {
    let tree = subject.tree;
    let signature = TextRange::new(def.parameters.start(), def.body[0].start());
    let mut nodes = tree.descendants(tree.id(def));
    nodes.find(|id| tree.node(*id).is_expr_call() && signature.contains_range(tree.range(*id)))
}

/// Code of the file without its comments, and the lines that have nothing else.
fn without_comments(subject: &Subject, code: TextRange) -> String {
    let text = subject.text();
    let (mut kept, mut from) = (String::new(), code.start());
    for comment in trivia::comments_in(subject.module, code) {
        kept.push_str(text[TextRange::new(from, comment.start())].trim_end());
        from = comment.end();
    }
    kept + &text[TextRange::new(from, code.end())]
}

/// The header of a def, its docstring, and a body.
fn headed(subject: &Subject, def: &StmtFunctionDef, body: &str) -> Option<String> {
    let text = subject.text();
    let first = def.body.first()?;
    let start = subject.tree.range(subject.tree.id(def)).start();
    let signature = def
        .returns
        .as_ref()
        .map_or(def.parameters.end(), |it| it.end());
    let rest = TextRange::new(signature, first.start());
    let mut tokens = subject.module.tokens_within(rest);
    let colon = tokens.find(|it| it.kind() == TokenKind::Colon)?;
    let header = without_comments(subject, TextRange::new(start, colon.end()));
    let layout = Layout::at(subject, start);
    let (base, unit, line_break) = (layout.base, layout.unit, layout.line_break);
    let line = line_start(text, first.start());
    let inner = match is_blank(&text[TextRange::new(line, first.start())]) {
        true => indentation(text, first.start()).to_owned(),
        false => format!("{base}{unit}"),
    };
    let documentation = match first {
        first if is_docstring(first) => {
            format!("{line_break}{inner}{}", &text[first.range()])
        }
        _ => String::new(),
    };
    let body = body.replace('\n', &format!("{line_break}{inner}"));
    Some(format!(
        "{base}{header}{documentation}{line_break}{inner}{body}"
    ))
}
