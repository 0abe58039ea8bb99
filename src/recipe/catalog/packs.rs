//! Packs and the catalog: which recipes are on where nobody chooses, and which goes first.

use super::{Catalog, shipped};
use crate::recipe::Recipe;
use crate::recipe::pack::{Pack, precedence};

impl Catalog {
    /// Returns the packs, in order of path.
    pub fn packs(&self) -> &[Pack] {
        &self.packs
    }

    /// Returns whether a recipe is on where nobody chooses: one of the default pack, or one's own.
    pub fn is_default(&self, recipe: &Recipe) -> bool {
        self.default_pack(recipe).is_some() || self.is_own(recipe)
    }

    /// Returns the default pack that a recipe is in.
    pub fn default_pack(&self, recipe: &Recipe) -> Option<&Pack> {
        let mut packs = self.packs.iter().filter(|pack| pack.is_default);
        packs.find(|pack| recipe.packs.contains(&pack.id))
    }

    /// Returns whether a recipe is one's own.
    pub fn is_own(&self, recipe: &Recipe) -> bool {
        !shipped::has(recipe)
    }

    /// Gives recipes their packs and their order.
    pub(super) fn arrange(&mut self) {
        for recipe in &mut self.recipes {
            let packs = self.packs.iter().filter(|pack| pack.has(recipe));
            recipe.packs = packs.map(|pack| pack.id.clone()).collect();
        }
        let ids: Vec<&str> = self.recipes.iter().map(|recipe| &*recipe.id).collect();
        let order = precedence(&self.packs, &ids);
        let mut arranged: Vec<(usize, Recipe)> = Vec::with_capacity(order.len());
        for (place, recipe) in std::mem::take(&mut self.recipes).into_iter().enumerate() {
            let rank = order.iter().position(|other| *other == place);
            arranged.push((rank.unwrap_or(place), recipe));
        }
        arranged.sort_by_key(|(rank, _)| *rank);
        self.recipes = arranged.into_iter().map(|(_, recipe)| recipe).collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_pack_says_whom_it_is_for() {
        let catalog = Catalog::shipped_once();
        let packs = catalog.packs();
        let defaults: Vec<_> = packs.iter().filter(|pack| pack.is_default).collect();
        assert_eq!(defaults.len(), 1, "{defaults:?}");
        assert!(packs.iter().all(|pack| pack.about.trim().ends_with('.')));
        let areas: Vec<&str> = catalog
            .recipes()
            .iter()
            .map(|it| it.area.as_str())
            .collect();
        assert!(packs.iter().all(|pack| !areas.contains(&pack.id.as_str())));
    }

    #[test]
    fn orders_of_packs_hold() {
        let catalog = Catalog::shipped_once();
        let ids: Vec<&str> = catalog.recipes().iter().map(|it| it.id.as_str()).collect();
        let place = |id: &str| ids.iter().position(|other| *other == id);
        for pack in catalog.packs() {
            assert!(pack.order.is_sorted_by_key(|id| place(id)), "{}", pack.id);
        }
    }

    #[test]
    fn a_recipe_in_no_default_pack_is_on_where_it_is_named() {
        let mut catalog = Catalog::shipped().expect("the shipped recipes are right");
        let default = catalog.packs.iter_mut().find(|pack| pack.is_default);
        let default = default.expect("one pack is on by default");
        default.exclude.push("*-sleep".to_owned());
        catalog.arrange();
        let ids = |select: &[String]| -> Vec<String> {
            let recipes = catalog.select(select, &[]).expect("it is there");
            recipes.iter().map(|recipe| recipe.id.clone()).collect()
        };
        assert!(!ids(&[]).contains(&"blocking-sleep".to_owned()));
        assert_eq!(ids(&["blocking-sleep".to_owned()]), ["blocking-sleep"]);
    }
}
