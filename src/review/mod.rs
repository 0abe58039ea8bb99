//! A plan → the screen on which a person decides of its changes, key by key. It knows no terminal: `cli`
//! reads the keys and shows the screen.

mod item;

mod lines;

mod draft;

mod session;

mod deciding;

mod typing;

mod screen;

mod words;

pub use draft::{Draft, DraftError};
pub use item::Item;
pub use screen::draw;
pub use session::{Author, Came, Pressed, Session};
