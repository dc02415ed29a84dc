import { expect, it } from 'vitest';
import { textRuns } from './marks';

it('takes nested marks apart', () => {
  const runs = textRuns('H_{4_{in}} = 2\u00d710^{\u22123}');
  expect(runs.map((r) => r.text)).toEqual(['H', '4', 'in', ' = 2\u00d710', '\u22123']);
  expect(runs[0]!.isItalic).toBe(true);
  expect(runs[2]!.size).toBeLessThan(runs[1]!.size);
  expect(runs[2]!.shift).toBeGreaterThan(runs[1]!.shift);
  expect(runs[4]!.shift).toBeLessThan(0);
});
