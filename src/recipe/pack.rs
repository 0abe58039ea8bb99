//! Packs: sets of recipes that are chosen together, and the order of precedence.

use super::Recipe;
use super::selector::Selector;

/// A set of recipes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pack {
    /// The file's name without `.yaml`; a selector too.
    pub id: String,
    /// Whom it is for.
    pub about: String,
    /// Whether it is on where nobody chooses.
    pub is_default: bool,
    /// Its recipes (ids and globs), in order of precedence.
    pub include: Vec<String>,
    /// Those of them that it leaves out (ids and globs).
    pub exclude: Vec<String>,
    /// Recipes that come in this order, whichever packs they are in.
    pub order: Vec<String>,
    /// Where it was read from.
    pub path: String,
    /// Its text.
    pub text: String,
}

impl Pack {
    /// Returns whether a recipe is in the pack.
    pub fn has(&self, recipe: &Recipe) -> bool {
        let named = |names: &[String]| {
            let mut names = names.iter();
            names.any(|name| Selector::new(name).matches_id(&recipe.id))
        };
        named(&self.include) && !named(&self.exclude)
    }

    /// Returns the ids and globs it names, with the key that each stands under.
    pub fn names(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let lists = [
            ("include", &self.include),
            ("exclude", &self.exclude),
            ("order", &self.order),
        ];
        let names = lists
            .into_iter()
            .flat_map(|(key, names)| names.iter().map(move |name| (key, name.as_str())));
        names.collect::<Vec<_>>().into_iter()
    }
}

/// Returns the places of recipes in order of precedence: as the packs include them, the default pack
/// first; then those in no pack; then moved to where an `order` wants them.
pub fn precedence(packs: &[Pack], ids: &[&str]) -> Vec<usize> {
    let mut places: Vec<usize> = Vec::with_capacity(ids.len());
    let mut by_default: Vec<&Pack> = packs.iter().collect();
    by_default.sort_by_key(|pack| !pack.is_default);
    let included = by_default.iter().flat_map(|pack| &pack.include);
    let selectors = included.map(|name| Selector::new(name));
    for selector in selectors.chain([Selector::new("*")]) {
        let named = (0..ids.len()).filter(|place| selector.matches_id(ids[*place]));
        let new: Vec<usize> = named.filter(|place| !places.contains(place)).collect();
        places.extend(new);
    }
    for pack in packs {
        // From the end, so that what was moved moves along.
        for pair in pack.order.windows(2).rev() {
            move_before(&mut places, ids, &pair[0], &pair[1]);
        }
    }
    places
}

/// Moves the first recipe before the second, where it does not come before it.
fn move_before(places: &mut Vec<usize>, ids: &[&str], first: &str, second: &str) {
    let position = |id: &str| places.iter().position(|place| ids[*place] == id);
    let (Some(from), Some(to)) = (position(first), position(second)) else {
        return;
    };
    if from > to {
        let place = places.remove(from);
        places.insert(to, place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pack(id: &str, is_default: bool, include: &[&str], order: &[&str]) -> Pack {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Pack {
            id: id.to_owned(),
            about: String::new(),
            is_default,
            include: owned(include),
            exclude: Vec::new(),
            order: owned(order),
            path: String::new(),
            text: String::new(),
        }
    }

    #[track_caller]
    fn check(packs: &[Pack], expected: &str) {
        let ids = ["a", "b", "c", "d-x", "d-y"];
        let order = precedence(packs, &ids).into_iter();
        let order: Vec<&str> = order.map(|place| ids[place]).collect();
        assert_eq!(order.join(" "), expected);
    }

    #[test]
    fn the_default_pack_comes_first_and_the_rest_last() {
        let other = pack("all", false, &["d-*", "a"], &[]);
        let default = pack("own", true, &["c", "a"], &[]);
        check(&[other.clone(), default], "c a d-x d-y b");
        check(&[other], "d-x d-y a b c");
        check(&[], "a b c d-x d-y");
    }

    #[test]
    fn an_order_holds_whichever_packs_the_recipes_are_in() {
        check(
            &[pack("own", true, &["c", "a"], &["b", "d-y", "c"])],
            "b d-y c a d-x",
        );
        check(
            &[pack("own", true, &["c", "a"], &["c", "d-y", "gone"])],
            "c a b d-x d-y",
        );
    }
}
