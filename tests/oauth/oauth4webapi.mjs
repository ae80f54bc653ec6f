// A strict OAuth client (npm oauth4webapi). Prints one line of JSON, or exits with an error.
//
// node oauth4webapi.mjs discover RESOURCE..   finds the issuer of each resource, gets a token, and uses it
// node oauth4webapi.mjs prove RESOURCE OTHER  uses a token with DPoP proofs at two processes of one service
import * as oauth from 'oauth4webapi';

const insecure = { [oauth.allowInsecureRequests]: true };

// RFC 9728 section 3 and RFC 8414: from the URL of a resource to the metadata of its issuer.
async function discover(resource) {
  const url = new URL(resource);
  const response = await oauth.resourceDiscoveryRequest(url, insecure);
  const metadata = await oauth.processResourceDiscoveryResponse(url, response);
  const issuer = new URL(metadata.authorization_servers[0]);
  const found = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure });
  return { metadata, server: await oauth.processDiscoveryResponse(issuer, found) };
}

async function token(server, id, parameters, options = {}) {
  const client = { client_id: id };
  const secret = oauth.ClientSecretBasic(`${id}-secret`);
  const body = new URLSearchParams(parameters);
  const request = { ...insecure, ...options };
  const response = await oauth.clientCredentialsGrantRequest(server, client, secret, body, request);
  return (await oauth.processClientCredentialsResponse(server, client, response)).access_token;
}

// Returns the parameters of the challenge that denies a request, with its status.
async function challenge(promise, scheme) {
  try {
    await promise;
  } catch (error) {
    const found = error.cause?.find?.((one) => one.scheme === scheme);
    if (found) return { status: error.response.status, ...found.parameters };
    throw error;
  }
  throw new Error('the request is not denied');
}

async function discovered(resource) {
  const { metadata, server } = await discover(resource);
  const url = new URL(resource);
  const post = (token) => oauth.protectedResourceRequest(token, 'POST', url, undefined, undefined, insecure);
  const denied = await challenge(post('nonsense'), 'bearer');
  const issued = await token(server, 'service', { resource: metadata.resource, scope: denied.scope });
  return { ...metadata, scope: denied.scope, resource_metadata: denied.resource_metadata, status: (await post(issued)).status };
}

async function prove(resource, other) {
  const { metadata, server } = await discover(resource);
  const keys = await oauth.generateKeyPair('ES256');
  const DPoP = oauth.DPoP({ client_id: 'bound' }, keys);
  const issued = await token(server, 'bound', { resource: metadata.resource, scope: 'reports:read' }, { DPoP });
  const me = new URL('/me', resource);
  // Sends the last request again, or the next one to another process behind the same address.
  let sent;
  const elsewhere = (origin) => async (url, options) => {
    sent = options;
    return fetch(new URL(new URL(url).pathname, origin), options);
  };
  const again = async (origin) => {
    const { method, headers } = sent;
    const response = await fetch(new URL('/me', origin), { method, headers });
    return { status: response.status, reason: (await response.json()).reason };
  };
  const get = (origin) => oauth.protectedResourceRequest(issued, 'GET', me, undefined, undefined, {
    DPoP, ...insecure, [oauth.customFetch]: elsewhere(origin),
  });
  const result = {};
  await get(resource).then(
    () => { throw new Error('no nonce is demanded'); },
    (error) => { if (!oauth.isDPoPNonceError(error)) throw error; result.first = error.response.status; },
  );
  const statuses = [];
  for (const origin of [resource, other, resource]) statuses.push((await get(origin)).status);
  result.statuses = statuses;
  result.replayed = [await again(other), await again(resource)];
  await get(other);
  result.replayed.push(await again(resource));
  const bearer = oauth.protectedResourceRequest(issued, 'GET', me, undefined, undefined, insecure);
  result.bearer = await challenge(bearer, 'bearer').then(({ status, error }) => ({ status, error }));
  return result;
}

const [task, ...urls] = process.argv.slice(2);
const result = task === 'discover' ? await Promise.all(urls.map(discovered)) : await prove(...urls);
console.log(JSON.stringify(result));
