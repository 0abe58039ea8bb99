//! A def → where a file uses it, and whether that is sure. The same questions are asked as where a change is
//! followed to the callers of a def.

use std::path::PathBuf;

use ruff_python_ast::{AnyNodeRef, ExprRef, StmtFunctionDef};
use ruff_text_size::TextSize;
use rustc_hash::FxHashMap;

use super::given::calls;
use super::no_function::is_no_function;
use super::subject::Subject;
use super::used::{Named, named};
use crate::bind::binding::{BindingId, BindingKind};
use crate::bind::resolve::Meaning;
use crate::bind::scope::ScopeId;
use crate::project::definition::Definition;
use crate::project::gift::{By, Callee};
use crate::project::import_index::may_mean;
use crate::python::tree::NodeId;

/// A def whose uses are looked for, as the files of its project find it.
#[derive(Debug, Clone)]
pub(crate) struct Sought {
    /// Its file, in the project.
    pub home: PathBuf,
    /// Where it begins there.
    pub start: TextSize,
    /// Its own name.
    pub name: String,
    /// Whether other files can name it.
    pub is_reachable: bool,
    is_method: bool,
    /// Whether its file gives the name to something else, too.
    is_rebound: bool,
    /// As calls find it that can mean no other.
    own: Callee,
    /// As calls find it that may mean another: classes above it of the project, and objects of any class.
    others: Vec<Callee>,
    /// Whether a class above it in the project has it, too.
    pub(super) is_covered: bool,
}

/// A use of a def.
#[derive(Debug, Clone)]
pub(crate) struct FoundUse {
    /// What is used, by its place among what was looked for.
    pub(crate) of: usize,
    /// The expression.
    pub(crate) node: NodeId,
    /// Why it may mean something else.
    pub(crate) doubt: Option<String>,
}

impl Sought {
    /// Describes a def of the file.
    pub(super) fn new<'a>(subject: &Subject<'a>, def: &'a StmtFunctionDef) -> Self {
        let id = subject.tree.id(def);
        let is_method = subject.context.is_method(id);
        let is_of_module = subject.names.scope_of(id) == ScopeId::MODULE;
        let mut callees = calls::callees_of(subject, def);
        let own = callees.remove(0);
        Self {
            home: subject.facts.name_in_project(subject.path()),
            start: subject.tree.range(id).start(),
            name: def.name.to_string(),
            is_reachable: is_method || is_of_module,
            is_method,
            is_rebound: is_rebound(subject, id),
            own,
            others: callees,
            is_covered: false,
        }
    }
}

/// Returns whether its file gives the name of a def, or of the class around it, to something else, too; what only
/// says which types it takes is nothing else.
fn is_rebound(subject: &Subject, def: NodeId) -> bool {
    let n_bound = |node: NodeId| {
        let Some(binding) = subject.names.binding_at(node) else {
            return 1;
        };
        let binding = subject.names.binding(binding);
        let all = subject.names.bindings_of(binding.scope, binding.name);
        let is_other = |id: &&BindingId| {
            let other = subject.names.binding(**id);
            match subject.tree.node(other.node) {
                AnyNodeRef::StmtFunctionDef(def) => !subject.resolver.is_overload(def),
                _ => !matches!(other.kind, BindingKind::Annotation { .. }),
            }
        };
        all.iter().filter(is_other).count()
    };
    let around = subject.tree.ancestors(def);
    let mut classes = around.filter(|id| subject.tree.node(*id).is_stmt_class_def());
    n_bound(def) > 1 || classes.any(|class| n_bound(class) > 1)
}

/// Names under which a file may have what is looked for, with its places there.
type Spellings = FxHashMap<String, Vec<usize>>;

/// Returns where a file uses defs, each looked for under the names beside it; and the names under which the file
/// hands them on.
pub(crate) fn uses(
    subject: &Subject,
    sought: &[(&Sought, Vec<String>)],
) -> (Vec<FoundUse>, Vec<(usize, String)>) {
    let mut spellings = Spellings::default();
    for (of, (_, names)) in sought.iter().enumerate() {
        for name in names {
            spellings.entry(name.clone()).or_default().push(of);
        }
    }
    let renamed = renamed(subject, sought, &mut spellings);
    let mut found = Vec::new();
    for node in subject.tree.ids() {
        let Some(named) = named(subject, node) else {
            continue;
        };
        let Some(places) = spellings.get(named.name()) else {
            continue;
        };
        if subject.names.in_annotation(node) {
            continue;
        }
        for of in places {
            let (sought, _) = &sought[*of];
            let (of, doubt) = match meant(subject, sought, node, &named) {
                Certainty::No => continue,
                Certainty::Surely => (*of, None),
                Certainty::Perhaps(why) => (*of, Some(why)),
            };
            found.push(FoundUse { of, node, doubt });
        }
    }
    (found, renamed)
}

/// Adds the other names under which the file imports functions; returns those of its own level.
fn renamed(
    subject: &Subject,
    sought: &[(&Sought, Vec<String>)],
    spellings: &mut Spellings,
) -> Vec<(usize, String)> {
    let mut of_module = Vec::new();
    for (_, binding) in subject.names.imports() {
        let BindingKind::FromImport { member, .. } = binding.kind else {
            continue;
        };
        if member == binding.name {
            continue;
        }
        for of in spellings.get(member).cloned().unwrap_or_default() {
            if sought[of].0.is_method {
                continue;
            }
            let known = spellings.entry(binding.name.to_owned()).or_default();
            if !known.contains(&of) {
                known.push(of);
            }
            if binding.scope == ScopeId::MODULE {
                of_module.push((of, binding.name.to_owned()));
            }
        }
    }
    of_module
}

/// Whether an expression means a def.
enum Certainty {
    No,
    Surely,
    /// Why it may mean something else.
    Perhaps(String),
}

fn meant<'a>(subject: &Subject<'a>, sought: &Sought, node: NodeId, named: &Named<'a>) -> Certainty {
    let is_home = subject.facts.name_in_project(subject.path()) == sought.home;
    if let Named::Code(ExprRef::Name(name)) = named {
        if is_home {
            return by_flow(subject, sought, node);
        }
        if sought.is_method || !sought.is_reachable {
            return Certainty::No;
        }
        if subject.resolver.local_definition((*name).into()).is_some() {
            return Certainty::No;
        }
    }
    let callees = match named {
        Named::Code(expression) => calls::callees(subject, *expression),
        Named::Text(Some(object), name) => calls::of_member(subject, (*object).into(), name),
        Named::Text(None, _) if is_home => return by_text(subject, sought),
        Named::Text(None, _) => return Certainty::No,
    };
    by_callees(subject, (sought, is_home), (node, named), &callees)
}

/// By what a call of it may run.
fn by_callees<'a>(
    subject: &Subject<'a>,
    (sought, is_home): (&Sought, bool),
    (node, named): (NodeId, &Named<'a>),
    callees: &[(Callee, By)],
) -> Certainty {
    let has = |wanted: &Callee| callees.iter().any(|(it, _)| it == wanted);
    if has(&sought.own) {
        return match doubt(subject, named) {
            Some(why) => Certainty::Perhaps(why),
            None if sought.is_rebound => {
                Certainty::Perhaps(format!("its file binds `{}` more than once", sought.name))
            }
            None => Certainty::Surely,
        };
    }
    if let Some(above) = sought.others.iter().find(|it| it.is_below && has(it)) {
        let class = above.of.as_ref().map_or("", |(_, class)| class);
        return match sought.is_covered {
            true => Certainty::No,
            false => Certainty::Perhaps(format!(
                "the object may be of another class below `{class}`"
            )),
        };
    }
    let by_name = callees
        .iter()
        .find(|(it, _)| it.of.is_none() && it.name == sought.name);
    match by_name {
        Some(_) if sought.is_method && is_no_function(subject, node) => Certainty::No,
        Some(_) if sought.is_method => Certainty::Perhaps(format!(
            "the class of {} is not known",
            owner(subject, named)
        )),
        Some((_, By::Name)) => unclear(subject, sought, named),
        _ if sought.is_method || is_home || !callees.is_empty() => Certainty::No,
        _ => unclear(subject, sought, named),
    }
}

/// A name in the def's own file, by what may have bound it there.
fn by_flow(subject: &Subject, sought: &Sought, node: NodeId) -> Certainty {
    let own = subject.names.bindings().find(|(_, binding)| {
        binding.name == sought.name
            && matches!(binding.kind, BindingKind::Function)
            && subject.tree.range(binding.node).start() == sought.start
    });
    let Some((own, _)) = own else {
        return Certainty::No;
    };
    let reaching = subject.flow.reaching(node);
    match reaching.only() == Some(own) {
        true => Certainty::Surely,
        false if reaching.bindings.contains(&own) => Certainty::Perhaps(format!(
            "`{}` has several values that may reach here",
            sought.name
        )),
        false => Certainty::No,
    }
}

/// `globals()["f"]` in the def's own file.
fn by_text(subject: &Subject, sought: &Sought) -> Certainty {
    let whole = subject.names.bindings_of(ScopeId::MODULE, &sought.name);
    match whole.is_empty() || sought.is_method {
        true => Certainty::No,
        false => Certainty::Surely,
    }
}

/// Why an expression that means a def may mean something else.
fn doubt<'a>(subject: &Subject<'a>, named: &Named<'a>) -> Option<String> {
    let root = match named {
        Named::Code(expression) => *expression,
        Named::Text(object, _) => (*object)?.into(),
    };
    match subject.resolver.meaning(root) {
        Meaning::Unknown {
            why,
            maybe: Some(_),
        } => Some(why.to_string()),
        _ => None,
    }
}

/// A function of another file, by a name of which it is not known what it means.
fn unclear<'a>(subject: &Subject<'a>, sought: &Sought, named: &Named<'a>) -> Certainty {
    let (Named::Code(expression), false) = (named, sought.is_method) else {
        return Certainty::No;
    };
    let (qualified, why) = match subject.resolver.meaning(*expression) {
        Meaning::Qualified(qualified) => (qualified, None),
        Meaning::Unknown {
            why,
            maybe: Some(it),
        } => (it, Some(why.to_string())),
        _ => return Certainty::No,
    };
    let Some((module, member)) = qualified.rsplit_once('.') else {
        return Certainty::No;
    };
    if member != sought.name || !may_mean(&sought.home, module) {
        return Certainty::No;
    }
    let of_definition = match subject.definition(&qualified) {
        Definition::Unknown(why) => why,
        Definition::Outside(_) => format!("`{module}` may be another module"),
        Definition::Ambiguous => format!("several modules are named `{module}`"),
        Definition::Class(_) | Definition::Function { .. } => return Certainty::No,
        Definition::Variable { .. } => format!("`{member}` is a variable there"),
    };
    Certainty::Perhaps(why.unwrap_or(of_definition))
}

/// The object that has the method, as the code spells it.
fn owner<'a>(subject: &Subject<'a>, named: &Named<'a>) -> String {
    let object: Option<ExprRef> = match named {
        Named::Code(ExprRef::Attribute(attribute)) => Some((&attribute.value).into()),
        Named::Text(object, _) => object.map(Into::into),
        Named::Code(_) => None,
    };
    let range = object.map(|it| subject.tree.range(subject.tree.id(it)));
    range.map_or_else(
        || "its object".to_owned(),
        |range| format!("`{}`", subject.first_line(range)),
    )
}
