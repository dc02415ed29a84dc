// Any derivative as the chain rule that made it: the paths on the diagram, the factors of each with symbol and number,
// their products, the sum; beside it what the run computed, and a finite difference.
import type { Explanation, Num } from '../api/types';
import { t, type Word } from '../i18n';
import { asNumber, numberLabel, wholeNumber } from '../draw/number';
import { Formula } from '../parts/Formula';
import { Icon } from '../parts/Icon';
import { LayerTable } from '../parts/LayerTable';
import { PathDiagram } from '../parts/PathDiagram';
import { SamplePicker } from '../parts/SamplePicker';
import { Share } from '../parts/Share';
import { explanation, layout, litPath, network, target } from '../state/store';

export function Derivative() {
  const found = explanation.value;
  return (
    <div class="work derivative">
      <section class="canvas" aria-label={t('page.derivative')}>
        <div class="bar">
          <TargetPicker />
          <SamplePicker />
          <Share />
        </div>
        {layout.value ? <PathDiagram /> : <LayerTable network={network.value!} />}
        {found && <Paths found={found} />}
      </section>
      {found && (
        <section class="inspector" aria-label={t('derivative.title')}>
          <h1 class="total">
            <Formula tex={`${found.symbol} = ${numberLabel(found.sum_of_paths, 6)}`} display />
          </h1>
          <PathsText found={found} />
          <Checks found={found} />
        </section>
      )}
    </div>
  );
}

function PathsText({ found }: { found: Explanation }) {
  if (found.path_count === 0) return <p class="muted">{t('derivative.noPath')}</p>;
  const words = found.path_count === 1 ? t('derivative.onePath') : t('derivative.paths', { n: found.path_count });
  const [before, after] = words.split('{symbol}');
  const symbol = found.symbol.replace(/^.*\\partial (.*)\}$/, '$1');
  return (
    <p class="muted">
      {before}
      <Formula tex={symbol} />
      {after}
    </p>
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

const kMostPaths = 40; // set as formulas

// Each path in the book's style: the number of every factor under a brace that says which derivative it is.
function Paths({ found }: { found: Explanation }) {
  const shown = found.paths.slice(0, kMostPaths);
  const light = (i: number | null) => (litPath.value = i);
  return (
    <ol class="path-list">
      {shown.map((path, i) => {
        const factors = path.factors.map((f) => {
          const factor = found.factors[f]!;
          const value = numberLabel(factor.value, 4);
          return `\\overbrace{${asNumber(factor.value) < 0 ? `(${value})` : value}}^{${factor.symbol}}`;
        });
        return (
          <li key={i} class={litPath.value === i ? 'on' : ''} onMouseEnter={() => light(i)} onMouseLeave={() => light(null)}>
            <button type="button" class="quiet" aria-pressed={litPath.value === i} onFocus={() => light(i)} onBlur={() => light(null)} onClick={() => light(i)}>
              {t('derivative.path', { n: i + 1 })}
            </button>
            <div class="scroll" tabIndex={0} role="group" aria-label={t('derivative.path', { n: i + 1 })}>
              <Formula tex={`${factors.join(' \\cdot ')} = \\mathbf{${numberLabel(path.product, 5)}}`} display />
            </div>
          </li>
        );
      })}
      {found.path_count > shown.length && (
        <li class="muted">{t('derivative.more', { n: found.path_count, shown: shown.length })}</li>
      )}
    </ol>
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
