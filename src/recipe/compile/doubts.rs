//! What a rule's change does to the program, and the doubts about it: those of the recipe, and then its own.

use std::sync::Arc;

use super::bound::Bound;
use super::compiler::{Compiler, all_of};
use super::doubt_rows::{CHECK, KEY, LEVEL};
use crate::recipe::condition::Condition;
use crate::recipe::error::{Complaint, Law, Problem};
use crate::recipe::safety::{Doubt, Safety};
use crate::recipe::template::Message;
use crate::recipe::yaml::Node;

impl Compiler<'_> {
    /// What a rule with a verb says of its change, or its recipe of each.
    pub(super) fn said(
        &mut self,
        key: &str,
        node: &Node,
        recipe: &Node,
        bound: &Bound,
    ) -> Option<Option<Message>> {
        let shared = recipe.child(key).filter(|_| is_change(node));
        let Some(text) = node.child(key).or(shared) else {
            return Some(None);
        };
        self.message(key, text, bound).map(Some)
    }

    /// When a change that is not made is a finding: what the rule says, or else the recipe, for a rule about code
    /// that does something.
    pub(super) fn finding_if(
        &mut self,
        node: &Node,
        recipe: &Node,
        is_code: bool,
        bound: &Bound,
    ) -> Option<Option<Condition>> {
        const KEY: &str = "finding-if";
        let shared = recipe.child(KEY);
        let shared = shared.filter(|_| is_code && is_change(node));
        match node.child(KEY).or(shared) {
            None => Some(None),
            Some(never) if never.text().is_some() => Some(Some(Condition::Any([].into()))),
            Some(condition) => self.condition(KEY, condition, bound).map(Some),
        }
    }

    /// When a finding is minor: what the rule says, or else the recipe.
    pub(super) fn minor_if(
        &mut self,
        node: &Node,
        recipe: &Node,
        bound: &Bound,
    ) -> Option<Option<Condition>> {
        const KEY: &str = "minor-if";
        let minor = node.child(KEY).or(recipe.child(KEY));
        match minor.and_then(Node::text) {
            Some("always") => return Some(Some(Condition::All([].into()))),
            Some(_) => return Some(None),
            None => {}
        }
        match minor {
            None => Some(None),
            Some(condition) => self.condition(KEY, condition, bound).map(Some),
        }
    }

    /// Those of the recipe, for a rule about code that does something, and the rule's own.
    pub(super) fn doubts(
        &mut self,
        node: &Node,
        recipe: &Node,
        is_code: bool,
        bound: &Bound,
    ) -> Option<Vec<Arc<Doubt>>> {
        let shared = recipe.child(KEY);
        let shared = shared.filter(|_| is_code && is_change(node));
        let lists = [shared, node.child(KEY)].into_iter().flatten();
        // Where all tables were put in their places, these are the doubts as they are.
        let rows = lists.flat_map(Node::elements).map(|doubt| {
            let rows = (self.doubt_rows).of(doubt, self.library, &mut self.report)?;
            Some(rows.to_vec())
        });
        let doubts = all_of(rows)?.concat();
        all_of(doubts.iter().map(|doubt| self.doubt(doubt, bound)))
    }

    fn doubt(&mut self, node: &Node, bound: &Bound) -> Option<Arc<Doubt>> {
        if let Some(known) = self.doubts.find(node, bound) {
            return Some(known);
        }
        let Some(because) = node.child("because") else {
            // The schema says so of what is no map.
            node.entries().first()?;
            let complaint = Complaint::new(node.span.start(), Problem::Law(Law::DoubtWithoutText));
            self.add(KEY, complaint.expected("`because`, or `table`"));
            return None;
        };
        let when = node.child("when");
        let when = when.map(|when| self.shared_condition("when", when, bound));
        let because = self.message("because", because, bound);
        let check = node.child(CHECK);
        let check = check.map(|check| self.message(CHECK, check, bound));
        let level = node.child(LEVEL).and_then(Node::text);
        let compiled = Doubt {
            level: level.map_or(Some(Safety::Review), Safety::from_word)?,
            when: when.map_or(Some(None), |when| when.map(Some))?,
            because: because?,
            check: check.map_or(Some(None), |check| check.map(Some))?,
        };
        Some(self.doubts.keep(node, bound, compiled, &self.named))
    }

    pub(super) fn shared_condition(
        &mut self,
        key: &str,
        node: &Node,
        bound: &Bound,
    ) -> Option<Arc<Condition>> {
        if let Some(known) = self.conditions.find(node, bound) {
            return Some(known);
        }
        let condition = self.condition(key, node, bound)?;
        Some(self.conditions.keep(node, bound, condition, &self.named))
    }
}

/// A finding does nothing to the program.
fn is_change(rule: &Node) -> bool {
    rule.child("report").is_none()
}
