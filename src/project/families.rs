//! A project → what may give the objects of a class attributes of any name, and the classes that have
//! several bases.

use std::path::{Path, PathBuf};

use ruff_python_ast::{
    AnyNodeRef, Decorator, Expr, ExprCall, ExprRef, StmtClassDef, StmtFunctionDef,
};
use ruff_text_size::Ranged;
use rustc_hash::{FxHashMap, FxHashSet};

use super::definition::{Definition, Definitions};
use super::files::Files;
use super::lineage::{ClassKey, Lineages, MAX_BASES};
use super::outline::{Named, Reader, read};
use crate::bind::replaced::Owner;
use crate::bind::resolve::Meaning;
use crate::bind::setters::{NAMESPACE, Setting, Spelled, settings};
use crate::bind::value::Origin;
use crate::python::stdlib;
use crate::python::tree::NodeId;
use crate::source::cell::Position;

mod givings;

mod whose;

mod words;

pub(super) use givings::Givings;

/// Methods of a metaclass that may change what its classes have.
const REMAKES: [&str; 4] = ["__init__", "__new__", "__prepare__", "mro"];

/// The method that finds each attribute of an object.
const FINDS: &str = "__getattribute__";

/// What the project says of its classes.
#[derive(Debug, Default)]
pub(super) struct Families {
    /// In order of path.
    pub(super) giving: Givings,
    /// In order of path.
    pub(super) several: Vec<Several>,
    /// Places in these by the classes that are one of the bases, or that one derives from, and which base.
    pub(super) several_of: FxHashMap<ClassKey, Vec<(u32, u32)>>,
}

/// What gives a class, or its objects, attributes whose names are not known.
#[derive(Debug)]
pub(super) struct Giving {
    /// The file.
    pub(super) path: PathBuf,
    /// Where it stands there.
    pub(super) position: Position,
    /// The class.
    pub(super) to: Whose,
    /// How the names begin and end.
    pub(super) names: (String, String),
    /// It counts for objects of classes below, too, whatever these define.
    pub(super) of_objects: bool,
    /// What it does.
    pub(super) what: String,
}

/// A class, as a file means it.
#[derive(Debug, Clone)]
pub(super) enum Whose {
    /// One of the file, by its name, and its bases.
    Here(String, Vec<Named>),
    /// One by its qualified name.
    There(String),
}

impl Whose {
    /// Its name.
    pub(super) fn shown(&self) -> &str {
        match self {
            Self::Here(name, _) | Self::There(name) => name,
        }
    }
}

/// A class that has several bases.
#[derive(Debug)]
pub(super) struct Several {
    /// The file.
    pub(super) path: PathBuf,
    /// Its bases.
    pub(super) bases: Vec<Named>,
}

impl Families {
    /// Reads the files that may say something, each once.
    pub(super) fn build(files: &Files, definitions: &Definitions) -> Self {
        let mut families = Self::default();
        Asked::each(files, definitions, words::may_give, |asked| {
            asked.giving_all(&mut families);
        });
        families
    }

    fn add_several(&mut self, several: Several, lineages: Lineages) {
        // They are fewer than the bytes of all files.
        let place = u32::try_from(self.several.len()).unwrap_or(u32::MAX);
        for (at, base) in (0_u32..).zip(&several.bases) {
            for class in lineages.of_base(&several.path, base).classes {
                let known = self.several_of.entry(class).or_default();
                // The first base counts.
                if known.last().is_none_or(|(last, _)| *last != place) {
                    known.push((place, at));
                }
            }
        }
        self.several.push(several);
    }
}

/// Returns what reads all attributes of an object, whatever their names are, by the classes of that; the files
/// that may do so are read, each once.
pub(super) fn readings(files: &Files, definitions: &Definitions) -> Givings {
    let mut readings = Givings::default();
    Asked::each(files, definitions, words::may_read, |asked| {
        let reading = asked.reader.tree.ids().flat_map(|id| asked.of_reading(id));
        readings.extend(reading.collect(), asked.lineages());
    });
    readings
}

/// A file that is read.
struct Asked<'s, 'r, 'a> {
    files: &'s Files,
    definitions: &'s Definitions,
    path: &'s Path,
    reader: &'s Reader<'r, 'a>,
}

impl<'a> Asked<'_, '_, 'a> {
    /// Reads the files that may say something.
    fn each(
        files: &Files,
        definitions: &Definitions,
        may_say: impl Fn(&[u8]) -> bool,
        mut ask: impl FnMut(&Asked),
    ) {
        for path in &files.python {
            if !may_say(&files.texts.bytes(path)) {
                continue;
            }
            // What cannot be read does not run.
            read(path, files, |reader| {
                ask(&Asked {
                    files,
                    definitions,
                    path,
                    reader,
                });
            });
        }
    }

    fn lineages(&self) -> Lineages<'_> {
        Lineages {
            files: self.files,
            definitions: self.definitions,
        }
    }

    fn giving_all(&self, families: &mut Families) {
        let tree = self.reader.tree;
        let lineages = self.lineages();
        for id in tree.ids() {
            if let AnyNodeRef::StmtClassDef(class) = tree.node(id) {
                families.giving.extend(self.of_class(class), lineages);
                let bases = self.reader.bases(class);
                if bases.len() > 1 {
                    let path = self.path.to_owned();
                    families.add_several(Several { path, bases }, lineages);
                }
                continue;
            }
            for setting in settings(self.reader.names, id) {
                let given = self.of_setting(id, &setting);
                families.giving.extend(given, lineages);
            }
        }
    }

    fn giving(&self, at: NodeId, to: Whose, what: String) -> Giving {
        let start = self.reader.tree.range(at).start();
        Giving {
            path: self.path.to_owned(),
            position: self.reader.source.position(start),
            to,
            names: Default::default(),
            of_objects: true,
            what,
        }
    }

    /// What the header and the body of a class say.
    fn of_class(&self, class: &'a StmtClassDef) -> Vec<Giving> {
        let id = self.reader.tree.id(class);
        let name = class.name.as_str();
        let keywords = class.arguments.as_ref();
        let metaclass = keywords.and_then(|it| it.find_keyword("metaclass"));
        let metaclass = metaclass.filter(|it| self.remakes(self.named(&it.value), MAX_BASES));
        let made = metaclass.map(|it| {
            let by = &self.reader.text[it.value.range()];
            format!("makes `{name}` by the metaclass `{by}`")
        });
        let mut methods = class.body.iter().filter_map(|it| it.as_function_def_stmt());
        let finds = methods.any(|it| it.name.as_str() == FINDS);
        let finds = finds.then(|| format!("defines `{name}.{FINDS}`"));
        let all = made.into_iter().chain(finds);
        all.map(|what| self.giving(id, self.here(class), what))
            .collect()
    }

    fn named(&self, expression: &'a Expr) -> Named {
        self.reader.named(expression.into())
    }

    /// Returns whether a metaclass may give its classes what their bodies do not have.
    fn remakes(&self, metaclass: Named, steps: u32) -> bool {
        let (Ok(name), Some(steps)) = (metaclass, steps.checked_sub(1)) else {
            return true;
        };
        match self.definitions.find(self.files, self.path, &name) {
            Definition::Class(class) => {
                let mut methods = class.methods.iter();
                let of_file = Asked {
                    path: &class.path,
                    ..*self
                };
                methods.any(|(name, _)| REMAKES.contains(&name.as_str()))
                    || class
                        .bases
                        .iter()
                        .any(|it| of_file.remakes(it.clone(), steps))
            }
            Definition::Outside(name) => !stdlib::is_plain_metaclass(&name),
            _ => true,
        }
    }

    fn of_setting(&self, id: NodeId, setting: &Setting<'a>) -> Vec<Giving> {
        let Spelled::Partly(start, end) = setting.name else {
            return Vec::new();
        };
        let (classes, owner) = match setting.owner {
            Owner::Value(value) => (self.classes(value), &self.reader.text[value.range()]),
            Owner::Named(name) => (vec![(Whose::There(name.to_owned()), false)], name),
            Owner::Class(_) | Owner::Instance(_) => return Vec::new(),
        };
        let given = classes.into_iter().map(|(class, of_objects)| Giving {
            names: (start.to_owned(), end.to_owned()),
            of_objects,
            ..self.giving(
                id,
                class,
                format!("sets attributes of `{owner}` by names that are computed"),
            )
        });
        given.collect()
    }

    /// What reads all attributes of objects of a class.
    fn of_reading(&self, id: NodeId) -> Vec<Giving> {
        let tree = self.reader.tree;
        let read = match tree.node(id) {
            AnyNodeRef::ExprCall(call) => self.copied(call),
            AnyNodeRef::ExprAttribute(it) if it.attr.as_str() == NAMESPACE && it.ctx.is_load() => {
                // One attribute of it, or a method that sets some.
                let around = tree.parent_node(id);
                let is_whole = !around.is_expr_subscript() && !around.is_expr_attribute();
                is_whole.then(|| (&it.value).into())
            }
            _ => None,
        };
        let classes = read.map_or_else(Vec::new, |read| self.classes(read));
        let objects = classes.into_iter().filter(|(_, is_object)| *is_object);
        let reading = |(class, _)| self.giving(id, class, String::new());
        objects.map(reading).collect()
    }

    /// The object all of whose attributes a call reads: `vars(x)`, `copy.copy(x)`.
    fn copied(&self, call: &'a ExprCall) -> Option<ExprRef<'a>> {
        let meaning = self.reader.resolver.meaning((&call.func).into());
        let reads =
            matches!(meaning, Meaning::Qualified(name) if stdlib::reads_all_attributes(&name));
        let object = call.arguments.args.first().filter(|_| reads)?;
        let around = self.reader.tree.parent_node(self.reader.tree.id(call));
        (!around.is_expr_subscript()).then(|| object.into())
    }

    fn here(&self, class: &'a StmtClassDef) -> Whose {
        Whose::Here(class.name.to_string(), self.reader.bases(class))
    }

    /// The classes that a value is surely one of, or an object of, and whether that is an object.
    fn classes(&self, value: ExprRef<'a>) -> Vec<(Whose, bool)> {
        let mut classes = Vec::new();
        // `node = copy(node)` in branches leads back to itself by each of them.
        let mut seen = FxHashSet::default();
        let mut open = vec![value];
        while let Some(value) = open.pop() {
            let copied = self.classes_or_copied(value, &mut classes).into_iter();
            open.extend(copied.filter(|it| seen.insert(self.reader.tree.id(*it))));
        }
        classes
    }

    /// Adds the classes that are seen at a value; returns what it may be a copy of.
    fn classes_or_copied(
        &self,
        value: ExprRef<'a>,
        classes: &mut Vec<(Whose, bool)>,
    ) -> Vec<ExprRef<'a>> {
        let resolver = self.reader.resolver;
        let mut copied = Vec::new();
        let own = self.own_class(value).map(|it| (self.here(it), true));
        if let Some(class) = own.or_else(|| Some((self.class(value)?, false))) {
            classes.push(class);
            return copied;
        }
        for origin in resolver.origins(value) {
            let objects = match origin {
                Origin::Made(ExprRef::Call(call)) => match self.copied(call) {
                    Some(of) => {
                        copied.push(of);
                        continue;
                    }
                    None => Vec::from_iter(self.made_by(call)),
                },
                Origin::Annotated(annotation) => self.annotated(annotation),
                _ => continue,
            };
            classes.extend(objects.into_iter().map(|class| (class, true)));
        }
        let decorator = match value {
            ExprRef::Name(name) => resolver.first_parameter_of(name),
            _ => None,
        };
        classes.extend(decorator.into_iter().flat_map(|it| self.decorated_by(it)));
        copied
    }

    /// The classes of the file that a function of it decorates.
    fn decorated_by(&self, function: &'a StmtFunctionDef) -> Vec<(Whose, bool)> {
        let tree = self.reader.tree;
        let is_it = |decorator: &'a Decorator| {
            let definition = self
                .reader
                .resolver
                .local_definition((&decorator.expression).into());
            matches!(definition, Some(AnyNodeRef::StmtFunctionDef(it)) if std::ptr::eq(it, function))
        };
        let classes = tree.ids().filter_map(|id| match tree.node(id) {
            AnyNodeRef::StmtClassDef(class) => Some(class),
            _ => None,
        });
        let decorated = classes.filter(|class| class.decorator_list.iter().any(is_it));
        decorated.map(|class| (self.here(class), false)).collect()
    }
}
