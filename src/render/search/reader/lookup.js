// What a scanner said, found: the same order as query/explain.rs. tests/search/lookup.json holds both to one meaning.
const idLike = (text) => text.length > 2 && text.length < 300 && (/\d/.test(text) || /[^\s][-_./:]+[^\s]/.test(text));

/** Pieces of a text that may be an id, as they stand. */
function pieces(text) {
  return text.slice(0, 4000).split(/[\s"'`“”‘’«»<>()[\]{}|,;=]+/).map((piece) => piece.replace(/^[.:/\\\-_#!?*@&%$~^+]+|[.:/\\\-_#!?@&%$~^+]+$/g, "")).filter(Boolean).slice(0, 40);
}

/** What a piece may mean without its tool's and path's prefix. */
function bare(piece) {
  const out = new Set();
  const add = (text) => {
    for (const one of [text, text.replace(/\.(html?|md|php|aspx)$/, "")]) {
      out.add(one);
      const head = /^([^_]*\d[^_]*)_/.exec(one);
      if (head) out.add(head[1]);
    }
  };
  const address = piece.replace(/^[a-z]+:\/\//, "").replace(/[?#].*$/, "");
  add(address);
  for (const part of address.split(/[/\\@]/).reverse()) {
    add(part);
    if (part.includes(":")) part.split(":").forEach(add);
  }
  for (const match of address.matchAll(/[./:]/g)) out.add(address.slice(match.index + 1));
  out.delete("");
  return [...out].slice(0, 30);
}

/** What scanners call by this key: [how it is found, pages, name]. A weakness that no page explains stands for its nearest ancestor. */
async function called(key) {
  const own = (await fileOf(key)).lookup[key] || [];
  const above = own.find(([via]) => via === "a")?.[1];
  const others = above ? (await fileOf(above)).lookup[above] : [];
  return own.filter(([via]) => via !== "a").concat(others.filter(([via]) => via === "w").map(([, pages, name]) => ["a", pages, name]));
}

/** @param {string} text @returns {Promise<{via: string, matches: {page: number, name: string}[], asked: string} | undefined>} none where it does not look like a scanner's word */
async function lookup(text) {
  const all = pieces(text.toLowerCase());
  const alone = all.length === 1;
  const sound = all.filter((piece) => alone || idLike(piece));
  const cves = text.toLowerCase().match(/cve-\d{4}-\d{4,}/g) || [];
  const cwes = [...text.matchAll(/(?:^|[^a-z])cwe(?:[-_ :#]{0,2}|\.mitre\.org\/data\/definitions\/)0*(\d{1,6})(?!\d)/gi)].map((match) => "cwe-" + match[1]);
  const shorter = sound.flatMap((piece) => bare(piece).filter((one) => alone || idLike(one)));
  const keys = new Set([...sound, ...shorter, ...cves, ...cwes]);
  const known = new Map(await Promise.all([...keys].slice(0, 80).map(async (key) => [key, await called(key)])));
  const find = (wanted, how) => {
    const found = new Map();
    for (const key of wanted) for (const [via, pages, name] of known.get(key) || []) if (via === how) for (const page of summed(pages)) found.set(page + " " + name, { page, name });
    return [...found.values()];
  };
  const patterned = (wanted) => table.patterns.filter(([pattern]) => wanted.some((key) => key.length >= pattern.length && (pattern.startsWith("*") ? key.endsWith(pattern.slice(1)) : key.startsWith(pattern.slice(0, -1))))).map(([, page, name]) => ({ page, name }));
  for (const [via, matches] of [["rule", find(sound, "r")], ["rule", find(shorter, "r")], ["rule-suffix", find([...sound, ...shorter], "s")], ["cve", find(cves, "v")], ["rule", patterned(sound)], ["rule", patterned(shorter)], ["cwe", find(cwes, "w")], ["cwe-ancestor", find(cwes, "a")]]) {
    if (matches.length) return { via, matches, asked: text };
  }
  const explains = table.kinds.some(([kind]) => kind === "finding");
  if (explains && (cves.length || cwes.length || (alone && idLike(all[0]) && /\d/.test(all[0])))) return { via: "none", matches: [], asked: text.trim() };
}
