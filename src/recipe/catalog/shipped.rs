//! What is under `codemods/`: recipes, tables and packs.
//!
//! Nothing of it is compiled before somebody asks for it: a test compiles all of it.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use serde_json::value::RawValue;

use crate::recipe::Recipe;
use crate::recipe::compile::{
    compile, compile_common, compile_endings, compile_examples, compile_kinds, compile_later,
    compile_lifecycles, compile_pack, compile_roles, compile_shipped, read_shipped_table, right,
    stem,
};
use crate::recipe::embedded::{COMMON, Embedded, OUTLINES, PACKS, RECIPES, TABLES};
use crate::recipe::error::Mistake;
use crate::recipe::later::Later;
use crate::recipe::outline::{Line, Outline};
use crate::recipe::pack::Pack;
use crate::recipe::table::{Common, Library};

/// The tables that the compiler itself reads.
pub(super) const KINDS: &str = "codemods/tables/kinds.yaml";
pub(super) const ROLES: &str = "codemods/tables/roles.yaml";
pub(super) const LIFECYCLES: &str = "codemods/tables/lifecycles.yaml";
pub(super) const ENDINGS: &str = "codemods/tables/endings.yaml";

/// The tables as they are shipped, whatever a catalog adds to its own.
pub(super) static LIBRARY: LazyLock<Library> = LazyLock::new(library);

/// Returns the tables, each to be compiled when it is asked for.
pub(super) fn library() -> Library {
    let mut library = Library::default();
    for &(path, _, text) in *TABLES {
        match path {
            KINDS => library.kinds = Later::new(|| right(compile_kinds(path, text))),
            ROLES => library.roles = Later::new(|| right(compile_roles(path, text))),
            LIFECYCLES => {
                library.lifecycles = Later::new(|| right(compile_lifecycles(path, text)));
            }
            // Its patterns name kinds.
            ENDINGS => {
                library.endings = Later::new(|| right(compile_endings(path, text, &LIBRARY)));
            }
            _ => {
                let table = Later::new(|| right(read_shipped_table(path, text)));
                library.tables.push((stem(path).to_owned(), table));
            }
        }
    }
    for &(path, _, text) in *COMMON {
        let common = Later::new(|| Common {
            path: path.to_owned(),
            root: right(compile_common(path, text)),
        });
        library.common.push((stem(path).to_owned(), common));
    }
    library
}

/// Compiles the packs, in order of path.
///
/// # Errors
///
/// None in a released binary: a test compiles the same texts.
pub(super) fn packs() -> Result<Vec<Pack>, Vec<Mistake>> {
    let packs = PACKS.iter();
    packs
        .map(|(path, _, text)| compile_pack(path, text))
        .collect()
}

/// Iterates over the recipes, in order of path. Those whose outline is known are compiled when they are
/// asked for, the others at once; of those that are wrong it has the path, and what is wrong.
pub(super) fn recipes() -> impl Iterator<Item = Result<Recipe, (&'static str, Vec<Mistake>)>> {
    let mut lines = known_lines(*OUTLINES);
    RECIPES.iter().map(move |embedded| {
        let (path, stamp, _) = *embedded;
        let line = lines.remove(stem(path));
        match line.filter(|line| line.stamp == stamp) {
            Some(line) => Ok(known(embedded, line)),
            None => compiled(embedded).map_err(|errors| (path, errors)),
        }
    })
}

/// Returns the lines by the recipe's id; none where they were read off other tables.
fn known_lines(outlines: &'static str) -> FxHashMap<String, Line<&'static RawValue>> {
    let mut lines = outlines.lines();
    let of_tables = lines.next().and_then(|line| line.parse().ok());
    let lines = lines.filter(|_| of_tables == Some(stamp_of_tables()));
    let lines = lines.filter_map(|line| serde_json::from_str(line).ok());
    lines
        .map(|line: Line<&RawValue>| (line.head.id.clone(), line))
        .collect()
}

/// Returns what tells the tables from others.
pub(super) fn stamp_of_tables() -> u64 {
    let stamps = TABLES.iter().chain(*COMMON).map(|(_, stamp, _)| stamp);
    stamps.fold(0, |all: u64, stamp| all.rotate_left(1) ^ stamp)
}

fn known(&(path, _, text): &Embedded, line: Line<&'static RawValue>) -> Recipe {
    let Line { head, outline, .. } = line;
    Recipe {
        head,
        outline: Later::new(|| read(outline)),
        content: Later::new(move || right(compile_later(path, text, &LIBRARY))),
        ..bare(path, text)
    }
}

/// A line that cannot be read asks nothing, and a test reads all of them.
fn read(outline: &RawValue) -> Outline {
    serde_json::from_str(outline.get()).unwrap_or_default()
}

fn compiled(&(path, _, text): &Embedded) -> Result<Recipe, Vec<Mistake>> {
    let Ok((head, content)) = compile_shipped(path, text, &LIBRARY) else {
        // Everything that is wrong with it is told.
        return compile(path, text, &LIBRARY);
    };
    Ok(Recipe {
        head,
        outline: Outline::of(&content.rules).into(),
        content: content.into(),
        ..bare(path, text)
    })
}

fn bare(path: &'static str, text: &'static str) -> Recipe {
    Recipe {
        examples: Later::new(|| compile_examples(path, text)),
        path: path.to_owned(),
        text: text.into(),
        ..Recipe::default()
    }
}

/// Returns whether a recipe is part of the binary.
pub(super) fn has(recipe: &Recipe) -> bool {
    RECIPES.iter().any(|(path, ..)| *path == recipe.path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::catalog::Catalog;
    use crate::recipe::compile::compile_table;

    /// Set to write `outlines.jsonl` anew.
    const UPDATE: &str = "AWAITIFY_UPDATE_OUTLINES";

    #[test]
    fn outlines_are_those_of_the_recipes() {
        let lines = RECIPES.iter().map(|embedded| {
            let recipe = compiled(embedded).expect("a shipped recipe is right");
            let line = Line::of(&recipe, embedded.1);
            serde_json::to_string(&line).expect("it can be written")
        });
        let first = stamp_of_tables().to_string();
        let lines: Vec<String> = [first].into_iter().chain(lines).collect();
        let expected = lines.join("\n") + "\n";
        if std::env::var_os(UPDATE).is_some() {
            let path = concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/src/recipe/catalog/outlines.jsonl"
            );
            std::fs::write(path, &expected).expect("it can be written");
        }
        let same = OUTLINES.lines().eq(expected.lines());
        assert!(
            same,
            "write them anew: {UPDATE}=1 cargo test --lib outlines"
        );
    }

    #[test]
    fn tables_are_right() {
        let special = [KINDS, ROLES, LIFECYCLES, ENDINGS];
        let others = TABLES.iter().filter(|(path, ..)| !special.contains(path));
        for (path, _, text) in others {
            let found = compile_table(path, text, &LIBRARY)
                .err()
                .unwrap_or_default();
            assert!(found.is_empty(), "{found:?}");
        }
    }

    #[test]
    fn a_recipe_is_compiled_when_it_is_asked_for() {
        let catalog = Catalog::shipped().expect("the shipped recipes are right");
        let asked = catalog.find("blocking-sleep").expect("it is shipped");
        assert!(!asked.content.rules.is_empty());
        let mut others = catalog.recipes().iter().filter(|it| it.id != asked.id);
        assert!(others.all(|it| !Later::is_made(&it.content)));
        assert!(!Later::is_made(&catalog.library().lifecycles));
    }
}
