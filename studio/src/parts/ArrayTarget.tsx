// Any number of a network that is shown layer by layer: the array, and where in it.
import { useEffect } from 'preact/hooks';
import { api } from '../api/client';
import type { Network } from '../api/types';
import { t } from '../i18n';
import { largestOf, quantityAt, readTensors } from '../draw/tensors';
import { at, explanation, fail, litPath, network, runId, target } from '../state/store';

interface Whole {
  name: string;
  shape: number[];
}

export function arraysOf(network: Network): { layer: string; arrays: Whole[] }[] {
  return network.layers.map((layer) => ({
    layer: layer.name,
    arrays: [
      ...(layer.arrays ?? []).filter((a) => a.trained),
      ...(layer.activation ? [{ name: `${layer.name}.in`, shape: layer.shape }] : []),
      { name: `${layer.name}.out`, shape: layer.shape },
    ],
  }));
}

const aim = (array: Whole, flat: number) => {
  litPath.value = null;
  target.value = `dL/d${quantityAt(array.name, array.shape, flat)}`;
};

// The number of an array with the largest derivative.
async function aimAtLargest(array: Whole): Promise<void> {
  const name = `dL/d${array.name}`;
  try {
    const found = readTensors(await api.tensors(runId.value, [name], at.value), [name]).get(name)!;
    aim(array, found.block === 1 ? largestOf(found.data) : 0);
  } catch (error) {
    fail(error as Error);
  }
}

// Where along each side of its array a number stands.
function placeOf(shape: number[], flat: number): number[] {
  const place: number[] = [];
  for (const n of [...shape].reverse()) {
    place.unshift(flat % n);
    flat = Math.floor(flat / n);
  }
  return place;
}

export function ArrayTarget() {
  const layers = arraysOf(network.value!);
  const input = { name: 'input', shape: network.value!.input };
  const all = [...layers.flatMap((l) => l.arrays), input];
  const first = all.find((a) => a.name.includes('.kernel')) ?? all[0]!;
  useEffect(() => {
    if (target.value === null) void aimAtLargest(first);
  }, [network.value]);
  const found = explanation.value;
  const array = all.find((a) => a.name === found?.array) ?? first;
  const place = placeOf(array.shape, found?.element ?? 0);
  const move = (side: number, to: number) => {
    if (!Number.isInteger(to) || to < 0 || to >= array.shape[side]!) return;
    const moved = place.map((p, k) => (k === side ? to : p));
    aim(array, moved.reduce((flat, p, k) => flat * array.shape[k]! + p, 0));
  };
  const option = (a: Whole) => <option key={a.name} value={a.name}>{`${a.name}  ${a.shape.join('×')}`}</option>;
  return (
    <div class="array-target" role="group" aria-label={t('derivative.target')}>
      <label class="target">
        <span>{t('derivative.target')}</span>
        <select value={array.name} onChange={(event) => aimAtLargest(all.find((a) => a.name === event.currentTarget.value)!)}>
          {layers.map(({ layer, arrays }) => <optgroup key={layer} label={layer}>{arrays.map(option)}</optgroup>)}
          <optgroup label={t('derivative.inputs')}>{option(input)}</optgroup>
        </select>
      </label>
      <span class="indices">
        {'['}
        {array.shape.map((n, side) => (
          <input
            key={`${array.name} ${side}`}
            type="number"
            min={0}
            max={n - 1}
            value={place[side]}
            aria-label={t('flow.index', { n: side + 1, most: n - 1 })}
            onChange={(event) => move(side, event.currentTarget.valueAsNumber)}
          />
        ))}
        {']'}
      </span>
      <button type="button" onClick={() => aimAtLargest(array)}>{t('flow.largest')}</button>
    </div>
  );
}
