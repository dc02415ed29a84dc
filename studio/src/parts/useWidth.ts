// How wide a place is on the screen, so that what is drawn there has letters of their own size.
import type { RefObject } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';

export function useWidth(place: RefObject<Element>, otherwise: number): number {
  const [width, setWidth] = useState(otherwise);
  useLayoutEffect(() => {
    const look = () => {
      const found = place.current?.getBoundingClientRect().width ?? 0;
      if (found > 0) setWidth(Math.round(found));
    };
    look();
    const watch = new ResizeObserver(look);
    watch.observe(place.current!);
    return () => watch.disconnect();
  }, []);
  return width;
}
