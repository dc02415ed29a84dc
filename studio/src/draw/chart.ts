// A chart as a file of its own: lines over steps as SVG, with axes, ticks and the names of the lines.
import { textRuns } from './marks';
import { numberLabel } from './number';
import { around, place, ticks, type Scale } from './scale';

export interface ChartLine {
  name: string;
  x: number[];
  y: (number | null)[]; // null: no number
  colour: string;
  isDashed: boolean;
}
// A step that is marked by a line through the whole height.
export interface ChartMark {
  x: number;
  name: string; // '' for none
  colour: string;
  isDashed: boolean;
}
export interface ChartLook {
  title: string;
  marks?: ChartMark[];
  isLogX: boolean;
  isLogY: boolean;
  ground: string;
  ink: string;
  grid: string;
}

export const kChartSize = { width: 820, height: 480 };
const kPlot = { left: 84, right: 796, top: 48, bottom: 400 };
const kKeyStep = 22; // between two rows of names

const kDashes = ' stroke-dasharray="6 4"';
const escaped = (text: string) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
const tickLabel = (v: number) =>
  textRuns(numberLabel(v).replace(/^1\u00d710\^/, '10^')).map((r) => (r.shift ? `<tspan dy="${(r.shift * 13).toFixed(1)}" font-size="${(r.size * 13).toFixed(1)}">${escaped(r.text)}</tspan>` : escaped(r.text))).join('');
const isDrawn = (y: number | null | undefined, isLog: boolean): y is number => typeof y === 'number' && Number.isFinite(y) && (!isLog || y > 0);

function path(line: ChartLine, x: Scale, y: Scale): string {
  let d = '';
  let isOpen = false;
  line.y.forEach((v, i) => {
    if (!isDrawn(v, y.isLog === true)) {
      isOpen = false;
      return;
    }
    d += `${isOpen ? 'L' : 'M'}${place(x, line.x[i]!).toFixed(2)} ${place(y, v).toFixed(2)}`;
    isOpen = true;
  });
  return d;
}

// Names of the lines in rows, from left to right; a mark is shown upright, as it is drawn.
function keys(lines: ChartLine[], marks: ChartMark[], ink: string): string {
  let [left, top] = [kPlot.left, kPlot.bottom + 44];
  const named = [
    ...lines.map((line) => ({ ...line, stroke: (x: number, y: number) => `M${x} ${y - 4}h24`, room: 30 })),
    ...marks.filter((mark) => mark.name).map((mark) => ({ ...mark, stroke: (x: number, y: number) => `M${x + 4} ${y - 12}v16`, room: 14 })),
  ];
  return named
    .map(({ name, colour, isDashed, stroke, room }) => {
      const width = room + 4 + [...name].reduce((sum, c) => sum + (c > '\u2e7f' ? 13.4 : 7.4), 0);
      if (left + width > kPlot.right && left > kPlot.left) [left, top] = [kPlot.left, top + kKeyStep];
      const at = left;
      left += width + 14;
      return `<path d="${stroke(at, top)}" stroke="${colour}" stroke-width="2.4"${isDashed ? kDashes : ''}/><text x="${at + room}" y="${top}" fill="${ink}">${escaped(name)}</text>`;
    })
    .join('');
}

function upright(mark: ChartMark, x: Scale): string {
  if (!(mark.x >= x.low && mark.x <= x.high)) return '';
  return `<path d="M${place(x, mark.x).toFixed(2)} ${kPlot.top}V${kPlot.bottom}" stroke="${mark.colour}" stroke-width="${mark.isDashed ? 1.6 : 1}"${mark.isDashed ? kDashes : ''}/>`;
}

export function chartSvg(lines: ChartLine[], look: ChartLook): string {
  const xs = lines.flatMap((line) => line.x.filter((v) => !look.isLogX || v > 0));
  const ys = lines.flatMap((line) => line.y.filter((v) => isDrawn(v, look.isLogY)) as number[]);
  const [least, most] = [Math.min(...ys), Math.max(...ys)];
  const [low, high] = look.isLogY && ys.length > 0 ? [least * 0.7, most * 1.4] : around(ys);
  const first = xs.length > 0 ? Math.min(...xs) : look.isLogX ? 1 : 0;
  const x: Scale = { low: first, high: Math.max(first + 1, ...xs), from: kPlot.left, to: kPlot.right, isLog: look.isLogX };
  const y: Scale = { low, high, from: kPlot.bottom, to: kPlot.top, isLog: look.isLogY };
  const columns = ticks(x.low, x.high, 8, look.isLogX).map((v) => `<path d="M${place(x, v)} ${kPlot.top}V${kPlot.bottom}" stroke="${look.grid}"/><text x="${place(x, v)}" y="${kPlot.bottom + 18}" text-anchor="middle" fill="${look.ink}">${tickLabel(v)}</text>`);
  const rows = ticks(y.low, y.high, 6, look.isLogY).map((v) => `<path d="M${kPlot.left} ${place(y, v)}H${kPlot.right}" stroke="${look.grid}"/><text x="${kPlot.left - 8}" y="${place(y, v) + 4}" text-anchor="end" fill="${look.ink}">${tickLabel(v)}</text>`);
  const drawn = lines.map((line) => `<path d="${path(line, x, y)}" stroke="${line.colour}" stroke-width="2" stroke-linejoin="round"${line.isDashed ? kDashes : ''}/>`);
  const marks = look.marks ?? [];
  const { width, height } = kChartSize;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="13" fill="none">` +
    `<rect width="${width}" height="${height}" fill="${look.ground}"/><text x="${kPlot.left}" y="28" font-size="17" font-weight="600" fill="${look.ink}">${escaped(look.title)}</text>` +
    `${columns.join('')}${rows.join('')}${drawn.join('')}${marks.map((mark) => upright(mark, x)).join('')}${keys(lines, marks, look.ink)}</svg>`
  );
}
