use std::process::ExitCode;

fn main() -> ExitCode {
    patchbay::cli::run()
}
