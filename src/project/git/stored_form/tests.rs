//! Attributes and settings, as git prints them → what becomes of a file.

use super::*;

#[track_caller]
fn check(attributes: &[(&str, &str)], settings: &[&str], expected: &Form) {
    let wish = |name: &&str| {
        let given = attributes.iter().find(|(given, _)| given == name);
        given.map_or("unspecified", |(_, value)| value).to_owned()
    };
    let wishes: Vec<String> = ATTRIBUTES.iter().map(wish).collect();
    let mut known = Settings::default();
    for setting in settings {
        known.set(&setting.replacen('=', "\n", 1));
    }
    let found = form(&wishes, &known);
    assert_eq!(found, *expected, "{attributes:?} {settings:?}");
}

#[track_caller]
fn check_lines(attributes: &[(&str, &str)], settings: &[&str], expected: Lines) {
    check(attributes, settings, &Form::Lines(expected));
}

#[test]
fn without_a_wish_all_stays() {
    check_lines(&[], &[], Lines::Same);
    check_lines(&[], &["core.autocrlf=false", "core.eol=crlf"], Lines::Same);
    let on = ["core.autocrlf=true", "core.eol=crlf"];
    check_lines(&[("text", "unset")], &on, Lines::Same);
    check_lines(&[("crlf", "unset")], &on, Lines::Same);
}

#[test]
fn line_ends_are_those_of_attributes_and_then_of_settings() {
    let (eol, on) = (&["core.eol=crlf"][..], &["core.autocrlf=true"][..]);
    let input = &["core.autocrlf=input", "core.eol=crlf"];
    check_lines(&[("eol", "crlf")], &[], Lines::Crlf);
    check_lines(&[("eol", "lf")], on, Lines::Same);
    check_lines(&[("text", "set")], eol, Lines::Crlf);
    check_lines(&[("text", "auto")], eol, Lines::CrlfInText);
    check_lines(&[("text", "auto")], input, Lines::Same);
    check_lines(&[("text", "auto")], on, Lines::CrlfInText);
    let both = [("text", "auto"), ("eol", "crlf")];
    check_lines(&both, &[], Lines::CrlfInText);
    check_lines(&[("crlf", "set")], eol, Lines::Crlf);
    check_lines(&[("text", "other"), ("crlf", "set")], eol, Lines::Crlf);
    check_lines(&[("text", "input")], on, Lines::Same);
    let both = [("text", "input"), ("eol", "crlf")];
    check_lines(&both, &[], Lines::Crlf);
    let both = [("text", "unset"), ("eol", "crlf")];
    check_lines(&both, &[], Lines::Same);
    check_lines(&[], on, Lines::CrlfInText);
    check_lines(&[], &["core.autocrlf"], Lines::CrlfInText);
    check_lines(&[], input, Lines::Same);
}

#[test]
fn what_a_program_makes_is_not_known() {
    let by = Form::Converted("filter x".to_owned());
    let of = [("filter", "x")];
    check(&of, &["filter.x.smudge=sed s/1/2/"], &by);
    check(&of, &["filter.x.process=x", "filter.x.smudge=cat"], &by);
    check(&of, &["filter.x.required=true"], &by);
    // Without a program, or with one that does nothing, the content stays as it is.
    check_lines(&of, &[], Lines::Same);
    check_lines(&of, &["filter.x.smudge="], Lines::Same);
    let cat = ["filter.x.smudge=cat", "filter.x.required=true"];
    check_lines(&of, &cat, Lines::Same);
    check_lines(&of, &["filter.y.smudge=sed"], Lines::Same);
}

#[test]
fn an_encoding_or_an_id_is_not_computed() {
    let by = Form::Converted("working-tree-encoding UTF-16".to_owned());
    check(&[("working-tree-encoding", "UTF-16")], &[], &by);
    check_lines(&[("working-tree-encoding", "utf-8")], &[], Lines::Same);
    let ident = Form::Ident(Lines::Crlf);
    check(&[("ident", "set"), ("eol", "crlf")], &[], &ident);
    assert_eq!(ident.written(b"$I\n"), Ok(Cow::Borrowed(&b"$I\r\n"[..])));
    assert_eq!(ident.written(b"$Id$\n"), Err(Some("attribute ident")));
}

#[test]
fn only_lf_becomes_crlf() {
    let check = |lines: Lines, stored: &str, expected: &str| {
        assert_eq!(&*lines.written(stored.as_bytes()), expected.as_bytes());
    };
    check(Lines::Same, "a\nb\r\n", "a\nb\r\n");
    check(Lines::Crlf, "a\nb\r\n\rc", "a\r\nb\r\n\rc");
    check(Lines::CrlfInText, "a\n\té", "a\r\n\té");
    check(Lines::CrlfInText, "a\nb\r\n", "a\nb\r\n");
    check(Lines::CrlfInText, "a\nb\r", "a\nb\r");
    check(Lines::CrlfInText, "a\0\n", "a\0\n");
    check(Lines::CrlfInText, "a\u{1}\n", "a\u{1}\n");
    // One of many is allowed for, and the last byte of an old text.
    let long = "a".repeat(128);
    let written = format!("{long}\u{1}\r\n");
    check(Lines::CrlfInText, &format!("{long}\u{1}\n"), &written);
    check(Lines::CrlfInText, "a\n\u{1a}", "a\r\n\u{1a}");
}
