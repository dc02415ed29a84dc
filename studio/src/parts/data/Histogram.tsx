// How often numbers, or categories, occur: counted by the engine.
import type { Distribution } from '../../api/data';
import { numberLabel } from '../../draw/number';
import { plain } from './plain';

export function Histogram({ of, label }: { of: Distribution; label: string }) {
  const counts = of.counts ?? [];
  const edges = of.edges ?? [];
  if (counts.length === 0 || edges.length < 2) return null;
  const most = Math.max(...counts, 1);
  const width = 120 / counts.length;
  return (
    <figure class="distribution">
      <svg viewBox="0 0 120 36" preserveAspectRatio="none" role="img" aria-label={label}>
        {counts.map((n, i) => (
          <rect key={i} x={i * width + 0.4} width={Math.max(width - 0.8, 0.5)} y={36 - (n ? Math.max((35 * n) / most, 1) : 0)} height={n ? Math.max((35 * n) / most, 1) : 0}>
            <title>{`${plain(edges[i] ?? 0)} … ${plain(edges[i + 1] ?? 0)}: ${n}`}</title>
          </rect>
        ))}
      </svg>
      <figcaption>
        <span>{plain(of.least ?? 0)}</span>
        <span>{plain(of.largest ?? 0)}</span>
      </figcaption>
    </figure>
  );
}

export function Bars({ categories, rows }: { categories: { name: string; count: number }[]; rows: number }) {
  const most = Math.max(...categories.map((c) => c.count), 1);
  return (
    <ul class="bars">
      {categories.slice(0, 5).map((c) => (
        <li key={c.name} title={`${c.name}: ${c.count} / ${rows}`}>
          <span>{c.name}</span>
          <i style={{ width: `${(44 * c.count) / most}%` }} aria-hidden="true" />
          <small>{numberLabel(c.count, 6)}</small>
        </li>
      ))}
    </ul>
  );
}
