//! The types of [`schema`] → a JSON Schema (2020-12) for editors, and the reference of the language.
//!
//! It is made from the data that files are checked with, so that it cannot say anything else. What
//! keys and types cannot express (Python, captures, order) is checked while compiling.

use serde_json::{Map, Value, json};

use super::schema::{self, ACTIONS, EDITS_ALONE};
use super::shape::{Field, Keys, Shape, UNKNOWN};
use super::table::Library;

/// Where a name of Python ends.
const NAME: &str = r"[^\s\d.,:()\[\]{}$'\x22][^\s.,:()\[\]{}$'\x22]*";

const VERSION: &str = r"3\.\d+";

/// `match` with one letter too much, too few or of another kind, which is no name of a rule.
const MISSPELT_MATCH: &str = "^(.?atch|m.?tch|ma.?ch|mat.?h|matc.?|.match|m.atch|ma.tch|mat.ch|matc.h|match.|amtch|mtach|macth|mathc)$";

/// Makes the schema of a file of the given type; the kinds and roles are offered where one is
/// expected.
pub fn json_schema(root: &'static Shape, title: &str, library: &Library) -> Value {
    let mut writer = Writer {
        library,
        definitions: Map::new(),
    };
    let mut schema = Map::new();
    schema.insert(
        "$schema".to_owned(),
        json!("https://json-schema.org/draft/2020-12/schema"),
    );
    schema.insert("title".to_owned(), json!(title));
    schema.extend(writer.content(root));
    if std::ptr::eq(root, &schema::RECIPE) {
        schema.extend(does_of_verbs());
    }
    for (name, laws) in laws() {
        if let Some(definition) = writer
            .definitions
            .get_mut(name)
            .and_then(Value::as_object_mut)
        {
            definition.extend(object(laws));
        }
    }
    if !writer.definitions.is_empty() {
        schema.insert("$defs".to_owned(), Value::Object(writer.definitions));
    }
    Value::Object(schema)
}

/// What holds between the keys of a map.
fn laws() -> [(&'static str, Value); 2] {
    let action = || ACTIONS.iter().map(|action| json!({"required": [action]}));
    let follow_up = EDITS_ALONE.iter().map(|it| json!({"required": [it]}));
    let no_action = json!({
        "anyOf": follow_up.collect::<Vec<_>>(),
        "not": {"anyOf": action().collect::<Vec<_>>()},
    });
    let alone = action().chain([no_action]);
    // A map of patterns stands in the place of `match`.
    let compared = json!([
        {"not": {"anyOf": [{"required": ["id"]}, {"required": ["match"]}]}},
        {
            "required": ["match"],
            "properties": {"collect": {"type": "string", "description": "a metavariable"}},
        },
        {
            "required": ["collect"],
            "properties": {
                "match": false,
                "collect": {"type": "object", "description": "patterns by names"},
            },
        },
    ]);
    let whole = json!({"oneOf": alone.collect::<Vec<_>>(), "anyOf": compared});
    // A body may have what it lacks.
    let mut rule = object(json!({"anyOf": [{"required": ["use"]}, whole]}));
    rule.extend(object(named_rule()));
    let rule = Value::Object(rule);
    let example = json!({"oneOf": [
        {"required": ["before", "after"], "properties": {"unchanged": false}},
        {"required": ["unchanged"], "properties": {"before": false, "after": false}},
    ]});
    [("rule", rule), ("example", example)]
}

/// A key that is none of a rule's is its name, in the place of `id` and `match`.
fn named_rule() -> Value {
    let keys: Vec<&str> = schema::rule_fields().iter().map(|it| it.key).collect();
    json!({
        "propertyNames": {"anyOf": [
            {"enum": keys},
            {"pattern": "^[a-z0-9-]+$", "not": {"pattern": MISSPELT_MATCH}},
        ]},
        "if": {"not": {"propertyNames": {"enum": keys}}},
        "then": {"properties": {"id": false, "match": false}},
        "else": {"anyOf": [{"required": ["use"]}, {"required": ["match"]}, {"required": ["collect"]}]},
    })
}

/// A rule with a verb says what it does, or the recipe does for all.
fn does_of_verbs() -> Map<String, Value> {
    let verbs = ACTIONS.iter().filter(|action| **action != "report");
    let verbs = verbs.chain(EDITS_ALONE);
    let says = verbs.map(|verb| ((*verb).to_owned(), json!(["does"])));
    let rules = json!({
        "description": "each says what it does where the recipe does not",
        "items": {"anyOf": [
            {"required": ["use"]},
            {"dependentRequired": says.collect::<Map<_, _>>()},
        ]},
    });
    object(json!({"anyOf": [{"required": ["does"]}, {"properties": {"rules": rules}}]}))
}

/// `<name>`: a condition of the recipe, or a text that the rule gives by `with`.
fn given() -> Value {
    json!({"type": "string", "pattern": "^<[^<>]+>$"})
}

struct Writer<'l> {
    library: &'l Library,
    definitions: Map<String, Value>,
}

impl Writer<'_> {
    /// A type that has a name stands once, and others refer to it: conditions hold patterns, which
    /// hold conditions.
    fn shape(&mut self, shape: &'static Shape) -> Map<String, Value> {
        let named = schema::NAMED
            .iter()
            .find(|(_, named)| std::ptr::eq(*named, shape));
        let Some((name, _)) = named else {
            return self.content(shape);
        };
        if !self.definitions.contains_key(*name) {
            self.definitions.insert((*name).to_owned(), Value::Null);
            let content = Value::Object(self.content(shape));
            let content = match std::ptr::eq(shape, &schema::CONDITION) {
                // A recipe names conditions that several of its rules have.
                true => json!({"anyOf": [content, given()]}),
                false => content,
            };
            self.definitions.insert((*name).to_owned(), content);
        }
        object(json!({"$ref": format!("#/$defs/{name}")}))
    }

    fn content(&mut self, shape: &'static Shape) -> Map<String, Value> {
        match shape {
            Shape::Any(element) => self.one_or_list(element, 1),
            Shape::AnyOrNone(element) => self.one_or_list(element, 0),
            Shape::List(element) => {
                let items = self.shape(element);
                object(json!({"type": "array", "items": items, "minItems": 1}))
            }
            Shape::Either(scalar, map) => {
                let either = [self.shape(scalar), self.shape(map)];
                object(json!({"anyOf": either}))
            }
            Shape::Map(keys) => self.map(keys),
            Shape::OneOf(fields) => {
                let properties = self.properties(fields);
                let of_row = fields.first().map(|field| self.shape(field.shape));
                object(json!({
                    "type": "object",
                    "properties": properties,
                    // The word may be the row's, where the rules range over a table.
                    "patternProperties": {r"^\$row\.": of_row},
                    "additionalProperties": false,
                    "minProperties": 1,
                    "maxProperties": 1,
                }))
            }
            Shape::Entries(value) => {
                let value = self.shape(value);
                object(json!({"type": "object", "additionalProperties": value}))
            }
            Shape::Row => object(json!({"type": "object", "minProperties": 1})),
            scalar => self.scalar(scalar),
        }
    }

    fn one_or_list(&mut self, element: &'static Shape, at_least: usize) -> Map<String, Value> {
        let element = self.shape(element);
        let list = json!({"type": "array", "items": element, "minItems": at_least});
        object(json!({"anyOf": [element, list]}))
    }

    fn map(&mut self, keys: &'static Keys) -> Map<String, Value> {
        let properties = self.properties(keys.fields);
        let is_required = |field: &&Field| field.required && field.or.is_none();
        let required = keys.fields.iter().filter(is_required);
        let required: Vec<&str> = required.map(|field| field.key).collect();
        let mut map = object(json!({
            "type": "object",
            "properties": properties,
            "additionalProperties": false,
            "minProperties": 1,
        }));
        if !required.is_empty() {
            map.insert("required".to_owned(), json!(required));
        }
        if std::ptr::eq(keys.fields, schema::rule_fields()) {
            // The name of a short rule, with its pattern.
            let pattern = self.shape(&schema::PATTERNS);
            map.insert("additionalProperties".to_owned(), json!(pattern));
        }
        if let Some(capture) = keys.captures {
            let capture = self.shape(capture);
            map.insert("patternProperties".to_owned(), json!({r"^\$": capture}));
        }
        map
    }

    fn properties(&mut self, fields: &'static [Field]) -> Map<String, Value> {
        let property = |field: &'static Field| {
            let mut schema = self.shape(field.shape);
            schema.insert("description".to_owned(), json!(field.about));
            (field.key.to_owned(), Value::Object(schema))
        };
        fields.iter().map(property).collect()
    }

    fn scalar(&self, shape: &Shape) -> Map<String, Value> {
        object(match shape {
            Shape::Flag => json!({"type": "boolean"}),
            Shape::Word(words) | Shape::WordElse(words, _) => json!({"enum": words}),
            Shape::WordOrUnknown(words) => {
                let words: Vec<&str> = words.iter().copied().chain([UNKNOWN]).collect();
                json!({"anyOf": [{"enum": words}, given()]})
            }
            Shape::Name => names(""),
            Shape::Names => names("|<[^<>]+>"),
            Shape::Globs => names(r"(\.\*)?|<[^<>]+>"),
            Shape::Kind => {
                let rows = self.library.kinds.rows.iter();
                let kinds: Vec<&str> = rows.map(|kind| &*kind.id).collect();
                json!({"anyOf": [
                    {"enum": kinds},
                    {"type": "string", "pattern": r"\S", "description": "a qualified or a builtin class"},
                ]})
            }
            Shape::Role => {
                let roles = self.library.roles.names().into_iter();
                json!({"enum": roles.chain([UNKNOWN]).collect::<Vec<_>>()})
            }
            Shape::Capture => json!({"type": "string", "pattern": format!(r"^\${NAME}$")}),
            // Without quotes YAML reads a number.
            Shape::Version => {
                json!({"type": ["string", "number"], "pattern": format!("^{VERSION}$"), "minimum": 3, "exclusiveMaximum": 4})
            }
            Shape::Requirement => {
                let clause = format!(r"\s*(>=|<)\s*{VERSION}\s*");
                json!({"type": "string", "pattern": format!("^{clause}(,{clause})?$")})
            }
            // Every plain word is text here, also one that YAML reads as a number or a truth.
            _ => json!({"type": ["string", "number", "boolean"], "pattern": r"\S"}),
        })
    }
}

/// A qualified name, or what else may be there.
fn names(more: &str) -> Value {
    let part = format!(r"({NAME}|\({NAME}(\|{NAME})*\))");
    json!({"type": "string", "pattern": format!(r"^((\$row\.)?{part}(\.{part})*{more})$")})
}

/// Takes the entries of what is an object.
fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(entries) => entries,
        _ => Map::new(),
    }
}
