//! A call or target → the attributes that it sets by names that are values: `setattr(x, "a", 1)`,
//! `vars(x)["a"] = 1`, mocks, classes that a call makes.

use ruff_python_ast::{
    AnyNodeRef, Arguments, Expr, ExprAttribute, ExprCall, InterpolatedStringElement, Keyword,
    Operator,
};

use super::replaced::{By, Owner};
use super::scope::{Binding, BindingKind, Bindings};
use crate::python::tree::NodeId;

/// Functions that set an attribute, by their last name, and whether they make a value where none is
/// given; of an `async def` that is one which gives coroutines, too.
const SETTERS: [(&str, bool); 3] = [("setattr", false), ("object", true), ("patch", true)];

/// What sets several attributes at once, by the names of its arguments, and those that say how.
const SETTER_OF_SEVERAL: (&str, [&str; 5]) = (
    "multiple",
    ["autospec", "create", "new_callable", "spec", "spec_set"],
);

/// The attributes of an object, by their names.
pub const NAMESPACE: &str = "__dict__";

/// Methods that change what a namespace holds, and whether their first argument is the name.
const CHANGES: [(&str, bool); 4] = [
    ("__ior__", false),
    ("__setitem__", true),
    ("setdefault", true),
    ("update", false),
];

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

/// What is known of a name that is a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spelled<'a> {
    /// It.
    Whole(&'a str),
    /// How it begins and ends.
    Partly(&'a str, &'a str),
}

impl<'a> Spelled<'a> {
    /// Not known.
    pub const ANY: Self = Self::Partly("", "");

    /// Returns it where it is known.
    pub fn whole(self) -> Option<&'a str> {
        match self {
            Self::Whole(name) => Some(name),
            Self::Partly(..) => None,
        }
    }

    /// Returns whether it may be that name.
    pub fn may_be(self, name: &str) -> bool {
        match self {
            Self::Whole(known) => known == name,
            Self::Partly(start, end) => name
                .strip_prefix(start)
                .is_some_and(|rest| rest.ends_with(end)),
        }
    }
}

/// Returns what a node sets.
pub fn settings<'a>(names: &Bindings<'a>, id: NodeId) -> Vec<Setting<'a>> {
    let tree = names.tree();
    match tree.node(id) {
        AnyNodeRef::ExprCall(call) => of_call(names, call),
        AnyNodeRef::ExprSubscript(target) if !target.ctx.is_load() => {
            let Some(owner) = holder(&target.value) else {
                return Vec::new();
            };
            let by = match tree.parent_node(id) {
                AnyNodeRef::StmtAssign(assign) => By::Value((&assign.value).into()),
                _ => By::Part,
            };
            named(names, owner, &target.slice, by)
        }
        AnyNodeRef::ExprAttribute(target) if target.ctx.is_store() => {
            let sets = |owner| vec![any(owner)];
            namespace(target).map_or_else(Vec::new, sets)
        }
        _ => Vec::new(),
    }
}

fn of_call<'a>(names: &Bindings<'a>, call: &'a ExprCall) -> Vec<Setting<'a>> {
    let callee = match call.func.as_ref() {
        Expr::Name(name) => name.id.as_str(),
        Expr::Attribute(attribute) => attribute.attr.as_str(),
        _ => return Vec::new(),
    };
    let given = &call.arguments;
    if let Expr::Attribute(method) = call.func.as_ref()
        && let Some(owner) = holder(&method.value)
    {
        let change = CHANGES.iter().find(|(name, _)| *name == callee);
        return match (change, given.args.first()) {
            (None, _) => Vec::new(),
            (Some((_, true)), Some(name)) => named(names, owner, name, By::Part),
            (Some(_), _) => members(names, &[owner], given.args.iter(), &given.keywords),
        };
    }
    match callee {
        "type" | "new_class" | "make_dataclass" => made_class(names, callee, given),
        callee if callee == SETTER_OF_SEVERAL.0 => several(given),
        callee => one(names, callee, given),
    }
}

/// What a call gives to a class that it makes: as if each of its bases were given it.
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
    members(names, &owners, namespace, &[])
}

/// What dicts and named arguments hold.
fn members<'a>(
    names: &Bindings<'a>,
    owners: &[Owner<'a>],
    dicts: impl IntoIterator<Item = &'a Expr>,
    keywords: &'a [Keyword],
) -> Vec<Setting<'a>> {
    let mut found = Vec::new();
    for owner in owners.iter().copied() {
        found.extend(keywords.iter().map(|it| of_keyword(owner, it)));
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

fn several(given: &Arguments) -> Vec<Setting<'_>> {
    let Some(owner) = given.args.first() else {
        return Vec::new();
    };
    let owner = match text(owner) {
        Some(name) => Owner::Named(name),
        None => Owner::Value(owner.into()),
    };
    let says_how = |it: &&Keyword| {
        let name = it.arg.as_ref();
        name.is_some_and(|name| SETTER_OF_SEVERAL.1.contains(&name.as_str()))
    };
    let set = given.keywords.iter().filter(|it| !says_how(it));
    set.map(|it| of_keyword(owner, it)).collect()
}

fn of_keyword<'a>(owner: Owner<'a>, keyword: &'a Keyword) -> Setting<'a> {
    match &keyword.arg {
        Some(name) => Setting {
            owner,
            name: Spelled::Whole(name.as_str()),
            by: By::Value((&keyword.value).into()),
        },
        None => any(owner),
    }
}

/// What a call sets of an object.
fn one<'a>(names: &Bindings<'a>, callee: &str, given: &'a Arguments) -> Vec<Setting<'a>> {
    let Some((_, makes)) = SETTERS.iter().find(|(name, _)| *name == callee) else {
        return Vec::new();
    };
    let Some(first) = given.args.first() else {
        return Vec::new();
    };
    let whole = text(first);
    let value = given.args.get(if whole.is_some() { 1 } else { 2 });
    let keyword = |name| Some(&given.find_keyword(name)?.value);
    let value = value
        .or_else(|| keyword("new"))
        .or_else(|| keyword("value"));
    let by = match (value, keyword("new_callable")) {
        (Some(value), _) => By::Value(value.into()),
        (None, Some(factory)) => By::Factory(factory.into()),
        (None, None) if *makes => return Vec::new(),
        (None, None) => By::Part,
    };
    match (whole.map(|whole| whole.rsplit_once('.')), given.args.get(1)) {
        (Some(Some((owner, name))), _) => vec![Setting {
            owner: Owner::Named(owner),
            name: Spelled::Whole(name),
            by,
        }],
        (None, Some(name)) => named(names, Owner::Value(first.into()), name, by),
        _ => Vec::new(),
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

/// The object whose attributes an expression holds: `x.__dict__`, `vars(x)`.
fn holder(namespace_of: &Expr) -> Option<Owner<'_>> {
    match namespace_of {
        Expr::Attribute(attribute) => namespace(attribute),
        Expr::Call(call) => {
            let is_vars = call.func.as_name_expr().is_some_and(|it| it.id == "vars");
            let object = call.arguments.args.first().filter(|_| is_vars)?;
            Some(Owner::Value(object.into()))
        }
        _ => None,
    }
}

fn namespace(attribute: &ExprAttribute) -> Option<Owner<'_>> {
    let is_it = attribute.attr.as_str() == NAMESPACE;
    is_it.then(|| Owner::Value((&attribute.value).into()))
}

/// What names a value may be.
fn spelled<'a>(names: &Bindings<'a>, name: &'a Expr) -> Vec<Spelled<'a>> {
    match name {
        Expr::StringLiteral(_) => text(name).map(Spelled::Whole).into_iter().collect(),
        Expr::FString(whole) => {
            let parts: Vec<_> = whole.value.elements().collect();
            let of = |part: Option<&&'a InterpolatedStringElement>| match part {
                Some(InterpolatedStringElement::Literal(it)) => &*it.value,
                _ => "",
            };
            vec![Spelled::Partly(of(parts.first()), of(parts.last()))]
        }
        Expr::BinOp(sum) if sum.op == Operator::Add => {
            let of = |part| text(part).unwrap_or_default();
            vec![Spelled::Partly(of(&sum.left), of(&sum.right))]
        }
        Expr::Name(used) => {
            let scope = names.scope_of(names.tree().id(used));
            let owner = names.lookup(scope, &used.id);
            let all = owner.map_or(&[][..], |owner| names.bindings_of(owner, &used.id));
            let all = all.iter().map(|id| listed(names, names.binding(*id)));
            match all.collect::<Option<Vec<_>>>() {
                Some(all) if !all.is_empty() => all.concat(),
                _ => vec![Spelled::ANY],
            }
        }
        _ => vec![Spelled::ANY],
    }
}

/// The texts that a binding gives to a name, where they are written out.
fn listed<'a>(names: &Bindings<'a>, binding: &Binding<'a>) -> Option<Vec<Spelled<'a>>> {
    let tree = names.tree();
    let (iterable, is_whole) = match binding.kind {
        BindingKind::Assignment { value, .. } => {
            let name = literal(tree.node(value))?;
            return Some(vec![Spelled::Whole(name)]);
        }
        BindingKind::For { iterable } | BindingKind::Comprehension { iterable } => {
            let around = tree.parent_node(binding.node);
            (iterable, around.is_stmt_for() || around.is_comprehension())
        }
        _ => return None,
    };
    let elements = match tree.node(iterable) {
        AnyNodeRef::ExprTuple(it) => &it.elts,
        AnyNodeRef::ExprList(it) => &it.elts,
        AnyNodeRef::ExprSet(it) => &it.elts,
        _ => return None,
    };
    let names = elements.iter().map(|it| text(it).map(Spelled::Whole));
    names.collect::<Option<_>>().filter(|_| is_whole)
}

fn text(argument: &Expr) -> Option<&str> {
    let literal = argument.as_string_literal_expr()?;
    Some(literal.value.to_str())
}

fn literal<'a>(node: AnyNodeRef<'a>) -> Option<&'a str> {
    match node {
        AnyNodeRef::ExprStringLiteral(it) => Some(it.value.to_str()),
        _ => None,
    }
}
