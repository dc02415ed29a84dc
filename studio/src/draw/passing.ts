// Which numbers of whole arrays a derivation passes, in a network that is shown layer by layer.
import type { Explanation, Located } from '../api/types';

export type Passed = Map<string, Map<number, 'lit' | 'aim'>>; // by array, by place in it

// `which`: a path by its number, or null for all that are listed and the units that most passes through.
export function passed(found: Explanation, which: number | null): Passed {
  const out: Passed = new Map();
  const add = ({ array, element }: Located, as: 'lit' | 'aim') => {
    if (array === undefined || element === undefined) return;
    // What goes into a unit is shown where it comes out.
    const shown = array.replace(/\.in$/, '.out');
    out.set(shown, (out.get(shown) ?? new Map<number, 'lit' | 'aim'>()).set(element, as));
  };
  const paths = which === null ? found.paths : found.paths.slice(which, which + 1);
  if (which === null) for (const unit of found.layers.flatMap((layer) => layer.largest)) add(unit, 'lit');
  for (const index of new Set(paths.flatMap((p) => p.factors))) add(found.factors[index] ?? {}, 'lit');
  add(found, 'aim');
  return out;
}

// Where a path passes: units as the engine calls them.
export const unitsOf = (found: Explanation, which: number | null): Set<string> =>
  new Set(which === null ? [] : (found.paths[which]?.factors ?? []).map((f) => found.factors[f]!.from));
