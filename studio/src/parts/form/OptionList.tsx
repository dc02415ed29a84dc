// Settings one below the other: those that matter first, the others behind a word.
import type { Option } from '../../api/data';
import { t } from '../../i18n';
import { draft, valueAt, type Key } from '../../state/draft';
import { OptionField } from './OptionField';

interface Props {
  options: Option[];
  path: Key[];
  owner: string;
  first?: string[]; // shown at once, with what is required or said; without it, all
  without?: string[];
}

export function OptionList({ options, path, owner, first, without = [] }: Props) {
  const all = options.filter((o) => !without.includes(o.name));
  const problem = draft.value?.problem?.at ?? '';
  const isFirst = (o: Option) => !first || o.required || first.includes(o.name);
  const isSaid = (o: Option) => valueAt([...path, o.name]) !== undefined || problem.startsWith([...path, o.name].join('.'));
  const shown = all.filter(isFirst);
  const rest = all.filter((o) => !isFirst(o));
  return (
    <>
      <div class="settings">
        {shown.map((o) => (
          <OptionField key={o.name} option={o} path={path} owner={owner} />
        ))}
      </div>
      {rest.length > 0 && (
        <details open={rest.some(isSaid)}>
          <summary>{t('form.more', { n: rest.length })}</summary>
          <div class="settings">
            {rest.map((o) => (
              <OptionField key={o.name} option={o} path={path} owner={owner} />
            ))}
          </div>
        </details>
      )}
    </>
  );
}
