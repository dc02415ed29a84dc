// A scene: an experiment, a moment of it and how it is looked at, as a file and as a link that holds all of it. What
// others made may be hostile: it is taken apart here, and nothing but plain values of the right kind comes through.
import type { View } from '../draw/encoding';
import { kViews } from '../draw/encoding';

const kFormat = 'isinglass scene 1';
const kMostBytes = 1 << 20;
const kPages = ['network', 'derivative', 'train'];

export interface Scene {
  name: string;
  experiment: Record<string, unknown>; // as the server tells and reads it
  page: string;
  step: number;
  sample: number | null;
  view: View;
  pin: string | null;
  of: string | null;
  lang: 'en' | 'zh';
}

export const writeScene = (scene: Scene): string => `${JSON.stringify({ format: kFormat, ...scene }, null, 2)}\n`;

export function readScene(text: string): Scene {
  if (text.length > kMostBytes) throw new Error(`scene: expected at most ${kMostBytes} bytes, got ${text.length}`);
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch (error) {
    throw new Error(`scene: this is no JSON: ${(error as Error).message}`);
  }
  const table = isTable(found) ? found : {};
  if (table.format !== kFormat)
    throw new Error(`scene: expected "format": "${kFormat}"; save one with "Save scene", and open that`);
  if (!isTable(table.experiment)) throw new Error('scene: "experiment" is missing, or no table');
  const count = (key: string): number => {
    const value = table[key] ?? 0;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > 1e9)
      throw new Error(`scene: "${key}": expected a count from 0 to 1e9`);
    return value;
  };
  const text1 = (key: string): string | null => {
    const value = table[key];
    if (value === undefined || value === null) return null;
    if (typeof value !== 'string' || value.length > 200) throw new Error(`scene: "${key}": expected a short text`);
    return value;
  };
  const one = <T extends string>(key: string, known: readonly T[]): T => {
    const value = text1(key) ?? known[0]!;
    if (!known.includes(value as T)) throw new Error(`scene: "${key}": expected one of ${known.join(', ')}`);
    return value as T;
  };
  return {
    name: text1('name') ?? 'scene',
    experiment: table.experiment,
    page: one('page', kPages),
    step: count('step'),
    sample: table.sample === null ? null : count('sample'),
    view: one('view', kViews),
    pin: text1('pin'),
    of: text1('of'),
    lang: one('lang', ['en', 'zh']),
  };
}

const isTable = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

// The text of a scene as part of an address, and back.
export async function packed(text: string): Promise<string> {
  const bytes = await through(new TextEncoder().encode(text), new CompressionStream('deflate-raw'));
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

export async function unpacked(words: string): Promise<string> {
  try {
    const bytes = Uint8Array.from(atob(words.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
    return new TextDecoder().decode(await through(bytes, new DecompressionStream('deflate-raw')));
  } catch {
    throw new Error('scene: the link is not whole; copy all of it');
  }
}

async function through(bytes: Uint8Array, stream: CompressionStream | DecompressionStream): Promise<Uint8Array> {
  const reader = new Blob([bytes]).stream().pipeThrough(stream as ReadableWritablePair<Uint8Array, Uint8Array>).getReader();
  const parts: Uint8Array[] = [];
  for (let size = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > kMostBytes) throw new Error('too large');
    parts.push(value);
  }
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
