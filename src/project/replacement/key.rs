//! A call → what it puts into a dictionary of names: that of a module, or of the modules.

use ruff_python_ast::{Expr, ExprCall, ExprRef};

use super::records::{Holder, space};
use crate::bind::binding::BindingKind;
use crate::bind::value::Origin;
use crate::project::outline::Reader;
use crate::python::tree::NodeId;

/// The names that a value may be; `None`: it is computed.
pub(super) type Names = Option<Vec<String>>;

/// Returns the text that an expression is.
pub(super) fn text(value: &Expr) -> Option<&str> {
    Some(value.as_string_literal_expr()?.value.to_str())
}

/// Returns what texts a value may be.
pub(super) fn names<'a>(reader: &Reader<'_, 'a>, value: &'a Expr) -> Names {
    if let Some(name) = text(value) {
        return Some(vec![name.to_owned()]);
    }
    let Expr::Name(name) = value else {
        return None;
    };
    let reaching = reader.resolver.flow().reaching(reader.tree.id(name));
    if reaching.overflow || reaching.bindings.is_empty() {
        return None;
    }
    let bindings = reaching.bindings.iter();
    let all = bindings.map(|id| match reader.names.binding(*id).kind {
        BindingKind::For { iterable } | BindingKind::Comprehension { iterable } => {
            elements(reader, iterable)
        }
        _ => reader
            .resolver
            .origins_of(*id)
            .into_iter()
            .map(literal)
            .collect(),
    });
    let all: Option<Vec<Vec<String>>> = all.collect();
    all.map(|all| all.concat())
}

fn literal(origin: Origin) -> Option<String> {
    match origin {
        Origin::Made(ExprRef::StringLiteral(text)) => Some(text.value.to_str().to_owned()),
        _ => None,
    }
}

/// The texts that a loop goes over.
fn elements(reader: &Reader, iterable: NodeId) -> Names {
    let elements = match reader.tree.node(iterable).as_expr_ref()? {
        ExprRef::Tuple(tuple) => &tuple.elts,
        ExprRef::List(list) => &list.elts,
        ExprRef::Set(set) => &set.elts,
        _ => return None,
    };
    elements
        .iter()
        .map(|it| text(it).map(str::to_owned))
        .collect()
}

/// Returns what a call puts into a dictionary of names.
pub(super) fn set_by<'a>(reader: &Reader<'_, 'a>, call: &'a ExprCall) -> Vec<(Holder, Names)> {
    let (callee, on) = match &*call.func {
        Expr::Name(name) => (name.id.as_str(), None),
        Expr::Attribute(attribute) => (attribute.attr.as_str(), Some(&*attribute.value)),
        _ => return Vec::new(),
    };
    let found = match (callee, on) {
        ("dict", Some(_)) => {
            let given = call.arguments.find_argument_value("in_dict", 0);
            let space = given.and_then(|of| named_space(reader, of));
            space.and_then(|space| items(reader, space, call, 1))
        }
        ("update", Some(on)) => {
            space(reader, on.into()).and_then(|space| items(reader, space, call, 0))
        }
        ("__setitem__" | "setdefault" | "setitem", Some(on)) => item(reader, call, on),
        _ => None,
    };
    Vec::from_iter(found)
}

/// Returns what a text names as the owner of something.
pub(super) fn spelled(owner: &str) -> Holder {
    match owner {
        "__main__" => Holder::Main,
        owner => Holder::Spelled(owner.to_owned()),
    }
}

fn keywords(call: &ExprCall) -> Vec<String> {
    let keywords = call.arguments.keywords.iter();
    let named = keywords.filter_map(|it| it.arg.as_ref());
    named.map(|name| name.to_string()).collect()
}

/// `patch.dict(globals(), …)`, `patch.dict("sys.modules", …)`.
fn named_space<'a>(reader: &Reader<'_, 'a>, of: &'a Expr) -> Option<(Holder, bool)> {
    match text(of) {
        Some("sys.modules") => Some((Holder::Named(String::new()), false)),
        Some(names) => Some((spelled(names.strip_suffix(".__dict__")?), true)),
        None => space(reader, of.into()),
    }
}

/// The items that a dictionary of names is given: those of a literal, and keywords.
fn items<'a>(
    reader: &Reader<'_, 'a>,
    (holder, is_space): (Holder, bool),
    call: &'a ExprCall,
    place: usize,
) -> Option<(Holder, Names)> {
    let mut all = keywords(call);
    let is_whole = call.arguments.keywords.iter().all(|it| it.arg.is_some());
    let given = call.arguments.args.get(place);
    let keys = given.map_or(Some(Vec::new()), |given| match given {
        Expr::Dict(items) => {
            let keys = items.items.iter();
            let keys = keys.map(|it| names(reader, it.key.as_ref()?));
            keys.collect::<Option<Vec<_>>>().map(|keys| keys.concat())
        }
        _ => None,
    });
    match keys {
        Some(keys) if is_whole => {
            all.extend(keys);
            Some((holder, Some(all)))
        }
        // Which module is put in the place of another is often computed, where it is loaded.
        _ => is_space.then_some((holder, None)),
    }
}

/// `globals().__setitem__(name, …)`, `monkeypatch.setitem(sys.modules, name, …)`.
fn item<'a>(reader: &Reader<'_, 'a>, call: &'a ExprCall, on: &'a Expr) -> Option<(Holder, Names)> {
    let given = &call.arguments.args;
    let of_method = || Some((space(reader, on.into())?, given.first()?));
    let of_first = || Some((space(reader, given.first()?.into())?, given.get(1)?));
    let ((holder, is_space), key) = of_method().or_else(of_first)?;
    let names = names(reader, key);
    (is_space || names.is_some()).then_some((holder, names))
}
