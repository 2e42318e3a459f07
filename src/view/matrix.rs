//! What was considered and what was not: every element of a threat model against every category of its method.
//!
//! Which categories of STRIDE are asked of which element is the table of "STRIDE per element" (Howard and Lipner, The Security Development
//! Lifecycle, 2006; Shostack, Threat Modeling, 2014, chapter 3); of LINDDUN likewise (LINDDUN mapping table). Of other methods every element is asked everything.

use crate::model::address::encoded;
use crate::model::leaf::Id;
use crate::model::threat_model::{ComponentType, Method, Threat, ThreatModel, ThreatStatus};
use crate::model::view::{Link, MatrixCell, MatrixRow, MatrixView};
use crate::source::At;

/// A category: its name, and other ways to write it.
type Category = (&'static str, &'static [&'static str]);

const STRIDE: [Category; 6] = [
    ("Spoofing", &["s"]),
    ("Tampering", &["t"]),
    ("Repudiation", &["r"]),
    ("Information disclosure", &["i", "disclosure", "information leak"]),
    ("Denial of service", &["d", "dos"]),
    ("Elevation of privilege", &["e", "eop", "privilege escalation"]),
];

const LINDDUN: [Category; 7] = [
    ("Linking", &["l", "linkability"]),
    ("Identifying", &["i", "identifiability"]),
    ("Non-repudiation", &["nr"]),
    ("Detecting", &["d", "detectability"]),
    ("Data disclosure", &["dd", "disclosure of information", "information disclosure"]),
    ("Unawareness", &["u", "unawareness and unintervenability"]),
    ("Non-compliance", &["nc"]),
];

const CIA: [Category; 3] = [("Confidentiality", &["c"]), ("Integrity", &["i"]), ("Availability", &["a"])];

/// The categories that are asked of an element, by their places; flows are the last row.
const STRIDE_OF: [(&str, &[usize]); 5] = [
    ("process", &[0, 1, 2, 3, 4, 5]),
    ("store", &[1, 2, 3, 4]),
    ("actor", &[0, 2]),
    ("external", &[0, 2]),
    ("flow", &[1, 3, 4]),
];

const LINDDUN_OF: [(&str, &[usize]); 5] = [
    ("process", &[0, 1, 2, 3, 4, 6]),
    ("store", &[0, 1, 2, 3, 4, 6]),
    ("actor", &[0, 1, 5]),
    ("external", &[0, 1, 5]),
    ("flow", &[0, 1, 2, 3, 4, 6]),
];

/// The matrix of a model; nothing without elements, or where the method has no categories and no threat names one.
pub fn of_model(model: &ThreatModel) -> Option<MatrixView> {
    let method = model.method.as_ref()?.value;
    let known: &[Category] = match method {
        Method::Stride => &STRIDE,
        Method::Linddun => &LINDDUN,
        Method::Cia => &CIA,
        Method::AttackTree | Method::Other => &[],
    };
    let mut categories: Vec<String> = known.iter().map(|(name, _)| (*name).to_owned()).collect();
    let mut places: Vec<Option<usize>> = Vec::with_capacity(model.threats.len());
    for threat in &model.threats {
        let written = threat.category.as_ref().map(|category| category.value.as_str());
        places.push(written.map(|written| place(&mut categories, known, written)));
    }
    if categories.is_empty() || (model.components.is_empty() && model.flows.is_empty()) {
        return None;
    }
    let asked = Asked { model, method, known: known.len(), categories: categories.len(), places };
    let components = model.components.iter().map(|component| {
        let sort = component.component_type.as_ref().map_or(ComponentType::Process, |sort| sort.value);
        asked.row(component.id.as_ref(), component.name.as_ref(), sort.as_str())
    });
    let flows = model.flows.iter().map(|flow| asked.row(flow.id.as_ref(), None, "flow"));
    let assets = model.assets.iter().map(|asset| asked.row(asset.id.as_ref(), asset.name.as_ref(), "asset"));
    let assets = assets.filter(|row| row.cells.iter().any(|cell| !cell.threats.is_empty()));
    let rows: Vec<MatrixRow> = components.chain(flows).chain(assets).collect();
    let cells = || rows.iter().flat_map(|row| &row.cells);
    Some(MatrixView {
        method: method.as_str().to_owned(),
        categories,
        gaps: cells().filter(|cell| cell.state == "open").count(),
        asked: cells().filter(|cell| cell.state != "outside").count(),
        rows,
    })
}

/// The place of a category; one that the method does not have comes after its own.
fn place(categories: &mut Vec<String>, known: &[Category], written: &str) -> usize {
    let fold = |text: &str| text.to_lowercase().replace(['-', '_'], " ").trim().to_owned();
    let folded = fold(written);
    let fits = |(name, others): &Category| fold(name) == folded || others.iter().any(|other| fold(other) == folded);
    let found = known.iter().position(fits).or_else(|| categories.iter().position(|name| fold(name) == folded));
    found.unwrap_or_else(|| {
        categories.push(written.to_owned());
        categories.len() - 1
    })
}

struct Asked<'m> {
    model: &'m ThreatModel,
    method: Method,
    /// Categories that the method itself has.
    known: usize,
    categories: usize,
    /// The category of each threat.
    places: Vec<Option<usize>>,
}

impl Asked<'_> {
    fn row(&self, id: Option<&At<Id>>, name: Option<&At<String>>, sort: &str) -> MatrixRow {
        let own = id.map_or("", |id| id.value.0.as_str());
        let label = name.map_or_else(|| own.to_owned(), |name| name.value.clone());
        let href = (!own.is_empty()).then(|| format!("#{}", encoded(own)));
        MatrixRow {
            element: Link { label, href, ..Link::default() },
            sort: sort.to_owned(),
            cells: (0..self.categories).map(|category| self.cell(own, sort, category)).collect(),
        }
    }

    fn cell(&self, own: &str, sort: &str, category: usize) -> MatrixCell {
        let strikes = |threat: &Threat| threat.targets.iter().any(|target| target.value.0 == own);
        let here = self.model.threats.iter().zip(&self.places);
        let here: Vec<&Threat> = here
            .filter(|(threat, place)| **place == Some(category) && strikes(threat))
            .map(|(threat, _)| threat)
            .collect();
        let ruled_out =
            |threat: &&Threat| threat.status.as_ref().is_some_and(|status| status.value == ThreatStatus::NotApplicable);
        let state = match (here.is_empty(), here.iter().all(ruled_out)) {
            (false, true) => "none",
            (false, false) => "threats",
            (true, _) if self.is_asked(sort, category) => "open",
            (true, _) => "outside",
        };
        let link = |threat: &&Threat| {
            let id = threat.id.as_ref().map_or("", |id| id.value.0.as_str());
            Link { label: id.to_owned(), href: Some(format!("#{}", encoded(id))), ..Link::default() }
        };
        MatrixCell { threats: here.iter().map(link).collect(), state }
    }

    /// Whether the method asks for a category of such an element.
    fn is_asked(&self, sort: &str, category: usize) -> bool {
        let table: &[(&str, &[usize])] = match self.method {
            Method::Stride => &STRIDE_OF,
            Method::Linddun => &LINDDUN_OF,
            Method::Cia => return category < self.known && sort != "asset",
            Method::AttackTree | Method::Other => return false,
        };
        table.iter().any(|(of, categories)| *of == sort && categories.contains(&category))
    }
}
