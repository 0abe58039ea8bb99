//! What other code of a project puts in the place of a class, of a method or of an attribute: no change at level
//! `safe` takes for granted that it is what its class says.

use std::path::PathBuf;

use awaitify::engine::{Engine, Settings};
use awaitify::project::facts::Projects;
use awaitify::recipe::safety::Safety;
use awaitify::source::SourceFile;

use crate::support::{catalog, recipes};

const HEAD: &str = "import abc
import asyncio
import attrs
import functools
from dataclasses import dataclass
from typing import Generic, Self, TypeVar, final
T = TypeVar('T')
";

const IMPORT: &str = "from lib import Base, Box, Gauge, Valve\n";

const CLASSES: &str = "class Valve:
    def read(self):
        return asyncio.sleep(0)

class Base:
    async def read(self):
        await asyncio.sleep(0)
";

const BOX: &str = "class Box:
    def __init__(self):
        self.gauge = Gauge()
    async def read(self):
        await asyncio.sleep(0)
    @staticmethod
    async def send():
        await asyncio.sleep(0)
";

const GAUGE: &str = "class Gauge(Base):\n    async def read(self):\n        pass\n";

/// Returns how safe the one change is that takes what a call gives for a coroutine.
#[track_caller]
fn level(beside: &[(&str, &str)], text: &str) -> Option<Safety> {
    let mut files: Vec<(PathBuf, Vec<u8>)> = vec![("main.py".into(), text.into())];
    let others = beside.iter();
    files.extend(others.map(|(path, text)| ((*path).into(), (*text).into())));
    let facts = Projects::of_texts(files.into_iter().collect());
    let named = recipes().into_iter();
    let named: Vec<_> = named.filter(|it| it.id == "ensure-future").collect();
    let engine = Engine::new(catalog(), &named, Settings::new(Safety::Review)).expect("one recipe");
    let source = SourceFile::from_text("main.py", text).expect("it can be read");
    let plan = engine.plan_source(source, &facts).plan?;
    let levels = plan.changes().map(|it| it.safety);
    levels.max()
}

/// The classes, with a box where they have none.
fn library(classes: &str) -> String {
    let held = match classes.contains("class Box") {
        true => "",
        false => BOX,
    };
    format!("{HEAD}{CLASSES}{classes}{held}")
}

/// Plans a use with the classes in its file, and with them in another one.
#[track_caller]
fn check(classes: &str, used: &str, expected: Safety) {
    let lib = library(classes);
    check_level(&[], &format!("{lib}{used}"), expected);
    let there = format!("{HEAD}{IMPORT}{used}");
    check_level(&[("lib.py", &lib)], &there, expected);
}

/// Plans a use with some code behind it in its file, and with that code in another one.
#[track_caller]
fn check_beside(classes: &str, code: &str, used: &str, expected: Safety) {
    let lib = library(classes);
    check_level(&[], &format!("{lib}{used}{code}"), expected);
    let main = format!("{HEAD}{IMPORT}{used}");
    let other = format!("{HEAD}{IMPORT}{code}");
    let beside = [("lib.py", lib.as_str()), ("other.py", other.as_str())];
    check_level(&beside, &main, expected);
    check_level(&beside[..1], &format!("{main}{code}"), expected);
    let lib = format!("{lib}{code}");
    check_level(&[("lib.py", &lib)], &main, expected);
}

/// A change that is not made is no wrong one.
#[track_caller]
fn check_level(beside: &[(&str, &str)], text: &str, expected: Safety) {
    let found = level(beside, text);
    match expected {
        Safety::Safe => assert_eq!(found, Some(expected), "{beside:?}\n{text}"),
        _ => assert_ne!(found, Some(Safety::Safe), "{beside:?}\n{text}"),
    }
}

/// Each calls a method of a gauge.
const USES: [&str; 6] = [
    "async def use():\n    await asyncio.ensure_future(Gauge().read())\n",
    "async def use():\n    gauge = Gauge()\n    await asyncio.ensure_future(gauge.read())\n",
    "async def use(gauge: Gauge):\n    await asyncio.ensure_future(gauge.read())\n",
    "class Sub(Gauge):\n    pass\nasync def use():\n    await asyncio.ensure_future(Sub().read())\n",
    "class Room:\n    def __init__(self):\n        self.gauge = Gauge()\nasync def use(room: Room):\n    await asyncio.ensure_future(room.gauge.read())\n",
    "class Sub(Gauge):\n    async def use(self):\n        await asyncio.ensure_future(self.read())\n",
];

/// In each the name of the class may stand for something else, or a call of it may make something else.
const REMADE: [&str; 23] = [
    "def other(cls):\n    return Valve\n@other\nclass Gauge(Base):\n    pass\n",
    "def other(cls):\n    class Other(cls):\n        def read(self):\n            pass\n    return Other\n@other\nclass Gauge(Base):\n    pass\n",
    "def other(name):\n    return lambda cls: Valve\n@other('north')\nclass Gauge(Base):\n    pass\n",
    "class Rows:\n    def add(self, cls):\n        return Valve\nrows = Rows()\n@rows.add\nclass Gauge(Base):\n    pass\n",
    "def other(x):\n    return x\n@other(lambda cls: Valve)\nclass Gauge(Base):\n    pass\n",
    "def other(name):\n    def add(cls):\n        return cls\n    return add\n@other\nclass Gauge(Base):\n    pass\n",
    "import shop\n@shop.sold\nclass Gauge(Base):\n    pass\n",
    "@final\n@unknown()\nclass Gauge(Base):\n    pass\n",
    "def other(cls):\n    return Valve\n@other\nclass Top(Generic[T]):\n    async def read(self):\n        pass\nclass Gauge(Top[int]):\n    pass\n",
    "class Meta(type):\n    def __call__(cls):\n        return Valve()\nclass Gauge(Base, metaclass=Meta):\n    pass\n",
    "class Meta(abc.ABCMeta):\n    __call__ = lambda cls: Valve()\nclass Gauge(Base, metaclass=Meta):\n    pass\n",
    "class Meta(type):\n    def __call__(cls):\n        return Valve()\nclass Further(Meta):\n    pass\nclass Top(metaclass=Further):\n    pass\nclass Gauge(Top):\n    async def read(self):\n        pass\n",
    "class Meta(type):\n    def __new__(meta, name, bases, of):\n        return Valve\nclass Gauge(Base, metaclass=Meta):\n    pass\n",
    "import shop\nclass Gauge(Base, metaclass=shop.Meta):\n    pass\n",
    "def meta(name, bases, of):\n    return Valve\nclass Gauge(Base, metaclass=meta):\n    pass\n",
    "class Gauge(Base):\n    def __new__(cls):\n        return Valve()\n",
    "class Gauge(Base):\n    def __new__(cls, flag=False):\n        if flag:\n            return Valve()\n        return super().__new__(cls)\n",
    "class Gauge(Base):\n    __new__ = lambda cls: Valve()\n",
    "def once(make):\n    return lambda cls: Valve()\nclass Gauge(Base):\n    @once\n    def __new__(cls):\n        return super().__new__(cls)\n",
    "class Gauge(Base):\n    def __init__(self):\n        self.__class__ = Valve\n",
    "class Gauge(Base):\n    def __new__(cls):\n        return object.__new__(Valve)\n",
    "class Top(Generic[T]):\n    def __new__(cls):\n        return Valve()\nclass Gauge(Top[int]):\n    async def read(self):\n        pass\n",
    "class Top:\n    def __init_subclass__(cls):\n        cls.read = lambda self: Valve().read()\nclass Gauge(Top):\n    async def read(self):\n        pass\n",
];

/// In each it is that class, and a call of it makes an object of it.
const KEPT: [&str; 14] = [
    GAUGE,
    "@dataclass\nclass Gauge(Base):\n    pass\n",
    "@dataclass(slots=True)\nclass Gauge(Base):\n    pass\n",
    "@final\n@functools.total_ordering\nclass Gauge(Base):\n    pass\n",
    "@attrs.define\nclass Gauge(Base):\n    pass\n",
    "@attrs.define(frozen=True)\nclass Gauge(Base):\n    pass\n",
    "rows = []\ndef row(cls):\n    rows.append(cls)\n    return cls\n@row\nclass Gauge(Base):\n    pass\n",
    "rows = {}\ndef row(name):\n    def add(cls):\n        rows[name] = cls\n        return cls\n    return add\n@row('north')\nclass Gauge(Base):\n    pass\n",
    "class Gauge(Base, metaclass=abc.ABCMeta):\n    pass\n",
    "class Meta(abc.ABCMeta):\n    def __len__(cls):\n        return 0\nclass Gauge(Base, metaclass=Meta):\n    pass\n",
    "class Gauge(Base):\n    def __new__(cls):\n        return super().__new__(cls)\n",
    "class Gauge(Base):\n    only = None\n    def __new__(cls):\n        if cls.only is None:\n            cls.only = super().__new__(cls)\n        return cls.only\n",
    "class Gauge(Base):\n    def __new__(cls) -> Self:\n        return found()\n",
    "class Gauge(Base):\n    def __new__(cls) -> 'Gauge':\n        return found()\n",
];

#[test]
fn a_class_that_something_else_may_take_the_place_of_is_not_sure() {
    for classes in REMADE {
        for used in USES {
            check(classes, used, Safety::Review);
        }
    }
}

#[test]
fn a_class_that_is_kept_is_sure() {
    for classes in KEPT {
        for used in USES {
            check(classes, used, Safety::Safe);
        }
    }
}

#[test]
fn a_decorator_of_another_file_that_hands_the_class_back_keeps_it() {
    let given = "def row(cls):\n    return cls\n";
    let other = "def row(cls):\n    return Valve\n";
    let used = format!("@row\n{GAUGE}{}", USES[0]);
    for (decorator, expected) in [(given, Safety::Safe), (other, Safety::Review)] {
        let rows = format!("{HEAD}{CLASSES}{decorator}");
        let text = format!("{HEAD}from rows import Base, row\n{used}");
        check_level(&[("rows.py", &rows)], &text, expected);
    }
}

/// Each goes to the attribute of a box.
const THROUGH: [&str; 4] = [
    "async def use(box: Box):\n    await asyncio.ensure_future(box.gauge.read())\n",
    "async def use(box: 'Box | None'):\n    gauge = box.gauge\n    await asyncio.ensure_future(gauge.read())\n",
    "class Room:\n    box: Box\n    async def use(self):\n        await asyncio.ensure_future(self.box.gauge.read())\n",
    "class Room:\n    def __init__(self):\n        self.box = Box()\nasync def use(room: Room):\n    await asyncio.ensure_future(room.box.gauge.read())\n",
];

/// Each may set the attribute of a box to what is no gauge.
const SETS: [&str; 11] = [
    "class Further(Box):\n    def __init__(self):\n        self.gauge = Valve()\n",
    "class Further(Box):\n    def __init__(self, gauge):\n        self.gauge = gauge\n",
    "class Further(Box):\n    gauge = Valve()\n",
    "class Further(Box):\n    @property\n    def gauge(self):\n        return Valve()\n",
    "def fill(box):\n    box.gauge = Valve()\n",
    "def fill(box: Box):\n    box.gauge = Valve()\n",
    "box = Box()\nbox.gauge = Valve()\n",
    "setattr(Box(), 'gauge', Valve())\n",
    "Box().__dict__['gauge'] = Valve()\n",
    "def fill(box: Box, all):\n    for name in all:\n        setattr(box, name, all[name])\n",
    "class Middle(Box):\n    pass\nclass Further(Middle):\n    def open(self):\n        self.gauge = Valve()\n",
];

/// Each sets it to a gauge, or sets that of something else.
const SETS_ALIKE: [&str; 5] = [
    "",
    "def fill(box):\n    box.gauge = Gauge()\n",
    "class Further(Box):\n    def __init__(self):\n        self.gauge = Gauge()\n",
    "class Hall:\n    def __init__(self):\n        self.gauge = Valve()\n",
    "valve = Valve()\nvalve.gauge = Valve()\n",
];

#[test]
fn an_attribute_that_other_code_may_set_is_not_sure() {
    for used in THROUGH {
        for code in SETS {
            check_beside(GAUGE, code, used, Safety::Review);
        }
        for code in SETS_ALIKE {
            check_beside(GAUGE, code, used, Safety::Safe);
        }
    }
}

#[test]
fn an_annotation_speaks_for_what_is_not_seen_to_be_of_another_class() {
    let declared = format!("{GAUGE}class Box:\n    gauge: Gauge\n");
    for used in THROUGH {
        for code in [0, 4, 6] {
            check_beside(&declared, SETS[code], used, Safety::Review);
        }
        check_beside(&declared, SETS[1], used, Safety::Safe);
        for code in SETS_ALIKE {
            check_beside(&declared, code, used, Safety::Safe);
        }
    }
    let own = "class Further(Box):\n    def __init__(self):\n        self.gauge = Valve()\n    async def use(self):\n        await asyncio.ensure_future(self.gauge.read())\n";
    check(&declared, own, Safety::Review);
}

/// Each may put something else in the place of a method of a box.
const REPLACES: [&str; 6] = [
    "Box.read = lambda self: Valve().read()\n",
    "def fill(box: Box):\n    box.read = Valve().read\n",
    "box = Box()\nbox.read = Valve().read\n",
    "setattr(Box, 'read', Valve.read)\n",
    "class Further(Box):\n    def read(self):\n        return Valve().read()\n",
    "class Further(Box):\n    def __init__(self):\n        self.read = Valve().read\n",
];

#[test]
fn a_method_that_other_code_may_replace_is_not_sure() {
    let used = [
        "async def use(box: Box):\n    await asyncio.ensure_future(box.read())\n",
        "class Sub(Box):\n    async def use(self):\n        await asyncio.ensure_future(self.read())\n",
    ];
    for used in used {
        for code in REPLACES {
            check_beside(GAUGE, code, used, Safety::Review);
        }
        let alike = "class Further(Box):\n    async def read(self):\n        pass\n";
        check_beside(GAUGE, alike, used, Safety::Safe);
    }
    let above = "class Sub(Box):\n    async def read(self):\n        await asyncio.ensure_future(super().read())\n";
    check_beside(GAUGE, REPLACES[0], above, Safety::Review);
    let lib = library(GAUGE);
    let main = format!("{HEAD}{IMPORT}{above}{}", REPLACES[4]);
    check_level(&[("lib.py", &lib)], &main, Safety::Safe);
    let of_class = "async def use():\n    await asyncio.ensure_future(Box.send())\n";
    check_beside(GAUGE, "Box.send = Valve().read\n", of_class, Safety::Review);
    check_beside(GAUGE, "", of_class, Safety::Safe);
}

#[test]
fn what_is_entered_or_found_by_a_method_that_a_class_overrides_is_not_sure() {
    let top = "class Top:\n    def __enter__(self) -> Gauge:\n        return Gauge()\n    def __exit__(self, *error):\n        pass\n";
    let entered = "async def use(box: Box):\n    with box as gauge:\n        await asyncio.ensure_future(gauge.read())\n";
    let code = "class Further(Box):\n    def __enter__(self):\n        return Valve()\n";
    let alike = "class Further(Box):\n    def __enter__(self) -> Gauge:\n        return Gauge()\n";
    let classes = format!("{GAUGE}{top}class Box(Top):\n    pass\n");
    check_beside(&classes, code, entered, Safety::Review);
    check_beside(&classes, alike, entered, Safety::Safe);
}

/// How a class says that its attribute is what gives something else.
const GIVING: [&str; 5] = [
    "class Gauge(Base):\n    def __get__(self, box, of):\n        return Valve()\nclass Box:\n    gauge = Gauge()\n",
    "class Gauge(Base):\n    def __get__(self, box, of):\n        return Valve()\nclass Box:\n    gauge: Gauge = Gauge()\n",
    "class Gauge(Base):\n    def __get__(self, box, of):\n        return Valve()\nGAUGE = Gauge()\nclass Box:\n    gauge = GAUGE\n",
    "class Top(Base):\n    def __get__(self, box, of):\n        return Valve()\nclass Gauge(Top):\n    pass\nclass Box:\n    gauge = Gauge()\n",
    "class Gauge(Base, Generic[T]):\n    def __get__(self, box, of):\n        return Valve()\nclass Box:\n    gauge = Gauge[int]()\n",
];

#[test]
fn an_attribute_that_gives_something_else_is_not_sure() {
    for classes in GIVING {
        for used in THROUGH {
            check(classes, used, Safety::Review);
        }
        let of_class = "async def use():\n    await asyncio.ensure_future(Box.gauge.read())\n";
        check(classes, of_class, Safety::Review);
    }
}
