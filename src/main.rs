//! The `tiltyard` command: everything is in the library.

/// Half of a build is small strings; this allocator is measured to be the faster one.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    tiltyard::cli::run()
}
