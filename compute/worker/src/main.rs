//! `orrery-worker`: started by the server, never by hand.

fn main() -> std::process::ExitCode {
    std::process::ExitCode::from(2)
}
