//! The review's page in a real Chromium, file and served: keys, decisions, what is left after a reload, and
//! whether everybody can use it.
//!
//! `AWAITIFY_TESTS=browser` runs these tests. Axe, the checker of accessibility, is fetched into `target/`.

use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use sha2::{Digest, Sha512};

use crate::page::HOSTILE;
use crate::support::{Project, is_asked_for};
use crate::web::{FILES, Served};
use driver::Browser;

mod driver;

/// The package, as the registry names it.
const AXE: &str = "axe-core@4.14.1";

/// Of its archive, as the registry has it.
const AXE_SHA512: &str =
    "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==";

/// Returns the script of axe, which is fetched once.
#[track_caller]
fn axe() -> String {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("axe");
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    let archive = folder.join("axe-core-4.14.1.tgz");
    if !archive.exists() {
        let packed = Command::new("npm")
            .args(["pack", "--silent", AXE])
            .current_dir(&folder)
            .status();
        let is_there = packed.is_ok_and(|status| status.success());
        assert!(
            is_there,
            "`npm pack {AXE}` failed: install npm, and give it a network"
        );
    }
    let bytes = std::fs::read(&archive).expect("it was fetched");
    let hash = BASE64_STANDARD.encode(Sha512::digest(bytes));
    assert_eq!(hash, AXE_SHA512, "{} is another one", archive.display());
    let unpacked = Command::new("tar")
        .arg("-xOzf")
        .arg(&archive)
        .arg("package/axe.min.js")
        .output()
        .expect("tar can be started");
    String::from_utf8(unpacked.stdout).expect("it is UTF-8")
}

/// A page of a project, in a browser.
struct Opened {
    browser: Browser,
    project: Project,
}

impl Opened {
    /// Writes a page to a file and opens it; `None`: nobody asked for these tests.
    #[track_caller]
    fn file(files: &str, words: &[&str]) -> Option<Self> {
        is_asked_for("browser").then(|| Self::of(Project::new(files), words))
    }

    #[track_caller]
    fn of(project: Project, words: &[&str]) -> Self {
        let run = project.run(&[&["review", "--html", "page.html"], words].concat());
        assert_eq!(run.code, Some(0), "{run:?}");
        let browser = Browser::start();
        let opened = Self { browser, project };
        opened.browser.open(&opened.address());
        opened
    }

    fn address(&self) -> String {
        format!("file://{}", self.project.root().join("page.html").display())
    }

    /// Presses keys, and waits until the page says something.
    #[track_caller]
    fn press(&self, keys: &str, expected: &str) {
        self.browser.press(keys);
        self.browser.wait_for(expected);
    }

    /// Returns the file of decisions that the page gives.
    #[track_caller]
    fn saved(&self) -> String {
        self.browser.click("#save");
        let path = self.browser.downloads().join("awaitify-decisions.json");
        self.browser.text_of(&path)
    }
}

/// Returns the tree that a file of decisions makes of the files.
#[track_caller]
fn migrated(files: &str, decisions: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let project = Project::new(files);
    project.write("decisions.json", decisions);
    let run = project.run(&["migrate", "--allow-dirty", "--decisions", "decisions.json"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let mut tree = project.tree();
    tree.retain(|(path, _)| path != Path::new("decisions.json"));
    tree
}

/// Returns a file of decisions as a person would write it; `None`: it stays open.
fn by_hand(files: &str, verdicts: &[Option<&str>]) -> String {
    let project = Project::new(files);
    let run = project.run(&["diff", "--safety", "review", "--format", "json", "."]);
    let changes = run.of_type("change");
    assert_eq!(changes.len(), verdicts.len(), "{changes:?}");
    let decided = changes
        .iter()
        .zip(verdicts)
        .filter_map(|(change, verdict)| {
            Some(json!({"change": change["change"], "verdict": (*verdict)?}))
        });
    json!({"version": 1, "decisions": decided.collect::<Vec<Value>>()}).to_string()
}

#[test]
fn what_is_decided_and_saved_is_what_is_written() {
    let Some(opened) = Opened::file(FILES, &["--by", "ada"]) else {
        return;
    };
    opened
        .browser
        .wait_for("3 changes: 0 accepted, 0 rejected, 3 open");
    opened.press("y", "1 accepted, 0 rejected, 2 open");
    opened.press("n", "1 accepted, 1 rejected, 1 open");
    opened.press("u", "1 accepted, 0 rejected, 2 open");
    opened.press("D", "Reject all open changes of");
    opened.press("l", "1 accepted, 1 rejected, 1 open");
    opened.press("c", "Comment on the decision");
    opened.press("too <b>long\u{e007}", "Comment: too <b>long");
    opened.press("jy", "2 accepted, 1 rejected, 0 open");
    let saved = opened.saved();
    let file: Value = serde_json::from_str(&saved).expect("it is JSON");
    assert_eq!(file["decisions"].as_array().map(Vec::len), Some(3));
    let rejected = file["decisions"].as_array().into_iter().flatten();
    let mut rejected = rejected.filter(|it| it["verdict"] == "reject");
    let rejected = rejected.next().expect("one is rejected");
    assert_eq!(rejected["note"], "too <b>long");
    assert_eq!(
        (&rejected["by"], &rejected["code"]),
        (&json!("ada"), &json!("time.sleep(2)"))
    );
    let expected = by_hand(FILES, &[Some("accept"), Some("reject"), Some("accept")]);
    assert_eq!(migrated(FILES, &saved), migrated(FILES, &expected));
    // It is written as the program writes it.
    let project = Project::new(FILES);
    project.write("one.json", &saved);
    project.write("two.json", &saved);
    let run = project.run(&["decisions", "merge", "one.json", "two.json"]);
    assert_eq!((run.code, run.stdout), (Some(0), saved));
    opened.browser.expect_no_errors();
}

#[test]
fn a_served_page_decides_the_same() {
    if !is_asked_for("browser") {
        return;
    }
    let project = Project::new(FILES);
    let served = Served::new(&project, &[]);
    let browser = Browser::start();
    browser.open(&served.address);
    // Keys wait for the answers to those before them.
    browser.press("yny");
    browser.wait_for("2 accepted, 1 rejected, 0 open");
    browser.press("u");
    browser.wait_for("1 accepted, 1 rejected, 1 open");
    browser.press("y");
    browser.wait_for("2 accepted, 1 rejected, 0 open");
    let saved = project.text("awaitify-decisions.json");
    let expected = by_hand(FILES, &[Some("accept"), Some("reject"), Some("accept")]);
    assert_eq!(migrated(FILES, &saved), migrated(FILES, &expected));
    browser.open(&served.address);
    browser.wait_for("2 accepted, 1 rejected, 0 open");
    browser.expect_no_errors();
    let (code, words) = served.end();
    assert_eq!(code, Some(0));
    assert!(
        words.contains("2 accepted, 1 rejected, 0 open; stored in"),
        "{words}"
    );
    browser.press("n");
    browser.wait_for("does not answer: nothing was decided");
}

#[test]
fn what_is_required_is_accepted_along_unless_it_is_rejected() {
    if !is_asked_for("browser") {
        return;
    }
    // Both ways decide alike: the page by itself, and the program.
    for rejects in [false, true] {
        let opened = Opened::of(Project::with_examples(), &["examples"]);
        let served = Served::new(&opened.project, &["examples"]);
        let other = Browser::start();
        other.open(&served.address);
        let mut told = Vec::new();
        for browser in [&opened.browser, &other] {
            if rejects {
                // The third change is required by the first.
                browser.press("jjnk");
                browser.wait_for("1 rejected");
                browser.press("k");
            }
            browser.press("y");
            browser.wait_for(if rejects {
                "that this requires"
            } else {
                "as required"
            });
            told.push(browser.words("#told") + &browser.words("#counts"));
        }
        assert_eq!(told[0], told[1]);
        let stored = opened.project.text("awaitify-decisions.json");
        let verdicts = |text: &str| -> Vec<(Value, Value)> {
            let file: Value = serde_json::from_str(text).expect("it is JSON");
            let each = file["decisions"].as_array().expect("it has some").iter();
            each.map(|it| (it["change"].clone(), it["verdict"].clone()))
                .collect()
        };
        assert_eq!(verdicts(&opened.saved()), verdicts(&stored));
    }
}

#[test]
fn a_reload_keeps_what_was_decided() {
    let Some(opened) = Opened::file(FILES, &[]) else {
        return;
    };
    opened.press("yn", "1 accepted, 1 rejected, 1 open");
    opened.press("c", "Comment on the decision");
    opened.press("ask\u{e007}", "the comment is kept");
    opened.browser.open(&opened.address());
    opened.browser.wait_for("1 accepted, 1 rejected, 1 open");
    opened.browser.wait_for("Comment: ask");
    // A page of another plan knows nothing of it.
    opened
        .project
        .write("c.py", "import time\nasync def f():\n    time.sleep(3)\n");
    let run = opened.project.run(&["review", "--html", "page.html"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    opened.browser.open(&opened.address());
    opened
        .browser
        .wait_for("4 changes: 0 accepted, 0 rejected, 4 open");
}

#[test]
fn the_list_is_searched_sorted_and_cut_down_by_keys() {
    let Some(opened) = Opened::file(FILES, &[]) else {
        return;
    };
    let shown = || {
        opened.browser.run("return Array.from(document.querySelectorAll('article')).filter((it) => !it.hidden).map((it) => it.id)")
    };
    opened.press("/b.py\u{e007}", "1 shown");
    assert_eq!(shown(), json!(["c2"]));
    let groups = "return Array.from(document.querySelectorAll('.group, nav a')).filter((it) => it.checkVisibility()).map((it) => it.textContent)";
    assert_eq!(opened.browser.run(groups), json!(["b.py 1", "b.py"]));
    opened.press("y", "1 accepted");
    assert_eq!(opened.browser.run(groups), json!(["b.py 0", "b.py"]));
    opened.browser.run("document.getElementById('search').value = ''; document.getElementById('search').dispatchEvent(new Event('input'))");
    opened.press("f", "2 shown");
    assert_eq!(shown(), json!(["c0", "c1"]));
    opened.press("fff", "3 changes");
    opened.press("oo", "3 changes");
    assert_eq!(
        opened
            .browser
            .run("return document.querySelector('.group').textContent"),
        "safe"
    );
    opened.press("gn", "1 rejected");
    opened.press("t", "Side by side");
    assert_eq!(
        opened
            .browser
            .run("return document.documentElement.dataset.view"),
        "side"
    );
    opened
        .browser
        .run("return new Promise((then) => setTimeout(then, 200))");
    let sides = opened
        .browser
        .run("return document.querySelector('.side').textContent");
    assert!(
        sides
            .as_str()
            .is_some_and(|it| it.contains("time.sleep(1)")),
        "{sides}"
    );
    opened.press("?", "Letters are keys");
    opened.browser.press("\u{e00c}");
    opened.browser.expect_no_errors();
}

#[test]
fn tab_and_enter_are_enough() {
    let Some(opened) = Opened::file(FILES, &[]) else {
        return;
    };
    // From the first change to its first button.
    opened.browser.press("jk");
    let mut steps = 0;
    while opened
        .browser
        .run("return document.activeElement.textContent")
        != "Accept"
    {
        opened.browser.press("\u{e004}");
        steps += 1;
        assert!(steps < 10, "no button is reached");
    }
    opened.press("\u{e007}", "1 accepted, 0 rejected, 2 open");
}

#[test]
fn everybody_can_use_it() {
    let Some(opened) = Opened::file(FILES, &[]) else {
        return;
    };
    let browser = &opened.browser;
    let axe = axe();
    let check = |what: &str| {
        let found = browser.run(&format!(
            "{axe}; return axe.run(document, {{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']}})\
             .then((found) => found.violations.map((it) => [it.id, it.nodes.map((node) => node.html)]))"
        ));
        assert_eq!(found, json!([]), "{what}");
    };
    check("at first");
    opened.press("yn", "1 accepted, 1 rejected");
    check("decided");
    browser.click("#theme");
    check("dark");
    browser.press("t");
    browser.run("return new Promise((then) => setTimeout(then, 200))");
    check("side by side");
    for dialog in ["?", "A", "c"] {
        browser.press(dialog);
        check(dialog);
        browser.press("\u{e00c}");
    }
}

#[test]
fn without_a_script_it_is_read() {
    let Some(opened) = Opened::file(FILES, &[]) else {
        return;
    };
    let browser = &opened.browser;
    browser.without_scripts();
    browser.open(&opened.address());
    let words = browser.visible();
    for text in [
        "time.sleep in a coroutine blocks the event loop",
        "-    time.sleep(1)\n+    await asyncio.sleep(1)",
        "Without JavaScript",
        "a.py:6:5",
    ] {
        assert!(words.contains(text), "no {text:?} in {words}");
    }
    for text in ["Save decisions", "Accept", "All recipes"] {
        assert!(!words.contains(text), "{text:?} in {words}");
    }
}

#[test]
fn code_and_names_do_nothing_on_the_page() {
    let Some(opened) = Opened::file(HOSTILE, &["--by", "</script><script>alert(3)</script>"])
    else {
        return;
    };
    let browser = &opened.browser;
    opened.press("yn", "1 accepted, 1 rejected, 1 open");
    opened.press("c", "Comment on the decision");
    opened.press(
        "<img src=x onerror=alert(4)>\u{e007}",
        "the comment is kept",
    );
    opened.press("oso", "3 changes");
    let found =
        browser.run("return document.querySelectorAll('img, u, [onclick], [onerror]').length");
    assert_eq!(found, 0);
    browser.expect_no_errors();
}

#[test]
fn an_edited_text_is_shown_until_it_is_decided_anew() {
    if !is_asked_for("browser") {
        return;
    }
    let project = Project::new(FILES);
    let changes = project
        .run(&["diff", "--format", "json", "."])
        .of_type("change");
    let edited =
        json!([{"before": "    time.sleep(1)\n", "after": "    await asyncio.sleep(9)\n"}]);
    let decision = json!({"change": changes[0]["change"], "verdict": "accept", "edited": edited});
    let known = json!({"version": 1, "decisions": [decision]}).to_string();
    project.write("awaitify-decisions.json", &known);
    let opened = Opened::of(project, &[]);
    opened.browser.wait_for("await asyncio.sleep(9)");
    assert!(opened.browser.words("article").contains("accepted, edited"));
    let file: Value = serde_json::from_str(&opened.saved()).expect("it is JSON");
    assert_eq!(file["decisions"][0], decision);
    opened.press("gn", "0 accepted, 1 rejected");
    let hunk = "return Array.from(document.querySelectorAll('#c0 .diff')).map((it) => it.checkVisibility())";
    assert_eq!(opened.browser.run(hunk), json!([false, true]));
    opened.press("u", "1 accepted, 0 rejected");
    assert_eq!(opened.browser.run(hunk), json!([true, false]));
}

#[test]
fn five_thousand_changes_stay_quick() {
    if !is_asked_for("browser") {
        return;
    }
    let project = Project::in_memory();
    for file in 0..500 {
        let mut text = "import asyncio\nimport time\n".to_owned();
        for number in 0..10 {
            text += &format!("\n\nasync def poll_{number}(gauge):\n    time.sleep({number} + 1)\n");
        }
        project.write(&format!("pkg{}/station_{file}.py", file % 20), text);
    }
    let opened = Opened::of(project, &["."]);
    opened.browser.wait_for("5000 changes: 0 accepted");
    let load = "return performance.getEntriesByType('navigation')[0].loadEventEnd";
    let load = opened.browser.run(load).as_f64().expect("it is a time");
    assert!(load < 20_000.0, "{load} ms");
    for key in "yjnukGgsffffo".chars() {
        let press = format!(
            "const begin = performance.now(); document.activeElement.dispatchEvent(new KeyboardEvent('keydown', \
             {{key: '{key}', bubbles: true}})); return performance.now() - begin"
        );
        let took = opened.browser.run(&press).as_f64().expect("it is a time");
        assert!(took < 1_000.0, "{key}: {took} ms");
    }
    opened.press("A", "Accept all open changes of");
    opened.press("r", "5000 accepted, 0 rejected, 0 open");
}
