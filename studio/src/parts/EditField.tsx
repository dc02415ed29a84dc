// A weight or bias as it might be: a number field and a slider; the moment follows.
import { useRef } from 'preact/hooks';
import { t } from '../i18n';
import { asNumber, numberLabel, wholeNumber } from '../draw/number';
import { edit, edits, undoOne } from '../state/edits';
import { moment, network } from '../state/store';
import { Marked } from './TimeBar';

const isParameter = (name: string): boolean =>
  Boolean(network.value?.edges?.some((e) => e.weight === name) || network.value?.nodes?.some((n) => n.bias === name));

export function EditField({ quantity }: { quantity: string }) {
  const isDragging = useRef(false);
  const own = useRef<{ of: string; value: number }>({ of: '', value: 0 });
  if (!isParameter(quantity)) return null;
  const isEdited = quantity in edits.value;
  const value = edits.value[quantity] ?? asNumber(moment.value?.numbers?.[quantity]);
  if (!Number.isFinite(value)) return null;
  if (!isEdited) own.current = { of: quantity, value };
  const reach = Math.max(2, 2 * Math.abs(own.current.of === quantity ? own.current.value : value));
  const slide = (to: number) => {
    edit(quantity, to, isDragging.current);
    isDragging.current = true;
  };
  return (
    <div class={`edit ${isEdited ? 'on' : ''}`}>
      <label>
        <span>{t('whatif.value')}</span>
        <input
          id="edit-value"
          type="number"
          step="any"
          value={value}
          onChange={(event) => event.currentTarget.value !== '' && edit(quantity, Number(event.currentTarget.value))}
        />
      </label>
      <input
        type="range"
        min={-reach}
        max={reach}
        step={reach / 400}
        value={value}
        aria-label={t('whatif.slider', { quantity })}
        onInput={(event) => slide(Number(event.currentTarget.value))}
        onChange={() => (isDragging.current = false)}
      />
      {isEdited && own.current.of === quantity && (
        <p>
          {t('whatif.was')} <b>{wholeNumber(own.current.value)}</b>
          <button type="button" class="quiet" onClick={() => undoOne(quantity)}>{t('whatif.undoThis')}</button>
        </p>
      )}
    </div>
  );
}

// What the edits do to the loss, and what the derivatives alone foretold.
export function Effect() {
  const effect = moment.value?.effect;
  if (!effect) return null;
  const rows = [
    ['whatif.before', effect.loss],
    ['whatif.predicted', effect.predicted],
    ['whatif.after', moment.value!.loss],
  ] as const;
  return (
    <dl class="effect" aria-live="polite">
      {rows.map(([word, x]) => (
        <div key={word}>
          <dt>{t(word)}</dt>
          <dd data-testid={word} title={wholeNumber(x)}><Marked text={numberLabel(x, 5)} /></dd>
        </div>
      ))}
    </dl>
  );
}
