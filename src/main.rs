//! The `tiltyard` command: everything is in the library.

fn main() -> std::process::ExitCode {
    tiltyard::cli::run()
}
