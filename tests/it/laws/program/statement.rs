//! Statements of a generated program: blocks of every kind, and the shapes that recipes look for.

use super::{Around, Writer};
use crate::laws::spelling::{LOOPS, Placement};

impl Writer {
    pub(super) fn statement(&mut self, around: Around) {
        let compound = match around {
            Around::Module | Around::Class => 75,
            _ => 35,
        };
        if self.depth < 3 && self.random.chance(compound) {
            self.compound(around);
        } else if self.random.chance(20) {
            let number = self.number();
            self.line(&format!("mark_{number} = {number}"));
        } else {
            self.simple(around);
        }
    }

    fn body(&mut self, around: Around) {
        for _ in 0..1 + self.random.below(2) {
            self.statement(around);
        }
    }

    fn compound(&mut self, around: Around) {
        match self.random.below(18) {
            0..=3 => self.def(Around::Coroutine, around),
            4 => self.def(Around::Function, around),
            5 => {
                let number = self.number();
                self.block(&format!("class Station{number}:"), |class| {
                    class.body(Around::Class)
                });
            }
            6 => {
                let test = self.expression(around);
                self.block(&format!("if {test}:"), |inner| inner.body(around));
                if self.random.chance(50) {
                    self.block("else:", |inner| inner.body(around));
                }
            }
            7 => {
                let iterable = self.expression(around);
                self.block(&format!("for each in [{iterable}]:"), |inner| {
                    inner.body(around)
                });
            }
            8 => self.block("while (flag := False):", |inner| inner.body(around)),
            9 => self.try_statement(around),
            10 => {
                let manager = self
                    .random
                    .pick(&["lock", "open('rows.csv') as rows", "lock, lock"]);
                self.block(&format!("with {manager}:"), |inner| inner.body(around));
            }
            11 => {
                let subject = self.expression(around);
                self.block(&format!("match {subject}:"), |cases| {
                    cases.block("case [first, *rest] if first:", |inner| inner.body(around));
                    cases.block("case _:", |inner| inner.body(around));
                });
            }
            12 => {
                let site = self.plain_site();
                let header =
                    self.random
                        .pick(&["if 1: ", "while 0: ", "for each in (): ", "if 1 :"]);
                let more = self.random.pick(&["", "; pass", ";"]);
                self.line(&format!("{header}{site}{more}"));
            }
            13 if around == Around::Coroutine => {
                let header = self
                    .random
                    .pick(&["async with pool:", "async for each in feed():"]);
                self.block(header, |inner| inner.body(around));
            }
            15..=17 => self.older(around),
            14 => self.dropped(around),
            _ => self.cancel(around),
        }
    }

    fn def(&mut self, kind: Around, around: Around) {
        let (number, site) = (self.number(), self.plain_site());
        if self.random.chance(10) {
            let decorator = self
                .random
                .pick(&["@retry", "@retry(SITE)"])
                .replace("SITE", &site);
            self.line(&decorator);
        }
        let shadowed = self.spelling.shadowed(&mut self.random);
        let parameters = match self.random.below(12) {
            0 => format!("wait=({site})"),
            1 => format!("wait: {site} = 1"),
            2 => shadowed,
            3 => "self, *args, **kwargs".to_owned(),
            _ => "self=None".to_owned(),
        };
        let keyword = if kind == Around::Coroutine {
            "async def"
        } else {
            "def"
        };
        let arrow = self.random.pick(&["", "", "", " -> None"]);
        let _ = around;
        self.block(
            &format!("{keyword} read_{number}({parameters}){arrow}:"),
            |body| {
                if body.random.chance(15) {
                    body.raw("\"\"\"Reads once.\"\"\"");
                }
                if body.spelling.placement == Placement::Local {
                    body.imports();
                }
                if body.random.chance(6) {
                    body.shadow();
                }
                body.body(kind);
            },
        );
    }

    fn try_statement(&mut self, around: Around) {
        self.block("try:", |inner| inner.body(around));
        if self.random.chance(70) {
            let header = self.random.pick(&[
                "except ValueError:",
                "except (OSError, KeyError) as error:",
                "except:",
            ]);
            self.block(header, |inner| inner.body(around));
            if self.random.chance(20) {
                self.block("else:", |inner| inner.body(around));
            }
        }
        self.block("finally:", |inner| inner.body(around));
    }

    /// Writes tasks that nobody keeps: of a cell, a loop, a branch, a function that a cell calls.
    fn dropped(&mut self, around: Around) {
        let maker = self.spelling.asyncio("create_task");
        let (number, work) = (self.number(), self.work());
        let end = self.random.pick(&["", "", ";", "  # note", "; pass"]);
        let start = format!("{maker}({work}){end}");
        match self.random.below(6) {
            0 => self.block("for each in rows:", |inner| inner.line(&start)),
            1 => self.block("if flag:", |inner| inner.line(&start)),
            2 => {
                self.block("if flag:", |inner| inner.line(&start));
                self.block("else:", |inner| inner.line(&start));
            }
            3 if around == Around::Module => {
                self.block(&format!("def begin_{number}():"), |def| def.line(&start));
                self.line(&format!("begin_{number}()"));
            }
            4 => self.line(&format!("_ = {start}")),
            _ => self.line(&start),
        }
    }

    /// Writes a cancel, and a wait for its end that stops the `CancelledError`.
    fn cancel(&mut self, around: Around) {
        let cancelled = self.spelling.asyncio("CancelledError");
        let wait = match around {
            Around::Coroutine => "await task",
            Around::Module if self.form.awaits_at_top() => "await task",
            _ => "task",
        };
        if self.random.chance(80) {
            self.line("task.cancel()");
        }
        self.block("try:", |inner| inner.line(wait));
        self.block(&format!("except {cancelled}:"), |inner| inner.line("pass"));
    }

    /// Writes a loop that is made, used and closed: what a script does.
    pub(super) fn loop_script(&mut self) {
        let name = self.random.pick(LOOPS);
        let maker = self.random.pick(&["get_event_loop", "new_event_loop"]);
        let maker = self.spelling.asyncio(maker);
        self.line(&format!("{name} = {maker}()"));
        if self.random.chance(40) {
            let set = self.spelling.asyncio("set_event_loop");
            self.line(&format!("{set}({name})"));
        }
        let closes = self.random.chance(30);
        if closes {
            self.raw("try:");
            self.depth += 1;
        }
        for _ in 0..1 + self.random.below(3) {
            let number = self.number();
            let target = self
                .random
                .pick(&["", "", "rows = ", "rows, more = ", "rows += "]);
            let tail = self.random.pick(&["", "", "", ".rows", "[0]", " + 1"]);
            let work = self.work();
            self.line(&format!("{target}{name}.run_until_complete({work}){tail}"));
            self.line(&format!("mark_{number} = {number}"));
        }
        if closes {
            self.depth -= 1;
            self.block("finally:", |inner| inner.line(&format!("{name}.close()")));
        } else if self.random.chance(50) {
            self.line(&format!("{name}.close()"));
        }
    }

    /// Returns whether the imports bind names at run time: where they do not, a new import would give
    /// the other sites a meaning too.
    fn binds_names(&self) -> bool {
        let placement = self.spelling.placement;
        placement != Placement::TypeChecking && placement != Placement::Missing
    }

    /// Writes a call in the default pool, awaited, gathered or kept.
    fn in_pool(&mut self) -> String {
        let name = self.random.pick(LOOPS);
        let maker = format!("{}()", self.spelling.asyncio("get_running_loop"));
        let of = self.random.pick(&[name, name, &maker]);
        let function = self.random.pick(&[
            "print, 1",
            "lambda: 1, *rows",
            "export, 1",
            "functools.partial(print, 1, sep='')",
        ]);
        let call = format!("{of}.run_in_executor(None, {function})");
        let gather = self.spelling.asyncio("gather");
        let form = self.random.below(4);
        let made = self.random.chance(50);
        let text = match form {
            0 => format!("level = await {call}"),
            1 => format!("await {gather}({call}, *[{call} for each in rows])"),
            2 => format!("level = {call}; await level"),
            _ => format!("print((await {call}).rows)"),
        };
        match made {
            true => format!("{name} = {maker}; {text}"),
            false => text,
        }
    }

    fn simple(&mut self, around: Around) {
        let expression = self.expression(around);
        let inside = matches!(around, Around::Coroutine | Around::Function);
        let text = match self.random.below(16) {
            0 => format!("level = {expression}"),
            1 => format!("_ = {expression}"),
            2 => format!("level: int = {expression}"),
            3 => format!("level = more = {expression}"),
            4 if inside => format!("return {expression}"),
            5 if inside => format!("yield ({expression})"),
            6 => format!("assert {expression}, \"level\""),
            7 => format!("level = 1; {expression}; more = 2"),
            8 => format!("{expression};"),
            9 => format!("level, more = {expression}, 1"),
            10 => format!(
                "{} = {}()",
                self.random.pick(LOOPS),
                self.spelling.asyncio("get_event_loop")
            ),
            11 if around == Around::Coroutine && self.binds_names() => self.in_pool(),
            _ => expression,
        };
        self.line(&text);
    }
}
