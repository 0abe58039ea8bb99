//! A method is known by its object's class, however the program says what that is, and wherever the class
//! is: the same call gets the same plan.

use std::path::PathBuf;

use awaitify::engine::{Engine, Settings};
use awaitify::project::facts::Projects;
use awaitify::recipe::safety::Safety;
use awaitify::source::SourceFile;

use crate::support::{catalog, recipes};

const HEAD: &str = "import asyncio
from typing import Annotated, Generic, Optional, Self, TypeVar, Union
T = TypeVar('T')
";

const CLASSES: &str = "class Base(Generic[T]):
    async def get(self):
        await asyncio.sleep(0)

class Gauge(Base[int]):
    async def read(self):
        await asyncio.sleep(0)
";

/// Each has one call that nothing awaits.
const KNOWN: [&str; 30] = [
    "async def use():\n    gauge = Gauge()\n    gauge.read()\n",
    "async def use():\n    Gauge().read()\n",
    "async def use():\n    if (gauge := Gauge()):\n        gauge.read()\n",
    "async def use(flag):\n    gauge = Gauge() if flag else Gauge()\n    gauge.read()\n",
    "GAUGE = Gauge()\nasync def use():\n    GAUGE.read()\n",
    "async def use(gauge: Gauge):\n    gauge.read()\n",
    "async def use(gauge: Gauge):\n    gauge.get()\n",
    "async def use(base: Base[int]):\n    base.get()\n",
    "async def use(gauge: 'Gauge'):\n    gauge.read()\n",
    "async def use(gauge: Optional[Gauge]):\n    gauge.read()\n",
    "async def use(gauge: Gauge | None = None):\n    gauge.read()\n",
    "async def use(gauge: Union[None, Gauge] = None):\n    gauge.read()\n",
    "def make() -> Gauge:\n    return Gauge()\nasync def use(gauge: Annotated[Gauge, make]):\n    gauge.read()\n",
    "Alias = Gauge\nasync def use(gauge: Alias):\n    gauge.read()\n",
    "class Box:\n    def __init__(self, gauge: Gauge):\n        self.gauge = gauge\n    async def use(self):\n        self.gauge.read()\n",
    "class Box:\n    def __init__(self):\n        self.gauge: Gauge | None = None\n    async def use(self):\n        self.gauge.read()\n",
    "class Box:\n    gauge: Gauge\n    async def use(self):\n        self.gauge.read()\n",
    "class Box:\n    @property\n    def gauge(self) -> Gauge:\n        return Gauge()\n    async def use(self):\n        self.gauge.read()\n",
    "class Box:\n    def __init__(self):\n        self.gauge = Gauge()\nasync def use(box: Box):\n    box.gauge.read()\n",
    "def make() -> Gauge:\n    return Gauge()\nasync def use():\n    gauge = make()\n    gauge.read()\n",
    "async def make() -> Gauge:\n    return Gauge()\nasync def use():\n    gauge = await make()\n    gauge.read()\n",
    "class Sub(Gauge):\n    @classmethod\n    def make(cls) -> Self:\n        return cls()\nasync def use():\n    gauge = Sub.make()\n    gauge.read()\n",
    "class Sub(Gauge):\n    async def use(self):\n        self.read()\n",
    "class Sub(Gauge, Generic[T]):\n    async def use(self):\n        self.get()\n",
    "class Sub(Gauge):\n    async def read(self):\n        super().read()\n",
    "class Sub(Gauge):\n    pass\nasync def use(sub: Sub):\n    sub.read()\n",
    "class Sub(Gauge):\n    async def __aenter__(self):\n        return self\n    async def __aexit__(self, *error):\n        pass\nasync def use():\n    async with Sub() as sub:\n        sub.read()\n",
    "async def use(gauge):\n    if isinstance(gauge, Gauge):\n        gauge.read()\n",
    "async def use(gauges: list[Gauge]):\n    for gauge in gauges:\n        gauge.read()\n",
    "async def use(gauges: dict[str, Gauge]):\n    gauges['north'].read()\n",
];

/// In each the object may be of another class, or the method another one.
const UNKNOWN: [&str; 15] = [
    "async def use(gauge):\n    gauge.read()\n",
    "async def use(gauge: Gauge | str):\n    gauge.read()\n",
    "async def use(gauge: type[Gauge]):\n    gauge.read()\n",
    "async def use(gauges: list[Gauge]):\n    gauges.read()\n",
    "async def use(gauges: list[Gauge]):\n    gauges[1:].read()\n",
    "async def use(gauges: dict[Gauge, str]):\n    gauges['north'].read()\n",
    "async def use(gauge: Gauge):\n    gauge = other()\n    gauge.read()\n",
    "async def use(gauge):\n    if isinstance(gauge, Gauge):\n        gauge = other()\n        gauge.read()\n",
    "async def use(gauge):\n    if isinstance(gauge, Gauge):\n        return\n    gauge.read()\n",
    "async def use(gauge):\n    if not isinstance(gauge, Gauge):\n        gauge.read()\n",
    "class Sub(Gauge):\n    def read(self):\n        pass\nasync def use(gauge: Gauge):\n    gauge.read()\n",
    "class Sub(Gauge):\n    def read(self):\n        pass\nclass Further(Sub):\n    async def use(self):\n        self.read()\n",
    "class Sub(other(), Gauge):\n    async def use(self):\n        self.read()\n",
    "@other\ndef make() -> Gauge:\n    return Gauge()\nasync def use():\n    make().read()\n",
    "class Sub(Gauge):\n    async def __aenter__(self):\n        return other()\n    async def __aexit__(self, *error):\n        pass\nasync def use():\n    async with Sub() as sub:\n        sub.read()\n",
];

/// Returns how many calls of a file, which stands beside others, get their await.
#[track_caller]
fn n_awaited(beside: &[(&str, &str)], text: &str) -> usize {
    let mut files: Vec<(PathBuf, Vec<u8>)> = vec![("main.py".into(), text.into())];
    files.extend(
        beside
            .iter()
            .map(|(path, text)| ((*path).into(), (*text).into())),
    );
    let facts = Projects::of_texts(files.into_iter().collect());
    let named = recipes().into_iter();
    let named: Vec<_> = named.filter(|it| it.id == "missing-await").collect();
    let engine = Engine::new(catalog(), &named, Settings::new(Safety::Review)).expect("one recipe");
    let source = SourceFile::from_text("main.py", text).expect("it can be read");
    let plan = engine.plan_source(source, &facts).plan;
    plan.map_or(0, |plan| plan.changes().count())
}

/// Plans a use with the classes in its file, in another one that it names them of, and behind a star.
#[track_caller]
fn check(used: &str, expected: usize) {
    let here = format!("{HEAD}{CLASSES}{used}");
    assert_eq!(n_awaited(&[], &here), expected, "{here}");
    let lib = format!("{HEAD}{CLASSES}");
    let beside = [
        ("lib.py", lib.as_str()),
        ("between.py", "from lib import *\n"),
    ];
    for import in ["lib import Base, Gauge", "lib import *", "between import *"] {
        let there = format!("{HEAD}from {import}\n{used}");
        assert_eq!(n_awaited(&beside, &there), expected, "{there}");
    }
}

#[test]
fn a_receiver_is_known_however_it_is_said_what_it_is() {
    for used in KNOWN {
        check(used, 1);
    }
}

#[test]
fn what_may_be_of_another_class_is_not_known() {
    for used in UNKNOWN {
        check(used, 0);
    }
}

/// A module behind a star, and how many calls of `Gauge().read()` are known below it.
#[test]
fn a_star_binds_what_its_module_says() {
    let used = "from lib import *\nasync def use():\n    Gauge().read()\n";
    let cases = [
        (CLASSES.to_owned(), 1),
        (format!("__all__ = ['Gauge']\n{CLASSES}"), 1),
        (format!("__all__ = ['Base']\n{CLASSES}"), 0),
        (format!("__all__ = names()\n{CLASSES}"), 0),
        (format!("{CLASSES}globals().update(Gauge=other)\n"), 0),
        (format!("{CLASSES}del Gauge\n"), 0),
        (format!("{CLASSES}from gone import *\n"), 0),
        (CLASSES.replace("Gauge", "_Gauge"), 0),
    ];
    for (lib, expected) in cases {
        let lib = format!("{HEAD}{lib}");
        assert_eq!(n_awaited(&[("lib.py", &lib)], used), expected, "{lib}");
    }
}

#[test]
fn a_name_that_a_later_import_gives_is_certain() {
    let lib = format!("{HEAD}{CLASSES}");
    let beside = [
        ("lib.py", lib.as_str()),
        ("other.py", "def Gauge():\n    pass\n"),
    ];
    let use_it = "async def use():\n    Gauge().read()\n";
    let both = |first: &str, second: &str| format!("from {first}\nfrom {second}\n{use_it}");
    let count = |text: &str| n_awaited(&beside, text);
    assert_eq!(count(&both("gone import *", "lib import Gauge")), 1);
    assert_eq!(count(&both("other import *", "lib import *")), 1);
    assert_eq!(count(&both("lib import *", "other import *")), 0);
    assert_eq!(count(&both("lib import Gauge", "gone import *")), 0);
}

#[test]
fn what_a_star_hands_on_is_what_it_is_at_home() {
    let lib = format!("{HEAD}{CLASSES}");
    let text = "import asyncio\nfrom lib import *\nasync def use():\n    asyncio.sleep(1)\n";
    assert_eq!(n_awaited(&[("lib.py", &lib)], text), 1);
    let text = text.replace("import asyncio\n", "");
    assert_eq!(n_awaited(&[("lib.py", &lib)], &text), 1);
}
