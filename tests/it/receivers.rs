//! A method is known by its object's class, however the program says what that is, and wherever the class
//! is: the same call gets the same plan.

use std::path::PathBuf;

use awaitify::engine::{Engine, Settings};
use awaitify::project::facts::Projects;
use awaitify::recipe::safety::Safety;
use awaitify::source::SourceFile;

use crate::support::{catalog, recipes};

mod of_recipes;

mod other_code;

const HEAD: &str = "import asyncio
from dataclasses import dataclass, field
from typing import Annotated, Any, AsyncIterator, Awaitable, ClassVar, Generic, Mapping, Optional, Self, Sequence, TypeVar, Union
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
const KNOWN: [&str; 40] = [
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
    "class Sub(Gauge):\n    @staticmethod\n    async def send():\n        pass\n    async def use(self):\n        self.send()\n",
    "class Sub(Gauge):\n    @staticmethod\n    async def send():\n        pass\nasync def use():\n    Sub.send()\n",
    "class Sub(Gauge):\n    @classmethod\n    async def send(cls):\n        pass\nclass Other(Sub):\n    @classmethod\n    async def use(cls):\n        cls.send()\n",
    "async def use(gauge: Gauge, gauges: list[Gauge]):\n    for gauge in gauges:\n        pass\n    gauge.read()\n",
    "async def use(gauge):\n    while gauge:\n        if isinstance(gauge, Gauge):\n            gauge.read()\n            gauge = other()\n",
    "class Sub(Gauge):\n    async def read(self):\n        super(Sub, self).read()\n",
    "class Sub(Gauge):\n    async def read(self):\n        super(Gauge, self).get()\n",
    "class Sub(Gauge):\n    async def read(self):\n        Gauge.read(self)\n",
    "class Sub(Gauge):\n    def read(self):\n        pass\nasync def use(gauge: Gauge):\n    Gauge.read(gauge)\n",
    "class Sub(Gauge):\n    async def use(self):\n        Base.get(self)\n",
];

/// In each the object may be of another class, or the method another one.
const UNKNOWN: [&str; 23] = [
    "class Sub(Gauge):\n    async def read(self):\n        super(Gauge, self).read()\n",
    "class Sub(Gauge):\n    async def read(self):\n        super(other(), self).read()\n",
    "async def use(all):\n    Gauge.read(*all)\n",
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
    "async def use(gauge: Gauge, others):\n    for gauge in others:\n        pass\n    gauge.read()\n",
    "async def use(gauge: Gauge, flag):\n    if flag:\n        with other() as gauge:\n            pass\n    gauge.read()\n",
    "async def use(gauge: Gauge, flag):\n    if flag:\n        gauge, _ = other()\n    gauge.read()\n",
    "async def use(gauge: Gauge):\n    match other():\n        case [gauge]:\n            pass\n    gauge.read()\n",
    "async def use(gauge):\n    while gauge:\n        if isinstance(gauge, Gauge):\n            for _ in 'ab':\n                gauge.read()\n                gauge = other()\n",
];

/// How a class says what its attribute `gauge` is.
const HOLDERS: [&str; 16] = [
    "class Box:\n    gauge: Gauge\n",
    "class Box:\n    gauge: 'Gauge'\n    def __init__(self, gauge):\n        self.gauge = gauge\n",
    "class Box:\n    gauge: ClassVar[Gauge]\n",
    "class Box:\n    def __init__(self):\n        self.gauge = Gauge()\n    def close(self):\n        self.gauge = None\n",
    "class Box:\n    def __init__(self):\n        self.gauge: Optional[Gauge] = None\n    def open(self):\n        self.gauge = other()\n",
    "class Box:\n    def __init__(self, gauge: Gauge):\n        self.gauge = gauge\n",
    "class Box:\n    def __init__(self, gauges: list[Gauge]):\n        self.first, self.gauge = gauges\n",
    "class Box:\n    @property\n    def gauge(self) -> 'Gauge | None':\n        return other()\n    @gauge.setter\n    def gauge(self, gauge):\n        other(gauge)\n",
    "@dataclass\nclass Box:\n    gauge: Gauge = field(default_factory=other)\n",
    "class Top:\n    gauge: Gauge\nclass Box(Top):\n    pass\n",
    "class Top(Generic[T]):\n    def __init__(self):\n        self.gauge = Gauge()\nclass Box(Top[int]):\n    pass\n",
    "class Box:\n    def __init__(self):\n        self.gauge = self.make()\n    def make(self) -> Gauge:\n        return other()\n",
    "def make() -> Optional[Gauge]:\n    return other()\nclass Box:\n    def __init__(self):\n        self.gauge = make()\n",
    "class Inner:\n    gauge: Gauge\nclass Box:\n    def __init__(self, inner: Inner):\n        self.gauge = inner.gauge\n",
    "class Box:\n    def __init__(self, gauges: dict[str, Gauge]):\n        self.gauge = gauges['north']\n",
    "class Sub(Gauge):\n    pass\nclass Box:\n    gauge: Gauge\n    def __init__(self):\n        self.gauge = Sub()\n",
];

/// Its attribute may be of another class in each.
const OPEN_HOLDERS: [&str; 7] = [
    "class Box:\n    def __init__(self):\n        self.gauge = other()\n",
    "class Box:\n    def __init__(self):\n        self.gauge = Gauge()\n    def open(self):\n        self.gauge = other()\n",
    "class Box:\n    def __init__(self):\n        self.gauge = Gauge()\n    def open(self):\n        for self.gauge in other():\n            pass\n",
    "class Valve:\n    pass\nclass Box:\n    gauge: Gauge\n    def __init__(self):\n        self.gauge = Valve()\n",
    "class Box:\n    gauge: Any\n    def __init__(self):\n        self.gauge = Gauge()\n",
    "class Top:\n    gauge: Gauge\nclass Box(Top):\n    gauge: str\n",
    "class Box:\n    @other\n    def gauge(self) -> Gauge:\n        return Gauge()\n",
];

/// Each goes to the attribute of a box.
const THROUGH: [&str; 10] = [
    "async def use(box: Box):\n    box.gauge.read()\n",
    "async def use(box: 'Box | None'):\n    box.gauge.read()\n",
    "async def use():\n    box = Box()\n    box.gauge.read()\n",
    "async def use(box: Box):\n    gauge = box.gauge\n    gauge.read()\n",
    "class Room:\n    def __init__(self, box: Box):\n        self.box = box\n    async def use(self):\n        self.box.gauge.read()\n",
    "class Room:\n    box: Box\n    async def use(self):\n        if self.box.gauge:\n            self.box.gauge.read()\n",
    "class Room(Box):\n    async def use(self):\n        self.gauge.read()\n",
    "class Room:\n    def box(self) -> Box:\n        return other()\n    async def use(self):\n        self.box().gauge.read()\n",
    "async def use(boxes: list[Box]):\n    for box in boxes:\n        box.gauge.read()\n",
    "BOX = Box()\nasync def use():\n    BOX.gauge.read()\n",
];

/// How a class says what a call of its method `make` gives, behind what stands before the call.
const MAKERS: [(&str, &str); 11] = [
    ("def make(self):\n        return Gauge()", ""),
    ("def make(self) -> Gauge:\n        return other()", ""),
    ("def make(self) -> 'Gauge':\n        return other()", ""),
    (
        "def make(self) -> Gauge | None:\n        return other()",
        "",
    ),
    (
        "def make(self) -> Optional[Gauge]:\n        return other()",
        "",
    ),
    (
        "def make(self) -> Union[Gauge, None]:\n        return other()",
        "",
    ),
    (
        "def make(self) -> Annotated[Gauge, 1]:\n        return other()",
        "",
    ),
    (
        "async def make(self) -> 'Gauge | None':\n        return other()",
        "await ",
    ),
    (
        "@staticmethod\n    def make() -> Gauge:\n        return other()",
        "",
    ),
    (
        "@classmethod\n    def make(cls) -> Gauge:\n        return other()",
        "",
    ),
    (
        "def make(self) -> Awaitable[Gauge]:\n        return other()",
        "await ",
    ),
];

/// A call of such a method may give something else.
const OPEN_MAKERS: [(&str, &str); 5] = [
    ("def make(self) -> Any:\n        return Gauge()", ""),
    ("def make(self) -> Gauge | str:\n        return other()", ""),
    (
        "@other\n    def make(self) -> Gauge:\n        return Gauge()",
        "",
    ),
    ("def make(self) -> Gauge:\n        return other()", "await "),
    ("def make(self) -> T:\n        return Gauge()", ""),
];

/// Each goes to what a call of the method of a box gives; `{}` stands before the call.
const MADE: [&str; 5] = [
    "async def use(box: Box):\n    gauge = {}box.make()\n    gauge.read()\n",
    "async def use(box: Box):\n    ({}box.make()).read()\n",
    "class Room(Box):\n    async def use(self):\n        gauge = {}self.make()\n        gauge.read()\n",
    "class Room:\n    box: Box\n    async def use(self):\n        if (gauge := {}self.box.make()):\n            gauge.read()\n",
    "async def use():\n    gauge = {}Box().make()\n    gauge.read()\n",
];

/// Annotations of containers, and uses of their elements.
const ELEMENTS: [(&str, &str); 27] = [
    ("list[Gauge]", "for it in {}:\n        it.read()"),
    ("list[Gauge]", "{}[0].read()"),
    ("list[Gauge]", "it = {}[-1]\n    it.read()"),
    ("list[Gauge]", "for it in {}[1:]:\n        it.read()"),
    (
        "list[Gauge]",
        "for n, it in enumerate({}):\n        it.read()",
    ),
    ("list[Gauge]", "for it in sorted({}):\n        it.read()"),
    ("list[Gauge]", "{}.pop().read()"),
    ("list[Gauge]", "[it.read() for it in {}]"),
    ("list[Gauge | None]", "for it in {}:\n        it.read()"),
    ("Optional[list[Gauge]]", "for it in {}:\n        it.read()"),
    ("'list[Gauge]'", "for it in {}:\n        it.read()"),
    ("Sequence[Gauge]", "for it in {}:\n        it.read()"),
    ("set[Gauge]", "for it in {}:\n        it.read()"),
    ("tuple[Gauge, ...]", "for it in {}:\n        it.read()"),
    ("tuple[int, Gauge]", "n, it = {}\n    it.read()"),
    ("tuple[int, Gauge]", "{}[1].read()"),
    ("dict[str, Gauge]", "{}['north'].read()"),
    (
        "dict[str, Gauge]",
        "for it in {}.values():\n        it.read()",
    ),
    (
        "dict[str, Gauge]",
        "for key, it in {}.items():\n        it.read()",
    ),
    (
        "dict[str, Gauge]",
        "for it in list({}.values()):\n        it.read()",
    ),
    (
        "dict[str, Gauge]",
        "if (it := {}.get('north')):\n        it.read()",
    ),
    ("dict[str, Gauge]", "{}.pop('north').read()"),
    ("dict[Gauge, str]", "for it in {}:\n        it.read()"),
    (
        "Mapping[str, list[Gauge]]",
        "for it in {}['north']:\n        it.read()",
    ),
    (
        "dict[str, dict[str, Gauge]]",
        "for of in {}.values():\n        for it in of.values():\n            it.read()",
    ),
    ("Gauges", "for it in {}:\n        it.read()"),
    (
        "AsyncIterator[Gauge]",
        "async for it in {}:\n        it.read()",
    ),
];

/// What is used so may be something else.
const OPEN_ELEMENTS: [(&str, &str); 8] = [
    ("list[Gauge | str]", "for it in {}:\n        it.read()"),
    ("list", "for it in {}:\n        it.read()"),
    ("dict[str, Gauge]", "for it in {}:\n        it.read()"),
    (
        "dict[str, Gauge]",
        "for it, key in {}.items():\n        it.read()",
    ),
    ("dict[str, Gauge]", "{}.get('north', other()).read()"),
    ("tuple[int, Gauge]", "{}[0].read()"),
    ("list[Gauge]", "{}[1:].read()"),
    ("list[list[Gauge]]", "for it in {}:\n        it.read()"),
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

/// Plans a use of a class with that in the file, with it in another one, and with the classes that it speaks of
/// in a third one.
#[track_caller]
fn check_through(held: &str, used: &str, expected: usize) {
    let here = format!("{HEAD}{CLASSES}{held}{used}");
    assert_eq!(n_awaited(&[], &here), expected, "{here}");
    let lib = format!("{HEAD}{CLASSES}");
    let there = format!("{HEAD}from lib import Base, Gauge\n{held}");
    let user = format!("{HEAD}from there import Box\n{used}");
    let beside = [("lib.py", lib.as_str()), ("there.py", there.as_str())];
    assert_eq!(
        n_awaited(&beside, &user),
        expected,
        "there: {there}\nuser: {user}"
    );
    let both = format!("{lib}{held}");
    let user = format!("{HEAD}from both import Box\n{used}");
    let found = n_awaited(&[("both.py", &both)], &user);
    assert_eq!(found, expected, "both: {both}\nuser: {user}");
}

#[test]
fn an_attribute_is_known_through_classes_of_other_files() {
    for held in HOLDERS {
        for used in THROUGH {
            check_through(held, used, 1);
        }
    }
    for held in OPEN_HOLDERS {
        for used in THROUGH {
            check_through(held, used, 0);
        }
    }
}

#[test]
fn a_result_of_a_method_is_what_its_header_says() {
    let all = |makers: &[(&str, &str)], expected| {
        for (make, before) in makers {
            let held = format!("class Box:\n    {make}\n");
            for used in MADE {
                check_through(&held, &used.replace("{}", before), expected);
            }
        }
    };
    all(&MAKERS, 1);
    all(&OPEN_MAKERS, 0);
}

#[test]
fn a_result_of_its_own_class_is_known() {
    let made = "class Box(Gauge):\n    @classmethod\n    def make(cls) -> Self:\n        return cls()\n    def me(self) -> Self:\n        return self\n    @classmethod\n    async def open(cls) -> 'Box':\n        return cls()\n";
    for made_by in ["Box.make()", "Box.make().me()", "(await Box.open())"] {
        check_through(
            made,
            &format!("async def use():\n    box = {made_by}\n    box.read()\n"),
            1,
        );
        check_through(
            made,
            &format!(
                "class Sub(Box):\n    pass\nasync def use():\n    box = {}\n    box.read()\n",
                made_by.replace("Box", "Sub")
            ),
            1,
        );
    }
}

#[test]
fn an_element_is_known_by_the_annotation_of_its_container() {
    let all = |elements: &[(&str, &str)], expected| {
        for (annotation, body) in elements {
            let alias = "Gauges = list[Gauge]\n";
            let body = |container: &str| format!("    {}\n", body.replace("{}", container));
            let parameter = format!(
                "{alias}class Box:\n    pass\nasync def use(gauges: {annotation}):\n{}",
                body("gauges")
            );
            check(&parameter, expected);
            let variable = format!(
                "{alias}gauges: {annotation} = other()\nasync def use():\n{}",
                body("gauges")
            );
            check(&variable, expected);
            let held = format!(
                "{alias}class Box:\n    def __init__(self, gauges):\n        self.gauges: {annotation} = gauges\n"
            );
            let used = format!("async def use(box: Box):\n{}", body("box.gauges"));
            check_through(&held, &used, expected);
            let held = format!(
                "{alias}class Box:\n    def gauges(self) -> {annotation}:\n        return other()\n"
            );
            let used = format!("async def use(box: Box):\n{}", body("box.gauges()"));
            check_through(&held, &used, expected);
        }
    };
    all(&ELEMENTS, 1);
    all(&OPEN_ELEMENTS, 0);
}

#[test]
fn a_variable_of_another_file_is_known() {
    for variable in [
        "gauge = Gauge()",
        "gauge: Gauge = other()",
        "gauge: Optional[Gauge] = None",
    ] {
        let lib = format!("{HEAD}{CLASSES}{variable}\n");
        for used in [
            "from lib import gauge\nasync def use():\n    gauge.read()\n",
            "import lib\nasync def use():\n    lib.gauge.read()\n",
        ] {
            assert_eq!(n_awaited(&[("lib.py", &lib)], used), 1, "{lib}{used}");
        }
    }
    let lib = format!("{HEAD}{CLASSES}gauge = Gauge()\ngauge = other()\n");
    let used = "from lib import gauge\nasync def use():\n    gauge.read()\n";
    assert_eq!(n_awaited(&[("lib.py", &lib)], used), 0);
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

/// What all calls of a file pass to a parameter without an annotation.
const PASSED: [&str; 14] = [
    "async def show(gauge):\n    gauge.read()\nasync def use():\n    await show(Gauge())\n",
    "async def show(n, gauge):\n    gauge.read()\nasync def use():\n    gauge = Gauge()\n    await asyncio.gather(show(1, gauge), show(2, gauge=gauge))\n",
    "async def show(*, gauge=None):\n    gauge.read()\nasync def use():\n    await show(gauge=Gauge())\n    await show()\n",
    "async def show(gauge, n=0):\n    gauge.read()\n    await show(gauge, n + 1)\nasync def use(gauge: Gauge):\n    await show(gauge)\n",
    "async def inner(gauge):\n    gauge.read()\nasync def outer(gauge):\n    await inner(gauge)\nasync def use():\n    await outer(Gauge())\n",
    "async def use():\n    async def show(gauge):\n        gauge.read()\n    await show(Gauge())\n",
    "class Box:\n    async def show(self, gauge):\n        gauge.read()\n    async def use(self):\n        await self.show(Gauge())\n",
    "class Box:\n    async def show(self, gauge):\n        gauge.read()\nasync def use():\n    await Box().show(gauge=Gauge())\n",
    "class Box:\n    def __init__(self, gauge):\n        self.gauge = gauge\n    async def use(self):\n        self.gauge.read()\nbox = Box(Gauge())\n",
    "class Box:\n    def __init__(self, gauge):\n        self.gauge = gauge\nasync def use(box: Box):\n    box.gauge.read()\nbox = Box(Gauge())\n",
    "class Box:\n    def __init__(self, gauge=None):\n        self.gauge = gauge or Gauge()\n    async def use(self):\n        self.gauge.read()\nbox: Box = Box()\n",
    "async def show(gauges):\n    gauges[0].read()\nasync def use(gauges: list[Gauge]):\n    await show(gauges)\n",
    "async def show(gauge=Gauge(), /, **more):\n    gauge.read()\nasync def use():\n    await show(gauge=other())\n",
    "class Box:\n    def __init__(self, gauge):\n        self.gauge = gauge\n    async def use(self):\n        self.gauge.read()\nclass Lid(Base):\n    def __init__(self, it):\n        super().__init__()\n        Base.__init__(self)\n        self.__init__(it)\nbox = Box(Gauge())\n",
];

/// Something else may be passed.
const PASSED_OTHERWISE: [&str; 24] = [
    "async def show(gauge):\n    gauge.read()\n",
    "async def show(gauge):\n    gauge.read()\nasync def use(other):\n    await show(Gauge())\n    await show(other)\n",
    "async def show(gauge):\n    gauge.read()\nasync def use(run):\n    await show(Gauge())\n    run(show)\n",
    "async def show(gauge):\n    gauge.read()\nasync def use(all):\n    await show(Gauge())\n    await show(*all)\n",
    "async def show(gauge):\n    gauge.read()\nasync def use(all):\n    await show(Gauge())\n    await show(**all)\n",
    "async def show(gauge=made()):\n    gauge.read()\nasync def use():\n    await show(Gauge())\n    await show()\n",
    "@handler\nasync def show(gauge):\n    gauge.read()\nasync def use():\n    await show(Gauge())\n",
    "async def show(gauge):\n    gauge.read()\nasync def show(gauge):\n    gauge.read()\nasync def use():\n    await show(Gauge())\n",
    "async def show(gauge):\n    gauge = made(gauge)\n    gauge.read()\nasync def use():\n    await show(Gauge())\n",
    "import frame\nclass Box(frame.View):\n    async def show(self, gauge):\n        gauge.read()\n    async def use(self):\n        await self.show(Gauge())\n",
    "class Box:\n    async def show(self, gauge):\n        gauge.read()\n    async def use(self, other):\n        await self.show(Gauge())\n        await other.show(other)\n",
    "class Box:\n    def __init__(self, gauge):\n        self.gauge = gauge\n    async def use(self):\n        self.gauge.read()\nclass Sub(Box):\n    pass\nbox = Box(Gauge())\n",
    "class Box:\n    def __init__(self, gauge):\n        self.gauge = gauge\n    @classmethod\n    def make(cls, gauge):\n        return cls(gauge)\n    async def use(self):\n        self.gauge.read()\nbox = Box(Gauge())\n",
    "class Box:\n    def __call__(self, gauge):\n        gauge.read()\nasync def use():\n    Box().__call__(Gauge())\n",
    "class Box:\n    def __init__(self, gauge):\n        self.gauge = gauge\n    async def use(self):\n        self.gauge.read()\n    def other(self, it):\n        return type(self)(it)\nbox = Box(Gauge())\n",
    "class Box:\n    def __init__(self, gauge):\n        self.gauge = gauge\n    async def use(self):\n        self.gauge.read()\n    def other(self, it):\n        return self.__class__(it)\nbox = Box(Gauge())\n",
    "class Root:\n    made = []\n    def __init_subclass__(cls):\n        cls.made.append(cls)\nclass Box(Root):\n    def __init__(self, gauge):\n        self.gauge = gauge\n    async def use(self):\n        self.gauge.read()\nbox = Box(Gauge())\n",
    "class Box:\n    async def show(self, gauge):\n        gauge.read()\n    async def use(self, name, it):\n        await self.show(Gauge())\n        await getattr(self, name)(it)\n",
    "class Box:\n    async def show(self, gauge):\n        gauge.read()\n    again = show\n    async def use(self, it):\n        await self.show(Gauge())\n        await self.again(it)\n",
    "class Box:\n    async def show(self, gauge):\n        gauge.read()\nasync def use(box, it):\n    await box.show(Gauge())\n    await Box.show(box, it)\n",
    "async def show(gauge):\n    gauge.read()\nasync def use(it):\n    await show(Gauge())\n    await globals()['show'](it)\n",
    "async def show(gauge=made(), /, **more):\n    gauge.read()\nasync def use():\n    await show(gauge=Gauge())\n",
    "class Box:\n    def __init__(self, gauge):\n        self.gauge = gauge\n    def again(self, it):\n        self.__init__(it)\n    async def use(self):\n        self.gauge.read()\nbox = Box(Gauge())\n",
    "class Box:\n    def __init__(self, gauge):\n        self.gauge = gauge\n    async def use(self):\n        self.gauge.read()\nbox = Box(Gauge())\nbox.__init__(made())\n",
];

#[test]
fn a_parameter_is_what_all_calls_pass() {
    for used in PASSED {
        check(used, 1);
    }
    for used in PASSED_OTHERWISE {
        check(used, 0);
    }
}

#[test]
fn another_file_may_pass_something_else() {
    let text = format!("{HEAD}{CLASSES}{}", PASSED[0]);
    let other = |text| [("other.py", text)];
    assert_eq!(n_awaited(&other("import main\n"), &text), 1);
    assert_eq!(n_awaited(&other("import main\nmain.show(1)\n"), &text), 0);
    assert_eq!(
        n_awaited(&other("from main import show\nx = show\n"), &text),
        0
    );
    let renamed = "from main import show as it\nit(1)\n";
    assert_eq!(n_awaited(&other(renamed), &text), 0);
    let same = "from main import Gauge, show\nshow(gauge=Gauge())\n";
    assert_eq!(n_awaited(&other(same), &text), 1);
}
