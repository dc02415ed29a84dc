import { expect, it } from 'vitest';
import en from './en.json';
import zh from './zh.json';

it('has the same words in both languages', () => expect(Object.keys(zh)).toEqual(Object.keys(en)));

it('has the same places for values', () => {
  const places = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();
  const other = zh as Record<string, string>;
  for (const [key, text] of Object.entries(en)) expect(places(other[key]!), key).toEqual(places(text));
});
