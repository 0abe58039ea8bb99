//! Top-level chunks of a program → bytes: cells, line ends, BOM, form feeds, notebook JSON.

use super::random::Random;
use super::syntax::Form;

/// Returns the file.
pub(crate) fn dress(form: Form, chunks: Vec<String>, random: &mut Random) -> Vec<u8> {
    match form {
        Form::Module => python(chunks.concat(), random),
        Form::Percent => python(percent(&chunks, random), random),
        Form::Notebook => notebook(&chunks, random).into_bytes(),
    }
}

fn percent(chunks: &[String], random: &mut Random) -> String {
    let mut text = String::new();
    for chunk in chunks {
        let marker = random.pick(&[
            "# %%\n",
            "# %% level by hour\n",
            "#%%\n",
            "# %% [markdown]\n# Some text.\n\n# %%\n",
            "",
        ]);
        text.push_str(marker);
        text.push_str(chunk);
    }
    // Without a marker it would be a script.
    text.push_str("# %%\n");
    text
}

fn python(mut text: String, random: &mut Random) -> Vec<u8> {
    if random.chance(10) {
        text.insert_str(0, "\u{c}\n");
    }
    if random.chance(15) {
        text.truncate(text.trim_end_matches('\n').len());
    }
    text = match random.below(8) {
        0 | 1 => text.replace('\n', "\r\n"),
        2 => text.replace('\n', "\r"),
        3 => mixed(&text, random),
        _ => text,
    };
    if random.chance(8) {
        text.insert(0, '\u{feff}');
    }
    text.into_bytes()
}

/// Gives each line its own end. A `\r` never stands before an empty line: `\r\n` is one line end.
fn mixed(text: &str, random: &mut Random) -> String {
    let mut new = String::new();
    let mut lines = text.split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        new.push_str(line.trim_end_matches('\n'));
        let before_empty = lines.peek().is_none_or(|next| next.starts_with('\n'));
        if line.ends_with('\n') {
            let ends = if before_empty {
                &["\n", "\r\n"][..]
            } else {
                &["\n", "\r\n", "\r"]
            };
            new.push_str(random.pick(ends));
        }
    }
    new
}

fn notebook(chunks: &[String], random: &mut Random) -> String {
    let indent = random.pick(&[" ", "  "]);
    let as_text = random.chance(25);
    let minor = random.pick(&[5, 5, 4]);
    let cells: Vec<String> = chunks
        .iter()
        .enumerate()
        .map(|(idx, chunk)| cell(idx, chunk, as_text, indent))
        .map(|cell| match minor {
            4 => without_ids(&cell),
            _ => cell,
        })
        .collect();
    let end = random.pick(&["\n", ""]);
    format!(
        "{{\n{indent}\"cells\": [\n{}\n{indent}],\n{indent}\"metadata\": {{\"language_info\": {{\"name\": \"python\"}}, \"scale\": 1.10}},\n{indent}\"nbformat\": 4,\n{indent}\"nbformat_minor\": {minor}\n}}{end}",
        cells.join(",\n")
    )
}

fn cell(idx: usize, chunk: &str, as_text: bool, indent: &str) -> String {
    let source = source(chunk.trim_end_matches('\n'), as_text, indent);
    let kind = if idx % 4 == 3 {
        format!(
            "{{\"cell_type\": \"markdown\", \"id\": \"prose-{idx}\", \"metadata\": {{}}, \"source\": \"Level \\u00b5\"}},\n"
        )
    } else {
        String::new()
    };
    format!(
        "{kind}{{\n{indent}\"cell_type\": \"code\",\n{indent}\"execution_count\": {idx},\n{indent}\"id\": \"cell-{idx}\",\n{indent}\"metadata\": {{}},\n{indent}\"outputs\": [],\n{indent}\"source\": {source}\n}}"
    )
}

/// Cells have ids since the minor version 5.
fn without_ids(cell: &str) -> String {
    let mut rest = cell;
    let mut text = String::new();
    while let Some((before, behind)) = rest.split_once("\"id\": \"") {
        text.push_str(before);
        rest = behind
            .split_once(',')
            .map_or("", |(_, rest)| rest.trim_start());
    }
    text + rest
}

fn source(text: &str, as_text: bool, indent: &str) -> String {
    let json = |text: &str| serde_json::Value::from(text).to_string();
    if as_text {
        return json(text);
    }
    let lines: Vec<String> = text.split_inclusive('\n').map(json).collect();
    format!(
        "[\n{indent}{indent}{}\n{indent}]",
        lines.join(&format!(",\n{indent}{indent}"))
    )
}
