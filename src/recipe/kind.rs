//! Kinds of values as data: which constructors, annotations and attributes make a value that kind.

use std::sync::Arc;

use ruff_text_size::TextSize;

use ruff_python_stdlib::identifiers::is_identifier;

use super::condition::module_of;
use super::error::{Complaint, listed};
use super::pattern::Pattern;
use super::word::words;

/// One row of `codemods/tables/kinds.yaml`; in its patterns `$x` is the value.
#[derive(Debug)]
pub struct Kind {
    /// `event-loop`, `task`, …
    pub id: String,
    /// Expressions whose value is of the kind.
    pub made_by: Vec<Arc<Pattern>>,
    /// Expressions whose value is of the kind where `$x` in them is.
    pub derived: Vec<Arc<Pattern>>,
    /// Expressions that a loop takes values of the kind from, if `$x` in them is of the kind.
    pub elements: Vec<Arc<Pattern>>,
    /// Expressions that name what is inside `$x`, where `$x` is of the kind: nobody else has that either.
    pub inside: Vec<Arc<Pattern>>,
    /// Expressions that name what `$x` is inside.
    pub outside: Vec<Arc<Pattern>>,
    /// Expressions that give the last part of `$x` alone.
    pub last_part: Vec<Arc<Pattern>>,
    /// Qualified classes: constructor, annotation, base class.
    pub classes: Vec<String>,
    /// Methods that tell it: a class of the project that has one, or whose bases do.
    pub defines: Vec<String>,
    /// Methods with which a class of the project may be none, though it derives from one of `classes`.
    pub unless: Vec<String>,
    /// What entering a value of the kind gives, where that is of it too; `None`: that is not known.
    pub entered: Option<Entered>,
    /// Patterns two calls of which give the same object (`asyncio.get_event_loop()`).
    pub ambient: Vec<Arc<Pattern>>,
    /// Statements and expressions that only look after the value: `$x.close()`, `del $x`.
    pub housekeeping: Vec<Arc<Pattern>>,
    /// Owners: `$owner.loop` is of the kind when the owner has one of these other uses.
    pub owned_by: Vec<Arc<Pattern>>,
    /// The attributes that `owned_by` speaks of.
    pub attributes: Vec<String>,
    /// What of an `async def` is of the kind; `None`: nothing.
    pub async_def: Option<AsyncDef>,
    /// A call of a def under one of these decorators is of the kind, and under no other.
    pub decorated_by: Vec<String>,
    /// Whose code takes turns while it holds a value of the kind; `None`: nobody's.
    pub serializes: Option<Serializes>,
    /// Who may use a value of the kind; `None`: anybody.
    pub used_by: Option<UsedBy>,
    /// Parts of names, in lower case: a value of unknown origin that is called so is taken for one.
    pub called: Vec<String>,
}

/// What of an `async def` a kind means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AsyncDef {
    /// A call of it: a coroutine.
    Called,
    /// The function itself.
    Itself,
    /// None of it: a call of a plain def that yields, without decorators.
    Generator,
    /// A call of one that yields, without decorators.
    AsyncGenerator,
}

words!(AsyncDef: Called "called", Itself "itself", Generator "generator", AsyncGenerator "async-generator");

/// What entering a value gives (`with value as name`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entered {
    /// The value.
    Itself,
}

words!(Entered: Itself "itself");

/// Whose code takes turns at a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Serializes {
    /// The tasks of one event loop, which may await while they hold it.
    Tasks,
}

words!(Serializes: Tasks "tasks");

/// Who may use a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UsedBy {
    /// One task at a time, so that no other changes it during an await.
    OneTask,
}

words!(UsedBy: OneTask "one-task");

/// The kinds a recipe may name.
#[derive(Debug, Default)]
pub struct Kinds {
    /// In the table's order.
    pub rows: Vec<Kind>,
}

impl Kinds {
    /// Returns the row of that id.
    pub fn find(&self, id: &str) -> Option<&Kind> {
        self.rows.iter().find(|kind| kind.id == id)
    }

    /// Says that a word is neither a kind nor a class; `None` where it is one.
    ///
    /// Classes are qualified (`asyncio.Task`) or builtin (`str`).
    pub fn complain(&self, at: TextSize, word: &str) -> Option<Complaint> {
        let is_builtin = || crate::python::stdlib::is_builtin(word, false);
        let class = module_of(word).map_or((word, word.contains('.')), |module| (module, true));
        let is_class = class.1 && class.0.split('.').all(is_identifier);
        if is_class || self.find(word).is_some() || is_builtin() {
            return None;
        }
        let ids: Vec<&str> = self.rows.iter().map(|kind| kind.id.as_str()).collect();
        let complaint = Complaint::unknown(at, "kind", word, &ids);
        let ids = listed(&ids, "");
        Some(match complaint.nearest {
            None => complaint.expected(format!(
                "a class with its module such as asyncio.Task, or one of {ids}"
            )),
            Some(_) => complaint,
        })
    }
}
