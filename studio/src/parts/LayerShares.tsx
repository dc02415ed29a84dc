// How much of a derivative passes through each layer: what each of its units passes on, the largest as bars.
import { signal } from '@preact/signals';
import type { Explanation, Share, ShareOfUnit } from '../api/types';
import { t } from '../i18n';
import { asNumber, numberLabel, spokenNumber } from '../draw/number';
import { unitsOf } from '../draw/passing';
import { litPath } from '../state/store';
import { derive } from './Keys';
import { Marked } from './TimeBar';

const read = signal<ShareOfUnit | null>(null); // whose numbers are told

export function LayerShares({ found }: { found: Explanation }) {
  if (found.layers.length === 0) return null;
  const units = unitsOf(found, litPath.value);
  return (
    <section class="passing" aria-labelledby="shares-title">
      <h2 id="shares-title">{t('flow.title')}</h2>
      <p class="muted">{t('flow.about')}</p>
      {found.layers.map((share) => <Layer key={share.layer} share={share} units={units} />)}
    </section>
  );
}

function Layer({ share, units }: { share: Share; units: Set<string> }) {
  const bars = [...share.largest.map((u) => asNumber(u.contribution)), asNumber(share.rest)].filter(Number.isFinite);
  const most = Math.max(0, ...bars) || 0;
  const least = Math.min(0, ...bars) || 0;
  const reach = most - least || 1;
  const bar = (x: number) => ({ top: `${(100 * (most - Math.max(x, 0))) / reach}%`, height: `max(2px, ${(100 * Math.abs(x)) / reach}%)` });
  const rest = share.units - share.largest.length;
  const told = share.largest.find((u) => u === read.value) ?? share.largest[0];
  return (
    <div class="passes" data-layer={share.layer}>
      <h3>
        {share.layer} <small>{t('flow.units', { n: share.units.toLocaleString('en') })}</small>
      </h3>
      <div class="bars">
        {share.largest.map((unit) => {
          const x = asNumber(unit.contribution);
          return (
            <button
              key={`${unit.quantity} ${unit.sample}`}
              type="button"
              class={units.has(unit.quantity) ? 'on' : ''}
              aria-label={t('flow.unit', { unit: unit.quantity, value: spokenNumber(x) })}
              onMouseEnter={() => (read.value = unit)}
              onFocus={() => (read.value = unit)}
              onClick={() => derive(unit.quantity)}
            >
              <i class={x < 0 ? 'below' : ''} style={bar(x)} />
            </button>
          );
        })}
        {rest > 0 && (
          <span class="rest" title={t('flow.others', { n: rest.toLocaleString('en') })}>
            <i style={bar(asNumber(share.rest))} />
          </span>
        )}
      </div>
      <p class="told">
        {told && (
          <span>
            {told.quantity}: <Marked text={`${numberLabel(told.from_loss ?? 'NaN')} \u00d7 ${numberLabel(told.to_quantity ?? 'NaN')} = ${numberLabel(told.contribution ?? 'NaN')}`} />
          </span>
        )}
        {rest > 0 && (
          <span>
            {t('flow.others', { n: rest.toLocaleString('en') })}: <Marked text={numberLabel(share.rest ?? 'NaN')} />
          </span>
        )}
        <b>
          {t('flow.total')}: <Marked text={numberLabel(share.total ?? 'NaN', 5)} />
        </b>
      </p>
    </div>
  );
}
