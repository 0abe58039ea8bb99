//! The value of a key of a condition, in YAML → the type that the key takes.

use super::bound::Bound;
use super::compiler::{Compiler, all_of, texts};
use super::text::capture;
use crate::recipe::compile::Law;
use crate::recipe::condition::value::{
    AtAwait, AtFirst, CalledFunction, Calls, CaptureName, CellCode, ClassBody, Decorators, Globs,
    GlobsOrNone, Kinds, Names, PatternsOrNone, Roles, Says, SharedOnly, TeardownRole, Texts,
    TryBody, Unknown,
};
use crate::recipe::condition::{
    AskedElsewhere, CaptureWord, Condition, ElsewhereHas, Enclosure, FileWord, FunctionWord,
    Guarded, Patterns, ProjectWord, Sides, SiteWord, SpeaksOf, Spelling, StoredWord, Typed, Used,
    VersionReq, WaysTo, Word, WordId, capture_words, file_words, function_words, project_words,
    site_words, stored_words,
};
use crate::recipe::error::Complaint;
use crate::recipe::pattern::Root;
use crate::recipe::word::FromWord;
use crate::recipe::yaml::Node;

/// A key of a condition with its value.
pub(super) struct KeyValue<'c, 't, 'n> {
    compiler: &'c mut Compiler<'t>,
    key: &'n str,
    value: &'n Node,
    bound: &'n Bound,
}

/// A table of questions.
pub(super) trait FromKey: Sized {
    /// Reads the question of a key; `None`: it has no such key, or the value is wrong, which is reported.
    fn read(asked: &mut KeyValue<'_, '_, '_>) -> Option<Self>;
}

/// The type of a value.
trait Reads: Sized {
    /// Reads it; `None` where something is wrong with it, which is reported.
    fn read(asked: &mut KeyValue<'_, '_, '_>) -> Option<Self>;
}

/// Reads the questions of a table.
macro_rules! reads {
    ({} $(#[$doc:meta])* $name:ident: $($variant:ident($value:ty) $key:literal $about:literal,)+) => {
        impl FromKey for $name {
            fn read(asked: &mut KeyValue<'_, '_, '_>) -> Option<Self> {
                match asked.key {
                    $($key => Reads::read(asked).map(Self::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

site_words!(reads);
capture_words!(reads);
stored_words!(reads);
function_words!(reads);
file_words!(reads);
project_words!(reads);

impl Compiler<'_> {
    /// Reads a question of one of the tables.
    pub(super) fn question<Q: FromKey>(
        &mut self,
        key: &str,
        value: &Node,
        bound: &Bound,
    ) -> Option<Q> {
        Q::read(&mut KeyValue {
            compiler: self,
            key,
            value,
            bound,
        })
    }
}

impl KeyValue<'_, '_, '_> {
    fn patterns(&mut self) -> Option<Patterns> {
        self.compiler.patterns(self.key, self.value, self.bound)
    }

    /// The patterns of `has`, the only key of the value.
    fn inner_patterns(&mut self) -> Option<Patterns> {
        let inner = self.value.child("has")?;
        self.compiler.patterns("has", inner, self.bound)
    }

    /// The patterns of `reaches` or `surely-reaches`, and those of the blocks where nothing counts.
    fn reached(&mut self) -> Option<CalledFunction> {
        let asked = ["reaches", "surely-reaches"].map(|key| self.value.child(key));
        let (inner, is_sure) = match asked {
            [Some(inner), None] => (inner, false),
            [None, Some(inner)] => (inner, true),
            _ => {
                let law = Law::ReachesOnce;
                self.compiler.break_law(self.key, self.value, law);
                return None;
            }
        };
        let patterns = self.compiler.patterns("reaches", inner, self.bound)?;
        let blocks = self.value.child("outside");
        let outside = match blocks {
            Some(blocks) => Used {
                id: self.compiler.word_id("outside", blocks),
                patterns: self.compiler.patterns("outside", blocks, self.bound)?,
            },
            None => Used {
                id: WordId::of("outside", None),
                patterns: Patterns::default(),
            },
        };
        let code = Used {
            // With other blocks it asks something else.
            id: self
                .compiler
                .word_id("reaches", blocks.map_or(inner, |_| self.value)),
            patterns,
        };
        Some(CalledFunction::new(code, outside, is_sure))
    }

    fn names(&mut self) -> Option<Vec<String>> {
        self.compiler.listed(self.key, self.value)
    }

    fn elsewhere(&mut self, bound: &Bound) -> Option<Box<AskedElsewhere>> {
        let (key, value) = (self.key, self.value);
        self.compiler.asked_elsewhere(key, value, bound)
    }
}

/// Reads words.
impl<T: FromWord> Reads for Vec<T> {
    fn read(asked: &mut KeyValue<'_, '_, '_>) -> Option<Self> {
        // The schema reported others.
        let elements = asked.value.elements().iter();
        elements
            .map(|element| T::from_word(element.text()?))
            .collect()
    }
}

/// Says how the types are read.
macro_rules! read_by {
    ($($name:ty = |$asked:ident| $read:expr;)+) => {
        $(impl Reads for $name {
            fn read($asked: &mut KeyValue<'_, '_, '_>) -> Option<Self> {
                $read
            }
        })+
    };
}

read_by! {
    Patterns = |asked| asked.patterns();
    PatternsOrNone = |asked| asked.patterns().map(Self);
    Decorators = |asked| decorators(asked);
    CalledFunction = |asked| asked.reached();
    TryBody = |asked| asked.inner_patterns().map(Self);
    ClassBody = |asked| asked.inner_patterns().map(Self);
    CellCode = |asked| asked.inner_patterns().map(Self);
    Vec<Enclosure> = |asked| asked.compiler.enclosures(asked.key, asked.value, asked.bound);
    Vec<Spelling> = |asked| asked.compiler.spellings(asked.key, asked.value);
    Names = |asked| asked.names().map(Self);
    GlobsOrNone = |asked| asked.names().map(Self);
    Globs = |asked| asked.names().map(Self);
    Kinds = |asked| asked.compiler.kind_names(asked.key, asked.value).map(Self);
    Roles = |asked| roles(asked);
    TeardownRole = |asked| {
        let roles = asked.value.child("role")?;
        asked.compiler.roles("role", roles).map(Self)
    };
    Texts = |asked| Some(Self(texts(asked.value)));
    CaptureName = |asked| asked.compiler.captured(asked.key, asked.value, asked.bound).map(Self);
    bool = |asked| Some(asked.value.text()? == "true");
    VersionReq = |asked| VersionReq::parse(asked.value.text()?);
    Unknown = |_asked| Some(Self);
    SharedOnly = |_asked| Some(Self);
    AtAwait = |asked| asked.elsewhere(&Bound::none()).map(Self);
    Box<AskedElsewhere> = |asked| asked.elsewhere(asked.bound);
    Box<ElsewhereHas> = |asked| asked.compiler.elsewhere_has(asked.value, asked.bound).map(Box::new);
    Box<Sides> = |asked| sides(asked).map(Box::new);
    Box<Used> = |asked| used(asked).map(Box::new);
    Box<WaysTo> = |asked| asked.compiler.ways_to(asked.key, asked.value, asked.bound).map(Box::new);
    Calls = |asked| calls(asked);
    AtFirst = |asked| before(asked);
    Says = |asked| says(asked);
}

/// Patterns of decorators begin with `@`.
fn decorators(asked: &mut KeyValue<'_, '_, '_>) -> Option<Decorators> {
    let patterns = asked.patterns()?;
    let is_decorator = |guarded: &Guarded| matches!(guarded.pattern.root, Root::Decorator(_));
    if !patterns.iter().all(is_decorator) {
        let complaint = Complaint::not_of_sort(asked.value.span.start(), "a decorator");
        let complaint = complaint.expected("a pattern such as `\"@app.task\"`");
        asked.compiler.add(asked.key, complaint);
    }
    Some(Decorators(patterns))
}

fn roles(asked: &mut KeyValue<'_, '_, '_>) -> Option<Roles> {
    let names = asked.compiler.roles(asked.key, asked.value)?;
    let ask_files = names.iter().any(|it| asked.compiler.asks_files(it));
    Some(Roles { names, ask_files })
}

fn sides(asked: &mut KeyValue<'_, '_, '_>) -> Option<Sides> {
    let (compiler, value, bound) = (&mut *asked.compiler, asked.value, asked.bound);
    Some(Sides {
        before: compiler.patterns("before", value.child("before")?, bound)?,
        after: compiler.patterns("after", value.child("after")?, bound)?,
        of: capture(value.child("of")?.text()?).1.to_owned(),
    })
}

fn used(asked: &mut KeyValue<'_, '_, '_>) -> Option<Used> {
    Some(Used {
        id: asked.compiler.word_id(asked.key, asked.value),
        patterns: asked.patterns()?,
    })
}

fn calls(asked: &mut KeyValue<'_, '_, '_>) -> Option<Calls> {
    let (compiler, value, bound) = (&mut *asked.compiler, asked.value, asked.bound);
    let calls = value.child("calls")?.elements().iter();
    Some(Calls {
        calls: all_of(calls.map(|call| compiler.captured("calls", call, bound)))?,
        reads: compiler.patterns("reads", value.child("reads")?, bound)?,
    })
}

fn before(asked: &mut KeyValue<'_, '_, '_>) -> Option<AtFirst> {
    let has = FileWord::Has(asked.patterns()?);
    let typed = Typed {
        subject: Some("file".to_owned()),
        word: "has".to_owned(),
        value: asked.value.clone(),
        or_unknown: false,
        speaks_of: SpeaksOf::default(),
    };
    Some(AtFirst(Box::new(Condition::Word(Word::File(has), typed))))
}

fn says(asked: &mut KeyValue<'_, '_, '_>) -> Option<Says> {
    Some(Says {
        files: texts(asked.value.child("in")?),
        texts: asked
            .compiler
            .spellings("text", asked.value.child("text")?)?,
    })
}
