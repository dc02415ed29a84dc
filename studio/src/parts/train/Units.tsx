// The health of layers and units at the moment shown: what is dead, what is saturated, how gradients and steps compare.
import { useEffect, useMemo, useState } from 'preact/hooks';
import { latest } from '../../api/latest';
import { trainApi, type LayerHealth, type UnitHealth } from '../../api/train';
import type { Num } from '../../api/types';
import { t, type Word } from '../../i18n';
import { lastStep, network, page, pinned, runId, step } from '../../state/store';
import { plain } from '../data/plain';

const kColumns = ['mean', 'deviation', 'dead', 'saturated', 'gradient_norm', 'weight_norm', 'update_ratio'] as const;
const kMostShown = 64; // units at once
type Found = Awaited<ReturnType<typeof trainApi.units>>;

export function Units() {
  const [found, setFound] = useState<Found | null>(null);
  const [refusal, setRefusal] = useState('');
  const [open, setOpen] = useState('');
  const ask = useMemo(
    () =>
      latest(
        (key: { id: string; step: number }) => trainApi.units(key.id, key.step),
        (value) => (setFound(value), setRefusal('')),
        (error) => (setFound(null), setRefusal(error.message)),
      ),
    [],
  );
  const id = runId.value;
  const at = Math.min(step.value, lastStep.value);
  useEffect(() => ask({ id, step: at }), [id, at, at === 0 ? lastStep.value > 0 : true]);
  if (refusal) return <section><h2>{t('units.title')}</h2><p class="muted">{refusal}</p></section>;
  if (!found || found.step === null) return null;
  const layer = found.layers.find((l) => l.name === open);
  return (
    <section class="units">
      <h2>{t('units.title')}</h2>
      <p class="muted">{t('units.about', { epoch: found.epoch ?? 0, step: found.step })}</p>
      <Sorted
        rows={found.layers}
        columns={kColumns}
        name={(l: LayerHealth) => (
          <button type="button" class="quiet" aria-expanded={open === l.name} onClick={() => setOpen(open === l.name ? '' : l.name)}>
            {l.name} <small>{l.kind}{l.activation && ` + ${l.activation}`}</small>
          </button>
        )}
      />
      {layer && (
        <>
          <h3>{t('units.of', { layer: layer.name, n: layer.unit_count })}</h3>
          {layer.units.length === 0 ? <p class="muted">{t('units.tooMany')}</p> : <Sorted rows={layer.units} columns={kColumns} name={(u: UnitHealth) => <UnitName name={u.name} />} />}
        </>
      )}
    </section>
  );
}

function UnitName({ name }: { name: string }) {
  const isDrawn = network.value?.nodes?.some((n) => n.name === name);
  if (!isDrawn) return <>{name}</>;
  return (
    <button type="button" class="quiet" title={t('train.show')} onClick={() => ((pinned.value = name), (page.value = 'network'))}>
      {name}
    </button>
  );
}

interface SortedProps<R extends UnitHealth> {
  rows: R[];
  columns: readonly (keyof R & string)[];
  name: (row: R) => preact.ComponentChildren;
}

function Sorted<R extends UnitHealth>({ rows, columns, name }: SortedProps<R>) {
  const [by, setBy] = useState<{ column: string; down: boolean } | null>(null);
  const [all, setAll] = useState(false);
  const of = (row: R, column: string) => row[column as keyof R] as Num | null;
  const order = by ? [...rows].sort((a, b) => (by.down ? -1 : 1) * compare(of(a, by.column), of(b, by.column), by.down)) : rows;
  const shown = all ? order : order.slice(0, kMostShown);
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={t('units.title')}>
      <table class="health">
        <thead>
          <tr>
            <th scope="col">{t('units.name')}</th>
            {columns.map((column) => (
              <th key={column} scope="col" aria-sort={by?.column === column ? (by.down ? 'descending' : 'ascending') : 'none'}>
                <button type="button" class="quiet" title={t(`units.${column}.about` as Word)} onClick={() => setBy({ column, down: by?.column === column ? !by.down : true })}>
                  {t(`units.${column}` as Word)}
                  <span aria-hidden="true">{by?.column === column ? (by.down ? ' ▾' : ' ▴') : ''}</span>
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr key={row.name}>
              <th scope="row">{name(row)}</th>
              {columns.map((column) => (
                <td key={column} class={isBad(column, of(row, column)) ? 'ill' : ''} data-value={of(row, column) ?? ''}>
                  {written(column, of(row, column))}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {order.length > shown.length && (
        <button type="button" class="quiet" onClick={() => setAll(true)}>
          {t('units.all', { n: order.length })}
        </button>
      )}
    </div>
  );
}

// What there is not stands last, whichever way.
function compare(a: Num | null, b: Num | null, down: boolean): number {
  const none = down ? -Infinity : Infinity;
  const x = typeof a === 'number' ? a : none;
  const y = typeof b === 'number' ? b : none;
  return x < y ? -1 : x > y ? 1 : 0;
}

const isShare = (column: string) => column === 'dead' || column === 'saturated';
const isBad = (column: string, x: Num | null) => isShare(column) && typeof x === 'number' && x >= 0.5;
const written = (column: string, x: Num | null) => (x === null ? '\u2013' : isShare(column) && typeof x === 'number' ? `${plain(100 * x, 3)} %` : plain(x, 3));
