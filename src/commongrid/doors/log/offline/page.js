/* The page: reads a file, shows what is proven. Nothing leaves it. */

(function () {
  function $(id) { return document.getElementById(id); }
  var lang = /^zh/i.test(navigator.language || '') ? 'zh' : 'en', last = null;

  function words() { return WORDS[lang]; }
  function element(name, text, kind) {
    var made = document.createElement(name);
    if (text !== undefined) { made.textContent = text; }
    if (kind) { made.className = kind; }
    return made;
  }
  function speak() {
    var said = words();
    document.documentElement.lang = lang === 'zh' ? 'zh-Hans' : 'en';
    document.title = said.title;
    Array.prototype.forEach.call(document.querySelectorAll('[data-word]'), function (one) {
      one.textContent = said[one.getAttribute('data-word')];
    });
    ['zh', 'en'].forEach(function (code) { $('in-' + code).setAttribute('aria-pressed', String(code === lang)); });
    if (last) { last(); }
  }
  function when(told) {
    var at = new Date(told);
    return isNaN(at) ? String(told) : at.toLocaleString(lang === 'zh' ? 'zh-CN' : 'en-GB', { hour12: false });
  }
  function row(list, name, value, hint) {
    list.appendChild(element('dt', name));
    var cell = list.appendChild(element('dd', value));
    if (hint) { cell.appendChild(element('small', ' ' + hint)); }
  }
  function clear() {
    var result = $('result');
    while (result.firstChild) { result.removeChild(result.firstChild); }
    return result;
  }
  function refuse(code) {
    var box = clear().appendChild(element('div', undefined, 'verdict wrong'));
    box.appendChild(element('h2', words().bad));
    box.appendChild(element('p', words().problems[code] || code));
  }
  function dues(told) {
    var promises = (told.after && told.after.promises) || {};
    return Object.keys(promises).sort().map(function (key) {
      return promises[key] && promises[key].due ? key + ': ' + when(promises[key].due) : '';
    }).filter(Boolean).join(' · ');
  }
  function showAct(list, act) {
    var said = words(), item = list.appendChild(element('li', undefined, act.verdict));
    var head = item.appendChild(element('p', undefined, 'act'));
    head.appendChild(element('strong', said[act.verdict]));
    head.appendChild(element('code', ' ' + act.told.action));
    if (act.said && typeof act.said[lang] === 'string') {
      head.appendChild(element('span', ' ' + act.said[lang] + ' '));
      head.appendChild(element('small', said.said));
    }
    var facts = item.appendChild(element('dl'));
    row(facts, said.at, when(act.told.at));
    row(facts, said.recorded, when(act.told.recorded_at));
    row(facts, said.rule, String(act.told.rule_id));
    if (act.told.after && act.told.after.state) { row(facts, said.state, String(act.told.after.state)); }
    if (dues(act.told)) { row(facts, said.due, dues(act.told)); }
    if (act.verdict === 'waiting' && act.by) { row(facts, said.by, when(act.by)); }
    if (act.verdict === 'proven') { row(facts, said.leaf, String(act.index)); }
  }
  function show(found) {
    var said = words(), result = clear();
    var isGood = !found.problems.length;
    var isSome = found.acts.some(function (act) { return act.verdict === 'proven'; });
    var isWaiting = found.acts.some(function (act) { return act.verdict === 'waiting' || act.verdict === 'closed'; });
    var kind = isGood ? (isSome && !isWaiting ? 'good' : 'part') : 'wrong';
    var box = result.appendChild(element('div', undefined, 'verdict ' + kind));
    box.appendChild(element('h2', isGood ? (isSome ? (isWaiting ? said.goodPart : said.good) : said.nothing) : said.bad));
    found.problems.forEach(function (code) { box.appendChild(element('p', said.problems[code] || code)); });
    var facts = result.appendChild(element('dl'));
    if (found.ref) { row(facts, said.ref, found.ref); }
    if (found.point) {
      row(facts, said.point, found.point.origin);
      row(facts, said.size, String(found.point.size));
      row(facts, said.root, found.mark, said.rootHint);
      if (found.signer) { row(facts, said.signer, found.signer.line, found.isKeyGiven ? said.fromYou : said.fromFile); }
      row(facts, said.witnesses, found.witnesses.map(function (one) {
        return one.name + ' (' + when(one.at * 1000) + ')';
      }).join(' · ') || said.none);
    }
    result.appendChild(element('h2', said.acts));
    var list = result.appendChild(element('ol'));
    found.acts.forEach(function (act) { showAct(list, act); });
  }
  function check() {
    var content = $('text').value.trim();
    if (!content) { clear().appendChild(element('p', words().again)); return; }
    last = function () {
      try { show(R.check(content, $('key').value.trim(), $('other').value.trim() ? $('other').value.trim() + '\n' : '')); }
      catch (error) { refuse(error.code || 'receipt'); }
    };
    last();
  }
  function load(file) {
    var reader = new FileReader();
    reader.onload = function () { $('text').value = reader.result; check(); };
    reader.readAsText(file);
  }
  ['zh', 'en'].forEach(function (code) {
    $('in-' + code).addEventListener('click', function () { lang = code; speak(); });
  });
  $('file').addEventListener('change', function () { if (this.files[0]) { load(this.files[0]); } });
  $('check').addEventListener('click', check);
  speak();
  if (typeof TextEncoder === 'undefined' || typeof BigInt === 'undefined') { refuse('old'); }
}());
