// Keeps a page current until nothing can change any more: loads it again and swaps the parts that differ. Each part is an
// element with an id below <main>; a log that was scrolled to its end stays at its end.
'use strict';

const PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 15000;

const scrollers = (part) => (part.matches('pre') ? [part] : [...part.querySelectorAll('pre')]);
const isAtEnd = (box) => box.scrollHeight - box.scrollTop - box.clientHeight < 8;
const toEnd = (box) => { box.scrollTop = box.scrollHeight; };

function swapPart(old, fresh) {
  if (old.innerHTML === fresh.innerHTML) return;
  const places = new Map(scrollers(old).map((box) => [box.id, isAtEnd(box) ? null : box.scrollTop]));
  old.replaceWith(fresh);
  for (const box of scrollers(fresh)) {
    const place = places.get(box.id);
    if (place === undefined || place === null) toEnd(box);
    else box.scrollTop = place;
  }
}

function swapAll(page) {
  const main = document.querySelector('main');
  const parts = page.querySelectorAll('main > [id]');
  for (const fresh of [...parts]) {
    const old = document.getElementById(fresh.id);
    if (old) swapPart(old, fresh);
    else main.append(fresh);
  }
  document.title = page.title;
}

const isLive = (page) => page.querySelector('main > [data-live]') !== null;

async function watch() {
  let pause = PAUSE_MS;
  while (isLive(document)) {
    await new Promise((resolve) => setTimeout(resolve, document.hidden ? LONGEST_PAUSE_MS : pause));
    try {
      const reply = await fetch(location.href, { credentials: 'same-origin', cache: 'no-store' });
      if (reply.status === 401) { location.reload(); return; }
      if (!reply.ok) throw new Error(String(reply.status));
      swapAll(new DOMParser().parseFromString(await reply.text(), 'text/html'));
      pause = PAUSE_MS;
    } catch {
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);  // The server is away; the run goes on.
    }
  }
}

document.querySelectorAll('pre').forEach(toEnd);
watch();
