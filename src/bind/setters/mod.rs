//! A call or target → the attributes that it sets by names that are values: `setattr(x, "a", 1)`,
//! `vars(x)["a"] = 1`, mocks, classes that a call makes.

use ruff_python_ast::{
    AnyNodeRef, Arguments, Expr, ExprCall, Keyword, Operator, StmtAugAssign, StmtClassDef,
};

use super::binding::BindingKind;
use super::replacement::{By, Owner};
use super::scope::Bindings;
use crate::python::tree::NodeId;

use namespace::{change, changed, holders, namespace};
use spelled::text;

mod namespace;

mod spelled;

pub use namespace::{NAMESPACE, choices, values};
pub use spelled::{Spelled, spelled};

/// Functions that set an attribute, by their last name, and whether they make a value where none is
/// given; of an `async def` that is one which gives coroutines, too.
const SETTERS: [(&str, bool); 3] = [("setattr", false), ("object", true), ("patch", true)];

/// Functions that take one away.
const DELETERS: [&str; 2] = ["delattr", "__delattr__"];

/// How a class says what setting an attribute does; of an object itself it sets one.
const OWN_SETTER: &str = "__setattr__";

/// What sets several attributes at once, by the names of its arguments, and those that say how.
const SETTER_OF_SEVERAL: (&str, [&str; 6]) = (
    "multiple",
    [
        "autospec",
        "create",
        "new_callable",
        "spec",
        "spec_set",
        "target",
    ],
);

/// Functions that make a class.
const MAKERS: [&str; 3] = ["type", "new_class", "make_dataclass"];

/// An attribute that is set.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    /// What has it.
    pub owner: Owner<'a>,
    /// Its name.
    pub name: Spelled<'a>,
    /// What it becomes.
    pub by: By<'a>,
}

/// Returns what a node sets to something of another kind, and what it gives to a class that it makes: as
/// if each of its bases were given that.
pub fn settings<'a>(names: &Bindings<'a>, id: NodeId) -> Vec<Setting<'a>> {
    let mut all = match names.tree().node(id) {
        AnyNodeRef::ExprCall(call) => match callee(names, call) {
            Some(callee) if MAKERS.contains(&callee) => made_class(names, callee, &call.arguments),
            _ => set_there(names, id),
        },
        _ => set_there(names, id),
    };
    all.retain(|it| !matches!(it.by, By::Kept));
    all
}

/// Returns what a node sets of objects that are there.
pub fn set_there<'a>(names: &Bindings<'a>, id: NodeId) -> Vec<Setting<'a>> {
    let tree = names.tree();
    match tree.node(id) {
        AnyNodeRef::ExprCall(call) => of_call(names, call),
        AnyNodeRef::ExprSubscript(target) if target.ctx.is_store() => {
            let by = match tree.parent_node(id) {
                AnyNodeRef::StmtAssign(assign) => By::Value((&assign.value).into()),
                _ => By::Part,
            };
            let owners = holders(names, &target.value).into_iter();
            let all = owners.flat_map(|owner| named(names, owner, &target.slice, by));
            all.collect()
        }
        AnyNodeRef::ExprAttribute(target) if target.ctx.is_store() => {
            let sets = |owner| vec![any(owner)];
            namespace(target).map_or_else(Vec::new, sets)
        }
        AnyNodeRef::StmtAugAssign(change) => of_change(names, change),
        _ => Vec::new(),
    }
}

/// `names_of |= {…}`; of an attribute the target says it.
fn of_change<'a>(names: &Bindings<'a>, change: &'a StmtAugAssign) -> Vec<Setting<'a>> {
    if change.op != Operator::BitOr || !change.target.is_name_expr() {
        return Vec::new();
    }
    let owners = holders(names, &change.target);
    members(names, &owners, [&*change.value], [])
}

/// The last name of what is called, as it is called where it is defined.
fn callee<'a>(names: &Bindings<'a>, call: &'a ExprCall) -> Option<&'a str> {
    let tree = names.tree();
    let name = match &*call.func {
        Expr::Name(name) => name,
        Expr::Attribute(attribute) => return Some(attribute.attr.as_str()),
        _ => return None,
    };
    let owner = names.lookup(names.scope_of(tree.id(name)), &name.id);
    let all = owner.map_or(&[][..], |owner| names.bindings_of(owner, &name.id));
    let meant = all.iter().find_map(|id| match names.binding(*id).kind {
        BindingKind::FromImport { member, .. } => Some(member),
        BindingKind::Assignment { value, .. } => match tree.node(value) {
            AnyNodeRef::ExprName(name) => Some(name.id.as_str()),
            AnyNodeRef::ExprAttribute(attribute) => Some(attribute.attr.as_str()),
            _ => None,
        },
        _ => None,
    });
    Some(meant.unwrap_or(name.id.as_str()))
}

fn of_call<'a>(names: &Bindings<'a>, call: &'a ExprCall) -> Vec<Setting<'a>> {
    let Some(callee) = callee(names, call) else {
        return Vec::new();
    };
    let given = &call.arguments;
    if let Some(is_named) = change(callee) {
        return changed(names, call, callee, is_named);
    }
    match callee {
        callee if DELETERS.contains(&callee) => deleted(names, call),
        callee if callee == OWN_SETTER => of_own_setter(names, call),
        callee if callee == SETTER_OF_SEVERAL.0 => several(names, given),
        callee => one(names, callee, given),
    }
}

/// What a call gives to a class that it makes.
fn made_class<'a>(names: &Bindings<'a>, callee: &str, given: &'a Arguments) -> Vec<Setting<'a>> {
    let bases = match callee {
        // Behind the name are its fields.
        "make_dataclass" => given.find_keyword("bases").map(|it| &it.value),
        _ => given.find_argument_value("bases", 1),
    };
    let Some(Expr::Tuple(bases)) = bases else {
        return Vec::new();
    };
    let owners: Vec<Owner> = bases
        .elts
        .iter()
        .map(|it| Owner::Value(it.into()))
        .collect();
    let namespace = match callee {
        "type" if given.args.len() == 3 => given.args.get(2),
        "type" => None,
        "new_class" => given.find_argument_value("exec_body", 3),
        _ => given.find_keyword("namespace").map(|it| &it.value),
    };
    members(names, &owners, namespace, [])
}

/// What dicts and named arguments hold.
fn members<'a>(
    names: &Bindings<'a>,
    owners: &[Owner<'a>],
    dicts: impl IntoIterator<Item = &'a Expr>,
    keywords: impl IntoIterator<Item = &'a Keyword>,
) -> Vec<Setting<'a>> {
    let mut found = Vec::new();
    for keyword in keywords {
        let owners = owners.iter().copied();
        found.extend(owners.flat_map(|owner| of_keyword(names, owner, keyword)));
    }
    for dict in dicts {
        for owner in owners.iter().copied() {
            let Expr::Dict(dict) = dict else {
                found.push(any(owner));
                continue;
            };
            for item in &dict.items {
                let by = By::Value((&item.value).into());
                match &item.key {
                    Some(key) => found.extend(named(names, owner, key, by)),
                    None => found.push(any(owner)),
                }
            }
        }
    }
    found
}

fn several<'a>(names: &Bindings<'a>, given: &'a Arguments) -> Vec<Setting<'a>> {
    let Some(owner) = given.find_argument_value("target", 0) else {
        return Vec::new();
    };
    let owner = match known_text(names, owner) {
        Some(name) => Owner::Named(name),
        None => Owner::Value(owner.into()),
    };
    let says_how = |it: &&Keyword| {
        let name = it.arg.as_ref();
        name.is_some_and(|name| SETTER_OF_SEVERAL.1.contains(&name.as_str()))
    };
    let set = given.keywords.iter().filter(|it| !says_how(it));
    set.flat_map(|it| of_keyword(names, owner, it)).collect()
}

fn of_keyword<'a>(
    names: &Bindings<'a>,
    owner: Owner<'a>,
    keyword: &'a Keyword,
) -> Vec<Setting<'a>> {
    match &keyword.arg {
        Some(name) => vec![Setting {
            owner,
            name: Spelled::Whole(name.as_str()),
            by: By::Value((&keyword.value).into()),
        }],
        None => members(names, &[owner], [&keyword.value], []),
    }
}

/// `x.__setattr__("a", 1)`, `object.__setattr__(x, "a", 1)`; in a method of that name what the statement
/// that runs it sets is said there.
fn of_own_setter<'a>(names: &Bindings<'a>, call: &'a ExprCall) -> Vec<Setting<'a>> {
    let (owner, name, value) = match (&*call.func, &*call.arguments.args) {
        (_, [owner, name, value]) => (owner, name, value),
        (Expr::Attribute(method), [name, value]) => (&*method.value, name, value),
        _ => return Vec::new(),
    };
    let own = own_object(names, owner);
    let passes_on = || names_parameter_of(names, name) == Some(OWN_SETTER);
    match own {
        Some(_) if passes_on() => Vec::new(),
        Some(class) if owner.is_call_expr() => {
            named(names, Owner::Instance(class), name, By::Value(value.into()))
        }
        _ => named(
            names,
            Owner::Value(owner.into()),
            name,
            By::Value(value.into()),
        ),
    }
}

/// The class whose method an expression stands in, where it is that method's own object: `self`,
/// `super()`.
fn own_object<'a>(names: &Bindings<'a>, expression: &'a Expr) -> Option<&'a StmtClassDef> {
    let tree = names.tree();
    let mut at = tree.id(expression);
    let def = loop {
        match tree.parent_node(at) {
            AnyNodeRef::StmtFunctionDef(def) => break def,
            AnyNodeRef::ModModule(_) | AnyNodeRef::StmtClassDef(_) => return None,
            _ => at = tree.parent(at),
        }
    };
    let is_own = match expression {
        Expr::Name(name) => {
            let first = def.parameters.iter_non_variadic_params().next();
            first.is_some_and(|it| it.name().as_str() == name.id.as_str())
        }
        Expr::Call(call) => call.func.as_name_expr().is_some_and(|it| it.id == "super"),
        _ => false,
    };
    match tree.parent_node(tree.id(def)) {
        AnyNodeRef::StmtClassDef(class) if is_own => Some(class),
        _ => None,
    }
}

/// The def of which a name is a parameter and nothing else.
fn names_parameter_of<'a>(names: &Bindings<'a>, expression: &'a Expr) -> Option<&'a str> {
    let used = expression.as_name_expr()?;
    let owner = names.lookup(names.scope_of(names.tree().id(used)), &used.id)?;
    let [only] = names.bindings_of(owner, &used.id) else {
        return None;
    };
    let binding = names.binding(*only);
    match (binding.kind, names.tree().node(binding.statement)) {
        (BindingKind::Parameter { .. }, AnyNodeRef::StmtFunctionDef(def)) => {
            Some(def.name.as_str())
        }
        _ => None,
    }
}

/// `delattr(x, "a")`, `x.__delattr__("a")`, `monkeypatch.delattr("m.a")`.
fn deleted<'a>(names: &Bindings<'a>, call: &'a ExprCall) -> Vec<Setting<'a>> {
    let given = &call.arguments;
    let first = given.find_argument_value("target", 0);
    let second = given.find_argument_value("name", 1);
    match (first, second, &*call.func) {
        (Some(owner), Some(name), _) => named(names, Owner::Value(owner.into()), name, By::Kept),
        (Some(name), None, Expr::Attribute(method)) => match known_text(names, name) {
            Some(whole) if whole.contains('.') => Vec::from_iter(dotted(whole, By::Kept)),
            _ => named(names, Owner::Value((&*method.value).into()), name, By::Kept),
        },
        _ => Vec::new(),
    }
}

/// What a call sets of an object.
fn one<'a>(names: &Bindings<'a>, callee: &str, given: &'a Arguments) -> Vec<Setting<'a>> {
    let Some((_, makes)) = SETTERS.iter().find(|(name, _)| *name == callee) else {
        return Vec::new();
    };
    let Some(first) = given.find_argument_value("target", 0) else {
        return Vec::new();
    };
    let keyword = |name| Some(&given.find_keyword(name)?.value);
    let second = given.args.get(1).filter(|_| !given.args.is_empty());
    let second = second.or_else(|| keyword("attribute").or_else(|| keyword("name")));
    let whole = known_text(names, first).filter(|it| it.contains('.'));
    let value = match whole {
        Some(_) => second,
        None => given.args.get(2),
    };
    let value = value
        .or_else(|| keyword("new"))
        .or_else(|| keyword("value"));
    let by = match (value, keyword("new_callable")) {
        (Some(value), _) => By::Value(value.into()),
        (None, Some(factory)) => By::Factory(factory.into()),
        (None, None) if *makes => By::Kept,
        (None, None) => By::Part,
    };
    match (whole, second) {
        (Some(whole), _) => Vec::from_iter(dotted(whole, by)),
        (None, Some(name)) if text(first).is_none() => {
            named(names, Owner::Value(first.into()), name, by)
        }
        _ => Vec::new(),
    }
}

/// `patch("a.b.c")`.
fn dotted<'a>(whole: &'a str, by: By<'a>) -> Option<Setting<'a>> {
    let (owner, name) = whole.rsplit_once('.')?;
    Some(Setting {
        owner: Owner::Named(owner),
        name: Spelled::Whole(name),
        by,
    })
}

/// The one text that a value is.
fn known_text<'a>(names: &Bindings<'a>, value: &'a Expr) -> Option<&'a str> {
    match spelled(names, value)[..] {
        [only] => only.whole(),
        _ => None,
    }
}

fn any(owner: Owner) -> Setting {
    Setting {
        owner,
        name: Spelled::ANY,
        by: By::Part,
    }
}

fn named<'a>(
    names: &Bindings<'a>,
    owner: Owner<'a>,
    name: &'a Expr,
    by: By<'a>,
) -> Vec<Setting<'a>> {
    let set = |name| Setting { owner, name, by };
    spelled(names, name).into_iter().map(set).collect()
}
