//! An expression → the qualified name it means, or why that is not known.
//!
//! `t.sleep` under `import time as t` means `time.sleep`; a builtin means its bare name. A name that
//! may mean two things is unknown, never guessed.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use ruff_python_ast::{AnyNodeRef, ExprName, ExprRef, StmtClassDef};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::python::stdlib;
use crate::python::tree::NodeId;

use super::binding::{BindingId, BindingKind, ScopeId, from_module, of_module};
use super::flow::{Flow, Reaching};
use super::mro::Ordered;
use super::replacement::{Candidate, Replacement};
use super::scope::ScopeKind;

pub use meaning::{Meaning, Why};

/// Chains of assignments longer than this are not followed.
const MAX_STEPS: u8 = 16;

/// Public spellings of names that can be reached under several.
#[derive(Debug, Default)]
pub struct Aliases {
    prefixes: FxHashMap<String, String>,
    /// Last parts of the prefixes.
    last_parts: FxHashSet<String>,
}

impl Aliases {
    /// Takes pairs of a dotted prefix and what it is spelled as: `a._private` → `a`.
    pub fn new(rows: impl IntoIterator<Item = (String, String)>) -> Self {
        let prefixes: FxHashMap<String, String> = rows.into_iter().collect();
        let last = |prefix: &String| prefix.rsplit('.').next().map(str::to_owned);
        Self {
            last_parts: prefixes.keys().filter_map(last).collect(),
            prefixes,
        }
    }

    /// Spells a qualified name publicly: its longest prefix in the table is replaced.
    pub fn canonical(&self, qualified: String) -> String {
        let dots = qualified.rmatch_indices('.').map(|(at, _)| at);
        for end in std::iter::once(qualified.len()).chain(dots) {
            if let Some(public) = self.prefixes.get(&qualified[..end]) {
                return format!("{public}{}", &qualified[end..]);
            }
        }
        match qualified.strip_prefix("builtins.") {
            Some(builtin) => builtin.to_owned(),
            None => qualified,
        }
    }
}

/// Answers what expressions mean.
#[derive(Debug)]
pub struct Resolver<'a> {
    flow: &'a Flow<'a>,
    aliases: &'a Aliases,
    /// What names and their attributes mean where they stand, followed so many steps: rules ask the same
    /// ones again, and names that are bound from each other would be followed along every way between them.
    known: RefCell<FxHashMap<(NodeId, u8), Rc<Meaning>>>,
    /// The classes of which names are an object, as `self` is.
    pub(super) owners: RefCell<FxHashMap<NodeId, Option<&'a StmtClassDef>>>,
    /// Statements that set an attribute of that name, of whatever object.
    pub(super) setters: OnceCell<FxHashMap<&'a str, Vec<NodeId>>>,
    /// Where a name, or an attribute of that name, is read.
    pub(super) mentions: OnceCell<FxHashMap<&'a str, Vec<NodeId>>>,
    /// The classes whose objects are set up once more; `None`: it may be any.
    pub(super) set_up_again: OnceCell<Option<FxHashSet<NodeId>>>,
    /// What may give an attribute of that name something else.
    pub(super) replaced: OnceCell<FxHashMap<&'a str, Vec<Candidate>>>,
    /// What classes and values have under a name that is no def.
    pub(super) no_defs: RefCell<FxHashMap<String, Rc<[Replacement<'a>]>>>,
    /// The names of all defs.
    pub(super) defs: OnceCell<FxHashSet<&'a str>>,
    /// What is above and below the classes.
    pub(super) hierarchy: Ordered<'a>,
}

impl<'a> Resolver<'a> {
    /// Prepares the answers for a module.
    pub fn new(flow: &'a Flow<'a>, aliases: &'a Aliases) -> Self {
        Self {
            flow,
            aliases,
            known: RefCell::default(),
            owners: RefCell::default(),
            setters: OnceCell::new(),
            mentions: OnceCell::new(),
            set_up_again: OnceCell::new(),
            replaced: OnceCell::new(),
            no_defs: RefCell::default(),
            defs: OnceCell::new(),
            hierarchy: Ordered::default(),
        }
    }

    /// Returns which bindings reach which uses.
    pub fn flow(&self) -> &'a Flow<'a> {
        self.flow
    }

    /// Spells a qualified name publicly.
    pub fn canonical(&self, qualified: String) -> String {
        self.aliases.canonical(qualified)
    }

    /// Returns whether the qualified name of something's attribute, where it has one, ends with the
    /// attribute.
    pub fn keeps_last_part(&self, attribute: &str) -> bool {
        !self.aliases.last_parts.contains(attribute)
    }

    /// Returns what a name, or attributes of a name, mean where they stand.
    pub fn meaning(&self, expression: ExprRef<'a>) -> Meaning {
        self.shared_meaning(expression).as_ref().clone()
    }

    /// The same for those who only look at it.
    pub fn shared_meaning(&self, expression: ExprRef<'a>) -> Rc<Meaning> {
        self.follow(expression, MAX_STEPS)
    }

    fn follow(&self, expression: ExprRef<'a>, steps: u8) -> Rc<Meaning> {
        let node = self.flow.names().tree().id(expression);
        if let Some(known) = self.known.borrow().get(&(node, steps)) {
            return Rc::clone(known);
        }
        let meaning = match expression {
            ExprRef::Name(name) => self.with_attributes(self.name(name, steps), ""),
            _ => self.attribute(expression, steps),
        };
        let meaning = Rc::new(meaning);
        let mut known = self.known.borrow_mut();
        known.insert((node, steps), Rc::clone(&meaning));
        meaning
    }

    fn attribute(&self, expression: ExprRef<'a>, steps: u8) -> Meaning {
        let mut attributes = Vec::new();
        let mut root = expression;
        while let ExprRef::Attribute(attribute) = root {
            attributes.push(attribute.attr.as_str());
            root = ExprRef::from(&*attribute.value);
        }
        attributes.reverse();
        if !root.is_name_expr() {
            return Meaning::Unknown {
                why: Why::Computed,
                maybe: None,
            };
        }
        let base = self.follow(root, steps).as_ref().clone();
        self.with_attributes(base, &attributes.join("."))
    }

    fn with_attributes(&self, base: Meaning, path: &str) -> Meaning {
        let qualified = |base: String| {
            let dot = if path.is_empty() { "" } else { "." };
            self.aliases.canonical(format!("{base}{dot}{path}"))
        };
        match base {
            Meaning::Qualified(base) => Meaning::Qualified(qualified(base)),
            Meaning::Local(base) if !path.is_empty() => Meaning::Attribute {
                base,
                path: path.to_owned(),
            },
            Meaning::Unknown { why, maybe } => Meaning::Unknown {
                why,
                maybe: maybe.map(qualified),
            },
            base => base,
        }
    }

    fn name(&self, name: &'a ExprName, steps: u8) -> Meaning {
        let names = self.flow.names();
        let scope = names.scope_of(names.tree().id(name));
        let owner = names.lookup(scope, &name.id);
        let meaning = self.name_in(owner, name, steps);
        let of_module = owner.is_none_or(|owner| owner == ScopeId::MODULE);
        match of_module && names.is_unknown_name(&name.id) {
            true => Meaning::Unknown {
                why: Why::BrokenCell(name.id.to_string()),
                maybe: maybe(meaning),
            },
            false => meaning,
        }
    }

    fn name_in(&self, owner: Option<ScopeId>, name: &'a ExprName, steps: u8) -> Meaning {
        let names = self.flow.names();
        let owner = owner.unwrap_or(ScopeId::MODULE);
        let node = names.tree().id(name);
        let reaching = self.flow.reaching_in(owner, &name.id, node);
        let outside = match names.scope(owner).kind {
            _ if !reaching.may_be_unbound => None,
            ScopeKind::Class => Some(self.name_in(Some(ScopeId::MODULE), name, steps)),
            ScopeKind::Module if self.is_builtin(&name.id) => {
                Some(Meaning::Qualified(name.id.to_string()))
            }
            _ => None,
        };
        if reaching.overflow {
            return unknown(Why::Rebound(name.id.to_string()), None);
        }
        self.join(name, &reaching, outside, steps)
    }

    fn is_builtin(&self, name: &str) -> bool {
        stdlib::is_builtin(name, self.flow.names().is_notebook())
    }

    /// Joins what each reaching binding means, and what the name means `outside` where it may be
    /// unbound.
    fn join(
        &self,
        name: &'a ExprName,
        reaching: &Reaching,
        outside: Option<Meaning>,
        steps: u8,
    ) -> Meaning {
        let names = self.flow.names();
        let is_star =
            |id: &&BindingId| matches!(names.binding(**id).kind, BindingKind::StarImport { .. });
        let named = reaching.bindings.iter().filter(|id| !is_star(id));
        let mut meanings: Vec<Meaning> = named
            .map(|&id| self.binding(id, steps))
            .chain(outside)
            .collect();
        meanings.dedup();
        let stars: Vec<BindingId> = reaching.bindings.iter().filter(is_star).copied().collect();
        if let [before @ .., last] = stars.as_slice() {
            return self.starred(name, before, *last, meanings);
        }
        match <[Meaning; 1]>::try_from(meanings) {
            Ok([only]) => only,
            Err(meanings) if meanings.is_empty() => self.unbound(name),
            Err(meanings) => self.several(name, reaching, meanings),
        }
    }

    fn several(&self, name: &ExprName, reaching: &Reaching, meanings: Vec<Meaning>) -> Meaning {
        let names = self.flow.names();
        let imported = reaching.bindings.iter().all(|&id| {
            matches!(
                names.binding(id).kind,
                BindingKind::Import { .. } | BindingKind::FromImport { .. }
            )
        });
        let text = name.id.to_string();
        let why = if imported && reaching.bindings.len() > 1 {
            Why::SeveralImports(text)
        } else {
            Why::Rebound(text)
        };
        unknown(why, meanings.into_iter().find_map(maybe))
    }

    /// Nothing reaches the name where it stands.
    fn unbound(&self, name: &ExprName) -> Meaning {
        let names = self.flow.names();
        let scope = names.scope_of(names.tree().id(name));
        let text = name.id.to_string();
        let Some(owner) = names.lookup(scope, &name.id) else {
            return unknown(Why::Undefined(text), None);
        };
        let bound = names.bindings_of(owner, &name.id);
        let typing = bound.iter().any(|&id| names.binding(id).typing_only);
        let why = if typing {
            Why::TypingOnly(text)
        } else {
            Why::UnboundHere(text)
        };
        unknown(why, None)
    }

    fn binding(&self, id: BindingId, steps: u8) -> Meaning {
        let names = self.flow.names();
        match names.binding(id).kind {
            BindingKind::Import { qualified, .. } => Meaning::Qualified(qualified.to_owned()),
            BindingKind::FromImport { import, member } => {
                Meaning::Qualified(of_module(&from_module(import), member))
            }
            BindingKind::Assignment { value, .. } if steps > 0 => {
                let value = match names.tree().node(value) {
                    AnyNodeRef::ExprName(node) => self.follow(node.into(), steps - 1),
                    AnyNodeRef::ExprAttribute(node) => self.follow(node.into(), steps - 1),
                    _ => return Meaning::Local(id),
                };
                match &*value {
                    Meaning::Local(_) | Meaning::Attribute { .. } => Meaning::Local(id),
                    Meaning::Unknown { maybe: None, .. } => Meaning::Local(id),
                    known => known.clone(),
                }
            }
            _ => Meaning::Local(id),
        }
    }
}

fn unknown(why: Why, maybe: Option<String>) -> Meaning {
    Meaning::Unknown { why, maybe }
}

/// The qualified name that a meaning has, or may have.
fn maybe(meaning: Meaning) -> Option<String> {
    match meaning {
        Meaning::Unknown { maybe, .. } => maybe,
        known => known.qualified(),
    }
}

mod meaning;
mod star;
#[cfg(test)]
mod tests;
