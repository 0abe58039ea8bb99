//! Formatted Rust → its functions, their lines and arguments. Reads what rustfmt wrote, so that a
//! function ends at the first brace that stands as far in as it began.

/// A function as written.
pub(super) struct Function {
    pub name: String,
    /// From `fn` to the closing brace.
    pub lines: usize,
    /// `self` included.
    pub arguments: usize,
}

/// Returns the functions that have a body, those in functions too.
pub(super) fn functions(code: &str) -> Vec<Function> {
    let lines: Vec<&str> = code.lines().collect();
    let read = |(idx, line): (usize, &&str)| {
        let name = name(line)?;
        let indent = &line[..line.len() - line.trim_start().len()];
        let rest = &lines[idx..];
        let is_end = |line: &&str| line.strip_prefix(indent).is_some_and(ends);
        let last = rest.iter().position(is_end)?;
        let signature = rest.join("\n");
        let (_, signature) = signature.split_once(name)?;
        Some(Function {
            name: name.to_owned(),
            lines: last + 1,
            arguments: arguments(signature),
        })
    };
    lines.iter().enumerate().filter_map(read).collect()
}

/// Returns whether a line, without its indentation, is the last of a function or of a declaration.
fn ends(line: &str) -> bool {
    let is_whole = line.contains("fn ") && (line.ends_with('}') || line.ends_with(';'));
    line == "}" || line.starts_with(") ->") && line.ends_with(';') || line == ");" || is_whole
}

fn name(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let (before, rest) = line.split_once("fn ")?;
    let modifiers = ["pub", "pub(crate)", "pub(super)", "const", "async"];
    let is_item = before
        .split_whitespace()
        .all(|word| modifiers.contains(&word));
    let end = rest.find(['(', '<'])?;
    is_item.then_some(&rest[..end])
}

/// Counts the parts between the signature's round brackets.
fn arguments(signature: &str) -> usize {
    // Generics may hold brackets, too: `<F: Fn(u8) -> u8>`.
    let (mut angles, mut depth) = (0_i32, 0_i32);
    let (mut count, mut is_empty, mut before) = (0, true, ' ');
    for each in signature.chars() {
        let is_arrow = each == '>' && matches!(before, '-' | '=');
        before = each;
        match each {
            '<' => angles += 1,
            '>' if !is_arrow => angles -= 1,
            '(' | '[' => depth += 1,
            ')' if angles == 0 && depth == 1 => break,
            ')' | ']' => depth -= 1,
            ',' if angles == 0 && depth == 1 => {
                count += usize::from(!is_empty);
                is_empty = true;
            }
            _ if each.is_whitespace() => {}
            _ => is_empty &= depth == 0,
        }
    }
    count + usize::from(!is_empty)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(code: &str, expected: &[(&str, usize, usize)]) {
        let found = functions(code);
        let found: Vec<_> = found
            .iter()
            .map(|each| (each.name.as_str(), each.lines, each.arguments))
            .collect();
        assert_eq!(found, expected, "{code}");
    }

    #[test]
    fn lines_and_arguments_are_counted() {
        check(
            "fn a() {}\nfn b() {\n    c()\n}\n",
            &[("a", 1, 0), ("b", 3, 0)],
        );
        check(
            "    pub(super) fn a<'a, F: Fn(u8, u8) -> u8>(\n        &self,\n        map: Map<u8, (u8, u8)>,\n    ) -> F {\n    }\n",
            &[("a", 5, 2)],
        );
        check("// fn a() {}\nlet f: fn(u8) = x;\n", &[]);
    }
}
