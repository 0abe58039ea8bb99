//! What a rule says beside its match and verb: the block around it, arguments, uses of the value, and
//! what it claims and requires.

use ruff_python_ast::{Expr, Stmt};

use super::Compiler;
use super::text::Bound;
use crate::recipe::condition::Guarded;
use crate::recipe::error::{Complaint, Law, Problem};
use crate::recipe::pattern::{Arity, Pattern, Root};
use crate::recipe::selector::Selector;
use crate::recipe::template::Template;
use crate::recipe::yaml::{Key, Node};
use crate::recipe::{ArgumentFate, Claim, ClaimExtent, FollowValue, Requirement, VALUE};

impl Compiler<'_> {
    /// Compiles the headers that a site must stand under, which bind captures as well.
    pub(super) fn under(&mut self, node: &Node, bound: Bound) -> Option<(Vec<Guarded>, Bound)> {
        let Some(under) = node.child("under") else {
            return Some((Vec::new(), bound));
        };
        let patterns = self.patterns("under", under, &bound)?;
        if patterns
            .iter()
            .any(|guarded| guarded.pattern.block_kind().is_none())
        {
            let sort = "the header of a block inside a function";
            let complaint = Complaint::not_of_sort(under.span.start(), sort);
            self.add(
                "under",
                complaint.expected("a header such as `except $e as $name`"),
            );
        }
        let bound = bound.and_by_all(patterns.iter().map(|guarded| &guarded.pattern));
        Some((patterns, bound))
    }

    /// Whether there is such a recipe the catalog knows.
    pub(super) fn requirement(&mut self, node: &Node, bound: &Bound) -> Option<Requirement> {
        let node = node.child("requires")?;
        Some(Requirement {
            recipe: node.child("recipe")?.text()?.to_owned(),
            at: self.bound_capture("at", node.child("at")?, bound)?,
        })
    }

    /// Headers become headers of their kind, and the parameters of a def stay.
    pub(super) fn check_headers(&mut self, node: &Node, patterns: &[Guarded], template: &Template) {
        let complaint = |problem| Complaint::new(node.span.start(), problem);
        for Guarded { pattern, .. } in patterns {
            let fits = match (&pattern.root, &template.root) {
                (Root::Header(old), Root::Header(new)) => is_same_kind(old, new),
                (Root::Header(_), _) | (_, Root::Header(_)) => false,
                _ => true,
            };
            if !fits {
                self.add("rewrite", complaint(Problem::Law(Law::OtherHeader)));
            }
        }
        let writes_parameters = matches!(&template.root, Root::Header(header)
            if header.is_function_def_stmt() && !template.code.contains("(*__mvs__)"));
        if writes_parameters {
            let feature = "a parameter in the header that is written";
            self.add("rewrite", complaint(Problem::Feature { feature }));
        }
    }

    /// Compiles `arguments`: keyword argument → `drop`, or another one.
    pub(super) fn arguments(
        &mut self,
        node: &Node,
        bound: &Bound,
    ) -> Option<Vec<(Pattern, ArgumentFate)>> {
        let mut arguments = Vec::new();
        for (key, value) in node.child("arguments").map_or(&[][..], Node::entries) {
            let pattern = self.pattern(&key.text, &key.to_node())?;
            self.check_keyword(key, &pattern.root);
            let fate = match value.text() {
                Some("drop") => ArgumentFate::Dropped,
                _ => {
                    let bound = bound.with(&pattern.captures);
                    let template = self.template(&key.text, value, &bound)?;
                    self.check_keyword(key, &template.root);
                    ArgumentFate::Becomes(template)
                }
            };
            arguments.push((pattern, fate));
        }
        Some(arguments)
    }

    /// A keyword argument reads like an assignment to a name.
    fn check_keyword(&mut self, key: &Key, root: &Root) {
        let is_keyword = matches!(root, Root::Statements(statements)
            if matches!(statements.as_slice(), [Stmt::Assign(assign)]
                if matches!(assign.targets.as_slice(), [Expr::Name(_)])));
        if !is_keyword {
            let complaint = Complaint::not_of_sort(key.span.start(), "a keyword argument");
            self.add(
                "arguments",
                complaint.expected("`name=$x`, `name=1`, or `drop` for one that goes"),
            );
        }
    }

    /// Compiles `follow-value`: uses of `$value` → what they become.
    pub(super) fn follow_value(
        &mut self,
        node: &Node,
        bound: &Bound,
    ) -> Option<Option<FollowValue>> {
        let Some(node) = node.child("follow-value") else {
            return Some(None);
        };
        let mut follow = FollowValue {
            uses: Vec::new(),
            keeps_others: false,
        };
        for (key, value) in node.entries() {
            if key.text == "else" {
                follow.keeps_others = self.keeps_others(value);
                continue;
            }
            let bound = bound.with(&[(VALUE.to_owned(), Arity::One)]);
            for guarded in self.key_patterns(key)? {
                if guarded
                    .pattern
                    .captures
                    .iter()
                    .all(|(name, _)| name != VALUE)
                {
                    let problem = Problem::Law(Law::NotOfValue);
                    self.add("follow-value", Complaint::new(key.span.start(), problem));
                }
                let bound = bound.with(&guarded.pattern.captures);
                let template = self.template(&key.text, value, &bound)?;
                self.check_headers(value, std::slice::from_ref(&guarded), &template);
                follow.uses.push((guarded, template));
            }
        }
        Some(Some(follow))
    }
}

impl Compiler<'_> {
    /// What `else` says about the uses that no line speaks of.
    fn keeps_others(&mut self, value: &Node) -> bool {
        const WORDS: [&str; 2] = ["keep", "refuse"];
        let word = value.text().unwrap_or_default();
        if !WORDS.contains(&word) {
            let complaint = Complaint::unknown(value.span.start(), "word", word, &WORDS);
            self.add("else", complaint);
        }
        word == WORDS[0]
    }
}

fn is_same_kind(old: &Stmt, new: &Stmt) -> bool {
    std::mem::discriminant(old) == std::mem::discriminant(new) && !new.is_class_def_stmt()
}

/// Reads a claim; `None` where the schema reported it.
pub(super) fn claim(node: &Node) -> Option<Claim> {
    let from = node.child("from")?.elements().iter();
    Some(Claim {
        extent: ClaimExtent::from_word(node.child("in")?.text()?)?,
        from: from.filter_map(|id| id.text().map(Selector::new)).collect(),
    })
}
