//! The command line → an exit code.

use std::process::ExitCode;

/// Syntax trees are many small pieces, and two threads make and drop them at once.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    awaitify::cli::main()
}
