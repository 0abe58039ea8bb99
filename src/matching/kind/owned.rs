//! Attributes of objects that use them themselves: the loop of a client that runs it.

use ruff_python_ast::ExprRef;
use ruff_text_size::Ranged;

use crate::matching::capture::{Captured, Captures};
use crate::matching::subject::Subject;
use crate::matching::unify::fits_surely;
use crate::recipe::kind::Kind;

/// Returns whether the value is an attribute of an object that is used as its owner elsewhere:
/// `client.loop` where `client.run()` stands too.
pub(super) fn is_owned<'a>(subject: &Subject<'a>, expression: ExprRef<'a>, row: &'a Kind) -> bool {
    let ExprRef::Attribute(attribute) = expression else {
        return false;
    };
    let is_spoken_of = |name: &String| name == attribute.attr.as_str();
    if !row.attributes.iter().any(is_spoken_of) {
        return false;
    }
    let owner = ExprRef::from(&attribute.value);
    let spelling = &subject.text()[owner.range()];
    let answers = &subject.answers.owners;
    answers.or_find(&(std::ptr::from_ref(row), spelling), || {
        let mut given = Captures::default();
        given.bind("owner", Captured::Expression(owner));
        let is_use = |node| {
            let mut patterns = row.owned_by.iter();
            patterns.any(|pattern| fits_surely(pattern, node, &given, subject))
        };
        let mut nodes = subject.tree.ids();
        nodes.any(|id| is_use(subject.tree.node(id)))
    })
}
