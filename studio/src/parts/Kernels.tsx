// A small convolution as the book draws it: at each place of the window its kernel nodes, whose products meet at a bar.
import { edgeSays, saidText } from '../draw/encoding';
import { edgeColour, type PlacedEdge } from '../draw/layout';
import { hovered, inspected, layout, moment, view } from '../state/store';
import { isDark } from '../state/theme';
import { pin } from './Diagram';
import { MarkedText } from './MarkedText';

const kShare = 0.74; // of the radius of a node

export function Kernels() {
  const place = layout.value!;
  const own = place.edges.filter((edge) => edge.window);
  if (own.length === 0) return null;
  const targets = [...new Set(own.map((edge) => edge.to))];
  return (
    <g class="kernels">
      {targets.map((to) => <Gather key={to} edges={own.filter((edge) => edge.to === to)} radius={place.radius} />)}
      {own.map((edge) => <Kernel key={edge.id} edge={edge} radius={place.radius * kShare} />)}
    </g>
  );
}

// The bar of a place, and the way on to its feature.
function Gather({ edges, radius }: { edges: PlacedEdge[]; radius: number }) {
  const { target, window } = edges[0]!;
  const rows = [...edges.map((edge) => edge.window!.y), target.y];
  return <path class="gather" d={`M${window!.bar},${Math.min(...rows)}V${Math.max(...rows)}M${window!.bar},${target.y}H${target.x - radius * 1.3}`} />;
}

function Kernel({ edge, radius }: { edge: PlacedEdge; radius: number }) {
  const { x, y, bar } = edge.window!;
  const said = edgeSays(edge, view.value, moment.value);
  const here = inspected.value === edge.weight;
  return (
    <g class={`kernel ${here ? 'here' : ''}`} onMouseEnter={() => (hovered.value = edge.weight)} onMouseLeave={() => (hovered.value = null)} onClick={() => pin(edge.weight)}>
      <path class="gather" d={`M${x + radius * 1.25},${y}H${bar}`} />
      <circle class="halo" cx={x} cy={y} r={radius * 1.25} />
      <circle class="disc" cx={x} cy={y} r={radius} style={{ '--fill': `hsl(${edge.hue} 88% 60%)` }} />
      <MarkedText text={edge.weight_symbol} x={x} y={y + radius * 0.28} size={radius * 0.9} class="symbol" />
      {said && (
        <MarkedText text={saidText(said)} x={(x + radius + bar) / 2} y={y - 9} size={16} fill={edgeColour(edge, isDark.value, true)} quantity={said.quantity} halo />
      )}
    </g>
  );
}
