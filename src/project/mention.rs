//! A text → which files it names as something to run, in a command or in other words.

use std::path::Path;

use super::import_index::module_parts;
use super::instruction::Manner;
use code::in_code;

mod code;

/// Options of the interpreter that take the next word.
const WITH_VALUE: [&str; 3] = ["-W", "-X", "--check-hash-based-pycs"];

/// Commands that do something else with a file than to run it.
const OTHER_COMMANDS: [&str; 49] = [
    "add", "awaitify", "bat", "black", "cat", "cd", "code", "copy", "cp", "curl", "del", "diff",
    "echo", "edit", "emacs", "except", "exclude", "find", "flake8", "git", "grep", "head",
    "ignore", "include", "isort", "jupytext", "less", "ln", "ls", "mkdir", "more", "move", "mv",
    "mypy", "nano", "open", "paths", "pylint", "pyright", "rm", "ruff", "sed", "see", "tail",
    "touch", "vi", "vim", "wc", "wget",
];

/// Keys whose value is run; those of other names list files.
const RUN_KEYS: [&str; 9] = [
    "args", "cmd", "command", "entry", "exec", "main", "program", "run", "script",
];

/// Words that say of a file beside them that it is a program.
const PROGRAM: [&str; 16] = [
    "cli",
    "command",
    "command-line",
    "console",
    "cron",
    "crontab",
    "daemon",
    "entrypoint",
    "executable",
    "program",
    "programs",
    "script",
    "scripts",
    "shell",
    "standalone",
    "terminal",
];

/// Words that say so where none speaks of a notebook.
const RUNS: [&str; 18] = [
    "call",
    "calls",
    "execute",
    "executed",
    "executes",
    "executing",
    "invoke",
    "invokes",
    "launch",
    "launches",
    "run",
    "running",
    "runs",
    "schedule",
    "scheduled",
    "start",
    "started",
    "starts",
];

/// How words begin that speak of a notebook.
const NOTEBOOK: [&str; 8] = [
    "cell",
    "colab",
    "interactive",
    "ipynb",
    "jup",
    "kernel",
    "nb",
    "notebook",
];

/// A file that is named.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mention {
    /// As a module's name: `a/b.py` and `-m a.b` are both `[a, b]`.
    pub(super) module: Vec<String>,
    /// Its path begins at a root, which need not be the project's.
    pub(super) whole: bool,
    /// An interpreter is given it.
    pub(super) sure: bool,
}

impl Mention {
    fn of_file(word: &str) -> Option<Self> {
        // A notebook's line ends so, in JSON.
        let word = word.trim_end_matches("\\n");
        let word = word.rsplit('=').next().unwrap_or(word).replace('\\', "/");
        let word = word.trim_end_matches([':', '.', '!', '?']);
        let named = word.ends_with(".py") && !word.contains("://");
        named.then(|| Self {
            module: module_parts(Path::new(word)),
            whole: word.starts_with('/'),
            sure: false,
        })
    }

    fn of_module(name: &str) -> Option<Self> {
        let module: Vec<String> = name.split('.').map(str::to_owned).collect();
        let is_name = |part: &String| part.chars().all(|c| c.is_alphanumeric() || c == '_');
        let named = module.iter().all(|part| !part.is_empty() && is_name(part));
        named.then_some(Self {
            module,
            whole: false,
            sure: false,
        })
    }

    fn surely(self) -> Self {
        Self { sure: true, ..self }
    }
}

/// Returns what a text names as something to run.
pub(super) fn mentions(text: &str, manner: Manner) -> Vec<Mention> {
    let (mut found, mut fenced) = (Vec::new(), false);
    for line in text.lines() {
        let start = line.trim_start();
        if manner == Manner::Prose && (start.starts_with("```") || start.starts_with("~~~")) {
            fenced = !fenced;
            continue;
        }
        found.extend(given_to_interpreter(line));
        match manner {
            Manner::Code => found.extend(in_code(line)),
            Manner::Commands => found.extend(in_commands(line)),
            Manner::Prose if fenced || line.starts_with("    ") || start.starts_with("$ ") => {
                found.extend(in_commands(line));
            }
            Manner::Prose => {
                let spans = line.split('`').skip(1).step_by(2);
                found.extend(
                    spans
                        .filter(|span| span.contains(' '))
                        .flat_map(in_commands),
                );
                found.extend(in_sentence(line));
            }
        }
    }
    found
}

/// A Dockerfile's `["python", "a.py"]`, a README's `python a.py` in backquotes.
fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| c.is_whitespace() || "\"'`[](){},;|&<>$@*!".contains(c))
        .filter(|word| !word.is_empty())
}

/// Returns what a line gives to an interpreter.
fn given_to_interpreter(line: &str) -> Vec<Mention> {
    let mut found = Vec::new();
    if ["py", "PY"].iter().any(|part| line.contains(part)) {
        let mut words = words(line);
        while let Some(word) = words.next() {
            if is_interpreter(word) {
                found.extend(target(&mut words).map(Mention::surely));
            }
        }
    }
    found
}

fn is_interpreter(word: &str) -> bool {
    let name = word.rsplit(['/', '\\']).next().unwrap_or(word);
    let name = name.strip_suffix(".exe").unwrap_or(name).to_lowercase();
    let mut names = ["python", "pythonw", "ipython", "pypy", "py"].iter();
    names.any(|known| {
        name.strip_prefix(known)
            .is_some_and(|version| version.chars().all(|c| c.is_ascii_digit() || c == '.'))
    })
}

fn target<'w>(words: &mut impl Iterator<Item = &'w str>) -> Option<Mention> {
    loop {
        let word = words.next()?;
        match word {
            "-m" => return Mention::of_module(words.next()?),
            "-c" | "-" => return None,
            word if WITH_VALUE.contains(&word) => {
                words.next()?;
            }
            word if word.starts_with('-') => {}
            word => return Mention::of_file(word),
        }
    }
}

/// Returns what the commands of a line are given, whichever they are.
fn in_commands(line: &str) -> Vec<Mention> {
    let commands = line.split([';', '|', '&']);
    commands.filter_map(in_command).collect()
}

fn in_command(command: &str) -> Option<Mention> {
    // Behind the mark of a list, a prompt, the lines of a tree.
    let is_mark = |word: &&str| !word.contains(char::is_alphanumeric);
    let mut words: Vec<&str> = words(command).skip_while(is_mark).collect();
    let mut key = "";
    loop {
        let ends = |word: &str| word.ends_with(':') || word.ends_with('=');
        match *words.as_slice() {
            [first, second, ..] if second == ":" || second == "=" => {
                key = first;
                words.drain(..2);
            }
            [first, ..] if ends(first) => {
                key = first.trim_end_matches([':', '=']);
                words.remove(0);
            }
            _ => break,
        }
    }
    let (at, mention) = (0..words.len()).find_map(|at| Some((at, named_at(&words, at)?)))?;
    let before = &words[..at];
    let runs = match before.first() {
        None => is_run_key(key) || words[0].starts_with("./") || words[0].starts_with(".\\"),
        Some(first) => !OTHER_COMMANDS.contains(&&*first.to_lowercase()),
    };
    (runs && !before.iter().any(|word| is_of_notebook(word))).then_some(mention)
}

fn is_run_key(key: &str) -> bool {
    let key = key.to_lowercase();
    RUN_KEYS.iter().any(|known| key.contains(known))
}

/// A file, a module behind `-m`, or the `module:app` that a server imports.
fn named_at(words: &[&str], at: usize) -> Option<Mention> {
    let word = words[at];
    if let Some(file) = Mention::of_file(word) {
        return Some(file);
    }
    let before = at.checked_sub(1).map(|last| words[last]);
    if before == Some("-m")
        && words[..at]
            .iter()
            .any(|it| it.to_lowercase().ends_with("run"))
    {
        return Mention::of_module(word);
    }
    served(word)
}

/// `module:app`
fn served(word: &str) -> Option<Mention> {
    let (module, app) = word.split_once(':')?;
    let is_app = app.starts_with(|c: char| c.is_alphabetic() || c == '_');
    is_app.then(|| Mention::of_module(module)).flatten()
}

/// Returns what a sentence says is run: `run a.py`, `the script a.py`, `the main script`.
fn in_sentence(line: &str) -> Vec<Mention> {
    let words: Vec<&str> = words(line).collect();
    let plain = |word: &str| word.trim_matches([':', '.', '!', '?', '_']).to_lowercase();
    let has = |known: &[&str]| words.iter().any(|word| known.contains(&&*plain(word)));
    let is_program = has(&PROGRAM);
    let is_run = has(&RUNS) && !words.iter().any(|word| is_of_notebook(word));
    let mut found = Vec::new();
    if is_program || is_run {
        found.extend(words.iter().filter_map(|word| Mention::of_file(word)));
    }
    // Without its ending only the word beside says that a file is meant.
    for pair in words.windows(2) {
        let is_script = |word: &str| matches!(&*plain(word), "script" | "program");
        let name = match (is_script(pair[0]), is_script(pair[1])) {
            (false, true) => pair[0],
            (true, false) => pair[1],
            _ => continue,
        };
        found.extend(Mention::of_module(name.trim_matches([':', '.', '!', '?'])));
    }
    found
}

fn is_of_notebook(word: &str) -> bool {
    let word = word.to_lowercase();
    NOTEBOOK.iter().any(|start| word.starts_with(start)) && !word.ends_with(".py")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(manner: Manner, line: &str, expected: &[&str]) {
        let mut found: Vec<String> = Vec::new();
        for mention in mentions(line, manner) {
            let name = mention.module.join(".");
            found.extend(
                ["a.b", "b", "main", "train"]
                    .contains(&&*name)
                    .then_some(name),
            );
        }
        found.dedup();
        assert_eq!(found, expected, "{line}");
    }

    #[test]
    fn an_interpreter_is_seen_in_any_dress() {
        check(Manner::Prose, "Use `python -m a.b` first.", &["a.b"]);
        check(Manner::Prose, "python3 -u ./a/b.py --fast", &["a.b"]);
        check(Manner::Commands, "CMD [\"python\", \"a/b.py\"]", &["a.b"]);
        check(Manner::Commands, "\t$(PYTHON) b.py", &["b"]);
        check(Manner::Prose, "ipython b.py, or py -3 b.py", &["b"]);
        check(Manner::Code, "# usage: python3.11 -X dev b.py", &["b"]);
        check(Manner::Prose, "python is a language; see b.py", &[]);
        check(Manner::Prose, "pythonic b.py", &[]);
        check(Manner::Prose, "python -c 'import b.py'", &[]);
    }

    #[test]
    fn a_command_is_given_the_first_file() {
        let run = Manner::Commands;
        check(run, "      - run: uv run b.py other.py", &["b"]);
        check(run, "cd x && nohup ./b.py", &["b"]);
        check(run, "./b.py", &["b"]);
        check(run, "coverage run -m a.b", &["a.b"]);
        check(run, "web: serve a.b:app --port 80", &["a.b"]);
        check(run, "\"program\": \"${workspaceFolder}/b.py\",", &["b"]);
        check(run, "ExecStart=/opt/env/bin/tool b.py", &["b"]);
        check(run, "cp b.py /tmp", &[]);
        check(run, "COPY b.py .", &[]);
        check(run, "- b.py", &[]);
        check(run, "exclude = [\"a.py\", \"b.py\"]", &[]);
        check(run, "\"b.py\" = [\"E402\"]", &[]);
        check(run, "jupyter notebook b.py", &[]);
    }

    #[test]
    fn prose_says_it_in_other_words() {
        let prose = Manner::Prose;
        check(prose, "Run [b.py](a/b.py) every night.", &["b", "a.b"]);
        check(prose, "The script `b.py` loads the data.", &["b"]);
        check(prose, "The main script does the rest.", &["main"]);
        check(prose, "Then start the script `train`.", &["train"]);
        check(prose, "```\ntool run b.py\n```", &["b"]);
        check(prose, "```\nb.py      # the model\n```", &[]);
        check(prose, "```\n├── b.py\n```", &[]);
        check(prose, "- [b.py](b.py): how it works", &[]);
        check(prose, "Open `b.py` as a notebook and run its cells.", &[]);
        check(prose, "`a/b.py`: one script with `# %%` cells", &["a.b"]);
        check(
            prose,
            "The main script is `b.py`, the notebook a.ipynb.",
            &["b", "main"],
        );
        check(prose, "Run `b.py` from top to bottom.", &["b"]);
        check(
            prose,
            "Or open `main.py` in an editor and run the `# %%` cells.",
            &[],
        );
        check(prose, "Open `b.py` in Colab, run it cell by cell.", &[]);
        check(prose, "    $ conda run -n x tool b.py", &["b"]);
    }

    #[test]
    fn python_names_files_in_strings() {
        let code = Manner::Code;
        check(
            code,
            "subprocess.run([sys.executable, \"a/b.py\"])",
            &["a.b"],
        );
        check(code, "exec(open('b.py').read())", &["b"]);
        check(code, "runpy.run_module(\"a.b\")", &["a.b"]);
        check(code, "runpy.run_module(mod_name='a.b')", &["a.b"]);
        check(code, "importlib.import_module('.b', __package__)", &["b"]);
        check(code, "[sys.executable, '-m', 'a.b', '--fast']", &["a.b"]);
        check(code, "uvicorn.run('a.b:app', port=1)", &["a.b"]);
        check(code, "loop.run({'main': 1, 'b': 2})", &[]);
        check(code, "\"%run b.py\\n\",", &["b"]);
        check(code, "x = 1  # as in b.py", &[]);
    }
}
