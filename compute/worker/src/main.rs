//! `orrery-worker`: started by the server, never by hand.

use std::process::ExitCode;

use orrery_kernel::world::World;
use orrery_worker::serve::{Started, serve};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some(started) = Started::from_arguments(&arguments) else {
        eprintln!(
            "orrery-worker runs the rules of one world. An Orrery server starts it by itself."
        );
        return ExitCode::from(2);
    };
    eprintln!("{}", serve::<World>(&started));
    ExitCode::FAILURE
}
