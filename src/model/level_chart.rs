//! A chart of levels over time as templates see it: places and words, nothing to compute.

use serde::Serialize;

/// One line of columns for each level, the oldest day on the left.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LevelChart {
    /// Height of the picture; its width is 640.
    pub height: usize,
    /// The days below it.
    pub days: Vec<ChartDay>,
    /// The highest level first.
    pub levels: Vec<ChartLevel>,
    /// Some columns say only that there is somebody.
    pub veiled: bool,
}

/// A day below the columns.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ChartDay {
    /// The middle of its column.
    pub x: usize,
    /// `2026-10`, `today`.
    pub label: String,
}

/// A level with its columns.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ChartLevel {
    /// Its name, shortened to fit.
    pub label: String,
    /// The ground on which its columns stand.
    pub ground: usize,
    /// One column a day.
    pub columns: Vec<ChartColumn>,
}

/// How many held a level on a day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ChartColumn {
    /// Left edge.
    pub x: usize,
    /// Upper edge.
    pub y: usize,
    /// Height; 0 where nobody held it.
    pub height: usize,
    /// The number above it; `?` where it is not told.
    pub text: String,
    /// There is somebody, and how many is not told: every such column is equally high.
    pub veiled: bool,
}
