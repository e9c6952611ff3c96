//! `orrery-worker`: started by the server, never by hand.

use std::process::ExitCode;

fn main() -> ExitCode {
    eprintln!("The rules are not in this worker yet.");
    ExitCode::from(2)
}
