//! The follow-up `follow-value`: what the rewritten value is used for afterwards.
//!
//! Followed is the name that the value gets: by assignment, or behind the `as` of the `with` that it
//! is an item of. Of a def whose header is rewritten it is the def's own, in other files too: what
//! these do with it may stay, or they change with it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use ruff_python_ast::{AnyNodeRef, Expr, StmtFunctionDef};

use super::callers;
use super::draft::{Draft, Sites};
use super::place::Place;
use super::refusal::Refusal;
use super::rewrite::rewrite;
use super::way::{first_fit, make_way, may_take};
use crate::bind::binding::{Binding, BindingId};
use crate::bind::scope::ScopeId;
use crate::matching::Match;
use crate::matching::capture::Captures;
use crate::matching::subject::Subject;
use crate::matching::taken::{Taken, any_use};
use crate::plan::change::Followed;
use crate::python::tree::NodeId;
use crate::python::trivia;
use crate::recipe::Rule;
use crate::recipe::follow_up::FollowValue;
use crate::recipe::pattern::Root;
use crate::recipe::template::Template;
use crate::semantic::Model;

/// Rewrites the uses of the value of a match; returns where they stand.
pub(super) fn follow<'a>(
    subject: &Subject<'a>,
    found: &Match<'_, 'a>,
    draft: &mut Draft<'_>,
) -> Result<Vec<NodeId>, Refusal> {
    let Some(follow) = &found.rule.follow_value else {
        return Ok(Vec::new());
    };
    let at = At {
        rule: found.rule,
        follow,
        captures: &found.captures,
        node: found.node,
    };
    match follow.takes_callers && is_def(subject, found.node) {
        true => callers::follow_all(subject, at, draft),
        false => at.follow(subject, draft),
    }
}

/// A value whose uses a rule follows.
#[derive(Clone, Copy)]
pub(super) struct At<'f, 'r, 'a> {
    pub(super) rule: &'r Rule,
    pub(super) follow: &'r FollowValue,
    pub(super) captures: &'f Captures<'r, 'a>,
    /// What gives it: a site of the rule, or a def that changes as one does.
    pub(super) node: NodeId,
}

impl<'a> At<'_, '_, 'a> {
    /// Rewrites the uses; returns where they stand.
    pub(super) fn follow(
        self,
        subject: &Subject<'a>,
        draft: &mut Draft<'_>,
    ) -> Result<Vec<NodeId>, Refusal> {
        let is_alone = self.follow.keeps_others && !self.follow.takes_callers;
        match !is_alone && is_def(subject, self.node) {
            true => callers::follow_def(subject, self, draft),
            false => self.follow_uses(subject, draft),
        }
    }

    /// The same for anything but a method.
    pub(super) fn follow_uses(
        self,
        subject: &Subject<'a>,
        draft: &mut Draft<'_>,
    ) -> Result<Vec<NodeId>, Refusal> {
        let (found, follow) = (self, self.follow);
        if !follow.keeps_others {
            let parent = subject.tree.parent(found.node);
            if subject.tree.node(parent).is_stmt_ann_assign() {
                // The annotation names what the value was.
                return Err(other_use(subject, parent));
            }
            let followed = followed(subject, self, draft)?;
            draft.followed.extend(followed);
        }
        let value = match name_of(subject, found.node) {
            Given::Nothing => return Ok(Vec::new()),
            Given::Name(binding) => unmentioned(subject, binding, follow)?,
            Given::Elsewhere if !follow.keeps_others && is_def(subject, found.node) => {
                return Err(Refusal::NotFollowed);
            }
            Given::Elsewhere => {
                self.follow_use(subject, found.node, true, draft)?;
                return Ok(vec![found.node]);
            }
        };
        let uses = subject.flow.uses(value);
        for name in &uses {
            let reaching = subject.flow.reaching(*name);
            let is_only = reaching.only() == Some(value);
            self.follow_use(subject, *name, is_only, draft)?;
        }
        Ok(uses)
    }

    /// Rewrites what a use of the value stands in.
    pub(super) fn follow_use(
        self,
        subject: &Subject<'a>,
        used: NodeId,
        is_only: bool,
        draft: &mut Draft<'_>,
    ) -> Result<(), Refusal> {
        let done = self.follow_one(subject, used, is_only, draft);
        match done {
            Err(why) if self.follow.takes_callers => draft.stops.note(subject, used, why),
            done => done,
        }
    }

    fn follow_one(
        self,
        subject: &Subject<'a>,
        used: NodeId,
        is_only: bool,
        draft: &mut Draft<'_>,
    ) -> Result<(), Refusal> {
        let (follow, is_named) = (self.follow, used != self.node);
        match first_fit(subject, self.captures, (self.rule, follow), used) {
            Some((_, _, None)) if is_only => Ok(()),
            Some((id, fit, Some(template)))
                if is_only && may_take(subject, follow, id, template) =>
            {
                make_way(subject, (self.rule, follow), (id, template), draft)?;
                let captured = fit.captures.ranges().collect();
                draft.rewritten.push((fit.range, captured));
                let place = Place::of_fit(id, &fit);
                match is_named {
                    true => around_name(subject, place, template, &fit.captures, draft),
                    // The site brings its own parentheses.
                    false => around_site(subject, place, template, &fit.captures, draft),
                }
            }
            _ if follow.keeps_others => Ok(()),
            _ => Err(other_use(subject, used)),
        }
    }
}

/// Checks that nothing uses a name unseen, where that must change too.
fn unmentioned(
    subject: &Subject,
    binding: BindingId,
    follow: &FollowValue,
) -> Result<BindingId, Refusal> {
    let Binding { name, scope, .. } = subject.names.binding(binding);
    let is_hidden = *scope == ScopeId::MODULE && subject.is_mentioned(name);
    match is_hidden && !follow.keeps_others {
        true => Err(Refusal::Mentioned {
            name: (*name).to_owned(),
        }),
        false => Ok(binding),
    }
}

/// Writes a template over what a use of the name stands in.
fn around_name<'a>(
    subject: &Subject<'a>,
    place: Place,
    template: &Template,
    captures: &Captures<'_, 'a>,
    draft: &mut Draft<'_>,
) -> Result<(), Refusal> {
    let place = without_brackets(subject, place, template);
    rewrite(subject, place, template, captures, draft)
}

/// Writes a template around the site itself.
fn around_site<'a>(
    subject: &Subject<'a>,
    place: Place,
    template: &Template,
    captures: &Captures<'_, 'a>,
    draft: &mut Draft<'_>,
) -> Result<(), Refusal> {
    let none = Sites::default();
    let mut inner = Draft::new(&none);
    rewrite(subject, place, template, captures, &mut inner)?;
    draft.take(inner);
    Ok(())
}

/// The place with the parentheses on its line that an `await` needed and a call does not.
fn without_brackets<'p>(subject: &Subject, place: Place<'p>, template: &Template) -> Place<'p> {
    let Model { module, tree, .. } = subject.model;
    let is_call = matches!(&template.root, Root::Expression(root) if root.is_call_expr());
    let needed = matches!(
        tree.parent_node(place.node),
        AnyNodeRef::ExprAttribute(_) | AnyNodeRef::ExprSubscript(_) | AnyNodeRef::ExprCall(_)
    );
    let brackets = trivia::parenthesized(module, tree, place.node);
    match brackets.filter(|_| is_call && needed && tree.node(place.node).is_expr_await()) {
        Some(range) if !subject.text()[range].contains(['\n', '\r']) => Place { range, ..place },
        _ => place,
    }
}

/// What gets the value.
enum Given {
    /// Nobody can ask for it.
    Nothing,
    /// One name.
    Name(BindingId),
    /// An attribute, an argument, several names …
    Elsewhere,
}

/// A def, where uses of it in other files change with it; what those do with it else must be allowed to
/// stay.
fn followed(subject: &Subject, at: At, draft: &mut Draft<'_>) -> Result<Option<Followed>, Refusal> {
    let AnyNodeRef::StmtFunctionDef(def) = subject.tree.node(at.node) else {
        return Ok(None);
    };
    if let Some(why) = replaced(subject, subject.path(), def, &def.name) {
        return Err(why);
    }
    let mut refusal = None;
    let mut files: BTreeSet<PathBuf> = BTreeSet::new();
    any_use(subject, &def.name, &mut |path, taken| {
        match changes_there(subject, def, (at.rule, path), taken, draft) {
            Ok(true) => drop(files.insert(path.to_owned())),
            Ok(false) => {}
            Err(why) => refusal = Some(why),
        }
        refusal.is_some()
    });
    let name = def.name.to_string();
    let files: Vec<PathBuf> = files.into_iter().collect();
    let followed = (!files.is_empty()).then_some(Followed {
        name,
        files,
        relatives: Vec::new(),
    });
    refusal.map_or(Ok(followed), Err)
}

/// Returns whether a use of the def in another file changes with it.
fn changes_there(
    subject: &Subject,
    def: &StmtFunctionDef,
    (rule, path): (&Rule, &Path),
    taken: Taken,
    draft: &mut Draft<'_>,
) -> Result<bool, Refusal> {
    let file = || subject.name_of_file(path);
    if let Some(why) = replaced(subject, path, def, &def.name) {
        return Err(why);
    }
    let Taken::Use(other, id) = taken else {
        return Err(Refusal::MayBeUsedIn { file: file() });
    };
    if let AnyNodeRef::ExprName(used) = other.tree.node(id)
        && used.id != def.name.id
        && let Some(why) = replaced(subject, path, def, &used.id)
    {
        return Err(why);
    }
    if callers::is_defined_again(subject, subject.tree.id(def)) {
        let name = def.name.to_string();
        return Err(Refusal::SeveralDefs { name, file: file() });
    }
    callers::changes_elsewhere(other, rule, id, draft)
}

/// A test that puts a double in the place of a def expects what callers did with it. A string stands for
/// the def where nobody sees it, unless a decorator registers it under that name. A file may import it
/// under a `name` of its own.
pub(super) fn replaced(
    subject: &Subject,
    path: &Path,
    def: &StmtFunctionDef,
    name: &str,
) -> Option<Refusal> {
    let (facts, shown) = (subject.facts, |file: PathBuf| file.display().to_string());
    let replaced = facts.patched_in(path, name).map(shown);
    let replaced = replaced.map(|file| Refusal::ReplacedIn { file });
    replaced.or_else(|| {
        let spelled = facts.spelled_in(path, name).map(shown);
        let file = spelled.filter(|_| def.decorator_list.is_empty())?;
        Some(Refusal::SpelledIn { file })
    })
}

/// Rewrites what stands around a use of a def that another file has; `None`: it stays.
pub(super) fn follow_there<'a>(
    other: &Subject<'a>,
    rule: &Rule,
    used: NodeId,
    draft: &mut Draft<'_>,
) -> Result<Option<NodeId>, Refusal> {
    let Some(follow) = &rule.follow_value else {
        return Ok(None);
    };
    match first_fit(other, &Captures::default(), (rule, follow), used) {
        Some((_, _, None)) => Ok(None),
        Some((id, fit, Some(template))) if may_take(other, follow, id, template) => {
            make_way(other, (rule, follow), (id, template), draft)?;
            let place = Place::of_fit(id, &fit);
            around_name(other, place, template, &fit.captures, draft)?;
            Ok(Some(id))
        }
        _ => Err(other_use(other, used)),
    }
}

fn is_def(subject: &Subject, node: NodeId) -> bool {
    subject.tree.node(node).is_stmt_function_def()
}

fn name_of(subject: &Subject, node: NodeId) -> Given {
    let own = subject.tree.node(node);
    if is_def(subject, node) {
        let name = subject.names.binding_at(node);
        let name = name.filter(|_| !subject.context.is_method(node));
        return name.map_or(Given::Elsewhere, Given::Name);
    }
    let is_whole = own.is_with_item() || own.is_stmt_assign() || own.is_stmt_ann_assign();
    let binder = match is_whole {
        true => own,
        false => subject.tree.parent_node(node),
    };
    let target = match binder {
        AnyNodeRef::WithItem(item) => match &item.optional_vars {
            None => return Given::Nothing,
            Some(target) => &**target,
        },
        AnyNodeRef::StmtAssign(assign) => match assign.targets.as_slice() {
            [target] => target,
            _ => return Given::Elsewhere,
        },
        AnyNodeRef::StmtAnnAssign(assign) => &*assign.target,
        AnyNodeRef::StmtExpr(_) => return Given::Nothing,
        _ => return Given::Elsewhere,
    };
    let binding = match target {
        Expr::Name(name) => subject.names.binding_at(subject.tree.id(name)),
        _ => None,
    };
    binding.map_or(Given::Elsewhere, Given::Name)
}

fn other_use(subject: &Subject, name: NodeId) -> Refusal {
    Refusal::ValueUsedFor {
        line: subject.statement_line(name).into_owned(),
    }
}
