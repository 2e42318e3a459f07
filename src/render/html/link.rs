//! Links and pictures.
//!
//! In: a link as its author wrote it, and where the view says it goes. Out: its HTML, or its text alone.

use super::{Writer, escape};
use crate::markdown::{LinkForm, LinkTag};
use crate::model::body::LinkView;

/// Where a link goes.
pub(super) struct Goal<'a> {
    pub address: &'a str,
    pub external: bool,
    pub title: Option<&'a str>,
}

/// Where the view sends this link; nothing when it shall be text, or when its address would run something.
pub(super) fn goal(links: &[LinkView], index: usize) -> Option<Goal<'_>> {
    let goal = match links.get(index)? {
        LinkView::Href { href, external, title } => {
            Goal { address: href, external: *external, title: title.as_deref() }
        }
        LinkView::Image { src } => Goal { address: src, external: false, title: None },
        LinkView::Said(_) | LinkView::Text => return None,
    };
    escape::is_safe(goal.address).then_some(goal)
}

/// Writes ` href="…"` and what belongs to it.
pub(super) fn href(out: &mut String, goal: &Goal<'_>) {
    out.push_str(" href=\"");
    escape::address(out, goal.address);
    out.push('"');
    if goal.external {
        out.push_str(" class=\"external\" rel=\"noopener noreferrer\"");
    }
}

impl Writer<'_, '_> {
    /// Opens a link; the index of the event to go on with.
    pub(super) fn open_link(&mut self, link: &LinkTag<'_>, index: usize, close: usize) -> usize {
        let goal = goal(self.links, link.index);
        self.anchors.push(goal.is_some());
        let Some(goal) = goal else {
            let said = if let Some(LinkView::Said(words)) = self.links.get(link.index) { *words } else { "" };
            if link.form == LinkForm::Wiki && !link.own_text && !said.is_empty() {
                escape::text(&mut self.out, said);
                return close;
            }
            return index + 1;
        };
        let name = goal.title.filter(|title| !title.trim().is_empty());
        let tooltip = match link.form {
            LinkForm::Mention => name,
            _ => Some(&*link.title).filter(|title| !title.is_empty()),
        };
        self.out.push_str("<a");
        href(&mut self.out, &goal);
        if let Some(tooltip) = tooltip {
            escape::attribute(&mut self.out, "title", tooltip);
        }
        self.out.push('>');
        match name {
            // A wiki link without a text of its own shows the name of what it leads to.
            Some(name) if link.form == LinkForm::Wiki && !link.own_text => {
                escape::text(&mut self.out, name);
                close
            }
            _ => index + 1,
        }
    }

    /// Writes a picture, or its description where there is none to show.
    pub(super) fn image(&mut self, image: &LinkTag<'_>, description: &str) {
        let Some(goal) = goal(self.links, image.index) else {
            return escape::text(&mut self.out, description);
        };
        self.out.push_str("<img src=\"");
        escape::address(&mut self.out, goal.address);
        self.out.push('"');
        escape::attribute(&mut self.out, "alt", description);
        if !image.title.is_empty() {
            escape::attribute(&mut self.out, "title", &image.title);
        }
        self.out.push_str(" loading=\"lazy\">");
    }
}
