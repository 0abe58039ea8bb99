//! Patterns of what is no Python: line magics, and entries for packages.

use ruff_text_size::TextSize;

use super::{Pattern, Root};
use crate::recipe::error::{Complaint, Law, Problem};

impl Pattern {
    /// Takes a line magic: `%gui asyncio`.
    ///
    /// # Errors
    ///
    /// It is none.
    pub fn magic(text: &str) -> Result<Self, Complaint> {
        let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        let is_line = |word: &String| word.starts_with('%') && !word.starts_with("%%");
        if words.first().is_some_and(is_line) {
            return Ok(Self::new(text.to_owned(), Root::Magic(words), Vec::new()));
        }
        let problem = Problem::Law(Law::NotAMagic);
        Err(Complaint::new(TextSize::new(0), problem).expected("a line such as `%gui asyncio`"))
    }

    /// Takes the name of a package, in any spelling of it.
    pub fn dependency(name: &str) -> Self {
        let root = Root::Dependency(normalized(name));
        Self::new(format!("{{dependency: {name}}}"), root, Vec::new())
    }

    /// Takes the name of a package that a file which lists packages lacks.
    pub fn lacking(name: &str) -> Self {
        Self {
            text: format!("{{lacking: {name}}}"),
            lacks: true,
            ..Self::dependency(name)
        }
    }

    /// Returns the package whose entries the pattern means; `None` for a pattern of code.
    pub fn package(&self) -> Option<&str> {
        match &self.root {
            Root::Dependency(name) => Some(name),
            _ => None,
        }
    }
}

/// Spells a package as PEP 503 does: small letters, `-` for each run of `-`, `_` and `.`.
pub fn normalized(name: &str) -> String {
    let parts = name.split(['-', '_', '.']).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("-").to_lowercase()
}

#[cfg(test)]
mod tests {
    use ruff_python_ast::NodeKind;

    use super::super::{Head, Spelled};
    use super::*;

    #[test]
    fn what_is_no_code() {
        let magic = Pattern::magic("%gui  asyncio").expect("a magic");
        let words = [Spelled::any("gui"), Spelled::any("asyncio")];
        assert_eq!(magic.words(), words);
        assert_eq!(magic.heads(), [Head::Node(NodeKind::StmtIpyEscapeCommand)]);
        assert!(Pattern::magic("%%time").is_err());
        assert!(Pattern::magic("gui").is_err());
        let dependency = Pattern::dependency("Some__Package.x");
        assert_eq!(dependency.package(), Some("some-package-x"));
    }
}
