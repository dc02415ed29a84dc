// A formula, set once for each text and kept: setting one takes milliseconds. While numbers change the oldest go, so that
// memory does not grow.
import katex from 'katex';
import { useMemo } from 'preact/hooks';

const kept = new Map<string, string>();
const kMostKept = 400;

function set(tex: string, isDisplay: boolean): string {
  const key = (isDisplay ? 'd' : 'i') + tex;
  let html = kept.get(key);
  if (html === undefined) {
    html = katex.renderToString(tex, { displayMode: isDisplay, throwOnError: false, output: 'htmlAndMathml', strict: false });
    if (kept.size >= kMostKept) kept.delete(kept.keys().next().value!);
    kept.set(key, html);
  }
  return html;
}

export function Formula({ tex, display = false, class: name = '' }: { tex: string; display?: boolean; class?: string }) {
  const html = useMemo(() => set(tex, display), [tex, display]);
  return <span class={`formula ${name}`} dangerouslySetInnerHTML={{ __html: html }} />;
}

const kArray = /(layer\d+\.\w+|input)\[[\d,]*\]/g; // a number that has no symbol

// Symbols of the engine (with marks) as TeX: the same marks, except for words of several letters.
export const texOf = (symbol: string): string => symbol.replace(kArray, (name) => `\\mathtt{${name.replaceAll('_', '\\_')}}`).replace(/_\{in\}/g, '_{\\mathrm{in}}').replace(/([0-9]+)_\{in\}/g, '$1_{\\mathrm{in}}');
