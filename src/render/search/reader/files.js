// The files of the index: loaded by need, each once. A file is a classic script that calls tiltyardSearch(name, version, packed).
let table;
let base = "";
const waiting = new Map();
const loaded = new Map();
const self = document.currentScript;
if (self instanceof HTMLScriptElement) base = self.src.replace(/start\.js.*$/, "");

/** @param {string} name @returns {Promise<any>} what the file holds */
function load(name) {
  let promise = loaded.get(name);
  if (!promise) {
    promise = new Promise((resolve, reject) => {
      waiting.set(name, { resolve, reject });
      const script = document.createElement("script");
      script.src = base + name + ".js?v=" + table.version;
      script.onerror = () => (loaded.delete(name), reject(new Error("no file " + name)));
      script.onload = () => script.remove();
      document.head.append(script);
    }).then(async (data) => (typeof data === "string" ? unpacked(name, data) : data));
    promise.then((value) => ready.set(name, value), () => loaded.delete(name));
    loaded.set(name, promise);
  }
  return promise;
}
const ready = new Map();

/** The data behind base64 and deflate. */
async function unpacked(name, text) {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const response = new Response(stream);
  if (name[0] === "t") return termFile(new Uint8Array(await response.arrayBuffer()));
  const said = await response.text();
  if (/[vr]/.test(name[0])) return [frontDecoded(said.replace(/.*\n/, "")), said];
  return JSON.parse(said);
}

/** Which range of a sorted list of first keys a key is in. */
function range(first, key) {
  let low = 0, high = first.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (first[middle] <= key) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** @param {string} coded @returns {string[]} */
function frontDecoded(coded) {
  let before = "";
  return coded ? coded.split("\n").map((line) => (before = before.slice(0, line.charCodeAt(0) - 48) + line.slice(1))) : [];
}

/** A file of terms, in columns: how many pages each has; the pages; what they say; their sections; and where all are kept, how many places each has, and the places. */
function termFile(bytes) {
  let at = 0;
  const number = () => {
    let value = 0, shift = 0, byte;
    do {
      byte = bytes[at++];
      value |= (byte & 127) << shift;
      shift += 7;
    } while (byte > 127);
    return value;
  };
  const size = number();
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(at, (at += size))));
  const words = frontDecoded(head.w), terms = new Map();
  let all = 0;
  for (const word of words) {
    const pages = number();
    terms.set(word, { pages, from: all });
    all += pages;
  }
  const pages = new Uint32Array(all);
  for (const { pages: n, from } of terms.values()) for (let i = from, page = 0; i < from + n; i++) pages[i] = page += number();
  const says = bytes.subarray(at, (at += all)), sections = bytes.subarray(at, (at += all));
  const starts = new Uint32Array(all + 1);
  if (table.places) for (let i = 0; i < all; i++) starts[i + 1] = starts[i] + number();
  const places = new Uint32Array(starts[all]);
  for (let i = 0; i < all; i++) for (let j = starts[i], place = 0; j < starts[i + 1]; j++) places[j] = place += number();
  /** The pages of a term: numbers, impacts with masks, sections, where a page is in the list (else -1), and where words stand. */
  const list = (term) => {
    const entry = terms.get(term);
    if (!entry) return undefined;
    const { from } = entry, cut = (column) => column.subarray(from, from + entry.pages), own = cut(pages);
    const of = (page) => {
      const i = range(own, page);
      return own[i] === page ? i : -1;
    };
    return (entry.list ??= { pages: own, says: cut(says), sections: cut(sections), of, placesOf: (page) => places.subarray(starts[from + of(page)], starts[from + of(page) + 1]) });
  };
  return { words, terms, list, lookup: head.k, synonyms: head.a };
}

const fileOf = (key) => load("t" + range(table.t, key));
/** The file of a key that has been loaded. */
const near = (key) => ready.get("t" + range(table.t, key));
const listOf = (term) => near(term)?.list(term);
/** Numbers from the differences between them. */
const summed = (deltas) => {
  let sum = 0;
  return deltas.map((delta) => (sum += delta));
};

const names = new Map();
/** Sees to it that these pages have their title and address. */
async function nameAll(pages, terms) {
  if (table.x.length && terms.length === 1 && pages.some((page) => !names.has(page))) {
    const [deltas, titles, urls] = await load("x" + range(table.x, range(table.t, terms[0])));
    summed(deltas).forEach((page, i) => names.set(page, [titles[i], urls[i]]));
  }
  const files = new Set(pages.filter((page) => !names.has(page)).map((page) => Math.floor(page / table.p)));
  await Promise.all([...files].map(async (file) => {
    const [titles, urls] = await load("p" + file);
    titles.forEach((title, i) => names.set(file * table.p + i, [title, urls[i]]));
  }));
}

const detailFile = (page) => range(table.d, page);
/** The parts of a page, if their file has come. */
function detailOf(page) {
  const file = detailFile(page), data = ready.get("d" + file);
  return data && data[page - table.d[file]];
}
