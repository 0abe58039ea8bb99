//! What a rule claims at its matches: other recipes leave it to that rule.

use ruff_text_size::TextRange;

use super::found::Match;
use super::subject::Subject;
use crate::recipe::{Claim, ClaimExtent, Recipe, Rule};

/// A match that the rule of another one took.
#[derive(Debug)]
pub struct Claimed<'r, 'a> {
    /// What is neither done nor said.
    pub found: Match<'r, 'a>,
    /// The recipe of the rule that takes it.
    pub recipe: &'r Recipe,
    /// That rule.
    pub rule: &'r Rule,
}

/// A match whose rule claims something.
struct Claimant<'r> {
    range: TextRange,
    claim: &'r Claim,
    order: usize,
    recipe: &'r Recipe,
    rule: &'r Rule,
}

impl Claimant<'_> {
    fn takes(&self, found: &Match) -> bool {
        self.order != found.order
            && self.range.contains_range(found.range)
            && self.claim.takes_from(found.recipe)
    }
}

/// Takes out the matches that another match's rule claims, if that one `stands`: what becomes nothing
/// takes nothing from others.
pub fn settle<'r, 'a>(
    subject: &Subject,
    matches: &mut Vec<Match<'r, 'a>>,
    stands: &dyn Fn(&Match<'r, 'a>) -> bool,
) -> Vec<Claimed<'r, 'a>> {
    let claimants = matches.iter().filter_map(|found| {
        let claim = found.rule.claims.as_ref()?;
        let claimant = Claimant {
            range: extent(subject, found, claim),
            claim,
            order: found.order,
            recipe: found.recipe,
            rule: found.rule,
        };
        let takes_some = matches.iter().any(|other| claimant.takes(other));
        (takes_some && stands(found)).then_some(claimant)
    });
    let claimants: Vec<Claimant> = claimants.collect();
    let mut claimed = Vec::new();
    if claimants.is_empty() {
        return claimed;
    }
    let mut kept = Vec::with_capacity(matches.len());
    for found in matches.drain(..) {
        match claimants.iter().find(|claimant| claimant.takes(&found)) {
            Some(Claimant { recipe, rule, .. }) => claimed.push(Claimed {
                found,
                recipe,
                rule,
            }),
            None => kept.push(found),
        }
    }
    *matches = kept;
    claimed
}

fn extent(subject: &Subject, found: &Match, claim: &Claim) -> TextRange {
    let is_def = subject.tree.node(found.node).is_stmt_function_def();
    let function = match claim.extent {
        ClaimExtent::Function if is_def => Some(found.node),
        ClaimExtent::Function => subject.context.enclosing_function(found.node),
        ClaimExtent::Site => None,
    };
    function.map_or(found.range, |id| subject.tree.range(id))
}

#[cfg(test)]
mod tests {
    use crate::engine::{Engine, Settings};
    use crate::project::Alone;
    use crate::recipe::catalog::Catalog;
    use crate::recipe::compile::compile;
    use crate::recipe::safety::Safety;
    use crate::source::SourceFile;

    /// Compares the reasons of two recipes, the first of which claims `g(…)` of the other.
    #[track_caller]
    fn check(claims: &str, expected: &[&str]) {
        check_text("match: f($x), report: 'f {$x}'", claims, expected);
    }

    #[track_caller]
    fn check_text(rule: &str, claims: &str, expected: &[&str]) {
        let catalog = Catalog::shipped_once();
        let made = |id: &str, rule: &str| {
            let text = format!(
                "id: {id}\ntitle: t\narea: a\nseverity: low\nwhy: w\nexamples: [{{name: n, unchanged: x}}]\nrules: [{{{rule}}}]\n"
            );
            compile(&format!("{id}.yaml"), &text, catalog.library()).expect("the recipe is right")
        };
        let first = made("first", &format!("{rule}{claims}"));
        let second = made("second", "match: ['f($x)', 'g($x)'], report: 'g {$x}'");
        let settings = Settings::new(Safety::Review);
        let engine = Engine::new(catalog, &[&first, &second], settings).expect("no circle");
        let text = "g(1)\ndef main():\n    f(2)\n    g(3)\n";
        let source = SourceFile::from_text("a.py", text).expect("it can be read");
        let plan = engine.plan_source(source, &Alone).plan;
        let findings = plan.map(|plan| plan.findings).unwrap_or_default();
        let reasons: Vec<&str> = findings.iter().map(|it| it.said.reason.as_str()).collect();
        assert_eq!(reasons, expected, "{claims}");
    }

    #[test]
    fn a_claim_takes_what_it_names() {
        check("", &["g 1", "f 2", "g 2", "g 3"]);
        check(
            ", claims: {in: site, from: [second]}",
            &["g 1", "f 2", "g 3"],
        );
        check(", claims: {in: function, from: ['sec*']}", &["g 1", "f 2"]);
        check_text(
            "match: def $f, report: 'f'",
            ", claims: {in: function, from: second}",
            &["g 1", "f"],
        );
        check(
            ", claims: {in: function, from: [third-*]}",
            &["g 1", "f 2", "g 2", "g 3"],
        );
    }
}
