use std::process::ExitCode;

/// The C library's own keeps ever more of what was let go (docs/decisions/0018).
#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    patchbay::cli::run()
}
