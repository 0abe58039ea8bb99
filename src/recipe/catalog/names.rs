//! Names of recipes in recipes and packs → the names of none, each with its place.

use ruff_text_size::TextSize;

use super::Catalog;
use crate::recipe::Recipe;
use crate::recipe::error::{Complaint, Law, Mistake, Problem, Report, nearest};
use crate::recipe::order::strata;
use crate::recipe::selector::{Selector, is_glob};
use crate::recipe::yaml::{self, Node};

impl Catalog {
    /// Returns what recipes and packs name that is not there; `also` are ids of recipes to come.
    pub(super) fn unknown_names(&self, also: &[&str]) -> Vec<Mistake> {
        let of_recipe = |recipe| self.unknown_in(recipe, also);
        let mut mistakes: Vec<Mistake> = self.recipes.iter().flat_map(of_recipe).collect();
        for pack in &self.packs {
            let is_there = |name: &str| {
                let selector = Selector::new(name);
                let mut ids = self.ids().chain(also.iter().copied());
                ids.any(|id| selector.matches_id(id))
            };
            let unknown = pack.names().filter(|(_, name)| !is_there(name));
            mistakes.extend(self.mistakes(&pack.path, &pack.text, unknown));
        }
        mistakes
    }

    /// Returns what a recipe names that is not there; `also` are ids of recipes that are not loaded.
    pub fn unknown_in(&self, recipe: &Recipe, also: &[&str]) -> Vec<Mistake> {
        let lists = [("after", &recipe.after), ("before", &recipe.before)];
        let names = lists.into_iter();
        let names = names.flat_map(|(key, ids)| ids.iter().map(move |id| (key, id.as_str())));
        // A glob may name recipes that are not there.
        let names = names.filter(|(_, id)| !is_glob(id));
        let unknown = names.filter(|(_, id)| self.find(id).is_none() && !also.contains(id));
        self.mistakes(&recipe.path, &recipe.text, unknown)
    }

    fn mistakes<'n>(
        &self,
        path: &str,
        text: &str,
        unknown: impl Iterator<Item = (&'static str, &'n str)>,
    ) -> Vec<Mistake> {
        let mut report = Report::new(path, text);
        for (key, name) in unknown {
            let problem = Problem::Unknown {
                noun: "recipe",
                word: name.to_owned(),
            };
            let mut complaint = Complaint::new(place(text, key, name), problem);
            complaint.nearest = nearest(name, self.ids()).map(str::to_owned);
            if self.packs.iter().any(|pack| pack.id == name) {
                complaint.nearest = None;
                complaint = complaint.expected("recipes: a pack holds no packs");
            } else if complaint.nearest.is_none() {
                complaint = complaint.expected("one that `awaitify recipe list` shows");
            }
            report.add(key, complaint);
        }
        report.finish()
    }

    fn ids(&self) -> impl Iterator<Item = &str> {
        self.recipes.iter().map(|recipe| recipe.id.as_str())
    }
}

/// Returns the places at which recipes of a circle say that they wait for each other; none where there is
/// no circle.
pub fn circle(recipes: &[&Recipe]) -> Vec<Mistake> {
    let Err(cycle) = strata(recipes) else {
        return Vec::new();
    };
    let find = |id: &String| recipes.iter().find(|recipe| recipe.id == *id);
    let links = cycle.ids.windows(2).filter_map(|link| match link {
        [later, earlier] => Some((find(later)?, find(earlier)?)),
        _ => None,
    });
    let mistakes = links.map(|(later, earlier)| {
        let (recipe, key, name) = said(later, earlier);
        let mut report = Report::new(&recipe.path, &recipe.text);
        let turn = cycle.to_string();
        let complaint = Complaint::new(
            place(&recipe.text, key, name),
            Problem::Law(Law::Circle { turn }),
        );
        report.add(key, complaint);
        report.finish()
    });
    let mut mistakes: Vec<Mistake> = mistakes.flatten().collect();
    mistakes.sort_by(|a, b| (&a.path, a.line, a.column).cmp(&(&b.path, b.line, b.column)));
    mistakes
}

/// Returns which of two recipes says that one waits for the other, by which key and which name.
fn said<'r>(later: &'r Recipe, earlier: &'r Recipe) -> (&'r Recipe, &'static str, &'r str) {
    let naming = |names: &'r [String], id: &str| {
        let exact = names.iter().find(|name| *name == id);
        exact.or_else(|| names.iter().find(|name| Selector::new(name).matches_id(id)))
    };
    if let Some(name) = naming(&later.after, &earlier.id) {
        return (later, "after", name);
    }
    let name = naming(&earlier.before, &later.id);
    (earlier, "before", name.map_or("", String::as_str))
}

/// Returns where a name stands behind a key of a file; the file's beginning where it does not.
pub(super) fn place(text: &str, key: &str, name: &str) -> TextSize {
    let root = yaml::parse(text).ok();
    let node = root.as_ref().and_then(|root| root.child(key));
    let mut names = node.map_or(&[][..], Node::elements).iter();
    let named = names.find(|node| node.text() == Some(name));
    named.map_or_else(TextSize::default, |node| node.span.start())
}
