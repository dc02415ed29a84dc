// Who is taken for whom: each row a class, each column what the network says; a click shows the samples.
import { useEffect, useState } from 'preact/hooks';
import { trainApi, type CellSample, type Confusion as Found } from '../../api/train';
import { t, tOr, type Word } from '../../i18n';
import { network, page, run, runId, sample } from '../../state/store';
import { plain } from '../data/plain';

const kMostDrawn = 40; // classes
const kQuick = 3e8; // samples times parameters that are judged without being asked

export function Confusion() {
  const [found, setFound] = useState<Found | null>(null);
  const [part, setPart] = useState('');
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState('');
  const [cell, setCell] = useState<[number, number] | null>(null);
  const id = runId.value;
  const status = run.value?.status;
  const judge = async (of: string) => {
    setBusy(true);
    setRefusal('');
    setCell(null);
    try {
      setFound(await trainApi.confusion(id, of));
    } catch (error) {
      setFound(null);
      setRefusal((error as Error).message);
    }
    setBusy(false);
  };
  const isQuick = (network.value?.samples ?? 0) * Math.max(network.value?.parameters ?? 0, 1) < kQuick;
  useEffect(() => {
    setFound(null);
    setCell(null);
    setPart('');
    setRefusal('');
  }, [id]);
  useEffect(() => {
    if (isQuick && status !== undefined && !['playing', 'starting', 'ending', 'failed'].includes(status)) void judge(part);
  }, [id, status, part, isQuick, status === 'paused' ? run.value?.step : 0]);
  return (
    <section class="confusion" aria-busy={busy}>
      <div class="bar">
        <h2>{t(found && !found.classes ? 'confusion.titlePlain' : 'confusion.title')}</h2>
        <div class="does">
          {found && found.parts.length > 1 && (
            <select aria-label={t('confusion.part')} value={found.part} onChange={(event) => (setPart(event.currentTarget.value), void judge(event.currentTarget.value))}>
              {found.parts.map((name) => (
                <option key={name} value={name}>
                  {t(`train.${name}` as Word)}
                </option>
              ))}
            </select>
          )}
          <button type="button" disabled={busy} onClick={() => void judge(part)}>
            {t('confusion.now')}
          </button>
        </div>
      </div>
      {refusal && <p class="notice bad" role="alert">{refusal}</p>}
      {found && <Summary found={found} />}
      {found?.confusion && found.classes && found.classes.length <= kMostDrawn && <Matrix found={found} cell={cell} choose={setCell} />}
      {found && cell && <Cell found={found} cell={cell} close={() => setCell(null)} />}
      {found?.classes && <Classes found={found} />}
    </section>
  );
}

function Summary({ found }: { found: Found }) {
  const numbers: [string, unknown][] = [['loss', found.loss], ['accuracy', found.accuracy], ['macro_f1', found.macro_f1], ['rmse', found.rmse], ['mae', found.mae], ['r2', found.r2]];
  return (
    <>
      <p class="muted">
        {t(found.samples === 1 ? 'confusion.ofOne' : 'confusion.of', { n: found.samples.toLocaleString('en'), part: t(`train.${found.part}` as Word) })} {found.step === null ? t('confusion.model') : t('confusion.step', { step: found.step })}
      </p>
      <dl class="figures">
        {numbers.map(([name, value]) =>
          typeof value === 'number' || typeof value === 'string' ? (
            <div key={name}>
              <dt>{tOr(`metric.${name}`, name)}</dt>
              <dd data-testid={`metric.${name}`} data-value={value}>{plain(value, 4)}</dd>
            </div>
          ) : null,
        )}
      </dl>
    </>
  );
}

function Matrix({ found, cell, choose }: { found: Found; cell: [number, number] | null; choose: (cell: [number, number]) => void }) {
  const names = found.classes!.map((c) => c.name);
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={t('confusion.title')}>
      <table class="matrix">
        <thead>
          <tr>
            <th scope="col">{t('confusion.axes')}</th>
            {names.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {found.confusion!.map((row, actual) => {
            const whole = Math.max(found.classes![actual]!.support, 1);
            return (
              <tr key={actual}>
                <th scope="row">{names[actual]}</th>
                {row.map((count, predicted) => (
                  <td key={predicted} class={actual === predicted ? 'hit' : 'miss'} style={{ '--share': count / whole }}>
                    <button
                      type="button"
                      disabled={count === 0}
                      aria-pressed={cell?.[0] === actual && cell[1] === predicted}
                      aria-label={t('confusion.cell', { n: count, actual: names[actual]!, predicted: names[predicted]! })}
                      onClick={() => choose([actual, predicted])}
                    >
                      {plain(count, 6)}
                    </button>
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Cell({ found, cell, close }: { found: Found; cell: [number, number]; close: () => void }) {
  const [shown, setShown] = useState<{ count: number; input_names: string[]; samples: CellSample[] } | null>(null);
  const [actual, predicted] = cell;
  useEffect(() => {
    setShown(null);
    trainApi.cell(runId.value, found.part, actual, predicted).then(setShown, () => setShown(null));
  }, [found, actual, predicted]);
  const names = found.classes!.map((c) => c.name);
  const show = (number: number) => {
    sample.value = number;
    page.value = 'network';
  };
  return (
    <div class="cell" aria-live="polite">
      <div class="bar">
        <h3>{t('confusion.cell', { n: shown?.count ?? found.confusion![actual]![predicted]!, actual: names[actual]!, predicted: names[predicted]! })}</h3>
        <button type="button" class="quiet" aria-label={t('keys.close')} onClick={close}>
          ×
        </button>
      </div>
      <ul class={shown?.samples[0]?.image ? 'pictures' : 'listed'}>
        {shown?.samples.map((s) => (
          <li key={s.sample}>
            {s.image ? <img src={s.image} alt={t('data.sample', { n: s.sample })} /> : <span class="inputs">{s.inputs.slice(0, 8).map((x, i) => `${shown.input_names[i]} ${plain(x, 3)}`).join(', ')}</span>}
            <small>
              {found.part === 'train' ? <button type="button" class="quiet" title={t('train.show')} onClick={() => show(s.sample)}>#{s.sample}</button> : `#${s.sample}`} · {t('confusion.sure', { share: Math.round(100 * s.certainty) })}
            </small>
          </li>
        ))}
      </ul>
    </div>
  );
}

const Classes = ({ found }: { found: Found }) => (
  <details>
    <summary>{t('confusion.classes')}</summary>
    <table class="numbers">
      <thead>
        <tr>
          <td />
          {['precision', 'recall', 'f1', 'support'].map((name) => <th key={name} scope="col">{name}</th>)}
        </tr>
      </thead>
      <tbody>
        {found.classes!.map((c) => (
          <tr key={c.name}>
            <th scope="row">{c.name}</th>
            {[c.precision, c.recall, c.f1, c.support].map((x, i) => <td key={i}>{x === null ? '\u2013' : plain(x, 4)}</td>)}
          </tr>
        ))}
      </tbody>
    </table>
  </details>
);
