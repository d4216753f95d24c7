// Drives the npm package open311 through what it knows, against the address it is given.
// Its two XML readers are not needed for JSON; one of them is on no package host any more.
const Module = require('module');
const load = Module._load;
Module._load = function (name, ...rest) {
  return name === 'sparkxml' || name === 'xml2json' ? {} : load.call(this, name, ...rest);
};
const Open311 = require('open311');
const [url, key, format, town, grid] = process.argv.slice(2);
const city = new Open311({
  endpoint: url + '/open311/v2/', discovery: url + '/open311/discovery.json',
  jurisdiction: town, apiKey: key, format,
});
const call = (name, ...given) => new Promise((done, fail) =>
  city[name](...given, (error, data) => (error ? fail(new Error(`${name}: ${data}`)) : done(data))));

(async () => {
  const discovery = await call('serviceDiscovery', { cache: true });
  const services = await call('serviceList');
  const definition = await call('serviceDefinition', 'A02');
  const posted = await call('submitRequest', {
    service_code: 'A02', address_id: grid, description: 'an earth mound',
    attributes: { is_earth: 'yes' },
  });
  const ref = posted[0].service_request_id;
  const one = await call('serviceRequest', ref, {});
  const several = await call('serviceRequests', [ref], {});
  const open = await call('serviceRequests', { status: 'open' });
  const token = await call('token', ref);
  console.log(JSON.stringify({
    discovery: city.endpoint.endsWith('/open311/v2/') && discovery.endpoints.length,
    services: services.length > 1, definition: definition.attributes.length,
    one: one[0].service_request_id === ref, several: several.length, open: open.length,
    token: token[0].service_request_id === ref,
    day: one[0].requested_datetime.toISOString(),
  }));
})().catch((error) => { console.error(error); process.exit(1); });
