//! The process itself: its memory, processor time and files. On Linux alone: elsewhere the library for it would want libclang to
//! be built.

#[cfg(target_os = "linux")]
pub(super) use metrics_process::Collector;

/// Tells nothing.
#[cfg(not(target_os = "linux"))]
#[derive(Default)]
pub(super) struct Collector;

#[cfg(not(target_os = "linux"))]
impl Collector {
    pub(super) fn describe(&self) {}

    pub(super) fn collect(&self) {}
}
