//! Source file → [`Subject`]: parse, bind, and all that a rule may ask, for as long as a closure runs.

use std::sync::Arc;

use ruff_python_ast::PythonVersion;
use rustc_hash::FxHashMap;

use super::opened::{Bound, Opened, Reading};
use super::subject::{Subject, Target};
use crate::bind::import::{ImportForm, ImportStyle};
use crate::bind::resolve::Aliases;
use crate::project::Facts;
use crate::project::nature::RunAs;
use crate::python::parse::{Broken, Module};
use crate::recipe::catalog::Catalog;
use crate::recipe::kind::Kinds;
use crate::recipe::later::Later;
use crate::recipe::lifecycle::Lifecycles;
use crate::recipe::plain::OwnCode;
use crate::recipe::role::Roles;
use crate::recipe::sign::Signs;
use crate::source::SourceFile;

/// What the tables say, in the form each stage asks for.
#[derive(Debug)]
pub struct Tables<'r> {
    /// Kinds of values.
    pub kinds: &'r Later<Kinds>,
    /// Roles of functions.
    pub roles: &'r Later<Roles>,
    /// Lifecycles of classes.
    pub lifecycles: &'r Later<Lifecycles>,
    /// What Python's own functions and methods do.
    pub own: OwnCode,
    /// What tells how a file is run.
    pub signs: Signs,
    /// Public spellings of qualified names.
    pub aliases: Aliases,
    /// How imports are written.
    pub imports: ImportStyle,
    /// Names that not every Python has, and the first that does.
    pub since: FxHashMap<String, (u8, u8)>,
    /// Modules that only another Python has, each with its name.
    pub other_pythons: Vec<(String, String)>,
}

impl<'r> Tables<'r> {
    /// Takes the tables of a catalog.
    pub fn new(catalog: &'r Catalog) -> Self {
        let apart = catalog.library().imported_apart().into_iter();
        let by_name = catalog.library().imported_by_name().into_iter();
        Self {
            kinds: &catalog.library().kinds,
            roles: &catalog.library().roles,
            lifecycles: &catalog.library().lifecycles,
            own: OwnCode::new(catalog.library()),
            signs: Signs::new(catalog.library()),
            aliases: Aliases::new(catalog.library().public_names()),
            imports: ImportStyle::new(
                apart
                    .map(|module| (module, ImportForm::Whole))
                    .chain(by_name.map(|module| (module, ImportForm::ByName))),
            ),
            since: catalog.library().since().collect(),
            other_pythons: catalog.library().other_pythons(),
        }
    }
}

/// Parses a file for the version it is written for, unless its syntax is known.
///
/// # Errors
/// Nothing of the file parses.
pub fn parse(
    source: &SourceFile,
    target: Target,
    facts: &dyn Facts,
) -> Result<Arc<Module>, Broken> {
    let (major, minor) = target.version;
    facts.parse(source, PythonVersion { major, minor })
}

/// Binds a file, whose syntax is `module`, and hands it to `ask`; `run_as` is how a user says that it is
/// run.
pub fn analyze<T>(
    source: &SourceFile,
    module: &Module,
    target: Target,
    run_as: Option<RunAs>,
    tables: &Tables<'_>,
    facts: &dyn Facts,
    ask: impl FnOnce(&Subject) -> T,
) -> T {
    let reading = Reading {
        target,
        run_as,
        tables,
        facts,
    };
    let (opened, bound) = (Opened::default(), Bound::default());
    ask(&bound.bind(source, module, reading, &opened))
}
