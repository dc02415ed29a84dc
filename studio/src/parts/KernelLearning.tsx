// How a shared weight learns: every position has its say, and the gradient is the sum over all of them.
import type { Convolved } from '../api/labs';
import { numberLabel, wholeNumber } from '../draw/number';
import { t, tOr } from '../i18n';
import { hasDiverged, isLearning, rate, stepDown, teachers, wanted, weight } from '../state/window';
import { Formula } from './Formula';
import { PixelGrid } from './PixelGrid';
import { Slider } from './Slider';
import { Marked } from './TimeBar';

const reach = (values: number[]) => Math.max(1e-12, ...values.map(Math.abs));

export function KernelLearning({ found }: { found: Convolved }) {
  const learning = found.learning!;
  const { gradient, terms } = learning;
  const [i, j] = learning.weight;
  const isSignal = found.rows.in === 1;
  const name = isSignal ? `k_{${j + 1}}` : `k_{${i + 1},${j + 1}}`;
  const move = (event: KeyboardEvent) => {
    const by: Record<string, [number, number]> = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
    const step = by[event.key];
    if (!step) return;
    event.preventDefault();
    const [row, col] = weight.value; // what is shown may be a press behind
    weight.value = [Math.max(0, Math.min(gradient.rows - 1, row + step[0])), Math.max(0, Math.min(gradient.cols - 1, col + step[1]))];
  };
  return (
    <section class="panel learning">
      <h2>{t('learn.title')}</h2>
      <p class="muted">{t('learn.about')}</p>
      <div class="controls">
        <label class="field">
          <span>{t('learn.wanted')}</span>
          <select value={wanted.value} onChange={(e) => (wanted.value = e.currentTarget.value)}>
            <option value="">{t('learn.nothing')}</option>
            {teachers.value.map((k) => <option key={k.name} value={k.name}>{tOr(`kernel.${k.name}`, k.name)}</option>)}
          </select>
        </label>
        <Slider label={t('moment.rate')} low={0.05} high={3} step={0.05} value={rate.value} onInput={(v) => (rate.value = v)} />
        <button type="button" onClick={stepDown}>{t('learn.step')}</button>
        <button type="button" class="primary" aria-pressed={isLearning.value} onClick={() => (isLearning.value = !isLearning.value)}>{t(isLearning.value ? 'learn.stop' : 'learn.go')}</button>
        <span>{t('moment.loss')} <b data-testid="learning-loss" title={wholeNumber(learning.loss)}><Marked text={numberLabel(learning.loss, 4)} /></b></span>
      </div>
      {hasDiverged.value && <p class="note" role="status">{t('learn.diverged')}</p>}
      <div class="triple">
        <figure>
          <figcaption><Formula tex={`\\partial L/\\partial k`} /> {t('learn.gradient')}</figcaption>
          <PixelGrid {...gradient} scheme="diverging" low={-reach(gradient.values)} high={reach(gradient.values)} label={t('learn.gradientSpoken', { row: i + 1, col: j + 1, value: numberLabel(learning.sum) })} box={{ row: i, col: j, rows: 1, cols: 1 }} onPoint={(r, c) => (weight.value = [r, c])} onKey={move} most={210} />
        </figure>
        <figure>
          <figcaption><Formula tex={`\\frac{\\partial L}{\\partial y}\\cdot x`} /> {t('learn.terms')}</figcaption>
          <PixelGrid {...terms} scheme="diverging" low={-reach(terms.values)} high={reach(terms.values)} label={t('learn.terms')} most={260} />
        </figure>
        <div class="sum">
          <Formula display tex={`\\frac{\\partial L}{\\partial ${name}}=\\sum_{\\text{${t('learn.positions')}}}\\frac{\\partial L}{\\partial y}\\,x`} />
          <p>= <b data-testid="gradient-sum">{wholeNumber(learning.sum)}</b></p>
          <p class="muted">{t('learn.engine')} <span data-testid="gradient-engine">{wholeNumber(gradient.values[i * gradient.cols + j])}</span></p>
        </div>
      </div>
    </section>
  );
}
