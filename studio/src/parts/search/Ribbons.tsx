// Every member as a ribbon over time in the colour of its score; an arrow runs from who was copied to the copy.
import { useRef, useState } from 'preact/hooks';
import type { Report, SearchDocument, SearchEvent, Values } from '../../api/search';
import { t } from '../../i18n';
import { place, ticks, type Scale } from '../../draw/scale';
import { plain } from '../data/plain';
import { useWidth } from '../useWidth';
import { valueText } from './words';

const kMostRibbons = 120;
const kMargin = { left: 40, right: 12, top: 8, bottom: 40 };

type Shown = { report: Report } | { copy: SearchEvent; change: SearchEvent | undefined };

// What a copy's values became right afterwards.
function changeOf(found: SearchDocument, copy: SearchEvent): SearchEvent | undefined {
  const rest = found.events.slice(found.events.indexOf(copy) + 1);
  const next = rest.find((e) => e.member === copy.member);
  return next?.event === 'explore' && next.epoch === copy.epoch ? next : undefined;
}

export function Ribbons({ found }: { found: SearchDocument }) {
  const svg = useRef<SVGSVGElement>(null);
  const width = useWidth(svg, 720);
  const [shown, setShown] = useState<Shown | null>(null);
  const [chosen, choose] = useState(0); // the arrow that Tab comes to
  const count = found.members;
  if (count > kMostRibbons) return <p class="muted">{t('search.tooMany', { n: count })}</p>;
  const row = Math.max(8, Math.min(30, 560 / count));
  const height = kMargin.top + kMargin.bottom + row * count;
  const last = Math.max(found.clock === 'epochs' ? found.epochs : 0, ...found.reports.map((r) => r.end), 1e-9);
  const x: Scale = { low: 0, high: last, from: kMargin.left, to: width - kMargin.right };
  const y = (member: number) => kMargin.top + row * (member + 0.5);
  const copies = found.events.filter((e) => e.event === 'exploit');
  // Those of one moment stand beside each other.
  const shift = (copy: SearchEvent) => {
    const same = copies.filter((c) => c.at === copy.at);
    return 10 * (same.indexOf(copy) - (same.length - 1) / 2);
  };
  const show = (copy: SearchEvent) => setShown({ copy, change: changeOf(found, copy) });
  const walk = (event: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (by === undefined || copies.length === 0) return;
    event.preventDefault();
    const next = (chosen + by + copies.length) % copies.length;
    choose(next);
    svg.current?.querySelectorAll<SVGElement>('.copy')[next]?.focus();
  };
  return (
    <div class="ribbons">
      <svg ref={svg} class="plot" viewBox={`0 0 ${width} ${height}`} style={{ aspectRatio: `${width} / ${height}` }} role="group" aria-label={t('search.ribbons.name', { n: count, copies: copies.length })} onKeyDown={walk}>
        {ticks(0, last, Math.min(8, width / 70)).map((v) => (
          <g key={v} class="tick">
            <line x1={place(x, v)} x2={place(x, v)} y1={kMargin.top} y2={height - kMargin.bottom} />
            <text x={place(x, v)} y={height - kMargin.bottom + 16} text-anchor="middle">{plain(v)}</text>
          </g>
        ))}
        <text class="axis" x={(x.from + x.to) / 2} y={height - 5} text-anchor="middle">{t(found.clock === 'epochs' ? 'search.epochs' : 'search.seconds')}</text>
        {Array.from({ length: count }, (_, k) => (row >= 12 || k % 5 === 0) && <text key={k} class="member" x={kMargin.left - 8} y={y(k) + 4} text-anchor="end">{k}</text>)}
        {found.reports.map((report, i) => (
          <rect key={i} class="ribbon" x={place(x, report.begin)} y={y(report.member) - row * 0.39} width={Math.max(0.5, place(x, report.end) - place(x, report.begin))} height={row * 0.78} fill={report.colour} onPointerEnter={() => setShown({ report })}>
            <title>{reportText(found, report)}</title>
          </rect>
        ))}
        {found.clock === 'epochs' &&
          found.winner.way.map((s, i) => (
            <rect key={i} class="way" x={place(x, s.begin)} y={y(s.member) - row * 0.39} width={place(x, s.end) - place(x, s.begin)} height={row * 0.78} />
          ))}
        {copies.map((copy, i) => {
          const at = place(x, copy.at) + shift(copy);
          const from = y(copy.parent ?? 0);
          const down = copy.member > (copy.parent ?? 0) ? 1 : -1;
          const to = y(copy.member) - down * row * 0.3;
          const line = `M${at} ${from}V${to - down * 6}`;
          return (
            <g key={i} class={`copy ${shown && 'copy' in shown && shown.copy === copy ? 'lit' : ''}`} role="button" tabIndex={i === Math.min(chosen, copies.length - 1) ? 0 : -1} aria-label={copyText(found, copy)} onFocus={() => (choose(i), show(copy))} onPointerEnter={() => show(copy)} onClick={() => show(copy)}>
              <path class="near" d={line} />
              <path class="under" d={line} />
              <path d={line} />
              <circle cx={at} cy={from} r="3.2" />
              <path class="head" d={`M${at} ${to}l-4 ${-down * 8.4}h8Z`} />
            </g>
          );
        })}
      </svg>
      <Legend found={found} />
      <Detail found={found} shown={shown} hasCopies={copies.length > 0} />
    </div>
  );
}

const reportText = (found: SearchDocument, r: Report) =>
  t('search.report', { member: r.member, epoch: r.epoch, score: found.score, value: plain(r.score) });
const copyText = (found: SearchDocument, c: SearchEvent) => {
  const change = changeOf(found, c);
  const changed = found.space.filter((d) => c.before?.[d.key] !== (change ?? c).values[d.key]);
  const words = changed.map((d) => `${d.name} ${valueText(c.before?.[d.key])} \u2192 ${valueText((change ?? c).values[d.key])}`);
  return `${t('search.copy', { epoch: c.epoch, member: c.member, parent: c.parent ?? 0 })} ${words.join(', ')}`;
};

// The colours' own scale.
function Legend({ found }: { found: SearchDocument }) {
  if (!found.scale) return null;
  const { low, high, colours } = found.scale;
  return (
    <div class="legend">
      <span>{plain(low)}</span>
      <svg viewBox="0 0 180 12" aria-hidden="true">
        {colours.map((colour, i) => <rect key={i} x={i * 20} width="20.5" height="12" fill={colour} />)}
      </svg>
      <span>{plain(high)}</span>
      <span class="muted">
        {found.score}, {t(found.lower_is_better ? 'search.lower' : 'search.higher')}
      </span>
      {found.clock === 'epochs' && found.winner.way.length > 0 && <span class="framed">{t('search.way')}</span>}
    </div>
  );
}

function Detail({ found, shown, hasCopies }: { found: SearchDocument; shown: Shown | null; hasCopies: boolean }) {
  if (!shown) return <p class="detail muted">{t(hasCopies ? 'search.hint' : 'search.hintPlain')}</p>;
  const columns: [string, Values | undefined][] =
    'report' in shown
      ? [[t('search.values'), shown.report.values]]
      : [[t('search.before'), shown.copy.before], [t('search.taken'), shown.copy.values], [t('search.now'), (shown.change ?? shown.copy).values]];
  return (
    <div class="detail" role="status">
      <p>{'report' in shown ? reportText(found, shown.report) : t('search.copy', { epoch: shown.copy.epoch, member: shown.copy.member, parent: shown.copy.parent ?? 0 })}</p>
      <div class="scroll" tabIndex={0} role="region" aria-label={t('search.values')}>
      <table class="numbers">
        <thead>
          <tr>
            <td />
            {columns.map(([name]) => <th key={name} scope="col">{name}</th>)}
          </tr>
        </thead>
        <tbody>
          {found.space.map((d) => (
            <tr key={d.key}>
              <th scope="row" title={d.key}>{d.name}</th>
              {columns.map(([name, values], i) => (
                <td key={name} class={i > 0 && columns[i - 1]![1]?.[d.key] !== values?.[d.key] ? 'changed' : ''} data-value={values?.[d.key]}>{valueText(values?.[d.key])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      </div>
    </div>
  );
}
