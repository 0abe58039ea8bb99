//! The review that is served to a browser: what it decides and stores, and whom it refuses, over raw TCP.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::Project;

/// Three changes, the last to review.
pub(crate) const FILES: &str = "\
//- pyproject.toml
[project]
name = 'gauges'
requires-python = '>=3.11'
//- a.py
import asyncio
import time


async def poll():
    time.sleep(1)


async def later():
    time.sleep(2)
//- b.py
import asyncio


async def work():
    pass


loop = asyncio.get_event_loop()
loop.run_until_complete(work())
";

/// Only a server that hangs takes longer.
const LIMIT: Duration = Duration::from_secs(60);

/// A review that is served.
pub(crate) struct Served {
    child: Child,
    out: BufReader<ChildStdout>,
    /// As it was printed.
    pub(crate) address: String,
    host: String,
    token: String,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Served {
    #[track_caller]
    pub(crate) fn new(project: &Project, words: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_awaitify"))
            .args(["review", "--web"])
            .args(words)
            .current_dir(project.root())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program can be started");
        let mut out = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut line = String::new();
        out.read_line(&mut line).expect("it says where it is");
        let address = line.trim().strip_prefix("Review at ").expect("it says so");
        let rest = address.strip_prefix("http://").expect("it is an address");
        let (host, token) = rest.split_once('/').expect("it has a path");
        let token = token.strip_suffix('/').expect("it ends so");
        assert!(token.len() >= 32, "{token}");
        Self {
            address: address.to_owned(),
            host: host.to_owned(),
            token: token.to_owned(),
            child,
            out,
        }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.host).expect("it listens");
        stream.set_read_timeout(Some(LIMIT)).expect("it is open");
        stream
    }

    /// Sends bytes, and returns the status and the body of the answer.
    #[track_caller]
    fn send(&self, request: &str) -> (u16, String) {
        let mut stream = self.connect();
        // Who is refused before all is sent cannot send the rest.
        let _ = stream.write_all(request.as_bytes());
        answer(&mut stream)
    }

    /// Sends a request as a browser does, with other words in place of some.
    #[track_caller]
    fn request(&self, what: &str, body: &str, from: &str, to: &str) -> (u16, String) {
        let Self { host, token, .. } = self;
        let request = format!(
            "{} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            what.replace("TOKEN", token),
            body.len()
        );
        let changed = request.replace(from, to);
        assert!(from.is_empty() || changed != request, "{from} is in it");
        self.send(if from.is_empty() { &request } else { &changed })
    }

    #[track_caller]
    fn page(&self) -> String {
        let (status, page) = self.request("GET /TOKEN/", "", "", "");
        assert_eq!(status, 200, "{page}");
        page
    }

    /// Returns what the page's script knows.
    #[track_caller]
    fn contents(&self) -> Value {
        let page = self.page();
        let (_, rest) = page.split_once("id=\"contents\">").expect("it has them");
        let (json, _) = rest.split_once("</script>").expect("they end");
        serde_json::from_str(json).expect("it is JSON")
    }

    #[track_caller]
    fn decide(&self, asked: &Value) -> Value {
        let (status, text) = self.request("POST /TOKEN/decide", &asked.to_string(), "", "");
        assert_eq!(status, 200, "{text}");
        serde_json::from_str(&text).expect("it is JSON")
    }

    /// Presses Ctrl-C; returns the exit code and the last words.
    pub(crate) fn end(mut self) -> (Option<i32>, String) {
        let id = i32::try_from(self.child.id()).expect("it is small");
        let id = nix::unistd::Pid::from_raw(id);
        nix::sys::signal::kill(id, nix::sys::signal::Signal::SIGINT).expect("it runs");
        let mut words = String::new();
        self.out.read_to_string(&mut words).expect("it ends");
        (self.child.wait().expect("it was started").code(), words)
    }
}

/// Reads an answer to its end.
#[track_caller]
fn answer(stream: &mut TcpStream) -> (u16, String) {
    let mut bytes = Vec::new();
    // It may be closed then.
    let _ = stream.read_to_end(&mut bytes);
    let text = String::from_utf8(bytes).expect("it is UTF-8");
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return (0, text);
    };
    let status = head.split(' ').nth(1).expect("it has a status");
    (status.parse().expect("it is a number"), body.to_owned())
}

fn stored(project: &Project) -> Vec<(String, String, String)> {
    let text = project.text("awaitify-decisions.json");
    let file: Value = serde_json::from_str(&text).expect("it is JSON");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let each = file["decisions"].as_array().expect("it has some").iter();
    let mut each: Vec<_> = each
        .map(|it| (text(&it["code"]), text(&it["verdict"]), text(&it["note"])))
        .collect();
    each.sort();
    each
}

fn row(code: &str, verdict: &str, note: &str) -> (String, String, String) {
    (code.to_owned(), verdict.to_owned(), note.to_owned())
}

#[test]
fn each_decision_is_stored_at_once_and_told_at_the_end() {
    let project = Project::new(FILES);
    let served = Served::new(&project, &["--by", "ada"]);
    let contents = served.contents();
    let id = |at: usize| contents["changes"][at]["id"].clone();
    let accept = json!({"do": "decide", "verdict": "accept", "changes": [id(0), id(1)]});
    let answer = served.decide(&accept);
    assert_eq!(answer["told"], "2 accepted");
    let of = &answer["decisions"][id(0).as_str().expect("it is a name")];
    assert_eq!(
        (&of["verdict"], &of["by"]),
        (&json!("accept"), &json!("ada"))
    );
    let both = [
        row("time.sleep(1)", "accept", ""),
        row("time.sleep(2)", "accept", ""),
    ];
    assert_eq!(stored(&project), both);
    served.decide(&json!({"do": "decide", "verdict": "reject", "changes": [id(1)]}));
    served.decide(&json!({"do": "comment", "change": id(1), "note": "too <long>"}));
    let now = [
        row("time.sleep(1)", "accept", ""),
        row("time.sleep(2)", "reject", "too <long>"),
    ];
    assert_eq!(stored(&project), now);
    let answer = served.decide(&json!({"do": "undo"}));
    assert_eq!(answer["told"], "undone");
    served.decide(&json!({"do": "undo"}));
    assert_eq!(stored(&project), both);
    assert!(served.page().contains("2 accepted, 0 rejected, 1 open"));
    let (code, words) = served.end();
    assert_eq!(code, Some(0), "{words}");
    assert_eq!(
        words,
        "Ctrl-C ends it.\n\
         2 accepted, 0 rejected, 1 open; stored in awaitify-decisions.json.\n\
         Apply with: awaitify migrate --decisions awaitify-decisions.json\n"
    );
}

#[test]
fn what_others_decide_meanwhile_is_kept_and_told() {
    let project = Project::new(FILES);
    let served = Served::new(&project, &["--exit-code"]);
    let contents = served.contents();
    let id = |at: usize| contents["changes"][at]["id"].clone();
    let other =
        json!({"version": 1, "decisions": [{"change": id(2), "verdict": "reject", "code": "b"}]});
    project.write("awaitify-decisions.json", other.to_string());
    let answer = served.decide(&json!({"do": "decide", "verdict": "accept", "changes": [id(0)]}));
    assert_eq!(
        answer["decisions"].as_object().map(serde_json::Map::len),
        Some(2),
        "{answer}"
    );
    assert_eq!(stored(&project).len(), 2);
    // A comment on what another one decided is kept, too.
    served.decide(&json!({"do": "comment", "change": id(2), "note": "why"}));
    assert!(stored(&project).contains(&row("b", "reject", "why")));
    assert_eq!(served.end().0, Some(1));
}

#[test]
fn what_cannot_be_stored_is_told_to_both() {
    let project = Project::new(FILES);
    project.write("there/x", "");
    let served = Served::new(&project, &["--decisions", "there/x.json"]);
    let id = served.contents()["changes"][0]["id"].clone();
    std::fs::remove_dir_all(project.root().join("there")).expect("it is ours");
    let asked = json!({"do": "decide", "verdict": "accept", "changes": [id]});
    let (status, text) = served.request("POST /TOKEN/decide", &asked.to_string(), "", "");
    assert_eq!(status, 500, "{text}");
    let answer: Value = serde_json::from_str(&text).expect("it is JSON");
    let told = answer["told"].as_str().unwrap_or_default();
    assert!(told.starts_with("not stored: "), "{told}");
    assert_eq!(served.end().0, Some(2));
}

#[test]
fn who_may_not_ask_is_refused() {
    let project = Project::new(FILES);
    let served = Served::new(&project, &[]);
    let id = served.contents()["changes"][0]["id"].clone();
    let body = json!({"do": "decide", "verdict": "accept", "changes": [id]}).to_string();
    let port = served
        .host
        .split(':')
        .nth(1)
        .expect("it has a port")
        .to_owned();
    let host = format!("Host: {}", served.host);
    let origin = format!("Origin: http://{}\r\n", served.host);
    let get = |what: &str, from: &str, to: &str| served.request(what, "", from, to).0;
    let post = |what: &str, from: &str, to: &str| served.request(what, &body, from, to).0;
    let zero = "0".repeat(32);
    for (expected, found) in [
        (403, get("GET /", "", "")),
        (403, get("GET /TOKEN", &served.token, &zero)),
        (403, get("GET /TOKEN/", &served.token, &zero)),
        (403, get("GET /TOKEN/", &served.token, &served.token[1..])),
        (403, post("POST /TOKEN/decide", &served.token, &zero)),
        (403, get("GET /TOKEN/", &host, "Host: evil.example")),
        (
            403,
            get("GET /TOKEN/", &host, &format!("Host: localhost:{port}")),
        ),
        (403, get("GET /TOKEN/", &host, "Host: 127.0.0.1:1")),
        (
            403,
            get(
                "GET /TOKEN/",
                &host,
                &format!("{host}\r\nHost: evil.example"),
            ),
        ),
        (403, get("GET http://evil.example/TOKEN/", "", "")),
        (403, post("POST /TOKEN/decide", &origin, "")),
        (403, post("POST /TOKEN/decide", &origin, "Origin: null\r\n")),
        (
            403,
            post(
                "POST /TOKEN/decide",
                &origin,
                "Origin: http://evil.example\r\n",
            ),
        ),
        (
            403,
            post(
                "POST /TOKEN/decide",
                &origin,
                &format!("Origin: http://localhost:{port}\r\n"),
            ),
        ),
        (
            403,
            post(
                "POST /TOKEN/decide",
                &origin,
                &format!("{origin}Origin: http://evil.example\r\n"),
            ),
        ),
        (
            415,
            post("POST /TOKEN/decide", "application/json", "text/plain"),
        ),
        (404, get("GET /TOKEN/favicon.ico", "", "")),
        (404, get("GET /TOKEN", "", "")),
        (404, get("GET /TOKEN/../../etc/passwd", "", "")),
        (405, get("HEAD /TOKEN/", "", "")),
        (405, get("PUT /TOKEN/", "", "")),
        (405, get("OPTIONS /TOKEN/decide", "", "")),
        (405, post("POST /TOKEN/", "", "")),
        (405, get("GET /TOKEN/decide", "", "")),
    ] {
        assert_eq!(found, expected);
    }
    assert!(!project.root().join("awaitify-decisions.json").exists());
    assert_eq!(post("POST /TOKEN/decide", "", ""), 200);
    assert_eq!(stored(&project).len(), 1);
}

#[test]
fn what_says_nothing_is_refused_in_a_sentence() {
    let project = Project::new(FILES);
    let served = Served::new(&project, &[]);
    for body in [
        "",
        "{",
        "[]",
        "\u{0}",
        r#"{"do": "decide", "verdict": "maybe", "changes": []}"#,
        r#"{"do": "decide", "verdict": "accept"}"#,
        r#"{"do": "decide", "verdict": "suppress", "changes": []}"#,
        r#"{"do": "decide", "verdict": "accept", "changes": ["no-such-change"]}"#,
        r#"{"do": "comment", "change": "no-such-change", "note": ""}"#,
        r#"{"do": "undo", "more": 1}"#,
        r#"{"do": "end"}"#,
    ] {
        let (status, text) = served.request("POST /TOKEN/decide", body, "", "");
        assert_eq!(status, 400, "{body}: {text}");
        assert!(text.starts_with("This is no decision: "), "{body}: {text}");
        assert_eq!(text.lines().count(), 1, "{body}: {text}");
    }
    let large = "x".repeat((4 << 20) + 1);
    let (status, _) = served.request("POST /TOKEN/decide", &large, "", "");
    assert!([0, 413].contains(&status), "{status}");
    // As much as is said to come is not waited for.
    let (status, _) = served.request("POST /TOKEN/decide", "{}", "Length: 2", "Length: 99999999");
    assert_eq!(status, 413);
    assert_eq!(served.send("\u{1}\u{2}\r\n\r\n").0, 400);
    assert!(!project.root().join("awaitify-decisions.json").exists());
    served.page();
}

#[test]
fn who_is_slow_or_silent_keeps_nobody_waiting() {
    let project = Project::new(FILES);
    let served = Served::new(&project, &[]);
    let silent: Vec<TcpStream> = (0..40).map(|_| served.connect()).collect();
    let mut half = served.connect();
    half.write_all(b"GET /").expect("it is open");
    // A body that is cut off, and one that does not come.
    let Served { host, token, .. } = &served;
    let head = format!(
        "POST /{token}/decide HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n\
         Content-Type: application/json\r\nContent-Length: 50\r\n\r\n{{\"do\": "
    );
    let mut waits = served.connect();
    waits.write_all(head.as_bytes()).expect("it is open");
    let mut cut = served.connect();
    cut.write_all(head.as_bytes()).expect("it is open");
    cut.shutdown(std::net::Shutdown::Write).expect("it is open");
    let begin = Instant::now();
    served.page();
    let id = served.contents()["changes"][0]["id"].clone();
    std::thread::scope(|scope| {
        for verdict in ["accept", "reject"] {
            let asked = json!({"do": "decide", "verdict": verdict, "changes": [id]});
            let served = &served;
            scope.spawn(move || served.decide(&asked));
        }
    });
    assert!(
        begin.elapsed() < Duration::from_secs(4),
        "{:?}",
        begin.elapsed()
    );
    assert_eq!(stored(&project).len(), 1);
    assert_ne!(answer(&mut cut).0, 200);
    assert_eq!(answer(&mut waits).0, 408);
    for mut stream in silent.into_iter().chain([half]) {
        let mut bytes = Vec::new();
        // It is closed, whatever is said with it.
        let _ = stream.read_to_end(&mut bytes);
    }
    served.page();
}

#[test]
fn a_tree_without_changes_is_not_served() {
    let project = Project::new("//- a.py\nx = 1\n");
    let run = project.run_program("", &["review", "--web"]);
    assert_eq!(
        (run.code, &*run.stdout),
        (Some(0), "No changes in 1 file.\n"),
        "{run:?}"
    );
}
