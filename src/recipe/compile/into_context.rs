//! Sites with names, and the verb that makes one function of what is registered there.

use super::bound::Bound;
use super::compiler::{Compiler, all_of};
use super::text::capture;
use crate::recipe::condition::Patterns;
use crate::recipe::error::{Complaint, Law, Problem};
use crate::recipe::into_context::IntoContext;
use crate::recipe::pattern::Root;
use crate::recipe::schema::{ATTACHED, INTO_CONTEXT_KEY};
use crate::recipe::yaml::Node;

/// The keys of what runs when.
const BEFORE: &str = "before-yield";

const AFTER: &str = "after-yield";

/// Patterns, and how many of them, in order, have which name.
type Compared = (Patterns, Vec<(String, usize)>);

impl Compiler<'_> {
    /// What a rule is compared with: `match`, or the named patterns of `collect`.
    pub(super) fn compared_with(&mut self, rule: &Node) -> Option<Compared> {
        let named = rule.child("collect").filter(|it| it.scalar().is_none());
        let Some(named) = named else {
            return Some((self.matched(rule)?, Vec::new()));
        };
        let (first, second) = ("match".to_owned(), "collect".to_owned());
        if rule.child("match").is_some() {
            self.break_law("rules", named, Law::TwoPatterns { first, second });
        }
        if rule.child(INTO_CONTEXT_KEY).is_none() {
            let key = "collect".to_owned();
            let expected = "into-context-manager, or a metavariable such as $x";
            let problem = Problem::Law(Law::NeedsVerb { key });
            let complaint = Complaint::new(named.span.start(), problem);
            self.add("rules", complaint.expected(expected));
        }
        let entries = named.entries().iter();
        let entries = entries.map(|(key, value)| {
            let patterns = self.patterns(&key.text, value, &Bound::none())?;
            Some((key.text.clone(), patterns))
        });
        let entries = all_of(entries)?;
        let count = |(name, patterns): &(String, Patterns)| (name.clone(), patterns.len());
        let counts = entries.iter().map(count).collect();
        let patterns = entries
            .iter()
            .flat_map(|(_, patterns)| patterns.iter().cloned());
        Some((patterns.collect(), counts))
    }

    fn matched(&mut self, rule: &Node) -> Option<Patterns> {
        if let Some(patterns) = rule.child("match") {
            return self.patterns("match", patterns, &Bound::none());
        }
        // A rule without both was reported with the schema.
        rule.child("collect")?;
        let missing = "match";
        let complaint = Complaint::new(rule.span.start(), Problem::Missing { missing });
        self.add(
            "rules",
            complaint.expected("patterns, or names for them in `collect`"),
        );
        None
    }

    /// The capture whose value the sites of a change share.
    pub(super) fn collect(&mut self, rule: &Node, bound: &Bound) -> Option<String> {
        if rule.child("collect")?.scalar().is_some() {
            return self.captures_of(rule, "collect", bound).pop();
        }
        let attach = rule.child(INTO_CONTEXT_KEY)?.child("attach")?;
        self.bound_capture(ATTACHED, attach.child(ATTACHED)?, bound)
    }

    pub(super) fn context_of(
        &mut self,
        rule: &Node,
        node: &Node,
        bound: &Bound,
    ) -> Option<IntoContext> {
        let header = node.child("into")?;
        let template = self.function_header(header, bound)?;
        let names = rule.child("names").map_or(&[][..], Node::entries);
        let wished = names.first().map(|(key, _)| key.text.clone());
        let is_named = match &template.root {
            Root::Header(def) => def.as_function_def_stmt().is_some_and(|def| {
                let mut slots = template.slots.iter();
                let name = slots.find(|it| it.range + template.root_at == def.name.range);
                name.is_some_and(|it| wished == Some(format!("${}", it.name)))
            }),
            _ => false,
        };
        if !is_named {
            self.break_law("into", header, Law::DefinesNothing);
        }
        let attach = node.child("attach")?;
        // That it is bound was checked with `collect`.
        let of = capture(attach.child(ATTACHED)?.text()?).1.to_owned();
        let before = self.collected_name(rule, node, BEFORE)?;
        let after = self.collected_name(rule, node, AFTER)?;
        Some(IntoContext {
            header: template,
            argument: attach.child("argument")?.text()?.to_owned(),
            of,
            elsewhere: self.registered_elsewhere(node, [(BEFORE, &before), (AFTER, &after)])?,
            before,
            after,
        })
    }

    /// What registers in other files, with what `collect` calls it.
    fn registered_elsewhere(
        &mut self,
        node: &Node,
        phases: [(&str, &String); 2],
    ) -> Option<Vec<(String, Patterns)>> {
        let Some(there) = node.child("elsewhere") else {
            return Some(Vec::new());
        };
        all_of(phases.into_iter().map(|(key, name)| {
            let patterns = self.patterns(key, there.child(key)?, &Bound::none())?;
            Some((name.clone(), patterns))
        }))
    }

    /// One of the names of `collect`.
    fn collected_name(&mut self, rule: &Node, node: &Node, key: &str) -> Option<String> {
        let typed = node.child(key)?;
        let name = typed.text()?;
        let names = rule.child("collect").map_or(&[][..], Node::entries).iter();
        let names: Vec<&str> = names.map(|(key, _)| key.text.as_str()).collect();
        if !names.contains(&name) {
            let complaint = Complaint::unknown(typed.span.start(), "name", name, &names);
            self.add(key, complaint);
            return None;
        }
        Some(name.to_owned())
    }
}
