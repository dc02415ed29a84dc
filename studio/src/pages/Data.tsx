// From data to a training: bring data, see what is in them, write the experiment, begin.
import { useEffect, useState } from 'preact/hooks';
import { dataApi } from '../api/data';
import { t } from '../i18n';
import { Columns } from '../parts/data/Columns';
import { Rows } from '../parts/data/Rows';
import { Source } from '../parts/data/Source';
import { ExperimentForm } from '../parts/form/ExperimentForm';
import { OptionList } from '../parts/form/OptionList';
import { kindOf } from '../parts/form/KindField';
import { TomlEditor } from '../parts/form/TomlEditor';
import { trainOn } from '../parts/train/Progress';
import { draft, draftName, loadTables, look, lookedAt, tables, valueAt } from '../state/draft';
import { fail, openRun, runs } from '../state/store';

export function DataPage() {
  useEffect(() => {
    loadTables().then(look, fail);
  }, []);
  const isBegun = draft.value !== null;
  return (
    <div class={`data ${isBegun ? 'begun' : ''}`}>
      <div class="main">
        <h1>{t('data.title')}</h1>
        <p class="lead">{t('data.lead')}</p>
        <Source />
        {isBegun && <Generator />}
        {lookedAt.value && (
          <section class="sheet">
            <h2>{t(lookedAt.value.array ? 'data.insideArray' : 'data.inside', { n: lookedAt.value.rows.toLocaleString('en'), columns: lookedAt.value.column_count.toLocaleString('en') })}</h2>
            <Columns />
            <Rows />
          </section>
        )}
        {isBegun && <ExperimentForm />}
      </div>
      {isBegun && (
        <aside aria-label={t('form.experiment')}>
          <Start />
          <TomlEditor />
        </aside>
      )}
    </div>
  );
}

// Data that are made have settings of their own.
function Generator() {
  const kind = kindOf(valueAt(['data', 'generator']));
  const found = tables.value?.kinds.generator?.find((k) => k.name === kind);
  if (!found) return null;
  return (
    <section class="sheet">
      <h2>{t('data.generator', { name: found.name })}</h2>
      <OptionList options={found.options} path={['data', 'generator']} owner={`generator.${found.name}`} />
    </section>
  );
}

function Start() {
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState('');
  const { problem, data, network } = draft.value!;
  const begin = async () => {
    setBusy(true);
    setRefusal('');
    try {
      const begun = await dataApi.begin(draft.value!.toml, draftName.value);
      runs.value = [...runs.value.filter((r) => r.id !== begun.id), begun];
      await openRun(begun.id, { page: 'train' });
      trainOn();
    } catch (error) {
      setRefusal((error as Error).message);
    }
    setBusy(false);
  };
  return (
    <div class="begin">
      <label for="run-name">{t('form.name')}</label>
      <input id="run-name" type="text" maxLength={60} value={draftName.value} onInput={(event) => (draftName.value = event.currentTarget.value)} />
      <button type="button" class="primary" disabled={busy || problem !== null} aria-busy={busy} onClick={() => void begin()}>
        {t('form.begin')}
      </button>
      {refusal && <p class="notice bad" role="alert">{refusal}</p>}
      {network && data && (
        <p class="muted summary">
          {t('form.summary', {
            inputs: data.input_shape.join(' × '),
            outputs: data.outputs,
            parameters: network.parameters.toLocaleString('en'),
            loss: network.loss,
          })}
        </p>
      )}
    </div>
  );
}
