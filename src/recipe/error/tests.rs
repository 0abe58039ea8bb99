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
