// One setting of an experiment: its control, what it means and may be, and what the engine has against it.
import { useEffect, useRef } from 'preact/hooks';
import type { Json, Option } from '../../api/data';
import { helpOf } from '../../i18n/help';
import { t } from '../../i18n';
import { change, draft, tables, valueAt, type Key } from '../../state/draft';
import { KindField } from './KindField';
import { LayerList } from './LayerList';
import { TableField } from './TableField';

export interface FieldProps {
  option: Option;
  path: Key[]; // of the table that the setting is in
  owner: string; // of the help: "train", "layer.dense"
}

const kKinds = ['layer', 'initialiser', 'loss', 'optimiser', 'schedule'];
const kTables = ['early_stopping', 'augment'];
export const idOf = (path: Key[]) => `set-${path.join('-')}`;

export function OptionField({ option, path, owner }: FieldProps) {
  const at = [...path, option.name];
  if (option.type === 'array of layer') return <LayerList path={at} />;
  if (kKinds.includes(option.type)) return <KindField option={option} path={path} owner={owner} />;
  if (kTables.includes(option.name) && tables.value?.sections[option.name]) return <TableField option={option} path={path} owner={owner} />;
  const id = idOf(at);
  return (
    <div class={`setting ${problemAt(at) ? 'wrong' : ''}`}>
      <label for={id}>
        <code>{option.name}</code>
        {option.required && <span class="muted"> {t('form.required')}</span>}
      </label>
      <Control option={option} at={at} id={id} />
      <Help option={option} at={at} owner={owner} id={id} />
    </div>
  );
}

export function Help({ option, at, owner, id }: { option: Option; at: Key[]; owner: string; id: string }) {
  const problem = problemAt(at);
  return (
    <p class="help" id={`${id}-help`}>
      {problem && <strong role="alert">{problem}</strong>}
      {helpOf(owner, option.name, option.help)}
      <span class="range"> {rangeOf(option)}</span>
    </p>
  );
}

// The same in all languages: "≥ 1", "[0, 1)".
function rangeOf({ low, low_open, high, high_open }: Option): string {
  if (low !== undefined && high !== undefined) return `${low_open ? '(' : '['}${low}, ${high}${high_open ? ')' : ']'}`;
  if (low !== undefined) return `${low_open ? '>' : '\u2265'} ${low}`;
  return high !== undefined ? `${high_open ? '<' : '\u2264'} ${high}` : '';
}

// What the engine says about exactly this setting.
export const problemAt = (at: Key[]): string => {
  const problem = draft.value?.problem;
  return problem && problem.at === at.join('.') ? problem.message : '';
};

function Control({ option, at, id }: { option: Option; at: Key[]; id: string }) {
  const value = valueAt(at);
  const described = { id, 'aria-describedby': `${id}-help`, 'aria-invalid': problemAt(at) !== '' };
  if (option.type === 'boolean')
    return (
      <input
        {...described}
        type="checkbox"
        checked={value === undefined ? option.default === true : value === true}
        onChange={(event) => change(at, event.currentTarget.checked === (option.default === true) ? undefined : event.currentTarget.checked)}
      />
    );
  if (option.choices && !option.type.startsWith('array'))
    return (
      <select {...described} value={value === undefined ? '' : String(value)} onChange={(event) => change(at, event.currentTarget.value || undefined)}>
        <option value="">{option.default === undefined ? '' : t('form.default', { value: String(option.default) })}</option>
        {option.choices.map((choice) => (
          <option key={choice} value={choice}>
            {choice}
          </option>
        ))}
      </select>
    );
  return <TextControl option={option} at={at} described={described} />;
}

// What was typed stands until the field is left: 0.0 on its way to 0.01 is no 0.
function TextControl({ option, at, described }: { option: Option; at: Key[]; described: object }) {
  const place = useRef<HTMLInputElement>(null);
  const shown = written(valueAt(at));
  useEffect(() => {
    if (place.current && document.activeElement !== place.current) place.current.value = shown;
  }, [shown]);
  const isNumber = option.type === 'integer' || option.type === 'number';
  return (
    <input
      {...described}
      ref={place}
      type="text"
      autocomplete="off"
      spellcheck={false}
      inputMode={isNumber ? 'decimal' : 'text'}
      placeholder={option.default === undefined ? '' : written(option.default)}
      defaultValue={shown}
      onInput={(event) => change(at, parsed(event.currentTarget.value, option.type))}
      onBlur={(event) => (event.currentTarget.value = written(valueAt(at)))}
    />
  );
}

const written = (value: Json | undefined): string =>
  value === undefined || value === null ? '' : Array.isArray(value) && value.every((v) => typeof v !== 'object') ? value.join(', ') : typeof value === 'object' ? JSON.stringify(value) : String(value);

// What cannot be read as the setting's type goes to the engine as it is: it says what it expects.
function parsed(text: string, type: string): Json | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  const number = (word: string): Json => (word !== '' && Number.isFinite(Number(word)) ? Number(word) : word);
  if (type === 'integer' || type === 'number') return number(trimmed);
  if (type.startsWith('array of integer') || type.startsWith('array of number')) return trimmed.split(/[\s,]+/).map(number);
  if (type.startsWith('array of')) return trimmed.split(',').map((word) => word.trim());
  if (type === 'any') {
    try {
      return JSON.parse(trimmed) as Json;
    } catch {
      return text;
    }
  }
  return type === 'string' ? text : trimmed.includes(',') ? trimmed.split(',').map((word) => word.trim()) : text;
}
