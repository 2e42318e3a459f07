//! Rules for the scorecard: both sides are measured, or neither is.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, codes};
use crate::model::metric::{Measure, Measured, Period, definitions};
use crate::model::site::Site;

/// A team's period with metrics of one side only.
pub fn check(site: &Site, findings: &mut Vec<Diagnostic>) {
    let definitions = definitions(&site.registry);
    let side = |measure: &Measure| definitions.iter().find(|known| known.id == measure.metric).map(|known| known.side);
    let mut sides: BTreeMap<(&str, Period), Vec<(Measured, &Measure)>> = BTreeMap::new();
    for measure in &site.registry.measures {
        if let Some(side) = side(measure) {
            sides.entry((&measure.team, measure.period)).or_default().push((side, measure));
        }
    }
    for ((team, period), measures) in sides {
        let Some((only, first)) = measures.first() else { continue };
        if measures.iter().all(|(side, _)| side == only) {
            let (has, lacks) =
                if *only == Measured::Delivery { ("delivery", "security") } else { ("security", "delivery") };
            let message = format!("{team} in {} has metrics of the {has} side only", period.label());
            let help = format!("add what the {lacks} side did for the team, or leave the period out");
            findings.push(Diagnostic::new(&codes::ONE_SIDED_PERIOD, message).at(&first.path, first.span).help(help));
        }
    }
}
