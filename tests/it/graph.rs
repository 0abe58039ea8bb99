//! `awaitify graph`: who would turn async if a function did, up to where the code stays sync or nobody knows.

use serde_json::Value;

use crate::cli_help::with_snapshots;
use crate::support::Project;

/// Every kind of caller.
const SHOP: &str = include_str!("graph/shop.txt");

/// Returns the tree that a command prints: each line with its blanks taken together.
#[track_caller]
fn tree(project: &Project, arguments: &[&str]) -> Vec<String> {
    let run = project.run(&[&["graph"], arguments].concat());
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{run:?}");
    let tree = run.stdout.lines().take_while(|line| !line.is_empty());
    let one_blank = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    tree.map(one_blank).collect()
}

/// Compares the tree below a function of a project.
#[track_caller]
fn check(files: &str, from: &str, expected: &[&str]) {
    assert_eq!(tree(&Project::new(files), &["--from", from]), expected);
}

/// Returns the JSON lines of a type.
#[track_caller]
fn lines(project: &Project, arguments: &[&str], kind: &str) -> Vec<Value> {
    let run = project.run(&[&["graph", "--format", "json"], arguments].concat());
    assert_eq!(run.code, Some(0), "{run:?}");
    let lines = run.stdout.lines();
    let lines = lines.map(|line| serde_json::from_str(line).expect("it is JSON"));
    lines.filter(|it: &Value| it["type"] == kind).collect()
}

#[test]
fn every_caller_is_as_reviewed() {
    let project = Project::new(SHOP);
    let run = project.run(&["graph", "--from", "shop/helpers.py::fetch"]);
    with_snapshots(|| insta::assert_snapshot!("graph-shop", run.stdout));
}

#[test]
fn formats_are_as_reviewed() {
    let project = Project::new(SHOP);
    for format in ["dot", "json", "svg"] {
        let from = ["graph", "--from", "shop.client.Client.get", "--format"];
        let run = project.run(&[&from[..], &[format]].concat());
        with_snapshots(|| insta::assert_snapshot!(format!("graph-{format}"), run.stdout));
    }
}

#[test]
fn a_function_has_several_spellings() {
    let project = Project::new(SHOP);
    let whole = tree(&project, &["--from", "shop/helpers.py::fetch"]);
    for from in ["shop/helpers.py:2", "shop.helpers.fetch", "shop.load"] {
        assert_eq!(tree(&project, &["--from", from]), whole, "{from}");
    }
}

#[test]
fn an_unknown_function_is_an_error_that_offers_others() {
    let project = Project::new(SHOP);
    for (from, expected) in [
        (
            "shop/client.py::Client.gett",
            "similar: shop/client.py::Client.get",
        ),
        ("shop.helpers.fetched", "similar: shop/helpers.py::fetch"),
        (
            "shop/client.py::Client",
            "a class; name a method: shop/client.py::Client.get",
        ),
        (
            "shop.Client",
            "a class; name a method: shop/client.py::Client.get",
        ),
        (
            "fetch",
            "several functions: shop/helpers.py::fetch, shop/twice.py::fetch",
        ),
        (
            "shop/cli.py:2",
            "the line is in no function; similar: shop/cli.py::script",
        ),
        ("shop/gone.py:2", "shop/gone.py:2"),
        ("shop/broken.py:2", "it does not parse"),
        (
            "shop/cli.py",
            "expected FILE:LINE, FILE::Class.method or module.Class.method",
        ),
    ] {
        let run = project.run(&["graph", "--from", from]);
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{run:?}");
        assert!(run.stderr.contains(expected), "{from}: {}", run.stderr);
    }
}

#[test]
fn only_the_ways_to_a_boundary_are_shown() {
    let project = Project::new(SHOP);
    let from = ["--from", "shop.helpers.fetch", "--to"];
    let expected = [
        "turns async shop/helpers.py:1 fetch",
        "turns async shop/client.py:10 Client.get `return fetch(key)`",
        "turns async shop/cli.py:26 known `return client.get('x')`",
        "turns async shop/cli.py:30 main `return known(Client())`",
        "stays sync shop/cli.py:34 module level: the program starts here `main()`",
        "turns async shop/client.py:44 Cached.get `return super().get(key)` and 1 more use",
    ];
    let found = tree(&project, &[&from[..], &["shop/cli.py:34"]].concat());
    assert_eq!(found[..5], expected[..5]);
    let run = project.run(&[&["graph"], &from[..], &["shop.tasks.wrap"]].concat());
    assert_eq!(run.code, Some(1), "{run:?}");
}

#[test]
fn circles_of_calls_and_imports_end() {
    check(
        "\
//- one.py
import two
def ping(n):
    return two.pong(n - 1) if n else 0
//- two.py
import one
def pong(n):
    return one.ping(n - 1) if n else ping(n)
def ping(n):
    return pong(n)
",
        "one.ping",
        &[
            "turns async one.py:2 ping",
            "turns async two.py:3 pong `return one.ping(n - 1) if n else ping(n)`",
            "turns async one.py:3 ping `return two.pong(n - 1) if n else 0` (seen above)",
            "turns async two.py:5 ping `return pong(n)`",
            "turns async two.py:3 pong `return one.ping(n - 1) if n else ping(n)` (seen above)",
        ],
    );
}

#[test]
fn nothing_unsure_is_said_to_be_sure() {
    // Bound twice with the same header, under a condition, and put there by another file.
    let twice = "\
//- work.py
import os
if os.name == 'nt':
    def job(n):
        return n
else:
    def job(n):
        return -n
def here():
    return job(1)
//- use.py
from work import job
def there():
    return job(2)
";
    let unknown = |file: &str, name: &str, why: &str, line: &str| {
        format!("unknown {file} {name}: {why} `return job({line})`")
    };
    let expected = [
        "turns async work.py:3 job".to_owned(),
        unknown(
            "use.py:3",
            "there",
            "its file binds `job` more than once",
            "2",
        ),
        unknown(
            "work.py:9",
            "here",
            "`job` has several values that may reach here",
            "1",
        ),
        "turns async work.py:6 job".to_owned(),
        unknown(
            "use.py:3",
            "there",
            "its file binds `job` more than once",
            "2",
        ),
        unknown(
            "work.py:9",
            "here",
            "`job` has several values that may reach here",
            "1",
        ),
    ];
    assert_eq!(
        tree(&Project::new(twice), &["--from", "work.py::job"]),
        expected
    );
    let stars = "\
//- work.py
def job(n):
    return n
//- use.py
from work import *
from gone import *
def there():
    return job(1)
//- only.py
from work import *
def surely():
    return job(2)
";
    check(
        stars,
        "work.job",
        &[
            "turns async work.py:1 job",
            "stays sync only.py:3 surely: no code of the project calls it: code outside may `return job(2)`",
            "unknown use.py:4 there: `job` may come from `from gone import *` `return job(1)`",
        ],
    );
}

#[test]
fn what_is_put_in_its_place_is_noted() {
    let project = "\
//- work.py
def job():
    return 1
def _own():
    return job()
//- patched.py
import work
work.job = lambda: 2
";
    check(
        project,
        "work.job",
        &[
            "turns async work.py:1 job",
            "note: patched.py sets `work.job`",
            "turns async work.py:4 _own `return job()`",
            "note: no code of the project calls it",
        ],
    );
}

#[test]
fn a_method_turns_async_with_its_relatives() {
    let project = "\
//- base.py
class Store:
    def read(self):
        raise NotImplementedError
//- disk.py
from base import Store
class Disk(Store):
    def read(self):
        return 1
//- use.py
from base import Store
def show(store: Store):
    print(store.read())
show(None)
";
    check(
        project,
        "disk.Disk.read",
        &[
            "turns async disk.py:3 Disk.read",
            "turns async base.py:2 Store.read: the same method of a related class `def read(self):`",
            "turns async disk.py:3 Disk.read: the same method of a related class `def read(self):` (seen above)",
            "turns async use.py:3 show `print(store.read())`",
            "stays sync use.py:4 module level: the module level cannot await `show(None)`",
        ],
    );
}

#[test]
fn namespace_packages_and_several_roots_are_found() {
    let project = "\
//- src/space/one/work.py
def job():
    return 1
//- src/space/two/use.py
from space.one.work import job as task
from space.one import work
def first():
    return task()
def second():
    return work.job() + first()
//- tools/run.py
from space.two.use import second
if __name__ == '__main__':
    second()
";
    check(
        project,
        "space.one.work.job",
        &[
            "turns async src/space/one/work.py:1 job",
            "turns async src/space/two/use.py:4 first `return task()`",
            "turns async src/space/two/use.py:6 second `return work.job() + first()`",
            "stays sync tools/run.py:3 module level: the program starts here `second()`",
            "turns async src/space/two/use.py:6 second `return work.job() + first()` (seen above)",
        ],
    );
}

#[test]
fn a_name_that_is_handed_on_under_another_one_is_followed() {
    let project = "\
//- pack/__init__.py
from .impl import job as task
//- pack/impl.py
def job():
    return 1
//- use.py
from pack import task
def main():
    task()
main()
";
    check(
        project,
        "pack.task",
        &[
            "turns async pack/impl.py:1 job",
            "turns async use.py:3 main `task()`",
            "stays sync use.py:4 module level: the module level cannot await `main()`",
        ],
    );
}

#[test]
fn without_a_site_it_begins_where_recipes_apply() {
    let project = Project::new(
        "\
//- rates.py
import asyncio
async def fetch(day):
    return day
def rate(day):
    return asyncio.run(fetch(day))
def show():
    print(rate(1))
//- use.py
import rates
rates.show()
",
    );
    let expected = [
        "turns async rates.py:4 rate",
        "turns async rates.py:7 show `print(rate(1))`",
        "stays sync use.py:2 module level: the module level cannot await `rates.show()`",
    ];
    assert_eq!(tree(&project, &[]), expected);
    let run = Project::new("//- a.py\ndef f():\n    pass\n").run(&["graph"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains("name one with --from SITE"), "{run:?}");
}

#[test]
fn seeds_are_joined_and_threads_make_no_difference() {
    let project = Project::new(SHOP);
    let from = ["--from", "shop.helpers.fetch", "--from", "shop.web.pick"];
    let one = lines(&project, &[&from[..], &["-j", "1"]].concat(), "vertex");
    let many = lines(&project, &[&from[..], &["-j", "4"]].concat(), "vertex");
    assert_eq!(one, many);
    assert_eq!(one.iter().filter(|it| it["seed"] == true).count(), 2);
}

#[test]
fn the_cheapest_cut_is_where_ways_meet() {
    let project = Project::new(
        "\
//- work.py
def job():
    return 1
def one():
    return job()
def two():
    return job()
def both():
    return one() + two()
//- test_work.py
from work import both
def test_one():
    both()
def test_two():
    both()
",
    );
    let from = ["--from", "work.job"];
    let cuts = lines(&project, &from, "cut");
    let vertices = lines(&project, &from, "vertex");
    let cut = cuts[0]["vertices"][0].as_u64().expect("a number");
    assert_eq!((cuts.len(), cuts[0]["turning"].as_u64()), (1, Some(3)));
    let name = vertices.iter().find(|it| it["id"] == cut);
    assert_eq!(name.map(|it| &it["name"]), Some(&Value::from("both")));
}

#[test]
fn a_picture_escapes_what_it_shows_and_folds_what_is_too_much() {
    let mut files = "//- a&b/__init__.py\n//- a&b/work.py\ndef job(x):\n    return x\n".to_owned();
    for number in 0..400 {
        files += &format!("def f{number}(x):\n    return job('<&\">')\n");
    }
    let project = Project::new(&files);
    let picture = ["graph", "--from", "a&b/work.py::job", "--format", "svg"];
    let run = project.run(&[&picture[..], &["--output", "graph.svg"]].concat());
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""), "{run:?}");
    let svg = project.text("graph.svg");
    assert!(svg.contains("Too many to draw: a box is a file."), "{svg}");
    assert!(svg.contains("a&amp;b/work.py") && svg.contains("&lt;&amp;&quot;&gt;"));
    assert!(!svg.contains("<script") && !svg.contains("a&b"), "{svg}");
}
