//! A graph of who would turn async → text, Graphviz, JSON, or a picture.

pub use dot::write as write_dot;
pub use json::write as write_json;
pub use svg::write as write_svg;
pub use text::write as write_text;

mod dot;

mod json;

mod layout;

mod sketch;

mod svg;

mod text;

mod words;
