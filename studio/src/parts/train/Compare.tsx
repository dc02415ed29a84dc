// Runs side by side: which settings differ, and how each ended.
import { useEffect, useState } from 'preact/hooks';
import type { Json } from '../../api/data';
import { trainApi, type Report } from '../../api/train';
import { t, tOr, type Word } from '../../i18n';
import { run, runId } from '../../state/store';
import { plain } from '../data/plain';

// "train.optimiser.learning_rate": "0.1", for each setting.
function flat(value: Json, path: string, into: Map<string, string>): void {
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
    for (const [key, inner] of Object.entries(value)) flat(inner, path ? `${path}.${key}` : key, into);
  } else if (Array.isArray(value) && value.some((v) => typeof v === 'object')) {
    value.forEach((inner, i) => flat(inner, `${path}.${i + 1}`, into));
  } else {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    into.set(path, text.length > 60 ? `${text.slice(0, 59)}…` : text);
  }
}

export function Compare({ others }: { others: string[] }) {
  const [reports, setReports] = useState<Record<string, Report>>({});
  const ids = [runId.value, ...others];
  const key = ids.join('\n');
  useEffect(() => {
    void Promise.all(ids.map(async (id) => [id, await trainApi.report(id).catch(() => null)] as const)).then((all) =>
      setReports(Object.fromEntries(all.flatMap(([id, report]) => (report ? [[id, report]] : [])))),
    );
  }, [key, run.value?.status]);
  if (others.length === 0) return null;
  const known = ids.filter((id) => reports[id]);
  const settings = known.map((id) => {
    const all = new Map<string, string>();
    flat(reports[id]!.settings, '', all);
    return all;
  });
  const names = [...new Set(settings.flatMap((s) => [...s.keys()]))].filter((name) => new Set(settings.map((s) => s.get(name))).size > 1);
  const metrics = [...new Set(known.flatMap((id) => Object.entries(reports[id]!.summary?.metrics ?? {}).flatMap(([part, table]) => Object.keys(table).filter((m) => typeof table[m] === 'number' && m !== 'samples').map((m) => `${part} ${m}`))))];
  const metric = (id: string, name: string) => {
    const [part, which] = name.split(' ') as [string, string];
    const value = reports[id]!.summary?.metrics[part]?.[which];
    return typeof value === 'number' ? plain(value, 4) : '\u2013';
  };
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={t('compare.title')}>
      <table class="compare">
        <caption>{t('compare.title')}</caption>
        <thead>
          <tr>
            <td />
            {known.map((id) => <th key={id} scope="col">{tOr(`scene.${id}`, id)}</th>)}
          </tr>
        </thead>
        <tbody>
          {names.length === 0 && known.length > 1 && <tr><td colSpan={known.length + 1}>{t('compare.same')}</td></tr>}
          {names.map((name) => (
            <tr key={name}>
              <th scope="row"><code>{name}</code></th>
              {settings.map((s, i) => <td key={i}>{s.get(name) ?? '\u2013'}</td>)}
            </tr>
          ))}
          {metrics.map((name) => (
            <tr key={name} class="metric">
              <th scope="row">{t(`train.${name.split(' ')[0]}` as Word)} {name.split(' ')[1]}</th>
              {known.map((id) => <td key={id}>{metric(id, name)}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
