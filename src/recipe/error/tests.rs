//! Mistakes as a person reads them.

use super::*;

#[track_caller]
fn check(word: &str, expected: Option<&str>) {
    assert_eq!(
        nearest(word, ["rewrite", "remove", "report"].into_iter()),
        expected
    );
}

#[test]
fn near_words_are_offered() {
    check("rewritte", Some("rewrite"));
    check("reprot", Some("report"));
}

#[test]
fn far_words_are_not_offered() {
    check("for-each", None);
    check("x", None);
}

#[test]
fn a_word_that_begins_the_same_is_offered_if_it_is_the_only_one() {
    let valid = ["tab", "calls", "callbacks"];
    assert_eq!(nearest("tabel", valid.into_iter()), Some("tab"));
    assert_eq!(
        nearest("configuration", ["config", "calls"].into_iter()),
        Some("config")
    );
    assert_eq!(nearest("call", ["callbacks", "callees"].into_iter()), None);
    assert_eq!(nearest("ta", ["table"].into_iter()), None);
}

#[test]
fn long_lists_are_cut() {
    let words: Vec<String> = (1..=13).map(|number| format!("w{number}")).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    assert_eq!(
        listed(&words[..12], ""),
        "w1, w2, w3, w4, w5, w6, w7, w8, w9, w10, w11, w12"
    );
    assert_eq!(
        listed(&words, ""),
        "w1, w2, w3, w4, w5, w6, w7, w8, w9, and 4 others"
    );
    assert_eq!(
        listed(&words, ": see there"),
        "w1, w2, w3, w4, w5, w6, w7, w8, w9, and 4 others: see there"
    );
    let unknown = Complaint::unknown(TextSize::new(0), "table", "xyz", &words);
    assert_eq!(unknown.expected, Some(listed(&words, "")));
}

#[test]
fn errors_are_sorted_and_named_once() {
    let mut report = Report::new("a.yaml", "ü: 1\nb: 2\n");
    let late = Complaint::unknown(TextSize::new(6), "key", "bb", &["bc"]);
    report.add("b", late.clone());
    report.add("", Complaint::new(TextSize::new(2), Problem::DuplicateKey));
    report.add("b", late);
    let rendered: Vec<String> = report.finish().iter().map(ToString::to_string).collect();
    assert_eq!(
        rendered,
        [
            "a.yaml:1:2: the key stands twice",
            "a.yaml:2:1: b: unknown key `bb` (did you mean `bc`?)"
        ]
    );
}
