// Text with marks, as the engine's figures write symbols: "H_{4_{in}}", "10^{-3}", taken apart into runs for SVG.
export interface TextRun {
  text: string;
  shift: number; // of the baseline, in the size of the whole text; down is positive
  size: number; // relative
  isItalic: boolean; // a letter of mathematics
}

const kScale = 0.72;
const kDrop = 0.26;
const kRaise = -0.36;

export function textRuns(marked: string): TextRun[] {
  const runs: TextRun[] = [];
  const add = (text: string, shift: number, size: number) => {
    for (const part of text.split(/([A-Za-z\u03b1-\u03c9]+)/))
      if (part) {
        const isItalic = /^[A-Za-z\u03b1-\u03c9]$/.test(part);
        runs.push({ text: part, shift, size, isItalic });
      }
  };
  const walk = (text: string, shift: number, size: number) => {
    let rest = text;
    while (rest) {
      const at = rest.search(/[_^]/);
      if (at < 0) return add(rest, shift, size);
      add(rest.slice(0, at), shift, size);
      const [body, after] = group(rest.slice(at + 1));
      walk(body, shift + (rest[at] === '_' ? kDrop : kRaise) * size, size * kScale);
      rest = after;
    }
  };
  walk(marked, 0, 1);
  return runs;
}

// "{4_{in}} rest" as "4_{in}" and " rest"; a single character needs no braces.
function group(text: string): [string, string] {
  if (!text.startsWith('{')) return [text.slice(0, 1), text.slice(1)];
  let depth = 0;
  for (let i = 0; i < text.length; ++i) {
    depth += text[i] === '{' ? 1 : text[i] === '}' ? -1 : 0;
    if (depth === 0) return [text.slice(1, i), text.slice(i + 1)];
  }
  return [text.slice(1), ''];
}

// About how wide it is set, in the size of the text.
export const markedWidth = (marked: string): number =>
  textRuns(marked).reduce((sum, run) => sum + run.size * [...run.text].reduce((w, c) => w + glyphWidth(c), 0), 0);

const glyphWidth = (c: string): number =>
  /[.,|()/ ]/.test(c) ? 0.33 : /[=+\u2212\u00d7]/.test(c) ? 0.78 : /[A-Z]/.test(c) ? 0.72 : 0.52;

// "dL/dw(1,4)" with the symbols of the engine: its quantities' names become λ_{1,4}, ∂L/∂λ_{1,4}.
export const partialOf = (symbol: string): string => `\u2202L/\u2202${symbol}`;
export const updateOf = (symbol: string): string => `\u0394${symbol}`;
