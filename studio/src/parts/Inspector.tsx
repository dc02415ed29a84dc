// Where a number comes from: its equations, with symbols and with the numbers of this moment.
import { useEffect, useState } from 'preact/hooks';
import { api, type At } from '../api/client';
import { latest } from '../api/latest';
import type { EquationRow, Equations } from '../api/types';
import { t, type Word } from '../i18n';
import { numberLabel, wholeNumber } from '../draw/number';
import { at, inspected, layout, moment, network, pinned, runId } from '../state/store';
import { Formula, texOf } from './Formula';
import { EditField } from './EditField';
import { derive } from './Keys';

type Key = { run: string; quantity: string } & At;

function useEquations(quantity: string | null): Equations | null {
  const [found, setFound] = useState<Equations | null>(null);
  const [ask] = useState(() =>
    latest((key: Key) => api.equations(key.run, key.quantity, key), (value) => setFound(value), () => setFound(null)),
  );
  const moment = at.value;
  useEffect(() => {
    if (quantity) ask({ run: runId.value, quantity, ...moment });
  }, [quantity, moment, runId.value]);
  return quantity && found?.quantity === quantity ? found : null;
}

// A long sum goes on in the next line.
const broken = (tex: string, terms: number): string =>
  tex
    .split(' + ')
    .map((term, i) => (i === 0 ? term : i % terms === 0 ? ` \\\\ &\\quad + ${term}` : ` + ${term}`))
    .join('');

// In every row the equation, its numbers below, its value last.
function Row({ row }: { row: EquationRow }) {
  const lines = [broken(texOf(row.symbols), row.symbols.includes('frac') ? 2 : 3), broken(texOf(row.numbers), 2)].filter(Boolean);
  const tex = `\\begin{aligned}${texOf(row.left)} ${[...lines, numberLabel(row.value, 5)].map((l) => `&= ${l}`).join(' \\\\ ')}\\end{aligned}`;
  return (
    <div class="equation">
      <h3>{t(`row.${row.kind}` as Word)}</h3>
      <div class="scroll" tabIndex={0} role="group" aria-label={t(`row.${row.kind}` as Word)}>
        <Formula tex={tex} />
      </div>
      <p class="whole" data-quantity={row.left}>{wholeNumber(row.value)}</p>
    </div>
  );
}

export function Inspector() {
  const quantity = inspected.value;
  const equations = useEquations(quantity);
  const isInput = network.value?.nodes?.some((n) => n.layer === 0 && n.name === quantity) ?? false;
  return (
    <aside class="inspector" aria-label={t('inspector.title')}>
      {quantity ? (
        <>
          <div class="head">
            <h2>
              {equations?.symbol !== quantity && <Formula tex={texOf(equations?.symbol ?? '')} />}
              <code>{quantity}</code>
            </h2>
            {pinned.value && (
              <button type="button" class="quiet" onClick={() => (pinned.value = null)}>{t('inspector.unpin')}</button>
            )}
          </div>
          {isInput && <p class="muted">{t('inspector.given')}</p>}
          <EditField quantity={quantity} />
          {equations?.rows.map((row, i) => <Row key={i} row={row} />)}
          <button type="button" class="primary" onClick={() => derive(quantity)}>{t('inspector.derive')}</button>
        </>
      ) : (
        <>
          <h2>{t('inspector.moment')}</h2>
          <Facts />
          <p class="muted">{t(layout.value ? 'inspector.hint' : 'inspector.hintStrip')}</p>
        </>
      )}
    </aside>
  );
}

function Facts() {
  const now = moment.value;
  if (!now) return null;
  const rows: [Word, string][] = [
    ['moment.loss', wholeNumber(now.loss)],
    ['moment.rate', wholeNumber(now.learning_rate)],
    ['moment.epoch', `${now.epoch}`],
    ['moment.step', `${now.step}`],
  ];
  return (
    <dl class="facts">
      {rows.map(([word, value]) => (
        <div key={word}>
          <dt>{t(word)}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
