// Time: the loss as it fell, and a handle that goes to any moment of it.
import { useMemo } from 'preact/hooks';
import { t, type Word } from '../i18n';
import { numberLabel, spokenNumber } from '../draw/number';
import { fromPlace, lossPath, toPlace } from '../draw/time';
import { isPlaying, kRates, move, moveEpochs, pause, rate, setRate, toggle } from '../state/playing';
import { batches, curves, goTo, lastStep, moment, run, step } from '../state/store';
import { isBranching } from './BranchDialog';
import { Icon, type IconName } from './Icon';

const kPlaces = 1000; // of the handle

function Button({ word, icon, keys, act }: { word: Word; icon: IconName; keys: string; act: () => void }) {
  return (
    <button type="button" class="icon" aria-label={t(word)} title={`${t(word)}  (${keys})`} onClick={act}>
      <Icon name={icon} />
    </button>
  );
}

export function TimeBar() {
  const last = lastStep.value;
  const path = useMemo(() => lossPath(curves.value, last, kPlaces, 100), [curves.value, last]);
  const at = toPlace(step.value, last, kPlaces);
  const loss = moment.value?.loss ?? '';
  const fork = run.value?.parent?.step; // where a branch left its parent
  const epoch = Math.floor(step.value / batches.value);
  const onKey = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    move(by);
  };
  return (
    <section class="time" aria-label={t('time.title')}>
      <div class="buttons">
        <Button word="time.first" icon="first" keys="Home" act={() => (pause(), goTo(0))} />
        {batches.value > 1 && <Button word="time.backEpoch" icon="backEpoch" keys="{" act={() => moveEpochs(-1)} />}
        <Button word="time.back" icon="back" keys="[" act={() => move(-1)} />
        <button
          type="button"
          class="icon play"
          aria-label={t(isPlaying.value ? 'time.pause' : 'time.play')}
          title={`${t(isPlaying.value ? 'time.pause' : 'time.play')}  (Space)`}
          onClick={toggle}
        >
          <Icon name={isPlaying.value ? 'pause' : 'play'} />
        </button>
        <Button word="time.forward" icon="forward" keys="]" act={() => move(1)} />
        {batches.value > 1 && <Button word="time.forwardEpoch" icon="forwardEpoch" keys="}" act={() => moveEpochs(1)} />}
        <Button word="time.last" icon="last" keys="End" act={() => (pause(), goTo(last))} />
        <Button word="branch.go" icon="branch" keys="N" act={() => (pause(), (isBranching.value = true))} />
      </div>
      <div class="track">
        <svg viewBox={`0 0 ${kPlaces} 100`} preserveAspectRatio="none" aria-hidden="true">
          {path && <path class="area" d={`${path}L${kPlaces},100L0,100Z`} />}
          {path && <path class="line" d={path} vector-effect="non-scaling-stroke" />}
          {fork !== undefined && fork <= last && (
            <line class="fork" x1={toPlace(fork, last, kPlaces)} x2={toPlace(fork, last, kPlaces)} y1="0" y2="100" vector-effect="non-scaling-stroke" />
          )}
          <line class="now" x1={at} x2={at} y1="0" y2="100" vector-effect="non-scaling-stroke" />
        </svg>
        <input
          type="range"
          min="0"
          max={kPlaces}
          step="any"
          value={at}
          aria-label={t('time.bar')}
          aria-valuetext={t('time.value', { step: step.value, steps: last, epoch, loss: spokenNumber(loss) })}
          onInput={(event) => (pause(), goTo(fromPlace(Number(event.currentTarget.value), last, kPlaces)))}
          onKeyDown={onKey}
        />
      </div>
      <dl class="now">
        <div>
          <dt>{t('moment.step')}</dt>
          <dd>
            <b data-testid="step">{step.value}</b>
            <span class="muted"> / {run.value?.steps ?? last}</span>
          </dd>
        </div>
        {batches.value > 1 && (
          <div>
            <dt>{t('moment.epoch')}</dt>
            <dd>{epoch}</dd>
          </div>
        )}
        <div>
          <dt>{t('moment.loss')}</dt>
          <dd data-testid="loss">
            <Marked text={numberLabel(loss, 4)} />
          </dd>
        </div>
      </dl>
      <label class="speed">
        <span class="hidden">{t('time.speed')}</span>
        <select value={rate.value} onChange={(event) => setRate(Number(event.currentTarget.value))}>
          {kRates.map((r) => (
            <option key={r} value={r}>{r === 0 ? t('time.full') : t('time.steps', { n: r })}</option>
          ))}
        </select>
      </label>
    </section>
  );
}

// "2.77×10^{−3}" in a line of text.
export function Marked({ text }: { text: string }) {
  const [head, power] = text.split('^{');
  return power ? <>{head}<sup>{power.slice(0, -1)}</sup></> : <>{head}</>;
}
