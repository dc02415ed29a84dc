// The shell: pages above, runs on the left, the picture, the inspector on the right, time below.
import type { JSX } from 'preact';
import { t } from '../i18n';
import { Autoencoder } from '../pages/Autoencoder';
import { Boundary } from '../pages/Boundary';
import { Convolution } from '../pages/Convolution';
import { DataPage } from '../pages/Data';
import { Derivative } from '../pages/Derivative';
import { Functions } from '../pages/Functions';
import { Gallery } from '../pages/Gallery';
import { Initialisation } from '../pages/Initialisation';
import { NetworkPage } from '../pages/Network';
import { SearchPage } from '../pages/Search';
import { Train } from '../pages/Train';
import { isOfRun, type Page } from '../state/pages';
import { isUp, network, page, problem } from '../state/store';
import { BranchDialog, isBranching } from './BranchDialog';
import { isHelpOpen, Keys, useKeys } from './Keys';
import { SceneOffer } from './SceneOffer';
import { RunList } from './RunList';
import { TimeBar } from './TimeBar';
import { TopBar } from './TopBar';

const kBodies: Record<Page, () => JSX.Element> = {
  gallery: Gallery,
  data: DataPage,
  network: NetworkPage,
  derivative: Derivative,
  train: Train,
  boundary: Boundary,
  autoencoder: Autoencoder,
  search: SearchPage,
  functions: Functions,
  convolution: Convolution,
  initialisation: Initialisation,
};

export function App() {
  useKeys();
  const Body = kBodies[page.value];
  const needsRun = isOfRun(page.value);
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
