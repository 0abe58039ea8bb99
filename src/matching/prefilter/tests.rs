//! Which texts the words of patterns let through.

use super::*;
use crate::recipe::outline::{self, Required};

/// Looks for patterns, each given by the words it requires.
#[track_caller]
fn check(patterns: &[&[&str]], text: &str, expected: bool) {
    let needs = patterns.iter().map(|words| {
        let required = Required {
            words: words.iter().map(|word| Spelled::from(*word)).collect(),
            cells: false,
        };
        (required, vec![outline::Place(Stage::File, 0, 0)])
    });
    let outline = Outline::of_needs(needs.collect());
    let prefilter = Prefilter::new([&outline].into_iter(), Stage::File);
    let source = SourceFile::from_text("a.py", text).expect("it can be read");
    assert_eq!(prefilter.may_match(&source), expected, "{text}");
}

#[test]
fn all_words_of_one_pattern_must_stand() {
    check(&[&["time", "sleep"]], "from time import sleep as zz", true);
    check(&[&["time", "sleep"]], "asyncio.sleep(1)", false);
    check(&[&["time", "sleep"], &["gather"]], "gather()", true);
    check(&[&[]], "x", true);
    check(&[], "x", false);
}

#[test]
fn words_are_whole() {
    check(&[&["time", "sleep"]], "datetime; asyncio.sleep(1)", false);
    check(&[&["time"]], "time_ns time2 mtime; datetime", false);
    check(&[&["time"]], "time_ns, time", true);
    check(&[&["for"]], "x = [y and 1for y in z]", true);
    check(&[&["import"]], "\u{feff}import time", true);
    check(&[&["run"]], "run", true);
}

#[test]
fn words_stand_in_the_form_that_is_needed() {
    let run: &[&[&str]] = &[&["?.run"]];
    check(run, "asyncio.run(main())", true);
    check(run, "(asyncio\n    .\n    run(main()))", true);
    check(run, "from asyncio import run", true);
    check(
        run,
        "from asyncio import (\n    # to begin\n    run,\n)",
        true,
    );
    check(run, "from asyncio import (  #\n    run,\n)", true);
    check(run, "from asyncio import gather, \\\n    run", true);
    check(run, "from asyncio import *\nrun(main())", true);
    check(
        run,
        "'''The coroutines\nrun for long.'''\n# and run\n",
        false,
    );
    check(run, "def run(): pass", false);
    let attribute: &[&[&str]] = &[&[".run"]];
    check(attribute, "loop.run()", true);
    check(attribute, "from asyncio import run", false);
    let keyword: &[&[&str]] = &[&["loop="]];
    check(keyword, "f(loop=loop)", true);
    check(keyword, "f(x,\n  loop = loop)", true);
    check(keyword, "f(x,  # first\n  loop = loop)", true);
    check(keyword, "def f():\n    loop = g(loop, x == loop)", false);
    check(keyword, "f(x, loop == y)", false);
}

#[test]
fn a_word_may_be_needed_in_several_forms() {
    let patterns: &[&[&str]] = &[&["?.run", "x"], &["run=", "y"]];
    check(patterns, "a.run(x)", true);
    check(patterns, "a.run(y)", false);
    check(patterns, "a(y, run=1)", true);
    check(patterns, "x = run", false);
}

#[test]
fn an_anchor_that_another_one_asked_for_is_still_one() {
    let patterns: &[&[&str]] = &[&["longest", "shorter", "x"], &["shorter", "y"]];
    check(patterns, "longest; shorter; y", true);
    check(patterns, "longest; shorter", false);
}

#[test]
fn overlapping_words_are_all_seen() {
    check(&[&["get_event", "x"], &["event"]], "get_event; event", true);
    check(&[&["run_until", "x"], &["run"]], "run_until; run", true);
    check(&[&["aa_b", "x"], &["b_c"]], "aa_b_c b_c", true);
}

#[test]
fn any_number_of_anchors_is_sharp() {
    let words: Vec<String> = (0..300).map(|number| format!("name_{number}_x")).collect();
    let patterns: Vec<[&str; 2]> = words.iter().map(|word| [word.as_str(), "def"]).collect();
    let patterns: Vec<&[&str]> = patterns.iter().map(<[&str; 2]>::as_slice).collect();
    check(&patterns, "def name_7(): name_8_y", false);
    check(&patterns, "name_299_x", false);
    check(&patterns, "def name_299_x(): pass", true);
    check(&patterns, "def f(): name_0_x", true);
}

#[test]
fn other_spellings_of_a_letter_are_not_skipped() {
    check(&[&["sleep"]], "time.𝐬leep(1)", true);
    check(&[&["sleep"]], "# ü ℃ ² ™", false);
}

#[test]
fn rare_words_are_anchors() {
    let mut words = ["async", "open", "run", "gather", "continue"];
    words.sort_by_key(|word| rarity(word));
    assert_eq!(words, ["async", "continue", "open", "run", "gather"]);
}
