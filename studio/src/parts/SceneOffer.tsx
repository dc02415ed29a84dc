// A scene that somebody gave: nothing begins before the reader says so.
import { t } from '../i18n';
import { beginOffered, offered } from '../state/sharing';

export function SceneOffer() {
  const scene = offered.value;
  if (!scene) return null;
  return (
    <section class="notice offer" aria-label={t('share.offer')}>
      <p>
        <strong>{t('share.offer')}</strong> {t('share.offerText', { name: scene.name, step: scene.step })}
      </p>
      <button type="button" class="primary" onClick={() => void beginOffered()}>{t('share.begin')}</button>
      <button type="button" class="quiet" onClick={() => (offered.value = null)}>{t('keys.close')}</button>
    </section>
  );
}
