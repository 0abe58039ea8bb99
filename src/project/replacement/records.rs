//! A file → the attributes of modules that it sets, and the modules that it hands to functions.

use std::path::Path;

use ruff_python_ast::{AnyNodeRef, Expr, ExprCall, ExprRef, PythonVersion};
use rustc_hash::FxHashSet;

use super::key::{self, Names, text};
use crate::bind::replaced::Owner;
use crate::bind::resolve::Meaning;
use crate::bind::scope::{Binding, BindingId, BindingKind, ScopeId};
use crate::bind::setters::{choices, set_there, values};
use crate::bind::value::Origin;
use crate::project::files::Files;
use crate::project::outline::{Reader, joined, read, read_parsed};
use crate::python::parse::Module;
use crate::python::tree::NodeId;
use crate::source::SourceFile;
use crate::source::cell::Position;

/// How far texts that are run are read in texts that are run.
const MAX_DEPTH: u8 = 2;

/// What has an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Holder {
    /// The object of a qualified name of the file.
    Named(String),
    /// The same, named in a text: of a module that is reached through another only that one is meant.
    Spelled(String),
    /// The module itself.
    Own,
    /// The module that the program begins with.
    Main,
    /// What a def is given for a parameter.
    Parameter(Parameter),
}

/// A parameter of a def.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Parameter {
    /// The def.
    pub(super) of: String,
    /// Where it stands.
    pub(super) within: Within,
    /// Its name.
    pub(super) name: String,
    /// How many stand before it.
    pub(super) place: usize,
}

/// Where a def stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Within {
    /// At the top of the file.
    File,
    /// In that class at the top of the file.
    Class(String),
    /// In a def, or deeper.
    Block,
}

/// An attribute that is set.
#[derive(Debug, Clone)]
pub(super) struct Setting {
    pub(super) holder: Holder,
    /// `None`: it is computed, so that it may be any.
    pub(super) name: Option<String>,
    /// Where that is written.
    pub(super) position: Position,
}

/// A call of a function with what may be a module.
#[derive(Debug, Clone)]
pub(super) struct Handing {
    /// The function, as the file names it.
    pub(super) callee: Option<String>,
    /// Its last name.
    pub(super) last: String,
    /// The arguments: their places or names.
    pub(super) given: Vec<(Result<usize, String>, Holder)>,
}

/// What a file says.
#[derive(Debug, Default)]
pub(super) struct Records {
    pub(super) settings: Vec<Setting>,
    pub(super) handings: Vec<Handing>,
}

impl Records {
    /// Reads a file; what does not parse says nothing.
    pub(super) fn read(path: &Path, files: &Files) -> Self {
        read(path, files, |reader| Self::of(reader, MAX_DEPTH)).unwrap_or_default()
    }

    fn of(reader: &Reader, depth: u8) -> Self {
        let mut records = Self::default();
        for id in reader.tree.ids() {
            records.by_text(reader, id);
            match reader.tree.node(id) {
                AnyNodeRef::ExprAttribute(target) if target.ctx.is_store() => {
                    let names = Some(vec![target.attr.to_string()]);
                    for holder in holders(reader, (&*target.value).into()) {
                        records.add(reader, id, holder, names.clone());
                    }
                }
                AnyNodeRef::ExprSubscript(item) if item.ctx.is_store() => {
                    let holder = space(reader, (&*item.value).into());
                    let names = key::names(reader, &item.slice);
                    // Which module is put in the place of another is often computed, where it is loaded.
                    if let Some((holder, is_space)) = holder
                        && (is_space || names.is_some())
                    {
                        records.add(reader, id, holder, names);
                    }
                }
                AnyNodeRef::ExprCall(call) => {
                    records.call(reader, call);
                    if depth > 0 {
                        records.run_text(reader, call, depth - 1);
                    }
                }
                _ => {}
            }
        }
        records
    }

    /// Notes the attributes that are set by a text.
    fn by_text(&mut self, reader: &Reader, id: NodeId) {
        for setting in set_there(reader.names, id) {
            let holders = match setting.owner {
                Owner::Value(value) => holders(reader, value),
                Owner::Named(owner) => vec![key::spelled(owner)],
                Owner::Class(_) | Owner::Instance(_) => Vec::new(),
            };
            let names = setting.name.whole().map(|name| vec![name.to_owned()]);
            for holder in holders {
                self.add(reader, id, holder, names.clone());
            }
        }
    }

    fn add(&mut self, reader: &Reader, at: NodeId, holder: Holder, names: Names) {
        let position = reader.source.position(reader.tree.range(at).start());
        let names = match names {
            None => vec![None],
            Some(names) => names.into_iter().map(Some).collect(),
        };
        let settings = names.into_iter().map(|name| Setting {
            holder: holder.clone(),
            name,
            position,
        });
        self.settings.extend(settings);
    }

    fn call<'a>(&mut self, reader: &Reader<'_, 'a>, call: &'a ExprCall) {
        let at = reader.tree.id(call);
        for (holder, names) in key::set_by(reader, call) {
            self.add(reader, at, holder, names);
        }
        self.hand_over(reader, call);
    }

    /// Notes what a function is given that may be a module.
    fn hand_over<'a>(&mut self, reader: &Reader<'_, 'a>, call: &'a ExprCall) {
        let last = match &*call.func {
            Expr::Name(name) => &name.id,
            Expr::Attribute(attribute) => attribute.attr.id(),
            _ => return,
        };
        let arguments = call.arguments.args.iter().enumerate();
        let arguments = arguments.map(|(place, value)| (Ok(place), value));
        let keywords = call.arguments.keywords.iter();
        let keywords =
            keywords.filter_map(|it| Some((Err(it.arg.as_ref()?.to_string()), &it.value)));
        let given = arguments.chain(keywords).flat_map(|(slot, value)| {
            let all = holders(reader, value.into()).into_iter();
            all.map(move |holder| (slot.clone(), holder))
        });
        let given: Vec<_> = given.collect();
        if !given.is_empty() {
            self.handings.push(Handing {
                callee: reader.named((&*call.func).into()).ok(),
                last: last.to_string(),
                given,
            });
        }
    }

    /// Notes what a text binds that is run as code of the module.
    fn run_text<'a>(&mut self, reader: &Reader<'_, 'a>, call: &'a ExprCall, depth: u8) {
        let [code, rest @ ..] = &*call.arguments.args else {
            return;
        };
        let at = reader.tree.id(call);
        let meaning = reader.resolver.meaning((&*call.func).into());
        if meaning != Meaning::Qualified("exec".to_owned()) {
            return;
        }
        let space = match rest {
            [] if reader.names.scope_of(at) == ScopeId::MODULE => Some((Holder::Own, true)),
            [] => None,
            [globals, ..] => space(reader, globals.into()),
        };
        let Some((holder, true)) = space else {
            return;
        };
        let path = reader.source.path();
        let parsed = text(code).and_then(|code| {
            let source = SourceFile::from_bytes(path, code.as_bytes().to_vec()).ok()?;
            let module = Module::parse(&source, PythonVersion::latest()).ok()?;
            Some((source, module))
        });
        let Some((source, module)) = parsed else {
            return;
        };
        let (bound, inner) = read_parsed(&source, &module, |inner| {
            let names = inner.names.bindings();
            let own = names.filter(|(_, it)| it.scope == ScopeId::MODULE);
            let bound: Vec<String> = own.map(|(_, it)| it.name.to_owned()).collect();
            (bound, Self::of(inner, depth))
        });
        self.add(reader, at, holder, Some(bound));
        for setting in inner.settings {
            let names = setting.name.map(|name| vec![name]);
            self.add(reader, at, setting.holder, names);
        }
    }
}

/// Returns what objects of the program may be the one whose attributes a value has; none: an object like
/// others, or it is not known.
pub(super) fn holders<'a>(reader: &Reader<'_, 'a>, value: ExprRef<'a>) -> Vec<Holder> {
    let mut found = Vec::new();
    let mut seen = FxHashSet::default();
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        let also = follow(reader, value, &mut seen, &mut found);
        // In source order.
        open.extend(also.into_iter().rev());
    }
    found
}

/// Adds what a value stands for; returns the other values that it may be. Each name is followed once.
fn follow<'a>(
    reader: &Reader<'_, 'a>,
    value: ExprRef<'a>,
    seen: &mut FxHashSet<BindingId>,
    found: &mut Vec<Holder>,
) -> Vec<ExprRef<'a>> {
    if let Some(named) = by_name(reader, value) {
        found.push(named);
        return Vec::new();
    }
    let mut also = Vec::new();
    let resolver = reader.resolver;
    match value {
        ExprRef::Name(name) => {
            let reaching = resolver.flow().reaching(reader.tree.id(name));
            for id in reaching.bindings.into_iter().filter(|it| seen.insert(*it)) {
                let binding = reader.names.binding(id);
                found.extend(parameter(reader, binding).map(Holder::Parameter));
                also.extend(values(reader.names, binding));
            }
        }
        ExprRef::Attribute(_) => {
            let origins = resolver.origins(value).into_iter();
            found.extend(origins.filter_map(|origin| match origin {
                Origin::Made(made) => module(reader, made),
                _ => None,
            }));
        }
        made => {
            found.extend(module(reader, made));
            also.extend(choices(made));
        }
    }
    also
}

/// What a value is for sure: the object of a qualified name.
fn by_name<'a>(reader: &Reader<'_, 'a>, value: ExprRef<'a>) -> Option<Holder> {
    match reader.resolver.meaning(value) {
        Meaning::Qualified(name)
        | Meaning::Unknown {
            maybe: Some(name), ..
        } => return Some(Holder::Named(name)),
        _ => {}
    }
    let class = reader.resolver.local_class(value)?;
    let is_top = reader.names.scope_of(reader.tree.id(class)) == ScopeId::MODULE;
    is_top.then(|| Holder::Named(joined(reader.own.clone(), &class.name)))
}

/// A parameter of a def; the object of a method is none.
fn parameter(reader: &Reader, binding: &Binding) -> Option<Parameter> {
    let tree = reader.tree;
    let BindingKind::Parameter { gathers: None, .. } = binding.kind else {
        return None;
    };
    let AnyNodeRef::StmtFunctionDef(def) = tree.node(binding.statement) else {
        return None;
    };
    let mut parameters = def.parameters.iter_non_variadic_params();
    let place = parameters.position(|it| it.name().as_str() == binding.name)?;
    let around = reader.names.scope_of(binding.statement);
    let is_static = || reader.resolver.is_static(def);
    let (within, place) = match tree.node(reader.names.scope(around).node) {
        _ if around == ScopeId::MODULE => (Within::File, place),
        AnyNodeRef::StmtClassDef(_) if place == 0 && !is_static() => return None,
        AnyNodeRef::StmtClassDef(class) => {
            let is_top = reader.names.scope_of(tree.id(class)) == ScopeId::MODULE;
            let within = match is_top {
                true => Within::Class(class.name.to_string()),
                false => Within::Block,
            };
            (within, place - usize::from(!is_static()))
        }
        _ => (Within::Block, place),
    };
    Some(Parameter {
        of: def.name.to_string(),
        within,
        name: binding.name.to_owned(),
        place,
    })
}

/// Returns the module that an expression gets by its name: `sys.modules["time"]`, `__import__("time")`.
fn module<'a>(reader: &Reader<'_, 'a>, made: ExprRef<'a>) -> Option<Holder> {
    let meaning = |value: &'a Expr| reader.resolver.meaning(value.into()).qualified();
    let name = match made {
        ExprRef::Subscript(item) if meaning(&item.value)? == "sys.modules" => &*item.slice,
        ExprRef::Call(call) => match meaning(&call.func)?.as_str() {
            "__import__" | "importlib.import_module" | "sys.modules.get" => {
                call.arguments.args.first()?
            }
            _ => return None,
        },
        _ => return None,
    };
    match text(name) {
        Some("__main__") => Some(Holder::Main),
        Some(name) => Some(Holder::Named(name.to_owned())),
        None if meaning(name).is_some_and(|it| it == "__name__") => Some(Holder::Own),
        None => None,
    }
}

/// Returns whose names a dictionary holds, and whether those are the names of a module: else it holds the
/// modules.
pub(super) fn space<'a>(reader: &Reader<'_, 'a>, value: ExprRef<'a>) -> Option<(Holder, bool)> {
    let meaning = |value: ExprRef<'a>| reader.resolver.meaning(value).qualified();
    if meaning(value).is_some_and(|it| it == "sys.modules") {
        return Some((Holder::Named(String::new()), false));
    }
    match value {
        ExprRef::Attribute(names) if names.attr.as_str() == "__dict__" => {
            Some((holder(reader, (&*names.value).into())?, true))
        }
        ExprRef::Call(call) => {
            let is_top = reader.names.scope_of(reader.tree.id(call)) == ScopeId::MODULE;
            match (
                meaning((&*call.func).into())?.as_str(),
                &*call.arguments.args,
            ) {
                ("globals", []) => Some((Holder::Own, true)),
                ("locals" | "vars", []) if is_top => Some((Holder::Own, true)),
                ("vars", [of]) => Some((holder(reader, of.into())?, true)),
                _ => None,
            }
        }
        ExprRef::Name(_) => {
            let origins = reader.resolver.origins(value).into_iter();
            let mut spaces = origins.filter_map(|origin| match origin {
                Origin::Made(made) => space(reader, made),
                _ => None,
            });
            spaces.next()
        }
        _ => None,
    }
}

/// The first of them.
fn holder<'a>(reader: &Reader<'_, 'a>, value: ExprRef<'a>) -> Option<Holder> {
    holders(reader, value).into_iter().next()
}
