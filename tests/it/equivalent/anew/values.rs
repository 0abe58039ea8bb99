//! An object that comes another way: from a function, from who calls.

use std::collections::BTreeSet;

use ruff_python_ast::{
    AnyNodeRef, Arguments, Expr, ExprCall, Stmt, StmtAssign, StmtClassDef, StmtFunctionDef,
};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::super::Files;
use super::{Edit, File, Program, Rewriting, insert, nodes_of};

pub(in super::super) const MADE: Rewriting = Rewriting {
    name: "`x = make()` with `def make() -> Class`",
    write: made,
    keeps_paths: true,
    least: 80,
};

pub(in super::super) const MADE_UNSAID: Rewriting = Rewriting {
    name: "`x = make()` with `def make()`",
    write: made_unsaid,
    keeps_paths: true,
    least: 80,
};

pub(in super::super) const MADE_OF_LIBRARY: Rewriting = Rewriting {
    name: "`x = make()` with `def make() -> library.Class`",
    write: made_of_library,
    keeps_paths: true,
    least: 250,
};

pub(in super::super) const GIVEN: Rewriting = Rewriting {
    name: "`def f(x: Class)` in place of `x = Class()`",
    write: given,
    keeps_paths: true,
    least: 10,
};

pub(in super::super) const SET: Rewriting = Rewriting {
    name: "`self.x = x` with `def __init__(self, x: Class)`",
    write: set,
    keeps_paths: true,
    least: 8,
};

/// `x = Class()` that may be written otherwise.
struct Making<'p> {
    assign: &'p StmtAssign,
    call: &'p ExprCall,
    class: &'p str,
}

impl<'p> File<'p> {
    /// What is assigned to a name or an attribute; fields of classes left out.
    fn makings(&self) -> Vec<Making<'p>> {
        let fields = self.fields();
        let assigned = self.nodes.iter().filter_map(|it| {
            let AnyNodeRef::StmtAssign(assign) = it else {
                return None;
            };
            let ([target], Expr::Call(call)) = (&assign.targets[..], &*assign.value) else {
                return None;
            };
            let fits = target.is_name_expr() || target.is_attribute_expr();
            let class = self.class_named(&call.func)?;
            (fits && !fields.contains(&assign.range()) && is_plain(&call.arguments)).then_some(
                Making {
                    assign,
                    call,
                    class,
                },
            )
        });
        assigned.collect()
    }

    /// The class of its own level of that name.
    fn class_of(&self, name: &str) -> Option<&'p StmtClassDef> {
        self.classes().find(|it| it.name.as_str() == name)
    }

    /// The end of the line of its own level behind which the name of a class is bound.
    fn bound_behind(&self, class: &str) -> Option<TextSize> {
        let root = class.split('.').next()?;
        let mut binding = self.body.iter().filter(|it| match it {
            Stmt::ClassDef(it) => it.name.as_str() == root,
            Stmt::Import(it) => it.names.iter().any(|it| {
                let name = it.asname.as_ref().unwrap_or(&it.name).as_str();
                name.split('.').next() == Some(root)
            }),
            Stmt::ImportFrom(it) => {
                let mut names = it.names.iter();
                names.any(|it| it.asname.as_ref().unwrap_or(&it.name).as_str() == root)
            }
            _ => false,
        });
        let first = binding.next()?;
        if binding.next().is_some() {
            return None;
        }
        let rest = &self.text[first.end().to_usize()..];
        let line = rest.lines().next().unwrap_or_default();
        let is_over = line.trim_start().is_empty() || line.trim_start().starts_with('#');
        is_over.then(|| first.end() + TextSize::of(line))
    }
}

/// Only literals are passed.
fn is_plain(arguments: &Arguments) -> bool {
    let given = arguments.args.iter();
    let named = arguments.keywords.iter();
    let named = named.map(|it| it.arg.as_ref().map(|_| &it.value));
    given
        .map(Some)
        .chain(named)
        .all(|it| it.is_some_and(Expr::is_literal_expr))
}

fn made(program: &Program) -> Option<Files> {
    made_by(program, true, |class| format!(" -> {class}"))
}

fn made_unsaid(program: &Program) -> Option<Files> {
    made_by(program, true, |_| String::new())
}

fn made_of_library(program: &Program) -> Option<Files> {
    made_by(program, false, |class| format!(" -> {class}"))
}

/// `of_project`: the classes are those of the program, which has them in the same file or in another one.
fn made_by(program: &Program, of_project: bool, said: impl Fn(&str) -> String) -> Option<Files> {
    let files = program.files();
    let is_own = |class: &str| {
        let last = class.rsplit('.').next().unwrap_or_default();
        files.iter().any(|it| it.class_of(last).is_some())
    };
    program.edited(|file| {
        let mut edits = Vec::new();
        for (n, making) in file.makings().into_iter().enumerate() {
            if is_own(making.class) != of_project {
                continue;
            }
            let Some(at) = file.bound_behind(making.class) else {
                continue;
            };
            let (call, said) = (file.text_of(making.call), said(making.class));
            let def = format!("\n\n\ndef make_{n}_(){said}:\n    return {call}\n");
            edits.push(insert(at, def));
            edits.push((making.call.range(), format!("make_{n}_()")));
        }
        Some(edits)
    })
}

/// How often a file names something.
fn n_named(file: &File, name: &str) -> usize {
    let is_it = |it: &&AnyNodeRef| match it {
        AnyNodeRef::ExprName(it) => it.id == name,
        AnyNodeRef::ExprAttribute(it) => it.attr.as_str() == name,
        AnyNodeRef::Alias(it) => it.name.as_str() == name,
        AnyNodeRef::StringLiteral(it) => it.value.contains(name),
        _ => false,
    };
    file.nodes.iter().filter(is_it).count()
}

fn given(program: &Program) -> Option<Files> {
    let files = program.files();
    program.edited(|file| {
        let mut edits = Vec::new();
        for function in file.body.iter().filter_map(Stmt::as_function_def_stmt) {
            let name = function.name.as_str();
            let is_called = files.iter().any(|it| n_named(it, name) > 0);
            let is_test = name.starts_with("test") || file.path.contains("test");
            if is_called || is_test || !function.decorator_list.is_empty() {
                continue;
            }
            edits.extend(given_to(file, function).into_iter().flatten());
        }
        Some(edits)
    })
}

/// The first object that a function makes for itself, as a parameter.
fn given_to(file: &File, function: &StmtFunctionDef) -> Option<[Edit; 2]> {
    let making = file.makings().into_iter().find(|it| {
        let is_own = function
            .body
            .iter()
            .any(|own| own.range() == it.assign.range());
        is_own && it.assign.targets[0].is_name_expr() && file.class_of(it.class).is_some()
    })?;
    let name = file.text_of(&making.assign.targets[0]);
    let in_it = nodes_of(&function.body);
    let is_set = |it: &&AnyNodeRef| match it {
        AnyNodeRef::ExprName(it) => it.ctx.is_store() && it.id == name,
        _ => false,
    };
    if in_it.iter().filter(is_set).count() > 1 || function.body.len() == 1 {
        return None;
    }
    let parameter = format!("{name}: {}", making.class);
    let header = match function.parameters.is_empty() {
        true => parameter,
        false => format!("{parameter}, "),
    };
    let start = function.parameters.start() + TextSize::from(1);
    Some([
        insert(start, header),
        (line_of(file, making.assign.range()), String::new()),
    ])
}

/// The whole lines of something.
pub(super) fn line_of(file: &File, range: TextRange) -> TextRange {
    let start = file.text[..range.start().to_usize()]
        .rfind('\n')
        .map_or(0, |at| at + 1);
    let end = file.text[range.end().to_usize()..].find('\n');
    let end = end.map_or(file.text.len(), |at| range.end().to_usize() + at + 1);
    TextRange::new(
        TextSize::try_from(start).expect("it is in a text"),
        TextSize::try_from(end).expect("it is in a text"),
    )
}

fn set(program: &Program) -> Option<Files> {
    let files = program.files();
    let [file] = &files[..] else { return None };
    let bases: BTreeSet<&str> = file
        .nodes
        .iter()
        .flat_map(|it| match it {
            AnyNodeRef::StmtClassDef(it) => it.bases().iter().map(|it| file.text_of(it)).collect(),
            _ => Vec::new(),
        })
        .collect();
    program.edited(|file| {
        let mut edits = Vec::new();
        for class in file.classes() {
            if !bases.contains(class.name.as_str()) && class.decorator_list.is_empty() {
                edits.extend(set_in(file, class).into_iter().flatten());
            }
        }
        Some(edits)
    })
}

/// The first object that objects of a class make for themselves, as a parameter.
fn set_in(file: &File, class: &StmtClassDef) -> Option<Vec<Edit>> {
    let mut methods = class.body.iter().filter_map(Stmt::as_function_def_stmt);
    let init = methods.find(|it| it.name.as_str() == "__init__")?;
    let making = file.makings().into_iter().find(|it| {
        let is_own = init.body.iter().any(|own| own.range() == it.assign.range());
        is_own && it.assign.targets[0].is_attribute_expr() && file.class_of(it.class).is_some()
    })?;
    let own = init.parameters.iter_non_variadic_params().next()?;
    let mut edits = vec![
        insert(own.end(), format!(", given_: {}", making.class)),
        (making.call.range(), "given_".to_owned()),
    ];
    let name = class.name.as_str();
    let made = file.text_of(making.call);
    let mut n_calls = 0;
    for it in &file.nodes {
        if let AnyNodeRef::ExprCall(call) = it
            && file.text_of(&*call.func) == name
        {
            n_calls += 1;
            let more = match call.arguments.is_empty() {
                true => made.to_owned(),
                false => format!("{made}, "),
            };
            edits.push(insert(call.arguments.start() + TextSize::from(1), more));
        }
    }
    let annotations = file.nodes.iter().filter(|it| match it {
        AnyNodeRef::Parameter(it) => it
            .annotation
            .as_deref()
            .is_some_and(|it| file.text_of(it) == name),
        _ => false,
    });
    // Something else may call the class.
    (n_named(file, name) == n_calls + annotations.count()).then_some(edits)
}
