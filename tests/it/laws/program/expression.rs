//! Expressions of a generated program: a site's call, formatted oddly, in every place of an expression.

use super::{Around, Writer};
use crate::laws::spelling::LOOPS;

impl Writer {
    pub(super) fn work(&mut self) -> String {
        let number = self.serial;
        let works = [
            "export(1)",
            "export(rows=[1])",
            "self.export()",
            "export(1) if flag else drain()",
            "(export())",
        ];
        match self.random.below(6) {
            0 => format!("export(  # note {}\n        1)", self.number()),
            1 => format!("export('a' \"b\", {number})"),
            _ => self.random.pick(&works).to_owned(),
        }
    }

    /// Returns a call that surely gives a coroutine.
    fn coroutine(&mut self) -> String {
        let (wait_for, work) = (self.spelling.asyncio("wait_for"), self.work());
        format!("{wait_for}({work}, 1)")
    }

    /// Returns a site's call on one line, without comments.
    pub(super) fn plain_site(&mut self) -> String {
        match self.random.below(7) {
            0..=2 => format!(
                "{}({})",
                self.spelling.sleep(),
                self.random.pick(&["1", "0.5", "wait"])
            ),
            3 => format!("{}(export())", self.spelling.asyncio("run")),
            4 => format!("{}()", self.spelling.asyncio("get_event_loop")),
            5 => format!(
                "{}({}(export(), 1))",
                self.spelling.asyncio("ensure_future"),
                self.spelling.asyncio("wait_for")
            ),
            _ => format!(
                "{}().create_task(export())",
                self.spelling.asyncio("get_event_loop")
            ),
        }
    }

    /// Returns a site's call, formatted as oddly as calls may be.
    fn site(&mut self) -> String {
        let sleep = self.spelling.sleep();
        let (callee, argument) = match self.random.below(11) {
            0..=4 => (sleep, self.delay()),
            5 | 6 => (self.spelling.asyncio("run"), self.work()),
            7 => (self.spelling.asyncio("get_event_loop"), String::new()),
            8 => {
                let maker = self.spelling.asyncio("get_event_loop");
                (format!("{maker}().run_until_complete"), self.work())
            }
            9 => (self.spelling.asyncio("ensure_future"), self.coroutine()),
            _ => (
                format!("{}.create_task", self.random.pick(LOOPS)),
                self.work(),
            ),
        };
        let callee = self.odd_callee(callee);
        self.call(&callee, &argument)
    }

    fn odd_callee(&mut self, callee: String) -> String {
        let dotted = callee.contains('.');
        match self.random.below(14) {
            0 => format!("({callee})"),
            1 if dotted => callee.replacen('.', " . ", 1),
            2 if dotted => callee.replacen('.', ".\\\n  ", 1),
            3 => format!("{callee} "),
            _ => callee,
        }
    }

    fn call(&mut self, callee: &str, argument: &str) -> String {
        let number = self.number();
        if argument.is_empty() {
            return format!("{callee}()");
        }
        // A keyword or a walrus stands in a call only bare.
        let forms = if argument.contains('=') { 7 } else { 12 };
        match self.random.below(forms) {
            0 => format!("{callee}( {argument} )"),
            1 => format!("{callee}(\n    {argument},  # note {number}\n)"),
            2 => format!("{callee}(  # note {number}\n    {argument}\n)"),
            3 => format!("{callee}({argument},)"),
            4 => format!("{callee}(\n    # note {number}\n    {argument}\n    )"),
            7 => format!("{callee}(({argument}))"),
            8 => format!("{callee}(*[{argument}])"),
            9 => format!("{callee}({argument}\\\n)"),
            _ => format!("{callee}({argument})"),
        }
    }

    fn delay(&mut self) -> String {
        let plain = [
            "1",
            "0.5",
            "wait",
            "wait * 2",
            "1 if wait else 2",
            "self.wait",
            "float('1' \"0\")",
            "-1",
            "lambda: 1",
            "pause := 1",
            "secs=1",
            "float(\"\"\"\n1\n\"\"\")",
            "float(f\"{wait}0\")",
            "not wait",
            "yes or no",
            "[each for each in rows][0]",
        ];
        if self.random.chance(8) {
            self.plain_site()
        } else {
            self.random.pick(&plain).to_owned()
        }
    }

    /// Returns an expression with a site in it.
    pub(super) fn expression(&mut self, around: Around) -> String {
        let site = self.site();
        match self.random.below(26) {
            0 => format!("({site})"),
            1 => format!("[{site}, 1]"),
            2 => format!("1 if({site})else 2"),
            3 => format!("({site})if 1 else(2)"),
            4 => format!("(lambda each=1: {site})"),
            5 => format!("[{site} for each in rows]"),
            6 => format!("{{{site} for each in rows if each}}"),
            7 => format!("{{each: {site} for each in rows}}"),
            8 => format!("list({site} for each in rows)"),
            9 => format!("[each for each in ({site},)]"),
            10 => format!("[each for row in rows for each in ({site},)]"),
            11 => format!("{site} and rows"),
            12 => format!("not {site}"),
            13 => format!("-{site} ** 2"),
            14 => format!("rows[{site}]"),
            15 => format!("({site}).rows"),
            16 => format!("{site}.rows(1)"),
            17 => format!("print(*{site}, sep='')"),
            18 => format!("print(\"level\" 'x', {site})"),
            19 => format!("f\"level {{{}}}\"", self.plain_site()),
            20 => format!("(level := {site})"),
            21 => format!("print(\"\"\"\n  text # no comment\n\"\"\", {site})"),
            22 if around == Around::Coroutine => format!("await {site}"),
            23 => format!("({site}\n  + 1)"),
            24 => format!("{site} if 1 else {site}"),
            _ => site,
        }
    }
}
