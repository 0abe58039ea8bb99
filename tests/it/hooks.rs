//! Who owns a dropped task where functions are registered on an object: rows of the shipped table, and
//! rows of one's own.

use crate::support::Project;

/// Runs the recipe on one file; returns its new text, and what was said.
fn migrated(text: &str, more: &[&str]) -> (String, String) {
    let project = Project::empty();
    project.write("a.py", text);
    let selected = [
        "migrate",
        "-v",
        "--minor",
        "--allow-dirty",
        "--select",
        "task-handle",
        "--safety",
        "review",
    ];
    let run = project.run(&[&selected, more, &["a.py"]].concat());
    (project.text("a.py"), run.stdout)
}

/// A file that imports a framework, and what it does besides.
fn file(import: &str, rest: &str) -> String {
    format!(
        "import asyncio\n\n{import}\n\n\nasync def poll():\n    await asyncio.sleep(1)\n\n\n{rest}"
    )
}

/// Compares the new text, behind what every file begins with.
#[track_caller]
fn check(import: &str, before: &str, after: &str) {
    let (text, said) = migrated(&file(import, before), &[]);
    assert_eq!(text, file(import, after), "{said}");
    // What is there is not done again.
    assert_eq!(migrated(&text, &[]).0, text);
}

/// Compares what is said of the one task of a file that stays.
#[track_caller]
fn check_left(import: &str, before: &str, expected: &str) {
    // The work of others is lost with it.
    let begun = (
        "poll():\n    await asyncio.sleep(1)",
        "poll(read=print):\n    await read()",
    );
    let text = file(import, before).replace(begun.0, begun.1);
    let (after, said) = migrated(&text, &[]);
    assert_eq!(after, text);
    assert!(said.contains(expected), "{said}");
}

const AIOHTTP: &str = "from aiohttp import web";

#[test]
fn a_hook_is_written_and_registered_where_there_is_none() {
    check(
        AIOHTTP,
        "\
async def begin(application: web.Application) -> None:
    asyncio.create_task(poll())


def make():
    app = web.Application()
    app.on_startup.append(begin)
    return app
",
        "\
async def begin(application: web.Application) -> None:
    application[\"poll_task\"] = asyncio.create_task(poll())


async def on_cleanup(app: web.Application) -> None:
    app[\"poll_task\"].cancel()
    await asyncio.gather(app[\"poll_task\"], return_exceptions=True)


def make():
    app = web.Application()
    app.on_startup.append(begin)
    app.on_cleanup.append(on_cleanup)
    return app
",
    );
}

#[test]
fn a_hook_that_ends_other_things_ends_the_task_first() {
    check(
        AIOHTTP,
        "\
async def begin(app):
    if app['polls']:
        asyncio.create_task(poll())
    for _ in range(2):
        asyncio.create_task(poll())


async def end(application):
    '''Ends.'''
    print('end')


def set_up(app):
    app.on_startup.append(begin)
    app.on_shutdown.append(end)
",
        "\
async def begin(app):
    app['poll_task'] = None
    if app['polls']:
        app['poll_task'] = asyncio.create_task(poll())
    app['poll_tasks'] = set()
    for _ in range(2):
        task = asyncio.create_task(poll())
        app['poll_tasks'].add(task)
        task.add_done_callback(app['poll_tasks'].discard)


async def end(application):
    '''Ends.'''
    tasks = [
        task
        for task in (application['poll_task'], *application['poll_tasks'])
        if task is not None
    ]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    application['poll_task'] = None
    print('end')


def set_up(app):
    app.on_startup.append(begin)
    app.on_shutdown.append(end)
",
    );
}

#[test]
fn a_hook_ends_only_what_began_on_the_same_way() {
    check(
        AIOHTTP,
        "\
async def begin(app):
    asyncio.create_task(poll())


async def end(app):
    print(\"end\")


def set_up(app, polls):
    if polls:
        app.on_startup.append(begin)
    app.on_cleanup.append(end)
",
        "\
async def begin(app):
    app[\"poll_task\"] = asyncio.create_task(poll())


async def on_cleanup(app):
    app[\"poll_task\"].cancel()
    await asyncio.gather(app[\"poll_task\"], return_exceptions=True)


async def end(app):
    print(\"end\")


def set_up(app, polls):
    if polls:
        app.on_startup.append(begin)
        app.on_cleanup.append(on_cleanup)
    app.on_cleanup.append(end)
",
    );
}

#[test]
fn a_hook_that_ends_other_objects_too_stays_as_it_is() {
    let text = "\
async def begin(app):
    asyncio.create_task(poll())


async def end(app):
    print(\"end\")


one = web.Application()
one.on_startup.append(begin)
one.on_cleanup.append(end)
two = web.Application()
two.on_cleanup.append(end)
";
    let (after, _) = migrated(&file(AIOHTTP, text), &[]);
    assert!(
        after.contains("async def end(app):\n    print(\"end\")\n"),
        "{after}"
    );
    assert!(
        after.contains("one.on_cleanup.append(on_cleanup)\n"),
        "{after}"
    );
}

#[test]
fn a_generator_that_is_registered_goes_on_behind_its_yield() {
    check(
        AIOHTTP,
        "\
async def context(app):
    asyncio.create_task(poll())
    yield


app = web.Application()
app.cleanup_ctx.append(context)
",
        "\
async def context(app):
    poll_task = asyncio.create_task(poll())
    yield
    poll_task.cancel()
    await asyncio.gather(poll_task, return_exceptions=True)


app = web.Application()
app.cleanup_ctx.append(context)
",
    );
}

#[test]
fn decorators_share_one_hook_in_the_quotes_of_the_file() {
    check(
        "from fastapi import FastAPI",
        "\
app = FastAPI(title='a')


@app.on_event('startup')
async def first():
    asyncio.create_task(poll())


@app.on_event('startup')
def second():
    asyncio.create_task(poll())
",
        "\
app = FastAPI(title='a')


@app.on_event('startup')
async def first():
    app.state.poll_task = asyncio.create_task(poll())


@app.on_event('shutdown')
async def on_shutdown():
    app.state.poll_task.cancel()
    app.state.poll_task_2.cancel()
    await asyncio.gather(app.state.poll_task, app.state.poll_task_2, return_exceptions=True)


@app.on_event('startup')
def second():
    app.state.poll_task_2 = asyncio.create_task(poll())
",
    );
    check(
        "from quart import Quart",
        "\
def make():
    app = Quart(__name__)

    @app.before_serving
    async def begin():
        asyncio.create_task(poll())

    return app
",
        "\
def make():
    app = Quart(__name__)

    @app.before_serving
    async def begin():
        app.poll_task = asyncio.create_task(poll())

    @app.after_serving
    async def after_serving():
        app.poll_task.cancel()
        await asyncio.gather(app.poll_task, return_exceptions=True)

    return app
",
    );
    check(
        "from sanic import Sanic",
        "\
app = Sanic(\"a\")


@app.listener(\"before_server_start\")
async def begin(app, loop):
    loop.create_task(poll())
",
        "\
app = Sanic(\"a\")


@app.listener(\"before_server_start\")
async def begin(app, loop):
    app.ctx.poll_task = loop.create_task(poll())


@app.listener(\"before_server_stop\")
async def before_server_stop(app):
    app.ctx.poll_task.cancel()
    await asyncio.gather(app.ctx.poll_task, return_exceptions=True)
",
    );
}

#[test]
fn a_list_of_a_call_gets_a_second_one() {
    check(
        "from litestar import Litestar",
        "\
async def begin(app):
    asyncio.create_task(poll())


async def also():
    asyncio.create_task(poll())


app = Litestar(
    [],
    on_startup=[begin, also],
    debug=True,
)
",
        "\
async def begin(app):
    app.state.poll_task = asyncio.create_task(poll())


async def on_shutdown(app):
    tasks = [
        task
        for task in (
            getattr(app.state, \"poll_task\", None),
            getattr(app.state, \"poll_task_2\", None),
        )
        if task is not None
    ]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    app.state.poll_task = None
    app.state.poll_task_2 = None


async def also():
    app.state.poll_task_2 = asyncio.create_task(poll())


app = Litestar(
    [],
    on_startup=[begin, also],
    on_shutdown=[on_shutdown],
    debug=True,
)
",
    );
}

#[test]
fn a_list_that_is_there_has_the_hook_that_ends() {
    check(
        "from starlette.applications import Starlette",
        "\
def begin():
    asyncio.create_task(poll())


async def end():
    print(\"end\")


app = Starlette(on_startup=[begin], on_shutdown=[print, end])
",
        "\
def begin():
    app.state.poll_task = asyncio.create_task(poll())


async def end():
    app.state.poll_task.cancel()
    await asyncio.gather(app.state.poll_task, return_exceptions=True)
    print(\"end\")


app = Starlette(on_startup=[begin], on_shutdown=[print, end])
",
    );
    check(
        "from fastapi import FastAPI",
        "\
async def begin():
    asyncio.create_task(poll())


app = FastAPI(on_startup=[begin])
",
        "\
async def begin():
    app.state.poll_task = asyncio.create_task(poll())


async def on_shutdown():
    app.state.poll_task.cancel()
    await asyncio.gather(app.state.poll_task, return_exceptions=True)


app = FastAPI(on_startup=[begin], on_shutdown=[on_shutdown])
",
    );
}

#[test]
fn explain_shows_the_row() {
    let project = Project::empty();
    let begin = "app = Quart(__name__)\n\n\n\
                 @app.before_serving\nasync def begin():\n    asyncio.create_task(poll())\n";
    project.write("a.py", file("from quart import Quart", begin));
    let run = project.run(&["explain", "a.py:15", "task-handle"]);
    let row = "lifecycle quart-serving: @$owner.before_serving, $owner.before_serving($hook) → \
               @$owner.after_serving, $owner.after_serving($hook); from quart 0.22.0 app.py; \
               versions: >=0.6";
    assert!(run.stdout.contains(row), "{run:?}");
}

#[test]
fn a_chain_of_calls_gets_a_link_and_the_module_a_name() {
    check(
        "from telegram.ext import Application",
        "\
# Runs first.
async def begin(application: Application) -> None:
    \"\"\"Begins.\"\"\"
    asyncio.create_task(poll())


application = (
    Application.builder()
    .token(\"t\")
    .post_init(begin)
    .build()
)
",
        "\
poll_task = None


# Runs first.
async def begin(application: Application) -> None:
    \"\"\"Begins.\"\"\"
    global poll_task
    poll_task = asyncio.create_task(poll())


async def post_shutdown(application: Application) -> None:
    if poll_task is not None:
        poll_task.cancel()
        await asyncio.gather(poll_task, return_exceptions=True)


application = (
    Application.builder()
    .token(\"t\")
    .post_init(begin)
    .post_shutdown(post_shutdown)
    .build()
)
",
    );
}

#[test]
fn what_is_given_by_name_is_asked_for_by_name() {
    check(
        "from aiogram import Dispatcher",
        "\
async def begin(bot, dispatcher):
    asyncio.create_task(poll())


async def main(bot):
    dp = Dispatcher()
    dp.startup.register(begin)
    await dp.start_polling(bot)
",
        "\
async def begin(bot, dispatcher):
    dispatcher[\"poll_task\"] = asyncio.create_task(poll())


async def on_shutdown(dispatcher):
    dispatcher[\"poll_task\"].cancel()
    await asyncio.gather(dispatcher[\"poll_task\"], return_exceptions=True)


async def main(bot):
    dp = Dispatcher()
    dp.startup.register(begin)
    dp.shutdown.register(on_shutdown)
    await dp.start_polling(bot)
",
    );
}

#[test]
fn an_owner_starts_what_it_ends_by_its_own_method() {
    let imports = "from homeassistant.config_entries import ConfigEntry\n\
                   from homeassistant.core import HomeAssistant";
    check(
        imports,
        "\
async def watch():
    while True:
        await asyncio.sleep(1)


async def async_setup_entry(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    hass.async_create_task(poll())
    hass.async_create_task(watch())
    asyncio.create_task(poll(), name=entry.title)
    return True
",
        "\
async def watch():
    while True:
        await asyncio.sleep(1)


async def async_setup_entry(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    hass.async_create_task(poll())
    entry.async_create_background_task(hass, watch(), \"a watch\")
    entry.async_create_background_task(hass, poll(), entry.title)
    return True
",
    );
}

#[test]
fn what_cannot_be_reached_or_edited_is_left_with_a_reason() {
    let left = [
        (
            AIOHTTP,
            "async def begin(app):\n    asyncio.create_task(poll())\n\n\n\
             one = web.Application()\none.on_startup.append(begin)\n\
             two = web.Application()\ntwo.on_startup.append(begin)\n",
            "`begin` is registered more than once",
        ),
        (
            "from quart import Quart",
            "app = Quart(__name__)\n\n\n\
             @app.before_serving\nasync def begin():\n    asyncio.create_task(poll())\n\n\n\
             app = Quart(\"b\")\n",
            "`begin` cannot reach the object that would keep the value",
        ),
        (
            "import litestar",
            "async def begin():\n    asyncio.create_task(poll())\n\n\n\
             def make():\n    return litestar.Litestar([], on_startup=[begin])\n",
            "`begin` cannot reach the object that would keep the value",
        ),
        (
            "import litestar\nfrom other import ends",
            "async def begin(app):\n    asyncio.create_task(poll())\n\n\n\
             app = litestar.Litestar([], on_startup=[begin], on_shutdown=[ends])\n",
            "nothing can be added to `on_shutdown`",
        ),
        (
            "from telegram.ext import Application\nfrom other import ends",
            "async def begin(app):\n    asyncio.create_task(poll())\n\n\n\
             app = Application.builder().post_init(begin).post_shutdown(ends).build()\n",
            "nothing can be added to `ends`: it is not a def of this file",
        ),
        (
            "from telegram.ext import Application",
            "def make():\n    async def begin(app):\n        asyncio.create_task(poll())\n\n    \
             return Application.builder().post_init(begin).build()\n",
            "`begin` is not at the top level",
        ),
        // Of another class, and of nothing that the file imports.
        (
            "from mine import App",
            "async def begin(app):\n    asyncio.create_task(poll())\n\n\n\
             def set_up(app):\n    app.on_startup.append(begin)\n",
            "`begin` is not a method",
        ),
    ];
    for (import, text, expected) in left {
        check_left(import, text, expected);
    }
}

#[test]
fn a_plain_hook_that_runs_in_a_thread_ends_nothing() {
    let text = file(
        "from quart import Quart",
        "app = Quart(__name__)\n\n\n\
         @app.before_serving\nasync def begin():\n    asyncio.create_task(poll())\n\n\n\
         @app.after_serving\ndef end():\n    print(1)\n",
    );
    let (after, _) = migrated(&text, &[]);
    assert!(
        after
            .contains("@app.after_serving\nasync def after_serving():\n    app.poll_task.cancel()"),
        "{after}"
    );
    assert!(after.contains("def end():\n    print(1)\n"), "{after}");
}
