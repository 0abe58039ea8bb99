//! What stands behind a site, and whether it runs on every path.

use super::may_fit::any_stands;
use super::site::Site;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::condition::Guarded;
use crate::semantic::ways::runs::{Sought, follows};

/// A match stands behind the site in its block, or in a block around it, or in a `finally`; yes if it
/// always runs once the site has, whatever raises in between left aside.
pub(super) fn followed_by<'r>(patterns: &'r [Guarded], site: Site<'_, 'r, '_>) -> Answer {
    let subject = site.subject;
    if !any_stands(patterns, subject) {
        return Answer::No;
    }
    let function = subject.context.enclosing_function(site.node);
    let part = subject.tree.span(function.unwrap_or(NodeId::ROOT));
    let among = site.among(patterns, &part, &part);
    let sought = Sought {
        model: subject,
        among: &among.ids,
        fits: &|id| site.fits_among(&among, id),
    };
    follows(subject, site.node, &|block, from| {
        sought.in_block(block, from)
    })
}

#[cfg(test)]
mod tests {
    use crate::matching::tests::check_condition;

    /// Compares the lines of `g($at)` that `h()` surely follows, and those that it does not.
    #[track_caller]
    fn check(text: &str, always: &[usize], never: &[usize]) {
        check_condition("g($at)", "followed-by: h()", text, always);
        check_condition("g($at)", "not: [{followed-by: h()}]", text, never);
    }

    #[test]
    fn what_stands_behind_in_the_block_or_around_it() {
        check("g(1)\nh()\ng(3)\n", &[1], &[3]);
        check(
            "async def f():\n    if a:\n        g(3)\n    x = await k(h())\n",
            &[3],
            &[],
        );
        check("def f():\n    g(2)\n    with a:\n        h()\n", &[2], &[]);
        check("def f():\n    g(2)\ndef k():\n    h()\n", &[], &[2]);
        check(
            "def f():\n    g(2)\n    lambda: h()\n    def k():\n        h()\n",
            &[],
            &[2],
        );
    }

    #[test]
    fn what_runs_on_some_paths_is_not_known() {
        check("g(1)\nif a:\n    h()\n", &[], &[]);
        check("g(1)\nif a:\n    h()\nelse:\n    x = h()\n", &[1], &[]);
        check("g(1)\nfor a in b:\n    h()\n", &[], &[]);
        check("for a in b:\n    h()\n    g(3)\n", &[], &[]);
        check(
            "def f():\n    g(2)\n    if a:\n        return\n    h()\n",
            &[],
            &[],
        );
    }

    #[test]
    fn what_surely_runs_within_a_statement_counts() {
        check("g(1)\nwhile True:\n    h()\n", &[1], &[]);
        check(
            "g(1)\ntry:\n    a\nexcept E:\n    b\nelse:\n    h()\n",
            &[1],
            &[],
        );
        check("g(1)\na and h()\n", &[], &[]);
        check(
            "def f():\n    g(2)\n    with a:\n        if b:\n            return\n        h()\n",
            &[],
            &[],
        );
        check(
            "def f():\n    for a in b:\n        if c:\n            return\n        g(5)\n    h()\n",
            &[],
            &[],
        );
    }

    #[test]
    fn what_leaves_is_followed_by_a_finally_only() {
        check(
            "def f():\n    if a:\n        return g(3)\n    h()\n",
            &[],
            &[3],
        );
        check("try:\n    a\nfinally:\n    h()\n    g(5)\n", &[], &[5]);
        check(
            "def f():\n    if a:\n        g(3)\n        return\n    h()\n",
            &[],
            &[3],
        );
        check(
            "def f():\n    try:\n        g(3)\n        return\n    finally:\n        h()\n",
            &[3],
            &[],
        );
        check(
            "def f():\n    try:\n        g(3)\n    except E:\n        h()\n    else:\n        k()\n",
            &[],
            &[],
        );
    }
}
