// The shell: pages above, runs on the left, the picture, the inspector on the right, time below.
import { t } from '../i18n';
import { Derivative } from '../pages/Derivative';
import { Gallery } from '../pages/Gallery';
import { NetworkPage } from '../pages/Network';
import { Train } from '../pages/Train';
import { isUp, network, page, problem } from '../state/store';
import { BranchDialog, isBranching } from './BranchDialog';
import { isHelpOpen, Keys, useKeys } from './Keys';
import { SceneOffer } from './SceneOffer';
import { RunList } from './RunList';
import { TimeBar } from './TimeBar';
import { TopBar } from './TopBar';

const kBodies = { gallery: Gallery, network: NetworkPage, derivative: Derivative, train: Train };

export function App() {
  useKeys();
  const Body = kBodies[page.value];
  const needsRun = page.value !== 'gallery';
  return (
    <div class={`shell ${needsRun ? '' : 'wide'}`}>
      <a class="skip" href="#main" onClick={(e) => (e.preventDefault(), document.getElementById('main')?.focus())}>
        {t('app.skip')}
      </a>
      <TopBar />
      {needsRun && <RunList />}
      <main id="main" tabIndex={-1}>
        {!isUp.value && <p class="notice warn" role="status">{t('app.down')}</p>}
        {problem.value && (
          <p class="notice bad" role="alert">
            {problem.value}
            <button type="button" class="quiet" aria-label={t('keys.close')} onClick={() => (problem.value = '')}>
              ×
            </button>
          </p>
        )}
        <SceneOffer />
        {needsRun && !network.value ? <Empty /> : <Body />}
      </main>
      {needsRun && network.value && <TimeBar />}
      {isHelpOpen.value && <Keys />}
      {isBranching.value && <BranchDialog />}
    </div>
  );
}

function Empty() {
  return (
    <section class="empty">
      <h1>{t('empty.title')}</h1>
      <p>{t('empty.text')}</p>
      <button type="button" class="primary" onClick={() => (page.value = 'gallery')}>
        {t('empty.go')}
      </button>
    </section>
  );
}
