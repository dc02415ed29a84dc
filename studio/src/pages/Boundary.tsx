// Where each unit of a network says yes and where no, over two of its inputs; as it trains.
import { useEffect, useState } from 'preact/hooks';
import type { BoundaryUnit } from '../api/labs';
import { numberLabel } from '../draw/number';
import { t, tOr } from '../i18n';
import { PlaneMap } from '../parts/PlaneMap';
import { Formula } from '../parts/Formula';
import { Marked } from '../parts/TimeBar';
import { Unfit } from '../parts/Unfit';
import { axes, follow, gridOf, grids, kCells, plane, unit, why } from '../state/plane';
import { beginScene } from '../state/store';

// Scenes to set beside each other: what a straight line can part, and what it cannot.
const kTries: { name: string; scene: string; set?: Record<string, unknown> }[] = [
  { name: 'gate-and', scene: 'gate-and' },
  { name: 'xor-linear', scene: 'xor', set: { 'model.widths': [2, 1], 'train.epochs': 300 } },
  { name: 'xor', scene: 'xor' },
  { name: 'two-moons-linear', scene: 'two-moons', set: { 'model.layers': '[{ kind = "dense", units = 1, activation = "sigmoid" }]' } },
  { name: 'two-moons', scene: 'two-moons' },
  { name: 'spirals', scene: 'spirals' },
];

export function Boundary() {
  useEffect(follow, []);
  const [at, setAt] = useState<{ x: number; y: number } | null>(null);
  if (why.value) return <Unfit why={t('plane.unfit')} detail={why.value} scenes={['xor', 'two-moons', 'spirals', 'gate-and']} page="boundary" />;
  const found = plane.value;
  if (!found || !grids.value) return <p class="muted waiting" role="status">{t('lab.waiting')}</p>;
  const outputs = found.units.filter((u) => u.output);
  const chosen = found.units.find((u) => u.name === unit.value) ?? (found.winner === undefined ? outputs.at(-1)! : null);
  const columns = [...new Set(found.units.map((u) => u.column))];
  const rowsOf = (column: number) => found.units.filter((u) => u.column === column).length + (found.winner !== undefined && column === columns.at(-1) ? 1 : 0);
  const name = chosen ? chosen.name : t('plane.winner');
  return (
    <div class="lab boundary">
      <div class="bar">
        <h1>{t('plane.title')}</h1>
        {found.inputs.length > 2 && <AxisPickers />}
      </div>
      <p class="lead">{t('plane.lead')}</p>
      <div class="plane-work">
        <section class="panel">
          <h2>{chosen ? <Formula tex={chosen.symbol} /> : t('plane.winner')}</h2>
          <PlaneMap plane={found} unit={chosen} label={t('plane.map', { name, x: found.x.name, y: found.y.name })} onPoint={(x, y) => setAt({ x, y })} />
          <Readout at={at} chosen={chosen} />
        </section>
        <section class="panel units">
          <h2>{t('plane.units')}</h2>
          <p class="muted">{t('plane.unitsAbout')}</p>
          <div class="unit-columns scrolls" role="radiogroup" aria-label={t('plane.units')}>
            {columns.map((column) => (
              <div key={column} class="unit-column" style={{ '--rows': Math.min(4, rowsOf(column)) }}>
                {found.units.filter((u) => u.column === column).map((u) => <UnitCard key={u.name} of={u} isChosen={chosen === u} />)}
                {found.winner !== undefined && column === columns.at(-1) && <UnitCard of={null} isChosen={chosen === null} />}
              </div>
            ))}
          </div>
        </section>
      </div>
      <section class="panel tries">
        <h2>{t('plane.tries')}</h2>
        <p class="muted">{t('plane.triesAbout')}</p>
        <p class="row">
          {kTries.map((row) => (
            <button key={row.name} type="button" onClick={() => void beginScene(row.scene, { page: 'boundary', name: row.name, ...(row.set ? { set: row.set } : {}) })}>
              {tOr(`try.${row.name}`, tOr(`scene.${row.name}`, row.name))}
            </button>
          ))}
        </p>
      </section>
    </div>
  );
}

function UnitCard({ of, isChosen }: { of: BoundaryUnit | null; isChosen: boolean }) {
  const label = of ? of.name : t('plane.winner');
  return (
    <label class={`unit-card ${isChosen ? 'on' : ''}`}>
      <input type="radio" name="unit" checked={isChosen} aria-label={label} onChange={() => (unit.value = of ? of.name : null)} />
      <PlaneMap plane={plane.value!} unit={of} label={label} isSmall />
      <span>{of ? <Formula tex={of.symbol} /> : label}</span>
    </label>
  );
}

function Readout({ at, chosen }: { at: { x: number; y: number } | null; chosen: BoundaryUnit | null }) {
  const found = plane.value!;
  if (!at) return <p class="muted readout-line">{t('plane.point')}</p>;
  const cell = (v: number, low: number, high: number) => Math.max(0, Math.min(kCells - 1, Math.floor(((v - low) / (high - low)) * kCells)));
  const value = gridOf(chosen ? chosen.grid : found.winner!)[cell(at.y, found.y.low, found.y.high) * kCells + cell(at.x, found.x.low, found.x.high)]!;
  return (
    <p class="readout-line">
      {found.x.name} = {numberLabel(at.x)}, {found.y.name} = {numberLabel(at.y)}:{' '}
      <b>{chosen ? <Marked text={numberLabel(value, 4)} /> : found.classes[value]}</b>
    </p>
  );
}

function AxisPickers() {
  const found = plane.value!;
  const pick = (key: 'x' | 'y') => (
    <label class="field">
      <span>{t(key === 'x' ? 'code.across' : 'code.up')}</span>
      <select value={found[key].input} onChange={(e) => (axes.value = { x: found.x.input, y: found.y.input, [key]: Number(e.currentTarget.value) })}>
        {found.inputs.map((name, i) => <option key={i} value={i} disabled={i === found[key === 'x' ? 'y' : 'x'].input}>{name}</option>)}
      </select>
    </label>
  );
  return <div class="controls">{pick('x')}{pick('y')}</div>;
}
