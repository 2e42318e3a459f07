//! Links of the body: Markdown links and images, wiki links, addresses in raw HTML, and identifiers in prose. The checker and the renderer both live from what is resolved here.

use std::collections::{BTreeSet, HashSet};

use super::names::{Found, Names};
use super::paths::{Paths, Way};
use crate::diagnostic::{Diagnostic, codes, did_you_mean, nearest};
use crate::markdown::{Link, LinkForm};
use crate::model::address::segment;
use crate::model::kind::Kind;
use crate::model::leaf::Cwe;
use crate::model::site::{Edge, Entity, LinkTarget, Node, Page, Relation, Site};
use crate::source::{OutputPath, SourcePath, SourceTree};

/// What readers see of somebody who is no longer there.
const FORMER: &str = "former champion";

/// What the links of one page lead to.
#[derive(Default)]
pub struct Resolved {
    /// In the order of its outline.
    pub links: Vec<LinkTarget>,
    /// Edges from links.
    pub edges: Vec<Edge>,
    /// Files to publish, each with its place in the site.
    pub files: Vec<(SourcePath, OutputPath)>,
    /// What leads nowhere.
    pub diagnostics: Vec<Diagnostic>,
}

/// Everything on a page that a link can point to: headings, ids in raw HTML, and the parts of its front matter.
pub fn anchors(page: &Page) -> Vec<&str> {
    let outline = &page.document.outline;
    let headings = outline.headings.iter().map(|heading| heading.id.as_str());
    let ids = outline.ids.iter().map(|id| id.value.as_str());
    let parts = page.document.parts().into_iter().map(|part| part.id.value.0.as_str());
    headings.chain(ids).chain(parts).collect()
}

/// Where a link leads, before files are given their published place.
enum Target {
    To(LinkTarget),
    /// A file under the content folder.
    File(SourcePath),
}

type Outcome = Result<Target, Box<Diagnostic>>;

/// Resolves the links of pages.
pub struct Resolver<'s> {
    site: &'s Site,
    names: &'s Names<'s>,
    paths: Paths<'s>,
    in_use: HashSet<&'s Entity>,
    /// People who are no longer there.
    former: &'s BTreeSet<String>,
}

impl<'s> Resolver<'s> {
    /// `edges` are those of fields: they say which identifiers are in use.
    pub fn new(
        site: &'s Site,
        names: &'s Names<'s>,
        tree: &'s SourceTree,
        edges: impl Iterator<Item = &'s Edge>,
        former: &'s BTreeSet<String>,
    ) -> Self {
        let in_use =
            edges.filter_map(|edge| if let Node::Entity(entity) = &edge.to { Some(entity) } else { None }).collect();
        Self { site, names, paths: Paths::new(site, names, tree), in_use, former }
    }

    /// Resolves every link of a page.
    pub fn of_page(&self, page: &Page) -> Resolved {
        let config = &self.site.config;
        let mut resolved = Resolved::default();
        for link in &page.document.outline.links {
            let target = self.link(page, link).unwrap_or_else(|diagnostic| {
                // What must not run is refused whatever the links' policy.
                let soft = config.loose || (config.links_warn && diagnostic.code != &codes::UNSAFE_LINK);
                let gone = diagnostic.code == &codes::FORMER_PERSON;
                resolved.diagnostics.push(if soft { diagnostic.softened() } else { *diagnostic });
                Target::To(if gone { LinkTarget::Someone(FORMER) } else { LinkTarget::Nothing })
            });
            let target = self.publish(&mut resolved, page.path(), link.form, target);
            resolved.links.push(target);
        }
        resolved
    }

    /// Notes the edge or the file that a link makes.
    fn publish(&self, resolved: &mut Resolved, from: &SourcePath, form: LinkForm, target: Target) -> LinkTarget {
        let target = match target {
            Target::To(target) => target,
            Target::File(file) => {
                let output = published_at(&file, &self.site.config.content);
                resolved.files.push((file, output.clone()));
                return LinkTarget::Asset(output);
            }
        };
        let (to, part) = match &target {
            LinkTarget::Page(to, part) if to != from => (Node::Page(to.clone()), part.clone()),
            LinkTarget::Entity(entity) => (Node::Entity(entity.clone()), None),
            _ => return target,
        };
        // Whoever writes `[[service:x]]` puts it to use; a bare identifier in passing does not.
        let named = form == LinkForm::Wiki && matches!(to, Node::Entity(_));
        let relation = if named { Relation::NAMED } else { Relation::Link };
        resolved.edges.push(Edge { to, to_part: part, from: from.clone(), relation, from_part: None });
        target
    }

    fn link(&self, page: &Page, link: &Link) -> Outcome {
        match link.form {
            LinkForm::Wiki => self.wiki(page, link),
            LinkForm::Mention => Ok(Target::To(self.mention(page, &link.target))),
            LinkForm::Auto => Ok(Target::To(LinkTarget::External(link.target.clone()))),
            LinkForm::Image | LinkForm::HtmlSrc => self.image(page, link),
            LinkForm::Inline | LinkForm::HtmlHref => self.markdown(page, link),
        }
    }

    fn markdown(&self, page: &Page, link: &Link) -> Outcome {
        let target = link.target.trim();
        if let Some(outside) = outside(page, link)? {
            return Ok(outside);
        }
        let (path, anchor) = target.split_once('#').map_or((target, None), |(path, anchor)| (path, Some(anchor)));
        let path = path.split_once('?').map_or(path, |(path, _)| path);
        let anchor = anchor.map(crate::model::address::decoded);
        if path.is_empty() {
            return match anchor {
                Some(anchor) => self.anchor(page, link, page.path(), &anchor),
                None => {
                    Err(broken(page, link, "the link is empty".to_owned(), Some("write where it leads".to_owned())))
                }
            };
        }
        match self.paths.follow(page.path(), path) {
            Way::Page(to) => match anchor {
                Some(anchor) => self.anchor(page, link, &to, &anchor),
                None => Ok(Target::To(LinkTarget::Page(to, None))),
            },
            Way::Made(address) => Ok(Target::To(LinkTarget::Made(address))),
            Way::Content(file) => Ok(Target::File(file)),
            Way::Static(output) => Ok(Target::To(LinkTarget::Asset(output))),
            Way::Nowhere => {
                let excuse = self.paths.excuse(page.path(), path).map(str::to_owned);
                if self.site.config.loose && excuse.is_some() {
                    // It is there and works on the git host; the author made no mistake.
                    return Ok(Target::To(LinkTarget::Nothing));
                }
                if let Some(id) =
                    path.strip_suffix(".md").and_then(|path| path.rsplit_once("champions/")).map(|(_, id)| id)
                    && !self.site.config.loose
                    && self.paths.near(page.path(), path).is_none()
                {
                    return self.gone(page, link, id);
                }
                let near = || self.paths.near(page.path(), path).map(|near| format!("did you mean `{near}`?"));
                let help = excuse.or_else(near);
                Err(broken(page, link, format!("`{path}` leads nowhere"), help))
            }
        }
    }

    fn image(&self, page: &Page, link: &Link) -> Outcome {
        let target = link.target.trim();
        if outside(page, link)?.is_some() {
            let message = format!("the image `{target}` is on another host");
            let help = "put the file beside the page and refer to it there; a reader's browser then asks nobody else";
            return Err(Box::new(
                Diagnostic::new(&codes::EXTERNAL_IMAGE, message).at(page.path(), link.span).help(help),
            ));
        }
        let path = target.split(['#', '?']).next().unwrap_or(target);
        match self.paths.follow(page.path(), path) {
            Way::Content(file) => Ok(Target::File(file)),
            Way::Static(output) => Ok(Target::To(LinkTarget::Asset(output))),
            _ => {
                let help = self.paths.near(page.path(), path).map_or_else(
                    || "put the file beside the page; names are case-sensitive".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                );
                let message = if path.is_empty() {
                    "the image has no address".to_owned()
                } else {
                    format!("there is no image `{path}`")
                };
                Err(Box::new(Diagnostic::new(&codes::BROKEN_IMAGE, message).at(page.path(), link.span).help(help)))
            }
        }
    }

    fn wiki(&self, page: &Page, link: &Link) -> Outcome {
        let (name, anchor) =
            link.target.split_once('#').map_or((link.target.as_str(), None), |(name, anchor)| (name, Some(anchor)));
        let name = name.trim();
        if name.is_empty() {
            return self.anchor(page, link, page.path(), anchor.unwrap_or(""));
        }
        match self.names.find(name, page) {
            Found::Page(to) => match anchor {
                Some(anchor) => self.anchor(page, link, to, anchor.trim()),
                None => Ok(Target::To(LinkTarget::Page(to.clone(), None))),
            },
            Found::Entity(entity) => Ok(Target::To(LinkTarget::Entity(entity))),
            Found::Several(candidates) => {
                let message = format!("`{name}` fits several pages: {}", candidates.join(", "));
                let help =
                    format!("write one of them in full, as in `[[{}]]`", candidates.first().map_or("", String::as_str));
                Err(Box::new(Diagnostic::new(&codes::AMBIGUOUS_LINK, message).at(page.path(), link.span).help(help)))
            }
            Found::Nothing => {
                let id = name.rsplit(':').next().unwrap_or(name);
                let champion = name.starts_with("champion:") && nearest(id, self.names.ids(Kind::Champion)).is_none();
                if champion || (self.former.contains(id) && !name.contains(':')) {
                    return self.gone(page, link, id);
                }
                let help = did_you_mean(id, self.names.stems());
                Err(broken(page, link, format!("there is no page `{name}`"), help))
            }
        }
    }

    /// Somebody who is no longer there: told once where a field says it, else here.
    fn gone(&self, page: &Page, link: &Link, id: &str) -> Outcome {
        if self.former.contains(id) {
            return Ok(Target::To(LinkTarget::Someone(FORMER)));
        }
        Err(Box::new(super::references::former(id, page.path(), link.span)))
    }

    /// A place on a page: by its id, or by the text of a heading.
    fn anchor(&self, page: &Page, link: &Link, to: &SourcePath, anchor: &str) -> Outcome {
        let Some(target) = self.site.pages.get(to) else { return Ok(Target::To(LinkTarget::Nothing)) };
        let place = |anchor: Option<&str>| {
            let anchor = anchor.filter(|anchor| Some(*anchor) != target.title_heading.as_deref()).map(str::to_owned);
            let same = to == page.path();
            Ok(Target::To(if same {
                LinkTarget::Anchor(anchor.unwrap_or_default())
            } else {
                LinkTarget::Page(to.clone(), anchor)
            }))
        };
        if anchor.is_empty() || anchor == "top" {
            return place(None);
        }
        let anchors = anchors(target);
        if anchors.contains(&anchor) {
            return place(Some(anchor));
        }
        if link.form == LinkForm::Wiki {
            let same = |text: &str| text.trim().eq_ignore_ascii_case(anchor);
            let heading = target.document.outline.headings.iter().find(|heading| same(&heading.text));
            if let Some(heading) = heading {
                return place(Some(&heading.id));
            }
        }
        let where_to = if to == page.path() { "this page".to_owned() } else { format!("`{to}`") };
        let message = format!("{where_to} has no heading or part `{anchor}`");
        let near = nearest(anchor, anchors.iter().copied());
        let help = near.map_or_else(
            || "an anchor is a heading in lower case with `-` for spaces, or the id of a part such as T1".to_owned(),
            |near| format!("did you mean `#{near}`?"),
        );
        Err(Box::new(Diagnostic::new(&codes::BROKEN_ANCHOR, message).at(page.path(), link.span).help(help)))
    }

    /// An identifier in prose leads to our page for it, or nowhere; never outside.
    fn mention(&self, page: &Page, text: &str) -> LinkTarget {
        let entity = if let Some(cwe) = Cwe::parse(text) {
            Entity::Cwe(cwe.0)
        } else if text.starts_with("CVE-") {
            Entity::Cve(text.to_owned())
        } else if text.starts_with('v') {
            Entity::Asvs(text.to_owned())
        } else {
            Entity::Owasp(text.to_owned())
        };
        let own = page.prose_of.as_ref() == Some(&entity);
        if self.in_use.contains(&entity) && !own { LinkTarget::Entity(entity) } else { LinkTarget::Nothing }
    }
}

fn broken(page: &Page, link: &Link, message: String, help: Option<String>) -> Box<Diagnostic> {
    let help =
        help.unwrap_or_else(|| "a link is relative to its file, or begins with `/` at the content folder".to_owned());
    Box::new(Diagnostic::new(&codes::BROKEN_LINK, message).at(page.path(), link.span).help(help))
}

/// A target outside the site, if it has a scheme or a host; schemes that run or carry something are refused.
fn outside(page: &Page, link: &Link) -> Result<Option<Target>, Box<Diagnostic>> {
    const SOUND: [&str; 12] =
        ["http", "https", "mailto", "tel", "ftp", "ftps", "irc", "ircs", "xmpp", "matrix", "sms", "news"];
    // Browsers drop control characters and spaces before they look for a scheme.
    let target: String = link.target.chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect();
    if target.starts_with("//") {
        return Ok(Some(Target::To(LinkTarget::External(format!("https:{target}")))));
    }
    let Some((scheme, _)) = target.split_once(':') else { return Ok(None) };
    let is_scheme = scheme.len() > 1
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    if !is_scheme {
        return Ok(None);
    }
    if SOUND.contains(&scheme.to_ascii_lowercase().as_str()) {
        return Ok(Some(Target::To(LinkTarget::External(link.target.trim().to_owned()))));
    }
    let message = format!("a link may not use `{}:`", scheme.to_ascii_lowercase());
    let help = "links use http, https, mailto or tel; show a payload as code";
    Err(Box::new(Diagnostic::new(&codes::UNSAFE_LINK, message).at(page.path(), link.span).help(help)))
}

/// Where a file under the content folder is published: its folders as addresses have them, its name as it is.
fn published_at(file: &SourcePath, content: &str) -> OutputPath {
    let below = file.below(content).unwrap_or(file.as_str());
    let (folder, name) = below.rsplit_once('/').unwrap_or(("", below));
    let mut parts: Vec<String> = folder.split('/').filter(|part| !part.is_empty()).map(segment).collect();
    parts.push(name.replace('\\', "-"));
    OutputPath::new(&parts.join("/"))
}
