// A network that is too large to be drawn node by node: layer by layer, what it gives out and what it has learned, as
// pictures.
import { useEffect, useMemo, useState } from 'preact/hooks';
import { api } from '../api/client';
import { latest } from '../api/latest';
import type { Layer, Network } from '../api/types';
import { t } from '../i18n';
import type { View } from '../draw/encoding';
import { readTensors, tilesOfKernel, tilesOfValues, type Tensor } from '../draw/tensors';
import { at, fail, moment, runId, view } from '../state/store';
import { HeatGrid, type Marks } from './HeatGrid';
import { Outputs } from './Outputs';

const kRoom = 150; // pixels for a picture: four layers stand in a row beside the inspector
const kVectorRoom = 100; // for one of a list of numbers
const kMostOutputs = 20; // told one by one

const roomOf = (tensor: Tensor) => (tensor.shape.length === 1 && tensor.shape[0]! > kMostOutputs ? kVectorRoom : kRoom);
const ofValues = (view: View, name: string) => (view === 'back' ? `dL/d${name}` : name);
const ofParameter = (view: View, name: string) => (view === 'back' ? `dL/d${name}` : view === 'update' ? `update ${name}` : name);

// The arrays that a view shows, by the names under which the server has them.
function wanted(network: Network, view: View, input: string): string[] {
  const arrays = network.layers.flatMap((layer) => [
    ...(layer.arrays ?? []).filter((a) => a.trained).map((a) => ofParameter(view, a.name)),
    ofValues(view, `${layer.name}.out`),
  ]);
  return [input, ...arrays];
}

type Key = { run: string; names: string[]; step: number; sample: number | null };

// To pick derivatives from: what a click on a cell does, and the numbers that are marked, by array.
export interface Picking {
  pick: (quantity: string) => void;
  marks: Map<string, Marks>;
}

export function Strip({ network, look = view.value, picking }: { network: Network; look?: View; picking?: Picking }) {
  const [found, setFound] = useState<Map<string, Tensor>>(new Map());
  const [ask] = useState(() =>
    latest(
      (key: Key) => api.tensors(key.run, key.names, key),
      (bytes, key) => setFound(readTensors(bytes, key.names)),
      fail,
    ),
  );
  const { step, sample } = at.value;
  const input = picking ? 'input' : ofValues(look, 'input'); // an image is known by its looks
  useEffect(() => ask({ run: runId.value, names: wanted(network, look, input), step, sample }), [network, look, input, step, sample]);
  return (
    <div class="strip" tabIndex={0} role="group" aria-label={t('strip.title')} aria-busy={found.size === 0}>
      <Card title={t('strip.input')} shape={network.input} values={['input', input]} found={found} picking={picking} />
      {network.layers.map((layer, i) => layer.kind !== 'flatten' && (
        <Card key={layer.name} title={layer.name} layer={layer} isLast={i === network.layers.length - 1} shape={layer.shape}
          values={[`${layer.name}.out`, ofValues(look, `${layer.name}.out`)]} found={found} look={look} network={network} picking={picking} />
      ))}
    </div>
  );
}

// What a layer looks at, before it was flattened.
function shapeInto(network: Network, layer: number): number[] {
  const before = network.layers[layer - 1];
  if (!before) return network.input;
  return before.kind === 'flatten' ? shapeInto(network, layer - 1) : before.shape;
}

interface CardProps {
  title: string;
  shape: number[];
  values: [string, string]; // name, and name of what is shown of it
  found: Map<string, Tensor>;
  layer?: Layer;
  look?: View;
  network?: Network;
  isLast?: boolean;
  picking: Picking | undefined;
}

const ofPicking = (picking: Picking | undefined, array: string) => picking && { pick: picking.pick, marks: picking.marks.get(array) };

function Card({ title, shape, values, found, layer, look, network, isLast, picking }: CardProps) {
  const tensor = found.get(values[1]);
  const tiles = useMemo(() => tensor && tilesOfValues(tensor.shape), [tensor?.shape.join()]);
  const count = shape.reduce((product, n) => product * n, 1);
  const showsEach = isLast && count <= kMostOutputs && look !== 'back';
  return (
    <section class="layer">
      <h2>
        {title}
        {layer && <span>{[layer.kind, layer.activation].filter(Boolean).join(' · ')}</span>}
        <small>{shape.join(' × ')}</small>
      </h2>
      {found.size === 0 && <p class="muted">{t('lab.waiting')}</p>}
      {(layer?.arrays ?? []).filter((a) => a.trained).map((array) => {
        const own = found.get(ofParameter(look!, array.name));
        return own && <Parameter key={array.name} name={array.name} shown={ofParameter(look!, array.name)} tensor={own} network={network!} layer={layer!} picking={picking} />;
      })}
      {tensor && tiles && !showsEach && <HeatGrid name={values[1]} of={values[0]} tensor={tensor} tiles={tiles} room={roomOf(tensor)} {...ofPicking(picking, values[0])} />}
      {tensor && showsEach && <Outputs values={tensor.data} targets={moment.value?.targets} classes={network?.classes ?? []} />}
    </section>
  );
}

interface ParameterProps {
  name: string;
  shown: string;
  tensor: Tensor;
  network: Network;
  layer: Layer;
  picking: Picking | undefined;
}

function Parameter({ name, shown, tensor, network, layer, picking }: ParameterProps) {
  const input = shapeInto(network, network.layers.indexOf(layer));
  const tiles = useMemo(() => tilesOfKernel(tensor.shape, input), [tensor.shape.join()]);
  return (
    <div class="own">
      <h3>{name.split('.').pop()} <small>{tensor.shape.join(' × ')}</small></h3>
      <HeatGrid name={shown} of={name} tensor={tensor} tiles={tiles} room={roomOf(tensor)} {...ofPicking(picking, name)} />
    </div>
  );
}
