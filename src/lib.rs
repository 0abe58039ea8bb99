//! awaitify: declarative recipes rewrite Python so that asyncio is used correctly.
//!
//! Read [`engine`] first: the pipeline, each stage one call. The modules below stand in its order; each
//! uses only those above it. What comes in → what goes out:
//!
//! - [`text`]: edits → an edited text; two texts → hunks; offsets ↔ lines and columns. No Python.
//! - [`source`]: paths as typed → the files to look at; bytes → text and cells, and back, every other
//!   byte kept. No syntax.
//! - [`python`]: a source file → syntax nodes with their parents, a broken cell set aside; and what
//!   stands between nodes: comments, brackets, magics.
//! - [`recipe`]: YAML as typed → checked recipes, tables and kinds, or every error at once. No file of
//!   a user's project.
//! - [`bind`]: a syntax tree → scopes, bindings, qualified names, contexts, values; edits of imports.
//! - [`project`]: a path → what other files say about it: who imports it, what runs it, which Python.
//! - [`config`]: a path → the settings that hold for it, each with the place it was set.
//! - [`semantic`]: a file and its project → what its classes and values are. No recipe.
//! - [`matching`]: recipes and a file → matches with a level and a reason. No edits.
//! - [`plan`]: changes → what they need together, which gives way, and the plan every output is a view of.
//! - [`verb`]: a match → a change: edits of its own site, and needs. One file per verb.
//! - [`verify`]: the text before and after → the laws hold, or which change is withdrawn and why.
//! - [`engine`]: files and recipes → the plan; also the runner of the examples in recipes.
//! - [`write`](mod@write): new bytes → the disk, each file whole or not at all; a guard before it, and a way back.
//! - [`trial`]: changes and a check of the user's → those changes with which it passes.
//! - [`batch`]: a campaign over many repositories → a branch in each, and what is known of it on disk.
//! - [`report`]: a plan → text, patch, JSON or what a forge reads, into a given writer.
//! - [`review`]: a plan → the screen or the page on which a person decides of its changes.
//! - [`cli`]: arguments → a run, its report, and an exit code. The only place that prints.
//!
//! Invariants, each with the test that holds it (`architecture::…` and the like are in `tests/it/`):
//!
//! - Rust knows verbs, never a codemod, a Python library or a kind of value: those are data
//!   (`architecture::no_codemod_is_named_in_rust`, `no_python_library_is_named_in_rust`,
//!   `no_kind_of_value_is_named_in_rust`).
//! - A module uses only modules above it (`architecture::a_module_uses_only_those_above_it`).
//! - `text` knows no Python (`architecture::text_knows_no_python`), `matching` makes no edits
//!   (`matching_makes_no_edits`), outputs decide nothing about matches (`outputs_decide_nothing`).
//! - From `read` to `verify` everything is pure but for the facts that `project` reads
//!   (`architecture::the_disk_is_touched_in_few_places`): the same files give the same bytes, whatever
//!   the number of threads (`cli_arguments::the_result_does_not_depend_on_the_number_of_threads`).
//! - Bytes outside of the edits stay, comments too; the new text parses, and a second run changes
//!   nothing (`laws::laws_generated`).
//! - A `safe` change prints what was printed before (`execution::examples_of_recipes_print_the_same`).
//! - An unreadable file or a broken cell costs one line, never the run; no input panics or hangs
//!   (`hostile`).
//! - Everything said has a place, a recipe, a level and a reason (`laws::laws_generated`).

pub mod text;

pub mod source;

pub mod python;

pub mod recipe;

pub mod bind;

pub mod project;

pub mod config;

pub mod semantic;

pub mod matching;

pub mod plan;

pub mod verb;

pub mod verify;

pub mod engine;

pub mod write;

pub mod trial;

pub mod batch;

pub mod report;

pub mod review;

pub mod cli;
