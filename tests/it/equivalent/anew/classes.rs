//! A class that is written in another way: with one more base, or with a method that stands above it.

use std::collections::{BTreeMap, BTreeSet};

use ruff_python_ast::visitor::source_order::{SourceOrderVisitor, TraversalSignal};
use ruff_python_ast::{AnyNodeRef, Expr, ExprAttribute, Stmt, StmtClassDef, StmtFunctionDef};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::super::Files;
use super::values::line_of;
use super::{Edit, File, Program, Rewriting, insert, nodes_of};

pub(in super::super) const GENERIC_TOO: Rewriting = Rewriting {
    name: "`class Below(Base, Generic[T])`",
    write: generic_too,
    keeps_paths: true,
    least: 100,
};

pub(in super::super) const DECORATED: Rewriting = Rewriting {
    name: "a decorator that keeps a coroutine function",
    write: decorated,
    keeps_paths: true,
    least: 100,
};

pub(in super::super) const INHERITED: Rewriting = Rewriting {
    name: "`self.method()` of a base",
    write: inherited,
    keeps_paths: true,
    least: 20,
};

pub(in super::super) const SUPER: Rewriting = Rewriting {
    name: "`super().method()`",
    write: by_super,
    keeps_paths: true,
    least: 20,
};

/// Classes that take no further base, or make something else of their bodies.
const CLOSED: [&str; 9] = [
    "Enum",
    "IntEnum",
    "StrEnum",
    "Flag",
    "NamedTuple",
    "TypedDict",
    "Protocol",
    "Generic",
    "type",
];

fn is_closed(class: &StmtClassDef, closed: &BTreeSet<&str>, file: &File) -> bool {
    let bases = class.bases().iter();
    let last = |it: &Expr| file.text_of(it).rsplit('.').next().unwrap_or_default();
    class.type_params.is_some()
        || bases.clone().any(Expr::is_subscript_expr)
        || bases.clone().any(Expr::is_starred_expr)
        || bases.map(last).any(|it| closed.contains(it))
}

fn generic_too(program: &Program) -> Option<Files> {
    program.edited(|file| {
        let mut closed = BTreeSet::from(CLOSED);
        let mut edits = Vec::new();
        for class in file.classes() {
            if is_closed(class, &closed, file) {
                closed.insert(class.name.as_str());
                continue;
            }
            edits.push(match &class.arguments {
                None => insert(class.name.end(), "(Generic[T_])"),
                Some(all) => match all.args.last() {
                    None => insert(
                        all.start() + TextSize::from(1),
                        match all.keywords.is_empty() {
                            true => "Generic[T_]",
                            false => "Generic[T_], ",
                        },
                    ),
                    Some(last) => insert(last.end(), ", Generic[T_]"),
                },
            });
        }
        if !edits.is_empty() {
            let head = "from typing import Generic, TypeVar\nT_ = TypeVar('T_')\n";
            edits.push(insert(file.first_line(), head));
        }
        Some(edits)
    })
}

const KEEPER: &str = "from functools import wraps as wraps_


def kept_(function_):
    @wraps_(function_)
    async def run_(*args_, **kwargs_):
        return await function_(*args_, **kwargs_)
    return run_


";

fn decorated(program: &Program) -> Option<Files> {
    program.edited(|file| {
        let functions = file.body.iter().flat_map(|it| match it {
            Stmt::FunctionDef(it) => vec![it],
            Stmt::ClassDef(it) => {
                let body = it.body.iter();
                body.filter_map(Stmt::as_function_def_stmt).collect()
            }
            _ => Vec::new(),
        });
        let mut edits: Vec<Edit> = functions
            .filter(|it| it.is_async && it.decorator_list.is_empty() && !yields(it))
            .map(|it| {
                let line = line_of(file, TextRange::empty(it.start()));
                let indent = &file.text[line.start().to_usize()..it.start().to_usize()];
                insert(line.start(), format!("{indent}@kept_\n"))
            })
            .collect();
        if !edits.is_empty() {
            edits.insert(0, insert(file.first_line(), KEEPER));
        }
        Some(edits)
    })
}

/// The nodes of a function, what stands in functions in it left out.
fn own_nodes(function: &StmtFunctionDef) -> Vec<AnyNodeRef<'_>> {
    struct Own<'p>(Vec<AnyNodeRef<'p>>);

    impl<'p> SourceOrderVisitor<'p> for Own<'p> {
        fn enter_node(&mut self, node: AnyNodeRef<'p>) -> TraversalSignal {
            self.0.push(node);
            match node {
                AnyNodeRef::StmtFunctionDef(_)
                | AnyNodeRef::StmtClassDef(_)
                | AnyNodeRef::ExprLambda(_)
                | AnyNodeRef::ExprListComp(_)
                | AnyNodeRef::ExprSetComp(_)
                | AnyNodeRef::ExprDictComp(_)
                | AnyNodeRef::ExprGenerator(_) => TraversalSignal::Skip,
                _ => TraversalSignal::Traverse,
            }
        }
    }

    let mut own = Own(Vec::new());
    function.body.iter().for_each(|it| own.visit_stmt(it));
    own.0
}

fn yields(function: &StmtFunctionDef) -> bool {
    let own = own_nodes(function);
    own.iter()
        .any(|it| it.is_expr_yield() || it.is_expr_yield_from())
}

/// A class with the methods that can stand above it.
struct Split<'p> {
    class: &'p StmtClassDef,
    /// Those that go above it, in their order.
    goes: Vec<&'p StmtFunctionDef>,
    stays: Vec<&'p StmtFunctionDef>,
    /// The one that is called from those that stay.
    called: &'p str,
}

/// The attributes of the object of a method that are used in it.
fn own_attributes(method: &StmtFunctionDef, is_own: bool) -> Vec<&ExprAttribute> {
    let first = method.parameters.iter_non_variadic_params().next();
    let first = first.map(|it| it.name().as_str());
    let nodes = match is_own {
        true => own_nodes(method),
        false => nodes_of(&method.body),
    };
    let attributes = nodes.into_iter().filter_map(|it| match it {
        AnyNodeRef::ExprAttribute(it) => {
            let of = it.value.as_name_expr().map(|it| it.id.as_str());
            (of.is_some() && of == first).then_some(it)
        }
        _ => None,
    });
    attributes.collect()
}

/// What a class has to say for a split: no decorators, no keywords, nothing that closes it.
fn split<'p>(file: &File<'p>, class: &'p StmtClassDef) -> Option<Split<'p>> {
    let has_keywords = class
        .arguments
        .as_ref()
        .is_some_and(|it| !it.keywords.is_empty());
    if has_keywords
        || !class.decorator_list.is_empty()
        || class.name.contains("Test")
        || is_closed(class, &BTreeSet::from(CLOSED), file)
    {
        return None;
    }
    let methods: Vec<&StmtFunctionDef> = class
        .body
        .iter()
        .filter_map(Stmt::as_function_def_stmt)
        .collect();
    let by_name: BTreeMap<&str, &StmtFunctionDef> =
        methods.iter().map(|it| (it.name.as_str(), *it)).collect();
    if by_name.len() < methods.len() {
        return None;
    }
    let asks_above = |it: &&StmtFunctionDef| {
        let mut nodes = nodes_of(&it.body).into_iter();
        nodes.any(|it| matches!(it, AnyNodeRef::ExprName(it) if it.id == "super"))
    };
    if methods.iter().any(asks_above) {
        return None;
    }
    let called = methods.iter().flat_map(|it| own_attributes(it, true));
    let called: Vec<&str> = called.map(|it| it.attr.as_str()).collect();
    called.into_iter().find_map(|called| {
        let names = above(class, &by_name, called)?;
        let (goes, stays): (Vec<_>, Vec<_>) = methods
            .iter()
            .copied()
            .partition(|it| names.contains(it.name.as_str()));
        let mut uses = stays.iter().flat_map(|it| own_attributes(it, true));
        uses.any(|it| it.attr.as_str() == called).then_some(Split {
            class,
            goes,
            stays,
            called,
        })
    })
}

/// The methods that have to go with one: those that it uses, and those that set what it reads.
fn above<'p>(
    class: &'p StmtClassDef,
    methods: &BTreeMap<&'p str, &'p StmtFunctionDef>,
    called: &'p str,
) -> Option<BTreeSet<&'p str>> {
    let mut names = BTreeSet::new();
    let mut open = vec![called];
    let fields: BTreeSet<&str> = class
        .body
        .iter()
        .flat_map(|it| match it {
            Stmt::Assign(it) => it.targets.iter().filter_map(Expr::as_name_expr).collect(),
            Stmt::AnnAssign(it) => it.target.as_name_expr().into_iter().collect(),
            _ => Vec::new(),
        })
        .map(|it| it.id.as_str())
        .collect();
    while let Some(name) = open.pop() {
        let method = *methods.get(name)?;
        if !names.insert(name) {
            continue;
        }
        let is_bound_to_it = nodes_of(&method.body).iter().any(|it| match it {
            AnyNodeRef::ExprName(it) => {
                it.id == "super" || it.id == "__class__" || it.id.starts_with("__")
            }
            AnyNodeRef::ExprAttribute(it) => it.attr.starts_with("__") && !it.attr.ends_with("__"),
            _ => false,
        });
        if is_bound_to_it {
            return None;
        }
        for attribute in own_attributes(method, false) {
            let attr = attribute.attr.as_str();
            if fields.contains(attr) {
                return None;
            }
            match methods.contains_key(attr) {
                true => open.push(attr),
                false => open.extend(setters(methods, attr)),
            }
        }
    }
    Some(names)
}

/// The methods that set an attribute of their object.
fn setters<'p>(
    methods: &BTreeMap<&'p str, &'p StmtFunctionDef>,
    attr: &str,
) -> impl Iterator<Item = &'p str> {
    let sets = |method: &StmtFunctionDef| {
        let mut uses = own_attributes(method, false).into_iter();
        uses.any(|it| it.attr.as_str() == attr && !it.ctx.is_load())
    };
    let setters = methods.iter().filter(|(_, it)| sets(it));
    setters
        .map(|(name, _)| *name)
        .collect::<Vec<_>>()
        .into_iter()
}

/// The class above, and what becomes of the one below.
fn apart(file: &File, split: &Split) -> Vec<Edit> {
    let class = split.class;
    let mut above = format!("class Above{}", class.name);
    if let Some(all) = &class.arguments {
        above.push_str(file.text_of(all.range()));
    }
    above.push_str(":\n");
    let mut edits = Vec::new();
    for method in &split.goes {
        let range = TextRange::new(start_of(method), method.end());
        let lines = line_of(file, range);
        above.push_str(file.text_of(lines));
        above.push('\n');
        edits.push((lines, String::new()));
    }
    above.push('\n');
    let header = match &class.arguments {
        Some(all) => all.range(),
        None => TextRange::empty(class.name.end()),
    };
    edits.push((header, format!("(Above{})", class.name)));
    edits.push(insert(class.start(), above));
    edits
}

fn start_of(method: &StmtFunctionDef) -> TextSize {
    let first = method.decorator_list.first();
    first.map_or(method.start(), Ranged::start)
}

fn splits<'p>(file: &File<'p>) -> Vec<Split<'p>> {
    file.classes().filter_map(|it| split(file, it)).collect()
}

fn inherited(program: &Program) -> Option<Files> {
    program.edited(|file| {
        let splits = splits(file);
        Some(splits.iter().flat_map(|it| apart(file, it)).collect())
    })
}

fn by_super(program: &Program) -> Option<Files> {
    let files = program.files();
    let defined = |name: &str| {
        let nodes = files.iter().flat_map(|it| &it.nodes);
        let is_it = |it: &&AnyNodeRef| match it {
            AnyNodeRef::StmtFunctionDef(it) => it.name.as_str() == name,
            _ => false,
        };
        nodes.filter(is_it).count()
    };
    program.edited(|file| {
        let mut edits = Vec::new();
        for split in splits(file) {
            // A class below may have another one.
            if defined(split.called) > 1 {
                continue;
            }
            edits.extend(apart(file, &split));
            let uses = split.stays.iter().flat_map(|it| own_attributes(it, true));
            let uses = uses.filter(|it| it.attr.as_str() == split.called && it.ctx.is_load());
            edits.extend(uses.map(|it| (it.value.range(), "super()".to_owned())));
        }
        Some(edits)
    })
}
