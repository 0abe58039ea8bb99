//! Questions that many sites of a file share → answers, each found when first asked for.
//!
//! Without it each site would go over the whole file again. Recipes and tables outlive the answers
//! about a file, so that their rows and patterns are known by address.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use ruff_python_ast::NodeKind;
use ruff_text_size::TextSize;
use rustc_hash::{FxHashMap, FxHashSet};

use super::beginning::Beginning;
use super::capture::Captured;
use super::owner::unowned::Unowned;
use super::prefilter::Standing;
use super::site::{Evidence, Found};
use crate::bind::block::BlockRole;
use crate::bind::scope::BindingId;
use crate::project::gift::ByCallee;
use crate::project::read_off::{AtAwaits, Awaits, Met, NamedAt, Use};
use crate::project::replacement::Replaced;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::condition::{Guarded, Spelling, WordId};
use crate::recipe::kind::Kind;
use crate::recipe::pattern::Pattern;
use crate::recipe::role::RoleRow;
use crate::semantic::memo::Memo;

use code::{
    Asking, Fitting, FittingUses, GivenElsewhere, KindAnswer, Members, NamedFunctions, Stands,
    Verdict,
};
use owned::{Notebook, Owner, Registrations};
use state::{Carried, Cleanup, LockCall, LocksLeftThere, Part, Shared, Told, Users};

pub(super) mod code;

pub mod owned;

pub(super) mod state;

/// What was asked of one file and answered already.
#[derive(Debug, Default)]
pub struct Answers<'a> {
    /// The shared state that a function reads and writes.
    pub(super) shared: Memo<(NodeId, bool), Rc<[Shared<'a>]>>,
    /// Whether what another file assigns to a name is made by one of the patterns.
    pub(super) made_there: Memo<(*const Guarded, PathBuf, String), Answer>,
    /// Where what is read at a node goes to.
    pub(super) carried: Memo<NodeId, Rc<Carried>>,
    /// The calls of `acquire` and `release` in a function.
    pub(super) lock_calls: Memo<NodeId, Rc<[LockCall<'a>]>>,
    /// The calls in a function of what does so.
    pub(super) lock_calls_of_called: Memo<NodeId, Rc<[LockCall<'a>]>>,
    /// The calls in a function of defs of other files that leave locks, and those locks.
    pub(super) locks_left_there: Memo<(NodeId, *const String), LocksLeftThere>,
    /// Whether code waits where it runs, coroutines followed so far.
    pub(super) waits: Memo<(NodeId, u32), bool>,
    /// Whether the file or its project spells what is of a kind.
    pub(super) may_be_of: Memo<*const Kind, bool>,
    /// Awaits, `async with` and `async for`, in source order.
    pub(super) may_wait: OnceCell<Vec<NodeId>>,
    /// Whether each run of a def waits, coroutines followed so far.
    pub(super) body_waits: Memo<(NodeId, u32), bool>,
    /// Whether the body of a `try` begins by waiting.
    pub(super) begins_by_waiting: Memo<NodeId, bool>,
    /// The places of the statements of a block that wait.
    pub(super) waiting: Memo<(NodeId, BlockRole), Rc<[usize]>>,
    /// From which statement of a block on only older Pythons get.
    pub(super) left_by_version: Memo<(NodeId, BlockRole), usize>,
    /// Of the branches of an `if`, whether only older Pythons run them.
    pub(super) dead_clauses: Memo<NodeId, Rc<[bool]>>,
    /// The operand of an `and` or `or` behind which only older Pythons get.
    pub(super) deciding_operand: Memo<NodeId, Option<NodeId>>,
    /// Where the coroutine of a function is awaited where a condition holds.
    pub(super) awaited: Memo<(WordId, NodeId), Rc<Verdict>>,
    /// Where the file awaits.
    pub(super) awaits: OnceCell<Arc<Awaits>>,
    /// Whether a condition holds there.
    pub(super) at_awaits: Memo<WordId, AtAwaits>,
    /// Where a function has a match of patterns, and what that is about.
    pub(super) stands_in: Memo<(*const Guarded, NodeId), Stands>,
    /// Whether what is called runs what a word looks for, and where that is.
    pub(super) called: Memo<(WordId, NodeId), (Answer, Option<Found>)>,
    /// Where code fits that a word looks for in what is called.
    pub(super) fitting: Memo<WordId, Rc<Fitting>>,
    /// What a called function forwards to, and what the pattern calls that.
    pub(super) forwarded: Memo<(*const Guarded, NodeId), Option<(String, Captured<'a>)>>,
    /// Functions that run nothing that a word looks for, as far as this file shows.
    pub(super) without: RefCell<FxHashSet<(WordId, NodeId)>>,
    /// Whether a file above this one has one of some texts.
    pub(super) says: Memo<*const Spelling, bool>,
    /// Whether the file itself patches a qualified name.
    pub(super) patched: Memo<String, bool>,
    /// Where something else is put in the place of a name: of one at the top of the file, or a qualified one.
    pub(super) replaced: Memo<(bool, String), Option<Replaced>>,
    /// Whether the file, or the cell or function that starts there, has a match of patterns that mean
    /// the same at every site.
    pub(super) has: Memo<Asked<'a>, Answer>,
    /// Where it has the first of these.
    pub(super) first: Memo<Asked<'a>, Option<NodeId>>,
    /// Whether the function that starts there runs one, and the first that was met.
    pub(super) reached: Memo<Asked<'a>, (Answer, Option<Met>)>,
    /// Where the file surely has the first of these.
    pub(super) first_yes: Memo<Asked<'a>, Option<NodeId>>,
    /// The names that the file has for attributes, values and defs.
    pub(super) names: OnceCell<BTreeSet<String>>,
    /// The quotes that most strings of the file have.
    pub(crate) quote: OnceCell<char>,
    /// How long its lines may be, in characters.
    pub(crate) line_length: OnceCell<usize>,
    /// Why defs of other files may not end quietly where they are cancelled; with whether a change adds that.
    pub(super) ends_there: Memo<(PathBuf, String, bool), Option<String>>,
    /// What a function does to shared state on its way out.
    pub(super) cleanups: Memo<NodeId, Rc<[Cleanup<'a>]>>,
    /// Whether values are of a kind or class, by its address.
    pub(super) kinds: Memo<(NodeId, *const u8), KindAnswer>,
    /// Which values are surely of a kind.
    pub(super) surely: Memo<(NodeId, *const u8), bool>,
    /// What calls of the file give that is surely of none of some kinds.
    pub(super) given: Memo<*const String, Rc<ByCallee>>,
    /// The other files that were read for what calls of a name give.
    pub(super) given_to: Memo<(*const String, String), Rc<FxHashSet<PathBuf>>>,
    /// Why what gets an annotation may be of none of some kinds.
    pub(super) other: Memo<(NodeId, *const String), Option<(Answer, String)>>,
    /// Where the file names functions.
    pub(super) named: OnceCell<NamedFunctions>,
    /// What the examples in its texts call.
    pub(super) examples: OnceCell<Vec<Use>>,
    /// The calls that read an attribute by a text that is no literal.
    pub(super) reads_by_text: OnceCell<Vec<NodeId>>,
    /// The texts of the file, by the last name of a path that they may be.
    pub(super) paths: OnceCell<FxHashMap<&'a str, Vec<NodeId>>>,
    /// Whether functions of the file are used otherwise than a word asks for, and what was seen.
    pub(super) used_otherwise: Memo<(WordId, NodeId), (Answer, Rc<Evidence>)>,
    /// Whether no code uses a class.
    pub(super) unused_classes: Memo<NodeId, bool>,
    /// Whether no code uses an object of the module but as a decorator.
    pub(super) unused_registries: Memo<BindingId, bool>,
    /// What a word asks of the uses of a function.
    pub(super) of_uses: Memo<(WordId, NodeId), Answer>,
    /// Where the file has a function's name, and whether a word's condition holds there.
    pub(super) named_at: Memo<(WordId, String), Rc<[NamedAt]>>,
    /// Where a function asks what one of its names is.
    pub(super) asks: Memo<NodeId, Rc<FxHashMap<&'a str, NodeId>>>,
    /// Where in the function or class that begins there a pattern fits.
    pub(super) asking: Memo<(*const Guarded, NodeId), Rc<Asking>>,
    /// The places of those of some patterns whose words stand in the file.
    pub(super) standing_of: Memo<(*const Guarded, usize), Rc<[usize]>>,
    /// Of these those that may begin at nodes of a kind.
    pub(super) beginning: Memo<(*const Guarded, usize, NodeKind), Rc<Beginning>>,
    /// Whether the words of a pattern stand in the file.
    pub(super) stands: Memo<*const Pattern, bool>,
    /// The words of the file that were looked for.
    pub(super) standing: OnceCell<Standing<'a>>,
    /// The attributes of that name, in source order.
    pub(super) attributes: OnceCell<FxHashMap<&'a str, Vec<NodeId>>>,
    /// Where what is called so stands where the pattern of a row has a function.
    pub(super) given_by_name: Memo<(*const RoleRow, String), Rc<[NodeId]>>,
    /// The rows that have a function where another file names it.
    pub(super) given_elsewhere: Memo<NodeId, GivenElsewhere>,
    /// The methods of a name that are used otherwise than to call them.
    pub(super) handed_on: Memo<String, Rc<FxHashSet<NodeId>>>,
    /// What uses of some bindings fit none of some patterns, and look after no kind of value.
    pub(super) other_uses: Memo<UsesAsked<'a>, Rc<[NodeId]>>,
    /// Attributes of a name by whose they are.
    pub(super) members: Memo<String, Rc<Members>>,
    /// The texts of the file, by what they say.
    pub(super) texts: OnceCell<FxHashMap<&'a str, Vec<NodeId>>>,
    /// Registrations that fit a pattern.
    pub(in crate::matching) registrations: Memo<*const Pattern, Rc<Registrations<'a>>>,
    /// What uses of some bindings fit patterns.
    pub(super) fitting_uses: Memo<(Asked<'a>, Vec<BindingId>), FittingUses>,
    /// The uses of a value under all the names that hold it.
    pub(super) held: Memo<Vec<BindingId>, Rc<[NodeId]>>,
    /// The nodes with a name or literal of their own, by that, in source order.
    pub(super) words: OnceCell<FxHashMap<&'a str, Vec<NodeId>>>,
    /// The nodes of a kind, in source order.
    pub(super) of_kind: Memo<NodeKind, Rc<[NodeId]>>,
    /// Whether a later def of the class takes the place of a method.
    pub(super) superseded: Memo<NodeId, bool>,
    /// The row of the other Python that the file is written for.
    pub(super) other_python: OnceCell<Option<usize>>,
    /// Whether the file is a module that others import.
    pub(super) importable: OnceCell<Answer>,
    /// Whether the stub beside the file declares defs as async, by their names behind those of their classes.
    pub(super) in_stub: OnceCell<FxHashMap<String, bool>>,
    /// Whether one task runs all functions of the file.
    pub(super) one_task: Memo<*const Guarded, bool>,
    /// Who reads and writes the state that other tasks see, by its last name.
    pub(super) users: OnceCell<Users<'a>>,
    /// What a function writes and another one reads, or the other way round.
    pub(super) parts: Memo<(NodeId, bool), Rc<[Part<'a>]>>,
    /// What a function calls methods of for their effect and asks, too: by object.
    pub(super) told: Memo<NodeId, Rc<[Told<'a>]>>,
    /// Calls that give the one object of a kind, those in coroutines left out.
    pub(super) ambient: Memo<*const Kind, Rc<[NodeId]>>,
    /// Who owns what a site begins.
    pub(super) owned: Memo<NodeId, Result<Rc<Owner<'a>>, Unowned>>,
    /// Whether a notebook owns it.
    pub(super) notebooks: Memo<NodeId, Result<Option<Notebook>, Unowned>>,
    /// Whether what is spelled so is used as the owner that a kind speaks of.
    pub(super) owners: Memo<(*const Kind, &'a str), bool>,
}

impl Answers<'_> {
    /// Hands the file to somebody else to ask: what a search met tells the next one that it need not look again, and so
    /// the answers of one who asks would depend on what others asked before.
    pub(super) fn apart<T>(&self, ask: impl FnOnce() -> T) -> T {
        let without = self.without.take();
        let found = self.called.apart(ask);
        self.without.replace(without);
        found
    }
}

/// Patterns, bindings, and the kinds of what these are bound to.
pub(super) type UsesAsked<'a> = (Asked<'a>, Vec<BindingId>, Vec<*const Kind>);

/// Patterns, the part of the file by where it begins, and how that is spelled of which they speak.
pub(super) type Asked<'a> = (*const Guarded, Option<TextSize>, Vec<&'a str>);
