// Values of a search as a reader likes them.
import { plain } from '../data/plain';

export const valueText = (value: number | string | boolean | undefined): string =>
  value === undefined ? '\u2013' : typeof value === 'number' ? plain(value) : `${value}`;
