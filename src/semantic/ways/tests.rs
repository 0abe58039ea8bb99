//! Small texts and what is said of the ways through them.
