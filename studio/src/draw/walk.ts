// Arrow keys through the network: left and right along the layers, up and down within one. Between two layers lie the
// weights of a node, in the order of where they come from.
import type { Layout } from './layout';

export function walk(layout: Layout, from: string, key: string): string | null {
  const node = layout.nodes.find((n) => n.name === from);
  if (node) {
    const layer = layout.layers[node.layer]!;
    const i = layer.indexOf(node);
    if (key === 'ArrowUp') return layer[i - 1]?.name ?? null;
    if (key === 'ArrowDown') return layer[i + 1]?.name ?? null;
    if (key === 'ArrowLeft') return layout.edges.find((e) => e.to === from)?.weight ?? null;
    if (key === 'ArrowRight') return layout.edges.find((e) => e.from === from)?.weight ?? null;
    return null;
  }
  const edge = layout.edges.find((e) => e.weight === from);
  if (!edge) return null;
  const siblings = layout.edges.filter((e) => e.source.layer === edge.source.layer);
  const i = siblings.indexOf(edge);
  if (key === 'ArrowUp') return siblings[i - 1]?.weight ?? null;
  if (key === 'ArrowDown') return siblings[i + 1]?.weight ?? null;
  if (key === 'ArrowLeft') return edge.from;
  if (key === 'ArrowRight') return edge.to;
  return null;
}
