//! What stands in a box or at a flow: text and the threats that strike there, and how much room they take.
//!
//! In: a component or a flow. Out: a [`Block`]; its text is wrapped and cut, its threats have places.

use crate::model::diagram::{FlowEdge, FlowNode, Marker};

/// Height of a threat's marker and its least width: large enough for a finger.
pub(super) const MARKER: i32 = 24;
const GAP: i32 = 3;
/// Height of a line of text.
pub(super) const LINE: i32 = 16;
/// Where the lines of a box begin, below its top.
const PAD: i32 = 6;

/// What stands in a box or at a flow, and how much room it takes.
pub(super) struct Block<'d> {
    pub lines: Vec<String>,
    /// A small line below, such as the sort of component.
    pub note: Option<&'d str>,
    /// The middle of the lines, and where they begin.
    pub text: (i32, i32),
    pub marks: Vec<Mark<'d>>,
    pub width: i32,
    pub height: i32,
}

/// A threat in a block, or what stands for those that have no room there.
pub(super) struct Mark<'d> {
    pub threat: Option<&'d Marker>,
    pub label: String,
    /// Its upper left corner, from that of the block.
    pub at: (i32, i32),
    pub width: i32,
}

/// Threats that are shown one by one, at most so many marks; the last mark may stand for the rest.
fn marks(threats: &[Marker], most: usize) -> Vec<Mark<'_>> {
    let shown = if threats.len() > most { most - 1 } else { threats.len() };
    let mark = |threat, label: String| {
        // Letters of one width each.
        let width = MARKER.max(i32::try_from(units(&label)).unwrap_or(0) * 36 / 5 + 4);
        Mark { threat, label, at: (0, 0), width }
    };
    let mut marks: Vec<Mark<'_>> =
        threats.iter().take(shown).map(|threat| mark(Some(threat), cut(&threat.id, 5))).collect();
    if shown < threats.len() {
        marks.push(mark(None, format!("+{}", threats.len() - shown)));
    }
    marks
}

/// How wide marks in a row are.
fn row(marks: &[Mark<'_>]) -> i32 {
    marks.iter().map(|mark| mark.width + GAP).sum::<i32>() - GAP
}

impl<'d> Block<'d> {
    /// Text with its threats in a row at the foot.
    fn new(
        lines: Vec<String>,
        note: Option<&'d str>,
        mut marks: Vec<Mark<'d>>,
        padding: (i32, i32),
        least: (i32, i32),
    ) -> Self {
        let name = lines.first().map_or(0, |line| bold(line));
        let text = lines.iter().map(|line| pixels(line)).chain(note.map(pixels)).max().unwrap_or(0).max(name);
        let rows = i32::try_from(lines.len() + usize::from(note.is_some())).unwrap_or(0);
        let foot = if marks.is_empty() { 0 } else { MARKER + 4 };
        let width = (text + 2 * padding.0).max(row(&marks) + 8).max(least.0);
        let height = (rows * LINE + foot + 2 * PAD).max(least.1);
        let mut left = (width - row(&marks)) / 2;
        for mark in &mut marks {
            mark.at = (left, height - MARKER - 4);
            left += mark.width + GAP;
        }
        Self { lines, note, text: (width / 2, padding.1), marks, width, height }
    }

    pub fn of_node(node: &'d FlowNode) -> Self {
        Self::new(wrapped(&node.label, &[20, 22]), Some(node.sort), marks(&node.threats, 4), (10, PAD), (112, 50))
    }

    /// Where many stand side by side, each takes less room.
    pub fn narrow_node(node: &'d FlowNode) -> Self {
        Self::new(wrapped(&node.label, &[13, 15]), Some(node.sort), marks(&node.threats, 4), (6, PAD), (112, 50))
    }

    /// A label in a lane: the id and its threats beside it, those that do not fit in a second row.
    pub fn narrow_flow(flow: &'d FlowEdge, most: usize) -> Self {
        let id = cut(&flow.id, 8);
        let text = bold(&id) + 5;
        let mut marks = marks(&flow.threats, most);
        let beside = usize::from(!marks.is_empty());
        let (first, second) = marks.split_at_mut(beside);
        let width = (text + row(first) + GAP).max(row(second)).max(20) + 4;
        let shift = |marks: &mut [Mark<'_>], mut left: i32, top: i32| {
            for mark in marks {
                mark.at = (left, top);
                left += mark.width + GAP;
            }
        };
        let (left, under) = (width - 2 - row(first), (width - row(second)) / 2);
        shift(first, left, 2);
        shift(second, under, MARKER + GAP + 2);
        let rows = 1 + i32::from(!second.is_empty());
        let height = if marks.is_empty() { 20 } else { rows * (MARKER + GAP) - GAP + 4 };
        let middle = if marks.is_empty() { width / 2 } else { left / 2 };
        let top = if marks.is_empty() { 2 } else { 6 };
        Self { lines: vec![id], note: None, text: (middle, top), marks, width, height }
    }

    pub fn size(&self) -> (i32, i32) {
        (self.width, self.height)
    }

    /// With many flows the id alone is shown; the table has the rest.
    pub fn of_flow(flow: &'d FlowEdge, brief: bool) -> Self {
        let mut lines = vec![cut(&flow.id, 14)];
        if !brief && !flow.data.is_empty() {
            lines.extend(wrapped(&flow.data, &[18, 18]));
        }
        Self::new(lines, None, marks(&flow.threats, 3), (10, 3), (28, 24))
    }
}

/// About how wide a text is drawn. Letters of East Asia take the room of two.
pub(super) fn units(text: &str) -> usize {
    text.chars().map(|c| if u32::from(c) < 0x1100 { 1 } else { 2 }).sum()
}

pub(super) fn pixels(text: &str) -> i32 {
    i32::try_from(units(text)).unwrap_or(0).saturating_mul(36) / 5
}

/// The same of a name, which is bold.
fn bold(text: &str) -> i32 {
    i32::try_from(units(text)).unwrap_or(0).saturating_mul(41) / 5
}

/// The text, cut where it takes more room than this.
pub(super) fn cut(text: &str, most: usize) -> String {
    if units(text) <= most {
        return text.to_owned();
    }
    let mut room = most.saturating_sub(1);
    let kept: String = text
        .chars()
        .take_while(|c| {
            let own = if u32::from(*c) < 0x1100 { 1 } else { 2 };
            let fits = own <= room;
            room = if fits { room - own } else { 0 };
            fits
        })
        .collect();
    format!("{}…", kept.trim_end())
}

/// Words in as many lines as there are widths; what does not fit is cut.
pub(super) fn wrapped(text: &str, most: &[usize]) -> Vec<String> {
    let mut wrapped: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let full = wrapped.len() == most.len();
        let room = wrapped.len().checked_sub(1).and_then(|last| most.get(last)).copied().unwrap_or(0);
        match wrapped.last_mut() {
            Some(line) if full || units(line) + 1 + units(word) <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => wrapped.push(word.to_owned()),
        }
    }
    wrapped.iter().zip(most).map(|(line, most)| cut(line, *most)).collect()
}
