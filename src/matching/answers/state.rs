//! State that other tasks see, and the locks that keep them away.

use std::fmt;
use std::rc::Rc;

use ruff_python_ast::ExprRef;
use ruff_text_size::{TextRange, TextSize};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::project::read_off::LeftLock;
use crate::python::tree::NodeId;

/// State by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::matching) struct Key<'a> {
    /// The object whose attribute it is; a class counts as its object. `None`: a name of its own.
    pub(in crate::matching) object: Option<&'a str>,
    /// `None`: one of them, and nobody knows which (`vars(self)[name]`).
    pub(in crate::matching) name: Option<&'a str>,
}

impl<'a> Key<'a> {
    pub(in crate::matching) fn of_name(name: &'a str) -> Self {
        Self {
            object: None,
            name: Some(name),
        }
    }

    /// Returns the name that it begins with.
    pub(in crate::matching) fn root(self) -> &'a str {
        let first = self.object.or(self.name).unwrap_or_default();
        first.split('.').next().unwrap_or(first)
    }

    /// Returns what it is called, whosever it is, and whether an object has it.
    pub(in crate::matching) fn last(self) -> (bool, Option<&'a str>) {
        (self.object.is_some(), self.name)
    }

    /// Returns whether this names one of all those of an object, another key among them.
    pub(in crate::matching) fn may_be(self, other: Self) -> bool {
        self.name.is_none() && self.object == other.object
    }
}

impl fmt::Display for Key<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.object, self.name) {
            (Some(object), Some(name)) => write!(f, "{object}.{name}"),
            (Some(object), None) => write!(f, "{object}.__dict__"),
            (None, name) => f.write_str(name.unwrap_or("globals()")),
        }
    }
}

/// State that a function reads and writes: `self.total`, a global, a nonlocal.
#[derive(Debug)]
pub(in crate::matching) struct Shared<'a> {
    pub(in crate::matching) key: Key<'a>,
    /// In source order.
    pub(in crate::matching) accesses: Vec<Access>,
    /// From the first access to the last: outside of it no site comes between two of them, but for
    /// loops.
    pub(in crate::matching) span: TextRange,
}

/// One access to shared state in a function.
#[derive(Debug, Clone, Copy)]
pub(in crate::matching) struct Access {
    /// The name or attribute.
    pub(in crate::matching) node: NodeId,
    /// When it happens, as an offset: a target is written at the end of its statement.
    pub(in crate::matching) at: TextSize,
    /// Whether it writes; otherwise it reads.
    pub(in crate::matching) writes: bool,
    /// Whether it writes all of it, whatever that was.
    pub(in crate::matching) sets: bool,
    /// Whether it takes what comes next, which says what others have taken.
    pub(in crate::matching) takes: bool,
    /// The statement of `x += …`, which reads x before it evaluates what is added.
    pub(in crate::matching) augments: Option<TextRange>,
}

/// Where what is read at a node goes to, by names of the function.
#[derive(Debug)]
pub(in crate::matching) struct Carried {
    /// It has so many uses that they were not followed.
    pub(in crate::matching) is_everywhere: bool,
    /// The statements, the one that reads it among them.
    pub(in crate::matching) statements: FxHashSet<NodeId>,
    /// Those of them that may leave the block which they stand in.
    pub(in crate::matching) leaving: Vec<NodeId>,
}

/// A use of shared state anywhere in the file.
#[derive(Debug, Clone, Copy)]
pub(in crate::matching) struct User {
    /// The name or attribute.
    pub(in crate::matching) node: NodeId,
    /// The function that it stands in.
    pub(in crate::matching) function: NodeId,
    pub(in crate::matching) writes: bool,
}

/// Who uses state, by its last name, and whether an object has it.
pub(in crate::matching) type Users<'a> = FxHashMap<(bool, Option<&'a str>), Vec<User>>;

/// An object as it is spelled, and where it is told something or asked.
pub(in crate::matching) type Told<'a> = (&'a str, Vec<ObjectUse>);

/// A use of an object, or of one of its attributes.
#[derive(Debug, Clone, Copy)]
pub(in crate::matching) struct ObjectUse {
    pub(in crate::matching) object: NodeId,
    /// Of the object itself, it is about the same node.
    pub(in crate::matching) access: Access,
}

impl ObjectUse {
    /// Returns whether the object itself is used, none of its attributes.
    pub(in crate::matching) fn is_whole(&self) -> bool {
        self.access.node == self.object
    }
}

/// An access to state that other functions come to in the other way.
#[derive(Debug, Clone)]
pub(in crate::matching) struct Part<'a> {
    pub(in crate::matching) key: Key<'a>,
    pub(in crate::matching) access: Access,
    /// Those functions.
    pub(in crate::matching) others: Rc<[NodeId]>,
}

/// State that is used, and whether it is written there.
#[derive(Debug)]
pub(in crate::matching) struct Cleanup<'a> {
    pub(in crate::matching) key: Key<'a>,
    pub(in crate::matching) writes: bool,
}

/// `lock.acquire()` or `lock.release()`.
#[derive(Debug, Clone, Copy)]
pub(in crate::matching) struct LockCall<'a> {
    /// The call.
    pub(in crate::matching) node: NodeId,
    /// What it is called on.
    pub(in crate::matching) lock: ExprRef<'a>,
    /// Whether it acquires.
    pub(in crate::matching) takes: bool,
    /// It is released behind that.
    pub(in crate::matching) until: Option<TextRange>,
    pub(in crate::matching) is_awaited: bool,
}

/// Calls, and the locks that what they run leaves.
pub(in crate::matching) type LocksLeftThere = Rc<[(NodeId, LeftLock)]>;
