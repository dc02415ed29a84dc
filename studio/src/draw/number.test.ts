import { describe, expect, it } from 'vitest';
import { numberLabel, wholeNumber } from './number';

describe('numberLabel', () => {
  it.each([
    [0, '0'],
    [0.5, '0.5'],
    [-0.1, '\u22120.1'],
    [0.32104, '0.321'],
    [0.9996, '1'],
    [123456, '1.23\u00d710^{5}'],
    [1234, '1234'],
    [-0.00277, '\u22120.00277'],
    [-0.000277, '\u22122.77\u00d710^{\u22124}'],
  ])('%s is %s', (x, text) => expect(numberLabel(x)).toBe(text));
  it('keeps what is no number', () => expect(numberLabel('NaN')).toBe('NaN'));
  it('writes every digit on request', () => expect(wholeNumber(-0.1)).toBe('\u22120.1'));
});
