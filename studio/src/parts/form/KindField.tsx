// A setting that is one of several kinds, each with settings of its own: an optimiser, an activation, a loss.
import type { Json, Option } from '../../api/data';
import { helpOf } from '../../i18n/help';
import { t } from '../../i18n';
import { change, draft, tables, valueAt } from '../../state/draft';
import { Help, idOf, problemAt, type FieldProps } from './OptionField';
import { OptionList } from './OptionList';

export const kindOf = (value: Json | undefined): string =>
  typeof value === 'string' ? value : value !== null && typeof value === 'object' && !Array.isArray(value) ? String(value.kind ?? '') : '';

export function KindField({ option, path, owner }: FieldProps) {
  const at = [...path, option.name];
  const id = idOf(at);
  const table = tableOf(option);
  const kind = kindOf(valueAt(at));
  const usual = kindOf(option.default) || (option.name === 'loss' ? (draft.value?.network?.loss ?? '') : '');
  const chosen = table.find((k) => k.name === kind);
  const hasMore = (name: string) => (table.find((k) => k.name === name)?.options.length ?? 0) > 0;
  const choose = (name: string) => change(at, name === '' ? undefined : hasMore(name) ? { kind: name } : name);
  return (
    <div class={`setting kind ${problemAt(at) ? 'wrong' : ''}`}>
      <label for={id}>
        <code>{option.name}</code>
      </label>
      <select id={id} value={kind} aria-describedby={`${id}-help`} onChange={(event) => choose(event.currentTarget.value)}>
        <option value="">{usual ? t('form.default', { value: usual }) : t('form.none')}</option>
        {table.map((k) => (
          <option key={k.name} value={k.name}>
            {k.name}
          </option>
        ))}
      </select>
      <Help option={option} at={at} owner={owner} id={id} />
      {chosen && (
        <div class="inner">
          <p class="help">{helpOf(option.type, chosen.name, chosen.summary)}</p>
          <OptionList options={chosen.options} path={at} owner={`${option.type}.${chosen.name}`} />
        </div>
      )}
    </div>
  );
}

// Where a layer is asked for as a setting, it is an activation (or the noise of an autoencoder).
const nameOf = (option: Option) => (option.type === 'layer' ? (option.name === 'noise' ? 'layer' : 'activation') : option.type);
const tableOf = (option: Option) => tables.value?.kinds[nameOf(option)] ?? [];
