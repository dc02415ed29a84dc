// What each view of the network writes on nodes and edges, and how strongly an edge is drawn: every number is the
// engine's, by its name.
import { signal } from '@preact/signals';
import type { Moment, Num } from '../api/types';
import { numberLabel, asNumber } from './number';
import { partialOf, updateOf } from './marks';
import type { LabelTexts } from './labels';
import type { Layout, PlacedEdge, PlacedNode } from './layout';

export type View = 'weights' | 'forward' | 'back' | 'update';
export const kViews: View[] = ['weights', 'forward', 'back', 'update'];

export interface Said {
  symbol: string;
  quantity: string; // its name, for tests and for whoever listens
  value: Num;
}

const look = (moment: Moment | null, name: string, symbol: string): Said[] => {
  const value = moment?.numbers?.[name];
  return value === undefined ? [] : [{ symbol, quantity: name, value }];
};

// The book writes what a step moves along, minus the derivative.
export const hasBookSign = signal(false);

const derivative = (moment: Moment | null, name: string, symbol: string): Said[] =>
  look(moment, `dL/d${name}`, partialOf(symbol)).map((said) =>
    hasBookSign.value ? { ...said, symbol: `\u2212${said.symbol}`, value: negated(said.value) } : said,
  );

const negated = (x: Num): Num => (typeof x === 'number' ? -x : x.startsWith('-') ? x.slice(1) : x === 'NaN' ? x : `-${x}`);

export function edgeSays(edge: PlacedEdge, view: View, moment: Moment | null): Said | null {
  const { weight, weight_symbol: symbol } = edge;
  if (view === 'weights') return look(moment, weight, symbol)[0] ?? null;
  if (view === 'back') return derivative(moment, weight, symbol)[0] ?? null;
  const value = view === 'forward' ? moment?.signals?.[edge.id] : moment?.updates?.[weight];
  if (value === undefined) return null;
  const says = view === 'forward' ? `${symbol} ${edge.source.name_symbol}` : updateOf(symbol);
  return { symbol: says, quantity: view === 'forward' ? `signal ${edge.id}` : `update ${weight}`, value };
}

// The numbers under a node.
export function nodeSays(node: PlacedNode, view: View, moment: Moment | null): Said[] {
  const inside = node.in && node.in_symbol && node.in !== node.name ? { name: node.in, symbol: node.in_symbol } : null;
  if (view === 'forward' && node.layer > 0)
    return [...(inside ? look(moment, inside.name, inside.symbol) : []), ...look(moment, node.name, node.name_symbol)];
  if (view === 'back')
    return [
      ...(inside ? derivative(moment, inside.name, inside.symbol) : []),
      ...derivative(moment, node.name, node.name_symbol),
    ];
  return [];
}

export function biasSays(node: PlacedNode, view: View, moment: Moment | null): Said | null {
  if (!node.bias || !node.bias_symbol) return null;
  if (view === 'back') return derivative(moment, node.bias, node.bias_symbol)[0] ?? null;
  if (view !== 'update') return look(moment, node.bias, node.bias_symbol)[0] ?? null;
  const value = moment?.updates?.[node.bias];
  return value === undefined ? null : { symbol: updateOf(node.bias_symbol), quantity: `update ${node.bias}`, value };
}

export const saidText = (said: Said, digits = 3): string => `${said.symbol} = ${numberLabel(said.value, digits)}`;

// |number| / largest |number| of each edge, from 0 to 1: lines go from thin and faint to thick and full.
export function strengths(layout: Layout, view: View, moment: Moment | null): number[] {
  const sizes = layout.edges.map((edge) => Math.abs(asNumber(edgeSays(edge, view, moment)?.value)));
  const most = Math.max(...sizes.filter(Number.isFinite), 0);
  return sizes.map((s) => (Number.isFinite(s) && most > 0 ? s / most : 0));
}

const kSizes: Record<View, number> = { weights: 18, forward: 18, back: 15.5, update: 16.5 }; // of text: long ones are smaller
const kNumber = ' = \u22120.00\u00d710^{\u22120}';
const kSmallNumber = ' = \u22120.00\u00d710^{\u221200}'; // derivatives of a trained network

export const kLeastRadius = 18; // of a node that has room for numbers around it

// The longest texts of each view: their places are kept while the numbers change.
export function longestTexts(layout: Layout, view: View): LabelTexts {
  const partial = (symbol: string) => `${hasBookSign.value ? '\u2212' : ''}${partialOf(symbol)}${kSmallNumber}`;
  const ofWeight = (symbol: string) => (view === 'back' ? partial(symbol) : view === 'update' ? updateOf(symbol) + kSmallNumber : symbol + kNumber);
  const under = (node: PlacedNode): string[] => {
    const inside = node.in_symbol && node.in !== node.name ? [node.in_symbol] : [];
    if (view === 'forward' && node.layer > 0) return [...inside, node.name_symbol].map((symbol) => symbol + kNumber);
    return view === 'back' ? [...inside, node.name_symbol].map(partial) : [];
  };
  const hasRoom = layout.radius > kLeastRadius;
  return {
    size: kSizes[view],
    ends: kSizes.weights,
    edges: layout.edges.map((e) => (e.window ? '' : view === 'forward' ? `${e.weight_symbol} ${e.source.name_symbol}${kNumber}` : ofWeight(e.weight_symbol))),
    bias: (node) => (hasRoom && node.bias && node.bias_symbol ? ofWeight(node.bias_symbol) : ''),
    under: (node) => (hasRoom ? under(node) : []),
  };
}
