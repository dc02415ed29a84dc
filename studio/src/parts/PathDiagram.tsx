// The paths of a derivation on the network: lines that lead from the loss to the number, with their factors.
import { t } from '../i18n';
import { edgeLine } from '../draw/layout';
import { factorSize, lit, lossPlace, sharedWeights, viewBox, type Lit } from '../draw/paths';
import { explanation, layout, litPath, target } from '../state/store';
import { derive } from './Keys';
import { MarkedText } from './MarkedText';
import { PathKernels } from './PathKernels';

const kMostFactors = 24; // written on the diagram

export function PathDiagram() {
  const place = layout.value;
  const found = explanation.value;
  if (!place || !found) return null;
  const light = lit(place, found, litPath.value);
  const aim = target.value?.slice('dL/d'.length);
  const isTarget = (name?: string) => name !== undefined && name === aim;
  const showsFactors = light.factors.length <= kMostFactors && (place.radius > 18 || litPath.value !== null);
  const shared = sharedWeights(place);
  const { radius } = place;
  return (
    <div class="scroller" tabIndex={0} role="group" aria-label={t('page.derivative')}>
      <svg
        class="diagram paths"
        viewBox={viewBox(place)}
        style={{ minWidth: `${Math.min(place.width * 0.56, 620)}px` }}
        aria-hidden="true"
      >
        {place.edges.map((edge) => {
          const { x1, y1, x2, y2 } = edgeLine(edge, radius);
          const isLit = light.edges.has(edge.id);
          return (
            <g key={edge.id} class={`edge ${isLit ? 'lit' : ''} ${isTarget(edge.weight) && !edge.window ? 'aim' : ''}`} data-edge={edge.weight} onClick={() => derive(edge.weight)}>
              <line class="touch" x1={x1} y1={y1} x2={x2} y2={y2} />
              <line class="stroke" x1={x1} y1={y1} x2={x2} y2={y2} />
              {isLit && <line class="flow" x1={x1} y1={y1} x2={x2} y2={y2} />}
            </g>
          );
        })}
        <Loss light={light} />
        <PathKernels edges={place.edges.filter((e) => e.window || (shared.has(e.weight) && light.kernels.has(e.id)))} light={light} aim={aim} />
        {place.nodes.map((node) => (
          <g
            key={node.name}
            data-node={node.name}
            class={`node ${light.nodes.has(node.name) ? 'lit' : ''} ${isTarget(node.name) || isTarget(node.in) ? 'aim' : ''}`}
            onClick={() => derive(node.name)}
          >
            <circle class="halo" cx={node.x} cy={node.y} r={radius * 1.25} />
            {light.biases.has(node.name) && (
              <line class="bias lit" x1={node.x - radius * 0.8} y1={node.y - radius} x2={node.x - radius * 1.3} y2={node.y - radius * 1.5} />
            )}
            <circle class="disc" cx={node.x} cy={node.y} r={radius} style={node.hue === null ? undefined : { '--fill': `hsl(${node.hue} 88% 60%)` }} />
            <MarkedText text={node.name_symbol} x={node.x} y={node.y + radius * 0.24} size={radius * 0.8} class="symbol" />
          </g>
        ))}
        {showsFactors &&
          light.factors.map((factor) => (
            <g key={factor.key} transform={`translate(${factor.x} ${factor.y}) rotate(${factor.angle})`}>
              <MarkedText text={factor.text} x={0} y={0} size={factorSize(place)} class="factor" quantity={factor.key} halo />
            </g>
          ))}
      </svg>
    </div>
  );
}

// Where every path begins, and the outputs that lead to it.
function Loss({ light }: { light: Lit }) {
  const { layers, radius } = layout.value!;
  const loss = lossPlace(layout.value!);
  const isLit = light.outputs.size > 0;
  return (
    <>
      {layers[layers.length - 1]!.map((node) => {
        const turn = Math.atan2(loss.y - node.y, loss.x - node.x);
        const line = {
          x1: node.x + 1.3 * radius * Math.cos(turn),
          y1: node.y + 1.3 * radius * Math.sin(turn),
          x2: loss.x - 1.3 * radius * Math.cos(turn),
          y2: loss.y - 1.3 * radius * Math.sin(turn),
        };
        return (
          <g key={node.name} class={`loss ${light.outputs.has(node.name) ? 'lit' : ''}`}>
            <line class="stroke" {...line} />
            {light.outputs.has(node.name) && <line class="flow" {...line} />}
          </g>
        );
      })}
      <g class={`node loss ${isLit ? 'lit' : ''}`}>
        <rect class="disc" x={loss.x - radius} y={loss.y - radius} width={2 * radius} height={2 * radius} rx={radius * 0.34} />
        <MarkedText text="L" x={loss.x} y={loss.y + radius * 0.28} size={radius * 0.9} class="symbol" />
      </g>
    </>
  );
}
