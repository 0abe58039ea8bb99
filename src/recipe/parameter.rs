//! What a recipe leaves to the project: typed values with defaults, set by a command line or a configuration.
//!
//! A value is put into the templates and messages while the recipe is compiled for a run, so that no
//! later stage knows of parameters.

use ruff_python_stdlib::identifiers::is_identifier;

use super::word::words;

/// One parameter of a recipe, with the value it has in this run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// `limit`: `$limit` in templates, `{limit}` in messages.
    pub name: String,
    /// What its value may be.
    pub kind: ParameterType,
    /// Its value where nobody sets it.
    pub default: Value,
    /// Its value in this run.
    pub value: Value,
    /// What it is for.
    pub about: String,
}

/// What a value may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterType {
    /// A whole number.
    Int,
    /// A number.
    Float,
    /// A text, which becomes a string of Python.
    Text,
    /// `true` or `false`.
    Bool,
    /// A name of Python, perhaps qualified: it is imported where it is used.
    Name,
}

words!(ParameterType: Int "int", Float "float", Text "text", Bool "bool", Name "name");

/// A value of the right type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// As typed, for people.
    pub shown: String,
    /// As Python.
    pub code: String,
}

/// What somebody set.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    /// The recipe's id.
    pub recipe: String,
    /// The parameter's name.
    pub name: String,
    /// The value.
    pub given: Given,
    /// Where it was set, for messages: `--param a.b`, `pyproject.toml:12`.
    pub origin: String,
}

/// A value before its type is checked.
#[derive(Debug, Clone, PartialEq)]
pub enum Given {
    /// Of no type yet, as a command line gives it.
    Typed(String),
    /// A text.
    Text(String),
    /// A whole number.
    Int(i64),
    /// A number.
    Float(f64),
    /// True or false.
    Bool(bool),
}

impl Given {
    /// Returns the value as a person would type it.
    pub fn shown(&self) -> String {
        match self {
            Self::Typed(text) | Self::Text(text) => text.clone(),
            Self::Int(number) => number.to_string(),
            // `30.0` stays a float in Python.
            Self::Float(number) => format!("{number:?}"),
            Self::Bool(flag) => flag.to_string(),
        }
    }

    /// Returns whether it may be read as a value of the type.
    fn suits(&self, kind: ParameterType) -> bool {
        match (self, kind) {
            (Self::Typed(_), _)
            | (Self::Text(_), ParameterType::Text | ParameterType::Name)
            | (Self::Int(_), ParameterType::Int | ParameterType::Float)
            | (Self::Float(_), ParameterType::Float)
            | (Self::Bool(_), ParameterType::Bool) => true,
            (Self::Text(_) | Self::Int(_) | Self::Float(_) | Self::Bool(_), _) => false,
        }
    }
}

impl ParameterType {
    /// Reads a value; `None` where it is of another type.
    pub fn read(self, given: &Given) -> Option<Value> {
        let shown = given.shown();
        let is_name = || shown.split('.').all(is_identifier);
        let is_finite = |number: f64| number.is_finite();
        let code = match self {
            _ if !given.suits(self) => return None,
            Self::Int => shown.parse::<i64>().is_ok().then(|| shown.clone())?,
            Self::Float => shown.parse().is_ok_and(is_finite).then(|| shown.clone())?,
            Self::Text => string(&shown),
            Self::Bool => match shown.as_str() {
                "true" => "True".to_owned(),
                "false" => "False".to_owned(),
                _ => return None,
            },
            Self::Name => is_name().then(|| shown.clone())?,
        };
        Some(Value { shown, code })
    }

    /// Says what a value must be.
    pub fn expected(self) -> &'static str {
        match self {
            Self::Int => "a whole number such as 10",
            Self::Float => "a number such as 2.5",
            Self::Text => "a text",
            Self::Bool => "true or false",
            Self::Name => "a name of Python such as package.function",
        }
    }
}

/// Spells a text as a string of Python.
fn string(text: &str) -> String {
    let mut code = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => code.extend(['\\', c]),
            '\n' => code.push_str("\\n"),
            c if c.is_control() => code.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => code.push(c),
        }
    }
    code.push('"');
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(kind: ParameterType, given: Given, expected: Option<&str>) {
        let read = kind.read(&given);
        assert_eq!(
            read.as_ref().map(|value| value.code.as_str()),
            expected,
            "{given:?}"
        );
    }

    fn typed(text: &str) -> Given {
        Given::Typed(text.to_owned())
    }

    #[test]
    fn a_command_line_gives_texts() {
        check(ParameterType::Int, typed("10"), Some("10"));
        check(ParameterType::Int, typed("ten"), None);
        check(ParameterType::Int, typed("2.5"), None);
        check(ParameterType::Float, typed("2.5"), Some("2.5"));
        check(ParameterType::Float, typed("30"), Some("30"));
        check(ParameterType::Float, typed("inf"), None);
        check(ParameterType::Bool, typed("true"), Some("True"));
        check(ParameterType::Bool, typed("yes"), None);
        check(ParameterType::Name, typed("a.b"), Some("a.b"));
        check(ParameterType::Name, typed("a-b"), None);
        check(ParameterType::Name, typed("class"), None);
        check(
            ParameterType::Text,
            typed("a \"b\"\\\n\u{7}ü"),
            Some(r#""a \"b\"\\\n\u0007ü""#),
        );
    }

    #[test]
    fn a_configuration_gives_types() {
        check(ParameterType::Int, Given::Int(3), Some("3"));
        check(ParameterType::Float, Given::Int(3), Some("3"));
        check(ParameterType::Float, Given::Float(30.0), Some("30.0"));
        check(ParameterType::Int, Given::Float(3.0), None);
        check(ParameterType::Int, Given::Text("3".to_owned()), None);
        check(ParameterType::Text, Given::Bool(true), None);
        check(ParameterType::Bool, Given::Bool(true), Some("True"));
    }
}
