//! The default theme inside the program, so that a site needs no theme of its own.
//!
//! In: the folder `themes/tiltyard` when the program is compiled. Out: [`FILES`]; a test holds the table to the folder.

macro_rules! files {
    ($($name:literal)*) => {
        /// Every file of the default theme by its path inside the theme, sorted.
        pub(super) static FILES: &[(&str, &[u8])] =
            &[$(($name, include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/themes/tiltyard/", $name)))),*];
    };
}

files! {
    "assets/base.css"
    "assets/components.css"
    "assets/copy.js"
    "assets/facets.css"
    "assets/icon.svg"
    "assets/layout.css"
    "assets/prose.css"
    "assets/scheme.js"
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
    "templates/partials/navigation.html"
    "templates/partials/page-foot.html"
    "templates/partials/page-head.html"
    "templates/partials/previous-next.html"
    "templates/partials/review/improvements.html"
    "templates/partials/review/incident.html"
    "templates/partials/review/lessons.html"
    "templates/partials/text.html"
    "templates/partials/threat-model/elements.html"
    "templates/partials/threat-model/requirements.html"
    "templates/partials/threat-model/scope.html"
    "templates/partials/threat-model/threats.html"
    "templates/redirect.html"
    "templates/review.html"
    "templates/threat-model.html"
    "theme.yaml"
}
