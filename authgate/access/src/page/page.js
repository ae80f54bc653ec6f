
'use strict';
(() => {
  const $ = id => document.getElementById(id);
  const { words, may } = JSON.parse($('verdicts').textContent);
  const form = $('filters'), caller = $('caller'), verdict = $('verdict'), shown = $('shown');
  const rows = [...document.querySelectorAll('#routes tbody tr')].map(row => ({
    row, text: row.textContent.toLowerCase(), cell: row.querySelector('td.verdict'),
  }));
  const fields = { as: caller, show: verdict, q: $('search'), method: $('method'), state: $('state'), principal: $('principal') };
  const what = ['denied', 'allowed', 'allowed if'];
  let before = null;

  const judge = at => {
    $('verdict-head').hidden = at < 0;
    $('verdict-label').hidden = at < 0;
    rows.forEach(({ row, cell }, i) => {
      cell.hidden = at < 0;
      cell.textContent = '';
      const code = at < 0 ? 1 : may[at][i];
      row.classList.toggle('no', code === 0);
      if (at < 0) return;
      const mark = document.createElement('b');
      mark.className = 'v' + Math.min(code, 2);
      mark.textContent = what[Math.min(code, 2)];
      cell.append(mark);
      if (code > 1) {
        const text = document.createElement('span');
        text.textContent = words[code - 2];
        cell.append(text);
      }
    });
  };

  const filter = () => {
    const at = caller ? caller.selectedIndex - 1 : -1;
    if (at !== before) judge(at);
    before = at;
    const value = name => fields[name] ? fields[name].value : '';
    const terms = value('q').toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = at < 0 ? '' : value('show');
    const counts = [0, 0, 0];
    let count = 0;
    rows.forEach(({ row, text }, i) => {
      const fits = (!value('method') || row.dataset.method === value('method'))
        && (!value('state') || row.classList.contains(value('state')))
        && (!value('principal') || row.dataset.principal === value('principal'))
        && terms.every(word => text.includes(word));
      const code = at < 0 ? 1 : Math.min(may[at][i], 2);
      if (fits) counts[code]++;
      row.hidden = !(fits && (wanted === '' || (wanted === 'can' ? code > 0 : code === +wanted)));
      if (!row.hidden) count++;
    });
    $('none').hidden = count > 0;
    shown.textContent = count === rows.length ? `${count} ${count === 1 ? 'route' : 'routes'}` : `${count} of ${rows.length} routes`;
    if (at >= 0) {
      const name = document.createElement('b');
      name.textContent = caller.selectedOptions[0].textContent;
      shown.append('. ', name, `: ${counts[1]} allowed, ${counts[2]} allowed if a condition holds, ${counts[0]} denied.`);
    }
  };

  const read = () => {
    const hash = new URLSearchParams(location.hash.slice(1));
    for (const [name, field] of Object.entries(fields)) {
      if (!field) continue;
      field.value = hash.get(name) || '';
      if (field.selectedIndex === -1) field.selectedIndex = 0;
    }
    filter();
  };
  // The address contains the filters, so that it can be shared.
  const write = () => {
    const hash = new URLSearchParams();
    for (const [name, field] of Object.entries(fields)) if (field && field.value) hash.set(name, field.value);
    history.replaceState(null, '', '#' + hash);
    filter();
  };
  // At most once per frame.
  let waits = false;
  const soon = () => {
    if (waits) return;
    waits = true;
    requestAnimationFrame(() => { waits = false; write(); });
  };
  form.addEventListener('input', soon);
  form.addEventListener('submit', event => event.preventDefault());
  form.addEventListener('reset', () => setTimeout(soon));
  addEventListener('hashchange', () => { read(); form.scrollIntoView({ block: 'nearest' }); });
  addEventListener('keydown', event => {
    if (event.key === '/' && !/^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName)) {
      event.preventDefault();
      $('search').focus();
    }
  });
  form.hidden = false;
  read();
})();
