// A network of dense layers with the names and symbols of the engine, for tests of what is drawn of it.
import type { Network } from '../api/types';

export function dense(...widths: number[]): Network {
  let number = 0;
  const last = widths.length - 1;
  const layers = widths.map((n, layer) =>
    Array.from({ length: n }, () => {
      const letter = layer === 0 ? 'I' : layer === last ? 'O' : 'H';
      const k = ++number;
      const node = { letter, number: k, layer, name: `${letter}${k}`, name_symbol: `${letter}_{${k}}` };
      if (layer === 0) return node;
      return { ...node, in: `in(${node.name})`, in_symbol: `${letter}_{${k}_{in}}`, bias: `b(${k})`, bias_symbol: `b_{${k}}` };
    }),
  );
  const edges = layers.slice(1).flatMap((to, k) =>
    to.flatMap((t) =>
      layers[k]!.map((f) => ({
        id: `${f.name}>${t.name}`,
        from: f.name,
        to: t.name,
        weight: `w(${f.number},${t.number})`,
        weight_symbol: `\u03bb_{${f.number},${t.number}}`,
      })),
    ),
  );
  const rest = { input: [], layers: [], parameters: 0, samples: 1, batches: 1, loss: '', autoencoder: false, drawn: true };
  return { ...rest, nodes: layers.flat(), edges, run: { id: 'x', status: 'done', step: 0, steps: 0, batches: 1 } };
}
