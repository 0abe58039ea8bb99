//! A code cell more at the end of a notebook, written as the code cells that are there.
//!
//! The last of them is the model: the order of its keys, and the white space between them. Nothing that
//! stands in the file is moved.

use std::fmt;
use std::ops::Range;

use ruff_text_size::{TextRange, TextSize};
use serde::Deserialize;
use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;

use super::ipynb::{Notebook, Source, span};
use super::json::strict;
use crate::text::edit::Edit;

/// The keys that the format gives a code cell; an id since its minor version 5.
const KEYS: [&str; 6] = [
    "cell_type",
    "execution_count",
    "id",
    "metadata",
    "outputs",
    "source",
];

/// The first minor version of the format whose cells have ids.
const WITH_IDS: u64 = 5;

/// How many characters an id may have.
const MAX_ID: usize = 64;

/// JSON that goes behind the last cell.
pub(super) struct NewCells {
    /// Where that ends.
    pub(super) at: usize,
    /// What stands there then, the comma included.
    pub(super) json: String,
}

#[derive(Deserialize)]
struct RawNotebook<'a> {
    nbformat_minor: Option<serde_json::Value>,
    #[serde(borrow)]
    cells: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct WithId {
    id: Option<serde_json::Value>,
}

impl Notebook {
    /// Returns what is written for `edits` that add cells; `None` where there is no cell to be like.
    pub(super) fn write_cells(&self, edits: &[Edit]) -> Option<NewCells> {
        let strict = strict(&self.json);
        let content = strict.trim_start_matches('\u{feff}');
        let raw: RawNotebook<'_> = serde_json::from_str(content).ok()?;
        let minor = raw.nbformat_minor.and_then(|minor| minor.as_u64());
        let cells: Vec<Range<usize>> = raw.cells.iter().map(|it| span(&strict, it.get())).collect();
        let last = cells.last()?.clone();
        let source = self.sources.last()?;
        let holds = |cell: &&Range<usize>| cell.contains(&source.value.start);
        let model = Model::read(&self.json, cells.iter().find(holds)?.clone())?;
        let separator = match cells.as_slice() {
            [.., before, _] => self.json[before.end..last.start].to_owned(),
            _ => {
                let before = &self.json[..last.start];
                match &before[before.trim_end().len()..] {
                    "" => model.comma.to_owned(),
                    blank => format!(",{blank}"),
                }
            }
        };
        let mut ids = ids(&raw.cells);
        let mut json = String::new();
        for edit in edits {
            let id = (minor >= Some(WITH_IDS)).then(|| fresh_id(&ids, cells.len() + 1));
            json.push_str(&separator);
            self.write_cell(&model, source, id.as_deref(), edit, &mut json);
            ids.extend(id);
        }
        Some(NewCells { at: last.end, json })
    }

    fn write_cell(
        &self,
        model: &Model,
        source: &Source,
        id: Option<&str>,
        edit: &Edit,
        json: &mut String,
    ) {
        // The first line end parts it from the cell before.
        let code = edit.text().strip_prefix('\n').unwrap_or(edit.text());
        let blank = Source {
            literals: Vec::new(),
            range: TextRange::empty(TextSize::new(0)),
            ..source.clone()
        };
        json.push_str(model.open);
        let keys = model.keys.iter().map(String::as_str);
        let lacking = KEYS.iter().copied().filter(|key| !model.has(key));
        let keys = keys
            .chain(lacking)
            .filter(|key| *key != "id" || id.is_some());
        for (index, key) in keys.enumerate() {
            json.push_str(if index == 0 { "" } else { model.comma });
            json.extend(["\"", key, "\"", model.colon]);
            match key {
                "cell_type" => json.push_str("\"code\""),
                "id" => json.extend(["\"", id.unwrap_or_default(), "\""]),
                "metadata" => json.push_str("{}"),
                "outputs" => json.push_str("[]"),
                "source" => {
                    let all = [Edit::insertion(TextSize::new(0), code)];
                    self.write_source(&blank, "", &all, json);
                }
                _ => json.push_str("null"),
            }
        }
        json.push_str(model.close);
    }
}

/// How a code cell is written.
struct Model<'a> {
    /// From its brace to its first key.
    open: &'a str,
    /// Its keys, as far as the format has them.
    keys: Vec<String>,
    /// Between key and value.
    colon: &'a str,
    /// Between value and next key.
    comma: &'a str,
    /// From its last value to its brace.
    close: &'a str,
}

impl<'a> Model<'a> {
    fn read(json: &'a str, cell: Range<usize>) -> Option<Self> {
        let raw = &json[cell];
        // Numbers that the standard does not have stand in outputs: `strict` keeps their length.
        let strict = strict(raw);
        let Entries(entries) = serde_json::from_str(&strict).ok()?;
        let values: Vec<Range<usize>> = entries
            .iter()
            .map(|(_, value)| span(&strict, value.get()))
            .collect();
        let [first, second, ..] = values.as_slice() else {
            return None;
        };
        let open = &raw[..raw.find('"')?];
        let key = &raw[..first.start];
        let between = &raw[first.end..second.start];
        let keys = entries.into_iter().map(|(key, _)| key);
        Some(Self {
            open,
            keys: keys.filter(|key| KEYS.contains(&key.as_str())).collect(),
            colon: &key[key.rfind('"')? + 1..],
            comma: &between[..between.find('"')?],
            close: &raw[values.last()?.end..],
        })
    }

    fn has(&self, key: &str) -> bool {
        self.keys.iter().any(|own| own == key)
    }
}

/// The entries of an object, in their order.
struct Entries<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Entries<'a> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Entries<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

fn ids(cells: &[&RawValue]) -> Vec<String> {
    let ids = cells.iter().filter_map(|cell| {
        let WithId { id } = serde_json::from_str(cell.get()).ok()?;
        Some(id?.as_str()?.to_owned())
    });
    ids.collect()
}

/// Where the ids count, the next one; else `cell-` and the cell's number. The same in every run.
fn fresh_id(ids: &[String], number: usize) -> String {
    let is_free = |id: &String| !ids.contains(id) && id.len() <= MAX_ID;
    let counted = counted(ids).filter(is_free);
    let mut numbered = (number..).map(|number| format!("cell-{number}"));
    counted
        .or_else(|| numbered.find(is_free))
        .unwrap_or_default()
}

/// The id behind the last one, if all are one stem and a number.
fn counted(ids: &[String]) -> Option<String> {
    let last = ids.last()?;
    let stem = last.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = &last[stem.len()..];
    let is_number = |id: &String| {
        let number = id.strip_prefix(stem);
        number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let is_valid = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let counts = !stem.is_empty() && stem.chars().all(is_valid) && ids.iter().all(is_number);
    let next = digits.parse::<u64>().ok()?.checked_add(1)?;
    counts.then(|| format!("{stem}{next:0width$}", width = digits.len()))
}

#[cfg(test)]
mod tests {
    use super::super::ipynb;
    use super::*;

    /// Adds a cell of two lines to a notebook.
    #[track_caller]
    fn added(json: &str) -> String {
        let (notebook, text, _) = ipynb::read(json.to_owned()).expect("a notebook");
        let end = TextSize::of(text.as_str());
        let edits = [Edit::new_cell(end, "\nend()\nawait done()")];
        let json = notebook.edited(&text, &edits).expect("a cell can be added");
        let (_, again, cells) = ipynb::read(json.clone()).expect("still a notebook");
        assert_eq!(again, format!("{text}\nend()\nawait done()"));
        let last = cells.last().map(|cell| &again[cell.range]);
        assert_eq!(last, Some("end()\nawait done()"));
        json
    }

    #[track_caller]
    fn check(before: &str, old_end: &str, new_end: &str) {
        let stem = before.strip_suffix(old_end).expect("the notebook ends so");
        assert_eq!(added(before), format!("{stem}{new_end}"));
    }

    #[test]
    fn a_cell_is_written_like_the_last_code_cell() {
        check(
            "{\n \"cells\": [\n  {\n   \"cell_type\": \"code\",\n   \"execution_count\": 3,\n   \"id\": \"a-1\",\n   \
             \"metadata\": {\"tags\": []},\n   \"outputs\": [{\"x\": NaN}],\n   \"source\": [\n    \"x\"\n   ]\n  }\n ],\n \
             \"nbformat\": 4,\n \"nbformat_minor\": 5\n}\n",
            "\n ],\n \"nbformat\": 4,\n \"nbformat_minor\": 5\n}\n",
            ",\n  {\n   \"cell_type\": \"code\",\n   \"execution_count\": null,\n   \"id\": \"a-2\",\n   \
             \"metadata\": {},\n   \"outputs\": [],\n   \"source\": [\n    \"end()\\n\",\n    \"await done()\"\n   ]\n  }\
             \n ],\n \"nbformat\": 4,\n \"nbformat_minor\": 5\n}\n",
        );
    }

    #[test]
    fn it_keeps_the_order_of_keys_and_stands_behind_prose() {
        check(
            r##"{"cells":[{"source":"x","cell_type":"code","outputs":[],"own":1,"execution_count":null,"metadata":{}},{"cell_type":"markdown","metadata":{},"source":"# t"}],"nbformat":4,"nbformat_minor":2}"##,
            r#"],"nbformat":4,"nbformat_minor":2}"#,
            r#",{"source":"end()\nawait done()","cell_type":"code","outputs":[],"execution_count":null,"metadata":{}}],"nbformat":4,"nbformat_minor":2}"#,
        );
    }

    #[test]
    fn what_the_model_lacks_is_added() {
        check(
            "\u{feff}{\"cells\": [{\"cell_type\": \"code\", \"source\": [\"x\"]}], \"nbformat\": 4, \"nbformat_minor\": 5}",
            "], \"nbformat\": 4, \"nbformat_minor\": 5}",
            ", {\"cell_type\": \"code\", \"source\": [\"end()\\n\", \"await done()\"], \"execution_count\": null, \
             \"id\": \"cell-2\", \"metadata\": {}, \"outputs\": []}], \"nbformat\": 4, \"nbformat_minor\": 5}",
        );
    }

    #[track_caller]
    fn check_id(ids: &[&str], expected: &str) {
        let ids: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
        assert_eq!(fresh_id(&ids, ids.len() + 1), expected);
    }

    #[test]
    fn an_id_is_fresh_and_the_same_in_every_run() {
        check_id(&["tk00", "tk01"], "tk02");
        check_id(&["tk1", "tk9"], "tk10");
        check_id(&["tk2", "tk3", "tk2"], "cell-4");
        check_id(&["3fa9", "b01c"], "cell-3");
        check_id(&["cell-3", "x"], "cell-4");
        check_id(&["cell-3", "cell-2"], "cell-4");
        check_id(&["7", "8"], "cell-3");
        check_id(&["a b1"], "cell-2");
        check_id(&[], "cell-1");
    }
}
