// Keeps a page current until nothing can change any more: loads it again and swaps the parts that differ. Each part is an
// element with an id below <main>. Times are written as this browser's own; a duration goes on by itself.
'use strict';

const PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 15000;

const toDuration = (seconds) => {
  const two = (number) => String(number).padStart(2, '0');
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
};

function localize(part) {
  for (const time of part.querySelectorAll('time')) {
    const moment = new Date(time.dateTime);
    if (!isNaN(moment)) time.textContent = moment.toLocaleString([], { dateStyle: 'medium', timeStyle: 'medium' });
  }
}

function tick() {
  for (const span of document.querySelectorAll('[data-since]')) {
    span.textContent = toDuration((Date.now() - new Date(span.dataset.since)) / 1000);
  }
}

// What a part says, apart from what changes here by itself or by the reader's hand.
function content(part) {
  const copy = part.cloneNode(true);
  for (const span of copy.querySelectorAll('[data-since]')) span.textContent = '';
  for (const box of copy.querySelectorAll('details')) box.removeAttribute('open');
  return copy.innerHTML;
}

function swapPart(old, fresh) {
  localize(fresh);
  if (content(old) === content(fresh)) return;
  for (const box of fresh.querySelectorAll('details[id]')) {
    const before = old.querySelector(`#${CSS.escape(box.id)}`);
    if (before) box.open = before.open;
  }
  const places = new Map([...old.querySelectorAll('.log')].map((box) => [box.id, box.scrollTop]));
  old.replaceWith(fresh);
  for (const box of fresh.querySelectorAll('.log')) box.scrollTop = places.get(box.id) ?? 0;
}

function swapAll(page) {
  const main = document.querySelector('main');
  for (const fresh of [...page.querySelectorAll('main > [id]')]) {
    const old = document.getElementById(fresh.id);
    if (old) swapPart(old, fresh);
    else { localize(fresh); main.append(fresh); }
  }
  document.title = page.title;
  tick();
}

const isLive = (page) => page.querySelector('main > [data-live]') !== null;
const say = (text) => { document.querySelector('header .stale').textContent = text; };

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
      say('');
    } catch {
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
      say('The server does not answer; runs go on without it.');
    }
  }
}

localize(document);
tick();
setInterval(tick, 1000);
watch();
