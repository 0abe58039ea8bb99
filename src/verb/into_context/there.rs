//! What other files register at what this one makes: it calls their functions where it imports those
//! files, and they no longer import it.

use std::path::Path;

use ruff_python_ast::{AnyNodeRef, ExprRef};
use ruff_text_size::TextSize;

use import::{Import, behind, modules};

use super::maker::Maker;
use super::registered::{Registered, Registry, named};
use super::unmanaged::Unmanaged;
use crate::bind::binding::{BindingId, BindingKind, ScopeId};
use crate::bind::scope::from_module;
use crate::matching::capture::Captures;
use crate::matching::elsewhere::is_call_on;
use crate::matching::prefilter::Standing;
use crate::matching::site::is_one_of;
use crate::matching::subject::Subject;
use crate::matching::taken::uses_of;
use crate::matching::unify::unify;
use crate::matching::uses::bindings_of;
use crate::plan::change::Followed;
use crate::plan::need::Need;
use crate::plan::needs::may_drop;
use crate::project::import_index::may_import;
use crate::python::cut::trailing_comment;
use crate::python::tree::NodeId;
use crate::python::trivia;
use crate::recipe::into_context::IntoContext;
use crate::recipe::pattern::Head;
use crate::verb::draft::Draft;
use crate::verb::header::remove_decorator;
use crate::verb::refusal::Refusal;

mod import;

/// A function that another file registers, as that file knows it.
struct Function {
    /// What `collect` would call the site.
    phase: String,
    name: String,
    is_async: bool,
    order: (TextSize, TextSize),
}

/// Returns what other files register, each function where this file imports its own; those files follow.
pub(super) fn registered<'a>(
    maker: &Maker<'_, 'a>,
    (verb, names): (&IntoContext, &[(String, String)]),
    own: &[Registered],
    draft: &mut Draft<'_>,
) -> Result<Vec<Registered<'a>>, Unmanaged> {
    let facts = maker.subject.facts;
    let mut all = Vec::new();
    if verb.elsewhere.is_empty() || maker.scope != ScopeId::MODULE {
        return Ok(all);
    }
    let mut taken: Vec<String> = names.iter().map(|(_, name)| name.clone()).collect();
    let mut files = Vec::new();
    for path in facts.program(maker.subject.path()) {
        let found = in_file(maker, verb, &path, (&mut taken, draft));
        let found = found.map_err(|why| Unmanaged::There {
            file: maker.subject.name_of_file(&path),
            name: maker.name.to_owned(),
            why: Box::new(why),
        })?;
        if !found.is_empty() {
            check_order(maker, own)?;
            all.extend(found);
            files.push(path);
        }
    }
    let name = maker.name.to_owned();
    let followed = (!files.is_empty()).then_some(Followed {
        name,
        files,
        relatives: Vec::new(),
    });
    draft.followed.extend(followed);
    Ok(all)
}

/// Checks that all that the file itself registers comes before what others do, whichever is imported first.
fn check_order(maker: &Maker, own: &[Registered]) -> Result<(), Unmanaged> {
    let tree = maker.subject.tree;
    let is_import = |id: &NodeId| {
        let node = tree.node(*id);
        node.is_stmt_import() || node.is_stmt_import_from()
    };
    let first = behind(maker).iter().copied().find(is_import);
    let first = first.map(|id| tree.range(id).start());
    let late = own
        .iter()
        .find(|it| first.is_some_and(|first| it.order.0 > first));
    late.map_or(Ok(()), |it| {
        Err(Unmanaged::OrderOpen {
            line: maker.subject.statement_line(it.statement).into_owned(),
        })
    })
}

fn in_file<'a>(
    maker: &Maker<'_, 'a>,
    verb: &IntoContext,
    path: &Path,
    (taken, draft): (&mut Vec<String>, &mut Draft<'_>),
) -> Result<Vec<Registered<'a>>, Unmanaged> {
    let subject = maker.subject;
    let patterns = verb
        .elsewhere
        .iter()
        .flat_map(|(_, patterns)| patterns.iter());
    let source = subject.facts.source(path);
    let Some(source) = source.filter(|it| Standing::new(it.text()).has_any(patterns)) else {
        return Ok(Vec::new());
    };
    let read = |other: &Subject| functions_of(maker, verb, other);
    let functions = subject.of_source(&source, read).unwrap_or(Ok(Vec::new()))?;
    let Some(first) = functions.first() else {
        return Ok(Vec::new());
    };
    let import = Import::of(maker, path, &first.name);
    let import = import.ok_or_else(|| Unmanaged::NotImported {
        name: maker.name.to_owned(),
    })?;
    import.registered(maker, functions, taken, draft)
}

/// Reads what a file registers at what is made; then it does nothing else with it, and does not need its
/// file.
fn functions_of(
    maker: &Maker,
    verb: &IntoContext,
    other: &Subject,
) -> Result<Vec<Function>, Unmanaged> {
    let facts = other.facts;
    let home = facts.name_in_project(maker.subject.path());
    let uses: Vec<NodeId> = uses_of(other, &home, maker.name).collect();
    let (mut calls, mut others) = (Vec::new(), Vec::new());
    for used in &uses {
        match Call::on(other, verb, *used) {
            Some(call) => calls.push(call),
            None => others.push(used),
        }
    }
    let mut others = others.into_iter();
    if let Some(used) = others.find(|it| !calls.is_empty() || may_register(other, verb, **it)) {
        let line = other.statement_line(*used).into_owned();
        return Err(Unmanaged::DoesMore { line });
    }
    if calls.is_empty() {
        return Ok(Vec::new());
    }
    check_goes(other, &imports_of(other, &home), &uses)?;
    if facts.leads_round_to(other.path(), maker.subject.path()) {
        return Err(Unmanaged::LeadsRound);
    }
    let registry = Registry::of_calls(other, calls.iter().map(|call| call.node));
    let functions = calls.iter().map(|call| call.function(&registry));
    let mut functions: Vec<Function> = functions.collect::<Result<_, _>>()?;
    functions.sort_by_key(|function| function.order);
    Ok(functions)
}

/// Returns whether the use is one of what registers, in a way that no pattern says.
fn may_register(other: &Subject, verb: &IntoContext, used: NodeId) -> bool {
    let patterns = verb
        .elsewhere
        .iter()
        .flat_map(|(_, patterns)| patterns.iter());
    let heads: Vec<Head> = patterns.flat_map(|it| it.pattern.heads()).collect();
    let is_it = |id: NodeId| match other.tree.node(id) {
        AnyNodeRef::ExprAttribute(it) => heads.contains(&Head::Call(it.attr.as_str())),
        _ => false,
    };
    let mut around = other.tree.ancestors(used);
    let mut around = around
        .by_ref()
        .take_while(|id| other.tree.node(*id).is_expr_attribute());
    around.any(is_it)
}

/// The imports of a file that may mean another one, or names of it.
fn imports_of(other: &Subject, home: &Path) -> Vec<BindingId> {
    let own = other.facts.name_in_project(other.path());
    let all = other.names.bindings().filter(|(_, binding)| {
        let star = match binding.kind {
            BindingKind::StarImport { import } => Some(from_module(import)),
            _ => None,
        };
        let named = modules(binding).map(|(module, _)| module);
        star.into_iter()
            .chain(named)
            .any(|it| may_import(&own, home, &it))
    });
    all.map(|(id, _)| id).collect()
}

/// Checks that the `uses` need the imports of a file, and nothing else does.
fn check_goes(subject: &Subject, imports: &[BindingId], uses: &[NodeId]) -> Result<(), Unmanaged> {
    let tree = subject.tree;
    let is_use = |node: NodeId| tree.with_ancestors(node).any(|id| uses.contains(&id));
    let used = uses.iter().flat_map(|used| root_bindings(subject, *used));
    let used: Vec<BindingId> = used.collect();
    let stays = |id: &&BindingId| {
        let statement = subject.names.binding(**id).statement;
        let range = tree.range(statement);
        // An import with a comment stays, and so does one that may fail.
        let is_plain = tree.parent(statement) == NodeId::ROOT
            && trailing_comment(subject.text(), range.end()).is_none()
            && !subject.text()[range].contains('#');
        let is_star = subject.names.star_imports().contains(id);
        let name = subject.names.binding(**id).name;
        let is_named = || subject.facts.spelled_in(subject.path(), name).is_some();
        is_star
            || !used.contains(id)
            || !is_plain
            || is_named()
            || !may_drop(subject, **id, &is_use)
    };
    match imports.iter().find(stays) {
        Some(id) => Err(Unmanaged::NeedsImport {
            line: subject
                .statement_line(subject.names.binding(*id).node)
                .into_owned(),
        }),
        None => Ok(()),
    }
}

/// A call that registers.
struct Call<'a> {
    node: NodeId,
    phase: String,
    named: Option<ExprRef<'a>>,
}

impl<'a> Call<'a> {
    /// The call on a use of what is made; `None`: something else is done with it.
    fn on(other: &Subject<'a>, verb: &IntoContext, used: NodeId) -> Option<Self> {
        let mut around = other.tree.ancestors(used);
        let node = around.find(|id| !other.tree.node(*id).is_expr_attribute())?;
        let none = Captures::default();
        let all = verb.elsewhere.iter();
        let mut all = all.flat_map(|(phase, patterns)| patterns.iter().map(move |it| (phase, it)));
        all.find_map(|(phase, pattern)| {
            let call = other.tree.node(node);
            let fits = is_call_on(other, node, &[used])
                && is_one_of(std::slice::from_ref(pattern), call, other);
            let fit = fits.then(|| unify(&pattern.pattern, call, &none, other))??;
            Some(Self {
                node,
                phase: phase.clone(),
                named: named([pattern], &fit.captures, verb),
            })
        })
    }

    fn function(&self, registry: &Registry<'_, 'a>) -> Result<Function, Unmanaged> {
        let subject = registry.subject;
        let found = registry.at(&self.phase, self.node, self.named)?;
        let statement = subject.tree.parent(found.statement);
        if statement != NodeId::ROOT {
            let line = subject.statement_line(self.node).into_owned();
            return Err(Unmanaged::Form { line });
        }
        let names = subject.names.bindings_of(ScopeId::MODULE, &found.callee);
        let is_def = found.def.is_some_and(|def| {
            let def = subject.tree.id(def);
            subject.tree.parent(def) == NodeId::ROOT
                && matches!(names, [only] if Some(*only) == subject.names.binding_at(def))
        });
        let name = found.callee;
        match is_def {
            true => Ok(Function {
                phase: found.name,
                name,
                is_async: found.is_async,
                order: found.order,
            }),
            false => Err(Unmanaged::NoFunction { function: name }),
        }
    }
}

/// Takes away what a file registers at what another one makes, and the import of that.
pub(in crate::verb) fn leave(
    subject: &Subject,
    verb: &IntoContext,
    uses: &[NodeId],
    draft: &mut Draft<'_>,
) -> Result<Vec<NodeId>, Refusal> {
    let tree = subject.tree;
    let mut imports: Vec<BindingId> = Vec::new();
    let mut places = Vec::new();
    for used in uses {
        let call = Call::on(subject, verb, *used).ok_or_else(|| Unmanaged::DoesMore {
            line: subject.statement_line(*used).into_owned(),
        })?;
        let around = tree.parent(call.node);
        let range = tree.range(around);
        if tree.node(around).is_decorator() {
            remove_decorator(subject, range, draft);
        } else if trivia::comments_in(subject.module, range).next().is_some() {
            let line = subject.statement_line(around).into_owned();
            return Err(Unmanaged::Form { line }.into());
        } else {
            draft.needs.push(Need::Remove { statement: range });
        }
        imports.extend(root_bindings(subject, *used));
        places.push(call.node);
    }
    imports.sort_unstable();
    imports.dedup();
    check_goes(subject, &imports, uses)?;
    for id in imports {
        let alias = tree.range(subject.names.binding(id).node).start();
        draft.needs.push(Need::DropImport { alias });
    }
    Ok(places)
}

/// What the name that a path begins with is bound by.
fn root_bindings(subject: &Subject, path: NodeId) -> Vec<BindingId> {
    let mut path = subject.tree.node(path).as_expr_ref();
    while let Some(ExprRef::Attribute(attribute)) = path {
        path = Some((&attribute.value).into());
    }
    path.map_or_else(Vec::new, |root| bindings_of(subject, root))
}
