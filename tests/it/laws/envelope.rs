//! Notebook bytes before and after → whether anything but the `source` values differs (law 4), apart
//! from one cell of code more, at the end.

use serde_json::{Value, json};

/// Checks the bytes around the cells' sources; what is no notebook has none.
pub(crate) fn check(path: &str, before: &[u8], after: &[u8]) -> Result<(), String> {
    if !path.ends_with(".ipynb") {
        return Ok(());
    }
    let (old, new) = (outside_sources(before), outside_sources(after));
    if old == new || is_inserted(&old, &new) && has_one_cell_more(before, after) {
        return Ok(());
    }
    let (old, new) = (String::from_utf8_lossy(&old), String::from_utf8_lossy(&new));
    Err(format!(
        "law 4: the notebook around its sources was\n{old}\nis\n{new}"
    ))
}

/// Whether `new` is `old` with something put in at one place.
fn is_inserted(old: &[u8], new: &[u8]) -> bool {
    let same = |(one, other): &(&u8, &u8)| one == other;
    let head = old.iter().zip(new).take_while(same).count();
    let tail = old.iter().rev().zip(new.iter().rev()).take_while(same);
    new.len() > old.len() && head + tail.count() >= old.len()
}

/// Whether the last cell is new, as the format wants it, and the others are those that were there.
fn has_one_cell_more(before: &[u8], after: &[u8]) -> bool {
    let cells = |json: &[u8]| -> Option<(Vec<Value>, bool)> {
        let mut notebook: Value = serde_json::from_slice(json).ok()?;
        let has_ids = notebook["nbformat_minor"].as_u64() >= Some(5);
        let mut cells = notebook["cells"].as_array_mut().map(std::mem::take)?;
        for cell in &mut cells {
            cell["source"].take();
        }
        Some((cells, has_ids))
    };
    let (Some((old, has_ids)), Some((mut new, _))) = (cells(before), cells(after)) else {
        return false;
    };
    let Some(mut last) = new.pop() else {
        return false;
    };
    let id = last.as_object_mut().and_then(|cell| cell.remove("id"));
    let is_right = match &id {
        Some(Value::String(id)) => {
            let is_valid = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
            let is_taken = old.iter().any(|cell| cell["id"] == *id);
            has_ids && !is_taken && (1..=64).contains(&id.len()) && id.chars().all(is_valid)
        }
        Some(_) => false,
        None => !has_ids,
    };
    let blank = json!({"cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [], "source": null});
    is_right && old == new && last == blank
}

/// Returns the JSON with every `source` value left out but for its first byte: text or list.
fn outside_sources(json: &[u8]) -> Vec<u8> {
    const KEY: &[u8] = b"\"source\":";
    let mut rest = json;
    let mut kept = Vec::new();
    while let Some(at) = rest.windows(KEY.len()).position(|window| window == KEY) {
        let value = at + KEY.len();
        let start = value
            + rest[value..]
                .iter()
                .take_while(|byte| **byte == b' ')
                .count();
        kept.extend_from_slice(&rest[..=start]);
        rest = &rest[start + value_len(&rest[start..])..];
    }
    kept.extend_from_slice(rest);
    kept
}

/// Returns the length of the string, or list of strings, that `json` begins with.
fn value_len(json: &[u8]) -> usize {
    let (mut in_string, mut escaped) = (false, false);
    let is_list = json.first() == Some(&b'[');
    for (idx, byte) in json.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => {
                in_string = !in_string;
                if !in_string && !is_list {
                    return idx + 1;
                }
            }
            b']' if !in_string => return idx + 1,
            _ => {}
        }
    }
    json.len()
}

#[test]
fn a_change_outside_the_sources_is_seen() {
    let before = br#"{"cells": [{"id": "a", "source": ["x\n", "]y"]}], "n": 1.10}"#;
    let inside = br#"{"cells": [{"id": "a", "source": ["z"]}], "n": 1.10}"#;
    let outside = br#"{"cells": [{"id": "a", "source": ["z"]}], "n": 1.1}"#;
    assert!(check("n.ipynb", before, inside).is_ok());
    assert!(check("n.ipynb", before, outside).is_err());
}

#[test]
fn only_one_right_cell_at_the_end_is_no_such_change() {
    let notebook = |cells: &str| format!("{{\"cells\": [{cells}], \"nbformat_minor\": 5}}");
    let cell = |id: &str, source: &str| {
        format!(
            r#"{{"cell_type": "code", "execution_count": null, "id": "{id}", "metadata": {{}}, "outputs": [], "source": {source}}}"#
        )
    };
    let (one, two) = (cell("a", "\"x\""), cell("b", "[\"y\"]"));
    let before = notebook(&one);
    let is_right =
        |after: &str| check("n.ipynb", before.as_bytes(), notebook(after).as_bytes()).is_ok();
    assert!(is_right(&format!("{one}, {two}")));
    assert!(!is_right(&format!("{two}, {one}")));
    assert!(!is_right(&format!("{one}, {}", cell("a", "\"y\""))));
    assert!(!is_right(&format!("{one}, {}", cell("a b", "\"y\""))));
    assert!(!is_right(&format!("{one}, {two}, {}", cell("c", "\"y\""))));
    assert!(!is_right(&format!("{one}, {}", two.replace("null", "1"))));
    assert!(!is_right(&format!(
        "{one}, {}",
        two.replace("{}", "{\"x\": 1}")
    )));
}
