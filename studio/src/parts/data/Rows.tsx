// The rows, each in the colour of the part that has it: as they were read, or as the network sees them.
import { useState } from 'preact/hooks';
import type { DataSample, DataView, Distribution } from '../../api/data';
import { t, type Word } from '../../i18n';
import { draft, kRowsShown, look, lookedAt, lookRow } from '../../state/draft';
import { Histogram } from './Histogram';
import { plain } from './plain';

export function Rows() {
  const [isScaled, setScaled] = useState(false);
  const view = lookedAt.value;
  if (!view) return null;
  const scaled = isScaled && view.network !== undefined;
  const turn = (to: number) => {
    lookRow.value = Math.max(0, Math.min(to, view.rows - 1));
    look();
  };
  const last = view.row + view.samples.length;
  return (
    <>
      <div class="bar">
        <Parts />
        <div class="views" role="radiogroup" aria-label={t('data.as')}>
          {(['read', 'seen'] as const).map((name) => (
            <label key={name} class={(name === 'seen') === scaled ? 'on' : ''}>
              <input type="radio" name="seen" disabled={!view.network} checked={(name === 'seen') === scaled} onChange={() => setScaled(name === 'seen')} />
              {t(`data.as.${name}` as Word)}
            </label>
          ))}
        </div>
      </div>
      <div class="scroll" tabIndex={0} role="region" aria-label={t('data.rows')}>
        <table class="rows">
          <thead>{scaled ? <SeenHead view={view} /> : <ReadHead view={view} />}</thead>
          <tbody>
            {view.samples.map((sample) => (
              <tr key={sample.row} class={sample.part ? `in-${sample.part}` : ''}>
                <th scope="row">{sample.row}</th>
                <td>{sample.part ? t(`data.part.${sample.part}` as Word) : ''}</td>
                {scaled ? <Seen sample={sample} /> : <Read sample={sample} hasImage={view.array !== undefined} />}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="pager">
        <button type="button" disabled={view.row === 0} onClick={() => turn(view.row - kRowsShown)}>
          {t('data.previous')}
        </button>
        <label>
          <span>{t('data.from')}</span>
          <input type="number" min={0} max={view.rows - 1} value={view.row} aria-label={t('data.fromRow')} onChange={(event) => turn(Number(event.currentTarget.value) || 0)} />
          <span>{t('data.rowsOf', { last: last - 1, n: view.rows.toLocaleString('en') })}</span>
        </label>
        <button type="button" disabled={last >= view.rows} onClick={() => turn(view.row + kRowsShown)}>
          {t('data.next')}
        </button>
      </p>
    </>
  );
}

// How many rows each part has, as one bar.
function Parts() {
  const data = draft.value?.data;
  if (!data) return <span />;
  const parts = (['train', 'validation', 'test'] as const).filter((name) => data[name] > 0);
  return (
    <ul class="parts">
      {parts.map((name) => (
        <li key={name} class={`in-${name}`} style={{ flexGrow: data[name] }}>
          <i aria-hidden="true" />
          {t(`data.part.${name}` as Word)} <strong>{data[name].toLocaleString('en')}</strong>
        </li>
      ))}
      {data.dropped > 0 && <li class="in-unused">{t('data.dropped', { n: data.dropped })}</li>}
    </ul>
  );
}

const Column = ({ of }: { of: Distribution }) => (
  <th scope="col">
    {of.name}
    <Histogram of={of} label={`${of.name}: ${plain(of.least ?? 0)} … ${plain(of.largest ?? 0)}`} />
  </th>
);

const SeenHead = ({ view }: { view: DataView }) => (
  <tr>
    <th scope="col">{t('data.row')}</th>
    <th scope="col">{t('data.part')}</th>
    {view.network!.inputs.map((c) => <Column key={c.name} of={c} />)}
    {view.network!.outputs.map((c) => <Column key={`y ${c.name}`} of={{ ...c, name: `y: ${c.name}` }} />)}
  </tr>
);

const ReadHead = ({ view }: { view: DataView }) => (
  <tr>
    <th scope="col">{t('data.row')}</th>
    <th scope="col">{t('data.part')}</th>
    {view.array && <th scope="col">{t('data.array')}</th>}
    {view.columns.map((c) => (
      <th key={c.name} scope="col" class={c.role}>
        {c.name}
      </th>
    ))}
  </tr>
);

const Seen = ({ sample }: { sample: DataSample }) => (
  <>
    {(sample.inputs ?? []).map((x, i) => <td key={i} class="number">{plain(x)}</td>)}
    {(sample.targets ?? []).map((x, i) => <td key={`y${i}`} class="number target">{plain(x)}</td>)}
  </>
);

const Read = ({ sample, hasImage }: { sample: DataSample; hasImage: boolean }) => (
  <>
    {hasImage && <td>{sample.image ? <img src={sample.image} alt={t('data.sample', { n: sample.row })} /> : (sample.inputs ?? []).slice(0, 6).map((x) => plain(x, 3)).join('  ')}</td>}
    {sample.cells.map((cell, i) => (
      <td key={i} class={typeof cell === 'number' ? 'number' : cell === null ? 'gap' : ''}>
        {cell === null ? t('data.gap') : typeof cell === 'number' ? plain(cell, 6) : cell}
      </td>
    ))}
  </>
);
