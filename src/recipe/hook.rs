//! Lifecycles of objects on which functions are registered: how, what the functions are given, and where
//! a value is kept between them.

use std::sync::Arc;

use ruff_python_ast::{AnyParameterRef, StmtFunctionDef};

use super::condition::Patterns;
use super::pattern::Pattern;
use super::template::Template;
use super::word::words;

/// The object, in the patterns and templates of a row.
pub const OWNER: &str = "owner";

/// The function, in the patterns of a row.
pub const HOOK: &str = "hook";

/// What a value is called, where a row says how it is kept.
pub const VALUE: &str = "handle";

/// What a row says of functions that are registered.
#[derive(Debug)]
pub struct Hooks {
    /// The ways to register what begins it.
    pub ways: Vec<Way>,
    /// What the functions are given.
    pub called: Called,
    /// Where those that are plain defs run.
    pub plain: Plain,
    /// Where a value is kept; `None`: the owner itself starts what it keeps.
    pub kept: Option<KeptIn>,
    /// What starts a value that the owner keeps and ends.
    pub own_start: Option<Template>,
    /// What keeps the functions from ever being called.
    pub unless: Option<Unless>,
}

/// An object that calls none of the functions that are registered on it.
#[derive(Debug)]
pub struct Unless {
    /// What makes one.
    pub made_by: Patterns,
    /// Why it calls none, and what to do: the end of a sentence.
    pub because: String,
}

impl Hooks {
    /// Iterates over what ends it, as typed, each once.
    pub fn ends(&self) -> impl Iterator<Item = &str> {
        let mut all: Vec<&str> = Vec::new();
        for end in self.ways.iter().flat_map(|way| &way.ends) {
            let text = end.pattern.text.as_str();
            if !all.contains(&text) {
                all.push(text);
            }
        }
        all.into_iter()
    }
}

/// Where hooks run that are no coroutines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plain {
    /// On the loop.
    Loop,
    /// In a thread, where no task can be cancelled.
    Thread,
}

words!(Plain: Loop "loop", Thread "thread");

/// A way to register a function that begins something.
#[derive(Debug)]
pub struct Way {
    /// The registration.
    pub begins: Arc<Pattern>,
    /// Those of functions that end it, the best one first; none: what stands behind its `yield` does.
    pub ends: Vec<End>,
}

/// A way to register a function that ends something.
#[derive(Debug)]
pub struct End {
    /// The registration.
    pub pattern: Arc<Pattern>,
    /// How one is written.
    pub written: Written,
}

/// How a registration is written.
#[derive(Debug)]
pub enum Written {
    /// As a statement, or as the next link of a chain of calls.
    Call(Template),
    /// Above the function.
    Decorator(Template),
    /// As an argument, in a list, of the call that registers what begins it.
    Argument(String),
    /// By the function's own name.
    Name,
}

/// `$hook($owner, $other)`: what functions are given.
#[derive(Debug, Default)]
pub struct Called {
    /// By place.
    pub positional: Vec<String>,
    /// Keyword and capture.
    pub by_keyword: Vec<(String, String)>,
}

impl Called {
    /// Iterates over what functions may be given.
    pub fn captures(&self) -> impl Iterator<Item = &str> {
        let by_keyword = self.by_keyword.iter().map(|(_, capture)| capture);
        self.positional.iter().chain(by_keyword).map(String::as_str)
    }

    /// Returns the parameter under which a function is given what a capture stands for.
    pub fn parameter<'a>(
        &self,
        capture: &str,
        function: &'a StmtFunctionDef,
    ) -> Option<AnyParameterRef<'a>> {
        let parameters = &function.parameters;
        let place = self.positional.iter().position(|it| it == capture);
        let by_place = place.and_then(|place| {
            let mut positional = parameters.posonlyargs.iter().chain(&parameters.args);
            positional.nth(place).map(AnyParameterRef::NonVariadic)
        });
        let mut keywords = self.by_keyword.iter();
        let keyword = keywords.find(|(_, it)| it == capture);
        by_place.or_else(|| {
            let (keyword, _) = keyword?;
            let mut named = parameters.args.iter().chain(&parameters.kwonlyargs);
            let named = named.find(|it| it.parameter.name.as_str() == keyword);
            named.map(AnyParameterRef::NonVariadic)
        })
    }
}

/// Where a value is kept between two functions.
#[derive(Debug, Clone)]
pub enum KeptIn {
    /// `$handle`: a name of the module.
    Module,
    /// `$owner.state.$handle`: an attribute of what stands before the name.
    Attribute(String),
    /// `$owner["$handle"]`: an item of what stands before the brackets.
    Item(String),
}

impl KeptIn {
    /// Reads the text of a row; `None` where it is none of these.
    pub fn parse(text: &str) -> Option<Self> {
        let owner = format!("${OWNER}");
        let (before, behind) = text.split_once(&format!("${VALUE}"))?;
        let holder = before.trim_end_matches(['.', '[', '"']);
        let is_owned = holder
            .strip_prefix(&owner)
            .is_some_and(|path| path.split('.').skip(1).all(is_name) && is_path(path));
        match (&before[holder.len()..], behind) {
            ("", "") if holder.is_empty() => Some(Self::Module),
            (".", "") if is_owned => Some(Self::Attribute(holder.to_owned())),
            ("[\"", "\"]") if is_owned => Some(Self::Item(holder.to_owned())),
            _ => None,
        }
    }
}

fn is_path(path: &str) -> bool {
    path.is_empty() || path.starts_with('.')
}

fn is_name(word: &str) -> bool {
    ruff_python_stdlib::identifiers::is_identifier(word)
}

#[cfg(test)]
mod tests {
    use super::KeptIn;

    #[test]
    fn a_value_is_kept_in_the_module_an_attribute_or_an_item() {
        let is = |text: &str| match KeptIn::parse(text) {
            Some(KeptIn::Module) => "module",
            Some(KeptIn::Attribute(holder)) if holder == "$owner.state" => "attribute",
            Some(KeptIn::Item(holder)) if holder == "$owner" => "item",
            Some(_) => "another",
            None => "nothing",
        };
        assert_eq!(is("$handle"), "module");
        assert_eq!(is("$owner.state.$handle"), "attribute");
        assert_eq!(is("$owner[\"$handle\"]"), "item");
        for wrong in [
            "",
            "$owner",
            "app.$handle",
            "$owner.1.$handle",
            "$owner[$handle]",
            "$ownerx.$handle",
        ] {
            assert_eq!(is(wrong), "nothing", "{wrong}");
        }
    }
}
