//! Which parentheses an expression needs in the place it is put.

use ruff_python_ast::operator_precedence::OperatorPrecedence as Precedence;
use ruff_python_ast::{AnyNodeRef, ExprRef, Operator, UnaryOp};
use ruff_text_size::{Ranged, TextRange};

/// Returns whether an expression that binds as tightly as `child` needs parentheses where `place`
/// (the range of the old child) stands in `parent`.
pub(super) fn needs_parentheses(child: Precedence, parent: AnyNodeRef, place: TextRange) -> bool {
    child < required(parent, place)
}

/// The weakest precedence that may stand there bare.
fn required(parent: AnyNodeRef, place: TextRange) -> Precedence {
    let is = |range: TextRange| range.contains_range(place);
    match parent {
        AnyNodeRef::ExprAwait(_) => Precedence::CallAttribute,
        AnyNodeRef::ExprAttribute(_) => Precedence::CallAttribute,
        AnyNodeRef::ExprCall(call) if is(call.func.range()) => Precedence::CallAttribute,
        AnyNodeRef::ExprSubscript(node) if is(node.value.range()) => Precedence::CallAttribute,
        AnyNodeRef::ExprBinOp(node) => operand(node.op, is(node.left.range())),
        AnyNodeRef::ExprUnaryOp(node) if node.op == UnaryOp::Not => Precedence::Not,
        AnyNodeRef::ExprUnaryOp(_) => Precedence::PosNegBitNot,
        AnyNodeRef::ExprBoolOp(node) => tighter(Precedence::from(node.op)),
        AnyNodeRef::ExprCompare(_) | AnyNodeRef::ExprStarred(_) => Precedence::BitOr,
        AnyNodeRef::ExprIf(node) if !is(node.orelse.range()) => Precedence::Or,
        AnyNodeRef::ExprDict(node) => {
            let unpacked = |item: &ruff_python_ast::DictItem| {
                item.key.is_none() && item.value.range().contains_range(place)
            };
            if node.items.iter().any(unpacked) {
                Precedence::BitOr
            } else {
                Precedence::Lambda
            }
        }
        AnyNodeRef::Comprehension(node) if !is(node.target.range()) => Precedence::Or,
        AnyNodeRef::Keyword(node) if node.arg.is_none() => Precedence::BitOr,
        // A statement of its own, or the right side of one, takes anything.
        parent if parent.is_statement() => Precedence::Yield,
        AnyNodeRef::Arguments(_) => Precedence::Assign,
        _ => Precedence::Lambda,
    }
}

fn operand(op: Operator, is_left: bool) -> Precedence {
    let own = Precedence::from(op);
    match (op, is_left) {
        (Operator::Pow, true) => Precedence::Await,
        // The right side of a power takes a sign: `2 ** -x`.
        (Operator::Pow, false) => Precedence::PosNegBitNot,
        (_, true) => own,
        (_, false) => tighter(own),
    }
}

/// The next precedence that binds more tightly.
fn tighter(precedence: Precedence) -> Precedence {
    match precedence {
        Precedence::Or => Precedence::And,
        Precedence::And => Precedence::Not,
        Precedence::BitOr => Precedence::BitXor,
        Precedence::BitXor => Precedence::BitAnd,
        Precedence::BitAnd => Precedence::LeftRightShift,
        Precedence::LeftRightShift => Precedence::AddSub,
        Precedence::AddSub => Precedence::MulDivRemain,
        _ => Precedence::PosNegBitNot,
    }
}

/// Returns how tightly an expression binds.
pub(super) fn of(expression: ExprRef) -> Precedence {
    // Without brackets of their own these stand only where their parent lends them its own, as in
    // `f(x for x in y)`, or needs none, as in `return 1, 2`.
    match expression {
        ExprRef::Generator(generator) if !generator.parenthesized => Precedence::None,
        ExprRef::Tuple(tuple) if !tuple.parenthesized => Precedence::None,
        expression => Precedence::from_expr_ref(expression),
    }
}
