// A chart of numbers over steps, drawn by uPlot: axes may be logarithmic, a click goes to the moment.
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import type { Num } from '../api/types';
import { chartSvg, kChartSize } from '../draw/chart';
import { pixels, save } from '../draw/picture';
import { t } from '../i18n';
import { fail, goTo, run, runId, step } from '../state/store';
import { pause } from '../state/playing';
import { isDark } from '../state/theme';

export interface Series {
  name: string;
  steps: number[];
  values: (Num | null)[];
  colour: string;
  isDashed?: boolean;
}

interface Props {
  series: Series[];
  label: string;
  logX: boolean;
  logY: boolean;
  height?: number;
}

const kShownShare = 1e-12; // of the largest: on a logarithmic axis what falls further runs along the ground

// Where hardly a power of ten lies between, some of 1, 1.5, 2, 3, 5, 7 times one.
function roundNumbers(low: number, high: number): number[] {
  const power = 10 ** Math.floor(Math.log10(low));
  const within = [1, 1.5, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70].map((v) => Number((v * power).toPrecision(2))).filter((v) => v >= low && v <= high);
  return within.length > 1 ? within : [low, Math.sqrt(low * high), high];
}

// Ticks of a logarithmic axis: powers of ten, of many every so many; of few also what lies between.
const kPowers: Partial<uPlot.Axis> = {
  filter: (_, splits) => splits,
  splits: (_, __, low, high) => {
    const first = Math.ceil(Math.log10(low));
    const last = Math.floor(Math.log10(high));
    const by = Math.max(1, Math.ceil((last - first) / 6));
    const powers = Array.from({ length: Math.max(0, Math.floor((last - first) / by) + 1) }, (_x, i) => 10 ** (last - i * by));
    return powers.length > 1 ? powers : roundNumbers(low, high);
  },
  values: (_, splits) =>
    splits.map((v) => {
      const power = Math.round(Math.log10(v));
      if (Math.abs(v / 10 ** power - 1) > 1e-9 || Math.abs(power) < 4) return `${Number(v.toPrecision(2))}`;
      return `10${[...`${power}`].map((c) => (c === '-' ? '\u207b' : '\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079'[Number(c)])).join('')}`;
    }),
};

// A line through the whole height at one step.
function upright(u: uPlot, step: number, colour: string, isDashed: boolean): void {
  const x = Math.round(u.valToPos(step, 'x', true));
  if (x < u.bbox.left || x > u.bbox.left + u.bbox.width) return;
  u.ctx.save();
  u.ctx.strokeStyle = colour;
  u.ctx.lineWidth = devicePixelRatio * (isDashed ? 1.6 : 1);
  if (isDashed) u.ctx.setLineDash([3 * devicePixelRatio, 4 * devicePixelRatio]);
  u.ctx.beginPath();
  u.ctx.moveTo(x, u.bbox.top);
  u.ctx.lineTo(x, u.bbox.top + u.bbox.height);
  u.ctx.stroke();
  u.ctx.restore();
}

// The chart with the same axes and marks as a file.
async function saveChart({ series, label, logX, logY }: Props, format: 'svg' | 'png'): Promise<void> {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const number = (v: Num | null) => (typeof v === 'number' ? v : null);
  const lines = series.map((s) => ({ name: s.name, x: s.steps.map((x) => x + (logX ? 1 : 0)), y: s.values.map(number), colour: s.colour, isDashed: s.isDashed === true }));
  const fork = run.value?.parent?.step;
  const marks = [
    ...(fork === undefined ? [] : [{ x: fork + (logX ? 1 : 0), name: t('chart.fork', { step: fork }), colour: colour('--accent'), isDashed: true }]),
    { x: step.value + (logX ? 1 : 0), name: '', colour: colour('--ink'), isDashed: false },
  ];
  const svg = chartSvg(lines, { title: label, marks, isLogX: logX, isLogY: logY, ground: colour('--panel'), ink: colour('--ink'), grid: colour('--line') });
  const content = format === 'svg' ? new Blob([svg], { type: 'image/svg+xml' }) : await pixels(svg, kChartSize.width, kChartSize.height);
  save(`${runId.value}-${label.replace(/\s+/g, '-')}.${format}`, content);
}

// All series over the same steps; where one has no number there is none.
function joined(series: Series[], logX: boolean, logY: boolean): uPlot.AlignedData {
  const steps = [...new Set(series.flatMap((s) => s.steps))].sort((a, b) => a - b);
  const isShown = (v: Num | null): v is number => typeof v === 'number' && Number.isFinite(v);
  const least = Math.max(0, ...series.flatMap((s) => s.values.filter(isShown))) * kShownShare;
  const rows = series.map((s) => {
    const at = new Map(s.steps.map((x, i) => [x, s.values[i] ?? null]));
    return steps.map((x) => {
      const y = at.get(x);
      if (y === undefined) return undefined;
      if (!isShown(y)) return null;
      return logY ? Math.max(y, least) : y;
    });
  });
  return [steps.map((x) => x + (logX ? 1 : 0)), ...rows] as uPlot.AlignedData;
}

export function Chart(props: Props) {
  const { series, label, logX, logY, height = 260 } = props;
  const fork = run.value?.parent?.step;
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const dark = isDark.value;
  const names = series.map((s) => s.name + s.colour).join();
  useEffect(() => {
    const style = getComputedStyle(document.documentElement);
    const colour = (name: string) => style.getPropertyValue(name).trim();
    const axis = { stroke: colour('--muted'), grid: { stroke: colour('--line'), width: 1 }, ticks: { stroke: colour('--line') }, font: '12px system-ui, sans-serif' };
    const plot = new uPlot(
      {
        width: place.current!.clientWidth,
        height,
        scales: {
          x: { time: false, distr: logX ? 3 : 1, range: (_, low, high) => (high > low ? [low, high] : logX ? [low, low + 1] : [Math.max(0, low - 1), low + 1]) },
          y: logY ? { distr: 3, range: (_, low, high) => [low * 0.7, high * 1.4] } : {},
        },
        axes: [axis, { ...axis, size: 64, ...(logY ? kPowers : {}) }],
        legend: { show: false },
        cursor: { drag: { x: false, y: false }, points: { size: 7 } },
        series: [
          {},
          ...series.map((s) => ({
            label: s.name,
            stroke: s.colour,
            width: 1.8,
            spanGaps: true,
            points: { show: s.steps.length < 2 },
            ...(s.isDashed ? { dash: [6, 4] } : {}),
          })),
        ],
        hooks: {
          draw: [
            (u) => {
              if (fork !== undefined) upright(u, fork + (logX ? 1 : 0), colour('--accent'), true); // where this branch left its parent
              upright(u, step.peek() + (logX ? 1 : 0), colour('--ink'), false);
            },
          ],
        },
      },
      joined(series, logX, logY),
      place.current!,
    );
    plot.over.addEventListener('click', () => {
      const index = plot.cursor.idx;
      if (index === null || index === undefined) return;
      pause();
      goTo(plot.data[0]![index]! - (logX ? 1 : 0));
    });
    chart.current = plot;
    const watch = new ResizeObserver(() => plot.setSize({ width: place.current?.clientWidth ?? 300, height }));
    watch.observe(place.current!);
    return () => {
      watch.disconnect();
      plot.destroy();
      chart.current = null;
    };
  }, [names, logX, logY, dark, height, fork]);
  useEffect(() => chart.current?.setData(joined(series, logX, logY)), [series]);
  const now = step.value;
  useEffect(() => chart.current?.redraw(false), [now]);
  return (
    <figure class="chart">
      <div ref={place} role="img" aria-label={label} />
      <figcaption>
        {series.map((s) => (
          <span key={s.name}>
            <i class={s.isDashed ? 'dashed' : ''} style={{ '--colour': s.colour }} aria-hidden="true" />
            {s.name}
          </span>
        ))}
        {fork !== undefined && (
          <span class="fork">
            <i aria-hidden="true" />
            {t('chart.fork', { step: fork })}
          </span>
        )}
        <span class="files">
          {(['svg', 'png'] as const).map((format) => (
            <button key={format} type="button" class="quiet" aria-label={`${t('chart.save')} ${format.toUpperCase()}: ${label}`} onClick={() => void saveChart(props, format).catch(fail)}>
              {format.toUpperCase()}
            </button>
          ))}
        </span>
      </figcaption>
    </figure>
  );
}
