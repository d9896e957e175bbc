//! What the system knows of a process.

use std::fs;

use super::super::Program;

/// Memory in MiB.
#[derive(Clone, Copy)]
pub struct Memory {
    /// What it has now.
    pub now: f64,
    /// The most that it ever had.
    pub peak: f64,
}

/// The resident memory of a process; `None` where the system has no `/proc`.
pub fn memory(program: &Program) -> Option<Memory> {
    let path = format!("/proc/{}/status", program.pid().as_raw_nonzero());
    let status = fs::read_to_string(path).ok()?;
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        let kib: f64 = line.split_whitespace().next()?.parse().ok()?;
        Some(kib / 1024.0)
    };
    Some(Memory {
        now: field("VmRSS:")?,
        peak: field("VmHWM:")?,
    })
}

/// Seconds of the processor that a process has used.
pub fn processor(program: &Program) -> Option<f64> {
    let path = format!("/proc/{}/stat", program.pid().as_raw_nonzero());
    let stat = fs::read_to_string(path).ok()?;
    // The name before the bracket may hold spaces.
    let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at)?.parse::<f64>().ok();
    // User and system time, in the hundredths of a second that Linux tells all programs.
    Some((ticks(11)? + ticks(12)?) / 100.0)
}
