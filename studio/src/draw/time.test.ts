import { expect, it } from 'vitest';
import { fromPlace, toPlace } from './time';

it('goes to a place and back to the same step', () => {
  for (const last of [0, 1, 7, 50, 1000, 100000])
    for (const step of [0, 1, Math.floor(last / 3), last]) {
      if (step > last) continue;
      expect(fromPlace(toPlace(step, last, 1000), last, 1000)).toBe(step);
    }
});
