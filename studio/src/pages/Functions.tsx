// The fourteen activations with their derivatives, to compare and to play with. The engine computes every curve.
import { computed, effect, signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { labs, type FunctionCurve, type GalleryFunction } from '../api/labs';
import { latest } from '../api/latest';
import { t, tOr } from '../i18n';
import { classColour } from '../draw/colours';
import { FunctionCard } from '../parts/FunctionCard';
import { Plot } from '../parts/Plot';
import { Slider } from '../parts/Slider';
import { fail } from '../state/store';

const all = signal<GalleryFunction[]>([]);
const chosen = signal<string[]>(['sigmoid', 'tanh', 'relu']);
const settings = signal<Record<string, number[]>>({});
const cursor = signal(1);
const reach = signal(3);
const found = signal<{ x: number[]; curves: FunctionCurve[] } | null>(null);

export const settingsOf = (f: GalleryFunction): number[] => settings.value[f.name] ?? f.sliders.map((s) => s.start);
const shown = computed(() => all.value.filter((f) => chosen.value.includes(f.name)));
const colourOf = (name: string) => classColour(all.value.findIndex((f) => f.name === name));

const ask = latest(
  (body: Parameters<typeof labs.curves>[0]) => labs.curves(body),
  (answer) => {
    found.value = answer;
  },
  fail,
);

export function Functions() {
  useEffect(() => {
    if (all.value.length === 0) labs.functions().then((answer) => (all.value = answer.functions), fail);
    return effect(() => {
      if (all.value.length)
        ask({
          functions: shown.value.map((f) => ({ name: f.name, settings: settingsOf(f) })),
          low: -reach.value,
          high: reach.value,
          at: cursor.value,
        });
    });
  }, []);
  const toggle = (name: string) => {
    chosen.value = chosen.value.includes(name) ? chosen.value.filter((n) => n !== name) : [...chosen.value, name];
  };
  const curves = (found.value?.curves ?? []).filter((c) => chosen.value.includes(c.name));
  const lines = (of: 'y' | 'slope') =>
    curves.map((c) => ({ name: c.name, x: found.value!.x, y: c[of], colour: colourOf(c.name), width: 2.8 }));
  const bands = curves.length === 1 ? curves[0]!.bands.map(([from, to]) => ({ from, to, colour: colourOf(curves[0]!.name) })) : [];
  const points = (of: 'y' | 'slope') => curves.map((c) => ({ x: c.at.x, y: c.at[of], colour: colourOf(c.name), radius: 5.5 }));
  const move = (x: number) => (cursor.value = Math.round(x * 100) / 100);
  return (
    <div class="lab functions">
      <header>
        <h1>{t('functions.title')}</h1>
        <p class="lead">{t('functions.lead')}</p>
      </header>
      <fieldset class="chips">
        <legend>{t('functions.choose')}</legend>
        {all.value.map((f) => (
          <label key={f.name} class={chosen.value.includes(f.name) ? 'on' : ''} style={{ '--colour': colourOf(f.name) }}>
            <input type="checkbox" checked={chosen.value.includes(f.name)} onChange={() => toggle(f.name)} />
            <i aria-hidden="true" />
            {tOr(`function.${f.name}`, f.name)}
          </label>
        ))}
      </fieldset>
      <div class="pair">
        <section class="panel">
          <h2>{t('functions.value')}</h2>
          <Plot label={t('functions.value')} x={[-reach.value, reach.value]} y={[-reach.value * 0.7, reach.value]} jump={0.3} xName="x" yName="f(x)" height={300} lines={lines('y')} points={points('y')} bands={bands} handle={{ x: cursor.value }} onMove={move} />
        </section>
        <section class="panel">
          <h2>{t('functions.slope')}</h2>
          <Plot label={t('functions.slope')} x={[-reach.value, reach.value]} y={[-0.6, 1.6]} jump={0.3} xName="x" yName="f ′(x)" height={300} lines={lines('slope')} points={points('slope')} bands={bands} handle={{ x: cursor.value }} onMove={move} />
        </section>
      </div>
      <div class="controls">
        <Slider label="x" low={-reach.value} high={reach.value} step={0.01} value={cursor.value} onInput={(v) => (cursor.value = v)} />
        <Slider label={t('functions.reach')} low={1} high={10} step={0.5} value={reach.value} onInput={(v) => ((reach.value = v), move(Math.max(-v, Math.min(v, cursor.value))))} />
      </div>
      <p class="muted">{t(curves.length === 1 ? 'functions.bands' : 'functions.bandsOne')}</p>
      <ul class="function-cards">
        {shown.value.map((f) => (
          <FunctionCard
            key={f.name}
            of={f}
            curve={curves.find((c) => c.name === f.name)}
            colour={colourOf(f.name)}
            settings={settingsOf(f)}
            onSet={(k, v) => (settings.value = { ...settings.value, [f.name]: settingsOf(f).map((old, i) => (i === k ? v : old)) })}
          />
        ))}
      </ul>
    </div>
  );
}
