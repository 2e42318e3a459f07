// Which pages answer a query, best first.
const FACETS = /(?:^|\s)(kind|service|team|tag|cwe):("[^"]*"|\S+)/gi;
const rarity = (pages) => Math.log(1 + (table.pages - pages + 0.5) / (pages + 0.5));
const LARGE = 3000;
const total = (list, of) => list.reduce((sum, one) => sum + of(one), 0);

/** What was typed: filters, quoted phrases, and the rest. */
function parse(text) {
  const filters = [], phrases = [];
  let rest = text.slice(0, 1000).replace(FACETS, (_, facet, value) => (filters.push([facet.toLowerCase(), value.replace(/"/g, "").toLowerCase()]), " "));
  rest = rest.replace(/["“”„]([^"“”„]+)["“”„]/g, (all, phrase) => {
    const said = words(phrase);
    if (said.length > 1) phrases.push(said);
    return " " + phrase + " ";
  });
  return { filters, phrases, rest: rest.trim() };
}

/** Things that a query asks for: one a word, or one for a word with parts. */
function concepts(text) {
  const out = [];
  const said = words(text).slice(0, 40);
  for (let i = 0; i < said.length; i++) {
    const word = said[i], concept = { said: word.said, term: word.term, others: [], place: word.place };
    if (word.whole) {
      const parts = [];
      while (i + 1 < said.length && said[i + 1].from === word.from && !said[i + 1].whole) parts.push(said[++i].term);
      if (parts.length) concept.parts = parts;
    }
    if (out.length < 16 && !out.some((one) => one.term === concept.term)) out.push(concept);
  }
  return out;
}

/** Calls `each` for the words of a sorted list in which at most so many letters are others; neighbours that changed places count as one. */
function similar(asked, list, most, each) {
  // One row a letter: words that begin alike share the rows of their beginning, which may be too far away already.
  const length = asked.length, rows = [Uint8Array.from({ length: length + 1 }, (_, j) => j)];
  let before = "", known = 0, far = false;
  list.forEach((word, at) => {
    let i = 0;
    while (i < known && word[i] === before[i]) i++;
    before = word;
    if (far && i === known) return;
    far = false;
    known = i;
    if (Math.abs(word.length - length) > most) return;
    for (; i < word.length && !far; known = ++i) {
      const two = rows[i - 1], one = rows[i], row = (rows[i + 1] ??= new Uint8Array(length + 1));
      let least = (row[0] = i + 1);
      for (let j = 1; j <= length; j++) {
        let value = Math.min(one[j] + 1, row[j - 1] + 1, one[j - 1] + (word[i] === asked[j - 1] ? 0 : 1));
        if (i && j > 1 && word[i] === asked[j - 2] && word[i - 1] === asked[j - 1]) value = Math.min(value, two[j - 2] + 1);
        row[j] = value;
        if (value < least) least = value;
      }
      far = least > most;
    }
    if (!far && rows[i][length] <= most) each(word, at, rows[i][length]);
  });
}

/** Words of the site that may have been meant: [word, weight], best first. */
async function meant(said) {
  const length = [...said].length;
  if (length < 4 || /\d/.test(said)) return [];
  const most = length < 5 ? 1 : 2, back = [...said].reverse().join("");
  const files = [["v", said, false], ...(table.r.length ? [["r", back, true]] : [])];
  const found = new Map();
  await Promise.all(files.map(async ([letter, word, reversed]) => {
    const [list, often] = await load(letter + range(table[letter], word));
    similar(word, list, most, (other, i, off) => {
            // A wrong first letter is rare; a longer word survives more.
      const start = other[0] === word[0] ? 0 : 0.35;
      found.set(reversed ? [...other].reverse().join("") : other, off + start - 0.06 * (often.charCodeAt(i) - 97));
    });
  }));
  const sorted = [...found].sort((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : 1));
  return sorted.filter(([, cost]) => cost < sorted[0][1] + 0.7).slice(0, 4).map(([word, cost], i) => [word, 0.8 - 0.12 * i - 0.05 * cost]);
}

/** Terms that begin with what has been typed so far: [term, weight]. */
async function completed(said, term) {
  if (/^\d+$/.test(said)) return [];
  const first = range(table.t, said), last = range(table.t, said + "\uffff");
  let files = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  if (files.length > 3) files = [first, ...files.slice(1).filter((file) => common[file].startsWith(said)).slice(0, 2)];
  const found = new Map();
  await Promise.all(files.map(async (file) => {
    const { words: all, terms } = await load("t" + file);
    for (const word of all) {
      const open = word.startsWith(said) || (term.length > 3 && word.startsWith(term)) || (word.length > 3 && said.startsWith(word) && begins(said.slice(word.length)));
      if (open && word !== term) found.set(word, Math.log2(1 + terms.get(word).pages) - 0.3 * Math.abs(word.length - said.length));
    }
  }));
  return [...found].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, 8).map(([word], i) => [word, 0.6 - 0.04 * i]);
}
/** Whether letters can be the beginning of an English ending. */
const begins = (letters) => "ation ations ion ions ing ings ed er ers es ment ments ity or ors able ize ized izing ization ive".split(" ").some((ending) => ending.startsWith(letters));
let common;

/** Scores of one concept, page by page, and which of them come from a title. */
const tallied = () => ({ score: new Float32Array(table.pages), strong: new Uint8Array(table.pages) });

/** Adds the pages that have all of these terms, or with `any` some of them. */
function tally(into, terms, weight, any, ceiling) {
  const lists = terms.map(listOf).filter(Boolean);
  if (!lists.length || (!any && lists.length < terms.length)) return;
  const rare = lists.map((list) => Math.min(rarity(list.pages.length), 7));
  const { score, strong } = into;
  const put = (page, gain, mask) => {
    if (gain > score[page]) score[page] = gain;
    if (mask > strong[page]) strong[page] = mask;
  };
  if (lists.length === 1) {
    const [{ pages, says }] = lists;
    const w = (weight * Math.min(rare[0], ceiling)) / 14;
    for (let i = 0; i < pages.length; i++) put(pages[i], w * (says[i] >> 2), says[i] & 3);
    return;
  }
  const all = total(rare, (one) => one), scale = Math.min(1, ceiling / all);
  const lead = any ? Uint32Array.from(new Set(lists.flatMap((list) => [...list.pages]))).sort() : lists.reduce((a, b) => (b.pages.length < a.pages.length ? b : a)).pages;
  const at = lists.map(() => 0);
  for (const page of lead) {
    let sum = 0, have = 0, mask = 3;
    for (let t = 0; t < lists.length; t++) {
      const { pages, says } = lists[t];
      while (pages[at[t]] < page) at[t]++;
      if (pages[at[t]] !== page) continue;
      const said = says[at[t]];
      sum += rare[t] * (said >> 2);
      have += rare[t];
      mask &= said & 3;
    }
    if (!any && have < all - 0.001) continue;
    const close = any ? (have / all) ** 2 : 0.55 + 0.45 * nearness(lists, page);
    put(page, (weight * scale * sum * close) / 14, any ? 0 : mask);
  }
}

/** 1 where terms stand side by side in their order, less the further they are, 0 far away. */
function nearness(lists, page) {
  if (!table.places) return new Set(lists.map((list) => list.sections[list.of(page)])).size === 1 ? 0.6 : 0.2;
  let sum = 0;
  for (let k = 0; k + 1 < lists.length; k++) {
    const a = lists[k].placesOf(page), b = lists[k + 1].placesOf(page);
    let best = 99;
    for (const x of a) for (const y of b) best = Math.min(best, y > x ? y - x : x - y + 1);
    sum += best <= 1 ? 1 : best <= 3 ? 0.75 : best <= 8 ? 0.4 : 0;
  }
  return sum / Math.max(1, lists.length - 1);
}

/**
 * Answers a query.
 * @param {string} text
 * @param {{typing?: boolean}} [how]
 */
async function search(text, how = {}) {
  const { filters, phrases, rest } = parse(text);
  const [said, list] = [await lookup(rest), concepts(rest)];
  await Promise.all(list.flatMap((one) => [one.term, ...(one.parts || [])].map(fileOf)));
  const pagesOf = (term) => near(term)?.terms.get(term)?.pages || 0;
  const rarityOf = (term) => rarity(pagesOf(term));
  const heads = (term) => near(term)?.synonyms[term] || [];
  const terms = new Map();
  let corrected;
  for (const [i, one] of list.entries()) {
    one.pages = pagesOf(one.term);
    const last = i === list.length - 1 && !/\s$/.test(text);
    const known = one.pages > 0 || (one.parts && one.parts.every(pagesOf)) || heads(one.term).some(([more]) => !more.length);
    if (last && (how.typing || !known) && !one.parts && one.said.length) one.longer = await completed(one.said, one.term);
    const begun = how.typing && last && one.longer?.length;
    if (!known && !begun) {
      one.guesses = await meant(one.said);
      await Promise.all(one.guesses.map(([word]) => fileOf(stem(word))));
      if (one.guesses.length) {
        corrected = (corrected || rest).replace(one.said, one.guesses[0][0]);
        one.meant = stem(one.guesses[0][0]);
      }
    } else if (one.pages > 0 && one.pages < 3 && table.pages > 60 && !how.typing) {
      // A word that next to nobody writes may be a slip that somebody made before.
      one.guesses = (await meant(one.said)).filter(([word]) => stem(word) !== one.term).slice(0, 1);
      await Promise.all(one.guesses.map(([word]) => fileOf(stem(word))));
    }
  }
  // Words that mean the same, for one thing or several in a row.
  const spans = [];
  const flat = list.flatMap((one, i) => (one.parts || [one.meant || one.term]).map((term, k) => ({ term, i, first: !k })));
  flat.forEach(({ term, i, first }, at) => {
    if (!first) return;
    for (const [more, others] of heads(term)) {
      const end = at + more.length + 1;
      if (more.some((other, k) => flat[at + 1 + k]?.term !== other) || (end < flat.length && !flat[end].first)) continue;
      const to = end < flat.length ? flat[end].i : list.length;
      if (table.pages > LARGE && to === i + 1 && list[i].pages >= 30) continue;
      spans.push({ from: i, to, others });
    }
    if (list[i].parts) for (const [more, others] of heads(list[i].term)) if (!more.length) spans.push({ from: i, to: i + 1, others });
  });
  await Promise.all(spans.flatMap((span) => span.others.flatMap(([other]) => other.map(fileOf))));

  const tallies = list.map((one) => {
    const into = tallied();
    const add = (others, weight, any, ceiling) => {
      others.forEach((term) => terms.set(term, Math.max(weight, terms.get(term) || 0)));
      tally(into, others, weight, any, ceiling);
    };
    one.weight = one.pages ? Math.min(rarity(one.pages), 7) : 0;
    if (one.pages) add([one.term], 1, false, 9);
    if (one.parts) {
      add(one.parts, one.pages ? 0.95 : 1, false, 12);
      one.weight = Math.max(one.weight, Math.min(9, total(one.parts, rarityOf)));
    }
    for (const [word, weight] of one.guesses || []) {
      const term = stem(word);
      one.weight = Math.max(one.weight, Math.min(rarityOf(term), 6));
      add([term], one.pages ? weight * 0.5 : weight, false, 9);
    }
    for (const [term, weight] of one.longer || []) {
      one.weight = Math.max(one.weight, Math.min(rarityOf(term), 4));
      add([term], one.pages ? weight * 0.5 : weight, false, one.pages ? one.weight : 6);
    }
    return into;
  });
  const wide = [];
  for (const span of spans) {
    const one = span.to === span.from + 1 ? list[span.from] : undefined;
    const into = one ? tallies[span.from] : tallied();
    const own = total(list.slice(span.from, span.to), (part) => part.weight);
    const sure = Math.min(...list.slice(span.from, span.to).map((part) => (part.meant ? part.guesses[0][1] : 1)));
    for (const [other, hundredths, any] of span.others) {
      const weight = hundredths * sure;
      other.forEach((term) => terms.set(term, Math.max(weight / 100, terms.get(term) || 0)));
      tally(into, other, weight / 100, any, own > 0 ? Math.max(own, 3) * 1.1 : 8);
      if (one && !one.pages && !one.parts) one.weight = Math.max(one.weight, Math.min(6, total(other, rarityOf)) * weight / 100);
    }
    if (!one) wide.push({ ...span, tally: into });
  }
  wide.sort((a, b) => b.to - b.from - (a.to - a.from));
  return finish(rest, said, filters, phrases, list, tallies, wide, terms, corrected);
}

/** Adds up what was found, page by page. */
async function finish(rest, said, filters, phrases, list, tallies, wide, terms, corrected) {
  const all = total(list, (one) => one.weight) || 1;
  const scores = new Float32Array(table.pages);
  const gains = new Float64Array(list.length), titled = new Uint8Array(list.length);
  for (const span of wide) span.weight = total(list.slice(span.from, span.to), (one) => one.weight);
  let best = [];
  for (let page = 0; page < table.pages; page++) {
    let sum = 0, have = 0, title = 0;
    for (let i = 0; i < list.length; i++) {
      gains[i] = tallies[i].score[page];
      titled[i] = tallies[i].strong[page];
    }
    for (const { tally, from, to, weight } of wide) {
      const gain = tally.score[page];
      let own = 0;
      for (let i = from; i < to; i++) own += gains[i];
      if (gain <= own) continue;
      for (let i = from; i < to; i++) {
        gains[i] = weight ? (gain * list[i].weight) / weight : gain / (to - from);
        titled[i] = Math.max(titled[i], tally.strong[page]);
      }
    }
    for (let i = 0; i < list.length; i++) {
      const { weight } = list[i];
      sum += gains[i];
      if (gains[i] > 0) have += weight;
      if (titled[i]) title += titled[i] > 1 ? weight : 0.35 * weight;
    }
    if (!sum) continue;
    scores[page] = sum * (0.3 + 0.7 * (have / all) ** 1.5) * (1 + 0.4 * (title / all) ** 2);
    best.push(page);
  }
  if (phrases.length) best = best.filter((page) => phrases.every((phrase) => hasPhrase(phrase, page)));
  // Things asked side by side weigh more where they stand side by side. Bytes of numbers that are not below zero are in the order of the numbers.
  const bits = new Uint32Array(scores.buffer);
  const ordered = (pages) => Array.from(Float64Array.from(pages, (page) => (2 ** 31 - bits[page]) * 2 ** 21 + page).sort(), (key) => key % 2 ** 21);
  best = ordered(best);
  const shown = list.map((one) => listOf(one.meant || one.term));
  const top = best.splice(0, 200);
  for (const page of top) {
    let bonus = 0;
    for (let i = 0; i + 1 < list.length; i++) {
      if (!(shown[i]?.of(page) >= 0 && shown[i + 1]?.of(page) >= 0)) continue;
      bonus += 0.3 * Math.min(list[i].weight, list[i + 1].weight) * nearness([shown[i], shown[i + 1]], page);
    }
    scores[page] += bonus;
  }
  best = !rest && filters.length ? [...Array(table.pages).keys()] : ordered(top).concat(best);
  const kindOf = (page) => table.kinds[range(starts, page)][0];
  const sets = [];
  for (const [facet, value] of filters) {
    if (facet === "kind") {
      const bare = (text) => text.replace(/[- ]/g, ""), wanted = [bare(value), bare(value).replace(/s$/, "")];
      best = best.filter((page) => wanted.includes(bare(kindOf(page))));
      continue;
    }
    const wanted = facet === "cwe" ? value.replace(/^cwe-?0*/, "") : value;
    const found = (await valuesOf(facet)).find(([id, name]) => id.toLowerCase() === wanted || name.toLowerCase() === wanted);
    sets.push(new Set(found && summed(found[2])));
  }
  if (sets.length) best = best.filter((page) => sets.every((set) => set.has(page)));
  const counts = new Map();
  for (const page of best) counts.set(kindOf(page), (counts.get(kindOf(page)) || 0) + 1);
  if (said?.matches.length) {
    const left = new Set(best), first = new Set(said.matches.map((match) => match.page).filter((page) => left.has(page) || !filters.length));
    best = [...first, ...best.filter((page) => !first.has(page))];
  }
  return {
    lookup: said, corrected, total: best.length, pages: best, terms,
    single: list.length === 1 && !said?.matches.length ? [list[0].meant || list[0].term] : [],
    kinds: table.kinds.filter(([kind]) => counts.has(kind)).map(([kind, label]) => [kind, label, counts.get(kind)]),
    weights: new Map(list.flatMap((one) => [[one.term, one.weight], [one.meant, one.weight]])),
  };
}
let starts;

/** Every value of a facet: [id, name, pages]; short facets lie in one file. */
async function valuesOf(name) {
  const told = table.facets.find(([one]) => one === name);
  return told ? (told[1] ? (await load("f"))[name] : load("f-" + name)) : [];
}

/** Values of a facet with how many of these pages have each. */
async function facet(name, pages) {
  const among = new Set(pages);
  return (await valuesOf(name)).map(([id, label, deltas]) => [id, label, summed(deltas).filter((page) => among.has(page)).length]).filter(([, , count]) => count > 0).sort((a, b) => b[2] - a[2] || (a[1] < b[1] ? -1 : 1));
}

/** Whether a page has words side by side; in a very large index, in one section. */
function hasPhrase(phrase, page) {
  const plain = phrase.filter((word) => !word.whole);
  const lists = plain.map((word) => listOf(word.term));
  if (!lists.every((list) => list?.of(page) >= 0)) return false;
  if (!table.places) return true;
  const others = lists.slice(1).map((list) => new Set(list.placesOf(page)));
  return [...lists[0].placesOf(page)].some((at) => others.every((set, i) => set.has(at + plain[i + 1].place - plain[0].place)));
}

/** What a list shows of a page: its names, and where it opens. */
async function describe(found, pages, details) {
  // Parts that have their prose have their names too.
  const named = table.places && (details || !table.p);
  const files = details || named ? new Set(pages.map(detailFile)) : [];
  await Promise.all([...files].map((file) => load("d" + file)).concat(named ? [] : nameAll(pages, found.single)));
  return pages.map((page) => item(found, page));
}

function item(found, page) {
  const detail = detailOf(page), [title, url] = names.get(page) || detail.slice(2);
  const kind = table.kinds[range(starts, page)];
  const out = { page, kind: kind[0], kindLabel: kind[1], title, url, anchor: "", heading: "", sentence: "", where: [] };
  const folders = url.split("/").slice(1, -2);
  folders.forEach((name, i) => {
    const folder = "/" + folders.slice(0, i + 1).join("/") + "/";
    out.where.push(table.folders[folder] || name.replace(/[-_]/g, " "));
  });
  if (!detail) return out;
  const [summary, sections] = detail;
  const section = place(found, page, sections);
  if (section > 0 && sections[section][1]) [, out.anchor, out.heading] = sections[section];
  out.sentence = sentence(found, [sections[section]?.[3] || "", summary, ...(section ? [sections[0][3] || ""] : [])]);
  if (!marked(found, out.sentence).some((part) => part[1])) {
    const other = sentence(found, sections.map((one) => one[3] || ""));
    if (marked(found, other).some((part) => part[1])) out.sentence = other;
  }
  return out;
}

/** The section that has most of what was asked. */
function place(found, page, sections) {
  if (sections.length < 2) return 0;
  const gains = new Float32Array(sections.length);
  for (const [term, weight] of found.terms) {
    const list = listOf(term);
    if (!(list?.of(page) >= 0)) continue;
    const worth = (found.weights.get(term) || 1) * weight + 0.1;
    if (!table.places) {
      gains[Math.min(list.sections[list.of(page)], sections.length - 1)] += worth;
      continue;
    }
    const seen = new Set();
    for (const at of list.placesOf(page)) {
      let s = 0;
      while (s + 1 < sections.length && sections[s + 1][0] <= at) s++;
      // A word of a heading says more than one below it.
      const head = sections[s][2] && at - sections[s][0] < words(sections[s][2]).length + 4 ? 1.5 : 1;
      gains[s] += seen.has(s) ? worth * 0.05 : worth * head;
      seen.add(s);
    }
  }
  let best = 0;
  for (let s = 1; s < sections.length; s++) if (gains[s] > gains[best] * (best ? 1.0001 : 1.15)) best = s;
  return best;
}

/** The sentence that says most of what was asked, cut to what fits. */
function sentence(found, texts) {
  let best = "", most = -1;
  texts.forEach((text, t) => {
    for (const one of text.split(/(?<=[.!?。！？])\s+|\n+|(?<=[。！？])/)) {
      const terms = new Set(words(one).map((word) => word.term));
      let sum = one.length > 300 ? -0.1 : 0;
      for (const term of terms) sum += (found.terms.get(term) || 0) * (found.weights.get(term) || 1);
      sum -= 0.01 * t;
      if (one && sum > most + 0.0001) [best, most] = [one, sum];
    }
  });
  if (best.length < 220) return best;
  const marks = marked(found, best).find((part) => part[1]);
  const at = best.indexOf(marks ? marks[0] : "") - 70;
  const cut = at > 0 ? best.indexOf(" ", at) + 1 : 0;
  const end = best.lastIndexOf(" ", cut + 200);
  return (cut ? "… " : "") + best.slice(cut, end > cut ? end : cut + 200) + " …";
}

/** A text in parts: [text, whether it was asked for]. */
function marked(found, text) {
  const out = [];
  let at = 0;
  for (const word of words(text)) {
    if (!found.terms.has(word.term) || word.from < at) continue;
    if (word.from > at) out.push([text.slice(at, word.from), false]);
    out.push([text.slice(word.from, word.to), true]);
    at = word.to;
  }
  if (at < text.length) out.push([text.slice(at), false]);
  return out;
}

/** Called at the end of this file with the table of all others. */
function start(given) {
  table = given;
  for (const key of ["t", "common"]) table[key] = table[key].split("\n");
  common = table.common;
  starts = table.kinds.map((kind) => kind[2]);
  window.tiltyardSearch = (name, version, text) => {
    const one = waiting.get(name);
    if (!one) return;
    if (version === table.version) return one.resolve(text);
    one.reject({ stale: version });
  };
  window.tiltyard = { search, describe, marked, facet, table, words, lookup };
  window.dispatchEvent(new Event("tiltyard-search"));
}
