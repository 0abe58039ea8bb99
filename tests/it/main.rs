//! Integration tests: the built program, the laws over generated files, and the house rules.
//!
//! One binary, since each links the whole engine.

// Files in a temporary directory, and the program run on them.
mod support;

// The house rules: layers, file length, what `src/` may not name.
mod architecture;
mod blocking;

// The program's arguments, streams, exit codes and help.
mod cli_arguments;
mod cli_check;
mod cli_help;
mod cli_stdin;
mod cli_streams;

// Which configuration holds for a file, and what a wrong one is told.
mod config;

// Other files are read once for all sites that ask for them.
mod read_off;
mod receivers;

// Programs that say the same in another way.
mod equivalent;

// What a recipe writes is no site of another.
mod own_output;

// What README.md shows is what the program prints.
mod readme;

// Words that mean something in this project.
mod glossary;

// Who would turn async if a function did.
mod graph;

// The reference of the recipe language.
mod language;

mod recipe_test;
mod schema;

// Files that no one should have: each costs one line, never the run.
mod hostile;

// A tree of somebody else: nothing outside of it is read, no name in it writes a line.
mod stranger;
#[cfg(unix)]
mod style;

// A migration that is ended in the middle.
#[cfg(unix)]
mod interrupted;

// A notebook and the text file that Jupytext keeps equal to it: both change, or neither.
mod pairs;

// What git could not bring back is not overwritten, whatever its settings say.
#[cfg(unix)]
mod guard;

// No program runs that the settings of a stranger's repository name.
#[cfg(unix)]
mod strangers;

// A file that cannot be written: those whose changes require its own stay, too.
#[cfg(unix)]
mod unwritable;

// What a migration wrote is put back, as it was.
#[cfg(unix)]
mod undo;

// A command says with which changes a tree is right.
#[cfg(unix)]
mod trial;

// Many repositories, each on a branch of its own.
#[cfg(unix)]
mod batch;

// The same on a cluster, on demand.
#[cfg(target_os = "linux")]
mod ray;

// What was there is passed over.
mod baseline;
/// What is said once for a project: at its first place, in all outputs.
mod minor;
mod once;

// One git commit for each recipe.
mod comments;
mod commits;

// Comments that keep a recipe from a site.
mod suppressed;

// Some of a run's changes: by line, by name, by what a file decides.
mod chosen;

// The review in a terminal.
#[cfg(target_os = "linux")]
mod review;

// The review as a page: in a file, served, and in a real browser, which is tested on demand.
#[cfg(target_os = "linux")]
mod browser;
mod page;
#[cfg(target_os = "linux")]
mod web;

// Texts that a person writes in place of a change's own.
#[cfg(target_os = "linux")]
mod edited;

// Which Python a file is written for.
mod versions;

// Requirements go with the last use of a package.
mod packages;

// What forges, editors and programs are given.
mod formats;

// What pip, pre-commit, GitHub and containers install it by.
mod packaging;

// `diff --format patch | git apply` is `migrate`.
mod patch;

// Programs that block the loop, run before and after; those with other libraries, on demand.
mod clients;
mod programs;

mod propagated;

// Do the names in the table of blocking calls exist? Those of other libraries, on demand.
mod names;

// Examples run under real Python and in a real kernel, before and after.
mod execution;
mod explain;

// The laws of a tree over pinned releases of real projects, on demand.
mod corpus;

// The laws of the pipeline: generated programs, seeded faults, the standard library on demand.
mod laws;

// Programs that run, each with what makes an edit wrong: they do the same after all safe changes.
mod lies;

// Who owns a task, and where it ends.
mod gathered;
mod hooks;
mod kept;
mod lifecycles;

mod malformed;
// Places and words of reports.
mod notebooks;
mod own_recipes;
mod places;
mod recolored;

mod reread;

// A change that is made only with those of another recipe.

// Apps of real frameworks that leave tasks behind, and leave none after a migration, on demand.
mod services;

// The test suites of real projects, run before and after a migration, on demand.
#[cfg(unix)]
mod suites;
