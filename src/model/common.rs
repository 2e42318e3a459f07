//! The fields that every kind of page has.

use jiff::civil::Date;

use super::field::{choice, record};
use super::leaf::{Free, Id, Lang, Number, OwnerRef, PageRef, Period, PersonRef, ServiceRef};
use crate::source::At;

choice! {
    /// How far a page is.
    Status {
        /// Published only when drafts are asked for.
        Draft = "draft",
        /// Published with a banner.
        InReview = "in-review",
        /// Published.
        Approved = "approved",
        /// Published with a banner, outside search and indexes.
        Retired = "retired",
    }
}

record! {
    /// The fields of every kind.
    Common {
        /// shown name; without it the first heading of level one, then the file name
        opt title: Option<At<String>>,
        /// one sentence for results, cards and feeds; without it the first paragraph
        opt summary: Option<At<String>>,
        /// how far it is: published only with `--drafts`, with a banner, plainly, or outside the indexes
        opt status: Option<At<Status>>,
        /// teams or people who answer for it; required but for pages of kind `page`
        opt owners: Vec<At<OwnerRef>>,
        /// people who wrote it
        opt authors: Vec<At<PersonRef>>,
        /// people who reviewed it; never an author
        opt reviewers: Vec<At<PersonRef>>,
        /// day of the first version
        opt created: Option<At<Date>>,
        /// day of the last change
        opt updated: Option<At<Date>>,
        /// day of the last human look
        opt reviewed: Option<At<Date>>,
        /// how often a human look is due
        opt review_every: Option<At<Period>>,
        /// who may read it, one of the configuration's `audiences`
        opt audience: Option<At<String>>,
        /// last segment of the address, without `/`; without it the file's stem
        opt slug: Option<At<String>>,
        /// old addresses that lead here
        opt redirect_from: Vec<At<String>>,
        /// other names by which it is found
        opt aliases: Vec<At<String>>,
        /// place among its neighbours, lowest first
        opt order: Option<At<Number>>,
        /// language of the text, as BCP 47 writes it
        opt lang: Option<At<Lang>>,
        /// services it is about
        opt services: Vec<At<ServiceRef>>,
        /// free words that group pages
        opt tags: Vec<At<String>>,
        /// other pages worth reading beside it
        opt related: Vec<At<PageRef>>,
        /// fields of your own
        opt extra: Option<Free>,
        /// what sort of page it is, where the folder does not say
        opt kind: Option<At<String>>,
        /// the name by which others refer to it; without it the file's stem
        opt id: Option<At<Id>>,
    }
}
