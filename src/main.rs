//! The `tiltyard` command: everything is in the library.

/// Much of a build is small strings, made and dropped on every core; this allocator is made for that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    tiltyard::cli::run()
}
