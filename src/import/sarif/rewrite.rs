//! A log again, byte for byte, with our explanations in its rules.
//!
//! In: a log that [`read`](super::read) has read without a fault, and what to say of its rules. Out: the same log. Only the
//! members `helpUri`, `help.text` and `help.markdown` of described rules are written anew; every other byte is copied, so
//! that no number, escape or order of members changes. Of the log no more than one rule is in memory.
//!
//! What the scanner itself said is kept behind our words, after a fixed mark; what stands after the mark is taken over as it
//! is, so a log that was annotated once does not change when it is annotated again.

mod splice;

use std::io::{self, BufRead, BufReader, Read, Write};

use super::Described;

pub use self::splice::Help;

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rewritten {
    /// Rules that have our explanation now.
    pub rules: usize,
}

/// Copies a log. `help` says what to write into the rule described at a place of a run; `rename` is another name for a
/// driver, by its run.
///
/// # Errors
/// What reader and writer say.
pub fn rewrite<'h>(
    reader: impl Read,
    mut writer: impl Write,
    help: &dyn Fn(usize, Described) -> Option<&'h Help>,
    rename: &dyn Fn(usize) -> Option<String>,
) -> io::Result<Rewritten> {
    let mut reader = BufReader::with_capacity(64 * 1024, reader);
    let mut scanner = Scanner::default();
    let mut written = Rewritten::default();
    loop {
        let buffer = reader.fill_buf()?;
        let length = buffer.len();
        if length == 0 {
            break;
        }
        let mut copied = 0;
        for (at, byte) in buffer.iter().enumerate() {
            match scanner.step(*byte) {
                Event::None => {}
                Event::RuleBegins(run, described) => {
                    if help(run, described).is_some() {
                        writer.write_all(buffer.get(copied..at).unwrap_or_default())?;
                        scanner.keeps = Some(Kept::Rule(run, described));
                        scanner.kept.clear();
                    }
                }
                Event::NameBegins(run) => {
                    if let Some(name) = rename(run) {
                        writer.write_all(buffer.get(copied..at).unwrap_or_default())?;
                        scanner.keeps = Some(Kept::Name(name));
                        scanner.kept.clear();
                    }
                }
                Event::Ends => {
                    scanner.kept.push(*byte);
                    match scanner.keeps.take() {
                        Some(Kept::Rule(run, described)) => {
                            if let Some(help) = help(run, described) {
                                writer.write_all(&splice::rule(&scanner.kept, help))?;
                                written.rules += 1;
                            }
                        }
                        Some(Kept::Name(name)) => {
                            writer.write_all(serde_json::Value::from(name).to_string().as_bytes())?;
                        }
                        None => {}
                    }
                    copied = at + 1;
                    continue;
                }
            }
            if scanner.keeps.is_some() {
                scanner.kept.push(*byte);
                copied = at + 1;
            }
        }
        writer.write_all(buffer.get(copied..).unwrap_or_default())?;
        reader.consume(length);
    }
    writer.flush()?;
    Ok(written)
}

/// What is held back until it is whole.
enum Kept {
    Rule(usize, Described),
    Name(String),
}

/// What a byte is the begin or the end of.
enum Event {
    None,
    /// The object of a rule.
    RuleBegins(usize, Described),
    /// The text that is a driver's name.
    NameBegins(usize),
    /// What was held back is whole.
    Ends,
}

/// What an object or a list is for us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Log,
    Runs,
    Run,
    Tool,
    Driver,
    Extensions,
    Extension,
    /// Rules of the driver or of the current extension.
    Rules(bool),
    Rule,
    Other,
}

#[derive(Clone, Copy, Debug)]
struct Frame {
    role: Role,
    list: bool,
    /// In an object: the next text is a key. In a list: the next value is a new item.
    fresh: bool,
}

/// Walks over the bytes of valid JSON and knows where it is, as far as that is of interest.
#[derive(Default)]
struct Scanner {
    stack: Vec<Frame>,
    in_text: bool,
    escaped: bool,
    is_key: bool,
    /// The last key of an object of interest, as it is written.
    key: Vec<u8>,
    /// Items begun so far.
    runs: usize,
    extensions: usize,
    driver_rules: usize,
    extension_rules: usize,
    keeps: Option<Kept>,
    kept: Vec<u8>,
    /// How deep the rule that is held back is.
    depth: usize,
}

impl Scanner {
    /// No key of interest is longer, even if every letter of it is escaped.
    const LONGEST_KEY: usize = 64;

    fn step(&mut self, byte: u8) -> Event {
        if self.in_text {
            return self.in_text(byte);
        }
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' => Event::None,
            b'"' => self.text_begins(),
            b'{' | b'[' => self.open(byte == b'['),
            b'}' | b']' => {
                self.stack.pop();
                let whole = matches!(self.keeps, Some(Kept::Rule(..))) && self.stack.len() == self.depth;
                if whole { Event::Ends } else { Event::None }
            }
            b',' => {
                if let Some(frame) = self.stack.last_mut() {
                    frame.fresh = true;
                }
                Event::None
            }
            _ => {
                self.value_begins();
                Event::None
            }
        }
    }

    fn in_text(&mut self, byte: u8) -> Event {
        let ends = !self.escaped && byte == b'"';
        self.escaped = !self.escaped && byte == b'\\';
        if self.is_key && !ends && self.key.len() < Self::LONGEST_KEY {
            self.key.push(byte);
        }
        if !ends {
            return Event::None;
        }
        self.in_text = false;
        let name_ends = !self.is_key && matches!(self.keeps, Some(Kept::Name(_)));
        self.is_key = false;
        if name_ends { Event::Ends } else { Event::None }
    }

    fn text_begins(&mut self) -> Event {
        self.in_text = true;
        if let Some(frame) = self.stack.last_mut()
            && !frame.list
            && frame.fresh
        {
            frame.fresh = false;
            self.is_key = frame.role != Role::Other;
            if self.is_key {
                self.key.clear();
            }
            return Event::None;
        }
        self.value_begins();
        let names = self.stack.last().is_some_and(|frame| frame.role == Role::Driver) && self.key() == "name";
        if names { Event::NameBegins(self.runs.saturating_sub(1)) } else { Event::None }
    }

    /// A value begins: in a list, that is one item more.
    fn value_begins(&mut self) {
        let Some(frame) = self.stack.last_mut() else { return };
        if !(frame.list && frame.fresh) {
            return;
        }
        frame.fresh = false;
        match frame.role {
            Role::Runs => {
                self.runs += 1;
                (self.extensions, self.driver_rules) = (0, 0);
            }
            Role::Extensions => {
                self.extensions += 1;
                self.extension_rules = 0;
            }
            Role::Rules(true) => self.driver_rules += 1,
            Role::Rules(false) => self.extension_rules += 1,
            _ => {}
        }
    }

    /// The last key, with its escapes resolved.
    fn key(&self) -> String {
        let mut quoted = vec![b'"'];
        quoted.extend_from_slice(&self.key);
        quoted.push(b'"');
        serde_json::from_slice(&quoted).unwrap_or_default()
    }

    fn open(&mut self, list: bool) -> Event {
        self.value_begins();
        let role = match self.stack.last() {
            None if list => Role::Other,
            None => Role::Log,
            Some(Frame { role: Role::Other | Role::Rule, .. }) => Role::Other,
            Some(Frame { role, list: true, .. }) => match (role, list) {
                (Role::Runs, false) => Role::Run,
                (Role::Extensions, false) => Role::Extension,
                (Role::Rules(_), false) => Role::Rule,
                _ => Role::Other,
            },
            Some(Frame { role, list: false, .. }) => match (role, self.key().as_str(), list) {
                (Role::Log, "runs", true) => Role::Runs,
                (Role::Run, "tool", false) => Role::Tool,
                (Role::Tool, "driver", false) => Role::Driver,
                (Role::Tool, "extensions", true) => Role::Extensions,
                (Role::Driver, "rules", true) => Role::Rules(true),
                (Role::Extension, "rules", true) => Role::Rules(false),
                _ => Role::Other,
            },
        };
        let of_driver = matches!(self.stack.last(), Some(Frame { role: Role::Rules(true), .. }));
        if self.keeps.is_none() {
            self.depth = self.stack.len();
        }
        self.stack.push(Frame { role, list, fresh: true });
        if role != Role::Rule {
            return Event::None;
        }
        let run = self.runs.saturating_sub(1);
        Event::RuleBegins(
            run,
            if of_driver {
                Described { extension: None, index: self.driver_rules.saturating_sub(1) }
            } else {
                Described {
                    extension: Some(self.extensions.saturating_sub(1)),
                    index: self.extension_rules.saturating_sub(1),
                }
            },
        )
    }
}
