// What a network says, output by output, beside what it should say.
import type { Num } from '../api/types';
import { t } from '../i18n';
import { asNumber, numberLabel } from '../draw/number';
import { Marked } from './TimeBar';

export function Outputs({ values, targets, classes }: { values: Float32Array; targets?: Num[] | undefined; classes: string[] }) {
  const most = Math.max(...[...values].map(Math.abs).filter(Number.isFinite), 1e-30);
  return (
    <table class="outputs">
      <caption class="hidden">{t('strip.outputs')}</caption>
      <thead class="hidden">
        <tr>
          <th scope="col">{t('strip.output')}</th>
          <th scope="col">{t('diagram.prediction')}</th>
          <th scope="col">{t('diagram.target')}</th>
        </tr>
      </thead>
      <tbody>
        {[...values].map((value, i) => {
          const isTarget = targets !== undefined && classes.length === values.length && asNumber(targets[i]) > 0.5;
          return (
            <tr key={i} class={isTarget ? 'target' : ''}>
              <th scope="row">{classes[i] ?? i}</th>
              <td>
                <i style={{ width: `${(100 * Math.abs(value)) / most}%` }} aria-hidden="true" />
                <span data-output={i}><Marked text={numberLabel(value)} /></span>
              </td>
              <td>{targets === undefined ? '' : isTarget ? `\u2190 ${t('diagram.target')}` : classes.length ? '' : numberLabel(targets[i] ?? '')}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
