//! The default theme inside the program, so that a site needs no theme of its own.
//!
//! In: the folder `themes/tiltyard` when the program is compiled. Out: [`FILES`], and its scripts as they are published; a
//! test holds the table to the folder.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use crate::render::script;

macro_rules! files {
    ($($name:literal)*) => {
        /// Every file of the default theme by its path inside the theme, sorted.
        pub(super) static FILES: &[(&str, &[u8])] =
            &[$(($name, include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/themes/tiltyard/", $name)))),*];
    };
}

files! {
    "assets/base.css"
    "assets/code.css"
    "assets/components.css"
    "assets/copy.js"
    "assets/facets.css"
    "assets/filter.js"
    "assets/icon.svg"
    "assets/joint.css"
    "assets/kind-finding.css"
    "assets/kind-home.css"
    "assets/kind-module.css"
    "assets/kind-review.css"
    "assets/kind-threat-model.css"
    "assets/layout.css"
    "assets/models.css"
    "assets/own-way.css"
    "assets/progress.css"
    "assets/progress.js"
    "assets/prose.css"
    "assets/rows.js"
    "assets/scheme.js"
    "assets/scorecard.css"
    "assets/search-dialog.js"
    "assets/search-page.js"
    "assets/search.css"
    "assets/search.js"
    "assets/terms.css"
    "assets/terms.js"
    "templates/404.html"
    "templates/base.html"
    "templates/champion.html"
    "templates/curriculum.html"
    "templates/entity.html"
    "templates/finding.html"
    "templates/glossary.html"
    "templates/home.html"
    "templates/list.html"
    "templates/lookup.html"
    "templates/metric.html"
    "templates/module.html"
    "templates/page.html"
    "templates/partials/backlinks.html"
    "templates/partials/banners.html"
    "templates/partials/body.html"
    "templates/partials/breadcrumbs.html"
    "templates/partials/card.html"
    "templates/partials/contents.html"
    "templates/partials/footer.html"
    "templates/partials/head.html"
    "templates/partials/header.html"
    "templates/partials/joint-styles.html"
    "templates/partials/navigation.html"
    "templates/partials/page-foot.html"
    "templates/partials/page-head.html"
    "templates/partials/previous-next.html"
    "templates/partials/programme/reviews.html"
    "templates/partials/progress/ladder.html"
    "templates/partials/progress/level-chart.html"
    "templates/partials/progress/own-module.html"
    "templates/partials/progress/own-way.html"
    "templates/partials/progress/path.html"
    "templates/partials/progress/reviewers.html"
    "templates/partials/progress/script.html"
    "templates/partials/progress/skill.html"
    "templates/partials/progress/skills.html"
    "templates/partials/progress/styles.html"
    "templates/partials/progress/team.html"
    "templates/partials/requirements/assets.html"
    "templates/partials/requirements/list.html"
    "templates/partials/requirements/open.html"
    "templates/partials/requirements/risks.html"
    "templates/partials/requirements/service.html"
    "templates/partials/review/improvements.html"
    "templates/partials/review/incident.html"
    "templates/partials/review/lessons.html"
    "templates/partials/review/timeline.html"
    "templates/partials/scorecard/chart.html"
    "templates/partials/scorecard/value.html"
    "templates/partials/text.html"
    "templates/partials/threat-model/diagram.html"
    "templates/partials/threat-model/elements.html"
    "templates/partials/threat-model/matrix.html"
    "templates/partials/threat-model/requirements.html"
    "templates/partials/threat-model/scope.html"
    "templates/partials/threat-model/since.html"
    "templates/partials/threat-model/threats.html"
    "templates/programme.html"
    "templates/redirect.html"
    "templates/requirements.html"
    "templates/review.html"
    "templates/scorecard.html"
    "templates/search.html"
    "templates/threat-model.html"
    "theme.yaml"
}

/// Scripts of the default theme, as they are published, by the name of the asset.
static SHORT: LazyLock<BTreeMap<&'static str, Arc<[u8]>>> = LazyLock::new(|| {
    let scripts = FILES.iter().filter_map(|(name, bytes)| {
        let name = name.strip_prefix("assets/").filter(|name| name.ends_with(".js"))?;
        let short = script::squeezed(std::str::from_utf8(bytes).ok()?)?;
        Some((name, Arc::from(short.into_bytes())))
    });
    scripts.collect()
});

/// An asset as it is published if it is a script of the default theme. Any other script stays as its author wrote it.
pub(super) fn short(name: &str, bytes: &[u8]) -> Option<Arc<[u8]>> {
    let of_theme = FILES.iter().any(|(file, own)| file.strip_prefix("assets/") == Some(name) && *own == bytes);
    if of_theme { SHORT.get(name).cloned() } else { None }
}
