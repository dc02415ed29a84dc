// The winner's schedule: from which epoch to which it trained by which values, as who; and its experiment to take along.
import { useState } from 'preact/hooks';
import { searchApi, type SearchDocument } from '../../api/search';
import { t } from '../../i18n';
import { fail, openRun, runs } from '../../state/store';
import { valueText } from './words';

export function Winner({ found }: { found: SearchDocument }) {
  const [said, setSaid] = useState('');
  const { way, toml } = found.winner;
  const copy = async () => {
    await navigator.clipboard.writeText(toml!).catch(() => prompt('TOML', toml!));
    setSaid(t('search.copied'));
  };
  const train = async () => {
    try {
      const begun = await searchApi.train(toml!, `${found.id}-best`);
      runs.value = [...runs.value.filter((r) => r.id !== begun.id), begun];
      await openRun(begun.id, { page: 'train' });
    } catch (error) {
      fail(error as Error);
    }
  };
  return (
    <>
      <div class="scroll" tabIndex={0} role="region" aria-label={t('search.winner')}>
        <table class="numbers way">
          <thead>
            <tr>
              <th scope="col">{t('search.stretch')}</th>
              <th scope="col">{t('search.as')}</th>
              {found.space.map((d) => <th key={d.key} scope="col" title={d.key}>{d.name}</th>)}
            </tr>
          </thead>
          <tbody>
            {way.map((s) => (
              <tr key={s.begin}>
                <th scope="row">{s.begin}–{s.end - 1}</th>
                <td>{s.member}</td>
                {found.space.map((d) => <td key={d.key} data-value={s.values[d.key]}>{valueText(s.values[d.key])}</td>)}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {toml ? (
        <>
          <div class="does">
            <button type="button" class="primary" onClick={() => void train()}>{t('search.train')}</button>
            <button type="button" onClick={() => void copy()}>{t('search.copyToml')}</button>
            <span role="status">{said}</span>
          </div>
          <details>
            <summary>{t('search.toml')}</summary>
            <pre class="toml" tabIndex={0}>{toml}</pre>
          </details>
        </>
      ) : (
        <p class="muted">{t('search.noToml')}</p>
      )}
    </>
  );
}
