//! The examples of all recipes, with a pragma at the end of each line.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicUsize;

use awaitify::engine::{Engine, Input, Settings, plan};
use awaitify::plan::change::FilePlan;
use awaitify::project::facts::Projects;
use awaitify::recipe::Recipe;
use awaitify::recipe::example::{Example, from_notebook, to_notebook};
use rayon::ThreadPoolBuilder;
use rayon::prelude::*;
use ruff_python_ast::token::TokenKind;
use ruff_text_size::Ranged;

use crate::laws::planned::PYTHON;
use crate::laws::syntax::{Form, parse};
use crate::support::{catalog, recipes};

use super::PRAGMAS;

/// Recipes are compiled on these threads, too.
const STACK: usize = 64 << 20;

#[test]
fn pragmas_of_examples_stay_with_their_code() {
    let changed = |recipe: &&'static Recipe| {
        let examples = recipe.examples().iter();
        let changed = examples.filter(|it| it.after.is_some());
        changed.map(|it| (*recipe, it)).collect::<Vec<_>>()
    };
    let all: Vec<(&Recipe, &Example)> = recipes().iter().flat_map(changed).collect();
    let failed = |(recipe, example): &(&Recipe, &Example)| {
        let faults = check(recipe, example).err()?;
        Some(format!("{}::{}:\n{faults}", recipe.id, example.name))
    };
    let pool = ThreadPoolBuilder::new().stack_size(STACK).build();
    let pool = pool.expect("threads can be started");
    let failed: Vec<String> = pool.install(|| all.par_iter().filter_map(failed).collect());
    let n_failed = failed.len();
    assert!(
        failed.is_empty(),
        "{}\n{n_failed} of {}",
        failed.join("\n"),
        all.len()
    );
}

/// Checks one example.
///
/// # Errors
/// What a pragma has lost, in lines.
fn check(recipe: &Recipe, example: &Example) -> Result<(), String> {
    let mut serial = 0;
    let given = example.before.iter();
    let given: Vec<(String, String)> = given
        .map(|(path, text)| (path.clone(), commented(path, text, &mut serial)))
        .collect();
    let plain = migrated(recipe, example, &example.before)?;
    let after = migrated(recipe, example, &given)?;
    let mut faults = Vec::new();
    // An import with a pragma stays, and what hangs on it.
    let is_import = |(_, text): &(String, String)| text.contains("import ");
    if plain.1 != after.1 && !given.iter().any(is_import) {
        faults.push(format!("changes {:?}, with pragmas {:?}", plain.1, after.1));
    }
    for ((path, old), new) in given.iter().zip(&after.0) {
        if !is_code(path) {
            continue;
        }
        let form = Form::of(path, old);
        let (before, tree) = (parse(form, old)?, parse(form, new)?);
        let lost = super::lost((old, &before), (new, &tree)).into_iter();
        faults.extend(lost.map(|it| format!("{path}: {it:?} is lost")));
        let wrong = super::check((old, &before), (new, &tree)).err();
        if wrong.is_some() || !faults.is_empty() {
            faults.extend(wrong);
            faults.push(new.clone());
        }
    }
    match faults.is_empty() {
        true => Ok(()),
        false => Err(faults.join("\n")),
    }
}

fn is_code(path: &str) -> bool {
    [".py", ".ipynb"].iter().any(|it| path.ends_with(it))
}

/// Puts a pragma at the end of each line of code.
fn commented(path: &str, text: &str, serial: &mut usize) -> String {
    let form = Form::of(path, text);
    let Ok(parsed) = parse(form, text) else {
        return text.to_owned();
    };
    if !is_code(path) {
        return text.to_owned();
    }
    let mut new = String::new();
    let mut from = 0;
    let (mut has_code, mut has_comment) = (false, false);
    for token in parsed.tokens().iter() {
        match token.kind() {
            TokenKind::Comment | TokenKind::IpyEscapeCommand => has_comment = true,
            TokenKind::Indent | TokenKind::Dedent => {}
            TokenKind::Newline | TokenKind::NonLogicalNewline => {
                if has_code && !has_comment {
                    let at = token.start().to_usize();
                    new.push_str(&text[from..at]);
                    let pragma = PRAGMAS[*serial % PRAGMAS.len()];
                    new.push_str(&format!("  {pragma}{serial}"));
                    *serial += 1;
                    from = at;
                }
                (has_code, has_comment) = (false, false);
            }
            _ => has_code = true,
        }
    }
    new.push_str(&text[from..]);
    new
}

/// Returns the files with all changes made, and how many these are.
fn migrated(
    recipe: &Recipe,
    example: &Example,
    files: &[(String, String)],
) -> Result<(Vec<String>, usize), String> {
    let settings = Settings {
        target: Some(example.python.unwrap_or(PYTHON)),
        ..Settings::new(example.level)
    };
    let engine = Engine::new(catalog(), &[recipe], settings).map_err(|error| error.to_string())?;
    let bytes = |(path, text): &(String, String)| {
        let text = match path.ends_with(".ipynb") {
            true => to_notebook(text),
            false => text.clone(),
        };
        (PathBuf::from(path), text.into_bytes())
    };
    let facts = Projects::of_texts(files.iter().map(bytes).collect());
    let job = |(path, bytes): (PathBuf, Vec<u8>)| {
        let input = Input {
            given: Some(bytes),
            ..Input::found(path)
        };
        (input, &engine)
    };
    let jobs: Vec<_> = files.iter().map(bytes).map(job).collect();
    let plan = plan(&jobs, 1, &AtomicUsize::new(0), &facts).map_err(|error| error.to_string())?;
    let after = |(path, text): &(String, String)| {
        let mut plans = plan.files.iter();
        let of_path = plans.find(|file| file.original().path() == Path::new(path));
        let Some(of_path) = of_path else {
            return Ok(text.clone());
        };
        let after = of_path.after().map_err(|error| error.to_string())?;
        let after = String::from_utf8_lossy(after.bytes()).into_owned();
        match path.ends_with(".ipynb") {
            true => from_notebook(&after).ok_or_else(|| "no notebook".to_owned()),
            false => Ok(after),
        }
    };
    let after: Result<Vec<String>, String> = files.iter().map(after).collect();
    let changes = plan.files.iter().flat_map(FilePlan::wanted).count();
    Ok((after?, changes))
}
