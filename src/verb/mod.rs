//! Match → change: one file per verb. A verb edits only its own site; what it needs from the rest of
//! the file it says as [`Need`]s.

use ruff_python_ast::AnyNodeRef;
use ruff_text_size::TextRange;
use rustc_hash::FxHashSet;

use crate::bind::import::NameTaken;
use crate::matching::Match;
use crate::matching::owner::unowned::Unowned;
use crate::matching::subject::Subject;
use crate::plan::need::Need;
use crate::python::tree::NodeId;
use crate::recipe::follow_up::SETTINGS;
use crate::recipe::{Add, AddPlace, Extent, Verb};
use crate::text::edit::Edit;
use crate::text::shift::Shift;

use fresh::Given;
use obstacle::Obstacle;
use rewrite::Place;
use settings::Settings;

mod precedence;

mod gap;

mod nesting;

mod render;

mod concrete;

mod spelling;

mod rewrite;

mod remove;

pub mod obstacle;

mod block;

mod main_guard;

mod stretch;

mod extract;

mod lines;

mod inner;

mod items;

mod body;

mod add;

mod made;

mod wrap;

mod define;

mod keep;

pub mod fresh;

mod follow_up;

mod header;

mod arguments;

mod settings;

mod exceptions;

mod value;

/// Why a verb does nothing at a site: the match becomes a finding that says so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A name of the template means something else here.
    #[error(transparent)]
    NameTaken(#[from] NameTaken),
    /// The value of a statement that would go is used.
    #[error("its value is used")]
    ValueUsed,
    /// A name that would go is needed for something else.
    #[error("`{name}` is used elsewhere")]
    StillUsed {
        /// The name.
        name: String,
    },
    /// A name that would go may be needed by what is not read.
    #[error("`{name}` may be used by code that is evaluated, named in a string or in another file")]
    MayBeUsed {
        /// The name.
        name: String,
    },
    /// There is no compound statement around the site.
    #[error("no block holds it")]
    NoBlock,
    /// One keyword stands for several items.
    #[error("the `with` has several items; give this one a `with` of its own")]
    SeveralItems,
    /// What a `with` gives would have no name any more.
    #[error("`as {name}` would be lost")]
    LosesName {
        /// The name.
        name: String,
    },
    /// The value gets no name whose uses could be rewritten.
    #[error("what becomes of the value cannot be followed")]
    NotFollowed,
    /// The recipe knows nothing about a use of it in another file.
    #[error("{file} has `{line}`, which would have to change too")]
    UsedElsewhere {
        /// The other file.
        file: String,
        /// The first line of the statement.
        line: String,
    },
    /// Another file may use it.
    #[error("{file} may use it, too")]
    MayBeUsedIn {
        /// The other file.
        file: String,
    },
    /// The recipe knows nothing about a use of the value.
    #[error("the value is also used in `{line}`")]
    ValueUsedFor {
        /// The first line of the statement.
        line: String,
    },
    /// What makes the value is not changed.
    #[error("what it is called on is made where it cannot be changed")]
    NotJoined,
    /// The recipe's author says why not.
    #[error("{because}")]
    Argument {
        /// A sentence.
        because: String,
    },
    /// The recipe says nothing about an argument.
    #[error("it is not known what `{argument}` becomes")]
    UnknownArgument {
        /// The argument.
        argument: String,
    },
    /// What the sites share is made once.
    #[error("`{argument}` would hold for all calls of the function")]
    SettingsDiffer {
        /// The argument.
        argument: String,
    },
    /// The code's own text is printed.
    #[error("the f-string prints this code's own text (`=`), which would change")]
    TextPrinted,
    /// There is no place for a definition before the statement.
    #[error(
        "its statement does not begin a line, or holds a string of several: nothing can be defined before it"
    )]
    NotBefore,
    /// There is no function beside which a definition would stand.
    #[error(
        "`{name}` is not one function of this file's top level, behind which the new one would stand"
    )]
    NotBeside {
        /// What should be one.
        name: String,
    },
    /// Nobody owns the value.
    #[error(transparent)]
    Unowned(#[from] Unowned),
    /// What would get a name is a part of something else.
    #[error("it is a part of a longer statement; start it in one of its own")]
    PartOfStatement,
    /// There is nothing to end it by.
    #[error("nothing keeps it; keep it in an attribute")]
    NotStored,
    /// A collection that objects share, or that is not there yet.
    #[error(
        "`{collection}` gets no value in `__init__`: it may be missing when `{class}` ends, or is shared by its objects; give it one there"
    )]
    NoFirstValue {
        /// The collection.
        collection: String,
        /// The class.
        class: String,
    },
    /// Other statements stand on the same line.
    #[error("the line has other statements; put them on lines of their own")]
    SharesLine,
    /// What is kept stands on the line of a header.
    #[error("a block stands on the line of its header; put it below")]
    OneLineBlock,
    /// The body of the teardown is no block.
    #[error("the body of `{method}` stands on the line of its header; put it below")]
    OneLine {
        /// The teardown.
        method: String,
    },
    /// There is no one place at the module's own level.
    #[error(
        "the file has no place of its own for `{name}` above its functions; define it yourself"
    )]
    NoModulePlace {
        /// What would be defined.
        name: String,
    },
    /// An attribute has no place to begin.
    #[error(
        "`{class}` has no `__init__` in which its attribute could begin; write one, the body on lines of its own"
    )]
    NoInit {
        /// The class.
        class: String,
    },
    /// The owner ends it already.
    #[error("{by} has `{code}`, which {because}")]
    EndedAlready {
        /// The teardown.
        by: String,
        /// What it does.
        code: String,
        /// What it does, as a predicate.
        because: String,
    },
    /// What runs would wait for itself.
    #[error(
        "the task itself calls `{method}`, which would cancel it and wait for it; end it elsewhere"
    )]
    EndsItself {
        /// The teardown.
        method: String,
    },
    /// What was just begun would be ended.
    #[error(
        "`{method}` calls `{teardown}` itself, which would cancel what was just started; await it there, or end it elsewhere"
    )]
    EndedAtOnce {
        /// The method that begins it.
        method: String,
        /// The teardown.
        teardown: String,
    },
    /// What runs does not stop.
    #[error(
        "`{function}` catches {exception} in its loop and goes on: a teardown would wait for it in vain; let it raise, or leave the loop"
    )]
    NeverEnds {
        /// The function.
        function: String,
        /// The exception.
        exception: String,
    },
    /// What runs is not told to stop.
    #[error(
        "`{function}` catches {exception} and does not raise it again: what awaits it goes on, and a teardown would wait for that in vain; let it raise"
    )]
    NeverTold {
        /// The function.
        function: String,
        /// The exception.
        exception: String,
    },
    /// Statements cannot become a function.
    #[error(transparent)]
    NotExtractable(#[from] Obstacle),
}

/// Nodes that changes want to rewrite.
pub type Sites = FxHashSet<NodeId>;

/// What a verb wants to do.
#[derive(Debug)]
pub struct Draft<'d> {
    /// All nodes of the file that a change wants to rewrite: they may bind more loosely afterwards.
    sites: &'d Sites,
    /// What the sites of this change replace.
    changed: Vec<TextRange>,
    /// Own edits.
    pub edits: Vec<Edit>,
    /// Own indentation shifts.
    pub shifts: Vec<Shift>,
    /// What it needs from the rest of the file.
    pub needs: Vec<Need>,
    /// Comments that would stand nowhere any more.
    pub lost_comments: Vec<TextRange>,
    /// Statements that no coroutine runs any more.
    pub sealed: Option<TextRange>,
    /// Annotations of names that have no place for one any more.
    pub lost_annotations: Vec<TextRange>,
}

impl<'d> Draft<'d> {
    fn new(sites: &'d Sites) -> Self {
        Self {
            sites,
            changed: Vec::new(),
            edits: Vec::new(),
            shifts: Vec::new(),
            needs: Vec::new(),
            lost_comments: Vec::new(),
            sealed: None,
            lost_annotations: Vec::new(),
        }
    }
}

/// Drafts the change of matches that belong together: one, or all that share a collected value.
///
/// # Errors
/// The verb cannot be carried out here; the sentence says why.
pub fn draft<'a, 'd>(
    subject: &Subject<'a>,
    sites: &'d Sites,
    given: &mut Given,
    matches: &[&Match<'_, 'a>],
) -> Result<Draft<'d>, Refusal> {
    let mut draft = Draft::new(sites);
    draft.changed = matches.iter().map(|found| found.range).collect();
    let Some(first) = matches.first() else {
        return Ok(draft);
    };
    let mut names = names(subject, first, given)?;
    let settings = Settings::of(subject, matches, &mut draft)?;
    if first.captures.find(SETTINGS).is_none() {
        names.push((SETTINGS.to_owned(), settings.text()));
    }
    let names = names;
    for found in matches {
        if prints_own_text(subject, found) {
            return Err(Refusal::TextPrinted);
        }
        at_site(subject, found, (&names, &settings), given, &mut draft)?;
        follow_up::needs(subject, found, &mut draft);
    }
    follow_up::wherever(subject, matches, &mut draft)?;
    match &first.rule.verb {
        Some(Verb::Rewrite(_)) => items::split(subject, matches, &mut draft)?,
        Some(Verb::Extract(verb)) if verb.statements.contains(&Extent::Site) => {
            inner::extract_here(subject, matches, verb, &names, &mut draft)?;
        }
        Some(Verb::Extract(verb)) => extract::extract(subject, matches, verb, &mut draft)?,
        _ => {}
    }
    if let Some(wrap) = &first.rule.shares.wrap {
        wrap::wrap(subject, matches, wrap, &names, &mut draft)?;
    }
    for add in &first.rule.add {
        add::add(subject, first, add, &names, &mut draft)?;
    }
    Ok(draft)
}

/// The names that a change is given: those of the module that others share, and its own.
fn names<'a>(
    subject: &Subject<'a>,
    found: &Match<'_, 'a>,
    given: &mut Given,
) -> Result<Vec<(String, String)>, Refusal> {
    let rule = found.rule;
    let mut names = define::names(subject, found)?;
    let is_own = |name: &str| names.iter().all(|(shared, _)| shared != name);
    let own = rule.names.iter().filter(|(name, _)| is_own(name));
    let wishes = |wishes| fresh::wishes(subject, &found.captures, wishes);
    let own: Vec<_> = own.map(|(name, all)| (name.clone(), wishes(all))).collect();
    let is_beside = |add: &Add| matches!(add.at, AddPlace::Beside(_));
    let is_made = |add: &Add| match &add.at {
        AddPlace::Beside(capture) => made::made_at(subject, found, capture).is_some(),
        _ => false,
    };
    names.extend(match &rule.verb {
        // What stands beside a variable serves all changes that want it there.
        _ if rule.add.iter().any(is_made) => {
            fresh::module_names(subject, &own, &mut Given::default())?
        }
        _ if rule.add.iter().any(is_beside) => fresh::module_names(subject, &own, given)?,
        Some(Verb::Extract(verb)) if verb.statements.contains(&Extent::Site) => {
            fresh::names_in_function(subject, found.node, &own, given)?
        }
        Some(Verb::Extract(_)) if rule.add.is_empty() => Vec::new(),
        _ => fresh::local_names(subject, found.node, &own)?,
    });
    Ok(names)
}

/// What a verb does at each of its sites.
fn at_site<'a>(
    subject: &Subject<'a>,
    found: &Match<'_, 'a>,
    (names, settings): (&[(String, String)], &Settings),
    given: &mut Given,
    draft: &mut Draft,
) -> Result<(), Refusal> {
    match &found.rule.verb {
        Some(Verb::Rewrite(template)) if items::around(subject, found).is_some() => {
            items::rewrite_item(subject, found, &template.with_names(names), draft)?;
        }
        Some(Verb::Rewrite(template)) => {
            let (place, template) = (Place::of_match(found), template.with_names(names));
            rewrite::rewrite(subject, place, &template, &found.captures, draft)?;
            follow_up::also_rewrite(subject, found, draft)?;
        }
        Some(Verb::RewriteParts(parts)) => {
            rewrite::rewrite_parts(subject, found, parts, names, draft)?;
            follow_up::also_rewrite(subject, found, draft)?;
        }
        Some(Verb::Remove(removed)) => remove::remove(subject, found, *removed, draft)?,
        Some(Verb::Keep(verb)) => keep::keep(subject, found, verb, given, draft)?,
        Some(Verb::Extract(_)) | None => {}
    }
    arguments::arguments(subject, found, settings, draft)?;
    let uses = value::follow(subject, found, draft)?;
    exceptions::exceptions(subject, found, &uses, draft)
}

/// `f"{x()=}"` prints `x()` itself.
fn prints_own_text(subject: &Subject, found: &Match) -> bool {
    subject.tree.ancestors(found.node).any(|id| {
        matches!(subject.tree.node(id), AnyNodeRef::InterpolatedElement(element) if element.debug_text.is_some())
    })
}
