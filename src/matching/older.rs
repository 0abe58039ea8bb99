//! Is code only for older Pythons than the one that the file is written for? Tests of the version around it say so,
//! and handlers of what a name raises that older Pythons lack.
//!
//! Such code does not run there, and what takes its place would fail where it does. Nothing runs what `if False:` holds:
//! some projects make another file of it.

use std::cmp::Ordering;
use std::rc::Rc;

use ruff_python_ast::{
    AnyNodeRef, BoolOp, CmpOp, ElifElseClause, Expr, ExprBoolOp, ExprCall, ExprCompare, ExprRef,
    ExprSubscript, Stmt, StmtIf, StmtTry, UnaryOp,
};

use super::handlers::taken_classes;
use super::subject::Subject;
use crate::bind::MAX_STEPS;
use crate::bind::block::{Block, BlockRole};
use crate::bind::ends::Ends;
use crate::bind::value::Origin;
use crate::python::tree::NodeId;

/// The last minor version that a test may be about.
const LAST_MINOR: u8 = 40;

/// What raises where a Python lacks a name.
const LACKS: [&str; 4] = [
    "AttributeError",
    "ImportError",
    "ModuleNotFoundError",
    "NameError",
];

/// Returns whether no Python from the target up runs a node.
pub(super) fn is_for_older(subject: &Subject, node: NodeId) -> bool {
    let mut inner = node;
    loop {
        let parent = subject.tree.parent(inner);
        let is_dead = match subject.blocks.block_of(inner) {
            Some(block) => {
                leaves_before(subject, block) <= block.place_of(inner)
                    || is_dead_block(subject, block)
            }
            None => is_dead_part(subject, parent, inner),
        };
        if is_dead || parent == inner {
            return is_dead;
        }
        inner = parent;
    }
}

/// The place in a block from which on only older Pythons get.
fn leaves_before(subject: &Subject, block: &Block) -> usize {
    let find = || {
        let mut statements = block.statements.iter();
        let leaves = |statement: &NodeId| match subject.tree.node(*statement) {
            AnyNodeRef::StmtIf(it) if it.elif_else_clauses.is_empty() => {
                let first = subject.blocks.block_ends(*statement, BlockRole::If);
                !first.may(Ends::FALLS) && always(subject, &it.test) == Some(true)
            }
            _ => false,
        };
        let at = statements.position(leaves);
        at.map_or(usize::MAX, |at| at + 1)
    };
    let known = &subject.answers.left_by_version;
    known.or_find(&(block.owner, block.role), find)
}

fn is_dead_block(subject: &Subject, block: &Block) -> bool {
    let holder = subject.tree.node(subject.blocks.holder(block));
    match (block.role, holder) {
        (BlockRole::If, AnyNodeRef::StmtIf(it)) => dead_clauses(subject, it)[0],
        (BlockRole::Else, AnyNodeRef::StmtIf(it)) => {
            let before = |clause: &ElifElseClause| subject.tree.id(clause) < block.owner;
            let n_before = it.elif_else_clauses.partition_point(before);
            dead_clauses(subject, it)[n_before + 1]
        }
        (BlockRole::Except, AnyNodeRef::StmtTry(it)) => is_dead_handler(subject, it, block.owner),
        _ => false,
    }
}

/// Of the branches of an `if`, whether only older Pythons run them.
fn dead_clauses<'a>(subject: &Subject<'a>, statement: &'a StmtIf) -> Rc<[bool]> {
    let find = || clauses(subject, statement).into();
    let known = &subject.answers.dead_clauses;
    known.or_find(&subject.tree.id(statement), find)
}

fn clauses<'a>(subject: &Subject<'a>, statement: &'a StmtIf) -> Vec<bool> {
    let others = statement.elif_else_clauses.iter();
    let tests = std::iter::once(Some(&*statement.test)).chain(others.map(|it| it.test.as_ref()));
    let mut is_left = true;
    let dead = tests.map(|test| {
        let holds = test.map_or(Some(true), |test| always(subject, test));
        let is_dead = !is_left || holds == Some(false);
        is_left &= holds != Some(true);
        is_dead
    });
    dead.collect()
}

/// A choice or a chain of operands that the version decides.
fn is_dead_part(subject: &Subject, whole: NodeId, part: NodeId) -> bool {
    match subject.tree.node(whole) {
        AnyNodeRef::ExprIf(it) => {
            let holds = || always(subject, &it.test);
            part == subject.tree.id(&*it.body) && holds() == Some(false)
                || part == subject.tree.id(&*it.orelse) && holds() == Some(true)
        }
        AnyNodeRef::ExprBoolOp(it) => {
            let find = || {
                let stops = Some(it.op == BoolOp::Or);
                let decides = it.values.iter().find(|it| always(subject, it) == stops);
                decides.map(|it| subject.tree.id(it))
            };
            let decides = subject.answers.deciding_operand.or_find(&whole, find);
            decides.is_some_and(|decides| decides < part)
        }
        _ => false,
    }
}

/// The `try` only takes names that the target has.
fn is_dead_handler<'a>(subject: &Subject<'a>, statement: &'a StmtTry, handler: NodeId) -> bool {
    let AnyNodeRef::ExceptHandlerExceptHandler(handler) = subject.tree.node(handler) else {
        return false;
    };
    let Some(taken) = taken_classes(handler) else {
        return false;
    };
    let lacks = |taken: &'a Expr| {
        let name = qualified(subject, taken.into());
        name.is_some_and(|name| LACKS.contains(&name.as_str()))
    };
    taken.iter().all(lacks) && statement.body.iter().all(|it| takes_known(subject, it))
}

/// `from asyncio import run`, `run = asyncio.run`, `asyncio.run`.
fn takes_known<'a>(subject: &Subject<'a>, statement: &'a Stmt) -> bool {
    let has = |name: &str| since(subject, name).is_some_and(|it| it <= subject.target.version);
    match statement {
        Stmt::ImportFrom(it) if it.level == 0 => {
            let module = it.module.as_ref().map_or("", |it| it.as_str());
            let mut names = it.names.iter();
            names.all(|name| has(&format!("{module}.{}", name.name)))
        }
        Stmt::Assign(it) => taken(subject, &it.value).is_some_and(|name| has(&name)),
        Stmt::Expr(it) => taken(subject, &it.value).is_some_and(|name| has(&name)),
        Stmt::Return(it) => {
            let value = it.value.as_deref();
            value.is_some_and(|it| taken(subject, it).is_some_and(|name| has(&name)))
        }
        _ => false,
    }
}

/// The name of an attribute that an expression takes, or calls.
fn taken<'a>(subject: &Subject<'a>, value: &'a Expr) -> Option<String> {
    match value {
        Expr::Await(it) => taken(subject, &it.value),
        Expr::Call(it) => taken(subject, &it.func),
        Expr::Attribute(_) => qualified(subject, value.into()),
        _ => None,
    }
}

fn qualified<'a>(subject: &Subject<'a>, value: ExprRef<'a>) -> Option<String> {
    subject.resolver.meaning(value).qualified()
}

fn since(subject: &Subject, name: &str) -> Option<(u8, u8)> {
    subject.tables.since.get(name).copied()
}

/// Whether a test has the same answer for all Pythons from the target up; `None`: that is not known, or it has both.
fn always<'a>(subject: &Subject<'a>, test: &'a Expr) -> Option<bool> {
    // A name of it may be a switch that a person turns.
    if let Expr::BooleanLiteral(it) = test {
        return Some(it.value);
    }
    let (major, minor) = subject.target.version;
    let first = holds(subject, test.into(), (major, minor), MAX_STEPS)?;
    let mut later = (minor + 1..LAST_MINOR).map(|minor| (major, minor));
    let is_same = later.all(|it| holds(subject, test.into(), it, MAX_STEPS) == Some(first));
    is_same.then_some(first)
}

/// Whether a test of the version holds; `None`: it is none, or that is not known.
fn holds<'a>(
    subject: &Subject<'a>,
    test: ExprRef<'a>,
    version: (u8, u8),
    steps: u32,
) -> Option<bool> {
    let steps = steps.checked_sub(1)?;
    match test {
        ExprRef::UnaryOp(it) if it.op == UnaryOp::Not => {
            holds(subject, (&*it.operand).into(), version, steps).map(|it| !it)
        }
        ExprRef::BoolOp(it) => all_hold(subject, it, version, steps),
        ExprRef::Compare(it) => compared(subject, it, version),
        ExprRef::Call(it) => has_name(subject, it, version),
        // `NEW = sys.version_info >= (3, 7)`
        ExprRef::Name(_) => match subject.resolver.origins(test).as_slice() {
            [Origin::Made(made)] => holds(subject, *made, version, steps),
            _ => None,
        },
        _ => None,
    }
}

fn all_hold<'a>(
    subject: &Subject<'a>,
    all: &'a ExprBoolOp,
    version: (u8, u8),
    steps: u32,
) -> Option<bool> {
    let decides = all.op == BoolOp::Or;
    let mut answer = Some(!decides);
    for value in &all.values {
        match holds(subject, value.into(), version, steps) {
            Some(it) if it == decides => return Some(decides),
            None => answer = None,
            Some(_) => {}
        }
    }
    answer
}

/// `hasattr(asyncio, "run")`
fn has_name<'a>(subject: &Subject<'a>, call: &'a ExprCall, version: (u8, u8)) -> Option<bool> {
    if qualified(subject, (&*call.func).into())? != "hasattr" {
        return None;
    }
    let [of, Expr::StringLiteral(name)] = &*call.arguments.args else {
        return None;
    };
    let of = qualified(subject, of.into())?;
    let name = format!("{of}.{}", name.value.to_str());
    since(subject, &name).map(|first| first <= version)
}

/// What is compared: a number, or the first ones of several.
enum Compared {
    Number(u64),
    /// What follows is not known.
    Begins(Vec<u64>),
    Whole(Vec<u64>),
}

fn compared<'a>(subject: &Subject<'a>, test: &'a ExprCompare, version: (u8, u8)) -> Option<bool> {
    let ([op], [right]) = (&*test.ops, &*test.comparators) else {
        return None;
    };
    let left = part(subject, &test.left, version)?;
    let order = order(&left, &part(subject, right, version)?)?;
    match op {
        CmpOp::Lt => Some(order.is_lt()),
        CmpOp::LtE => Some(order.is_le()),
        CmpOp::Gt => Some(order.is_gt()),
        CmpOp::GtE => Some(order.is_ge()),
        CmpOp::Eq => Some(order.is_eq()),
        CmpOp::NotEq => Some(order.is_ne()),
        _ => None,
    }
}

fn order(left: &Compared, right: &Compared) -> Option<Ordering> {
    match (left, right) {
        (Compared::Number(left), Compared::Number(right)) => Some(left.cmp(right)),
        (Compared::Whole(left), Compared::Whole(right)) => Some(left.cmp(right)),
        (Compared::Begins(left), Compared::Whole(right)) => order_of_longer(left, right),
        (Compared::Whole(left), Compared::Begins(right)) => {
            order_of_longer(right, left).map(Ordering::reverse)
        }
        _ => None,
    }
}

/// How what begins so, and has more, stands to numbers; `None`: those that follow decide.
fn order_of_longer(known: &[u64], whole: &[u64]) -> Option<Ordering> {
    let n_compared = known.len().min(whole.len());
    match known[..n_compared].cmp(&whole[..n_compared]) {
        Ordering::Equal => (whole.len() <= known.len()).then_some(Ordering::Greater),
        decided => Some(decided),
    }
}

fn part<'a>(subject: &Subject<'a>, value: &'a Expr, (major, minor): (u8, u8)) -> Option<Compared> {
    let all = [u64::from(major), u64::from(minor)];
    match value {
        Expr::NumberLiteral(_) => number(value).map(Compared::Number),
        Expr::Tuple(it) => it
            .elts
            .iter()
            .map(number)
            .collect::<Option<_>>()
            .map(Compared::Whole),
        Expr::Subscript(it) if is_version(subject, &it.value) => some_of(it, all),
        _ => match qualified(subject, value.into())?.as_str() {
            "sys.version_info" => Some(Compared::Begins(all.to_vec())),
            "sys.version_info.major" => Some(Compared::Number(all[0])),
            "sys.version_info.minor" => Some(Compared::Number(all[1])),
            _ => None,
        },
    }
}

fn is_version<'a>(subject: &Subject<'a>, value: &'a Expr) -> bool {
    qualified(subject, value.into()).is_some_and(|it| it == "sys.version_info")
}

/// `sys.version_info[1]`, `sys.version_info[:2]`
fn some_of(subscript: &ExprSubscript, all: [u64; 2]) -> Option<Compared> {
    let Expr::Slice(slice) = &*subscript.slice else {
        let index = usize::try_from(number(&subscript.slice)?).ok()?;
        return all.get(index).copied().map(Compared::Number);
    };
    let is_from_first = slice
        .lower
        .as_deref()
        .is_none_or(|it| number(it) == Some(0));
    if !is_from_first || slice.step.is_some() {
        return None;
    }
    let upper = slice.upper.as_deref().map(number);
    let n_taken = upper.map_or(Some(u64::MAX), |it| it)?;
    let n_taken = usize::try_from(n_taken).unwrap_or(usize::MAX);
    match all.get(..n_taken) {
        Some(taken) => Some(Compared::Whole(taken.to_vec())),
        None => Some(Compared::Begins(all.to_vec())),
    }
}

fn number(value: &Expr) -> Option<u64> {
    value.as_number_literal_expr()?.value.as_int()?.as_u64()
}
