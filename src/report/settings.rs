//! The settings of a file, each with who set it → text that is TOML, or JSON; and what a configuration
//! took away from a run.

use std::io::{self, Write};

use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use super::view::{self, View, count};
use crate::config::document::Sourced;
use crate::config::globs::Globs;
use crate::config::group::InForce;
use crate::config::options::{List, Options, Parameter, PerPath, Restraint};
use crate::recipe::parameter::Given;
use crate::text::shown::Shown;

/// What holds for a path.
pub struct Effective<'a> {
    /// The path, as shown.
    pub path: &'a str,
    /// The configurations, each before those that it extends, as shown.
    pub files: Vec<&'a str>,
    /// What they and the flags say.
    pub options: &'a Options,
    /// The entries of `per-path` that hold.
    pub entries: Vec<&'a PerPath>,
    /// The Python that code is written for, and who says so.
    pub target: ((u8, u8), String),
    /// The packs that are on where nobody chooses.
    pub default_packs: Vec<&'a str>,
    /// The recipes that are on.
    pub recipes: Vec<&'a str>,
}

/// A key, its value, and who set it; nobody: the default.
struct Setting {
    key: &'static str,
    value: Value,
    from: Vec<String>,
}

/// Writes the settings as TOML, who set each behind a `#`.
///
/// # Errors
/// The writer fails.
pub fn write(out: &mut dyn Write, view: &View, effective: &Effective) -> io::Result<()> {
    let files = match effective.files.as_slice() {
        [] => "no configuration".to_owned(),
        files => files.join(", which extends "),
    };
    let head = format!("# {}: {files}", effective.path);
    writeln!(out, "{}", view.paint(view::HEADING, &head))?;
    let settings = settings(effective);
    table(out, view, &settings)?;
    for parameter in &effective.options.parameters {
        let Parameter {
            recipe,
            name,
            given,
        } = parameter;
        let value = toml(&parameter_value(&given.value));
        let line = format!("parameters.{}.{} = {value}", recipe.value, name.value);
        entry(out, view, &line, &given.origin.to_string())?;
    }
    for entry in &effective.entries {
        let place = format!("# {}", entry.place);
        writeln!(out, "\n[[per-path]]  {}", view.paint(view::FAINT, &place))?;
        for (key, value) in entry_settings(entry) {
            let line = format!("{key} = {}", toml(&value));
            writeln!(out, "{}", Shown(&line))?;
        }
    }
    let recipes = count(effective.recipes.len(), "recipe");
    let names = effective.recipes.join(", ");
    writeln!(out, "\n# {recipes}: {}", Shown(&names))
}

fn table(out: &mut dyn Write, view: &View, settings: &[Setting]) -> io::Result<()> {
    let line = |setting: &Setting| match setting.value {
        Value::Null => format!("# {}", setting.key),
        ref value => format!("{} = {}", setting.key, toml(value)),
    };
    let lines: Vec<String> = settings.iter().map(line).collect();
    let widths = lines.iter().map(|line| line.chars().count());
    let width = widths.filter(|width| *width <= 40).max().unwrap_or(0);
    for (line, setting) in lines.iter().zip(settings) {
        let from = match (setting.from.is_empty(), &setting.value) {
            (false, _) => setting.from.join(", "),
            (true, Value::Null) => "not set".to_owned(),
            (true, _) => "default".to_owned(),
        };
        entry(out, view, &format!("{line:<width$}"), &from)?;
    }
    Ok(())
}

/// Writes a setting, and where it comes from.
fn entry(out: &mut dyn Write, view: &View, line: &str, from: &str) -> io::Result<()> {
    let from = format!("# {from}");
    writeln!(out, "{}  {}", Shown(line), view.paint(view::FAINT, &from))
}

/// Writes the settings as one JSON object on a line.
///
/// # Errors
/// The writer fails.
pub fn write_json(out: &mut dyn Write, effective: &Effective) -> io::Result<()> {
    let settings = settings(effective).into_iter().map(|setting| {
        let Setting { key, value, from } = setting;
        (key.to_owned(), json!({"value": value, "from": from}))
    });
    let entries = effective.entries.iter().map(|entry| {
        let mut object = entry_settings(entry);
        object.push(("from", entry.place.to_string().into()));
        json!(Object(object))
    });
    let parameters = effective.options.parameters.iter().map(|parameter| {
        let Parameter {
            recipe,
            name,
            given,
        } = parameter;
        json!(Object(vec![
            ("recipe", recipe.value.as_str().into()),
            ("name", name.value.as_str().into()),
            ("value", parameter_value(&given.value)),
            ("from", given.origin.to_string().into()),
        ]))
    });
    let object = Object(vec![
        ("type", "settings".into()),
        ("path", effective.path.into()),
        ("configurations", effective.files.clone().into()),
        ("settings", settings.collect::<Map<_, _>>().into()),
        ("parameters", parameters.collect()),
        ("per-path", entries.collect()),
        ("recipes", effective.recipes.clone().into()),
    ]);
    serde_json::to_writer(&mut *out, &object)?;
    writeln!(out)
}

/// A JSON object whose keys stay in order.
pub struct Object(Vec<(&'static str, Value)>);

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

fn settings(effective: &Effective) -> Vec<Setting> {
    let options = effective.options;
    let (target, from) = &effective.target;
    let safety = options.safety.as_ref();
    let folders: Vec<Sourced<String>> = options.recipes.iter().map(shown_path).collect();
    let mut settings = vec![
        list(
            "packs",
            options.packs.as_ref(),
            effective.default_packs.clone().into(),
        ),
        list("select", options.select.as_ref(), Value::Null),
        texts("extend-select", &options.extend_select),
        texts("ignore", &options.ignore),
        Setting {
            key: "safety",
            value: safety.map_or("safe", |level| level.value.word()).into(),
            from: safety
                .iter()
                .map(|level| level.origin.to_string())
                .collect(),
        },
        Setting {
            key: "target-version",
            value: format!("{}.{}", target.0, target.1).into(),
            from: vec![from.clone()],
        },
    ];
    settings.push(truth("minor", options.minor.as_ref(), false));
    let reasons = options.require_ignore_reason.as_ref();
    settings.push(truth("require-ignore-reason", reasons, true));
    settings.push(globs("exclude", options.exclude.as_slice()));
    settings.push(globs("extend-exclude", &options.extend_exclude));
    settings.push(globs("notebooks", options.notebooks.as_slice()));
    settings.push(globs("scripts", options.scripts.as_slice()));
    settings.push(texts("recipes", &folders));
    settings
}

fn truth(key: &'static str, said: Option<&Sourced<bool>>, default: bool) -> Setting {
    Setting {
        key,
        value: said.map_or(default, |it| it.value).into(),
        from: said.iter().map(|it| it.origin.to_string()).collect(),
    }
}

fn list(key: &'static str, list: Option<&List>, default: Value) -> Setting {
    match list {
        Some(list) => Setting {
            from: vec![list.origin.to_string()],
            ..texts(key, &list.value)
        },
        None => Setting {
            value: default,
            ..nothing(key)
        },
    }
}

fn parameter_value(given: &Given) -> Value {
    match given {
        Given::Typed(text) | Given::Text(text) => text.as_str().into(),
        Given::Int(number) => (*number).into(),
        Given::Float(number) => (*number).into(),
        Given::Bool(truth) => (*truth).into(),
    }
}

fn nothing(key: &'static str) -> Setting {
    Setting {
        key,
        value: Value::Null,
        from: Vec::new(),
    }
}

fn shown_path(path: &Sourced<std::path::PathBuf>) -> Sourced<String> {
    Sourced {
        value: path.value.to_string_lossy().into_owned(),
        origin: path.origin.clone(),
    }
}

fn texts<'t>(key: &'static str, texts: impl IntoIterator<Item = &'t Sourced<String>>) -> Setting {
    let texts: Vec<&Sourced<String>> = texts.into_iter().collect();
    let mut from: Vec<String> = texts.iter().map(|text| text.origin.to_string()).collect();
    from.dedup();
    Setting {
        key,
        value: texts.iter().map(|text| text.value.as_str()).collect(),
        from,
    }
}

fn globs(key: &'static str, globs: &[Globs]) -> Setting {
    match globs {
        [] => nothing(key),
        globs => texts(key, globs.iter().flat_map(|globs| &globs.patterns)),
    }
}

fn entry_settings(entry: &PerPath) -> Vec<(&'static str, Value)> {
    let select = entry.select.as_ref();
    let mut settings = vec![texts("paths", &entry.paths.patterns)];
    settings.extend(select.map(|select| texts("select", &select.value)));
    settings.extend((!entry.ignore.is_empty()).then(|| texts("ignore", &entry.ignore)));
    let mut settings: Vec<_> = settings.into_iter().map(|it| (it.key, it.value)).collect();
    let safety = entry.safety.iter();
    let safety: Map<String, Value> = safety
        .map(|(name, restraint)| (name.value.clone(), restraint.word().into()))
        .collect();
    if !safety.is_empty() {
        settings.push(("safety", safety.into()));
    }
    settings.extend(
        entry
            .reason
            .as_deref()
            .map(|reason| ("reason", reason.into())),
    );
    settings
}

/// Spells a value as TOML.
fn toml(value: &Value) -> String {
    match value {
        Value::Array(values) => {
            let values: Vec<String> = values.iter().map(toml).collect();
            format!("[{}]", values.join(", "))
        }
        Value::Object(values) => {
            let value =
                |(key, value): (&String, &Value)| format!("{} = {}", toml_key(key), toml(value));
            let values: Vec<String> = values.iter().map(value).collect();
            format!("{{{}}}", values.join(", "))
        }
        // Strings, numbers and truth are spelled alike.
        other => other.to_string(),
    }
}

fn toml_key(key: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    match key.chars().all(is_bare) {
        true => key.to_owned(),
        false => Value::from(key).to_string(),
    }
}

/// Writes what entries of `per-path` took away, and why.
///
/// # Errors
/// The writer fails.
pub fn in_force(out: &mut dyn Write, view: &View, entries: &[InForce]) -> io::Result<()> {
    if entries.is_empty() {
        return Ok(());
    }
    writeln!(out, "{}", view.paint(view::HEADING, "Set for paths"))?;
    for InForce { entry, files } in entries {
        let paths = joined(&entry.paths.patterns);
        let reason = entry.reason.as_deref().unwrap_or("no reason is given");
        let line = format!(
            "{} {paths}, {}: {}: {reason}",
            entry.place,
            count(*files, "file"),
            words(entry)
        );
        writeln!(out, "{}", Shown(&line))?;
    }
    writeln!(out)
}

/// Says in words what an entry does.
fn words(entry: &PerPath) -> String {
    let mut words = Vec::new();
    if let Some(select) = &entry.select {
        words.push(match select.value.is_empty() {
            true => "no recipe".to_owned(),
            false => format!("only {}", joined(&select.value)),
        });
    }
    if !entry.ignore.is_empty() {
        words.push(format!("{} off", joined(&entry.ignore)));
    }
    for (name, restraint) in &entry.safety {
        words.push(match restraint {
            Restraint::Review => format!("{} to review", name.value),
            Restraint::Manual => format!("{} not changed", name.value),
            Restraint::Off => format!("{} off", name.value),
        });
    }
    words.join("; ")
}

fn joined(texts: &[Sourced<String>]) -> String {
    let texts: Vec<&str> = texts.iter().map(|text| text.value.as_str()).collect();
    texts.join(", ")
}

/// Returns an entry in force as an object of `--format json`.
pub fn in_force_json(view: &View, in_force: &InForce) -> Object {
    let InForce { entry, files } = in_force;
    let mut object = vec![
        ("type", "per-path".into()),
        ("path", view.path(entry.place.path()).into()),
        ("line", entry.place.line().into()),
        ("files", (*files).into()),
    ];
    object.extend(entry_settings(entry));
    Object(object)
}
