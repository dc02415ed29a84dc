// Numbers as a reader of a figure likes them: the rule of isinglass/figure/number_label.h, so that page, figure and
// command line print the same digits.
import type { Num } from '../api/types';

const kMinus = '\u2212';

// Significant digits without zeros at the end: "0.321", "−2.77×10^{−3}". Powers of ten appear below 0.001 and from
// 10^digits, but from 10000 at the earliest.
export function numberLabel(x: Num, digits = 3): string {
  if (typeof x === 'string') return x;
  if (!Number.isFinite(x)) return Number.isNaN(x) ? 'NaN' : x > 0 ? '\u221e' : `${kMinus}\u221e`;
  if (x === 0) return '0';
  const [head, power] = Math.abs(x).toExponential(digits - 1).split('e') as [string, string];
  const exponent = Number(power);
  const sign = x < 0 ? kMinus : '';
  const trimmed = (text: string) => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);
  const largest = Math.max(digits, 4);
  const isShort = exponent === largest && Math.round(Math.abs(x)) < 10 ** largest; // 9999
  if (exponent < -3 || (exponent >= largest && !isShort))
    return `${sign}${trimmed(head)}\u00d710^{${exponent < 0 ? kMinus : ''}${Math.abs(exponent)}}`;
  return sign + trimmed(Math.abs(x).toFixed(Math.max(0, digits - 1 - exponent)));
}

// Without marks, to be spoken: "minus 2.77e-3".
export function spokenNumber(x: Num, digits = 3): string {
  if (typeof x === 'string') return x;
  const text = Number(x.toPrecision(digits)).toString();
  return text.startsWith('-') ? `minus ${text.slice(1)}` : text;
}

// Every digit, so that reading it back gives the same bits.
export const wholeNumber = (x: Num | null | undefined): string =>
  x === null || x === undefined ? '\u2013' : typeof x === 'string' ? x : String(x).replaceAll('-', kMinus);

export const asNumber = (x: Num | null | undefined): number => (typeof x === 'number' ? x : Number.NaN);
