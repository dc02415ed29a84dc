// Numbers in a table: the label's digits, a power of ten written out with signs that need no markup.
import type { Num } from '../../api/types';
import { numberLabel } from '../../draw/number';

const kRaised = '\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079';

export const plain = (x: Num, digits = 4): string =>
  numberLabel(x, digits).replace(/\^\{(\u2212?)(\d+)\}/, (_, sign: string, power: string) => (sign ? '\u207b' : '') + [...power].map((d) => kRaised[Number(d)]).join(''));
