//! A pack in YAML → [`Pack`].

use super::compiler::{Compiler, texts};
use crate::recipe::pack::Pack;
use crate::recipe::yaml::Node;

impl Compiler<'_> {
    pub(super) fn pack(&mut self, root: &Node, path: &str, text: &str) -> Option<Pack> {
        self.check_id(root);
        let names = |key| root.child(key).map(texts).unwrap_or_default();
        Some(Pack {
            id: root.child("id")?.text()?.to_owned(),
            about: root.child("about")?.text()?.to_owned(),
            is_default: root.child("default").and_then(Node::text) == Some("true"),
            include: names("include"),
            exclude: names("exclude"),
            order: names("order"),
            path: path.to_owned(),
            text: text.to_owned(),
        })
    }
}
