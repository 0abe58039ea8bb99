//! What Python's own functions, classes and methods do with objects of a project, as data.

use rustc_hash::{FxHashMap, FxHashSet};

use super::table::Library;
use super::word::words;
use super::yaml::Node;

/// A value of one of Python's own types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Plain {
    /// Text, a number, a file: what its methods give is plain too.
    Object,
    /// A list, dict or the like: what it holds may be anything.
    Container,
}

words!(Plain: Object "object", Container "container");

/// Code of a project that a function of Python's own runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Runs {
    /// That of what it is given.
    Given,
    /// That of what it is given, and of what that holds: it compares it, adds it up, or asks for its text.
    Held,
    /// That of what the project hung up elsewhere, a handler of a log.
    Installed,
}

words!(Runs: Given "given", Held "held", Installed "installed");

/// What a function of Python's own waits for, or hands to a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Awaits {
    /// Its first argument, or what that holds.
    First,
    /// All arguments without a name.
    All,
    /// Of a module: nothing but what it is given, whatever of it is awaited.
    Own,
    /// It hands out what somebody put there: to await that runs anything.
    Held,
    /// Nothing but that time passes.
    Time,
    /// Nothing, where there is nothing to wait for.
    Perhaps,
    /// Its first argument, which it cancels when it is cancelled.
    Passes,
    /// Until other code wakes it: a cancellation ends the wait at once, and loses nothing.
    Woken,
}

words!(Awaits: First "first", All "all", Own "own", Held "held", Time "time", Perhaps "perhaps",
    Passes "passes", Woken "woken");

/// What is known of one function, class or method; nothing of one that has no row.
#[derive(Debug, Default, Clone, Copy)]
pub struct Known {
    /// What a call gives.
    pub gives: Option<Plain>,
    /// What a call runs.
    pub runs: Option<Runs>,
    /// What a call waits for.
    pub awaits: Option<Awaits>,
    /// Entered, it keeps the exceptions that it is given to itself.
    pub catches: bool,
}

impl Known {
    /// Returns whether the table says what it does, not only that it may not wait.
    pub fn is_known(&self) -> bool {
        let waits = self.awaits.is_some_and(|it| it != Awaits::Perhaps);
        self.gives.is_some() || self.runs.is_some() || waits || self.catches
    }
}

/// All that is known, by name.
#[derive(Debug, Default)]
pub struct OwnCode {
    functions: FxHashMap<String, Known>,
    methods: FxHashMap<String, Known>,
    /// The classes whose methods of a name wait until other code wakes them.
    woken: FxHashMap<String, Vec<String>>,
    keepers: Keepers,
}

/// Decorators of other people that keep something of what they get, by name.
#[derive(Debug, Default)]
pub struct Keepers {
    /// They give a class of the same name and methods.
    pub classes: FxHashSet<String>,
    /// They make of a coroutine function one whose calls make coroutines, too.
    pub coroutines: FxHashSet<String>,
}

impl OwnCode {
    /// Reads the table `plain`.
    pub fn new(library: &Library) -> Self {
        let rows = library.find("plain").map_or(&[][..], |table| &table.rows);
        let mut own = Self::default();
        for row in rows {
            let word = |column| row.cell(column).and_then(Node::text);
            let known = Known {
                gives: word("gives").and_then(Plain::from_word),
                runs: word("runs").and_then(Runs::from_word),
                awaits: word("awaits").and_then(Awaits::from_word),
                catches: word("catches").is_some(),
            };
            let named = |column| {
                let names = row.cell(column).map_or(&[][..], Node::elements).iter();
                names.filter_map(move |name| Some((name.text()?.to_owned(), known)))
            };
            if known.awaits == Some(Awaits::Woken) {
                for (name, _) in named("names") {
                    own.add_woken(&name);
                }
            }
            own.functions.extend(named("names"));
            own.methods.extend(named("methods"));
            let kept = match word("keeps") {
                Some("class") => &mut own.keepers.classes,
                Some(_) => &mut own.keepers.coroutines,
                None => continue,
            };
            kept.extend(named("names").map(|(name, _)| name));
        }
        own
    }

    fn add_woken(&mut self, name: &str) {
        if let Some((class, method)) = name.rsplit_once('.') {
            let classes = self.woken.entry(method.to_owned()).or_default();
            classes.push(class.to_owned());
        }
    }

    /// Returns the classes whose methods of that name wait until other code wakes them.
    pub fn woken(&self, method: &str) -> &[String] {
        self.woken.get(method).map_or(&[], Vec::as_slice)
    }

    /// Returns what is known of a function or class.
    pub fn function(&self, name: &str) -> Known {
        self.functions.get(name).copied().unwrap_or_default()
    }

    /// Returns the decorators of other people that keep something of what they get.
    pub fn keepers(&self) -> &Keepers {
        &self.keepers
    }

    /// Returns what is known of the methods of that name.
    pub fn method(&self, name: &str) -> Known {
        self.methods.get(name).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::catalog::Catalog;

    #[test]
    fn the_shipped_table_is_read() {
        let catalog = Catalog::shipped_once();
        let own = OwnCode::new(catalog.library());
        assert_eq!(own.function("open").gives, Some(Plain::Object));
        assert_eq!(own.function("frozenset").runs, Some(Runs::Given));
        assert_eq!(own.function("sum").runs, Some(Runs::Held));
        assert_eq!(own.method("join").runs, Some(Runs::Given));
        assert_eq!(own.function("asyncio.gather").awaits, Some(Awaits::All));
        assert!(own.function("contextlib.suppress").catches);
        assert_eq!(own.function("asyncio").awaits, Some(Awaits::Own));
        assert_eq!(own.function("asyncio.sleep").awaits, Some(Awaits::Time));
        assert_eq!(
            own.function("asyncio.wait_for").awaits,
            Some(Awaits::Passes)
        );
        assert!(own.woken("get").iter().any(|it| it == "asyncio.Queue"));
        assert_eq!(own.woken("shield"), [""; 0]);
        assert_eq!(own.method("create_task").awaits, Some(Awaits::First));
        assert_eq!(own.method("get_nowait").awaits, Some(Awaits::Held));
        assert_eq!(own.method("items").gives, Some(Plain::Container));
        assert!(own.keepers().classes.contains("attrs.define"));
        assert!(own.keepers().coroutines.contains("tenacity.retry"));
        let unlisted = own.function("random.choice");
        assert!(unlisted.gives.is_none() && unlisted.runs.is_none());
    }
}
