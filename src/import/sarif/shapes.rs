//! What of a log is looked at, object by object. Section numbers are those of the standard.

use std::collections::{BTreeMap, BTreeSet};

use serde::de::{IgnoredAny, MapAccess, SeqAccess};

use super::lenient::{List, Shape, Take, index, take, text};
use super::run::RunShape;
use super::weakness::Properties;
use super::{Fate, Fault, Log};

/// Turns a path into a number of the caller's.
pub type Place<'p> = &'p mut dyn FnMut(&str) -> u32;

/// The whole log (§3.13).
pub struct LogShape<'p> {
    place: Place<'p>,
    log: Log,
    version: Option<String>,
    schema: Option<String>,
    has_runs: bool,
}

impl<'p> LogShape<'p> {
    /// Nothing read yet.
    pub fn new(place: Place<'p>) -> Self {
        Self { place, log: Log::default(), version: None, schema: None, has_runs: false }
    }

    /// The log, if it is one.
    pub fn finish(self) -> Result<Log, Fault> {
        let ours = |version: &String| version.starts_with("2.1");
        let says_so = self.schema.is_some_and(|schema| schema.to_lowercase().contains("sarif"));
        if !self.has_runs && !says_so && !self.version.as_ref().is_some_and(ours) {
            return Err(Fault::NotSarif);
        }
        match self.version {
            Some(version) if !ours(&version) => Err(Fault::Version(version)),
            _ => Ok(self.log),
        }
    }
}

impl Shape for LogShape<'_> {
    fn member<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "version" => self.version = text(map)?,
            "$schema" => self.schema = text(map)?,
            "runs" => {
                self.has_runs = true;
                take(map, &mut Runs { place: self.place, log: &mut self.log })?;
            }
            "inlineExternalProperties" => {
                let mut parts = List::<Nothing>::default();
                take(map, &mut parts)?;
                self.log.elsewhere += parts.0.len();
            }
            _ => {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

struct Runs<'a> {
    place: &'a mut dyn FnMut(&str) -> u32,
    log: &'a mut Log,
}

impl Shape for Runs<'_> {
    fn item<'de, A: SeqAccess<'de>>(&mut self, list: &mut A) -> Result<bool, A::Error> {
        let mut run = RunShape::new(self.place);
        let found = list.next_element_seed(Take(&mut run))?.is_some();
        if found {
            self.log.elsewhere += run.elsewhere;
            let run = run.finish();
            self.log.runs.push(run);
        }
        Ok(found)
    }
}

/// Something that is only counted.
#[derive(Default)]
pub struct Nothing;

impl Shape for Nothing {}

/// The tool of a run (§3.18).
#[derive(Default)]
pub struct Tool {
    pub driver: Component,
    pub extensions: Vec<Component>,
}

impl Shape for Tool {
    fn member<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "driver" => take(map, &mut self.driver),
            "extensions" => {
                let mut list = List(std::mem::take(&mut self.extensions));
                let read = take(map, &mut list);
                self.extensions = list.0;
                read
            }
            _ => map.next_value::<IgnoredAny>().map(|_| ()),
        }
    }
}

/// A driver, an extension or a taxonomy (§3.19).
#[derive(Default)]
pub struct Component {
    pub name: Option<String>,
    pub guid: Option<String>,
    pub rules: Vec<Descriptor>,
    pub taxa: Vec<Descriptor>,
}

impl Shape for Component {
    fn member<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "name" => self.name = text(map)?,
            "guid" => self.guid = text(map)?,
            "rules" | "taxa" => {
                let descriptors = if key == "rules" { &mut self.rules } else { &mut self.taxa };
                let mut list = List(std::mem::take(descriptors));
                let read = take(map, &mut list);
                *descriptors = list.0;
                read?;
            }
            _ => {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

/// A rule or a taxon (§3.49).
#[derive(Default)]
pub struct Descriptor {
    pub id: Option<String>,
    pub guid: Option<String>,
    pub cwes: Vec<u32>,
    /// What it is related to (§3.53).
    pub related: Vec<Relationship>,
}

impl Shape for Descriptor {
    fn member<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "id" => self.id = text(map)?,
            "guid" => self.guid = text(map)?,
            "properties" => {
                let mut properties = Properties::default();
                take(map, &mut properties)?;
                self.cwes.extend(properties.0);
            }
            "relationships" => {
                let mut list = List(std::mem::take(&mut self.related));
                let read = take(map, &mut list);
                self.related = list.0;
                read?;
            }
            _ => {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

/// A relationship: what it leads to. That it is `incomparable` or `disjoint` is not looked at, because scanners use the
/// kinds as they like.
#[derive(Default)]
pub struct Relationship(pub Reference);

impl Shape for Relationship {
    fn member<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        if key == "target" { take(map, &mut self.0) } else { map.next_value::<IgnoredAny>().map(|_| ()) }
    }
}

/// A reference to a descriptor (§3.52).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    pub id: Option<String>,
    pub index: Option<usize>,
    pub guid: Option<String>,
    pub component: ComponentReference,
}

impl Shape for Reference {
    fn member<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "id" => self.id = text(map)?,
            "index" => self.index = index(map)?,
            "guid" => self.guid = text(map)?,
            "toolComponent" => take(map, &mut self.component)?,
            _ => {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

/// A reference to a component (§3.54).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ComponentReference {
    pub name: Option<String>,
    pub index: Option<usize>,
    pub guid: Option<String>,
}

impl ComponentReference {
    /// The component that is meant, and its place; a name or a guid says more than a place.
    pub fn find<'c>(&self, components: &'c [Component]) -> Option<(usize, &'c Component)> {
        let said = |own: &Option<String>, wanted: &Option<String>| wanted.is_some() && own == wanted;
        let by = |fits: &dyn Fn(&Component) -> bool| components.iter().enumerate().find(|(_, one)| fits(one));
        by(&|one| said(&one.guid, &self.guid))
            .or_else(|| self.index.and_then(|index| Some((index, components.get(index)?))))
            .or_else(|| by(&|one| said(&one.name, &self.name)))
    }
}

impl Shape for ComponentReference {
    fn member<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "name" => self.name = text(map)?,
            "index" => self.index = index(map)?,
            "guid" => self.guid = text(map)?,
            _ => {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

/// A result (§3.27).
#[derive(Default)]
pub struct ResultShape {
    pub rule_id: Option<String>,
    pub rule_index: Option<usize>,
    pub rule: Reference,
    pub taxa: Vec<Reference>,
    pub cwes: Vec<u32>,
    pub location: Option<ArtifactLocation>,
    pub suppressions: Suppressions,
    pub baseline: Option<String>,
    pub kind: Option<String>,
    pub is_object: bool,
}

impl ResultShape {
    /// Whether somebody has to look at it.
    pub fn fate(&self) -> Fate {
        match (self.kind.as_deref(), self.baseline.as_deref()) {
            (Some("pass" | "notApplicable"), _) => Fate::Passed,
            (_, Some("absent")) => Fate::Absent,
            _ if self.suppressions.holds() => Fate::Suppressed,
            _ => Fate::Open,
        }
    }
}

impl Shape for ResultShape {
    fn is_object(&mut self) {
        self.is_object = true;
    }

    fn member<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "ruleId" => self.rule_id = text(map)?,
            "ruleIndex" => self.rule_index = index(map)?,
            "rule" => take(map, &mut self.rule)?,
            "taxa" => {
                let mut list = List::default();
                take(map, &mut list)?;
                self.taxa = list.0;
            }
            "properties" => {
                let mut properties = Properties::default();
                take(map, &mut properties)?;
                self.cwes.extend(properties.0);
            }
            "locations" => take(map, &mut Locations(&mut self.location))?,
            "suppressions" => take(map, &mut self.suppressions)?,
            "baselineState" => self.baseline = text(map)?,
            "kind" => self.kind = text(map)?,
            _ => {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

/// The suppressions of a result (§3.35): how many there are, and how many of them are not in force.
#[derive(Default)]
pub struct Suppressions {
    all: usize,
    idle: usize,
}

impl Suppressions {
    /// A result is suppressed when there are suppressions and all of them are accepted (§3.27.23).
    fn holds(&self) -> bool {
        self.all > 0 && self.idle == 0
    }
}

impl Shape for Suppressions {
    fn item<'de, A: SeqAccess<'de>>(&mut self, list: &mut A) -> Result<bool, A::Error> {
        let mut status = Suppression::default();
        let found = list.next_element_seed(Take(&mut status))?.is_some();
        if found && status.is_object {
            self.all += 1;
            self.idle += usize::from(matches!(status.status.as_deref(), Some("underReview" | "rejected")));
        }
        Ok(found)
    }
}

#[derive(Default)]
struct Suppression {
    status: Option<String>,
    is_object: bool,
}

impl Shape for Suppression {
    fn is_object(&mut self) {
        self.is_object = true;
    }

    fn member<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        // The name of the member changed from `state` while the standard was made, and logs have both.
        match key {
            "status" | "state" => self.status = text(map)?,
            _ => {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

/// The first file that a result's locations name (§3.28, §3.29).
struct Locations<'a>(&'a mut Option<ArtifactLocation>);

impl Shape for Locations<'_> {
    fn item<'de, A: SeqAccess<'de>>(&mut self, list: &mut A) -> Result<bool, A::Error> {
        let mut location =
            Within::new("physicalLocation", Within::new("artifactLocation", ArtifactLocation::default()));
        let found = list.next_element_seed(Take(&mut location))?.is_some();
        let file = location.shape.shape;
        if self.0.is_none() && (file.uri.is_some() || file.index.is_some()) {
            *self.0 = Some(file);
        }
        Ok(found)
    }
}

/// An object of which one member counts.
pub struct Within<S> {
    key: &'static str,
    pub shape: S,
}

impl<S> Within<S> {
    pub fn new(key: &'static str, shape: S) -> Self {
        Self { key, shape }
    }
}

impl<S: Shape> Shape for Within<S> {
    fn member<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        if key == self.key { take(map, &mut self.shape) } else { map.next_value::<IgnoredAny>().map(|_| ()) }
    }
}

/// Where a file is (§3.4).
#[derive(Clone, Debug, Default)]
pub struct ArtifactLocation {
    pub uri: Option<String>,
    pub base: Option<String>,
    pub index: Option<usize>,
}

impl Shape for ArtifactLocation {
    fn member<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "uri" => self.uri = text(map)?,
            "uriBaseId" => self.base = text(map)?,
            "index" => self.index = index(map)?,
            _ => {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

/// Bases that stand above each other at most; real logs have one or two.
const DEEPEST: usize = 16;

/// Bases of addresses, by name (§3.14.14): where each is, below another one where it says so.
#[derive(Default)]
pub struct Bases(BTreeMap<String, ArtifactLocation>);

impl Bases {
    /// An address below a base. A base that nobody defines is left out; one that leads back to itself is joined once.
    pub fn join(&self, base: &str, uri: &str) -> String {
        let (mut path, mut above, mut joined) = (uri.to_owned(), Some(base), BTreeSet::new());
        while let Some((name, base)) = above.and_then(|name| self.0.get_key_value(name)) {
            if path.contains("://") || joined.len() == DEEPEST || !joined.insert(name) {
                break;
            }
            if let Some(uri) = base.uri.as_ref().filter(|uri| !uri.is_empty()) {
                path = format!("{}/{}", uri.trim_end_matches('/'), path.trim_start_matches('/'));
            }
            above = base.base.as_deref();
        }
        path
    }
}

impl Shape for Bases {
    fn member<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        let mut base = ArtifactLocation::default();
        take(map, &mut base)?;
        self.0.insert(key.to_owned(), base);
        Ok(())
    }
}
