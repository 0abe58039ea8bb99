//! Statements of older asyncio in a generated program: coroutines that are generators, loops that are
//! given, timeouts, and what is entered and left by hand.

use super::{Around, Writer};

impl Writer {
    pub(super) fn older(&mut self, around: Around) {
        match self.random.below(4) {
            0 | 1 => self.generator_coroutine(),
            2 => self.handlers(),
            _ => self.by_hand(around),
        }
    }

    fn generator_coroutine(&mut self) {
        let (number, decorator) = (self.number(), self.spelling.asyncio("coroutine"));
        if self.random.chance(20) {
            self.line("@traced");
        }
        self.line(&format!("@{decorator}"));
        if self.random.chance(20) {
            self.line("@retry(1)");
        }
        let site = self.plain_site();
        let parameters = self.random.pick(&["", "self", "self, *args", "wait=1"]);
        self.block(&format!("def gauge_{number}({parameters}):"), |body| {
            for _ in 0..1 + body.random.below(3) {
                let sleep = body.spelling.asyncio("wait_for");
                let given = body
                    .random
                    .pick(&[", loop=loop", ", timeout=1, loop=None", ""]);
                let call = format!("{sleep}(export(){given})");
                let line = body.random.pick(&[
                    "yield from CALL",
                    "level = yield from CALL",
                    "level = (yield from CALL).rows",
                    "return (yield from CALL), 1",
                    "with (yield from lock): pass",
                    "level = [(yield from CALL), 2]",
                    "rows = lambda: CALL",
                    "CALL",
                ]);
                body.line(&line.replace("CALL", &call));
            }
            body.line(&site);
        });
    }

    fn handlers(&mut self) {
        let error = self.spelling.asyncio("TimeoutError");
        let header = self.random.pick(&[
            "except ERROR:",
            "except (TimeoutError, ERROR):",
            "except (ValueError, ERROR, OSError, TimeoutError) as error:",
            "except (ERROR,) as error:",
        ]);
        self.block("try:", |inner| inner.line("pass"));
        self.block(&header.replace("ERROR", &error), |inner| {
            inner.line(&format!("raise {error}"));
        });
    }

    fn by_hand(&mut self, around: Around) {
        let awaits =
            around == Around::Coroutine || (around == Around::Module && self.form.awaits_at_top());
        if !awaits {
            return self.line("pass");
        }
        if self.random.chance(50) {
            self.line("cm = export(1)");
        }
        let target = self.random.pick(&["", "level = ", "self.level = "]);
        self.line(&format!("{target}await cm.__aenter__()"));
        self.block("try:", |inner| {
            let number = inner.number();
            inner.line(&format!("mark_{number} = {number}"));
        });
        let given = self.random.pick(&["None, None, None", "*error"]);
        self.block("finally:", |inner| {
            inner.line(&format!("await cm.__aexit__({given})"));
        });
    }
}
