//! An expression → the coroutines that it may be, as far as its file says.

use std::path::{Path, PathBuf};

use ruff_python_ast::{ExprRef, StmtFunctionDef};

use crate::project::outline::Reader;
use crate::project::world::World;
use tracer::Tracer;

mod tracer;

/// How far a value is followed in one file.
const MAX_DEPTH: u32 = 12;

/// What a value may be.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Given {
    /// What a call of an async def gives.
    Coroutine {
        /// Its file.
        path: PathBuf,
        /// As [`name_of`](super::defs::name_of) names it.
        function: String,
    },
    /// What a method of that name gives, of an object that is not known.
    Method {
        name: String,
        /// Only an async one counts.
        is_async: bool,
    },
    /// What is given for a parameter.
    Parameter(Parameter),
    /// Anything.
    Unknown,
}

impl Given {
    /// Returns what is left where only coroutines count.
    fn sure(self) -> Option<Self> {
        match self {
            Self::Coroutine { .. } => Some(self),
            Self::Method { name, .. } => Some(Self::Method {
                name,
                is_async: true,
            }),
            Self::Parameter(_) | Self::Unknown => None,
        }
    }
}

impl Given {
    /// Returns whether it is what a call in plain sight gives, or may still lead to that.
    pub(super) fn is_seen(&self) -> bool {
        matches!(self, Self::Coroutine { .. } | Self::Parameter(_))
    }
}

/// A parameter of a def.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Parameter {
    /// Its file.
    pub(super) path: PathBuf,
    /// What is called, as [`name_of`](super::defs::name_of) names it: the def, or the class that it sets up.
    pub(super) owner: String,
    /// The last part of that.
    pub(super) called_as: String,
    /// Whether it is called on an object.
    pub(super) is_method: bool,
    /// Whether other files may call it.
    pub(super) is_seen_elsewhere: bool,
    pub(super) name: String,
    /// Its place among what is given without a name.
    pub(super) index: Option<usize>,
    pub(super) gathers: Option<&'static str>,
    /// What a call of it gives is meant, not itself.
    pub(super) is_called: bool,
    /// Its annotation says that it is no coroutine: only what surely is one counts.
    pub(super) is_said: bool,
}

/// Returns what a new tracer finds where it is set to work.
fn found_by<'t, 'a>(
    reader: &'t Reader<'t, 'a>,
    path: &'t Path,
    world: World<'t>,
    trace: impl FnOnce(&mut Tracer<'t, 'a>),
) -> Vec<Given> {
    let mut tracer = Tracer::new(reader, path, world);
    trace(&mut tracer);
    tracer.found
}

/// Returns what the value of an expression may be.
pub(super) fn values<'a>(
    reader: &Reader<'_, 'a>,
    path: &Path,
    world: World,
    expression: ExprRef<'a>,
) -> Vec<Given> {
    found_by(reader, path, world, |tracer| {
        tracer.value(expression, MAX_DEPTH)
    })
}

/// Returns what a call of an expression may give.
pub(super) fn called<'a>(
    reader: &Reader<'_, 'a>,
    path: &Path,
    world: World,
    expression: ExprRef<'a>,
) -> Vec<Given> {
    found_by(reader, path, world, |tracer| {
        tracer.callee(expression, MAX_DEPTH)
    })
}

/// Returns what a call of a def gives.
pub(super) fn called_def<'a>(
    reader: &Reader<'_, 'a>,
    path: &Path,
    world: World,
    def: &'a StmtFunctionDef,
) -> Vec<Given> {
    found_by(reader, path, world, |tracer| tracer.def(def, MAX_DEPTH))
}

/// Returns the coroutine functions that an expression may name, or call.
pub(super) fn mentions<'a>(
    reader: &Reader<'_, 'a>,
    path: &Path,
    world: World,
    expression: ExprRef<'a>,
) -> Vec<Given> {
    if !matches!(expression, ExprRef::Name(_) | ExprRef::Attribute(_)) {
        return Vec::new();
    }
    let found = found_by(reader, path, world, |tracer| tracer.callee(expression, 1));
    found.into_iter().filter_map(Given::sure).collect()
}
