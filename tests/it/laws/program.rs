//! A seed → a Python file: sites of the recipes × places × formatting × line ends × file kinds.
//!
//! Programs parse, and are as odd as Python allows; whether they would run does not matter here.

use super::layout;
use super::pragmas::PRAGMAS;
use super::random::Random;
use super::spelling::{Placement, Spelling};
use super::syntax::Form;

mod expression;
mod older;
mod statement;

/// One generated file.
pub(crate) struct Program {
    pub path: &'static str,
    pub bytes: Vec<u8>,
}

/// Returns the program of a seed.
pub(crate) fn program(seed: u64) -> Program {
    let mut random = Random::new(seed);
    let form = random.pick(&[Form::Module, Form::Module, Form::Percent, Form::Notebook]);
    let spelling = Spelling::new(&mut random);
    let unit = random.pick(&["    ", "    ", "  ", "\t", "   "]);
    let mut writer = Writer {
        random,
        spelling,
        form,
        unit,
        depth: 0,
        serial: 0,
        out: String::new(),
    };
    let chunks = writer.chunks();
    let path = match form {
        Form::Module => "station.py",
        Form::Percent => "station_cells.py",
        Form::Notebook => "station.ipynb",
    };
    Program {
        path,
        bytes: layout::dress(form, chunks, &mut writer.random),
    }
}

/// What stands around a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Around {
    Module,
    Coroutine,
    Function,
    Class,
}

struct Writer {
    random: Random,
    spelling: Spelling,
    form: Form,
    unit: &'static str,
    depth: usize,
    /// Numbers comments and fillers, so that each is found again.
    serial: usize,
    out: String,
}

impl Writer {
    fn number(&mut self) -> usize {
        self.serial += 1;
        self.serial
    }

    /// Writes a line at the present depth, perhaps with comments.
    fn line(&mut self, text: &str) {
        if self.random.chance(8) {
            let comment = format!("# note {}", self.number());
            self.raw(&comment);
        }
        if self.random.chance(15) && !text.ends_with('\\') {
            let pad = self.random.pick(&["  ", " ", "", "\t"]);
            let kind = match self.random.chance(50) {
                true => self.random.pick(&PRAGMAS),
                false => "# note ",
            };
            let commented = format!("{text}{pad}{kind}{}", self.number());
            self.raw(&commented);
        } else {
            let end = self.random.pick(&["", "", "", "", " "]);
            self.raw(&format!("{text}{end}"));
        }
        if self.random.chance(5) {
            self.out.push('\n');
        }
    }

    fn raw(&mut self, text: &str) {
        self.out.push_str(&self.unit.repeat(self.depth));
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn block(&mut self, header: &str, body: impl FnOnce(&mut Self)) {
        self.line(header);
        self.depth += 1;
        body(self);
        self.depth -= 1;
    }

    fn chunk(&mut self, write: impl FnOnce(&mut Self)) -> String {
        write(self);
        std::mem::take(&mut self.out)
    }

    fn chunks(&mut self) -> Vec<String> {
        let mut chunks = vec![self.chunk(Self::head)];
        for _ in 0..1 + self.random.below(4) {
            chunks.push(self.chunk(|writer| writer.statement(Around::Module)));
        }
        if self.form == Form::Notebook && self.random.chance(25) {
            let magic = self
                .random
                .pick(&["%%time", "%%capture out", "%%timeit -n 1"]);
            let cell = self.chunk(|writer| writer.statement(Around::Module));
            chunks.push(format!("{magic}\n{cell}"));
        }
        if self.form != Form::Module && self.random.chance(20) {
            let site = self.plain_site();
            let magic = self
                .random
                .pick(&["%time", "# %time", "!echo", "%timeit -n 1"]);
            chunks.push(format!("{magic} {site}\n"));
        }
        if self.random.chance(20) {
            chunks.push(self.chunk(|writer| {
                writer.block("if __name__ == \"__main__\":", |guard| {
                    guard.statement(Around::Module);
                    guard.loop_script();
                });
            }));
        } else if self.random.chance(15) {
            chunks.push(self.chunk(Self::loop_script));
        }
        if self.spelling.placement == Placement::Last {
            chunks.push(self.chunk(Self::imports));
        }
        chunks
    }

    fn head(&mut self) {
        if self.random.chance(20) {
            self.raw("\"\"\"Readings of a weather station.\"\"\"");
        }
        if self.random.chance(15) {
            self.raw("from __future__ import annotations");
        }
        if self.random.chance(10) {
            self.raw("__all__ = [\"sleep\", \"time\", \"asyncio\"]");
        }
        match self.spelling.placement {
            Placement::Top => self.imports(),
            Placement::Conditional => self.block("if True:", Self::imports),
            Placement::Fallback => {
                self.block("try:", Self::imports);
                self.block("except ImportError:", |body| body.line("raise"));
            }
            Placement::TypeChecking => {
                self.raw("from typing import TYPE_CHECKING");
                self.block("if TYPE_CHECKING:", Self::imports);
            }
            Placement::Local | Placement::Last | Placement::Missing => {}
        }
        if self.random.chance(30) {
            self.line("import threading");
            self.line("lock = threading.Lock()");
        }
        if self.random.chance(50) {
            self.line("import functools");
        }
        if self.random.chance(8) {
            self.shadow();
        }
    }

    fn imports(&mut self) {
        for import in self.spelling.imports() {
            self.line(import);
        }
    }

    /// Writes a statement that gives the name of a site's callee another meaning.
    fn shadow(&mut self) {
        let name = self.spelling.shadowed(&mut self.random);
        match self.random.below(9) {
            0 => self.line(&format!("{name} = None")),
            1 => self.block(&format!("for {name} in ():"), |body| body.line("pass")),
            2 => self.block(&format!("def {name}(*args):"), |body| {
                body.line("return args")
            }),
            3 => self.block(&format!("class {name}:"), |body| body.line("pass")),
            4 => {
                self.block("try:", |body| body.line("pass"));
                self.block(&format!("except ValueError as {name}:"), |body| {
                    body.line("pass")
                });
            }
            5 => self.line(&format!("import json as {name}")),
            6 => self.line(&format!("del {name}")),
            7 => self.block(&format!("with open('rows.csv') as {name}:"), |body| {
                body.line("pass");
            }),
            _ => self.line(&format!("global {name}; {name} = None")),
        }
    }
}
