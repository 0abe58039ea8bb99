//! A file → the attributes of modules that it sets, and the modules that it hands to functions.

use std::path::Path;

use ruff_python_ast::{AnyNodeRef, Expr, ExprAttribute, ExprCall, ExprName, ExprRef};

use super::key::{self, Names, text};
use crate::bind::binding::BindingKind;
use crate::bind::resolve::Meaning;
use crate::bind::scope::ScopeId;
use crate::bind::value::Origin;
use crate::project::outline::{Reader, joined, read};
use crate::python::tree::NodeId;
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
    /// What a def at the top of the file is given for a parameter.
    Parameter {
        /// The def.
        of: String,
        /// Its name.
        name: String,
        /// How many stand before it.
        place: usize,
    },
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
    pub(super) callee: String,
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
    pub(super) fn read(path: &Path, bytes: Vec<u8>) -> Self {
        read(path, bytes, |reader| Self::of(reader, MAX_DEPTH)).unwrap_or_default()
    }

    fn of(reader: &Reader, depth: u8) -> Self {
        let mut records = Self::default();
        for id in reader.tree.ids() {
            match reader.tree.node(id) {
                AnyNodeRef::ExprAttribute(target) if target.ctx.is_store() => {
                    records.attribute(reader, target);
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

    fn attribute<'a>(&mut self, reader: &Reader<'_, 'a>, target: &'a ExprAttribute) {
        if let Some(holder) = holder(reader, (&*target.value).into()) {
            let names = Some(vec![target.attr.to_string()]);
            self.add(reader, reader.tree.id(target), holder, names);
        }
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
        let Ok(callee) = reader.named((&*call.func).into()) else {
            return;
        };
        let arguments = call.arguments.args.iter().enumerate();
        let arguments = arguments.map(|(place, value)| (Ok(place), value));
        let keywords = call.arguments.keywords.iter();
        let keywords =
            keywords.filter_map(|it| Some((Err(it.arg.as_ref()?.to_string()), &it.value)));
        let given = arguments
            .chain(keywords)
            .filter_map(|(slot, value)| Some((slot, holder(reader, value.into())?)));
        let given: Vec<_> = given.collect();
        if !given.is_empty() {
            self.handings.push(Handing { callee, given });
        }
    }

    /// Notes what a text binds that is run as code of the module.
    fn run_text<'a>(&mut self, reader: &Reader<'_, 'a>, call: &'a ExprCall, depth: u8) {
        let [code, rest @ ..] = &*call.arguments.args else {
            return;
        };
        let at = reader.tree.id(call);
        let is_of_module = match rest {
            [] => reader.names.scope_of(at) == ScopeId::MODULE,
            [globals, ..] => {
                matches!(space(reader, globals.into()), Some((Holder::Own, true)))
            }
        };
        let meaning = reader.resolver.meaning((&*call.func).into());
        if !is_of_module || meaning != Meaning::Qualified("exec".to_owned()) {
            return;
        }
        let Some(code) = text(code) else {
            return;
        };
        let path = reader.source.path();
        let inner = read(path, code.as_bytes().to_vec(), |inner| {
            let names = inner.names.bindings();
            let own = names.filter(|(_, it)| it.scope == ScopeId::MODULE);
            let bound: Vec<String> = own.map(|(_, it)| it.name.to_owned()).collect();
            (bound, Self::of(inner, depth))
        });
        let Some((bound, inner)) = inner else {
            return;
        };
        self.add(reader, at, Holder::Own, Some(bound));
        for setting in inner.settings {
            self.add(
                reader,
                at,
                setting.holder,
                setting.name.map(|name| vec![name]),
            );
        }
    }
}

/// Returns what object of the program has the attributes of a value; `None`: an object like others, or it
/// is not known.
pub(super) fn holder<'a>(reader: &Reader<'_, 'a>, value: ExprRef<'a>) -> Option<Holder> {
    let resolver = reader.resolver;
    match resolver.meaning(value) {
        Meaning::Qualified(name) => return Some(Holder::Named(name)),
        Meaning::Unknown {
            maybe: Some(name), ..
        } => return Some(Holder::Named(name)),
        _ => {}
    }
    if let ExprRef::Name(name) = value
        && let Some(parameter) = parameter(reader, name)
    {
        return Some(parameter);
    }
    if let Some(class) = resolver.local_class(value)
        && reader.names.scope_of(reader.tree.id(class)) == ScopeId::MODULE
    {
        return Some(Holder::Named(joined(reader.own.clone(), &class.name)));
    }
    let origins = resolver.origins(value).into_iter();
    let mut holders = origins.filter_map(|origin| match origin {
        Origin::Made(made) => module(reader, made),
        _ => None,
    });
    holders.next()
}

/// A parameter of a def at the top of the file.
fn parameter(reader: &Reader, name: &ExprName) -> Option<Holder> {
    let names = reader.names;
    let id = reader
        .resolver
        .flow()
        .reaching(reader.tree.id(name))
        .only()?;
    let binding = names.binding(id);
    let AnyNodeRef::StmtFunctionDef(def) = reader.tree.node(binding.statement) else {
        return None;
    };
    let is_top = names.scope_of(binding.statement) == ScopeId::MODULE;
    let mut parameters = def.parameters.iter_non_variadic_params();
    let place = parameters.position(|it| it.name().as_str() == binding.name)?;
    (is_top && matches!(binding.kind, BindingKind::Parameter { .. })).then(|| Holder::Parameter {
        of: def.name.to_string(),
        name: binding.name.to_owned(),
        place,
    })
}

/// Returns the module that an expression gets by its name: `sys.modules["time"]`, `__import__("time")`.
fn module<'a>(reader: &Reader<'_, 'a>, made: ExprRef<'a>) -> Option<Holder> {
    let meaning = |value: &'a Expr| match reader.resolver.meaning(value.into()) {
        Meaning::Qualified(name) => Some(name),
        _ => None,
    };
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
    let meaning = |value: ExprRef<'a>| match reader.resolver.meaning(value) {
        Meaning::Qualified(name) => Some(name),
        _ => None,
    };
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
