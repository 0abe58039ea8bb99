//! The review as a page in a file: every change is in it, and nothing of a user's code is more than text.

use std::collections::BTreeSet;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use regex::Regex;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::support::Project;

/// Code, names and comments that would like to be more than text.
pub(crate) const HOSTILE: &str = "\
//- pyproject.toml
[project]
name = 'gauges'
requires-python = '>=3.11'
//- a.py
import asyncio
import time


async def poll():
    # </pre><script>alert(1)</script> {{contents}} {{script}} &lt; <!-- ]]>
    name = '</script><script>alert(2)</script>\" onclick=\"x'
    time.sleep(1)
    return name + '\u{202e}\u{2028}'
//- <img src=x onerror=alert(1)> & 'b'.py
import asyncio
import time


async def poll(s):
    time.sleep(len('</script><b>'))
//- cells.ipynb
{\"cells\": [{\"cell_type\": \"code\", \"execution_count\": null, \"id\": \"a\", \"metadata\": {}, \"outputs\": [],
\"source\": [\"import time\\n\", \"async def f():\\n\", \"    time.sleep(1)  # <u>\"]}],
\"metadata\": {}, \"nbformat\": 4, \"nbformat_minor\": 5}
";

/// What stands in the page of a project.
struct Page {
    project: Project,
    text: String,
}

impl Page {
    #[track_caller]
    fn new(files: &str, words: &[&str]) -> Self {
        let project = Project::new(files);
        Self::of(project, words)
    }

    #[track_caller]
    fn of(project: Project, words: &[&str]) -> Self {
        let run = project.run(&[&["review", "--html", "page.html"], words].concat());
        assert_eq!((run.code, &*run.stderr), (Some(0), ""), "{run:?}");
        assert!(run.stdout.contains(" in page.html, "), "{run:?}");
        let text = project.text("page.html");
        Self { project, text }
    }

    #[track_caller]
    fn between(&self, begin: &str, end: &str) -> &str {
        let (_, rest) = self.text.split_once(begin).expect("it begins");
        rest.split_once(end).expect("it ends").0
    }

    #[track_caller]
    fn contents(&self) -> Value {
        let json = self.between(
            r#"<script type="application/json" id="contents">"#,
            "</script>",
        );
        serde_json::from_str(json).expect("it is JSON")
    }

    /// Returns the page without its style and scripts.
    fn body(&self) -> String {
        let scripts = Regex::new(r"(?s)<(script|style)([^>]*)>.*?</(script|style)>");
        let scripts = scripts.expect("it is a pattern");
        scripts.replace_all(&self.text, "<$1$2></$3>").into_owned()
    }

    /// Returns what a person reads.
    fn words(&self) -> String {
        let tags = Regex::new(r"<[^>]*>").expect("it is a pattern");
        let body = self.body();
        let text = tags.replace_all(&body, "");
        let entities = [
            ("&lt;", "<"),
            ("&gt;", ">"),
            ("&quot;", "\""),
            ("&#39;", "'"),
        ];
        let text = entities
            .iter()
            .fold(text.into_owned(), |text, (entity, sign)| {
                text.replace(entity, sign)
            });
        text.replace("&amp;", "&")
    }
}

#[test]
fn every_change_of_the_review_is_in_it() {
    let page = Page::of(Project::with_examples(), &["examples"]);
    let diff = ["diff", "--safety", "review", "--format", "json", "examples"];
    let changes = page.project.run(&diff).of_type("change");
    let ids = |all: &[Value], name: &str| -> BTreeSet<String> {
        all.iter()
            .map(|it| it[name].as_str().expect("it has a name").to_owned())
            .collect()
    };
    let contents = page.contents();
    let rows = contents["changes"].as_array().expect("it has changes");
    assert!(rows.len() > 20, "{}", rows.len());
    assert_eq!(ids(rows, "id"), ids(&changes, "change"));
    assert_eq!(page.text.matches("<article ").count(), rows.len());
    for change in &changes {
        let words = page.words();
        let reason = change["reason"].as_str().expect("it has a reason");
        assert!(words.contains(&reason.replace('`', "")), "{reason}");
    }
}

#[test]
fn a_diff_is_read_without_a_script() {
    let page = Page::new(HOSTILE, &[]);
    let words = page.words();
    for text in [
        concat!(
            "\n     name = '</script><script>alert(2)</script>\" onclick=\"x'\n",
            "-    time.sleep(1)\n",
            "+    await asyncio.sleep(1)\n",
            "     return name + '\\u{202e}\\u{2028}'\n",
        ),
        "a.py:8:5",
        "cell 1, line 1",
        "-    time.sleep(1)  # <u>\n+    await asyncio.sleep(1)  # <u>\n",
        "<img src=x onerror=alert(1)> & 'b'.py:6:5",
        "3 changes: 0 accepted, 0 rejected, 3 open",
        "Without JavaScript this page is to be read only",
    ] {
        assert!(words.contains(text), "no {text:?} in\n{words}");
    }
}

#[test]
fn nothing_of_a_project_is_a_tag_an_attribute_or_a_script() {
    let project = Project::new(HOSTILE);
    let decided = Page::of(project, &[]).contents();
    let id = &decided["changes"][0]["id"];
    let decisions = serde_json::json!({"version": 1, "decisions": [
        {"change": id, "verdict": "reject", "by": "</script><i>", "note": "<b onclick=x>no</b></script>"},
    ]});
    let project = Project::new(HOSTILE);
    project.write("awaitify-decisions.json", decisions.to_string());
    let page = Page::of(project, &["--by", "</script><script>alert(3)</script>"]);
    assert_eq!(page.contents()["by"], "</script><script>alert(3)</script>");
    assert!(
        page.words()
            .contains("Comment: <b onclick=x>no</b></script>")
    );
    let tag = Regex::new(r"<[/!]?([a-zA-Z0-9]+)([^<>]*)>").expect("it is a pattern");
    let attribute = Regex::new(r#" ([a-z-]+)(?:="[^"]*")?"#).expect("it is a pattern");
    let body = page.body();
    assert_eq!(body.matches('<').count(), tag.find_iter(&body).count());
    let known = "article b body button code dd del dialog div doctype form h1 h2 h3 head header html i input \
        ins kbd label li main mark meta nav noscript option p pre script select span style table td th title \
        tr ul wbr a";
    let attributes = "aria-label aria-labelledby aria-pressed autocomplete charset checked class content \
        data-key data-letter data-n data-o for hidden href html http-equiv id lang method name placeholder \
        role scope spellcheck tabindex type value";
    for found in tag.captures_iter(&body) {
        assert!(
            known.split_whitespace().any(|it| it == &found[1]),
            "{}",
            &found[0]
        );
        for named in attribute.captures_iter(&found[2]) {
            let is_known = attributes.split_whitespace().any(|it| it == &named[1]);
            assert!(is_known, "{} in {}", &named[1], &found[0]);
        }
    }
    // Links go nowhere but to the page itself.
    assert_eq!(
        body.matches("href=\"").count(),
        body.matches("href=\"#").count()
    );
    assert_eq!(
        page.text.matches("<script").count()
            - page
                .between("<script>", "</script>")
                .matches("<script")
                .count(),
        2
    );
}

#[test]
fn the_policy_allows_the_own_script_and_style_only() {
    let page = Page::new(HOSTILE, &[]);
    let hash = |tag: &str| {
        let text = page.between(&format!("<{tag}>"), &format!("</{tag}>"));
        BASE64_STANDARD.encode(Sha256::digest(text))
    };
    let expected = format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        hash("script"),
        hash("style")
    );
    let policy = page.between("http-equiv=\"Content-Security-Policy\" content=\"", "\">");
    assert_eq!(policy, expected);
    for word in [
        "http://",
        "https://",
        "@import",
        "url(",
        "innerHTML",
        "eval(",
    ] {
        assert!(!page.text.contains(word), "{word}");
    }
}

#[test]
fn what_was_decided_is_shown_and_kept_as_it_is() {
    let files = "\
//- a.py
import asyncio
import time


async def poll():
    time.sleep(1)


async def later():
    time.sleep(2)
";
    let ids = Page::new(files, &[]).contents();
    let id = |at: usize| &ids["changes"][at]["id"];
    let edited = serde_json::json!([{"before": "    time.sleep(1)\n", "after": "    await asyncio.sleep(9)\n"}]);
    let decisions = serde_json::json!({"version": 1, "decisions": [
        {"change": id(0), "verdict": "accept", "edited": edited, "note": "longer"},
        // It was decided of another code.
        {"change": id(1), "verdict": "reject", "fingerprint": "000000000000"},
        {"change": "gone-000000000000", "verdict": "reject"},
    ]});
    let project = Project::new(files);
    project.write("known.json", decisions.to_string());
    let page = Page::of(project, &["--decisions", "known.json"]);
    let words = page.words();
    for text in [
        "2 changes: 1 accepted, 0 rejected, 1 open",
        "accepted, edited",
        "+    await asyncio.sleep(9)\n",
        "+    await asyncio.sleep(1)\n",
        "Comment: longer",
    ] {
        assert!(words.contains(text), "no {text:?} in\n{words}");
    }
    let contents = page.contents();
    let kept = contents["decisions"].as_array().expect("it has decisions");
    assert_eq!(kept.len(), 3);
    let first = kept.iter().find(|it| it["change"] == *id(0));
    assert_eq!(first.expect("it is there")["edited"], edited);
}

#[test]
fn what_does_not_go_is_said() {
    let project = Project::new(HOSTILE);
    let run = project.run(&["review", "--html", "page.html", "--web"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains("cannot be used with"), "{run:?}");
    let run = project.run(&["review", "--html", "no/page.html"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(
        run.stderr.contains("no/page.html cannot be written"),
        "{run:?}"
    );
    let run = project.run(&["review", "--html", "page.html", "--exit-code"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    let project = Project::new("//- a.py\nx = 1\n");
    let run = project.run(&["review", "--html", "page.html", "--exit-code"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stdout.starts_with("0 changes in page.html"), "{run:?}");
}

#[test]
fn no_other_file_is_overwritten() {
    let project = Project::new(HOSTILE);
    let before = project.text("a.py");
    let run = project.run(&["review", "--html", "a.py"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(
        run.stderr.contains("a.py exists and is not a review page"),
        "{run:?}"
    );
    assert_eq!(project.text("a.py"), before);
    for _ in 0..2 {
        let run = project.run(&["review", "--html", "page.html"]);
        assert_eq!(run.code, Some(0), "{run:?}");
    }
}
