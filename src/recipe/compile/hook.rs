//! The hooks of a row of the table of lifecycles → [`Hooks`].

use std::sync::Arc;

use ruff_python_ast::{Expr, Stmt};

use super::bound::Bound;
use super::compiler::{Compiler, all_of};
use crate::recipe::error::{Complaint, Problem};
use crate::recipe::hook::{Called, End, HOOK, Hooks, KeptIn, OWNER, Plain, Unless, Way, Written};
use crate::recipe::lifecycle::Order;
use crate::recipe::pattern::{Arity, Pattern, Root, metavariable};
use crate::recipe::template::Template;
use crate::recipe::yaml::{Key, Node};

/// What the owner starts itself, and by which name.
const STARTED: [&str; 2] = ["coro", "name"];

impl Compiler<'_> {
    /// Reads the hooks of a row; the outer `None`: it has none.
    pub(super) fn hooks(&mut self, row: &Node) -> Option<Option<Hooks>> {
        let Some(hooks) = row.child("hooks") else {
            self.refuse_without_hooks(row);
            return None;
        };
        let called = row.child("called").map(|node| self.called(node));
        let called = called.unwrap_or(Some(Called::default()));
        let ways: Vec<_> = hooks
            .entries()
            .iter()
            .map(|(key, ends)| self.way(key, ends))
            .collect();
        let ways = all_of(ways.into_iter());
        let plain = row.child("plain").and_then(Node::text);
        let plain = plain.and_then(Plain::from_word);
        let (kept, own_start) = (row.child("kept"), row.child("own-start"));
        let ends = ways.iter().flatten().any(|it| !it.ends.is_empty());
        if ends && kept.is_none() && own_start.is_none() {
            let missing = Problem::Missing { missing: "kept" };
            self.add("hooks", Complaint::new(hooks.span.start(), missing));
        }
        let own_start = own_start.map(|node| self.own_start(node, called.as_ref()?));
        let unless = row.child("unless").map(|node| self.unless(node));
        let kept = kept.map(|node| self.kept(node, row));
        let read = || {
            Some(Hooks {
                ways: ways?,
                called: called?,
                plain: plain.unwrap_or(Plain::Loop),
                kept: kept.map_or(Some(None), |kept| kept.map(Some))?,
                own_start: own_start.map_or(Some(None), |start| start.map(Some))?,
                unless: unless.map_or(Some(None), |unless| unless.map(Some))?,
            })
        };
        Some(read())
    }

    fn way(&mut self, key: &Key, ends: &Node) -> Option<Way> {
        let begins = self.registration("hooks", &key.to_node());
        let ends = all_of(ends.elements().iter().map(|end| self.end(end)));
        Some(Way {
            begins: begins?,
            ends: ends?,
        })
    }

    fn refuse_without_hooks(&mut self, row: &Node) {
        for key in ["called", "plain", "kept", "own-start", "unless"] {
            if let Some(node) = row.child(key) {
                let missing = Problem::Missing { missing: "hooks" };
                self.add(key, Complaint::new(node.span.start(), missing));
            }
        }
    }

    /// A registration has a `$hook`, unless it stands above the function or is its name.
    fn registration(&mut self, key: &str, node: &Node) -> Option<Arc<Pattern>> {
        let pattern = self.pattern(key, node)?;
        let is_at_function = match &pattern.root {
            Root::Decorator(_) => true,
            Root::Header(header) => header.is_function_def_stmt(),
            _ => false,
        };
        if !is_at_function && pattern.captures.iter().all(|(name, _)| name != HOOK) {
            let problem = Problem::Unbound {
                capture: format!("${HOOK}"),
                binder: "the pattern",
            };
            self.add(key, Complaint::new(node.span.start(), problem));
            return None;
        }
        Some(pattern)
    }

    fn end(&mut self, node: &Node) -> Option<End> {
        let pattern = self.registration("hooks", node)?;
        let written = match &pattern.root {
            Root::Header(_) => Written::Name,
            Root::Decorator(_) => Written::Decorator(self.line(node)?),
            root => match argument(root) {
                Some(keyword) => Written::Argument(keyword),
                None => Written::Call(self.line(node)?),
            },
        };
        Some(End { pattern, written })
    }

    fn line(&mut self, node: &Node) -> Option<Template> {
        let known = [OWNER, HOOK].map(|name| (name.to_owned(), Arity::One));
        self.template("hooks", node, &Bound::none().with(&known))
    }

    /// Reads `$hook($owner, $other, name=$another)`.
    fn called(&mut self, node: &Node) -> Option<Called> {
        let pattern = self.pattern("called", node)?;
        let called = match &pattern.root {
            Root::Expression(expression) => called(expression),
            _ => None,
        };
        if called.is_none() {
            let complaint = Complaint::not_of_sort(node.span.start(), "a call of $hook");
            self.add("called", complaint.expected("such as `$hook($owner)`"));
        }
        called
    }

    fn kept(&mut self, node: &Node, row: &Node) -> Option<KeptIn> {
        let kept = KeptIn::parse(node.text()?);
        let order = row.child("order").and_then(Node::text);
        let is_sure = order == Some(Order::SetupFirst.word());
        if let (Some(KeptIn::Item(_)), false) = (&kept, is_sure) {
            let sort = "a place that code can read where nothing is stored";
            let complaint = Complaint::not_of_sort(node.span.start(), sort);
            let expected = "`$owner.$handle` or `$handle`, or `order: setup-first`";
            self.add("kept", complaint.expected(expected));
        }
        if kept.is_none() {
            let complaint = Complaint::not_of_sort(node.span.start(), "a place for $handle");
            let expected =
                "`$owner.$handle`, `$owner[\"$handle\"]`, or `$handle` for a name of the module";
            self.add("kept", complaint.expected(expected));
        }
        kept
    }

    fn unless(&mut self, node: &Node) -> Option<Unless> {
        Some(Unless {
            made_by: self.patterns("made-by", node.child("made-by")?, &Bound::none())?,
            because: node.child("because")?.text()?.to_owned(),
        })
    }

    fn own_start(&mut self, node: &Node, called: &Called) -> Option<Template> {
        let known = called.captures().chain(STARTED);
        let known: Vec<_> = known.map(|name| (name.to_owned(), Arity::One)).collect();
        let template = self.template("own-start", node, &Bound::none().with(&known))?;
        if template.slots.iter().all(|slot| slot.name != STARTED[0]) {
            let problem = Problem::Unbound {
                capture: format!("${}", STARTED[0]),
                binder: "the template",
            };
            self.add("own-start", Complaint::new(node.span.start(), problem));
            return None;
        }
        Some(template)
    }
}

fn called(expression: &Expr) -> Option<Called> {
    let call = expression.as_call_expr()?;
    (captured(&call.func)? == HOOK).then_some(())?;
    let positional = call.arguments.args.iter().map(captured);
    let by_keyword = call.arguments.keywords.iter().map(|keyword| {
        let name = keyword.arg.as_ref()?.to_string();
        Some((name, captured(&keyword.value)?))
    });
    Some(Called {
        positional: positional.collect::<Option<_>>()?,
        by_keyword: by_keyword.collect::<Option<_>>()?,
    })
}

fn captured(expression: &Expr) -> Option<String> {
    let name = expression.as_name_expr()?;
    let variable = metavariable(&name.id)?;
    (variable.arity == Arity::One).then(|| variable.name.to_owned())
}

/// The keyword whose list has the hook.
fn argument(root: &Root) -> Option<String> {
    let value = match root {
        Root::Expression(value) => value,
        Root::Statements(statements) => match statements.as_slice() {
            [Stmt::Assign(assign)] => &assign.value,
            _ => return None,
        },
        _ => return None,
    };
    let mut keywords = value.as_call_expr()?.arguments.keywords.iter();
    let has_hook = |list: &Expr| {
        let elements = list.as_list_expr().map_or(&[][..], |list| &list.elts);
        elements
            .iter()
            .any(|it| captured(it).as_deref() == Some(HOOK))
    };
    let keyword = keywords.find(|it| has_hook(&it.value))?;
    Some(keyword.arg.as_ref()?.to_string())
}
