// A setting that is a table of its own and may be absent: early stopping, augmentation.
import { helpOf } from '../../i18n/help';
import { t } from '../../i18n';
import { change, tables, valueAt } from '../../state/draft';
import { idOf, problemAt, type FieldProps } from './OptionField';
import { OptionList } from './OptionList';

export function TableField({ option, path, owner }: FieldProps) {
  const at = [...path, option.name];
  const isOn = valueAt(at) !== undefined;
  const id = idOf(at);
  return (
    <div class={`setting table ${problemAt(at) ? 'wrong' : ''}`}>
      <label for={id}>
        <code>{option.name}</code>
      </label>
      <span class="switch">
        <input id={id} type="checkbox" checked={isOn} aria-describedby={`${id}-help`} onChange={() => change(at, isOn ? undefined : {})} />
        <span>{isOn ? t('form.on') : t('form.off')}</span>
      </span>
      <p class="help" id={`${id}-help`}>
        {problemAt(at) && <strong role="alert">{problemAt(at)}</strong>}
        {helpOf(owner, option.name, option.help)}
      </p>
      {isOn && (
        <div class="inner">
          <OptionList options={tables.value?.sections[option.name] ?? []} path={at} owner={option.name} />
        </div>
      )}
    </div>
  );
}
