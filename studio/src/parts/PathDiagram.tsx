// The paths of a derivation on the network: lines that lead from the loss to the number, with their factors.
import { t } from '../i18n';
import { edgeLine } from '../draw/layout';
import { numberLabel } from '../draw/number';
import { lit } from '../draw/paths';
import { explanation, layout, litPath, target } from '../state/store';
import { derive } from './Keys';
import { MarkedText } from './MarkedText';

const kMostFactors = 24; // written on the diagram

export function PathDiagram() {
  const place = layout.value;
  const found = explanation.value;
  if (!place || !found) return null;
  const light = lit(place, found, litPath.value);
  const aim = target.value?.slice('dL/d'.length);
  const isTarget = (name?: string) => name !== undefined && name === aim;
  const showsFactors = light.factors.length <= kMostFactors && place.radius > 18;
  return (
    <div class="scroller" tabIndex={0} role="group" aria-label={t('page.derivative')}>
      <svg
        class="diagram paths"
        viewBox={`0 0 ${place.width} ${place.height}`}
        style={{ minWidth: `${Math.min(place.width * 0.56, 620)}px` }}
        aria-hidden="true"
      >
        {place.edges.map((edge) => {
          const { x1, y1, x2, y2 } = edgeLine({ ...edge, window: undefined }, place.radius);
          const isLit = light.edges.has(edge.id);
          return (
            <g key={edge.id} class={`edge ${isLit ? 'lit' : ''} ${isTarget(edge.weight) ? 'aim' : ''}`} data-edge={edge.weight} onClick={() => derive(edge.weight)}>
              <line class="touch" x1={x1} y1={y1} x2={x2} y2={y2} />
              <line class="stroke" x1={x1} y1={y1} x2={x2} y2={y2} />
              {isLit && <line class="flow" x1={x1} y1={y1} x2={x2} y2={y2} />}
            </g>
          );
        })}
        {place.nodes.map((node) => (
          <g
            key={node.name}
            class={`node ${light.nodes.has(node.name) ? 'lit' : ''} ${isTarget(node.name) || isTarget(node.in) ? 'aim' : ''}`}
            onClick={() => derive(node.name)}
          >
            <circle class="halo" cx={node.x} cy={node.y} r={place.radius * 1.25} />
            {isTarget(node.bias) && (
              <line class="bias lit" x1={node.x - place.radius * 0.8} y1={node.y - place.radius} x2={node.x - place.radius * 1.3} y2={node.y - place.radius * 1.5} />
            )}
            <circle class="disc" cx={node.x} cy={node.y} r={place.radius} style={node.hue === null ? undefined : { '--fill': `hsl(${node.hue} 88% 60%)` }} />
            <MarkedText text={node.name_symbol} x={node.x} y={node.y + place.radius * 0.24} size={place.radius * 0.8} class="symbol" />
          </g>
        ))}
        {showsFactors &&
          light.factors.map((factor) => (
            <g key={factor.index} transform={`translate(${factor.x} ${factor.y}) rotate(${factor.angle})`}>
              <MarkedText text={`${factor.text} = ${numberLabel(factor.value)}`} x={0} y={-12} size={18} class="factor" halo />
            </g>
          ))}
      </svg>
    </div>
  );
}
