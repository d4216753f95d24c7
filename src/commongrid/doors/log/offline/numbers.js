'use strict';
/* SHA-256, SHA-512 (FIPS 180-4) and the checking half of Ed25519 (RFC 8032), for browsers that
   have none of their own in a file opened from a disk. Slow and plain: a receipt needs little. */

var N = (function () {
  var big = BigInt, MASK = (big(1) << big(64)) - big(1);

  function primes(count) {
    var found = [];
    for (var n = 2; found.length < count; n += 1) {
      if (found.every(function (p) { return n % p; })) { found.push(n); }
    }
    return found;
  }
  /* The first 64 binary places of the n-th root of a prime: what the hashes take as constants. */
  function fraction(prime, n) {
    var wanted = big(prime) << big(64 * n), low = big(0), high = big(1) << big(70);
    while (high - low > big(1)) {
      var middle = (low + high) >> big(1);
      var power = n === 2 ? middle * middle : middle * middle * middle;
      if (power <= wanted) { low = middle; } else { high = middle; }
    }
    return low & MASK;
  }
  var P80 = primes(80);
  var K = P80.map(function (p) { return fraction(p, 3); });
  var H = P80.slice(0, 8).map(function (p) { return fraction(p, 2); });
  function upper(word) { return Number(word >> big(32)) | 0; }
  var K32 = K.slice(0, 64).map(upper), H32 = H.map(upper);

  function padded(bytes, block) {
    var tail = block / 8, length = Math.ceil((bytes.length + 1 + tail) / block) * block;
    var whole = new Uint8Array(length), bits = bytes.length * 8;
    whole.set(bytes);
    whole[bytes.length] = 128;
    for (var i = 1; bits > 0; i += 1, bits = Math.floor(bits / 256)) { whole[length - i] = bits % 256; }
    return whole;
  }

  function sha256(bytes) {
    var whole = padded(bytes, 64), h = H32.slice(), w = new Int32Array(64), i;
    function turn(x, n) { return (x >>> n) | (x << (32 - n)); }
    for (var at = 0; at < whole.length; at += 64) {
      for (i = 0; i < 16; i += 1) {
        var o = at + 4 * i;
        w[i] = (whole[o] << 24) | (whole[o + 1] << 16) | (whole[o + 2] << 8) | whole[o + 3];
      }
      for (i = 16; i < 64; i += 1) {
        var p = w[i - 15], q = w[i - 2];
        w[i] = w[i - 16] + (turn(p, 7) ^ turn(p, 18) ^ (p >>> 3)) + w[i - 7]
          + (turn(q, 17) ^ turn(q, 19) ^ (q >>> 10));
      }
      var s = h.slice();
      for (i = 0; i < 64; i += 1) {
        var e = s[4], a = s[0];
        var t1 = (s[7] + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & s[5]) ^ (~e & s[6]))
          + K32[i] + w[i]) | 0;
        var t2 = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22))
          + ((a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2]))) | 0;
        s = [(t1 + t2) | 0, a, s[1], s[2], (s[3] + t1) | 0, e, s[5], s[6]];
      }
      for (i = 0; i < 8; i += 1) { h[i] = (h[i] + s[i]) | 0; }
    }
    var out = new Uint8Array(32);
    for (i = 0; i < 32; i += 1) { out[i] = h[i >> 2] >>> (24 - 8 * (i % 4)); }
    return out;
  }

  function sha512(bytes) {
    var whole = padded(bytes, 128), h = H.slice(), w = [], i;
    function turn(x, n) { return ((x >> big(n)) | (x << big(64 - n))) & MASK; }
    for (var at = 0; at < whole.length; at += 128) {
      for (i = 0; i < 16; i += 1) { w[i] = number(whole.slice(at + 8 * i, at + 8 * i + 8), true); }
      for (i = 16; i < 80; i += 1) {
        var p = w[i - 15], q = w[i - 2];
        w[i] = (w[i - 16] + (turn(p, 1) ^ turn(p, 8) ^ (p >> big(7))) + w[i - 7]
          + (turn(q, 19) ^ turn(q, 61) ^ (q >> big(6)))) & MASK;
      }
      var s = h.slice();
      for (i = 0; i < 80; i += 1) {
        var e = s[4], a = s[0];
        var t1 = s[7] + (turn(e, 14) ^ turn(e, 18) ^ turn(e, 41))
          + ((e & s[5]) ^ ((e ^ MASK) & s[6])) + K[i] + w[i];
        var t2 = (turn(a, 28) ^ turn(a, 34) ^ turn(a, 39))
          + ((a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2]));
        s = [(t1 + t2) & MASK, a, s[1], s[2], (s[3] + t1) & MASK, e, s[5], s[6]];
      }
      for (i = 0; i < 8; i += 1) { h[i] = (h[i] + s[i]) & MASK; }
    }
    var out = new Uint8Array(64);
    for (i = 0; i < 64; i += 1) { out[i] = Number((h[i >> 3] >> big(56 - 8 * (i % 8))) & big(255)); }
    return out;
  }

  /* Bytes as a number: the first byte the highest, or the lowest as in Ed25519. */
  function number(bytes, isHighFirst) {
    var text = '';
    for (var i = 0; i < bytes.length; i += 1) {
      var two = (256 + bytes[i]).toString(16).slice(1);
      text = isHighFirst ? text + two : two + text;
    }
    return big('0x' + (text || '0'));
  }

  var ZERO = big(0), ONE = big(1), TWO = big(2);
  var P = (ONE << big(255)) - big(19);
  var L = (ONE << big(252)) + big('27742317777372353535851937790883648493');
  function mod(x) { var r = x % P; return r < ZERO ? r + P : r; }
  function power(base, exponent) {
    var found = ONE;
    for (base = mod(base); exponent > ZERO; exponent >>= ONE) {
      if (exponent & ONE) { found = found * base % P; }
      base = base * base % P;
    }
    return found;
  }
  function inverse(x) { return power(x, P - TWO); }
  var D = mod(big(-121665) * inverse(big(121666)));
  var ROOT = power(TWO, (P - ONE) / big(4)); /* of minus one */

  function unpacked(bytes) {
    var y = number(bytes, false), sign = y >> big(255);
    y &= (ONE << big(255)) - ONE;
    if (y >= P) { return null; }
    var u = mod(y * y - ONE), v = mod(D * y * y + ONE);
    var x = mod(u * inverse(v));
    x = power(x, (P + big(3)) / big(8));
    if (mod(v * x * x) !== u) { x = mod(x * ROOT); }
    if (mod(v * x * x) !== u || (x === ZERO && sign)) { return null; }
    if ((x & ONE) !== sign) { x = P - x; }
    return [x, y, ONE, mod(x * y)];
  }
  function sum(a, b) {
    var A = mod((a[1] - a[0]) * (b[1] - b[0])), B = mod((a[1] + a[0]) * (b[1] + b[0]));
    var C = mod(TWO * a[3] * b[3] * D), Z = mod(TWO * a[2] * b[2]);
    var e = B - A, f = Z - C, g = Z + C, h = B + A;
    return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
  }
  function times(n, point) {
    var found = [ZERO, ONE, ONE, ZERO];
    for (; n > ZERO; n >>= ONE) {
      if (n & ONE) { found = sum(found, point); }
      point = sum(point, point);
    }
    return found;
  }
  function isSame(a, b) {
    return mod(a[0] * b[2] - b[0] * a[2]) === ZERO && mod(a[1] * b[2] - b[1] * a[2]) === ZERO;
  }
  var BASE_Y = mod(big(4) * inverse(big(5))), BASE = null;
  function base() {
    if (!BASE) {
      var packed = new Uint8Array(32), y = BASE_Y;
      for (var i = 0; i < 32; i += 1) { packed[i] = Number(y & big(255)); y >>= big(8); }
      BASE = unpacked(packed);
    }
    return BASE;
  }
  function joined() {
    var length = 0, at = 0, i;
    for (i = 0; i < arguments.length; i += 1) { length += arguments[i].length; }
    var out = new Uint8Array(length);
    for (i = 0; i < arguments.length; i += 1) { out.set(arguments[i], at); at += arguments[i].length; }
    return out;
  }
  function isSigned(key, signature, message) {
    if (key.length !== 32 || signature.length !== 64) { return false; }
    var a = unpacked(key), r = unpacked(signature.slice(0, 32)), s = number(signature.slice(32), false);
    if (!a || !r || s >= L) { return false; }
    var k = number(sha512(joined(signature.slice(0, 32), key, message)), false) % L;
    return isSame(times(s, base()), sum(r, times(k, a)));
  }
  return { sha256: sha256, sha512: sha512, isSigned: isSigned, joined: joined };
}());
