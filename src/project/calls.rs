//! A module's text → what it calls that other files may define, and what it gives there.

use std::path::Path;

use ruff_python_ast::{Arguments, Expr, ExprRef};
use rustc_hash::FxHashMap;

use super::files::Files;
use super::outline::{Reader, read};
use crate::bind::binding::{BindingKind, ScopeId};
use crate::bind::resolve::Meaning;
use crate::bind::typed::Type;
use crate::python::tree::NodeId;

/// A name with more uses in one file is not followed.
const MAX_USES: usize = 32;

/// The uses in a file, by the last word of what they mean.
#[derive(Debug, Default)]
pub struct CallIndex(FxHashMap<String, Vec<CalledAt>>);

/// A place that means what another file may define.
#[derive(Debug)]
pub struct CalledAt {
    /// What is used.
    pub of: CalledBy,
    /// What a call there gives it; `None`: it is not called, or what it is given is not to be seen.
    pub given: Option<ArgumentTypes>,
}

/// What is used.
#[derive(Debug)]
pub enum CalledBy {
    /// What this file calls so.
    Named(String),
    /// An attribute of an object, which is that.
    OfObject(Type<'static>),
    /// It is not known.
    Unclear,
}

/// The arguments of a call.
#[derive(Debug)]
pub struct ArgumentTypes {
    in_order: Vec<Type<'static>>,
    by_name: Vec<(String, Type<'static>)>,
}

impl ArgumentTypes {
    /// Returns what stands at a place, or behind a name.
    pub fn at(&self, place: Option<usize>, keyword: Option<&str>) -> Option<&Type<'static>> {
        let placed = place.and_then(|place| self.in_order.get(place));
        let mut named = self.by_name.iter();
        let named = named.find(|(name, _)| Some(name.as_str()) == keyword);
        placed.or(named.map(|(_, it)| it))
    }
}

impl CallIndex {
    /// Reads a module; one that does not parse calls nothing. `defines`: whether the project has a def of that name.
    pub(super) fn read(path: &Path, files: &Files, defines: &dyn Fn(&str) -> bool) -> Self {
        let uses = |reader: &Reader| {
            let mut found = Self::default();
            for name in reader.renamed() {
                let of = CalledBy::Unclear;
                found
                    .0
                    .entry(name)
                    .or_default()
                    .push(CalledAt { of, given: None });
            }
            for id in reader.tree.ids() {
                if let Some((name, of)) = reader.used(id, defines) {
                    let uses = found.0.entry(name).or_default();
                    if uses.len() <= MAX_USES {
                        let given = reader.given(id);
                        uses.push(CalledAt { of, given });
                    }
                }
            }
            found
        };
        read(path, files, uses).unwrap_or_default()
    }

    /// Returns the uses of a name; `None` where there are too many.
    pub fn of(&self, name: &str) -> Option<&[CalledAt]> {
        let uses = self.0.get(name).map_or(&[][..], Vec::as_slice);
        (uses.len() <= MAX_USES).then_some(uses)
    }
}

impl<'a> Reader<'_, 'a> {
    /// What the file imports by another name, under which it may hand it on.
    fn renamed(&self) -> impl Iterator<Item = String> {
        let bindings = self.names.bindings();
        bindings.filter_map(|(_, binding)| match binding.kind {
            BindingKind::FromImport { member, .. } if binding.scope == ScopeId::MODULE => {
                (member != binding.name).then(|| member.to_owned())
            }
            _ => None,
        })
    }

    /// What another file may define, and its last word. What an annotation does not call is not used there.
    fn used(&self, id: NodeId, defines: &dyn Fn(&str) -> bool) -> Option<(String, CalledBy)> {
        let value = self.tree.node(id).as_expr_ref()?;
        let is_said = self.names.in_annotation(id) && self.tree.call_of(id).is_none();
        if !(value.is_name_expr() || value.is_attribute_expr()) || is_said {
            return None;
        }
        match (self.resolver.meaning(value), value) {
            (Meaning::Qualified(name), _) => {
                let last = name.rsplit('.').next()?.to_owned();
                let is_whole = !self.tree.parent_node(id).is_expr_attribute();
                let is_member = last.len() < name.len() && !last.is_empty();
                (is_whole && is_member).then_some((last, CalledBy::Named(name)))
            }
            (_, ExprRef::Attribute(attribute)) if defines(&attribute.attr) => {
                let owner = self.resolver.said((&*attribute.value).into());
                let of = CalledBy::OfObject(self.portable(&owner));
                Some((attribute.attr.to_string(), of))
            }
            (Meaning::Unknown { .. }, ExprRef::Name(name)) => {
                Some((name.id.to_string(), CalledBy::Unclear))
            }
            _ => None,
        }
    }

    /// What the call of a function there gives it.
    fn given(&self, id: NodeId) -> Option<ArgumentTypes> {
        let call = self.tree.call_of(id)?;
        let Arguments { args, keywords, .. } = &call.arguments;
        if args.iter().any(Expr::is_starred_expr) {
            return None;
        }
        let said = |it: &'a Expr| self.portable(&self.resolver.said(it.into()));
        let by_name = keywords.iter().map(|it| {
            let name = it.arg.as_ref()?.to_string();
            Some((name, said(&it.value)))
        });
        Some(ArgumentTypes {
            in_order: args.iter().map(said).collect(),
            by_name: by_name.collect::<Option<_>>()?,
        })
    }
}
