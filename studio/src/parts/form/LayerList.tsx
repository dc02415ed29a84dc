// The layers of a network, first to last: added, removed and moved, each with its settings and what comes out of it.
import type { Json, Option, Table } from '../../api/data';
import { helpOf } from '../../i18n/help';
import { t } from '../../i18n';
import { change, draft, tables, valueAt, type Key } from '../../state/draft';
import { Icon } from '../Icon';
import { kindOf } from './KindField';
import { idOf } from './OptionField';
import { OptionList } from './OptionList';

// What every layer may have beside the settings of its kind.
const kShared: Option[] = [
  { name: 'activation', type: 'layer', help: 'a layer that follows this one' },
  { name: 'kernel_initialiser', type: 'initialiser', help: "where the kernel starts, in place of the model's" },
  { name: 'bias_initialiser', type: 'initialiser', help: "where the bias starts, in place of the model's" },
];
const kNewLayer: Table = { kind: 'dense', units: 8, activation: 'relu' };
const kMostLayers = 200;

export function LayerList({ path }: { path: Key[] }) {
  const found = valueAt(path);
  const layers = Array.isArray(found) ? found : [];
  const shapes = draft.value?.network?.layers;
  const isSame = path.join('.') === 'model.layers' && shapes?.length === layers.length; // composites are written out
  const move = (from: number, to: number) => {
    const next = [...layers];
    const [layer] = next.splice(from, 1);
    next.splice(to, 0, layer as Json);
    change(path, next);
    requestAnimationFrame(() => document.getElementById(`${idOf([...path, to])}-kind`)?.focus());
  };
  const add = (at: number) => change(path, [...layers.slice(0, at), kNewLayer, ...layers.slice(at)]);
  return (
    <div class="layer-list">
      <ol>
        {layers.map((layer, i) => (
          <li key={i}>
            <LayerCard path={[...path, i]} layer={layer} place={i} count={layers.length} move={move} out={isSame ? shapes?.[i] : undefined} />
          </li>
        ))}
      </ol>
      <button type="button" class="add" disabled={layers.length >= kMostLayers} onClick={() => add(Math.max(0, layers.length - 1))}>
        + {t('form.addLayer')}
      </button>
    </div>
  );
}

interface CardProps {
  path: Key[];
  layer: Json;
  place: number;
  count: number;
  move: (from: number, to: number) => void;
  out: { shape: number[]; parameters: number; arithmetic?: string } | undefined;
}

function LayerCard({ path, layer, place, count, move, out }: CardProps) {
  const kinds = tables.value?.kinds.layer ?? [];
  const kind = kinds.find((k) => k.name === kindOf(layer));
  const id = idOf(path);
  const problem = draft.value?.problem?.at === path.join('.') ? draft.value.problem.message : '';
  const hasParameters = (out?.parameters ?? 0) > 0 || kind?.options.some((o) => o.name === 'use_bias' || o.name === 'units');
  const choose = (name: string) => {
    const required = kinds.find((k) => k.name === name)?.options.filter((o) => o.required) ?? [];
    const old = (typeof layer === 'object' ? layer : {}) as Table;
    const kept = Object.fromEntries(required.map((o) => [o.name, old[o.name] ?? (o.type === 'integer' ? Math.max(o.low ?? 1, 4) : (o.low ?? 0))]));
    change(path, { kind: name, ...kept, ...(old.activation !== undefined ? { activation: old.activation } : {}) });
  };
  return (
    <div class={`layer-card ${problem ? 'wrong' : ''}`}>
      <div class="head">
        <span class="place" aria-hidden="true">{place + 1}</span>
        <label class="hidden" for={`${id}-kind`}>{t('form.layerKind', { n: place + 1 })}</label>
        <select id={`${id}-kind`} value={kind?.name ?? ''} onChange={(event) => choose(event.currentTarget.value)}>
          {!kind && <option value="">{kindOf(layer)}</option>}
          {kinds.map((k) => (
            <option key={k.name} value={k.name}>
              {k.name}
            </option>
          ))}
        </select>
        {out && (
          <span class="out" title={out.arithmetic ?? ''}>
            → {out.shape.join(' × ')}
            {out.parameters > 0 && <span class="muted"> · {t('form.parameters', { n: out.parameters.toLocaleString('en') })}</span>}
          </span>
        )}
        <span class="layer-moves">
          <button type="button" class="quiet icon up" disabled={place === 0} aria-label={t('form.up', { n: place + 1 })} onClick={() => move(place, place - 1)}>
            <Icon name="back" />
          </button>
          <button type="button" class="quiet icon down" disabled={place === count - 1} aria-label={t('form.down', { n: place + 1 })} onClick={() => move(place, place + 1)}>
            <Icon name="forward" />
          </button>
          <button type="button" class="quiet icon" aria-label={t('form.remove', { n: place + 1 })} onClick={() => change(path, undefined)}>
            ×
          </button>
        </span>
      </div>
      {problem && <p class="help"><strong role="alert">{problem}</strong></p>}
      {kind && <p class="help">{helpOf('layer', kind.name, kind.summary)}</p>}
      {kind && (
        <OptionList
          options={[...kind.options, ...(hasParameters ? kShared : kShared.slice(0, 1))]}
          path={path}
          owner={`layer.${kind.name}`}
          first={hasParameters ? ['activation', ...kind.options.slice(0, 2).map((o) => o.name)] : kind.options.slice(0, 2).map((o) => o.name)}
        />
      )}
    </div>
  );
}
