// Hidden units that start alike stay alike: the weights into two of them as they train.
import type { Symmetry } from '../api/labs';
import { asNumber, numberLabel } from '../draw/number';
import { around } from '../draw/scale';
import { t, type Word } from '../i18n';
import { Plot } from './Plot';
import { Marked } from './TimeBar';

const kColours = ['#d8432f', '#e98a7d', '#2f7fe0', '#86b6ee'];

export function SymmetryPanels({ found }: { found: Symmetry }) {
  return (
    <section class="panel">
      <h2>{t('symmetry.title')}</h2>
      <p class="muted">{t('symmetry.about')}</p>
      <div class="triple">
        {found.starts.map((start) => {
          const epochs = start.rows.map((r) => r.epoch);
          const weights = [0, 1].flatMap((i) => [start.rows.map((r) => r.first[i]!), start.rows.map((r) => r.second[i]!)]);
          const last = start.rows.at(-1)!;
          const lines = weights.map((y, i) => ({ name: `${i}`, x: epochs, y, colour: kColours[i % 2 === 0 ? i / 2 : 2 + (i - 1) / 2]!, isDashed: i % 2 === 1, width: i % 2 === 1 ? 2.4 : 3.6 }));
          return (
            <figure key={start.name}>
              <figcaption>{t(`symmetry.${start.name}` as Word)}</figcaption>
              <Plot label={t(`symmetry.${start.name}` as Word)} x={[0, epochs.at(-1)!]} y={around(weights.flat(), 0.1)} lines={lines} xName={t('symmetry.epoch')} yName={t('symmetry.weights')} height={240} />
              <p class="muted">
                {t('symmetry.difference')} <b data-testid={`difference-${start.name}`}><Marked text={numberLabel(last.difference)} /></b>, {t('moment.loss')} <Marked text={numberLabel(asNumber(last.loss))} />
              </p>
            </figure>
          );
        })}
      </div>
    </section>
  );
}
