//! An interrupt of the kernel before and after a cell awaits: a `safe` change answers it in the same way.

use super::cells::cells;
use super::kernel::Kernel;
use super::python;
use crate::support::Project;

/// Printed by what waits, which an interrupt is to end; it wakes again and again, since a kernel hears of an
/// interrupt of a cell that awaits when its loop does something.
const MARKER: &str = "waiting";

const SETUP: &str = "\
# %%
import asyncio
import contextlib
import nest_asyncio
nest_asyncio.apply()
loop = asyncio.get_event_loop()
async def wait():
    print('waiting', flush=True)
    while True:
        await asyncio.sleep(0.01)
# %%
";

/// A cell, the level of its change, and what it prints behind the marker before and after.
type Member = (&'static str, &'static str, &'static str, &'static str);

const MEMBERS: &[Member] = &[
    (
        "try:\n    RUN\nexcept KeyboardInterrupt:\n    print('handled')\n",
        "review",
        "handled",
        "",
    ),
    (
        "try:\n    RUN\nexcept KeyboardInterrupt:\n    print('handled')\n    raise\n",
        "review",
        "handled",
        "",
    ),
    (
        "try:\n    RUN\nexcept (ValueError, KeyboardInterrupt):\n    print('handled')\n",
        "review",
        "handled",
        "",
    ),
    (
        "STOP = (KeyboardInterrupt, SystemExit)\ntry:\n    RUN\nexcept STOP:\n    print('handled')\n",
        "review",
        "handled",
        "",
    ),
    (
        "try:\n    RUN\nexcept BaseException as error:\n    print(type(error).__name__)\n",
        "review",
        "KeyboardInterrupt",
        "CancelledError",
    ),
    (
        "with contextlib.suppress(KeyboardInterrupt):\n    RUN\nprint('handled')\n",
        "review",
        "handled",
        "",
    ),
    (
        "while True:\n    try:\n        RUN\n    except KeyboardInterrupt:\n        print('handled')\n        break\n",
        "review",
        "handled",
        "",
    ),
    (
        "try:\n    RUN\nfinally:\n    print('left')\n",
        "safe",
        "left",
        "left",
    ),
    (
        "try:\n    RUN\nexcept Exception:\n    print('handled')\nelse:\n    print('else')\n",
        "safe",
        "",
        "",
    ),
    ("RUN\nprint('behind')\n", "safe", "", ""),
];

#[test]
fn what_handles_an_interrupt_is_no_safe_change() {
    let Some(python) = python::environment(&python::KERNEL) else {
        return;
    };
    let mut kernel = Kernel::start(&python);
    for (cell, level, before, after) in MEMBERS {
        let text = format!(
            "{SETUP}{}",
            cell.replace("RUN", "loop.run_until_complete(wait())")
        );
        let project = Project::empty();
        project.write("demo.py", &text);
        let select = ["--select", "run-until-complete", "--safety", "review"];
        let diff = project.run(&[&["diff", "--format", "json"][..], &select, &["."]].concat());
        let levels: Vec<_> = diff
            .of_type("change")
            .iter()
            .map(|it| it["safety"].clone())
            .collect();
        assert_eq!(levels, [*level], "{cell}");
        let old = kernel.interrupt("before", project.root(), &cells("demo.py", &text), MARKER);
        project.run(&[&["migrate", "--allow-dirty"][..], &select, &["."]].concat());
        let text = project.text("demo.py");
        assert!(text.contains("await wait()"), "{text}");
        let new = kernel.interrupt("after", project.root(), &cells("demo.py", &text), MARKER);
        let printed = |text: &str| text.trim_start_matches(MARKER).trim().to_owned();
        assert_eq!(printed(&old.stdout), *before, "before: {cell}{old:?}");
        assert_eq!(printed(&new.stdout), *after, "after: {cell}{new:?}");
    }
}
