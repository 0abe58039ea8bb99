//! What a rule requires: that another recipe changes what it finds in a function, which a capture runs.
//!
//! Only functions of the file are followed: of others nothing is required.

use ruff_python_ast::{AnyNodeRef, ExprRef, StmtFunctionDef};

use super::claims::Claimed;
use super::dispatch::{self, Dispatch, Place};
use super::found::{Match, MatchKey, Required};
use super::search;
use super::subject::Subject;
use crate::bind::value::Origin;
use crate::recipe::Recipe;
use crate::recipe::catalog::Catalog;
use crate::recipe::order::Stage;

/// Recipes that rules of a stage require, and that are not asked there: those that are off, and those
/// of another stage. It is only looked up whether they find something.
#[derive(Debug)]
pub struct LookedUp<'r> {
    recipes: Vec<&'r Recipe>,
    /// Of each recipe, whether it is selected.
    is_on: Vec<bool>,
    /// Their patterns about code, by stage.
    places: [Vec<Place>; 2],
}

impl<'r> LookedUp<'r> {
    /// Takes from the catalog what the selected recipes require at a stage.
    pub fn new(catalog: &'r Catalog, selected: &[&'r Recipe], stage: Stage) -> Self {
        let asked = || selected.iter().filter(|it| it.outline.is_asked(stage));
        let required = asked().flat_map(|recipe| &recipe.required);
        let mut ids: Vec<&str> = required.map(String::as_str).collect();
        ids.retain(|id| asked().all(|recipe| recipe.id != *id));
        ids.sort_unstable();
        ids.dedup();
        let find = |id: &&str| {
            let own = selected.iter().find(|recipe| recipe.id == **id).copied();
            Some((own.or_else(|| catalog.find(id))?, own.is_some()))
        };
        let (recipes, is_on): (Vec<&Recipe>, Vec<bool>) = ids.iter().filter_map(find).unzip();
        let stages = [Stage::File, Stage::Program];
        Self {
            places: stages.map(|stage| {
                let asked = dispatch::asked(&recipes, stage).into_iter();
                asked.map(|(place, _)| place).collect()
            }),
            recipes,
            is_on,
        }
    }

    fn search<'a>(&self, subject: &Subject<'a>) -> Vec<Match<'r, 'a>> {
        let asked = self.places.iter().filter(|places| !places.is_empty());
        let matches = asked.flat_map(|places| {
            let dispatch = Dispatch::at(&self.recipes, places);
            search(subject, &self.recipes, &dispatch)
        });
        matches.collect()
    }
}

/// Says of each match what it requires; `matches` are all of a text, but for those that are `claimed`.
pub fn settle<'r, 'a>(
    subject: &Subject<'a>,
    matches: &mut [Match<'r, 'a>],
    claimed: &[Claimed<'r, 'a>],
    looked_up: &LookedUp<'r>,
) {
    if matches.iter().all(|found| found.rule.requires.is_none()) {
        return;
    }
    let others = looked_up.search(subject);
    let asked = matches.iter().map(|found| Site {
        found,
        is_on: true,
        key: Some(found.key()),
    });
    let claimed = claimed.iter().map(|claimed| Site {
        found: &claimed.found,
        is_on: true,
        key: None,
    });
    let looked_up = others.iter().map(|found| Site {
        found,
        is_on: looked_up.is_on[found.order],
        key: None,
    });
    let sites: Vec<Site> = asked.chain(claimed).chain(looked_up).collect();
    let required = matches.iter().map(|found| of_match(subject, found, &sites));
    let required: Vec<Vec<Required>> = required.collect();
    for (found, required) in matches.iter_mut().zip(required) {
        found.requires = required;
    }
}

/// What may be required.
struct Site<'m, 'r, 'a> {
    found: &'m Match<'r, 'a>,
    is_on: bool,
    key: Option<MatchKey>,
}

fn of_match<'r, 'a>(
    subject: &Subject<'a>,
    found: &Match<'r, 'a>,
    sites: &[Site<'_, 'r, 'a>],
) -> Vec<Required<'r, 'a>> {
    let requirement = found.rule.requires.as_ref();
    let run = requirement.and_then(|it| Some((it, found.captures.expression(&it.at)?)));
    let Some((requirement, run)) = run else {
        return Vec::new();
    };
    let of_recipe = |site: &&Site| site.found.recipe.id == requirement.recipe;
    let of_recipe: Vec<&Site> = sites.iter().filter(of_recipe).collect();
    let mut required = Vec::new();
    for function in run_by(subject, run) {
        let id = subject.tree.id(function);
        let around = |node| subject.context.enclosing_function(node);
        let of_function = of_recipe.iter().filter(|site| {
            let node = site.found.node;
            node == id || around(node) == Some(id)
        });
        required.extend(of_function.map(|site| Required {
            function: function.name.as_str(),
            recipe: &site.found.recipe.id,
            is_on: site.is_on,
            found: site.key,
            range: site.found.sites[0],
        }));
    }
    required
}

/// Returns the functions of the file that an expression runs: those it calls, or stands for.
fn run_by<'a>(subject: &Subject<'a>, expression: ExprRef<'a>) -> Vec<&'a StmtFunctionDef> {
    let resolver = subject.resolver;
    // `job = work()` is the call.
    let origins = resolver.origins(expression).into_iter();
    let called = origins.filter_map(|origin| match origin {
        Origin::Made(ExprRef::Call(call)) => Some(ExprRef::from(&call.func)),
        _ => None,
    });
    let callables = called.chain([expression]);
    let callables = callables.flat_map(|callable| resolver.local_callables(callable));
    let functions = callables.filter_map(|callable| match callable {
        AnyNodeRef::StmtFunctionDef(function) => Some(function),
        _ => None,
    });
    functions.collect()
}
