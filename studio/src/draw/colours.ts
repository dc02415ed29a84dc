// Colours of numbers and of classes, on paper and in the dark.
const kClasses = ['#d8432f', '#2f7fe0', '#2c9c62', '#9a63dd', '#c9820c', '#d0418c', '#1f93a0', '#7d6a4f', '#5c6bc0', '#8a9a1c'];
export const classColour = (k: number): string => kClasses[((k % kClasses.length) + kClasses.length) % kClasses.length]!;

type Rgb = [number, number, number];
const mix = (a: Rgb, b: Rgb, t: number): Rgb => [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t];
export const rgb = ([r, g, b]: Rgb): string => `rgb(${r.toFixed(0)} ${g.toFixed(0)} ${b.toFixed(0)})`;

const kBlue: Rgb = [47, 127, 224];
const kRed: Rgb = [216, 67, 47];

// From one end over the ground to the other: t from -1 (blue) over 0 (nothing) to 1 (red).
export function diverging(t: number, isDark: boolean): Rgb {
  const bounded = Math.max(-1, Math.min(1, Number.isFinite(t) ? t : 0));
  const ground: Rgb = isDark ? [26, 29, 34] : [255, 255, 255];
  return mix(ground, bounded < 0 ? kBlue : kRed, Math.abs(bounded) * 0.9);
}

// Black to white, as a photograph: also in the dark.
export function grey(t: number): Rgb {
  const level = 255 * Math.max(0, Math.min(1, Number.isFinite(t) ? t : 0));
  return [level, level, level];
}

// A class with how sure it is, 0 to 1, over the ground.
export function shaded(k: number, sure: number, isDark: boolean): Rgb {
  const hex = classColour(k);
  const colour: Rgb = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16)) as Rgb;
  return mix(isDark ? [26, 29, 34] : [255, 255, 255], colour, 0.12 + 0.48 * sure);
}

// From low to high, dark to bright: amounts as points on a plot.
export function amount(t: number, isDark: boolean): string {
  const stops: Rgb[] = isDark ? [[120, 120, 235], [220, 90, 150], [255, 205, 90]] : [[60, 40, 150], [200, 50, 90], [215, 130, 0]];
  const bounded = Math.max(0, Math.min(1, Number.isFinite(t) ? t : 0)) * 2;
  return rgb(bounded < 1 ? mix(stops[0]!, stops[1]!, bounded) : mix(stops[1]!, stops[2]!, bounded - 1));
}
