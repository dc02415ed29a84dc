// The columns of a table: what each holds, and what it is for.
import type { DataColumn } from '../../api/data';
import type { Json } from '../../api/data';
import { t, type Word } from '../../i18n';
import { draft, lookColumn, look, lookedAt, valueAt, writeSettings } from '../../state/draft';
import { Bars, Histogram } from './Histogram';
import { plain } from './plain';

const kRoles = ['input', 'target', 'ignored', 'weight'] as const;
export const kColumnsShown = 40;

const names = (value: Json | undefined): string[] => (typeof value === 'string' ? [value] : Array.isArray(value) ? value.map(String) : []);

// One column's role changes, and what the others say of it goes. A new target is proposed a fitting output layer.
function give(column: DataColumn, role: (typeof kRoles)[number]) {
  const data = { ...((valueAt(['data']) ?? {}) as Record<string, Json>) };
  const without = (key: string) => names(data[key]).filter((n) => n !== column.name);
  const set = (key: string, list: string[]) => {
    if (list.length) data[key] = list;
    else delete data[key];
  };
  const targets = without('target');
  set('ignore', role === 'ignored' ? [...without('ignore'), column.name] : without('ignore'));
  if (data.features !== undefined) set('features', role === 'input' ? [...without('features'), column.name] : without('features'));
  if (data.weight_column === column.name) delete data.weight_column;
  if (role === 'weight') data.weight_column = column.name;
  if (role === 'target') {
    data.target = column.name;
    for (const key of ['task', 'target_scale', 'classes']) delete data[key];
  } else if (names(data.target).includes(column.name)) {
    set('target', targets);
  }
  const experiment = { ...draft.value!.experiment!, data };
  writeSettings(experiment, true);
}

export function Columns() {
  const view = lookedAt.value;
  if (!view) return null;
  const first = view.column;
  const last = first + view.columns.length;
  const turn = (to: number) => {
    lookColumn.value = Math.max(0, to);
    look();
  };
  return (
    <>
      <ul class="columns">
        {view.columns.map((column) => (
          <li key={column.name} class={column.role}>
            <div class="head">
              <strong title={column.name}>{column.name}</strong>
              <small>{t(`data.kind.${column.kind}` as Word)}</small>
            </div>
            {column.categories ? <Bars categories={column.categories} rows={view.rows} /> : <Histogram of={column} label={t('data.spread', { name: column.name, low: plain(column.least ?? 0), high: plain(column.largest ?? 0) })} />}
            <small class="muted">
              {column.mean !== undefined && t('data.mean', { mean: plain(column.mean, 3), deviation: plain(column.deviation ?? 0, 3) })}
              {column.distinct !== undefined && t('data.distinct', { n: column.distinct })}
              {column.missing > 0 && <span class="missing"> · {t('data.missing', { n: column.missing })}</span>}
            </small>
            {!view.array && (
              <select aria-label={t('data.role', { name: column.name })} value={column.role} onChange={(event) => give(column, event.currentTarget.value as (typeof kRoles)[number])}>
                {kRoles.map((role) => (
                  <option key={role} value={role}>
                    {t(`data.role.${role}` as Word)}
                  </option>
                ))}
              </select>
            )}
          </li>
        ))}
        {view.array && (
          <li class="input">
            <div class="head">
              <strong>{t('data.array')}</strong>
              <small>{view.array.shape.join(' × ')}</small>
            </div>
            <Histogram of={view.array} label={t('data.array')} />
          </li>
        )}
      </ul>
      {view.column_count > kColumnsShown && (
        <p class="pager">
          <button type="button" disabled={first === 0} onClick={() => turn(first - kColumnsShown)}>
            {t('data.previous')}
          </button>
          <span>{t('data.columnsOf', { first: first + 1, last, n: view.column_count.toLocaleString('en') })}</span>
          <button type="button" disabled={last >= view.column_count} onClick={() => turn(first + kColumnsShown)}>
            {t('data.next')}
          </button>
        </p>
      )}
    </>
  );
}

