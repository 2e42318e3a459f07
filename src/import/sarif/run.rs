//! One run: its members come in any order, so results are gathered under what they say of their rule, and rules are found
//! at the end.

use std::collections::{BTreeMap, BTreeSet};

use foldhash::HashMap;
use serde::de::{IgnoredAny, MapAccess, SeqAccess};

use super::lenient::{List, Shape, Take, take};
use super::shapes::{ArtifactLocation, Bases, Component, Nothing, Place, Reference, ResultShape, Tool, Within};
use super::{Described, Fate, Hit, Rule, Run};

/// A run (§3.14) while it is read.
pub struct RunShape<'p> {
    place: Place<'p>,
    tool: Tool,
    taxonomies: Vec<Component>,
    bases: Bases,
    /// Addresses below a base, which may be defined after them: each once, with its place here.
    based: HashMap<(String, String), usize>,
    /// Places of `run.artifacts`.
    artifacts: Vec<Where>,
    gathered: BTreeMap<Said, HashMap<(Where, Fate), u64>>,
    /// Files with results or rules of this run that are not read (§3.14.2).
    pub elsewhere: usize,
}

/// What a result says of its rule and of its weaknesses.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Said {
    rule: Reference,
    taxa: Vec<Reference>,
    cwes: Vec<u32>,
}

/// Where a result is: known at once, or when the run has been read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Where {
    At(u32),
    /// Its place among the addresses below a base.
    Based(usize),
    /// Its place among the run's artifacts.
    Artifact(usize),
}

impl<'p> RunShape<'p> {
    /// Nothing read yet.
    pub fn new(place: Place<'p>) -> Self {
        Self {
            place,
            tool: Tool::default(),
            taxonomies: Vec::new(),
            bases: Bases::default(),
            based: HashMap::default(),
            artifacts: Vec::new(),
            gathered: BTreeMap::new(),
            elsewhere: 0,
        }
    }

    fn locate(&mut self, location: Option<ArtifactLocation>) -> Where {
        let Some(location) = location else { return Where::At(0) };
        match (location.uri, location.base, location.index) {
            (Some(uri), Some(base), _) => {
                let next = self.based.len();
                Where::Based(*self.based.entry((base, uri)).or_insert(next))
            }
            (Some(uri), None, _) => Where::At((self.place)(&uri)),
            (None, _, Some(index)) => Where::Artifact(index),
            (None, _, None) => Where::At(0),
        }
    }

    fn gather(&mut self, mut result: ResultShape) {
        let fate = result.fate();
        let location = result.location.take();
        let place = self.locate(location);
        // `ruleId` and `ruleIndex` say the same as `rule` where both are there (§3.27.5).
        let rule = Reference {
            id: result.rule_id.or(result.rule.id),
            index: result.rule_index.or(result.rule.index),
            ..result.rule
        };
        let said = Said { rule, taxa: result.taxa, cwes: result.cwes };
        *self.gathered.entry(said).or_default().entry((place, fate)).or_default() += 1;
    }

    /// The run, with every result under its rule.
    pub fn finish(self) -> Run {
        let mut rules = Rules::of(&self.tool, &self.taxonomies);
        // In the order in which they were met.
        let mut based: Vec<(&(String, String), usize)> = self.based.iter().map(|(told, at)| (told, *at)).collect();
        based.sort_unstable_by_key(|(_, at)| *at);
        let based: Vec<u32> =
            based.into_iter().map(|((base, uri), _)| (self.place)(&self.bases.join(base, uri))).collect();
        // An artifact is said by its own address, not by another artifact's place.
        let found = |place: Where| match place {
            Where::At(place) => place,
            Where::Based(at) => based.get(at).copied().unwrap_or(0),
            Where::Artifact(_) => 0,
        };
        let mut counts: BTreeMap<(usize, u32, Fate), u64> = BTreeMap::new();
        for (said, places) in &self.gathered {
            let at = rules.find(&self.tool, &said.rule);
            let named = said.taxa.iter().filter_map(|taxon| cwe(taxon, &self.taxonomies));
            if let Some(rule) = rules.cwes.get_mut(at) {
                rule.extend(named.chain(said.cwes.iter().copied()));
            }
            let mut places: Vec<(&(Where, Fate), &u64)> = places.iter().collect();
            places.sort_unstable();
            for ((place, fate), count) in places {
                let place = match place {
                    Where::Artifact(index) => self.artifacts.get(*index).map_or(0, |place| found(*place)),
                    place => found(*place),
                };
                *counts.entry((at, place, *fate)).or_default() += count;
            }
        }
        Run {
            tool: self.tool.driver.name.unwrap_or_default(),
            rules: rules.finish(),
            hits: counts.into_iter().map(|((rule, place, fate), count)| Hit { rule, place, fate, count }).collect(),
        }
    }
}

impl Shape for RunShape<'_> {
    fn member<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "tool" => take(map, &mut self.tool)?,
            "results" => take(map, &mut Results(self))?,
            "artifacts" => take(map, &mut Artifacts(self))?,
            "originalUriBaseIds" => take(map, &mut self.bases)?,
            "taxonomies" => {
                let mut list = List(std::mem::take(&mut self.taxonomies));
                let read = take(map, &mut list);
                self.taxonomies = list.0;
                read?;
            }
            "externalPropertyFileReferences" => {
                let mut results = Within::new("results", List::<Nothing>::default());
                take(map, &mut results)?;
                self.elsewhere += results.shape.0.len();
            }
            _ => {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

struct Results<'a, 'p>(&'a mut RunShape<'p>);

impl Shape for Results<'_, '_> {
    fn item<'de, A: SeqAccess<'de>>(&mut self, list: &mut A) -> Result<bool, A::Error> {
        let mut result = ResultShape::default();
        let found = list.next_element_seed(Take(&mut result))?.is_some();
        if found && result.is_object {
            self.0.gather(result);
        }
        Ok(found)
    }
}

struct Artifacts<'a, 'p>(&'a mut RunShape<'p>);

impl Shape for Artifacts<'_, '_> {
    fn item<'de, A: SeqAccess<'de>>(&mut self, list: &mut A) -> Result<bool, A::Error> {
        let mut artifact = Within::new("location", ArtifactLocation::default());
        let found = list.next_element_seed(Take(&mut artifact))?.is_some();
        if found {
            let place = self.0.locate(Some(artifact.shape));
            self.0.artifacts.push(place);
        }
        Ok(found)
    }
}

/// The rules of a run: first the described ones, then those that only results name.
struct Rules {
    all: Vec<Rule>,
    cwes: Vec<BTreeSet<u32>>,
    described: BTreeMap<Described, usize>,
    by_id: BTreeMap<String, usize>,
}

impl Rules {
    fn of(tool: &Tool, taxonomies: &[Component]) -> Self {
        let mut all = Self { all: Vec::new(), cwes: Vec::new(), described: BTreeMap::new(), by_id: BTreeMap::new() };
        let extensions = tool.extensions.iter().enumerate().map(|(at, component)| (Some(at), component));
        for (extension, component) in [(None, &tool.driver)].into_iter().chain(extensions) {
            for (index, descriptor) in component.rules.iter().enumerate() {
                let related = descriptor.related.iter().filter_map(|related| cwe(&related.0, taxonomies));
                let at = Described { extension, index };
                let cwes = descriptor.cwes.iter().copied().chain(related).collect();
                let id = descriptor.id.clone().unwrap_or_default();
                all.add(id, cwes, Some(at));
            }
        }
        all
    }

    fn add(&mut self, id: String, cwes: BTreeSet<u32>, described: Option<Described>) -> usize {
        let at = self.all.len();
        if let Some(described) = described {
            self.described.insert(described, at);
        }
        self.by_id.entry(id.clone()).or_insert(at);
        self.all.push(Rule { id, cwes: Vec::new(), described });
        self.cwes.push(cwes);
        at
    }

    /// The rule that a result means: by component and place where that fits the id, else by id, else by the id without its
    /// last parts (§3.27.5: `CA2101/1` may be a result of `CA2101`), else a rule that nobody described.
    fn find(&mut self, tool: &Tool, said: &Reference) -> usize {
        let extension = said.component.find(&tool.extensions).map(|(at, _)| at);
        let guid = said.guid.as_deref();
        let by_guid = guid.and_then(|guid| {
            let components = [(None, &tool.driver)];
            let extensions = tool.extensions.iter().enumerate().map(|(at, component)| (Some(at), component));
            components.into_iter().chain(extensions).find_map(|(extension, component)| {
                let index = component.rules.iter().position(|rule| rule.guid.as_deref() == Some(guid))?;
                self.described.get(&Described { extension, index }).copied()
            })
        });
        let by_index = said.index.and_then(|index| self.described.get(&Described { extension, index }).copied());
        let Some(id) = said.id.as_deref().filter(|id| !id.is_empty()) else {
            return by_guid.or(by_index).unwrap_or_else(|| self.unnamed());
        };
        let fits = |at: &usize| {
            let own = self.all.get(*at).map_or("", |rule| rule.id.as_str());
            own == id || id.strip_prefix(own).is_some_and(|rest| rest.starts_with('/'))
        };
        let heads = std::iter::successors(Some(id), |id| id.rsplit_once('/').map(|(head, _)| head));
        by_guid
            .or_else(|| by_index.filter(fits))
            .or_else(|| heads.into_iter().find_map(|head| self.by_id.get(head).copied()))
            .unwrap_or_else(|| self.add(id.to_owned(), BTreeSet::new(), None))
    }

    fn unnamed(&mut self) -> usize {
        let known = self.by_id.get("").copied();
        known.unwrap_or_else(|| self.add(String::new(), BTreeSet::new(), None))
    }

    fn finish(self) -> Vec<Rule> {
        let filled = self.all.into_iter().zip(self.cwes);
        filled.map(|(rule, cwes)| Rule { cwes: cwes.into_iter().collect(), ..rule }).collect()
    }
}

/// The CWE that a reference leads to (§3.52): its id, or the one of the taxon it points to.
fn cwe(reference: &Reference, taxonomies: &[Component]) -> Option<u32> {
    let taxonomy = reference.component.find(taxonomies).map(|(_, taxonomy)| taxonomy);
    let by_place = || {
        let taxonomy = taxonomy?;
        let by_guid = reference
            .guid
            .as_ref()
            .and_then(|guid| taxonomy.taxa.iter().find(|taxon| taxon.guid.as_ref() == Some(guid)));
        let by_index = || reference.index.and_then(|index| taxonomy.taxa.get(index));
        by_guid.or_else(by_index)?.id.as_deref()
    };
    let id = reference.id.as_deref().or_else(by_place)?;
    if let Some(number) = super::weaknesses(id).first() {
        return Some(*number);
    }
    let name = taxonomy.and_then(|taxonomy| taxonomy.name.as_deref()).or(reference.component.name.as_deref())?;
    let is_cwe = name.trim().get(..3).is_some_and(|head| head.eq_ignore_ascii_case("cwe"));
    if is_cwe { id.trim().parse().ok().filter(|number| *number > 0) } else { None }
}
