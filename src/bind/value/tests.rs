//! Small texts and where a value of them comes from.

use ruff_python_ast::AnyNodeRef;
use ruff_text_size::Ranged;

use super::Origin;
use crate::bind::tests::resolved;

/// Lists where the first argument of `ask(…)` comes from: its text, or why it is not known.
fn origins(text: &str) -> Vec<String> {
    resolved(text, |resolver| {
        let tree = resolver.flow().names().tree();
        let mut asked = tree.ids().filter_map(|id| match tree.node(id) {
            AnyNodeRef::ExprCall(call) if call.func.as_name_expr()?.id == "ask" => {
                call.arguments.args.first()
            }
            _ => None,
        });
        let asked = asked.next().expect("a call of `ask`");
        let found = resolver.origins(asked.into()).into_iter();
        let shown = found.map(|origin| match origin {
            Origin::Made(made) => text[made.range()].to_owned(),
            Origin::Unknown(why) => why,
            other => format!("{other:?}"),
        });
        shown.collect()
    })
}

/// A loop whose branches each do that.
fn branches(n: usize, does: &str) -> String {
    let branch = |at| format!("        if c == {at}:\n            {does}\n");
    let branches: String = (0..n).map(branch).collect();
    format!("def f(c):\n    x = first()\n    while c:\n{branches}    ask(x)\n")
}

#[test]
fn each_binding_is_followed_once_in_a_loop() {
    for does in [
        "x = x or second()",
        "x = x if c else second()",
        "x = (y := x) or second()",
    ] {
        let mut found = origins(&branches(60, does));
        found.sort();
        found.dedup();
        assert_eq!(found, ["first()", "second()"], "{does}");
    }
}

#[test]
fn an_attribute_that_is_kept_is_what_it_was_first() {
    let setters = "        self.x = self.x or second()\n".repeat(60);
    let class = format!(
        "class A:\n    def __init__(self):\n        self.x = first()\n    def m(self):\n{setters}        ask(self.x)\n"
    );
    let mut found = origins(&class);
    found.sort();
    found.dedup();
    assert_eq!(found, ["first()", "second()"]);
}

#[test]
fn what_leads_back_to_itself_alone_is_not_known() {
    let alone = ["it is only assigned to itself"];
    assert_eq!(
        origins("def f(c):\n    while c:\n        x = x\n    ask(x)\n"),
        alone
    );
    let class = "class A:\n    def m(self):\n        self.x = self.x\n        ask(self.x)\n";
    assert_eq!(origins(class), alone);
}
