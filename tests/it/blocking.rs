//! The table of calls that block: rows of one's own add to it.

use crate::support::{Project, catalog};

const OWN: &str = "\
rows:
  - recipe: blocking-call
    calls: fleetkit.locate($*args)
    becomes: await asyncio.to_thread($callee, $*args)
    does: the fleet answers in a thread as well
    source: its manual
";

const LOCATES: &str = "import fleetkit\n\n\nasync def main():\n    return fleetkit.locate(1)\n";

fn migrated(project: &Project) -> (String, String) {
    let run = project.run(&[
        "migrate",
        "--allow-dirty",
        "--recipes",
        "own",
        "--select",
        "blocking-call",
        "a.py",
    ]);
    (project.text("a.py"), run.stdout + &run.stderr)
}

#[test]
fn a_row_of_ones_own_is_one_more_call() {
    let project = Project::empty();
    project.write("a.py", LOCATES);
    project.write("own/tables/blocking.yaml", OWN);
    let (text, said) = migrated(&project);
    let awaits = "return await asyncio.to_thread(fleetkit.locate, 1)";
    assert!(text.contains(awaits), "{text} {said}");
}

/// Compares what is said of an own row in which a text is replaced.
#[track_caller]
fn check_wrong(old: &str, new: &str, expected: &str) {
    assert!(OWN.contains(old), "{old}");
    let project = Project::empty();
    project.write("a.py", LOCATES);
    project.write("own/tables/blocking.yaml", OWN.replacen(old, new, 1));
    let (text, said) = migrated(&project);
    assert_eq!(text, LOCATES);
    assert!(said.contains(expected), "{said}");
}

#[test]
fn a_wrong_row_is_told_with_its_place() {
    check_wrong("does: the", "doess: the", "blocking.yaml:5:5");
    check_wrong(
        "recipe: blocking-call",
        "recipe: blocking-cal",
        "unknown word `blocking-cal`",
    );
    check_wrong(
        "$callee, $*args",
        "$callee, $*rest",
        "`$*rest` is not bound",
    );
    check_wrong("    source: its manual\n", "", "source");
    check_wrong("rows:", "row:", "row");
}

#[test]
fn the_table_has_a_row_for_every_recipe_that_it_names() {
    let table = catalog().library().find("blocking").expect("it is shipped");
    let recipes = ["blocking-call", "cpu-bound", "celery-result-wait"];
    for recipe in recipes {
        let is_of = |row: &awaitify::recipe::table::Row| {
            row.cell("recipe")
                .and_then(awaitify::recipe::yaml::Node::text)
                == Some(recipe)
        };
        assert!(table.rows.iter().any(is_of), "{recipe}");
    }
}
