// Any derivative as the chain rule that made it: the paths on the diagram, the factors of each with symbol and number,
// their products, the sum; beside it what the run computed, and a finite difference.
import type { Explanation, Num } from '../api/types';
import { useMemo } from 'preact/hooks';
import { t, type Word } from '../i18n';
import { asNumber, numberLabel, wholeNumber } from '../draw/number';
import { passed } from '../draw/passing';
import { ArrayTarget } from '../parts/ArrayTarget';
import { Formula } from '../parts/Formula';
import { Icon } from '../parts/Icon';
import { derive } from '../parts/Keys';
import { LayerShares } from '../parts/LayerShares';
import { PathDiagram } from '../parts/PathDiagram';
import { PathList, PathsText } from '../parts/PathList';
import { SamplePicker } from '../parts/SamplePicker';
import { Share } from '../parts/Share';
import { Strip } from '../parts/Strip';
import { explanation, isFollowed, layout, litPath, network, sample, target } from '../state/store';

export function Derivative() {
  const found = isFollowed.value ? explanation.value : null;
  return (
    <div class="work derivative">
      <section class="canvas" aria-label={t('page.derivative')}>
        <div class="bar">
          {layout.value ? <TargetPicker /> : <ArrayTarget />}
          <SamplePicker />
          <Share />
        </div>
        {layout.value ? <PathDiagram /> : <PathStrip found={found} />}
        {found && !layout.value && <LayerShares found={found} />}
        {found && <PathList found={found} />}
      </section>
      {found && (
        <section class="inspector" aria-label={t('derivative.title')}>
          <h1 class={`total ${layout.value ? '' : 'long'}`}>
            <Formula tex={found.symbol} display />
            <Formula tex={`= ${numberLabel(found.sum_of_paths, 6)}`} />
          </h1>
          <PathsText found={found} />
          <Checks found={found} />
        </section>
      )}
    </div>
  );
}

// The layers as pictures of their derivatives, with marks where the paths pass; a click asks for another number.
function PathStrip({ found }: { found: Explanation | null }) {
  const which = litPath.value;
  const picking = useMemo(() => ({ pick: derive, marks: found ? passed(found, which) : new Map() }), [found, which]);
  return (
    <>
      {isFollowed.value ? (
        <p class="about">{t('flow.pick')}</p>
      ) : (
        <p class="notice">
          {t('flow.batch')} <button type="button" onClick={() => (sample.value = 0)}>{t('flow.one')}</button>
        </p>
      )}
      <Strip network={network.value!} look="back" picking={picking} />
    </>
  );
}

function TargetPicker() {
  const { nodes = [], edges = [] } = network.value ?? {};
  const distinct = (names: string[]) => [...new Set(names)];
  const option = (name: string) => <option key={name} value={`dL/d${name}`}>{`∂L/∂${name.replace(/^[wk]\(/, 'λ(')}`}</option>;
  return (
    <label class="target">
      <span>{t('derivative.target')}</span>
      <select value={target.value ?? ''} onChange={(event) => ((target.value = event.currentTarget.value), (litPath.value = null))}>
        <optgroup label={t('derivative.weights')}>{distinct(edges.map((e) => e.weight)).map(option)}</optgroup>
        <optgroup label={t('derivative.biases')}>{distinct(nodes.flatMap((n) => n.bias ?? [])).map(option)}</optgroup>
        <optgroup label={t('derivative.nodes')}>
          {nodes.filter((n) => n.layer > 0).flatMap((n) => [n.name, ...(n.in && n.in !== n.name ? [n.in] : [])].map(option))}
        </optgroup>
        <optgroup label={t('derivative.inputs')}>{nodes.filter((n) => n.layer === 0).map((n) => option(n.name))}</optgroup>
      </select>
    </label>
  );
}

// The three numbers that must be one.
function Checks({ found }: { found: Explanation }) {
  const sum = asNumber(found.sum_of_paths);
  const rows: [Word, Word, Num | null, string][] = [
    ['derivative.sum', 'derivative.sum.about', found.sum_of_paths, ''],
    ['derivative.recorded', 'derivative.recorded.about', found.recorded, agreement(sum, asNumber(found.recorded))],
    ['derivative.finite', 'derivative.finite.about', found.finite_difference, agreement(sum, asNumber(found.finite_difference))],
  ];
  return (
    <dl class="checks">
      {rows.map(([word, about, value, verdict]) => (
        <div key={word}>
          <dt>
            {t(word)}
            <small>{t(about)}</small>
          </dt>
          <dd>
            <span data-testid={word}>{wholeNumber(value)}</span>
            {verdict && (
              <small class="verdict">
                <Icon name="check" />
                {verdict}
              </small>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function agreement(a: number, b: number): string {
  if (!Number.isFinite(a) || !Number.isFinite(b)) return '';
  if (a === b) return t('derivative.same');
  const digits = Math.floor(-Math.log10(Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b))));
  return digits >= 3 ? t('derivative.agree', { n: digits }) : t('derivative.differ');
}
