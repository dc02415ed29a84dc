// The network as nodes and lines, with the numbers of one moment.
import { useMemo, useRef } from 'preact/hooks';
import { t, type Word } from '../i18n';
import { biasSays, edgeSays, nodeSays, saidText, strengths, type View } from '../draw/encoding';
import { placeLabels } from '../draw/labels';
import { edgeColour, edgeLine, type PlacedEdge, type PlacedNode } from '../draw/layout';
import { numberLabel, spokenNumber } from '../draw/number';
import { edits } from '../state/edits';
import { isPlaying } from '../state/playing';
import { hovered, inspected, layout, moment, pinned, view } from '../state/store';
import { isDark } from '../state/theme';
import { EdgeCanvas } from './EdgeCanvas';
import { Kernels } from './Kernels';
import { derive } from './Keys';
import { onward } from '../draw/paths';
import { MarkedText } from './MarkedText';
import { walk } from '../draw/walk';

const kSizes: Record<View, number> = { weights: 18, forward: 18, back: 15.5, update: 16.5 }; // of text: long ones are smaller
const kMostLabelled = 60; // edges
const kMostLines = 60; // as elements of their own; more are drawn on a canvas, but for those of what is looked at
const kLeast = 18; // radius of a node that has room for numbers around it

// The longest text on an edge in each view.
const kLongest: Record<View, (weight: string, source: string) => string> = {
  weights: (weight) => `${weight} = \u22120.000`,
  forward: (weight, source) => `${weight} ${source} = \u22120.000`,
  back: (weight) => `\u2202L/\u2202${weight} = \u22120.00\u00d710^{\u22120}`,
  update: (weight) => `\u0394${weight} = \u22120.00\u00d710^{\u22120}`,
};

const kRows: Record<View, number> = { weights: 0, forward: 2, back: 2, update: 0 }; // under a node

export function Diagram() {
  const place = layout.value!;
  const now = moment.value;
  const look = view.value;
  const dark = isDark.value;
  const picture = useRef<SVGSVGElement>(null);
  const strength = strengths(place, look, now);
  // Places are those of the longest text, so that labels stay where they are while their numbers change.
  const spots = useMemo(
    () => placeLabels(place, place.edges.map((e) => kLongest[look](e.weight_symbol, e.source.name_symbol)), kSizes[look], (node) => (node.layer > 0 ? kRows[look] : look === 'back' ? 1 : 0)),
    [place, look],
  );
  const isCanvas = place.edges.length > kMostLines;
  const shown = isCanvas ? place.edges.filter((e) => [e.weight, e.from, e.to].includes(inspected.value ?? '')).slice(0, kMostLabelled) : place.edges;
  const labelled = shown.length <= kMostLabelled ? shown.filter((e) => !e.window) : [];
  const light = pinned.value && !isCanvas ? onward(place, pinned.value) : null; // on to the loss
  const onKey = (event: KeyboardEvent) => {
    const name = (event.target as Element).getAttribute('data-name');
    if (!name) return;
    const next = walk(place, name, event.key);
    if (next) {
      event.preventDefault();
      event.stopPropagation();
      const focus = () => picture.current?.querySelector<SVGElement>(`[data-name="${CSS.escape(next)}"]`)?.focus();
      if (!isCanvas) return focus();
      hovered.value = next; // on a canvas an edge is an element only while it is looked at
      requestAnimationFrame(focus);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      pin(name);
    }
  };
  return (
    <div class="scroller" tabIndex={0} role="group" aria-label={t('page.network')}>
      <div class="stack">
      {isCanvas && <EdgeCanvas picture={picture} strengths={strength} pin={pin} />}
      <svg
        ref={picture}
        class={`diagram view-${look} ${isPlaying.value ? 'playing' : ''} ${light ? 'lights' : ''}`}
        viewBox={`0 0 ${place.width} ${place.height}`}
        style={{ minWidth: `${Math.min(place.width * 0.56, 620)}px` }}
        role="group"
        aria-label={t('diagram.name', {
          layers: place.layers.length,
          edges: place.edges.length,
          view: t(`view.${look}` as Word),
        })}
        onKeyDown={onKey}
      >
        {shown.map((edge) => (
          <Edge key={edge.id} edge={edge} strength={strength[place.edges.indexOf(edge)]!} dark={dark} isLit={light?.edges.has(edge.id) ?? false} />
        ))}
        {labelled.map((edge) => {
          const said = edgeSays(edge, look, now);
          const { x, y, angle } = spots[place.edges.indexOf(edge)]!;
          return (
            said && (
              <g key={edge.id} class={`label ${edge.weight in edits.value ? 'edited' : ''}`} transform={`translate(${x} ${y}) rotate(${angle})`}>
                <MarkedText text={saidText(said)} x={0} y={-9} size={isCanvas ? Math.max(kSizes[look], place.height / 44) : kSizes[look]} fill={edgeColour(edge, dark, true)} quantity={said.quantity} halo />
              </g>
            )
          );
        })}
        <Kernels />
        {place.nodes.map((node) => (
          <Node key={node.name} node={node} isLit={light?.nodes.has(node.name) ?? false} />
        ))}
        <Ends />
      </svg>
      </div>
    </div>
  );
}

export const pin = (name: string) => (pinned.value = pinned.value === name ? null : name);

const events = (name: string) => ({
  'data-name': name,
  tabIndex: 0,
  role: 'button' as const,
  onMouseEnter: () => (hovered.value = name),
  onMouseLeave: () => (hovered.value = null),
  onFocus: () => (hovered.value = name),
  onBlur: () => (hovered.value = null),
  onClick: () => pin(name),
  onDblClick: () => derive(name),
});

function Edge({ edge, strength, dark, isLit }: { edge: PlacedEdge; strength: number; dark: boolean; isLit: boolean }) {
  const { x1, y1, x2, y2 } = edgeLine(edge, layout.value!.radius);
  const numbers = moment.value?.numbers;
  const isHere = inspected.value === edge.weight;
  const name = t('diagram.edge', {
    from: edge.from,
    to: edge.to,
    value: spokenNumber(numbers?.[edge.weight] ?? ''),
    gradient: spokenNumber(numbers?.[`dL/d${edge.weight}`] ?? ''),
  });
  const colour = edgeColour(edge, dark);
  const width = 0.8 + 3.4 * strength;
  return (
    <g class={`edge ${isHere ? 'here' : ''} ${isLit ? 'lit' : ''} ${edge.weight in edits.value ? 'edited' : ''}`} {...events(edge.weight)} aria-label={name} aria-pressed={pinned.value === edge.weight}>
      <line class="touch" x1={x1} y1={y1} x2={x2} y2={y2} />
      <line class="stroke" x1={x1} y1={y1} x2={x2} y2={y2} stroke={colour} stroke-width={width} opacity={0.34 + 0.66 * strength} />
      {(view.value === 'forward' || view.value === 'back') && layout.value!.edges.length <= kMostLabelled && (
        <line class="flow" x1={x1} y1={y1} x2={x2} y2={y2} stroke-width={Math.max(width - 1, 1)} opacity={0.3 + 0.7 * strength} />
      )}
    </g>
  );
}

function Node({ node, isLit }: { node: PlacedNode; isLit: boolean }) {
  const { radius, layers } = layout.value!;
  const look = view.value;
  const now = moment.value;
  const isHere = inspected.value === node.name;
  const says = radius > kLeast ? nodeSays(node, look, now) : [];
  const bias = radius > kLeast ? biasSays(node, look, now) : null;
  const value = spokenNumber(now?.numbers?.[node.name] ?? '');
  const hue = node.hue === null ? undefined : { hue: node.hue, shade: 0.4 };
  const isOutput = node.layer === layers.length - 1;
  return (
    <g
      class={`node ${isHere ? 'here' : ''} ${isLit ? 'lit' : ''} ${hue ? '' : 'input'} ${node.bias && node.bias in edits.value ? 'edited' : ''}`}
      {...events(node.name)}
      aria-label={t(node.layer === 0 ? 'diagram.input' : 'diagram.node', { name: node.name, value })}
      aria-pressed={pinned.value === node.name}
    >
      <circle class="halo" cx={node.x} cy={node.y} r={radius * 1.25} />
      <circle class="disc" cx={node.x} cy={node.y} r={radius} style={hue && { '--fill': `hsl(${hue.hue} 88% 60%)` }} />
      <MarkedText text={node.name_symbol} x={node.x} y={node.y + radius * 0.24} size={radius * 0.8} class="symbol" />
      {says.map((said, i) => (
        <MarkedText
          key={said.quantity}
          text={saidText(said)}
          x={node.x}
          y={node.y + radius + 25 + 24 * i}
          size={kSizes[look]}
          quantity={said.quantity}
          halo
        />
      ))}
      {bias && (
        <>
          <line class="bias" x1={node.x - radius * 0.85} y1={node.y - radius * 0.95} x2={node.x - radius * 1.3} y2={node.y - radius * 1.45} stroke={hue && edgeColour(hue, isDark.value)} />
          <MarkedText
            text={saidText(bias)}
            x={node.x - radius * (isOutput ? 1.2 : 1.1)}
            y={node.y - radius * 1.7}
            size={kSizes[look]}
            fill={hue && edgeColour(hue, isDark.value, true)}
            quantity={bias.quantity}
            halo
          />
        </>
      )}
    </g>
  );
}

// What comes in on the left, what goes out on the right.
function Ends() {
  const { layers, radius } = layout.value!;
  const now = moment.value;
  if (!now?.numbers || radius < 14) return null;
  const inputs = layers[0]!;
  const outputs = layers[layers.length - 1]!;
  return (
    <g class="ends">
      {inputs.map((node) => (
        <g key={node.name}>
          <line x1={node.x - radius - 34} x2={node.x - radius - 8} y1={node.y} y2={node.y} />
          <MarkedText text={numberLabel(now.numbers![node.name] ?? '')} x={node.x - radius - 40} y={node.y + 5} size={kSizes.weights} anchor="end" />
        </g>
      ))}
      {outputs.map((node, i) => (
        <g key={node.name}>
          <line x1={node.x + radius + 8} x2={node.x + radius + 34} y1={node.y} y2={node.y} />
          <MarkedText text={`\u0177 = ${numberLabel(now.numbers![node.name] ?? '')}`} x={node.x + radius + 40} y={node.y - 3} size={kSizes.weights} anchor="start" quantity={`prediction ${node.name}`} />
          {now.targets && (
            <MarkedText text={`y = ${numberLabel(now.targets[i] ?? '')}`} x={node.x + radius + 40} y={node.y + 17} size={kSizes.weights} anchor="start" class="target" />
          )}
        </g>
      ))}
    </g>
  );
}
