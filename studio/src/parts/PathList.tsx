// The paths of a derivation as products, in the book's style: the number of every factor under a brace that says which
// derivative it is.
import type { Explanation, Factor, Path } from '../api/types';
import { t } from '../i18n';
import { asNumber, numberLabel } from '../draw/number';
import { layout, litPath } from '../state/store';
import { Formula } from './Formula';
import { Marked } from './TimeBar';

const kMostPaths = 40; // set as formulas

const count = (n: Explanation['path_count']) => (n === null ? t('flow.countless') : asNumber(n) < 1e9 ? asNumber(n).toLocaleString('en') : numberLabel(n));

// How many there are.
export function PathsText({ found }: { found: Explanation }) {
  if (found.path_count === 0) return <p class="muted">{t('derivative.noPath')}</p>;
  const words = found.path_count === 1 ? t('derivative.onePath') : t(found.complete ? 'derivative.paths' : 'flow.paths', { n: count(found.path_count) });
  const [before, after] = words.split('{symbol}');
  const symbol = found.symbol.replace(/^.*\\partial (.*)\}$/, '$1');
  return (
    <p class="muted">
      <Marked text={before!} />
      <Formula tex={symbol} />
      {after}
    </p>
  );
}

function braced(factor: Factor): string {
  const value = numberLabel(factor.value, 4);
  return `\\overbrace{${asNumber(factor.value) < 0 ? `(${value})` : value}}^{${factor.symbol}}`;
}

export function PathList({ found }: { found: Explanation }) {
  const shown = found.paths.slice(0, kMostPaths);
  return (
    <ol class="path-list">
      {shown.map((path, i) => <Row key={i} path={path} i={i} found={found} />)}
      {!found.complete && (
        <li class="muted" data-testid="flow.rest">
          <Marked text={t('flow.listed', { shown: found.paths.length, rest: numberLabel(found.rest, 5) })} />
        </li>
      )}
      {found.paths.length > shown.length && (
        <li class="muted">{t('derivative.more', { n: count(found.path_count), shown: shown.length })}</li>
      )}
    </ol>
  );
}

function Row({ path, i, found }: { path: Path; i: number; found: Explanation }) {
  const light = (which: number | null) => (litPath.value = which);
  const name = t('derivative.path', { n: i + 1 });
  const factors = path.factors.map((f) => braced(found.factors[f]!));
  const product = `= \\mathbf{${numberLabel(path.product, 5)}}`;
  return (
    <li class={litPath.value === i ? 'on' : ''} onMouseEnter={() => light(i)} onMouseLeave={() => light(null)}>
      <button type="button" class="quiet" aria-pressed={litPath.value === i} onFocus={() => light(i)} onBlur={() => light(null)} onClick={() => light(i)}>
        {name}
      </button>
      {layout.value ? (
        <div class="scroll" tabIndex={0} role="group" aria-label={name}>
          <Formula tex={`${factors.join(' \\cdot ')} ${product}`} display />
        </div>
      ) : (
        // Long names: factor by factor, so that they go on in the next line.
        <div class="factors" role="group" aria-label={name}>
          {factors.map((tex, k) => <Formula key={k} tex={k > 0 ? `\\cdot\\; ${tex}` : tex} />)}
          <Formula tex={product} />
        </div>
      )}
    </li>
  );
}
