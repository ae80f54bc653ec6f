// A client of a person (npm oauth4webapi) that signs in again, as a challenge demands. Prints one line of JSON, or exits
// with an error.
//
// node step_up.mjs ISSUER RESOURCE
import * as oauth from 'oauth4webapi';

const [issuer, resource] = process.argv.slice(2);
const insecure = { [oauth.allowInsecureRequests]: true };
const client = { client_id: 'web', id_token_signed_response_alg: 'ES256' };
const secret = oauth.ClientSecretBasic('web-secret');
// Nothing listens there.
const callback = 'http://127.0.0.1:3000/callback';
const found = await oauth.discoveryRequest(new URL(issuer), { algorithm: 'oidc', ...insecure });
const server = await oauth.processDiscoveryResponse(new URL(issuer), found);

// As a browser: follows the redirects of the provider, with its cookies.
const cookies = new Map();
async function follow(start) {
  let url = start;
  while (!url.href.startsWith(callback)) {
    const cookie = [...cookies].map((pair) => pair.join('=')).join('; ');
    const response = await fetch(url, { redirect: 'manual', headers: { cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [name, value] = line.split(';')[0].split('=');
      cookies.set(name, value);
    }
    const location = response.headers.get('location');
    if (!location) throw new Error(`${response.status} ${await response.text()}`);
    url = new URL(location, url);
  }
  return url;
}

// Returns an access token of a person.
async function signIn(extra) {
  const verifier = oauth.generateRandomCodeVerifier();
  const [nonce, state] = [oauth.generateRandomNonce(), oauth.generateRandomState()];
  const url = new URL(server.authorization_endpoint);
  url.search = new URLSearchParams({
    client_id: 'web', redirect_uri: callback, response_type: 'code', scope: 'openid reports:read', resource, nonce, state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256', ...extra,
  });
  const answer = oauth.validateAuthResponse(server, client, await follow(url), state);
  const options = { additionalParameters: { resource }, ...insecure };
  const response = await oauth.authorizationCodeGrantRequest(server, client, secret, answer, callback, verifier, options);
  const checks = { expectedNonce: nonce, maxAge: extra.max_age && Number(extra.max_age) };
  return (await oauth.processAuthorizationCodeResponse(server, client, response, checks)).access_token;
}

const purge = (token) =>
  oauth.protectedResourceRequest(token, 'POST', new URL('/reports/purge', resource), undefined, undefined, insecure);

let denied;
try {
  await purge(await signIn({}));
  throw new Error('the first login is strong enough');
} catch (error) {
  const bearer = error.cause?.find?.((challenge) => challenge.scheme === 'bearer');
  if (!bearer) throw error;
  const { error: code, acr_values, max_age } = bearer.parameters;
  denied = { status: error.response.status, error: code, acr_values, max_age };
}
const { acr_values, max_age } = denied;
const stronger = await signIn({ acr_values, max_age, prompt: 'login' });
console.log(JSON.stringify({ denied, status: (await purge(stronger)).status }));
