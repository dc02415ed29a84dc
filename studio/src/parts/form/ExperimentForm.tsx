// All settings of an experiment but its data's source and columns, from the engine's own tables.
import type { Json } from '../../api/data';
import { t, type Word } from '../../i18n';
import { change, draft, tables, valueAt, writeSettings } from '../../state/draft';
import { LayerList } from './LayerList';
import { OptionList } from './OptionList';

const kForms = ['layers', 'widths', 'autoencoder'] as const;
const kSource = ['source', 'train', 'validation', 'test', 'inputs', 'targets', 'rows', 'generator', 'target', 'features', 'ignore', 'ordered', 'classes'];

export function ExperimentForm() {
  const sections = tables.value?.sections;
  if (!sections || !draft.value?.experiment) return null;
  return (
    <>
      <section class="sheet">
        <h2>{t('form.network')}</h2>
        <NetworkForm />
      </section>
      <section class="sheet">
        <h2>{t('form.training')}</h2>
        <OptionList options={sections.train ?? []} path={['train']} owner="train" first={['epochs', 'batch_size', 'optimiser', 'loss']} />
        <OptionList options={sections.experiment ?? []} path={[]} owner="experiment" first={['seed']} />
      </section>
      <section class="sheet">
        <h2>{t('form.data')}</h2>
        <OptionList
          options={sections.data ?? []}
          path={['data']}
          owner="data"
          first={['scale', 'target_scale', 'validation_fraction', 'test_fraction', 'missing', 'task']}
          without={kSource}
        />
      </section>
      <section class="sheet">
        <h2>{t('form.record')}</h2>
        <OptionList options={sections.record ?? []} path={['record']} owner="record" first={['level']} />
      </section>
    </>
  );
}

function NetworkForm() {
  const sections = tables.value?.sections ?? {};
  const model = (valueAt(['model']) ?? {}) as Record<string, Json>;
  const form = kForms.find((f) => f in model) ?? 'layers';
  const inputs = draft.value?.data?.inputs ?? 2;
  const outputs = draft.value?.data?.outputs ?? 1;
  const start: Record<(typeof kForms)[number], Json> = {
    layers: [{ kind: 'dense', units: 16, activation: 'tanh' }, { kind: 'dense', units: outputs }],
    widths: [inputs, 8, outputs],
    autoencoder: { widths: [inputs, 8, 2] },
  };
  const choose = (to: (typeof kForms)[number]) => {
    const { layers: _l, widths: _w, autoencoder: _a, ...rest } = model;
    change(['model'], { ...rest, [to]: start[to] });
  };
  const problem = draft.value?.problem;
  const canFit = problem?.at === 'model' && form === 'layers';
  return (
    <>
      <div class="setting">
        <label for="set-model-form">{t('form.written')}</label>
        <select id="set-model-form" value={form} onChange={(event) => choose(event.currentTarget.value as (typeof kForms)[number])}>
          {kForms.map((f) => (
            <option key={f} value={f}>
              {t(`form.${f}` as Word)}
            </option>
          ))}
        </select>
      </div>
      {problem?.at === 'model' && (
        <p class="notice bad" role="alert">
          {problem.message}
          {canFit && (
            <button type="button" onClick={() => writeSettings(draft.value!.experiment!, true)}>
              {t('form.fit')}
            </button>
          )}
        </p>
      )}
      {form === 'layers' && <LayerList path={['model', 'layers']} />}
      {form === 'autoencoder' && <OptionList options={sections.autoencoder ?? []} path={['model', 'autoencoder']} owner="autoencoder" first={['widths', 'activation', 'output_activation']} without={['encoder']} />}
      <OptionList
        options={sections.model ?? []}
        path={['model']}
        owner="model"
        first={form === 'widths' ? ['widths', 'activation', 'output_activation'] : []}
        without={['layers', 'autoencoder', ...(form === 'widths' ? [] : ['widths', 'activation', 'output_activation', 'use_bias'])]}
      />
    </>
  );
}
