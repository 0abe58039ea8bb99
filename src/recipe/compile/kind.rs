//! Rows of the tables of kinds and roles.

use std::sync::Arc;

use super::bound::Bound;
use super::compiler::{Compiler, texts};
use crate::recipe::error::{Complaint, Law, Problem};
use crate::recipe::kind::{AsyncDef, Entered, Kind, Kinds, Serializes, UsedBy};
use crate::recipe::pattern::Pattern;
use crate::recipe::role::RoleRow;
use crate::recipe::yaml::Node;

impl Compiler<'_> {
    pub(super) fn kinds(&mut self, root: &Node) -> Kinds {
        let columns = root.child("columns").map_or(&[][..], Node::entries);
        let columns: Vec<&str> = columns.iter().map(|(key, _)| key.text.as_str()).collect();
        let mut rows: Vec<Kind> = Vec::new();
        for node in root.child("rows").map_or(&[][..], Node::elements) {
            for (key, _) in node.entries() {
                if !columns.contains(&key.text.as_str()) {
                    self.add(
                        "rows",
                        Complaint::unknown(key.span.start(), "column", &key.text, &columns),
                    );
                }
            }
            if let Some(kind) = self.kind(node) {
                if rows.iter().any(|row| row.id == kind.id) {
                    let name = kind.id.clone();
                    self.break_law("id", node, Law::DuplicateName { name });
                }
                rows.push(kind);
            }
        }
        Kinds { rows }
    }

    fn kind(&mut self, node: &Node) -> Option<Kind> {
        let word = |column| node.child(column).and_then(Node::text);
        Some(Kind {
            made_by: self.value_patterns(node, "made-by", None),
            derived: self.value_patterns(node, "derived", Some("x")),
            elements: self.value_patterns(node, "elements", Some("x")),
            inside: self.value_patterns(node, "inside", Some("x")),
            outside: self.value_patterns(node, "outside", Some("x")),
            last_part: self.value_patterns(node, "last-part", Some("x")),
            entered: word("entered").and_then(Entered::from_word),
            classes: node.child("classes").map(texts).unwrap_or_default(),
            defines: node.child("defines").map(texts).unwrap_or_default(),
            unless: node.child("unless").map(texts).unwrap_or_default(),
            ambient: self.value_patterns(node, "ambient", None),
            housekeeping: self.value_patterns(node, "housekeeping", Some("x")),
            owned_by: self.value_patterns(node, "owned-by", None),
            attributes: node.child("attributes").map(texts).unwrap_or_default(),
            async_def: word("async-def").and_then(AsyncDef::from_word),
            decorated_by: node.child("decorated-by").map(texts).unwrap_or_default(),
            serializes: word("serializes").and_then(Serializes::from_word),
            used_by: word("used-by").and_then(UsedBy::from_word),
            called: node.child("called").map(texts).unwrap_or_default(),
            id: node.child("id")?.text()?.to_owned(),
        })
    }

    pub(super) fn role(&mut self, node: &Node) -> Option<RoleRow> {
        let of = |column| node.child(column).map(texts).unwrap_or_default();
        let flag = |column| node.child(column).and_then(Node::text) == Some("true");
        let when = node.child("when");
        Some(RoleRow {
            role: node.child("role")?.text()?.to_owned(),
            decorators: self.value_patterns(node, "decorators", None),
            given_to: self.value_patterns(node, "given-to", Some("f")),
            anywhere: flag("anywhere"),
            starts_program: flag("starts-program"),
            awaited: flag("awaited"),
            nested: flag("nested"),
            bases: of("bases"),
            methods: of("methods"),
            named: of("named"),
            when: when.and_then(|it| self.condition("when", it, &Bound::none())),
            stays: node.child("stays").and_then(Node::text).map(str::to_owned),
        })
    }

    /// Parses the patterns of a column; each must say what it does to `subject`, if there is one.
    pub(super) fn value_patterns(
        &mut self,
        node: &Node,
        column: &str,
        subject: Option<&str>,
    ) -> Vec<Arc<Pattern>> {
        let mut patterns = Vec::new();
        for element in node.child(column).map_or(&[][..], Node::elements) {
            let Some(pattern) = self.pattern(column, element) else {
                continue;
            };
            let unbound = subject.filter(|it| pattern.captures.iter().all(|(name, _)| name != it));
            if let Some(subject) = unbound {
                let problem = Problem::Unbound {
                    capture: format!("${subject}"),
                    binder: "the pattern",
                };
                self.add(column, Complaint::new(element.span.start(), problem));
            }
            patterns.push(pattern);
        }
        patterns
    }
}
