//! What is known of a campaign's repositories → a page that needs no other file and no network.

use std::io::{self, Write};
use std::path::Path;

use serde_json::Value;

use super::{line, sum};
use crate::batch::logs::LogKind;
use crate::batch::record::MemberState;
use crate::text::markup::Markup;

const HEAD: &str = include_str!("page.html");

/// Lines of a diff or log that are shown.
const LINES: usize = 5000;

/// Bytes of it that are shown.
const BYTES: usize = 1 << 20;

/// Writes the page; logs are below `workdir`.
///
/// # Errors
/// The writer fails.
pub fn write(
    out: &mut dyn Write,
    branch: &str,
    workdir: &Path,
    all: &[MemberState],
) -> io::Result<()> {
    let mut html = Markup::default();
    html.raw(HEAD);
    html.raw("<h1>");
    html.text(branch);
    html.raw("</h1>\n<p>");
    html.text(&sum(all));
    html.raw("</p>\n<table>\n<tr><th>Repository<th>Result<th>Changes<th>Files<th>Taken back<th>Findings<th>Seconds</tr>\n");
    for (nth, known) in all.iter().enumerate() {
        add_row(&mut html, nth, known);
    }
    html.raw("</table>\n");
    out.write_all(String::from(html).as_bytes())?;
    // One after the other: a campaign may have thousands.
    for (nth, known) in all.iter().enumerate() {
        let mut html = Markup::default();
        add_section(&mut html, nth, known, workdir);
        out.write_all(String::from(html).as_bytes())?;
    }
    Ok(())
}

fn add_row(html: &mut Markup, nth: usize, known: &MemberState) {
    let word = known.step.word();
    html.raw(&format!("<tr class=\"{word}\"><td><a href=\"#r{nth}\">"));
    html.text(&known.name);
    html.raw("</a><td>");
    html.raw(word);
    if let Some(url) = &known.pull_request {
        html.raw(", ");
        add_link(html, url);
    }
    let numbers = [known.changes, known.files, known.taken_back, known.findings];
    for number in numbers {
        html.raw(&format!("<td class=\"n\">{number}"));
    }
    html.raw(&format!("<td class=\"n\">{:.1}</tr>\n", known.seconds()));
}

/// A link leads to a page, never to a script.
fn add_link(html: &mut Markup, url: &str) {
    if !url.starts_with("https://") && !url.starts_with("http://") {
        return html.text(url);
    }
    html.raw("<a href=\"");
    html.text(url);
    html.raw("\">");
    html.text(url);
    html.raw("</a>");
}

fn add_section(html: &mut Markup, nth: usize, known: &MemberState, workdir: &Path) {
    html.raw(&format!("<section id=\"r{nth}\">\n<h2>"));
    html.text(&known.name);
    html.raw("</h2>\n");
    html.sentence("", "", &line(known));
    html.sentence("faint", "", &known.source);
    let read = |kind: LogKind| kind.read(workdir, &known.name);
    let objects = read(LogKind::Objects);
    let findings: Vec<Value> = objects
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|object| object["type"] == "finding")
        .collect();
    if !findings.is_empty() {
        html.raw(&format!(
            "<details><summary>Findings ({})</summary><ul>\n",
            findings.len()
        ));
        findings
            .iter()
            .for_each(|finding| add_finding(html, finding));
        html.raw("</ul></details>\n");
    }
    add_block(html, "Diff", &read(LogKind::Patch), |line| {
        match line.as_bytes().first() {
            Some(b'+') => "a",
            Some(b'-') => "d",
            Some(b'@') => "h",
            _ => "",
        }
    });
    add_block(html, "What the checks said", &read(LogKind::Checks), |_| "");
    add_block(html, "Log", &read(LogKind::Errors), |_| "");
    html.raw("</section>\n");
}

fn add_finding(html: &mut Markup, finding: &Value) {
    let text = |key: &str| finding[key].as_str().unwrap_or_default();
    let number = |key: &str| finding[key].as_u64().unwrap_or_default();
    html.raw("<li><code>");
    let (path, line, column) = (text("path"), number("line"), number("column"));
    html.text(&format!("{path}:{line}:{column}"));
    html.raw("</code> ");
    html.text(text("recipe"));
    html.raw(": ");
    html.words(text("reason"));
    html.raw("</li>\n");
}

/// Adds a text that can be opened; `class` is that of a line.
fn add_block(html: &mut Markup, title: &str, text: &str, class: impl Fn(&str) -> &'static str) {
    if text.trim().is_empty() {
        return;
    }
    let end = text.floor_char_boundary(BYTES);
    let (text, rest) = text.split_at(end);
    let number = text.lines().count() + rest.lines().count();
    html.raw("<details><summary>");
    html.text(title);
    html.raw("</summary><pre>");
    for line in text.lines().take(LINES) {
        match class(line) {
            "" => html.text(line),
            class => {
                html.raw(&format!("<span class=\"{class}\">"));
                html.text(line);
                html.raw("</span>");
            }
        }
        html.raw("\n");
    }
    let shown = text.lines().count().min(LINES);
    if number > shown {
        html.text(&format!("… and {} lines more", number - shown));
    }
    html.raw("</pre></details>\n");
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::batch::record::Progress;

    #[test]
    fn nothing_that_a_repository_says_is_a_tag() {
        let folder = tempfile::tempdir().expect("there is room");
        let logs = folder.path().join("logs");
        fs::create_dir(&logs).expect("it is ours");
        fs::write(logs.join("a.patch"), "+<script>x</script>\n-y\n").expect("it is ours");
        let finding = "{\"type\":\"finding\",\"path\":\"a<b.py\",\"line\":3,\"column\":1,\"recipe\":\"r\",\"reason\":\"use `x<y`\"}\n";
        fs::write(logs.join("a.jsonl"), finding).expect("it is ours");
        let known = MemberState {
            step: Progress::Failed,
            detail: "<b>".to_owned(),
            pull_request: Some("javascript:alert(1)".to_owned()),
            ..MemberState::new("a", "/a&b", "x")
        };
        let mut out = Vec::new();
        write(&mut out, "<i>", folder.path(), &[known]).expect("a vector takes everything");
        let page = String::from_utf8_lossy(&out).into_owned();
        for tag in ["<script", "<b>", "<i>", "href=\"javascript"] {
            assert!(!page.contains(tag), "{tag}: {page}");
        }
        for shown in [
            "<span class=\"a\">+&lt;script&gt;x",
            "<code>a&lt;b.py:3:1</code> r: use <code>x&lt;y</code>",
            "failed: &lt;b&gt;",
            "/a&amp;b",
        ] {
            assert!(page.contains(shown), "{shown}: {page}");
        }
    }
}
