import { expect, test } from 'vitest';
import { packed, readScene, unpacked, writeScene, type Scene } from './scene';

const scene: Scene = { name: 'mine', experiment: { seed: 13 }, page: 'network', step: 17, sample: null, view: 'back', pin: 'w(1,4)', of: null, lang: 'zh' };

test('a scene is read as it was written, also out of a link', async () => {
  expect(readScene(writeScene(scene))).toEqual(scene);
  expect(readScene(await unpacked(await packed(writeScene(scene))))).toEqual(scene);
});

test('what is no scene is refused with a line', async () => {
  const not = (change: object) => () => readScene(JSON.stringify({ ...JSON.parse(writeScene(scene)), ...change }));
  expect(() => readScene('{')).toThrow(/no JSON/);
  expect(() => readScene('[]')).toThrow(/format/);
  expect(not({ format: 'other' })).toThrow(/format/);
  expect(not({ experiment: 'seed = 1' })).toThrow(/experiment/);
  expect(not({ step: -1 })).toThrow(/"step"/);
  expect(not({ step: '<b>' })).toThrow(/"step"/);
  expect(not({ view: '__proto__' })).toThrow(/"view"/);
  expect(not({ pin: 'x'.repeat(300) })).toThrow(/"pin"/);
  expect(() => readScene(' '.repeat(2e6))).toThrow(/at most/);
  await expect(unpacked('!!')).rejects.toThrow(/not whole/);
});
