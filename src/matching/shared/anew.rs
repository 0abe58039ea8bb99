//! What was read before a site: is it read anew before what it decides is written?

use ruff_python_ast::AnyNodeRef;

use super::carried::{carried, stands_before};
use super::paths::Paths;
use crate::bind::block::{Block, BlockRole};
use crate::bind::ends::Ends;
use crate::matching::answers::state::Access;
use crate::matching::subject::Subject;
use crate::python::tree::NodeId;
use crate::semantic::ways::turns::loops;
use crate::semantic::ways::{dominators, exclusive, statements_around};

/// Returns whether what is read before the site is read anew between it and the write: by `x += 1`, by the head of a
/// loop or an `if` that stands on each way to the write, or into a name that the next turn of a loop binds anew.
pub(super) fn is_read_again(paths: &Paths, read: &Access, write: &Access) -> bool {
    let (subject, tree) = (paths.subject, paths.subject.tree);
    let [Some(reading), Some(writing)] = [read, write].map(|it| tree.statement(it.node)) else {
        return false;
    };
    if reading == writing {
        return !tree.range(writing).contains_range(paths.range);
    }
    let is_next = write.at < paths.range.start() || exclusive(subject, paths.site, write.node);
    let mut around = loops(subject, write.node);
    let turns = around.find(|it| is_next && tree.contains(*it, paths.site));
    if turns.is_some_and(|it| is_bound_anew(subject, it, read.node, writing)) {
        return true;
    }
    let keeps_nothing = matches!(
        tree.node(reading),
        AnyNodeRef::StmtIf(_) | AnyNodeRef::StmtWhile(_)
    );
    let is_on_the_way =
        |statement| statement == reading || stands_before(subject, reading, statement);
    if !keeps_nothing || !statements_around(subject, write.node).any(is_on_the_way) {
        return false;
    }
    let comes_round = turns.is_some_and(|it| it == reading || tree.contains(it, reading));
    read.at > paths.range.end() || comes_round
}

/// Whether each turn of a loop gives another value to all names by which what is read there goes into what a statement
/// writes, before it comes to that.
fn is_bound_anew(subject: &Subject, turns: NodeId, read: NodeId, writing: NodeId) -> bool {
    let (tree, carried) = (subject.tree, carried(subject, read));
    let is_anew = |statement: NodeId| {
        let bindings = subject.names.bindings_in(&tree.span(statement));
        let mut own = bindings.filter(|(_, it)| it.statement == statement);
        tree.contains(turns, statement)
            && own.all(|(id, binding)| {
                let used = subject.flow.uses(id).into_iter();
                // An earlier turn may have left something in what an earlier statement binds.
                let mut used = used.filter_map(|it| tree.statement(it));
                used.all(|it| it > statement)
                    && dominators(subject, writing)
                        .take_while(|it| tree.contains(turns, *it) && *it != turns)
                        .any(|it| binds(subject, it, binding.name))
            })
    };
    let keeps = |statement: &NodeId| *statement == writing || is_anew(*statement);
    !carried.is_everywhere && carried.statements.iter().all(keeps)
}

/// Whether a statement binds a name on each way by which control goes on behind it.
fn binds(subject: &Subject, statement: NodeId, name: &str) -> bool {
    let tree = subject.tree;
    let block_of = |owner, role| subject.blocks.block(owner, role);
    let in_block = |block: Option<&Block>| {
        block.is_some_and(|it| it.statements.iter().any(|it| binds(subject, *it, name)))
    };
    let leaves_or_binds = |block: Option<&Block>| {
        in_block(block) || block.is_some_and(|it| !it.ends.may(Ends::FALLS))
    };
    match tree.node(statement) {
        AnyNodeRef::StmtAnnAssign(it) if it.value.is_none() => false,
        AnyNodeRef::StmtAssign(_) | AnyNodeRef::StmtAnnAssign(_) => {
            let mut bindings = subject.names.bindings_in(&tree.span(statement));
            bindings.any(|(_, it)| it.statement == statement && it.name == name)
        }
        AnyNodeRef::StmtWith(_) => in_block(block_of(statement, BlockRole::With)),
        AnyNodeRef::StmtTry(it) => {
            let mut handlers = it.handlers.iter().map(|it| tree.id(it));
            in_block(block_of(statement, BlockRole::Try))
                && handlers.all(|it| leaves_or_binds(block_of(it, BlockRole::Except)))
        }
        AnyNodeRef::StmtIf(it) => {
            let mut clauses = it.elif_else_clauses.iter();
            clauses.clone().any(|it| it.test.is_none())
                && leaves_or_binds(block_of(statement, BlockRole::If))
                && clauses.all(|it| leaves_or_binds(block_of(tree.id(it), BlockRole::Else)))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::matching::shared::tests::check_races as check;

    #[test]
    fn what_is_read_anew_before_it_is_written_is_no_race() {
        check(
            "        while self.n < 3:\n            try:\n                x()\n            except OSError:\n                self.n += 1\n                g(11)\n",
            &[],
            &[],
        );
        check(
            "        for y in x:\n            g(7)\n            self.n = self.n + 1\n",
            &[],
            &[],
        );
        check(
            "        while x:\n            if self.n:\n                return\n            self.n = 1\n            g(10)\n",
            &[],
            &[],
        );
        check(
            "        while self.n < 3:\n            try:\n                x()\n            except OSError:\n                g(10)\n            except ValueError:\n                self.n = 1\n",
            &[],
            &[],
        );
        // Not where what goes round does not pass it, or where the site stands in between.
        check(
            "        if self.n:\n            while x:\n                self.n = 1\n                g(9)\n",
            &[9],
            &[9],
        );
        check(
            "        while x:\n            if self.n:\n                g(8)\n                self.n = 1\n",
            &[8],
            &[8],
        );
    }

    #[test]
    fn a_name_that_the_next_turn_binds_anew_keeps_nothing() {
        check(
            "        while x:\n            n = self.n\n            if n:\n                self.n = 1\n            g(10)\n",
            &[],
            &[],
        );
        let turns = |read: &str, write: &str| {
            format!(
                "        m = 0\n        while x:\n            try:\n                {read}\n            except OSError:\n                {read}\n            try:\n                {write}\n            except ValueError:\n                g(15)\n"
            )
        };
        check(&turns("n = x(self.n)", "self.n = n"), &[], &[]);
        check(&turns("m += self.n", "self.n = m"), &[15], &[15]);
        check(&turns("if x: n = self.n", "self.n = n"), &[15], &[15]);
    }
}
