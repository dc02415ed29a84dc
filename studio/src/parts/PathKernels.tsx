// The weights of a convolution as nodes of their own, where paths pass them: a weight that is shared stands at every place
// that it enters at.
import type { PlacedEdge } from '../draw/layout';
import { kernelPlace, type Lit } from '../draw/paths';
import { layout } from '../state/store';
import { derive } from './Keys';
import { MarkedText } from './MarkedText';

const kShare = 0.74; // of the radius of a node

export function PathKernels({ edges, light, aim }: { edges: PlacedEdge[]; light: Lit; aim: string | undefined }) {
  return (
    <>
      {edges.map((edge) => edge.window && <Gather key={edge.id} edge={edge} isLit={isPassed(edge, light)} />)}
      {edges.map((edge) => (
        <Kernel key={edge.id} edge={edge} isLit={isPassed(edge, light)} isAim={edge.weight === aim} />
      ))}
    </>
  );
}

// By its input or by its weight.
const isPassed = (edge: PlacedEdge, light: Lit) => light.kernels.has(edge.id) || light.edges.has(edge.id);

// From the weight to the bar of its place, where the products meet, and on to the feature.
function Gather({ edge, isLit }: { edge: PlacedEdge; isLit: boolean }) {
  const { radius } = layout.value!;
  const { x, y, bar } = edge.window!;
  const way = `M${edge.target.x - radius * 1.3},${edge.target.y}H${bar}V${y}H${x + kShare * radius * 1.25}`;
  return (
    <g class={`way ${isLit ? 'lit' : ''}`}>
      <path class="stroke" d={way} />
      {isLit && <path class="flow" d={way} />}
    </g>
  );
}

function Kernel({ edge, isLit, isAim }: { edge: PlacedEdge; isLit: boolean; isAim: boolean }) {
  const radius = layout.value!.radius * kShare;
  const { x, y } = kernelPlace(edge);
  return (
    <g class={`node kernel ${isLit ? 'lit' : ''} ${isAim ? 'aim' : ''}`} data-kernel={edge.id} onClick={() => derive(edge.weight)}>
      <circle class="halo" cx={x} cy={y} r={radius * 1.25} />
      <circle class="disc" cx={x} cy={y} r={radius} style={{ '--fill': `hsl(${edge.hue} 88% 60%)` }} />
      <MarkedText text={edge.weight_symbol} x={x} y={y + radius * 0.28} size={radius * 0.9} class="symbol" />
    </g>
  );
}
