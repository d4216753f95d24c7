/* Receipts, notes and proofs: C2SP signed-note, tlog-checkpoint, tlog-cosignature; RFC 6962. */

var R = (function () {
  var FORMAT = 'commongrid-receipt/1', LOG = 1, WITNESS = 4;

  function fail(code) { var error = new Error(code); error.code = code; throw error; }
  function utf8(text) { return new TextEncoder().encode(text); }
  function hex(bytes) {
    return Array.prototype.map.call(bytes, function (b) { return (256 + b).toString(16).slice(1); }).join('');
  }
  function unhex(text) {
    if (typeof text !== 'string' || !/^([0-9a-f]{2})*$/.test(text)) { fail('receipt'); }
    return Uint8Array.from((text.match(/../g) || []).map(function (two) { return parseInt(two, 16); }));
  }
  function unpack(text, code) {
    var plain;
    try { plain = atob(text); } catch (error) { fail(code); }
    if (btoa(plain) !== text) { fail(code); }
    return Uint8Array.from(Array.prototype.map.call(plain, function (c) { return c.charCodeAt(0); }));
  }
  function isEqual(a, b) { return hex(a) === hex(b); }

  function keyId(name, kind, key) {
    return N.sha256(N.joined(utf8(name + '\n'), [kind], key)).slice(0, 4);
  }
  function parseKey(line) {
    var parts = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(String(line).trim());
    if (!parts) { fail('key'); }
    var packed = unpack(parts[3], 'key'), kind = packed[0], key = packed.slice(1);
    if (packed.length !== 33 || (kind !== LOG && kind !== WITNESS)) { fail('key'); }
    if (hex(keyId(parts[1], kind, key)) !== parts[2]) { fail('key'); }
    return { name: parts[1], kind: kind, key: key, id: parts[2], line: parts[0] };
  }
  function parseNote(written) {
    var at = written.lastIndexOf('\n\n');
    if (at < 0 || written.slice(-1) !== '\n') { fail('note'); }
    var lines = written.slice(at + 2, -1).split('\n');
    return {
      text: written.slice(0, at + 1),
      signatures: lines.map(function (line) {
        var parts = /^\u2014 ([^\s+]+) (\S+)$/.exec(line);
        if (!parts) { fail('note'); }
        var blob = unpack(parts[2], 'note');
        if (blob.length <= 4) { fail('note'); }
        return { name: parts[1], id: hex(blob.slice(0, 4)), blob: blob.slice(4) };
      })
    };
  }
  function parseCheckpoint(text) {
    var lines = text.split('\n');
    if (lines.length < 4 || !/^(0|[1-9][0-9]{0,14})$/.test(lines[1])) { fail('note'); }
    var root = unpack(lines[2], 'note');
    if (root.length !== 32) { fail('note'); }
    return { origin: lines[0], size: Number(lines[1]), root: root };
  }
  function seconds(blob) {
    return Array.prototype.reduce.call(blob.slice(0, 8), function (n, b) { return n * 256 + b; }, 0);
  }
  function signedBy(note, key) {
    for (var i = 0; i < note.signatures.length; i += 1) {
      var one = note.signatures[i];
      if (one.name !== key.name || one.id !== key.id) { continue; }
      if (key.kind === LOG && N.isSigned(key.key, one.blob, utf8(note.text))) { return { at: 0 }; }
      if (key.kind === WITNESS && one.blob.length === 72) {
        var at = seconds(one.blob);
        var message = utf8('cosignature/v1\ntime ' + at + '\n' + note.text);
        if (N.isSigned(key.key, one.blob.slice(8), message)) { return { at: at }; }
      }
    }
    return null;
  }

  function node(left, right) { return N.sha256(N.joined([1], left, right)); }
  function isIncluded(leaf, index, size, proof, root) {
    if (!(index >= 0 && index < size)) { return false; }
    var at = index, last = size - 1, found = leaf;
    function half(n) { return Math.floor(n / 2); }
    for (var i = 0; i < proof.length; i += 1) {
      if (last === 0) { return false; }
      if (at % 2 || at === last) {
        found = node(proof[i], found);
        while (at % 2 === 0 && at) { at = half(at); last = half(last); }
      } else { found = node(found, proof[i]); }
      at = half(at); last = half(last);
    }
    return last === 0 && isEqual(found, root);
  }
  /* The entry of the log that an act of the receipt opens (docs/adr/0035). */
  function entryOf(act) {
    var told = N.sha256(N.joined(unhex(act.salt), utf8(act.told)));
    return N.sha256(N.joined(told, unhex(act.kept)));
  }
  function leafOf(act) { return N.sha256(N.joined([0], entryOf(act))); }

  function read(content) {
    var plain;
    try { plain = JSON.parse(content); } catch (error) { fail('receipt'); }
    if (!plain || plain.format !== FORMAT) { fail('receipt'); }
    ['keys', 'witnesses', 'acts'].forEach(function (name) {
      if (!Array.isArray(plain[name])) { fail('receipt'); }
    });
    return plain;
  }
  function firstSigner(note, point, keys) {
    for (var i = 0; i < keys.length; i += 1) {
      if (keys[i].kind === LOG && keys[i].name === point.origin && signedBy(note, keys[i])) { return keys[i]; }
    }
    return null;
  }

  /* Check a receipt. Throws an error with a code for a file that is none. */
  function check(content, givenKey, otherNote) {
    var plain = read(content), problems = [], note = null, point = null, signer = null;
    var keys = (givenKey ? [givenKey] : plain.keys).map(parseKey);
    if (plain.checkpoint) {
      note = parseNote(String(plain.checkpoint));
      point = parseCheckpoint(note.text);
      signer = firstSigner(note, point, keys);
      if (!signer) { problems.push('signature'); }
    }
    var isWrong = false, isOrdered = true, subject = null;
    var acts = plain.acts.map(function (act, place) {
      var told, verdict = act.closed === true ? 'closed' : 'waiting';
      try { told = JSON.parse(act.told); } catch (error) { fail('receipt'); }
      if (subject === null) { subject = told.subject; }
      if (told.position !== place || told.subject !== subject) { isOrdered = false; }
      if (act.proof) {
        var proof = act.proof.map(function (one) { return unpack(one, 'receipt'); });
        var holds = signer && isIncluded(leafOf(act), act.index, point.size, proof, point.root);
        verdict = holds ? 'proven' : 'wrong';
        isWrong = isWrong || !holds;
      }
      return { told: told, verdict: verdict, index: act.index, said: act.said || null, by: act.by || '' };
    });
    if (isWrong && signer) { problems.push('proof'); }
    if (isWrong && !note) { problems.push('checkpoint'); }
    if (!isOrdered) { problems.push('order'); }
    if (otherNote && point) {
      var other = parseNote(otherNote), known = parseCheckpoint(other.text);
      if (known.origin !== point.origin || !firstSigner(other, known, keys)) { problems.push('other_log'); }
      else if (known.size === point.size && !isEqual(known.root, point.root)) { problems.push('two_roots'); }
    }
    var witnesses = [];
    (note ? plain.witnesses : []).forEach(function (line) {
      var key = parseKey(line), found = key.kind === WITNESS ? signedBy(note, key) : null;
      if (found) { witnesses.push({ name: key.name, at: found.at }); }
    });
    return {
      ref: String(plain.ref || ''), point: point, signer: signer, witnesses: witnesses,
      isKeyGiven: Boolean(givenKey), acts: acts, problems: problems,
      mark: point ? hex(point.root.slice(0, 8)).replace(/(.{4})(?!$)/g, '$1 ') : ''
    };
  }
  return { check: check, parseKey: parseKey, hex: hex, utf8: utf8 };
}());
