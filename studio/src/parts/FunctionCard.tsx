// One activation: its formulas, its settings as sliders, and what it says at the point.
import type { FunctionCurve, GalleryFunction } from '../api/labs';
import { numberLabel, wholeNumber } from '../draw/number';
import { t, tOr, type Word } from '../i18n';
import { Formula } from './Formula';
import { Slider } from './Slider';
import { Marked } from './TimeBar';

interface Props {
  of: GalleryFunction;
  curve: FunctionCurve | undefined;
  colour: string;
  settings: number[];
  onSet: (which: number, value: number) => void;
}

const kTraits = ['bounded_below', 'bounded_above', 'monotonic', 'differentiable', 'near_identity'];

export function FunctionCard({ of, curve, colour, settings, onSet }: Props) {
  return (
    <li class="function-card" style={{ '--colour': colour }}>
      <h3>{tOr(`function.${of.name}`, of.name)}</h3>
      <p class="muted">{tOr(`function.${of.name}.about`, '')}</p>
      <div class="formulas">
        <Formula tex={`f(x)=${of.formula}`} />
        <Formula tex={`f'(x)=${of.derivative}`} />
      </div>
      {of.sliders.map((slider, k) => (
        <Slider
          key={slider.name}
          label={<Formula tex={slider.symbol} />}
          name={`${tOr(`function.${of.name}`, of.name)}: ${slider.name}`}
          low={slider.low}
          high={slider.high}
          step={0.005}
          value={settings[k]!}
          onInput={(v) => onSet(k, v)}
        />
      ))}
      {curve && (
        <dl class="readout">
          <div>
            <dt>f({numberLabel(curve.at.x)})</dt>
            <dd data-testid={`f-${of.name}`} title={wholeNumber(curve.at.y)}><Marked text={numberLabel(curve.at.y, 6)} /></dd>
          </div>
          <div>
            <dt>f ′({numberLabel(curve.at.x)})</dt>
            <dd data-testid={`slope-${of.name}`} title={wholeNumber(curve.at.slope)}><Marked text={numberLabel(curve.at.slope, 6)} /></dd>
          </div>
        </dl>
      )}
      {of.properties && (
        <ul class="traits">
          {kTraits.filter((trait) => of.properties![trait] === true).map((trait) => (
            <li key={trait}>{t(`trait.${trait}` as Word)}</li>
          ))}
          <li>{t('trait.largest_slope', { n: numberLabel(of.properties.largest_slope as number) })}</li>
        </ul>
      )}
    </li>
  );
}
