// The words of the page, in the language of its reader. Mathematics is the same in all of them.
import { signal } from '@preact/signals';
import en from './en.json';
import zh from './zh.json';

export type Language = 'en' | 'zh';
export type Word = keyof typeof en;
const kTables: Record<Language, Record<string, string>> = { en, zh };

export const language = signal<Language>(navigator.language.startsWith('zh') ? 'zh' : 'en');

// The words of a key, with {name} replaced.
export function t(key: Word, values: Record<string, string | number> = {}): string {
  let text = kTables[language.value][key] ?? key;
  for (const [name, value] of Object.entries(values)) text = text.replaceAll(`{${name}}`, `${value}`);
  return text;
}

// A key that the server made up, or what it says itself.
export const tOr = (key: string, otherwise: string): string => kTables[language.value][key] ?? otherwise;
