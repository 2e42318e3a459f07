//! The kinds of pages, their folders, and what each kind's front matter holds.

use super::common::Common;
use super::curriculum::{Champion, Curriculum, Module};
use super::field::{Field, Record};
use super::finding::Finding;
use super::review::Review;
use super::threat_model::ThreatModel;

/// A kind of page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Prose without fields of its own.
    Page,
    /// A translated finding explanation.
    Finding,
    /// A threat model.
    ThreatModel,
    /// A joint post-incident review.
    Review,
    /// A curriculum.
    Curriculum,
    /// A module of a curriculum.
    Module,
    /// A champion.
    Champion,
}

impl Kind {
    /// Every kind, in the order in which people are shown them.
    pub const ALL: [Self; 7] =
        [Self::Finding, Self::ThreatModel, Self::Review, Self::Curriculum, Self::Module, Self::Champion, Self::Page];

    /// The word in front matter, references and URLs of schemas.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Finding => "finding",
            Self::ThreatModel => "threat-model",
            Self::Review => "review",
            Self::Curriculum => "curriculum",
            Self::Module => "module",
            Self::Champion => "champion",
        }
    }

    /// The kind of this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// The folder under the content folder whose files are of this kind; modules stand beside their curriculum.
    #[must_use]
    pub fn folder(self) -> Option<&'static str> {
        match self {
            Self::Finding => Some("findings"),
            Self::ThreatModel => Some("threat-models"),
            Self::Review => Some("reviews"),
            Self::Curriculum | Self::Module => Some("curricula"),
            Self::Champion => Some("champions"),
            Self::Page => None,
        }
    }

    /// What people call one of them.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Page => "Page",
            Self::Finding => "Finding",
            Self::ThreatModel => "Threat model",
            Self::Review => "Review",
            Self::Curriculum => "Curriculum",
            Self::Module => "Module",
            Self::Champion => "Champion",
        }
    }

    /// What people call many of them.
    #[must_use]
    pub fn plural(self) -> &'static str {
        match self {
            Self::Page => "Pages",
            Self::Finding => "Findings",
            Self::ThreatModel => "Threat models",
            Self::Review => "Reviews",
            Self::Curriculum => "Curricula",
            Self::Module => "Modules",
            Self::Champion => "Champions",
        }
    }

    /// What one of them is for, in a sentence.
    #[must_use]
    pub fn about(self) -> &'static str {
        match self {
            Self::Page => "Guides and everything else worth reading.",
            Self::Finding => "What a scanner's rule means for our application and our release.",
            Self::ThreatModel => "What may go wrong, and what must hold so that it does not.",
            Self::Review => "What happened, what both sides saw, and what they change.",
            Self::Curriculum => "What a champion learns, level by level.",
            Self::Module => "One lesson with its outcomes and the evidence that shows them.",
            Self::Champion => "Developers with security depth, and their way through the curriculum.",
        }
    }

    /// The kind that the folder of a page gives it: `below` is its path under the content folder.
    #[must_use]
    pub fn of_path(below: &str) -> Self {
        let mut parts = below.split('/');
        let folder = parts.next().unwrap_or("");
        let rest: Vec<_> = parts.collect();
        let index = rest.last().is_some_and(|name| is_index(name));
        match folder {
            "curricula" => match (rest.len(), index) {
                (0 | 1, _) => Self::Page,
                (2, true) => Self::Curriculum,
                _ => Self::Module,
            },
            // The index of a kind's own folder is prose of its list.
            _ if rest.is_empty() || (rest.len() == 1 && index) => Self::Page,
            "findings" => Self::Finding,
            "threat-models" => Self::ThreatModel,
            "reviews" => Self::Review,
            "champions" => Self::Champion,
            _ => Self::Page,
        }
    }

    /// The fields of this kind alone, without the common ones.
    #[must_use]
    pub fn own_fields(self) -> &'static [Field] {
        match self {
            Self::Page => &[],
            Self::Finding => Finding::FIELDS,
            Self::ThreatModel => ThreatModel::FIELDS,
            Self::Review => Review::FIELDS,
            Self::Curriculum => Curriculum::FIELDS,
            Self::Module => Module::FIELDS,
            Self::Champion => Champion::FIELDS,
        }
    }

    /// Every field of this kind: its own first, then the common ones that it does not define itself.
    pub fn fields(self) -> impl Iterator<Item = &'static Field> {
        let own = self.own_fields();
        let common = Common::FIELDS.iter().filter(move |field| own.iter().all(|other| other.name != field.name));
        own.iter().chain(common)
    }
}

/// Whether a file name is that of a folder's own page.
#[must_use]
pub fn is_index(file_name: &str) -> bool {
    let stem = file_name.rsplit_once('.').map_or(file_name, |(stem, _)| stem);
    ["index", "readme", "_index"].iter().any(|name| stem.eq_ignore_ascii_case(name))
}

/// What the front matter of a page's kind holds.
#[derive(Clone, Debug)]
pub enum Details {
    /// Nothing more.
    Page,
    /// A finding's fields.
    Finding(Box<Finding>),
    /// A threat model's fields.
    ThreatModel(Box<ThreatModel>),
    /// A review's fields.
    Review(Box<Review>),
    /// A curriculum's fields.
    Curriculum(Box<Curriculum>),
    /// A module's fields.
    Module(Box<Module>),
    /// A champion's fields.
    Champion(Box<Champion>),
}
