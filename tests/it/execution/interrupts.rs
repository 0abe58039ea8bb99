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

/// What IPython prints where it cannot show the lines of a traceback, as happens now and then when an interrupt
/// comes between two of them: nothing that the cell does.
const FALLBACK: &str =
    "Unexpected exception formatting exception. Falling back to standard exception";

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
        let printed = |text: &str| {
            let text = text.trim_start_matches(MARKER).replace(FALLBACK, "");
            text.trim().to_owned()
        };
        assert_eq!(printed(&old.stdout), *before, "before: {cell}{old:?}");
        assert_eq!(printed(&new.stdout), *after, "after: {cell}{new:?}");
    }
}

/// What a script begins with; Ctrl-C comes while it waits.
const SCRIPT: &str = "\
import asyncio
import contextlib
import signal
async def wait():
    print('waiting')
    asyncio.get_running_loop().call_later(0.01, signal.raise_signal, signal.SIGINT)
    await asyncio.sleep(60)
async def stop():
    print('stopped')
loop = asyncio.new_event_loop()
";

/// What a script does about an interrupt, and whether it is changed: then it says the same.
const SCRIPTS: &[(&str, bool)] = &[
    ("RUN\n", true),
    (
        "try:\n    RUN\nexcept KeyboardInterrupt:\n    print('handled')\n",
        true,
    ),
    (
        "try:\n    RUN\nexcept KeyboardInterrupt:\n    print('handled')\n    raise\n",
        true,
    ),
    (
        "with contextlib.suppress(KeyboardInterrupt):\n    RUN\nprint('behind')\n",
        true,
    ),
    (
        "STOP\ntry:\n    RUN\nexcept KeyboardInterrupt:\n    print('handled')\n",
        false,
    ),
    (
        "STOP\ntry:\n    RUN\nexcept KeyboardInterrupt:\n    print('handled')\n    raise\n",
        false,
    ),
    (
        "STOP\ntry:\n    RUN\nexcept BaseException as error:\n    print(type(error).__name__)\n    raise\n",
        false,
    ),
    (
        "STOP\ntry:\n    RUN\nexcept:\n    print('handled')\n",
        false,
    ),
    (
        "STOP\nwith contextlib.suppress(KeyboardInterrupt):\n    RUN\nprint('behind')\n",
        false,
    ),
    (
        "STOP\ntry:\n    RUN\nfinally:\n    print('left')\n    loop.close()\n",
        true,
    ),
    (
        "STOP\ntry:\n    RUN\nfinally:\n    STOP\n    loop.close()\n",
        true,
    ),
    (
        "STOP\ntry:\n    RUN\nexcept Exception:\n    print('handled')\nelse:\n    print('else')\n",
        true,
    ),
    (
        "STOP\nwith contextlib.ExitStack() as stack:\n    stack.callback(print, 'left')\n    RUN\n",
        true,
    ),
    (
        "def ended(*_):\n    print('ended')\n    raise SystemExit(3)\nsignal.signal(signal.SIGINT, ended)\nSTOP\nRUN\n",
        true,
    ),
    (
        "def ended(*_):\n    print('ended')\n    raise SystemExit(3)\nSTOP\nsignal.signal(signal.SIGINT, ended)\nRUN\n",
        true,
    ),
    (
        "def ended(*_):\n    print('ended')\n    raise KeyboardInterrupt\nsignal.signal(signal.SIGINT, ended)\nSTOP\ntry:\n    RUN\nfinally:\n    print('left')\n",
        true,
    ),
    (
        "loop.add_signal_handler(signal.SIGINT, loop.stop)\nSTOP\nwith contextlib.suppress(RuntimeError):\n    RUN\nprint('behind')\n",
        false,
    ),
    (
        "main = loop.create_task(wait())\ntry:\n    loop.run_until_complete(main)\nexcept KeyboardInterrupt:\n    main.cancel()\n    with contextlib.suppress(asyncio.CancelledError):\n        loop.run_until_complete(main)\n    print('handled')\n",
        false,
    ),
];

#[test]
fn an_interrupt_of_a_script_is_answered_as_before() {
    let Some(python) = python::environment(&python::KERNEL) else {
        return;
    };
    for (body, is_changed) in SCRIPTS {
        let body = body.replace("RUN", "loop.run_until_complete(wait())");
        let text = format!(
            "{SCRIPT}{}",
            body.replace("STOP", "loop.run_until_complete(stop())")
        );
        let project = Project::empty();
        project.write("demo.py", &text);
        let old = python::run_script(&python, project.root(), "demo.py");
        let select = ["--select", "run-until-complete", "--safety", "review"];
        project.run(&[&["migrate", "--allow-dirty"][..], &select, &["."]].concat());
        assert_eq!(project.text("demo.py") != text, *is_changed, "{text}");
        let new = python::run_script(&python, project.root(), "demo.py");
        super::check_same(&text, &(old, new));
    }
}
