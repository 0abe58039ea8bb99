//! A notebook's text → the code of its cells, as the kernel gets them.

use serde_json::Value;

/// Returns the code cells of an `.ipynb` or a `# %%` file.
pub(crate) fn cells(path: &str, text: &str) -> Vec<String> {
    if path.ends_with(".ipynb") {
        json_cells(text)
    } else {
        percent_cells(text)
    }
}

fn json_cells(text: &str) -> Vec<String> {
    let notebook: Value = serde_json::from_str(text).expect("an example is a notebook");
    let cells = notebook["cells"].as_array().expect("a notebook has cells");
    let source = |cell: &Value| match &cell["source"] {
        Value::Array(lines) => lines.iter().filter_map(Value::as_str).collect(),
        source => source.as_str().unwrap_or_default().to_owned(),
    };
    cells
        .iter()
        .filter(|cell| cell["cell_type"] == "code")
        .map(source)
        .collect()
}

fn percent_cells(text: &str) -> Vec<String> {
    let (mut cells, mut prose) = (vec![String::new()], false);
    for line in text.split_inclusive('\n') {
        if line.starts_with("# %%") || line.starts_with("#%%") {
            prose = line.contains("[markdown]") || line.contains("[raw]");
            cells.push(String::new());
        } else if !prose {
            cells.last_mut().expect("there is a cell").push_str(line);
        }
    }
    cells.retain(|cell| !cell.trim().is_empty());
    cells
}

#[test]
fn markers_divide_cells_and_prose_is_left_out() {
    let text = "x = 1\n# %% [markdown]\n# Level\n# %% title\ny = 2\n";
    assert_eq!(cells("a.py", text), ["x = 1\n", "y = 2\n"]);
}
