//! What a rule moves or encloses: statements that become a function, and the block around a site.

use super::bound::Bound;
use super::compiler::{Compiler, texts};
use crate::recipe::condition::{Guarded, Patterns};
use crate::recipe::error::{Complaint, Law, Problem};
use crate::recipe::pattern::Root;
use crate::recipe::template::Template;
use crate::recipe::verb::{Extent, Extract};
use crate::recipe::yaml::Node;
use crate::recipe::{Shares, Together, Wrap};

impl Compiler<'_> {
    /// What the sites of one change have in common; some are `collected` by names.
    pub(super) fn shares(&mut self, node: &Node, bound: &Bound) -> Option<Shares> {
        Some(Shares {
            together: self.together(node),
            joins: node.child("joins").map(texts).unwrap_or_default(),
            wrap: self.wrap(node, bound),
            gives: self.gives(node, bound)?,
        })
    }

    /// What the sites stand in; a change stays within one function, as a person looks at it as a whole.
    fn together(&mut self, node: &Node) -> Option<Together> {
        let typed = node.child("together")?;
        let together = Together::from_word(typed.text()?)?;
        if together.is_of_findings() && node.child("report").is_none() {
            let word = together.word();
            let problem = Problem::Law(Law::NeedsReport { word });
            let complaint = Complaint::new(typed.span.start(), problem);
            let expected = "`function`, or `report` instead of the verb";
            self.add("together", complaint.expected(expected));
        }
        Some(together)
    }

    /// The header of the block that is put around a site.
    fn wrap(&mut self, node: &Node, bound: &Bound) -> Option<Wrap> {
        let header = node.child("wrap")?.child("in")?;
        let template = self.template("in", header, bound)?;
        if !matches!(&template.root, Root::Header(statement) if statement.is_with_stmt()) {
            let complaint = Complaint::not_of_sort(header.span.start(), "the header of a `with`");
            self.add("in", complaint.expected("`async with $make() as $name`"));
            return None;
        }
        Some(Wrap { header: template })
    }

    pub(super) fn extract(
        &mut self,
        node: &Node,
        patterns: &[Guarded],
        bound: &Bound,
    ) -> Option<Extract> {
        let header = match node.child("header") {
            Some(header) => {
                let template = self.template("header", header, bound)?;
                self.check_headers(header, patterns, &template);
                Some(template)
            }
            None => None,
        };
        let into = node.child("into");
        let run = node.child("run");
        let into = into.and_then(|into| self.function_header(into, bound));
        let run = run.and_then(|run| self.template("run", run, bound));
        let along = match node.child("along") {
            Some(along) => self.patterns("along", along, bound)?,
            None => Patterns::default(),
        };
        let mut refuse = Vec::new();
        for (key, because) in node.child("refuse").map_or(&[][..], Node::entries) {
            let because = because.text()?;
            let patterns = self.key_patterns(key)?;
            let patterns = patterns.iter().cloned();
            refuse.extend(patterns.map(|pattern| (pattern, because.to_owned())));
        }
        let statements = node.child("statements")?.elements().iter();
        let extents = statements.map(|extent| Extent::from_word(extent.text()?));
        Some(Extract {
            statements: extents.collect::<Option<_>>()?,
            along,
            refuse,
            header,
            into: into?,
            run: run?,
        })
    }

    pub(super) fn function_header(&mut self, node: &Node, bound: &Bound) -> Option<Template> {
        let template = self.template("into", node, bound)?;
        let is_function =
            matches!(&template.root, Root::Header(statement) if statement.is_function_def_stmt());
        // A bare `def $f` leaves its parameters open: fine to match, not to write.
        let is_function = is_function && !template.code.contains("(*__mvs__)");
        if !is_function {
            let problem = Problem::Law(Law::NotAFunctionHeader);
            let complaint = Complaint::new(node.span.start(), problem);
            self.add(
                "into",
                complaint.expected("a header such as `async def $main()`"),
            );
        }
        is_function.then_some(template)
    }
}
