// The members in a table, sorted by what its reader clicks.
import { useState } from 'preact/hooks';
import type { SearchDocument, Standing } from '../../api/search';
import type { Num } from '../../api/types';
import { t, type Word } from '../../i18n';
import { plain } from '../data/plain';
import { valueText } from './words';

const kMostRows = 200;
type Cell = Num | boolean | null | undefined;

export function Members({ found }: { found: SearchDocument }) {
  const [order, setOrder] = useState<{ by: string; isDown: boolean } | null>(null); // null: best first
  const cell = (row: Standing, by: string): Cell =>
    by === 'member' || by === 'epoch' || by === 'score' ? row[by] : by === 'state' ? t(`search.is.${row.state}` as Word) : (row.values[by] as Cell);
  const compare = (a: Standing, b: Standing): number => {
    if (!order) return 0;
    const [x, y] = [cell(a, order.by), cell(b, order.by)];
    const by = typeof x === 'number' && typeof y === 'number' ? x - y : typeof x === typeof y ? `${x}`.localeCompare(`${y}`) : typeof x === 'number' ? -1 : 1;
    return order.isDown ? -by : by;
  };
  const rows = [...found.standing].sort(compare).slice(0, kMostRows);
  const head = (by: string, name: string, title?: string) => {
    const isOn = order?.by === by;
    return (
      <th key={by} scope="col" title={title} aria-sort={isOn ? (order.isDown ? 'descending' : 'ascending') : undefined}>
        <button type="button" class="quiet" onClick={() => setOrder({ by, isDown: isOn && !order.isDown })}>
          {name}
          <span aria-hidden="true">{isOn ? (order.isDown ? ' \u2193' : ' \u2191') : ''}</span>
        </button>
      </th>
    );
  };
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={t('search.members')}>
      <table class="numbers standing">
        <thead>
          <tr>
            {head('member', t('search.member'))}
            {head('score', found.score || t('search.score'))}
            {head('epoch', t('search.epochs'))}
            {found.space.map((d) => head(d.key, d.name, d.key))}
            {head('state', t('search.state'))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.member} class={row.member === found.best?.member ? 'best' : ''}>
              <th scope="row">{row.member}</th>
              <td data-value={row.score}>{row.score === null ? '\u2013' : plain(row.score)}</td>
              <td>{row.epoch}</td>
              {found.space.map((d) => <td key={d.key} data-value={row.values[d.key]}>{valueText(row.values[d.key])}</td>)}
              <td>{t(`search.is.${row.state}` as Word)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {found.standing.length > rows.length && <p class="muted">{t('search.more', { n: found.standing.length - rows.length })}</p>}
    </div>
  );
}
