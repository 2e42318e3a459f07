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
    }).then(unpack).then((data) => (name[0] === "t" ? termFile(data) : data.json()));
    promise.then((value) => ready.set(name, value), () => loaded.delete(name));
    loaded.set(name, promise);
  }
  return promise;
}
const ready = new Map();

/** The data behind base64 and deflate. */
async function unpack(text) {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const response = new Response(stream);
  return { json: async () => { const said = await response.text(); return /^[[{"]/.test(said) ? JSON.parse(said) : said; }, bytes: async () => new Uint8Array(await response.arrayBuffer()) };
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
  let before = [];
  return coded ? coded.split("\n").map((line) => {
    before = before.slice(0, line.charCodeAt(0) - 48).concat([...line.slice(1)]);
    return before.join("");
  }) : [];
}

async function termFile(data) {
  const bytes = await data.bytes();
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
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(at, at + size)));
  at += size;
  const words = frontDecoded(head.w);
  const terms = new Map();
  const counts = words.map(() => [number(), number()]);
  words.forEach((word, i) => {
    terms.set(word, { pages: counts[i][0], at });
    at += counts[i][1];
  });
  /** The pages of a term: numbers, impacts with masks, sections, and where words stand. */
  const list = (term) => {
    const entry = terms.get(term);
    if (!entry) return undefined;
    if (entry.list) return entry.list;
    const n = entry.pages;
    at = entry.at;
    const pages = new Uint32Array(n);
    for (let i = 0, page = 0; i < n; i++) pages[i] = page += number();
    const says = bytes.subarray(at, at + n), sections = bytes.subarray(at + n, at + 2 * n);
    at += 2 * n;
    const of = new Map();
    pages.forEach((page, i) => of.set(page, i));
    let from, places;
    if (table.places) {
      from = new Uint32Array(n + 1);
      for (let i = 0; i < n; i++) from[i + 1] = from[i] + number();
      places = new Uint32Array(from[n]);
      for (let i = 0; i < n; i++) for (let j = from[i], place = 0; j < from[i + 1]; j++) places[j] = place += number();
    }
    return (entry.list = { pages, says, sections, of, placesOf: (page) => (places && of.has(page) ? places.subarray(from[of.get(page)], from[of.get(page) + 1]) : []) });
  };
  return { words, terms, list, lookup: head.k, synonyms: head.a };
}

const fileOf = (key) => load("t" + range(table.t, key));
/** The file of a key that has been loaded. */
const near = (key) => ready.get("t" + range(table.t, key));

const names = new Map();
/** Sees to it that these pages have their title and address. */
async function nameAll(pages, terms) {
  if (table.x && terms.length === 1 && pages.some((page) => !names.has(page))) {
    const [deltas, titles, urls] = await load("x" + range(table.t, terms[0]));
    let page = 0;
    deltas.forEach((delta, i) => names.set((page += delta), [titles[i], urls[i]]));
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
