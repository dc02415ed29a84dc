// What the first weights decide: whether signals and gradients live through a deep network, and whether units differ.
import { effect, signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { labs, type DepthRow, type Starts, type Symmetry } from '../api/labs';
import { latest } from '../api/latest';
import { asNumber, numberLabel } from '../draw/number';
import { classColour } from '../draw/colours';
import { t, tOr, type Word } from '../i18n';
import { Histogram } from '../parts/Histogram';
import { Plot, type PlotLine } from '../parts/Plot';
import { Slider } from '../parts/Slider';
import { SymmetryPanels } from '../parts/SymmetryPanels';
import { Marked } from '../parts/TimeBar';
import { fail } from '../state/store';

const activation = signal('tanh');
const layers = signal(10);
const units = signal(100);
const gain = signal(1.2);
const found = signal<Starts | null>(null);
const symmetry = signal<Symmetry | null>(null);

const ask = latest((words: Parameters<typeof labs.starts>[0]) => labs.starts(words), (answer) => (found.value = answer), fail);

const kFloor = 1e-9; // of the logarithmic axis

export function Initialisation() {
  useEffect(() => {
    if (!symmetry.value) labs.symmetry(3000).then((answer) => (symmetry.value = answer), fail);
    return effect(() => ask({ activation: activation.value, layers: layers.value, units: units.value, gain: Math.round(gain.value * 100) }));
  }, []);
  const starts = found.value?.starts ?? [];
  const deviation = (of: 'deviation' | 'gradient_deviation'): PlotLine[] =>
    starts.map((s, i) => ({
      name: s.name,
      x: s.rows.map((r) => r.layer),
      y: s.rows.map((r) => Math.max(asNumber(r[of]), kFloor)),
      colour: classColour(i),
    }));
  const largest = (lines: PlotLine[]) => Math.max(10, ...lines.flatMap((l) => l.y.filter(Number.isFinite))) * 1.5;
  const forward = deviation('deviation');
  const back = deviation('gradient_deviation');
  return (
    <div class="lab initialisation">
      <header>
        <h1>{t('init.title')}</h1>
        <p class="lead">{t('init.lead')}</p>
      </header>
      <div class="controls">
        <label class="field">
          <span>{t('init.activation')}</span>
          <select value={activation.value} onChange={(e) => (activation.value = e.currentTarget.value)}>
            {(found.value?.activations ?? ['tanh']).map((name) => <option key={name} value={name}>{tOr(`function.${name}`, name)}</option>)}
          </select>
        </label>
        <Slider label={t('init.layers')} low={1} high={20} step={1} value={layers.value} onInput={(v) => (layers.value = Math.round(v))} />
        <Slider label={t('init.units')} low={10} high={200} step={10} value={units.value} onInput={(v) => (units.value = Math.round(v))} />
        <Slider label={t('init.gain')} low={0} high={4} step={0.05} value={gain.value} onInput={(v) => (gain.value = v)} />
      </div>
      <div class="pair">
        <section class="panel">
          <h2>{t('init.forward')}</h2>
          <Plot label={t('init.forward')} x={[0, layers.value]} y={[kFloor, largest(forward)]} isLogY lines={forward} points={[]} xName={t('init.layer')} yName={t('init.deviation')} />
        </section>
        <section class="panel">
          <h2>{t('init.back')}</h2>
          <Plot label={t('init.back')} x={[0, layers.value]} y={[kFloor, largest(back)]} isLogY lines={back} points={[]} xName={t('init.layer')} yName={t('init.deviation')} />
        </section>
      </div>
      <ul class="legend">
        {starts.map((s, i) => <li key={s.name}><i style={{ '--colour': classColour(i) }} aria-hidden="true" />{t(`init.start.${s.name}` as Word)}</li>)}
      </ul>
      {starts.map((start, i) => (
        <section key={start.name} class="panel start" style={{ '--colour': classColour(i) }}>
          <h2>
            <i aria-hidden="true" />
            {t(`init.start.${start.name}` as Word)} <span class="muted">σ = <Marked text={numberLabel(start.scale)} /></span>
            <span class={`verdict ${start.verdict}`}>{t(`init.verdict.${start.verdict}` as Word)}</span>
          </h2>
          <p class="muted">{t(`init.start.${start.name}.about` as Word)}</p>
          <Histograms rows={start.rows} colour={classColour(i)} />
        </section>
      ))}
      <Numbers starts={starts} />
      {symmetry.value && <SymmetryPanels found={symmetry.value} />}
    </div>
  );
}

function Histograms({ rows, colour }: { rows: DepthRow[]; colour: string }) {
  return (
    <div class="histograms scrolls" role="group" tabIndex={0} aria-label={t('init.histograms')} style={{ '--columns': rows.length }}>
      <span class="row-name">{t('init.outputs')}</span>
      {rows.map((r) => <Histogram key={r.layer} edges={r.edges} counts={r.counts} colour={colour} title={t('init.layerN', { n: r.layer })} label={t('init.spoken', { n: r.layer, deviation: numberLabel(r.deviation) })} />)}
      <span class="row-name">{t('init.gradients')}</span>
      {rows.map((r) => <Histogram key={r.layer} edges={r.gradient_edges} counts={r.gradient_counts} colour={colour} label={t('init.spokenGradient', { n: r.layer, deviation: numberLabel(r.gradient_deviation) })} isPale />)}
    </div>
  );
}

function Numbers({ starts }: { starts: Starts['starts'] }) {
  return (
    <details>
      <summary>{t('train.table')}</summary>
      <div class="scrolls" role="group" tabIndex={0} aria-label={t('train.table')}>
        <table class="numbers">
          <thead>
            <tr>
              <th scope="col">{t('init.weights')}</th>
              <th scope="col">{t('init.layer')}</th>
              <th scope="col">{t('init.mean')}</th>
              <th scope="col">{t('init.deviation')}</th>
              <th scope="col">{t('init.zeros')}</th>
              <th scope="col">{t('init.flat')}</th>
              <th scope="col">{t('init.gradient')}</th>
            </tr>
          </thead>
          <tbody>
            {starts.flatMap((s) =>
              s.rows.map((r) => (
                <tr key={`${s.name} ${r.layer}`}>
                  <th scope="row">{t(`init.start.${s.name}` as Word)}</th>
                  <td>{r.layer}</td>
                  {[r.mean, r.deviation, r.zeros, r.flat, r.gradient_deviation].map((v, i) => (
                    <td key={i} data-testid={i === 1 ? `deviation-${s.name}-${r.layer}` : undefined}><Marked text={numberLabel(v, 4)} /></td>
                  ))}
                </tr>
              )),
            )}
          </tbody>
        </table>
      </div>
    </details>
  );
}
