//! The command line → an exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    awaitify::cli::main()
}
