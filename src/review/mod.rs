//! A plan → the screen or the page on which a person decides of its changes. It knows no terminal and no
//! network: `cli` reads the keys, shows the screen, and writes or serves the page.

mod item;

mod lines;

mod draft;

mod session;

mod deciding;

mod typing;

mod screen;

mod words;

mod answer;

mod page;

pub use answer::{Answer, Wish, WishError};
pub use draft::{Draft, DraftError};
pub use item::Item;
pub use page::{Keeper, Page};
pub use screen::draw;
pub use session::{Author, Came, Pressed, Session};
