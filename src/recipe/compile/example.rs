//! The examples of a recipe: which files, in which form, with which expected outcome.

use std::path::Path;

use super::compiler::{Compiler, all_of, texts};
use crate::recipe::condition::parse_version;
use crate::recipe::error::{Complaint, Law, Problem};
use crate::recipe::example::{Example, ExampleForm, is_percent};
use crate::recipe::parameter::{ParameterType, Value};
use crate::recipe::safety::Safety;
use crate::recipe::yaml::Node;
use crate::source::package_list::PackageList;

/// What files end in that say something of those beside them: how they are run, and by which Python.
const BESIDE: [&str; 10] = [
    "cfg", "ini", "json", "md", "pyi", "rst", "service", "sh", "toml", "yml",
];

impl Compiler<'_> {
    /// Compiles all examples of a recipe.
    pub(super) fn examples(&mut self, recipe: &Node) -> Option<Vec<Example>> {
        let nodes = recipe.child("examples")?.elements();
        let examples = all_of(nodes.iter().map(|node| self.example(node, recipe)));
        let names = nodes.iter().filter_map(|node| node.child("name"));
        self.check_names_differ("name", names);
        examples
    }

    fn example(&mut self, node: &Node, recipe: &Node) -> Option<Example> {
        // What is no map was told.
        node.entries().first()?;
        let form = node.child("form").and_then(Node::text);
        let form = form.map_or(Some(ExampleForm::Module), ExampleForm::from_word)?;
        let sides = ["before", "after", "unchanged"].map(|side| node.child(side));
        let both = both(sides).map_err(|found| {
            let problem = Problem::Law(Law::Example { found });
            let complaint = Complaint::new(node.span.start(), problem);
            self.add(
                "examples",
                complaint.expected("`before` and `after`, or `unchanged`"),
            );
        });
        let (before, after) = both.ok()?;
        for side in sides.into_iter().flatten() {
            self.check_form(side, form, node.child("form").is_some());
        }
        let level = node.child("level").and_then(Node::text);
        let python = node.child("python").and_then(Node::text);
        let safety = node.child("safety").map(texts).unwrap_or_default();
        Some(Example {
            name: node.child("name")?.text()?.to_owned(),
            before: files(before, form),
            after: after.map(|after| files(after, form)),
            level: level.map_or(Some(Safety::Review), Safety::from_word)?,
            safety: safety
                .iter()
                .filter_map(|it| Safety::from_word(it))
                .collect(),
            findings: self.findings(node),
            python: python.and_then(parse_version),
            parameters: self.set_parameters(node, recipe)?,
            run: node.child("run").and_then(Node::text) == Some("true"),
            fails: node.child("fails").and_then(Node::text).map(str::to_owned),
            span: node.span,
        })
    }

    /// Parts of findings; who types `none` hardly means a part.
    fn findings(&mut self, node: &Node) -> Option<Vec<String>> {
        let typed = node.child("findings")?;
        let findings = texts(typed);
        if findings == ["none"] {
            let found = "`none` is a part of a finding here";
            let complaint =
                Complaint::new(typed.span.start(), Problem::Law(Law::Example { found }));
            self.add("findings", complaint.expected("`[]` for no finding"));
        }
        Some(findings)
    }

    /// Reads what an example sets, each value as one of the type of its parameter.
    fn set_parameters(&mut self, node: &Node, recipe: &Node) -> Option<Vec<(String, Value)>> {
        let set = node.child("parameters").map_or(&[][..], Node::entries);
        let known = recipe.child("parameters").map_or(&[][..], Node::entries);
        all_of(set.iter().map(|(key, value)| {
            let found = known.iter().find(|(known, _)| known.text == key.text);
            let Some((_, parameter)) = found else {
                let names: Vec<&str> = known.iter().map(|(key, _)| key.text.as_str()).collect();
                let complaint =
                    Complaint::unknown(key.span.start(), "parameter", &key.text, &names);
                self.add("parameters", complaint);
                return None;
            };
            let kind = ParameterType::from_word(parameter.child("type")?.text()?)?;
            let value = self.value_of(kind, &key.text, value)?;
            Some((key.text.clone(), value))
        }))
    }

    fn check_form(&mut self, side: &Node, form: ExampleForm, is_typed: bool) {
        for (name, text) in side.entries() {
            let form = match name.text.rsplit_once('.') {
                _ if PackageList::of(Path::new(&name.text)).is_some() => continue,
                Some((_, "py")) => None,
                Some((_, "ipynb")) => Some(ExampleForm::Ipynb),
                Some((_, extension)) if BESIDE.contains(&extension) => continue,
                _ => {
                    let word = name.text.clone();
                    let problem = Problem::Unknown {
                        noun: "kind of file",
                        word,
                    };
                    let complaint = Complaint::new(name.span.start(), problem);
                    self.add(
                        "examples",
                        complaint.expected(
                            "a name that ends in .py or .ipynb, or the name of a text file, such as .md or .sh",
                        ),
                    );
                    None
                }
            };
            self.check_text(text, form);
        }
        if side.text().is_some() {
            self.check_text(side, Some(form));
        } else if is_typed {
            let found = "`form` beside files that have names";
            self.break_law("examples", side, Law::Example { found });
        }
    }

    fn check_text(&mut self, node: &Node, form: Option<ExampleForm>) {
        let Some(text) = node.text() else {
            return;
        };
        let has_marker = text.lines().any(|line| line.starts_with("# %%"));
        let found = match form {
            Some(ExampleForm::Ipynb) if !is_percent(text) => {
                "the text of a notebook does not begin with `# %%` or `# %% [markdown]`"
            }
            Some(ExampleForm::Percent) if !has_marker => "a percent file without `# %%`",
            Some(ExampleForm::Module) if is_percent(text) => {
                "a text that begins with `# %%` needs `form: percent` or `form: ipynb`"
            }
            _ => return,
        };
        self.break_law("examples", node, Law::Example { found });
    }
}

/// Returns what stands before and, if it is said, after; or what is wrong with the sides.
fn both(sides: [Option<&Node>; 3]) -> Result<(&Node, Option<&Node>), &'static str> {
    match sides {
        [Some(before), Some(after), None] => Ok((before, Some(after))),
        [None, None, Some(unchanged)] => Ok((unchanged, None)),
        [Some(_), None, None] => Err("`before` without `after`"),
        [None, Some(_), None] => Err("`after` without `before`"),
        [None, None, None] => Err("the example has no code"),
        _ => Err("`unchanged` beside `before` or `after`"),
    }
}

/// Returns names and texts; a text alone is one file.
fn files(side: &Node, form: ExampleForm) -> Vec<(String, String)> {
    match side.text() {
        Some(text) => vec![(form.file_name().to_owned(), text.to_owned())],
        None => side
            .entries()
            .iter()
            .filter_map(|(name, node)| Some((name.text.clone(), node.text()?.to_owned())))
            .collect(),
    }
}
