use tracing_subscriber::EnvFilter;

use super::parse::{Invalid, Parsed};
use super::reader::Reader;

/// What is logged, and how it looks.
#[derive(Debug, Clone)]
pub struct Logging {
    /// A filter that `tracing_subscriber::EnvFilter` is known to accept. Default `info`.
    pub filter: String,
    /// Default [`LogFormat::Text`].
    pub format: LogFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// One line for people.
    Text,
    /// One JSON object a line.
    Json,
}

impl Logging {
    pub(super) fn read(reader: &mut Reader) -> Option<Logging> {
        let filter = reader.required("PATCHBAY_LOG", filter);
        let format = reader.required("PATCHBAY_LOG_FORMAT", format);
        Some(Logging {
            filter: filter?,
            format: format?,
        })
    }
}

fn filter(text: &str) -> Parsed<String> {
    EnvFilter::try_new(text).map_err(|_| {
        Invalid::new(
            "is not a log filter",
            "write error, warn, info, debug or trace, or by part, like info,patchbay=debug",
        )
    })?;
    Ok(text.to_owned())
}

fn format(text: &str) -> Parsed<LogFormat> {
    match text {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err(Invalid::new("is not a log format", "choose text or json")),
    }
}
