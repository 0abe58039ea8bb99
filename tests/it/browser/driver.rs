//! A Chromium without a window, moved by chromedriver: requests of WebDriver over a socket.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

/// Only a page that does not come takes longer.
const LIMIT: Duration = Duration::from_secs(60);

/// What a person installs who has none.
const MISSING: &str =
    "no Chromium: `apt-get install -y chromium chromium-driver`, or put both on PATH";

/// How it is started: without a window, and asking no server for anything.
const SWITCHES: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,900",
];

/// A browser with one window.
pub(super) struct Browser {
    driver: Child,
    port: u16,
    session: String,
    folder: TempDir,
}

impl Drop for Browser {
    fn drop(&mut self) {
        let path = format!("/session/{}", self.session);
        let _ = request(self.port, "DELETE", &path, &Value::Null);
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

impl Browser {
    /// Starts one with a profile of its own.
    #[track_caller]
    pub(super) fn start() -> Self {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect(MISSING);
        let out = driver.stdout.take().expect("it is piped");
        let mut lines = BufReader::new(out).lines().map_while(Result::ok);
        let said = lines.find_map(|line| {
            let (_, port) = line.split_once("started successfully on port ")?;
            port.trim_end_matches('.').parse().ok()
        });
        let port = said.expect(MISSING);
        // What else it says is not read, and must not stop it.
        std::thread::spawn(move || lines.for_each(drop));
        let folder = TempDir::new().expect("a temporary directory can be made");
        let mut browser = Self {
            driver,
            port,
            session: String::new(),
            folder,
        };
        std::fs::create_dir(browser.downloads()).expect("the folder can be made");
        let profile = browser.folder.path().join("profile");
        let mut switches: Vec<String> = SWITCHES.iter().map(|it| (*it).to_owned()).collect();
        switches.push(format!("--user-data-dir={}", profile.display()));
        let asked = json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "goog:loggingPrefs": {"browser": "ALL"},
            "goog:chromeOptions": {
                "args": switches,
                "prefs": {"download.default_directory": browser.downloads()},
            },
        }}});
        let started = request(port, "POST", "/session", &asked);
        let started = started.unwrap_or_else(|why| panic!("{MISSING}\n{why}"));
        browser.session = started["sessionId"].as_str().expect(MISSING).to_owned();
        browser
    }

    #[track_caller]
    fn ask(&self, what: &str, body: &Value) -> Value {
        let path = format!("/session/{}/{what}", self.session);
        request(self.port, "POST", &path, body).unwrap_or_else(|why| panic!("{what}: {why}"))
    }

    /// Opens an address, and waits until it is loaded.
    #[track_caller]
    pub(super) fn open(&self, address: &str) {
        self.ask("url", &json!({"url": address}));
    }

    /// Presses and releases keys, one after the other.
    #[track_caller]
    pub(super) fn press(&self, keys: &str) {
        let each = keys
            .chars()
            .flat_map(|key| ["keyDown", "keyUp"].map(|what| json!({"type": what, "value": key})));
        let actions: Vec<Value> = each.collect();
        let actions = json!({"actions": [{"type": "key", "id": "keys", "actions": actions}]});
        self.ask("actions", &actions);
    }

    /// Runs a script, and returns what it does, or what that promises.
    #[track_caller]
    pub(super) fn run(&self, script: &str) -> Value {
        self.ask("execute/sync", &json!({"script": script, "args": []}))
    }

    /// Clicks on what a selector finds.
    #[track_caller]
    pub(super) fn click(&self, selector: &str) {
        self.run(&format!("document.querySelector({selector:?}).click()"));
    }

    /// Returns the text of what a selector finds.
    #[track_caller]
    pub(super) fn words(&self, selector: &str) -> String {
        let text = self.run(&format!(
            "return document.querySelector({selector:?}).textContent"
        ));
        text.as_str().expect("it is a text").to_owned()
    }

    /// Returns what is seen on the page, asked for without its scripts.
    #[track_caller]
    pub(super) fn visible(&self) -> String {
        let body = self.ask(
            "element",
            &json!({"using": "css selector", "value": "body"}),
        );
        let id = body.as_object().and_then(|it| it.values().next());
        let id = id.and_then(Value::as_str).expect("it has a name");
        let path = format!("/session/{}/element/{id}/text", self.session);
        let text = request(self.port, "GET", &path, &Value::Null).expect("it has a text");
        text.as_str().expect("it is a text").to_owned()
    }

    /// Waits until the page shows a text.
    #[track_caller]
    pub(super) fn wait_for(&self, text: &str) {
        let begin = Instant::now();
        loop {
            let shown = self.run("return document.body.innerText");
            let shown = shown.as_str().unwrap_or_default();
            if shown.contains(text) {
                return;
            }
            assert!(begin.elapsed() < LIMIT, "no {text:?} on\n{shown}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Runs no scripts of pages from now on.
    #[track_caller]
    pub(super) fn without_scripts(&self) {
        let command = "Emulation.setScriptExecutionDisabled";
        self.ask(
            "goog/cdp/execute",
            &json!({"cmd": command, "params": {"value": true}}),
        );
    }

    /// Returns where files are put that a page gives.
    pub(super) fn downloads(&self) -> PathBuf {
        self.folder.path().join("downloads")
    }

    /// Waits for such a file.
    #[track_caller]
    pub(super) fn text_of(&self, path: &Path) -> String {
        let begin = Instant::now();
        while begin.elapsed() < LIMIT {
            if let Ok(text) = std::fs::read_to_string(path)
                && !text.is_empty()
            {
                return text;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("no {} was given", path.display());
    }

    /// Fails where a script failed, or the page's policy stopped something.
    #[track_caller]
    pub(super) fn expect_no_errors(&self) {
        let said = self.ask("se/log", &json!({"type": "browser"}));
        assert_eq!(said, json!([]));
    }
}

/// Asks the driver, and returns the value that it answers with.
fn request(port: u16, method: &str, path: &str, body: &Value) -> Result<Value, String> {
    let body = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    let text = |error: std::io::Error| error.to_string();
    let mut stream = TcpStream::connect(("127.0.0.1", port)).map_err(text)?;
    stream.set_read_timeout(Some(LIMIT)).map_err(text)?;
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all((head + &body).as_bytes()).map_err(text)?;
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).map_err(text)?;
        let lower = line.to_ascii_lowercase();
        if let Some(value) = lower.strip_prefix("content-length:") {
            length = value.trim().parse().map_err(|_| line.clone())?;
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut answer = vec![0; length];
    reader.read_exact(&mut answer).map_err(text)?;
    let answer: Value = serde_json::from_slice(&answer).map_err(|error| error.to_string())?;
    let value = answer["value"].clone();
    match value.get("error") {
        Some(error) if value.get("message").is_some() => {
            Err(format!("{error}: {}", value["message"]))
        }
        _ => Ok(value),
    }
}
