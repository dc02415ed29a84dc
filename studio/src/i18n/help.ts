// What settings mean. The engine's tables say it in English; in Chinese it is said here, where it has been translated.
import { language } from './index';
import zh from './zh_help.json';

const kChinese: Record<string, string> = zh;

// `owner` is the section or the kind that the setting is of: "train", "layer.dense"; shared settings stand under "*".
export const helpOf = (owner: string, name: string, help: string): string =>
  language.value === 'zh' ? (kChinese[`${owner}.${name}`] ?? kChinese[`*.${name}`] ?? help) : help;
