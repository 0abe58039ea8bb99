//! The bytes of a file → the names that it may put something in the place of, as far as words tell: a
//! file is parsed only where one of them is asked for.

use memchr::memmem::{self, find, find_iter};

use crate::python::word::{hash, is_byte_in_name, whole_words};

/// With these a name that stands in a text is set.
const SETTERS: [&str; 7] = [
    "setattr", "patch", "globals", "vars", "__dict__", "modules", "exec",
];

/// A target of several names stands on so many lines.
const MAX_TARGET_LINES: usize = 20;

/// Words of code behind which a name is bound.
const BINDERS: [&str; 6] = ["as", "class", "def", "for", "global", "import"];

/// What a method calls its own object: what is set there is set in no module.
const OWN_OBJECT: [&[u8]; 2] = [b"self", b"cls"];

/// What words tell of a file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Words {
    /// Hashes of names.
    pub(super) names: Vec<u64>,
    /// Some name is computed: it may be any.
    pub(super) is_computed: bool,
}

/// Reads a file's bytes.
pub(super) fn words(bytes: &[u8]) -> Words {
    let mut words = Words::default();
    let mut targets = Targets::new(bytes);
    for dot in memchr::memchr_iter(b'.', bytes) {
        let behind = &bytes[dot + 1..];
        let name = &behind[..name_length(behind)];
        // A digit: that of a number.
        let is_name = name.first().is_some_and(|first| !first.is_ascii_digit());
        if is_name && targets.has(dot, dot + 1 + name.len()) {
            words.names.push(hash(name));
        }
    }
    if SETTERS
        .iter()
        .any(|word| find(bytes, word.as_bytes()).is_some())
    {
        add_spelled(bytes, &mut words.names);
        if whole_words(bytes, "exec").next().is_some() {
            add_bound(bytes, &mut words.names);
        }
        words.is_computed = sets_computed(bytes);
    }
    words.names.sort_unstable();
    words.names.dedup();
    words
}

fn name_length(bytes: &[u8]) -> usize {
    let end = bytes.iter().position(|byte| !is_byte_in_name(*byte));
    end.unwrap_or(bytes.len())
}

fn name_before(bytes: &[u8]) -> &[u8] {
    let start = bytes.iter().rposition(|byte| !is_byte_in_name(*byte));
    &bytes[start.map_or(0, |at| at + 1)..]
}

/// Tells which attributes of a text may be what a statement sets, asked from its begin to its end: what is behind
/// many of them is looked at once, or a line of a million numbers would be gone over for each.
struct Targets<'t> {
    bytes: &'t [u8],
    /// The first `=` that assigns behind what was asked about, or the line's end, and whether it is one.
    next: (usize, bool),
    /// The end of a line, and whether the lines behind it close a target.
    closed: (usize, bool),
}

impl<'t> Targets<'t> {
    fn new(bytes: &'t [u8]) -> Self {
        Self {
            bytes,
            next: (0, false),
            closed: (0, false),
        }
    }

    /// Returns whether an attribute may be set, by what stands around it on its line; `end` is that of its name.
    fn has(&mut self, dot: usize, end: usize) -> bool {
        let after = self.bytes[end..].trim_ascii_start();
        match after {
            [b'=', b'=', ..] => false,
            [b'=', ..] => true,
            // One of several: `a.b, c.d = …`, `(a.b, c.d) = …`, `[a.b] = …`.
            [b',' | b')' | b']', rest @ ..] => {
                let from = self.bytes.len() - rest.len();
                self.is_assigned(from) || self.is_closed(from)
            }
            // `with x as a.b:`, `a.b: T = …`.
            [b':', ..] => {
                let owner = &self.bytes[..dot];
                let is_owner = |it: &u8| is_byte_in_name(*it) || *it == b'.';
                let start = owner.iter().rposition(|it| !is_owner(it));
                let is_blank = |it: &u8| it.is_ascii_whitespace() && *it != b'\n';
                let before = &owner[..start.map_or(0, |at| at + 1)];
                let last = before.iter().rposition(|it| !is_blank(it));
                let before = &before[..last.map_or(0, |at| at + 1)];
                before.is_empty() || before.ends_with(b"\n") || before.ends_with(b"as")
            }
            // `for a.b in …`.
            [b'i', b'n', next, ..] => next.is_ascii_whitespace(),
            _ => false,
        }
    }

    /// Returns whether the rest of a line assigns.
    fn is_assigned(&mut self, from: usize) -> bool {
        // The first place is behind a name.
        if self.next.0 < from {
            let rest = &self.bytes[from..];
            let line = &rest[..memchr::memchr(b'\n', rest).unwrap_or(rest.len())];
            let found = find_iter(line, b"=").find(|at| is_assignment(line, *at));
            self.next = (from + found.unwrap_or(line.len()), found.is_some());
        }
        self.next.1
    }

    /// Returns whether the lines behind one that ends with a comma close a bracket before a `=`; nothing assigns on
    /// the rest of the line.
    fn is_closed(&mut self, from: usize) -> bool {
        let (end, _) = self.next;
        let line = self.bytes[from..end].trim_ascii();
        if !(line.is_empty() || line.ends_with(b",")) {
            return false;
        }
        if self.closed.0 < end {
            let behind = self.bytes.get(end + 1..).unwrap_or_default();
            self.closed = (end, ends_in_target(behind));
        }
        self.closed.1
    }
}

/// Returns whether lines close a bracket before a `=`, each before with a comma at its end.
fn ends_in_target(lines: &[u8]) -> bool {
    let lines = lines.split(|byte| *byte == b'\n');
    for line in lines.take(MAX_TARGET_LINES - 1) {
        let closed = find_iter(line, b"=").any(|at| {
            let before = line[..at].trim_ascii_end();
            is_assignment(line, at) && (before.ends_with(b")") || before.ends_with(b"]"))
        });
        if closed {
            return true;
        }
        if !line.trim_ascii_end().ends_with(b",") {
            return false;
        }
    }
    false
}

fn is_assignment(line: &[u8], at: usize) -> bool {
    let is_part = |byte: Option<&u8>| byte.is_some_and(|it| b"=!<>".contains(it));
    !is_part(line.get(at + 1)) && !is_part(at.checked_sub(1).and_then(|it| line.get(it)))
}

/// Adds names at the end of a text, and those before a `=`: keywords, and assignments in a text.
fn add_spelled(bytes: &[u8], names: &mut Vec<u64>) {
    for at in memchr::memchr3_iter(b'"', b'\'', b'=', bytes) {
        let before = match bytes[at] {
            b'=' => bytes[..at].trim_ascii_end(),
            // In a notebook it is written behind a backslash.
            _ => bytes[..at].strip_suffix(b"\\").unwrap_or(&bytes[..at]),
        };
        let name = name_before(before);
        if !name.is_empty() {
            names.push(hash(name));
        }
    }
}

/// Adds names that code in a text may bind without a `=` behind them.
fn add_bound(bytes: &[u8], names: &mut Vec<u64>) {
    for word in BINDERS {
        for (_, after) in whole_words(bytes, word) {
            let after = after.trim_ascii_start();
            names.push(hash(&after[..name_length(after)]));
        }
    }
    for at in memchr::memchr2_iter(b',', b':', bytes) {
        names.push(hash(name_before(bytes[..at].trim_ascii_end())));
    }
}

/// Returns whether a name that is set may be no literal.
fn sets_computed(bytes: &[u8]) -> bool {
    let mut sets = ["setattr", "__setattr__"].into_iter();
    let sets = sets.any(|word| {
        let mut calls = whole_words(bytes, word);
        calls.any(|(_, after)| is_computed_call(after))
    });
    let spaces = ["globals", "vars", "__dict__"].into_iter();
    sets || spaces
        .flat_map(|word| whole_words(bytes, word))
        .any(|(before, after)| {
            let is_set = || is_computed_key(after) || is_given_name(before, after);
            !is_of_own_object(before) && is_set()
        })
}

/// `setattr(owner, name, …)`: of a method's own object nothing is asked.
fn is_computed_call(after: &[u8]) -> bool {
    let Some(arguments) = after.trim_ascii_start().strip_prefix(b"(") else {
        return false;
    };
    let owner = &arguments[..argument_length(arguments)];
    let name = arguments.get(owner.len() + 1..).unwrap_or_default();
    let name = &name[..argument_length(name)];
    // `monkeypatch.setattr("a.b", …)` has the name in its first argument.
    !OWN_OBJECT.contains(&owner.trim_ascii()) && !is_literal(owner) && !is_literal(name)
}

/// Where the first argument of a call ends.
fn argument_length(arguments: &[u8]) -> usize {
    let mut depth = 0_u32;
    let end = arguments.iter().position(|byte| {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' if depth == 0 => return true,
            b')' | b']' | b'}' => depth -= 1,
            b',' if depth == 0 => return true,
            _ => {}
        }
        false
    });
    end.unwrap_or(arguments.len())
}

/// Returns whether an argument is one text and nothing else, as far as its first line tells.
fn is_literal(argument: &[u8]) -> bool {
    // In a notebook quotes stand behind backslashes.
    let text = argument.trim_ascii().strip_prefix(b"\\");
    let text = text.unwrap_or(argument.trim_ascii());
    let Some((quote @ (b'"' | b'\''), rest)) = text.split_first() else {
        return false;
    };
    let behind = memchr::memchr(*quote, rest).map_or(&rest[..0], |end| &rest[end + 1..]);
    behind.is_empty()
}

/// `self.__dict__`, `vars(self)` stand for the object itself.
fn is_of_own_object(before: &[u8]) -> bool {
    let owner = before.strip_suffix(b".").map(name_before);
    owner.is_some_and(|owner| OWN_OBJECT.contains(&owner))
}

/// `names = vars(module)`: what is put there by that name may be any.
fn is_given_name(before: &[u8], after: &[u8]) -> bool {
    let start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
    let line = &before[start..];
    let mut rest = after;
    if let Some(arguments) = rest.strip_prefix(b"(") {
        let owner = &arguments[..argument_length(arguments)];
        if OWN_OBJECT.contains(&owner.trim_ascii()) {
            return false;
        }
        rest = arguments.get(owner.len() + 1..).unwrap_or_default();
    }
    ends_line(rest) && find_iter(line, b"=").any(|at| is_assignment(line, at))
}

fn ends_line(rest: &[u8]) -> bool {
    let next = rest.iter().find(|it| !matches!(it, b' ' | b'\t' | b'\r'));
    matches!(next, None | Some(b'\n' | b'#' | b';'))
}

/// `globals()[name]`, `vars(module).update(…)`.
fn is_computed_key(after: &[u8]) -> bool {
    let mut rest = after.trim_ascii_start();
    if let Some(arguments) = rest.strip_prefix(b"(") {
        let owner = &arguments[..argument_length(arguments)];
        if OWN_OBJECT.contains(&owner.trim_ascii()) {
            return false;
        }
        rest = arguments.get(owner.len() + 1..).unwrap_or_default();
    }
    match rest.trim_ascii_start() {
        [b'[', key @ ..] => !is_literal(&key[..argument_length(key)]),
        [b'.', method @ ..] => method.starts_with(b"update"),
        [b'|', b'=', ..] => true,
        _ => false,
    }
}

/// Returns whether a text hands a module, by a word, to a function of that name.
pub(super) fn may_hand_over(bytes: &[u8], function: &str) -> bool {
    let makes = ["__import__", "modules", "import_module"];
    let mut calls = whole_words(bytes, function);
    let has_one = makes
        .iter()
        .any(|word| find(bytes, word.as_bytes()).is_some());
    calls.any(|(_, after)| {
        let Some(arguments) = after.strip_prefix(b"(") else {
            return false;
        };
        let end = memchr::memchr(b'\n', arguments).unwrap_or(arguments.len());
        has_one
            || arguments[..end]
                .split(|it| !is_byte_in_name(*it))
                .any(|name| is_imported(bytes, name))
    })
}

/// Returns whether an import of the text may bind the name.
fn is_imported(bytes: &[u8], name: &[u8]) -> bool {
    !name.is_empty()
        && [&b"import "[..], b"as ", b", "].into_iter().any(|before| {
            let spelled = [before, name].concat();
            memmem::find(bytes, &spelled).is_some()
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, names: &[&str], is_computed: bool) {
        let mut names: Vec<u64> = names.iter().map(|name| hash(name.as_bytes())).collect();
        names.sort_unstable();
        let expected = Words { names, is_computed };
        assert_eq!(words(text.as_bytes()), expected, "{text}");
    }

    #[test]
    fn attributes_that_are_set_are_found() {
        check("time.sleep = f\n", &["sleep"], false);
        check("a.b, c.d = f, g\n", &["b", "d"], false);
        check("with f as a.b: pass\n", &["b"], false);
        check("for a.b in c: pass\n", &["b"], false);
        check("time.sleep == f\ntime.sleep(1)\na.b.c\n", &[], false);
        check(
            "except (a.b, c.d):\n    f(a.b)\n    raise a.b\n",
            &[],
            false,
        );
        check("if a.b: pass\n", &[], false);
    }

    #[test]
    fn names_in_texts_are_found_where_something_is_set_by_them() {
        check("setattr(time, 'sleep', f)\n", &["sleep"], false);
        check("patch(\"time.sleep\", new=f)\n", &["new", "sleep"], false);
        check("print('sleep', end='')\n", &[], false);
        check("exec('sleep = f')\n", &["f", "sleep"], false);
    }

    #[test]
    fn computed_names_are_found() {
        check("setattr(time, name, f)\n", &[], true);
        check("setattr(self, name, f)\n", &[], false);
        check("setattr(time, 'sl' + 'eep', f)\n", &["eep", "sl"], true);
        check("globals()[name] = f\n", &[], true);
        check("globals()['a'] = f\n", &["a"], false);
        check("vars(m).update(more)\n", &[], true);
        check("vars(self).update(more)\n", &[], false);
        check("self.__dict__.update(more)\n", &[], false);
    }

    #[test]
    fn modules_are_handed_over_by_words() {
        let hands = |text: &str| may_hand_over(text.as_bytes(), "install");
        assert!(hands("import time\ninstall(time)\n"));
        assert!(hands("install(__import__('__main__'))\n"));
        assert!(!hands("import time\ninstall(level)\n"));
        assert!(!hands("import time\nuninstall(time)\n"));
    }
}
