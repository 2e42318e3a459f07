//! The one table of all diagnostic codes. Each has a page in the documentation with a bad and a good example; a test holds the two together.

use super::Severity;

/// A sort of mistake.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// Kebab-case name, as in `error[broken-link]`.
    pub name: &'static str,
    /// How bad it usually is.
    pub severity: Severity,
    /// What it means, one sentence without a full stop.
    pub meaning: &'static str,
}

macro_rules! codes {
    ($($constant:ident = $name:literal, $severity:ident, $meaning:literal;)*) => {
        $(#[doc = $meaning] pub static $constant: Code = Code { name: $name, severity: Severity::$severity, meaning: $meaning };)*
        /// Every code there is, in the order of the table.
        pub static ALL: &[&Code] = &[$(&$constant),*];
    };
}

codes! {
    // Files
    NOT_UTF8 = "not-utf8", Error, "a text file is not valid UTF-8";
    NUL_BYTE = "nul-byte", Error, "a text file has a NUL byte in it, so it is not text";
    FILE_TOO_BIG = "file-too-big", Error, "a page is larger than the limit";
    UNREADABLE = "unreadable", Error, "a file or folder cannot be read";
    NOT_A_FILE = "not-a-file", Warning, "something that is neither file nor folder, such as a named pipe, is passed over";
    SYMLINK_OUTSIDE = "symlink-outside", Error, "a symbolic link leads out of the knowledge base";
    SYMLINK_BROKEN = "symlink-broken", Warning, "a symbolic link leads nowhere or back to itself";
    ODD_NAME = "odd-name", Warning, "a file name cannot be used on every system or in every address";
    TOO_DEEP = "too-deep", Error, "folders or blocks are nested deeper than the limit";
    SHALLOW_HISTORY = "shallow-history", Warning, "dates come from git, and git does not have the whole history here";

    // Configuration and front matter
    CONFIG_SYNTAX = "config-syntax", Error, "the configuration or a registry is not valid YAML";
    FRONT_MATTER_SYNTAX = "front-matter-syntax", Error, "the front matter is not valid YAML";
    FRONT_MATTER_UNCLOSED = "front-matter-unclosed", Error, "the front matter has no closing line";
    FRONT_MATTER_LIMIT = "front-matter-limit", Error, "the YAML is larger, deeper or more repetitive than the limits allow";
    DUPLICATE_KEY = "duplicate-key", Error, "a key stands twice in one mapping";
    UNKNOWN_FIELD = "unknown-field", Warning, "a field that this kind of page does not have";
    UNKNOWN_KEY = "unknown-key", Error, "the configuration has a key that does not exist";
    UNKNOWN_KIND = "unknown-kind", Error, "`kind` names no kind of page";
    MISSING_FIELD = "missing-field", Error, "a required field is missing or empty";
    WRONG_TYPE = "wrong-type", Error, "a value has the wrong type";
    UNKNOWN_VALUE = "unknown-value", Error, "a value is not one of the values this field knows";
    BAD_VALUE = "bad-value", Error, "a value has the right type but cannot be right";
    DUPLICATE_ID = "duplicate-id", Error, "two things of one kind have the same id";
    SUMMARY_TOO_LONG = "summary-too-long", Warning, "a summary is longer than 200 characters";
    NO_AUDIENCE = "no-audience", Error, "a page has no known audience, so nobody may see it";
    REVIEWER_IS_AUTHOR = "reviewer-is-author", Error, "a reviewer is also an author";
    BAD_SLUG = "bad-slug", Error, "a slug or an old address leads out of its folder or has characters an address cannot have";

    // Rules of the house
    BAD_CONDITION = "bad-condition", Error, "a rule of the house cannot be read";
    HOUSE_RULE = "house-rule", Error, "a rule of the house is broken";
    EXEMPTION_UNUSED = "exemption-unused", Warning, "an exemption exempts nothing";
    EXEMPTION_EXPIRED = "exemption-expired", Due, "an exemption is past its end, and the rule is still broken";

    // Registries and references
    UNKNOWN_TEAM = "unknown-team", Error, "a team that is not in the registry";
    UNKNOWN_PERSON = "unknown-person", Error, "a person who is neither in the registry nor a champion";
    FORMER_PERSON = "former-person", Warning, "a reference to a person who is no longer there";
    NAME_TOLD = "name-told", Error, "a page tells the name of a champion who is not shown by name";
    UNKNOWN_SERVICE = "unknown-service", Error, "a service that is not in the registry";
    UNKNOWN_SKILL = "unknown-skill", Error, "a skill that is not in the registry";
    UNKNOWN_SCANNER = "unknown-scanner", Error, "a scanner that is not in the registry";
    BAD_COVERAGE = "bad-coverage", Warning, "a file under `_data/coverage/` is not what `tiltyard coverage` writes";
    UNKNOWN_REGISTRY = "unknown-registry", Warning, "a file under `_data/` is not a registry that tiltyard knows, so nothing reads it";
    UNKNOWN_LEVEL = "unknown-level", Error, "a level that the curriculum does not have";
    BROKEN_REFERENCE = "broken-reference", Error, "a field refers to a page or part that does not exist";
    AMBIGUOUS_REFERENCE = "ambiguous-reference", Error, "a short reference fits several pages";

    // Links
    BROKEN_LINK = "broken-link", Error, "a link leads to a page or file that does not exist";
    BROKEN_ANCHOR = "broken-anchor", Error, "a link leads to a heading or part that its page does not have";
    AMBIGUOUS_LINK = "ambiguous-link", Error, "a wiki link fits several pages";
    BROKEN_IMAGE = "broken-image", Error, "an image does not exist";
    EXTERNAL_IMAGE = "external-image", Warning, "an image on another host would tell that host who reads the page";
    UNSAFE_LINK = "unsafe-link", Error, "a link that runs a script or carries data";
    UNDEFINED_FOOTNOTE = "undefined-footnote", Warning, "a footnote is referred to but not defined";

    // Addresses
    SAME_URL = "same-url", Error, "two sources would be published at one address";
    TWIN_NAMES = "twin-names", Error, "two file names differ only in case or Unicode form";

    // Markdown
    UNKNOWN_LANGUAGE = "unknown-language", Warning, "a code block names a language that the highlighter does not know";
    BAD_FENCE = "bad-fence", Warning, "a code block's info line has a part that means nothing";
    UNPAIRED_EXAMPLE = "unpaired-example", Warning, "a `bad` example is not followed by a `good` one";

    // Findings
    UNKNOWN_CWE = "unknown-cwe", Error, "a CWE number that the catalogue does not have";
    DISCOURAGED_CWE = "discouraged-cwe", Warning, "a CWE entry that must not be used for mapping: a category, or marked prohibited";
    UNKNOWN_OWASP = "unknown-owasp", Error, "an OWASP Top 10 id that the catalogue does not have";
    PLAIN_TOO_LONG = "plain-too-long", Warning, "`plain` has more than two sentences";
    FOR_US_NAMES_NOTHING = "for-us-names-nothing", Warning, "`for_us` names no service or asset that we have";
    JARGON_IN_PLAIN = "jargon-in-plain", Warning, "`plain` has a catalogue number or a short form that needs a dictionary";
    GOOD_IS_BAD = "good-is-bad", Warning, "the code marked `good` is the code marked `bad`";
    RELEASE_GAP = "release-gap", Warning, "`release` says nothing for an exposure that our services have";
    RULE_CLAIMED_TWICE = "rule-claimed-twice", Warning, "two mappings explain the same scanner rule";
    STALE_MAPPING = "stale-mapping", Due, "no scan has shown a mapped rule for longer than `stale_mapping`";

    // Threat models
    UNKNOWN_PART = "unknown-part", Error, "a target, zone, `mitigated_by` or `for` names nothing in this threat model";
    NO_THREATS = "no-threats", Error, "a threat model lists no threat and does not say why";
    MITIGATED_UNVERIFIED = "mitigated-unverified", Error, "a threat is called mitigated and no requirement for it is verified";
    ACCEPTED_INCOMPLETE = "accepted-incomplete", Error, "an accepted risk lacks an owner of one side, a reason or an end";
    BOUNDARY_UNTHREATENED = "boundary-unthreatened", Warning, "a flow crosses a trust boundary and no threat names it";
    REQUIREMENT_INCOMPLETE = "requirement-incomplete", Warning, "a requirement has no threat, no owner or, once accepted, no ticket";
    ASSUMPTION_UNCONFIRMED = "assumption-unconfirmed", Warning, "a threat is called mitigated while an assumption is unconfirmed";
    ASSUMPTION_REJECTED = "assumption-rejected", Error, "a threat is called mitigated and rests on an assumption that is known to be false";
    UNKNOWN_CATEGORY = "unknown-category", Warning, "a threat's category is not one that the method has";
    DIAGRAM_TOO_BIG = "diagram-too-big", Warning, "a threat model has more components or flows than are drawn";
    ACCEPTANCE_EXPIRED = "acceptance-expired", Due, "the acceptance of a risk is past its end";

    // Reviews
    ONE_SIDED = "one-sided", Error, "a review or an improvement lacks the delivery or the security side";
    TIMES_OUT_OF_ORDER = "times-out-of-order", Error, "an incident's times are not in their order";
    FACILITATOR_RESPONDED = "facilitator-responded", Error, "the facilitator of a review was a responder";
    PHASE_NOT_CONSIDERED = "phase-not-considered", Error, "a review says nothing of development, deployment or detection";
    BLAMING_WORDS = "blaming-words", Warning, "wording that looks for a culprit";
    IMPROVEMENT_INCOMPLETE = "improvement-incomplete", Warning, "an improvement has no due date, or is verified or dropped without saying how or why";
    IMPROVEMENT_OVERDUE = "improvement-overdue", Due, "an improvement is past its due date";
    MODEL_NOT_REVIEWED_SINCE = "model-not-reviewed-since", Due, "a related threat model has not been looked at since the incident";

    // Curricula and champions
    BAD_PREREQUISITE = "bad-prerequisite", Error, "a prerequisite is of a higher level or closes a circle";
    NOTHING_TO_PRACTISE = "nothing-to-practise", Warning, "a module has nothing of ours to practise on";

    ACHIEVEMENT_NOT_COUNTED = "achievement-not-counted", Warning, "an achievement does not count";
    REVIEWERS_MISSING = "reviewers-missing", Warning, "an approved page has fewer eligible reviewers than it needs";
    LEVEL_WITHOUT_ASSESSOR = "level-without-assessor", Warning, "a level that nobody can sign off";

    // The calendar
    VERIFIED_AHEAD = "verified-ahead", Due, "a requirement or an improvement is verified on a day that has not come";
    REVIEW_OVERDUE = "review-overdue", Due, "a page has not been reviewed for longer than it says";

    // The scorecard
    BAD_METRIC = "bad-metric", Error, "a row of the scorecard's data cannot be read";
    ONE_SIDED_PERIOD = "one-sided-period", Warning, "a team's period has metrics of one side only";

    // Theme and output
    TEMPLATE_ERROR = "template-error", Error, "a template has a mistake";
    MISSING_TEMPLATE = "missing-template", Error, "the theme lacks a template";
    BAD_THEME = "bad-theme", Error, "the theme does not exist or has a file that cannot be used";
}
