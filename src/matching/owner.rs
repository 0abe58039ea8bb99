//! Who owns what a site begins: the lifecycle of its class, and the method that ends it.

use std::cell::LazyCell;
use std::rc::Rc;

use ruff_python_ast::{AnyNodeRef, Expr, StmtClassDef, StmtFunctionDef};
use ruff_text_size::{Ranged, TextSize};

use super::members::reached_from;
use super::site::Site;
use super::subject::Subject;
use crate::bind::resolve::Meaning;
use crate::project::is_of_python;
use crate::python::tree::NodeId;
use crate::recipe::condition::Store;
use ending::{ending, other_pair};
use lacking::may_lack;
use read::is_read;
use runs::runs_again;
use unowned::Unowned;

mod attributes;

mod ending;

mod endless;

mod generator;

mod holder;

mod lacking;

mod leaving;

mod notebook;

pub(super) mod outcome;

mod quiet;

mod read;

mod registered;

pub(super) mod registration;

mod runs;

pub mod stored;

mod swallowed;

mod told;

pub mod unowned;

mod waits;

mod waits_for_others;

pub use super::answers::owned::{Holder, NewHook, Notebook, Owner, Stored, Teardown};
pub use super::members::{is_in_file, is_taken, kin};
pub use generator::{finally_around, innermost_try};
pub use lacking::is_skipped;
pub use notebook::notebook;
pub use runs::{mentions_on_self, running};
pub use swallowed::{Swallowed, swallowed};

impl<'a> Owner<'a> {
    /// Returns whether the method that the site stands in calls a method of its object, itself or
    /// through others.
    pub fn calls(&self, subject: &Subject<'a>, name: &str) -> bool {
        let reached = |class| reached_from(subject, class, self.method);
        let reached = self.class.map(reached).unwrap_or_default();
        let mut others = reached.into_iter().skip(1);
        others.any(|method| method.name.as_str() == name)
    }

    /// Returns whether the teardown would come too early for what runs.
    pub fn is_ended_early(&self, subject: &Subject<'a>, site: NodeId) -> bool {
        self.ends_itself(subject, site) || self.ends_what_it_begins(subject)
    }

    /// Returns whether the method that begins several things ends the object as well: it would cancel what it has
    /// just begun.
    pub fn ends_what_it_begins(&self, subject: &Subject<'a>) -> bool {
        self.many && self.calls(subject, self.teardown.name())
    }

    /// Returns whether what the site starts calls the teardown, and would wait for itself there.
    pub fn ends_itself(&self, subject: &Subject<'a>, site: NodeId) -> bool {
        let teardown = self.teardown.name();
        let own = LazyCell::new(|| runs::run_by_itself(subject, site));
        self.runs.iter().any(|&function| {
            let AnyNodeRef::StmtFunctionDef(def) = subject.tree.node(function) else {
                return false;
            };
            let calls_it = |class| mentions_on_self(subject, function, class, teardown);
            let is_own = || own.is_empty() || own.contains(&function);
            (def.name.as_str() == teardown || self.class.is_some_and(calls_it)) && is_own()
        })
    }

    /// Returns the defs that end it: what is there of its teardown, and the methods that this calls.
    pub fn ending(&self, subject: &Subject<'a>) -> Vec<&'a StmtFunctionDef> {
        match (self.teardown, self.class) {
            (Teardown::Own(method), Some(class)) => reached_from(subject, class, method),
            (Teardown::Own(method) | Teardown::Behind(method, _), _) => vec![method],
            _ => Vec::new(),
        }
    }

    /// Returns what people call it: the class, the function, or what a function is registered on.
    pub fn name(&self) -> &str {
        let object = match (self.class, &self.holder) {
            (Some(class), _) => return class.name.as_str(),
            (None, Holder::Attribute(object, _) | Holder::Item(object, _)) => object,
            (None, Holder::Module(object) | Holder::Starter(object)) => object,
            (None, _) => return self.method.name.as_str(),
        };
        object.split('.').next().unwrap_or(object)
    }

    /// Returns where the class or function begins.
    pub fn start(&self) -> TextSize {
        self.class.map_or(self.method.start(), Ranged::start)
    }
}

/// Returns the def of the file that ends what a site begins.
pub(super) fn teardown(site: Site) -> Option<NodeId> {
    let owner = find(site.subject, site.node).ok()?;
    match owner.teardown {
        Teardown::Own(method) => Some(site.subject.tree.id(method)),
        _ => None,
    }
}

/// Finds the owner of what a site begins.
///
/// # Errors
/// Nobody owns it, or what ends the owner cannot be written: the sentence says what to do.
pub fn find<'a>(subject: &Subject<'a>, site: NodeId) -> Result<Rc<Owner<'a>>, Unowned> {
    let find = || owner(subject, site).map(Rc::new);
    subject.answers.owned.or_find(&site, find)
}

fn owner<'a>(subject: &Subject<'a>, site: NodeId) -> Result<Owner<'a>, Unowned> {
    let stored = stored::find(subject, site);
    if let Some(owner) = generator::owner(subject, site, stored)? {
        return Ok(owner);
    }
    if stored.is_none()
        && let Some(owner) = registered::owner(subject, site)?
    {
        return Ok(owner);
    }
    let (class, method) = around(subject, site, stored.is_some())?;
    check_class(subject, class)?;
    attributes::check(subject, class)?;
    check_begins(subject, method)?;
    let (row, teardown) = ending(subject, class, method, site)?;
    let other = other_pair(subject, row, method);
    let begun = other.unwrap_or(row);
    let again = runs_again(subject, site, class, method, begun);
    // What is stored in an attribute takes the place of what was there.
    let many = stored.map_or(again, |it| it.store == Store::Collection);
    check_waits(many, method, teardown)?;
    let is_emptied = |it: Stored<'a>| again || stored::is_emptied(subject, &it);
    let lacks =
        || other.is_some() || may_lack(subject, site, (class, method), (begun, teardown.name()));
    let runs = running(subject, site);
    Ok(Owner {
        class: Some(class),
        method,
        row,
        teardown,
        many,
        runs_again: many || again,
        may_lack: !many && (stored.is_some_and(is_emptied) || lacks()),
        is_read: is_read(subject, &runs, Some(row)),
        is_told: told::is_told(subject, &runs, class, teardown)?,
        runs,
        stored,
        holder: Holder::Object,
    })
}

/// What ends several things can wait for them.
fn check_waits(many: bool, begins: &StmtFunctionDef, teardown: Teardown) -> Result<(), Unowned> {
    match many && !teardown.is_async() {
        true => Err(Unowned::CannotWait {
            begins: begins.name.to_string(),
            method: teardown.name().to_owned(),
        }),
        false => Ok(()),
    }
}

/// What ends objects begins nothing that they could keep.
fn check_begins(subject: &Subject, method: &StmtFunctionDef) -> Result<(), Unowned> {
    let name = method.name.as_str();
    match subject.lifecycles.ends(name) || ["__exit__", "__del__"].contains(&name) {
        true => Err(Unowned::InTeardown {
            method: name.to_owned(),
            advice: match method.is_async {
                true => "await it there",
                false => "as a sync method it cannot wait: make it async",
            },
        }),
        false => Ok(()),
    }
}

/// The class and its method that the site stands in, with nothing between.
fn around<'a>(
    subject: &Subject<'a>,
    site: NodeId,
    is_stored: bool,
) -> Result<(&'a StmtClassDef, &'a StmtFunctionDef), Unowned> {
    let tree = subject.tree;
    let function = subject.context.enclosing_function(site);
    let function = function.ok_or(Unowned::NoFunction)?;
    let AnyNodeRef::StmtFunctionDef(method) = tree.node(function) else {
        return Err(Unowned::NoFunction);
    };
    let name = || method.name.to_string();
    let AnyNodeRef::StmtClassDef(class) = tree.parent_node(function) else {
        return Err(Unowned::NoMethod { function: name() });
    };
    let opened = subject.names.scope_opened_by(function);
    // A collection keeps what a comprehension starts.
    if !is_stored && Some(subject.names.scope_of(site)) != opened {
        return Err(Unowned::Inside { function: name() });
    }
    let has_self = method
        .parameters
        .iter_non_variadic_params()
        .next()
        .is_some();
    let resolver = subject.resolver;
    if !has_self || resolver.is_static(method) || resolver.is_of_class(method) {
        return Err(Unowned::NoMethod { function: name() });
    }
    Ok((class, method))
}

/// What a metaclass or a decorator makes of a class is not known, but for Python's own.
fn check_class<'a>(subject: &Subject<'a>, class: &'a StmtClassDef) -> Result<(), Unowned> {
    let is_known = |made_by: &'a Expr| {
        let named = match made_by {
            Expr::Call(call) => &call.func,
            made_by => made_by,
        };
        let meaning = subject.resolver.meaning(named.into());
        matches!(meaning, Meaning::Qualified(name)
            if is_of_python(&name))
    };
    let keywords = class.arguments.iter().flat_map(|it| &it.keywords);
    let metaclasses = keywords.filter(|it| it.arg.as_deref() == Some("metaclass"));
    let decorators = class.decorator_list.iter().map(|it| &it.expression);
    let mut makers = metaclasses.map(|it| &it.value).chain(decorators);
    match makers.find(|made_by| !is_known(made_by)) {
        Some(made_by) => Err(Unowned::Remade {
            class: class.name.to_string(),
            by: subject.text()[made_by.range()].to_owned(),
        }),
        None => Ok(()),
    }
}
