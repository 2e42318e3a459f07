//! What was considered and what was not: every element of a threat model against every category of its method.
//!
//! Which categories of STRIDE are asked of which element is the table of "STRIDE per element" (Howard and Lipner, The Security Development
//! Lifecycle, 2006; Shostack, Threat Modeling, 2014, chapter 3); of LINDDUN likewise (LINDDUN mapping table). Of other methods every element is asked everything.

use crate::model::address::encoded;
use crate::model::category::{self, Category};
use crate::model::leaf::Id;
use crate::model::threat_model::{ComponentType, Method, Threat, ThreatModel, ThreatStatus};
use crate::model::view::{Link, MatrixCell, MatrixRow, MatrixView};
use crate::source::At;

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
    let known = category::of(method);
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
    let again = |categories: &[String]| {
        let folded = category::fold(written);
        categories.iter().position(|name| category::fold(name) == folded)
    };
    category::place(known, written).or_else(|| again(categories)).unwrap_or_else(|| {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::leaf::PartRef;
    use crate::model::threat_model::{Asset, Component, Flow};

    fn at<T>(value: T) -> At<T> {
        At::new(value, crate::source::Span::default())
    }

    fn id(text: &str) -> Id {
        Id(text.to_owned())
    }

    fn threat(own: &str, category: Option<&str>, targets: &[&str], status: ThreatStatus) -> Threat {
        let target = |target: &&str| at(PartRef((*target).to_owned()));
        Threat {
            id: Some(at(id(own))),
            category: category.map(|category| at(category.to_owned())),
            targets: targets.iter().map(target).collect(),
            status: Some(at(status)),
            ..Threat::default()
        }
    }

    /// One element of each sort, and these threats.
    fn model(method: Method, threats: Vec<Threat>) -> ThreatModel {
        let sorts = [ComponentType::Process, ComponentType::Store, ComponentType::Actor, ComponentType::External];
        let component = |sort: ComponentType| Component {
            id: Some(at(id(sort.as_str()))),
            component_type: Some(at(sort)),
            ..Component::default()
        };
        ThreatModel {
            method: Some(at(method)),
            components: sorts.into_iter().map(component).collect(),
            flows: vec![Flow { id: Some(at(id("F1"))), ..Flow::default() }],
            assets: vec![
                Asset { id: Some(at(id("name"))), ..Asset::default() },
                Asset { id: Some(at(id("secret"))), ..Asset::default() },
            ],
            threats,
            ..ThreatModel::default()
        }
    }

    /// The states of a row, a letter each: open, threats, none, and a dash for what is not asked.
    fn asked(view: &MatrixView, element: &str) -> String {
        let row = view.rows.iter().find(|row| row.element.label == element);
        row.map_or_else(String::new, |row| {
            let letter = |cell: &MatrixCell| {
                if cell.state == "outside" { '-' } else { cell.state.chars().next().unwrap_or('?') }
            };
            row.cells.iter().map(letter).collect()
        })
    }

    #[test]
    fn stride_asks_each_sort_of_element_what_its_table_says() {
        let view = of_model(&model(Method::Stride, Vec::new())).expect("STRIDE has categories");
        assert_eq!(view.categories.iter().filter_map(|name| name.chars().next()).collect::<String>(), "STRIDE");
        let rows = ["process", "store", "actor", "external", "F1"].map(|element| asked(&view, element));
        assert_eq!(rows, ["oooooo", "-oooo-", "o-o---", "o-o---", "-o-oo-"]);
        assert_eq!((view.asked, view.gaps), (6 + 4 + 2 + 2 + 3, 17), "everything is open");
        assert_eq!(view.rows.len(), 5, "assets that nothing strikes are not asked");
    }

    #[test]
    fn linddun_and_cia_have_tables_of_their_own() {
        let linddun = of_model(&model(Method::Linddun, Vec::new())).expect("it has categories");
        let rows = ["process", "store", "actor", "external", "F1"].map(|element| asked(&linddun, element));
        assert_eq!(rows, ["ooooo-o", "ooooo-o", "oo---o-", "oo---o-", "ooooo-o"]);
        let cia = of_model(&model(Method::Cia, Vec::new())).expect("it has categories");
        assert_eq!((cia.asked, cia.gaps), (15, 15));
        assert!(of_model(&model(Method::AttackTree, Vec::new())).is_none(), "nothing to ask");
        let empty = ThreatModel { method: Some(at(Method::Stride)), ..ThreatModel::default() };
        assert!(of_model(&empty).is_none(), "nobody to ask");
    }

    #[test]
    fn a_threat_answers_for_its_own_category_and_targets() {
        let threats = vec![
            threat("T1", Some("Spoofing"), &["actor", "F1"], ThreatStatus::Open),
            threat("T2", Some("tampering"), &["F1", "secret"], ThreatStatus::Mitigated),
            threat("T3", Some("T"), &["F1"], ThreatStatus::NotApplicable),
            threat("T4", Some("eop"), &["process"], ThreatStatus::NotApplicable),
            threat("T5", None, &["store"], ThreatStatus::Open),
        ];
        let view = of_model(&model(Method::Stride, threats)).expect("STRIDE has categories");
        assert_eq!(asked(&view, "actor"), "t-o---");
        assert_eq!(
            asked(&view, "F1"),
            "tt-oo-",
            "also what the method does not ask, and one threat beside what is ruled out"
        );
        assert_eq!(asked(&view, "process"), "ooooon", "somebody has looked, and it does not apply");
        assert_eq!(asked(&view, "store"), "-oooo-", "without a category it answers nothing");
        assert_eq!(asked(&view, "secret"), "-t----", "an asset that is struck has a row");
        let cell = view.rows.iter().find(|row| row.element.label == "F1").and_then(|row| row.cells.get(1));
        let links: Vec<(&str, Option<&str>)> =
            cell.into_iter().flat_map(|cell| &cell.threats).map(|link| (&*link.label, link.href.as_deref())).collect();
        assert_eq!(links, [("T2", Some("#T2")), ("T3", Some("#T3"))]);
        assert_eq!(view.asked - view.gaps, 5, "answered: {view:?}");
    }

    #[test]
    fn categories_of_the_house_come_after_those_of_the_method() {
        let own = |method| {
            let threats = vec![
                threat("T1", Some("Fraud"), &["store"], ThreatStatus::Open),
                threat("T2", Some("fraud"), &["process"], ThreatStatus::Open),
                threat("T3", Some("denial_of-service"), &["F1"], ThreatStatus::Open),
            ];
            of_model(&model(method, threats)).expect("threats name categories")
        };
        let stride = own(Method::Stride);
        assert_eq!(stride.categories.last().map(String::as_str), Some("Fraud"));
        assert_eq!(
            (stride.categories.len(), asked(&stride, "store"), asked(&stride, "F1")),
            (7, "-oooo-t".into(), "-o-ot--".into())
        );
        let other = own(Method::Other);
        assert_eq!(other.categories, ["Fraud", "denial_of-service"]);
        assert_eq!((other.gaps, other.asked, asked(&other, "actor")), (0, 3, "--".into()));
    }
}
