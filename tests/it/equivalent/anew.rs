//! A program → one that means the same.

use std::collections::{BTreeMap, BTreeSet};

use ruff_python_ast::visitor::source_order::{SourceOrderVisitor, TraversalSignal};
use ruff_python_ast::{AnyNodeRef, Expr, ModModule, Stmt, StmtClassDef};
use ruff_python_parser::{Parsed, parse_module};
use ruff_text_size::{Ranged, TextLen, TextRange, TextSize};

use super::Files;

pub(super) mod classes;

pub(super) mod values;

/// A way to write programs anew.
pub(super) struct Rewriting {
    pub(super) name: &'static str,
    /// `None`: the program has nothing to write so.
    pub(super) write: fn(&Program) -> Option<Files>,
    /// Whether all stays in its file.
    pub(super) keeps_paths: bool,
    /// So many examples have something to write so, at least.
    pub(super) least: usize,
}

pub(super) const ANNOTATED: Rewriting = Rewriting {
    name: "`x: Class = Class()`",
    write: annotated,
    keeps_paths: true,
    least: 150,
};

pub(super) const PARAMETERS: [Rewriting; 4] = [
    parameters("`x: 'Class'`", |program| spelled(program, "'", "'", "")),
    parameters("`x: Class | None`", |program| {
        spelled(program, "", " | None", "")
    }),
    parameters("`x: Optional[Class]`", |program| {
        spelled(program, "Optional[", "]", "from typing import Optional\n")
    }),
    parameters("`x: Annotated[Class, 1]`", |program| {
        spelled(
            program,
            "Annotated[",
            ", 1]",
            "from typing import Annotated\n",
        )
    }),
];

pub(super) const GENERIC: Rewriting = Rewriting {
    name: "`class Below(Base[int])`",
    write: generic,
    keeps_paths: true,
    least: 10,
};

pub(super) const ALIASED: Rewriting = Rewriting {
    name: "`import module as other`",
    write: aliased,
    keeps_paths: true,
    least: 300,
};

pub(super) const ONE_BY_ONE: Rewriting = Rewriting {
    name: "`from module import name`",
    write: one_by_one,
    keeps_paths: true,
    least: 250,
};

pub(super) const MOVED: Rewriting = Rewriting {
    name: "classes in another file",
    write: moved,
    keeps_paths: false,
    least: 100,
};

pub(super) const UNENDED: Rewriting = Rewriting {
    name: "no line end behind the last line",
    write: unended,
    keeps_paths: true,
    least: 500,
};

const fn parameters(name: &'static str, write: fn(&Program) -> Option<Files>) -> Rewriting {
    Rewriting {
        name,
        write,
        keeps_paths: true,
        least: 25,
    }
}

/// Parsed files.
pub(super) struct Program {
    files: Vec<(String, String, Parsed<ModModule>)>,
    /// What is no Python.
    others: Files,
}

/// A file of it.
struct File<'p> {
    path: &'p str,
    text: &'p str,
    body: &'p [Stmt],
    nodes: Vec<AnyNodeRef<'p>>,
}

struct Nodes<'p>(Vec<AnyNodeRef<'p>>);

impl<'p> SourceOrderVisitor<'p> for Nodes<'p> {
    fn enter_node(&mut self, node: AnyNodeRef<'p>) -> TraversalSignal {
        self.0.push(node);
        TraversalSignal::Traverse
    }
}

impl Program {
    /// Parses files; `None` where one is a notebook, or does not parse.
    pub(super) fn read(files: &Files) -> Option<Self> {
        let mut program = Self {
            files: Vec::new(),
            others: Vec::new(),
        };
        for (path, text) in files {
            if path.ends_with(".ipynb") || text.contains("# %%") {
                return None;
            }
            match path.ends_with(".py") {
                true => program
                    .files
                    .push((path.clone(), text.clone(), parse_module(text).ok()?)),
                false => program.others.push((path.clone(), text.clone())),
            }
        }
        (!program.files.is_empty()).then_some(program)
    }

    fn files(&self) -> Vec<File<'_>> {
        let files = self.files.iter();
        files
            .map(|(path, text, parsed)| file(path, text, &parsed.syntax().body))
            .collect()
    }

    /// Edits each file; `None` where there is nothing to edit.
    fn edited<'p>(&'p self, edit: impl Fn(&File<'p>) -> Option<Vec<Edit>>) -> Option<Files> {
        let mut all = self.others.clone();
        let mut is_edited = false;
        for file in self.files() {
            let edits = edit(&file)?;
            is_edited |= !edits.is_empty();
            all.push((file.path.to_owned(), applied(file.text, edits)));
        }
        is_edited.then_some(all)
    }
}

fn file<'p>(path: &'p str, text: &'p str, body: &'p [Stmt]) -> File<'p> {
    File {
        path,
        text,
        body,
        nodes: nodes_of(body),
    }
}

fn nodes_of(body: &[Stmt]) -> Vec<AnyNodeRef<'_>> {
    let mut nodes = Nodes(Vec::new());
    body.iter().for_each(|it| nodes.visit_stmt(it));
    nodes.0
}

fn unended(program: &Program) -> Option<Files> {
    program.edited(|file| {
        let last = file.text.trim_end_matches('\n').text_len();
        let end = TextRange::new(last, file.text.text_len());
        Some(vec![(end, String::new())])
    })
}

/// A range and what stands there then.
type Edit = (TextRange, String);

fn applied(text: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|(range, _)| range.start());
    let mut new = text.to_owned();
    for (range, with) in edits.into_iter().rev() {
        new.replace_range(range.start().to_usize()..range.end().to_usize(), &with);
    }
    new
}

fn insert(at: TextSize, text: impl Into<String>) -> Edit {
    (TextRange::empty(at), text.into())
}

impl<'p> File<'p> {
    fn text_of(&self, node: impl Ranged) -> &'p str {
        &self.text[node.range()]
    }

    /// A dotted name whose last part begins as those of classes do.
    fn class_named(&self, expression: &Expr) -> Option<&'p str> {
        let name = self.text_of(expression);
        let is_dotted = name
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'));
        let last = name.rsplit('.').next()?;
        (is_dotted && last.starts_with(char::is_uppercase)).then_some(name)
    }

    /// Where imports may stand: behind the docstring and what is of the future.
    fn first_line(&self) -> TextSize {
        let is_head = |it: &&Stmt| match it {
            Stmt::Expr(it) => it.value.is_string_literal_expr(),
            Stmt::ImportFrom(it) => it.module.as_deref() == Some("__future__"),
            _ => false,
        };
        let first = self.body.iter().find(|it| !is_head(it));
        first.map_or(self.text.text_len(), decorated_start)
    }

    fn classes(&self) -> impl Iterator<Item = &'p StmtClassDef> {
        self.body.iter().filter_map(Stmt::as_class_def_stmt)
    }

    /// Statements in the bodies of classes: an annotation may make a field there.
    fn fields(&self) -> Vec<TextRange> {
        let nodes = self.nodes.iter();
        let fields = nodes.flat_map(|it| match it {
            AnyNodeRef::StmtClassDef(it) => it.body.iter().map(Ranged::range).collect(),
            _ => Vec::new(),
        });
        fields.collect()
    }

    /// Names that are bound here other than by imports.
    fn bound(&self) -> BTreeSet<&'p str> {
        let bound = self.nodes.iter().filter_map(|it| match it {
            AnyNodeRef::ExprName(it) if it.ctx.is_store() => Some(it.id.as_str()),
            AnyNodeRef::Parameter(it) => Some(it.name.as_str()),
            AnyNodeRef::StmtFunctionDef(it) => Some(it.name.as_str()),
            AnyNodeRef::StmtClassDef(it) => Some(it.name.as_str()),
            _ => None,
        });
        bound.collect()
    }

    /// Whether a text of the file names a module, or it is imported in a function.
    fn is_spelled(&self, module: &str) -> bool {
        self.nodes.iter().any(|it| match it {
            AnyNodeRef::StringLiteral(it) => it.value.contains(module),
            AnyNodeRef::InterpolatedStringLiteralElement(it) => it.value.contains(module),
            _ => false,
        })
    }

    /// The modules that `import` statements of its own level name one by one, with these.
    fn modules(&self, program: &Program) -> BTreeMap<&'p str, &'p Stmt> {
        let bound = self.bound();
        let imports = self.nodes.iter().filter(|it| it.is_stmt_import()).count();
        let own = self.body.iter().filter_map(|it| match it {
            Stmt::Import(import) => match &import.names[..] {
                [alias] if alias.asname.is_none() => Some((alias.name.as_str(), it)),
                _ => None,
            },
            _ => None,
        });
        let own: BTreeMap<&str, &Stmt> = own.collect();
        let is_own = |module: &str| {
            let path = format!("{module}.py");
            program.files.iter().any(|it| it.0.ends_with(&path))
        };
        let fits = |module: &&str| {
            !module.contains('.')
                && !bound.contains(*module)
                && !is_own(module)
                && !self.is_spelled(module)
        };
        match imports == own.len() {
            true => own.into_iter().filter(|(module, _)| fits(module)).collect(),
            false => BTreeMap::new(),
        }
    }
}

fn decorated_start(statement: &Stmt) -> TextSize {
    let decorators = match statement {
        Stmt::FunctionDef(it) => &it.decorator_list,
        Stmt::ClassDef(it) => &it.decorator_list,
        _ => return statement.start(),
    };
    decorators
        .first()
        .map_or(statement.start(), |it| it.start())
}

fn annotated(program: &Program) -> Option<Files> {
    program.edited(|file| {
        let declared: BTreeSet<&str> = file
            .nodes
            .iter()
            .flat_map(|it| match it {
                AnyNodeRef::StmtGlobal(it) => it.names.iter().map(|it| it.as_str()).collect(),
                AnyNodeRef::StmtNonlocal(it) => it.names.iter().map(|it| it.as_str()).collect(),
                _ => Vec::new(),
            })
            .collect();
        let fields = file.fields();
        let edits = file.nodes.iter().filter_map(|it| {
            let AnyNodeRef::StmtAssign(assign) = it else {
                return None;
            };
            let ([target], Expr::Call(call)) = (&assign.targets[..], &*assign.value) else {
                return None;
            };
            let fits = match target {
                Expr::Name(it) => !declared.contains(it.id.as_str()),
                Expr::Attribute(it) => it.value.as_name_expr().is_some_and(|it| it.id == "self"),
                _ => false,
            };
            let class = file.class_named(&call.func)?;
            (fits && !fields.contains(&assign.range()))
                .then(|| insert(target.end(), format!(": {class}")))
        });
        Some(edits.collect())
    })
}

fn spelled(program: &Program, before: &str, after: &str, import: &str) -> Option<Files> {
    program.edited(|file| {
        let annotations = file.nodes.iter().filter_map(|it| match it {
            AnyNodeRef::Parameter(it) => it.annotation.as_deref(),
            _ => None,
        });
        let named = annotations.filter(|it| file.class_named(it).is_some());
        let mut edits: Vec<Edit> = named
            .flat_map(|it| [insert(it.start(), before), insert(it.end(), after)])
            .collect();
        if !edits.is_empty() {
            edits.push(insert(file.first_line(), import));
        }
        Some(edits)
    })
}

fn generic(program: &Program) -> Option<Files> {
    let files = program.files();
    let classes: BTreeSet<&str> = files
        .iter()
        .flat_map(|it| it.classes())
        .map(|it| it.name.as_str())
        .collect();
    let all = files.iter().flat_map(|it| &it.nodes);
    let bases = all.flat_map(|it| match it {
        AnyNodeRef::StmtClassDef(it) => it.bases(),
        _ => &[],
    });
    let named = bases.filter_map(|it| it.as_name_expr().map(|it| it.id.as_str()));
    let used: BTreeSet<String> = named
        .filter(|it| classes.contains(it))
        .map(str::to_owned)
        .collect();
    program.edited(|file| {
        let mut edits = Vec::new();
        for class in file.nodes.iter().filter_map(|it| match it {
            AnyNodeRef::StmtClassDef(it) => Some(it),
            _ => None,
        }) {
            let bases = class.bases().iter().filter_map(Expr::as_name_expr);
            let bases = bases.filter(|it| used.contains(it.id.as_str()));
            edits.extend(bases.map(|it| insert(it.end(), "[int]")));
        }
        let own = file.classes().filter(|it| used.contains(it.name.as_str()));
        for (n, class) in own.enumerate() {
            if n == 0 {
                let head = "from typing import Generic, TypeVar\nT_ = TypeVar('T_')\n";
                edits.push(insert(file.first_line(), head));
            }
            edits.push(match &class.arguments {
                None => insert(class.name.end(), "(Generic[T_])"),
                Some(all) if !all.keywords.is_empty() => return None,
                Some(all) if all.args.is_empty() => {
                    insert(all.start() + TextSize::from(1), "Generic[T_]")
                }
                Some(all) => insert(
                    all.args.last()?.end(),
                    match used.contains(file.text_of(all.args.last()?)) {
                        true => "[int], Generic[T_]",
                        false => ", Generic[T_]",
                    },
                ),
            });
        }
        // One insertion at an end says both.
        let both: Vec<TextSize> = edits
            .iter()
            .filter(|it| it.1.starts_with("[int], "))
            .map(|it| it.0.start())
            .collect();
        edits.retain(|(range, text)| text != "[int]" || !both.contains(&range.start()));
        Some(edits)
    })
}

fn aliased(program: &Program) -> Option<Files> {
    program.edited(|file| {
        let modules = file.modules(program);
        let uses = file.nodes.iter().filter_map(|it| match it {
            AnyNodeRef::ExprName(it) => modules
                .contains_key(it.id.as_str())
                .then(|| (it.range(), format!("{}_", it.id))),
            _ => None,
        });
        let imports = modules
            .iter()
            .map(|(module, it)| insert(it.end(), format!(" as {module}_")));
        Some(uses.chain(imports).collect())
    })
}

fn one_by_one(program: &Program) -> Option<Files> {
    program.edited(|file| {
        let modules = file.modules(program);
        let mut taken: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        let mut edits = Vec::new();
        for it in &file.nodes {
            let AnyNodeRef::ExprAttribute(it) = it else {
                continue;
            };
            let Some(module) = it.value.as_name_expr().map(|it| it.id.as_str()) else {
                continue;
            };
            if !modules.contains_key(module) {
                continue;
            }
            // What is set is set in the module.
            if !it.ctx.is_load() {
                return None;
            }
            taken.entry(module).or_default().insert(it.attr.as_str());
            edits.push((it.range(), it.attr.to_string()));
        }
        let bound = file.bound();
        let n_uses = |module: &str| {
            file.nodes
                .iter()
                .filter(|it| matches!(it, AnyNodeRef::ExprName(it) if it.id == module))
                .count()
        };
        let mut names: Vec<&str> = taken.values().flatten().copied().collect();
        let n_names = names.len();
        names.sort_unstable();
        names.dedup();
        let imported = file.nodes.iter().filter_map(|it| match it {
            AnyNodeRef::Alias(it) => Some(it.asname.as_ref().unwrap_or(&it.name).as_str()),
            _ => None,
        });
        let spelled = file.nodes.iter().filter_map(|it| match it {
            AnyNodeRef::ExprName(it) => Some(it.id.as_str()),
            _ => None,
        });
        let known: BTreeSet<&str> = imported.chain(bound).chain(spelled).collect();
        let n_taken: usize = taken.keys().map(|it| n_uses(it)).sum();
        if names.len() != n_names
            || names.iter().any(|it| known.contains(it))
            || n_taken != edits.len()
        {
            return None;
        }
        edits.extend(taken.iter().map(|(module, names)| {
            let names: Vec<&str> = names.iter().copied().collect();
            (
                modules[module].range(),
                format!("from {module} import {}", names.join(", ")),
            )
        }));
        Some(edits)
    })
}

fn moved(program: &Program) -> Option<Files> {
    let files = program.files();
    let [file] = &files[..] else { return None };
    let tops = file.body.iter().flat_map(|it| match it {
        Stmt::FunctionDef(it) => vec![it.name.as_str()],
        Stmt::ClassDef(_) | Stmt::Import(_) | Stmt::ImportFrom(_) => Vec::new(),
        it => {
            let mut nodes = Nodes(Vec::new());
            nodes.visit_stmt(it);
            let names = nodes.0.into_iter().filter_map(|it| match it {
                AnyNodeRef::ExprName(it) if it.ctx.is_store() => Some(it.id.as_str()),
                _ => None,
            });
            names.collect()
        }
    });
    let tops: BTreeSet<&str> = tops.collect();
    let names = |class: &StmtClassDef| -> BTreeSet<String> {
        let mut nodes = Nodes(Vec::new());
        class.body.iter().for_each(|it| nodes.visit_stmt(it));
        class
            .decorator_list
            .iter()
            .for_each(|it| nodes.visit_decorator(it));
        class.bases().iter().for_each(|it| nodes.visit_expr(it));
        let names = nodes.0.into_iter().filter_map(|it| match it {
            AnyNodeRef::ExprName(it) => Some(it.id.to_string()),
            _ => None,
        });
        names.collect()
    };
    let (goes, stays): (Vec<_>, Vec<_>) = file
        .classes()
        .partition(|it| names(it).iter().all(|name| !tops.contains(name.as_str())));
    let needs_what_stays = |it: &&StmtClassDef| {
        stays
            .iter()
            .any(|other| names(it).contains(other.name.as_str()))
    };
    if goes.is_empty()
        || goes.iter().any(needs_what_stays)
        || goes.len() == file.body.len()
        || !program.others.is_empty()
    {
        return None;
    }
    let imports = file
        .body
        .iter()
        .filter(|it| matches!(it, Stmt::Import(_) | Stmt::ImportFrom(_)));
    let mut there: String = imports
        .map(|it| format!("{}\n", file.text_of(it)))
        .collect();
    let mut edits = Vec::new();
    for class in &goes {
        let start = class
            .decorator_list
            .first()
            .map_or(class.start(), |it| it.start());
        let range = TextRange::new(start, class.end());
        there.push_str(&format!("\n\n{}\n", file.text_of(range)));
        edits.push((range, String::new()));
    }
    let named: Vec<&str> = goes.iter().map(|it| it.name.as_str()).collect();
    let at = file.first_line();
    // The first class may stand there.
    let import = format!("from classes_ import {}\n", named.join(", "));
    match edits.iter_mut().find(|it| it.0.start() == at) {
        Some(first) => first.1 = import,
        None => edits.push(insert(at, import)),
    }
    Some(vec![
        (file.path.to_owned(), applied(file.text, edits)),
        ("classes_.py".to_owned(), there),
    ])
}
