//! Fresh names that a rule wishes for, and the places that it reports.

use super::bound::Bound;
use super::compiler::{Compiler, all_of};
use super::text::capture;
use crate::recipe::ReportedSite;
use crate::recipe::error::{Complaint, Law, Problem};
use crate::recipe::pattern::Arity;
use crate::recipe::template::{Message, MessagePart};
use crate::recipe::yaml::Node;

impl Compiler<'_> {
    /// Compiles `names`: what captures that nothing binds would like to be.
    pub(super) fn names(&mut self, node: &Node, bound: &Bound) -> Vec<(String, Vec<Message>)> {
        let mut names = Vec::new();
        for (key, wishes) in node.child("names").map_or(&[][..], Node::entries) {
            let (arity, name) = capture(&key.text);
            let at = key.span.start();
            if !key.text.starts_with('$') || arity != Arity::One {
                let word = key.text.clone();
                let problem = Problem::Unknown { noun: "key", word };
                self.add(
                    "names",
                    Complaint::new(at, problem).expected("a metavariable such as $x"),
                );
            } else if bound.complain(name, arity, at).is_none() {
                let name = key.text.clone();
                self.break_law("names", &key.to_node(), Law::DuplicateName { name });
            }
            let wishes = wishes.elements().iter();
            let wishes = wishes.filter_map(|wish| self.wish(wish, bound));
            names.push((name.to_owned(), wishes.collect()));
        }
        names
    }

    /// A name, with captures that are names in it, or the last names of others: `limited_{$work.name}`.
    fn wish(&mut self, node: &Node, bound: &Bound) -> Option<Message> {
        let wish = self.message("names", node, bound)?;
        let mut filled = String::new();
        for part in &wish.parts {
            filled.push_str(match part {
                MessagePart::Text(text) => text,
                MessagePart::Capture(_) | MessagePart::CaptureName(_) => "x",
                // No name has such a character.
                _ => "?",
            });
        }
        if ruff_python_stdlib::identifiers::is_identifier(&filled) {
            return Some(wish);
        }
        let complaint = Complaint::not_of_sort(node.span.start(), "a name");
        let expected =
            "a name such as `limit`, or `limit_{$x.name}` with the last name of a metavariable";
        self.add("names", complaint.expected(expected));
        None
    }

    /// Compiles `site`: captures, and patterns of what stands inside the match.
    pub(super) fn reported_sites(
        &mut self,
        node: &Node,
        bound: &Bound,
    ) -> Option<Vec<ReportedSite>> {
        let sites = node.child("site").map_or(&[][..], Node::elements).iter();
        let sites = sites.map(|site| {
            if is_capture(site) {
                let name = self.bound_capture("site", site, bound)?;
                return Some(vec![ReportedSite::Capture(name)]);
            }
            let patterns = self.patterns("site", site, bound)?;
            let sites = patterns
                .iter()
                .cloned()
                .map(|it| ReportedSite::Pattern(Box::new(it)));
            Some(sites.collect())
        });
        Some(all_of(sites)?.into_iter().flatten().collect())
    }
}

/// `$x` alone.
fn is_capture(node: &Node) -> bool {
    let name = node.text().and_then(|text| text.trim().strip_prefix('$'));
    name.is_some_and(ruff_python_stdlib::identifiers::is_identifier)
}
