//! How much a term says of a page: BM25F with saturation a field, as a number from 0 to 63. The reader weighs it by how rare the term is.
//!
//! In: how often a term stands in each field, and how long they are. Out: its impact, and a mask of where it stands.

use super::collect::{FIELDS, Field};
use super::merge::Merged;

/// By how much the counts of a page's fields are divided: more in fields that are longer than in the mean of the pages that have them.
#[derive(Clone, Copy, Debug)]
pub struct Norms([f32; FIELDS]);

impl Default for Norms {
    fn default() -> Self {
        Self([1.0; FIELDS])
    }
}

/// How much the length of each field matters, in the order of [`Field`].
const LENGTH: [f32; FIELDS] = [0.35, 0.0, 0.5, 0.3, 0.6, 0.7];

/// Those of all pages.
#[must_use]
pub fn norms(merged: &Merged) -> Vec<Norms> {
    let mut means = [1.0f32; FIELDS];
    for (at, mean) in means.iter_mut().enumerate() {
        let lengths = merged.lengths.iter().filter_map(|lengths| lengths.get(at)).filter(|length| **length > 0);
        let (sum, count) =
            lengths.fold((0.0f64, 0.0f64), |(sum, count), length| (sum + f64::from(*length), count + 1.0));
        #[expect(clippy::cast_possible_truncation, reason = "a mean length is small")]
        let of = (sum / f64::max(count, 1.0)) as f32;
        *mean = of.max(1.0);
    }
    let norms = |lengths: &[u32; FIELDS]| {
        let mut norms = Norms::default();
        for (((norm, length), mean), b) in norms.0.iter_mut().zip(lengths).zip(means).zip(LENGTH) {
            #[expect(clippy::cast_precision_loss, reason = "lengths of fields are far below what f32 holds")]
            let length = *length as f32;
            *norm = 1.0 - b + b * length / mean;
        }
        norms
    };
    merged.lengths.iter().map(norms).collect()
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
pub fn impact(counts: [u8; FIELDS], norms: &Norms, prior: f32) -> (u8, u8) {
    let count = |field: Field| f32::from(counts.get(field as usize).copied().unwrap_or(0));
    let normal = |field: Field| count(field) / norms.0.get(field as usize).copied().unwrap_or(1.0);
    let saturated = |x: f32, k: f32| x / (x + k);
    let text = normal(Field::Body) + 2.0 * normal(Field::Summary) + 0.4 * normal(Field::Code);
    let mut sum = saturated(text, 2.0) + 0.7 * saturated(normal(Field::Heading), 0.7);
    // A short title is about its words; a second time in it adds nothing.
    sum += 1.7 * normal(Field::Title).min(1.4);
    sum += 0.9 * count(Field::Name).min(1.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the range")]
    let impact = (sum * ONE * prior).round().clamp(1.0, f32::from(MOST)) as u8;
    let strong = count(Field::Title) + count(Field::Name) > 0.0;
    let middle = count(Field::Heading) + count(Field::Summary) > 0.0;
    (impact, u8::from(strong) << 1 | u8::from(middle))
}
