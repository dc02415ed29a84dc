// The network as nodes and lines, with the numbers of one moment.
import { useMemo, useRef } from 'preact/hooks';
import { t, type Word } from '../i18n';
import { biasSays, edgeSays, hasBookSign, kLeastRadius, longestTexts, nodeSays, saidText, strengths } from '../draw/encoding';
import { kMostLabelled, type Labels, placeLabels, underBaseline } from '../draw/labels';
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

const kEnds = 18; // size of the numbers that come in and go out
const kMostLines = kMostLabelled; // as elements of their own; more are drawn on a canvas, but for those of what is looked at

export function Diagram() {
  const place = layout.value!;
  const now = moment.value;
  const look = view.value;
  const dark = isDark.value;
  const picture = useRef<SVGSVGElement>(null);
  const strength = strengths(place, look, now);
  // Places are those of the longest text, so that labels stay where they are while their numbers change.
  const signed = hasBookSign.value;
  const labels = useMemo(() => placeLabels(place, longestTexts(place, look)), [place, look, signed]);
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
          const { x, y, angle, isFree } = labels.edges[place.edges.indexOf(edge)]!;
          const isShown = isFree || [edge.weight, edge.from, edge.to].includes(inspected.value ?? '');
          return (
            said &&
            isShown && (
              <g key={edge.id} class={`label ${edge.weight in edits.value ? 'edited' : ''}`} transform={`translate(${x} ${y}) rotate(${angle})`}>
                <MarkedText text={saidText(said)} x={0} y={0} size={isCanvas ? Math.max(labels.size, place.height / 44) : labels.size} fill={edgeColour(edge, dark, true)} quantity={said.quantity} halo />
              </g>
            )
          );
        })}
        <Kernels />
        {place.nodes.map((node) => (
          <Node key={node.name} node={node} labels={labels} isLit={light?.nodes.has(node.name) ?? false} />
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
  const width = 1 + 3.2 * strength;
  return (
    <g class={`edge ${isHere ? 'here' : ''} ${isLit ? 'lit' : ''} ${edge.weight in edits.value ? 'edited' : ''}`} {...events(edge.weight)} aria-label={name} aria-pressed={pinned.value === edge.weight}>
      <line class="touch" x1={x1} y1={y1} x2={x2} y2={y2} />
      <line class="stroke" x1={x1} y1={y1} x2={x2} y2={y2} stroke={colour} stroke-width={width} opacity={0.45 + 0.55 * strength} />
      {(view.value === 'forward' || view.value === 'back') && layout.value!.edges.length <= kMostLabelled && (
        <line class="flow" x1={x1} y1={y1} x2={x2} y2={y2} stroke-width={Math.max(width - 1, 1)} opacity={0.3 + 0.7 * strength} />
      )}
    </g>
  );
}

function Node({ node, labels, isLit }: { node: PlacedNode; labels: Labels; isLit: boolean }) {
  const { radius } = layout.value!;
  const look = view.value;
  const now = moment.value;
  const hasRoom = radius > kLeastRadius;
  const isHere = inspected.value === node.name;
  const says = hasRoom && (isHere || labels.under.get(node.name)?.isFree) ? nodeSays(node, look, now) : [];
  const spot = labels.biases.get(node.name);
  const bias = hasRoom && spot && (isHere || inspected.value === node.bias || spot.isFree) ? biasSays(node, look, now) : null;
  const value = spokenNumber(now?.numbers?.[node.name] ?? '');
  const hue = node.hue === null ? undefined : { hue: node.hue, shade: 0.4 };
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
          y={underBaseline(node, radius, i, labels.size)}
          size={labels.size}
          quantity={said.quantity}
          halo
        />
      ))}
      {bias && (
        <>
          <line class="bias" x1={node.x - radius * 0.85} y1={node.y - radius * 0.95} x2={node.x - radius * 1.3} y2={node.y - radius * 1.45} stroke={hue && edgeColour(hue, isDark.value)} />
          <MarkedText
            text={saidText(bias)}
            x={spot!.x}
            y={spot!.y}
            size={labels.size}
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
          <MarkedText text={numberLabel(now.numbers![node.name] ?? '')} x={node.x - radius - 40} y={node.y + 5} size={kEnds} anchor="end" />
        </g>
      ))}
      {outputs.map((node, i) => (
        <g key={node.name}>
          <line x1={node.x + radius + 8} x2={node.x + radius + 34} y1={node.y} y2={node.y} />
          <MarkedText text={`\u0177 = ${numberLabel(now.numbers![node.name] ?? '')}`} x={node.x + radius + 40} y={node.y - 3} size={kEnds} anchor="start" quantity={`prediction ${node.name}`} />
          {now.targets && (
            <MarkedText text={`y = ${numberLabel(now.targets[i] ?? '')}`} x={node.x + radius + 40} y={node.y + 17} size={kEnds} anchor="start" class="target" />
          )}
        </g>
      ))}
    </g>
  );
}
