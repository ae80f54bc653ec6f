//! The arguments of the program.

use std::time::Duration;

#[derive(Clone, Copy)]
pub(crate) enum Part {
    Shapes,
    Slow,
    Floods,
    Mix,
    Logins,
}

/// The application that a process serves.
#[derive(Clone, Copy)]
pub(crate) enum Serves {
    Tokens,
    Logins,
}

pub(crate) struct Options {
    /// Set in the server process.
    pub(crate) serves: Option<Serves>,
    pub(crate) parts: Vec<Part>,
    /// The number of slow connections.
    pub(crate) connections: usize,
    /// The number of requests of the mix, in process.
    pub(crate) requests: u64,
    /// The duration of each measurement over the network.
    pub(crate) time: Duration,
    /// The number of legitimate callers.
    pub(crate) callers: usize,
}

const USAGE: &str = "arguments: shapes, slow, floods, mix, logins (all of them, if none is named), --connections N, \
                     --requests N, --seconds N, --callers N";

impl Options {
    pub(crate) fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self {
            serves: None,
            parts: Vec::new(),
            connections: 10_000,
            requests: 10_000_000,
            time: Duration::from_secs(5),
            callers: 50,
        };
        while let Some(argument) = arguments.next() {
            let mut number = || {
                let number = arguments.next().and_then(|number| number.parse::<u32>().ok());
                number
                    .filter(|number| *number > 0)
                    .ok_or_else(|| format!("{argument} takes a number; {USAGE}"))
            };
            match argument.as_str() {
                "--serve" => options.serves = Some(Serves::Tokens),
                "--serve-logins" => options.serves = Some(Serves::Logins),
                "--connections" => options.connections = number()? as usize,
                "--callers" => options.callers = number()? as usize,
                "--requests" => options.requests = number()?.into(),
                "--seconds" => options.time = Duration::from_secs(number()?.into()),
                "shapes" => options.parts.push(Part::Shapes),
                "slow" => options.parts.push(Part::Slow),
                "floods" => options.parts.push(Part::Floods),
                "mix" => options.parts.push(Part::Mix),
                "logins" => options.parts.push(Part::Logins),
                _ => return Err(format!("{argument:?} is not known; {USAGE}")),
            }
        }
        if options.parts.is_empty() {
            options.parts = vec![Part::Shapes, Part::Slow, Part::Floods, Part::Mix, Part::Logins];
        }
        Ok(options)
    }
}
