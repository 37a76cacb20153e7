// Where ingress-nginx would send a request. It is held to what was seen of the real one, the table in docs/routes.md.
// The Ingresses come from a file (IngressTable.java says what is in it), which is read anew for each request: so a change needs no
// reload, which would close kept connections, and ingress-nginx does not reload for a canary either.
import fs from 'fs';

function to(r) {
  const table = JSON.parse(fs.readFileSync(r.variables.table, 'utf8'));
  const path = longest(table[r.variables.host] || [], r.uri);
  if (!path) {
    return '404';
  }
  const endpoints = path.candidate && toCandidate(r, path.rules) ? path.candidate : path.stable;
  return endpoints.length ? endpoints[Math.floor(Math.random() * endpoints.length)] : '503';
}

function longest(paths, uri) {
  return paths
    .filter(p => uri === p.path || (!p.exact && uri.startsWith(p.path.endsWith('/') ? p.path : p.path + '/')))
    .sort((a, b) => b.exact - a.exact || b.path.length - a.path.length)[0];
}

// Header before cookie before weight.
function toCandidate(r, rules) {
  const header = rules['by-header'] ? byHeader(first(r, rules['by-header']), rules) : undefined;
  if (header !== undefined) {
    return header;
  }
  const cookie = rules['by-cookie'] ? alwaysOrNever(cookieOf(first(r, 'cookie'), rules['by-cookie'])) : undefined;
  return cookie !== undefined ? cookie : byWeight(rules);
}

function byHeader(value, rules) {
  if (value === undefined) {
    return undefined;
  }
  if (rules['by-header-value']) {
    return value === rules['by-header-value'] || undefined;
  }
  if (!rules['by-header-pattern']) {
    return alwaysOrNever(value);
  }
  try {
    return new RegExp(rules['by-header-pattern']).test(value) || undefined;
  } catch (e) {
    return false; // a pattern that cannot be read keeps those who send the header on stable
  }
}

function alwaysOrNever(value) {
  return value === 'always' ? true : value === 'never' ? false : undefined;
}

function byWeight(rules) {
  const total = Math.max(100, number(rules['weight-total']));
  return Math.random() * total < number(rules.weight);
}

function number(text) {
  return /^-?[0-9]{1,9}$/.test(text || '') ? parseInt(text, 10) : 0;
}

function first(r, name) {
  const line = r.rawHeadersIn.filter(h => h[0].toLowerCase() === name.toLowerCase())[0];
  return line && line[1];
}

function cookieOf(line, name) {
  const pair = (line || '').split(/; */).filter(c => c.startsWith(name + '='))[0];
  return pair && pair.slice(name.length + 1);
}

export default { to };
