import { t } from '../i18n';
import { network, sample } from '../state/store';

const kMostListed = 500;

export function SamplePicker() {
  const count = network.value?.samples ?? 1;
  if (count < 2) return null;
  const listed = Math.min(count, kMostListed);
  return (
    <label class="sample">
      <span>{t('moment.sample')}</span>
      <select
        value={sample.value === null ? 'batch' : `${sample.value}`}
        onChange={(event) => (sample.value = event.currentTarget.value === 'batch' ? null : Number(event.currentTarget.value))}
      >
        <option value="batch">{t('moment.batch')}</option>
        {Array.from({ length: listed }, (_, i) => (
          <option key={i} value={`${i}`}>{t('moment.sampleN', { n: i })}</option>
        ))}
      </select>
    </label>
  );
}
