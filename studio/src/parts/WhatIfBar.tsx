// Says that what is shown did not happen, and leads back, or on.
import { t } from '../i18n';
import { canUndo, edits, forget, isEdited, undo } from '../state/edits';
import { isBranching } from './BranchDialog';
import { Effect } from './EditField';

export function WhatIfBar() {
  if (!isEdited.value && !canUndo.value) return null;
  const names = Object.keys(edits.value);
  return (
    <section class="whatif" aria-label={t('whatif.title')}>
      <p role="status">
        <strong>{t('whatif.title')}</strong> {isEdited.value ? t('whatif.edited', { names: names.join(', ') }) : t('whatif.asWas')}
      </p>
      <Effect />
      <div class="buttons">
        {canUndo.value && <button type="button" onClick={undo}>{t('whatif.undo')}</button>}
        <button type="button" onClick={forget}>{t('whatif.undoAll')}</button>
        <button type="button" class="primary" onClick={() => (isBranching.value = true)}>{t('branch.go')}</button>
      </div>
    </section>
  );
}
