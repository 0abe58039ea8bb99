//! A YAML text → a checked [`Recipe`], or all that is wrong with it.
//!
//! First `schema` compares keys and types; then everything that they cannot express is checked here:
//! Python, captures, kinds, the order of safety cases. Both always run, so that one run names all
//! mistakes; where the first found a wrong shape the second is silent.

use std::path::Path;

use super::condition::VersionReq;
use super::error::{Complaint, Law, Mistake, Problem};
use super::example::Example;
use super::kind::Kinds;
use super::outline::{Head, Outline};
use super::pack::Pack;
use super::parameter::Value;
use super::role::Roles;
use super::schema;
use super::shape;
use super::table::{Library, Table};
use super::yaml::Node;
use super::{Content, Recipe, Severity};

pub mod borrowed;

mod bound;

mod shared;

mod compiler;

mod text;

mod parameter;

mod table;

mod compose;

mod used;

mod spread;

mod row;

mod column;

mod pack;

mod condition;

mod named;

mod patterns;

mod each;

mod facts;

mod question;

mod block;

mod doubt_rows;

mod doubts;

mod mapping;

mod setting;

mod opening;

mod rule;

mod later;

mod follow_up;

mod naming;

mod add;

mod example;

mod keep;

mod into_context;

mod hook;

mod lifecycle;

mod kind;

pub use keep::compile_endings;
pub use later::right;
pub use lifecycle::compile_lifecycles;
pub use table::{compile_rows, has_rows_alone};

use compiler::{Compiler, finish, texts};

/// Compiles one recipe; `path` names it in errors, and its file name must be the recipe's id.
///
/// # Errors
///
/// Everything that is wrong with it, in order of place.
pub fn compile(path: &str, text: &str, library: &Library) -> Result<Recipe, Vec<Mistake>> {
    compile_with(path, text, library, &[])
}

/// Compiles one recipe for a run that sets parameters: names with their values.
///
/// # Errors
///
/// Everything that is wrong with it, in order of place.
pub fn compile_with(
    path: &str,
    text: &str,
    library: &Library,
    set: &[(String, Value)],
) -> Result<Recipe, Vec<Mistake>> {
    let mut compiler = Compiler {
        set,
        ..Compiler::new(path, text, library)
    };
    let root = compiler.recipe_root(text);
    let recipe = root.and_then(|root| {
        shape::check(&root, &schema::RECIPE, "", &mut compiler.report);
        let recipe = compiler.recipe(&root);
        let examples = compiler.examples(&root)?;
        let (head, content) = recipe?;
        Some(Recipe {
            head,
            outline: Outline::of(&content.rules).into(),
            content: content.into(),
            packs: Vec::new(),
            examples: examples.into(),
            path: path.to_owned(),
            text: text.to_owned().into(),
        })
    });
    finish(recipe, compiler.report)
}

/// Compiles one shipped recipe without its examples. A test compiles it as a whole, and what only a test need check
/// is not checked here.
///
/// # Errors
///
/// It cannot be compiled; then everything that is wrong with it, in order of place.
pub fn compile_shipped(
    path: &str,
    text: &str,
    library: &Library,
) -> Result<(Head, Content), Vec<Mistake>> {
    let mut compiler = Compiler::shipped(path, text, library);
    let root = compiler.recipe_root(without_examples(text));
    let recipe = root.and_then(|root| compiler.recipe(&root));
    finish(recipe, compiler.report)
}

/// Compiles one shipped recipe: each of its rules, and the doubts of each, when somebody asks for them.
///
/// # Errors
///
/// It cannot be compiled; then everything that is wrong with it, in order of place.
pub fn compile_later(
    path: &'static str,
    text: &'static str,
    library: &'static Library,
) -> Result<Content, Vec<Mistake>> {
    let mut compiler = Compiler::shipped(path, text, library);
    let root = compiler.recipe_root(without_examples(text));
    let content = root.and_then(|root| {
        compiler.name_patterns(&root);
        Some((compiler.content(&root)?, root))
    });
    let (content, root) = finish(content, compiler.report.take())?;
    let rules = later::rules(compiler, root);
    Ok(Content { rules, ..content })
}

/// Examples are most of the text of a shipped recipe, and its last key.
fn without_examples(text: &str) -> &str {
    let end = text.find("\nexamples:").unwrap_or(text.len());
    &text[..end]
}

/// Returns the examples of a recipe whose text is known to be right; none of another one.
pub fn compile_examples(path: &str, text: &str) -> Vec<Example> {
    let none = Library::default();
    let mut compiler = Compiler::new(path, text, &none);
    let root = compiler.yaml(text);
    let examples = root.and_then(|root| compiler.examples(&root));
    examples.unwrap_or_default()
}

/// Compiles the table of kinds.
///
/// # Errors
///
/// Everything that is wrong with it, in order of place.
pub fn compile_kinds(path: &str, text: &str) -> Result<Kinds, Vec<Mistake>> {
    let none = Library::default();
    let mut compiler = Compiler::new(path, text, &none);
    let kinds = compiler
        .parse(text, &schema::table::KINDS)
        .map(|root| compiler.kinds(&root));
    finish(kinds, compiler.report)
}

/// Compiles any other table; its name is the file's.
///
/// # Errors
///
/// Everything that is wrong with it, in order of place.
pub fn compile_table(path: &str, text: &str, library: &Library) -> Result<Table, Vec<Mistake>> {
    let mut compiler = Compiler::new(path, text, library);
    let table = compiler
        .parse(text, &schema::table::TABLE)
        .map(|root| compiler.table(&root, stem(path), path));
    finish(table, compiler.report)
}

/// Reads a shipped table: a test compiles it, and checks its cells.
///
/// # Errors
///
/// It is no YAML.
pub fn read_shipped_table(path: &str, text: &str) -> Result<Table, Vec<Mistake>> {
    let none = Library::default();
    let mut compiler = Compiler::shipped(path, text, &none);
    let root = compiler.yaml(text);
    let table = root.map(|root| compiler.table(&root, stem(path), path));
    finish(table, compiler.report)
}

/// Compiles the table of roles.
///
/// # Errors
///
/// Everything that is wrong with it, in order of place.
pub fn compile_roles(path: &str, text: &str) -> Result<Roles, Vec<Mistake>> {
    let none = Library::default();
    let mut compiler = Compiler::new(path, text, &none);
    let roles = compiler.parse(text, &schema::role::ROLES).map(|root| {
        let rows = root.child("rows").map_or(&[][..], Node::elements).iter();
        Roles {
            rows: rows.filter_map(|row| compiler.role(row)).collect(),
        }
    });
    finish(roles, compiler.report)
}

/// Compiles a pack.
///
/// # Errors
///
/// Everything that is wrong with it, in order of place.
pub fn compile_pack(path: &str, text: &str) -> Result<Pack, Vec<Mistake>> {
    let none = Library::default();
    let mut compiler = Compiler::new(path, text, &none);
    let pack = compiler
        .parse(text, &schema::pack::PACK)
        .and_then(|root| compiler.pack(&root, path, text));
    finish(pack, compiler.report)
}

/// Returns the name of a file without its extension: its id.
pub fn stem(path: &str) -> &str {
    let stem = Path::new(path).file_stem().and_then(|stem| stem.to_str());
    stem.unwrap_or_default()
}

/// Returns the name of the folder that a file lies in: its area.
fn folder(path: &str) -> &str {
    let folder = Path::new(path).parent().and_then(Path::file_name);
    folder.and_then(|it| it.to_str()).unwrap_or("own")
}

/// Compiles what several recipes have in common: each of them compiles it with its own rules.
///
/// # Errors
///
/// A wrong key or type in it, in order of place.
pub fn compile_common(path: &str, text: &str) -> Result<Node, Vec<Mistake>> {
    let none = Library::default();
    let mut compiler = Compiler::new(path, text, &none);
    let root = compiler.yaml(text);
    if let Some(root) = &root {
        let written_out = compose::with_conditions_kept(root, &compiler.report);
        shape::check(&written_out, &schema::COMMON, "", &mut compiler.report);
    }
    finish(root, compiler.report)
}

impl Compiler<'_> {
    fn recipe_root(&mut self, text: &str) -> Option<Node> {
        let root = self.yaml(text)?;
        // One may choose the rows.
        self.read_parameters(&root);
        let whole = borrowed::with_common(root.clone(), self.library, &mut self.report);
        let composed = whole.and_then(|whole| compose::compose(whole, &mut self.report));
        let expanded = composed.and_then(|composed| {
            row::expand(composed, self.library, &self.parameters, &mut self.report)
        });
        if expanded.is_none() && self.report.is_empty() {
            shape::check(&root, &schema::RECIPE, "", &mut self.report);
        }
        expanded
    }

    fn recipe(&mut self, root: &Node) -> Option<(Head, Content)> {
        self.name_patterns(root);
        self.check_id(root);
        let rules = self.rules(root)?;
        let named = |key| root.child(key).map(texts).unwrap_or_default();
        let head = Head {
            id: self.named_or(root, "id", stem)?,
            area: self.named_or(root, "area", folder)?,
            python: root
                .child("python")
                .and_then(Node::text)
                .and_then(VersionReq::parse),
            after: named("after"),
            before: named("before"),
            noqa: named("noqa"),
            for_each: root
                .child("for-each")
                .and_then(|each| each::table_of(each).text())
                .map(str::to_owned),
        };
        let content = self.content(root)?;
        Some((head, Content { rules, ..content }))
    }

    /// Reads what is no rule.
    fn content(&mut self, root: &Node) -> Option<Content> {
        Some(Content {
            title: root.child("title")?.text()?.to_owned(),
            severity: severity(&[root])?,
            why: root.child("why")?.text()?.to_owned(),
            parameters: self.parameters.clone(),
            rules: Vec::new(),
        })
    }

    /// The text of a key, or what the file's path says.
    fn named_or(&self, root: &Node, key: &str, of_path: fn(&str) -> &str) -> Option<String> {
        let text = match root.child(key) {
            Some(node) => node.text()?,
            None => of_path(self.report.path()),
        };
        Some(text.to_owned())
    }

    fn check_id(&mut self, root: &Node) {
        let stem = stem(self.report.path());
        let Some(node) = root.child("id") else {
            return;
        };
        if let Some(id) = node.text().filter(|id| *id != stem) {
            let problem = Problem::Law(Law::IdIsFileName { id: id.to_owned() });
            let complaint = Complaint::new(node.span.start(), problem);
            self.add("id", complaint.expected(format!("`{stem}`")));
        }
    }
}

/// Returns what the first of these maps says that has the key, `medium` where none has; `None`: an unknown word.
fn severity(said_by: &[&Node]) -> Option<Severity> {
    match said_by.iter().find_map(|it| it.child("severity")) {
        Some(word) => Severity::from_word(word.text()?),
        None => Some(Severity::Medium),
    }
}

#[cfg(test)]
mod tests;
