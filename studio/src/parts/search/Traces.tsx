// What each member had for every setting over time, in the colour of its last score; the winner's in bold.
import type { Dimension, SearchDocument, Values } from '../../api/search';
import { t } from '../../i18n';
import { Plot, type PlotLine } from '../Plot';

export function Traces({ found }: { found: SearchDocument }) {
  return (
    <div class="traces">
      {found.space.map((d) => <Trace key={d.key} found={found} d={d} />)}
    </div>
  );
}

function Trace({ found, d }: { found: SearchDocument; d: Dimension }) {
  const height = (values: Values): number => (d.kind === 'choice' ? d.choices.indexOf(values[d.key]!) : Number(values[d.key]));
  const lines: PlotLine[] = [];
  for (let k = 0; k < found.members; ++k) {
    const own = found.reports.filter((r) => r.member === k);
    if (own.length === 0) continue;
    lines.push({ name: `${k}`, x: own.flatMap((r) => [r.begin, r.end]), y: own.flatMap((r) => [height(r.values), height(r.values)]), colour: `color-mix(in oklab, ${own[own.length - 1]!.colour} 72%, var(--ink))`, width: 1.5 });
  }
  const way = found.clock === 'epochs' ? found.winner.way : [];
  if (way.length > 0)
    lines.push({ name: 'winner', x: way.flatMap((s) => [s.begin, s.end]), y: way.flatMap((s) => [height(s.values), height(s.values)]), colour: 'var(--lit)', width: 3.4 });
  const isLog = d.kind === 'log_uniform';
  const room = d.kind === 'choice' ? 0.5 : (d.high - d.low) * 0.03;
  const y: [number, number] = isLog ? [d.low, d.high] : [d.low - room, d.high + room];
  const end = Math.max(found.clock === 'epochs' ? found.epochs : 0, ...found.reports.map((r) => r.end), 1e-9);
  return (
    <figure>
      <figcaption title={d.key}>{d.name}</figcaption>
      <Plot
        label={t('search.trace', { name: d.name })}
        x={[0, end]}
        y={y}
        isLogY={isLog}
        height={210}
        lines={lines}
        xName={t(found.clock === 'epochs' ? 'search.epochs' : 'search.seconds')}
        {...(d.kind === 'choice' ? { yNames: d.choices.map(String) } : {})}
      />
    </figure>
  );
}
