//! The words of `awaitify graph`.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::settings::SettingArguments;
use crate::cli::spot::spot;
use crate::engine::graph::Designation;

/// `awaitify graph`.
#[derive(Debug, Args)]
#[command(after_help = "\
SITE and BOUNDARY name a function:
  src/client.py:12           the function that the line is in
  src/client.py::Client.get  the function of that name in the file
  shop.client.Client.get     the function by its module

Exit codes:
  0  done
  1  with --to: no chain of calls leads there
  2  wrong usage, or there is no such function")]
pub struct GraphArguments {
    /// Where to look for the functions: files and directories; callers come from the whole project
    #[arg(value_name = "PATHS", default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// Begin at this function; repeatable; default: where the selected recipes apply, which are those whose callers follow
    #[arg(long, value_name = "SITE", value_parser = designation)]
    pub from: Vec<Designation>,
    /// Show only the chains of calls to this caller
    #[arg(long, value_name = "BOUNDARY", value_parser = designation)]
    pub to: Option<Designation>,
    /// Options that override a configuration.
    #[command(flatten)]
    pub settings: SettingArguments,
    /// Also read files that .gitignore and the like exclude
    #[arg(long, help_heading = "Selection")]
    pub no_ignore: bool,
    /// The format of the output
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = GraphFormat::Text, help_heading = "Output")]
    pub format: GraphFormat,
    /// Write to this file instead
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub output: Option<PathBuf>,
}

/// The formats of a graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum GraphFormat {
    /// A tree, a summary, and the cheapest places to cut
    Text,
    /// Graphviz
    Dot,
    /// One JSON object per line
    Json,
    /// A picture that opens in a browser
    Svg,
}

/// Takes `a.py:3`, `a.py::Class.method` and `module.Class.method`.
fn designation(text: &str) -> Result<Designation, String> {
    let is_dotted = |name: &str| {
        let mut parts = name.split('.');
        let is_name = |part: &str| {
            part.starts_with(|c: char| c.is_alphabetic() || c == '_')
                && part.chars().all(|c| c.is_alphanumeric() || c == '_')
        };
        parts.all(is_name)
    };
    let is_file = |text: &str| {
        let ending = Path::new(text).extension();
        ending.is_some_and(|it| it == "py" || it == "ipynb")
    };
    if let Some((file, name)) = text.rsplit_once("::")
        && is_dotted(name)
        && !file.is_empty()
    {
        let (file, name) = (PathBuf::from(file), name.to_owned());
        return Ok(Designation::Named { file, name });
    }
    match spot(text) {
        Ok(spot) => Ok(Designation::Line {
            file: spot.file,
            cell: spot.cell,
            line: spot.line,
        }),
        Err(_) if is_dotted(text) && !is_file(text) => Ok(Designation::Dotted(text.to_owned())),
        Err(_) => Err("expected FILE:LINE, FILE::Class.method or module.Class.method".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_has_three_spellings() {
        let named = |file: &str, name: &str| Designation::Named {
            file: file.into(),
            name: name.to_owned(),
        };
        let at = |file: &str, cell, line| Designation::Line {
            file: file.into(),
            cell,
            line,
        };
        assert_eq!(designation("a/b.py::C.f"), Ok(named("a/b.py", "C.f")));
        assert_eq!(designation("a/b.py:3"), Ok(at("a/b.py", None, 3)));
        assert_eq!(designation("n.ipynb:2:3"), Ok(at("n.ipynb", Some(2), 3)));
        let dotted = Designation::Dotted("a.b.C.f".to_owned());
        assert_eq!(designation("a.b.C.f"), Ok(dotted));
        for wrong in ["a.py", "a/b.py", "", "a..b", "::f", "a.py::", "a b"] {
            assert!(designation(wrong).is_err(), "{wrong}");
        }
    }
}
