//! Work that nobody waits for, on threads that give way to those that answer.

use std::sync::LazyLock;

use rayon::{ThreadPool, ThreadPoolBuilder};

/// How far these threads stand back: others come first, and something is left where the machine is busy.
const NICENESS: i32 = 10;

/// Threads of their own, so that what is asked for does not stand in a queue behind what is not.
static POOL: LazyLock<Option<ThreadPool>> = LazyLock::new(|| {
    let stand_back = |_| {
        // Where the system does not let us, it is a little slower.
        #[cfg(target_os = "linux")]
        let _ = rustix::process::setpriority_process(None, NICENESS);
    };
    ThreadPoolBuilder::new().thread_name(|number| format!("background-{number}")).start_handler(stand_back).build().ok()
});

/// Does it there; here, if there are no threads to be had.
pub(super) fn run<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    match &*POOL {
        Some(pool) => pool.install(work),
        None => work(),
    }
}
