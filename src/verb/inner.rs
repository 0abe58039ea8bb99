//! A statement of a coroutine → a function inside of it, called in its place: a thread can run that.
//!
//! The function returns what the statement bound for others, or declares it `nonlocal` where the
//! coroutine binds it elsewhere as well.

use ruff_python_ast::{AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::draft::Draft;
use super::extracted;
use super::lines::Lines;
use super::obstacle::Obstacle;
use super::refusal::Refusal;
use super::spelling::spell_all;
use crate::bind::binding::{Binding, BindingKind, ScopeId};
use crate::bind::block::BlockRole;
use crate::bind::ends::Ends;
use crate::matching::Match;
use crate::matching::subject::Subject;
use crate::python::stdlib::{is_builtin, looks_round};
use crate::python::tree::NodeId;
use crate::python::trivia;
use crate::recipe::Extract;
use crate::semantic::Model;
use crate::semantic::ways::left::exits;
use crate::text::blank::{line_before, line_start};
use crate::text::edit::Edit;

/// It looks at the class around its call: in another function that is something else.
const SUPER: &str = "super";

/// Makes the statement of the matches a function.
pub(super) fn extract_here<'a>(
    subject: &Subject<'a>,
    matches: &[&Match<'_, 'a>],
    verb: &Extract,
    names: &[(String, String)],
    draft: &mut Draft,
) -> Result<(), Refusal> {
    let found = matches.first().ok_or(Obstacle::Scattered)?;
    let statement = subject.tree.statement(found.node);
    let statement = statement.ok_or(Obstacle::Scattered)?;
    let moved = Moved::of(subject, statement, matches).ok_or(Obstacle::Scattered)?;
    moved.check()?;
    let handed = moved.handed_back()?;
    let (_, name) = names.first().ok_or(Obstacle::NoName)?;
    let lines = Lines::of(subject, subject.tree.range(statement))?;
    let spelled = spell_all(subject, statement, &verb.run.names, &mut draft.needs)?;
    let call = extracted::named(&verb.run, name, &spelled);
    let header = format!("{}:", extracted::named(&verb.into, name, &[]));
    let mut above = vec![header];
    above.extend(handed.declarations(lines.layout.unit));
    draft
        .edits
        .push(lines.below(&above, moved.wants_blank_line()));
    let shifts = lines.deeper();
    let (returned, before) = handed.call(&moved);
    draft.edits.extend(returned);
    let last = handed.last_line(&moved);
    let line = format!("{before}{call}");
    draft
        .edits
        .push(lines.above(last.as_deref(), &line, &shifts));
    draft.shifts.extend(shifts);
    draft.sealed = Some(lines.range());
    Ok(())
}

/// A statement that moves into a function of its own.
struct Moved<'s, 'a> {
    subject: &'s Subject<'a>,
    statement: NodeId,
    range: TextRange,
    /// The coroutine, and the scope that it opens.
    function: NodeId,
    scope: ScopeId,
    /// Whether nothing that it enters may swallow an exception.
    passes_on: bool,
}

/// What others need of what a statement binds.
struct Handed<'a> {
    /// Under which statement, and which names.
    declared: Vec<(&'static str, Vec<&'a str>)>,
    /// What the function returns for others.
    returned: Vec<&'a str>,
    /// Whether the statement itself always returns.
    returns: bool,
}

impl<'s, 'a> Moved<'s, 'a> {
    fn of(subject: &'s Subject<'a>, statement: NodeId, matches: &[&Match<'_, 'a>]) -> Option<Self> {
        let function = subject.context.enclosing_function(statement)?;
        let passes_on = match subject.tree.node(statement) {
            AnyNodeRef::StmtWith(with) => with.items.iter().all(|item| {
                let item = subject.tree.id(item);
                matches.iter().any(|found| found.node == item)
            }),
            _ => false,
        };
        Some(Self {
            subject,
            statement,
            range: subject.tree.range(statement),
            function,
            scope: subject.names.scope_opened_by(function)?,
            passes_on,
        })
    }

    fn holds(&self, node: NodeId) -> bool {
        self.subject.tree.contains(self.statement, node)
    }

    /// The nodes that run in the coroutine itself.
    fn own(&self) -> impl Iterator<Item = NodeId> {
        let context = self.subject.context;
        let nodes = self.subject.tree.descendants(self.statement);
        nodes.filter(move |id| context.runner(*id) == Some(self.function))
    }

    /// Whether the statement is set off from the one above it.
    fn wants_blank_line(&self) -> bool {
        let Self { subject, range, .. } = self;
        let is_first = subject.blocks.position(self.statement) == 0;
        let start = line_start(subject.text(), range.start());
        let above = line_before(subject.text(), start);
        !(is_first || above.is_empty() || above.starts_with('#'))
    }

    fn check(&self) -> Result<(), Obstacle> {
        let at = |node: NodeId| self.subject.statement_line(node).into_owned();
        for node in self.own() {
            match self.subject.tree.node(node) {
                AnyNodeRef::ExprAwait(_) => return Err(Obstacle::Awaits { line: at(node) }),
                AnyNodeRef::StmtFor(it) if it.is_async => {
                    return Err(Obstacle::Awaits { line: at(node) });
                }
                AnyNodeRef::StmtWith(it) if it.is_async => {
                    return Err(Obstacle::Awaits { line: at(node) });
                }
                AnyNodeRef::Comprehension(it) if it.is_async => {
                    return Err(Obstacle::Awaits { line: at(node) });
                }
                AnyNodeRef::ExprYield(_) | AnyNodeRef::ExprYieldFrom(_) => {
                    return Err(Obstacle::Yields { line: at(node) });
                }
                AnyNodeRef::ExprCall(call) => self.check_callee(&call.func)?,
                _ => {}
            }
        }
        let mut exits = exits(self.subject, self.statement);
        let of_loop = exits.find(|(_, by)| by.may(Ends::BREAKS | Ends::CONTINUES));
        of_loop.map_or(Ok(()), |(id, _)| Err(Obstacle::LeavesLoop { line: at(id) }))
    }

    fn check_callee(&self, callee: &Expr) -> Result<(), Obstacle> {
        let Expr::Name(name) = callee else {
            return Ok(());
        };
        let is_one = (looks_round(&name.id) || name.id.as_str() == SUPER)
            && is_builtin(&name.id, false)
            && self.subject.names.lookup(self.scope, &name.id).is_none();
        match is_one {
            true => Err(Obstacle::LooksRound {
                name: name.id.to_string(),
            }),
            false => Ok(()),
        }
    }

    /// Finds out what others need of what it binds, and what it needs of what they bound.
    fn handed_back(&self) -> Result<Handed<'a>, Obstacle> {
        let mut handed = Handed {
            declared: vec![("global", Vec::new()), ("nonlocal", Vec::new())],
            returned: Vec::new(),
            returns: self.returns()?,
        };
        let names = self.subject.names;
        let bound: Vec<&Binding> = names.bindings().map(|(_, binding)| binding).collect();
        let context = self.subject.context;
        for binding in bound.iter().filter(|it| self.holds(it.node)) {
            let is_own = context.enclosing_function(binding.node) == Some(self.function)
                && !self.holds(names.scope(binding.scope).node);
            if is_own {
                self.hand_back(binding, &mut handed)?;
            }
        }
        Ok(handed)
    }

    fn hand_back(&self, binding: &Binding<'a>, handed: &mut Handed<'a>) -> Result<(), Obstacle> {
        let name = binding.name;
        let known = handed.declared.iter().flat_map(|(_, names)| names);
        if known.chain(&handed.returned).any(|known| *known == name) {
            return Ok(());
        }
        let sometimes = || Obstacle::BoundSometimes {
            name: name.to_owned(),
        };
        let word = match binding.scope {
            ScopeId::MODULE => "global",
            scope if scope != self.scope => "nonlocal",
            _ if !self.is_shared(name) => return Ok(()),
            _ if self.is_surely_bound(name) && !handed.returns => {
                handed.returned.push(name);
                return Ok(());
            }
            _ if self.is_bound_outside(name) => "nonlocal",
            _ => return Err(sometimes()),
        };
        if self.is_annotated(name) {
            return Err(Obstacle::Annotated {
                name: name.to_owned(),
            });
        }
        for (declaration, names) in &mut handed.declared {
            if *declaration == word {
                names.push(name);
            }
        }
        Ok(())
    }

    /// The bindings of a name of the coroutine that stand in the statement, or outside of it.
    fn bindings(&self, name: &str, inside: bool) -> Vec<&Binding<'a>> {
        let names = self.subject.names;
        let all = names.bindings_of(self.scope, name).iter();
        let all = all.map(|id| names.binding(*id));
        all.filter(|it| self.holds(it.node) == inside).collect()
    }

    fn is_bound_outside(&self, name: &str) -> bool {
        !self.bindings(name, false).is_empty()
    }

    fn is_annotated(&self, name: &str) -> bool {
        self.bindings(name, true).iter().any(|it| {
            matches!(
                it.kind,
                BindingKind::Annotation { .. }
                    | BindingKind::Assignment {
                        annotation: Some(_),
                        ..
                    }
            )
        })
    }

    /// Others read what it binds, or it reads what others bind, or what it bound when it ran before.
    fn is_shared(&self, name: &'a str) -> bool {
        let Model { names, flow, .. } = self.subject.model;
        let is_inside = |id: &_| self.holds(names.binding(*id).node);
        let first = self.bindings(name, true).into_iter();
        let first = first
            .map(|it| self.subject.tree.range(it.node).start())
            .min();
        names.is_nonlocal_inside(self.scope, name)
            || names
                .references_to(Some(self.scope), name)
                .any(|reference| {
                    let reaching = flow.reaching(reference.node);
                    let sees_inside = reaching.overflow || reaching.bindings.iter().any(is_inside);
                    match self.holds(reference.node) {
                        // Where nothing else binds it, the name would be that of the module.
                        false => sees_inside || !self.is_bound_outside(name),
                        true => {
                            let at = self.subject.tree.range(reference.node).start();
                            !reaching.bindings.iter().all(is_inside)
                                || reaching.overflow
                                || first.is_some_and(|first| at < first)
                        }
                    }
                })
    }

    /// A statement of its own body binds the name, whatever happens.
    fn is_surely_bound(&self, name: &'a str) -> bool {
        let body = self.body();
        let first = self.bindings(name, true).into_iter();
        let first = first
            .map(|it| self.subject.tree.range(it.node).start())
            .min();
        let read_first = self.subject.names.references_to(Some(self.scope), name);
        let mut read_first = read_first.filter(|it| self.holds(it.node));
        let is_inside = |id: &_| self.holds(self.subject.names.binding(*id).node);
        let is_read_first = read_first.any(|it| {
            let start = self.subject.tree.range(it.node).start();
            let reaching = self.subject.flow.reaching(it.node).bindings;
            first.is_some_and(|first| start < first) || !reaching.iter().all(is_inside)
        });
        let binds = |it: &&Binding| {
            let is_plain = matches!(
                it.kind,
                BindingKind::Assignment { .. }
                    | BindingKind::Unpacking { .. }
                    | BindingKind::Function
                    | BindingKind::Class
            );
            is_plain && body.contains(&it.statement)
        };
        let all = self.bindings(name, true);
        let is_deleted = all
            .iter()
            .any(|it| matches!(it.kind, BindingKind::Deletion));
        self.passes_on && !is_read_first && !is_deleted && all.iter().any(binds)
    }

    fn body(&self) -> &[NodeId] {
        let block = self.subject.blocks.block(self.statement, BlockRole::With);
        block.map_or(&[], |block| &block.statements)
    }

    /// Whether it always returns from the coroutine.
    fn returns(&self) -> Result<bool, Obstacle> {
        let mut exits = exits(self.subject, self.statement);
        if !exits.any(|(_, by)| by.may(Ends::RETURNS)) {
            return Ok(false);
        }
        let ends = self
            .subject
            .blocks
            .block_ends(self.statement, BlockRole::With);
        match self.passes_on && !ends.may(Ends::FALLS) {
            true => Ok(true),
            false => Err(Obstacle::ReturnsSometimes),
        }
    }

    /// The last statement of the body, where it is all that binds the only name that is returned.
    fn last_assignment(&self, name: &str) -> Option<TextRange> {
        let last = self.subject.tree.node(*self.body().last()?);
        let AnyNodeRef::StmtAssign(assign) = last else {
            return None;
        };
        let [Expr::Name(target)] = assign.targets.as_slice() else {
            return None;
        };
        if target.id != name {
            return None;
        }
        let value = self.subject.tree.id(&*assign.value);
        let value = trivia::parenthesized(self.subject.module, self.subject.tree, value)
            .unwrap_or(assign.value.range());
        Some(TextRange::new(assign.start(), value.start()))
    }
}

impl Handed<'_> {
    /// The lines that say whose names they are.
    fn declarations(&self, unit: &str) -> Vec<String> {
        let declared = self.declared.iter().filter(|(_, names)| !names.is_empty());
        let lines = declared.map(|(word, names)| format!("{unit}{word} {}", names.join(", ")));
        lines.collect()
    }

    /// What stands before the call, and the edit that returns the only value by its own statement.
    fn call(&self, moved: &Moved) -> (Option<Edit>, String) {
        if self.returns {
            return (None, "return ".to_owned());
        }
        let before = match self.returned.is_empty() {
            true => String::new(),
            false => format!("{} = ", self.returned.join(", ")),
        };
        let assignment = self.by_itself(moved);
        let edit = assignment.map(|range| Edit::replacement(range, "return "));
        (edit, before)
    }

    fn by_itself(&self, moved: &Moved) -> Option<TextRange> {
        match self.returned.as_slice() {
            [only] => moved.last_assignment(only),
            _ => None,
        }
    }

    /// The line that returns several values.
    fn last_line(&self, moved: &Moved) -> Option<String> {
        let is_needed = !self.returned.is_empty() && self.by_itself(moved).is_none();
        is_needed.then(|| format!("return {}", self.returned.join(", ")))
    }
}
