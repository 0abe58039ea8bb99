//! How a generated file imports the modules its sites need, and how those names are spelled then.

use super::random::Random;

/// The words of which a dropped housekeeping statement has one.
pub(crate) const LOOPS: &[&str] = &["loop", "event_loop", "lp"];

/// An import line and what stands before a name of the module.
#[derive(Debug, Clone, Copy)]
struct Import {
    line: &'static str,
    prefix: &'static str,
    /// Where the one function of interest has another name.
    alias: Option<&'static str>,
}

const fn import(line: &'static str, prefix: &'static str, alias: Option<&'static str>) -> Import {
    Import {
        line,
        prefix,
        alias,
    }
}

const TIME: &[Import] = &[
    import("import time", "time.", None),
    import("import time", "time.", None),
    import("import time as clock", "clock.", None),
    import("from time import sleep", "", None),
    import("from time import sleep as pause", "", Some("pause")),
    import("from time import monotonic, sleep as nap", "", Some("nap")),
    import(
        "from time import (\n    sleep,\n    monotonic,\n)",
        "",
        None,
    ),
    import("from time import *", "", None),
    import("import json, time", "time.", None),
    import("import json; import time", "time.", None),
];

const ASYNCIO: &[Import] = &[
    import("import asyncio", "asyncio.", None),
    import("import asyncio", "asyncio.", None),
    import("import asyncio as aio", "aio.", None),
    import("import asyncio, json", "asyncio.", None),
    import("import asyncio.events", "asyncio.", None),
    import(
        "from asyncio import (CancelledError, TimeoutError, coroutine, create_task, ensure_future, gather,\n    get_event_loop, get_running_loop, new_event_loop, run, set_event_loop, to_thread, wait, wait_for)",
        "",
        None,
    ),
    import("from asyncio import *", "", None),
];

/// Where the imports of a file stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Placement {
    /// First in the module.
    Top,
    /// First in each function that has a site.
    Local,
    /// Under `if` in the module.
    Conditional,
    /// In a `try` with a fallback.
    Fallback,
    /// Under `if TYPE_CHECKING`: at run time the name is not there.
    TypeChecking,
    /// At the end of the module.
    Last,
    /// Nowhere.
    Missing,
}

/// The names of one generated file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spelling {
    time: Import,
    asyncio: Import,
    pub placement: Placement,
}

impl Spelling {
    pub(crate) fn new(random: &mut Random) -> Self {
        use Placement::{Conditional, Fallback, Last, Local, Missing, Top, TypeChecking};
        let placements = [
            Top,
            Top,
            Top,
            Top,
            Top,
            Top,
            Local,
            Conditional,
            Fallback,
            TypeChecking,
            Last,
            Missing,
        ];
        Self {
            time: random.pick(TIME),
            asyncio: random.pick(ASYNCIO),
            placement: random.pick(&placements),
        }
    }

    /// Returns the import lines.
    pub(crate) fn imports(&self) -> [&'static str; 2] {
        [self.time.line, self.asyncio.line]
    }

    /// Returns how `time.sleep` is spelled.
    pub(crate) fn sleep(&self) -> String {
        let name = self.time.alias.unwrap_or("sleep");
        format!("{}{name}", self.time.prefix)
    }

    /// Returns how a name of asyncio is spelled.
    pub(crate) fn asyncio(&self, name: &str) -> String {
        format!("{}{name}", self.asyncio.prefix)
    }

    /// Returns a name that a shadowing statement can take: the first part of a site's callee.
    pub(crate) fn shadowed(&self, random: &mut Random) -> String {
        let callee = if random.chance(50) {
            self.sleep()
        } else {
            self.asyncio("run")
        };
        callee.split('.').next().unwrap_or(&callee).to_owned()
    }
}
