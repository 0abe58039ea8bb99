//! The verb `keep-handle` in YAML → [`Keep`], and the table of endings that it names.

use std::sync::Arc;

use super::bound::Bound;
use super::compiler::{Compiler, all_of, finish};
use crate::recipe::condition::{Guarded, Patterns};
use crate::recipe::error::{Complaint, Law, Mistake, Problem};
use crate::recipe::keep::{End, Endings, Keep, Storage, Waiting};
use crate::recipe::pattern::Arity;
use crate::recipe::schema;
use crate::recipe::table::Library;
use crate::recipe::template::Template;
use crate::recipe::yaml::Node;

/// One thing that ends.
const ONE: &str = "handle";

/// All of them.
const ALL: &str = "handles";

/// Compiles the table of endings.
///
/// # Errors
///
/// Everything that is wrong with it, in order of place.
pub fn compile_endings(path: &str, text: &str, library: &Library) -> Result<Endings, Vec<Mistake>> {
    let mut compiler = Compiler::new(path, text, library);
    let root = compiler.parse(text, &schema::keep::ENDINGS);
    let endings = root.map(|root| {
        let rows = root.child("rows").map_or(&[][..], Node::elements).iter();
        let rows = rows.filter_map(|row| {
            let id = row.child("id")?.text()?.to_owned();
            Some((id, Arc::new(compiler.how_it_ends(row)?)))
        });
        Endings {
            rows: rows.collect(),
        }
    });
    finish(endings, compiler.report)
}

impl Compiler<'_> {
    pub(super) fn keep(&mut self, rule: &Node, node: &Node, bound: &Bound) -> Option<Keep> {
        let end = node.child("end")?;
        let end = match end.text() {
            Some(id) => self.ending(end, id),
            None => self.how_it_ends(end).map(Arc::new),
        };
        let storage = match (node.child("name"), node.child("many")) {
            (None, None) => {
                let stored = rule.child("where").and_then(|it| it.child("stored"));
                if stored.is_none() {
                    self.break_law("keep-handle", node, Law::NotStored);
                }
                None
            }
            (Some(_), Some(many)) => Some(self.storage(node, many, bound)?),
            (name, _) => {
                let missing = if name.is_none() { "name" } else { "many" };
                let problem = Problem::Missing { missing };
                self.add("keep-handle", Complaint::new(node.span.start(), problem));
                None
            }
        };
        let mut storage = storage;
        let end = end?;
        if let Some(storage) = &mut storage {
            storage.one.clone_from(&end.one);
        }
        Some(Keep { storage, end })
    }

    /// The row of that name.
    fn ending(&mut self, node: &Node, id: &str) -> Option<Arc<End>> {
        let found = self.library.endings.find(id).cloned();
        if found.is_none() {
            let rows = self.library.endings.rows.iter();
            let names: Vec<&str> = rows.map(|(id, _)| id.as_str()).collect();
            let complaint = Complaint::unknown(node.span.start(), "ending", id, &names);
            self.add("end", complaint);
        }
        found
    }

    fn storage(&mut self, node: &Node, many: &Node, bound: &Bound) -> Option<Storage> {
        let name = node.child("name");
        let name = name.and_then(|name| self.message("name", name, bound));
        let (of_type, collection_type) = (self.value_type(node), self.value_type(many));
        let kept = Bound::none().with(&[one(ONE), one(ALL)]);
        let collection = many.child("in");
        let collection = collection.and_then(|it| self.template("in", it, &Bound::none()));
        let elements = many.child("each").map_or(&[][..], Node::elements).iter();
        let kept = all_of(elements.map(|it| self.template("each", it, &kept)));
        Some(Storage {
            name: name?,
            of_type: of_type?,
            collection: collection?,
            collection_type: collection_type?,
            one: String::new(),
            kept: kept?,
        })
    }

    /// The type that is said of a value, if one is.
    fn value_type(&mut self, node: &Node) -> Option<Option<Template>> {
        let result = Bound::none().with(&[one("result")]);
        match node.child("type") {
            Some(it) => self.template("type", it, &result).map(Some),
            None => Some(None),
        }
    }

    fn how_it_ends(&mut self, node: &Node) -> Option<End> {
        let each = Bound::none().with(&[one(ONE)]);
        let each = node
            .child("each")
            .and_then(|it| self.template("each", it, &each));
        let then = node.child("then").map_or(&[][..], Node::elements).iter();
        let then = all_of(then.map(|it| self.waiting(it)));
        let [ended_by, waited_by] = ["ended-by", "waited-by"].map(|key| self.explained(node, key));
        let plain = node.child("then").map_or(&[][..], Node::elements).last();
        let ends = [node.child("each"), plain].into_iter().flatten();
        let ends = all_of(ends.map(|it| self.pattern("each", it)));
        let stopped_by = node.child("stopped-by").and_then(Node::text);
        let each = each?;
        Some(End {
            awaits: each.code.split_whitespace().any(|word| word == "await"),
            one: node.child("one")?.text()?.to_owned(),
            each,
            is_last: node.child("at").and_then(Node::text) == Some("last"),
            then: then?,
            ended_by: ended_by?,
            waited_by: waited_by?,
            ends: ends?,
            stopped_by: stopped_by.map(str::to_owned),
        })
    }

    /// Patterns, each with what it means.
    fn explained(&mut self, node: &Node, key: &str) -> Option<Vec<(Guarded, String)>> {
        let mut explained = Vec::new();
        for (pattern, because) in node.child(key).map_or(&[][..], Node::entries) {
            let because = because.text()?;
            let patterns = self.key_patterns(pattern)?;
            let patterns = patterns.iter().cloned();
            explained.extend(patterns.map(|pattern| (pattern, because.to_owned())));
        }
        Some(explained)
    }

    /// Lines for all handles, or what is written where the file has something like it.
    fn waiting(&mut self, node: &Node) -> Option<Waiting> {
        if node.text().is_some() {
            return Some(Waiting {
                like: Patterns::default(),
                names: Vec::new(),
                lines: self.lines(node, false, &Bound::none())?,
                is_each: false,
            });
        }
        let like = self.patterns("like", node.child("like")?, &Bound::none())?;
        let bound = Bound::by_all(like.iter().map(|it: &Guarded| &*it.pattern));
        let names = self.names(node, &bound);
        let bound = bound.with_names(&names);
        let (is_each, lines) = match (node.child("each"), node.child("all")) {
            (Some(each), None) => (true, each),
            (None, Some(all)) => (false, all),
            _ => {
                let problem = Problem::Missing { missing: "all" };
                let complaint = Complaint::new(node.span.start(), problem);
                self.add("then", complaint.expected("either `each` or `all`"));
                return None;
            }
        };
        Some(Waiting {
            lines: self.lines(lines, is_each, &bound)?,
            like,
            names,
            is_each,
        })
    }

    fn lines(&mut self, node: &Node, is_each: bool, bound: &Bound) -> Option<Template> {
        let (key, handle) = match is_each {
            true => ("each", one(ONE)),
            false => ("then", (ALL.to_owned(), Arity::Rest)),
        };
        self.template(key, node, &bound.with(&[handle]))
    }
}

fn one(name: &str) -> (String, Arity) {
    (name.to_owned(), Arity::One)
}
