// The words of a text, as words.rs and stem.rs know them.
const STOP = new Set("@STOP@".split(" "));
const NAMES = new Set("javascript typescript github gitlab graphql youtube powershell postgresql".split(" "));
const CHUNK = /[\p{Alphabetic}\p{M}\p{N}]+(?:['’._-][\p{Alphabetic}\p{M}\p{N}]+)*/gu;
const IDEOGRAPH = /[\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\u{20000}-\u{3ffff}]/u;
const RUNS = new RegExp(IDEOGRAPH.source + "+|(?:(?!" + IDEOGRAPH.source + ")[^])+", "gu");
const LETTERS = { ß: "ss", æ: "ae", œ: "oe", þ: "th", ø: "o", đ: "d", ð: "d", ł: "l", ı: "i", ς: "σ" };
const ENDINGS = "ization:iz:3 izer:iz:3 ize:iz:3 ational:at:3 ation:at:3 ator:at:3 ative:at:3 ate:at:3 ability:abl:3 ibility:ibl:3 ivity:iv:3 ality:al:3 tion:t:3 ment::6 ness::4 ically:ic:3 ally:al:3 ity::4 ly::4"
  .split(" ").map((rule) => rule.split(":"));

/** @param {string} word @returns {string} */
function stem(word) {
  if (word.length < 4 || !/^[a-z]+$/.test(word)) return word;
  let s = word.replace(/(....*i)s(ations?|e|ed|es|ing|er|ers)$/, (all, head, end) => (head.length > 4 ? head + "z" + end : all));
  if (/ies$/.test(s) && s.length > 4) s = s.slice(0, -3) + "y";
  else if (/(sses|xes|ches|shes|zes)$/.test(s)) s = s.slice(0, -2);
  else if (/s$/.test(s) && !/(ss|us|is)$/.test(s)) s = s.slice(0, -1);
  const whole = s;
  for (const end of ["ing", "ed"]) {
    const head = s.slice(0, -end.length);
    if (whole.endsWith(end) && !whole.endsWith("eed") && head.length > 2 && /[aeiouy]/.test(head)) {
      s = head.replace(/([bdgmnprt])\1$/, "$1");
      break;
    }
  }
  for (const [end, left, before] of ENDINGS) {
    if (s.endsWith(end) && s.length - end.length >= +before) {
      s = s.slice(0, -end.length) + left;
      break;
    }
  }
  if (s.length > 3) {
    if (s.endsWith("e")) s = s.slice(0, -1);
    else if (/[^aeiouy]y$/.test(s)) s = s.slice(0, -1) + "i";
  }
  return s;
}

/** @param {string} part @returns {string} small letters without accents */
function folded(part) {
  return part.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").normalize("NFC").toLowerCase()
    .replace(/[\u0300-\u036f]/g, "").replace(/[ßæœþøđðłıς]/g, (c) => LETTERS[c]);
}

/** @param {string} piece @returns {string[]} */
function splitCapitals(piece) {
  if (/^[A-Z]+s$/.test(piece) || NAMES.has(piece.toLowerCase())) return [piece];
  const parts = piece.split(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/);
  return parts.some((part) => /^[\0-\x7f]$/.test(part)) ? [piece] : parts;
}
const letters = (text) => [...text].length;
const unzeroed = (digits) => digits.replace(/^0+(?=.)/, "");

/**
 * Every word of a text but stop words: its term, the word as said, its place among the words, whether it is a whole made of parts, and where its chunk stands.
 * @param {string} text
 * @returns {{term: string, said: string, place: number, whole: boolean, from: number, to: number}[]}
 */
function words(text) {
  const out = [];
  let place = 0, afterCwe = false, lastEnd = 0;
  for (const match of text.matchAll(CHUNK)) {
    let chunk = match[0];
    const from = match.index, to = from + chunk.length;
    const near = from - lastEnd <= 2;
    lastEnd = to;
    const put = (term, said, at, whole) => out.push({ term, said, place: at, whole: !!whole, from, to });
    const emit = (word, at, whole) => STOP.has(word) || put(stem(word), word, at, whole);
    const plain = (word, next) => {
      if (/^[\0-\x7f]*$/.test(word)) {
        const special = word.length === 1 && (/^#(?![A-Za-z0-9])/.test(next) ? "sharp" : /^\+\+(?![A-Za-z0-9])/.test(next) ? "plusplus" : "");
        if (special) put(word + special, word + special, place);
        else if (word.length <= 64) emit(word, place);
        place++;
        return;
      }
      for (const [run] of word.matchAll(RUNS)) {
        if (!IDEOGRAPH.test(run)) {
          if (letters(run) <= 64) emit(run, place);
          place++;
          continue;
        }
        const signs = [...run];
        if (signs.length === 1) put(run, run, place++);
        for (let i = 0; i + 1 < signs.length; i++) put(signs[i] + signs[i + 1], signs[i] + signs[i + 1], place++);
      }
    };
    if (afterCwe && near && /^\d{1,6}$/.test(chunk)) {
      const term = "cwe" + unzeroed(chunk);
      put(term, term, place++);
      afterCwe = false;
      continue;
    }
    afterCwe = /^cwe$/i.test(chunk);
    if (/^[\d'._-]+$/.test(chunk)) {
      if (chunk.length <= 64) put(chunk, chunk, place);
      place++;
      continue;
    }
    const cwe = /^cwe[-_.]?(\d{1,6})$/i.exec(chunk);
    if (cwe) {
      const term = "cwe" + unzeroed(cwe[1]);
      put(term, term, place++);
      continue;
    }
    const next = text.slice(to, to + 3);
    // Most are.
    if (/^(?:[A-Z]?[a-z]+|[A-Z]+)$/.test(chunk)) {
      plain(chunk.toLowerCase(), next);
      continue;
    }
    chunk = chunk.replace(/['’]s$/, "").replace(/['’]/g, "");
    const parts = chunk.split(/[._-]/).flatMap(splitCapitals).map(folded);
    if (parts.length > 1) {
      const whole = parts.join("");
      if (letters(whole) <= 64 && !IDEOGRAPH.test(whole)) emit(whole, place, true);
      for (const part of parts) plain(part, "");
    } else plain(parts[0], next);
  }
  return out;
}
