//! What in a file tells that it is run as a program, or by a kernel only, as data.

use super::table::Library;

/// The names of the table `script-signs`.
#[derive(Debug, Default)]
pub struct Signs {
    /// Modules, and what is of them, that read the command line.
    pub arguments: Vec<String>,
    /// Names without an import that only a kernel has.
    pub kernel: Vec<String>,
}

impl Signs {
    /// Reads the table.
    pub fn new(library: &Library) -> Self {
        let mut signs = Self::default();
        for (name, says) in library.script_signs() {
            match says.as_str() {
                "kernel" => signs.kernel.push(name),
                _ => signs.arguments.push(name),
            }
        }
        signs
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::catalog::Catalog;

    #[test]
    fn the_shipped_table_is_read() {
        let signs = Signs::new(Catalog::shipped_once().library());
        assert!(signs.arguments.iter().any(|name| name == "argparse"));
        assert!(signs.kernel.iter().any(|name| name == "get_ipython"));
        assert!(!signs.arguments.iter().any(|name| name == "get_ipython"));
    }
}
