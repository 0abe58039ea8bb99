//! Notebook bytes before and after → whether anything but the `source` values differs (law 4).

/// Checks the bytes around the cells' sources; what is no notebook has none.
pub(crate) fn check(path: &str, before: &[u8], after: &[u8]) -> Result<(), String> {
    if !path.ends_with(".ipynb") {
        return Ok(());
    }
    let (old, new) = (outside_sources(before), outside_sources(after));
    if old == new {
        return Ok(());
    }
    let (old, new) = (String::from_utf8_lossy(&old), String::from_utf8_lossy(&new));
    Err(format!(
        "law 4: the notebook around its sources was\n{old}\nis\n{new}"
    ))
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
