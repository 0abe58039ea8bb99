//! A notebook ends the tasks that its cells start: the cell that is added, and what stays as it was.

use crate::support::{Project, Run};

/// The JSON of a code cell with this source.
fn code(id: &str, source: &str) -> String {
    format!(
        r#"  {{
   "cell_type": "code",
   "execution_count": 7,
   "id": "{id}",
   "metadata": {{"tags": ["x"]}},
   "outputs": [],
   "source": {source}
  }}"#
    )
}

fn notebook(cells: &[String], rest: &str) -> String {
    format!("{{\n \"cells\": [\n{}\n ],\n{rest}}}", cells.join(",\n"))
}

const REST: &str = " \"metadata\": {\"scale\": 1.10},\n \"nbformat\": 4,\n \"nbformat_minor\": 5\n";

const SETUP: &str = r#"[
    "import asyncio\n",
    "\n",
    "async def tick(step):\n",
    "    while True:\n",
    "        await asyncio.sleep(step)"
   ]"#;

fn migrated(project: &Project) -> Run {
    project.run(&[
        "migrate",
        "--allow-dirty",
        "--select",
        "task-handle",
        "--safety",
        "review",
        "--format",
        "json",
        ".",
    ])
}

/// Migrates a notebook twice; the second time nothing happens.
#[track_caller]
fn check(before: &str, after: &str) {
    let project = Project::empty();
    project.write("a.ipynb", before);
    migrated(&project);
    assert_eq!(project.text("a.ipynb"), after);
    let run = migrated(&project);
    assert_eq!(project.text("a.ipynb"), after, "{run:?}");
}

#[test]
fn a_cell_is_added_behind_all_others_and_nothing_is_moved() {
    let prose =
        r##"  {"cell_type": "raw", "id": "c3", "metadata": {}, "source": "\u00b5"}"##.to_owned();
    let cells = |start: &str| [code("c1", SETUP), code("c2", start), prose.clone()];
    let before = notebook(&cells(r#""asyncio.create_task(tick(1));""#), REST);
    let new = code(
        "c4",
        r#""tick_task.cancel()\nawait asyncio.gather(tick_task, return_exceptions=True)""#,
    );
    let new = new
        .replace(": 7,", ": null,")
        .replace(r#"{"tags": ["x"]}"#, "{}");
    let mut after = cells(r#""tick_task = asyncio.create_task(tick(1));""#).to_vec();
    after.push(new);
    check(&before, &notebook(&after, REST));
}

#[test]
fn another_task_ends_in_the_cell_that_an_earlier_run_added() {
    let start = |text: &str| code("c2", &format!("[\n    \"{text}\"\n   ]"));
    let first = notebook(
        &[code("c1", SETUP), start("asyncio.create_task(tick(1))")],
        REST,
    );
    let project = Project::empty();
    project.write("a.ipynb", &first);
    migrated(&project);
    let more = project.text("a.ipynb").replace(
        "tick_task = asyncio.create_task(tick(1))",
        "tick_task = asyncio.create_task(tick(1))\\n\",\n    \"asyncio.create_task(tick(2))",
    );
    project.write("a.ipynb", &more);
    migrated(&project);
    let text = project.text("a.ipynb");
    assert_eq!(text.matches("\"cell_type\"").count(), 3, "{text}");
    let end = r#"[
    "tick_task.cancel()\n",
    "await asyncio.gather(tick_task, return_exceptions=True)\n",
    "tick_task_2.cancel()\n",
    "await asyncio.gather(tick_task_2, return_exceptions=True)"
   ]"#;
    assert!(text.contains(end), "{text}");
    let run = migrated(&project);
    assert_eq!(project.text("a.ipynb"), text, "{run:?}");
}

#[test]
fn a_notebook_of_an_older_format_gets_a_cell_without_id() {
    let without = |cell: String| {
        let lines: Vec<&str> = cell
            .lines()
            .filter(|line| !line.contains("\"id\""))
            .collect();
        lines.join("\n")
    };
    let rest = REST.replace(": 5\n", ": 4\n");
    let start = without(code("c2", "[\"asyncio.create_task(tick(1))\"]"));
    let before = notebook(&[without(code("c1", SETUP)), start], &rest);
    let project = Project::empty();
    project.write("a.ipynb", before);
    migrated(&project);
    let text = project.text("a.ipynb");
    assert!(text.contains("tick_task.cancel()"), "{text}");
    assert!(!text.contains("\"id\""), "{text}");
}

#[test]
fn a_diff_shows_the_new_cell_under_a_heading_of_its_own() {
    let project = Project::empty();
    let start = code("c2", "[\"asyncio.create_task(tick(1))\"]");
    project.write("a.ipynb", notebook(&[code("c1", SETUP), start], REST));
    let run = project.run(&["diff", "--select", "task-handle", "."]);
    let shown = "a.ipynb · new cell 3\n@@ -0,0 +1,2 @@\n+tick_task.cancel()\n+await asyncio.gather(tick_task, return_exceptions=True)\n";
    assert!(run.stdout.contains(shown), "{run:?}");
}

#[test]
fn a_notebook_of_another_kernel_is_left_alone() {
    let project = Project::empty();
    let rest = REST.replace(
        "{\"scale\"",
        "{\"kernelspec\": {\"language\": \"julia\"}, \"scale\"",
    );
    let text = notebook(
        &[
            code("c1", SETUP),
            code("c2", "[\"asyncio.create_task(tick(1))\"]"),
        ],
        &rest,
    );
    project.write("a.ipynb", &text);
    let run = migrated(&project);
    assert_eq!(project.text("a.ipynb"), text, "{run:?}");
}

/// Migrates a percent file.
#[track_caller]
fn check_percent(before: &str, after: &str) {
    let project = Project::empty();
    project.write("a.py", before);
    migrated(&project);
    assert_eq!(project.text("a.py"), after);
    let run = migrated(&project);
    assert_eq!(project.text("a.py"), after, "{run:?}");
}

#[test]
fn a_percent_file_keeps_its_header_its_line_ends_and_its_last_line() {
    let header = "# ---\r\n# jupyter:\r\n#   kernelspec:\r\n#     name: python3\r\n# ---\r\n\r\n";
    let beat = "import asyncio\r\n\r\n\r\nasync def beat():\r\n    while True:\r\n        await asyncio.sleep(9)\r\n";
    check_percent(
        &format!("{header}# %%\r\n{beat}\r\n# %%\r\nasyncio.create_task(beat())"),
        &format!(
            "{header}# %%\r\n{beat}\r\n# %%\r\nbeat_task = asyncio.create_task(beat())\r\n\r\n\
             # %%\r\nbeat_task.cancel()\r\nawait asyncio.gather(beat_task, return_exceptions=True)"
        ),
    );
}

#[test]
fn a_cell_comes_behind_magics_and_prose() {
    const BEAT: &str =
        "import asyncio\nasync def beat():\n    while True:\n        await asyncio.sleep(9)\n";
    check_percent(
        &format!(
            "#%% Set up\n{BEAT}asyncio.create_task(beat())\n#%% Save\n# %store beat_task\n#%% [markdown]\n# The end.\n"
        ),
        &format!(
            "#%% Set up\n{BEAT}beat_task_2 = asyncio.create_task(beat())\n#%% Save\n# %store beat_task\n#%% [markdown]\n# The end.\n\
         #%% Cleanup\nbeat_task_2.cancel()\nawait asyncio.gather(beat_task_2, return_exceptions=True)\n"
        ),
    );
}

#[test]
fn a_pair_gets_the_same_last_cell() {
    let project = Project::empty();
    let rest = REST.replace(
        "{\"scale\"",
        "{\"jupytext\": {\"formats\": \"ipynb,py:percent\"}, \"scale\"",
    );
    let start = code("c2", "[\"asyncio.create_task(tick(1))\"]");
    project.write("a.ipynb", notebook(&[code("c1", SETUP), start], &rest));
    project.write(
        "a.py",
        "# ---\n# jupyter:\n#   jupytext:\n#     formats: ipynb,py:percent\n# ---\n\n# %%\nimport asyncio\n\nasync def tick(step):\n    \
         while True:\n        await asyncio.sleep(step)\n\n# %%\nasyncio.create_task(tick(1))\n",
    );
    let run = migrated(&project);
    let end = "tick_task.cancel()\nawait asyncio.gather(tick_task, return_exceptions=True)\n";
    assert!(
        project.text("a.py").ends_with(&format!("\n# %%\n{end}")),
        "{run:?}"
    );
    let text = project.text("a.ipynb");
    let json = r#"[
    "tick_task.cancel()\n",
    "await asyncio.gather(tick_task, return_exceptions=True)"
   ]"#;
    assert!(text.contains(json), "{text}");
}

#[test]
fn a_method_at_the_end_of_a_cell_stays_in_it() {
    let class = r#"[
    "class Feed:\n",
    "    async def start(self):\n",
    "        asyncio.create_task(tick(1))\n",
    "    async def stop(self):\n",
    "        '''Ends it.'''"
   ]"#;
    let lines = r#"    "        '''Ends it.'''\n",
    "        if self._tick_task is not None:\n",
    "            self._tick_task.cancel()\n",
    "            await asyncio.gather(self._tick_task, return_exceptions=True)\n",
    "            self._tick_task = None"
   ]"#;
    let project = Project::empty();
    let last = code("c3", "[\"feed = Feed()\"]");
    project.write(
        "a.ipynb",
        notebook(&[code("c1", SETUP), code("c2", class), last], REST),
    );
    migrated(&project);
    let text = project.text("a.ipynb");
    assert!(text.contains(lines), "{text}");
}
