//! The rules of a shipped recipe, each compiled when somebody asks for it: most files have the words of a few rules,
//! and few places fit any.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::compiler::{Compiler, finish};
use super::opening::opening;
use super::rule::numbered;
use crate::recipe::error::{Mistake, lines};
use crate::recipe::later::Later;
use crate::recipe::opening::Opening;
use crate::recipe::yaml::Node;
use crate::recipe::{LazyRule, Rule};

/// A recipe that is compiled bit by bit.
struct Recipe {
    root: Node,
    /// What its rules share is compiled once.
    compiler: Mutex<Compiler<'static>>,
}

impl Recipe {
    fn compiler(&self) -> MutexGuard<'_, Compiler<'static>> {
        // A panic is the end of the run, and nothing is half changed.
        self.compiler.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns what was compiled of a text that is part of the binary.
pub fn right<T>(compiled: Result<T, Vec<Mistake>>) -> T {
    compiled.unwrap_or_else(|errors| panic!("{}", lines(&errors)))
}

/// Returns the rules in order, as of a recipe without mistakes: a test compiles all of them.
pub(super) fn rules(compiler: Compiler<'static>, root: Node) -> Vec<LazyRule> {
    let compiler = Mutex::new(compiler);
    let recipe = Arc::new(Recipe { root, compiler });
    let nodes = recipe.root.child("rules").map_or(&[][..], Node::elements);
    let rules = numbered(nodes).map(|(number, node)| {
        let begin = {
            let (recipe, node) = (recipe.clone(), node.clone());
            move || right(begun(&recipe, &node))
        };
        let opening = Arc::new(Later::new(begin));
        let (recipe, node, known) = (recipe.clone(), node.clone(), opening.clone());
        let whole = Later::new(move || right(rule(&recipe, number, &node, &known)));
        LazyRule { opening, whole }
    });
    rules.collect()
}

fn begun(recipe: &Recipe, node: &Node) -> Result<Opening, Vec<Mistake>> {
    let mut compiler = recipe.compiler();
    let compared = compiler.compared_with(node);
    let opening = compared.map(|compared| opening(node, &recipe.root, compared));
    finish(opening, compiler.report.take())
}

fn rule(
    recipe: &Arc<Recipe>,
    number: usize,
    node: &Node,
    known: &Later<Opening>,
) -> Result<Rule, Vec<Mistake>> {
    let patterns = known.patterns.clone();
    let mut compiler = recipe.compiler();
    let matched = compiler.rule_match(node, &recipe.root, patterns);
    let compiled = matched.and_then(|matched| {
        let (is_code, bound) = (matched.is_code(), matched.written.clone());
        let rule = compiler.rule(number, node, &recipe.root, matched);
        rule.map(|rule| (rule, is_code, bound))
    });
    let (rule, is_code, bound) = finish(compiled, compiler.report.take())?;
    let (recipe, node) = (recipe.clone(), node.clone());
    let doubts = Later::new(move || {
        let mut compiler = recipe.compiler();
        let doubts = compiler.doubts(&node, &recipe.root, is_code, &bound);
        right(finish(doubts, compiler.report.take()))
    });
    Ok(Rule { doubts, ..rule })
}
