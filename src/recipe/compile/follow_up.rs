//! What a rule says beside its match and verb: the block around it, arguments, uses of the value, and
//! what it claims.

use ruff_python_ast::{Expr, Stmt};

use super::bound::Bound;
use super::compiler::{Compiler, all_of};
use crate::recipe::condition::{Guarded, Patterns};
use crate::recipe::error::{Complaint, Law, Problem};
use crate::recipe::follow_up::{
    Absent, ArgumentFate, ArgumentLine, Arguments, ExceptionClass, ExceptionLine, FollowValue,
};
use crate::recipe::pattern::{Arity, Root};
use crate::recipe::selector::Selector;
use crate::recipe::template::Template;
use crate::recipe::yaml::{Key, Node};
use crate::recipe::{Claim, ClaimExtent, VALUE};

/// What is said of uses that stay as they are.
const KEEP: &str = "keep";

impl Compiler<'_> {
    /// Compiles the headers that a site must stand under, which bind captures as well.
    pub(super) fn under(&mut self, node: &Node, bound: Bound) -> Option<(Patterns, Bound)> {
        let Some(under) = node.child("under") else {
            return Some((Patterns::default(), bound));
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
        let bound = bound.and_by_all(patterns.iter().map(|guarded| &*guarded.pattern));
        Some((patterns, bound))
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
        let written = match &template.root {
            _ if template.code.contains("(*__mvs__)") => None,
            Root::Header(header) if header.is_function_def_stmt() => {
                Some("a parameter in the header that is written")
            }
            Root::Header(header) if header.is_class_def_stmt() => {
                Some("a base class in the header that is written")
            }
            _ => None,
        };
        if let Some(feature) = written {
            self.add("rewrite", complaint(Problem::Feature { feature }));
        }
    }

    /// Only arguments that a pattern leaves open, or takes by keyword, can become others. Beside lines of the
    /// recipe those of a rule may only keep some from these.
    pub(super) fn check_arguments(&mut self, node: &Node, recipe: &Node, patterns: &[Guarded]) {
        let is_full = |it: &Guarded| {
            let text = &it.pattern.text;
            !text.contains("$*") && !text.contains('=')
        };
        let own = node.child("arguments");
        let own = own.filter(|_| recipe.child("arguments").is_none());
        if let Some(arguments) = own.filter(|_| patterns.iter().all(is_full)) {
            self.break_law("arguments", arguments, Law::NoArgumentLeft);
        }
    }

    /// Compiles `arguments`: keyword argument → what becomes of it; those of the recipe come behind.
    pub(super) fn arguments(
        &mut self,
        node: &Node,
        recipe: &Node,
        bound: &Bound,
    ) -> Option<Arguments> {
        let shared = recipe.child("arguments");
        let shared = shared.filter(|_| node.child("rewrite").is_some());
        let mut arguments = Arguments::default();
        let own = self.spread_keys(node.child("arguments").map_or(&[][..], Node::entries));
        let shared = self.spread_keys(shared.map_or(&[][..], Node::entries));
        let shared = shared.iter();
        // A line of the rule stands for that of the recipe that speaks of the same.
        let shared = shared.filter(|(key, _)| own.iter().all(|(it, _)| it.text != key.text));
        for (key, value) in own.iter().chain(shared) {
            if key.text == "else" {
                arguments.refuses_others |= !self.is_first("else", value, [KEEP, "refuse"]);
                continue;
            }
            let line = self.argument(key, value, bound)?;
            arguments.lines.push(line);
        }
        Some(arguments)
    }

    fn argument(&mut self, key: &Key, value: &Node, bound: &Bound) -> Option<ArgumentLine> {
        let pattern = self.pattern(&key.text, &key.to_node())?;
        self.check_keyword(key, &pattern.root);
        let bound = bound.with(&pattern.captures);
        let mut line = ArgumentLine {
            pattern,
            cases: Vec::new(),
            absent: None,
        };
        for case in value.elements() {
            let when = case.child("when");
            let when = when.map(|when| self.condition("when", when, &bound));
            let fate = self.fate(key, case, &bound)?;
            line.cases.extend(fate.map(|fate| (when.flatten(), fate)));
            if let Some((place, code)) = case.child("absent").and_then(|it| it.entries().first()) {
                let template = self.template(&place.text, code, &bound)?;
                self.check_keyword(place, &template.root);
                line.absent = Some(match place.text.as_str() {
                    "here" => Absent::Here(template),
                    _ => Absent::Made(template),
                });
            }
        }
        Some(line)
    }

    /// What becomes of an argument in one case; `None` inside: the case says only what is absent.
    fn fate(&mut self, key: &Key, case: &Node, bound: &Bound) -> Option<Option<ArgumentFate>> {
        let becomes = case.child("becomes").unwrap_or(case);
        Some(match becomes.text() {
            Some("drop") => Some(ArgumentFate::Dropped),
            Some("keep") => Some(ArgumentFate::Kept),
            Some(_) => {
                let template = self.template(&key.text, becomes, bound)?;
                self.check_keyword(key, &template.root);
                Some(ArgumentFate::Becomes(template))
            }
            None if case.child("to").is_some() => Some(ArgumentFate::Moved),
            None => {
                let why = case.child("refuse").and_then(Node::text);
                why.map(|why| ArgumentFate::Refused(why.to_owned()))
            }
        })
    }

    /// Compiles `gives`: keyword arguments for what makes the shared object.
    pub(super) fn gives(&mut self, node: &Node, bound: &Bound) -> Option<Vec<Template>> {
        let given = node.child("gives").map_or(&[][..], Node::elements).iter();
        all_of(given.map(|given| self.template("gives", given, bound)))
    }

    /// Compiles `exceptions`: class → classes.
    pub(super) fn exceptions(&mut self, node: &Node, recipe: &Node) -> Option<Vec<ExceptionLine>> {
        let shared = recipe.child("exceptions");
        let shared = shared.filter(|_| node.child("rewrite").is_some());
        let mut lines = Vec::new();
        let own = node.child("exceptions").or(shared);
        for (key, value) in &self.spread_keys(own.map_or(&[][..], Node::entries)) {
            let mut line = ExceptionLine {
                from: key.text.clone(),
                stays: false,
                refuses: Vec::new(),
                to: Vec::new(),
            };
            for class in value.elements() {
                if let Some(refuse) = class.child("refuse") {
                    let because = class.child("because").and_then(Node::text);
                    let patterns = self.patterns("refuse", refuse, &Bound::none())?;
                    let because = because.unwrap_or_default();
                    let refused = patterns.iter().map(|it| (it.clone(), because.to_owned()));
                    line.refuses.extend(refused);
                    continue;
                }
                let name = class.child("class").unwrap_or(class);
                if name.text() == Some(key.text.as_str()) {
                    line.stays = true;
                    continue;
                }
                let tries = match class.child("tries") {
                    Some(tries) => self.patterns("tries", tries, &Bound::none())?,
                    None => Patterns::default(),
                };
                line.to.push(ExceptionClass {
                    class: self.template(&key.text, name, &Bound::none())?,
                    tries,
                });
            }
            lines.push(line);
        }
        Some(lines)
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
        recipe: &Node,
        bound: &Bound,
    ) -> Option<Option<FollowValue>> {
        let shared = recipe.child("follow-value");
        let shared = shared.filter(|_| node.child("rewrite").is_some());
        let Some(node) = node.child("follow-value").or(shared) else {
            return Some(None);
        };
        let mut follow = FollowValue {
            uses: Vec::new(),
            headers: Vec::new(),
            keeps_others: false,
            takes_callers: false,
        };
        for (key, value) in node.entries() {
            match key.text.as_str() {
                "else" => follow.keeps_others = self.is_first("else", value, [KEEP, "refuse"]),
                "callers" => {
                    follow.takes_callers = self.is_first("callers", value, ["follow", "refuse"]);
                }
                _ => self.follow_line((key, value), bound, &mut follow)?,
            }
        }
        Some(Some(follow))
    }

    fn follow_line(
        &mut self,
        (key, value): (&Key, &Node),
        bound: &Bound,
        follow: &mut FollowValue,
    ) -> Option<()> {
        let bound = bound.with(&[(VALUE.to_owned(), Arity::One)]);
        for guarded in self.key_patterns(key)?.iter() {
            if is_def(&guarded.pattern.root) {
                let header = self.header_of_caller((key, value), guarded.clone())?;
                follow.headers.push(header);
                continue;
            }
            let used = self.use_of_value((key, value), guarded.clone(), &bound)?;
            follow.uses.push(used);
        }
        Some(())
    }

    fn header_of_caller(
        &mut self,
        (key, value): (&Key, &Node),
        guarded: Guarded,
    ) -> Option<(Guarded, Template)> {
        let bound = Bound::none().with(&guarded.pattern.captures);
        let template = self.template(&key.text, value, &bound)?;
        self.check_headers(value, std::slice::from_ref(&guarded), &template);
        Some((guarded, template))
    }

    fn use_of_value(
        &mut self,
        (key, value): (&Key, &Node),
        guarded: Guarded,
        bound: &Bound,
    ) -> Option<(Guarded, Option<Template>)> {
        let mut captures = guarded.pattern.captures.iter();
        if captures.all(|(name, _)| name != VALUE) {
            let problem = Problem::Law(Law::NotOfValue);
            self.add("follow-value", Complaint::new(key.span.start(), problem));
        }
        if value.text() == Some(KEEP) {
            return Some((guarded, None));
        }
        let bound = bound.with(&guarded.pattern.captures);
        let template = self.template(&key.text, value, &bound)?;
        self.check_headers(value, std::slice::from_ref(&guarded), &template);
        Some((guarded, Some(template)))
    }
}

impl Compiler<'_> {
    /// Whether a key says the first of two words.
    fn is_first(&mut self, key: &str, value: &Node, words: [&'static str; 2]) -> bool {
        let word = value.text().unwrap_or_default();
        if !words.contains(&word) {
            let complaint = Complaint::unknown(value.span.start(), "word", word, &words);
            self.add(key, complaint);
        }
        word == words[0]
    }
}

fn is_def(root: &Root) -> bool {
    matches!(root, Root::Header(header) if header.is_function_def_stmt())
}

/// Of a class the name stays.
fn is_same_kind(old: &Stmt, new: &Stmt) -> bool {
    match (old, new) {
        (Stmt::ClassDef(old), Stmt::ClassDef(new)) => old.name.id == new.name.id,
        _ => std::mem::discriminant(old) == std::mem::discriminant(new),
    }
}

/// Reads a claim; `None` where the schema reported it.
pub(super) fn claim(node: &Node) -> Option<Claim> {
    let from = node.child("from")?.elements().iter();
    Some(Claim {
        extent: ClaimExtent::from_word(node.child("in")?.text()?)?,
        from: from.filter_map(|id| id.text().map(Selector::new)).collect(),
    })
}
