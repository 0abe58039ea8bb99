//! Functions that become plain or async: through each other, through files, and who is in the way.

use crate::support::Project;

const CHAIN: &str = "\
//- chain.py
import asyncio


async def first():
    return 1


async def second():
    return await first() + 1


async def third():
    return await second() + 1


async def main():
    print(await third())


asyncio.run(main())
";

#[test]
fn functions_that_call_each_other_become_plain_in_one_run() {
    let project = Project::new(CHAIN);
    let migrate = ["migrate", "--allow-dirty", "--safety", "review"];
    let migrate = [&migrate[..], &["--select", "async-without-await", "."]].concat();
    let run = project.run(&migrate);
    assert_eq!(run.code, Some(0), "{run:?}");
    let plain = CHAIN.replace("//- chain.py\n", "");
    let plain = plain.replace("async def", "def").replace("await ", "");
    let plain = plain.replace("def main", "async def main");
    assert_eq!(project.text("chain.py"), plain);
    let again = project.run(&migrate);
    assert!(again.stdout.contains("Nothing written"), "{again:?}");
}

#[test]
fn a_def_stays_where_another_file_may_take_it() {
    let project = Project::new(CHAIN);
    project.write("star.py", "from chain import *\n");
    let select = ["diff", "--select", "async-without-await", "chain.py"];
    let run = project.run(&select);
    assert!(run.stdout.contains("star.py may use it, too"), "{run:?}");
}

const BOTH: &str = r#"//- api.py
import subprocess
import time

from fastapi import FastAPI

app = FastAPI()


@app.get("/poll")
async def poll():
    time.sleep(0.1)


@app.get("/tool")
async def tool():
    time.sleep(0.1)
    return subprocess.check_output(["tool"])


@app.get("/wrapped")
@traced
async def wrapped():
    return subprocess.check_output(["tool"])
"#;

#[test]
fn where_an_endpoint_becomes_plain_its_calls_stay() {
    let project = Project::new(BOTH);
    let migrate = ["migrate", "--allow-dirty", "--safety", "review", "--select"];
    let select = "blocking-sleep,blocking-call,endpoint-to-sync";
    let run = project.run(&[&migrate[..], &[select, "."]].concat());
    assert_eq!(run.code, Some(0), "{run:?}");
    let text = project.text("api.py");
    for made in [
        "async def poll():\n    await asyncio.sleep(0.1)\n",
        "\ndef tool():\n    time.sleep(0.1)\n    return subprocess.check_output",
        "async def wrapped():\n    return await asyncio.to_thread(subprocess.check_output",
    ] {
        assert!(text.contains(made), "{made}\n{text}");
    }
}

const OPPOSED: &str = "\
id: all-async
title: t
area: own
severity: low
why: w
opposes: async-without-await
rules: [{match: lib.old($x), report: r}]
examples: [{name: n, unchanged: x}]
";

#[test]
fn recipes_that_oppose_each_other_are_named_with_the_setting() {
    let project = Project::new(CHAIN);
    project.write("own/all-async.yaml", OPPOSED);
    let select = "all-async,async-without-await";
    let run = project.run(&["diff", "--recipes", "own", "--select", select, "."]);
    assert_eq!(run.code, Some(2), "{run:?}");
    for told in [
        "`all-async` (in no pack) opposes `async-without-await` (of the pack sync-default)",
        "`ignore = [\"async-without-await\"]`",
    ] {
        assert!(run.stderr.contains(told), "{run:?}");
    }
}
