// Where data come from: a file that is dropped, chosen or pasted, a data set, or a generator.
import { useEffect, useRef, useState } from 'preact/hooks';
import { api } from '../../api/client';
import { dataApi, kMostUpload, type DataList } from '../../api/data';
import { helpOf } from '../../i18n/help';
import { t, tOr, type Word } from '../../i18n';
import { begin, beginText, tables } from '../../state/draft';
import { fail } from '../../state/store';

const kWays = ['file', 'paste', 'dataset', 'generator'] as const;
type Way = (typeof kWays)[number];

export function Source() {
  const [way, setWay] = useState<Way>('file');
  const [list, setList] = useState<DataList | null>(null);
  const [refusal, setRefusal] = useState('');
  const [note, setNote] = useState('');
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    dataApi.list().then(setList, fail);
  }, []);
  const trying = async (work: () => Promise<string | undefined>) => {
    setBusy(true);
    setRefusal('');
    setNote('');
    try {
      setNote((await work()) ?? '');
    } catch (error) {
      setRefusal((error as Error).message);
    }
    setBusy(false);
  };
  const upload = (name: string, encoding: string, body: Blob | string) =>
    trying(async () => {
      const size = typeof body === 'string' ? body.length : body.size;
      if (size > kMostUpload) throw new Error(t('data.tooLarge', { name, size: Math.ceil(size / 2 ** 20), most: kMostUpload / 2 ** 20 }));
      const found = await dataApi.upload(name, encoding, body);
      await begin({ train: found.path }, name.replace(/\.[^.]*$/, '') || 'data');
      return t('data.read', { name, rows: found.rows.toLocaleString('en'), encoding: found.encoding || t('data.binary') });
    });
  return (
    <section class="sheet bring" aria-busy={busy}>
      <h2>{t('data.bring')}</h2>
      <div class="views" role="radiogroup" aria-label={t('data.bring')}>
        {kWays.map((name) => (
          <label key={name} class={way === name ? 'on' : ''}>
            <input type="radio" name="way" checked={way === name} onChange={() => setWay(name)} />
            {t(`data.way.${name}` as Word)}
          </label>
        ))}
      </div>
      {way === 'file' && <Drop upload={upload} encodings={list?.encodings ?? ['auto']} />}
      {way === 'paste' && <Paste upload={upload} />}
      {way === 'dataset' && <Sets list={list} trying={trying} />}
      {way === 'generator' && <Generators trying={trying} />}
      {refusal && (
        <p class="notice bad" role="alert" data-testid="refusal">
          {refusal}
        </p>
      )}
      {note && !refusal && (
        <p class="read-note" role="status" data-testid="read">
          {note}
        </p>
      )}
    </section>
  );
}

type Upload = (name: string, encoding: string, body: Blob | string) => Promise<void>;

function Drop({ upload, encodings }: { upload: Upload; encodings: string[] }) {
  const [over, setOver] = useState(false);
  const [encoding, setEncoding] = useState('auto');
  const input = useRef<HTMLInputElement>(null);
  const take = (files: FileList | null | undefined) => {
    const file = files?.[0];
    if (file) void upload(file.name, encoding, file);
  };
  return (
    <>
      <div
        class={`drop ${over ? 'over' : ''}`}
        onDragOver={(event) => (event.preventDefault(), setOver(true))}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          take(event.dataTransfer?.files);
        }}
      >
        <p>{t('data.drop')}</p>
        <button type="button" class="primary" onClick={() => input.current?.click()}>
          {t('data.choose')}
        </button>
        <input ref={input} class="hidden" tabIndex={-1} type="file" aria-label={t('data.choose')} onChange={(event) => (take(event.currentTarget.files), (event.currentTarget.value = ''))} />
        <p class="muted">{t('data.kinds')}</p>
      </div>
      <label class="inline">
        {t('data.encoding')}
        <select value={encoding} onChange={(event) => setEncoding(event.currentTarget.value)}>
          {encodings.map((name) => (
            <option key={name} value={name}>
              {name === 'auto' ? t('data.auto') : name}
            </option>
          ))}
        </select>
      </label>
    </>
  );
}

function Paste({ upload }: { upload: Upload }) {
  const [text, setText] = useState('');
  return (
    <div class="paste">
      <label for="paste">{t('data.pasteHere')}</label>
      <textarea id="paste" rows={7} spellcheck={false} value={text} placeholder={'height,width,kind\n1.5,0.3,oak\n2.1,0.4,elm'} onInput={(event) => setText(event.currentTarget.value)} />
      <button type="button" class="primary" disabled={text.trim() === ''} onClick={() => void upload('pasted.csv', 'UTF-8', text)}>
        {t('data.take')}
      </button>
    </div>
  );
}

type Trying = (work: () => Promise<string | undefined>) => Promise<void>;

function Sets({ list, trying }: { list: DataList | null; trying: Trying }) {
  const open = (name: string, scene: string | null) =>
    trying(async () => {
      const toml = scene && (await api.scenes()).scenes.find((s) => s.name === scene)?.toml;
      await (toml ? beginText(toml, name) : begin({ source: name }, name));
      return undefined;
    });
  const openFile = (name: string, path: string) =>
    trying(async () => {
      await begin({ train: path }, name.replace(/\.[^.]*$/, ''));
      return undefined;
    });
  return (
    <>
      <ul class="picks">
        {list?.datasets.map((set) => (
          <li key={set.name}>
            <button type="button" disabled={!set.ready} onClick={() => void open(set.name, set.scene)}>
              <strong>{set.name}</strong>
              <span>{tOr(`dataset.${set.name}`, set.summary)}</span>
              <small>
                {t('data.samples', { n: set.samples.toLocaleString('en') })}
                {!set.ready && (
                  <>
                    {' · '}
                    {t('data.fetch')} <code>isinglass datasets get {set.name}</code>
                  </>
                )}
              </small>
            </button>
          </li>
        ))}
      </ul>
      {(list?.files.length ?? 0) > 0 && <h3>{t('data.earlier')}</h3>}
      <ul class="picks">
        {list?.files.map((file) => (
          <li key={file.path}>
            <button type="button" onClick={() => void openFile(file.name, file.path)}>
              <strong>{file.name}</strong>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

function Generators({ trying }: { trying: Trying }) {
  return (
    <ul class="picks">
      {tables.value?.kinds.generator?.map((kind) => (
        <li key={kind.name}>
          <button type="button" onClick={() => void trying(async () => (await begin({ generator: { kind: kind.name } }, kind.name), undefined))}>
            <strong>{kind.name}</strong>
            <span>{helpOf('generator', kind.name, kind.summary)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
