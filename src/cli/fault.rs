//! Why the program could not run.

use crate::disk::DiskError;

/// A failure that is nobody's content: a path, a disk, a flag.
#[derive(Debug)]
pub enum Fault {
    /// The disk said no.
    Disk(DiskError),
    /// A flag or a file that cannot be used: what is wrong, and what to do.
    Usage(String, Option<String>),
}

impl Fault {
    /// A flag that cannot be used.
    pub fn usage(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Usage(message.into(), Some(help.into()))
    }

    /// The line to show, and the line that says what to do.
    pub fn lines(&self) -> (String, Option<String>) {
        match self {
            Self::Disk(error) => (error.to_string(), error.help()),
            Self::Usage(message, help) => (message.clone(), help.clone()),
        }
    }

    /// The exit code.
    pub fn code(&self) -> u8 {
        if matches!(self, Self::Disk(DiskError::Interrupted)) { 130 } else { 2 }
    }
}

impl From<DiskError> for Fault {
    fn from(error: DiskError) -> Self {
        Self::Disk(error)
    }
}
