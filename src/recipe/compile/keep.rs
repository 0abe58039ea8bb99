//! The verb `keep-handle` in YAML → [`Keep`].

use super::text::Bound;
use super::{Compiler, all_of};
use crate::recipe::condition::Guarded;
use crate::recipe::keep::Keep;
use crate::recipe::pattern::Arity;
use crate::recipe::yaml::Node;

impl Compiler<'_> {
    pub(super) fn keep(&mut self, node: &Node, bound: &Bound) -> Option<Keep> {
        let one = [("handle".to_owned(), Arity::One)];
        let kept = [one[0].clone(), ("handles".to_owned(), Arity::One)];
        let all = [("handles".to_owned(), Arity::Rest)];
        let name = node.child("name");
        let name = name.and_then(|name| self.message("name", name, bound));
        let (end, many) = (node.child("end")?, node.child("many")?);
        let mut template = |key, node: &Node, bound: &[(String, Arity)]| {
            self.template(key, node, &Bound::none().with(bound))
        };
        let each = end.child("each").and_then(|it| template("each", it, &one));
        let then = end.child("then").and_then(|it| template("then", it, &all));
        let result = [("result".to_owned(), Arity::One)];
        let mut typed = |node: &Node| match node.child("type") {
            Some(it) => template("type", it, &result).map(Some),
            None => Some(None),
        };
        let (of_type, collection_type) = (typed(node), typed(many));
        let collection = many.child("in").and_then(|it| template("in", it, &[]));
        let elements = many.child("each").map_or(&[][..], Node::elements).iter();
        let kept = all_of(elements.map(|it| template("each", it, &kept)));
        let [ended_by, waited_by] = ["ended-by", "waited-by"].map(|key| self.explained(node, key));
        let mut pattern = |key| end.child(key).and_then(|it| self.pattern(key, it));
        let ends = [pattern("each")?, pattern("then")?];
        let stopped_by = node.child("stopped-by").and_then(Node::text);
        Some(Keep {
            name: name?,
            of_type: of_type?,
            collection_type: collection_type?,
            each: each?,
            then: then?,
            collection: collection?,
            one: many.child("one")?.text()?.to_owned(),
            kept: kept?,
            ended_by: ended_by?,
            waited_by: waited_by?,
            ends,
            stopped_by: stopped_by.map(str::to_owned),
        })
    }

    /// Patterns, each with what it means.
    fn explained(&mut self, node: &Node, key: &str) -> Option<Vec<(Guarded, String)>> {
        let mut explained = Vec::new();
        for (pattern, because) in node.child(key).map_or(&[][..], Node::entries) {
            let because = because.text()?;
            let patterns = self.key_patterns(pattern)?.into_iter();
            explained.extend(patterns.map(|pattern| (pattern, because.to_owned())));
        }
        Some(explained)
    }
}
