// How training goes: loss, metrics and parameters over time, runs side by side, and what the doctor says.
import { signal } from '@preact/signals';
import { useMemo, useState } from 'preact/hooks';
import { api } from '../api/client';
import type { Curves } from '../api/types';
import { t, tOr, type Word } from '../i18n';
import { edgeColour } from '../draw/layout';
import { numberLabel } from '../draw/number';
import { Chart, type Series } from '../parts/Chart';
import { Compare } from '../parts/train/Compare';
import { Confusion } from '../parts/train/Confusion';
import { Findings } from '../parts/train/Findings';
import { Progress } from '../parts/train/Progress';
import { Units } from '../parts/train/Units';
import { Marked } from '../parts/TimeBar';
import { batches, curves, layout, runId, runs } from '../state/store';
import { isDark } from '../state/theme';

const logX = signal(true);
const logY = signal(true);
const kOthers = ['#3f8ff5', '#2c9c62', '#9a63dd', '#c9820c', '#d0418c'];

const metric = (found: Curves, part: string, name: string) =>
  (found.metrics ?? []).filter((m) => m.part === part && m.name === name).sort((a, b) => a.epoch - b.epoch);

export function Train() {
  const found = curves.value;
  const [others, setOthers] = useState<Record<string, Curves>>({});
  const own = isDark.value ? '#ff9a4d' : '#b8430b';
  const losses = useMemo((): Series[] => {
    const validation = metric(found, 'validation', 'loss');
    return [
      { name: t('train.train'), steps: found.steps ?? [], values: found.loss ?? [], colour: own },
      ...(validation.length
        ? [{ name: t('train.validation'), steps: validation.map((m) => m.epoch * batches.value), values: validation.map((m) => m.value), colour: own, isDashed: true }]
        : []),
      ...Object.entries(others).flatMap(([id, c], i) =>
        c.loss ? [{ name: tOr(`scene.${id}`, id), steps: c.steps ?? [], values: c.loss, colour: kOthers[i % kOthers.length]! }] : []),
    ];
  }, [found, others, own, t('train.train')]);
  const hasAny = (found.loss ?? []).some((loss) => typeof loss === 'number');
  return (
    <div class="train">
      <Progress />
      <div class="half">
        <section>
          <div class="bar">
            <h2>{t('train.loss')}</h2>
            <div class="choices">
              <Choice word="train.logX" on={logX} />
              <Choice word="train.logY" on={logY} />
            </div>
          </div>
          <p class="muted">{t('train.loss.about')}</p>
          {hasAny ? <Chart series={losses} label={t('train.loss')} logX={logX.value} logY={logY.value} /> : <p class="none">{t('train.none')}</p>}
          <Others chosen={others} choose={setOthers} />
          {hasAny && <Table series={losses} />}
          <Compare others={Object.keys(others)} />
        </section>
        <Confusion />
      </div>
      <div class="half">
        <Parameters found={found} />
        <Metrics found={found} />
        <Findings />
      </div>
      <Units />
    </div>
  );
}

function Choice({ word, on }: { word: Word; on: typeof logX }) {
  return (
    <label>
      <input type="checkbox" checked={on.value} onChange={(event) => (on.value = event.currentTarget.checked)} />
      {t(word)}
    </label>
  );
}

type Chosen = Record<string, Curves>;
function Others({ chosen, choose }: { chosen: Chosen; choose: (change: (now: Chosen) => Chosen) => void }) {
  const rest = runs.value.filter((r) => r.id !== runId.value);
  if (rest.length === 0) return null;
  const toggle = async (id: string, on: boolean) => {
    choose(({ [id]: _, ...without }) => (on ? { ...without, [id]: {} } : without));  // the tick stays while curves are read
    if (!on) return;
    const curves = await api.curves(id).catch(() => ({}));
    choose((now) => (id in now ? { ...now, [id]: curves } : now));
  };
  return (
    <fieldset class="choices">
      <legend>{t('train.compare')}</legend>
      {rest.map((r) => (
        <label key={r.id}>
          <input type="checkbox" checked={r.id in chosen} onChange={(event) => void toggle(r.id, event.currentTarget.checked)} />
          {tOr(`scene.${r.id}`, r.id)}
        </label>
      ))}
    </fieldset>
  );
}

// The chart for those who do not see it.
function Table({ series }: { series: Series[] }) {
  const numbers = (s: Series) => s.values.filter((v): v is number => typeof v === 'number' && Number.isFinite(v));
  return (
    <details>
      <summary>{t('train.table')}</summary>
      <table class="numbers">
        <thead>
          <tr>
            <td />
            {(['train.first', 'train.least', 'train.last'] as Word[]).map((w) => <th key={w} scope="col">{t(w)}</th>)}
          </tr>
        </thead>
        <tbody>
          {series.map((s) => {
            const all = numbers(s);
            return (
              <tr key={s.name}>
                <th scope="row">{s.name}</th>
                {[all[0], Math.min(...all), all[all.length - 1]].map((v, i) => <td key={i}><Marked text={numberLabel(v ?? 'NaN', 5)} /></td>)}
              </tr>
            );
          })}
        </tbody>
      </table>
    </details>
  );
}

function Metrics({ found }: { found: Curves }) {
  const names = [...new Set((found.metrics ?? []).filter((m) => m.part === 'validation' && !m.name.includes('loss')).map((m) => m.name))].slice(0, 3);
  const series = useMemo(
    () =>
      names.map((name, i): Series => {
        const rows = metric(found, 'validation', name);
        return { name: `${t('train.validation')}: ${tOr(`metric.${name}`, name.replaceAll('_', ' '))}`, steps: rows.map((m) => m.epoch * batches.value), values: rows.map((m) => m.value), colour: kOthers[i]! };
      }),
    [found, names.join(), t('train.validation')],
  );
  if (series.length === 0) return null;
  return (
    <section>
      <h2>{t('train.metrics')}</h2>
      <Chart series={series} label={t('train.metrics')} logX={false} logY={false} height={200} />
    </section>
  );
}

function Parameters({ found }: { found: Curves }) {
  const dark = isDark.value;
  const place = layout.value;
  const series = useMemo((): Series[] => {
    const steps = found.parameter_steps ?? [];
    return Object.entries(found.parameters ?? {}).map(([name, values]) => {
      const edge = place?.edges.find((e) => e.weight === name);
      const node = place?.nodes.find((n) => n.bias === name);
      const colour = edge ? edgeColour(edge, dark) : edgeColour({ hue: node?.hue ?? 33, shade: 0.5 }, dark);
      return { name: name.replace('w(', '\u03bb('), steps, values, colour, isDashed: !edge };
    });
  }, [found, place, dark]);
  if (series.length === 0 || !series[0]!.steps.length) return null;
  return (
    <section>
      <h2>{t('train.parameters')}</h2>
      <p class="muted">{t('train.parameters.about')}</p>
      <Chart series={series} label={t('train.parameters')} logX={logX.value} logY={false} height={280} />
    </section>
  );
}
