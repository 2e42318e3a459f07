//! How much a term says of a page: BM25F with saturation a field, as a number from 0 to 63. The reader weighs it by how rare the term is.
//!
//! In: a posting, and the lengths of fields. Out: its impact, and a mask of where it stands.

use super::collect::{FIELDS, Field};
use super::merge::{Merged, Posting};

/// Mean lengths of the fields over all pages that have them.
#[derive(Clone, Debug, Default)]
pub struct Means([f32; FIELDS]);

impl Means {
    /// Reads the lengths of all pages.
    #[must_use]
    pub fn of(merged: &Merged) -> Self {
        let mut means = Self::default();
        for (at, mean) in means.0.iter_mut().enumerate() {
            let lengths = merged.lengths.iter().filter_map(|lengths| lengths.get(at)).filter(|length| **length > 0);
            let (sum, count) =
                lengths.fold((0.0f64, 0.0f64), |(sum, count), length| (sum + f64::from(*length), count + 1.0));
            #[expect(clippy::cast_possible_truncation, reason = "a mean length is small")]
            let of = (sum / f64::max(count, 1.0)) as f32;
            *mean = of.max(1.0);
        }
        means
    }
}

/// The highest impact.
pub const MOST: u8 = 63;
/// Impact that stands for one.
const ONE: f32 = 14.0;

/// What a kind of page weighs: a list of what refers to something is rarely what was looked for.
#[must_use]
pub fn prior(kind: &str) -> f32 {
    match kind {
        "finding" => 1.1,
        "service" | "team" | "skill" | "glossary" => 0.75,
        "tag" | "cwe" | "owasp" | "asvs" | "cve" => 0.4,
        _ => 1.0,
    }
}

/// What the reader makes of an impact where a word stands alone: more from a title, a little more from a heading.
#[must_use]
pub fn alone(impact: u8, mask: u8) -> f32 {
    f32::from(impact) * [1.0, 1.049, 1.4, 1.4].get(usize::from(mask)).copied().unwrap_or(1.0)
}

/// Impact and mask: bit 0 a heading or the summary, bit 1 the title or a name.
#[must_use]
pub fn impact(posting: &Posting, lengths: &[u32; FIELDS], means: &Means, prior: f32) -> (u8, u8) {
    let count = |field: Field| f32::from(posting.counts.get(field as usize).copied().unwrap_or(0));
    let normal = |field: Field, b: f32| {
        #[expect(clippy::cast_precision_loss, reason = "lengths of fields are far below what f32 holds")]
        let length = lengths.get(field as usize).copied().unwrap_or(0) as f32;
        let mean = means.0.get(field as usize).copied().unwrap_or(1.0);
        count(field) / (1.0 - b + b * length / mean)
    };
    let saturated = |x: f32, k: f32| x / (x + k);
    let text = normal(Field::Body, 0.6) + 2.0 * normal(Field::Summary, 0.3) + 0.4 * normal(Field::Code, 0.7);
    let mut sum = saturated(text, 2.0) + 0.7 * saturated(normal(Field::Heading, 0.5), 0.7);
    // A short title is about its words; a second time in it adds nothing.
    sum += 1.7 * normal(Field::Title, 0.35).min(1.4);
    sum += 0.9 * count(Field::Name).min(1.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the range")]
    let impact = (sum * ONE * prior).round().clamp(1.0, f32::from(MOST)) as u8;
    let strong = count(Field::Title) + count(Field::Name) > 0.0;
    let middle = count(Field::Heading) + count(Field::Summary) > 0.0;
    (impact, u8::from(strong) << 1 | u8::from(middle))
}
