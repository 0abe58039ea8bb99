//! What a change is → its name.

use std::path::Path;

use super::fnv::Fnv;

/// A change's name: `<recipe>-<12 hex digits>`, unique in its file and the same in every run.
///
/// The digits are a hash of what the change is, not of its line: the path of the file in its project,
/// recipe, rule, the functions and classes around the first match, and its text. So an edit elsewhere in
/// the file does not rename it, nor does another way to name the file. Of several equal ones there each is
/// named after the lines around it, too.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(transparent)]
pub struct ChangeId(pub String);

impl ChangeId {
    /// Names a change; `ordinal` counts equal ones from 0.
    pub fn new(what: Naming<'_>, ordinal: usize) -> Self {
        Self::hashed(what, &ordinal.to_string())
    }

    /// Names one of several equal changes by the code around it: so it keeps its name when others of them are made.
    /// Where that is equal too, `which` says which of how many it is.
    pub fn of_twin(what: Naming<'_>, around: &str, which: Option<[usize; 2]>) -> Self {
        let which = which.map(|[nth, of]| format!("{nth} of {of}"));
        Self::hashed(what, &format!("{around}\n{}", which.unwrap_or_default()))
    }

    fn hashed(what: Naming<'_>, which: &str) -> Self {
        let mut hash = Fnv::default();
        for component in what.file.components() {
            hash.write(component.as_os_str().as_encoded_bytes());
        }
        let Naming {
            recipe,
            rule,
            within,
            matched,
            ..
        } = what;
        for part in ["", recipe, rule, within, matched, which] {
            hash.write(part.as_bytes());
        }
        Self(format!("{recipe}-{:012x}", hash.folded()))
    }

    /// Returns the recipe's part of it.
    pub fn recipe(&self) -> &str {
        self.0.rsplit_once('-').map_or("", |(recipe, _)| recipe)
    }
}

/// What a change is named after.
#[derive(Debug, Clone, Copy)]
pub struct Naming<'n> {
    /// The path in its project.
    pub file: &'n Path,
    /// Its recipe.
    pub recipe: &'n str,
    /// Its rule.
    pub rule: &'n str,
    /// The functions and classes that the first match stands in, as `Class.method`.
    pub within: &'n str,
    /// The text of the first match.
    pub matched: &'n str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, within: &str, matched: &str, ordinal: usize, expected: &str) {
        let what = Naming {
            file: Path::new(path),
            recipe: "pause",
            rule: "rule-1",
            within,
            matched,
        };
        assert_eq!(ChangeId::new(what, ordinal).0, expected);
    }

    #[test]
    fn a_name_is_the_same_in_every_version() {
        check("a/m.py", "", "f(1)", 0, "pause-e469bd8c3689");
        check("a/m.py", "C.m", "f(1)", 1, "pause-8646491e4ae9");
        check("am.py", "", "f(1)", 0, "pause-e4c9f861d718");
    }
}
