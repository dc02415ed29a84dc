// A run that goes on from the moment shown, with its edits and with other settings.
import { signal } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import { api } from '../api/client';
import { t } from '../i18n';
import { edits } from '../state/edits';
import { batches, network, openRun, runId, runs, step } from '../state/store';

export const isBranching = signal(false);

export function BranchDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  const [wrong, setWrong] = useState('');
  useEffect(() => dialog.current?.showModal(), []);
  const train = network.value?.settings?.train;
  const rate = train?.optimiser?.learning_rate;
  const epochs = Math.max(train?.epochs ?? 1, Math.floor(step.value / batches.value) + 1);
  const close = () => (isBranching.value = false);
  const begin = async (event: Event) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const set: Record<string, number> = {};
    const number = (key: string) => Number(form.get(key));
    if (form.has('rate') && number('rate') !== rate) set['train.optimiser.learning_rate'] = number('rate');
    if (number('epochs') !== train?.epochs) set['train.epochs'] = number('epochs');
    try {
      const begun = await api.branch(runId.value, { step: step.value, edits: edits.value, set, name: `${form.get('name') ?? ''}` });
      runs.value = [...runs.value.filter((r) => r.id !== begun.id), begun];
      close();
      await openRun(begun.id);
    } catch (error) {
      setWrong((error as Error).message);
    }
  };
  return (
    <dialog ref={dialog} class="keys branch" aria-labelledby="branch-title" onClose={close}>
      <h2 id="branch-title">{t('branch.title', { step: step.value })}</h2>
      <p class="muted">{t('branch.about')}</p>
      <form onSubmit={(event) => void begin(event)}>
        {rate !== undefined && (
          <label>
            <span>{t('moment.rate')}</span>
            <input name="rate" type="number" step="any" min="0" required value={rate} />
          </label>
        )}
        <label>
          <span>{t('branch.epochs')}</span>
          <input name="epochs" type="number" step="1" min="1" required value={epochs} />
        </label>
        <label>
          <span>{t('branch.name')}</span>
          <input name="name" type="text" maxLength={60} placeholder={`${runId.value}-branch`} />
        </label>
        {Object.keys(edits.value).length > 0 && <p>{t('branch.edits', { names: Object.keys(edits.value).join(', ') })}</p>}
        {wrong && <p class="bad" role="alert">{wrong}</p>}
        <div class="buttons">
          <button type="button" onClick={close}>{t('keys.close')}</button>
          <button type="submit" class="primary">{t('branch.begin')}</button>
        </div>
      </form>
    </dialog>
  );
}
